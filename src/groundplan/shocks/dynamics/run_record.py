"""What is kept of a run of the adaptive engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from groundplan.shocks.dynamics.system import YEAR, System

HELD_BACK = 1e-9


@dataclass(frozen=True, eq=False)
class Trace:
    """Every flow of a batch, for checks: T is the second axis. Units: money / step; ``stock`` money at the step's end.

    arrivals B × T × p × n; used B × T × p × n, by production; stock B × T × p × n; delivered B × T × m × F to final
    categories; rebuilt B × T × m; supply B × T × m, what each supplier made or brought to give; released B × T × p, out
    of the state's reserves; able B × T × n, what could be made with the stocks at hand, over base output.
    """

    arrivals: np.ndarray
    used: np.ndarray
    stock: np.ndarray
    delivered: np.ndarray
    rebuilt: np.ndarray
    supply: np.ndarray
    released: np.ndarray
    able: np.ndarray


@dataclass(frozen=True, eq=False)
class Flows:
    """What is traced of one step; shapes as in ``Trace`` without the time."""

    arrivals: np.ndarray
    used: np.ndarray
    stock: np.ndarray
    delivered: np.ndarray
    rebuilt: np.ndarray | float
    supply: np.ndarray
    released: np.ndarray | float
    able: np.ndarray


@dataclass(frozen=True, eq=False)
class Step:
    """What is kept of one step of a batch.

    production, capacity  B × n   over base output
    asked, served         B × F   final use wanted and had, re-exports left out, money / step
    household             B × p   what households had
    imports               B       imports that came, money / step
    rebuilt               B       delivered to rebuilding, money / step
    """

    production: np.ndarray
    capacity: np.ndarray
    asked: np.ndarray
    served: np.ndarray
    household: np.ndarray
    imports: np.ndarray
    rebuilt: np.ndarray | float


@dataclass(frozen=True, eq=False)
class Paths:
    """What became of a batch of members (B), over T steps.

    production   B × T × n   output over base output, 1
    capacity     B × T × n   what could have been made, over base output, 1
    limiting     B × T × n   the input whose lack held production back; −1 where none did. None unless asked for
    served       B × T × F   final use had, money / step
    asked        B × T × F   final use wanted (``Shock.wanted``), money / step
    household    B × T × p   what households had, by input, money / step
    unmet        B × p × F   final use lost over the horizon, money
    imports      B × T       imports that came, money / step
    rebuilt      B × T       delivered to rebuilding, money / step
    reserves     B × p       what is left of the state's reserves, money

    Exports that find no buyer are lost use, demand at home that falls by itself is none (``Shock.wanted``); re-exports
    are counted in neither ``asked`` nor ``served`` nor ``unmet`` (``System.counted``).
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

    def __init__(self, s: System, batch: int, steps: int, *, causes: bool, trace: bool) -> None:
        n, m, p, f = s.n, len(s.suppliers), len(s.inputs), len(s.finals)
        self.production, self.capacity = np.empty((batch, steps, n)), np.empty((batch, steps, n))
        self.served, self.asked = np.empty((batch, steps, f)), np.empty((batch, steps, f))
        self.had = np.empty((batch, steps, p))
        self.imports, self.rebuilt = np.empty((batch, steps)), np.empty((batch, steps))
        self.limiting = np.full((batch, steps, n), -1, dtype=np.int32) if causes else None
        self.trace: Trace | None = None
        if trace:
            shapes = ((p, n), (p, n), (p, n), (m, f), (m,), (m,), (p,), (n,))
            self.trace = Trace(*(np.empty((batch, steps, *shape)) for shape in shapes))

    def causes(self, t: int, held_back: np.ndarray, scarcest: Callable[[], np.ndarray]) -> None:
        """Which input holds every sector back that a lack holds back; ``held_back`` is B × n."""
        if self.limiting is not None and held_back.any():
            self.limiting[:, t] = np.where(held_back, scarcest(), -1)

    def keep(self, t: int, step: Step) -> None:
        """A step's totals."""
        self.production[:, t], self.capacity[:, t] = step.production, step.capacity
        self.asked[:, t], self.served[:, t], self.had[:, t] = step.asked, step.served, step.household
        self.imports[:, t], self.rebuilt[:, t] = step.imports, step.rebuilt

    def follow(self, t: int, flows: Flows) -> None:
        """A step's every flow."""
        if self.trace is not None:
            for name, value in vars(flows).items():
                getattr(self.trace, name)[:, t] = value

    def paths(self, unmet: np.ndarray, reserves: np.ndarray) -> Paths:
        """What was kept; ``unmet`` is B × p × F, ``reserves`` B × p, both money."""
        return Paths(
            self.production, self.capacity, self.served, self.asked, self.had, unmet, self.imports, self.rebuilt,
            reserves, self.limiting, self.trace,
        )  # fmt: skip


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
