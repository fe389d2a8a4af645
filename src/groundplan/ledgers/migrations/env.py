"""How Alembic brings a ledger's schema on: in the one transaction that its caller holds."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="ledger_version")
with context.begin_transaction():
    context.run_migrations()
