"""What the tests of the workbench share; those in a browser skip without Chromium, with one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browsing, Chromium, chromium_path, chromium_running
from database_places import PLACES
from project_cases import ProjectPlace, project_place


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ProjectPlace]:
    """Where a new project may stand, once with each kind of database."""
    with project_place(request.param, tmp_path) as there:
        yield there


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for all tests of a worker."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this system: apt install chromium")
    with chromium_running(path) as one:
        yield one


@pytest.fixture
def browsing(chromium: Chromium) -> Iterator[Browsing]:
    """What opens pages, each in a context of its own (``browsing(390)`` a narrow one); a complaint fails the test.

    A complaint is a request to another host, an error on the console or uncaught, a breach of the security policy.
    """
    with chromium.in_use() as browser:
        own = Browsing(browser)
        yield own
        own.close()
        assert own.complaints == []
