"""Doctrines side by side: what each gives up for what."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from groundplan.crisis.scenarios_of_policy import with_scenarios
from groundplan.errors import raise_all
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import provenance
from groundplan.planning.doctrines.doctrine import Doctrine, faults_of, open_doctrine, shipped, with_branches
from groundplan.planning.doctrines.doctrine_runs import runs_of, side_by_side
from groundplan.planning.families.family import Family
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Progress, quiet
from groundplan.study.asking import Projects, Subject, study_of
from groundplan.study.repeating import repeating, study_text
from groundplan.study.study import Study
from groundplan.study.worded import doctrine_called, with_taken

OF_ONE_PLAN = ("solver", "objective", "objective_unit")


def compare(
    economy: Subject = None,
    doctrine: Sequence[Doctrine | str | Path] | None = None,
    *,
    list: bool = False,
    study: Study | str | Path | None = None,
    year: int | None = None,
    policy: Policy | None = None,
    projects: Projects | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """The same economy under several doctrines, against the plan without one.

    ``doctrine``: shipped ones by name, TOML files, or ``Doctrine``; all shipped ones by default. ``list``: the shipped
    ones, and nothing is planned. All else as in ``plan``, for every run alike; a doctrine's own choices go before them.

    Returns an ``Outcome`` (engine ``compare``) with tables: comparison (a row a doctrine), paths (doctrine × year),
    branches (doctrine × branch), doctrines (words, choices, goals, and why one has no plan); a list has the table
    ``doctrines`` (doctrine, name, words). A doctrine that the economy cannot meet is told with its conflict. Raises
    what ``plan`` raises for the plan without a doctrine, ``UnknownName`` and ``StudyError`` for doctrines that
    are none.
    """
    if list:
        rows = [(key, d.name, d.words) for key, d in shipped().items()]
        return Outcome(
            {}, {"doctrines": pd.DataFrame(rows, columns=["doctrine", "name", "words"])}, {"engine": "doctrines"}
        )
    names = shipped() if doctrine is None else doctrine
    asked = [d if isinstance(d, Doctrine) else open_doctrine(d) for d in names]
    raise_all(faults_of(asked), where="doctrines")
    start = study_of(economy, study, year=year, policy=policy, projects=projects, choices=choices)
    e = start.economy()
    common = with_scenarios(e, with_branches(e, start.chosen(e)))
    own = [b.name for b in common.branches]
    in_codes = [doctrine_called(e, d, own) for d in asked]
    asked = [d for d, _ in in_codes]
    rows_of_projects = start.in_codes(e).projects or None
    runs = runs_of(e, common, asked, projects=rows_of_projects, families=families, progress=progress)
    tables, turnpike = side_by_side(runs, e)
    plain = runs[0].plan
    assert plain is not None
    studies = {r.name: study_text(dataclasses.replace(start, policy=r.policy), e) for r in runs}
    about = {
        **{k: v for k, v in provenance(plain).items() if k not in OF_ONE_PLAN},
        "engine": "compare",
        "turnpike": turnpike,
        "studies": studies if start.accounts is None else {},
        "solver_by_doctrine": {r.name: r.plan.solution.quality for r in runs if r.plan is not None},
    }
    again = repeating("compare", start, e, doctrine=doctrine)
    taken = [one for _, words in in_codes for one in words]
    return Outcome({}, tables, {**about, **with_taken(again, taken)})
