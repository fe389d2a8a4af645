"""A plan as it was asked for, and how it is made anew when something of it is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundplan.planning.activities import Activities
from groundplan.planning.families.family import Family
from groundplan.planning.families.rows import Model
from groundplan.planning.solved_plan import SolvedPlan

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

Altered = Callable[[Activities], Activities]


def as_they_are(a: Activities) -> Activities:
    """Activities without a change."""
    return a


@dataclass(frozen=True, eq=False)
class AskedPlan:
    """The policy that was asked for, what can be done under it and its limits, and two ways to ask again.

    again    (policy, change of the activities, families) → the best plan, with its years after the end where it can
             have them; raises ``PlanInfeasible`` where there is none
    written  policy → its programme without years after the end, not solved
    """

    policy: Policy
    activities: Activities
    families: Sequence[Family]
    again: Callable[[Policy, Altered, Sequence[Family]], SolvedPlan]
    written: Callable[[Policy], Model]
