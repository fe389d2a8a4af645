"""What a ledger hands to those who follow a plan: promises as series, who is above whom, announcements, the past."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.following.announcements import Announced
from groundplan.following.promised_series import PastFigure, PromisedSeries
from groundplan.ledgers.entries import LedgerError
from groundplan.ledgers.ledger_book import CORRECTED, NOT_YET_DUE, REPORTED, LedgerBook
from groundplan.ledgers.ledger_export import unit_names
from groundplan.ledgers.periods import PARTS, Period, period
from groundplan.tables.door.figures import figures
from groundplan.tables.door.named_columns import named_columns
from groundplan.tables.door.notation import PLAIN

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Past:
    """Figures of before the plan, by unit, indicator and measure; ``read_past`` reads them."""

    figures: Mapping[Key, tuple[tuple[Period, float], ...]]


NOTHING_PAST = Past({})


def read_past(path: str | Path, book: LedgerBook) -> Past:
    """Figures of before the plan from a CSV file: unit, indicator, period, value, measure.

    Units are told by key or name. Raises ``TableError`` and ``UnknownName``, all faults at once, for units and
    indicators that the ledger does not know, another unit of measure than the promise's, and a period that is none.
    """
    file = Path(path)
    cells = named_columns(file, ("unit", "indicator", "period", "value", "measure"))
    numbered = cells[["value"]].set_axis(range(2, 2 + len(cells)), axis=0)
    values = figures(numbered, PLAIN, where=file.name)["value"].tolist()
    measures = {(s["unit"], s["indicator"]): str(s["measure"]) for s in book.present()}
    keys = {**{name: key for key, name in unit_names(book).items()}, **{u: u for u in book.units}}
    faults: list[GroundplanError] = []
    there: dict[Key, dict[Period, float]] = {}
    for n, (row, value) in enumerate(zip(cells.to_dict("records"), values, strict=True), 2):
        try:
            if row["unit"] not in keys:
                raise UnknownName("unit", str(row["unit"]), keys)
            unit = keys[row["unit"]]
            of_unit = [i for u, i in measures if u == unit]
            if row["indicator"] not in of_unit:
                raise UnknownName(f"promise of {row['unit']}", str(row["indicator"]), of_unit)
            wanted = measures[(unit, row["indicator"])]
            if row["measure"] != wanted:
                what = f"{row['indicator']} is in {row['measure']!r}, and {wanted} is promised"
                raise TableError(what, fix="convert it; nothing is converted unasked")
            there.setdefault((unit, row["indicator"], wanted), {})[period(str(row["period"]))] = float(value)
        except GroundplanError as fault:
            fault.where = f"{file.name}, line {n}"
            faults.append(fault)
    raise_all(faults, where=str(path))
    return Past({k: tuple(sorted(v.items())) for k, v in there.items()})


def followed(
    book: LedgerBook, on: date, *, past: Past = NOTHING_PAST, levels: Collection[str] = (),
    at_most: Collection[str] = (),
) -> list[PromisedSeries]:  # fmt: skip
    """Every promise that stands, as a series on a day; units by their names.

    A promise with one figure a year, of a part of the year, is a level (a stock or a ratio); yearly ones are where
    ``levels`` names their indicators. ``at_most`` names limits. What was reported under a version that
    another plan took the place of counts where the same is promised again, and else as past.
    Raises ``UnknownName`` for indicators that nobody promised, ``LedgerError`` for a sheet of unlike periods.
    """
    sheets = book.present()
    there = list(dict.fromkeys(str(s["indicator"]) for s in sheets))
    raise_all(
        [UnknownName("promised indicator", name, there) for name in (*levels, *at_most) if name not in there]
    )  # fmt: skip
    states = {(s.sheet, s.period): s for s in book.states(on)}
    names, before = unit_names(book), _before(book, on)
    return [_series(s, states, names[s["unit"]], before, past, levels, at_most, on) for s in sheets]


def _series(
    sheet: Mapping[str, Any], states: Mapping[tuple[str, str], Any], unit: str,
    before: Mapping[Key, Mapping[Period, float]], past: Past, levels: Collection[str], at_most: Collection[str],
    on: date,
) -> PromisedSeries:  # fmt: skip
    by_period = sorted((period(f["period"]), f) for f in sheet["figures"])
    when = [p for p, _ in by_period]
    every = {p.every for p in when}
    if len(every) > 1:
        what = f"the sheet {sheet['sheet']} has periods of unlike length: {', '.join(sorted(every))}"
        raise LedgerError(what, fix="promise months, quarters or years on a sheet of its own")
    parts = PARTS[every.pop()]
    key = (str(sheet["unit"]), str(sheet["indicator"]), str(sheet["measure"]))
    own = before.get(key, {})
    at = [states[(sheet["sheet"], p.text)] for p in when]
    came = [float(s.reported) if s.reported is not None else own.get(p, np.nan) for s, p in zip(at, when, strict=True)]
    counted = [w.year for w in when]
    earlier = {p: v for p, v in {**dict(past.figures.get(key, ())), **own}.items() if p not in when}
    return PromisedSeries(
        sheet=str(sheet["sheet"]), unit=unit, indicator=key[1], measure=key[2],
        periods=tuple(p.text for p in when), year=np.array(counted), part=np.array([p.of_year for p in when]),
        parts=parts, promised=np.array([float(f["value"]) for _, f in by_period]), reported=np.array(came),
        states=tuple(
            REPORTED if s.reported is None and x == x else s.state for s, x in zip(at, came, strict=True)
        ),
        due=tuple(s.due for s in at), ended=np.array([p.last < on for p in when]),
        level=key[1] in levels or (parts > 1 and len(set(counted)) == len(counted)),
        most=key[1] in at_most,
        past=tuple(PastFigure(p.year, p.of_year, v) for p, v in sorted(earlier.items()) if PARTS[p.every] == parts),
    )  # fmt: skip


def _before(book: LedgerBook, on: date) -> dict[Key, dict[Period, float]]:
    """What stood on a day under versions that another plan took the place of."""
    present = {s["sheet"] for s in book.present()}
    out: dict[Key, dict[Period, float]] = {}
    for sheet in book.sheets.values():
        if sheet["sheet"] in present:
            continue
        key = (str(sheet["unit"]), str(sheet["indicator"]), str(sheet["measure"]))
        for f in sheet["figures"]:
            value = standing(book, sheet["sheet"], f["period"], on)
            if value is not None:
                out.setdefault(key, {})[period(f["period"])] = value
    return out


def standing(book: LedgerBook, sheet: str, when: str, on: date) -> float | None:
    """The figure of a promise that stood on a day; None where none did. Units: its sheet's."""
    key = (sheet, when)
    so_far = [s for s in (*book.earlier.get(key, ()), book.figures.get(key)) if s is not None and s.since <= on]
    return float(so_far[-1].figure.amount) if so_far else None


