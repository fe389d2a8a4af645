"""Projections that keep the balances: units add up, and no more of a product is used than there is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from groundplan.following.projection import SeriesProjection, correlation
from groundplan.reconciling.account_balances import account_of
from groundplan.reconciling.least_squares import LeastSquares, bounded
from groundplan.reconciling.reported_figures import Reported
from groundplan.reconciling.usual_uses import UsualUses
from groundplan.solver.programme import Floats

# A figure of a balance: what kind of flow it is, and of which product.
Flow = tuple[str, str]
# Moves by less than this share of the error are none.
MOVED = 1e-6


@dataclass(frozen=True, eq=False)
class BalancedYear:
    """What a year's projections become under the balances: by place in ``projections``, its mean and error.

    totals  flow → (mean, error) of all its units, as the balances fill it in; ``moved``: how many projections changed
    """

    year: int
    mean: Mapping[int, float]
    error: Mapping[int, float]
    totals: Mapping[Flow, tuple[float, float]]
    moved: int


def balanced(
    projections: Sequence[SeriesProjection], flows: Sequence[Flow | None], uses: UsualUses, year: int
) -> BalancedYear:
    """The projections of a year, moved as little as their errors allow until the balances hold.

        min (x − x̂)'V⁻¹(x − x̂),   V_uv = R_uv·error_u·error_v
        units add up to the whole;   output + import = Σ_j (a_ij + error)·output_j + final use + export,  final use ≥ 0

    The totals are not projected by themselves: they are made of the same figures and bear no witness. So V of the units
    says all, and the balances of sums change nothing; those of uses do, where plans cannot go together. It is the least
    squares of ``reconciled`` and ``bounded``, on projections in the place of reports. ``flows``: of each projection the
    flow that it is of, None for what stands in no balance. What cannot be projected is not measured. Units: the
    measures of the series.
    Raises what ``account_of`` and ``bounded`` raise.
    Source: Wickramasuriya, Athanasopoulos and Hyndman (2019), MinT (not checked), with V of the filter.
    """
    at = [
        (n, p.years.index(year))
        for n, (p, flow) in enumerate(zip(projections, flows, strict=True))
        if flow is not None and year in p.years
    ]
    reports = [_reported(projections[n], k, flows[n]) for n, k in at]
    whole = dict.fromkeys((r.figure, r.product, r.measure) for r in reports)
    account = account_of([*reports, *(Reported("", f, p, math.nan, m) for f, p, m in whole)], uses)
    system = account.system
    factor = np.array([s.factor for s in account.stated[: len(at)]])
    errors = factor * np.array([projections[n].error[k] for n, k in at])
    covariance = system.covariance.copy()
    there = range(len(at))
    covariance[np.ix_(there, there)] = _correlated([projections[n] for n, _ in at], [flows[n] for n, _ in at], errors)
    fit = bounded(replace(system, covariance=covariance))
    means = {n: float(fit.estimate[k] / factor[k]) for k, (n, _) in enumerate(at)}
    after = {n: float(fit.error[k] / factor[k]) for k, (n, _) in enumerate(at)}
    moved = sum(
        abs(means[n] - projections[n].mean[k]) > MOVED * max(projections[n].error[k], abs(projections[n].mean[k]))
        for n, k in at
        if not math.isnan(projections[n].mean[k])
    )
    return BalancedYear(year, means, after, _totals(fit, account.stated, len(at)), moved)


def _reported(p: SeriesProjection, k: int, flow: Flow | None) -> Reported:
    """A projection in the place of a report; without an error it is not measured."""
    assert flow is not None
    mean = float(p.mean[k]) if not math.isnan(p.error[k]) else math.nan
    s = p.series
    return Reported(s.unit, flow[0], flow[1], mean, s.measure, sd=0.0, target=float(p.promised[k]))


def _correlated(projections: Sequence[SeriesProjection], flows: Sequence[Flow | None], errors: Floats) -> Floats:
    """[m × m] the covariance of units of one flow; units of different flows have nothing to do with each other."""
    v = np.diag(np.square(np.nan_to_num(errors)))
    for flow in dict.fromkeys(flows):
        here = [n for n, f in enumerate(flows) if f == flow]
        r = correlation([projections[n] for n in here]).matrix
        own = np.nan_to_num(errors[here])
        v[np.ix_(here, here)] = r * np.outer(own, own)
    return v


def _totals(fit: LeastSquares, stated: Sequence[object], first: int) -> dict[Flow, tuple[float, float]]:
    totals: dict[Flow, tuple[float, float]] = {}
    for k in range(first, len(stated)):
        s = stated[k]
        if not s.unit and s.figure and (s.figure, s.product) not in totals:  # type: ignore[attr-defined]
            value, error = float(fit.estimate[k]), float(fit.error[k])
            totals[(s.figure, s.product)] = (value / s.factor, error / s.factor)  # type: ignore[attr-defined]
    return totals
