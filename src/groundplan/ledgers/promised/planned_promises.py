"""What a ledger promises for the years of a plan, and what was reported of those that have passed."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from groundplan.ledgers.ledger_book import LedgerBook
from groundplan.ledgers.ledger_export import unit_names
from groundplan.ledgers.periods import period
from groundplan.planning.activities import Activities
from groundplan.planning.replanning.promises import PlanPromise
from groundplan.planning.replanning.reached_state import ReachedFigure


class LedgerPromises(NamedTuple):
    """Promises and reports of a ledger in the plan's own indicators, what its units are called, and notes on both."""

    promises: list[PlanPromise]
    reports: list[ReachedFigure]
    names: dict[str, str]
    notes: list[str]


def planned_promises(book: LedgerBook, on: date, a: Activities, after: int, stated: set[str]) -> LedgerPromises:
    """What a ledger's sheets promise for years to come, what was reported of years past, the names of units, notes.

    A year's figure is the sum over units and periods; what was not reported counts as promised, and a note says so. A
    figure that is ``stated`` otherwise is not taken from reports.
    """
    units = a.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    promised: dict[tuple[str, int], dict[str, float]] = {}
    room: dict[tuple[str, int], float] = {}
    reported: dict[tuple[str, int], float] = {}
    silent: dict[tuple[str, int], int] = {}
    any_report: set[tuple[str, int]] = set()
    other: set[str] = set()
    for s in book.states(on):
        if s.indicator not in units.index or s.measure != str(units[s.indicator]).removesuffix(" / year"):
            other.add(s.indicator)
            continue
        key = (s.indicator, period(s.period).year)
        own = promised.setdefault(key, {})
        own[s.unit] = own.get(s.unit, 0.0) + float(s.target)
        places = len(s.target.partition(".")[2])
        room[key] = room.get(key, 0.0) + 0.5 * 10.0**-places
        reported[key] = reported.get(key, 0.0) + float(s.target if s.reported is None else s.reported)
        if s.reported is None:
            silent[key] = silent.get(key, 0) + 1
        else:
            any_report.add(key)
    promises = [PlanPromise(i, y, sum(own.values()), "==", room[i, y], own) for (i, y), own in promised.items()]
    reports = [
        ReachedFigure(what=i, year=y, reported=reported[i, y], source=f"the ledger's reports until {on}")
        for i, y in promised
        if (i, y) in any_report and a.years[0] <= y <= after and i not in stated and i not in set(a.ratios["indicator"])
    ]
    notes = [
        f"Of {i} in {y} {silent[i, y]} figures were not reported by {on}, and count as promised."
        for i, y in promised
        if (i, y) in silent and y <= after
    ]
    notes += [
        f"{i} is promised in the ledger and is no figure of this plan: it stays as it was." for i in sorted(other)
    ]
    return LedgerPromises(promises, reports, unit_names(book), notes)
