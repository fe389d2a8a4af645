"""Batches on a Dask cluster by its scheduler's address; Dask is an extra, and loaded here alone."""

from __future__ import annotations

import re
import threading
import uuid
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from groundplan.batches.job import Arrays, BatchJob, Worker
from groundplan.errors import GroundplanError, StudyError

ADDRESS = re.compile(r"[a-z]+://\S+|[^\s:/]+:\d+")
ANSWER = "10s"
_THREAD = threading.local()


def check_address(address: str) -> None:
    """Raise ``StudyError`` for what is no address of a scheduler."""
    if not ADDRESS.fullmatch(address):
        raise StudyError(f"{address!r} is no address of a Dask scheduler", fix="write tcp://10.0.0.5:8786")


def on_cluster(
    job: BatchJob[Any, Any], missing: Sequence[int], address: str
) -> Generator[tuple[int, Arrays], None, None]:
    """Batches as they finish, each a task that the scheduler hands out again where a worker is lost.

    Raises what the job raises, and ``GroundplanError`` where Dask is not installed, no scheduler answers, or a batch
    is lost for good.
    """
    packed = job.packed()
    with _client(address) as client:
        from distributed import as_completed

        run = uuid.uuid4().hex
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")
            # As the result of a task the job is made again where the worker that holds it is lost.
            sent = client.submit(bytes, packed, pure=False)
        futures = {client.submit(_answer, sent, run, k, pure=False): k for k in missing}
        try:
            for future in as_completed(list(futures), loop=client.loop):
                try:
                    arrays = future.result()
                except GroundplanError:
                    raise
                except Exception as error:
                    raise GroundplanError(
                        f"batch {futures[future]} is lost: {error}", where=address, fix="look at the workers' log"
                    ) from error
                yield futures[future], arrays
        finally:
            client.cancel(list(futures), force=True)


def _answer(packed: bytes, run: str, index: int) -> Arrays:
    """One batch on a worker; the state is kept for the next one of the same run, by each thread for itself."""
    if getattr(_THREAD, "run", None) != run:
        _THREAD.run, _THREAD.worker = run, Worker(packed)
    worker: Worker = _THREAD.worker
    return worker.batch(index)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError as error:
        raise GroundplanError(
            "a cluster needs dask.distributed, which is not installed", where=address,
            fix="pip install 'groundplan[cluster]', or leave the address out: workers = 2 needs nothing",
        ) from error  # fmt: skip
    try:
        reached = Client(address, set_as_default=False, timeout=ANSWER)
    except OSError as error:
        raise GroundplanError(
            "no Dask scheduler answers", where=address, fix="start one there, or leave the address out"
        ) from error
    with reached as client:
        yield client
