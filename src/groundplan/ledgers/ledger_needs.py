"""What a ledger needs that is not always installed."""

from __future__ import annotations

from importlib.util import find_spec

from groundplan.errors import GroundplanError

NEEDS = ("alembic", "cryptography", "psycopg", "sqlalchemy")


def refuse_without_libraries() -> None:
    """Raises ``GroundplanError`` that names what is missing and how it is installed."""
    lacks = [name for name in NEEDS if find_spec(name) is None]
    if lacks:
        fix = "python3 run.py install ledger, or pip install 'groundplan[ledger]'"
        raise GroundplanError(f"a ledger needs {', '.join(lacks)}, which is not installed", fix=fix)
