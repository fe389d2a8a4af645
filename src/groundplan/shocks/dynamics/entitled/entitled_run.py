"""The rule of entitlements: everybody may have his base share of what could be supplied, whoever orders or stops."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from groundplan.shocks.dynamics.entitled.accounts import Accounts
from groundplan.shocks.dynamics.entitled.final_users import FinalUsers
from groundplan.shocks.dynamics.entitled.nests import Nests
from groundplan.shocks.dynamics.entitled.pools import flows, over, pools_of
from groundplan.shocks.dynamics.entitled.routes import Routes
from groundplan.shocks.dynamics.rebuilding import Sites
from groundplan.shocks.dynamics.run_record import HELD_BACK, Flows, Record, Step
from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.scenario import Behaviour


def schedule(supply: np.ndarray, weight: np.ndarray, behaviour: Behaviour) -> np.ndarray:
    """The share of its claims that each tier may have when a supplier can give ``supply`` of all claims.

        proportional   φ_k = y
        priority       φ_k = min(1, max(0, (y − W_k)/w_k)) + max(0, y − 1),   W_k: weights of the tiers before
        mixed          ``mixed_share`` of the first and the rest of the second

    w_k is the tier's share in what may be claimed, so Σ_k w_k·φ_k = y. Each φ_k rises with y and hangs on nothing else:
    not on what others order. ``supply`` is B × m, ``weight`` · × m × K; returns B × m × K. Units: 1. Source: our own.

    >>> schedule(np.array([[0.6]]), np.array([[[0.5, 0.5]]]), Behaviour(rationing="priority")).round(12)
    array([[[1. , 0.2]]])
    """
    even = np.broadcast_to(supply[..., None], (*supply.shape, weight.shape[-1]))
    if behaviour.rationing == "proportional" or weight.shape[-1] == 1:
        return even
    before = np.cumsum(weight, axis=-1) - weight
    there = weight > 0
    left = np.minimum(even, 1.0) - before
    ranked = np.divide(left, weight, out=np.ones_like(even), where=np.broadcast_to(there, even.shape))
    ranked = np.clip(ranked, 0.0, 1.0) + np.maximum(even - 1.0, 0.0)
    share = behaviour.mixed_share if behaviour.rationing == "mixed" else 0.0
    return np.where(there, share * even + (1.0 - share) * ranked, even)


class EntitledRun:
    """The state of a batch and its one step.

    For every sector j, supplier r, input g and user u, over the base:

        capacity    c[j] = α·min(capacity[j] − destroyed[j], labour[j]),   α the ceiling, the same on every day
        able        F[j] of the stocks at hand (``Nests``)
        could give  y[r] = min(c, F) of a sector; of imports what comes, or the ceiling of imports where nobody cuts
        may claim   φ_k(y[r]·base[r] / claims[r]) of its claims (``schedule``), pooled over suppliers (``Pools``);
                    claims are base use, demand where it is above its base, and rebuilding
        has         min(order, what it may claim); then the state's reserves, each user out of its own share of them
        production  x[j] = Σ_u of what is had of j: what nobody claims is not made
        use         min(x[j], s[g,j]/(ψ·d[g]))         s: stock in steps of base use, d: the stock that is wanted
        orders      max(0, use + κ[g]·(d[g] − s[g,j]))

    With ``sharing = "redistributed"`` what is left unclaimed goes once to users that are still short. ``dense`` forces
    pools of users with different suppliers.
    """

    def __init__(self, s: System, shocks: Sequence[Shock], dense: bool | None) -> None:
        self.s, self.b, self.steps = s, len(shocks), shocks[0].steps
        n, p = s.n, len(s.inputs)
        self.nests, self.pools = Nests(s), pools_of(s, dense=dense)
        self.users, self.sites, self.accounts = FinalUsers(s, shocks), Sites(s, shocks), Accounts(s, self.b)
        self.routes = Routes(s, np.stack([k.imports for k in shocks]))
        self.labour = np.stack([k.labour for k in shocks])
        self.plant = np.stack([k.capacity for k in shocks])
        self.full, self.kappa = s.stocks[:, None, None], s.refill[:, None, None]
        self.stock = np.broadcast_to(self.full, (p, self.b, n)).copy()
        self.orders = np.ones_like(self.stock)
        self.redistributes = s.behaviour.sharing == "redistributed"
        self.there = s.output + s.from_stocks[:n]
        self.base_output = np.where(s.output > 0, s.output, np.inf)
        self.still = self._weighed(self.pools.claims(self.users.base))

    @property
    def reserves(self) -> np.ndarray:
        """What is left of the state's reserves; B × p, money."""
        return self.accounts.in_money()

    def unmet(self) -> np.ndarray:
        """Final use lost so far; B × p × F, money."""
        return self.users.lost

    def _weighed(self, claims: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What may be claimed of each supplier in all (1 where nothing is), and each tier's share of it."""
        total = claims.sum(axis=2)
        total = np.where(total > 0, total, 1.0)
        return total, claims / total[..., None]

    def _claims(self, rebuilding: np.ndarray | None, *, moved: bool) -> tuple[np.ndarray, np.ndarray]:
        """``_weighed`` claims of this step; ``moved``: whether demand is another than in the step before."""
        if moved:
            self.still = self._weighed(self.pools.claims(self.users.claimed))
        if rebuilding is None:
            return self.still
        claims = np.array(np.broadcast_to(self.pools.claims(self.users.claimed), (self.b, *self.still[1].shape[1:])))
        claims[..., -1] += rebuilding
        return self._weighed(claims)

    def step(self, t: int, keep: Record) -> None:
        """One step, and its record."""
        s, n = self.s, self.s.n
        gone = self.sites.destroyed(t)
        can = self.nests.ceiling * np.clip(np.minimum(self.plant[:, t] - gone, self.labour[:, t]), 0.0, None)
        able = self.nests.able(self.stock)
        rebuilding = self.sites.asked() if self.sites.active else None
        total, weight = self._claims(rebuilding, moved=self.users.turn(t))
        home = over(np.minimum(can, able) * s.output + s.from_stocks[:n], self.there)
        supply = np.concatenate([home, self.routes.come(t)], axis=1) * s.base_flow
        phi = schedule(supply / total, weight, s.behaviour)
        if keep.limiting is not None:
            keep.causes(t, self._held_back(can, able), self.nests.scarcest)
        rebuilt: np.ndarray | float = 0.0
        if rebuilding is not None:
            served = np.minimum(phi[..., -1], 1.0)
            rebuilt = rebuilding * served
            self.sites.receive(served)
        had, finals, given = self._shared(phi, supply - rebuilt)
        given += rebuilt
        sold = finals
        had, finals, released = self._with_reserves(phi, had, finals)
        output = over(given[:, :n], s.base_flow[:n]) * self.there - s.from_stocks[:n]
        x = np.maximum(output / self.base_output, 0.0)
        built = rebuilt if isinstance(rebuilt, float) else rebuilt.sum(axis=1)
        keep.keep(t, Step(x, can, *self.users.take(finals), given[:, n:].sum(axis=1), built))
        arrivals = None if keep.trace is None else _money(had, s.use)
        low = np.minimum(self.nests.ceiling * self.nests.filled, x) if self.nests.low.size else None
        self._restock(had, x, low)
        if arrivals is not None:
            used = np.repeat(x[None], len(had), axis=0)
            if low is not None:
                used[self.nests.low] = low
            keep.follow(
                t,
                Flows(
                    arrivals, _money(used, s.use), _money(self.stock, s.use), self._delivered(phi, sold, finals - sold),
                    rebuilt, given, released, np.broadcast_to(able, x.shape),
                ),
            )  # fmt: skip

    def _held_back(self, can: np.ndarray, able: np.ndarray | float) -> np.ndarray:
        """Which sectors a lack of inputs holds back from what they could sell; B × n."""
        even = np.ones((self.b, len(self.s.suppliers), self.pools.count))
        wished = self.pools.spread(even, self.orders, self._asked())
        wished = over(wished[:, : self.s.n], self.s.base_flow[: self.s.n])
        return np.asarray(able < np.minimum(np.minimum(can, wished), 1.0) * (1.0 - HELD_BACK))

    def _asked(self) -> np.ndarray:
        return np.broadcast_to(self.users.asked, (self.b, *self.users.asked.shape[1:]))

    def _shared(self, phi: np.ndarray, supply: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What sectors have (p × B × n, of base use), final users have, and suppliers give (money / step).

        ``supply`` is what is there for them.
        """
        may = self.pools.sectors(phi)
        had = np.minimum(self.orders, may, out=None if self.redistributes or self.accounts.rows.size else self.orders)
        finals = np.minimum(self.users.asked, self.users.claimed * self.pools.finals(phi))
        given = flows(self.pools, phi, had, finals, self.users.claimed)
        if not self.redistributes:
            return had, finals, given
        short, lacking = self.orders - had, self._asked() - finals
        wanted = self.pools.spread(phi, short, lacking)
        share = np.clip(over(np.maximum(supply - given, 0.0), wanted), 0.0, 1.0)
        again = phi * share[..., None]
        had += short * over(self.pools.sectors(again), may)
        finals = finals + lacking * over(self.pools.finals(again), self.pools.finals(phi))
        return had, finals, given + share * wanted

    def _with_reserves(
        self, phi: np.ndarray, had: np.ndarray, finals: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What users have when they have drawn on the state's reserves, and what was drawn, B × p, money / step."""
        rows = self.accounts.rows
        if not rows.size:
            return had, finals, np.zeros(finals.shape[:2])
        may, may_finals = self.pools.sectors(phi)[rows], self.pools.finals(phi)
        had[rows], finals, draw = self.accounts.draw(self.orders[rows], had[rows], finals, self.users, may, may_finals)
        return had, finals, draw

    def _restock(self, had: np.ndarray, x: np.ndarray, low: np.ndarray | None) -> None:
        """Take in what came, use what production takes, and order anew. ``had`` is used up on the way; ``low`` is what
        is used of inputs that are low.
        """
        rows = self.nests.low
        used = x if low is None or len(low) < len(had) else low
        partly = low is not None and used is x
        if partly:
            had[rows] += x - low
        had -= used
        self.stock += had
        np.subtract(self.full, self.stock, out=self.orders)
        self.orders *= self.kappa
        self.orders += used
        if partly:
            self.orders[rows] -= x - low
        np.maximum(self.orders, 0.0, out=self.orders)

    def _by_supplier(self, by_input: np.ndarray) -> np.ndarray:
        """Amounts by input (B × p) on suppliers by base flow; B × m."""
        s = self.s
        whole = s.sum_by_input(s.base_flow[None])
        return np.asarray(over(by_input, whole)[:, s.input_of] * s.base_flow)

    def _delivered(self, phi: np.ndarray, sold: np.ndarray, released: np.ndarray) -> np.ndarray:
        """What final users had by supplier, B × m × F; what came out of reserves by base flow."""
        out = np.empty((self.b, len(self.s.suppliers), sold.shape[2]))
        nothing = np.zeros_like(self.stock)
        for f in range(sold.shape[2]):
            one = np.zeros_like(sold)
            one[..., f] = sold[..., f]
            out[..., f] = flows(self.pools, phi, nothing, one, self.users.claimed) + self._by_supplier(released[..., f])
        return out


def _money(of_base: np.ndarray, use: np.ndarray) -> np.ndarray:
    """B × p × n, money, from p × B × n in base use."""
    return np.asarray((of_base * use[:, None, : of_base.shape[2]]).transpose(1, 0, 2))
