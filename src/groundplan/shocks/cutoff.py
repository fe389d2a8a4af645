"""Feasible consumption: what could be had under a cut if everything were reallocated at will.

    min  Σ_g w[g]·(demand[g] − y[g])
         Σ_{r of g} x[r] + buy[g] + from_stocks[g] + usable[g]  ≥  Σ_j z[g,j]·(v[j] + v'[j]) + y[g]
         x[j] = v[j] + v'[j],   v[j] + 2·v'[j]  ≤  making[j]
         buy[g] ≤ buying[g],    0 ≤ y[g] ≤ demand[g]

with z[g,j] the use of input g per unit of output: of both ways of working where g is critical, of v alone where g is
important, of neither where g is idle. A sector that lacks an important input works at half its capacity, so a unit of
v' occupies two (x ≤ ½(capacity + s) of the rule of orders is the same thing written for stocks). That is the rule of
orders. Under entitlements a sector may spare any input, at most at its own cost:

         x[j] + Σ_g spare[g,j]  ≤  α·x̄[j]   over critical inputs, and over important ones;   spare[g,j] ≤ z[g,j]·x[j]

for the nests are concave, so that F ≤ α·(1 − Σ_g w[g]·(1 − v[g])): the bound lies below every path. No prices, no
habits, no partners: only what is technically there. Limits are those of ``ceilings``.

Two readings. By step, with nothing carried over (``feasible_use``): comparative statics. Over the whole horizon, with
what is in stock (``least_loss``): every path of the other two engines, summed over its steps, is a solution, so neither
can lose less; with nothing usable this bounds every path that leaves its stocks as it found them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from groundplan.errors import GroundplanError, SolverError, StudyError, UnknownName, raise_all
from groundplan.shocks.ceilings import Ceilings
from groundplan.shocks.dynamics.entitled.nests import Nests
from groundplan.shocks.dynamics.system import CRITICAL, IDLE, IMPORTANT, System
from groundplan.solver.answer import QUIETLY
from groundplan.solver.highs import OPTIMAL, load
from groundplan.solver.programme import Entries, Programme

SAME = 12


@dataclass(frozen=True, eq=False)
class Feasible:
    """The best that can be had, by period (T of them).

    final       T × p   final use, money / step
    production  T × n   output, money / step
    imports     T × p   imports, money / step
    loss        T       weighted final demand that is not met, money / step
    """

    final: np.ndarray
    production: np.ndarray
    imports: np.ndarray
    loss: np.ndarray


def need_weights(system: System, weights: Mapping[str, float] | None) -> np.ndarray:
    """What a unit of unmet demand counts, by input; 1 unless its household need has a weight. Shape p.

    Raises ``UnknownName`` for needs that no product serves and ``StudyError`` for weights that are none.
    """
    given = dict(weights or {})
    faults: list[GroundplanError] = [
        UnknownName("need", k, system.needs, where="weights") for k in given if k not in system.needs
    ]
    faults += [
        StudyError(f"the weight of {k} is {v!r}", where="weights", fix="give a number above 0")
        for k, v in given.items()
        if isinstance(v, bool) or not isinstance(v, (int, float)) or not 0 < v < np.inf
    ]
    raise_all(faults)
    return np.array([float(given.get(need, 1.0)) for need in system.needs])


def feasible_use(system: System, limits: Ceilings, weights: Mapping[str, float] | None = None) -> Feasible:
    """The best final use of every step by itself, with no stocks; steps with equal limits are solved once.

    Raises ``UnknownName``, ``StudyError`` and ``SolverError``. Units: ``Feasible``. Source: module text.
    """
    demand = limits.demand.sum(axis=2)
    extra = np.broadcast_to(supply_from_stocks(system), demand.shape)
    room = limits.overtime[:, None] * system.output
    return _best(system, limits.making, room, limits.buying, demand, extra, need_weights(system, weights))


def least_loss(
    system: System, limits: Ceilings, weights: Mapping[str, float] | None = None, usable: np.ndarray | None = None
) -> Feasible:
    """The best over the whole horizon as one period: nobody with these stocks can lose less.

    ``usable``: what of each input may be used up besides, shape p, money; None stands for all stocks and reserves of
    the first day. One period: shapes are 1 × p and 1 × n. Units: money over the horizon. Raises as ``feasible_use``.
    """
    stocks = system.wanted.sum(axis=1) + system.reserves if usable is None else usable
    making, buying, demand = (a.sum(axis=0)[None] for a in (limits.making, limits.buying, limits.demand.sum(axis=2)))
    extra = supply_from_stocks(system) * len(limits.demand) + stocks
    room = (limits.overtime.sum() * system.output)[None]
    return _best(system, making, room, buying, demand, extra[None], need_weights(system, weights))


def supply_from_stocks(s: System) -> np.ndarray:
    """Home supply that nobody makes, by input, money / step; shape p."""
    return np.asarray(s.sum_by_input(np.where(s.imported, 0.0, s.from_stocks)[None])[0])


def _best(
    s: System,
    making: np.ndarray,
    room: np.ndarray,
    buying: np.ndarray,
    demand: np.ndarray,
    extra: np.ndarray,
    w: np.ndarray,
) -> Feasible:
    """The best of each period (first axis); one programme whose bounds move, so that each solve starts at the last.

    Columns v, lean (or spare), buy, y; rows: inputs, plants, and what is free. All over the largest figure, as the
    solver's tolerances are absolute.
    """
    scale = max(float(demand.max(initial=0.0)), float(making.max(initial=0.0)), 1e-300)
    programme, others = _by_orders(s, w) if s.behaviour.sharing == "orders" else _by_nests(s, w)
    upper = np.hstack([np.full((len(demand), programme.width - 2 * len(w)), np.inf), buying / scale, demand / scale])
    rooms = np.hstack([room, room] if others else [room[:, :0]]) / scale
    right = np.hstack([extra / scale, making / scale, rooms])
    _, first, of = np.unique(np.round(np.hstack([upper, right]), SAME), axis=0, return_index=True, return_inverse=True)
    highs = load(programme, QUIETLY)
    columns, rows = np.arange(programme.width), np.arange(right.shape[1])
    solutions = np.empty((len(first), upper.shape[1]))
    for k, t in enumerate(first):
        highs.bounds(columns, 0.0, upper[t])
        highs.sides(rows, -np.inf, right[t])
        highs.run()
        if highs.status != OPTIMAL:
            what = f"the feasible use could not be found: {highs.status_words}"
            raise SolverError(what, fix="check the scenario's figures")
        solutions[k] = highs.values
    solution = solutions[of.ravel()] * scale
    buy, y = solution[:, -2 * len(w) : -len(w)], solution[:, -len(w) :]
    output = solution[:, : s.n] + (0.0 if others else solution[:, s.n : 2 * s.n])
    final = np.clip(y, 0.0, demand)
    return Feasible(final, output, buy, (demand - final) @ w)


def _by_orders(s: System, w: np.ndarray) -> tuple[Programme, bool]:
    """The rows of one period by orders, with bounds still to be set: least unmet use, which is most use, in weights."""
    n, p = s.n, len(w)
    programme = Programme(maximise=False)
    v, lean, buy, y = (
        programme.add_columns(name, (size,), goal=worth).numbers
        for name, size, worth in (("v", n, 0.0), ("v'", n, 0.0), ("buy", p, 0.0), ("y", p, -w))
    )
    inputs, plants = np.arange(p), np.arange(n)
    terms: list[Entries] = [(inputs, buy, -1.0), (inputs, y, 1.0)]
    for columns, most in ((v, 2), (lean, 1)):
        used = sp.coo_array(s.coefficients * (s.binding < most))
        terms += [(used.coords[0], columns[used.coords[1]], used.data), (s.input_of[:n], columns, -1.0)]
    programme.add_rows("inputs", p, -np.inf, np.inf, *terms)
    programme.add_rows("plants", n, -np.inf, np.inf, (plants, v, 1.0), (plants, lean, 2.0))
    return programme, False


def _by_nests(s: System, w: np.ndarray) -> tuple[Programme, bool]:
    """The same under entitlements: what is spared of an input takes up room for as much output as it costs."""
    n, p, nests = s.n, len(w), Nests(s)
    way = nests.way[nests.product]
    g, j = np.nonzero((s.coefficients > 0) & (way < IDLE))
    programme = Programme(maximise=False)
    v, spare, buy, y = (
        programme.add_columns(name, (size,), goal=worth).numbers
        for name, size, worth in (("v", n, 0.0), ("spare", len(g), 0.0), ("buy", p, 0.0), ("y", p, -w))
    )
    inputs, plants, cost = np.arange(p), np.arange(n), s.coefficients[g, j]
    programme.add_rows(
        "inputs", p, -np.inf, np.inf,
        (inputs, buy, -1.0), (inputs, y, 1.0), (s.input_of[:n], v, -1.0), (g, v[j], cost), (g, spare, -1.0),
    )  # fmt: skip
    programme.add_rows("plants", n, -np.inf, np.inf, (plants, v, 1.0))
    for nest in (CRITICAL, IMPORTANT):
        here = way[g, j] == nest
        programme.add_rows("room", n, -np.inf, np.inf, (plants, v, 1.0), (j[here], spare[here], 1.0))
    cells = np.arange(len(g))
    programme.add_rows("spared", len(g), -np.inf, 0.0, (cells, spare, 1.0), (cells, v[j], -cost))
    return programme, True
