"""Versions and drafts of documents, and the runs that were asked for."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def words(*names: str, key: bool = False) -> list[sa.Column]:
    """Columns of text that are never empty of a value."""
    return [sa.Column(name, sa.Text, primary_key=key, nullable=False) for name in names]


def whole(*names: str, key: bool = False) -> list[sa.Column]:
    """Columns of whole numbers."""
    return [sa.Column(name, sa.BigInteger, primary_key=key, autoincrement=False, nullable=False) for name in names]


def upgrade() -> None:
    """Make the four tables; what each column means stands in ``projects/project_store.py``."""
    op.create_table(
        "document_versions",
        *words("kind", "name", key=True),
        *whole("number", key=True),
        *words("content", "made_at", "made_by", "why"),
        *whole("alike", "back", "tip"),
    )
    op.create_table("document_files", *words("kind", "name", key=True), *whole("written"))
    op.create_table(
        "drafts", *words("kind", "name", "owner", key=True), *words("content", "saved_at"), *whole("started_from")
    )
    op.create_table(
        "jobs",
        *words("id", key=True),
        sa.Column("number", sa.BigInteger, nullable=False, unique=True),
        *words("verb", "settings", "language", "asked_by", "about", "study", "command"),
        *words("state", "asked_at", "began_at", "ended"),
    )
