"""The room of stress: a scenario put together from events, what it takes away, its run, and the calendar of stops."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Browsing, axe_findings
from served import SMALL, Served, serving

ROOM = "/study/small/stress"
CUT = f"{ROOM}/scenarios/cut"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project with a small study and a scenario that began as the ready one of a fuel cut."""
    there = Served(tmp_path_factory.mktemp("stress") / "crises", {"small": SMALL})
    begun = there.client.post(f"{ROOM}/scenarios", data={"ready": "fuel cut", "name": "cut"})
    assert begun.headers["location"] == CUT
    yield there
    there.close()


def form_of(page: str) -> dict[str, Any]:
    """What the form of a scenario holds, as a browser would send it."""
    part = page[page.index('class="compose"') : page.index("</form>", page.index('class="compose"'))]
    entered: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", part):
        words = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        entered.setdefault(words["name"], []).append(html.unescape(words.get("value", "")))
    for name, inside in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', part, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        entered[name] = [chosen[1] if chosen else ""]
    return entered


def preview_lines(page: str) -> list[str]:
    """What a page says that the scenario takes away."""
    part = page[page.index('id="taken"') :] if 'id="taken"' in page else page
    found = re.search(r"<ul>(.*?)</ul>", part, re.DOTALL)
    return [html.unescape(line) for line in re.findall(r"<li>(.*?)</li>", found[1])] if found else []


def test_preview_is_the_command_lines(served: Served, tmp_path: Path) -> None:
    """Proves: the figures of the preview are those of `groundplan stress --preview --json`.
    Breaks if: the page computes or opens something else than the verb does.
    """
    words = ["stress", "studies/small.toml", "--scenario", "scenarios/cut.toml", "--preview", "--json"]
    home = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    typed = subprocess.run(
        [sys.executable, "-m", "groundplan", *words], cwd=served.project.folder, env=home, capture_output=True,
        text=True, timeout=120, check=True,
    )  # fmt: skip
    rows = json.loads(typed.stdout)["tables"]["lines"]
    said = json.dumps(rows)
    shown = preview_lines(served.client.get(CUT).text)
    figures = re.findall(r"\d[\d,.]*\d", " ".join(shown))
    assert len(figures) > 3
    assert [f for f in figures if f not in said] == []


def test_events_are_added_filled_in_saved_and_taken_out_without_script(served: Served) -> None:
    """Proves: without a script an event is added, filled in by names, saved as a version, and taken out again.
    Breaks if: a step loses what was entered before it.
    """
    client = served.client
    entered = form_of(client.get(CUT).text)
    entered["events.0.depth"] = ["0.25"]
    added = client.post(CUT, data={**entered, "action": "add", "kind": "close_market"})
    assert added.status_code == 303
    page = client.get(CUT).text
    assert "Exports find no buyer" in page
    entered = form_of(page)
    assert entered["events.0.depth"] == ["0.25"], "what was typed before is kept"
    entered.update({"events.1.products": ["all"], "events.1.length": ["90"], "action": "save", "why": "two blows"})
    assert client.post(CUT, data=entered).status_code == 303
    saved = served.project.documents.current("scenario", "cut")
    assert saved is not None
    assert saved.why == "two blows"
    assert re.search(r"depth = 0\.25\b", saved.text)
    assert 'kind = "close_market"' in saved.text
    assert len(preview_lines(client.get(CUT).text)) == 2
    entered = form_of(client.get(CUT).text)
    client.post(CUT, data={**entered, "action": "remove.1"})
    assert len(preview_lines(client.get(CUT).text)) == 1
    assert client.post("/documents/scenario/cut/drop-draft", data={"back": CUT}).headers["location"] == CUT
    assert len(preview_lines(client.get(CUT).text)) == 2, "the version that was saved stands"


def test_faults_stand_at_their_fields_and_nothing_is_lost(served: Served) -> None:
    """Proves: 422 with each fault in its field's box, what was typed still there, no version saved.
    Breaks if: a fault loses its path, or a wrong number is dropped.
    """
    client, documents = served.client, served.project.documents
    before = documents.current("scenario", "cut")
    entered = form_of(client.get(CUT).text)
    entered.update({"events.0.depth": ["1.5"], "horizon": ["a year"], "action": "save"})
    answer = client.post(CUT, data=entered)
    assert answer.status_code == 422
    for name, typed, words in (("events-0-depth", "1.5", "outside 0 to 1"), ("horizon", "a year", "not a number")):
        box = answer.text[answer.text.index(f'id="field-{name}"') :]
        box = box[: box.index("</div>")]
        assert f'value="{typed}"' in box
        assert words in box
    assert documents.current("scenario", "cut") == before
    assert 'value="a year"' in client.get(CUT).text, "kept though the page was left"
    client.post("/documents/scenario/cut/drop-draft")


