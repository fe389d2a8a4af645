"""Runs and versions where time goes wrong: what takes too long, clocks that are set back, ends nobody could write."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from project_cases import ProjectPlace, project_in, until

from groundplan import worker
from groundplan.errors import GroundplanError
from groundplan.projects import documents, jobs, running
from groundplan.projects.job_files import DONE, FAILED, RUNNING, STOPPED, JobEnd
from groundplan.projects.jobs import Job
from groundplan.projects.process_groups import start_group
from groundplan.projects.project_folder import Project
from groundplan.projects.running import DIED, STARTING, JobRunner

SEE = {"country": "GHA"}
# A process that has a run's lock and does nothing, for want of a computation that takes hours.
IDLE = (
    "import os, sys, time; from pathlib import Path; from groundplan.projects.job_files import JobFiles\n"
    "f = JobFiles(Path(sys.argv[1])); l = f.lock(); l.take(); f.begin(os.getpid()); time.sleep(600)"
)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which the runner measures how long things take."""
    moved = Clock()
    monkeypatch.setattr(running.time, "monotonic", moved)
    return moved


def idle_run(project: Project) -> tuple[Job, subprocess.Popen[bytes]]:
    """A run whose process goes on and on."""
    job = project.jobs.add("see", SEE, by="Amina")
    assert project.jobs.begin_next(1) is not None
    files = project.jobs.files(job.id)
    process = start_group([sys.executable, "-c", IDLE, str(files.folder)], files.folder / "output.txt", os.environ)
    until(lambda: files.process() > 0, "the process")
    return job, process


def test_nothing_runs_for_ever(tmp_path: Path) -> None:
    """Proves: a run that has taken as long as it may is asked to keep its best and goes on; after the grace it is ended
    with its process, and says why and what to do.

    Breaks if: a computation that never ends keeps all others waiting, or ends without a word.
    """
    project = project_in(tmp_path)
    job, process = idle_run(project)
    patient = JobRunner(project)
    patient.step()
    assert not project.jobs.files(job.id).asked_to_keep()
    asking = JobRunner(project, longest=1e-9)
    asking.step()
    assert project.jobs.files(job.id).asked_to_keep()
    assert project.jobs.job(job.id).state == RUNNING
    JobRunner(project, longest=1e-9, grace=0.0).step()
    over = project.jobs.job(job.id)
    assert (over.state, over.what.startswith("This was stopped after 1e-09 hours")) == (FAILED, True)
    assert "--longest" in over.fix
    assert process.wait(20) != 0


def test_a_run_is_given_its_whole_time_by_each_server(tmp_path: Path, clock: Clock) -> None:
    """Proves: how long a run takes is measured by a clock that nobody sets; a start that lies far back by a wrong one
    makes a run hurry and does not end it at once, and one that lies ahead gives it no more than its time.

    Breaks if: setting the system's clock ends a run, or lets it go on for ever.
    """
    for ahead in (timedelta(days=-4000), timedelta(days=4000)):
        project = project_in(tmp_path / str(ahead.days))
        job = project.jobs.add("see", SEE, by="Amina")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jobs, "now", lambda ahead=ahead: (datetime.now(UTC) + ahead).isoformat())
            assert project.jobs.begin_next(1) is not None
        lock = project.jobs.files(job.id).lock()
        assert lock.take()
        runner = JobRunner(project, longest=1.0, grace=60.0)
        runner.step()
        assert project.jobs.files(job.id).asked_to_keep() == (ahead.days < 0)
        assert project.jobs.job(job.id).state == RUNNING
        clock.time += 59.0 if ahead.days < 0 else 3659.0
        runner.step()
        assert project.jobs.job(job.id).state == RUNNING
        lock.let_go()
        clock.time += 2.0
        runner.step()
        assert project.jobs.job(job.id).state == FAILED


def test_a_run_that_never_began_is_told_though_the_clock_was_set_back(tmp_path: Path, clock: Clock) -> None:
    """Proves: a run whose server was killed before its process was there failed after some seconds, whatever the clock
    says of when it began.

    Breaks if: a start that lies ahead is waited for.
    """
    project = project_in(tmp_path)
    job = project.jobs.add("see", SEE, by="Amina")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "now", lambda: "2099-01-01T00:00:00.000+00:00")
        assert project.jobs.begin_next(1) is not None
    runner = JobRunner(project)
    runner.step()
    assert project.jobs.job(job.id).state == RUNNING
    clock.time += STARTING + 1
    runner.step()
    assert (project.jobs.job(job.id).state, project.jobs.job(job.id).what) == (FAILED, DIED)


