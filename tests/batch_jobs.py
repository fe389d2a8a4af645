"""Jobs that workers can find by name."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from groundplan.batches.job import BatchJob
from groundplan.errors import UnknownName
from groundplan.planning.activities import Activities
from groundplan.planning.families.rows import Model
from groundplan.planning.policy import Policy


@dataclass(frozen=True)
class Given:
    """``marker``: a file; a worker that finds none makes it and dies at member 7. ``bad``: a member that fails."""

    seed: int
    marker: str = ""
    always: bool = False
    bad: int = -1


class Solver:
    """A state that does not pickle: it holds a lock, and counts the batches that it has served."""

    def __init__(self, given: Given) -> None:
        self.given, self.lock, self.served = given, threading.Lock(), 0


def run(state: Solver, members: range) -> Mapping[str, np.ndarray]:
    """Draws by member, and what the state is."""
    given = state.given
    state.served += 1
    if given.bad in members:
        raise UnknownName("member", given.bad, ["7", "8"])
    if given.marker and 7 in members and (given.always or not Path(given.marker).exists()):
        Path(given.marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    draws = np.array([np.random.default_rng([given.seed, k]).standard_normal(3) for k in members])
    count = len(members)
    return {"draws": draws, "process": np.full(count, os.getpid()), "served": np.full(count, state.served)}


def failing(_: Given) -> Solver:
    """A state that cannot be made."""
    raise ZeroDivisionError("no state")


def job(count: int = 20, batch: int = 3, **given: object) -> BatchJob[Given, Solver]:
    """Twenty members, three at a time."""
    return BatchJob(Given(5, **given), Solver, run, count, batch, f"five {count} {batch}".ljust(32))  # type: ignore[arg-type]


def no_rows(m: Model, a: Activities, policy: Policy) -> None:
    """A limit that writes nothing."""
