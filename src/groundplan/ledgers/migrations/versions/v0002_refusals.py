"""What stands is not changed, taken out or emptied: the database refuses it."""

from alembic import op

revision, down_revision = "0002", "0001"
SAYS = "a ledger is only added to"


def upgrade() -> None:
    """Triggers that refuse UPDATE and DELETE, on PostgreSQL TRUNCATE too (SQLite has none)."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER ledger_no_{what.lower()} BEFORE {what} ON ledger_entries "
                f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
        # INSERT OR REPLACE would take out a row without firing the trigger on DELETE.
        op.execute(
            "CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger_entries "
            "WHEN EXISTS (SELECT 1 FROM ledger_entries WHERE seq = NEW.seq OR hash = NEW.hash) "
            f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger_entries "
        "FOR EACH ROW EXECUTE FUNCTION ledger_refuses()"
    )
    op.execute(
        "CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()"
    )
