"""The step of users whose suppliers differ, as one loop and in whole arrays: the same figures."""

from __future__ import annotations

import importlib.util
import sys
import types
from dataclasses import replace

import numpy as np
import pytest

from groundplan.shocks.dynamics.build import system_from_arrays
from groundplan.shocks.dynamics.ordering import one_loop
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


def test_a_loop_that_is_not_compiled_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where numba is missing, or is there and cannot be loaded, the step goes by arrays.

    Breaks if: what is installed is asked for in place of what loads, and days then take a Python loop's time.
    """
    from benchmarks.stress import labels, table

    monkeypatch.setitem(sys.modules, "numba", types.ModuleType("numba"))  # there, without what is needed of it
    spec = importlib.util.spec_from_file_location("loop_again", one_loop.__file__)
    assert spec is not None
    assert spec.loader is not None
    again = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(again)
    assert not again.COMPILED
    z, y, x = table(2, 2, alike=False)
    sc = Scenario(name="loop", horizon=9, stocks={"default": 5}, behaviour=BY_ORDERS)
    s = system_from_arrays(z, y, sc, regions=labels(2, "r"), codes=labels(2, "s"), output=x)
    for compiled in (False, True):
        monkeypatch.setattr(one_loop, "COMPILED", compiled)
        assert DenseStores(s, 1, 1).fused is compiled
