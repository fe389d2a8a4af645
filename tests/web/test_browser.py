"""The browser of the tests itself: it sees what must not happen, and leaves other tests alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from browser import Browsing, SmallSite, axe_findings, small_site

GOOD = b"""<!doctype html><html lang="en"><title>Good</title><main><h1>Good</h1><p>All is well.</p></main></html>"""
BAD = b"""<!doctype html><html><title>Bad</title><h1>Bad</h1><img src="/none.png"><p style="color:red">x</p>
<script>1</script><img alt="" src="http://elsewhere.example/a.png"></html>"""


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with small_site({"/good": ("text/html", GOOD), "/bad": ("text/html", BAD)}) as there:
        yield there


def test_a_good_page_is_quiet_at_both_widths(browsing: Browsing, site: SmallSite) -> None:
    """Proves: a page of ours opens, is as wide as asked, and axe has nothing to say. Breaks if: the fixture complains
    of what is right.
    """
    for width in (1280, 390):
        page = browsing(width)
        page.goto(f"{site.address}/good")
        assert page.evaluate("innerWidth") == width
        assert axe_findings(page) == []
    assert browsing.complaints == []


def test_a_bad_page_is_complained_of(browsing: Browsing, site: SmallSite) -> None:
    """Proves: a request to another host, what the policy forbids and what axe finds are all heard.

    Breaks if: a page of the workbench may load from elsewhere, or run inline script, and its test still passes.
    """
    page = browsing()
    page.goto(f"{site.address}/bad")
    findings = " ".join(axe_findings(page))
    browsing.close()
    heard = "\n".join(browsing.complaints)
    browsing.complaints.clear()
    assert "asked another host: http://elsewhere.example/a.png" in heard
    assert "inline style" in heard
    assert "inline script" in heard
    assert "status of 404" in heard
    assert "html-has-lang" in findings
    assert "image-alt" in findings


def test_an_error_that_a_test_provokes_may_be_allowed(browsing: Browsing, site: SmallSite) -> None:
    """Proves: a refusal that is asked for is no complaint. Breaks if: no test may look at an answer of 404."""
    page = browsing(allow=("status of 404",))
    page.goto(f"{site.address}/good")
    assert page.evaluate("fetch('/nowhere').then(answer => answer.status)") == 404
    browsing.close()
    assert browsing.complaints == []


def test_the_browser_leaves_event_loops_alone(chromium: object) -> None:
    """Proves: after a browser test another may run a loop of its own. Breaks if: Playwright's stays the running one."""

    async def seven() -> int:
        return 7

    assert asyncio.run(seven()) == 7
