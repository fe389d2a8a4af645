"""Goals: what a doctrine wants, in multiples of the base year, so that it is one file for every country."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError, StudyError
from groundplan.planning.choices.target import SENSES
from groundplan.records.card import Entry, keyed


@dataclass(frozen=True)
class Goal(Entry):
    """An indicator, a bound relative to the base year or to the year before, and what it is worth.

    ``of_base`` holds in every year; with ``of_base_last`` the bound goes on a straight line from ``of_base`` in the
    first year to it in the last. What is missing costs ``worth`` of living standard for a unit of money: of the
    indicator, or of a ratio's denominator times the ratio.
    """

    indicator: str = keyed("", "the name of an indicator in money, or of a ratio of two")
    sense: str = keyed("", "a sense", among=SENSES)
    of_base: float | None = keyed("1", "the bound, as a multiple of the indicator in the base year", None)
    of_base_last: float | None = keyed("1", "the bound in the last year, as such a multiple", None)
    growth: float | None = keyed("1 / year", "the bound as yearly growth; not for a ratio", None, -1, 10)
    worth: float = keyed("1", "living standard that a unit of money missing costs", 1.0, 0, 1e6)

    def more_faults(self) -> list[GroundplanError]:
        """One form of bound."""
        if (self.of_base is None) == (self.growth is None) or (self.of_base is None and self.of_base_last is not None):
            what = f"the goal for {self.indicator} has no bound or two"
            return [StudyError(what, where=self.where, fix="give of_base (and of_base_last), or growth")]
        return []
