"""A job: what workers are given, the state that each makes of it, and how members become arrays."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from groundplan.errors import GroundplanError, StudyError

Given = TypeVar("Given")
State = TypeVar("State")
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class BatchJob(Generic[Given, State]):
    """``count`` members, computed ``batch`` at a time.

    given        what every worker gets; pickles where there are workers
    start        the state that a worker makes of it, once: a function of a module
    run          arrays of some members, a row for each, from the state: a function of a module
    fingerprint  a hash of everything that the numbers depend on; a run that is kept in a folder needs one

    Raises ``StudyError`` for members or a batch that are no whole numbers from 1.
    """

    given: Given
    start: Callable[[Given], State]
    run: Callable[[State, range], Arrays]
    count: int
    batch: int = 16
    fingerprint: str = ""

    def __post_init__(self) -> None:
        if type(self.batch) is not int or self.batch < 1:
            raise StudyError(f"a batch of {self.batch!r} members", fix="give a whole number from 1")
        if type(self.count) is not int or self.count < 1:
            raise StudyError(f"{self.count!r} members can not be computed", fix="give a whole number from 1")

    @property
    def batches(self) -> int:
        """How many batches there are."""
        return -(-self.count // self.batch)

    def members(self, index: int) -> range:
        """The numbers of the members in one batch."""
        return range(index * self.batch, min((index + 1) * self.batch, self.count))

    def packed(self) -> bytes:
        """The job as bytes, for workers. Raises ``GroundplanError`` where it does not pickle."""
        try:
            return pickle.dumps(self)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise GroundplanError(
                f"this cannot be handed to workers: {error}", fix="run it with one worker and no address"
            ) from error


class Worker:
    """A job in the hands of one worker: the state is made when the first batch is asked for."""

    def __init__(self, packed: bytes) -> None:
        self.packed = packed
        self.ready: tuple[BatchJob[Any, Any], Any] | None = None

    def batch(self, index: int) -> Arrays:
        """One batch. Raises ``GroundplanError`` as the job does, and one that says so for any other fault of it."""
        try:
            if self.ready is None:
                job = pickle.loads(self.packed)
                self.ready = job, job.start(job.given)
            job, state = self.ready
            arrays: Arrays = job.run(state, job.members(index))
            return arrays
        except GroundplanError:
            raise
        except Exception as error:
            what = f"a worker could not finish batch {index}: {type(error).__name__}: {error}"
            raise GroundplanError(what, fix="run it with one worker and no address to see where") from error
