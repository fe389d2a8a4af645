"""The plan, with and without its contingencies, put through the day-by-day engine of ``stress``."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from groundplan.crisis.examination import examined
from groundplan.errors import StudyError
from groundplan.outcome import Outcome
from groundplan.planning.family import Family
from groundplan.planning.policy import Policy
from groundplan.planning.programme import FAMILIES
from groundplan.planning.solve import Progress, quiet
from groundplan.study.asking import Projects, Subject, study_of
from groundplan.study.study import Study
from groundplan.verbs.plan import plan


def examine(
    economy: Subject = None,
    *,
    study: Study | str | Path | None = None,
    year: int | None = None,
    policy: Policy | None = None,
    projects: Projects | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """The plan, and what the adaptive engine makes of it: once as it is, once as it would be without contingencies.

    Arguments as for ``plan``. Returns the plan's outcome with the tables examination, examination_curves and
    examination_groups (``crisis.examination.examined``).
    Raises ``StudyError`` where no contingency is stated, and what ``plan`` and ``examined`` raise.
    """
    asked = study_of(economy, study, year=year, policy=policy, projects=projects, choices=choices)
    if not asked.policy.contingencies:
        raise StudyError("there is no contingency to examine the plan with", fix="state [[contingencies]]")
    progress("the plan with its contingencies")
    made = plan(asked, families=families, progress=progress)
    progress("the plan without contingencies")
    without = dataclasses.replace(asked, policy=dataclasses.replace(asked.policy, contingencies=[]))
    bare = plan(without, families=families, progress=progress)
    tables = examined(asked.economy(), asked.policy, made, bare, asked.folder, progress)
    return dataclasses.replace(made, tables={**made.tables, **tables})
