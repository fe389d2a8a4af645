"""What starts the runs of a project, in order, and notices how they end; it follows their files, not their pipes.

The runs are processes of their own: they go on when the server ends, and the next one takes them up again.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from groundplan.errors import GroundplanError
from groundplan.projects.job_files import FAILED, OUTPUT, JobEnd
from groundplan.projects.process_groups import end_group, is_gone, start_group, wait_for_end
from groundplan.projects.utc_time import now

if TYPE_CHECKING:
    from groundplan.projects.project_folder import Project

LOOKS = 0.25  # seconds between looks at what other processes may have asked for or ended
STARTING = 30.0  # seconds that a process which this server did not start may take until it has its lock
HOUR = 3600.0
LONGEST = 12.0  # hours that a run may take
GRACE = 600.0  # seconds that one which took so long has to keep its best
DATABASE = "GROUNDPLAN_DATABASE"  # what a run has no use for, as there may be a password in it
DIED = "The process that computed this ended before it was done."
AGAIN = "start it again; if it ends so again there may be too little memory"


class FirstLook(NamedTuple):
    """When this server first saw a run, by a clock that is never set, and the seconds that it had run by then."""

    at: float
    ran: float


class JobRunner:
    """Starts the runs that wait, ``at_most`` at a time, from ``start`` to ``stop``.

    ``longest``: the hours that a run may take; it is then asked to keep its best, and ended ``grace`` seconds later.
    One of them a project: whoever starts it holds the project.
    """

    def __init__(self, project: Project, at_most: int = 1, *, longest: float = LONGEST, grace: float = GRACE) -> None:
        self.project, self.jobs, self.at_most = project, project.jobs, at_most
        self.longest, self.grace = longest, grace
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._looks: dict[str, FirstLook] = {}
        self._to_stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to start runs; those that an earlier server started are followed."""
        self._to_stop.clear()
        self._thread = threading.Thread(target=self._follow, name="job runner", daemon=True)
        self._thread.start()

    def stop(self, grace: float = 5.0) -> None:
        """Start no more runs; those that run go on. Waits ``grace`` seconds at most for what is just being started."""
        self._to_stop.set()
        self.jobs.stirred.set()
        if self._thread is not None:
            self._thread.join(grace)
            self._thread = None

    def _follow(self) -> None:
        while not self._to_stop.is_set():
            self.jobs.stirred.clear()
            try:
                self.step()
            except (GroundplanError, OSError):
                # A full disk or a taken database: nothing is lost, and the next look tries again.
                self._to_stop.wait(LOOKS)
            except Exception:
                # A fault of ours is told to whoever started the server, and does not keep every later run waiting.
                logging.getLogger(__name__).exception("the look at the runs failed")
                self._to_stop.wait(STARTING)
            self.jobs.stirred.wait(LOOKS)

    def step(self) -> None:
        """Take over how runs ended, and start those whose turn it is.

        Raises ``GroundplanError`` and ``OSError``, where one run cannot be seen to after the others were.
        """
        running = self.jobs.running()
        self._looks = {id: self._looks.get(id) or self._first_look(id) for id in running}
        faults: list[GroundplanError | OSError] = []
        for id in running:
            try:
                if not self.jobs.settle(id):
                    self._mourn(id)
                    self._hurry(id)
            except (GroundplanError, OSError) as fault:
                faults.append(fault)
        while not self._to_stop.is_set() and (job := self.jobs.begin_next(self.at_most)) is not None:
            self._begin(job.id)
        if faults:
            raise faults[0]

    def _begin(self, id: str) -> None:
        """Start the process of a run, or write why it cannot be started."""
        files = self.jobs.files(id)
        # -P: what stands in the folder that this was started from is not imported.
        words = [sys.executable, "-P", "-m", "groundplan.worker", str(files.folder)]
        environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ, "PYTHONIOENCODING": "utf-8"}
        environment.pop(DATABASE, None)
        try:
            process = start_group(words, files.folder / OUTPUT, environment)
        except OSError as error:
            what = f"The process that computes this cannot be started: {error.strerror or error}"
            files.end(
                JobEnd(FAILED, now(), what=what, where=sys.executable, fix="close other programs, then start it again")
            )
            self.jobs.settle(id)
            return
        self._processes[id] = process
        # Waited for in a thread of its own, so that it leaves no zombie and its end is noticed at once.
        threading.Thread(target=self._reap, args=(process,), name=f"run {id}", daemon=True).start()

    def _reap(self, process: subprocess.Popen[bytes]) -> None:
        wait_for_end(process.pid)
        end_group(process.pid, at_once=True)  # children that it left behind, while its number is still its own
        process.wait()
        self.jobs.stirred.set()

    def _mourn(self, id: str) -> None:
        """Write that a run failed, where its process is gone and has not said how it ended."""
        mine = self._processes.get(id)
        if mine is not None and mine.returncode is None:
            return
        if mine is None and self._may_begin(id):
            return
        files = self.jobs.files(id)
        lock = files.lock()
        try:
            if lock.take():
                files.end_unsaid(JobEnd(FAILED, now(), what=DIED, fix=AGAIN))
                self.jobs.settle(id)
            elif is_gone(files.process()):
                end_group(files.process(), at_once=True)  # children that it left behind have its lock
        finally:
            lock.let_go()
        self._processes.pop(id, None)

    def _may_begin(self, id: str) -> bool:
        """Whether the process may be on its way to its lock."""
        return not self.jobs.files(id).process() and time.monotonic() - self._looks[id].at < STARTING

    def _first_look(self, id: str) -> FirstLook:
        """A run that is seen for the first time. The system's clock may have been set since it began."""
        began = datetime.fromisoformat(self.jobs.job(id).began_at)
        ran = (datetime.now(UTC) - began).total_seconds()
        return FirstLook(time.monotonic(), min(max(ran, 0.0), self.longest * HOUR))

    def _hurry(self, id: str) -> None:
        """Ask a run that has taken as long as it may to keep its best, and end it where it has not by a grace later."""
        look = self._looks[id]
        over = look.ran + time.monotonic() - look.at - self.longest * HOUR
        if over < 0 or self.jobs.job(id).over:
            return
        if over < self.grace:
            self.jobs.keep(id)
            return
        what = f"This was stopped after {self.longest:g} hours, which is as long as a run may take here."
        fix = "ask for less at once, or start the workbench with more hours: --longest"
        self.jobs.stop(id, JobEnd(FAILED, now(), what=what, fix=fix))
