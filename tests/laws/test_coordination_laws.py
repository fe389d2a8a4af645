"""The order of the three engines, and its proof: every adaptive path is a plan."""

from __future__ import annotations

import numpy as np
import pytest
from crises import crises
from drawing import few
from economies import shipped
from hypothesis import given, reject

from groundplan.crisis.compile_crisis import Crisis, activities
from groundplan.crisis.response import Engines, compare_engines, in_weeks, planned_response
from groundplan.crisis.witness import as_plan, violations
from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.shocks.ceilings import ceilings
from groundplan.shocks.cutoff import least_loss
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.scenario import Scenario, library

BREACH = 1e-9
SOLVED = 1e-6
READY = sorted(set(library()) - {"partner embargo"})

drawn = few(12)


def compared(e: Economy, scenario: Scenario) -> tuple[System, Engines]:
    system = system_of(e, scenario)
    return system, compare_engines(system, shock_of(system, scenario))


@drawn
@given(crises())
def test_no_plan_loses_more_than_people_who_adapt(case: tuple[Economy, Scenario]) -> None:
    """Proves: the adaptive path breaks no row or bound of the plan; floor ≤ planned ≤ adaptive.

    Breaks if: the plan is denied anything that the engine may do: a stock, overtime, a partner, a way of working.
    """
    _, found = compared(*case)
    assert found.breaches.max() <= BREACH
    slack = SOLVED * max(float(found.adaptive.asked.sum()), 1.0)
    assert found.floor.loss.sum() <= found.planned.loss + slack
    assert found.planned.loss <= found.adaptive_loss + slack


@drawn
@given(crises())
def test_without_stocks_the_bound_loses_least(case: tuple[Economy, Scenario]) -> None:
    """Proves: with nothing taken from stores on balance, no engine loses less than the bound without stocks.

    Breaks if: the bound forgets something that a plan may do, or counts stocks that were not to be used.
    """
    system = system_of(*case)
    shock = shock_of(system, case[1])
    full = np.stack([system.wanted.sum(axis=1), system.reserves])
    try:
        planned = planned_response(system, shock, left=full).loss
    except PlanInfeasible:
        reject()
    least = least_loss(system, ceilings(system, shock), usable=np.zeros(len(system.inputs))).loss.sum()
    path = propagate_batch(system, [shock], trace=True)
    assert path.trace is not None
    slack = SOLVED * max(float(path.asked.sum()), 1.0)
    assert least <= planned + slack
    if (path.trace.stock[0, -1].sum(axis=1) >= full[0]).all() and (path.reserves[0] >= full[1]).all():
        assert planned <= path.unmet.sum() + slack


@pytest.mark.parametrize("name", READY)
def test_kenya_adapts_within_the_plan(name: str) -> None:
    """Proves: on a real economy too the adaptive path of every ready scenario is a plan."""
    e = shipped("KEN 2019")
    scenario = in_weeks(library()[name]).replacing(horizon=56)
    system = system_of(e, scenario)
    shock = shock_of(system, scenario)
    path = propagate_batch(system, [shock], trace=True)
    assert path.trace is not None
    left = np.stack([path.trace.stock[0, -1].sum(axis=1), path.reserves[0]])
    crisis = Crisis(system, shock, ceilings(system, shock), left, np.ones(len(system.inputs)))
    a = activities(crisis)
    assert violations(programme(a, Policy()), as_plan(crisis, a, path)).max() <= BREACH


def test_a_forged_path_is_caught() -> None:
    """Proves: the check sees a path that makes more than its plants, or uses what no store held.

    Breaks if: ``violations`` looks at the wrong rows, so that any path passes.
    """
    e = shipped("KEN 2019")
    scenario = in_weeks(library()["fuel cut"]).replacing(horizon=28)
    system = system_of(e, scenario)
    shock = shock_of(system, scenario)
    path = propagate_batch(system, [shock], trace=True)
    crisis = Crisis(
        system, shock, ceilings(system, shock), np.zeros((2, len(system.inputs))), np.ones(len(system.inputs))
    )
    a = activities(crisis)
    model = programme(a, Policy())
    honest = as_plan(crisis, a, path)
    make = [str(x) for x in honest["level"]["activity"].values if str(x).startswith("make:")]
    forged = honest["level"].copy()
    forged.loc[{"activity": make}] = 1.5 * forged.loc[{"activity": make}]
    found = violations(model, {**honest, "level": forged})
    assert found["capacity_limit"] > 0.1
    assert found["stock_balance"] > 0.01
    assert violations(model, honest).max() <= BREACH
