"""Final users of a batch: what they want, what they may claim, and what use is lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System


class FinalUsers:
    """Final use by input and category, p × F. Units: money / step; ``lost`` money.

    asked    · × p × F   what they order at this step
    wanted   · × p × F   what they want: the same, and what markets that are closed took
    claimed  · × p × F   what their shares are taken of: the base, or more where demand rises. Who orders less than in
                         the base frees nothing for others
    lost     B × p × F   so far, re-exports not counted
    """

    def __init__(self, s: System, shocks: Sequence[Shock]) -> None:
        self.s, self.shocks = s, shocks
        self.base = s.use[None, :, s.n :]
        self.moved = any(k.profiles.shape[1] for k in shocks)
        self.asked, self.wanted, self.claimed = self.base, self.base, self.base
        self.lost = np.zeros((len(shocks), *self.base.shape[1:]))
        self.house = np.array([k == "household" for k in s.final_kinds], dtype=bool)

    def turn(self, t: int) -> None:
        """The demand of step t."""
        if self.moved:
            self.asked = self.base * np.stack([k.final_at(t) for k in self.shocks])
            self.wanted = self.base * np.stack([k.wanted_at(t) for k in self.shocks])
            self.claimed = np.maximum(self.base, self.asked)

    def take(self, had: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Take in what came (B × p × F): use wanted and had, B × F each, and what households have, B × p."""
        counted = self.s.counted
        self.lost += (self.wanted - had) * counted
        wanted = np.broadcast_to((self.wanted * counted).sum(axis=1), (len(had), had.shape[2]))
        return wanted, (had * counted).sum(axis=1), had[..., self.house].sum(axis=2)
