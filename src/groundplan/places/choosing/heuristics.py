"""Large choices: the relaxation first, then ever larger parts of the choice, each with what the one before found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groundplan.errors import Interrupted, SolverError
from groundplan.places.choosing.model import ChoiceModel
from groundplan.places.choosing.problem import Flags, Floats
from groundplan.places.choosing.search import Search, no_choice
from groundplan.solver.choosing import Chooser
from groundplan.solver.programme import Programme

# A place-year that the relaxation uses less than this, or a type that is this close to whole, is taken as it seems.
ZERO = 1e-3
# The proven bound may be this much above the relaxation's optimum, as a share of it.
CLOSE = 1e-5
# A part is solved until it is this share of the asked gap from its own best, then the next part is tried.
PART = 0.3


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The linear relaxation: its values, reduced costs and the bound that is proven by them."""

    value: Floats
    reduced: Floats
    optimum: float


def approach(search: Search, m: ChoiceModel) -> Search:
    """Relaxation; a choice among what it uses; neighbourhoods; and the whole with what is proven useless left out.

    Each step ends when the gap that was asked for is proven. Source: kernel search (Angelelli, Mansini and Speranza
    2010); relaxation-induced and fix-and-optimise neighbourhoods (Danna, Rothberg and Le Pape 2005); reduced-cost
    fixing (citations not checked).
    """
    relaxed = relaxation(search, m)
    steps = (among_used, with_types_open, year_windows, province_windows, whole)
    for step in steps:
        if search.over:
            break
        search = step(search, m, relaxed)
    return search


def relaxation(search: Search, m: ChoiceModel) -> Relaxed:
    """The programme without whole numbers: no choice can have more than its optimum.

    Interior point without a vertex is quick but says of itself only "about"; so its row prices are taken and the bound
    is computed from them by plain arithmetic (``proven_bound``), which holds for any prices. Where that is not close,
    the simplex method solves it again.
    Raises ``PlanInfeasible`` where even that meets no choice, ``Interrupted`` where it was stopped.
    """
    began = search.seconds
    for method in ({"solver": "ipx", "run_crossover": "off"}, {"solver": "simplex"}):
        left = max(0.1, search.effort.seconds - search.seconds)
        loaded = Chooser(m.programme, search.effort.options(solve_relaxation=True, time_limit=left, **method))
        answer = loaded.watched(lambda objective, bound: search.tell("relaxation", objective, bound))
        search.stopped = search.stopped or answer.stopped
        if search.stopped:
            raise Interrupted("stopped before the relaxation was solved; nothing was written")
        if answer.status not in ("optimal", "unknown") or len(answer.prices) != m.programme.height:
            continue
        bound, reduced = proven_bound(m.programme, answer.prices)
        if bound - answer.objective <= CLOSE * max(1.0, abs(answer.objective)):
            search.bound = min(search.bound, bound)
            search.tell("relaxation", -np.inf, bound)
            search.ingredients.append(("relaxation", round(search.seconds - began, 2), search.objective, search.bound))
            return Relaxed(answer.relaxed, reduced, bound)
    if answer.infeasible:
        raise no_choice(m.programme, search.effort.options())
    raise SolverError(f"the relaxation has no answer: {answer.status}", fix="give it more seconds")


def proven_bound(p: Programme, prices: Floats) -> tuple[float, Floats]:
    """No choice has more than this, whatever the prices; and each column's reduced cost under them.

        Σ_rows max(y·low, y·high) + Σ_columns max(r·low, r·high),   r = c − A'y

    Weak duality with every column between bounds: the rows can give no more than the first sum, the columns no more
    than the second. A price whose row has no bound on its side is taken as 0. HiGHS tells prices of a maximum with
    either sign, so the better of the two bounds is taken; both hold.
    """
    (low, high), (least, most), matrix, cost = p.sides(), p.bounds(), p.matrix(), p.costs()
    bounds = []
    for y in (prices, -prices):
        y = np.where(np.where(y > 0, np.isinf(high), np.isinf(low)), 0.0, y)
        r = cost - matrix.T @ y
        side, end = np.where(y > 0, high, low), np.where(r > 0, most, least)
        rows = np.multiply(y, side, out=np.zeros_like(y), where=y != 0)
        columns = np.multiply(r, end, out=np.zeros_like(r), where=r != 0)
        bounds.append((float(rows.sum() + columns.sum()), r))
    return min(bounds, key=lambda pair: pair[0])


