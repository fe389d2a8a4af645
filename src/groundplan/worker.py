"""``python -m groundplan.worker FOLDER/jobs/ID``: one run of a project, in a process of its own.

It does what the command line does, in the project's folder; who waits for it reads the run's files.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundplan.cli import LEAST_MEMORY
from groundplan.cli.command import as_fault, outcome_of, refuse_lacking, saved
from groundplan.cli.memory import refuse_small_memory
from groundplan.errors import GroundplanError, Interrupted, PlanInfeasible
from groundplan.languages.spoken import speaking
from groundplan.projects.job_files import DONE, FAILED, IMPOSSIBLE, STOPPED, FaultPart, JobEnd, JobEvent, JobFiles
from groundplan.projects.settings_checks import refuse_settings
from groundplan.projects.utc_time import now
from groundplan.solver.search_line import Enough, SearchLine
from groundplan.verb_options import Verb

if TYPE_CHECKING:
    from groundplan.outcome import Outcome

PACE = 0.2  # seconds between two lines that are written
PATIENCE = 10.0  # seconds to wait for somebody who looks whether this process is there
ROOM = 600  # seconds to wait for room on a full disk


def main(words: Sequence[str] | None = None) -> int:
    """Run what a folder asks for, unless somebody ended it before; 0 where how it ended was written."""
    folder = Path((sys.argv[1:] if words is None else list(words))[0]).resolve()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does
    files = JobFiles(folder)
    lock, began = files.lock(), time.monotonic()
    while not lock.take():
        if time.monotonic() - began > PATIENCE:
            return 1
        time.sleep(0.01)
    try:
        files.begin(os.getpid())
        if files.ended() is None:
            _say(files, _run(files, folder.parent.parent))
    finally:
        lock.let_go()
    return 0


def _say(files: JobFiles, end: JobEnd) -> None:
    """Write how the run ended. On a full disk it is tried until there is room: what was computed has not failed."""
    for _ in range(ROOM):
        try:
            files.end(end)
        except OSError:
            time.sleep(1.0)
        else:
            return
    files.end(end)


def _run(files: JobFiles, project: Path) -> JobEnd:
    telling, words = Telling(files), ["groundplan"]
    try:
        asked = files.asked()
        words.append(str(asked["verb"]))
        os.chdir(project)
        verb = refuse_settings(asked["verb"], asked["settings"], project)
        with speaking(asked["language"]):
            end = _computed(verb, asked["settings"], telling)
    except Interrupted as error:
        end = _faulty(error, STOPPED)
    except Exception as error:
        end = _faulty(as_fault(error, words), FAILED)
    telling.finish()
    return end._replace(at=now())


def _computed(verb: Verb, settings: Mapping[str, Any], telling: Telling) -> JobEnd:
    """How a verb ended. Raises what it raises, but for a plan that cannot be and has a page that says why."""
    refuse_small_memory(LEAST_MEMORY)
    refuse_lacking(verb, settings)
    try:
        outcome = outcome_of(verb, settings, telling.say)
    except PlanInfeasible as clash:
        if clash.outcome is None:
            raise
        return _kept(verb, clash.outcome, settings, _faulty(clash, IMPOSSIBLE))
    taken = tuple(f"{line}." for line in outcome.provenance.get("names_taken", []))
    return _kept(verb, outcome, settings, JobEnd(DONE, now(), notes=taken))


def _kept(verb: Verb, outcome: Outcome, settings: Mapping[str, Any], end: JobEnd) -> JobEnd:
    """The end with the outcome saved under ``outcomes``."""
    kept = saved(verb, outcome, settings, always=True)
    assert kept.folder is not None
    return end._replace(outcome=kept.folder.name, notes=(*end.notes, *kept.notes))


def _faulty(error: GroundplanError, state: str) -> JobEnd:
    parts = tuple(FaultPart(part.what, part.where, part.fix) for part in error.parts)
    return JobEnd(state, now(), what=error.what, where=error.where, fix=error.fix, parts=parts)


class Telling:
    """Writes how a run stands, a few times a second and the last line always, and says when to stop and keep."""

    def __init__(self, files: JobFiles) -> None:
        self.files = files
        self.number, self.written_at, self.waiting = 0, -PACE, ""

    def say(self, line: str) -> None:
        """A line of progress. Raises ``Enough`` where somebody asked to keep the best of a search that has one."""
        self.waiting = line
        if time.monotonic() - self.written_at >= PACE:
            self.finish()
        if isinstance(line, SearchLine) and line.can_keep and self.files.asked_to_keep():
            self.finish()
            raise Enough

    def finish(self) -> None:
        """Write the line that waits."""
        if not self.waiting:
            return
        line, self.waiting, self.written_at = self.waiting, "", time.monotonic()
        figures = (line.best, line.bound, line.gap) if isinstance(line, SearchLine) else (None, None, None)
        self.number += 1
        try:
            self.files.note(JobEvent(self.number, now(), str(line), *figures))
        except OSError:
            self.number -= 1  # a full disk: the run matters more than its lines


if __name__ == "__main__":
    sys.exit(main())
