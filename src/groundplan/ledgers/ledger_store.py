"""Where a ledger is kept: one append-only table, in a file by SQLite or on a server by PostgreSQL, alike.

A writer holds the table alone from reading its last row to its commit, so that no two entries follow one. An append is
acknowledged after its commit, which is on the disk by then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from groundplan.databases.engines import (
    WRITING,
    file_engine,
    is_server,
    said_by,
    server_address,
    server_engine,
    upgrade_schema,
    words_of,
)
from groundplan.errors import GroundplanError
from groundplan.ledgers.entries import LedgerError
from groundplan.ledgers.verify_ledger import leaf_hash

MARK = 0x47504C31  # the application id of a ledger's SQLite file
NEWEST = "0002"
TABLE = Table(
    "ledger_entries",
    MetaData(),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", Text),
    Column("entry", Text),
)

WORDS = {
    "disk is full": ("the disk is full; nothing was entered", "free some space and do it again"),
    "disk I/O error": ("the disk refused to write; nothing was entered", "look at the disk, then do it again"),
    "readonly": ("the ledger may not be written here", "get the right to write to the file and its folder"),
    "locked": ("another writer holds the ledger; nothing was entered", "do it again when it is done"),
    "not a database": ("this is no ledger", "name the file with --ledger"),
    "unable to open": ("the ledger cannot be opened", "check the path and the rights to the file and its folder"),
    "only added to": ("a ledger is only added to", "enter a correction; the old entry stays"),
}


class LedgerRow(NamedTuple):
    """A row: the entry's number, its hash as it was stored, and its bytes."""

    seq: int
    hash: str
    entry: bytes


