"""Runs of a project in their own processes: what they give, and what becomes of them when anybody is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from project_cases import ProjectPlace, alive, ended, until

from groundplan import Outcome, worker
from groundplan.cli.command import outcome_of
from groundplan.errors import PlanInfeasible
from groundplan.projects.job_files import DONE, FAILED, IMPOSSIBLE, RUNNING, STOPPED, WAITING
from groundplan.projects.jobs import Job
from groundplan.projects.process_groups import end_group, start_group
from groundplan.projects.project_folder import Project
from groundplan.projects.running import JobRunner
from groundplan.verb_table import VERBS

GHANA = {"country": "GHA", "draws": 2}
LONG = {"country": "GHA", "draws": 10**6}  # hours
IN_A_FILE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)  # what a run computes sees no database


def computed_here(project: Project, job: Job) -> Job:
    """A run whose worker is this process, which knows the libraries already."""
    assert project.jobs.begin_next(1) is not None
    with contextlib.chdir(project.folder):
        assert worker.main([str(project.jobs.files(job.id).folder)]) == 0
    assert project.jobs.settle(job.id)
    return project.jobs.job(job.id)


@pytest.fixture
def project(place: ProjectPlace) -> Iterator[Project]:
    """A project, none of whose runs outlives the test."""
    made_here = place.open()
    yield made_here
    for job in made_here.jobs.all():
        made_here.jobs.cancel(job.id)


@pytest.fixture
def runner(project: Project) -> Iterator[JobRunner]:
    """Its runner, at work."""
    at_work = JobRunner(project)
    at_work.start()
    yield at_work
    at_work.stop()


def process_of(project: Project, job: Job) -> int:
    """The process of a run, once it is there."""
    until(lambda: project.jobs.files(job.id).process() > 0, "the process")
    return project.jobs.files(job.id).process()


@IN_A_FILE
def test_a_run_gives_what_the_command_line_gives(project: Project, runner: JobRunner) -> None:
    """Proves: a run in its process ends with the outcome that the command's own function has, with its report.

    Breaks if: the worker asks otherwise than the command line, or loses a part.
    """
    job = ended(project, project.jobs.add("see", GHANA, by="Amina", about="Ghana"))
    assert (job.state, job.what) == (DONE, "")
    assert job.outcome.startswith("see-")
    folder = project.outcomes_folder / job.outcome
    assert (folder / "report.html").is_file()
    here = outcome_of(VERBS["see"], GHANA, lambda _: None)
    assert (here.compare(Outcome.open(folder))[["largest", "only_here", "only_there"]] == 0.0).all(axis=None)
    events = project.jobs.events(job.id)
    assert [e.number for e in events] == [*range(1, len(events) + 1)]
    assert events[-1].state == DONE
    assert job.line == events[-1].line == "table drawn again 2 of 2 times"
    assert job.asked_at < job.began_at < job.ended_at


def test_runs_are_cancelled_at_once(project: Project, runner: JobRunner) -> None:
    """Proves: a run and what it started are gone within two seconds, and the next in the queue has its turn.

    Breaks if: a process goes on unseen, or the queue waits for it.
    """
    long = project.jobs.add("see", {**LONG, "workers": 2}, by="Amina")
    waiting = project.jobs.add("see", LONG, by="Amina")
    after = project.jobs.add("see", LONG, by="Amina")
    process = process_of(project, long)
    until(lambda: len(group_of(process)) > 1, "the processes of its own")
    group = group_of(process)
    assert project.jobs.job(waiting.id).state == WAITING
    assert project.jobs.cancel(waiting.id).state == STOPPED
    began = time.monotonic()
    assert project.jobs.cancel(long.id).state == STOPPED
    assert time.monotonic() - began < 2.0
    until(lambda: not any(map(alive, group)), "the end of every process")
    until(lambda: project.jobs.job(after.id).state == RUNNING, "the turn of the next")
    assert project.jobs.job(waiting.id).began_at == ""


def group_of(process: int) -> list[int]:
    """The processes of a session."""
    listed = subprocess.run(["ps", "-o", "pid=", "-s", str(process)], capture_output=True, text=True, check=True)
    return [int(word) for word in listed.stdout.split()]


def test_a_killed_worker_failed_and_can_be_started_again(project: Project, runner: JobRunner) -> None:
    """Proves: a process that ends without a word is told as failed, leaves no zombie, and the same can be asked again.

    Breaks if: the run counts as running for ever.
    """
    job = project.jobs.add("see", LONG, by="Amina")
    process = process_of(project, job)
    os.kill(process, signal.SIGKILL)
    over = ended(project, job)
    assert (over.state, over.outcome) == (FAILED, "")
    assert "ended before it was done" in over.what
    assert over.fix
    until(lambda: not Path(f"/proc/{process}").exists(), "that the process is waited for")
    again = project.jobs.again(job.id)
    assert process_of(project, again) != process
    assert project.jobs.job(again.id).state == RUNNING


def test_runs_outlive_a_killed_server(project: Project, place: ProjectPlace) -> None:
    """Proves: where the server is killed its run goes on; the next server follows it, and tells also its later end.

    Breaks if: a run dies with its server, is started twice, or is taken for dead.
    """
    script = (
        "import sys, time; from groundplan.projects.project_folder import Project\n"
        "from groundplan.projects.running import JobRunner\n"
        "p = Project.open(*sys.argv[1:]); p.hold(''); JobRunner(p).start(); time.sleep(600)"
    )
    job, next_one = project.jobs.add("see", LONG, by="Amina"), project.jobs.add("see", GHANA, by="Amina")
    with subprocess.Popen([sys.executable, "-c", script, str(place.folder), place.database]) as server:
        process = process_of(project, job)
        server.kill()
    assert alive(process)
    project.hold("")
    follower = JobRunner(project)
    follower.step()
    assert [project.jobs.job(j.id).state for j in (job, next_one)] == [RUNNING, WAITING]
    until(lambda: "drawn" in project.jobs.job(job.id).line, "its next words")
    os.kill(process, signal.SIGKILL)
    until(lambda: (follower.step(), project.jobs.job(job.id).state == FAILED)[1], "that its end is noticed")
    assert project.jobs.job(next_one.id).state == RUNNING
    project.close()


def test_a_stopped_runner_leaves_its_runs(project: Project) -> None:
    """Proves: a server that ends in order leaves its runs to themselves. Breaks if: stopping ends them."""
    first = JobRunner(project)
    first.start()
    job = project.jobs.add("see", LONG, by="Amina")
    process = process_of(project, job)
    first.stop()
    assert alive(process)
    assert project.jobs.job(job.id).state == RUNNING


@IN_A_FILE
def test_a_search_is_stopped_and_its_best_kept(project: Project) -> None:
    """Proves: a run that is asked to keep its best ends with an outcome of the best at its next line, said so.

    Plans with projects hear the same ``Enough``: ``test_works``.
    Breaks if: the wish is not heard, or the outcome is thrown away.
    """
    job = project.jobs.add("place", {"country": "PRK", "years": 4, "quick": True, "gap": 0.0}, by="Amina")
    project.jobs.files(job.id).ask_to_keep()
    over = computed_here(project, job)
    assert (over.state, over.what) == (DONE, "")
    outcome = Outcome.open(project.outcomes_folder / over.outcome)
    assert outcome.provenance["status"] == "stopped"
    assert len(outcome.table("chosen")) > 0
    searches = [e for e in project.jobs.events(job.id) if e.best is not None]
    assert searches
    assert all(e.bound is None or e.best <= e.bound * (1 + 1e-9) for e in searches)


@IN_A_FILE
def test_a_plan_that_cannot_be_is_saved_with_its_clash(project: Project) -> None:
    """Proves: where nothing meets every target the run is impossible, with the page that says why, in the language that
    was asked for; without a page it failed.

    Breaks if: it counts as a failure, or its repairs are lost.
    """
    page = outcome_of(VERBS["data"], {"country": "GHA"}, lambda _: None)  # a page that costs no solver

    def impossible(*_: object) -> Outcome:
        clash = PlanInfeasible("no plan meets every target", fix="loosen one")
        clash.outcome = page
        raise clash

    def bare(*_: object) -> Outcome:
        raise PlanInfeasible("no plan meets every row")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "outcome_of", impossible)
        over = computed_here(project, project.jobs.add("data", {"country": "GHA"}, by="Amina", language="fr"))
        patch.setattr(worker, "outcome_of", bare)
        without = computed_here(project, project.jobs.add("data", {"country": "GHA"}, by="Amina"))
    assert (over.state, over.what, over.fix) == (IMPOSSIBLE, "no plan meets every target", "loosen one")
    assert 'lang="fr"' in (project.outcomes_folder / over.outcome / "report.html").read_text("utf-8")
    assert (without.state, without.what, without.outcome) == (FAILED, "no plan meets every row", "")


@IN_A_FILE
def test_faults_are_told_part_by_part(project: Project) -> None:
    """Proves: faults of a study are told as the command line tells them; our own too, without a path of the machine.

    Breaks if: a fault comes as one text, or as a trace.
    """
    project.documents.save("study", "bad", "[plan]\nyear = 3\nyeers = 2\n", after=0, by="Amina")
    over = computed_here(project, project.jobs.add("plan", {"study": "studies/bad.toml"}, by="Amina"))
    assert (over.state, over.outcome) == (FAILED, "")
    assert len(over.fault_parts) == 2
    assert all(part.what and "bad.toml" in (part.where or over.where) for part in over.fault_parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "outcome_of", lambda *_: 1 / 0)
        own = computed_here(project, project.jobs.add("see", GHANA, by="Amina"))
    assert own.state == FAILED
    assert own.what == "This is a fault of Groundplan, not of yours."


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are another thing there")
def test_a_run_gives_way_to_pages(tmp_path: Path) -> None:
    """Proves: what is started for a run has a lower priority than who starts it. Breaks if: a solve slows pages."""
    words = [sys.executable, "-c", "import time; time.sleep(60)"]
    process = start_group(words, tmp_path / "output", os.environ)
    try:
        assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        end_group(process.pid, at_once=True)
        process.wait()
