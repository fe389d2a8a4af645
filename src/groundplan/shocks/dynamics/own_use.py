"""What makers keep back of their own product before anybody else is served: seed, a power station's own power."""

from __future__ import annotations

import numpy as np

from groundplan.shocks.dynamics.system import System

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
