"""The path that is shown: of all plans that are worth the same, the most even one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from groundplan.errors import SolverError
from groundplan.planning.activities import Activities
from groundplan.planning.families.forms import entries_of
from groundplan.planning.families.rows import Model
from groundplan.planning.families.waste import sides_without_waste
from groundplan.planning.solve import Progress, quiet
from groundplan.solver.answer import CLARABEL, Answer, answer
from groundplan.solver.programme import Floats, Index, Programme

if TYPE_CHECKING:
    from groundplan.planning.solved_plan import SolvedPlan

# How far a standard may move from the best plan's: outside, the segments of utility stay as they are.
AROUND = (0.88, 1.15)
# What the evenness of one sector's investment counts against that of all investment.
SECTOR = 0.01
TOLERANCE = 1e-8
# What a bend in the years after the plan, which are never shown, counts against one in the plan's own.
AFTERWARDS = 0.03
# Of plans that are as even, the one whose structure is nearest to the base year's: what that weighs, so that no figure
# is left to the solver; and the size of the goal as the solver is given it, which is far above its tolerance.
RIDGE = 1e-3
FIGURES = 1e3
# How far a row may be missed, as a share of its largest term, before the corner is shown instead.
MISSED = 1e-6
# Nearer than that, as a share of the largest figure of its kind, a value is on its bound.
AT_BOUND = 1e-8
INVESTMENT, USED = "investment", "household consumption"
# What a re-plan promises more of, and less, than was promised: variables of its own.
PROMISED = ("promised more", "promised less")


class EvenSeries(NamedTuple):
    """What should go its way evenly: Σ amount · column by year, from what it was in the year of the accounts.

    name     what it is
    kind     ``standard``, ``investment`` (all of it) or ``sector`` (one sector's)
    weight   what its unevenness counts
    size     what it is told over, its own unit
    base     in the year of the accounts, own unit
    row, column, amount  entries: position of the year, column of the programme, coefficient
    """

    name: str
    kind: str
    weight: float
    size: float
    base: float
    row: Index
    column: Index
    amount: Floats

    def path(self, values: Floats, years: int) -> Floats:
        """The figure in every year, the accounts' first."""
        at = np.bincount(self.row, self.amount * values[self.column], minlength=years)
        return np.concatenate([[self.base], at])


@dataclass(frozen=True, eq=False)
class Evenness:
    """The series of a plan that should be even, each with the growth that it has from its start to its end.

    growth  [series] of the best plan, 1 / year; of a sector's investment that of all investment
    years   those that are reckoned with, the tail among them
    shown   those of the plan itself
    """

    series: tuple[EvenSeries, ...]
    growth: Floats
    years: int
    shown: int

    def of_totals(self) -> Evenness:
        """The same without single sectors."""
        kept = [k for k, s in enumerate(self.series) if s.kind != "sector"]
        return replace(self, series=tuple(self.series[k] for k in kept), growth=self.growth[kept])

    def differences(self, values: Floats) -> Floats:
        """[series, year] second differences of series over their growth and size: none in a path that grows evenly.

            d[k,t] = z[t] − 2·z[t−1] + z[t−2],   z[t] = y_k[t] / (size_k·(1+γ_k)^t),   z[0] that of the accounts

        So levels act as logarithms do, and the goal stays quadratic.
        """
        steps = np.arange(self.years + 1)
        shapes = [
            s.path(values, self.years) / (s.size * (1.0 + g) ** steps)
            for s, g in zip(self.series, self.growth, strict=True)
        ]
        return np.diff(np.asarray(shapes).reshape(len(shapes), -1), 2, axis=1)

    @property
    def weights(self) -> Floats:
        """[series, year] what the square of each difference counts: the series' weight, in the tail 0.03 of it.

        What the end of the tail does to its last years would else bend the plan's own.
        """
        years = np.where(np.arange(2, self.years + 1) > self.shown, AFTERWARDS, 1.0)
        return np.outer([s.weight for s in self.series], years)

    def unevenness(self, values: Floats) -> float:
        """Σ_k Σ_t weight[k,t] · d[k,t]²."""
        return float((self.weights * self.differences(values) ** 2).sum())


def evenness(m: Model, values: Floats) -> Evenness:
    """Standards by their base-year shares, household use C, all investment, a hundredth of each sector's.

        Σ_t h_t · (Σ_g w_g d[g,t]² + d[C,t]² + d[I,t]² + 0.01 Σ_j w_j d[I_j,t]²),   h 1 in the plan, 0.03 in its tail

    ``values``: all columns of the best plan, which give each series its growth, and sectors that of all investment.
    Source: our own (docs/explanation/paths.md).
    """
    a = m.activities
    years = len(a.years)
    series = [*_standards(m, a), *_used(m, a), *_investments(m, a, values)]
    growth = {s.name: _growth(s, values, years) for s in series if s.kind != "sector"}
    # The corner's last year of one sector may be anything, nothing above all: sectors are held against all investment.
    own = [growth.get(s.name, growth.get(INVESTMENT, 0.0)) for s in series]
    return Evenness(tuple(series), np.asarray(own), years, len(a.plan_years))


def _growth(s: EvenSeries, values: Floats, years: int) -> float:
    """The yearly growth of a series from its start to its end, 0 where one of them is nothing."""
    end = s.path(values, years)[-1]
    return float((end / s.base) ** (1.0 / years) - 1.0) if s.base > 0 and end > 0 else 0.0


def _standards(m: Model, a: Activities) -> list[EvenSeries]:
    """What is enjoyed of every good by year."""
    if not m.has("segment"):
        return []
    parts, first = m.variables["segment"].numbers, a.years[0]
    base = a.goods_at_base
    steady = [str(g) for g in dict.fromkeys(a.floors["good"]) if base.get(str(g), 0.0) > 0]
    whole = sum(base[g] for g in steady)
    out = []
    for g in steady:
        own = np.flatnonzero((a.utility["good"] == g).to_numpy())
        step = a.utility["year"].to_numpy()[own] - first
        share = base[g] / whole
        out.append(
            EvenSeries(g, "standard", share, base[g], base[g], step.astype(np.int64), parts[own], np.ones(len(own)))
        )
    return out


def _used(m: Model, a: Activities) -> list[EvenSeries]:
    """What households use in all, the headline: it counts as much as the standards do one by one."""
    if USED not in set(a.indicators["indicator"]) or not m.has("level"):
        return []
    when, column, amount = entries_of(m, USED, np.asarray(a.years))
    step = when - a.years[0]
    level = m.variables["level"].numbers
    base = np.zeros(m.programme.width)
    base[level[:, 0]] = a.activities["base"].to_numpy(dtype=float)
    was = float((base[column] * amount)[step == 0].sum())
    return [EvenSeries(USED, "standard", 1.0, was, was, step, column, amount)] if was > 0 else []


def _investments(m: Model, a: Activities, values: Floats) -> list[EvenSeries]:
    """All investment, and that of every sector."""
    levels, years = m.variables["level"], len(a.years)
    own = np.flatnonzero((a.activities["group"] == INVESTMENT).to_numpy())
    base = a.activities["base"].to_numpy()[own]
    if not len(own) or not base.sum() > 0:
        return []
    numbers = levels.numbers[own]
    mean = values[numbers].mean(axis=1)
    size = np.maximum(np.maximum(base, mean), 1e-4 * base.sum())
    step = np.arange(years)

    def of(name: str, kind: str, rows: Index, weight: float, over: float, was: float) -> EvenSeries:
        columns = numbers[rows]
        return EvenSeries(
            name, kind, weight, over, was, np.tile(step, len(rows)), columns.ravel(), np.ones(columns.size)
        )  # fmt: skip

    every = of("investment", "investment", np.arange(len(own)), 1.0, float(base.sum()), float(base.sum()))
    names = a.activities["activity"].to_numpy(dtype=object)[own]
    single = [
        of(str(names[k]), "sector", np.array([k]), SECTOR * float(size[k] / size.sum()), float(size[k]), float(base[k]))
        for k in range(len(own))
    ]
    return [every, *single]


def most_even(plan: SolvedPlan, progress: Progress = quiet) -> SolvedPlan:
    """The same plan on its most even path: the least unevenness at a worth of (1 − ε) of the best.

        min Evenness.unevenness(x) + 10⁻³·Σ_a w_a Σ_t (v[a,t] / (size_a·(1+γ)^t) − base_a / size_a)²
        over the plan's rows,   c·x ≥ V − ε·Σ slope·segment of the best

    The last term chooses among plans that are as even the one nearest to the base year's structure, so that the path
    is unique and moves with the data as little as they do.
    ε is ``Policy.evenness``; at 0 the plan stays at the solver's corner. Projects, shortfalls of targets, standards
    further than ``AROUND`` from the best plan's, and what is left over stay as they are. Where the solver finds no
    even path the plan is the corner and its ``quality`` says so.
    Source: our own (docs/explanation/paths.md).
    """
    # A single year has no second difference.
    if not plan.policy.evenness > 0 or len(plan.model.activities.years) < 2:
        return plan
    kept = kept_path(plan)
    if not kept.even.series:
        return plan
    try:
        return even_path(plan, kept, progress)
    except SolverError as missed:
        words = {**plan.solution.quality, "path": f"the solver's corner: no even path was reached ({missed.what})"}
        return replace(plan, solution=replace(plan.solution, quality=words))


@dataclass(frozen=True, eq=False)
class KeptPath:
    """What the most even path is looked for with, and what a later version of the plan keeps of it.

    even    the series that are to be even, with their weights, sizes and growth
    around  [column] the best plan: standards stay near its own, and no more is left over than in it
    least   what the path is worth at least, objective: (1 − ε) of the best
    by_plan whether what was never done leans towards the base year by the size that it has in the best plan: where
            thousands of pieces would else outweigh everything else, and the solver stops a little off
    """

    even: Evenness
    around: Floats
    least: float
    by_plan: bool = False


def kept_path(plan: SolvedPlan) -> KeptPath:
    """What the most even path of a plan that the solver has just made is looked for with."""
    m, x = plan.model, plan.model.columns(plan.best.values)
    least = float(m.programme.costs() @ x) - plan.policy.evenness * worth_of_living(m, x)
    return KeptPath(evenness(m, x), x, least)


def even_path(plan: SolvedPlan, kept: KeptPath, progress: Progress = quiet) -> SolvedPlan:
    """The plan on the most even path that is worth ``kept.least``. Raises ``SolverError`` where none is reached."""
    progress("the most even path that is worth as much")
    m, x, even, seconds = plan.model, plan.model.columns(plan.best.values), kept.even, plan.policy.time_limit
    for by_plan in (kept.by_plan, not kept.by_plan):
        p = even_programme(m, x, replace(kept, by_plan=by_plan))
        reached = answer(p, CLARABEL, seconds=seconds, tolerance=TOLERANCE, nearly=True, refined=False)
        values, by = _at_bounds(reached.values[: len(x)], m, x), reached.solver
        if reached.status == "infeasible" or (reached.status == "optimal" and worst_miss(m, values) <= MISSED):
            break
    reached.checked()
    if worst_miss(m, values) > MISSED:
        progress("the even path, row by row")
        nearest = _nearest(p, even, values, seconds)
        values, by = _at_bounds(nearest.values[: len(x)], m, x), f"{by}, then {nearest.solver}"
    miss = worst_miss(m, values)
    if miss > MISSED:
        raise SolverError(f"a row is missed by {miss:.1g} of its largest term")
    about = {
        **plan.solution.quality,
        "path": f"the most even within {plan.policy.evenness:.2%} of the best",
        "path_solver": by,
        "path_miss": miss,
        "path_by_plan": by_plan,
        "unevenness": [even.unevenness(x), even.unevenness(values)],
        "worth": float(m.programme.costs() @ values),
    }
    shown = replace(plan.solution, values=m.arrays(values), quality=about)
    return replace(plan, solution=shown, corner=plan.best)


def _nearest(p: Programme, even: Evenness, values: Floats, seconds: float) -> Answer:
    """The plan that keeps to every row and whose standards and investment are nearest to a path that misses some.

        min Σ_k (w_k / size_k) Σ_t |y_k[t] − y*_k[t]|    over the rows of the even path

    Where figures of very different size meet, such as tonnes and billions, an interior point stops a little off.
    """
    q = p.copy()
    q.quadratic, q.maximise = None, False
    for name in q.goal:
        q.goal[name] = np.zeros_like(q.goal[name])
    many, years = len(even.series), even.years
    price = np.repeat([s.weight / s.size for s in even.series], years)
    over, under = (q.add_columns(name, (many * years,), goal=price) for name in ("over", "under"))
    wanted = np.array([s.path(values, years)[1:] for s in even.series]).ravel()
    rows = np.concatenate([k * years + s.row for k, s in enumerate(even.series)])
    columns, amounts = (np.concatenate([getattr(s, c) for s in even.series]) for c in ("column", "amount"))
    each = np.arange(many * years)
    q.add_rows(
        "near", many * years, wanted, wanted, (rows, columns, amounts), (each, over.numbers, -1.0),
        (each, under.numbers, 1.0),
    )  # fmt: skip
    return answer(q, "ipm", seconds=seconds).checked()


def worst_miss(m: Model, values: Floats) -> float:
    """The largest miss of a row as a share of the largest term in it."""
    a, (low, high) = m.programme.matrix(), m.programme.sides()
    reached = a @ values
    scale = abs(a).multiply(np.abs(values)).tocsr().max(axis=1).toarray().ravel()
    return float(np.max(np.maximum(low - reached, reached - high) / np.maximum(scale, 1e-6 * scale.max()), initial=0.0))


def _at_bounds(values: Floats, m: Model, x: Floats) -> Floats:
    """Values within their bounds, and on a bound where an interior point stops short of it by its tolerance.

    Without that, what is nothing is told as a billionth of something, and a ratio of two such figures as a number.
    """
    lower, upper = m.programme.bounds()
    out = np.clip(values, lower, upper)
    for block in m.variables.values():
        largest = np.maximum(np.abs(x[block.numbers]), np.abs(out[block.numbers]))
        largest = largest.max(axis=-1, keepdims=True) if largest.size else largest
        near = AT_BOUND * np.maximum(np.broadcast_to(largest, block.numbers.shape), 1.0)
        for bound in (lower[block.numbers], upper[block.numbers]):
            at = np.abs(out[block.numbers] - bound) < near
            out[block.numbers[at]] = bound[at]
    return out


def even_programme(m: Model, x: Floats, kept: KeptPath) -> Programme:
    """The plan's rows with a column for every second difference, and the square of these as the goal.

    ``x``: the plan whose projects stay.
    """
    p, even = m.programme.copy(), kept.even
    worth = p.costs()
    hold_projects(p, x)
    hold_shortfalls(p, m, kept.around)
    hold_far_standards(p, m, kept.around)
    hold_waste(p, m, kept.around)
    many, years = len(even.series), even.years
    block = p.add_columns("difference", (many, years - 1), lower=-np.inf)
    rows, columns, amounts, right = [], [], [], np.zeros((many, years - 1))
    for k, (s, g) in enumerate(zip(even.series, even.growth, strict=True)):
        over = s.size * (1.0 + g) ** np.arange(years + 1)
        right[k, 0] += s.base / over[0]
        for late, sign in enumerate((1.0, -2.0, 1.0)):
            # Year t (position t − 1) stands in the differences of t, t + 1 and t + 2.
            at = s.row - 1 + late
            there = (at >= 0) & (at < years - 1)
            rows.append(k * (years - 1) + at[there])
            columns.append(s.column[there])
            amounts.append(sign * s.amount[there] / over[s.row[there] + 1])
    cells = (np.concatenate(rows), np.concatenate(columns), np.concatenate(amounts))
    own = (np.arange(block.numbers.size), block.numbers.ravel(), -np.ones(block.numbers.size))
    p.add_rows("even", block.numbers.size, -right.ravel(), -right.ravel(), cells, own)
    valued = np.flatnonzero(worth)
    p.add_rows("worth", 1, kept.least, np.inf, (np.zeros(len(valued)), valued, worth[valued]))
    for name in p.goal:
        p.goal[name] = np.zeros_like(p.goal[name])
    diagonal = np.zeros(p.width)
    diagonal[block.numbers.ravel()] = 2.0 * even.weights.ravel()
    levels = m.variables["level"].numbers
    diagonal[levels], p.goal["level"] = towards_base(m, kept)
    scale = FIGURES / max(even.unevenness(kept.around), 1e-12)
    p.goal["level"] = scale * p.goal["level"]
    p.quadratic, p.maximise = sparse.diags_array(scale * diagonal, format="csc"), False
    return p


def towards_base(m: Model, kept: KeptPath) -> tuple[Floats, Floats]:
    """Curve and slope of each level in RIDGE · Σ_a w_a Σ_t (v[a,t] / (size_a·(1+γ)^t) − base_a / size_a)², by year.

    γ is the growth of what counts most, household use where it is known; size is the base level or, of what was not
    done, a hundredth of the largest in its unit; of units of which nothing was done, such as flats or pupils, 1, or
    ``by_plan`` what the best plan does most; w its share of all sizes in that unit.
    """
    acts, years, even = m.activities.activities, len(m.activities.years), kept.even
    base = acts["base"].to_numpy(dtype=float)
    unit = acts["unit"].to_numpy()
    largest = pd.Series(base).abs().groupby(unit).transform("max").to_numpy()
    planned = np.abs(kept.around[m.variables["level"].numbers]).max(axis=1)
    of_plan = pd.Series(planned).groupby(unit).transform("max").to_numpy()
    nothing_done = np.maximum(of_plan, 1.0) if kept.by_plan else 1.0
    least = np.where(largest > 0, 0.01 * largest, nothing_done)
    size = np.maximum(np.abs(base), least)
    weight = size / pd.Series(size).groupby(acts["unit"].to_numpy()).transform("sum").to_numpy()
    first = int(np.argmax([s.weight for s in even.series]))
    over = size[:, None] * (1.0 + even.growth[first]) ** np.arange(1, years + 1)
    curve = 2.0 * RIDGE * weight[:, None] / over**2
    return curve, -curve * over * (base / size)[:, None]


def worth_of_living(m: Model, x: Floats) -> float:
    """Σ slope·segment of the plan, what living standards alone are worth; of a plan without any its whole worth."""
    lived = float(m.programme.goal["segment"] @ x[m.variables["segment"].numbers]) if m.has("segment") else 0.0
    return lived if lived > 0 else abs(float(m.programme.costs() @ x))


def hold_projects(p: Programme, x: Floats) -> None:
    """Projects, and whatever else must be whole, stay as the plan has them."""
    for name, block in p.columns.items():
        if block.whole.any():
            p.bound(name, lower=np.round(x[block.numbers]), upper=np.round(x[block.numbers]))


def hold_shortfalls(p: Programme, m: Model, x: Floats) -> None:
    """No target is missed by more than the plan misses it, and no promise is moved further than it moves it."""
    for name in ("shortfall", "lapse"):
        if m.has(name):
            block = p.columns[name]
            p.bound(name, upper=np.maximum(x[block.numbers], block.lower))
    for name in PROMISED:
        if m.has(name):
            block = p.columns[name]
            p.bound(name, upper=np.where(p.goal[name] < 0, np.maximum(x[block.numbers], block.lower), block.upper))


def hold_waste(p: Programme, m: Model, x: Floats) -> None:
    """Nothing is left over, or given and not enjoyed, beyond what the plan leaves: a plan may not be even by waste."""
    reached = p.matrix() @ x
    at = {block.name: n for n, block in enumerate(p.rows)}
    for name, numbers, _, upper in sides_without_waste(m, reached):
        block = p.rows[at[name]]
        sides, own = block.upper.copy(), numbers - block.numbers[0]
        # A row that asks for nothing, of a year that has passed, leaves over what it left.
        sides[own] = np.where(np.isneginf(block.lower[own]), np.inf, upper)
        p.rows[at[name]] = replace(block, upper=sides)


def hold_far_standards(p: Programme, m: Model, x: Floats) -> None:
    """Segments of utility far below a standard are full, those far above it empty: ``AROUND`` of the plan's."""
    if not m.has("segment"):
        return
    u, block = m.activities.utility, p.columns["segment"]
    had = u.assign(had=x[block.numbers])
    order = had.sort_values(["good", "year", "segment"]).index
    tops = u["width"].reindex(order).groupby([u["good"].reindex(order), u["year"].reindex(order)]).cumsum()
    # The last segment has no end.
    below = tops.groupby([u["good"].reindex(order), u["year"].reindex(order)]).shift(fill_value=0.0)
    top, bottom = (edge.reindex(u.index).to_numpy() for edge in (tops, below))
    whole = had.groupby(["good", "year"])["had"].transform("sum").to_numpy()
    full, none = top < AROUND[0] * whole, bottom > AROUND[1] * whole
    lower, upper = np.where(full, block.upper, block.lower), np.where(none, block.lower, block.upper)
    p.bound("segment", lower=lower, upper=upper)