def test_another_writer_gets_the_difference(served: Served) -> None:
    """Proves: who saves after somebody else is shown 409 with what differs, and may then save over it.
    Breaks if: a save of a form takes the place of another's version unseen.
    """
    client, documents = served.client, served.project.documents
    entered = form_of(client.get(CUT).text)
    current = documents.current("scenario", "cut")
    assert current is not None
    documents.save("scenario", "cut", current.text + "\n# theirs\n", after=current.number, by="another")
    entered.update({"events.0.length": ["33"], "action": "save"})
    answer = client.post(CUT, data=entered)
    assert answer.status_code == 409
    assert "<ins>+length = 33</ins>" in answer.text
    again = form_of(answer.text)
    assert client.post(CUT, data={**again, "action": "save"}).status_code == 303
    last = documents.current("scenario", "cut")
    assert last is not None
    assert "length = 33" in last.text


def test_the_text_and_the_form_are_one_document(served: Served) -> None:
    """Proves: what is saved as text is in the form, and what has no field (tiers) survives a save by the form.
    Breaks if: the form drops what it cannot show.
    """
    client, documents = served.client, served.project.documents
    text = 'name = "b"\nhorizon = 90\n[behaviour]\nrationing = "priority"\ntiers = [["class:food"], ["sectors"]]\n'
    documents.save("scenario", "tiers", text, after=0, by="a test")
    page = client.get(f"{ROOM}/scenarios/tiers").text
    entered = form_of(page)
    assert entered["horizon"] == ["90"]
    assert (
        client.post(f"{ROOM}/scenarios/tiers", data={**entered, "horizon": "60", "action": "save"}).status_code == 303
    )
    last = documents.current("scenario", "tiers")
    assert last is not None
    assert "horizon = 60" in last.text
    assert 'tiers = [["class:food"], ["sectors"]]' in last.text
    wrong = client.post("/documents/scenario/tiers", data={"text": "horizon = 0", "after": str(last.number)})
    assert wrong.status_code == 422
    assert "horizon" in wrong.text


def test_run_and_calendar(served: Served) -> None:
    """Proves: a run is asked for with the scenario's file, and the room shows its calendar and the way to compare.
    Breaks if: the settings do not reach the job, or the room shows no outcome.
    """
    client = served.client
    for setting in ("rigid", "flexible"):
        asked = {"scenario": "fuel cut", "setting": setting, "no_plan": "yes"}
        assert client.post(f"{ROOM}/run", data=asked).headers["location"] == ROOM
    jobs = served.compute()
    assert {job.state for job in jobs} == {"done"}
    assert {job.settings["setting"] for job in jobs} == {"rigid", "flexible"}
    page = client.get(ROOM).text
    newest = max(jobs, key=lambda job: job.number)
    assert f"/outcomes/{newest.outcome}/charts/calendar.json" in page
    assert 'id="explore-calendar"' in page
    assert client.get(f"/outcomes/{newest.outcome}/charts/calendar.json").json()["marks"]
    assert page.count('type="checkbox" name="of"') == 2
    refused = client.post(f"{ROOM}/run", data={"scenario": "../../etc/passwd", "threshold": "much"})
    assert refused.status_code == 422
    assert 'value="much"' in refused.text


@pytest.mark.parametrize("width", [1280, 390])
def test_a_user_composes_and_sees_what_goes(browsing: Browsing, served: Served, width: int) -> None:
    """Proves: in a browser the preview follows a change at once, and the pages fit and are found clean by axe.
    Breaks if: the change is not sent, the part is not taken in, or the page scrolls sideways.
    """
    with serving(served) as address:
        page = browsing(width)
        name = f"walk-{width}"
        page.goto(f"{address}{ROOM}")
        assert axe_findings(page) == []
        page.get_by_label("Begin with").select_option("harvest failure")
        page.get_by_label("What it is called").fill(name)
        page.get_by_role("button", name="Compose it").click()
        page.wait_for_url(f"**/scenarios/{name}")
        first = page.locator("#taken").inner_text()
        field = page.locator('input[name="events.0.depth"]')
        field.fill("0.77")
        field.press("Tab")
        page.locator("#taken", has_text="77%").wait_for()
        assert "77%" not in first
        assert axe_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="Save and run it").click()
        page.wait_for_url("**/stress/run?scenario=**")
        assert page.locator("#scenario").input_value() == f"scenarios/{name}.toml"
        assert axe_findings(page) == []
