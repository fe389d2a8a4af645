"""Among choices that are equally good, the one that the public draw prefers."""

from __future__ import annotations

import numpy as np

from groundplan.places.choosing.model import ChoiceModel
from groundplan.places.choosing.problem import Floats, relative_gap
from groundplan.places.choosing.search import Search
from groundplan.solver.choosing import Chooser
from groundplan.solver.narrowed import Narrowed, narrowed
from groundplan.solver.programme import Programme

# A choice counts as equally good within this share of its objective: the solver's own rounding.
SAME = 1e-7


def by_draw(search: Search, m: ChoiceModel) -> Search:
    """Among choices as good as the one found, the one that the draw prefers.

        min  Σ_pt (T − t) · rank[p] · x[p,t]    with the objective no worse than found

    Places stand in the order of the draw, so rank is their number. Of two places that could change places in the list
    and nothing else would change, the smaller ticket stands first: exchanging them would lower the sum. Where the best
    is not proven to the last digit, choices as good cannot all be known; then every place keeps its facilities and raw
    materials, and only years are exchanged.
    """
    if search.best is None or search.stopped:
        return search
    p, n, T = m.programme, len(m.siting.ids), len(m.siting.years)
    cost = np.zeros(p.width)
    cost[m.x] = -np.outer(np.arange(1, n + 1), T - np.arange(T)) / (n * T)
    worth, floor = p.costs(), search.objective - SAME * max(1.0, abs(search.objective))
    counted = np.flatnonzero(worth)
    alike = p.copy()
    alike.add_rows("as good as found", 1, floor, np.inf, (np.zeros(len(counted), np.int64), counted, worth[counted]))
    if relative_gap(search.objective, search.bound) > 10 * SAME:
        years = only_years(alike, m, search.best)
        best = _preferred(search, years.programme, cost[years.free], search.best[years.free])
        best = None if best is None else years.all_columns(best)
    else:
        best = _preferred(search, alike, cost, search.best)
    if best is not None:
        search.best, search.objective = best, float(worth @ best)
        search.bound = max(search.bound, search.objective)
    return search


def only_years(p: Programme, m: ChoiceModel, best: Floats) -> Narrowed:
    """The programme with facilities and flows held at ``best``: a facility comes in the year of its place, y = x."""
    built = best[m.w] > 0.5
    values = np.zeros(p.width)
    values[m.w], values[m.q] = built, best[m.q]
    follows = m.y[built], np.broadcast_to(m.x[m.place[built]], m.y[built].shape)
    gone = np.concatenate([m.w, m.y.ravel(), m.q])
    return narrowed(p, np.setdiff1d(np.arange(p.width), gone), values, follows)


def _preferred(search: Search, p: Programme, cost: Floats, start: Floats) -> Floats | None:
    """The best choice by ``cost``; None where nothing was found."""
    seconds = max(5.0, 0.1 * search.effort.seconds)
    options = search.effort.options(mip_rel_gap=0.0, mip_abs_gap=1e-9, time_limit=seconds, mip_max_nodes=2000)
    # A choice is at hand, so HiGHS need not hunt for a first one.
    loaded = Chooser(p, options | {"mip_heuristic_run_feasibility_jump": False}, cost=cost)
    loaded.start(start)
    answer = loaded.watched()
    search.stopped = search.stopped or answer.stopped
    return answer.values
