"""Versions of a plan: the first one, and the one that is made from the state that was reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible, SolverError
from groundplan.planning.activities import Activities, Records
from groundplan.planning.best_plan import model_of, solved
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.families.family import HOLDS, Family
from groundplan.planning.families.rows import SIDES, Model
from groundplan.planning.paths.even_path import (
    Evenness,
    EvenSeries,
    KeptPath,
    even_path,
    evenness,
    kept_path,
    worth_of_living,
)
from groundplan.planning.paths.soft_prices import with_soft_prices
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.planning.replanning.passed_years import PassedYears, values_in, with_passed
from groundplan.planning.replanning.promises import PlanPromise, with_promises
from groundplan.planning.replanning.reached_state import Happened, News, filled, reached, with_news
from groundplan.planning.solve import Progress, Solution, quiet, solve
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.solver.programme import Floats

# What a wish that cannot be kept may be missed by beyond the least that it must, as a share of its largest term.
GIVEN_WAY = 1e-4
# The least that a term of a row counts as, as a share of the largest in the programme.
SMALL = 1e-6
GIVEN_UP = "given up"


@dataclass(frozen=True, eq=False)
class Wanted:
    """What a plan is asked for: accounts, policy, rows of projects and limits, and what is news since."""

    economy: Economy
    policy: Policy
    projects: Mapping[str, Records] | None = None
    families: Sequence[Family] = FAMILIES
    news: Sequence[tuple[int, Sequence[News]]] = ()

    def model(self) -> Model:
        """The programme over all years, the tail among them."""

        def altered(a: Activities) -> Activities:
            for after, news in self.news:
                a = with_news(a, news, after)
            return a

        return model_of(self.economy, self.policy, projects=self.projects, families=self.families, altered=altered)


@dataclass(frozen=True, eq=False)
class PlanVersion:
    """A plan as it is shown, and what the next version keeps of it.

    wanted   what it was asked for
    plan     as shown, on its most even path
    path     with what that was looked for
    missed   wishes that could be kept no more: family, row and by how much, in the row's unit
    best     the most that could be had from the state that it starts from, objective
    """

    wanted: Wanted
    plan: SolvedPlan
    path: KeptPath
    missed: tuple[tuple[str, str, float], ...] = ()
    best: float = 0.0

    @property
    def shown(self) -> Floats:
        """[column] of its programme as it is shown."""
        return self.plan.model.columns(self.plan.solution.values)

    @property
    def worth(self) -> float:
        """What the path that is shown is worth, its years that have passed as they came: objective."""
        return float(self.plan.model.programme.costs() @ self.shown)


def first_version(wanted: Wanted, progress: Progress = quiet, *, prices: bool = True) -> PlanVersion:
    """The plan as it was made in the first place. Raises what ``solved`` raises."""
    best = solved(
        wanted.economy, wanted.policy, projects=wanted.projects, families=wanted.families, progress=progress, why=False
    )
    kept = kept_path(best)
    shown = _on_even_path(with_soft_prices(best, progress) if prices else best, kept, progress)
    # Where the years after the plan had to be asked for less, every later version asks for as little.
    return PlanVersion(
        replace(wanted, policy=best.policy), shown, _as_reached(kept, shown), best=best.solution.objective
    )


def _on_even_path(plan: SolvedPlan, kept: KeptPath, progress: Progress) -> SolvedPlan:
    """The plan on its even path, by what is kept of the version before if that can be, else by its own corner."""
    if not plan.policy.evenness > 0 or not kept.even.series or len(plan.model.activities.years) < 2:
        return plan
    corner = plan.model.columns(plan.best.values)
    for around in (kept.around, corner):
        try:
            return even_path(plan, replace(kept, around=around), progress)
        except SolverError as missed:
            why = missed.what
    words = {**plan.solution.quality, "path": f"the solver's corner: no even path was reached ({why})"}
    return replace(plan, solution=replace(plan.solution, quality=words))


@dataclass(frozen=True, eq=False)
class Turn:
    """What a plan is made again with: the last year that has passed, what came, what is wanted, what was promised.

    cost  objective per unit that a promise is moved, one a promise
    """

    until: int
    happened: Happened
    wanted: Wanted
    promises: Sequence[PlanPromise] = ()
    cost: Sequence[float] = ()


def best_of_own(before: PlanVersion, turn: Turn, progress: Progress = quiet) -> float:
    """The most that could be had from the plan's own state, with what was promised: objective."""
    progress("the most from the plan's own state")
    own = _model(before, before.wanted, turn)
    return _best(own, before.plan.solution.values, before.wanted.policy, progress)[0].objective


