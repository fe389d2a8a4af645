"""The rule of entitlements beside a second program: the same equations in plain money, one cell at a time."""

from __future__ import annotations

import numpy as np
import pytest
from economies import shipped

from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import Shock, shock_of
from groundplan.shocks.dynamics.system import CRITICAL, IDLE, IMPORTANT, System
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, LoseCapacity, RaiseDemand
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario

EVENTS = (
    CutImports(products=("class:fuels",), depth=0.8, length=20, recovery="linear", recovery_days=10),
    LoseCapacity(sectors=("maiz",), depth=0.6, length=25, start=5),
    RaiseDemand(products=("heal",), depth=0.4, start=10, length=15),
    CloseMarket(products=("all",), depth=0.3, start=8, length=9),
)
FIGURES = {
    "rigid": (0.05, 0.2, 0.2, 1.0, 1.0),
    "middle": (0.1, 0.5, 0.5, 1.02, 1.05),
    "flexible": (0.2, 0.5, 2, 1.05, 1.25),
}


def ces(parts: list[tuple[float, float]], sigma: float) -> float:
    """(1 + Σ w (r^ρ − 1))^(1/ρ)."""
    rho = 1.0 - 1.0 / sigma
    return float((1.0 + sum(w * (max(r, 1e-15) ** rho - 1.0) for w, r in parts)) ** (1.0 / rho))


def blend(parts: list[tuple[float, float]], sigma: float) -> float:
    """(Σ w r^ρ)^(1/ρ) over shares that make up the whole; any level, 1 or not."""
    rho = 1.0 - 1.0 / sigma
    return float(sum(w * max(r, 1e-15) ** rho for w, r in parts) ** (1.0 / rho))


def able(s: System, v: np.ndarray, j: int, figures: tuple[float, ...]) -> float:
    """What sector j can make over base output; v is how well each of its inputs is at hand, 1 for the base. Overtime
    goes as far as the scarcest critical product.
    """
    critical, important, imports, ceiling, _ = figures
    nests: dict[int, list[tuple[float, float]]] = {CRITICAL: [], IMPORTANT: []}
    for code in dict.fromkeys(s.products):
        rows = [g for g, product in enumerate(s.products) if product == code and s.use[g, j] > 0]
        if not rows:
            continue
        use = sum(s.use[g, j] for g in rows)
        way = min(int(s.binding[g, j]) for g in rows)
        if way == IDLE:
            continue
        shares = [(float(s.use[g, j] / use), float(v[g, j])) for g in rows]
        plain = any(g >= s.n and s.binding[g, j] == IDLE for g in rows)
        r = sum(w * x for w, x in shares) if plain else blend(shares, imports) if len(rows) > 1 else shares[0][1]
        nests[way].append((float(use / s.output[j]), r))
    overtime = max(1.0, min([ceiling, *(r for _, r in nests[CRITICAL])]))
    reached = {way: [(w, min(r / overtime, 1.0)) for w, r in parts] for way, parts in nests.items()}
    return overtime * min(ces(reached[CRITICAL], critical), ces(reached[IMPORTANT], important))


def phi(supply: float, weights: list[float], priority: bool) -> list[float]:
    if not priority:
        return [supply] * len(weights)
    out, left = [], min(supply, 1.0)
    for w in weights:
        out.append((min(1.0, left / w) if w > 0 else 1.0) + max(0.0, supply - 1.0))
        left = max(0.0, left - w)
    return out


def simulate(s: System, shock: Shock, setting: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Production, stocks and what final users have by step; one supplier an input."""
    figures, n, p, psi = FIGURES[setting], s.n, len(s.inputs), s.behaviour.psi
    z, base = s.use[:, :n], s.use[:, n:]
    wanted = s.stocks[:, None] * z
    stock, orders = wanted.copy(), z.copy()
    made, stocks, had = [], [], []
    for t in range(shock.steps):
        final = base * shock.final_at(t)
        claim = np.maximum(base, final)
        enough = np.where(z > 0, np.minimum(stock / np.where(z > 0, psi * wanted, 1.0), figures[3]), figures[3])
        capacity = figures[3] * np.minimum(shock.capacity[t], shock.labour[t])
        output = [min(capacity[j], able(s, enough, j, figures)) for j in range(n)]
        come, sold, x = np.zeros_like(z), np.zeros_like(final), np.zeros(n)
        for g in range(p):
            if g < n:
                supply = output[g] * s.output[g] + s.from_stocks[g]
            else:
                through = shock.imports[t][g - n]
                supply = s.base_flow[g] * (through if through < 1.0 else figures[4])
            total = z[g].sum() + claim[g].sum()
            if total <= 0:
                continue
            tiers = range(int(s.tiers.max()) + 1)
            weights = [(z[g, s.tiers[:n] == k].sum() + claim[g, s.tiers[n:] == k].sum()) / total for k in tiers]
            share = phi(supply / total, weights, s.behaviour.rationing == "priority")
            for j in range(n):
                come[g, j] = min(orders[g, j], z[g, j] * share[s.tiers[j]])
            for f in range(base.shape[1]):
                sold[g, f] = min(final[g, f], claim[g, f] * share[s.tiers[n + f]])
            if g < n and s.output[g] > 0:
                x[g] = max(0.0, (come[g].sum() + sold[g].sum() - s.from_stocks[g]) / s.output[g])
        use = z * np.minimum(x, enough)
        stock = stock + come - use
        orders = np.maximum(use + s.refill[:, None] * (wanted - stock), 0.0)
        made.append(x)
        stocks.append(stock)
        had.append(sold)
    return np.array(made), np.array(stocks), np.array(had)


@pytest.mark.parametrize("rationing", ["proportional", "priority"])
@pytest.mark.parametrize("setting", sorted(FIGURES))
def test_a_second_program_gives_the_same_days(setting: str, rationing: str) -> None:
    """Proves: output, every user's stock and every delivery are those of the equations written out in money.

    Breaks if: nests, claims, the schedule of tiers, orders or use drift from the equations that are told.
    """
    how = Behaviour(setting=setting, rationing=rationing)
    sc = Scenario(name="x", horizon=32, events=EVENTS, stocks={"default": 8}, behaviour=how)
    s = system_of(shipped("KEN 2019"), sc)
    shock = shock_of(s, sc)
    paths = propagate_batch(s, [shock], trace=True)
    assert paths.trace is not None
    made, stocks, had = simulate(s, shock, setting)
    assert made[:, s.output > 0].min() < 0.9
    assert np.abs(paths.production[0] - made).max() < 1e-11
    assert np.abs(paths.trace.stock[0] - stocks).max() < 1e-11 * stocks.max()
    assert np.abs(paths.trace.delivered[0] - had).max() < 1e-11 * had.max()
