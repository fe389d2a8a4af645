"""The files of a run, by which its process and who waits for it understand each other, also after either was killed.

``job.json``: what was asked. ``process``: whose process it is. ``lock``: taken as long as the process lives.
``events.jsonl``: how it stands, a line each. ``keep``: it is to stop and keep the best. ``cancel``: it is ended on
purpose. ``end.json``: how it ended; only who has the lock writes it, once.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from groundplan.projects.system_locks import SystemLock
from groundplan.whole_files import write_whole

WAITING, RUNNING, DONE, IMPOSSIBLE, FAILED, STOPPED = "waiting", "running", "done", "impossible", "failed", "stopped"
OUTPUT = "output.txt"
TAIL = 8192  # bytes, longer than any line of progress


class FaultPart(NamedTuple):
    """One fault: what is wrong, where, and how to mend it."""

    what: str
    where: str = ""
    fix: str = ""


class JobEvent(NamedTuple):
    """How a run stood, numbered from 1; the last one, of a run that is over, has the state that it ended in.

    ``best``, ``bound``, ``gap`` (share): of a search for whole numbers, None where it is none or has found nothing yet.
    """

    number: int
    at: str
    line: str
    best: float | None
    bound: float | None
    gap: float | None
    state: str = RUNNING


class JobEnd(NamedTuple):
    """How a run ended: its state, when, the outcome's folder under ``outcomes``, notes, and its fault in parts."""

    state: str
    at: str
    outcome: str = ""
    notes: tuple[str, ...] = ()
    what: str = ""
    where: str = ""
    fix: str = ""
    parts: tuple[FaultPart, ...] = ()

    def text(self) -> str:
        """As JSON."""
        return json.dumps({**self._asdict(), "parts": [p._asdict() for p in self.parts]}, ensure_ascii=False)

    @classmethod
    def of(cls, text: str) -> JobEnd:
        """From what ``text`` gave. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
        facts = json.loads(text)
        parts = tuple(FaultPart(**part) for part in facts["parts"])
        return cls(**{**facts, "notes": tuple(facts["notes"]), "parts": parts})


class JobFiles:
    """The files of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask(self, facts: Mapping[str, Any]) -> None:
        """Write what is asked. Raises ``OSError``."""
        self.folder.mkdir(parents=True)
        write_whole(self.folder / "job.json", json.dumps(facts, ensure_ascii=False).encode("utf-8"))

    def asked(self) -> dict[str, Any]:
        """What was asked. Raises ``OSError`` and ``ValueError``."""
        facts: dict[str, Any] = json.loads((self.folder / "job.json").read_text("utf-8"))
        return facts

    def lock(self) -> SystemLock:
        """The lock of the run's process. Raises ``OSError``."""
        return SystemLock(self.folder / "lock")

    def begin(self, process: int) -> None:
        """Note whose process it is. Raises ``OSError``."""
        write_whole(self.folder / "process", str(process).encode("ascii"))

    def process(self) -> int:
        """The number of the run's process; 0 before it is there."""
        with suppress(OSError, ValueError):
            return int((self.folder / "process").read_text("ascii"))
        return 0

    def ask_to_keep(self) -> None:
        """Ask the process to stop and keep the best. Raises ``OSError``."""
        (self.folder / "keep").touch()

    def asked_to_keep(self) -> bool:
        """Whether it is to stop and keep the best."""
        return (self.folder / "keep").exists()

    def note(self, event: JobEvent) -> None:
        """Add how it stands. Raises ``OSError``."""
        facts = {**event._asdict(), **{name: _finite(getattr(event, name)) for name in ("best", "bound", "gap")}}
        with (self.folder / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(facts, ensure_ascii=False) + "\n")

    def events(self, after: int = 0) -> list[JobEvent]:
        """How it stood, from the event after a number; at last, of a run that is over, how it ended."""
        lines: list[bytes] = []
        ended = self.ended()
        with suppress(OSError):
            lines = (self.folder / "events.jsonl").read_bytes().split(b"\n")[:-1]  # a line without its end is not whole
        events = [JobEvent(**json.loads(line)) for line in lines[max(after, 0) :]]
        if ended is not None and after <= len(lines):
            last = events[-1] if events else JobEvent(0, "", "", None, None, None)
            if not events and lines:
                last = JobEvent(**json.loads(lines[-1]))
            events.append(last._replace(number=len(lines) + 1, at=ended.at, state=ended.state))
        return events

    def last(self) -> JobEvent | None:
        """How it stands; None where nothing was said yet."""
        with suppress(OSError, ValueError, TypeError):
            with (self.folder / "events.jsonl").open("rb") as file:
                file.seek(max(file.seek(0, os.SEEK_END) - TAIL, 0))
                lines = file.read().split(b"\n")[:-1]
            return JobEvent(**json.loads(lines[-1])) if lines else None
        return None

    def ask_to_end(self, end: JobEnd) -> None:
        """Note that the process is ended on purpose, and as what, before it is. Raises ``OSError``."""
        write_whole(self.folder / "cancel", end.text().encode("utf-8"))

    def end_unsaid(self, end: JobEnd) -> JobEnd:
        """The same as ``end`` where a process is gone without a word; for one that was ended on purpose, as what."""
        return self.end(self._end_on_purpose(end.at) or end)

    def _end_on_purpose(self, at: str) -> JobEnd | None:
        try:
            return JobEnd.of((self.folder / "cancel").read_text("utf-8"))
        except OSError:
            return None
        except (ValueError, KeyError, TypeError):  # of an older Groundplan, whose file was empty
            return JobEnd(STOPPED, at)

    def end(self, end: JobEnd) -> JobEnd:
        """Write how it ended, unless that is written; what stands. Only for who has the lock. Raises ``OSError``."""
        there = self.ended()
        if there is None:
            write_whole(self.folder / "end.json", end.text().encode("utf-8"))
        return there or end

    def ended(self) -> JobEnd | None:
        """How it ended; None of a run that is not over."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return JobEnd.of((self.folder / "end.json").read_text("utf-8"))
        return None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
