"""What it is worth to look at a plan again: drawn histories, in which it is made anew every year, or never."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from groundplan.batches.compute import HERE, Runner, lines
from groundplan.batches.job import Arrays, BatchJob
from groundplan.errors import SolverError
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import provenance
from groundplan.planning.choices.uncertainty import DRAWN, Uncertain, Uncertainty
from groundplan.planning.explaining.loss_of_standard import as_share
from groundplan.planning.exploring.recourse import recourse
from groundplan.planning.exploring.second_stage import MET, SecondStage
from groundplan.planning.replanning.passed_years import passed_columns
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.records.card import stated
from groundplan.solver.highs import Highs
from groundplan.solver.programme import Floats


@dataclass(frozen=True, eq=False)
class SteeringTask:
    """What a worker needs: the programme with its draws, the plan, and which columns pass with which year.

    stage   the programme of the plan, whose figures can be drawn (``second_stage``)
    plan    [column] the plan
    years   the plan's years
    passed  [year, column] whether a column has passed with the year, columns of misses among them
    rows    [year, row] whether a row is of years that have passed alone
    begins  [column] the year of what is decided ahead, 0 of all else
    """

    stage: SecondStage
    plan: Floats
    years: tuple[int, ...]
    passed: np.ndarray
    rows: np.ndarray
    begins: np.ndarray
    seed: int


@dataclass(frozen=True, eq=False)
class SteeringCourse:
    """How a drawn history went: all columns as they came, the plan's own goal, the share each wish was missed by."""

    values: Floats
    goal: float
    missed: np.ndarray


@dataclass(frozen=True, eq=False)
class _SteeringAtHand:
    task: SteeringTask
    highs: Highs


def known_by(task: SteeringTask, factors: Floats, year: int) -> Floats:
    """[factor] what is known of a history at the end of a year: later harvests and prices are expected at their mean.

    f[year ≤ t] as drawn,   f[year > t] = 1;   a factor of the whole plan is known from the end of its first year on
    """
    when = task.stage.figures.factors["year"].to_numpy()
    seen = np.where(when > 0, when <= year, year >= task.years[0])
    return np.where(seen, factors, 1.0)


def course(task: SteeringTask, h: Highs, factors: Floats, *, again: bool) -> SteeringCourse | None:
    """A history year by year: what is begun in a year is decided before it comes, all else when it has come.

    With ``again`` what is begun is decided anew at the start of every year, by what is known then; without, the plan's
    own building, training, storing and projects go on, cut only where they cannot be carried through. None where
    nothing meets the physical rows. Raises what ``SecondStage`` raises.
    """
    stage, x, basis = task.stage, task.plan, task.stage.basis
    ahead = task.begins > 0
    missed = np.zeros(stage.wishes)
    for n, year in enumerate(task.years):
        past = task.passed[n - 1] if n else np.zeros(len(x), dtype=bool)
        free = task.rows[n - 1] if n else np.zeros(task.rows.shape[1], dtype=bool)
        begun = task.plan if not again else x
        if again and n:
            step = _decided(stage, h, known_by(task, factors, year - 1), (past, x), free, None, basis)
            if step is None:
                return None
            begun, basis = step, h.basis()
        # What is begun this year stands; what later years begin stands too where the plan is never looked at again.
        # What comes after the plan is nobody's yet, in either course.
        ours = task.begins <= task.years[-1]
        stands = ahead & ~past & ours & ((task.begins == year) | (not again))
        step = _decided(stage, h, known_by(task, factors, year), (past, x), free, (stands, begun), basis)
        if step is None:
            return None
        x, basis = step, h.basis()
        last = n + 1 == len(task.years)
        missed = np.maximum(missed, _missed(stage, x, ~free if last else task.rows[n] & ~free))
    return SteeringCourse(x, float(stage.goal @ x[: len(stage.goal)]), missed)


def _decided(
    stage: SecondStage, h: Highs, factors: Floats, past: tuple[np.ndarray, Floats], free: np.ndarray,
    begun: tuple[np.ndarray, Floats] | None, basis: object,
) -> Floats | None:  # fmt: skip
    """The best for the years left; what is begun may be cut where it cannot be carried through. None: nothing can."""
    f = stage.with_factors(factors)
    (gone, came), at = past, None
    lower, upper = np.where(gone, came, f.lower), np.where(gone, came, f.upper)
    sides = replace(f, low=np.where(free, -np.inf, f.low), high=np.where(free, np.inf, f.high))
    ways = [(lower, upper)]
    if begun is not None:
        at, level = begun
        least = np.where(at, level, lower)
        ways = [(least, np.where(at, level, upper)), (np.where(at, 0.0, lower), np.where(at, level, upper))]
    for low, high in ways:
        h.pass_figures(replace(sides, lower=low, upper=high), maximise=True, by_column=True)
        if basis is not None:
            h.start_at(basis)  # type: ignore[arg-type]
        if stage.possible(h):
            return h.values
    return None


def _missed(stage: SecondStage, values: Floats, rows: np.ndarray) -> np.ndarray:
    """[wish] the largest share by which a line of each wish is missed in some rows."""
    gaps = stage.gaps
    own = rows[gaps["row"].to_numpy(dtype=int)]
    share = np.where(own, np.maximum(values[gaps["column"]], 0.0), 0.0) / gaps["size"].to_numpy()
    line = np.bincount(gaps["line"], weights=share)
    missed = np.zeros(stage.wishes)
    np.maximum.at(missed, gaps["wish"].to_numpy(), line[gaps["line"]])
    return np.where(missed > MET, missed, 0.0)