def replanned(
    before: PlanVersion, turn: Turn, progress: Progress = quiet, *, prices: bool = True, own: float | None = None
) -> PlanVersion:
    """The plan for the years left, from the state that was reached.

        V_own = the most from the plan's own state,   V = the most from the state that was reached
        owed  = V − (V_own − owed before)

    What evenness may give up is what it could in the plan's own years left; where nothing came otherwise ``owed`` is
    what the plan still owes, and so are growth and weights of the even path: then the same path comes out. Wishes that
    can be kept no more are missed by as little as can be, before anything else counts. Projects that are not begun stay
    as planned unless another choice is worth more than evenness may give up. ``own``: V_own where it is there already.
    Raises ``PlanInfeasible`` where no plan is possible from there whatever is wished.
    """
    planned = before.plan.solution.values
    rest = best_of_own(before, turn, progress) if own is None else own
    progress("the most from the state that was reached")
    wanted = replace(turn.wanted, news=(*turn.wanted.news, (turn.until, tuple(turn.happened.news))))
    m = _model(before, wanted, turn, turn.happened)
    best, missed = _best(m, planned, wanted.policy, progress)
    plan = SolvedPlan(wanted.economy, wanted.policy, missed.model, best)
    x = plan.model.columns(best.values)
    least = best.objective - max(rest - before.path.least, 0.0)
    there = values_in(plan.model, {n: xr.ones_like(v) for n, v in planned.items()}) > 0
    around = np.where(there, values_in(plan.model, before.plan.model.arrays(before.path.around)), x)
    kept = KeptPath(_kept_evenness(before.path.even, evenness(plan.model, x)), around, least, before.path.by_plan)
    shown = _on_even_path(with_soft_prices(plan, progress) if prices else plan, kept, progress)
    return PlanVersion(wanted, shown, _as_reached(kept, shown), missed.rows, best.objective)


def _as_reached(kept: KeptPath, shown: SolvedPlan) -> KeptPath:
    """What the path was looked for with, in the way in which it was reached."""
    return replace(kept, by_plan=bool(shown.solution.quality.get("path_by_plan", kept.by_plan)))


def _model(before: PlanVersion, wanted: Wanted, turn: Turn, happened: Happened | None = None) -> Model:
    """The programme of the years left, with what was promised in it; ``happened``: what came otherwise than planned."""
    m = wanted.model()
    values = m.arrays(values_in(m, before.plan.solution.values))
    old, new = before.plan.model.activities, m.activities
    if "segment" in values and not old.utility.equals(new.utility):
        enjoyed = old.enjoyed(before.plan.solution.values["segment"].values)
        values["segment"] = values["segment"].copy(data=filled(new.utility, enjoyed))
    if happened is not None:
        values = reached(m, values, turn.until, happened)
    with_promises(m, turn.promises, turn.cost)
    return with_passed(m, PassedYears(turn.until, values))


def _kept_evenness(before: Evenness, now: Evenness) -> Evenness:
    """The series of a programme with the weights, sizes and growth that they had in the version before."""
    there = {s.name: (s, g) for s, g in zip(before.series, before.growth, strict=True)}
    series: list[EvenSeries] = []
    growth: list[float] = []
    for s, g in zip(now.series, now.growth, strict=True):
        was, grew = there.get(s.name, (s, g))
        series.append(s._replace(weight=was.weight, size=was.size, base=was.base))
        growth.append(float(grew))
    return replace(now, series=tuple(series), growth=np.asarray(growth))


