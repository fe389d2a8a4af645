"""The room *Follow up* in a browser: as somebody walks through it, wide and narrow, and with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Browsing, axe_findings
from follow_project import ROOM, FollowProject, filled
from served import serving

from groundplan import Ledger
from groundplan.ledgers.return_forms import form

TARGETS = """plan = "P"
[[units]]
unit = "A"
name = "Works A"
level = "works"
[[units]]
unit = "B"
name = "Works B"
level = "works"
[[targets]]
indicator = "cement"
definition = "Sacks that left the gate."
measure = "t"
every = "quarter"
answers = "Minister"
source = "plan office"
shares = { A = 0.7, B = 0.3 }
values = { 2025 = 1200 }
"""
DONE = 60_000  # milliseconds that a run may take to start and to end on a loaded machine


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[FollowProject, str]]:
    """A project with a file of targets and nothing else, served; and its address."""
    own = FollowProject(tmp_path / "project")
    own.project.documents.save("targets", "p", TARGETS, after=0, by="a test")
    with serving(own) as address:
        yield own, address
    own.close()


def returned(own: FollowProject, unit: str, values: dict[str, object], to: Path) -> Path:
    """A unit's form, filled in, as a file."""
    opened = Ledger(own.folder / "plan.ledger")
    to.write_bytes(filled(form(opened.book, unit, opened.day("2025-12-31")), values))
    return to


def fits(page: Any) -> bool:
    """Whether the page needs no scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", [1280, 390])
def test_a_walk_from_nothing_to_a_verified_ledger(
    browsing: Browsing, small: tuple[FollowProject, str], tmp_path: Path, width: int
) -> None:
    """Proves: she is led from step to step, sees what would be entered before it is, what became of every file with
    its cell, who is late, and that the ledger is whole; each page reads well for axe and is as wide as the screen.

    Breaks if: a step leads nowhere, a page scrolls sideways or has a finding, or a run's result does not come.
    """
    own, address = small
    page = browsing(width)

    def looked_at() -> None:
        assert axe_findings(page) == []
        assert fits(page)

    page.goto(f"{address}{ROOM}")
    looked_at()
    page.get_by_role("link", name="Begin a ledger").first.click()
    page.get_by_label("Name of the ledger").fill("example.org/plan")
    page.get_by_role("button", name="Begin the ledger").click()
    page.get_by_text("Its first checkpoint").wait_for()
    looked_at()
    page.goto(f"{address}{ROOM}/targets/p")
    looked_at()
    page.get_by_role("button", name="Show what would be entered").click()
    page.get_by_text("Nothing is entered.").wait_for()
    assert page.get_by_text("Sacks that left the gate.").count() == 2
    looked_at()
    page.get_by_role("button", name="Enter these promises").click()
    page.get_by_text("The promises are entered.").wait_for()
    page.goto(f"{address}{ROOM}/receive")
    files = [
        returned(own, "A", {"2025-Q1": 210, "2025-Q2": 209}, tmp_path / "a.xlsx"),
        returned(own, "B", {"2025-Q1": "much"}, tmp_path / "b.xlsx"),
    ]
    page.get_by_label("Filled forms").set_input_files([str(f) for f in files])
    assert page.get_by_text("2 files chosen").is_visible()
    page.get_by_role("button", name="Receive them").click()
    page.get_by_text("What became of them").wait_for(timeout=DONE)
    row = page.get_by_role("row").filter(has_text="no plain number")
    assert "G7" in row.inner_text()
    looked_at()
    page.get_by_role("link", name="Who is late").click()
    page.get_by_label("On the day").fill("2025-12-31")
    page.get_by_role("button", name="Show", exact=True).last.click()
    page.get_by_text("Every promise").wait_for()
    looked_at()
    for word in ("forms", "believe", "projection", "again"):
        page.goto(f"{address}{ROOM}/{word}")
        assert fits(page)
        if width > 390:
            assert axe_findings(page) == []
    page.goto(f"{address}{ROOM}/seal")
    page.get_by_role("button", name="Verify").click()
    page.get_by_text("The ledger is whole").wait_for()
    looked_at()


def test_begin_and_receive_by_keyboard_alone(
    browsing: Browsing, small: tuple[FollowProject, str], tmp_path: Path
) -> None:
    """Proves: a ledger is begun and forms are received without a mouse, with the focus to be seen at each stop.

    Breaks if: a field or a button cannot be reached by Tab, or does not answer to keys.
    """
    own, address = small
    page = browsing()
    page.goto(f"{address}{ROOM}/begin")
    tab_to(page, "origin")
    page.keyboard.type("example.org/plan")
    page.keyboard.press("Enter")
    page.get_by_text("Its public key").wait_for()
    own.client.post(f"{ROOM}/targets/p/enter", data={})
    file = returned(own, "A", {"2025-Q1": 210}, tmp_path / "a.xlsx")
    page.goto(f"{address}{ROOM}/receive")
    tab_to(page, "files")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files([str(file)])
    tab_to(page, "by")
    page.keyboard.type("registry")
    page.keyboard.press("Enter")
    page.get_by_text("What became of them").wait_for(timeout=DONE)
    book = Ledger(own.folder / "plan.ledger").book
    assert [(e.kind, e.by) for e in book.entries if e.kind == "report"] == [("report", "registry")]


def tab_to(page: Any, name: str) -> None:
    """Press Tab until the field of this name has the focus, which must be seen there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('name')") == name:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"{name} is not reached by Tab")
