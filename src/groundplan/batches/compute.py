"""All batches of a job: where they run, what is kept of them, how far they are, and the end of Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from groundplan.batches.fingerprint import fingerprint
from groundplan.batches.job import Arrays, BatchJob, Given, State
from groundplan.batches.kept import Kept
from groundplan.errors import Interrupted, StudyError

Progress = Callable[[int, int], None]
Parts = Generator[tuple[int, Arrays], None, None]


def compute(
    job: BatchJob[Given, State],
    *,
    workers: int = 1,
    address: str | None = None,
    folder: str | Path | None = None,
    progress: Progress | None = None,
    state: State | None = None,
) -> dict[str, np.ndarray]:
    """All members of a job, in their order: every array with ``count`` rows.

    One worker is this process, with ``state`` where it has one already; more are processes of this machine; with
    ``address`` they are those of a Dask scheduler. ``folder`` keeps finished batches, so that a run that was stopped
    goes on; ``progress`` is told (batches done, batches), at the start and after each.
    The numbers are the same whatever is chosen here, and a worker that is killed changes nothing.
    Raises ``Interrupted`` on Ctrl-C (what is in the folder stays), what the job raises, ``GroundplanError`` where the
    folder cannot be written, no scheduler answers or a batch is lost for good, ``StudyError`` for workers or an address
    that are none.
    """
    check(workers, address)
    parts = _where(job, workers, address, state)
    kept = None if folder is None else Kept(folder, job.fingerprint)
    earlier = {} if kept is None else {k: kept.read(k) for k in range(job.batches)}
    done = {k: arrays for k, arrays in earlier.items() if arrays is not None}
    tell = progress or (lambda _done, _all: None)
    tell(len(done), job.batches)
    missing = [k for k in range(job.batches) if k not in done]
    running = parts(missing)
    try:
        for index, arrays in running:
            if kept is not None:
                kept.write(index, arrays)
            done[index] = arrays
            tell(len(done), job.batches)
    except (KeyboardInterrupt, Interrupted):
        stays = f"; {len(done)} of {job.batches} batches stay in {folder}" if folder else "; nothing was kept"
        raise Interrupted(f"stopped by the user{stays}", fix="run it again to go on" if folder else "") from None
    finally:
        running.close()
    return {name: np.concatenate([done[k][name] for k in range(job.batches)]) for name in done[0]}


@dataclass(frozen=True)
class Runner:
    """Who computes batches, and where finished ones are kept: choices that change no number (see ``compute``).

    Raises ``StudyError`` for workers or an address that are none.
    """

    workers: int = 1
    address: str | None = None
    folder: str | Path | None = None

    def __post_init__(self) -> None:
        check(self.workers, self.address)

    def fingerprint(self, *parts: object) -> str:
        """What a kept run is known by: a hash of what its numbers depend on; nothing where nothing is kept."""
        return "" if self.folder is None else fingerprint(*parts)

    def compute(
        self, job: BatchJob[Given, State], *, progress: Progress | None = None, state: State | None = None
    ) -> dict[str, np.ndarray]:
        """All members of a job, as ``compute`` gives them."""
        return compute(
            job, workers=self.workers, address=self.address, folder=self.folder, progress=progress, state=state
        )


def check(workers: int, address: str | None) -> None:
    """Raise ``StudyError`` for workers or an address that are none."""
    if type(workers) is not int or workers < 1:
        raise StudyError(f"{workers!r} workers can compute nothing", fix="give 1 or more")
    if address is not None:
        from groundplan.batches.cluster import check_address

        check_address(address)


HERE = Runner()


def _where(
    job: BatchJob[Given, State], workers: int, address: str | None, state: State | None
) -> Callable[[Sequence[int]], Parts]:
    """Who computes batches."""
    if address is not None:
        from groundplan.batches.cluster import on_cluster

        return lambda missing: on_cluster(job, missing, address) if missing else _here(job, missing, state)
    if workers == 1:
        return lambda missing: _here(job, missing, state)
    from groundplan.batches.processes import on_processes

    return lambda missing: on_processes(job, missing, workers)


def _here(job: BatchJob[Any, Any], missing: Sequence[int], state: Any) -> Parts:
    """Batches in this process, one after the other."""
    if missing and state is None:
        state = job.start(job.given)
    for k in missing:
        yield k, job.run(state, job.members(k))


def lines(
    what: str, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic, *, each: str = "batches"
) -> Progress:
    """Progress in words, with the time that is left at the pace so far; ``each``: what a batch of the job is called.

    >>> report = lines("ensemble", print, iter([0.0, 30.0]).__next__)
    >>> report(10, 25), report(12, 25)
    ensemble: 10 of 25 batches
    ensemble: 12 of 25 batches, about 3 min left
    (None, None)
    """
    began: list[tuple[float, int]] = []

    def report(done: int, whole: int) -> None:
        now = clock()
        began.append((now, done))
        since, before = began[0]
        left = (now - since) / (done - before) * (whole - done) if done > before else 0.0
        say(f"{what}: {done} of {whole} {each}{_left(left)}")

    return report


def _left(seconds: float) -> str:
    if seconds < 1.0:
        return ""
    if seconds < 90.0:
        return f", about {seconds:.0f} s left"
    minutes = round(seconds / 60.0)
    return f", about {minutes} min left" if minutes < 90 else f", about {minutes / 60.0:.1f} h left"
