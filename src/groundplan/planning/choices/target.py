"""Targets: an indicator, the years, a bound and a strength."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.cards import Entry, known

SENSES = ("<=", ">=", "==")


@dataclass(frozen=True)
class Target(Entry):
    """An indicator, the years, a bound and a strength.

    ``year`` is one year or None for every year of the plan. ``weight`` None makes it a *must*; a number makes it a
    *should* whose shortfall costs that much of the objective per unit (in the indicator's unit).
    """

    indicator: str = known("", "the name of an indicator")
    sense: str = known("", "a sense", among=SENSES)
    value: float = known("the indicator's", "the bound, a number")
    year: int | None = known("", "a year of the plan; every year if left out", None)
    weight: float | None = known("objective per unit", "what a unit of shortfall costs; a must if left out", None, 0.0)
    name: str = known("", "a name for the report", "")

    def text(self) -> str:
        """The target in words: ``import bill <= 180 in 2029``."""
        when = "every year" if self.year is None else f"in {self.year}"
        return f"{self.indicator} {self.sense} {self.value:g} {when}"
