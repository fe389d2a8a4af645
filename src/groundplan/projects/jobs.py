"""The runs of a project: asked for, waiting in order, running in processes of their own, and what came of each."""

from __future__ import annotations

import json
import secrets
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from groundplan.command_words import typed_command
from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import tag_of
from groundplan.projects.document_kinds import KINDS, is_plain
from groundplan.projects.documents import Documents
from groundplan.projects.job_files import (
    DONE,
    RUNNING,
    STOPPED,
    WAITING,
    FaultPart,
    JobEnd,
    JobEvent,
    JobFiles,
)
from groundplan.projects.people.happenings import note
from groundplan.projects.process_groups import end_group
from groundplan.projects.project_store import JOBS, ProjectStore
from groundplan.projects.settings_checks import refuse_settings
from groundplan.projects.utc_time import now

RUNS = "jobs"
ROWS_FROM = select(JOBS).where(JOBS.c.number >= bindparam("number")).order_by(JOBS.c.number)
SOFT, HARD = 0.5, 2.0  # seconds until a process that is to end is killed, and until nothing more is tried


@dataclass(frozen=True)
class Job:
    """A run. ``id`` says nothing; ``number``: its place in order; times are UTC in ISO 8601, empty until then.

    ``settings``: options of the verb; ``study``: ``name@version`` of the study that it read; ``command``: what to type
    for the same. ``state``: waiting, running, done, impossible (no plan meets every target; the outcome says why),
    failed (``what``, ``where``, ``fix``, and in parts ``fault_parts``) or stopped. ``line``, ``best``, ``bound`` and
    ``gap`` (share): how it stood last. ``outcome``: name of a folder under ``outcomes``.
    """

    id: str
    number: int
    verb: str
    settings: Mapping[str, Any]
    language: str
    by: str
    about: str
    study: str
    state: str
    asked_at: str
    began_at: str = ""
    ended_at: str = ""
    line: str = ""
    best: float | None = None
    bound: float | None = None
    gap: float | None = None
    outcome: str = ""
    notes: tuple[str, ...] = ()
    what: str = ""
    where: str = ""
    fix: str = ""
    fault_parts: tuple[FaultPart, ...] = ()
    command: str = ""

    @property
    def over(self) -> bool:
        """Whether it has ended, however."""
        return self.state not in (WAITING, RUNNING)


