"""The database of a project: versions and drafts of its documents, and its runs, in one file by SQLite.

What is acknowledged is on the disk; one writer at a time, from what it read to its commit.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, inspect
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from groundplan.database_files import WRITING, file_engine, upgrade_schema
from groundplan.errors import GroundplanError

FILE = "groundplan.db"
MARK = 0x47504A31  # the application id of a project's SQLite file
NEWEST = "0003"
KEPT_OPEN = 4  # connections: a page asks several times, and opening one costs more than most questions
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

# Who may use the project with others. ``folded``: the name as names are compared; ``roles``: words with blanks between;
# ``secret``: the hash of the password, empty until one is chosen; ``state``: ``active`` or ``ended``.
PEOPLE = Table(
    "people", TABLES, *_words("id", "name", "folded", "roles", "unit", "secret", "state", "made_at", "made_by"),
)  # fmt: skip
# Codes that are used once, sessions and tries: of this server alone, and not in a copy of the project.
OWN = {"kept": False}
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
    """The database of a project's folder; made where it is absent.

    Raises ``GroundplanError`` for a file that is no project's, a newer schema, and what the system refuses.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.where = str(file)
        self.engine = file_engine(file, kept_open=KEPT_OPEN)
        weakref.finalize(self, self.engine.dispose)
        self._begin()

    def _begin(self) -> None:
        with self._in_words():
            if not self._is_ours():
                fresh = sqlite3.connect(self.file)
                try:
                    fresh.execute("PRAGMA journal_mode=WAL")
                    fresh.execute(f"PRAGMA application_id={MARK}")
                finally:
                    fresh.close()
        with self.reading() as c:
            there = self._revision(c)
        if there != NEWEST:
            with self.writing() as c:
                if self._revision(c) != NEWEST:
                    upgrade_schema(c, Path(__file__).parent / "migrations/versions", "project_version", NEWEST)

    def _is_ours(self) -> bool:
        """Whether the file is marked as a project's. Raises ``GroundplanError`` where it is something else."""
        if not self.file.exists():
            return False
        there = sqlite3.connect(self.file)
        try:
            mark = int(there.execute("PRAGMA application_id").fetchone()[0])
            tables = int(there.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
        finally:
            there.close()
        if mark != MARK and (mark or tables):
            what, fix = WORDS["not a database"]
            raise GroundplanError(what, where=str(self.file), fix=fix)
        return mark == MARK

    def _revision(self, c: Connection) -> str:
        """The schema's revision, empty in a new file. Raises ``GroundplanError`` for a newer one than is known here."""
        if not inspect(c).has_table("project_version"):
            return ""
        version = str(c.exec_driver_sql("SELECT version_num FROM project_version").scalar() or "")
        if version > NEWEST:
            what = f"this project has the form {version}, and {NEWEST} is the newest that is known here"
            fix = "take a newer Groundplan; nothing was changed"
            raise GroundplanError(what, where=str(self.file), fix=fix)
        return version

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._in_words(), self.engine.connect() as c, c.begin():
            yield c

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has the database alone."""
        with self._in_words(), self.engine.connect() as c:
            c = c.execution_options(**{WRITING: True})
            with c.begin():
                yield c

    def close(self) -> None:
        """Let go of the file; who asks again opens it again."""
        self.engine.dispose()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """What the database refuses, in words. Raises ``GroundplanError``."""
        try:
            yield
        except OverflowError:
            raise GroundplanError("a number is larger than any that is kept here", fix="write a smaller one") from None
        except (SQLAlchemyError, sqlite3.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
            said = (str(cause).strip() or type(cause).__name__).splitlines()[0][:300]
            what, fix = next((words for mark, words in WORDS.items() if mark in said), ("", ""))
            what = what or f"the database refused, and nothing was changed: {said}"
            raise GroundplanError(what, where=str(self.file), fix=fix) from None
