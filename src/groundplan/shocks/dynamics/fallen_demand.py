"""Demand at home that falls by itself: how much, and what it takes along. It is no unmet need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from groundplan.economy.leontief import Leontief
from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import EXPORTS


@dataclass(frozen=True, eq=False)
class FallenDemand:
    """What final users at home do not ask for, over the horizon. Units: money.

    by_input      p   base demand less demand, where that is above zero
    base              base demand at home
    value_added   n   what goes with it by itself, by sector: nothing else lost, stocks kept as they are
    """

    by_input: np.ndarray
    base: float
    value_added: np.ndarray

    @property
    def figures(self) -> Mapping[str, float]:
        """What an outcome's provenance says of it; nothing where no demand fell."""
        fallen = float(self.by_input.sum())
        if fallen <= 0.0:
            return {}
        return {
            "final_demand_fallen": fallen,
            "final_demand_fallen_share": fallen / self.base,
            "value_added_fallen": float(self.value_added.sum()),
        }


def households_ask(s: System, shock: Shock) -> np.ndarray:
    """What households ask for, by step and input, T × p; what they do not ask for they do not go without.

    Units: money / step.
    """
    homes = np.array([kind == "household" for kind in s.final_kinds])
    use = s.use[:, s.n :] * homes
    if not shock.profiles.shape[1]:
        return np.repeat(use.sum(axis=1)[None], shock.steps, axis=0)
    return np.stack([(shock.final_at(t) * use).sum(axis=1) for t in range(shock.steps)])


def fallen_demand(s: System, shock: Shock) -> FallenDemand:
    """The demand at home that a shock lets fall, and the value added that goes with it through all suppliers.

        fallen[g,k]  = Σ_t max(1 − final[t,g,k], 0)·use[g,k]           k: final categories but exports
        value added  = v̂·x̂⁻¹·(I − A)⁻¹·Σ_k σ[r,k]·fallen[g(r),k],      A[r,j] = σ[r,j]·z[g(r),j],  r the home suppliers

    What a rise and a fall of the same demand leave over counts. Where capacity or inputs fail in the same sectors the
    losses overlap, so the figure says what fallen demand would take along alone, and is no part that adds up.
    Units: money over the horizon. Source: Leontief's quantity model, as in Miller and Blair (2009), chapter 2 (chapter
    not checked). Raises ``GroundplanError`` where sectors need more of each other than they make.
    """
    at_home = np.array([kind != EXPORTS for kind in s.final_kinds])
    use = s.use[:, s.n :] * at_home
    less = np.zeros_like(use)
    for t in range(shock.steps if shock.profiles.shape[1] else 0):
        less += np.maximum(1.0 - shock.final_at(t), 0.0)
    less *= use
    makers = s.input_of[: s.n]
    shares = s.shares[: s.n, None] if s.shares.ndim == 1 else s.shares[: s.n]
    by_sectors, by_finals = (shares, shares) if shares.shape[1] == 1 else (shares[:, : s.n], shares[:, s.n :])
    asked = (by_finals * less[makers]).sum(axis=1)
    output = Leontief(by_sectors * s.coefficients[makers]).solve(asked) if asked.any() else asked
    value = np.divide(s.value_added, s.output, out=np.zeros(s.n), where=s.output > 0)
    return FallenDemand(less.sum(axis=1), float(use.sum()) * shock.steps, value * output)
