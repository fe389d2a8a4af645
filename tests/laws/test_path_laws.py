"""The path that a plan is shown on: what must hold of it in every economy, tried on shipped ones."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from economies import shipped, small
from path_figures import bend, last_investment, noisy, on_rungs, used
from scipy.optimize import linprog

from groundplan.planning.activities import Activities
from groundplan.planning.best_plan import as_shown, model_of, solved
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.explaining.constant_standard import constant_standard, headline_figures
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.paths.even_path import most_even
from groundplan.planning.paths.unsettled import unsettled
from groundplan.planning.policy import Policy
from groundplan.planning.solved_plan import SolvedPlan


@cache
def even(country: str, years: int = 10) -> SolvedPlan:
    return most_even(solved(shipped(country), Policy(years=years)))


@pytest.mark.parametrize("country", ["KEN 2019", "GHA 2019"])
def test_a_longer_plan_begins_with_the_shorter_one(country: str) -> None:
    """Proves: a plan of fifteen years begins with the plan of ten: what people use to 0.5 per cent in all of the ten
    years and in each of the first seven, to 2 in the last.

    Breaks if: wear of the last years goes free, or what lies after the plan counts for nothing.
    """
    ten, fifteen = even(country), even(country, 15)
    use, longer = (used(p).iloc[1:11] for p in (ten, fifteen))
    apart = np.abs(longer / use - 1)
    assert apart.iloc[:7].max() < 0.005
    assert apart.max() < 0.02
    assert longer.sum() == pytest.approx(use.sum(), rel=0.005)


@pytest.mark.parametrize("country", ["KEN 2019", "GHA 2019"])
def test_an_even_path(country: str) -> None:
    """Proves: what people use grows by rates that differ by less than 0.7 points from year to year; standards do not
    stand on the rungs of the utility's ladder; the last year invests, to a tenth, what its capital needs to go on
    growing as it does.

    Breaks if: the corner is shown, or its differences are weighed away.
    """
    plan = even(country)
    assert bend(plan) < 0.7
    assert on_rungs(plan) <= 0.17
    assert last_investment(plan) == pytest.approx(0.0, abs=0.1)


def _invested(plan: SolvedPlan) -> pd.DataFrame:
    """Investment by sector and year of the plan."""
    level = plan.level
    return level.loc[[a for a in level.index if a.startswith("invest:")]]


@pytest.mark.parametrize("country", ["GHA 2019"])
def test_an_even_path_does_not_hang_on_the_last_digit(country: str) -> None:
    """With every coefficient of what is taken off by up to 0.1 per cent.

    Proves: household use and investment of every year move by less than 0.5 per cent; of sectors' investment 95 of 100
    by less than 4 per cent, and by more than 15 only where the sector is named as unsettled. A sector's years count in
    which it has more than 0.2 per cent of all investment.
    Breaks if: the even path takes a sector's growth from what a corner does in its last year.
    """
    e, policy = shipped(country), Policy(years=10)
    m = model_of(e, policy, activities=noisy(compile_plan(e, policy), 1))
    plan, other = even(country), most_even(SolvedPlan(e, policy, m, solve_in_turn(m, policy)))
    assert (used(other) / used(plan) - 1.0).abs().max() < 0.005
    before, after = _invested(plan), _invested(other)
    assert (after.sum() / before.sum() - 1.0).abs().max() < 0.005
    moved = (after / before - 1.0).abs().where(before > 0.002 * before.sum())
    assert np.nanquantile(moved.to_numpy(), 0.95) < 0.04
    far = moved.max(axis=1)
    assert set(far.index[far > 0.15]) <= set(unsettled(plan)["unsettled"]["activity"])


def _least_direction(gradient: np.ndarray, p: Any, worth: np.ndarray, least: float) -> np.ndarray:
    """Min gradient·x over the programme's rows and worth·x ≥ least, by scipy."""
    a, (low, high), (lower, upper) = p.matrix().tocsr(), p.sides(), p.bounds()
    equal = low == high
    below, above = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
    from scipy.sparse import csr_array, vstack

    rows = vstack([a[below], -a[above], csr_array(-worth[None])])
    right = np.concatenate([high[below], -low[above], [-least]])
    answered = linprog(
        gradient, A_ub=rows, b_ub=right, A_eq=a[equal], b_eq=high[equal], bounds=np.stack([lower, upper], axis=1)
    )
    assert answered.status == 0
    return np.asarray(answered.x)


