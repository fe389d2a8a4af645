"""The room Plan and the page Compare as somebody walks through them in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Browsing, axe_findings
from plan_rooms import CLASH, TWO_YEARS, served, small_bench, until_over

from groundplan.study.study_editing.applied_repairs import offered_repairs, repaired_text
from groundplan.verbs.plan import plan
from groundplan.web.workbench import STUDY, Workbench

PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const how = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
}"""
TYPED = """() => Object.fromEntries([...document.querySelectorAll('input[name^="row.targets."]')]
  .filter(field => field.value).map(field => [field.name.slice("row.targets.".length), field.value]))"""
NARROW = "() => document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Workbench, str]]:
    """A project with a study that can be planned, served; and its address."""
    bench = small_bench(tmp_path / "project")
    with served(bench) as address:
        yield bench, address


def cell(page: Any, grid: str, row: int, column: int) -> Any:
    """A cell of a grid that a script put over the inputs."""
    return (
        page.locator(f'.study-grid[data-grid="{grid}"] .tabulator-row').nth(row).locator(".tabulator-cell").nth(column)
    )


def test_a_block_from_a_spreadsheet_is_pasted_undone_and_kept(place: tuple[Workbench, str], browsing: Browsing) -> None:
    """A block with a spreadsheet's texts goes into the targets, is undone and redone; what can be two numbers is asked
    about; all is kept without a press, and offered on return.

    Proves: pasted texts become the inputs that the form sends, numbers without marks between thousands.
    Breaks if: the grid waits for events that a paste does not fire, or guesses a decimal mark.
    """
    bench, address = place
    page = browsing()
    page.goto(f"{address}/study/small/plan/study")
    cell(page, "targets", 0, 0).click()
    page.evaluate(PASTE, "more jobs\temployment\t>=\t1.234,5\t\t2021\r\nbuild\tinvestment\t>=\t7\t\t2022\r\n")
    page.wait_for_function("() => document.querySelector('input[name=\"row.targets.new1.year\"]').value === '2022'")
    typed = page.evaluate(TYPED)
    assert typed == {
        "new0.name": "more jobs", "new0.indicator": "employment", "new0.sense": ">=", "new0.value": "1234.5",
        "new0.year": "2021", "new1.name": "build", "new1.indicator": "investment", "new1.sense": ">=",
        "new1.value": "7", "new1.year": "2022",
    }  # fmt: skip
    grid = page.locator('.study-grid[data-grid="targets"]')
    cell(page, "targets", 0, 0).click()
    page.keyboard.press("Control+z")
    page.wait_for_function("() => document.querySelector('input[name=\"row.targets.new0.name\"]').value === ''")
    grid.get_by_role("button", name="Redo").click()
    assert page.evaluate(TYPED) == typed
    cell(page, "targets", 2, 3).click()
    page.evaluate(PASTE, "1.234\t2\n")
    asked = page.locator("#ask-decimal")
    asked.wait_for(state="visible")
    asked.get_by_role("button", name=", → 1234").click()
    page.wait_for_function("() => document.querySelector('input[name=\"row.targets.new2.value\"]').value === '1234'")
    page.get_by_text("kept, not yet saved as a version").wait_for()
    assert axe_findings(page) == []
    page.goto(f"{address}/study/small/plan/study")
    page.get_by_role("link", name="Take it up").click()
    assert page.evaluate(TYPED)["new0.value"] == "1234.5"
    assert len(bench.project.documents.versions(STUDY, "small")) == 1


