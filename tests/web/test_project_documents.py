"""Documents of a project: nothing that was acknowledged is lost, whatever happens between."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from database_places import ON_SERVER
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from project_cases import ProjectPlace, limited, project_in, project_place

from groundplan.errors import GroundplanError, UnknownName
from groundplan.projects import documents, project_store
from groundplan.projects.documents import CHANGED, Conflict, Draft, Version
from groundplan.projects.project_folder import Project, ProjectTaken

TEXTS = st.sampled_from(["", "years = 5\n", "years = 6\r\n", "# 계획\nyears = 7", "years = 8\n\n"])


class Editing(RuleBasedStateMachine):
    """What people do to one study, against a list of its texts and an editor's list of undone ones."""

    KIND = "sqlite"

    @initialize()
    def begin(self) -> None:
        """An empty project."""
        self.left = ExitStack()
        here = Path(self.left.enter_context(tempfile.TemporaryDirectory()))
        self.place = self.left.enter_context(project_place(self.KIND, here))
        self.project = self.place.open()
        self.texts: list[str] = []
        self.history: list[str] = []
        self.at = -1
        self.draft: tuple[str, int] | None = None

    def teardown(self) -> None:
        """Leave nothing."""
        self.left.close()

    @property
    def file(self) -> Path:
        """The study's file."""
        return self.project.folder / "studies" / "five.toml"

    def _new(self, text: str) -> None:
        self.texts.append(text)
        self.history = [*self.history[: self.at + 1], text]
        self.at += 1

    @rule(text=TEXTS)
    def save(self, text: str) -> None:
        """Save what was edited from the newest version."""
        saved = self.project.documents.save("study", "five", text, after=len(self.texts), by="Amina")
        if not self.texts or text != self.texts[-1]:
            self._new(text)
        assert (saved.number, saved.text) == (len(self.texts), text)

    @rule(text=TEXTS, back=st.integers(1, 3))
    def save_stale(self, text: str, back: int) -> None:
        """Save what was edited from an older one."""
        if not self.texts or text == self.texts[-1]:
            return
        with pytest.raises(Conflict) as caught:
            self.project.documents.save("study", "five", text, after=max(len(self.texts) - back, 0), by="Juma")
        assert (caught.value.current.number, caught.value.current.text) == (len(self.texts), self.texts[-1])

    @rule(forward=st.booleans())
    def move(self, forward: bool) -> None:
        """Undo or redo."""
        step = self.project.documents.redo if forward else self.project.documents.undo
        to = self.at + (1 if forward else -1)
        if not 0 <= to < len(self.history):
            with pytest.raises(GroundplanError):
                step("study", "five", after=len(self.texts), by="Amina")
            return
        assert step("study", "five", after=len(self.texts), by="Amina").text == self.history[to]
        self.at = to
        self.texts.append(self.history[to])

    @rule(text=TEXTS)
    def change_by_hand(self, text: str) -> None:
        """Write into the file, as an editor does."""
        self.file.write_bytes(text.encode())
        if not self.texts or text != self.texts[-1]:
            self._new(text)

    @rule()
    def take_away(self) -> None:
        """Remove the file."""
        self.file.unlink(missing_ok=True)

    @rule(text=TEXTS)
    def keep_draft(self, text: str) -> None:
        """Type and not save."""
        self.project.documents.keep_draft("study", "five", "Amina", text, after=len(self.texts))
        self.draft = (text, len(self.texts))

    @rule()
    def drop_draft(self) -> None:
        """Forget what was typed."""
        self.project.documents.drop_draft("study", "five", "Amina")
        self.draft = None

    @rule()
    def reopen(self) -> None:
        """Another process opens the folder; the first never closed it."""
        self.project = self.place.open()

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every version stands, the newest in its file too, and the draft."""
        current = self.project.documents.current("study", "five")
        assert (current.text if current else None) == (self.texts[-1] if self.texts else None)
        assert [v.text for v in self.project.documents.versions("study", "five")] == self.texts
        assert [v.number for v in self.project.documents.versions("study", "five")] == [*range(1, len(self.texts) + 1)]
        assert not self.texts or self.file.read_bytes().decode() == self.texts[-1]
        draft = self.project.documents.draft("study", "five", "Amina")
        assert (draft and (draft.text, draft.after)) == self.draft


# Proves: versions, undo, drafts and files agree with an editor's, in any order of doing, also when opened anew.
# Breaks if: an undone version cannot be brought back, a change by hand is written over, or a draft is mixed up.
Editing.TestCase.settings = settings(max_examples=12, stateful_step_count=14, deadline=None, derandomize=True)
TestEditing = Editing.TestCase


class EditingOnServer(Editing):
    """The same on a server, once."""

    KIND = "postgresql"


EditingOnServer.TestCase.settings = settings(max_examples=2, stateful_step_count=14, deadline=None, derandomize=True)
TestEditingOnServer = ON_SERVER(EditingOnServer.TestCase)


def test_of_two_writers_one_wins(place: ProjectPlace) -> None:
    """Proves: of writers who save at once from one version exactly one is acknowledged, the others get what differs.

    Breaks if: a writer looks before it has the database alone.
    """
    first = place.open().documents.save("study", "five", "a\n", after=0, by="Amina")
    done: list[Version | Conflict] = []
    begun = threading.Barrier(4)

    def write(n: int) -> None:
        project = place.open()
        begun.wait()
        try:
            done.append(project.documents.save("study", "five", f"a\nwriter {n}\n", after=first.number, by=f"w{n}"))
        except Conflict as conflict:
            done.append(conflict)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = [d for d in done if isinstance(d, Version)]
    lost = [d for d in done if isinstance(d, Conflict)]
    assert len(lost) == 3
    assert all(c.current == won and any(line.startswith("+writer") for line in c.diff) for c in lost)
    documents_there = place.open().documents
    assert [v.number for v in documents_there.versions("study", "five")] == [1, 2]
    assert (place.folder / "studies/five.toml").read_text() == won.text


def test_what_was_saved_outlives_a_kill_before_its_file(place: ProjectPlace) -> None:
    """Proves: where a process ends between the commit and the file, the version counts and the old file is no change.

    Breaks if: the text of the older file becomes a version "changed outside".
    """
    project = place.open()
    project.documents.save("study", "five", "old\n", after=0, by="Amina")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents.Documents, "_put", lambda *_: None)
        project.documents.save("study", "five", "new\n", after=1, by="Amina")
    file = place.folder / "studies/five.toml"
    assert file.read_text() == "old\n"
    again = place.open().documents
    assert [v.text for v in again.versions("study", "five")] == ["old\n", "new\n"]
    assert file.read_text() == "new\n"
    file.write_text("old\n")  # now somebody did it
    assert again.current("study", "five").why == CHANGED  # type: ignore[union-attr]


def test_a_file_put_there_by_hand_is_a_document(place: ProjectPlace) -> None:
    """Proves: a file that somebody puts into the folder is listed with its first version; one that is no text is told.

    Breaks if: only what the workbench saved is seen, or one bad file keeps the project from opening.
    """
    project = place.open()
    folder = place.folder / "scenarios"
    (folder / "drought.toml").write_text("[[events]]\n")
    (folder / "bad.toml").write_bytes(b"\xff\xfe")
    (folder / "not listed.toml").write_text("")
    assert project.documents.names("scenario") == ["bad", "drought"]
    again = place.open().documents
    assert again.current("scenario", "drought").number == 1  # type: ignore[union-attr]
    with pytest.raises(GroundplanError, match="no text in UTF-8") as caught:
        again.current("scenario", "bad")
    assert caught.value.where.endswith("bad.toml")


@pytest.mark.parametrize("name", ["../five", "five.toml", "", "a/b", "con", "x" * 61, ".five", "계획"])
def test_names_lead_nowhere(tmp_path: Path, name: str) -> None:
    """Proves: a name that is no plain one is refused by every way in. Breaks if: a name is taken for a path."""
    there = project_in(tmp_path).documents
    with pytest.raises(GroundplanError, match="cannot be the name"):
        there.save("study", name, "x", after=0, by="Amina")
    with pytest.raises(GroundplanError, match="cannot be the name"):
        there.keep_draft("study", name, "Amina", "x", after=0)
    with pytest.raises(GroundplanError, match="cannot be the name"):
        there.current("study", name)
    with pytest.raises(UnknownName, match="nearest: 'study'"):
        there.names("studi")


def test_a_twin_is_refused(place: ProjectPlace) -> None:
    """Proves: two documents whose names differ by capitals alone cannot both be. Breaks if: one file is both."""
    there = place.open().documents
    there.save("study", "five", "x", after=0, by="Amina")
    with pytest.raises(GroundplanError, match="there is 'five' already"):
        there.save("study", "Five", "y", after=0, by="Amina")


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    """Proves: where the database can take no more it is said so, nothing is changed, and all goes on with room.

    Breaks if: a version is half there, or its text stands in the file though it was not kept.
    """
    project = project_in(tmp_path)
    first = project.documents.save("study", "five", "x = 1\n", after=0, by="Amina")
    free = limited(project, "PRAGMA max_page_count=1")
    long = "y" * 200_000
    with pytest.raises(GroundplanError, match="disk is full; nothing was changed"):
        project.documents.save("study", "five", long, after=1, by="Amina")
    with pytest.raises(GroundplanError, match="disk is full; nothing was changed"):
        project.documents.keep_draft("study", "five", "Amina", long, after=1)
    with pytest.raises(GroundplanError, match="disk is full; nothing was changed"):
        project.jobs.add("see", {"country": "GHA"}, by="Amina", about=long)
    assert project.documents.current("study", "five") == first
    assert (project.folder / "studies/five.toml").read_text() == "x = 1\n"
    assert [p.name for p in (project.folder / "studies").iterdir()] == ["five.toml"]
    assert list((project.folder / "jobs").iterdir()) == []
    free()
    assert project.documents.save("study", "five", long, after=1, by="Amina").number == 2


def test_a_file_that_cannot_be_written_keeps_the_version_out(place: ProjectPlace) -> None:
    """Proves: where the file cannot be written nothing is changed. Breaks if: the text is kept and its file is not."""
    project = place.open()
    (project.folder / "studies").rmdir()
    (project.folder / "studies").write_text("in the way")
    with pytest.raises(GroundplanError, match="nothing was changed"):
        project.documents.save("study", "five", "x", after=0, by="Amina")
    (project.folder / "studies").unlink()
    assert project.documents.current("study", "five") is None


def test_a_project_that_may_only_be_read(tmp_path: Path) -> None:
    """Proves: where nothing may be written it is said so and what stands can be read. Breaks if: reading writes."""
    project = project_in(tmp_path)
    first = project.documents.save("study", "five", "x", after=0, by="Amina")
    limited(project, "PRAGMA query_only=1")
    with pytest.raises(GroundplanError, match="may not be written; nothing was changed"):
        project.documents.save("study", "five", "y", after=1, by="Amina")
    assert project.documents.versions("study", "five") == [first]
    assert project.documents.draft("study", "five", "Amina") is None


def test_folders_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    """Proves: a file, another program's database, one that is none, and a newer form are refused and left alone.

    Breaks if: any of them is opened, or changed.
    """
    (tmp_path / "file").write_text("x")
    with pytest.raises(GroundplanError, match="cannot be a project's"):
        Project.open(tmp_path / "file")
    for name in ("other", "none", "newer"):
        (tmp_path / name).mkdir()
    with sqlite3.connect(tmp_path / "other/groundplan.db") as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    (tmp_path / "none/groundplan.db").write_bytes(b"no database at all" * 100)
    Project.open(tmp_path / "newer")
    with sqlite3.connect(tmp_path / "newer/groundplan.db") as newer:
        newer.execute("UPDATE project_version SET version_num = '9999'")
    newer.close()
    for name, words in (("other", "no database of a project"), ("none", "no database of a project"), ("newer", "9999")):
        before = (tmp_path / name / "groundplan.db").read_bytes()
        with pytest.raises(GroundplanError, match=words):
            Project.open(tmp_path / name)
        assert (tmp_path / name / "groundplan.db").read_bytes() == before


def test_tables_are_those_of_the_migrations(tmp_path: Path) -> None:
    """Proves: what the code reads is what Alembic makes. Breaks if: a column is added in one place only."""
    project = project_in(tmp_path)
    with sqlite3.connect(project.store.where) as c:
        for table in project_store.TABLES.sorted_tables:
            columns = {row[1] for row in c.execute(f"PRAGMA table_info({table.name})")}
            assert columns == {column.name for column in table.columns}
        assert c.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    c.close()


def test_a_second_server_is_refused_and_told_of_the_first(place: ProjectPlace) -> None:
    """Proves: while one process holds a project another is refused, with the address; a killed one holds nothing.

    Breaks if: a lock outlives its process, or two servers start runs of one project.
    """
    script = (
        "import sys, time; from groundplan.projects.project_folder import Project\n"
        "p = Project.open(*sys.argv[1:]); p.hold('http://127.0.0.1:8000'); print('holds', flush=True); time.sleep(600)"
    )
    words = [sys.executable, "-c", script, str(place.folder), place.database]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "holds\n"
        project = place.open()
        with pytest.raises(ProjectTaken, match=r"http://127\.0\.0\.1:8000") as caught:
            project.hold("http://127.0.0.1:8001")
        assert (caught.value.process, caught.value.address) == (first.pid, "http://127.0.0.1:8000")
        assert caught.value.since.endswith("+00:00")
        first.kill()
    project.hold("http://127.0.0.1:8001")
    with pytest.raises(ProjectTaken, match="8001"):
        place.open().hold("http://127.0.0.1:8002")
    project.close()
    other = place.open()
    other.hold("http://127.0.0.1:8002")
    other.close()


def test_differences_and_drafts_are_told(place: ProjectPlace) -> None:
    """Proves: any two versions can be compared, drafts are by owner. Breaks if: owners share a draft."""
    there = place.open().documents
    there.save("study", "five", "a\nb\n", after=0, by="Amina", why="first")
    there.save("study", "five", "a\nc\n", after=1, by="Juma")
    assert there.difference("study", "five", 1, 2)[-3:] == [" a", "-b", "+c"]
    there.keep_draft("study", "five", "Juma", "a\nd\n", after=2)
    draft = there.draft("study", "five", "Juma")
    assert isinstance(draft, Draft)
    assert (draft.text, draft.after) == ("a\nd\n", 2)
    assert there.draft("study", "five", "Amina") is None
    with pytest.raises(UnknownName):
        there.difference("study", "five", 1, 9)
