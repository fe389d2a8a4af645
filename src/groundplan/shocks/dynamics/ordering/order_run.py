"""The rule of orders: who gets what follows what is ordered, and a lack of an input stops its user by its class.

An inventory model of the ARIO family: Hallegatte (2008), doi 10.1111/j.1539-6924.2008.01046.x; Hallegatte (2014),
inventories; Guan et al. (2020), orders; Pichler et al. (2022), inputs that bind more or less (citations not checked).
Own code; where the equations are those of BoARIO 0.7.2 the numbers are too (tests/published/test_stress_boario.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from groundplan.shocks.dynamics.ordering.finals import Finals
from groundplan.shocks.dynamics.ordering.stocks_and_orders import stores_of
from groundplan.shocks.dynamics.rebuilding import Sites
from groundplan.shocks.dynamics.run_record import HELD_BACK, Flows, Record, Step
from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.scenario import Behaviour

FAINT = 1e-12
EVEN = 1e-12


def deliver(supply: np.ndarray, asked: np.ndarray, behaviour: Behaviour) -> np.ndarray:
    """Shares delivered as in ``ration``; with ``own_use = "first"`` tier 0 is what makers keep back for themselves.

    Shapes and units: ``ration``.
    """
    if behaviour.own_use != "first":
        return ration(supply, asked, behaviour)
    own = _share(supply, asked[..., 0])
    others = ration(supply - own * asked[..., 0], asked[..., 1:], behaviour)
    return np.concatenate([own[..., None], others], axis=2)


def ration(supply: np.ndarray, asked: np.ndarray, behaviour: Behaviour) -> np.ndarray:
    """The share of what was asked that each supplier (m) delivers to each tier of users (K), in each member (B).

        proportional   everybody has the same share of what was asked
        priority       tier 0 in full, then tier 1 ...; the same share within a tier
        mixed          ``mixed_share`` of supply in proportion, the rest by tiers to what is still open

    ``supply`` is B × m, ``asked`` B × m × K; returns B × m × K, 0 where nothing is asked. Units: 1.
    Source: Pichler et al. (2022), rationing rules (citation not checked).
    """
    total = asked.sum(axis=2)
    if behaviour.rationing == "proportional":
        share = np.empty_like(asked)
        share[:] = _share(supply, total)[..., None]
        return share
    even = behaviour.mixed_share if behaviour.rationing == "mixed" else 0.0
    first = even * _share(supply, total)
    left = np.minimum(supply, total) - first * total
    served = np.empty_like(asked)
    for k in range(asked.shape[2]):
        still = asked[..., k] * (1.0 - first)
        now = _share(left, still)
        left = left - now * still
        served[..., k] = np.where(asked[..., k] > 0, first + (1.0 - first) * now, 0.0)
    return served


def _share(supply: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Supply over what is asked, from 0 to 1; 0 where nothing is asked."""
    share = np.divide(supply, asked, out=np.zeros_like(asked), where=asked > 0)
    return np.asarray(np.clip(share, 0.0, 1.0))


