"""A database in a file by SQLite, as every store here has it: a commit is on the disk, and one writer at a time.

Schemas are brought on by Alembic, in the one transaction that the caller holds.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

PATIENCE = 60  # seconds that a writer waits for another
WRITING = "writing"  # the option of a connection whose transactions have the file alone


def file_engine(file: Path, *, kept_open: int = 0) -> Engine:
    """An engine for a file. Transactions of connections with the option ``WRITING`` begin as writers.

    ``kept_open``: how many connections stay open for whoever asks next, in any thread, until the engine is disposed of.
    """

    def connect() -> sqlite3.Connection:
        c = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None, check_same_thread=not kept_open)
        c.execute("PRAGMA synchronous=FULL")
        c.execute("PRAGMA trusted_schema=OFF")
        return c

    def begin(c: Connection) -> None:
        c.exec_driver_sql("BEGIN IMMEDIATE" if c.get_execution_options().get(WRITING) else "BEGIN")

    if kept_open:  # nobody waits for a connection: what is more than is kept is opened and closed again
        engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=kept_open, max_overflow=-1)
    else:
        engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", begin)
    return engine


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
