"""The one table: an entry a row, as the bytes that are hashed."""

from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    """Make the table; SQLite keeps to the kinds of its columns."""
    strict = " STRICT" if op.get_bind().dialect.name == "sqlite" else ""
    kind = "INTEGER" if strict else "BIGINT"
    op.execute(
        f"CREATE TABLE ledger_entries (seq {kind} PRIMARY KEY, hash TEXT NOT NULL UNIQUE, entry TEXT NOT NULL){strict}"
    )
