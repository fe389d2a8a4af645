"""What the tests in a browser share; without Chromium they skip with one line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import Browsing, Chromium, chromium_path, chromium_running


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
