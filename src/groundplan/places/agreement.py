"""A programme of places inside a national plan: what it claims goes in as demand, what the plan can give comes back.

The plan carries the programme out as far as that is worth its cost; what it carries out is the ceiling under which the
places are chosen again, until claims and ceilings agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from groundplan.errors import StudyError
from groundplan.outcome import Outcome

Choose = Callable[[Sequence[float] | None], Outcome]
Claims = Callable[[Outcome], Sequence[float]]
Planned = Callable[[Sequence[float]], tuple[Outcome, Sequence[float]]]
Progress = Callable[[str], None]
WHERE = "agreement of programme and plan"
STEPS = ("round", "year", "claim", "ceiling", "residual")


@dataclass(frozen=True, eq=False)
class Agreement:
    """What was agreed.

    plan     the national plan with the programme in it
    choice   the choice of places under the plan's ceilings
    rounds   round, year, claim and ceiling (money of the plan), residual = (claim − ceiling) / claim
    agreed   whether the last round's residuals are within the tolerance
    """

    plan: Outcome
    choice: Outcome
    rounds: pd.DataFrame
    agreed: bool

    @property
    def residual(self) -> float:
        """The largest part of a year's claim that the plan does not give, 1."""
        last = self.rounds[self.rounds["round"] == self.rounds["round"].max()]
        return float(last["residual"].max()) if len(last) else 0.0


def agree(
    choose: Choose, claims: Claims, planned: Planned, first: int, *, rounds: int, tolerance: float, progress: Progress
) -> Agreement:
    """Choose places and plan the economy in turn until the programme's claims and the plan's ceilings agree.

    ``choose`` gets the ceilings by year (None at first) and returns a choice; ``claims`` reads from it what building
    costs in each year, in the plan's money, from the year ``first`` on; ``planned`` makes the plan with these claims in
    it, and says how much of each it carries out. Raises ``StudyError`` for arguments that make no sense and what
    ``planned`` and ``choose`` raise.
    """
    if rounds < 1 or not tolerance >= 0:
        given = f"rounds {rounds!r}, tolerance {tolerance!r}"
        raise StudyError(given, where=WHERE, fix="give one round or more, a tolerance from 0")
    ceiling: Sequence[float] | None = None
    steps: list[tuple[int, int, float, float, float]] = []
    for number in range(1, rounds + 1):
        progress(f"round {number}: choosing places")
        choice = choose(ceiling)
        asked = [float(c) for c in claims(choice)]
        progress(f"round {number}: planning with the programme")
        plan, done = planned(asked)
        residuals = [(a - d) / a if a > 0 else 0.0 for a, d in zip(asked, done, strict=True)]
        steps += [(number, first + t, a, d, r) for t, (a, d, r) in enumerate(zip(asked, done, residuals, strict=True))]
        agreed = max(residuals, default=0.0) <= tolerance
        if agreed or number == rounds:
            break
        ceiling = done
    return Agreement(plan, choice, pd.DataFrame(steps, columns=list(STEPS)), agreed)
