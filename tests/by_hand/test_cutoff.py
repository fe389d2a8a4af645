"""Feasible consumption on an economy of two works that share one imported input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from crises import YEAR, two_works

from groundplan.errors import UnknownName
from groundplan.shocks.ceilings import ceilings
from groundplan.shocks.cutoff import feasible_use, least_loss
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import CutImports, DestroyCapital, LoseCapacity
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Scenario

WEEKS = 4


def cut(binding: str = "critical", *, depth: float = 0.5, **more: object) -> tuple[System, object]:
    behaviour = replace(BY_ORDERS, alpha_max=1.0, binding_of={"c": binding})
    scenario = Scenario(
        name="cut", step="week", horizon=7 * WEEKS, events=(CutImports(depth=depth),), behaviour=behaviour,
        stocks={"default": 14.0}, **more,
    )  # fmt: skip
    system = system_of(two_works(), scenario)
    return system, ceilings(system, shock_of(system, scenario))


@pytest.mark.parametrize(("binding", "loss"), [("critical", 62.5), ("important", 31.25), ("idle", 0.0)])
def test_the_thriftier_user_is_served_first(binding: str, loss: float) -> None:
    """Proves: a needs 10 of c for its 100, b needs 40; of 50 half comes. a takes 10, b's 15 give 37.5: 62.5 are lost.

    Where c is important, plants can do half without: b makes u with c and w without, u + 2w = 100 and 0.4 u = 15, so
    37.5 + 31.25, and 31.25 are lost. Where it is idle, nothing is.
    Breaks if: goods are cut in proportion, or a way of working without the input is free.
    """
    system, limits = cut(binding)
    found = feasible_use(system, limits)
    assert found.loss * YEAR == pytest.approx(np.full(WEEKS, loss), abs=1e-9)


def test_weights_turn_the_choice() -> None:
    """Proves: where a unit of what b makes counts five times, b is served first: 25 of c give it 62.5, a nothing."""
    system, limits = cut()
    object.__setattr__(system, "needs", ("toys", "bread", *system.needs[2:]))
    found = feasible_use(system, limits, {"bread": 5.0})
    assert found.final[0, :2] * YEAR == pytest.approx([0.0, 62.5], abs=1e-9)
    with pytest.raises(UnknownName, match="bred"):
        feasible_use(system, limits, {"bred": 5.0})


def test_stocks_are_used_up_once() -> None:
    """Proves: over four weeks all that comes is 4·25 of a year's week, and two weeks of use, 2·50, stand in stock.

    Together they cover the need of 4·50, so nothing need be lost; with nothing held half is, in the best split.
    """
    system, limits = cut()
    assert least_loss(system, limits).loss[0] == pytest.approx(0.0, abs=1e-9)
    bare = least_loss(system, limits, usable=np.zeros(len(system.inputs)))
    assert bare.loss[0] * YEAR == pytest.approx(WEEKS * 62.5)


def test_ceilings_of_capacity() -> None:
    """Proves: overtime begins a step after the first event and closes its gap by h a step; ruins fall by their pace.

    α after k steps is 1.5 − 0.5·(1 − 7/14)^k. Half of a's capital is destroyed on day 7 and ordered again from day 14
    at 7/14 a step: at best a half, a half, a quarter and an eighth of ... stands in ruins.
    """
    events = (
        LoseCapacity(sectors=("b",), start=7, length=7, depth=0.4),
        DestroyCapital(sectors=("a",), start=7, length=7, depth=0.5),
    )
    scenario = Scenario(
        name="storm", step="week", horizon=28, events=events, stocks={"default": 14.0},
        behaviour=replace(BY_ORDERS, alpha_max=1.5, alpha_days=14.0, rebuild_days=14.0),
    )  # fmt: skip
    system = system_of(two_works(), scenario)
    limits = ceilings(system, shock_of(system, scenario))
    assert limits.begins == 1
    assert limits.overtime == pytest.approx([1.0, 1.25, 1.375, 1.4375])
    assert limits.standing[:, 0] == pytest.approx([0.0, 0.5, 0.5, 0.25])
    assert limits.making[:, 1] * YEAR == pytest.approx([100.0, 125.0 * 0.6, 137.5, 143.75])


def test_capacity_is_not_lost_twice() -> None:
    """Proves: where 60 % of a's capital is destroyed and 70 % of its capacity lost besides, nothing is made, not less.

    Of what stands in ruins half can be back after a step: then 60 % − 30 % can work, as the plan may have it too.
    Breaks if: the two losses add up beyond the whole, or the bound is denied what the plan may rebuild.
    """
    events = (
        LoseCapacity(sectors=("a",), length=28, depth=0.7),
        DestroyCapital(sectors=("a",), length=7, depth=0.6),
    )
    scenario = Scenario(
        name="storm", step="week", horizon=28, events=events, stocks={"default": 14.0},
        behaviour=replace(BY_ORDERS, alpha_max=1.0, rebuild_days=14.0),
    )  # fmt: skip
    system = system_of(two_works(), scenario)
    limits = ceilings(system, shock_of(system, scenario))
    assert limits.standing[:, 0] == pytest.approx([0.6, 0.6, 0.3, 0.15])
    assert limits.making[:, 0] * YEAR == pytest.approx([0.0, 0.0, 30.0, 45.0], abs=1e-9)
