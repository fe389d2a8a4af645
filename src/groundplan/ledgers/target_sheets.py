"""From a plan to promises: a file of targets says which of a plan's figures are promised, by whom, and how they part.

    plan = "2026-2030"              # what this version is called
    [[units]]                       # who promises: unit, name, level, above, language
    [[targets]]                     # indicator, definition, measure, kind, every, shares, profile, who answers, source

A ``flow`` parts over units and over the year, a ``stock`` over units, at the end of the year; a ``ratio`` parts over
nothing and is one unit's. Without a profile a flow is spread evenly, and its definition says so.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.ledgers.apportioning import divided, rounded
from groundplan.ledgers.entries import LedgerError, LedgerFigure, cleaned, decimal_text
from groundplan.ledgers.periods import MONTH, PARTS, parts
from groundplan.outcome import Outcome
from groundplan.records.toml import parse
from groundplan.spreadsheets import restored

FLOW, STOCK, RATIO = "flow", "stock", "ratio"
EVEN = "Spread evenly over the year: no seasonal profile was given."
TOP = {"plan", "title", "decimals", "instead_of", "units", "targets", "announcements", "vintage"}
UNIT = {"unit", "name", "level", "above", "language"}
TARGET = {
    "indicator", "definition", "measure", "kind", "every", "shares", "profile", "answers", "source", "due_days",
    "closing_days", "values", "decimals", "reports", "programme",
}  # fmt: skip
Fresh = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class TargetFile:
    """What a file of targets says: units, targets, claims; ``folder``: where files that it names stand."""

    content: Mapping[str, Any]
    folder: Path
    name: str


def read_targets(path: str | Path) -> TargetFile:
    """Read a file of targets (TOML). Raises ``GroundplanError``, all at once, for keys that mean nothing."""
    file = Path(path)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise LedgerError(f"the targets cannot be read: {why}", where=str(path), fix="check the path") from None
    content = parse(text, file.name).content
    faults: list[GroundplanError] = [UnknownName("key", k, TOP, where=file.name) for k in content if k not in TOP]
    for table, keys in (("units", UNIT), ("targets", TARGET)):
        for n, row in enumerate(content.get(table, []), 1):
            where = f"{file.name}, [[{table}]] {n}"
            faults += [UnknownName("key", k, keys, where=where) for k in row if k not in keys]
    faults += [LedgerError(f"there is no {k}", where=file.name) for k in ("plan", "targets") if not content.get(k)]
    raise_all(faults, where=file.name)
    return TargetFile(content, file.parent, file.name)


def accepted(
    asked: TargetFile,
    plan: Outcome | None,
    *,
    mark: str,
    study: bytes | None,
    day: str,
    programme: Outcome | None = None,
) -> list[Fresh]:
    """The entries that accept a plan: units that are new, the plan with what it promises, a sheet for every promise.

    ``mark``: SHA-256 of the outcome's index; ``day``: the vintage of its figures. Raises all faults at once; a target
    of the plan's own study that the file leaves out is one.
    """
    c = asked.content
    fresh: list[Fresh] = [("unit", _unit(u)) for u in c.get("units", [])]
    promises: list[dict[str, Any]] = []
    sheets: list[Fresh] = []
    faults: list[GroundplanError] = []
    vintage = str(c.get("vintage", day))
    for n, target in enumerate(c["targets"], 1):
        where = f"{asked.name}, [[targets]] {n}"
        try:
            some, own = (
                _works(asked, target, n, vintage, programme)
                if target.get("programme")
                else _sheets(asked, target, n, vintage, plan)
            )
            promises += some
            sheets += own
        except GroundplanError as error:
            for fault in error.parts:
                fault.where = fault.where or where
                faults.append(fault)
    wished = {str(t["indicator"]) for t in _own_targets(plan)}
    listed = {str(t.get("indicator")) for t in c["targets"]}
    faults += [
        LedgerError(f"the plan's study promises {w}, and no sheet does", where=asked.name, fix="add it to [[targets]]")
        for w in sorted(wished - listed)
    ]
    raise_all(faults, where=asked.name)
    fresh.append(
        (
            "plan",
            {
                "plan": str(c["plan"]), "title": cleaned(c.get("title", "")), "outcome": mark,
                "study": hashlib.sha256(study).hexdigest() if study else "",
                "instead_of": str(c.get("instead_of", "")), "promises": promises,
            },
        )
    )  # fmt: skip
    claims: list[Fresh] = [
        ("announcement", {"by_day": "", "sheet": "", **{k: str(v) for k, v in row.items()}})
        for row in c.get("announcements", [])
    ]
    return [*fresh, *sheets, *claims]


def _own_targets(plan: Outcome | None) -> list[Mapping[str, Any]]:
    return list((plan.provenance.get("policy") or {}).get("targets") or []) if plan is not None else []


def _unit(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"above": "", "language": "en", **{k: cleaned(v) for k, v in row.items()}}


def _sheets(
    asked: TargetFile, target: Mapping[str, Any], n: int, vintage: str, plan: Outcome | None
) -> tuple[list[dict[str, Any]], list[Fresh]]:
    """What one target promises in every year, and its sheet for every unit."""
    kind, every = str(target.get("kind", FLOW)), str(target.get("every", MONTH))
    for what, word, words in (("kind", kind, (FLOW, STOCK, RATIO)), ("every", every, tuple(PARTS))):
        if word not in words:
            raise UnknownName(what, word, words)
    decimals = int(target.get("decimals", asked.content.get("decimals", 3)))
    indicator, measure = str(target.get("indicator", "")), str(target.get("measure", ""))
    yearly = _yearly(target, plan, indicator, measure, decimals)
    source = str(target.get("source", ""))
    shares = _shares(asked, target)
    if kind == RATIO and len(shares) != 1:
        raise LedgerError(f"{indicator} is a ratio, which parts over nothing", fix="name one unit under shares")
    profile, remark = _profile(asked, target, every) if kind == FLOW else ([Decimal(1)], "")
    figures: dict[str, list[LedgerFigure]] = {u: [] for u in shares}
    for year, total in yearly.items():
        periods = parts(year, every) if kind == FLOW else parts(year, every)[-1:]
        for u, amounts in divided(total, shares, profile, decimals).items():
            figures[u] += [
                LedgerFigure(decimal_text(a), measure, p.text, source, vintage)
                for a, p in zip(amounts, periods, strict=True)
            ]
    definition = " ".join(part for part in (cleaned(target.get("definition", "")), remark) if part)
    promises = [
        {"indicator": indicator, "figure": LedgerFigure(decimal_text(t), measure, str(y), source, vintage)}
        for y, t in yearly.items()
    ]
    if not target.get("definition"):
        raise LedgerError(f"{indicator} has no definition", fix="say what is counted, and how")
    return promises, [_sheet(asked, target, f"T{n}-{u}", u, definition, rows) for u, rows in figures.items()]


def _sheet(
    asked: TargetFile, target: Mapping[str, Any], name: str, unit: str, definition: str, rows: Sequence[LedgerFigure]
) -> Fresh:
    return "sheet", {
        "sheet": f"{asked.content['plan']}/{name}", "plan": str(asked.content["plan"]), "unit": unit,
        "indicator": str(target.get("indicator", "")), "definition": definition, "measure": rows[0].unit,
        "source": str(target.get("source", "")), "answers": str(target.get("answers", "")),
        "reports": str(target.get("reports", unit)), "due_days": int(target.get("due_days", 15)),
        "closing_days": int(target.get("closing_days", 30)), "figures": rows,
    }  # fmt: skip


def _works(
    asked: TargetFile, target: Mapping[str, Any], n: int, vintage: str, programme: Outcome | None
) -> tuple[list[dict[str, Any]], list[Fresh]]:
    """The works of a programme of places: each chosen place promises its own in the year that the programme says."""
    if programme is None:
        raise LedgerError("no programme of places is named", fix="name the outcome of `place` with --programme")
    if not target.get("definition"):
        raise LedgerError("the works have no definition", fix="say when a work counts as done")
    built = programme.table("built")
    first = int(target["programme"]) if not isinstance(target["programme"], bool) else 0
    source = str(target.get("source", ""))
    counts: dict[tuple[str, int], int] = {}
    for row in built.to_dict("records"):
        key = (str(row["place"]), int(row["works_from"]) + (first - 1 if first else 0))
        counts[key] = counts.get(key, 0) + 1
    rows: dict[str, list[LedgerFigure]] = {}
    sums: dict[int, int] = {}
    for (place, year), count in sorted(counts.items()):
        rows.setdefault(place, []).append(LedgerFigure(str(count), "works", f"{year:04d}", source, vintage))
        sums[year] = sums.get(year, 0) + count
    promises = [
        {
            "indicator": str(target["indicator"]),
            "figure": LedgerFigure(str(count), "works", f"{y:04d}", source, vintage),
        }
        for y, count in sorted(sums.items())
    ]
    definition = cleaned(target["definition"])
    return promises, [_sheet(asked, target, f"T{n}-{place}", place, definition, own) for place, own in rows.items()]


def _yearly(
    target: Mapping[str, Any], plan: Outcome | None, indicator: str, measure: str, decimals: int
) -> dict[int, Decimal]:
    """The figures of every year, to so many decimals: those that stand in the file, or the plan's own."""
    if "values" in target:
        return {int(y): rounded(Decimal(decimal_text(v)), decimals) for y, v in target["values"].items()}
    if plan is None:
        raise LedgerError(f"{indicator} has no values", fix="name the plan's outcome with --plan, or give values")
    series = plan.indicator(indicator)
    units = dict(zip(plan.table("indicators")["indicator"], plan.table("indicators")["unit"], strict=True))
    unit = str(units[indicator]).removesuffix(" / year")
    if measure != unit:
        raise LedgerError(
            f"{indicator} is in {unit} in the plan, and the target says {measure!r}", fix=f'measure = "{unit}"'
        )
    years = [int(y) for y in plan.provenance["years"]]
    return {y: rounded(Decimal(decimal_text(float(series[y]))), decimals) for y in years}


