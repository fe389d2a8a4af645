"""Runs of a project: what may be asked, in which order, and what its files say; no process is started here."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path

import pytest
from project_cases import ProjectPlace, project_in

from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.projects.job_files import DONE, FAILED, RUNNING, STOPPED, WAITING, FaultPart, JobEnd, JobEvent
from groundplan.projects.jobs import Job
from groundplan.projects.project_folder import Project
from groundplan.projects.settings_checks import inside, refuse_settings
from groundplan.verb_table import VERBS

GHANA = {"country": "GHA", "draws": 2}


def finish(project: Project, job: Job, end: JobEnd) -> None:
    """End a run as its process would."""
    lock = project.jobs.files(job.id).lock()
    assert lock.take()
    project.jobs.files(job.id).end(end)
    lock.let_go()


def test_runs_come_in_order_at_most_so_many_at_a_time(place: ProjectPlace) -> None:
    """Proves: who asked first is first, no more than ``at_most`` run, and who is taken out leaves the others in order.

    Breaks if: two servers begin one run, or the order is that of names.
    """
    jobs = place.open().jobs
    asked = [jobs.add("see", {**GHANA, "seed": n}, by="Amina") for n in range(4)]
    assert [j.number for j in asked] == [1, 2, 3, 4]
    assert jobs.cancel(asked[1].id).state == STOPPED
    begun: list[Job | None] = []

    def begin() -> None:
        begun.append(place.open().jobs.begin_next(2))

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(j.number for j in begun if j) == [1, 3]
    assert [j.state for j in jobs.all()] == [WAITING, RUNNING, STOPPED, RUNNING]
    finish(jobs_project := place.open(), asked[0], JobEnd(DONE, "2026-01-01T00:00:00+00:00", outcome="see-1"))
    assert jobs.job(asked[0].id).state == DONE
    assert jobs_project.jobs.settle(asked[0].id)
    assert (last := jobs.begin_next(2)) is not None
    assert last.number == 4
    assert jobs.latest("see") == jobs.job(asked[0].id)
    assert jobs.latest("see", done=False).number == 4  # type: ignore[union-attr]
    assert jobs.latest("plan") is None


def test_a_run_says_what_it_is(place: ProjectPlace) -> None:
    """Proves: a run has its command, its settings and words, and again asks for the same.

    Breaks if: a run that is asked for again is another.
    """
    project = place.open()
    project.documents.save("study", "five", "[plan]\n", after=0, by="Amina")
    settings = {"study": "studies/five.toml", "years": 5, "set": {"export_growth": 0.06}}
    job = project.jobs.add("plan", settings, by="Amina", about="five years", language="fr", study="five@1")
    assert job.command == "groundplan plan --study studies/five.toml --years 5 --set export_growth=0.06"
    assert (job.settings, job.language, job.by, job.about) == (settings, "fr", "Amina", "five years")
    project.documents.save("study", "five", "[plan]\nyears = 3\n", after=1, by="Amina")
    begun = project.jobs.begin_next(1)
    assert begun is not None
    assert begun.study == "five@2"  # what it reads, which is what stands when it begins
    again = project.jobs.again(job.id, by="Juma")
    assert (again.verb, again.settings, again.language, again.by) == (job.verb, settings, "fr", "Juma")
    assert again.id != job.id
    with pytest.raises(UnknownName):
        project.jobs.job("../../etc")


def test_a_run_that_is_over_is_read_once(tmp_path: Path) -> None:
    """Proves: of runs that are over nothing is read again, what others ask for or end is seen, and where another
    database was put in the place of this one its runs are.

    Breaks if: a list shows runs as they stood, or those of a database that is gone.
    """
    project, elsewhere = project_in(tmp_path), project_in(tmp_path)
    first, second = (project.jobs.add("see", {**GHANA, "seed": n}, by="Amina") for n in range(2))
    assert project.jobs.begin_next(1) is not None
    project.jobs.files(first.id).note(JobEvent(1, "now", "nearly", None, None, None))
    finish(project, first, JobEnd(DONE, "then"))
    assert elsewhere.jobs.settle(first.id)
    assert [(j.state, j.line) for j in project.jobs.all()] == [(WAITING, ""), (DONE, "nearly")]
    (project.jobs.files(first.id).folder / "events.jsonl").unlink()
    third = elsewhere.jobs.add("see", GHANA, by="Juma")
    elsewhere.jobs.cancel(second.id)
    assert [j.id for j in project.jobs.all()] == [third.id, second.id, first.id]
    assert [(j.state, j.line) for j in project.jobs.all()][1:] == [(STOPPED, ""), (DONE, "nearly")]
    other = Project.open(tmp_path / "other", by="Amina")
    asked = [other.jobs.add("see", GHANA, by="Juma").id for _ in range(3)]
    for one in (project, elsewhere, other):
        one.close()
    shutil.copy(other.store.where, project.store.where)
    assert [j.id for j in project.jobs.all()] == asked[::-1]


def test_how_a_run_stands_is_numbered(place: ProjectPlace) -> None:
    """Proves: events are numbered from 1, can be had from any number on, a half line is none, the last tells the end.

    Breaks if: a browser that comes back after a break misses a line, or hears one twice.
    """
    project = place.open()
    job = project.jobs.add("see", GHANA, by="Amina")
    files = project.jobs.files(job.id)
    assert project.jobs.begin_next(1) is not None
    assert project.jobs.events(job.id) == []
    for n in (1, 2, 3):
        files.note(JobEvent(n, "now", f"line {n}", 1.0 * n, float("inf"), None))
    with (files.folder / "events.jsonl").open("a") as half:
        half.write('{"number": 4, "at"')
    assert [e.line for e in project.jobs.events(job.id, after=1)] == ["line 2", "line 3"]
    now = project.jobs.job(job.id)
    assert (now.line, now.best, now.bound, now.gap, now.state) == ("line 3", 3.0, None, None, RUNNING)
    fault = JobEnd(FAILED, "then", what="no", where="there", fix="so", parts=(FaultPart("no", "there", "so"),))
    finish(project, job, fault)
    assert [(e.number, e.state) for e in project.jobs.events(job.id, after=2)] == [(3, RUNNING), (4, FAILED)]
    assert project.jobs.events(job.id, after=4) == []
    over = project.jobs.job(job.id)
    assert (over.what, over.where, over.fix, over.fault_parts) == ("no", "there", "so", fault.parts)
    finish(project, job, JobEnd(DONE, "later"))
    assert project.jobs.job(job.id).state == FAILED
    assert project.jobs.cancel(job.id).state == FAILED


def test_a_run_that_waits_has_nothing_to_keep(place: ProjectPlace) -> None:
    """Proves: only what has begun can be asked to keep its best. Breaks if: a run begins with the wish to stop."""
    project = place.open()
    job = project.jobs.add("see", GHANA, by="Amina")
    with pytest.raises(GroundplanError, match="has not begun"):
        project.jobs.keep(job.id)
    assert project.jobs.begin_next(1) is not None
    project.jobs.keep(job.id)
    assert project.jobs.files(job.id).asked_to_keep()
    cancelled = project.jobs.cancel(job.id)  # before its process was there
    assert cancelled.state == STOPPED
    assert [e.state for e in project.jobs.events(job.id)] == [STOPPED]


@pytest.mark.parametrize(
    ("verb", "settings", "words"),
    [
        ("plant", {}, "no verb 'plant'; nearest: 'plan'"),
        ("serve", {}, "no verb 'serve'"),
        ("project", {"action": "backup", "path": "."}, "no verb 'project'"),
        ("see", {"county": "KEN"}, "nearest: 'country'"),
        ("see", {"out": "elsewhere"}, "no option of see 'out'"),
        ("see", {"draws": "2"}, "not a whole number"),
        ("see", {"draws": True}, "not a whole number"),
        ("see", {"draws": 2.5}, "not a whole number"),
        ("see", {"tolerance": float("nan")}, "not a number"),
        ("see", {"tolerance": 2.0}, "from 0 to 1"),
        ("see", {"balance": "yes"}, "not yes or no"),
        ("see", {"country": ["KEN"]}, "not a text"),
        ("plan", {"set": "export_growth=0.06"}, "not names with values"),
        ("join", {"countries": ["BEL", "NLD"], "clearing": "never"}, "no clearing 'never'"),
        ("whynot", {"country": "KEN"}, "the target is not said"),
        ("stress", {"country": "../KEN.toml"}, "no file of this project"),
        ("stress", {"scenario": "/etc/passwd"}, "no file of this project"),
        ("plan", {"table": ["files/a.csv", "files/../../b.csv"]}, "'files/../../b.csv' is no file"),
        ("plan", {"set": {"deep": [{"file": "/etc/passwd"}]}}, "no file of this project"),
        ("see", {"address": "tcp://10.0.0.5:8786"}, "no file of this project"),
        ("follow", {"ledger": "postgresql://somewhere/plan"}, "no file of this project"),
        ("template", {"path": "groundplan.db"}, "no file of this project"),
        ("report", {"folder": "jobs/x"}, "no file of this project"),
        ("open", {"files": ["files/office.key"]}, "no file of this project"),
        ("names", {"propose": "plan.ledger"}, "would be written to 'plan.ledger'"),
        ("ledger", {"action": "checkpoint", "path": "plan.ledger"}, "would be written to 'plan.ledger'"),
        ("update", {"controls": "files/a.toml", "write": "studies/a"}, "would be written to 'studies/a'"),
        ("report", {"folder": "outcomes/a", "workbook": "studies/a.xlsx"}, "would be written to"),
        ("see", {"pdf": "files/../studies/a.toml"}, "would be written to"),
        ("see", {"names": "~/list.csv"}, "no file of this project"),
        ("see", {"names": "a\0b"}, "no file of this project"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path: Path, verb: str, settings: dict[str, object], words: str) -> None:
    """Proves: unknown options, wrong kinds of value and files elsewhere are refused, and nothing is kept of them.

    Breaks if: a request names any file of the machine, or an address.
    """
    project = project_in(tmp_path)
    with pytest.raises(GroundplanError) as caught:
        project.jobs.add(verb, settings, by="Amina")
    assert words in str(caught.value)
    assert project.jobs.all() == []
    assert list((project.folder / "jobs").iterdir()) == []


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Proves: every fault of a request is told. Breaks if: the first hides the others."""
    with pytest.raises(StudyError) as one:
        refuse_settings("see", {"draws": "x"}, tmp_path)
    with pytest.raises(GroundplanError) as both:
        refuse_settings("see", {"draws": "x", "county": 1, "names": "/x"}, tmp_path)
    assert len(both.value.parts) == 3
    assert str(one.value).splitlines()[0] in str(both.value)


