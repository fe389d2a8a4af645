"""Plans put through draws by the batch runner: the same numbers in this process, in others and on a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundplan.batches.compute import Runner, lines
from groundplan.batches.job import Arrays, BatchJob
from groundplan.planning.exploring.recourse import Recourse
from groundplan.planning.exploring.second_stage import SecondStage
from groundplan.planning.solve import Progress
from groundplan.solver.highs import Highs


@dataclass(frozen=True, eq=False)
class Trial:
    """A plan put through draws: the share by which each wish is missed (draw × wish), the goal, and where it was cut.

    A draw in which nothing meets the physical rows misses every wish whole and has no goal.
    """

    missed: np.ndarray
    goal: np.ndarray
    cut: np.ndarray

    @property
    def met(self) -> np.ndarray:
        """Share of draws in which each wish is met."""
        return np.asarray((self.missed == 0.0).mean(axis=0))


@dataclass(frozen=True, eq=False)
class TrialTask:
    """What a worker needs for trials: member k is draw ``draws[k mod D]`` of plan k div D, of D draws.

    plans  plan × column: what is decided ahead
    """

    stage: SecondStage
    plans: np.ndarray
    seed: int
    draws: range


@dataclass(frozen=True, eq=False)
class AtHand:
    """A worker's state: its task, and the solver."""

    task: TrialTask
    highs: Highs


def _start(task: TrialTask) -> AtHand:
    return AtHand(task, task.stage.solver())


def _run(state: AtHand, members: range) -> Arrays:
    a = state.task
    decisions = []
    for k in members:
        plan, draw = divmod(k, len(a.draws))
        decisions.append(a.stage.decide(state.highs, a.stage.figures.factors_of(a.seed, a.draws[draw]), a.plans[plan]))
    nothing = np.ones(a.stage.wishes)
    trial = Trial(
        np.asarray([nothing if d is None else d.missed for d in decisions]),
        np.asarray([np.nan if d is None else d.goal for d in decisions]),
        np.asarray([d is None or d.cut for d in decisions]),
    )
    return vars(trial)


def trials(
    ready: Recourse,
    plans: Sequence[np.ndarray],
    seed: int,
    draws: range,
    *,
    words: str,
    runner: Runner,
    progress: Progress,
) -> list[Trial]:
    """Each plan's building (columns of the programme) held in every draw. Raises what ``batches.compute`` raises."""
    task = TrialTask(ready.stage, np.stack([plan[ready.stage.ahead] for plan in plans]), seed, draws)
    # A draw is a batch: it takes long enough.
    job = BatchJob(task, _start, _run, len(plans) * len(draws), 1, runner.fingerprint(task))
    report = lines(words, progress, each="draws")
    arrays = runner.compute(job, progress=report, state=AtHand(task, ready.highs))
    parts = {name: np.split(rows, len(plans)) for name, rows in arrays.items()}
    return [Trial(*each) for each in zip(parts["missed"], parts["goal"], parts["cut"], strict=True)]
