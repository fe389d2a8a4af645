"""The mark of the folder that the database belongs to."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Make its table; the one row is written when the folder is opened."""
    op.create_table("project_mark", sa.Column("mark", sa.Text, primary_key=True, nullable=False))