def _shares(asked: TargetFile, target: Mapping[str, Any]) -> dict[str, Decimal]:
    """Shares by unit: a table, or a CSV file: unit, share (or capacity), and indicator where it has several."""
    stated = target.get("shares")
    if isinstance(stated, Mapping):
        return {str(u): Decimal(decimal_text(v)) for u, v in stated.items()}
    if not stated:
        raise LedgerError("no shares say which unit promises what", fix='shares = { "A" = 0.4, "B" = 0.6 }, or a file')
    shares: dict[str, Decimal] = {}
    for row in _rows(asked.folder / str(stated)):
        if row.get("indicator", target["indicator"]) in (target["indicator"], ""):
            unit = row.get("unit", "")
            if unit in shares:
                raise LedgerError(f"unit {unit} stands twice", where=str(stated), fix="keep one row a unit")
            shares[unit] = Decimal(decimal_text(row.get("share") or row.get("capacity") or ""))
    return shares


def _profile(asked: TargetFile, target: Mapping[str, Any], every: str) -> tuple[list[Decimal], str]:
    """Weights of the parts of a year: a list, a CSV file with columns part and share, or even, and said so."""
    stated = target.get("profile")
    if stated is None:
        return [Decimal(1)] * PARTS[every], EVEN if every != "year" else ""
    if isinstance(stated, str):
        by_part = {int(r["part"]): r["share"] for r in _rows(asked.folder / stated)}
        stated = [by_part[k] for k in sorted(by_part)]
    weights = [Decimal(decimal_text(w)) for w in stated]
    if len(weights) != PARTS[every]:
        raise LedgerError(f"the profile has {len(weights)} parts, and a year has {PARTS[every]}", fix="one a " + every)
    return weights, ""


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, each cell a text."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise LedgerError(f"the file cannot be read: {why}", where=str(path), fix="check the path") from None
    return [
        {str(k): restored(str(v or "").strip()) for k, v in row.items()} for row in csv.DictReader(text.splitlines())
    ]
