"""Work in forked children, each of which is ended when it computes, or says nothing, for longer than it asked for."""

from __future__ import annotations

import json
import os
import selectors
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Say = Callable[[float, Any], None]
PATIENCE = 60.0  # seconds until a child must have begun
BUSY = 20.0  # how many times longer than its own computing a child may take where the machine has other work


@dataclass
class Child:
    """A running child.

    Attributes:
        subject: What it works on.
        process: Its process, which leads a group of its own.
        stream: Where it speaks: one JSON list of patience and words a line.
        until: When it has to have spoken again.
        said: What it has said so far.
        rest: What it has begun to say.
    """

    subject: Any
    process: int
    stream: int
    until: float
    said: list[Any] = field(default_factory=list)
    rest: bytes = b""


def finished(
    following: Callable[[], Any], work: Callable[[Any, Say], None], workers: int
) -> Iterator[tuple[Any, list[Any], bool]]:
    """Each subject with all that its child said and whether it had to be ended, in the order of their ends.

    ``following`` gives the next subject, None where there is none at the moment: it is asked again after every end.
    """
    running: dict[int, Child] = {}
    with selectors.DefaultSelector() as selector:
        try:
            while True:
                while len(running) < workers and (subject := following()) is not None:
                    child = _forked(subject, work)
                    running[child.stream] = child
                    selector.register(child.stream, selectors.EVENT_READ)
                if not running:
                    return
                pause = max(0.0, min(child.until for child in running.values()) - time.monotonic())
                heard = {int(key.fd) for key, _ in selector.select(pause)}
                for child in [*running.values()]:
                    late = child.stream not in heard and child.until <= time.monotonic()
                    if late or (child.stream in heard and not _listened(child)):
                        selector.unregister(child.stream)
                        del running[child.stream]
                        yield child.subject, child.said, _ended(child) == signal.SIGPROF or late
        finally:
            for child in running.values():
                _ended(child)


def _forked(subject: Any, work: Callable[[Any, Say], None]) -> Child:
    """A child that does the work, without the terminal."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads stand still in the child: it uses none
        process = os.fork()
    if process:
        os.close(writing)
        return Child(subject, process, reading, time.monotonic() + PATIENCE)
    code = 1
    try:
        os.setsid()
        os.close(reading)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        work(subject, lambda patience, words: _said(writing, patience, words))
        code = 0
    finally:
        os._exit(code)


def _said(stream: int, patience: float, words: Any) -> None:
    """Say something, and how many seconds of computing may follow until the next word."""
    signal.setitimer(signal.ITIMER_PROF, patience)
    line = json.dumps([patience * BUSY, words]).encode() + b"\n"
    while line:
        line = line[os.write(stream, line) :]


def _listened(child: Child) -> bool:
    """Take in what a child says; false once it has nothing more to say."""
    piece = os.read(child.stream, 1 << 16)
    *lines, child.rest = (child.rest + piece).split(b"\n")
    for line in lines:
        patience, words = json.loads(line)
        child.until = time.monotonic() + patience
        child.said.append(words)
    return bool(piece)


def _ended(child: Child) -> int:
    """End a child with all that it started; the signal that ended it, 0 if it came to its end."""
    for end in (os.killpg, os.kill):
        try:
            end(child.process, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    _, status = os.waitpid(child.process, 0)
    os.close(child.stream)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
