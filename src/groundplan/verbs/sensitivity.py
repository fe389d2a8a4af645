"""What a plan hangs on: every figure that was assumed, one at a time at the ends of its range, and the plan anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from groundplan.batches.compute import Runner
from groundplan.errors import StudyError, UnknownName, raise_all
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import provenance
from groundplan.planning.exploring.swings import SwingRow, measured, measures_of, swings, units_of
from groundplan.planning.families.family import Family
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.solved_plan import indicators
from groundplan.study.asking import Projects, Subject, study_of
from groundplan.study.ends import Ends, answers
from groundplan.study.ranges import Parameter, parameters
from groundplan.study.repeating import repeating
from groundplan.study.study import Study
from groundplan.study.worded import indicators_called, ranges_called, with_taken


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
    workers: int = 1,
    address: str | None = None,
    run: str | Path | None = None,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """How much each assumption matters: the plan made anew with one figure at the low and at the high end of its range.

        swing = max over {low, high} of |measure(end) − measure(base)|

    ``on``: indicators, told in the last year of the plan or as ``indicator @ year``, ``constant standard`` (the one
    that is worth the whole plan) and ``objective``; by default the constant standard, living standard, import
    dependency and what the targets are about. ``of``: names of figures; by default all
    (``ranges.parameters``). ``spread``: a range where none is stated, as a share of the figure on either side. Plans
    are made by ``workers`` processes or the Dask scheduler at ``address``, and finished ones kept in the folder
    ``run``. All else as in ``plan``.

    Returns an ``Outcome`` of engine ``sensitivity``. Table ``sensitivity``: parameter, unit, basis, low, base, high,
    measure, at_low, at_base, at_high, swing; nan where the plan cannot be made at that end. Largest swing first.
    Raises ``UnknownName`` and ``StudyError``, all at once, what ``plan`` raises for the study as it stands, and what
    ``batches.compute.compute`` raises.
    """
    runner = Runner(workers, address, run)
    if not 0.0 < spread < 1.0:
        raise StudyError(f"spread is {spread!r}", fix="give a share above 0 and below 1")
    asked = study_of(economy, study, year=year, policy=policy, projects=projects, choices=choices)
    plan = asked.solved_plan(progress, families=families)
    in_codes = asked.in_codes(plan.economy)
    of, taken = ranges_called(plan.economy, in_codes.policy, of)
    chosen = _chosen(parameters(in_codes, plan.economy, spread), of)
    on, more = indicators_called(plan.economy, plan.policy, on)
    measures = measures_of(plan, on)
    base = measured(plan, measures)
    moved = [(p, end) for p in chosen for end in (p.low, p.high) if end != p.base]
    at_ends = answers(Ends(in_codes, families, measures, moved), plan, runner, progress)
    at = {
        (p.name, end): dict(zip(measures, row.tolist(), strict=True))
        for (p, end), row in zip(moved, at_ends, strict=True)
    }
    rows: list[SwingRow] = []
    for p in chosen:
        low, high = (at.get((p.name, end), base) for end in (p.low, p.high))
        figure = (p.name, p.unit, p.basis, p.low, p.base, p.high)
        rows += [SwingRow(*figure, m, low[m], base[m], high[m]) for m in measures]
    again = with_taken(repeating("sensitivity", asked, plan.economy, on=on, of=of, spread=spread), [*taken, *more])
    about = {**provenance(plan), "engine": "sensitivity", "measures": units_of(plan, measures), **again}
    return Outcome({"indicator": indicators(plan)}, {"sensitivity": swings(rows, measures)}, about)


def _chosen(ranged: Sequence[Parameter], of: Sequence[str]) -> list[Parameter]:
    names = {p.name: p for p in ranged}
    fix = "state a range: [[ranges]] name, low, high" if of else ""
    raise_all([UnknownName("figure with a range", name, names, fix=fix) for name in of if name not in names])
    return [names[name] for name in of] if of else list(ranged)
