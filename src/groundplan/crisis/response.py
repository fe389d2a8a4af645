"""Planned response: the planning core over the crisis horizon, and the adaptive engine beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from groundplan.crisis.compile_crisis import Crisis, activities
from groundplan.crisis.witness import as_plan, violations
from groundplan.errors import PlanInfeasible, StudyError
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
from groundplan.shocks.scenarios.scenario import STEPS, Scenario


@dataclass(frozen=True, eq=False)
class Response:
    """The best response over T steps.

    production  T × n   output, money / step
    unmet       T × p   final demand not met, money / step
    price       T × p   what one more unit of the input would save of the loss; 0 before the scenario begins
    loss                weighted unmet final demand over the horizon, money
    quality             solver, status, seconds, residuals
    """

    production: np.ndarray
    unmet: np.ndarray
    price: np.ndarray
    loss: float
    quality: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Engines:
    """Three engines on one shock, with the same horizon, steps, stocks and capacities.

    static      each step by itself, without stocks
    floor       the whole horizon as one period, with all stocks: no path can lose less
    planned     the plan that leaves in stores and reserves what the adaptive path leaves there
    adaptive    the adaptive path
    demand      T × p   final demand, money / step
    lost        T × p   what the adaptive path does not meet of it
    breaches    the largest violation of each family of the plan's rows by the adaptive path, as a share
    """

    static: Feasible
    floor: Feasible
    planned: Response
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
    solver: str = "ipm",
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
) -> Response:
    """The response that loses least: who makes, stores, imports and releases what, known from the first event on.

        min  Σ_t Σ_g w[g]·(demand[g,t] − had[g,t])   over the activities of ``crisis.compile``

    ``left``: what must be left of each input in stores and reserves at the end, money, 2 × p; None for nothing.
    ``weights``: what unmet demand counts by household need, 1 unless named.
    ``families``: the plan's limits.
    Raises ``PlanInfeasible`` where more must be left than can be, ``SolverError``, ``Interrupted``, ``UnknownName``.
    Source: Kantorovich (1939); our own use of it (docs/explanation/coordination.md).
    """
    crisis = Crisis(
        system, shock, ceilings(system, shock),
        np.zeros((2, len(system.inputs))) if left is None else left, need_weights(system, weights),
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
    demand, planned = c.limits.demand.sum(axis=2), slice(c.begins, None)
    level = pd.DataFrame(s.values["level"].to_pandas()).iloc[:, :-1]
    production = np.repeat(c.system.output[None], c.shock.steps, axis=0)
    names = [level.reindex([f"{verb}:{j}" for j in c.system.sectors]).fillna(0.0) for verb in ("make", "lean")]
    production[planned] = (names[0].to_numpy() + names[1].to_numpy()).T
    had = s.values["segment"].values.reshape(len(c.products), -1)[:, :-1].T
    unmet, price = np.zeros_like(demand), np.zeros_like(demand)
    unmet[planned] = np.maximum(demand[planned] - had, 0.0)
    duals = row_duals(m, s)
    goods = duals[(duals["family"] == "good_balance") & (duals["year"] < c.years[-1])]
    table = (goods["dual"] * goods["gain"]).groupby([goods["year"], goods["name"]], sort=False).sum().unstack()
    price[planned] = table.sort_index()[c.products].to_numpy()
    return Response(production, unmet, price, float((unmet @ c.weights).sum()), s.quality)


def compare_engines(
    system: System,
    shock: Shock,
    *,
    weights: Mapping[str, float] | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
) -> Engines:
    """All three engines on one shock, and the proof that the adaptive path is a plan.

    Raises what ``planned_response`` raises.
    """
    w, limits = need_weights(system, weights), ceilings(system, shock)
    progress("running the adaptive engine")
    path = propagate_batch(system, [shock], trace=True)
    assert path.trace is not None
    crisis = Crisis(system, shock, limits, np.stack([path.trace.stock[0, -1].sum(axis=1), path.reserves[0]]), w)
    progress("compiling the crisis into activities")
    a = activities(crisis)
    model = programme(a, Policy(), families)
    planned = best(crisis, model, progress=progress)
    demand = limits.demand.sum(axis=2)
    lost = demand - system.sum_by_input(path.trace.delivered[0].sum(axis=2))
    return Engines(
        feasible_use(system, limits, weights), least_loss(system, limits, weights), planned, path, demand, lost,
        float((path.unmet[0].sum(axis=1) * w).sum()), violations(model, as_plan(crisis, a, path)),
    )  # fmt: skip


def in_weeks(scenario: Scenario) -> Scenario:
    """The same scenario by weeks: the horizon to the end of its week, and no stock below two steps.

    A plan of a year by days is a programme too large to wait for.
    """
    week = STEPS["week"]
    stocks = {k: max(float(days), 2.0 * week) for k, days in scenario.stocks.items()}
    return scenario.replacing(step="week", horizon=-(-scenario.horizon // week) * week, stocks=stocks)


def check_size(system: System, steps: int) -> None:
    """Refuse a programme that is too large to solve: above about 300 sectors or 500 steps."""
    if system.n * steps > 60_000:
        message = f"a plan of {system.n} sectors over {steps} steps is too large"
        raise StudyError(message, fix='use step = "week", a shorter horizon or a coarser table')
