"""Ctrl-C from the first line to the last: quiet, with exit code 130, whatever swallows or renames the exception."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

CODE = 130


class Asked:
    """Whether the user has asked to stop."""

    def __init__(self) -> None:
        self.to_stop = False

    def check(self) -> None:
        """Stop where that was asked for and something swallowed it. Raises ``KeyboardInterrupt``."""
        if self.to_stop:
            raise KeyboardInterrupt


@contextmanager
def heard() -> Iterator[Asked]:
    """Remember Ctrl-C besides raising it: libraries that load turn it into other exceptions, callbacks lose it."""
    asked = Asked()

    def remember(number: int, frame: FrameType | None) -> None:
        asked.to_stop = True
        signal.default_int_handler(number, frame)

    before = signal.getsignal(signal.SIGINT)
    ours = threading.current_thread() is threading.main_thread() and before is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, remember)
    try:
        yield asked
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)


def deaf() -> None:
    """Nothing that comes now is heard: the answer is out, and only Python's own end is left."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def end_quietly() -> None:
    """End this process at once, with nothing said by Python's own end."""
    import os

    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            pass
    os._exit(CODE)
