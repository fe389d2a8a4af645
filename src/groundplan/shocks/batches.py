"""Batches of an ensemble: the same numbers on any number of workers, kept as they finish, taken up after a kill.

A batch is a fixed run of members, so what is computed together does not depend on who computes it. Each finished batch
is written whole, under a name that is the hash of everything it depends on; a run that finds it there does not compute
it again. Workers are processes of a local Dask cluster, or those of the scheduler at ``address``; with one worker and
no address nothing of Dask is loaded. A script that starts workers needs ``if __name__ == "__main__":`` around it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from groundplan.errors import GroundplanError, Interrupted, StudyError
from groundplan.shocks.adaptive import as_values
from groundplan.shocks.distributions import Distribution
from groundplan.shocks.losses import by_need, stop_steps, unmet_by_input
from groundplan.shocks.propagation import propagate_batch
from groundplan.shocks.shock import shock_of
from groundplan.shocks.system import System

BATCH = 16
ADDRESS = re.compile(r"[a-z]+://\S+|[^\s:/]+:\d+")
ANSWER = "10s"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Members:
    """What is kept of some members.

    loss   B       final demand not met, money
    unmet  B × K   the same by need
    stop   B × n   the step in which each sector stops, −1 for never
    """

    loss: np.ndarray
    unmet: np.ndarray
    stop: np.ndarray

    def packed(self) -> bytes:
        """As the bytes of an npz file."""
        out = io.BytesIO()
        np.savez(out, loss=self.loss, unmet=self.unmet, stop=self.stop)
        return out.getvalue()

    @classmethod
    def read(cls, path: Path) -> Members | None:
        """What ``packed`` wrote; None where there is no such file, or it is not whole."""
        try:
            with np.load(io.BytesIO(path.read_bytes())) as file:
                return cls(file["loss"], file["unmet"], file["stop"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    @classmethod
    def joined(cls, parts: list[Members]) -> Members:
        """Batches one after the other."""
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("loss", "unmet", "stop")))


@dataclass(frozen=True, eq=False)
class Job:
    """An ensemble as workers see it: a system, a distribution, and how many members go together."""

    system: System
    distribution: Distribution
    batch: int = BATCH

    def __post_init__(self) -> None:
        if type(self.batch) is not int or self.batch < 1:
            raise StudyError(f"a batch of {self.batch!r} members", fix="give a whole number from 1")

    @property
    def batches(self) -> int:
        """How many batches there are."""
        return -(-self.distribution.members // self.batch)

    def run(self, index: int) -> Members:
        """Compute one batch."""
        s, d = self.system, self.distribution
        members = range(index * self.batch, min((index + 1) * self.batch, d.members))
        paths = propagate_batch(s, [shock_of(s, d.member(k)) for k in members])
        lost = unmet_by_input(paths)
        return Members(lost.sum(axis=1), by_need(s, lost), stop_steps(s, paths))

    def fingerprint(self) -> str:
        """A hash of everything that the numbers depend on: flows, behaviour, scenario, distribution, batch, version."""
        digest = hashlib.sha256()
        for spec in dataclasses.fields(self.system):
            value = getattr(self.system, spec.name)
            if isinstance(value, np.ndarray):
                digest.update(f"{spec.name} {value.shape} {value.dtype}".encode())
                digest.update(np.ascontiguousarray(value).tobytes())
            elif isinstance(value, tuple):
                digest.update(json.dumps([spec.name, value]).encode())
        d = self.distribution
        told = {
            "version": version("groundplan"),
            "numpy": np.__version__,
            "scenario": as_values(d.scenario),
            "draws": [vars(draw) for draw in d.draws],
            "groups": dict(d.groups),
            "members": d.members,
            "seed": d.seed,
            "batch": self.batch,
        }
        digest.update(json.dumps(told, sort_keys=True).encode())
        return digest.hexdigest()


def compute(
    job: Job,
    *,
    workers: int = 1,
    address: str | None = None,
    folder: str | Path | None = None,
    progress: Progress | None = None,
) -> Members:
    """All batches of a job, in the order of members.

    ``folder`` keeps finished batches; ``progress`` is told (batches done, batches). Raises ``Interrupted`` on Ctrl-C
    (what is in the folder stays), ``GroundplanError`` where the folder cannot be written, no scheduler answers or a
    worker is lost for good, ``StudyError`` for workers or an address that are none.
    """
    if workers < 1:
        raise StudyError(f"{workers} workers can compute nothing", fix="give 1 or more")
    if address is not None and not ADDRESS.fullmatch(address):
        raise StudyError(f"{address!r} is no address of a Dask scheduler", fix="write tcp://10.0.0.5:8786")
    kept = _Kept(job, folder)
    done = {k: m for k in range(job.batches) if (m := kept.read(k)) is not None}
    missing = [k for k in range(job.batches) if k not in done]
    tell = progress or (lambda _done, _all: None)
    tell(len(done), job.batches)
    parts = _here(job, missing) if workers == 1 and address is None else _on_dask(job, missing, workers, address)
    try:
        for index, members in parts:
            kept.write(index, members)
            done[index] = members
            tell(len(done), job.batches)
    except KeyboardInterrupt:
        stays = f"; {len(done)} of {job.batches} batches stay in {folder}" if folder else "; nothing was kept"
        raise Interrupted(f"stopped by the user{stays}", fix="run it again to go on" if folder else "") from None
    finally:
        parts.close()
    return Members.joined([done[k] for k in range(job.batches)])


class _Kept:
    """Finished batches in a folder, one file each, whole or not there."""

    def __init__(self, job: Job, folder: str | Path | None) -> None:
        self.folder = None if folder is None else Path(folder)
        self.name = "" if folder is None else job.fingerprint()[:32]

    def _path(self, index: int) -> Path:
        assert self.folder is not None
        return self.folder / f"{self.name}-{index:06d}.npz"

    def read(self, index: int) -> Members | None:
        return None if self.folder is None else Members.read(self._path(index))

    def write(self, index: int, members: Members) -> None:
        if self.folder is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as file:
                file.write(members.packed())
            os.replace(file.name, self._path(index))
        except OSError as error:
            raise GroundplanError(
                f"a finished batch cannot be kept: {error.strerror or error}", where=str(self.folder),
                fix="name another folder",
            ) from error  # fmt: skip


Parts = Generator[tuple[int, Members], None, None]


def _here(job: Job, missing: list[int]) -> Parts:
    for k in missing:
        yield k, job.run(k)


def _on_dask(job: Job, missing: list[int], workers: int, address: str | None) -> Parts:
    """Batches as tasks, as they finish; the job itself is sent to every worker once."""
    if not missing:
        return
    from distributed import as_completed

    with cluster(workers, address) as client:
        sent = client.scatter(job, broadcast=True, hash=False)
        futures = {client.submit(Job.run, sent, k, pure=False): k for k in missing}
        try:
            for future in as_completed(list(futures), loop=client.loop):
                try:
                    yield futures[future], future.result()
                except GroundplanError:
                    raise
                except Exception as error:
                    raise GroundplanError(
                        f"a worker could not finish batch {futures[future]}: {error}", where=address or "local cluster",
                        fix="look at the worker's log, or run with workers = 1",
                    ) from error  # fmt: skip
        finally:
            client.cancel(list(futures), force=True)


@contextmanager
def cluster(workers: int, address: str | None) -> Iterator[Any]:
    """A client of the scheduler at ``address``, or of processes of this machine that end with it."""
    from distributed import Client, LocalCluster

    if address is not None:
        try:
            reached = Client(address, set_as_default=False, timeout=ANSWER)
        except OSError as error:
            raise GroundplanError(
                "no Dask scheduler answers", where=address, fix="start one there, or leave the address out"
            ) from error
        with reached as client:
            yield client
        return
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=40
        ) as local,
        Client(local, set_as_default=False) as client,
    ):
        yield client
