"""The choice solved: the best found, and how far it can be from the best possible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from groundplan.errors import Interrupted, SolverError
from groundplan.places.choosing.heuristics import approach
from groundplan.places.choosing.model import ChoiceModel, formulate
from groundplan.places.choosing.problem import Choice, Floats, Siting, relative_gap
from groundplan.places.choosing.search import Effort, Search, Watch, no_choice, unwatched
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


# Below this size (places × types × years) branch and bound alone is quicker than any preparation.
SMALL = 3000


def choose(
    s: Siting,
    effort: Effort | None = None,
    watch: Watch = unwatched,
    model: ChoiceModel | None = None,
    *,
    ties_by_draw: bool = True,
) -> Choice:
    """The best choice under the rules, with its proven gap.

    Small choices are solved by branch and bound at once; large ones by the linear relaxation, a choice among what it
    uses, neighbourhoods of that, and branch and bound on what is then left open (``heuristics.approach``).
    Ctrl-C, or a watcher that returns True, stops the search and keeps the best found. ``ties_by_draw``: the draw
    decides between choices that are equally good; where only the objective is asked for, that is left out.

    Raises ``PlanInfeasible`` with the rules that contradict each other, ``Interrupted`` where it was stopped before
    anything was found, ``SolverError`` where time ran out before that.
    """
    effort = effort or Effort()
    m = model or formulate(s)
    search = Search(effort, watch)
    if int(np.prod(s.shape)) <= SMALL:
        if search.solve("branch and bound", m.programme, whole=True).infeasible:
            raise no_choice(m.programme, effort.options())
    else:
        search = approach(search, m)
    if ties_by_draw:
        search = by_draw(search, m)
    if search.best is None:
        if search.stopped:
            raise Interrupted("stopped before any choice was found; nothing was written")
        raise SolverError(
            f"no choice was found within {effort.seconds:g} s, and none is ruled out", fix="give it more seconds"
        )
    return choice(m, search)


def choice(m: ChoiceModel, search: Search) -> Choice:
    """What the best values of a search mean; flows and persons in their own units."""
    assert search.best is not None
    s, best = m.siting, search.best
    x = best[m.x] > 0.5
    built = np.zeros(s.shape[:2], dtype=bool)
    have = best[m.w] > 0.5
    built[m.place[have], m.kind[have]] = True
    new = np.zeros(len(m.a))
    new[m.a >= 0] = best[m.a[m.a >= 0]] * m.heads[s.near_type[m.a >= 0]]
    return Choice(
        year=np.where(x.any(axis=1), x.argmax(axis=1), -1),
        built=built,
        carried=_used(s, built, np.maximum(best[m.q] * m.load[s.material], 0.0)) if len(m.q) else np.zeros(0),
        new=np.maximum(new, 0.0),
        old=m.standing.old,
        objective=search.objective,
        bound=search.bound,
        status="stopped" if search.stopped else "proven" if search.done else "out of time",
        history=tuple(search.history),
        ingredients=tuple(search.ingredients),
    )


def _used(s: Siting, built: NDArray[np.bool_], carried: Floats) -> Floats:
    """Only what facilities use: the rows ask for enough, and more costs nothing where hauling counts nothing."""
    needed, got = built.astype(float) @ s.uses, np.zeros((len(s.ids), len(s.materials)))
    np.add.at(got, (s.site, s.material), carried)
    share = np.divide(needed, got, out=np.zeros_like(got), where=got > 0)
    return np.asarray(carried * np.minimum(share, 1.0)[s.site, s.material])