def test_a_lever_is_moved_seen_saved_and_undone(place: tuple[Workbench, str], browsing: Browsing) -> None:
    """A slider moves its number; what it changes is shown and saved; one press takes it back; on a telephone too.

    Proves: slider and number are one; the form, its changes and its versions are one walk, at 390 px without sideways
    scrolling. Breaks if: a press saves unseen, or the page is wider than the telephone.
    """
    bench, address = place
    page = browsing(390)
    page.goto(f"{address}/study/small/plan/study")
    assert page.evaluate(NARROW)
    page.get_by_role("slider", name="Least living standard").fill("0.9")
    assert page.locator("[name='choice.floor']").input_value() == "0.9"
    page.get_by_role("button", name="Show what this changes").first.click()
    page.get_by_text("floor is now 0.9, where the usual 1 held.").wait_for()
    page.get_by_text("Every name is one of the accounts' own.").wait_for()
    assert page.evaluate(NARROW)
    assert axe_findings(page) == []
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_role("button", name="Undo the last version").click()
    page.get_by_role("heading", name="The study small").wait_for()
    texts = [v.text for v in bench.project.documents.versions(STUDY, "small")]
    assert texts[1] != texts[0] == texts[2]


def test_a_plan_that_cannot_be_is_repaired_by_a_press(place: tuple[Workbench, str], browsing: Browsing) -> None:
    """A study that clashes is planned: three repairs of different kinds are buttons; each is a new version that plans.

    Then a lever is moved: the new plan stands beside the last, and nothing is saved.

    Proves: the way from a clash to a plan needs no editing, whichever repair is chosen.
    Breaks if: a repair's version clashes again, or a button changes another target.
    """
    bench, address = place
    documents = bench.project.documents
    documents.save(STUDY, "small", CLASH, after=1, by="you")
    page = browsing()
    page.goto(f"{address}/study/small/plan")
    page.get_by_role("button", name="Plan it").click()
    assert until_over(bench) == "impossible"
    page.goto(f"{address}/study/small/plan")
    page.get_by_role("heading", name="There is no such plan").wait_for()
    assert axe_findings(page) == []
    buttons = page.locator("ol.repairs").first.get_by_role("button", name="Make this change and plan again")
    assert buttons.count() == 3
    clash = bench.outcome(bench.outcome_names()[0])
    first = offered_repairs(clash, CLASH)[:3]
    assert len({r.kind for r in first}) == 3
    for repair in first[1:]:
        file = bench.project.folder / "studies" / f"repaired-{repair.number}.toml"
        file.write_text(repaired_text(clash, repair.number, CLASH), encoding="utf-8")
        assert plan(study=file).engine == "plan"
    buttons.nth(0).click()
    assert until_over(bench) == "done"
    assert [v.number for v in documents.versions(STUDY, "small")] == [1, 2, 3]
    page.goto(f"{address}/study/small/plan")
    page.get_by_role("link", name="All of this plan").wait_for()
    assert axe_findings(page) == []
    page.goto(f"{address}/study/small/plan/what-if")
    page.get_by_role("slider", name="Growth of export markets").fill("0.02")
    page.get_by_text("The last plan beside the plan with these levers; nothing is saved.").wait_for(timeout=90_000)
    page.get_by_role("columnheader", name="with these levers").first.wait_for()
    assert axe_findings(page) == []
    assert len(documents.versions(STUDY, "small")) == 3
    names = bench.outcome_names()[:2]
    page = browsing(390)
    page.goto(f"{address}/compare?of={names[1]}&of={names[0]}")
    page.get_by_role("heading", name="What was asked differently").wait_for()
    assert page.evaluate(NARROW)
    assert axe_findings(page) == []


def test_what_was_typed_while_the_server_was_away_is_offered(browsing: Browsing, tmp_path: Path) -> None:
    """Proves: the browser keeps what the server could not, and offers it when the page is there again.

    Breaks if: a server that is stopped takes the last words along.
    """
    bench = small_bench(tmp_path / "project", TWO_YEARS)
    page = browsing(allow=("ERR_", "Failed to load"))
    with served(bench) as address:
        page.goto(f"{address}/study/small/plan/study")
        page.context.set_offline(True)
        page.locator("[name='choice.years']").fill("4")
        page.get_by_text("The server is away: kept in this browser.").wait_for()
        page.context.set_offline(False)
        page.goto(f"{address}/study/small/plan/study?draft=")
        page.locator("#restore-here").get_by_role("button", name="Take it up").click()
        assert page.locator("[name='choice.years']").input_value() == "4"
        page.get_by_text("kept, not yet saved as a version").wait_for()
        page.goto("about:blank")
