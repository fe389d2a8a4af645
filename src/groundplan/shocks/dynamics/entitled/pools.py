"""Pools: what all suppliers of an input together give each user, and what each of them is asked for in turn.

Each supplier r gives its users of tier k the share φ[r,k] of what they may claim of it. A user that buys from several
suppliers may take from all of them together (σ: base shares of suppliers in its purchases):

    e[g,u] = Σ_r σ[r,u]·φ[r,k(u)]                     over its base purchases
    flow[r] = Σ_u taken[g,u]·σ[r,u]·φ[r,k(u)] / e[g,u]

Up to their base suppliers are asked in base shares, beyond it (φ above 1) those who can give more, by how much.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from groundplan.shocks.dynamics.system import System


class Pools(Protocol):
    """What the engine asks of pools. φ is B × m × K, K tiers (``count``)."""

    count: int
    single: bool

    def claims(self, final: np.ndarray) -> np.ndarray:
        """What may be claimed of each supplier by tier, · × m × K: base use of sectors and ``final`` (· × p × F)."""

    def sectors(self, phi: np.ndarray) -> np.ndarray:
        """E of sectors, p × B × n; or p × B × 1 where it is the same for all."""

    def finals(self, phi: np.ndarray) -> np.ndarray:
        """E of final users, B × p × F."""

    def spread(self, phi: np.ndarray, sectors: np.ndarray, finals: np.ndarray) -> np.ndarray:
        """What each supplier gives when sectors take ``sectors`` (p × B × n, of base use) and final users ``finals``
        (B × p × F, money / step), by σ·φ; B × m, money / step.
        """


def pools_of(s: System, *, dense: bool | None = None) -> Pools:
    """The quicker way of pooling that fits the system; ``dense`` forces one."""
    return DensePools(s) if (s.factored is None if dense is None else dense) else FactoredPools(s)


def flows(pools: Pools, phi: np.ndarray, sectors: np.ndarray, finals: np.ndarray, claimed: np.ndarray) -> np.ndarray:
    """What each supplier gives, up to its base first; B × m, money / step.

    ``sectors`` and ``finals`` are what they take, as in ``Pools.spread``; ``claimed`` is what final users may claim.
    """
    if pools.single or bool((phi <= 1.0).all()):
        return pools.spread(phi, sectors, finals)
    within = np.minimum(phi, 1.0)
    first = np.minimum(sectors, pools.sectors(within))
    first_finals = np.minimum(finals, claimed * pools.finals(within))
    more, more_finals = sectors - first, finals - first_finals
    given = pools.spread(within, first, first_finals)
    if not (more.any() or more_finals.any()):
        return given
    return np.asarray(given + pools.spread(phi - within, more, more_finals))


def over(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A over b, 0 where b is."""
    shape = a.shape if a.shape == b.shape else np.broadcast_shapes(a.shape, b.shape)
    return np.asarray(np.divide(a, b, out=np.zeros(shape), where=b > 0))


class _Tiers:
    """Which users stand in which tier; K tiers."""

    def __init__(self, s: System) -> None:
        self.s, self.z = s, np.ascontiguousarray(s.use[:, : s.n])
        self.of_sectors, self.of_finals = s.tiers[: s.n], s.tiers[s.n :]
        self.count = int(s.tiers.max(initial=0)) + 1
        self.single = len(s.suppliers) == len(s.inputs)
        there = np.unique(self.of_sectors)
        self.parts: list[tuple[int, slice | np.ndarray]] = (
            [(int(there[0]), slice(None))]
            if len(there) == 1
            else [(int(k), np.flatnonzero(self.of_sectors == k)) for k in there]
        )

    def summed(self, finals: np.ndarray) -> np.ndarray:
        """Sums over the final users of each tier; · × F → · × K."""
        if self.count == 1:
            return np.asarray(finals.sum(axis=-1, keepdims=True))
        return np.stack([finals[..., self.of_finals == k].sum(axis=-1) for k in range(self.count)], axis=-1)


