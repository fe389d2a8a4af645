"""Users' stocks and orders, step by step: the heavy arithmetic of the adaptive engine, for a batch of members.

Stocks are kept over what is wanted at base output, so that everything is 1 at rest (B members, p inputs, n sectors):

    s[g,j] = stock / (d[g]·z[g,j])         d: steps of stock wanted, z: base use per step
    o[g,j] = x[j]/d[g] + κ·gap[g,j]        orders over d·z; gap = max(0, x°[j] − s[g,j]), κ = refill
    s     ← s + φ[g,j]·o[g,j] − x[j]/d[g]  φ: the share of yesterday's orders that came

x is production over base output and x° what would be made if stocks allowed it. Supplier r of input g is asked for
σ[r,j]·ρ[r] / Σ_r' σ[r',j]·ρ[r'] of the orders of j, σ its base share and ρ the weight that orders give it. Where σ does
not depend on the user, sums over users come before sums over suppliers and a step is O(n·p) instead of O(n·m).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import pairwise
from typing import Protocol

import numpy as np

from groundplan.shocks.dynamics.system import CRITICAL, IDLE, IMPORTANT, System

ROUNDING = 1e-12


class OwnUse:
    """The cells in which makers use their own product; none where own use waits with that of others.

    makers   the sectors, indices in the system's order
    tier     the tier in which each stands as a user of others' products
    cell     row and column of the cell in stores' order
    z        base use in the cell, money / step

    ``z`` of all users is p × n in stores' order; ``row`` is each sector's own product in it, ``column`` its place.
    """

    def __init__(self, s: System, z: np.ndarray, row: np.ndarray, column: np.ndarray) -> None:
        first = s.behaviour.own_use == "first"
        self.makers = np.flatnonzero((z[row, column] > 0) & first)
        self.tier = s.tiers[self.makers]
        self.cell = row[self.makers], column[self.makers]
        self.z = z[self.cell]

    def keep_back(self, orders: np.ndarray, asked: np.ndarray) -> None:
        """Move ``asked`` (B × own) from the makers' tiers to tier 0 of ``orders`` (B × m × K); both money / step."""
        left = orders[:, self.makers, self.tier] - asked
        orders[:, self.makers, self.tier] = np.where(left > ROUNDING * asked, left, 0.0)
        orders[:, self.makers, 0] = asked

    def advantage(self, given: np.ndarray) -> np.ndarray:
        """How much larger a share of own orders comes than of others' in the maker's tier; B × own, from B × m × K."""
        return np.asarray(given[:, self.makers, 0] - given[:, self.makers, self.tier])


