"""A child process under limits where it cannot hold itself to them: by a Job Object on Windows, by watching on macOS.

On Linux the child sets its own limits (``parsing.child``). The Job Object and macOS's ``ps`` were not run where this
was written; what they are asked is checked against their manuals' tables by name, not by a run.
"""

from __future__ import annotations

import contextlib
import ctypes
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from groundplan.tables.door.parsing.containers import Limits

MEMORY, PROCESSOR = "memory", "processor time"
EVERY = 0.05  # seconds between two looks at the child
STATUS_QUOTA, STATUS_TIME = 0xC0000017, 0xC0000044
KILL_ON_CLOSE, PROCESS_MEMORY, PROCESS_TIME = 0x2000, 0x100, 0x2
EXTENDED_LIMITS = 9


@dataclass
class ChildGuard:
    """What a guard has seen: why it stopped the child, empty where it did not."""

    stopped: str = ""


@contextlib.contextmanager
def guarded(child: subprocess.Popen[bytes], limits: Limits, system: str = sys.platform) -> Iterator[ChildGuard]:
    """Hold a child that was just started to the limits of memory and processor time, as the system allows."""
    guard = ChildGuard()
    if system == "win32":
        job = _job_object(child, limits)
        try:
            yield guard
        finally:
            ctypes.windll.kernel32.CloseHandle(job)  # type: ignore[attr-defined]
            code = child.poll()
            if code is not None and code & 0xFFFFFFFF in (STATUS_QUOTA, STATUS_TIME):
                guard.stopped = MEMORY if code & 0xFFFFFFFF == STATUS_QUOTA else PROCESSOR
        return
    if system == "darwin":
        with watched(child, limits, guard, _resident_bytes):
            yield guard
        return
    yield guard


@contextlib.contextmanager
def watched(
    child: subprocess.Popen[bytes], limits: Limits, guard: ChildGuard, resident: Callable[[int], int | None]
) -> Iterator[None]:
    """Look at the child's memory again and again, and end it where it has more than its limit."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(EVERY):
            size = resident(child.pid) if child.poll() is None else None
            if size is None:
                continue
            if size > limits.memory_bytes:
                guard.stopped = MEMORY
                child.kill()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _resident_bytes(pid: int) -> int | None:
    """Memory of a process as ``ps`` says it, in bytes; None where it is gone."""
    done = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
    words = done.stdout.split()
    return int(words[0]) * 1024 if done.returncode == 0 and words and words[0].isdigit() else None


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION of the Windows API."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of the Windows API."""

    _fields_ = (
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def job_limits(limits: Limits) -> ExtendedLimits:
    """What a Job Object is asked: memory and processor time of the process, and its end with the parent's."""
    asked = ExtendedLimits()
    asked.BasicLimitInformation.LimitFlags = KILL_ON_CLOSE | PROCESS_MEMORY | PROCESS_TIME
    asked.BasicLimitInformation.PerProcessUserTimeLimit = int(limits.cpu_seconds * 10_000_000)
    asked.ProcessMemoryLimit = limits.memory_bytes
    return asked


def _job_object(child: Any, limits: Limits) -> Any:
    """A Job Object with the child in it; the child has not read its file yet, for nobody has written it."""
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    asked = job_limits(limits)
    if not kernel.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(asked), ctypes.sizeof(asked)) or not (
        kernel.AssignProcessToJobObject(job, ctypes.c_void_p(int(child._handle)))
    ):
        child.kill()
        raise OSError("Windows refused the Job Object that limits the process")
    return job
