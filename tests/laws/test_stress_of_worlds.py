"""The adaptive engine on a table of many countries: at rest without an event, and a loss that crosses borders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from small_worlds import world, worlds

from groundplan.economy.world import World
from groundplan.shocks.dynamics.build import system_of_world
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import LoseCapacity
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Scenario

ALL_BIND = replace(BY_ORDERS, binding="all")
IN_PROPORTION = replace(BY_ORDERS, binding="all", rationing="proportional")


@settings(max_examples=15)
@given(worlds(3, 3))
def test_a_world_at_rest_stays_at_rest(w: World) -> None:
    """Proves: without an event every country's output stays at its base, to 1e-12, for a quarter of a year.

    Breaks if: suppliers' shares, final demand or stocks of a world table do not add up to its output.
    """
    calm = Scenario(name="calm", horizon=90, behaviour=ALL_BIND)
    s = system_of_world(w, calm)
    made = propagate_batch(s, [shock_of(s, calm)]).production[0]
    assert np.abs(made[:, s.output > 0] - 1.0).max() <= 1e-12


def test_a_region_s_lost_capacity_is_felt_abroad() -> None:
    """Proves: half of A's steel is lost; B's cars, made of it, fall by half; A's cars, made of none, go on.

    Breaks if: ``regions`` is not heeded, trade carries nothing, or buyers and sellers are exchanged.
    """
    use, final = np.zeros((4, 4)), np.array([[20.0, 0, 0, 0], [30, 0, 10, 0], [0, 0, 20, 0], [10, 0, 30, 0]])
    use[0, 3] = 20.0  # A steel to B cars
    w = world(["A", "B"], ["steel", "cars"], use, final)
    event = LoseCapacity(sectors=("steel",), regions=("A",), depth=0.5, length=120)
    plot = Scenario(name="A's works", events=(event,), horizon=200, stocks={"default": 10}, behaviour=IN_PROPORTION)
    s = system_of_world(w, plot)
    made = propagate_batch(s, [shock_of(s, plot)]).production[0]
    least = dict(zip(s.sectors, made.min(axis=0), strict=True))
    assert 0.3 < least["A steel"] <= 0.5 + 1e-9
    assert least["B cars"] < 0.6
    assert min(least["B steel"], least["A cars"]) > 0.99
