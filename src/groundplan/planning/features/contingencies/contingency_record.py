"""Contingencies: what a plan must survive, from which year, and which floor holds then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.admissible import is_number
from groundplan.records.card import Entry, keyed
from groundplan.records.named import COMMODITY, GROUP, PRODUCT, SECTOR, Naming

LOSSES = ("imports_lost", "partners_lost", "exports_lost", "capacity_lost")
BY_YEAR = "a number, or a list with one for each year of it (the last one counts on)"


@dataclass(frozen=True)
class Contingency(Entry):
    """Something that may go wrong in ``year``: the years from then on get decisions of their own, and keep its floor.

    What is lost stands either in a stress scenario, by name or as a file, or in the keys themselves. Shares are means
    over a year: a loss of half for half a year is a quarter. Capacities, skills and stores at the start of ``year`` are
    the plan's own.
    """

    name: str = keyed("", "a name for the report")
    year: int = keyed("", "the year of the plan in which it begins")
    length: int = keyed("years", "how many years are looked at", 1, 1, 20)
    scenario: str = keyed("", "a ready stress scenario by name, or a scenario file (.toml)", "")
    imports_lost: dict[str, Any] = keyed(
        "1",
        f"product, or product@partner → share of its imports that does not come: {BY_YEAR}",
        {},
        names=Naming(PRODUCT, marked=True, refused=False),
    )
    partners_lost: dict[str, Any] = keyed("1", f"partner → share of what it sells that does not come: {BY_YEAR}", {})
    exports_lost: dict[str, Any] = keyed(
        "1", f"product → share of its market abroad that is closed: {BY_YEAR}", {}, names=Naming(PRODUCT)
    )
    capacity_lost: dict[str, Any] = keyed(
        "1",
        f"sector → share of its capacity that stands still: {BY_YEAR}",
        {},
        names=Naming(SECTOR, marked=True, refused=False),
    )
    claims: dict[str, Any] = keyed(
        "the commodity's own / year", f"commodity → what is needed besides: {BY_YEAR}", {}, names=Naming(COMMODITY)
    )
    floor: float = keyed(
        "1", "least living standard per head of every group, as a share of the base year", 0.8, 0.0, 2.0
    )
    floors: dict[str, float] = keyed(
        "1", "floors of single groups, by code, as shares of the base year", {}, 0.0, 2.0, names=Naming(GROUP)
    )
    likelihood: float = keyed(
        "1", "weight of these years' living standard in the goal, so that the means at hand are used", 0.001, 0.0, 1.0
    )

    def more_faults(self) -> list[GroundplanError]:
        """Losses are shares, by year; a scenario says all or nothing of what is lost."""
        given = [key for key in (*LOSSES, "claims") if getattr(self, key)]
        faults: list[GroundplanError] = []
        if self.scenario and given:
            what = f"contingency '{self.name}' names a scenario and gives {', '.join(given)}"
            faults.append(StudyError(what, where=self.where, fix="leave one of the two out"))
        for key in given:
            most = float("inf") if key == "claims" else 1.0
            for name, value in getattr(self, key).items():
                if not _numbers(value, most):
                    what = f"{key} of {name} in contingency '{self.name}' is {value!r}"
                    span = "numbers from 0" if key == "claims" else "shares, 0 to 1"
                    faults.append(StudyError(what, where=self.where, fix=f"give {span}: one, or a list by year"))
        return faults

    def lost(self, key: str, years: Sequence[int]) -> dict[str, list[float]]:
        """What is lost of each name in each of ``years``; nothing before the contingency and after its end."""
        return {str(name): [self._at(value, y) for y in years] for name, value in getattr(self, key).items()}

    def _at(self, value: Any, year: int) -> float:
        n = year - self.year
        if not 0 <= n < self.length:
            return 0.0
        steps = value if isinstance(value, (list, tuple)) else [value]
        return float(steps[min(n, len(steps) - 1)])

    def floor_of(self, group: str) -> float:
        """The floor of a group, as a share of the base year."""
        return float(self.floors.get(group, self.floor))


def _numbers(value: Any, most: float) -> bool:
    steps = value if isinstance(value, (list, tuple)) else [value]
    return bool(len(steps)) and all(is_number(v) and 0.0 <= v <= most for v in steps)