def restricted(
    m: ChoiceModel, keep: Flags, fixed: Flags | None = None, at: Floats | None = None
) -> tuple[Floats, Floats]:
    """Bounds that leave only the place-years in ``keep`` [p, t], and hold the pairs in ``fixed`` [pair] at ``at``."""
    low, high = m.programme.bounds()
    high[m.x[~keep]] = 0.0
    high[m.y[~keep[m.place]]] = 0.0
    if fixed is not None and at is not None:
        fixed_at = np.round(at[fixed])
        low[m.w[fixed]], high[m.w[fixed]] = fixed_at, fixed_at
        high[m.y[fixed]] = np.minimum(high[m.y[fixed]], fixed_at[:, None])
    return low, high


def among_used(search: Search, m: ChoiceModel, relaxed: Relaxed) -> Search:
    """Only place-years that the relaxation uses; types as in the relaxation where that is whole."""
    used = relaxed.value[m.x] > ZERO
    w = relaxed.value[m.w]
    bounds = restricted(m, used, np.abs(w - np.round(w)) < ZERO, w)
    # The bound is the relaxation's, so cuts help nobody here; a few dives do, and then neighbourhoods do more.
    search.solve(
        "among what the relaxation uses", m.programme, bounds=bounds, gap=PART * search.effort.gap,
        mip_heuristic_effort=0.3, mip_pool_soft_limit=100, mip_allow_cut_separation_at_nodes=False, mip_max_nodes=5,
    )  # fmt: skip
    return search


def with_types_open(search: Search, m: ChoiceModel, relaxed: Relaxed) -> Search:
    """Where that is too narrow for any choice: all types, neighbouring years, every year of places not fully used."""
    if search.best is not None:
        return search
    used = widened(relaxed.value[m.x] > ZERO)
    used |= (relaxed.value[m.x].sum(axis=1) < 1 - ZERO)[:, None]
    search.solve("with all types", m.programme, bounds=restricted(m, used), gap=PART * search.effort.gap)
    return search


def widened(used: Flags) -> Flags:
    """The years beside the used ones too."""
    out = used.copy()
    out[:, 1:] |= used[:, :-1]
    out[:, :-1] |= used[:, 1:]
    return out


def year_windows(search: Search, m: ChoiceModel, relaxed: Relaxed) -> Search:
    """Two years at a time, then three, are chosen anew, from their own places and those not chosen."""
    T = len(m.siting.years)
    for span in (2, 3):
        for first in range(0, max(T - span + 1, 1), 2):
            if search.over or search.best is None:
                return search
            year = _years(search, m)
            free = (year < 0) | ((year >= first) & (year < first + span))
            search = _window(search, m, relaxed, free, f"years {first + 1} to {min(first + span, T)} anew")
    return search


def province_windows(search: Search, m: ChoiceModel, relaxed: Relaxed) -> Search:
    """One province at a time in every year, with its types; the rest keeps year and types."""
    s = m.siting
    for k in range(len(s.provinces)):
        if search.over or search.best is None:
            break
        search = _window(search, m, relaxed, (s.province == k) | (_years(search, m) < 0), f"{s.provinces[k]} anew")
    return search


def _years(search: Search, m: ChoiceModel) -> np.ndarray:
    assert search.best is not None
    x = search.best[m.x] > 0.5
    return np.where(x.any(axis=1), x.argmax(axis=1), -1)


def _window(search: Search, m: ChoiceModel, relaxed: Relaxed, free: Flags, stage: str) -> Search:
    """Choose anew for the places in ``free``, in years that the relaxation uses or beside them; the others are held."""
    assert search.best is not None
    keep = (search.best[m.x] > 0.5) | (free[:, None] & widened(relaxed.value[m.x] > ZERO))
    bounds = restricted(m, keep, ~free[m.place], search.best[m.w])
    search.solve(stage, m.programme, bounds=bounds, gap=PART * search.effort.gap, mip_max_nodes=5)
    return search


def whole(search: Search, m: ChoiceModel, relaxed: Relaxed) -> Search:
    """Branch and bound on everything that the relaxation does not prove useless.

    By the same arithmetic as ``proven_bound``, a column whose reduced cost is worse than the gap between bound and best
    found is at 0 in every better choice, so leaving it out keeps the bound valid for all choices better than the best.
    """
    low, high = m.programme.bounds()
    slack = relaxed.optimum - search.objective
    if np.isfinite(slack):
        useless = m.programme.whole() & (low == 0) & (relaxed.reduced < -(slack + 1e-6 * abs(relaxed.optimum)))
        high[useless] = 0.0
    before = search.bound
    if search.solve("branch and bound", m.programme, bounds=(low, high), whole=True).infeasible:
        if search.best is None:
            raise no_choice(m.programme, search.effort.options())
        search.bound = before
    # What was left out holds nothing better than the best found, which the bound must not undercut.
    search.bound = max(search.bound, search.objective)
    return search
