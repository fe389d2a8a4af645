"""Projects kept in one file while somebody works on them, and brought back with either database."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from database_places import SERVER
from project_cases import ProjectPlace, project_in, project_place

from groundplan import Outcome
from groundplan.cli import main
from groundplan.errors import GroundplanError
from groundplan.projects import project_store
from groundplan.projects.backups import folder_files
from groundplan.projects.backups.backing_up import back_up
from groundplan.projects.backups.backup_archive import BackupWriter, opened_backup
from groundplan.projects.backups.checking import checked_backup, checked_folder
from groundplan.projects.backups.restoring import WENT_ON, restore
from groundplan.projects.job_files import DONE, FAILED, RUNNING, WAITING, JobEnd, JobEvent
from groundplan.projects.project_folder import Project
from groundplan.projects.running import JobRunner

GHANA = {"country": "GHA"}


def quiet(_: str) -> None:
    """Nobody is told."""


def worked_on(project: Project) -> None:
    """Put into a project one of everything: versions, a draft, runs in each state, an outcome, files, a key."""
    documents, jobs, folder = project.documents, project.jobs, project.folder
    documents.save("study", "five", "a = 1\n", after=0, by="Amina", why="계획")
    documents.save("study", "five", "a = 2\n", after=1, by="Juma")
    documents.undo("study", "five", after=2, by="Amina")
    documents.keep_draft("study", "five", "Juma", "a = 3\n", after=3)
    done, running, _ = (jobs.add("see", GHANA, by="Amina", about=f"run {n}") for n in range(3))
    Outcome({}, {}, {"engine": "see"}).save(project.outcomes_folder / "see-1")
    for job in (done, running):
        assert jobs.begin_next(2) is not None
        jobs.files(job.id).begin(4_000_000)
        jobs.files(job.id).note(JobEvent(1, "now", "one", None, None, None))
    lock = jobs.files(done.id).lock()
    assert lock.take()
    jobs.files(done.id).end(JobEnd(DONE, "then", outcome="see-1"))
    jobs.settle(done.id)
    lock.let_go()
    (project.files_folder / "own.csv").write_text("x,y\n1,2\n", "utf-8")
    (project.files_folder / "none.csv").touch()
    (project.files_folder / "표.csv").write_text("x\n", "utf-8")
    (project.files_folder / "elsewhere.csv").symlink_to("/etc/hostname")
    (project.outcomes_folder / ".see-2-00000000-1-0000.part").mkdir()
    (project.outcomes_folder / ".see-2-00000000-1-0000.part" / "half.csv").write_text("x", "utf-8")
    (folder / "plan.key").write_text("secret", "utf-8")
    (folder / "plan.key").chmod(0o600)


def others(place: ProjectPlace) -> str:
    """The other kind of database, where there is a server."""
    return "sqlite" if place.database or not os.environ.get(SERVER) else "postgresql"


def test_everything_comes_back_with_the_other_database(place: ProjectPlace, tmp_path: Path) -> None:
    """Proves: a project that a server holds is kept in one file, and comes back with every version, draft, run and file
    as it was, on the other database too; what was being computed failed in words once a server starts.

    Breaks if: a table, a file or a time is lost, a half-written outcome or a lock comes along, or a run seems to run.
    """
    project = place.open()
    worked_on(project)
    project.hold("http://127.0.0.1:1")
    with sqlite3.connect(project.folder / "plan.ledger", isolation_level=None) as ledger:
        ledger.execute("PRAGMA journal_mode=WAL")
        ledger.execute("CREATE TABLE entries (entry)")
        ledger.execute("INSERT INTO entries VALUES ('kept')")
        ledger.execute("BEGIN")
        ledger.execute("INSERT INTO entries VALUES ('not yet')")
        made = back_up(place.folder, tmp_path / "kept.zip", place.database)
        ledger.execute("ROLLBACK")
    ledger.close()
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert (made.keys, made.left_out) == (("plan.key",), ("files/elsewhere.csv",))
    with project_place(others(place), tmp_path / "back") as there:
        back = restore(made.file, there.folder, there.database)
        assert back.went_on == 1
        again = there.open()
        for name in ("versions", "draft"):
            ask: Callable[[Project], object] = {
                "versions": lambda p: p.documents.versions("study", "five"),
                "draft": lambda p: p.documents.draft("study", "five", "Juma"),
            }[name]
            assert ask(again) == ask(project)
        assert again.documents.redo("study", "five", after=3, by="Amina").text == "a = 2\n"
        runner = JobRunner(again)
        runner._to_stop.set()  # what ended is taken over, and nothing is begun
        runner.step()
        before, now = project.jobs.all(), again.jobs.all()
        assert [job.state for job in before] == [WAITING, RUNNING, DONE]
        assert [(job.state, job.what) for job in now] == [(WAITING, ""), (FAILED, WENT_ON), (DONE, "")]
        same = ("id", "number", "verb", "settings", "by", "about", "command", "asked_at", "began_at", "line")
        assert [[getattr(j, n) for n in same] for j in now] == [[getattr(j, n) for n in same] for j in before]
        assert Outcome.open(again.outcomes_folder / "see-1").provenance["engine"] == "see"
        for file in ("files/own.csv", "files/none.csv", "files/표.csv", "plan.key", "outcomes/see-1/provenance.json"):
            old, new = project.folder / file, again.folder / file
            assert new.read_bytes() == old.read_bytes()
            assert new.stat().st_mtime == pytest.approx(old.stat().st_mtime)
        assert stat.S_IMODE((again.folder / "plan.key").stat().st_mode) == 0o600
        with sqlite3.connect(again.folder / "plan.ledger") as ledger:
            assert ledger.execute("SELECT entry FROM entries").fetchall() == [("kept",)]
        ledger.close()
        left = {str(p.relative_to(again.folder)) for p in again.folder.rglob("*") if p.is_file() or p.is_symlink()}
        assert not [name for name in left if name.endswith((".part", "lock", "process", "elsewhere.csv", "ledger-wal"))]
        assert checked_folder(there.folder, there.database, quiet)[0].startswith("The project is whole: 1 documents")
        again.close()
    project.close()


def test_it_is_made_while_others_write(place: ProjectPlace, tmp_path: Path) -> None:
    """Proves: while studies are saved, an outcome is written over, a run tells how it stands and files come and go, a
    backup is whole, and what was acknowledged before it began is in it.

    Breaks if: tables and files are of two moments, half of an outcome is old, or a file that grows or goes ends it.
    """
    project = place.open()
    job = project.jobs.add("see", GHANA, by="Amina")
    assert project.jobs.begin_next(1) is not None
    Outcome({}, {}, {"engine": "see", "of": -1}).save(project.outcomes_folder / "see-1")
    done, failed, acknowledged = threading.Event(), list[Exception](), [0]

    def work() -> None:
        n = 0
        try:
            while not done.is_set():
                saved = project.documents.save("study", "five", f"a = {n}\n", after=n, by="Amina")
                acknowledged[0] = saved.number
                Outcome({}, {}, {"engine": "see", "of": n}).save(project.outcomes_folder / "see-1", overwrite=True)
                project.jobs.files(job.id).note(JobEvent(n + 1, "now", "x" * 1000, None, None, None))
                (project.files_folder / f"{n}.csv").write_text("x", "utf-8")
                (project.files_folder / f"{n - 1}.csv").unlink(missing_ok=True)
                n += 1
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for n in range(4):
            before = acknowledged[0]
            back_up(place.folder, tmp_path / f"{n}.zip", place.database)
            restore(tmp_path / f"{n}.zip", tmp_path / f"back{n}")
            with_file = ProjectPlace(tmp_path / f"back{n}", "").open()
            versions = with_file.documents.versions("study", "five")
            assert [v.text for v in versions] == [f"a = {m}\n" for m in range(len(versions))]
            assert len(versions) >= before
            assert checked_folder(tmp_path / f"back{n}", "", quiet)
            assert len(with_file.jobs.events(job.id)) >= 0
    finally:
        done.set()
        thread.join()
    assert failed == []


def test_a_document_that_came_later_waits_for_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a study whose first version was saved after the tables were read is not in a backup as a bare file, while
    one that nobody could read is.

    Breaks if: a study comes back as a change by hand, without its versions.
    """
    project = project_in(tmp_path)
    (project.folder / "studies/odd.toml").write_bytes(b"\xff\xfe")
    listed = folder_files.FolderFiles.all

    def later(files: folder_files.FolderFiles) -> Iterator[folder_files.FolderFile]:
        project.documents.save("study", "five", "a = 1\n", after=0, by="Amina")
        return listed(files)

    monkeypatch.setattr(folder_files.FolderFiles, "all", later)
    back_up(project.folder, tmp_path / "kept.zip")
    with opened_backup(tmp_path / "kept.zip") as backup:
        assert backup.names("folder/") == ["folder/studies/odd.toml"]


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None], kinds: dict[str, int] | None = None) -> Path:
    """A backup with something changed in it, and everything else as the manifest says."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    target = file.with_name("changed.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (kinds or {}).get(name, 0o100600) << 16
            archive.writestr(info, data)
    return target


def stated(entries: dict[str, bytes], name: str, data: bytes) -> None:
    """Add a file, with the manifest saying so."""
    about = json.loads(entries["manifest.json"])
    about["entries"][name] = {
        "sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "private": False, "changed": 0.0,
    }  # fmt: skip
    entries[name] = data
    entries["manifest.json"] = json.dumps(about).encode()


def told(entries: dict[str, bytes], **facts: object) -> None:
    """Let the manifest say something else."""
    entries["manifest.json"] = json.dumps(json.loads(entries["manifest.json"]) | facts).encode()


STUDY = "folder/studies/five.toml"
FIRST_TABLES = [f"tables/{name}" for name in ("document_versions", "document_files", "drafts", "jobs")]
BAD: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "changed": (lambda e: e.update({STUDY: b"a = 2\n"}), "is not as it was"),
    "longer": (lambda e: e.update({STUDY: b"0" * 10**7}), "another size"),
    "lacking": (lambda e: e.pop(STUDY), "archive and manifest differ"),
    "more": (lambda e: e.update({"folder/more": b""}), "archive and manifest differ"),
    "no manifest": (lambda e: e.pop("manifest.json"), "no manifest"),
    "manifest of another kind": (lambda e: e.update({"manifest.json": b"[]"}), "no whole backup"),
    "newer": (lambda e: told(e, schema="9999"), "the form 9999"),
    "of another form": (lambda e: told(e, format=2), "its form is 2"),
    "up": (lambda e: stated(e, "folder/../../up", b"x"), "leads out of the folder"),
    "absolute": (lambda e: stated(e, "/up", b"x"), "leads out of the folder"),
    "of Windows": (lambda e: stated(e, "folder/a\\..\\..\\up", b"x"), "leads out of the folder"),
    "link": (lambda e: stated(e, "folder/link", b"/etc/passwd"), "no plain file"),
    "folder": (lambda e: stated(e, "folder/files/", b""), "leads out of the folder"),
    "unknown table": (lambda e: stated(e, "tables/theirs.jsonl", b"{}\n"), "a table that no project has"),
    "table of the schema": (lambda e: stated(e, "tables/project_version.jsonl", b"{}\n"), "table that no project has"),
    "row": (lambda e: stated(e, "tables/jobs.jsonl", b'{"id": "x"}\n'), "other columns"),
    "no row": (lambda e: stated(e, "tables/jobs.jsonl", b"[[[\n"), "cannot be read"),
    "half a row": (lambda e: stated(e, "tables/jobs.jsonl", b'{"id": "x"}'), "cut short"),
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a project with one study."""
    folder = tmp_path_factory.mktemp("kept")
    project = project_in(folder)
    project.documents.save("study", "five", "a = 1\n", after=0, by="Amina")
    return back_up(project.folder, folder / "kept.zip").file


