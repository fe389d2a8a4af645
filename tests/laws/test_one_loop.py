"""The step of users whose suppliers differ, as one loop and in whole arrays: the same figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from groundplan.shocks.dynamics.build import system_from_arrays
from groundplan.shocks.dynamics.ordering.stocks_and_orders import DenseStores
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Scenario

EQUAL = 1e-12


@pytest.mark.parametrize(("own_use", "members"), [("as others", 1), ("first", 3)])
def test_one_loop_is_the_step_in_arrays(own_use: str, members: int) -> None:
    """Proves: for several days of uneven deliveries, weights and production, stocks, orders and what comes are the same
    to 1e-12 whether every input is one loop or whole arrays, with inputs that bind and that do not, several tiers and
    several members. Breaks if: the loop leaves out a supplier, a tier, the floor of stocks or the weights of yesterday.
    """
    from benchmarks.stress import labels, table

    z, y, x = table(3, 3, alike=False)
    how = replace(BY_ORDERS, binding="all", own_use=own_use, rationing="priority", orders="availability")
    sc = Scenario(name="loop", horizon=9, stocks={"default": 5}, behaviour=how)
    s = system_from_arrays(z, y, sc, regions=labels(3, "r"), codes=labels(3, "s"), output=x)
    # Some inputs bind everybody, one binds some alone, one nobody: its stock runs out and stays at 0.
    ways = np.zeros(s.binding.shape, dtype=s.binding.dtype)
    ways[1, ::2], ways[2] = 1, 2
    s = replace(s, binding=ways)
    tiers = int(s.tiers.max()) + 1
    one, arrays = (DenseStores(s, members, tiers, fused=fused) for fused in (True, False))
    g = np.random.default_rng(4)
    for _ in range(12):
        given = g.uniform(0.0, 0.2, (members, len(s.suppliers), tiers))
        made_up = g.uniform(0.2, 1.0, (2, members, s.n))
        production, wanted = made_up.min(axis=0), made_up.max(axis=0)
        weights = g.uniform(0.1, 1.0, (members, len(s.suppliers)))
        ours, theirs = (stores.step(given, production, wanted, weights) for stores in (one, arrays))
        pairs = (ours, theirs), (one.in_money(), arrays.in_money()), (one.arrivals(given), arrays.arrivals(given))
        for a, b in pairs:
            assert a == pytest.approx(b, rel=EQUAL, abs=EQUAL * float(np.abs(b).max()))
    assert (one.stock == 0.0).any()
