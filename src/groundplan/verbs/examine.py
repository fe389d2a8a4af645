"""The plan, with and without its contingencies, put through the day-by-day engine of ``stress``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from groundplan.outcome import Outcome
from groundplan.planning.families.family import Family
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Progress, quiet
from groundplan.study.asking import Projects, Subject
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
    return plan(
        economy, study=study, year=year, policy=policy, projects=projects, examine=True, families=families,
        progress=progress, **choices,
    )  # fmt: skip