def test_words_of_people_are_no_paths(tmp_path: Path) -> None:
    """Proves: targets, names with marks and long texts pass. Breaks if: what people write is taken for a path."""
    for text in ("gross output: cons >= 2500 in 2024", "coke/petroleum", "St. Lucia", ".", "x" * 5000, "-12,5 %"):
        assert refuse_settings("whynot", {"target": text}, tmp_path) is VERBS["whynot"]
    assert refuse_settings("see", {"country": "KEN", "workers": 2, "stock_days": 30}, tmp_path) is VERBS["see"]


def test_links_are_followed_before_they_are_trusted(tmp_path: Path) -> None:
    """Proves: a link inside that leads outside is refused, one that stays inside is not, nor a path in full.

    Breaks if: a folder's name alone is looked at.
    """
    project = tmp_path / "project"
    (project / "files").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("x")
    (project / "files/own.csv").write_text("x")
    os.symlink(tmp_path / "secret.csv", project / "files/link.csv")
    os.symlink(project / "files/own.csv", project / "files/alias.csv")
    os.symlink(tmp_path, project / "up")
    for name in ("files/link.csv", "up/secret.csv"):
        with pytest.raises(GroundplanError, match="no file of this project"):
            inside(project, name)
    own = (project / "files/own.csv").resolve()
    assert {inside(project, n) for n in ("files/own.csv", "files/alias.csv", str(project / "files/own.csv"))} == {own}


def test_what_a_run_is_asked_stands_in_its_folder(place: ProjectPlace) -> None:
    """Proves: a run's folder says all that its process needs. Breaks if: the process would need the database."""
    project = place.open()
    job = project.jobs.add("see", GHANA, by="Amina", language="es_MX.UTF-8")
    facts = json.loads((project.folder / "jobs" / job.id / "job.json").read_text())
    assert facts == {"verb": "see", "settings": GHANA, "language": "es-MX"}