class Jobs:
    """The runs of a project's folder; every call may come from any thread or process.

    ``stirred`` is set where a run was asked for or ended, for who waits for that in this process.
    """

    def __init__(self, store: ProjectStore, folder: Path, documents: Documents) -> None:
        self.store, self.folder, self.documents = store, folder, documents
        self.stirred = threading.Event()
        self._settled: tuple[Job, ...] = ()  # the oldest, up to the first that is not over; they never change again

    def files(self, id: str) -> JobFiles:
        """The files of a run."""
        return JobFiles(self.folder / RUNS / id)

    def add(
        self,
        verb: str,
        settings: Mapping[str, Any],
        *,
        by: str,
        about: str = "",
        language: str = "en",
        study: str = "",
    ) -> Job:
        """Ask for a run, after those that wait. ``about``: one line for people; ``language``: of its report.

        Raises ``UnknownName`` and ``StudyError``, all at once, for what the verb cannot be asked with, files outside
        of the project among them, and ``GroundplanError`` where it cannot be kept.
        """
        refuse_settings(verb, settings, self.folder)
        id, command = secrets.token_hex(16), typed_command(verb, settings)
        asked = {"verb": verb, "settings": dict(settings), "language": tag_of(language)}
        try:
            self.files(id).ask(asked)
        except (OSError, ValueError, TypeError) as error:
            shutil.rmtree(self.files(id).folder, ignore_errors=True)
            what = f"the run cannot be kept, and nothing was changed: {getattr(error, 'strerror', None) or error}"
            raise GroundplanError(what, where=str(self.folder), fix="free some space and do it again") from None
        try:
            with self.store.writing() as c:
                number = int(c.execute(select(func.max(JOBS.c.number))).scalar() or 0) + 1
                values = {
                    "id": id, "number": number, "verb": verb, "settings": json.dumps(dict(settings)),
                    "language": asked["language"], "asked_by": by, "about": about, "study": study, "command": command,
                    "state": WAITING, "asked_at": now(), "began_at": "", "ended": "",
                }  # fmt: skip
                c.execute(insert(JOBS).values(**values))
                note(c, by, "run asked for", run=number, command=command)
        except GroundplanError:
            shutil.rmtree(self.files(id).folder, ignore_errors=True)
            raise
        self.stirred.set()
        return self.job(id)

    def all(self) -> list[Job]:
        """Every run, the newest first."""
        settled = self._settled
        rows = self._rows_from(settled[-1].number if settled else 0)
        if settled and (not rows or rows[0].id != settled[-1].id):  # another database stands in the place of this one
            settled, rows = (), self._rows_from(0)
        others = [self._job(row) for row in rows[1 if settled else 0 :]]
        over = len([*takewhile(lambda row: row.ended, rows[1 if settled else 0 :])])
        self._settled = settled = (*settled, *others[:over]) if over else settled
        return [*reversed(others[over:]), *reversed(settled)]

    def _rows_from(self, number: int) -> Sequence[Row]:
        with self.store.reading() as c:
            rows: Sequence[Row] = c.execute(ROWS_FROM, {"number": number}).all()
        return rows

    def job(self, id: str) -> Job:
        """A run. Raises ``UnknownName``."""
        with self.store.reading() as c:
            row = c.execute(select(JOBS).where(JOBS.c.id == id)).first()
        if row is None:
            raise UnknownName("run", id[:40], (), fix="look at the list of runs")
        return self._job(row)

    def latest(self, verb: str, *, done: bool = True) -> Job | None:
        """The newest run of a verb, by default of those that are done."""
        return next((j for j in self.all() if j.verb == verb and (not done or j.state == DONE)), None)

    def events(self, id: str, after: int = 0) -> list[JobEvent]:
        """How a run stood, from the event after a number on; the last one of a run that is over has its state.

        Raises ``UnknownName``.
        """
        job = self.job(id)
        events = self.files(id).events(after)
        if not events and after == 0 and job.over:  # it was stopped before it began
            return [JobEvent(1, job.ended_at, "", None, None, None, job.state)]
        return events

    def again(self, id: str, *, by: str = "") -> Job:
        """A new run with the same settings. Raises ``UnknownName``, and what ``add`` raises."""
        old = self.job(id)
        return self.add(
            old.verb, old.settings, by=by or old.by, about=old.about, language=old.language, study=old.study
        )

    def keep(self, id: str) -> Job:
        """Ask a run to stop and keep the best that it has, as soon as it has anything.

        Raises ``UnknownName``, and ``GroundplanError`` for one that has not begun.
        """
        job = self.job(id)
        if job.state == WAITING:
            raise GroundplanError("the run has not begun, and has nothing to keep", where=job.about, fix="cancel it")
        if job.state == RUNNING:
            self.files(id).ask_to_keep()
        return self.job(id)

    def cancel(self, id: str) -> Job:
        """End a run, or take it out of those that wait, in two seconds at most; one that is over stays as it is.

        Raises ``UnknownName``, and ``GroundplanError`` where its process cannot be ended.
        """
        end = JobEnd(STOPPED, now())
        with self.store.writing() as c:
            waiting = (JOBS.c.id == id, JOBS.c.state == WAITING)
            c.execute(update(JOBS).where(*waiting).values(state=STOPPED, ended=end.text()))
        if self.job(id).state == RUNNING:
            self.stop(id, end)
        self.stirred.set()
        return self.job(id)

    def stop(self, id: str, end: JobEnd) -> None:
        """End the process of a run and its children, and write how it ended once none of them is left.

        Raises ``GroundplanError`` where its process cannot be ended, or that cannot be written.
        """
        files = self.files(id)
        with suppress(OSError):  # a full disk: it is ended all the same, and may be told as failed
            files.ask_to_end(end)
        lock, began = files.lock(), time.monotonic()
        try:
            while not lock.take():
                waited = time.monotonic() - began
                if waited > HARD:
                    what = "the run's process does not end"
                    raise GroundplanError(what, where=f"process {files.process()}", fix="end it by the system's means")
                end_group(files.process(), at_once=waited > SOFT)
                time.sleep(0.02)
            files.end(end)
            self.settle(id)
        except OSError as error:
            what = f"the run has ended, and that cannot be written: {error.strerror or error}"
            raise GroundplanError(
                what, where=str(files.folder), fix="free some space; it is then told as it is"
            ) from None
        finally:
            lock.let_go()

    # What the runner asks.

    def begin_next(self, at_most: int) -> Job | None:
        """Mark the first that waits as running; None where none waits, or ``at_most`` run."""
        with self.store.reading() as c:
            if c.execute(select(JOBS.c.id).where(JOBS.c.state == WAITING).limit(1)).first() is None:
                return None
        with self.store.writing() as c:
            running = int(c.execute(select(func.count()).where(JOBS.c.state == RUNNING)).scalar() or 0)
            first = c.execute(select(JOBS).where(JOBS.c.state == WAITING).order_by(JOBS.c.number).limit(1)).first()
            if first is None or running >= at_most:
                return None
            c.execute(update(JOBS).where(JOBS.c.id == first.id).values(state=RUNNING, began_at=now()))
        with suppress(GroundplanError):  # a study that cannot be read is told by the run
            self._note_study(str(first.id), json.loads(first.settings))
        return self.job(str(first.id))

    def _note_study(self, id: str, settings: Mapping[str, Any]) -> None:
        """Note which version of a study the run reads: the one that stands now that it begins."""
        shelf = KINDS["study"]
        for said in (settings.get("study"), settings.get("country")):
            path = Path(str(said or ""))
            if path.suffix == shelf.suffix and path.parent == Path(shelf.folder) and is_plain(path.stem):
                version = self.documents.current("study", path.stem)
                if version is not None:
                    with self.store.writing() as c:
                        values = {"study": f"{version.name}@{version.number}"}
                        c.execute(update(JOBS).where(JOBS.c.id == id).values(**values))
                    return

    def running(self) -> list[str]:
        """The runs that are marked as running, by id, whether over by now or not."""
        with self.store.reading() as c:
            return [str(id) for id in c.execute(select(JOBS.c.id).where(JOBS.c.state == RUNNING)).scalars()]

    def settle(self, id: str) -> bool:
        """Take over how a run ended, if it did, from its files."""
        end = self.files(id).ended()
        if end is None:
            return False
        with self.store.writing() as c:
            mine = (JOBS.c.id == id, JOBS.c.state == RUNNING)
            c.execute(update(JOBS).where(*mine).values(state=end.state, ended=end.text()))
        self.stirred.set()
        return True

    def _job(self, row: Row) -> Job:
        """A run as its row and, where that is not settled, its files say."""
        job = Job(
            str(row.id), int(row.number), row.verb, json.loads(row.settings), row.language, row.asked_by, row.about,
            row.study, row.state, row.asked_at, row.began_at, command=row.command,
        )  # fmt: skip
        if job.state == WAITING:
            return job
        files = self.files(job.id)
        if (last := files.last()) is not None:
            job = replace(job, line=last.line, best=last.best, bound=last.bound, gap=last.gap)
        end = JobEnd.of(row.ended) if row.ended else files.ended()
        if end is None:
            return job
        return replace(
            job, state=end.state, ended_at=end.at, outcome=end.outcome, notes=end.notes, what=end.what,
            where=end.where, fix=end.fix, fault_parts=end.parts,
        )  # fmt: skip
