"""What a target would take, and what else would fall for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from groundplan.errors import PlanInfeasible
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target, read_target
from groundplan.planning.explaining.loss_of_standard import share_between
from groundplan.planning.explaining.reached import against, missed
from groundplan.planning.explaining.why_not import WhyNot, after_it, as_outcome, first_of_all
from groundplan.planning.families.family import Family
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.study.asking import Projects, Subject, study_of
from groundplan.study.repeating import repeating
from groundplan.study.study import Study
from groundplan.study.worded import indicators_called, with_taken
from groundplan.verbs.plan import shown_plan, written_down


def whynot(
    economy: Subject,
    target: Target | str,
    *,
    study: Study | str | Path | None = None,
    year: int | None = None,
    policy: Policy | None = None,
    projects: Projects | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """What a target would take, over and above what a plan already must: ``"gross output: cons >= 2500 in 2024"``.

    The plan is made without the target and with it as a must. What all households together and every group of them give
    up for it is the table ``household_cost``; what falls for it and what rises, by year, ``changes``; what it costs in
    all is in the provenance, and ``sentences`` says all in words. A target that cannot be met
    is answered too: with what it clashes with, repairs, and the plan that comes nearest (the target as first
    priority), which is then compared instead. All else as in ``plan``.
    Raises ``PlanInfeasible`` where there is no plan even without it, and what ``plan`` raises.
    """
    wish = read_target(target) if isinstance(target, str) else target
    wish = dataclasses.replace(wish, weight=None, priority=None).checked()
    asked = study_of(economy, study, year=year, policy=policy, projects=projects, choices=choices)
    own = asked.policy.targets

    def planned(targets: list[Target], tail: int = asked.policy.tail_years) -> tuple[SolvedPlan, Outcome]:
        policy = dataclasses.replace(asked.policy, targets=targets, tail_years=tail)
        with_them = dataclasses.replace(asked, policy=policy)
        shown = shown_plan(with_them, families, progress)
        return shown, written_down(shown, with_them, progress)

    progress("the plan without it")
    plain, without = planned(own)
    (named,), taken = indicators_called(plain.economy, plain.policy, [wish.indicator])
    wish = dataclasses.replace(wish, indicator=named)
    reached = against(without, wish)
    again = with_taken(repeating("whynot", asked, plain.economy, target=wish.text()), taken)
    if len(reached) and missed(wish, reached) == 0:
        return as_outcome(WhyNot(wish, without, without, 0.0)).noting(**again)
    progress("the plan with it")
    clash: Sequence[str] = ()
    repairs: Sequence[Mapping[str, object]] = ()
    try:
        shown, other = planned([*own, wish])
    except PlanInfeasible as why:
        clash, repairs = why.clash, why.repairs
        progress("the plan that comes nearest")
        shown, other = planned([*after_it(own), first_of_all(wish)])
    tail, alone = shown.policy.tail_years, False
    if tail != plain.policy.tail_years:
        # Worths of plans that reckon with different years cannot be compared.
        progress("the plan without it, of the same years")
        (plain, without), alone = planned(own, tail), True
    reply = WhyNot(wish, without, other, share_between(shown, plain), clash, repairs, alone)
    return as_outcome(reply).noting(**again)
