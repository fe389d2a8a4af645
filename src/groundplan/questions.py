"""Questions to a plan: what it would take to have this too."""

from __future__ import annotations

import dataclasses
from typing import Any

from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target, read_target
from groundplan.planning.explaining.reached import against, missed
from groundplan.planning.explaining.why_not import Answer, after_it, as_outcome, first_of_all
from groundplan.planning.solve import Progress, quiet
from groundplan.study import Study, plan


def why_not(
    subject: Study | Economy | str, target: Target | str, *, progress: Progress = quiet, **choices: Any
) -> Outcome:
    """What a target would take, over and above what a plan already must: ``"gross output: cons >= 2500 in 2024"``.

    The plan is made without the target and with it as a must. What falls for it and what rises, by year, is the table
    ``changes``; what it costs is in the provenance, and ``sentences`` says all in words. A target that cannot be met
    is answered too: with what it clashes with, repairs, and the plan that comes nearest (the target as first
    priority), which is then compared instead.

    ``subject``: a study, an economy or the code of a shipped country; ``choices`` are policies, as of ``plan``.
    Raises ``PlanInfeasible`` where there is no plan even without it, and what ``plan`` raises.
    """
    asked = read_target(target) if isinstance(target, str) else target
    asked = dataclasses.replace(asked, weight=None, priority=None).checked()
    own = list(subject.policy.targets if isinstance(subject, Study) else choices.pop("targets", []))
    policy = choices.pop("policy", None)
    own += [] if policy is None else list(policy.targets)

    def made(targets: list[Target]) -> Outcome:
        if isinstance(subject, Study):
            e = subject.economy()
            chosen = dataclasses.replace(subject.chosen(e), targets=targets, **choices)
            return plan(e, policy=chosen, projects=subject.projects or None, progress=progress)
        return plan(subject, policy=policy, progress=progress, targets=targets, **choices)

    progress("the plan without it")
    without = made(own)
    found = against(without, asked)
    if len(found) and missed(asked, found) == 0:
        return as_outcome(Answer(asked, without, without))
    progress("the plan with it")
    try:
        return as_outcome(Answer(asked, without, made([*own, asked])))
    except PlanInfeasible as clash:
        progress("the plan that comes nearest")
        nearest = made([*after_it(own), first_of_all(asked)])
        return as_outcome(Answer(asked, without, nearest, clash.clash, clash.repairs))
