"""What is lost, counted one way by every engine: final demand that is not met, at base-year prices."""

from __future__ import annotations

import numpy as np

from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.system import YEAR, System


def need_names(s: System) -> list[str]:
    """The household needs that products serve, each once."""
    return list(dict.fromkeys(s.needs))


def by_need(s: System, by_input: np.ndarray) -> np.ndarray:
    """Sums over the inputs that serve each need; ... × p → ... × K."""
    serves = np.array([[need == name for name in need_names(s)] for need in s.needs], dtype=float)
    return np.asarray(by_input @ serves)


def unmet_by_input(paths: Paths) -> np.ndarray:
    """Final demand not met over the horizon, exports among it; B × p, money."""
    return np.asarray(paths.unmet.sum(axis=2))


def stop_steps(s: System, paths: Paths) -> np.ndarray:
    """The step in which each sector first makes less than ``stop_below`` of its base; B × n, −1 for never."""
    still = (paths.production < s.behaviour.stop_below) & (s.output > 0)
    return np.where(still.any(axis=1), still.argmax(axis=1), -1)


def home_use(s: System) -> float:
    """Final use at home in a year, base: households, the state, investment; money / year."""
    at_home = np.array([k != "exports" for k in s.final_kinds])
    return float(s.use[:, s.n :][:, at_home].sum()) * YEAR / s.days_per_step
