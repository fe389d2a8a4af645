"""How different a plan can be that is nearly as good."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from groundplan.outcome import Outcome
from groundplan.planning.exploring.near_best import nearly_as_good
from groundplan.planning.families.family import Family
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Progress, quiet
from groundplan.study.asking import Projects, Subject, study_of
from groundplan.study.repeating import repeating
from groundplan.study.study import Study
from groundplan.study.worded import indicators_called, with_taken


def alternatives(
    economy: Subject = None,
    *,
    within: float = 0.01,
    of: Sequence[str] = (),
    top: int = 5,
    count: int = 3,
    study: Study | str | Path | None = None,
    year: int | None = None,
    policy: Policy | None = None,
    projects: Projects | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """How different a plan can be that is nearly as good as the best: how far each figure may move, and other plans.

    ``within``: how much of everybody's living standard may be lost, as a share; ``of``: indicators, or headings such as
    ``imports``; by default totals and, under each of four headings, the ``top`` largest; ``count``: other plans looked
    for. All else as in ``plan``.

    Returns an ``Outcome`` of engine ``alternatives`` (``planning.exploring.near_best.nearly_as_good``).
    Raises ``UnknownName`` and ``StudyError``, all at once, and what ``plan`` raises.
    """
    asked = study_of(economy, study, year=year, policy=policy, projects=projects, choices=choices)
    plan = asked.solved_plan(progress, families=families)
    of, taken = indicators_called(plan.economy, plan.policy, of)
    again = repeating("alternatives", asked, plan.economy, within=within, of=of, top=top, count=count)
    again = with_taken(again, taken)
    return nearly_as_good(plan, within=within, of=of, top=top, count=count, progress=progress).noting(**again)