class OrderRun:
    """The state of a batch and its one step.

    For every sector j and supplier r (all over base output unless said):

        capacity    c[j] = α[j]·min(capacity[j] − destroyed[j], labour[j])
        wished      x°[j] = min(D[j]/x̄[j], c[j]),   D: orders, final demand and rebuilding asked of j
        production  x[j] = min(x°[j], min over critical g of s[g,j]/ψ, ½(x°[j] + s[g,j]/ψ) over important g)
        supply      home: x·x̄ + from_stocks;  imports: what is asked, or at most imports·base flow while they are cut;
                    the state's reserves fill what lacks as long as they last
        delivered   by ``rationing``; stocks and new orders as in ``stores``
        overtime    α += (α_max − α)·a·h  where a = (D − supply)/D > 0,  α += (α_base − α)·h where nothing lacked;
                    h = step / alpha_days; ``overtime = "kept"`` takes a < 0 too and lets go only where a = 0

    ``dense`` forces one way of keeping stocks.
    """

    def __init__(self, s: System, shocks: Sequence[Shock], dense: bool | None) -> None:
        self.s, self.shocks, self.b = s, shocks, len(shocks)
        self.steps = shocks[0].steps
        self.tiers = int(s.tiers.max(initial=0)) + 1
        self.stores = stores_of(s, self.b, self.tiers, dense=dense)
        self.sites = Sites(s, shocks)
        n, m = s.n, len(s.suppliers)
        self.alpha = np.full((self.b, n), s.behaviour.alpha_base)
        self.routes = np.ones((self.b, m - n))
        self.reserves = np.repeat(s.reserves[None], self.b, axis=0)
        self.has_reserves = bool(s.reserves.any())
        self.finals = Finals(s, shocks, self.tiers)
        self.orders = self._first_orders()
        self.base_output = np.where(s.output > 0, s.output, np.inf)
        self.supply = np.zeros((self.b, m))
        self.capacity = np.stack([k.capacity for k in shocks])
        self.labour = np.stack([k.labour for k in shocks])
        self.imports = np.stack([k.imports for k in shocks])

    def _first_orders(self) -> np.ndarray:
        """Base orders by supplier and tier; B × m × K."""
        s = self.s
        if s.factored is not None:
            columns = [s.tiers[: s.n] == k for k in range(self.tiers)]
            by_input = np.stack([s.use[:, : s.n][:, c].sum(axis=1) for c in columns], axis=1)
            orders = s.factored[:, None] * by_input[s.input_of]
        else:
            ranks = (s.tiers[: s.n, None] == np.arange(self.tiers)).astype(float)
            orders = (s.shares[:, : s.n] * s.use[s.input_of, : s.n]) @ ranks
        whole = np.repeat(orders[None], self.b, axis=0)
        self.stores.keep_back(whole)
        return whole

    def _weights(self, capacity: np.ndarray) -> np.ndarray:
        """ρ, the weight that orders give each supplier; B × m. A supplier that can give nothing keeps a faint one."""
        home = capacity if self.s.behaviour.orders == "availability" else np.ones_like(capacity)
        home = np.where(self.s.output > 0, home, 1.0)
        return np.asarray(np.maximum(np.concatenate([home, self.routes], axis=1), FAINT))

    def _overtime(self, asked: np.ndarray) -> None:
        """Overtime grows with what yesterday's supply would leave open of today's demand."""
        b, n = self.s.behaviour, self.s.n
        pace = min(1.0, self.s.days_per_step / b.alpha_days)
        demand = asked[:, :n]
        lack = np.divide(demand - self.supply[:, :n], demand, out=np.zeros_like(demand), where=demand > 0)
        idle = lack == 0 if b.overtime == "kept" else lack <= EVEN
        self.alpha += pace * np.where(idle, b.alpha_base - self.alpha, (b.alpha_max - self.alpha) * lack)
        np.maximum(self.alpha, b.alpha_base, out=self.alpha)

    def step(self, t: int, keep: Record) -> None:
        """One step, and its record."""
        s, n, through = self.s, self.s.n, self.imports[:, t]
        gone = self.sites.destroyed(t)
        routed = s.behaviour.rerouting_days
        by_tier = self.orders + self.finals.asked(t, self._weights(np.ones((self.b, n))) if routed else None)
        if self.sites.active:
            rebuilding = self.sites.asked()
            by_tier[..., -1] += rebuilding
        asked = by_tier.sum(axis=2)
        if t > 0:
            self._overtime(asked)
        can = self.alpha * np.clip(np.minimum(self.capacity[:, t] - gone, self.labour[:, t]), 0.0, None)
        wished = np.minimum(np.maximum(asked[:, :n] - s.from_stocks[:n], 0.0) / self.base_output, can)
        critical, important = self.stores.least()
        psi = s.behaviour.psi
        allowed = np.minimum(critical / psi, 0.5 * (wished + important / psi))
        # With psi at 1 a lack the size of rounding would grow from day to day.
        x = np.where(allowed < wished * (1.0 - EVEN), allowed, wished)
        limit = np.where(through < 1.0, through * s.base_flow[n:], np.inf)
        self.supply = np.concatenate([x * s.output + s.from_stocks[:n], np.minimum(asked[:, n:], limit)], axis=1)
        produced = self.supply
        released: np.ndarray | float = 0.0
        if self.has_reserves:
            self.supply, released = self._release(asked)
        keep.causes(t, x < wished * (1.0 - HELD_BACK), self.stores.scarcest)
        served = deliver(self.supply, by_tier, s.behaviour)
        traced = keep.trace is not None
        arrivals, before = (self.stores.arrivals(served), self.stores.in_money()) if traced else (None, None)
        rebuilt = rebuilding * served[..., -1] if self.sites.active else None
        if rebuilt is not None:
            wished = np.minimum(np.maximum((asked - rebuilt)[:, :n] - s.from_stocks[:n], 0.0) / self.base_output, can)
            self.sites.receive(served[..., -1])
        if routed:
            self.routes += (through - self.routes) * min(1.0, s.days_per_step / routed)
        self.orders = self.stores.step(served, x, wished, self._weights(can))
        came = np.minimum(asked[:, n:], self.supply[:, n:]).sum(axis=1)
        total = 0.0 if rebuilt is None else rebuilt.sum(axis=1)
        keep.keep(t, Step(x, can, *self.finals.serve(served), came, total))
        if arrivals is not None and before is not None:
            # Work goes on without inputs that bind softly or not at all: no more of them is used than is there.
            used = np.minimum(x[:, None] * s.use[:, :n], before + arrivals)
            delivered, built = self.finals.delivered(served), 0.0 if rebuilt is None else rebuilt
            stock = self.stores.in_money()
            keep.follow(t, Flows(arrivals, used, stock, delivered, built, produced, released, allowed))

    def _release(self, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Supply with what the state's reserves fill of its lack, as long as they last, and what they give (B × p)."""
        lack = np.maximum(asked - self.supply, 0.0)[..., None]
        by_input = self.s.sum_by_input(lack)[..., 0]
        given = np.minimum(self.reserves, by_input)
        share = np.divide(given, by_input, out=np.zeros_like(given), where=by_input > 0)
        self.reserves -= given
        return self.supply + lack[..., 0] * share[:, self.s.input_of], given

    def unmet(self) -> np.ndarray:
        """Final use lost so far; B × p × F, money."""
        return self.finals.unmet()
