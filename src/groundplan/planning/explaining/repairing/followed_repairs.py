"""Repairs followed to what they mean: each repaired plan made, and put beside the plan without what clashes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from groundplan.errors import PlanInfeasible, SolverError
from groundplan.planning.explaining.guards import guards_of
from groundplan.planning.explaining.repairing.asked_plan import Altered, AskedPlan, as_they_are
from groundplan.planning.explaining.repairing.consequence import consequence
from groundplan.planning.explaining.repairing.repair import Repair
from groundplan.planning.families.family import Family
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.solved_plan import SolvedPlan

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

SPARE = 1.02
WITHOUT = "the plan without what clashes"


def with_spare(repair: Repair) -> Repair:
    """At the edge of what is possible a solver can search for long; with a little to spare it does not."""
    return replace(repair, items=repair.items.assign(amount=SPARE * repair.items["amount"]))


def follow(
    asked: AskedPlan, targets: Sequence[int], ranked: Sequence[Repair], seconds: float, progress: Progress = quiet
) -> list[Repair]:
    """Repairs with their cost and their consequence against the plan without the targets that clash, cheapest first.

    Each plan is made as it was asked for, with its years after the end where it can have them. What cannot be made is
    left out; what time does not suffice for is told without a consequence, last.
    """
    until = time.process_time() + seconds
    left = [t for n, t in enumerate(asked.policy.targets) if n not in targets]
    bare = replace(asked.policy, targets=left)
    others: dict[tuple[int, int], SolvedPlan] = {}

    def under(policy: Policy, altered: Altered, families: Sequence[Family]) -> SolvedPlan:
        quick = replace(policy, time_limit=min(policy.time_limit, max(until - time.process_time(), 1.0)))
        return asked.again(quick, altered, families)

    def against(policy: Policy) -> SolvedPlan:
        """The plan without the clash, of as many years as another and as many after them."""
        of = (policy.years, policy.tail_years)
        if of not in others:
            others[of] = under(replace(bare, years=of[0], tail_years=of[1]), as_they_are, asked.families)
        return others[of]

    followed, not_followed = [], []
    for n, repair in enumerate(ranked, 1):
        progress(f"what follows from repair {n} of {len(ranked)}")
        spare = with_spare(repair)
        if time.process_time() > until:
            not_followed.append(repair)
            continue
        try:
            plan = under(spare.chosen(asked.policy), spare.widened, spare.loosened(asked.families, asked.activities))
            other = against(plan.policy) if targets else None
        except PlanInfeasible:
            continue
        except SolverError:
            not_followed.append(repair)
            continue
        if other is None:
            raised = guards_of(plan, path=False, prices=False)
            followed.append(replace(repair, follows=tuple(guard.sentence for guard in raised)))
            continue
        after = consequence(plan, other)
        cost = None if np.isnan(after.share) else after.share
        followed.append(replace(repair, cost=cost, follows=tuple(after.lines(WITHOUT))))
    return [*sorted(followed, key=lambda r: np.inf if r.cost is None else r.cost), *not_followed]
