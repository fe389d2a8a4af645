"""From a plan to promises: a file of targets says which of a plan's figures are promised, by whom, and how they part.

    plan = "2026-2030"              # what this version is called
    [[units]]                       # who promises: unit, name, level, above, language
    [[targets]]                     # indicator, definition, measure, kind, every, shares, profile, who answers, source

A ``flow`` parts over units and over the year, a ``stock`` over units, at the end of the year; a ``ratio`` parts over
nothing and is one unit's. Without a profile a flow is spread evenly, and its definition says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.ledgers.apportioning import divided, rounded
from groundplan.ledgers.entries import Fresh, LedgerError, LedgerFigure, cleaned, decimal_text
from groundplan.ledgers.periods import MONTH, PARTS, YEAR, parts
from groundplan.outcome import Outcome
from groundplan.records.card import Card, Entry, keyed
from groundplan.records.reading import read
from groundplan.records.toml import Document, open_document
from groundplan.tables.door.named_columns import named_columns

FLOW, STOCK, RATIO = "flow", "stock", "ratio"
EVEN = "Spread evenly over the year: no seasonal profile was given."
DECIMALS = 12  # the most that a promise has
Day = str | date


@dataclass(frozen=True)
class PromisingUnit(Entry):
    """Who promises and reports."""

    unit: str = keyed("", "what the unit is known by", filled=True)
    name: str = keyed("", "its name", filled=True)
    level: str = keyed("", "what it is: a ministry, a province, an enterprise", filled=True)
    above: str = keyed("", "the unit that it stands under", "")
    language: str = keyed("", "the language of its forms: en, fr, es, pt, ko", "en")


@dataclass(frozen=True)
class PromisedTarget(Entry):
    """One promise: what, how it is counted, who answers for it, and how it parts over units and the year."""

    indicator: str = keyed("", "an indicator of the plan, or any name with values of its own", filled=True)
    definition: str = keyed("", "what is counted, and how", "")
    measure: str = keyed("", "its unit of measure", "")
    kind: str = keyed(
        "", "flow, stock (the year's end) or ratio (parts over nothing)", FLOW, among=(FLOW, STOCK, RATIO)
    )
    every: str = keyed("", "how often it is reported", MONTH, among=tuple(PARTS))
    shares: Mapping[str, float] | str | None = keyed("1", "shares by unit, or a CSV file of them", None, 0.0)
    profile: list[float] | str | None = keyed("1", "weights of the parts of a year, or a CSV file of them", None, 0.0)
    values: Mapping[str, float] | None = keyed("measure", "figures by year, where no plan has them", None)
    decimals: int | None = keyed("1", "decimals of its figures", None, 0, DECIMALS)
    answers: str = keyed("", "who answers for it", "")
    reports: str = keyed("", "the unit that reports it, where that is another", "")
    source: str = keyed("", "who says how much is promised", "")
    due_days: int = keyed("days", "days after the period's end until the report is late", 15, 0, 10_000)
    closing_days: int = keyed("days", "days from then on until it counts as not reported", 30, 0, 10_000)
    programme: int | None = keyed(
        "year", "the first year of a programme of places, whose works are promised", None, 1, 9998
    )

    def more_faults(self) -> list[GroundplanError]:
        """Values that are of no year."""
        wrong = [y for y in self.values or {} if not (len(y) == 4 and y.isascii() and y.isdecimal() and y > "0000")]
        fix = "write values = { 2026 = 120 }"
        return [StudyError(f"values{self.owner()} are of {y!r}, no year", where=self.where, fix=fix) for y in wrong]


@dataclass(frozen=True)
class MadeAnnouncement(Entry):
    """Words of somebody that become a claim with a day."""

    claim: str = keyed("", "what the claim is known by", filled=True)
    who: str = keyed("", "who said it", filled=True)
    words: str = keyed("", "the words", filled=True)
    said: Day = keyed("", "the day on which it was said")
    heard: str = keyed("", "where it was said", key="where", filled=True)
    by_day: Day = keyed("", "the day until which it is to be so", "")
    sheet: str = keyed("", "the promise that makes it one that can be checked", "")


@dataclass(frozen=True)
class TargetFile(Card):
    """What a file of targets says; ``folder``: where files that it names stand; ``name``: its own."""

    plan: str = keyed("", "what this version of the plan is called", filled=True)
    targets: list[PromisedTarget] = keyed("", "what is promised, [[targets]]", filled=True)
    title: str = keyed("", "its title", "")
    decimals: int = keyed("1", "decimals of the figures of targets that say none", 3, 0, DECIMALS)
    instead_of: str = keyed("", "the earlier version that it takes the place of", "")
    vintage: Day = keyed("", "the day as of which its figures are", "")
    units: list[PromisingUnit] = keyed("", "who promises, [[units]]", [])
    announcements: list[MadeAnnouncement] = keyed("", "what was announced, [[announcements]]", [])
    folder: Path = Path()
    name: str = "targets"


def read_targets(path: str | Path) -> TargetFile:
    """Read a file of targets (TOML). Raises ``GroundplanError`` with lines, all at once."""
    return targets_of(open_document(path), Path(path).parent)


def targets_of(document: Document, folder: Path) -> TargetFile:
    """The targets that a document states; files that it names stand in ``folder``. Raises all faults at once."""
    stated, faults = read(TargetFile, document.content, document.where, folder=folder, name=document.name)
    raise_all(faults, where=document.name)
    assert stated is not None
    return stated


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
    fresh: list[Fresh] = [("unit", _unit(u)) for u in asked.units]
    promises: list[dict[str, Any]] = []
    sheets: list[Fresh] = []
    faults: list[GroundplanError] = []
    vintage = str(asked.vintage or day)
    for n, target in enumerate(asked.targets, 1):
        where = target.line or f"{asked.name}, [[targets]] {n}"
        try:
            some, own = (
                _works(asked, target, n, vintage, programme)
                if target.programme is not None
                else _sheets(asked, target, n, vintage, plan)
            )
            promises += some
            sheets += own
        except GroundplanError as error:
            for fault in error.parts:
                fault.where = fault.where or where
                faults.append(fault)
    wished = {str(t["indicator"]) for t in _own_targets(plan)}
    listed = {t.indicator for t in asked.targets}
    faults += [
        LedgerError(f"the plan's study promises {w}, and no sheet does", where=asked.name, fix="add it to [[targets]]")
        for w in sorted(wished - listed)
    ]
    raise_all(faults, where=asked.name)
    fresh.append(
        (
            "plan",
            {
                "plan": asked.plan, "title": cleaned(asked.title), "outcome": mark,
                "study": hashlib.sha256(study).hexdigest() if study else "", "instead_of": asked.instead_of,
                "promises": promises,
            },
        )
    )  # fmt: skip
    claims: list[Fresh] = [("announcement", _claim(a)) for a in asked.announcements]
    return [*fresh, *sheets, *claims]


def _own_targets(plan: Outcome | None) -> list[Mapping[str, Any]]:
    return list((plan.provenance.get("policy") or {}).get("targets") or []) if plan is not None else []


def _unit(u: PromisingUnit) -> dict[str, Any]:
    texts = {"unit": u.unit, "name": u.name, "level": u.level, "above": u.above, "language": u.language}
    return {k: cleaned(text) for k, text in texts.items()}


def _claim(a: MadeAnnouncement) -> dict[str, Any]:
    return {
        "claim": a.claim, "who": a.who, "words": a.words, "said": str(a.said), "where": a.heard,
        "by_day": str(a.by_day), "sheet": a.sheet,
    }  # fmt: skip


def _sheets(
    asked: TargetFile, target: PromisedTarget, n: int, vintage: str, plan: Outcome | None
) -> tuple[list[dict[str, Any]], list[Fresh]]:
    """What one target promises in every year, and its sheet for every unit."""
    kind, every, indicator, measure, source = (
        target.kind, target.every, target.indicator, target.measure, target.source
    )  # fmt: skip
    decimals = asked.decimals if target.decimals is None else target.decimals
    yearly = _yearly(target, plan, decimals)
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
    definition = " ".join(part for part in (cleaned(target.definition), remark) if part)
    promises = [
        {"indicator": indicator, "figure": LedgerFigure(decimal_text(t), measure, str(y), source, vintage)}
        for y, t in yearly.items()
    ]
    if not target.definition:
        raise LedgerError(f"{indicator} has no definition", fix="say what is counted, and how")
    return promises, [_sheet(asked, target, f"T{n}-{u}", u, definition, rows) for u, rows in figures.items()]


def _sheet(
    asked: TargetFile, target: PromisedTarget, name: str, unit: str, definition: str, rows: Sequence[LedgerFigure]
) -> Fresh:
    return "sheet", {
        "sheet": f"{asked.plan}/{name}", "plan": asked.plan, "unit": unit, "indicator": target.indicator,
        "definition": definition, "measure": rows[0].unit, "source": target.source, "answers": target.answers,
        "reports": target.reports or unit, "due_days": target.due_days, "closing_days": target.closing_days,
        "figures": rows,
    }  # fmt: skip


def _works(
    asked: TargetFile, target: PromisedTarget, n: int, vintage: str, programme: Outcome | None
) -> tuple[list[dict[str, Any]], list[Fresh]]:
    """The works of a programme of places: each chosen place promises its own in the year that the programme says."""
    if programme is None:
        raise LedgerError("no programme of places is named", fix="name the outcome of `place` with --programme")
    if not target.definition:
        raise LedgerError("the works have no definition", fix="say when a work counts as done")
    built = programme.table("built")
    first, source = target.programme or 1, target.source
    counts: dict[tuple[str, int], int] = {}
    for row in built.to_dict("records"):
        key = (str(row["place"]), int(row["works_from"]) + first - 1)
        counts[key] = counts.get(key, 0) + 1
    rows: dict[str, list[LedgerFigure]] = {}
    sums: dict[int, int] = {}
    for (place, year), count in sorted(counts.items()):
        rows.setdefault(place, []).append(LedgerFigure(str(count), "works", f"{year:04d}", source, vintage))
        sums[year] = sums.get(year, 0) + count
    promises = [
        {
            "indicator": target.indicator,
            "figure": LedgerFigure(str(count), "works", f"{y:04d}", source, vintage),
        }
        for y, count in sorted(sums.items())
    ]
    definition = cleaned(target.definition)
    return promises, [_sheet(asked, target, f"T{n}-{place}", place, definition, own) for place, own in rows.items()]


def _yearly(target: PromisedTarget, plan: Outcome | None, decimals: int) -> dict[int, Decimal]:
    """The figures of every year, to so many decimals: those that stand in the file, or the plan's own."""
    if target.values is not None:
        return {int(y): rounded(Decimal(decimal_text(v)), decimals) for y, v in target.values.items()}
    indicator, measure = target.indicator, target.measure
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