class Stores(Protocol):
    """What the engine asks of the stocks of a batch."""

    stock: np.ndarray

    def least(self) -> tuple[np.ndarray, np.ndarray]:
        """Least stock over what is wanted, of critical and of important inputs; B × n each, inf where none."""

    def step(self, given: np.ndarray, x: np.ndarray, wanted: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Take in what came, use what production x takes, and order anew.

        ``given``: share of its orders that each supplier delivered, B × m × K by users' tier; ``wanted``: x°;
        ``weights``: ρ for the new orders. Returns the new orders by supplier and tier, B × m × K, money / step.
        """

    def keep_back(self, orders: np.ndarray) -> None:
        """Move what makers order of their own product to tier 0, if it goes first; ``orders`` is B × m × K."""

    def arrivals(self, given: np.ndarray) -> np.ndarray:
        """What comes to every user if suppliers deliver ``given`` of what was ordered; B × p × n, money / step."""

    def scarcest(self) -> np.ndarray:
        """The binding input that every sector has least of, over what is wanted; B × n, an index of inputs."""

    def in_money(self) -> np.ndarray:
        """Stocks, B × p × n, money."""


def stores_of(system: System, batch: int, tiers: int, *, dense: bool | None = None) -> Stores:
    """The quicker way of keeping stocks that fits the system; ``dense`` forces one."""
    use_dense = system.factored is None if dense is None else dense
    return DenseStores(system, batch, tiers) if use_dense else FactoredStores(system, batch, tiers)


class _Base(ABC):
    """Shapes and constants. Inputs stand in order of how they bind and users in order of tier: parts are slices.

    Arrays are p × B × n, so that what varies by sector runs through memory in one go: ``stock`` is s, ``capped`` the
    smaller of s and x°. Only where an input binds its users in several ways does a mask part the cells of its row.
    """

    def __init__(self, s: System, batch: int, tiers: int) -> None:
        n = s.n
        hard, soft = s.binding.min(axis=1, initial=IDLE), s.binding.max(axis=1, initial=0)
        self.rows = np.lexsort((soft, hard))
        self.columns = np.argsort(s.tiers[:n], kind="stable")
        self.back = np.argsort(self.columns)
        self.identity = bool((self.columns == np.arange(n)).all())
        self.z = np.ascontiguousarray(s.use[:, :n][np.ix_(self.rows, self.columns)])
        self.depth = s.stocks[self.rows]
        self.kappa = s.refill[self.rows]
        ways = s.binding[np.ix_(self.rows, self.columns)]
        self.always = int((soft == CRITICAL).sum())
        self.critical, self.binds = int((hard == CRITICAL).sum()), int((hard < IDLE).sum())
        self.masks = (
            None
            if bool((hard == soft).all())
            else [np.where(ways == way, 0.0, np.inf)[:, None] for way in (CRITICAL, IMPORTANT)]
        )
        edges = np.searchsorted(s.tiers[:n][self.columns], np.arange(tiers + 1))
        self.tiers = tiers
        self.parts = [(k, slice(int(a), int(b))) for k, (a, b) in enumerate(pairwise(edges)) if b > a]
        self.stock = np.where(self.z > 0, 1.0, np.inf)[:, None].repeat(batch, axis=1)
        self.capped = np.ones_like(self.stock)
        self.aim, self.last = np.ones((batch, n)), np.ones((batch, n))
        self.supplier_input = np.argsort(self.rows)[s.input_of]
        self.own = OwnUse(s, self.z, self.supplier_input[: s.n], self.back)

    @abstractmethod
    def own_share(self) -> np.ndarray:
        """A maker's share in its own orders of what it makes; B × own."""

    def _own_orders(self) -> np.ndarray:
        """What makers ordered of themselves, over d·z; B × own."""
        (row, column), d = self.own.cell, self.depth[self.own.cell[0]]
        gap = self.aim[:, column] - self.capped[row, :, column].T
        return np.asarray(self.own_share() * (self.last[:, column] / d + self.kappa[row] * gap))

    def keep_back(self, orders: np.ndarray) -> None:
        """Move what makers order of their own product to tier 0, if it goes first; ``orders`` is B × m × K."""
        if self.own.makers.size:
            self.own.keep_back(orders, self._own_orders() * (self.depth[self.own.cell[0]] * self.own.z))

    def own_advantage(self, given: np.ndarray) -> np.ndarray:
        """What makers get of their own product beyond what their tier gets, over d·z; own × B."""
        return np.asarray((self.own.advantage(given) * self._own_orders()).T)

    def with_own(self, flows: np.ndarray, given: np.ndarray) -> np.ndarray:
        """Arrivals, p × B × n, money / step, with what makers keep back beyond what their tier gets."""
        row, column = self.own.cell
        flows[row, :, column] += self.own_advantage(given) * (self.depth[row] * self.own.z)[:, None]
        return flows

    def sorted(self, by_sector: np.ndarray) -> np.ndarray:
        """An array over sectors in the order of tiers."""
        return by_sector if self.identity else by_sector[:, self.columns]

    def least(self) -> tuple[np.ndarray, np.ndarray]:
        """Least stock over what is wanted, of critical and of important inputs; B × n each, inf where none."""
        a = self.stock[: self.always].min(axis=0, initial=np.inf)
        if self.masks is None:
            b = self.stock[self.critical : self.binds].min(axis=0, initial=np.inf)
        else:
            mixed, some = self.stock[self.always : self.binds], slice(self.always, self.binds)
            np.minimum(a, (mixed + self.masks[CRITICAL][some]).min(axis=0, initial=np.inf), out=a)
            b = (mixed + self.masks[IMPORTANT][some]).min(axis=0, initial=np.inf)
        return (a, b) if self.identity else (a[:, self.back], b[:, self.back])

    def scarcest(self) -> np.ndarray:
        """The binding input that every sector has least of, over what is wanted; B × n, an index of inputs."""
        if not self.binds:
            return np.zeros_like(self.last, dtype=int)
        stock = self.stock[: self.binds]
        if self.masks is not None:
            stock = stock + np.minimum(*self.masks)[: self.binds]
        at = self.rows[stock.argmin(axis=0)]
        return np.asarray(at if self.identity else at[:, self.back])

    def natural(self, array: np.ndarray) -> np.ndarray:
        """B × p × n in the system's own order of inputs and sectors, from p × B × n."""
        out = np.empty((array.shape[1], array.shape[0], array.shape[2]))
        out[:, self.rows[:, None], self.columns[None, :]] = array.transpose(1, 0, 2)
        return out

    def in_money(self) -> np.ndarray:
        """Stocks, B × p × n, money, in the system's own order."""
        wanted = (self.depth[:, None] * self.z)[:, None]
        return self.natural(np.where(wanted > 0, self.stock, 0.0) * wanted)

    def ordered(self) -> np.ndarray:
        """Orders under way, p × B × n, money / step, inputs by binding and sectors by tier."""
        part = self.last + (self.kappa * self.depth)[:, None, None] * (self.aim - self.capped)
        return np.asarray(part * self.z[:, None])

    def settle(self, rows: slice | int, wanted: np.ndarray) -> None:
        """Stocks of inputs that work can go on without end at nothing; then what is held of what is wanted."""
        free = self.stock[self.always :] if isinstance(rows, slice) else self.stock[rows]
        if free.size and (isinstance(rows, slice) or rows >= self.always):
            np.maximum(free, 0.0, out=free)
        np.minimum(self.stock[rows], wanted, out=self.capped[rows])


class FactoredStores(_Base):
    """Stores where a supplier's share is the same for every user."""

    def __init__(self, s: System, batch: int, tiers: int) -> None:
        super().__init__(s, batch, tiers)
        shares = s.factored
        assert shares is not None
        self.system = s
        self.shares = shares
        self.weight = np.broadcast_to(shares, (batch, len(shares)))
        self.room = np.empty_like(self.stock)

    def own_share(self) -> np.ndarray:
        """See ``_Base.own_share``."""
        return self.weight[:, self.own.makers]

    def _over_suppliers(self, by_supplier: np.ndarray) -> np.ndarray:
        """Sums over the suppliers of each input, in the order of binding; B × m × ... → B × p × ..."""
        return self.system.sum_by_input(by_supplier)[:, self.rows]

    def _came(self, given: np.ndarray) -> np.ndarray:
        """φ, B × p × K."""
        return self._over_suppliers(self.weight[..., None] * given)

    def arrivals(self, given: np.ndarray) -> np.ndarray:
        """What comes to every user; B × p × n, money / step."""
        came = self._came(given).transpose(1, 0, 2)
        out = self.ordered()
        for k, part in self.parts:
            out[..., part] *= came[..., k, None]
        return self.natural(self.with_own(out, given))

    def step(self, given: np.ndarray, x: np.ndarray, wanted: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Deliveries, use and new orders of one step; see ``Stores.step``.

        With gap = x°' − capped (x°' of yesterday) the flows of a row are three outer products beside −φ·κ·capped:
        s ← s − φκ·capped + φκ⊗x°' + (φ/d)⊗x' − (1/d)⊗x.
        """
        came = self._came(given)
        self.stock[self.own.cell[0], :, self.own.cell[1]] += self.own_advantage(given)
        x, wanted = self.sorted(x), self.sorted(wanted)
        flows = np.stack([self.aim, self.last, x], axis=1)
        for k, part in self.parts:
            self._advance(came[..., k], flows, part)
        self.settle(slice(None), wanted)
        asked = np.zeros((len(x), len(self.z), self.tiers))
        for k, part in self.parts:
            z, pace = self.z[:, part], self.kappa * self.depth
            capped = np.einsum("gj,gbj->bg", z, self.capped[..., part])
            asked[..., k] = x[:, part] @ z.T + pace * (wanted[:, part] @ z.T - capped)
        self.last, self.aim = x, wanted
        weight = self.shares * weights
        total = self._over_suppliers(weight)
        self.weight = weight / np.where(total > 0, total, 1.0)[:, self.supplier_input]
        orders = np.asarray(self.weight[..., None] * asked[:, self.supplier_input])
        self.keep_back(orders)
        return orders

    def _advance(self, came: np.ndarray, flows: np.ndarray, part: slice) -> None:
        """The day's flows of one tier's sectors."""
        over = np.broadcast_to(1.0 / self.depth, came.shape)
        pull = self.kappa * came
        factors = np.stack([pull, came * over, -over], axis=2)
        capped, room, stock = self.capped[..., part], self.room[..., part], self.stock[..., part]
        capped *= pull.T[..., None]
        stock -= capped
        np.matmul(factors, flows[..., part], out=room.transpose(1, 0, 2))
        stock += room


class DenseStores(_Base):
    """Stores where suppliers' shares differ by user: products with each input's block of shares, every step.

    With numba the step is one loop (``one_loop``), which reads each block once; ``fused=False`` leaves that out.
    """

    def __init__(self, s: System, batch: int, tiers: int, *, fused: bool | None = None) -> None:
        super().__init__(s, batch, tiers)
        self.fused = _compiled() if fused is None else fused
        shares = s.shares[:, None].repeat(s.n, axis=1) if s.shares.ndim == 1 else s.shares[:, : s.n]
        self.own_part = shares[self.own.makers, self.own.makers]
        self.makers = [np.flatnonzero(self.supplier_input == g) for g in range(len(self.z))]
        self.suppliers = np.concatenate(self.makers)
        self.starts = np.cumsum([0, *(len(rows) for rows in self.makers)])
        by_input = shares[self.suppliers]
        self.shares = by_input if self.identity else np.ascontiguousarray(by_input[:, self.columns])
        self.blocks = [self.shares[a:b] for a, b in pairwise(self.starts)]
        self.weights = np.ones((batch, len(s.suppliers)))
        self.total = np.ones_like(self.stock)
        for g, block in enumerate(self.blocks):
            self.total[g] = _guarded(self.weights[:, self.makers[g]] @ block)

    def own_share(self) -> np.ndarray:
        """A maker's share in its own orders of what it makes; B × own."""
        row, column = self.own.cell
        return np.asarray(self.weights[:, self.own.makers] * self.own_part / self.total[row, :, column].T)

    def _came(self, g: int, given: np.ndarray) -> np.ndarray:
        """φ of input g by user; B × n."""
        rows, block = self.makers[g], self.blocks[g]
        came = np.empty((len(given), self.z.shape[1]))
        for k, part in self.parts:
            came[:, part] = _times(self.weights[:, rows] * given[:, rows, k], block[:, part])
        return np.asarray(came / self.total[g])

    def arrivals(self, given: np.ndarray) -> np.ndarray:
        """What comes to every user; B × p × n, money / step."""
        out = self.ordered()
        for g in range(len(self.z)):
            out[g] *= self._came(g, given)
        return self.natural(self.with_own(out, given))

    def step(self, given: np.ndarray, x: np.ndarray, wanted: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Deliveries, use and new orders of one step; see ``Stores.step``."""
        self.stock[self.own.cell[0], :, self.own.cell[1]] += self.own_advantage(given)
        x, wanted = self.sorted(x), self.sorted(wanted)
        orders = np.zeros((*weights.shape, self.tiers))
        (self._in_one_loop if self.fused else self._in_arrays)(orders, given, x, wanted, weights)
        self.last, self.aim, self.weights = x, wanted, weights
        self.keep_back(orders)
        return orders

    def _in_arrays(
        self, orders: np.ndarray, given: np.ndarray, x: np.ndarray, wanted: np.ndarray, weights: np.ndarray
    ) -> None:
        """What users get, use and order of every input; a block of shares is read twice."""
        members = len(x)
        both = np.empty((2 * members, x.shape[1]))
        for g, rows in enumerate(self.makers):
            block, d, kappa = self.blocks[g], self.depth[g], self.kappa[g]
            for k, part in self.parts:
                # Yesterday's orders that came and the weights of the new ones, in one product.
                gave = self.weights[:, rows] * given[:, rows, k]
                both[:, part] = np.concatenate([gave, weights[:, rows]]) @ block[:, part]
            came, ahead = both[:members] / self.total[g], both[members:]
            self.stock[g] += came * (self.last / d + kappa * (self.aim - self.capped[g])) - x / d
            self.settle(g, wanted)
            self.total[g] = _guarded(ahead)
            asked = self.z[g] * (x + (kappa * d) * (wanted - self.capped[g])) / self.total[g]
            for k, part in self.parts:
                orders[:, rows, k] = weights[:, rows] * _times(asked[:, part], block[:, part].T)

    def _in_one_loop(
        self, orders: np.ndarray, given: np.ndarray, x: np.ndarray, wanted: np.ndarray, weights: np.ndarray
    ) -> None:
        """The same in one loop, suppliers in the order of their inputs."""
        from groundplan.shocks.dynamics.ordering.one_loop import dense_step

        by_input = np.zeros((len(x), len(self.suppliers), self.tiers))
        gave = np.ascontiguousarray((self.weights[..., None] * given)[:, self.suppliers])
        tier = np.array([k for k, _ in self.parts], dtype=np.int64)
        edges = np.array([part.start for _, part in self.parts] + [len(x[0])], dtype=np.int64)
        dense_step(
            self.shares, self.starts, edges, tier, self.always, self.depth, self.kappa, self.z,
            self.stock, self.capped, self.total, np.stack([self.last, self.aim, x, wanted]), gave,
            np.ascontiguousarray(weights[:, self.suppliers]), by_input,
        )  # fmt: skip
        orders[:, self.suppliers] = by_input


def _compiled() -> bool:
    """Whether the loop of ``one_loop`` is there in the machine's own instructions; numba is loaded for it alone."""
    from groundplan.shocks.dynamics.ordering.one_loop import COMPILED

    return COMPILED


def _times(rows: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Rows times block; a single row as a vector, which spares BLAS copying the block."""
    return np.asarray((rows[0] @ block)[None] if len(rows) == 1 else rows @ block)


def _guarded(total: np.ndarray) -> np.ndarray:
    return np.where(total > 0, total, 1.0)
