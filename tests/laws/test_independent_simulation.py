"""The adaptive engine beside a second program: the same equations in plain money, one user and one tier at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import shipped

from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import Shock, shock_of
from groundplan.shocks.dynamics.system import CRITICAL, IMPORTANT, System
from groundplan.shocks.scenarios.events import CutImports, LoseCapacity, LowerDemand, RaiseDemand
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Scenario

EVENTS = (
    CutImports(products=("class:fuels",), depth=0.5, length=20, recovery="linear", recovery_days=10),
    LoseCapacity(sectors=("maiz",), depth=0.6, length=25, start=5),
    RaiseDemand(products=("heal",), depth=0.4, start=10, length=15),
    LowerDemand(products=("hotl",), categories=("household",), depth=0.5, start=3, length=12),
)


def over(a: np.ndarray, b: np.ndarray, empty: float = 0.0) -> np.ndarray:
    return np.divide(a, b, out=np.full(np.broadcast_shapes(a.shape, b.shape), empty), where=b > 0)


def simulate(s: System, shock: Shock) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Production, stocks and final deliveries by step; one supplier an input, makers' own use first, then the tiers."""
    n, b, inputs = s.n, s.behaviour, np.arange(len(s.inputs))
    z, own = s.use[:, :n], s.input_of[:n][None] == inputs[:, None]
    wanted = s.stocks[:, None] * z
    stock, orders, alpha = wanted.copy(), z.copy(), np.ones(n)
    supply = s.base_flow.copy()
    made, stocks, had = [], [], []
    for t in range(shock.steps):
        final = s.use[:, n:] * shock.final_at(t)
        asked = orders.sum(axis=1) + final.sum(axis=1)
        lack = over(asked[:n] - supply[:n], asked[:n])
        pull = np.where(lack > 1e-12, (b.alpha_max - alpha) * lack, b.alpha_base - alpha)
        alpha = np.maximum(alpha + pull * s.days_per_step / b.alpha_days, b.alpha_base)
        wished = np.minimum(
            over(np.maximum(asked[:n] - s.from_stocks[:n], 0.0), s.output),
            alpha * np.minimum(shock.capacity[t], shock.labour[t]),
        )
        filled = over(stock, wanted, np.inf) / b.psi
        least = [np.where(s.binding == way, filled, np.inf).min(axis=0) for way in (CRITICAL, IMPORTANT)]
        x = np.minimum(wished, np.minimum(least[0], 0.5 * (wished + least[1])))
        open_ = np.where(shock.imports[t] < 1.0, shock.imports[t] * s.base_flow[n:], np.inf)
        supply = np.concatenate([x * s.output + s.from_stocks[:n], np.minimum(asked[n:], open_)])
        left, came, sold = supply.copy(), np.zeros_like(z), np.zeros_like(final)
        for k in range(int(s.tiers.max()) + 1):
            firms = np.where(own, orders if k == 0 else 0.0, orders * (s.tiers[:n] == k))
            others = final * (s.tiers[n:] == k)
            total = firms.sum(axis=1) + others.sum(axis=1)
            share = np.minimum(over(np.maximum(left, 0.0), total), 1.0)[:, None]
            came, sold, left = came + firms * share, sold + others * share, left - total * share[:, 0]
        assert (came.sum(axis=1) + sold.sum(axis=1) <= supply * (1.0 + 1e-12)).all()
        stock = np.maximum(stock + came - z * x, 0.0)
        orders = z * x + s.refill[:, None] * np.maximum(wanted * wished - stock, 0.0)
        made.append(x)
        stocks.append(stock)
        had.append(sold)
    return np.array(made), np.array(stocks), np.array(had)


@pytest.mark.parametrize("rationing", ["priority", "proportional"])
def test_a_second_program_gives_the_same_days(rationing: str) -> None:
    """Proves: output, every user's stock and every delivery are those of the equations written out in money.

    Breaks if: stocks, orders, own use, ways of binding, overtime or rationing drift from the equations that are told.
    """
    sc = Scenario(name="x", horizon=60, events=EVENTS, behaviour=replace(BY_ORDERS, rationing=rationing))
    s = system_of(shipped("KEN 2019"), sc)
    shock = shock_of(s, sc)
    paths = propagate_batch(s, [shock], trace=True)
    assert paths.trace is not None
    made, stocks, had = simulate(s, shock)
    assert made.min() < 0.7
    assert np.abs(paths.production[0] - made).max() < 1e-11
    assert np.abs(paths.trace.stock[0] - stocks).max() < 1e-11 * stocks.max()
    assert np.abs(paths.trace.delivered[0] - had).max() < 1e-11 * had.max()
