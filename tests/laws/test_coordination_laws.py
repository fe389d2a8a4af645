"""The order of the engines, and its proof: every adaptive path is a plan."""

from __future__ import annotations

import numpy as np
import pytest
from crises import crises
from drawing import few
from economies import shipped
from hypothesis import given, reject
from hypothesis import strategies as st
from plans import on_paper

from groundplan.crisis.compile_crisis import Crisis, activities
from groundplan.crisis.response import Engines, compare_engines, crisis_along, planned_response
from groundplan.crisis.witness import as_plan, violations
from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible
from groundplan.planning.plan_programme import programme
from groundplan.shocks.ceilings import ceilings
from groundplan.shocks.cutoff import least_loss
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.scenario import Scenario, library

BREACH = 1e-9
SOLVED = 1e-6
READY = sorted(set(library()) - {"partner embargo"})

drawn = few(12)


def compared(e: Economy, scenario: Scenario, span: int) -> tuple[System, Engines]:
    system = system_of(e, scenario)
    return system, compare_engines(system, shock_of(system, scenario), span=span)


@drawn
@given(crises(), st.sampled_from([1, 3]))
def test_no_plan_loses_more_than_people_who_adapt(case: tuple[Economy, Scenario], span: int) -> None:
    """Proves: the adaptive path breaks no row or bound of the plan, under any rule and in any setting, step by step and
    in periods; floor ≤ planned ≤ planned with the path's stocks ≤ adaptive.

    Breaks if: the plan is denied anything that the engine may do: a stock, overtime, a partner, a way of working.
    """
    _, found = compared(*case, span)
    assert found.breaches.max() <= BREACH
    assert found.planned is not None
    slack = SOLVED * max(float(found.adaptive.asked.sum()), 1.0)
    assert found.floor.loss.sum() <= found.planned.loss + slack
    assert found.planned.loss <= found.today.loss + slack
    assert found.today.loss <= found.adaptive_loss + slack


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


def traced(name: str, days: int, setting: str) -> tuple[Crisis, Paths]:
    """A ready scenario on Kenya, in fortnights."""
    scenario = library()[name].replacing(horizon=days).in_setting(setting)
    system = system_of(shipped("KEN 2019"), scenario)
    shock = shock_of(system, scenario)
    path = propagate_batch(system, [shock], trace=True)
    return crisis_along(system, shock, path, span=14), path


@pytest.mark.parametrize("setting", ["rigid", "flexible"])
@pytest.mark.parametrize("name", READY)
def test_kenya_adapts_within_the_plan(name: str, setting: str) -> None:
    """Proves: on a real economy too the adaptive path of every ready scenario is a plan."""
    crisis, path = traced(name, 56, setting)
    a = activities(crisis)
    assert violations(programme(a, on_paper()), as_plan(crisis, a, path)).max() <= BREACH


def test_a_forged_path_is_caught() -> None:
    """Proves: the check sees a path that makes more than its plants, or uses what no store held, or does without what
    it cannot do without.

    Breaks if: ``violations`` looks at the wrong rows, so that any path passes.
    """
    crisis, path = traced("fuel cut", 70, "rigid")
    a = activities(crisis)
    model = programme(a, on_paper())
    honest = as_plan(crisis, a, path)
    names = [str(x) for x in honest["level"]["activity"].values]
    forged = honest["level"].copy()
    make = [x for x in names if x.startswith("make:")]
    forged.loc[{"activity": make}] = 1.5 * forged.loc[{"activity": make}]
    found = violations(model, {**honest, "level": forged})
    assert found["capacity_limit"] > 0.1
    assert found["stock_balance"] > 0.01
    forged = honest["level"].copy()
    follow = [x for x in names if x.startswith("follow:")]
    forged.loc[{"activity": follow}] = 1.2 * forged.loc[{"activity": follow}]
    found = violations(model, {**honest, "level": forged})
    assert found["flow_balance"] > 0.1
    assert violations(model, honest).max() <= BREACH
