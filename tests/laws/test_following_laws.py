"""Laws of following: gaps are gaps, sums are sums, chances are monotone, and a shortfall breaks where it is said to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from following_cases import monthly, uses_of_three
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import norm

from groundplan.following.balanced import balanced
from groundplan.following.breaking_shortfall import Supplying, breaking
from groundplan.following.fulfilment import TARGET, UNIT, by_period, fulfilled
from groundplan.following.knock_on import at_will, entitled, shares_lacking
from groundplan.following.local_level import SHARES, LocalLevel, expected
from groundplan.following.projection import (
    AS_PEERS,
    LOCAL_LEVEL,
    SeriesProjection,
    as_peers,
    correlation,
    ending,
    path_of,
    projected,
    together,
)
from groundplan.following.promised_series import PastFigure
from groundplan.reconciling.balance_system import BalanceSystem
from groundplan.reconciling.least_squares import reconciled
from groundplan.reconciling.reported_figures import OUTPUT

Floats = np.ndarray[Any, np.dtype[np.float64]]
seeds = st.integers(0, 2**31)


def kriged(seen: Floats, noise: float, walk: float, weights: Floats, ahead: int) -> tuple[float, float]:
    """The same sum by generalised least squares with an unknown mean: no filter in it."""
    y = np.concatenate([seen, np.full(ahead, np.nan)])
    t = np.arange(1, len(y) + 1)
    c = walk * np.minimum.outer(t, t) + noise * np.eye(len(y))
    here, there = np.flatnonzero(~np.isnan(y)), np.flatnonzero(np.isnan(y))
    inverse, one, w = np.linalg.inv(c[np.ix_(here, here)]), np.ones(len(here)), weights[there]
    way = inverse @ (c[np.ix_(here, there)] @ w)
    mean = (one @ inverse @ y[here]) / (one @ inverse @ one)
    short = w.sum() - one @ way
    variance = w @ c[np.ix_(there, there)] @ w - way @ c[np.ix_(here, there)] @ w + short**2 / (one @ inverse @ one)
    return float(way @ y[here] + short * mean), float(variance)


@given(seeds, st.integers(3, 12), st.integers(0, 8), st.floats(0.01, 5.0), st.floats(0.0, 5.0))
def test_gaps_are_gaps(seed: int, n: int, ahead: int, noise: float, walk: float) -> None:
    """Proves: what the filter says of gaps and of what follows is what least squares says that never heard of filters.

    Breaks if: a gap is filled in, or the hanging together of gaps and future is lost.
    """
    rng = np.random.default_rng(seed)
    seen = rng.normal(10, 2, n)
    seen[rng.random(n) < 0.4] = np.nan
    seen[rng.integers(n)] = 9.0
    w = rng.uniform(-1, 2, n + ahead)
    got = LocalLevel(seen, noise, walk).total(w, ahead)
    mean, variance = kriged(seen, noise, walk, w, ahead)
    assert got.mean == pytest.approx(mean, rel=1e-6, abs=1e-6)
    assert got.variance == pytest.approx(variance, rel=1e-6, abs=1e-6)
    level, spread = LocalLevel(seen, noise, walk).smoothed()
    for t in np.flatnonzero(np.isnan(seen)):
        own = LocalLevel(seen, noise, walk).total((np.arange(n) == t).astype(float))
        assert (level[t], spread[t] + noise) == pytest.approx((own.mean, own.variance), rel=1e-6, abs=1e-6)


@settings(max_examples=20)
@given(seeds, st.floats(1e-5, 1000.0))
def test_the_unit_of_measure_is_immaterial(seed: int, times: float) -> None:
    """Proves: counting in other units changes the expected sum and its spread by their size, and the chance not at all.

    Breaks if: a variance is kept in the units of something else.
    """
    past = tuple(PastFigure(2025, m, 90.0 + m % 4) for m in range(12))
    many = [PastFigure(f.year, f.part, times * f.value) for f in past]
    a = [projected(monthly("A", rng_values(seed, k), k, past=p)) for k, p in ((1.0, past), (times, tuple(many)))]
    assert a[0].why.startswith("20 figures")
    assert a[1].mean == pytest.approx(times * a[0].mean, rel=1e-6)
    assert a[1].error == pytest.approx(times * a[0].error, rel=1e-6)
    peers = [
        as_peers([*(replace(p, series=replace(p.series, unit=u)) for u in "BCDE"), blank])[-1]
        for p, blank in ((a[0], projected(monthly("F", []))), (a[1], projected(monthly("F", [], times))))
    ]
    assert peers[0].method == AS_PEERS
    assert peers[1].mean == pytest.approx(times * peers[0].mean, rel=1e-6)
    chances = [together([p])[-1].chance for p in a]
    assert chances[1] == pytest.approx(chances[0], abs=1e-6)


def rng_values(seed: int, times: float) -> list[float]:
    return list(times * np.random.default_rng(seed).normal(95.0, 5.0, 8))


def members(seed: int, units: str = "ABC") -> list[Any]:
    rng = np.random.default_rng(seed)
    out = []
    for u in units:
        values = list(rng.normal(95.0, 6.0, 9))
        for k in np.flatnonzero(rng.random(9) < 0.25):
            values[k] = math.nan
        out.append(monthly(u, values))
    return out


@given(seeds)
def test_fulfilment_adds_up(seed: int) -> None:
    """Proves: what units promised and reported sums to the target's, by unit and by period; nothing silent counts as 0.

    Breaks if: a silent figure is summed as zero, or its promise is left in what came.
    """
    series = members(seed)
    rows = fulfilled(series)
    (whole,) = [r for r in rows if r.by == TARGET]
    units = [r for r in rows if r.by == UNIT]
    assert whole.promised == pytest.approx(sum(r.promised for r in units))
    assert whole.reported == pytest.approx(np.nansum([r.reported for r in units]))
    assert whole.silent == sum(r.silent for r in units) == sum(int(s.silent.sum()) for s in series)
    came = [(x, p) for s in series for x, p, e in zip(s.reported, s.promised, s.ended, strict=True) if e and x == x]
    assert whole.since_start == pytest.approx(sum(x for x, _ in came) / sum(p for _, p in came))
    assert whole.heard == pytest.approx(sum(p for _, p in came) / whole.promised)
    periods = [p for p in by_period(series) if p.ended]
    assert sum(p.promised for p in periods) == pytest.approx(whole.promised)
    assert sum(p.silent for p in periods) == whole.silent


@given(st.floats(-50, 50), st.floats(0.1, 30), st.floats(0.1, 20))
def test_the_chance_falls_as_more_is_promised(mean: float, error: float, more: float) -> None:
    """Proves: a larger promise has a smaller chance, a larger limit a larger one; the two add up to one; bands hold.

    Breaks if: the sign of a limit turns, or the band is not that of its share.
    """

    def chance(promised: float, most: bool) -> float:
        return ending("x", "t", 1, (promised, 0.0, mean, error), most=most, method="", why="").chance

    assert chance(10.0 + more, False) <= chance(10.0, False)
    assert chance(10.0 + more, True) >= chance(10.0, True)
    assert chance(10.0, True) + chance(10.0, False) == pytest.approx(1.0)
    e = ending("x", "t", 1, (10.0, 0.0, mean, error), most=False, method="", why="", band=0.8)
    assert norm.cdf(e.high, mean, error) - norm.cdf(e.low, mean, error) == pytest.approx(0.8)


def test_the_chance_is_that_of_a_simulation() -> None:
    """Proves: with the variances known, the chance of the end is the share of 200,000 simulated ends that meet it.

    The simulation draws levels one after the other from what the last figure leaves, and knows no filter of sums.
    Breaks if: noise of what is to come is left out, or the walk of the level is.
    """
    rng = np.random.default_rng(3)
    seen = np.array([96.0, 99.0, 91.0, 94.0, 92.0, 97.0])
    m, ahead, draws = LocalLevel(seen, 6.0, 2.0), 6, 200_000
    level = m.level + rng.normal(0, math.sqrt(float(m.filtered.after[-1])), draws)
    sums = np.zeros(draws)
    for _ in range(ahead):
        level = level + rng.normal(0, math.sqrt(2.0), draws)
        sums += level + rng.normal(0, math.sqrt(6.0), draws)
    total = m.total(np.ones(12), ahead)
    for promised in (540.0, 560.0, 575.0):
        e = ending("x", "t", 1, (promised, 0.0, total.mean, math.sqrt(total.variance)), most=False, method="", why="")
        assert e.chance == pytest.approx(float((sums >= promised).mean()), abs=0.005)


@settings(max_examples=20)
@given(seeds, st.integers(4, 12))
def test_variances_that_are_not_known_widen_the_band(seed: int, n: int) -> None:
    """Proves: the expected sum is between the least and the most of any variances, and its spread is finite from four
    figures on; with three, or without spread, there is none.

    Breaks if: a figure is given that cannot be defended.
    """
    seen = np.random.default_rng(seed).normal(100, 5, n)
    got = expected(seen, np.ones((1, n + 3)), 3)
    assert got is not None
    means = [LocalLevel(seen, 1 - s, s).total(np.ones(n + 3), 3).mean for s in SHARES]
    assert min(means) - 1e-6 <= got[0][0] <= max(means) + 1e-6
    assert 0 < got[1][0] < math.inf
    assert expected(seen[:3], np.ones((1, 6)), 3) is None
    assert expected(np.full(n, 7.0), np.ones((1, n + 3)), 3) is None


@settings(max_examples=5)
@given(seeds, st.integers(4, 9))
def test_the_average_over_variances_is_an_integral(seed: int, n: int) -> None:
    """Proves: mean and variance of what is expected are those of integration in numbers over scale and share of the
    walk, by covariances and no filter, with the prior 1/scale.

    Breaks if: degrees of freedom are lost or gained, or a weight is another.
    """
    seen = np.random.default_rng(seed).normal(10.0, 1.0, n)
    ahead, size = 2, float(np.ptp(seen))
    weights = np.concatenate([np.zeros(n), [1.0, 2.0]])
    logs, means, variances = [], [], []
    scales = np.exp(np.linspace(math.log(1e-4), math.log(1e7), 1500)) * size**2
    t = np.arange(n)
    contrast = np.diff(np.eye(n), axis=0)  # what is left of the figures without their level
    for share in SHARES:
        c = contrast @ (share * np.minimum.outer(t, t) + (1 - share) * np.eye(n)) @ contrast.T
        d = contrast @ seen
        square, det = float(d @ np.linalg.solve(c, d)), float(np.linalg.slogdet(c)[1])
        mean, unit = kriged(seen, 1 - share, share, weights, ahead)
        logs.append(-0.5 * (n - 1) * np.log(scales) - 0.5 * det - 0.5 * square / scales)
        means.append(np.full(len(scales), mean))
        variances.append(unit * scales)
    p = np.exp(np.array(logs) - np.max(logs))  # even in log scale: the prior 1/scale
    p /= p.sum()
    middle = float((p * means).sum())
    spread = float((p * (np.array(variances) + (np.array(means) - middle) ** 2)).sum())
    got = expected(seen, weights[None], ahead)
    assert got is not None
    assert got[0][0] == pytest.approx(middle, rel=1e-4)
    # With four figures the tail of the scale is long; it is cut at ten million.
    assert got[1][0] == pytest.approx(spread, rel=2e-2 if n == 4 else 1e-3)


def shrunk_slowly(surprises: list[dict[int, float]]) -> tuple[Floats, float]:
    """Correlations pair by pair and product by product, as Schäfer and Strimmer write them."""
    n = len(surprises)
    r, spread, squares = np.eye(n), 0.0, 0.0
    for i in range(n):
        for j in range(n):
            both = sorted(set(surprises[i]) & set(surprises[j]))
            if i == j or len(both) < 4:
                continue
            x, y = (np.array([surprises[k][t] for t in both]) for k in (i, j))
            x, y = (v - v.mean() for v in (x, y))
            w = x * y / (x.std(ddof=1) * y.std(ddof=1))
            m = len(both)
            r[i, j] = w.sum() / (m - 1)
            spread += m / (m - 1) ** 3 * ((w - w.mean()) ** 2).sum()
            squares += r[i, j] ** 2
    share = min(spread / squares, 1.0) if squares else 1.0
    return (1 - share) * r + share * np.eye(n), share


@settings(max_examples=30)
@given(seeds, st.integers(2, 5), st.floats(0.0, 3.0))
def test_correlations_are_shrunk_as_printed(seed: int, units: int, shared: float) -> None:
    """Proves: the correlation of surprises and how far it is shrunk are those of the formula, pair by pair, with gaps.

    Breaks if: a mean is taken over other periods than the two have in common, or how unsure one is, is another.
    """
    rng = np.random.default_rng(seed)
    common = rng.normal(0, shared, 14)
    drawn = [
        {t: float(0.01 * (common[t] + rng.normal())) for t in range(14) if rng.random() > 0.2} for _ in range(units)
    ]
    p = projected(monthly("A", [90.0, 95.0, 100.0, 99.0]))
    got = correlation([SeriesProjection(**{**vars(p), "surprise": d}) for d in drawn])
    matrix, share = shrunk_slowly(drawn)
    assert got.shrunk == pytest.approx(share)
    if np.linalg.eigvalsh(matrix).min() > 0:
        assert got.matrix == pytest.approx(matrix)
    assert np.linalg.eigvalsh(got.matrix).min() > -1e-9


@settings(max_examples=20)
@given(seeds)
def test_parts_sum_to_the_whole(seed: int) -> None:
    """Proves: units' ends sum to the target's, years to all years; the band of a sum is within what wholly together or
    wholly apart would make of it.

    Breaks if: a target is projected by itself, or how units go together is no correlation.
    """
    ps = as_peers([projected(s) for s in members(seed, "ABCDE")])
    if any(p.method != LOCAL_LEVEL for p in ps):
        return
    ends = together(ps)
    for e in ends:
        k = -1 if e.year == 0 else ps[0].years.index(e.year)
        assert e.mean == pytest.approx(sum(p.mean[k] for p in ps))
        assert e.error <= sum(p.error[k] for p in ps) + 1e-9
    path = path_of(ps)
    known = sum(p.reported for p in path if p.reported == p.reported)
    rest = sum(p.projected for p in path if p.reported != p.reported)
    assert known + rest == pytest.approx(ends[-1].mean)


@settings(max_examples=20)
@given(seeds)
def test_balances_of_projections_are_the_least_squares_of_reports(seed: int) -> None:
    """Proves: projections under sums and uses are what the engine of reports gives for the same figures, errors and
    balances; where final use keeps above zero they stay as they are, and units sum to the whole.

    Breaks if: another matrix than the filter's weighs them, or totals bear witness for themselves.
    """
    ps = [projected(s) for s in members(seed, "AB")]
    uses = uses_of_three(output=[2400.0, 1200.0, 900.0])
    flows = [("output", "coal"), ("output", "coal")]
    year = ps[0].years[0]
    got = balanced(ps, flows, uses, year)
    whole, error = got.totals[(OUTPUT, "coal")]
    means = [got.mean[n] for n in range(2)]
    if any(math.isnan(p.error[0]) for p in ps):
        assert math.isnan(whole)
        return
    assert whole == pytest.approx(sum(means))
    assert means == pytest.approx([p.mean[0] for p in ps])
    assert got.moved == 0
    one = together(ps)[0]
    both = _shared(one.error, got.error)
    sums = BalanceSystem(
        ("A", "B", "all"), np.array([*means, math.nan]),
        np.array([[got.error[0] ** 2, both, 0], [both, got.error[1] ** 2, 0], [0, 0, 0]]),
        np.array([[1.0, 1.0, -1.0]]), np.zeros(1), ("sum",),
    )  # fmt: skip
    assert reconciled(sums).error[2] == pytest.approx(error)
    assert error == pytest.approx(one.error)


def _shared(whole: float, errors: Any) -> float:
    return (whole**2 - errors[0] ** 2 - errors[1] ** 2) / 2


amounts = st.lists(st.floats(0.0, 100.0), min_size=3, max_size=3)


@given(amounts, amounts, st.sampled_from([0, 1, 2]), st.floats(0.05, 1.0))
def test_a_breaking_shortfall_is_where_a_programme_breaks(
    final: list[float], imports: list[float], which: int, share: float
) -> None:
    """Proves: the formula is the largest shortfall for which a linear programme still finds uses that serve everybody's
    promised output; a little more and there are none.

    Breaks if: final use is not let give way, or what is over is left out.
    """
    uses = uses_of_three(final=final, imports=imports)
    product, promised = uses.products[which], max(share * float(uses.amounts[OUTPUT][which]), 1.0)
    (row,) = breaking([Supplying("U", OUTPUT, product, promised)], uses)
    x, m = uses.amounts[OUTPUT], uses.amounts["import"]
    taken = uses.coefficients @ x
    # d: the shortfall, y: final use. The maker's own use goes down with its output.
    n = 3
    a = np.zeros((n, n + 1))
    a[:, :n] = np.eye(n)
    a[which, n] = 1.0 - uses.coefficients[which, which]
    bounds = [(0.0, None)] * n + [(0.0, None)]
    found = linprog([0.0] * n + [-1.0], A_ub=a, b_ub=x + m - taken, bounds=bounds)
    # Only products that somebody else takes can break a promise.
    if not math.isinf(row.others):
        assert row.others == pytest.approx(found.x[n], rel=1e-6, abs=1e-6)
        assert row.breaks == (row.others < promised)


@given(st.lists(st.floats(0.0, 500.0), min_size=3, max_size=3))
def test_what_is_lost_lies_between_best_and_worst(short: Sequence[float]) -> None:
    """Proves: reallocation at will loses no more than everybody's own share, a larger lack no less, and no lack none.

    Breaks if: rationing frees what a stopped producer does not take, or the programme forgets a use.
    """
    uses = uses_of_three(imports=[40.0, 10.0, 0.0])
    lack = dict(zip(uses.products, short, strict=True))
    share = shares_lacking(lack, uses)
    worst, best = entitled(uses, share), at_will(uses, share)
    x = uses.amounts[OUTPUT]
    assert (worst <= best + 1e-9).all()
    assert (uses.coefficients @ (best * x) <= best * x + uses.amounts["import"] + 1e-6).all()
    assert (worst <= 1 - share + 1e-12).all()
    more = shares_lacking({k: 2 * v for k, v in lack.items()}, uses)
    assert (entitled(uses, more) <= worst + 1e-9).all()
    assert entitled(uses, 0 * share).tolist() == [1.0, 1.0, 1.0]