class LedgerStore:
    """A ledger's table. ``where``: a file, or the URL of a PostgreSQL database, shown without its password."""

    def __init__(self, where: str | Path) -> None:
        self.is_server = is_server(where)
        self.where = str(where)
        self._without_secrets: Callable[[str], str]
        if not self.is_server:
            self.engine, self._without_secrets = file_engine(Path(where)), str
            return
        try:
            address = server_address(str(where))
            self.engine = server_engine(address)
        except GroundplanError as fault:
            raise LedgerError(fault.what, where=fault.where, fix=fault.fix) from None
        self.where, self._without_secrets = address.shown, address.without_secrets

    def begin(self) -> None:
        """Make the table in a new file or an empty schema. Raises ``LedgerError`` where there is a ledger already."""
        if not self.is_server:
            try:
                Path(self.where).touch(exist_ok=False)
                with sqlite3.connect(self.where) as fresh:
                    fresh.execute("PRAGMA journal_mode=WAL")
                    fresh.execute(f"PRAGMA application_id={MARK}")
                fresh.close()
            except FileExistsError:
                raise LedgerError("there is a file of this name already", where=self.where,
                                  fix="name another with --ledger; no ledger is written over") from None  # fmt: skip
            except (OSError, sqlite3.Error) as error:
                raise LedgerError(f"the ledger cannot be written: {error}", where=self.where) from None
        with self.writing() as c:
            if self.is_server and inspect(c).has_table(TABLE.name):
                raise LedgerError("there is a ledger in this database already", where=self.where,
                                  fix="name another database or schema")  # fmt: skip
            if self.is_server and c.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
                raise LedgerError("the database does not keep UTF-8", where=self.where, fix="make it with UTF8")
            _upgrade(c)

    def revision(self, c: Connection) -> str:
        """The schema's revision. Raises ``LedgerError`` where there is no ledger, or a newer one than is known here."""
        there = set(inspect(c).get_table_names())
        if not {TABLE.name, "ledger_version"} <= there:
            raise LedgerError("there is no ledger here", where=self.where, fix="begin one: groundplan ledger init")
        version = str(c.exec_driver_sql("SELECT version_num FROM ledger_version").scalar())
        if version > NEWEST:
            what = f"this ledger has the form {version}, and {NEWEST} is the newest that is known here"
            raise LedgerError(what, where=self.where, fix="take a newer Groundplan; nothing was changed")
        return version

    def rows(self, after: int = -1) -> list[LedgerRow]:
        """The entries after a number, in order."""
        with self.reading() as c:
            self._present(c)
            return self.rows_of(c, after)

    def rows_of(self, c: Connection, after: int) -> list[LedgerRow]:
        """The entries after a number, as a transaction sees them."""
        rows = c.execute(select(TABLE).where(TABLE.c.seq > after).order_by(TABLE.c.seq))
        return [LedgerRow(int(r[0]), str(r[1]), str(r[2]).encode("utf-8")) for r in rows]

    def append(self, entries_after: Callable[[Connection], Sequence[bytes]]) -> list[int]:
        """Add what a function makes of the table as it stands, which nobody else writes meanwhile; their numbers."""
        with self.writing() as c:
            self._present(c)
            fresh = entries_after(c)
            last = c.execute(select(func.max(TABLE.c.seq))).scalar()
            first = 0 if last is None else int(last) + 1
            values = [
                {"seq": n, "hash": leaf_hash(data).hex(), "entry": data.decode("utf-8")}
                for n, data in enumerate(fresh, first)
            ]
            if values:
                c.execute(insert(TABLE), values)
        return [first + n for n in range(len(values))]

    def migrate(self) -> str:
        """Bring an older schema on: first on a copy, which stays beside the file, then here; what was done, in words.

        On a server all is one transaction, which is taken back if an entry were not as it was.
        """
        with self.writing() as c:
            old = self.revision(c)
            if old == NEWEST:
                return f"the ledger has the newest form, {NEWEST}"
            before, copy = self.rows_of(c, -1), ""
            if not self.is_server:
                copy = f"{self.where}.before-{NEWEST}"
                _copy(self.where, copy)
                tried = LedgerStore(_trial(copy))
                try:
                    with tried.writing() as t:
                        _upgrade(t)
                        _refuse_changed(before, tried.rows_of(t, -1))
                finally:
                    for end in ("", "-wal", "-shm"):
                        Path(tried.where + end).unlink(missing_ok=True)
            _upgrade(c)
            _refuse_changed(before, self.rows_of(c, -1))
        return f"the ledger was brought from form {old} to {NEWEST}" + (
            f"; as it was it stays in {copy}" if copy else ""
        )

    def _present(self, c: Connection) -> None:
        if (old := self.revision(c)) != NEWEST:
            what = f"this ledger has the older form {old}, and {NEWEST} is used here"
            raise LedgerError(
                what, where=self.where, fix="groundplan ledger migrate tries it on a copy and then does it"
            )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._connected() as c, c.begin():
            yield c

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has the table alone."""
        with self._connected() as c:
            c = c.execution_options(**{WRITING: True})
            with c.begin():
                if self.is_server and inspect(c).has_table(TABLE.name):
                    c.exec_driver_sql(f"LOCK TABLE {TABLE.name} IN EXCLUSIVE MODE")
                yield c

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        if not self.is_server and not Path(self.where).is_file():
            raise LedgerError("there is no such ledger", where=self.where, fix="begin one: groundplan ledger init")
        try:
            with self.engine.connect() as c:
                yield c
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise self._in_words(error) from None

    def _in_words(self, error: Exception) -> LedgerError:
        """What a database refused, in words, with no password in them."""
        said, code = said_by(error)
        said = self._without_secrets(said)
        what, fix = words_of(said, code, WORDS, server=self.is_server) or (f"the database refused: {said}", "")
        return LedgerError(what, where=self.where, fix=fix)


def _upgrade(c: Connection) -> None:
    upgrade_schema(c, Path(__file__).parent / "migrations/versions", "ledger_version", NEWEST)


def _copy(file: str, copy: str) -> None:
    """A copy as the last commit left it."""
    if Path(copy).exists():
        raise LedgerError("there is a copy from an earlier try", where=copy, fix="look at it and move it away")
    source, target = sqlite3.connect(file), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


def _trial(copy: str) -> str:
    trial = f"{copy}.trial"
    Path(trial).unlink(missing_ok=True)
    _copy(copy, trial)
    return trial


def _refuse_changed(before: Sequence[LedgerRow], after: Sequence[LedgerRow]) -> None:
    if before != after:
        raise LedgerError("an entry would not be as it was; nothing was changed", fix="tell the makers of Groundplan")
