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
        self.s = s
        self.base = s.use[None, :, s.n :]
        self.moved = any(k.profiles.shape[1] for k in shocks)
        self.asked, self.claimed = self.base, self.base
        self.counted = s.counted.astype(float)
        self.lost = np.zeros((len(shocks), *self.base.shape[1:]))
        self.house = np.array([k == "household" for k in s.final_kinds], dtype=bool)
        self._want(self.base)
        if self.moved:
            self.patterns, self.ordered, self.open = _together(shocks)
            self.closes = any(k.closed for k in shocks)

    def _want(self, wanted: np.ndarray) -> None:
        self.wanted = wanted
        self.wanted_counted = wanted * self.counted
        self.wanted_in_all = self.wanted_counted.sum(axis=1)

    def turn(self, t: int) -> bool:
        """The demand of step t; whether it is another than that of the step before."""
        if not self.moved or (t > 0 and np.array_equal(self.ordered[t], self.ordered[t - 1])):
            return False
        self.asked = self.base * self._factor(self.ordered[t])
        self._want(self.base * self._factor(self.open[t]) if self.closes else self.asked)
        self.claimed = np.maximum(self.base, self.asked)
        return True

    def _factor(self, profiles: np.ndarray) -> np.ndarray:
        """Demand over its base, B × p × F, of rises and falls by event, B × E; not below 0."""
        factor = profiles @ self.patterns
        factor += 1.0
        np.maximum(factor, 0.0, out=factor)
        return np.asarray(factor.reshape(len(profiles), *self.base.shape[1:]))

    def take(self, had: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Take in what came (B × p × F): use wanted and had, B × F each, and what households have, B × p."""
        counted = had * self.counted
        self.lost += self.wanted_counted
        self.lost -= counted
        wanted = np.broadcast_to(self.wanted_in_all, (len(had), had.shape[2]))
        return wanted, counted.sum(axis=1), had[..., self.house].sum(axis=2)


def _together(shocks: Sequence[Shock]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where demand rises and falls, E × (p·F), each place once; and by how much, T × B × E: as it is ordered, and as it
    would be with all markets open.
    """
    places: dict[bytes, int] = {}
    patterns: list[np.ndarray] = []
    columns = []
    for shock in shocks:
        own = []
        for pattern in shock.patterns:
            key = np.ascontiguousarray(pattern).tobytes()
            if key not in places:
                places[key] = len(patterns)
                patterns.append(pattern.ravel())
            own.append(places[key])
        columns.append(own)
    ordered = np.zeros((shocks[0].steps, len(shocks), len(patterns)))
    opened = np.zeros_like(ordered)
    for b, (shock, own) in enumerate(zip(shocks, columns, strict=True)):
        for k, at in enumerate(own):
            ordered[:, b, at] += shock.profiles[:, k]
            opened[:, b, at] += shock.open_profiles[:, k]
    return np.stack(patterns), ordered, opened