@pytest.mark.parametrize("bad", BAD)
def test_what_is_not_whole_is_refused(kept: Path, tmp_path: Path, bad: str) -> None:
    """Proves: what was changed, leads elsewhere, is a link, grows beyond what was said or is of a newer form is refused
    in words, and nothing is left of it.

    Breaks if: a file is written before everything was checked, or anywhere but in the folder.
    """
    change, words = BAD[bad]
    file = tmp_path / "kept.zip"
    file.write_bytes(kept.read_bytes())
    changed = rewritten(file, lambda e: (change(e), None)[1], {"folder/link": 0o120777} if bad == "link" else None)
    with pytest.raises(GroundplanError, match=words):
        restore(changed, tmp_path / "back")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["changed.zip", "kept.zip"]


def test_a_file_that_is_cut_or_none_is_refused(kept: Path, tmp_path: Path) -> None:
    """Proves: half of a backup, another file and none are told in words. Breaks if: an exception of zip comes out."""
    data = kept.read_bytes()
    for name, content in {"half": data[: len(data) // 2], "none": b"", "text": b"x" * 100}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(GroundplanError, match="no whole backup"):
            checked_backup(tmp_path / name, quiet)
    with pytest.raises(GroundplanError, match="no such file"):
        checked_backup(tmp_path / "absent", quiet)
    inside = data.index(b"document_versions.jsonl") + 80
    (tmp_path / "bit").write_bytes(data[:inside] + bytes([data[inside] ^ 1]) + data[inside + 1 :])
    with pytest.raises(GroundplanError):
        checked_backup(tmp_path / "bit", quiet)


def test_an_older_backup_is_brought_on(kept: Path, place: ProjectPlace, tmp_path: Path) -> None:
    """Proves: a backup of an older schema comes back in the newest. Breaks if: rows go into tables of another form."""
    file = tmp_path / "kept.zip"
    file.write_bytes(kept.read_bytes())

    def first_form(entries: dict[str, bytes]) -> None:
        about = json.loads(entries["manifest.json"])
        for name in [n for n in entries if n.startswith("tables/") and n.removesuffix(".jsonl") not in FIRST_TABLES]:
            del entries[name], about["entries"][name]
        entries["manifest.json"] = json.dumps(about | {"schema": "0001"}).encode()

    older = rewritten(file, first_form)
    restore(older, place.folder, place.database)
    project = place.open()
    with project.store.reading() as c:
        assert project.store.revision(c) == project_store.NEWEST
    assert [v.text for v in project.documents.versions("study", "five")] == ["a = 1\n"]


def test_nothing_is_written_over(kept: Path, place: ProjectPlace, tmp_path: Path) -> None:
    """Proves: a folder or a database that holds something, a file that is there, a place inside of the folder and a
    folder without a project are refused and stay as they are.

    Breaks if: a backup or a project takes the place of another.
    """
    project = place.open()
    project.documents.save("study", "own", "b = 1\n", after=0, by="Amina")
    before = sorted(p.name for p in place.folder.rglob("*"))
    with pytest.raises(GroundplanError, match="not empty"):
        restore(kept, place.folder, place.database)
    if place.database:
        with pytest.raises(GroundplanError, match="a project in this database already"):
            restore(kept, tmp_path / "new", place.database)
        assert not (tmp_path / "new").exists()
    with pytest.raises(GroundplanError, match="would be lost with it"):
        back_up(place.folder, place.folder / "files", place.database)
    with pytest.raises(GroundplanError, match="a file of this name already"):
        back_up(place.folder, kept, place.database)
    with pytest.raises(GroundplanError, match="no project here"):
        back_up(tmp_path, tmp_path / "x.zip")
    with pytest.raises(GroundplanError, match="no such folder"):
        back_up(place.folder, tmp_path / "absent" / "x.zip", place.database)
    assert sorted(p.name for p in place.folder.rglob("*")) == before
    assert project.documents.names("study") == ["own"]


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where the disk fills up it is told, and neither half a backup nor half a project stands anywhere.

    Breaks if: what was begun is left, under any name.
    """
    project = project_in(tmp_path)
    worked_on(project)
    file = back_up(project.folder, tmp_path / "kept.zip").file
    before = sorted(p.name for p in tmp_path.iterdir())

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(BackupWriter, "finish", full)
        with pytest.raises(GroundplanError, match="cannot be written: No space left"):
            back_up(project.folder, tmp_path / "other.zip")
    with monkeypatch.context() as patch:
        patch.setattr("groundplan.projects.backups.restoring.put_folder", full)
        with pytest.raises(GroundplanError, match="cannot be brought back: No space left"):
            restore(file, tmp_path / "back")
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_an_outcome_is_the_old_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: an outcome that another takes the place of while it is kept is kept whole, without links too.

    Breaks if: its files are those of both.
    """
    outcome = tmp_path / "outcomes" / "one"
    Outcome({}, {}, {"engine": "see", "of": 1}).save(outcome)
    copied: list[str] = []

    def meanwhile(source: str, target: str, **_: object) -> None:
        copied.append(source)
        if len(copied) == 1:
            Outcome({}, {}, {"engine": "see", "of": 2}).save(outcome, overwrite=True)
        raise OSError(1, "no links here")

    monkeypatch.setattr(folder_files.os, "link", meanwhile)
    with folder_files.held_still(outcome, tmp_path) as still:
        assert Outcome.open(still / "all").provenance["of"] == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["outcomes"]


def test_a_damaged_project_is_told(tmp_path: Path) -> None:
    """Proves: a damaged outcome and a lost version are told together, a change by hand is no damage, and looking
    changes nothing.

    Breaks if: a check trusts what stands there, or mends it.
    """
    project = project_in(tmp_path)
    project.documents.save("study", "five", "a = 1\n", after=0, by="Amina")
    project.documents.save("study", "five", "a = 2\n", after=1, by="Amina")
    (project.folder / "studies/five.toml").write_text("by hand\n", "utf-8")
    lines = checked_folder(project.folder, "", quiet)
    assert lines[1].startswith("studies/five.toml was changed by hand")
    Outcome({}, {}, {"engine": "see"}).save(project.outcomes_folder / "see-1")
    mark = project.outcomes_folder / "see-1" / "provenance.json"
    mark.write_text(mark.read_text("utf-8") + " ", "utf-8")
    with project.store.writing() as c:
        c.exec_driver_sql("DELETE FROM document_versions WHERE number = 1")
    with pytest.raises(GroundplanError) as caught:
        checked_folder(project.folder, "", quiet)
    assert "1 versions are missing" in str(caught.value)
    assert "provenance.json" in str(caught.value)
    assert (project.folder / "studies/five.toml").read_text("utf-8") == "by hand\n"


def test_one_command_keeps_checks_and_brings_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: the three commands say what they did, private keys by name; a database that the variable names is used.

    Breaks if: a key leaves the machine unsaid, or the variable is not read.
    """
    monkeypatch.chdir(tmp_path)
    worked_on(project_in(tmp_path))
    (tmp_path / "safe").mkdir()
    assert main(["project", "backup", "project", "--to", "safe"]) == 0
    (file,) = (tmp_path / "safe").iterdir()
    said = capsys.readouterr().out
    assert str(file) in said
    assert "Private keys are in it: plan.key" in said
    assert main(["project", "check", str(file)]) == 0
    assert "The backup is whole" in capsys.readouterr().out
    assert main(["project", "restore", str(file), "back"]) == 0
    assert "listed as failed: 1" in capsys.readouterr().out
    monkeypatch.setenv("GROUNDPLAN_DATABASE", "postgresql://amina:geheim@127.0.0.1:1/plan")
    assert main(["project", "check", "back"]) == 2
    said = capsys.readouterr().err
    assert "has its database in its folder" in said
    assert "geheim" not in said


def test_tables_that_are_not_kept_stay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a table that is marked so is in no backup. Breaks if: the marks of sessions or folders come along."""
    project = project_in(tmp_path)
    monkeypatch.setitem(project_store.TABLES.tables["drafts"].info, project_store.KEPT, False)
    with opened_backup(back_up(project.folder, tmp_path / "kept.zip").file) as backup:
        assert [name for name in backup.entries if "drafts" in name or "mark" in name] == []
        assert "tables/jobs.jsonl" in backup.entries
