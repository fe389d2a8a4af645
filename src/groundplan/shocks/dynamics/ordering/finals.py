"""Final demand of a batch: what is asked of each supplier, what is served, and what stays unmet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System


class Finals:
    """Final demand by supplier and category, m × F, summed over categories of one tier where that is enough.

    Where no event moves final demand and no partner is left for another, demand is the same every step: sums over
    categories are taken once, and lost use is counted by supplier and tier. Re-exports are asked for and not counted.
    Units: money / step; ``unmet`` money.
    """

    def __init__(self, s: System, shocks: Sequence[Shock], tiers: int) -> None:
        self.s, self.shocks, batch = s, shocks, len(shocks)
        self.tiers = s.tiers[s.n :]
        self.columns = [np.flatnonzero(self.tiers == k) for k in range(tiers)]
        bought = s.use[s.input_of, s.n :]
        self.base = bought * (s.shares[:, None] if s.shares.ndim == 1 else s.shares[:, s.n :])
        self.house = np.array([k == "household" for k in s.final_kinds], dtype=bool)
        self.moved = any(k.profiles.shape[1] for k in shocks)
        self.still = not self.moved and s.behaviour.rerouting_days is None
        self.now = self.base[None] if self.still else np.repeat(self.base[None], batch, axis=0)
        self.count = s.counted[s.input_of]
        self.bases = [np.ascontiguousarray((self.base * self.count)[:, c]) for c in self.columns]
        self.base_by_input = s.sum_by_input(self.base[None])
        self.wanted = self.base_by_input * s.counted
        self.parts = self._by_tier(self.base[None])
        self.house_parts = self._by_tier(self.base[None] * self.house)
        self.lacking = np.zeros((batch, len(s.suppliers), tiers))
        self.open = np.zeros((batch, *self.wanted.shape[1:]))

    def _by_tier(self, demand: np.ndarray) -> np.ndarray:
        return np.stack([demand[..., c].sum(axis=2) for c in self.columns], axis=2)

    def asked(self, t: int, routes: np.ndarray | None) -> np.ndarray:
        """Final demand at step t by supplier and tier, B × m × K; ``routes`` (B × m) weigh suppliers if orders move."""
        if self.still:
            return self.parts
        if self.moved:
            self.now = self.base * np.stack([k.final_at(t) for k in self.shocks])[:, self.s.input_of]
        else:
            self.now = np.repeat(self.base[None], len(self.shocks), axis=0)
        if routes is not None:
            weighed = self.now * routes[..., None]
            before, after = (self.s.sum_by_input(a)[:, self.s.input_of] for a in (self.now, weighed))
            self.now = weighed * before / np.where(after > 0, after, 1.0)
        self.wanted = np.maximum(self.base_by_input, self.s.sum_by_input(self.now)) * self.s.counted
        self.parts = self._by_tier(self.now)
        self.house_parts = self._by_tier(self.now * self.house)
        return self.parts

    def serve(self, served: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Take in the shares served, B × m × K: use wanted and had by category (B × F), and households' by input.

        Units: money / step.
        """
        met = np.empty((len(served), len(self.tiers)))
        for k, c in enumerate(self.columns):
            if self.still:
                met[:, c] = served[..., k] @ self.bases[k]
            else:
                met[:, c] = np.einsum("br,brf->bf", served[..., k], (self.now * self.count)[..., c])
        if self.still:
            self.lacking += 1.0 - served
        else:
            self.open += self.wanted - self.s.sum_by_input(self.now * served[..., self.tiers]) * self.s.counted
        wanted = np.broadcast_to(self.wanted.sum(axis=1), met.shape)
        return wanted, met, self.s.sum_by_input((self.house_parts * served).sum(axis=2))

    def delivered(self, served: np.ndarray) -> np.ndarray:
        """What was met by supplier and category, B × m × F."""
        return np.asarray(self.now * served[..., self.tiers])

    def unmet(self) -> np.ndarray:
        """Final use lost so far, by input and category; B × p × F, money."""
        if not self.still:
            return self.open
        return self.s.sum_by_input(self.base * self.count * self.lacking[..., self.tiers])