def _shares(asked: TargetFile, target: PromisedTarget) -> dict[str, Decimal]:
    """Shares by unit: a table, or a CSV file: unit, share (or capacity), and indicator where it has several."""
    if isinstance(target.shares, Mapping):
        return {u: Decimal(decimal_text(v)) for u, v in target.shares.items()}
    if not target.shares:
        raise LedgerError("no shares say which unit promises what", fix='shares = { "A" = 0.4, "B" = 0.6 }, or a file')
    shares: dict[str, Decimal] = {}
    file = asked.folder / target.shares
    for row in named_columns(file, ("unit",), ("share", "capacity", "indicator")).to_dict("records"):
        if row["indicator"] in (target.indicator, ""):
            if row["unit"] in shares:
                raise LedgerError(f"unit {row['unit']} stands twice", where=file.name, fix="keep one row a unit")
            shares[row["unit"]] = Decimal(decimal_text(row["share"] or row["capacity"]))
    return shares


def _profile(asked: TargetFile, target: PromisedTarget, every: str) -> tuple[list[Decimal], str]:
    """Weights of the parts of a year: a list, a CSV file with columns part and share, or even, and said so."""
    many = PARTS[every]
    if target.profile is None:
        return [Decimal(1)] * many, EVEN if every != YEAR else ""
    if isinstance(target.profile, str):
        file = asked.folder / target.profile
        by_part = {str(r["part"]): r["share"] for r in named_columns(file, ("part", "share")).to_dict("records")}
        wanted = [str(k) for k in range(1, many + 1)]
        if set(by_part) != set(wanted):
            what = f"the profile has the parts {', '.join(by_part)}, and a year has {many}"
            raise LedgerError(what, where=file.name, fix=f"write the parts 1 to {many}, one a {every}")
        return [Decimal(decimal_text(by_part[k])) for k in wanted], ""
    if len(target.profile) != many:
        raise LedgerError(f"the profile has {len(target.profile)} parts, and a year has {many}", fix=f"one a {every}")
    return [Decimal(decimal_text(w)) for w in target.profile], ""