@dataclass(frozen=True, eq=False)
class GivenWay:
    """A programme whose wishes can all be kept, or in which some are missed by what they must: family, row, amount."""

    model: Model
    rows: tuple[tuple[str, str, float], ...] = ()


def _best(
    m: Model, planned: Mapping[str, xr.DataArray], policy: Policy, progress: Progress
) -> tuple[Solution, GivenWay]:
    """The best plan of a programme, its projects as planned unless others are worth more; else with wishes missed."""
    try:
        return _with_projects(m, planned, policy, progress), GivenWay(m)
    except PlanInfeasible:
        progress("which wishes can be kept no more")
    softened, column, size = _softened(m, values_in(m, planned))
    p = softened.programme
    goal = dict(p.goal)
    p.goal = {name: np.zeros_like(worth) for name, worth in goal.items()}
    p.goal[GIVEN_UP] = -1.0 / size
    least = solve(softened, policy, progress)
    short = np.maximum(least.values[GIVEN_UP].values, 0.0)
    p.goal = goal
    p.bound(GIVEN_UP, upper=short + GIVEN_WAY * size)
    best = solve_in_turn(softened, policy, progress)
    short = best.values[GIVEN_UP].values
    rows = [(f, r, float(v)) for (f, r), v, q in zip(column, short, size, strict=True) if v > 2 * GIVEN_WAY * q]
    return best, GivenWay(softened, tuple(rows))


def _with_projects(m: Model, planned: Mapping[str, xr.DataArray], policy: Policy, progress: Progress) -> Solution:
    if not m.has("starts"):
        return solve_in_turn(m, policy, progress)
    as_planned = replace(m, programme=m.programme.copy(), families=dict(m.families), beyond=dict(m.beyond))
    stays = np.round(values_in(m, planned)[m.variables["starts"].numbers])
    block = m.variables["starts"]
    as_planned.programme.bound("starts", lower=np.maximum(stays, block.lower), upper=np.maximum(stays, block.lower))
    try:
        first = solve_in_turn(as_planned, policy, progress)
    except PlanInfeasible:
        return solve_in_turn(m, policy, progress)
    other = solve_in_turn(m, policy, progress)
    room = policy.evenness * worth_of_living(m, m.columns(other.values))
    return other if other.objective > first.objective + room else first


def _softened(m: Model, planned: Floats) -> tuple[Model, list[tuple[str, str]], Floats]:
    """The programme with a column for every row that may give way; whose each is, and the largest term of its row."""
    p = m.programme.copy()
    through = abs(p.matrix()).multiply(np.abs(planned)).tocsr().max(axis=1).toarray().ravel()
    low, high = p.sides()
    whose: list[tuple[str, str]] = []
    rows: list[int] = []
    signs: list[float] = []
    for name, written in m.families.items():
        if name not in m.kinds or m.kinds[name].in_draws == HOLDS:
            continue
        below, above = SIDES[written.sense]
        for number, row in zip(written.numbers, written.labels, strict=True):
            for there, sign in ((below and np.isfinite(low[number]), 1.0), (above and np.isfinite(high[number]), -1.0)):
                if there:
                    whose.append((name, str(row)))
                    rows.append(int(number))
                    signs.append(sign)
    at = np.asarray(rows, dtype=np.int64)
    size = np.maximum(through[at], SMALL * max(float(through.max(initial=0.0)), 1.0))
    block = p.add_columns(GIVEN_UP, {GIVEN_UP: pd.RangeIndex(len(at), name=GIVEN_UP)})
    for n, own in enumerate(p.rows):
        first = own.numbers[0] if len(own.numbers) else 0
        mine = np.isin(at, own.numbers)
        p.rows[n] = replace(
            own,
            row=np.concatenate([own.row, at[mine] - first]),
            column=np.concatenate([own.column, block.numbers[mine]]),
            value=np.concatenate([own.value, np.asarray(signs)[mine]]),
        )
    return replace(m, programme=p, families=dict(m.families), beyond=dict(m.beyond)), whose, size