def test_numbers_tell_what_came_first(place: ProjectPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: versions and runs keep their order while the clock goes back. Breaks if: one is sorted by its time."""
    project = place.open()
    for hour in range(5, 0, -1):
        for module in (documents, jobs):
            monkeypatch.setattr(module, "now", lambda hour=hour: f"2026-01-01T0{hour}:00:00.000+00:00")
        project.documents.save("study", "five", f"a = {hour}\n", after=5 - hour, by="Amina")
        project.jobs.add("see", SEE, by="Amina", about=str(hour))
    again = place.open()
    assert [v.text for v in again.documents.versions("study", "five")] == [f"a = {h}\n" for h in range(5, 0, -1)]
    assert [job.about for job in again.jobs.all()] == ["1", "2", "3", "4", "5"]
    begun = again.jobs.begin_next(1)
    assert begun is not None
    assert begun.about == "5"
    assert again.documents.undo("study", "five", after=5, by="Amina").text == "a = 2\n"


def failing(times: int, then: Callable[..., object]) -> Callable[..., object]:
    """A function that finds a full disk so many times, and then does what it should."""
    left = [times]

    def full(*given: object) -> object:
        left[0] -= 1
        if left[0] >= 0:
            raise OSError(28, "No space left on device")
        return then(*given)

    return full


def test_what_was_computed_waits_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a run whose end cannot be written on a full disk says it once there is room.

    Breaks if: hours of computing are told as failed for want of a few bytes.
    """
    project = project_in(tmp_path)
    job = project.jobs.add("see", SEE, by="Amina")
    assert project.jobs.begin_next(1) is not None
    files = project.jobs.files(job.id)
    monkeypatch.setattr(worker, "_run", lambda *_: JobEnd(DONE, "then", outcome="see-1"))
    monkeypatch.setattr(worker.JobFiles, "end", failing(2, worker.JobFiles.end))
    monkeypatch.setattr(worker.time, "sleep", lambda _: None)
    assert worker.main([str(files.folder)]) == 0
    assert (project.jobs.job(job.id).state, project.jobs.job(job.id).outcome) == (DONE, "see-1")


def test_an_end_on_purpose_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where the disk is full when a run is cancelled that is told, and once there is room the run was stopped,
    not failed.

    Breaks if: the page is a fault of ours, or what somebody wanted is told as an accident.
    """
    project = project_in(tmp_path)
    job = project.jobs.add("see", SEE, by="Amina")
    assert project.jobs.begin_next(1) is not None
    files = type(project.jobs.files(job.id))
    with monkeypatch.context() as patch:
        patch.setattr(files, "end", failing(1, files.end))
        with pytest.raises(GroundplanError, match="has ended, and that cannot be written: No space"):
            project.jobs.cancel(job.id)
    assert project.jobs.job(job.id).state == RUNNING
    assert project.jobs.files(job.id).end_unsaid(JobEnd(FAILED, "then")).state == STOPPED


def test_one_run_that_cannot_be_seen_to_keeps_no_other_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Proves: where one run makes trouble the others are taken over, and a fault of ours ends no look for ever.

    Breaks if: the queue stands still until the server is started anew.
    """
    project = project_in(tmp_path)
    ids = [project.jobs.add("see", {**SEE, "seed": n}, by="Amina").id for n in range(2)]
    for id in ids:
        assert project.jobs.begin_next(2) is not None
        project.jobs.files(id).begin(4_000_000)
    runner, mourn = JobRunner(project, at_most=1), JobRunner._mourn

    def trouble(self: JobRunner, id: str) -> None:
        if id == ids[0]:
            raise GroundplanError("not now")
        mourn(self, id)

    with monkeypatch.context() as patch:
        patch.setattr(JobRunner, "_mourn", trouble)
        with pytest.raises(GroundplanError, match="not now"):
            runner.step()
    assert [project.jobs.job(id).state for id in ids] == [RUNNING, FAILED]
    monkeypatch.setattr(running, "STARTING", 0.0)
    monkeypatch.setattr(JobRunner, "step", failing_once(JobRunner.step))
    runner.start()
    try:
        until(lambda: project.jobs.job(ids[0]).state == FAILED, "the next look")
    finally:
        runner.stop()
    assert "the look at the runs failed" in caplog.text


def failing_once(then: Callable[[JobRunner], None]) -> Callable[[JobRunner], None]:
    """A function that fails the first time, as ours never should."""
    first = [True]

    def wrong(runner: JobRunner) -> None:
        if first.pop() if first else False:
            raise ZeroDivisionError
        then(runner)

    return wrong


def test_a_study_that_cannot_be_read_is_told_by_its_run(tmp_path: Path) -> None:
    """Proves: a run begins though the file of its study is no text, so that it says what is wrong.

    Breaks if: it is marked as running and nothing is started.
    """
    project = project_in(tmp_path)
    project.documents.save("study", "five", "a = 1\n", after=0, by="Amina")
    project.jobs.add("plan", {"study": "studies/five.toml"}, by="Amina")
    (project.folder / "studies/five.toml").write_bytes(b"\xff\xfe")
    begun = project.jobs.begin_next(1)
    assert begun is not None
    assert begun.state == RUNNING


def test_what_sqlite_has_beside_a_held_project_stays(tmp_path: Path) -> None:
    """Proves: while a server holds a project the files beside its database stand, as a full disk could not make them
    anew for whoever reads; with the server they go.

    Breaks if: every transaction makes and removes them.
    """
    project = project_in(tmp_path)
    beside = [Path(f"{project.store.where}{side}") for side in ("-wal", "-shm")]
    project.close()
    assert not any(path.exists() for path in beside)
    project.hold("http://127.0.0.1:1")
    project.documents.names("study")
    assert all(path.exists() for path in beside)
    project.close()
    assert not any(path.exists() for path in beside)
