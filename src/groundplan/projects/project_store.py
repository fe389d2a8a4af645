"""The database of a project: versions and drafts of its documents, and its runs, by SQLite or PostgreSQL alike.

What is acknowledged is on the disk; one writer at a time, from what it read to its commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, inspect
from sqlalchemy.exc import SQLAlchemyError

from groundplan.databases.engines import (
    WRITING,
    file_engine,
    is_server,
    said_by,
    schema_lock,
    server_address,
    server_engine,
    upgrade_schema,
    words_of,
)
from groundplan.errors import GroundplanError

FILE = "groundplan.db"
MARK = 0x47504A31  # the application id of a project's SQLite file
NEWEST = "0003"
VERSION_TABLE, MIGRATIONS = "project_version", Path(__file__).parent / "migrations/versions"
KEPT = "kept"  # in the ``info`` of a table: False where no backup has it

TABLES = MetaData()


def _words(*names: str) -> list[Column]:
    return [Column(name, Text) for name in names]


def _whole(*names: str) -> list[Column]:
    return [Column(name, BigInteger) for name in names]


# ``alike``: the version that was saved with this text; ``back``: the one before that, 0 for none; ``tip``: the version
# that undoing began at, 0 where nothing is undone.
VERSIONS = Table(
    "document_versions", TABLES, *_words("kind", "name"), *_whole("number"),
    *_words("content", "made_at", "made_by", "why"), *_whole("alike", "back", "tip"),
)  # fmt: skip
# ``written``: a version that the document's file is as old as, or younger.
FILES = Table("document_files", TABLES, *_words("kind", "name"), *_whole("written"))
DRAFTS = Table("drafts", TABLES, *_words("kind", "name", "owner", "content", "saved_at"), *_whole("started_from"))
# ``ended``: how the run ended, as its ``end.json``; empty until then.
JOBS = Table(
    "jobs", TABLES, *_words("id"), *_whole("number"),
    *_words("verb", "settings", "language", "asked_by", "about", "study", "command"),
    *_words("state", "asked_at", "began_at", "ended"),
)  # fmt: skip
# The mark of the folder that the database belongs to; one row.
MARKS = Table("project_mark", TABLES, *_words("mark"), info={KEPT: False})

# Who may use the project with others. ``folded``: the name as names are compared; ``roles``: words with blanks between;
# ``secret``: the hash of the password, empty until one is chosen; ``state``: ``active`` or ``ended``.
PEOPLE = Table(
    "people", TABLES, *_words("id", "name", "folded", "roles", "unit", "secret", "state", "made_at", "made_by"),
)  # fmt: skip
# Codes that are used once, sessions and tries: of this server alone, and not in a copy of the project.
OWN = {KEPT: False}
CODES = Table("codes", TABLES, *_words("hash", "person", "made_at", "made_by", "ends_at"), info=OWN)
# Security keys: ``id`` and ``public`` in base64url, ``uses``: its counter when it was last used.
KEYS = Table(
    "security_keys", TABLES, *_words("id", "person", "public"), *_whole("uses"), *_words("called", "made_at"),
)  # fmt: skip
SESSIONS = Table("sessions", TABLES, *_words("hash", "person", "began_at", "seen_at", "browser"), info=OWN)
TRIES = Table("sign_in_tries", TABLES, *_words("folded", "address", "tried_at"), info=OWN)
# A version that was accepted, or whose acceptance was taken back (``state``): the newest row counts.
ACCEPTANCES = Table(
    "acceptances", TABLES, *_whole("number"), *_words("kind", "name"), *_whole("version"),
    *_words("state", "accepted_at", "accepted_by", "why"),
)  # fmt: skip
# What happened, each entry chained to the one before by its hash; rows are never changed.
HAPPENINGS = Table("happenings", TABLES, *_whole("number"), *_words("hash", "entry"))

WORDS = {
    "disk is full": ("the disk is full; nothing was changed", "free some space and do it again"),
    "disk I/O error": ("the disk refused to write; nothing was changed", "look at the disk, then do it again"),
    "readonly": ("the project may not be written; nothing was changed", "get the right to write to its folder"),
    "locked": ("another writer holds the project; nothing was changed", "do it again when it is done"),
    "not a database": ("its database is no database of a project", "name another folder, or move the file away"),
    "malformed": ("the project's database is damaged", "bring it back from a copy; the files beside it are whole"),
    "unable to open": ("the project's database cannot be opened", "check the rights to the folder and its files"),
}


class ProjectStore:
    """The database of a project: a file, made where it is absent, or a PostgreSQL database by its URL.

    ``where``: as it is shown to people, without a password. ``revision``: of the schema that a new one is made with.
    Raises ``GroundplanError`` for what is no project's, a newer schema, and what the system refuses.
    """

    def __init__(self, where: str | Path, *, revision: str = NEWEST) -> None:
        self.is_server, self.where = is_server(where), str(where)
        self._without_secrets: Callable[[str], str] = str
        if self.is_server:
            address = server_address(str(where))
            self.where, self._without_secrets = address.shown, address.without_secrets
            self.engine = server_engine(address, keeps=True)
        else:
            self.engine = file_engine(Path(where), keeps=True)
        self._begin(revision)

    def _begin(self, revision: str) -> None:
        if not self.is_server:
            with self._in_words():
                self._begin_file(Path(self.where))
        with self.reading() as c:
            there = self.revision(c)
        if there >= revision:
            return
        with self.writing() as c:
            there = self.revision(c)
            if self.is_server and not there and (code := c.exec_driver_sql("SHOW server_encoding").scalar()) != "UTF8":
                what = f"the database keeps {code}, not UTF-8"
                raise GroundplanError(what, where=self.where, fix="make one with ENCODING 'UTF8'")
            if there < revision:
                upgrade(c, revision)

    def _begin_file(self, file: Path) -> None:
        """Make the file where it is absent. Raises ``GroundplanError`` where it is something else."""
        if file.exists():
            there = sqlite3.connect(file)
            try:
                mark = int(there.execute("PRAGMA application_id").fetchone()[0])
                tables = int(there.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
            finally:
                there.close()
            if mark == MARK:
                return
            if mark or tables:
                what, fix = WORDS["not a database"]
                raise GroundplanError(what, where=self.where, fix=fix)
        fresh = sqlite3.connect(file)
        try:
            fresh.execute("PRAGMA journal_mode=WAL")
            fresh.execute(f"PRAGMA application_id={MARK}")
        finally:
            fresh.close()

    def revision(self, c: Connection) -> str:
        """The schema's revision, empty in a new one. Raises ``GroundplanError`` for a newer one than is known here."""
        if not inspect(c).has_table(VERSION_TABLE):
            return ""
        version = str(c.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar() or "")
        refuse_newer(version, self.where)
        return version

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees what stood at its beginning until its end."""
        with self._in_words(), self.engine.connect() as c:
            if self.is_server:
                c = c.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with c.begin():
                yield c

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has the database alone."""
        with self._in_words(), self.engine.connect() as c:
            c = c.execution_options(**{WRITING: True})
            with c.begin():
                yield c

    def close(self) -> None:
        """Let go of the database; who asks again opens it again."""
        self.engine.dispose()

    def keep_alone(self) -> Callable[[], None] | None:
        """Keep every other server from this database; what lets it go again, None where another has it.

        A file is kept by the lock of its folder. One connection to it stays open, so that the files which SQLite has
        beside it stay too: a full disk, where they cannot be made again, can then still be read.
        """
        with self._in_words():
            if not self.is_server:
                stays = sqlite3.connect(self.where, check_same_thread=False)
                stays.execute("SELECT count(*) FROM sqlite_master").fetchone()
                return stays.close
            c = self.engine.connect()
            c.detach()  # of no other's use
            with c.begin():
                mine = c.exec_driver_sql(f"SELECT pg_try_advisory_lock({schema_lock('server')})").scalar()
            if not mine:
                c.close()
                return None
        return lambda: c.close()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """What the database refuses, in words. Raises ``GroundplanError``."""
        try:
            yield
        except OverflowError:
            raise GroundplanError("a number is larger than any that is kept here", fix="write a smaller one") from None
        except (SQLAlchemyError, sqlite3.Error) as error:
            said, code = said_by(error)
            said = self._without_secrets(said)
            usual = (f"the database refused, and nothing was changed: {said}", "")
            what, fix = words_of(said, code, {} if self.is_server else WORDS, server=self.is_server) or usual
            raise GroundplanError(what, where=self.where, fix=fix) from None


def upgrade(c: Connection, revision: str = NEWEST) -> None:
    """Bring a schema on, in the transaction that is open."""
    upgrade_schema(c, MIGRATIONS, VERSION_TABLE, revision)


def refuse_newer(version: str, where: str) -> None:
    """Refuse a schema that is newer than the newest that is known here. Raises ``GroundplanError``."""
    if version > NEWEST:
        what = f"this project has the form {version}, and {NEWEST} is the newest that is known here"
        raise GroundplanError(what, where=where, fix="take a newer Groundplan; nothing was changed")
