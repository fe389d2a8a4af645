"""One measure of what anything costs: the share of everybody's living standard that is worth as much."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from groundplan.planning.activities import Activities
from groundplan.planning.explaining.valuations import short_number
from groundplan.planning.solve import Solution
from groundplan.planning.solved_plan import SolvedPlan

STEPS = 40


def allowed_loss(a: Activities, s: Solution, best: float, within: float) -> float:
    """What the objective would lose if everybody had a share ``within`` less of living standard in every year.

        loss = Σ_{g,t} U_{g,t}(u*) − U_{g,t}((1−within)·u*)

    U is the plan's own piecewise-linear utility, u* what the plan ``s`` of the activities ``a`` gives; ``best`` is its
    objective. It does not change with the zero of the utility, which the objective's own size does. A plan without
    goods has within·|z*|.
    Units:  objective (money of living standard, the first year counting in full).
    Source: Lucas (1987), Models of Business Cycles, compensating variation of consumption (citation not checked).
    """
    return _loss(a, s, best)(within)


def _loss(a: Activities, s: Solution, best: float) -> Callable[[float], float]:
    """``allowed_loss`` of any share; what does not depend on the share is reckoned once."""
    u = a.utility
    if u.empty:
        return lambda within: within * abs(best)
    u = u.assign(had=s.values["segment"].values).sort_values(["good", "year", "segment"])
    key = [u["good"], u["year"]]
    whole = u["had"].groupby(key).transform("sum").to_numpy()
    width = u["width"].clip(upper=float(u["had"].sum()) + 1.0)
    before = (width.groupby(key).cumsum() - width).to_numpy()
    slope, most = u["slope"].to_numpy(), width.to_numpy()
    had = np.clip(whole - before, 0.0, most)
    return lambda within: float((slope * (had - np.clip((1.0 - within) * whole - before, 0.0, most))).sum())


def as_share(a: Activities, s: Solution, loss: float) -> float:
    """A loss of the objective as a share of everybody's living standard in every year, 1; by bisection.

    1 where nothing that people have is worth as much. ``a`` and ``s``: the plan that it is a loss to.
    """
    low, high = 0.0, 1.0
    if loss <= 0.0:
        return 0.0
    lost = _loss(a, s, s.objective)
    for _ in range(STEPS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if lost(middle) < loss else (low, middle)
    return (low + high) / 2.0


def share_between(plan: SolvedPlan, other: SolvedPlan) -> float:
    """What a plan costs against another of the same years, as a share of everybody's living standard in every year, 1.

    nan where one of them is reckoned for other years, so that their worths cannot be compared.
    """
    a = other.model.activities
    if plan.model.activities.years != a.years:
        return float("nan")
    return as_share(a, other.best, other.best.objective - plan.best.objective)


def share_words(share: float) -> str:
    """The measure in words.

    >>> share_words(0.0123), share_words(0.0)
    ("as much as 1.2 % of everybody's living standard in every year", 'nothing')
    """
    if share < 5e-7:
        return "nothing"
    return f"as much as {short_number(100 * share, 2)} % of everybody's living standard in every year"
