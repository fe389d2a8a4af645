"""A study's figures at the ends of their ranges, and the plan made anew at each, by the batch runner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundplan.batches.compute import Runner, lines
from groundplan.batches.job import Arrays, BatchJob
from groundplan.errors import PlanInfeasible
from groundplan.planning.exploring.swings import measured
from groundplan.planning.families.family import Family
from groundplan.planning.solve import Progress
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.study.ranges import Parameter
from groundplan.study.study import Study


@dataclass(frozen=True, eq=False)
class Ends:
    """What a worker needs to make plans anew: member k is the study with the k-th figure at that value.

    measures  what each plan is measured by (``swings.measures_of``)
    """

    study: Study
    families: Sequence[Family]
    measures: Sequence[str]
    ends: Sequence[tuple[Parameter, float]]


def answers(ends: Ends, plan: SolvedPlan, runner: Runner, progress: Progress) -> np.ndarray:
    """What the plan comes to at each end (end × measure), nan where there is none; ``plan`` is the study's own.

    Raises what ``batches.compute.compute`` raises.
    """
    if not ends.ends:
        return np.empty((0, len(ends.measures)))
    p = plan.model.programme
    # What the study alone does not say: what its files do, and what its limits write.
    written = [plan.economy, plan.policy, p.costs(), p.bounds(), p.sides(), p.matrix(), p.whole()]
    job = BatchJob(ends, _as_given, _run, len(ends.ends), 1, runner.fingerprint(ends, *written))
    return runner.compute(job, progress=lines("sensitivity", progress, each="plans"))["measured"]


def _as_given(ends: Ends) -> Ends:
    return ends


def _run(ends: Ends, members: range) -> Arrays:
    return {"measured": np.array([_answer(ends, *ends.ends[k]) for k in members])}


def _answer(ends: Ends, figure: Parameter, value: float) -> list[float]:
    """What the plan comes to with another value of a figure; nan where there is none."""
    try:
        plan = figure.changed(ends.study, value).solved_plan(families=ends.families, why=False)
    except PlanInfeasible:
        return [float("nan")] * len(ends.measures)
    return list(measured(plan, ends.measures).values())