def _start(task: SteeringTask) -> _SteeringAtHand:
    return _SteeringAtHand(task, task.stage.solver())


def _run(state: _SteeringAtHand, members: range) -> Arrays:
    task, goals, missed = state.task, [], []
    for k in members:
        factors = task.stage.figures.factors_of(task.seed, k)
        both = [course(task, state.highs, factors, again=again) for again in (False, True)]
        goals.append([np.nan if c is None else c.goal for c in both])
        missed.append([np.ones(task.stage.wishes) if c is None else c.missed for c in both])
    return {"goal": np.asarray(goals), "missed": np.asarray(missed)}


def steering_task(
    solved: SolvedPlan, records: Sequence[Uncertain], seed: int
) -> tuple[SteeringTask, pd.DataFrame, Highs]:
    """A plan made ready for drawn histories, its wishes, and a solver. Raises what ``recourse`` raises."""
    ready = recourse(solved, records)
    m, stage = ready.model, ready.stage
    years = solved.activities.years
    columns = stage.programme.lower.size
    entries = abs(stage.programme.matrix)
    entries.eliminate_zeros()
    gap = np.zeros(columns, dtype=bool)
    gap[m.programme.width :] = True
    passed, rows = [], []
    for year in years:
        gone = gap.copy()
        gone[: m.programme.width] = passed_columns(m, year)
        alone = ~(entries @ (~gone).astype(float) > 0)
        # What a row of the past was missed by stands with it; misses of later rows are still to be decided.
        later = (entries.T @ (~alone).astype(float)) > 0
        passed.append(gone & ~(gap & later))
        rows.append(alone)
    begins = np.zeros(columns, dtype=np.int64)
    levels = m.variables["level"]
    begins[levels.numbers] = np.asarray(levels.coords["year"])[None, :]
    ahead = np.zeros(columns, dtype=bool)
    ahead[stage.ahead] = True
    plan = np.zeros(columns)
    plan[: m.programme.width] = ready.plan
    begins = np.where(ahead, begins, 0)
    task = SteeringTask(stage, plan, years, np.asarray(passed), np.asarray(rows), begins, seed)
    return task, ready.wishes, ready.highs


def steered(
    solved: SolvedPlan,
    records: Sequence[Uncertain],
    setting: Uncertainty,
    progress: Progress = quiet,
    runner: Runner = HERE,
) -> Outcome:
    """What steering is worth: the plan made anew every year, against the plan that is never looked at again.

        gain[k] = goal of history k with the plan made anew − without;   error = standard deviation / √draws

    In both the same history comes, and what is not begun ahead (making, buying, selling, consuming) is decided when the
    year has come; wishes may be missed, as in ``recourse``. The gain is told as a share of everybody's living standard
    in every year, beside how often each wish is met. Histories are computed by ``runner``.

    Returns an outcome of engine ``steering``. Tables: histories (history, never, anew, gain, share), wishes (kind,
    wish, never, anew: share of histories that meet it), drawn. Raises what ``recourse`` and ``batches.compute`` raise.
    Source: our own (docs/explanation/replanning.md); receding-horizon control: Propoi (1963) (citation not checked).
    """
    progress("the plan made ready for drawn histories")
    task, wishes, highs = steering_task(solved, records, setting.seed)
    job = BatchJob(task, _start, _run, setting.draws, 1, runner.fingerprint(task))
    report = lines("drawn histories", progress, each="histories")
    arrays = runner.compute(job, progress=report, state=_SteeringAtHand(task, highs))
    goal, missed = arrays["goal"], arrays["missed"]
    gain = goal[:, 1] - goal[:, 0]
    lived = np.isfinite(gain)
    if not lived.any():
        raise SolverError("in no drawn history can anything be done", fix="narrow what is uncertain")
    a, e = solved.activities, solved.economy
    share = np.asarray(
        [as_share(solved.model.activities, solved.solution, float(g)) if np.isfinite(g) else np.nan for g in gain]
    )
    number = int(lived.sum())
    error = float(np.std(share[lived], ddof=1) / np.sqrt(number)) if number > 1 else float("nan")
    labels = {**dict(zip(a.commodities["commodity"], a.commodities["label"], strict=True)), **e.labels}
    about = {
        **provenance(solved), "engine": "steering", "uncertainty": stated(setting), "histories": setting.draws,
        "lived": number, "gain": float(np.mean(share[lived])), "error": error,
        "ends": [float(q) for q in np.quantile(share[lived], [0.05, 0.95])],
        "better": float((gain[lived] > 0).mean()),
    }  # fmt: skip
    factors = task.stage.figures.factors
    many = factors.groupby("record").size().reindex(range(len(records))).fillna(0)
    tables = {
        "histories": pd.DataFrame({"history": np.arange(len(gain)), "never": goal[:, 0], "anew": goal[:, 1],
                                   "gain": gain, "share": share}),
        "wishes": wishes.assign(never=(missed[:, 0] == 0).mean(axis=0), anew=(missed[:, 1] == 0).mean(axis=0),
                                never_missed=missed[:, 0].mean(axis=0), anew_missed=missed[:, 1].mean(axis=0)),
        "drawn": pd.DataFrame({
            "what": [DRAWN[r.what] for r in records],
            "of": [", ".join(labels.get(c, c) for c in r.of) for r in records],
            "spread": [r.spread for r in records], "yearly": [r.yearly for r in records],
            "factors": [int(n) for n in many], "source": [r.source for r in records],
        }),
        "indicators": pd.DataFrame({"indicator": [], "unit": []}),
    }  # fmt: skip
    return Outcome({}, tables, about)
