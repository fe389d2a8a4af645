"""People with their roles, sessions and codes, accepted versions, and the record of what happened."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"
FOREVER = ("happenings", "acceptances")


def words(*names: str, key: bool = False, unique: bool = False) -> list[sa.Column]:
    """Columns of text that are never empty of a value."""
    return [sa.Column(name, sa.Text, primary_key=key, unique=unique or None, nullable=False) for name in names]


def numbered() -> sa.Column:
    """The number of a row, from 1."""
    return sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False, nullable=False)


def upgrade() -> None:
    """Make the seven tables; what each column means stands in ``projects/project_store.py``."""
    op.create_table(
        "people",
        *words("id", key=True),
        *words("name"),
        *words("folded", unique=True),
        *words("roles", "unit", "secret", "state", "made_at", "made_by"),
    )
    op.create_table("codes", *words("hash", key=True), *words("person", "made_at", "made_by", "ends_at"))
    op.create_table("sessions", *words("hash", key=True), *words("person", "began_at", "seen_at", "browser"))
    op.create_table(
        "security_keys",
        *words("id", key=True),
        *words("person", "public"),
        sa.Column("uses", sa.BigInteger, nullable=False),
        *words("called", "made_at"),
    )
    op.create_table("sign_in_tries", *words("folded", "address", "tried_at"))
    op.create_table(
        "acceptances",
        numbered(),
        *words("kind", "name"),
        sa.Column("version", sa.BigInteger, nullable=False),
        *words("state", "accepted_at", "accepted_by", "why"),
    )
    op.create_table("happenings", numbered(), *words("hash", unique=True), *words("entry"))
    for table in FOREVER:
        _keep_for_ever(table)


def _keep_for_ever(table: str) -> None:
    """Have the database itself refuse to change or delete rows."""
    refusal = f"{table} are never changed"
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept()"
    )
