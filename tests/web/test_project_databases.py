"""Which database a project has: by its address, of its folder alone, every fault in words and no password in any."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from database_places import ON_SERVER, own_schema
from project_cases import ProjectPlace, project_in
from sqlalchemy import insert

from groundplan.databases.engines import SERVER_WORDS, server_address, server_engine, words_of
from groundplan.errors import GroundplanError
from groundplan.projects import running
from groundplan.projects.project_folder import Project
from groundplan.projects.project_mark import MARK_FILE
from groundplan.projects.project_store import NEWEST, VERSIONS, ProjectStore
from groundplan.projects.running import JobRunner

SECRET = "geheim"


@pytest.fixture
def on_server(tmp_path: Path) -> Iterator[ProjectPlace]:
    """Where a project may stand whose database is a server's."""
    with own_schema() as address:
        yield ProjectPlace(tmp_path / "project", address)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"postgresql://u:{SECRET}@127.0.0.1:1/plan", "does not answer"),
        (f"postgresql://u@127.0.0.1:1/plan?password={SECRET}", "does not answer"),
        (f"postgresql://u:{SECRET}@127.0.0.1:port/plan", "no address of a database"),
        (f"postgresql://u:gehe@im{SECRET}@127.0.0.1/plan", "no address of a database"),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/plan?wat=1", "database refused"),
        (f"mysql://u:{SECRET}@127.0.0.1/plan", "mysql keeps nothing"),
        (f"nothing://u:{SECRET}@127.0.0.1/plan", "no address of a database|keeps nothing"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(
    tmp_path: Path, address: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Proves: a server that is down and a wrong address are told, no password stands in fault or log, and no
    folder is made.

    Breaks if: a library's own words come out, or what follows a sign of addresses in a password is taken for a host.
    """
    with caplog.at_level(logging.DEBUG), pytest.raises(GroundplanError, match=words) as caught:
        Project.open(tmp_path / "project", address)
    told = f"{caught.value}{caught.value!r}{vars(caught.value)}{caplog.text}{caught.value.__cause__}"
    assert SECRET not in told
    assert list(tmp_path.iterdir()) == []


def test_a_password_stands_in_nothing_that_is_shown() -> None:
    """Proves: what people and logs see of an address and its engine has no password, and the library gets it.

    Breaks if: it is kept in the URL.
    """
    address = server_address(f"postgresql://u:{SECRET}@host/plan?sslpassword={SECRET}2&options=-csearch_path%3Da")
    engine = server_engine(address, keeps=True)
    assert SECRET not in f"{address.shown}{address.url!r}{engine!r}{engine.url}{engine.pool!r}"
    assert address.shown == "postgresql://u@host/plan?options=-csearch_path%3Da"
    assert dict(address.secrets) == {"password": SECRET, "sslpassword": f"{SECRET}2"}
    assert address.without_secrets(f"no {SECRET}") == "no ***"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('connection failed: FATAL:  password authentication failed for user "u"', "refuses the password"),
        ("connection failed: fe_sendauth: no password supplied", "asks for a password"),
        ('connection failed: FATAL:  role "u" does not exist', "does not know this user"),
        ('connection failed: FATAL:  database "x" does not exist', "no such database"),
        ('connection failed: FATAL:  no pg_hba.conf entry for host "1.2.3.4"', "lets nobody in"),
        ("connection failed: FATAL:  the database system is starting up", "only starting"),
        ("connection failed: FATAL:  sorry, too many clients already", "too many connections"),
        ("server closed the connection unexpectedly", "look whether the last change is there"),
    ],
)
def test_what_a_server_says_is_told_in_words(said: str, words: str) -> None:
    """Proves: refusals at the door are told as what to do. Breaks if: the server's own words are all there is."""
    told = words_of(said, "", {}, server=True)
    assert told is not None
    assert words in told[0]
    assert told[1]


@ON_SERVER
def test_codes_of_a_server_are_told_in_words(on_server: ProjectPlace) -> None:
    """Proves: a full disk, too little memory, lacking rights and others are told by their codes; nothing is changed.

    Breaks if: a code is not heard where the server speaks another language, or half of a change stays.
    """
    project = on_server.open()

    def change(code: str) -> None:
        with project.store.writing() as c:
            c.exec_driver_sql("DELETE FROM project_mark")
            c.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'kein Platz' USING ERRCODE = '{code}'; END $$")

    codes = [code for code in SERVER_WORDS if len(code) == 5 and code[0].isdigit()]
    assert len(codes) > 8
    for code in codes:
        with pytest.raises(GroundplanError) as caught:
            change(code)
        assert caught.value.what == SERVER_WORDS[code][0]
    on_server.open()


@ON_SERVER
def test_rights_that_lack_are_told(on_server: ProjectPlace) -> None:
    """Proves: a user who may only read is told so and can read; one who may do nothing is told that.

    Breaks if: reading writes, or the words are the server's.
    """
    project = on_server.open()
    project.documents.save("study", "five", "a = 1\n", after=0, by="Amina")
    with project.store.writing() as c:
        schema = c.exec_driver_sql("SELECT current_schema()").scalar()
        c.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO pg_monitor")
        c.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO pg_monitor")
    reader = Project.open(on_server.folder, f"{on_server.database}%20-crole%3Dpg_monitor")
    assert reader.documents.versions("study", "five")[0].text == "a = 1\n"
    with pytest.raises(GroundplanError, match="lacks the right to this; nothing was changed"):
        reader.documents.save("study", "five", "a = 2\n", after=1, by="Amina")
    with pytest.raises(GroundplanError, match="no schema to write to"):
        Project.open(on_server.folder, f"{on_server.database}%20-crole%3Dpg_signal_backend")


@ON_SERVER
def test_a_server_that_was_restarted_is_found_again(on_server: ProjectPlace) -> None:
    """Proves: connections that broke between two changes are no fault; one that breaks within one is told.

    Breaks if: the first page after the server's restart fails, or a broken commit is called undone.
    """
    project = on_server.open()
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%%{}%%'"
    with project.store.reading() as c:
        c.exec_driver_sql("SELECT 'first'")
    other = Project.open(on_server.folder, on_server.database)
    with other.store.reading() as c:
        c.exec_driver_sql(end.format("first"))
    assert project.documents.names("study") == []

    def broken() -> None:
        with project.store.writing() as c:
            c.exec_driver_sql("SELECT 'second'")
            with other.store.reading() as o:
                o.exec_driver_sql(end.format("second"))
            c.exec_driver_sql("SELECT 1")

    with pytest.raises(GroundplanError, match="look whether the last change is there"):
        broken()


def test_a_database_belongs_to_one_folder(place: ProjectPlace, tmp_path: Path) -> None:
    """Proves: a database of another folder, one that was emptied, and a folder whose database is elsewhere are refused
    in words, and the right ones open.

    Breaks if: a project is opened with another's versions, or with none.
    """
    project = place.open()
    project.documents.save("study", "five", "a = 1\n", after=0, by="Amina")
    other = project_in(tmp_path / "other")
    if not place.database:
        project.close()
        other.close()
        shutil.copy(other.store.where, project.store.where)
        for side in ("-wal", "-shm"):
            Path(f"{project.store.where}{side}").unlink(missing_ok=True)
        with pytest.raises(GroundplanError, match="belong to two projects"):
            place.open()
        Path(project.store.where).unlink()
        with pytest.raises(GroundplanError, match="database of this project is empty"):
            place.open()
        return
    with pytest.raises(GroundplanError, match="the project of another folder"):
        Project.open(tmp_path / "new", place.database)
    with pytest.raises(GroundplanError, match="has its database in its folder"):
        Project.open(other.folder, place.database)
    with pytest.raises(GroundplanError, match="has its database elsewhere: postgresql://"):
        Project.open(place.folder)
    assert not (place.folder / "groundplan.db").exists()
    with own_schema() as empty, pytest.raises(GroundplanError, match="database of this project is empty"):
        Project.open(place.folder, empty)
    assert place.open().documents.names("study") == ["five"]


def test_a_folder_that_was_begun_and_killed_is_opened(place: ProjectPlace) -> None:
    """Proves: a process that was killed between the mark in the folder and the one in the database does no harm.

    Breaks if: such a folder can never be opened.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("groundplan.projects.project_mark.insert", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            place.open()
    assert (place.folder / MARK_FILE).exists()
    place.open().documents.save("study", "five", "a = 1\n", after=0, by="Amina")
    assert place.open().documents.names("study") == ["five"]


def test_an_older_project_is_brought_on(place: ProjectPlace) -> None:
    """Proves: a project of the first form opens with all that was in it. Breaks if: it is refused, or begun anew."""
    place.folder.mkdir()
    older = ProjectStore(place.database or place.folder / "groundplan.db", revision="0001")
    row = {"kind": "study", "name": "five", "number": 1, "content": "a = 1\n", "made_at": "then", "made_by": "Amina",
           "why": "", "alike": 1, "back": 0, "tip": 0}  # fmt: skip
    with older.writing() as c:
        c.execute(insert(VERSIONS).values(**row))
    project = place.open()
    assert [v.text for v in project.documents.versions("study", "five")] == ["a = 1\n"]
    with project.store.reading() as c:
        assert project.store.revision(c) == NEWEST


@ON_SERVER
def test_a_copy_of_a_folder_gets_no_second_server(on_server: ProjectPlace, tmp_path: Path) -> None:
    """Proves: two servers on one database are refused even from two copies of the folder, until the first ends.

    Breaks if: the folder's lock is all that keeps them apart.
    """
    project = on_server.open()
    project.hold("http://127.0.0.1:1")
    shutil.copytree(on_server.folder, tmp_path / "copy")
    copy = Project.open(tmp_path / "copy", on_server.database)
    with pytest.raises(GroundplanError, match="from a copy of this folder"):
        copy.hold("http://127.0.0.1:2")
    project.close()
    copy.hold("http://127.0.0.1:2")
    copy.close()


def test_a_run_knows_nothing_of_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the process of a run loads no library of databases, and is not told where this one is.

    Breaks if: a run needs the database, or its environment has the password.
    """
    monkeypatch.setenv("GROUNDPLAN_DATABASE", f"postgresql://u:{SECRET}@host/plan")
    seen: list[dict[str, str]] = []

    def start(words: list[str], output: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        seen.append(environment)
        raise OSError(12, "not now")

    monkeypatch.setattr(running, "start_group", start)
    project = project_in(tmp_path)
    project.jobs.add("see", {"country": "GHA"}, by="Amina")
    JobRunner(project).step()
    assert SECRET not in str(seen)
    look = "import sys, groundplan.worker; print([m for m in sys.modules if m in ('sqlalchemy', 'sqlite3', 'psycopg')])"
    words = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert words.strip() == "[]"
