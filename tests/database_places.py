"""Where tests keep what is in a database: a file, and a PostgreSQL server where the environment names one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

SERVER = "GROUNDPLAN_TEST_POSTGRES"
NO_SERVER = f"no PostgreSQL: {SERVER} names no database"
ON_SERVER = pytest.mark.skipif(not os.environ.get(SERVER), reason=NO_SERVER)
PLACES = ["sqlite", pytest.param("postgresql", marks=ON_SERVER)]


@contextmanager
def own_schema() -> Iterator[str]:
    """The address of a schema of its own on the server, which goes afterwards."""
    import psycopg

    url, schema = os.environ[SERVER], f"t{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as c:
        c.execute(f"CREATE SCHEMA {schema}")
        try:
            yield f"{url}?options=-csearch_path%3D{schema}"
        finally:
            c.execute(f"DROP SCHEMA {schema} CASCADE")
