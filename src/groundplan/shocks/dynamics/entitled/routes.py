"""What comes from abroad: through what is cut, and up to a ceiling from those whom nobody cuts."""

from __future__ import annotations

import numpy as np

from groundplan.shocks.dynamics.system import System


class Routes:
    """What each source of imports could give, over its base, B × (m − n).

        come[r] = imports[r] where it is cut (below 1);  else the ceiling of imports, and what has been moved to it
        moved[r] += (1 − imports[r] − moved[r])·step / rerouting_days        of what a cut source no longer gives

    What has been moved is at most what is lacking now, and is shared over the open sources of the same product by base
    flow; where none is open nothing is moved. Nothing moves where ``rerouting_days`` is not stated.
    Source: our own.
    """

    def __init__(self, s: System, imports: np.ndarray) -> None:
        self.s, self.imports = s, imports
        self.flow = s.base_flow[s.n :]
        self.of = s.input_of[s.n :]
        days = s.behaviour.rerouting_days
        self.pace = 0.0 if days is None else min(1.0, s.days_per_step / days)
        self.moved = np.zeros((len(imports), len(self.of)))
        self.ceiling = s.behaviour.makes_do.import_ceiling
        self.onto = (self.of[:, None] == np.arange(len(s.inputs))).astype(float) if self.pace else None

    def come(self, t: int) -> np.ndarray:
        """What each source could give at step t, over its base; B × (m − n)."""
        through = self.imports[:, t]
        open_ = through >= 1.0
        could = np.where(open_, self.ceiling, through)
        if self.onto is None:
            return could
        lacking = np.where(open_, 0.0, 1.0 - through)
        more = (np.minimum(self.moved, lacking) * self.flow) @ self.onto
        there = (open_ * self.flow) @ self.onto
        share = np.divide(more, there, out=np.zeros_like(more), where=there > 0)
        self.moved += (lacking - self.moved) * self.pace
        return could + np.where(open_, share[:, self.of], 0.0)
