"""Growth of output to go on with, as a sum of people, own past and catching up."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import pandas as pd

from groundplan.errors import GroundplanError
from groundplan.tables.national_past import OWN_WEIGHT, NationalPast, shrunk
from groundplan.tables.people_by_age import PeopleByAge
from groundplan.unplanned.usual_rule import UsualRule


@dataclass(frozen=True)
class ExpectedGrowth:
    """Yearly growth of output and its parts, logarithms, 1 / year.

    people       growth of heads, or the mean of heads and of hands where people are known by age
    own          what goes on of the own growth of output per head and per person engaged
    catching_up  what the distance to the richest country adds
    half         half of the 80 % range
    """

    people: float
    own: float
    catching_up: float
    half: float
    basis: str

    @property
    def rate(self) -> float:
        """The sum of its parts."""
        return self.people + self.own + self.catching_up

    def table(self) -> pd.DataFrame:
        """The account of growth: part, value (1 / year), basis."""
        rows = [
            ("people", self.people, self.basis),
            ("own past", self.own, f"{OWN_WEIGHT:g} of the growth of ten years"),
            ("catching up", self.catching_up, "by the distance of output per head from the richest country's"),
            ("growth", self.rate, "the sum"),
        ]
        return pd.DataFrame(rows, columns=["part", "value", "basis"])


def expected_growth(
    past: NationalPast, years: int, people: PeopleByAge | None = None, rule: UsualRule | None = None
) -> ExpectedGrowth:
    """Growth to go on with for ``years`` after the year of the past.

        heads = ln(1 + growth of people, five years) + ln(1 + shrunk(growth per head, gap per head))
        hands = growth of people aged 20 to 64 who are born + ln(1 + shrunk(growth per person engaged, gap))

    The mean of both, or heads alone where people are not known by age. ``shrunk``: ``tables.national_past``.
    What is per person engaged is needed only where people are known by age. Raises ``GroundplanError`` where the past
    lacks a figure that is needed.
    """
    hands = None if people is None else people.growth_of_hands(past.year, years)
    needed = {
        "growth of people": past.population_growth,
        "growth of output per head": past.per_head,
        "output per head over the richest country's": past.level_per_head,
    }
    if hands is not None:
        needed["growth of output per person engaged"] = past.per_worker
        needed["output per person engaged over the richest country's"] = past.level_per_worker
    said = {name: value for name, value in needed.items() if value is not None}
    if lacking := ", ".join(name for name in needed if name not in said):
        raise GroundplanError(
            f"the past lacks {lacking}", where=past.basis, fix="give a file with them: --history FILE"
        )
    heads, per_head, level, *of_hands = said.values()
    half = (rule or UsualRule()).growth_half(log(level))
    ways = [(log(1.0 + heads), per_head, level)]
    basis = f"growth of people in five years ({past.basis})"
    if hands is not None and people is not None:
        ways.append((hands, of_hands[0], of_hands[1]))
        basis = f"mean of that and of people aged 20 to 64 who are born already ({people.source}); {basis}"
    own = sum(OWN_WEIGHT * log(1.0 + per) for _, per, _ in ways) / len(ways)
    productivity = sum(log(1.0 + shrunk(per, log(gap))) for _, per, gap in ways) / len(ways)
    return ExpectedGrowth(sum(n for n, _, _ in ways) / len(ways), own, productivity - own, half, basis)
