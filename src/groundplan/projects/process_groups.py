"""Processes that outlive who started them: a group of their own each, which can be ended as a whole."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

NEW_GROUP, NO_WINDOW, BELOW_NORMAL = 0x200, 0x08000000, 0x4000  # of Windows
GIVES_WAY = 10  # of other systems: how far a process gives way to others


def start_group(words: Sequence[str], output: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, with its output in a file. Raises ``OSError``.

    It gives way to others, so that pages come at once while it computes.
    """
    windows = sys.platform == "win32"
    with output.open("ab") as file:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, env=dict(environment),
            start_new_session=not windows, creationflags=NEW_GROUP | NO_WINDOW | BELOW_NORMAL if windows else 0,
        )  # fmt: skip
    if sys.platform != "win32":
        with suppress(OSError):  # it is over already
            os.setpriority(os.PRIO_PGRP, process.pid, GIVES_WAY)
    return process


def end_group(process: int, *, at_once: bool = False) -> None:
    """Ask the processes of a group to end; ``at_once``: end them, whatever they are doing."""
    if process <= 0:
        return
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process)], capture_output=True, check=False)
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL if at_once else signal.SIGTERM)


def wait_for_end(process: int) -> None:
    """Wait until a child has ended, and leave it to be asked how: until then nobody else has its number."""
    if sys.platform != "win32":
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)


def is_gone(process: int) -> bool:
    """Whether there is certainly no process of this number."""
    if process <= 0 or sys.platform == "win32":
        return False
    try:
        os.kill(process, 0)
    except OSError as error:
        return error.errno == errno.ESRCH
    return False
