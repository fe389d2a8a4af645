"""What is kept of a run of the adaptive engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groundplan.shocks.dynamics.finals import Finals
from groundplan.shocks.dynamics.stocks_and_orders import Stores
from groundplan.shocks.dynamics.system import YEAR, System

HELD_BACK = 1e-9


@dataclass(frozen=True, eq=False)
class Trace:
    """Every flow of a batch, for checks: T is the second axis. Units: money / step; ``stock`` money at the step's end.

    arrivals B × T × p × n; stock B × T × p × n; delivered B × T × m × F to final categories; rebuilt B × T × m;
    supply B × T × m, what each supplier had to give.
    """

    arrivals: np.ndarray
    stock: np.ndarray
    delivered: np.ndarray
    rebuilt: np.ndarray
    supply: np.ndarray


@dataclass(frozen=True, eq=False)
class Paths:
    """What became of a batch of members (B), over T steps.

    production   B × T × n   output over base output, 1
    capacity     B × T × n   what could have been made, over base output, 1
    limiting     B × T × n   the input whose lack held production back; −1 where none did. None unless asked for
    served       B × T × F   final demand met, money / step
    asked        B × T × F   final demand, money / step
    household    B × T × p   what households had, by input, money / step
    unmet        B × p × F   final demand not met over the horizon, money
    imports      B × T       imports that came, money / step
    rebuilt      B × T       delivered to rebuilding, money / step
    reserves     B × p       what is left of the state's reserves, money
    """

    production: np.ndarray
    capacity: np.ndarray
    served: np.ndarray
    asked: np.ndarray
    household: np.ndarray
    unmet: np.ndarray
    imports: np.ndarray
    rebuilt: np.ndarray
    reserves: np.ndarray
    limiting: np.ndarray | None = None
    trace: Trace | None = None


class Record:
    """The paths of a batch while it runs."""

    def __init__(
        self, s: System, stores: Stores, finals: Finals, batch: int, steps: int, *, causes: bool, trace: bool
    ) -> None:
        n, m, p, f = s.n, len(s.suppliers), len(s.inputs), len(s.finals)
        self.s, self.stores, self.finals = s, stores, finals
        self.production, self.capacity = np.empty((batch, steps, n)), np.empty((batch, steps, n))
        self.served, self.asked = np.empty((batch, steps, f)), np.empty((batch, steps, f))
        self.had = np.empty((batch, steps, p))
        self.imports, self.rebuilt = np.empty((batch, steps)), np.empty((batch, steps))
        self.limiting = np.full((batch, steps, n), -1, dtype=np.int32) if causes else None
        self.trace: Trace | None = None
        if trace:
            shapes = ((p, n), (p, n), (m, f), (m,), (m,))
            self.trace = Trace(*(np.empty((batch, steps, *shape)) for shape in shapes))

    def causes(self, t: int, x: np.ndarray, wished: np.ndarray) -> None:
        """Which input holds every sector back that a lack holds back."""
        if self.limiting is not None:
            held_back = x < wished * (1.0 - HELD_BACK)
            if held_back.any():
                self.limiting[:, t] = np.where(held_back, self.stores.scarcest(), -1)

    def coming(self, t: int, given: np.ndarray) -> None:
        """What is under way to users, before they take it in."""
        if self.trace is not None:
            self.trace.arrivals[:, t] = self.stores.arrivals(given)

    def after(
        self,
        t: int,
        x: np.ndarray,
        capacity: np.ndarray,
        supply: np.ndarray,
        served: np.ndarray,
        rebuilt: np.ndarray | None,
        imports: np.ndarray,
    ) -> None:
        """The step's flows: B × n, B × n, B × m, shares served B × m × K, B × m (or none) and B."""
        self.production[:, t], self.capacity[:, t] = x, capacity
        self.asked[:, t], self.served[:, t], self.had[:, t] = self.finals.serve(served)
        self.imports[:, t] = imports
        self.rebuilt[:, t] = 0.0 if rebuilt is None else rebuilt.sum(axis=1)
        if self.trace is not None:
            self.trace.stock[:, t] = self.stores.in_money()
            self.trace.delivered[:, t] = self.finals.delivered(served)
            self.trace.rebuilt[:, t] = 0.0 if rebuilt is None else rebuilt
            self.trace.supply[:, t] = supply

    def paths(self, reserves: np.ndarray) -> Paths:
        """What was kept."""
        return Paths(
            self.production,
            self.capacity,
            self.served,
            self.asked,
            self.had,
            self.finals.unmet(),
            self.imports,
            self.rebuilt,
            reserves,
            self.limiting,
            self.trace,
        )


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


def times_of(stop: np.ndarray) -> np.ndarray:
    """The same steps as numbers that can be compared: infinity for never. Shape and unit: ``stop_steps``."""
    return np.where(stop < 0, np.inf, stop)


def home_use(s: System) -> float:
    """Final use at home in a year, base: households, the state, investment; money / year."""
    at_home = np.array([k != "exports" for k in s.final_kinds])
    return float(s.use[:, s.n :][:, at_home].sum()) * YEAR / s.days_per_step
