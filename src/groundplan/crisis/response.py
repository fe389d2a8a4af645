"""Planned response: the planning core over the crisis horizon, and the adaptive engine beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.crisis.compile_crisis import Crisis, activities, period_starts
from groundplan.crisis.ways_of_working import followed, spared
from groundplan.crisis.witness import as_plan, violations
from groundplan.errors import PlanInfeasible, SolverError, StudyError
from groundplan.planning.families.family import Family
from groundplan.planning.families.rows import Model
from groundplan.planning.plan_programme import FAMILIES, programme
from groundplan.planning.policy import Policy
from groundplan.planning.prices import row_duals
from groundplan.planning.solve import Progress, quiet, solve
from groundplan.shocks.ceilings import ceilings
from groundplan.shocks.cutoff import Feasible, feasible_use, least_loss, need_weights
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System

NOTHING = 1e-6
MOST_CELLS = 30_000


@dataclass(frozen=True, eq=False)
class Response:
    """The best response over P periods.

    production  P × n   output, mean of the period's steps, money / step
    unmet       P × p   final use lost, mean of the period's steps, money / step
    price       P × p   what one more unit of the input would save of the loss; 0 before the scenario begins
    loss                weighted final use lost over the horizon, money
    quality             solver, status, seconds, residuals
    """

    production: np.ndarray
    unmet: np.ndarray
    price: np.ndarray
    loss: float
    quality: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Engines:
    """Engines on one shock, with the same horizon, stocks, capacities and ways of working, by periods.

    starts      P       the first step of each period
    static      each period by itself, without stocks
    floor       the whole horizon as one period, with all stocks: no path can lose less
    planned     the plan that leaves in stores and reserves what the adaptive path leaves there; it knows the end.
                None where it was not asked for
    today       the plan that has in stores at the start of every period what the path has, at least: it sees no further
                than that. None where limits of the user's own forbid what people do, or the solver finds none
    adaptive    the adaptive path
    demand      P × p   final use wanted, mean of the period's steps, money / step
    lost        P × p   what the adaptive path does not meet of it
    breaches    the largest violation of each family of the plan's rows by the adaptive path, as a share
    """

    starts: np.ndarray
    static: Feasible
    floor: Feasible
    planned: Response | None
    today: Response | None
    adaptive: Paths
    demand: np.ndarray
    lost: np.ndarray
    adaptive_loss: float
    breaches: pd.Series


def planned_response(
    system: System,
    shock: Shock,
    *,
    left: np.ndarray | None = None,
    weights: Mapping[str, float] | None = None,
    span: int = 1,
    solver: str = "ipm",
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
) -> Response:
    """The response that loses least: who makes, stores, imports and releases what, known from the first event on.

        min  Σ_t Σ_g w[g]·(demand[g,t] − had[g,t])   over the activities of ``crisis.compile_crisis``

    ``left``: what must be left of each input in stores and reserves at the end, money, 2 × p; None for nothing.
    ``weights``: what unmet demand counts by household need, 1 unless named. ``span``: steps of a period.
    ``families``: the plan's limits.
    Raises ``PlanInfeasible`` where more must be left than can be, ``SolverError``, ``Interrupted``, ``UnknownName``.
    Source: Kantorovich (1939); our own use of it (docs/explanation/coordination.md).
    """
    limits = ceilings(system, shock)
    crisis = Crisis(
        system, shock, limits, period_starts(shock.steps, limits.begins, span),
        np.zeros((2, len(system.inputs))) if left is None else left, need_weights(system, weights),
        spared(system, system.use[:, : system.n]),
    )  # fmt: skip
    progress("compiling the crisis into activities")
    return best(crisis, programme(activities(crisis), Policy(), families), solver, progress)


def best(c: Crisis, m: Model, solver: str = "ipm", progress: Progress = quiet) -> Response:
    """Solve the programme of a crisis and read the response off it."""
    policy = Policy(solver=solver)
    try:
        s = solve(m, policy, progress)
    except PlanInfeasible as bare:
        message = "the stores cannot be left as full as is asked for"
        raise PlanInfeasible(message, where="planned response", fix="ask for less in store at the end") from bare
    demand, planned, lengths = c.means.demand.sum(axis=2), slice(c.first, None), c.lengths[c.first :, None]
    level = pd.DataFrame(s.values["level"].to_pandas()).iloc[:, :-1]
    production = np.repeat(c.system.output[None], len(c.starts), axis=0)
    output = level.reindex([f"make:{j}" for j in c.system.sectors]).fillna(0.0)
    production[planned] = output.to_numpy().T / lengths
    had = s.values["segment"].values.reshape(len(c.products), -1)[:, :-1].T / lengths
    unmet, price = np.zeros_like(demand), np.zeros_like(demand)
    unmet[planned] = np.maximum(demand[planned] - had, 0.0)
    duals = row_duals(m, s)
    goods = duals[(duals["family"] == "good_balance") & (duals["year"] < c.years[-1])]
    table = (goods["dual"] * goods["gain"]).groupby([goods["year"], goods["name"]], sort=False).sum().unstack()
    price[planned] = table.sort_index()[c.products].to_numpy()
    return Response(production, unmet, price, float((c.lengths @ unmet) @ c.weights), s.quality)


def compare_engines(
    system: System,
    shock: Shock,
    *,
    weights: Mapping[str, float] | None = None,
    span: int = 1,
    foresight: bool = True,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
) -> Engines:
    """All engines on one shock in periods of ``span`` steps, and the proof that the adaptive path is a plan.

    ``foresight`` solves for the plan that knows the end too.
    Raises what ``planned_response`` raises.
    """
    progress("running the adaptive engine")
    path = propagate_batch(system, [shock], trace=True)
    assert path.trace is not None
    crisis = crisis_along(system, shock, path, span=span, weights=weights)
    progress("compiling the crisis into activities")
    a = activities(crisis)
    model = programme(a, Policy(), families)
    witness = as_plan(crisis, a, path)
    breaches = violations(model, witness)
    planned = best(crisis, model, progress=progress) if foresight else None
    _hold_stocks(model, witness["stock"])
    try:
        today: Response | None = best(crisis, model, progress=progress)
    except PlanInfeasible:
        if breaches.max() <= NOTHING:
            raise
        today = None
    except SolverError:
        progress("the solver found no plan with the stores that people have")
        today = None
    demand = crisis.means.demand.sum(axis=2)
    counted = (path.trace.delivered[0] * system.counted[system.input_of]).sum(axis=2)
    had = np.add.reduceat(system.sum_by_input(counted), crisis.starts, axis=0) / crisis.lengths[:, None]
    lost = demand - had
    return Engines(
        crisis.starts, feasible_use(system, crisis.means, weights), least_loss(system, crisis.limits, weights), planned,
        today, path, demand, lost, float((crisis.lengths @ lost) @ crisis.weights), breaches,
    )  # fmt: skip


def crisis_along(
    system: System, shock: Shock, path: Paths, *, span: int = 1, weights: Mapping[str, float] | None = None
) -> Crisis:
    """The crisis of a shock in periods of ``span`` steps, beside a traced adaptive path: what the path leaves must be
    left, and its ways of working are there.
    """
    assert path.trace is not None
    limits = ceilings(system, shock)
    starts = period_starts(shock.steps, limits.begins, span)
    return Crisis(
        system, shock, limits, starts, np.stack([path.trace.stock[0, -1].sum(axis=1), path.reserves[0]]),
        need_weights(system, weights), spared(system, _short(system, path)), followed(system, path, starts),
    )  # fmt: skip


def _short(s: System, path: Paths) -> np.ndarray:
    """How much it would help to spare an input, p × n, money: base use times how scarce the input is on a path."""
    trace = path.trace
    assert trace is not None
    wished = np.einsum("tj,gj->g", path.production[0], s.use[:, : s.n])
    lacking = np.maximum(wished - trace.used[0].sum(axis=(0, 2)), 0.0) + path.unmet[0].sum(axis=1)
    whole = s.use.sum(axis=1)
    return np.asarray(s.use[:, : s.n] * np.divide(lacking, whole, out=np.zeros_like(whole), where=whole > 0)[:, None])


def _hold_stocks(m: Model, stock: xr.DataArray) -> None:
    """Keep stores, reserves and what is to be rebuilt at the start of every period at what a path has, or above.

    Bounds from both sides leave the solver no room, and it stops without an answer.
    """
    block = m.variables["stock"]
    path = stock.transpose(*block.coords).reindex(dict(block.coords)).values
    there = path > NOTHING * np.abs(path).max(axis=1, keepdims=True)
    m.programme.bound("stock", lower=np.maximum(np.where(there, path * (1.0 - NOTHING), 0.0), block.lower))


def check_size(system: System, periods: int) -> None:
    """Refuse a programme that is too large to solve: above about 1,000 sectors or 500 periods."""
    if system.n * periods > MOST_CELLS:
        message = f"a plan of {system.n} sectors over {periods} periods is too large"
        raise StudyError(message, fix="use a coarser table, or leave the plan out (--no-plan)")
