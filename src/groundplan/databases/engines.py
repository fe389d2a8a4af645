"""The databases that every store here uses alike: a file by SQLite, or a server by PostgreSQL; a commit is on the disk.

Schemas are brought on by Alembic, in the one transaction that the caller holds. No password is shown or written.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool, QueuePool

from groundplan.errors import GroundplanError

KEPT = 4  # connections that stay open: a page asks several times, and opening one costs more than most questions
PATIENCE = 60  # seconds that a writer waits for another
WRITING = "writing"  # the option of a connection whose transactions have the database alone
SECRETS = ("password", "sslpassword")
ALIVE = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 4}

# What a database says, by its code (SQLSTATE) or by a part of its words, in the words of people: what, how to mend it.
# A connection that breaks at a commit leaves open whether it was done.
SERVER_WORDS: Mapping[str, tuple[str, str]] = {
    "28P01": ("the database's server refuses the password", "check the user and the password, in PGPASSFILE or the "
              "address"),
    "authentication failed": ("the database's server refuses the password",
                              "check the user and the password, in PGPASSFILE or the address"),
    "no password supplied": ("the database's server asks for a password",
                             "put it into a file that PGPASSFILE names, or into the address"),
    "no pg_hba.conf entry": ("the database's server lets nobody in from here", "ask who keeps the server"),
    "FATAL:  role ": ("the database's server does not know this user", "check the user's name, or have it made"),
    "FATAL:  database ": ("the database's server has no such database", "check its name, or make it: createdb NAME"),
    "Connection refused": ("the database's server does not answer", "start it, or check its name and port"),
    "could not translate host name": ("the database's server is not found", "check its name"),
    "failed to resolve host": ("the database's server is not found", "check its name"),
    "timeout expired": ("the database's server does not answer", "start it, or check its name and port"),
    "No such file or directory": ("the database's server does not answer", "start it, or check its name and port"),
    "starting up": ("the database's server is only starting", "do it again in a minute"),
    "shutting down": ("the database's server is stopping", "do it again when it is back"),
    "57P0": ("the database's server was stopped; look whether the last change is there", "do it again when it is back"),
    "closed the connection": ("the connection to the database broke; look whether the last change is there",
                              "do it again if it is not"),
    "connection is lost": ("the connection to the database broke; look whether the last change is there",
                           "do it again if it is not"),
    "53300": ("the database's server has too many connections", "close other programs that use it, then do it again"),
    "too many clients": ("the database's server has too many connections",
                         "close other programs that use it, then do it again"),
    "42501": ("the database's user lacks the right to this; nothing was changed",
              "let whoever keeps the server give it: GRANT ALL ON SCHEMA"),
    "3F000": ("the database's user has no schema to write to; nothing was changed",
              "let whoever keeps the server give it: GRANT ALL ON SCHEMA"),
    "53100": ("the disk of the database's server is full; nothing was changed", "free some space and do it again"),
    "53200": ("the database's server lacks memory; nothing was changed", "do it again later"),
    "25006": ("the database may only be read; nothing was changed", "get the right to write to it"),
    "55P03": ("another writer holds the database; nothing was changed", "do it again when it is done"),
    "58030": ("the disk of the database's server refuses; nothing was changed", "look at the disk, then do it again"),
    "42P07": ("the database has tables of another program", "name another database or schema"),
}  # fmt: skip


class ServerAddress(NamedTuple):
    """The address of a PostgreSQL database: its engine's URL without secrets, those, and how it is shown."""

    url: URL
    secrets: Mapping[str, str]

    @property
    def shown(self) -> str:
        """The address without any password."""
        return str(self.url.set(drivername="postgresql").render_as_string(hide_password=True))

    def without_secrets(self, text: str) -> str:
        """A text in which no password stands."""
        for secret in self.secrets.values():
            text = text.replace(secret, "***")
        return text


def is_server(where: str | Path) -> bool:
    """Whether this is the address of a server and not a file."""
    return "://" in str(where)


def server_address(text: str) -> ServerAddress:
    """An address, taken apart. Raises ``GroundplanError`` for what is none of PostgreSQL's; it is not repeated."""
    try:
        url = make_url(text)
        kind = url.get_backend_name()
        if kind != "postgresql":
            what, fix = f"{kind} keeps nothing here", "name a file, or postgresql://..."
            raise GroundplanError(what, where="the address of the database", fix=fix)
    except (ArgumentError, ValueError, NoSuchModuleError):
        raise _no_address() from None
    if "@" in (url.host or ""):  # a password with a sign of addresses in it, whose end would be shown as the host
        raise _no_address()
    query = {key: value for key, value in url.query.items() if key not in SECRETS}
    hidden = {"password": url.password, **{key: url.query[key] for key in SECRETS if key in url.query}}
    secrets = {key: str(value) for key, value in hidden.items() if value}
    plain = URL.create("postgresql+psycopg", url.username, None, url.host, url.port, url.database, query)
    return ServerAddress(plain, secrets)


