"""A real server of the workbench that is killed while somebody works with it, and what of that work is left.

Used by a test with a few kills, and by ``benchmarks/web_faults.py`` with fifty and with other faults.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from project_cases import ProjectPlace, alive, ended, until

from groundplan import Outcome
from groundplan.projects.backups.checking import checked_folder
from groundplan.projects.job_files import DONE, FAILED, RUNNING, STOPPED
from groundplan.projects.project_folder import Project

STUDY = 'country = "GHA"\n\n[plan]\nyears = 1\n# {}\n'
PATIENCE = 120.0
PAUSE = 0.03  # seconds between two changes
LONGEST_LIFE = 3.0  # seconds that a server has after it may have started
KINDS = ("server", "run", "both")


@dataclass
class RunningServer:
    """A server process, and where it answers; ``port`` is 0 before it says so."""

    process: subprocess.Popen[str]
    port: int = 0
    words: str = ""

    def ask(self, method: str, path: str, entered: Mapping[str, object] | None = None) -> tuple[int, str, str]:
        """The status of an answer, where it leads, and its page. Raises ``OSError`` and ``HTTPException``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, urlencode(entered) if entered is not None else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("location") or "", answer.read().decode("utf-8")
        finally:
            connection.close()

    def end(self, sign: int) -> float:
        """Send the server a signal; the seconds until it has ended."""
        began = time.monotonic()
        with suppress(ProcessLookupError):
            self.process.send_signal(sign)
        self.process.wait(PATIENCE)
        return time.monotonic() - began


def begun(place: ProjectPlace, *words: str) -> RunningServer:
    """A server of a project, which may not answer yet."""
    command = [sys.executable, "-m", "groundplan", "serve", str(place.folder), "--no-browser", "--language", "en"]
    environment = {**os.environ, "GROUNDPLAN_DATABASE": place.database}
    process = subprocess.Popen(
        [*command, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    server = RunningServer(process)

    def read() -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                server.words += line
                if "http://127.0.0.1:" in line and not server.port:
                    server.port = int(line.partition("http://127.0.0.1:")[2].partition("/")[0])

    threading.Thread(target=read, daemon=True).start()
    return server


@contextmanager
def served(place: ProjectPlace, *words: str) -> Iterator[RunningServer]:
    """A server that answers, killed at the end if it is still there."""
    server = begun(place, *words)
    try:
        until(lambda: server.port > 0 or server.process.poll() is not None, "the server's address")
        yield server
    finally:
        server.end(signal.SIGKILL)


@dataclass
class Work:
    """What somebody does through pages, and what was acknowledged: texts by the number of their version, and runs."""

    texts: dict[int, str] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    written: int = 0

    def go_on(self, server: RunningServer, last: int, most_runs: int) -> None:
        """Save versions after ``last`` and ask for runs until the server is gone."""
        while server.process.poll() is None:
            if not server.port:
                time.sleep(0.01)
                continue
            self.written += 1
            text = STUDY.format(self.written)
            try:
                status, _, page = server.ask("POST", "/documents/study/work", {"text": text, "after": last})
                if status == 303:
                    last += 1
                    self.texts[last] = text
                else:
                    self.wrong.append(f"{status}: {page[:200]}")
                if len(self.runs) < most_runs and self.written % 4 == 2:
                    status, address, page = server.ask("POST", "/verbs/data", {"country": "GHA"})
                    if status == 303:
                        self.runs.append(address.rpartition("/")[2])
                    else:
                        self.wrong.append(f"{status}: {page[:200]}")
            except (OSError, http.client.HTTPException):
                continue  # not acknowledged: it may be there or not
            time.sleep(PAUSE)


@dataclass
class KillReport:
    """What was done and what became of it.

    ``lost``: what was acknowledged and is not there; ``wrong``: answers that nobody should get; ``states``: of runs;
    ``left``: processes of runs that are over; ``start``: seconds of the last start.
    """

    kills: Counter[str]
    versions: int
    runs: int
    lost: list[str]
    wrong: list[str]
    states: Counter[str]
    left: list[int]
    start: float


def worked_while_killed(place: ProjectPlace, times: int, seed: int, *, most_runs: int) -> KillReport:
    """Work with a server that is killed so many times at moments drawn by a seed, alone, with its run, or the run only.

    At last a server is left in peace until every run is over.
    """
    rng, work = random.Random(seed), Work()
    project = place.open()
    project.documents.save("study", "work", STUDY.format("first"), after=0, by="Amina")
    work.texts[1] = STUDY.format("first")
    kills: Counter[str] = Counter()
    lost: list[str] = []
    usual = 0.0
    for _ in range(times):
        last = project.documents.versions("study", "work")[-1].number
        began = time.monotonic()
        server = begun(place)
        worker = threading.Thread(target=work.go_on, args=(server, last, most_runs), daemon=True)
        worker.start()
        if not usual:  # the first one answers; later ones are killed while they start, too
            until(lambda server=server: server.port > 0, "the server's address")
            usual = time.monotonic() - began
        else:
            time.sleep(rng.uniform(0.0, usual))
        time.sleep(rng.uniform(0.0, LONGEST_LIFE))
        kind = rng.choice(KINDS)
        if kind != "server" and not _killed_run(project):
            kind = "server"
        kills[kind] += 1
        if kind == "run":
            time.sleep(rng.uniform(0.0, 0.5))
        server.end(signal.SIGKILL)
        worker.join(PATIENCE)
        lost += _lost(project, work)
    began = time.monotonic()
    with served(place) as server:
        start = time.monotonic() - began
        for job in reversed(project.jobs.all()):
            ended(project, job)
        server.end(signal.SIGTERM)
    lost += _lost(project, work)
    checked_folder(place.folder, place.database, lambda _: None)
    jobs = project.jobs.all()
    for job in jobs:
        if job.state == DONE:
            Outcome.open(project.outcomes_folder / job.outcome)
    went_on = {job.id: project.jobs.files(job.id).process() for job in jobs}
    end = time.monotonic() + 20.0  # what has said its end is still on its way out
    while time.monotonic() < end and any(_is_run(process, id) for id, process in went_on.items()):
        time.sleep(0.1)
    left = [process for id, process in went_on.items() if _is_run(process, id)]
    return KillReport(
        kills, len(work.texts), len(work.runs), lost, work.wrong, Counter(job.state for job in jobs), left, start
    )


def _killed_run(project: Project) -> bool:
    """Kill the process of a run that goes on; whether there was one."""
    for job in project.jobs.all():
        process = project.jobs.files(job.id).process()
        if job.state == RUNNING and _is_run(process, job.id):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                return True
    return False


def _is_run(process: int, id: str) -> bool:
    """Whether a process is that of a run, and lives."""
    with suppress(OSError):
        return process > 0 and alive(process) and id in Path(f"/proc/{process}/cmdline").read_text("utf-8")
    return False


def _lost(project: Project, work: Work) -> list[str]:
    """What was acknowledged and is not there, or not as it was."""
    there = {v.number: v.text for v in project.documents.versions("study", "work")}
    gone = [f"version {number}" for number, text in dict(work.texts).items() if there.get(number) != text]
    gone += [f"a version before {number}" for number in range(1, len(there)) if number not in there]
    listed = {job.id for job in project.jobs.all()}
    return gone + [f"run {id}" for id in work.runs if id not in listed]


ENDS = {DONE, FAILED, STOPPED}
