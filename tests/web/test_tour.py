"""A tour of every kind of page in a browser: it fits, everybody can read it, and nothing is asked of the outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import Browsing, looked_at, until
from served import SMALL, Served, serving

WIDTHS = (1280, 390)
ROOMS = ("data", "dependence", "stress", "plan", "place", "follow")
# Every page that is not of a room and needs no outcome.
PLAIN = ("/", "/outcomes", "/compare", "/documents", "/documents/study/small", "/jobs", "/verbs", "/nothing")
FORMS = ("plan", "see", "join", "ledger", "place")


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A project with an outcome of each of the first steps, and a server of it."""
    served = Served(tmp_path_factory.mktemp("project") / "tour", {"small": SMALL})
    served.ask("plan", study="studies/small.toml")
    served.ask("see", country="studies/small.toml", draws="3")
    served.ask("stress", country="studies/small.toml", setting="rigid", no_plan="yes")
    served.ask("place", country="KEN", years="2", quick="yes")
    served.ask("see", country="GHA", product="stel")
    with serving(served) as address:
        yield served, address
    served.close()


def paths(served: Served) -> list[str]:
    """Every kind of page, each once."""
    outcomes = {job.verb: job.outcome for job in served.project.jobs.all() if job.outcome}
    failed = next(job for job in served.project.jobs.all() if job.state == "failed")
    return [
        *PLAIN,
        *(f"/study/small/{room}" for room in ROOMS),
        *(f"/verbs/{word}" for word in FORMS),
        f"/jobs/{failed.id}",
        *(f"/outcomes/{name}" for name in outcomes.values()),
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_can_be_read_by_everybody(toured: tuple[Served, str], browsing: Browsing, width: int) -> None:
    """Proves: on a wide screen and on a telephone no page has a finding of axe (WCAG 2.1 A and AA), scrolls sideways,
    asks another host, complains on the console, or breaks the strict security policy.

    Breaks if: a page has a field without a label, too little contrast, a table that pushes the page, a script inside.
    """
    served, address = toured
    page = browsing(width, allow=("status of 404",))
    assert [wrong for path in paths(served) for wrong in looked_at(page, address, path)] == []


def test_in_korean(toured: tuple[Served, str], browsing: Browsing) -> None:
    """Proves: a browser that prefers Korean is answered in Korean: the rail, the rooms, and a plan's brief.

    Breaks if: a page forgets the language or says it to assistive technology as English.
    """
    _, address = toured
    page = browsing(390, locale="ko-KR")
    for path in ("/", *(f"/study/small/{room}" for room in ROOMS)):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.lang") == "ko-KR"
        rail = page.locator("nav.rail").inner_text()
        assert any("\uac00" <= sign <= "\ud7a3" for sign in rail)
        assert "Dependence" not in rail


def test_by_keyboard_alone(toured: tuple[Served, str], browsing: Browsing) -> None:
    """Proves: from the first page to a run and back with Tab, Enter and typing alone; where one is can be seen.

    Breaks if: something that is needed takes no focus, or focus is not shown.
    """
    served, address = toured
    page = browsing(1280)
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    tabbed_to(page, "All commands")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/verbs")
    tabbed_to(page, "baseline")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verbs/baseline*")
    tabbed_to(page, "Run it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/*")
    job = served.project.jobs.all()[0]
    assert job.verb == "baseline"
    page.wait_for_url("**/outcomes/*", timeout=60_000)
    assert served.project.jobs.job(job.id).state == "done"
    until(page, "() => document.querySelector('h1').textContent.length > 0")


def tabbed_to(page: Any, words: str) -> None:
    """Press Tab until what has the focus says so."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == words:
            return
    raise AssertionError(f"Tab does not come to {words!r}")


def test_without_a_script(toured: tuple[Served, str], browsing: Browsing) -> None:
    """Proves: without JavaScript every room is read, and a verb is asked and answered.

    Breaks if: something is shown or sent by a script alone.
    """
    served, address = toured
    page = browsing(1280, java_script_enabled=False)
    for room in ROOMS:
        page.goto(f"{address}/study/small/{room}")
        assert page.locator("main").inner_text().strip()
    page.goto(f"{address}/verbs/names?country=GHA")
    page.locator("main form button").last.click()
    page.wait_for_url("**/jobs/*")
    assert served.project.jobs.all()[0].verb == "names"