Series = list[tuple[float, float, float, list[tuple[np.ndarray, Any]]]]


def _series(a: Activities, columns: dict[str, np.ndarray], x0: np.ndarray) -> Series:
    """Weight, size, base, and by year columns and signs, of standards, household use and investment."""
    acts, years = list(a.activities["activity"]), len(a.years)
    base = a.activities.set_index("activity")["base"]
    series: Series = []
    goods = list(dict.fromkeys(a.floors["good"]))
    spent = {g: float(base[f"live:{g.removeprefix('standard:')}"]) for g in goods}
    for g in goods:
        rows = [
            (columns["segment"][np.flatnonzero((a.utility["good"] == g) & (a.utility["year"] == y))], 1.0)
            for y in a.years
        ]
        series.append((spent[g] / sum(spent.values()), spent[g], spent[g], rows))
    lived = [k for k, name in enumerate(acts) if name in ("live:rural", "live:urban")]
    moved = [*lived, *(k for k, name in enumerate(acts) if name.startswith("ease:"))]
    sign = np.array([1.0 if k in lived else -1.0 for k in moved])
    whole = float(sum(base[acts[k]] for k in lived))
    series.append((1.0, whole, whole, [(columns["level"][moved, t], sign) for t in range(years)]))
    invest = [k for k, name in enumerate(acts) if name.startswith("invest:")]
    total = float(sum(base[acts[k]] for k in invest))
    series.append((1.0, total, total, [(columns["level"][invest, t], 1.0) for t in range(years)]))
    sizes = {k: max(float(base[acts[k]]), float(x0[columns["level"][k]].mean()), 1e-4 * total) for k in invest}
    for k in invest:
        share = 0.01 * sizes[k] / sum(sizes.values())
        series.append((share, sizes[k], float(base[acts[k]]), [(columns["level"][[k], t], 1.0) for t in range(years)]))
    return series


def _unevenness(series: Series, x0: np.ndarray, shown: int, at: np.ndarray) -> tuple[float, np.ndarray]:
    """The sum of squared second differences at ``at`` and its gradient; growth is that of ``x0``.

    A single sector, which comes after all investment and counts under 0.01, has the growth of all investment.
    """
    value, gradient, rate = 0.0, np.zeros(len(at)), 0.0
    for weight, size, was, rows in series:
        years = len(rows)
        if weight > 0.01:
            end = float((x0[rows[-1][0]] * rows[-1][1]).sum())
            rate = (end / was) ** (1.0 / years) - 1.0 if was > 0 and end > 0 else 0.0
        shape = [was / size] + [
            float((at[r] * c).sum()) / (size * (1 + rate) ** (t + 1)) for t, (r, c) in enumerate(rows)
        ]
        for t in range(2, years + 1):
            d = shape[t] - 2 * shape[t - 1] + shape[t - 2]
            counts = weight if t <= shown else 0.03 * weight
            value += counts * d * d
            for late, part in ((0, 1.0), (1, -2.0), (2, 1.0)):
                step = t - late
                if step > 0:
                    r, c = rows[step - 1]
                    gradient[r] += 2 * counts * d * part * c / (size * (1 + rate) ** step)
    return value, gradient