class FactoredPools(_Tiers):
    """Pools where a supplier's share is the same for every user."""

    def __init__(self, s: System) -> None:
        super().__init__(s)
        shares = s.factored
        assert shares is not None
        self.sigma = shares[:, None]
        self.base = np.zeros((len(s.inputs), self.count))
        for k, users in self.parts:
            self.base[:, k] = self.z[:, users].sum(axis=1)

    def claims(self, final: np.ndarray) -> np.ndarray:
        """See ``Pools.claims``."""
        return np.asarray(self.sigma * (self.base + self.summed(final))[:, self.s.input_of])

    def _pool(self, phi: np.ndarray) -> np.ndarray:
        return np.asarray(self.s.sum_by_input(self.sigma * phi))

    def sectors(self, phi: np.ndarray) -> np.ndarray:
        """See ``Pools.sectors``."""
        pool = self._pool(phi).transpose(1, 0, 2)
        if len(self.parts) == 1:
            return np.asarray(pool[..., self.parts[0][0], None])
        return np.asarray(pool[..., self.of_sectors])

    def finals(self, phi: np.ndarray) -> np.ndarray:
        """See ``Pools.finals``."""
        return np.asarray(self._pool(phi)[..., self.of_finals])

    def spread(self, phi: np.ndarray, sectors: np.ndarray, finals: np.ndarray) -> np.ndarray:
        """See ``Pools.spread``."""
        taken = self.summed(finals)
        for k, users in self.parts:
            taken[..., k] += np.einsum("gj,gbj->bg", self.z[:, users], sectors[..., users])
        each = over(taken, self._pool(phi))
        return np.asarray((self.sigma * phi * each[:, self.s.input_of]).sum(axis=2))


class DensePools(_Tiers):
    """Pools where suppliers' shares differ by user: each input's block of shares is read twice a step."""

    def __init__(self, s: System) -> None:
        super().__init__(s)
        whole = s.shares if s.shares.ndim > 1 else s.shares[:, None].repeat(s.use.shape[1], axis=1)
        self.of_final = whole[:, s.n :]
        self.makers = [np.flatnonzero(s.input_of == g) for g in range(len(s.inputs))]
        self.blocks = [
            [np.ascontiguousarray(whole[rows, : s.n][:, users]) for _, users in self.parts] for rows in self.makers
        ]
        self.base = np.zeros((len(s.suppliers), self.count))
        for g, rows in enumerate(self.makers):
            for (k, users), block in zip(self.parts, self.blocks[g], strict=True):
                self.base[rows, k] = block @ self.z[g, users]

    def claims(self, final: np.ndarray) -> np.ndarray:
        """See ``Pools.claims``."""
        return np.asarray(self.base + self.summed(self.of_final * final[:, self.s.input_of]))

    def sectors(self, phi: np.ndarray) -> np.ndarray:
        """See ``Pools.sectors``."""
        out = np.empty((len(self.makers), len(phi), self.z.shape[1]))
        for g, rows in enumerate(self.makers):
            for (k, users), block in zip(self.parts, self.blocks[g], strict=True):
                out[g][:, users] = _times(phi[:, rows, k], block)
        return out

    def finals(self, phi: np.ndarray) -> np.ndarray:
        """See ``Pools.finals``."""
        return np.asarray(self.s.sum_by_input(self.of_final * phi[..., self.of_finals]))

    def spread(self, phi: np.ndarray, sectors: np.ndarray, finals: np.ndarray) -> np.ndarray:
        """See ``Pools.spread``."""
        each = over(finals, self.finals(phi))
        out = (self.of_final * phi[..., self.of_finals] * each[:, self.s.input_of]).sum(axis=2)
        for g, rows in enumerate(self.makers):
            for (k, users), block in zip(self.parts, self.blocks[g], strict=True):
                share = phi[:, rows, k]
                taken = over(self.z[g, users] * sectors[g][:, users], _times(share, block))
                out[:, rows] += share * _times(taken, block.T)
        return np.asarray(out)


def _times(rows: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Rows times block; a single row as a vector, which spares BLAS copying the block."""
    return np.asarray((rows[0] @ block)[None] if len(rows) == 1 else rows @ block)