def _no_address() -> GroundplanError:
    fix = "write postgresql://user@host/name; in a password @ is %40, : is %3A and / is %2F"
    return GroundplanError("this is no address of a database", where="the address of the database", fix=fix)


def file_engine(file: Path, *, keeps: bool = False) -> Engine:
    """An engine for a file. Transactions of connections with the option ``WRITING`` begin as writers.

    ``keeps``: it keeps connections for the next transaction, in any thread; they are closed when the engine is thrown
    away. Nobody waits for one: what is more than is kept is opened and closed again.
    """

    def connect() -> sqlite3.Connection:
        c = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None, check_same_thread=not keeps)
        c.execute("PRAGMA synchronous=FULL")
        c.execute("PRAGMA trusted_schema=OFF")
        return c

    def begin(c: Connection) -> None:
        c.exec_driver_sql("BEGIN IMMEDIATE" if c.get_execution_options().get(WRITING) else "BEGIN")

    pool: dict[str, Any] = {"poolclass": NullPool}
    if keeps:
        pool = {"poolclass": QueuePool, "pool_size": KEPT, "max_overflow": -1}
    engine = create_engine("sqlite://", creator=connect, **pool)
    event.listen(engine, "begin", begin)
    if keeps:
        weakref.finalize(engine, engine.pool.dispose)
    return engine


def server_engine(address: ServerAddress, *, keeps: bool = False) -> Engine:
    """An engine for a server. Transactions of connections with the option ``WRITING`` wait for a lock of the schema.

    ``keeps``: it keeps connections for the next transaction; they are closed when the engine is thrown away.
    """
    pool: dict[str, Any] = {"poolclass": NullPool}
    if keeps:
        pool = {"poolclass": QueuePool, "pool_size": KEPT, "max_overflow": 60, "pool_pre_ping": True}
    usual = {key: value for key, value in ALIVE.items() if key not in address.url.query}
    try:
        engine = create_engine(address.url, connect_args={**usual, **address.secrets}, hide_parameters=True, **pool)
    except ImportError:
        fix = "python3 run.py install ledger, or pip install 'groundplan[ledger]'"
        raise GroundplanError(
            "PostgreSQL needs psycopg, which is not installed", where=address.shown, fix=fix
        ) from None

    def begin(c: Connection) -> None:
        if c.get_execution_options().get(WRITING):
            # One that a server keeps in memory alone is not acknowledged, whatever its usual setting.
            c.exec_driver_sql(
                f"SELECT set_config('lock_timeout', '{PATIENCE}s', true), set_config('synchronous_commit', "
                "CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' "
                "ELSE current_setting('synchronous_commit') END, true)"
            )
            c.exec_driver_sql(f"SELECT pg_advisory_xact_lock({schema_lock('writer')})")

    event.listen(engine, "begin", begin)
    if keeps:
        weakref.finalize(engine, engine.pool.dispose)
    return engine


def schema_lock(use: str) -> str:
    """The number of a lock of the schema that a connection works in, as SQL; ``use``: a word for what it keeps."""
    return f"hashtextextended('groundplan {use} ' || coalesce(current_schema(), ''), 0)"


def said_by(error: BaseException) -> tuple[str, str]:
    """What a database said, in one line, and its code, empty where it has none."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return (lines or [type(cause).__name__])[0][:300], str(getattr(cause, "sqlstate", None) or "")


def words_of(said: str, code: str, own: Mapping[str, tuple[str, str]], *, server: bool) -> tuple[str, str] | None:
    """What of ``own``, and of a server's, tells what a database said: what is wrong, and how to mend it."""
    for mark, words in {**own, **(SERVER_WORDS if server else {})}.items():
        if mark in said or (code and code.startswith(mark)):
            return words
    return None


def upgrade_schema(c: Connection, versions: Path, version_table: str, newest: str) -> None:
    """Bring a schema on to a revision, in the transaction that is open.

    ``versions``: the folder of its migrations; ``version_table``: the table that says how far it came.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrating")).replace("%", "%%"))
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=c, version_table=version_table)
    command.upgrade(config, newest)