def test_stage_two_by_another_program() -> None:
    """The least sum of squared second differences, written here from levels and standards, over the plan's own rows.

    What households use is what they live on less what they do with less of; differences that reach into the tail count
    3 in 100. f is convex, so f(x*) − min f ≤ ∇f(x*)·(x* − y) for the y that minimises ∇f(x*)·y, which scipy finds.

    Proves: the path that is shown is the most even one, what it costs is what may be spent on it, and the rows hold.
    Breaks if: a difference, a weight, the growth or the accounts' year is wrong, or the solver stops early.
    """
    policy = Policy(years=3, tail_years=2, evenness=2e-5)
    corner = solved(small(), policy)
    plan = most_even(corner)
    a, p = corner.model.activities, corner.model.programme
    columns = {name: block.numbers for name, block in corner.model.variables.items()}
    x0, x = (np.zeros(p.width) for _ in range(2))
    for name, numbers in columns.items():
        x0[numbers], x[numbers] = corner.solution.values[name].values, plan.solution.values[name].values
    series = _series(a, columns, x0)
    worth = p.costs()
    enjoyed = float((a.utility["slope"].to_numpy() * x0[columns["segment"]]).sum())
    least = float(worth @ x0) - 2e-5 * enjoyed
    was, _ = _unevenness(series, x0, policy.years, x0)
    value, gradient = _unevenness(series, x0, policy.years, x)
    assert plan.solution.quality["unevenness"] == pytest.approx([was, value], rel=1e-6, abs=1e-12)
    assert 0 < value < 0.9 * was
    assert worth @ x >= least - 1e-6 * abs(least)
    low, high = p.sides()
    reached = p.matrix() @ x
    assert np.maximum(low - reached, reached - high).max() < 1e-5
    other = _least_direction(gradient, p, worth, least)
    assert gradient @ (x - other) < 0.01 * value


TIGHT: dict[str, Any] = {"years": 4, "population_growth": 0.01}
LOOSER: dict[str, dict[str, Any]] = {
    "more labour": {"labour_reserve": 0.1},
    "more foreign exchange": {"foreign_balance": 40.0},
    "faster building": {"absorption": 0.2},
    "faster replacement": {"import_replacement": 0.04, "import_floor": 0.3},
    "standards may fall": {"steady": False},
    "a lower floor": {"floor": 0.5},
    "faster growth of exports": {"export_growth": 0.06},
}


@cache
def tight() -> float:
    """The constant standard of the plan under every limit."""
    return constant_standard(solved(small(), Policy.of(**TIGHT)))


@pytest.mark.parametrize("limit", LOOSER)
def test_loosening_a_limit_never_lowers_the_headline(limit: str) -> None:
    """Proves: the constant standard that is worth the whole value does not fall when a limit gives way.

    Breaks if: the headline leaves the state out, or takes one year for the plan.
    """
    assert constant_standard(solved(small(), Policy.of(**{**TIGHT, **LOOSER[limit]}))) >= tight() - 1e-9


def test_the_constant_standard_is_worth_the_plan() -> None:
    """Its utility, segment by segment, and what the base path would leave make the plan's whole value.

    Proves: the sum over goods, years and segments, heads and the end. Breaks if: one of them is left out.
    """
    plan = solved(small(), Policy.of(years=4, population_growth=0.01, labour_productivity_growth=0.02))
    z = constant_standard(plan)
    a = plan.model.activities
    heads = a.floors.set_index(["good", "year"])["heads"]
    value = 0.0
    for (good, year), own in a.utility.groupby(["good", "year"]):
        left = z * float(heads[good, year])
        for width, slope in own.sort_values("segment")[["width", "slope"]].itertuples(index=False):
            value += slope * min(width, left)
            left = max(left - width, 0.0)
    base = a.activities.set_index("activity")["base"]
    growth = 1.01 * 1.02
    for row in a.terminal.itertuples():
        if row.activity:
            value += row.value * (1.0 + row.growth) * float(base[row.activity]) * growth ** len(a.years)
    assert value == pytest.approx(plan.best.objective, rel=1e-9)
    assert headline_figures(plan)["constant standard"] == z


def test_prices_and_path_leave_the_best_plan_as_it_is() -> None:
    """Proves: what is shown has the programme, the policy and the best value of the corner, whose solution is kept.

    Breaks if: a later stage forgets the first, or the order of the stages matters.
    """
    corner = solved(small(), Policy(years=3))
    shown = as_shown(corner)
    assert shown.best is corner.solution
    assert shown.solution.objective == corner.solution.objective
    assert {"path", "prices"} <= set(shown.solution.quality)
    lived = 0.001 * corner.solution.objective
    assert shown.solution.quality["worth"] >= corner.solution.objective - lived - 1e-6


def test_a_plan_of_one_year_has_no_path_to_choose() -> None:
    """Proves: a single year without a tail, which has no second difference, is shown as it was solved.

    Breaks if: differences are written for years that are not there.
    """
    corner = solved(small(), Policy.of(years=1, tail_years=0))
    assert most_even(corner) is corner
