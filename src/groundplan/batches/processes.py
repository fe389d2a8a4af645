"""Batches in processes of this machine; one that is killed is replaced, and its batch done again."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from groundplan.batches.job import Arrays, BatchJob, Worker
from groundplan.errors import GroundplanError

DEATHS = 3
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Hand(NamedTuple):
    """A process at work on a batch."""

    process: Any
    batch: int


def on_processes(
    job: BatchJob[Any, Any], missing: Sequence[int], workers: int
) -> Generator[tuple[int, Arrays], None, None]:
    """Batches as they finish, from at most ``workers`` processes, which end with the last batch or with the caller.

    Raises what the job raises, and ``GroundplanError`` where the same batch ends its process three times.
    """
    packed, waiting, deaths = job.packed(), deque(missing), Counter[int]()
    hands: dict[Connection, Hand] = {}
    try:
        while len(hands) < workers and waiting:
            _hire(hands, packed, waiting.popleft())
        while hands:
            for pipe in wait(list(hands)):
                assert isinstance(pipe, Connection)
                process, index = hands[pipe]
                try:
                    answer = pipe.recv()
                except (EOFError, OSError):
                    deaths[index] += 1
                    _end(hands, pipe)
                    if deaths[index] == DEATHS:
                        raise _lost(index, process.exitcode) from None
                    _hire(hands, packed, index)
                    continue
                if isinstance(answer, GroundplanError):
                    raise answer
                if waiting:
                    hands[pipe] = Hand(process, waiting.popleft())
                    with suppress(OSError):  # where it has just died, the pipe says so next
                        pipe.send(hands[pipe].batch)
                else:
                    _end(hands, pipe)
                yield index, answer
    finally:
        for pipe in list(hands):
            _end(hands, pipe)


def _hire(hands: dict[Connection, Hand], packed: bytes, index: int) -> None:
    """One more process, at work on a batch."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, packed), daemon=True)
    with _as_workers_need_it():
        process.start()
    there.close()
    hands[here] = Hand(process, index)
    with suppress(OSError):
        here.send(index)


def _end(hands: dict[Connection, Hand], pipe: Connection) -> None:
    process = hands.pop(pipe).process
    process.terminate()
    process.join()
    pipe.close()


def _serve(pipe: Connection, packed: bytes) -> None:
    """What a worker process does: answer until nobody asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker = Worker(packed)
    with suppress(EOFError, BrokenPipeError):
        while True:
            index = pipe.recv()
            try:
                answer: Arrays | GroundplanError = worker.batch(index)
            except GroundplanError as error:
                answer = error
            pipe.send(answer)


@contextmanager
def _as_workers_need_it() -> Iterator[None]:
    """What a process takes over when it starts: BLAS on one thread, as workers share the processors already (NumPy asks
    when it loads), and no ear for Ctrl-C, which is this process's to hear: it waits till the process is there, where
    the system can make it wait.
    """
    unset = [name for name in THREADS if name not in os.environ]
    waits = sys.platform != "win32"
    main = not waits and threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if waits else set()
    os.environ.update(dict.fromkeys(unset, "1"))
    try:
        yield
    finally:
        for name in unset:
            del os.environ[name]
        if main:
            signal.signal(signal.SIGINT, before)
        if waits:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _lost(index: int, code: int | None) -> GroundplanError:
    return GroundplanError(
        f"{DEATHS} worker processes ended while they computed batch {index} (exit code {code})",
        fix="memory may be short: take fewer workers, or smaller batches",
    )