def above(book: LedgerBook) -> dict[str, tuple[str, ...]]:
    """Unit → the units above it, nearest first; all by their names."""
    names = unit_names(book)
    out = {}
    for unit, body in book.units.items():
        chain, at = [], str(body["above"])
        while at:
            chain.append(names[at])
            at = str(book.units[at]["above"])
        out[names[unit]] = tuple(chain)
    return out


def announced(
    book: LedgerBook, on: date, *, levels: Collection[str] = (), at_most: Collection[str] = ()
) -> list[Announced]:
    """What was announced until a day, as it was worded last, with the figures of the sheet that measures it."""
    out: dict[str, Announced] = {}
    for entry in book.entries:
        if entry.kind == "announcement" and date.fromisoformat(entry.body["said"]) <= on:
            out[str(entry.body["claim"])] = _announced(book, entry.body, on, levels, at_most)
    return list(out.values())


def _announced(
    book: LedgerBook, c: Mapping[str, Any], on: date, levels: Collection[str], at_most: Collection[str]
) -> Announced:
    by_day = date.fromisoformat(c["by_day"]) if c["by_day"] else None
    about = (str(c["claim"]), str(c["who"]), str(c["words"]), date.fromisoformat(c["said"]), by_day, str(c["sheet"]))
    none = np.zeros(0)
    if not c["sheet"]:
        return Announced(*about, none, none, none, None)
    sheet = book.sheets[c["sheet"]]
    when = sorted((period(f["period"]), float(f["value"])) for f in sheet["figures"])
    when = [(p, v) for p, v in when if by_day is None or p.last <= by_day]
    judged = when[-1][0].last + timedelta(days=sheet["due_days"]) if when else on
    rows = [(v, *(standing(book, sheet["sheet"], p.text, d) for d in (min(judged, on), on))) for p, v in when]
    table = np.array([[np.nan if x is None else x for x in row] for row in rows], dtype=float).reshape(-1, 3)
    one_a_year = len({p.year for p, _ in when}) == len(when) and any(p.every != "year" for p, _ in when)
    level = sheet["indicator"] in levels or one_a_year
    return Announced(*about, table[:, 0], table[:, 1], table[:, 2], judged, level, sheet["indicator"] in at_most)


def owed(series: Sequence[PromisedSeries], on: date) -> list[dict[str, Any]]:
    """Every promised figure with its state and its day, a row each, in order of the days; text where it is text."""
    rows = [
        {
            "sheet": s.sheet, "unit": s.unit, "indicator": s.indicator, "period": s.periods[t], "measure": s.measure,
            "promised": float(s.promised[t]), "reported": float(s.reported[t]), "reconciled": float(s.reconciled[t]),
            "error": float(s.error[t]), "verdict": s.verdicts[t], "state": s.states[t], "due": str(s.due[t]),
            "came": s.states[t] in (REPORTED, CORRECTED), "to_come": s.states[t] == NOT_YET_DUE,
        }
        for s in series
        for t in range(len(s.periods))
    ]  # fmt: skip
    return sorted(rows, key=lambda r: (r["due"], r["unit"], r["sheet"]))
