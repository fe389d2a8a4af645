"""What a plan hangs on: every figure that was assumed, one at a time at the ends of its range, and the plan anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from groundplan.errors import Interrupted, PlanInfeasible, StudyError, UnknownName, raise_all
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import indicators, provenance
from groundplan.planning.exploring.swings import measured, measures_of, swings, units_of
from groundplan.planning.family import Family
from groundplan.planning.policy import Policy
from groundplan.planning.programme import FAMILIES
from groundplan.planning.solve import Progress, quiet
from groundplan.study.asking import Projects, Subject, study_of
from groundplan.study.ranges import Parameter, parameters
from groundplan.study.study import Study


def sensitivity(
    economy: Subject = None,
    *,
    on: Sequence[str] = (),
    of: Sequence[str] = (),
    spread: float = 0.25,
    study: Study | str | Path | None = None,
    year: int | None = None,
    policy: Policy | None = None,
    projects: Projects | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """How much each assumption matters: the plan made anew with one figure at the low and at the high end of its range.

        swing = max over {low, high} of |measure(end) − measure(base)|

    ``on``: indicators, told in the last year of the plan or as ``indicator @ year``, and ``objective``; by default
    living standard, import dependency and what the targets are about. ``of``: names of figures; by default all
    (``ranges.parameters``). ``spread``: a range where none is stated, as a share of the figure on either side. All
    else as in ``plan``.

    Returns an ``Outcome`` of engine ``sensitivity``. Table ``sensitivity``: parameter, unit, basis, low, base, high,
    measure, at_low, at_base, at_high, swing; nan where the plan cannot be made at that end. Largest swing first.
    Raises ``UnknownName`` and ``StudyError``, all at once, and what ``plan`` raises for the study as it stands.
    """
    if not 0.0 < spread < 1.0:
        raise StudyError(f"spread is {spread!r}", fix="give a share above 0 and below 1")
    asked = study_of(economy, study, year=year, policy=policy, projects=projects, choices=choices)
    made = asked.made(progress, families=families)
    chosen = _chosen(parameters(asked, made.economy, spread), of)
    measures = measures_of(made, on)
    base = measured(made, measures)
    rows: list[dict[str, Any]] = []
    for n, p in enumerate(chosen, 1):
        ends = []
        for end in (p.low, p.high):
            progress(f"{p.name} at {end:.4g} ({n} of {len(chosen)})")
            ends.append(base if end == p.base else _answer(p.changed(asked, end), families, measures))
        about = {f.name: getattr(p, f.name) for f in dataclasses.fields(p)}
        rows += [
            {
                **about,
                "parameter": p.name,
                "measure": m,
                "at_low": ends[0][m],
                "at_base": base[m],
                "at_high": ends[1][m],
            }
            for m in measures
        ]
    about = {**provenance(made), "engine": "sensitivity", "measures": units_of(made, measures)}
    return Outcome({"indicator": indicators(made)}, {"sensitivity": swings(rows, measures)}, about)


def _chosen(known: Sequence[Parameter], of: Sequence[str]) -> list[Parameter]:
    names = {p.name: p for p in known}
    fix = "state a range: [[ranges]] name, low, high" if of else ""
    raise_all([UnknownName("figure with a range", name, names, fix=fix) for name in of if name not in names])
    return [names[name] for name in of] if of else list(known)


def _answer(study: Study, families: Sequence[Family], measures: Sequence[str]) -> dict[str, float]:
    """What the plan of a study comes to; nan where there is none."""
    try:
        return measured(study.made(families=families, why=False), measures)
    except PlanInfeasible:
        return dict.fromkeys(measures, float("nan"))
    except KeyboardInterrupt:
        raise Interrupted("stopped by the user; nothing was written") from None
