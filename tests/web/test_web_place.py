"""The room of places: rules read aloud before the choice, which is pinned to them; map, years, letters, documents."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser import Browsing, axe_findings
from served import SMALL, Served, serving

from groundplan.projects.jobs import Job

ROOM = "/study/small/place"
PROGRAMME = {"where": "KEN", "rules": "ours", "weights": "ours", "per_year": "2", "years": "2", "quick": "yes"}


def entered_of(page: str) -> dict[str, Any]:
    """What a document's form holds, as a browser would send it."""
    part = page[page.index('class="compose"') : page.index("</form>", page.index('class="compose"'))]
    entered: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", part):
        words = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        entered.setdefault(words["name"], []).append(html.unescape(words.get("value", "")))
    for name, inside in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', part, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        entered[name] = [chosen[1] if chosen else ""]
    return entered


def read_aloud(served: Served, **changed: str) -> tuple[str, str]:
    """The page that reads the rules, and the versions that it was read from."""
    page = served.client.get(f"{ROOM}/rules", params={**PROGRAMME, **changed}).text
    found = re.search(r'name="read" value="([^"]*)"', page)
    assert found, page
    return html.unescape(page), found[1]


def with_rules(folder: Path) -> Served:
    """A project with a small study, and rules and weights of its own."""
    there = Served(folder, {"small": SMALL})
    for kind in ("rules", "weights", "facilities"):
        begun = there.client.post(f"{ROOM}/documents", data={"kind": kind, "country": "KEN", "name": "ours"})
        assert begun.headers["location"] == f"{ROOM}/{kind}/ours"
    return there


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for all tests, which change its rules."""
    there = with_rules(tmp_path_factory.mktemp("places") / "places")
    yield there
    there.close()


@pytest.fixture(scope="module")
def choice(served: Served) -> Job:
    """A choice by the rules that were read, computed; with a public draw."""
    from groundplan.places.choose_places import open_places
    from groundplan.places.lots.draw_folder import decide, freeze, note_printing

    folder = served.project.folder / "files" / "draws" / "ties"
    freeze(folder, open_places("KEN").ids, 5, {"kind": "dice", "throws": 50}, "ties", today=date(2027, 1, 4))
    note_printing(folder, "2027-01-05", "Gazette", today=date(2027, 1, 5))
    decide(folder, {"kind": "dice", "throws": [1, 2, 3, 4, 5] * 10})
    _, read = read_aloud(served, draw="ties")
    asked = served.client.post(f"{ROOM}/choose", data={**PROGRAMME, "draw": "ties", "read": read})
    assert asked.headers["location"] == ROOM, asked.text
    (job,) = served.compute()
    assert job.state == "done", job.what
    return job


def test_rules_are_read_before_anything_is_chosen(tmp_path: Path) -> None:
    """Proves: the page says how many a year, which years, what counts as need, with the document's version, and asks
    for nothing by itself. Breaks if: a rule that the choice goes by is not read.
    """
    there = with_rules(tmp_path / "untouched")
    page, read = read_aloud(there)
    for words in (
        "In every year from 1 to 2, 2 places are chosen.", "At the end of each year a province has had its share",
        "People below the national poverty line, 2022: more of it raises the score; it counts 25% of all.",
        "No public draw is given", "These are the rules: now choose",
    ):  # fmt: skip
        assert words in page
    assert read == "rules:ours:1 weights:ours:1"
    assert there.project.jobs.all() == []
    there.close()


def test_wrong_entries_come_back_at_their_fields(served: Served) -> None:
    """Proves: 422 with the room's form, the fault at its field and what was typed. Breaks if: either is lost."""
    answer = served.client.get(f"{ROOM}/rules", params={**PROGRAMME, "per_year": "many", "draw": "none-such"})
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert "is no draw that is decided" in html.unescape(answer.text)
    impossible = served.client.get(f"{ROOM}/rules", params={**PROGRAMME, "where": "files/none.csv"})
    assert impossible.status_code == 422


def test_rules_that_were_changed_after_their_reading_are_read_again(served: Served, choice: Job) -> None:
    """Proves: a choice by a version that no longer stands is refused with 409, the rules as they are now, and no run;
    the run that was asked for has read the version that was read aloud, and its page says so.
    Breaks if: rules can be changed between their reading and the choice.
    """
    _, read = read_aloud(served)
    form = entered_of(served.client.get(f"{ROOM}/rules/ours").text)
    form.update({"kinds": ["1, 2"], "action": "save"})
    assert served.client.post(f"{ROOM}/rules/ours", data=form).status_code == 303
    before = len(served.project.jobs.all())
    answer = served.client.post(f"{ROOM}/choose", data={**PROGRAMME, "read": read})
    assert answer.status_code == 409
    assert "changed after they were read" in answer.text
    assert "1 to 2 facilities" in answer.text
    assert len(served.project.jobs.all()) == before
    assert choice.settings["rules"] == "files/read-aloud/rules-ours-1.toml"
    kept = (served.project.folder / choice.settings["rules"]).read_text("utf-8")
    assert kept == served.project.documents.version("rules", "ours", 1).text
    page = served.client.get(f"{ROOM}/results/{choice.outcome}").text
    assert re.search(r"rules ours</a>, version 1 <strong[^>]*>\(it is version 2 now\)", page)


OWN_PLACES = "code,name,people,y,x\n01,Alpha,1200,1.0,30.0\n02,Beta,800,1.5,30.5\n03,Gamma,700,1.2,30.9\n"
OWN_ROLES = """name = "Testland"
country = "TST"
id = "code"
names = { en = "name" }
columns.population = { from = "people", source = "census" }
columns.lat = { from = "y", source = "map" }
columns.lon = { from = "x", source = "map" }
sources = [{ publisher = "office", title = "census", vintage = "2020", licence = "public" }]
"""
OWN_WEIGHTS = """need = { source = "assumed", criteria = [{ column = "population", weight = 1 }] }
readiness = { source = "assumed", criteria = [{ column = "population", weight = 1, direction = "less" }] }
"""


def test_places_of_ones_own_and_the_national_plan(served: Served, choice: Job) -> None:
    """Proves: a file of the project with its roles and weights is read aloud and asked for, with all three documents
    pinned; a choice inside the plan names the study's accounts. Breaks if: the room knows only shipped places.
    """
    assert choice.state == "done"
    (served.project.files_folder / "own.csv").write_text(OWN_PLACES, "utf-8")
    for kind, text in (("roles", OWN_ROLES), ("weights", OWN_WEIGHTS)):
        served.project.documents.save(kind, "own", text, after=0, by="a test")
    asked = {"where": "files/own.csv", "roles": "own", "weights": "own", "per_year": "1", "years": "2"}
    asked["in_plan"] = "yes"
    page = served.client.get(f"{ROOM}/rules", params=asked).text
    assert "Testland: places 3, provinces 1." in page
    assert "put into the plan of this study" in page
    read = html.unescape(re.findall(r'name="read" value="([^"]*)"', page)[0])
    assert served.client.post(f"{ROOM}/choose", data={**asked, "read": read}).status_code == 303
    job = served.project.jobs.all()[0]
    served.project.jobs.cancel(job.id)
    pinned = {key: job.settings[key] for key in ("places", "roles", "weights", "accounts", "in_plan")}
    assert pinned == {
        "places": "files/own.csv", "roles": "files/read-aloud/roles-own-1.toml",
        "weights": "files/read-aloud/weights-own-1.toml", "accounts": "studies/small.toml", "in_plan": True,
    }  # fmt: skip


def test_map_list_letters_and_files(served: Served, choice: Job) -> None:
    """Proves: the map of a year has those alone that are chosen by then; every place has its letter, in the frame and
    as a file; all letters are one archive with the program that replays the draw; GeoJSON has every place.
    Breaks if: a letter is missing, or the slider's map is not the page's.
    """
    client, base = served.client, f"{ROOM}/results/{choice.outcome}"
    outcome = served.bench.outcome(choice.outcome)
    chosen = outcome.table("chosen")
    assert sorted(set(chosen["year"])) == [1, 2]
    first, last = (client.get(f"{base}/map", params={"year": year}).text for year in (1, 2))
    assert "2 places of 47" in first
    assert "4 places of 47" in last
    page = client.get(base, params={"year": 1}).text
    letters = list(dict.fromkeys(re.findall(r"/letters/(\d{3}-[A-Za-z0-9-]+)\"", page)))
    assert len(letters) == 47
    assert outcome.provenance["draw"]["mark"] in page
    framed = client.get(f"{base}/letters/{letters[0]}").text
    assert "<h1>" in framed
    assert "Why in year 1" in framed
    taken = client.get(f"{base}/letters/{letters[0]}.html")
    assert "attachment" in taken.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(client.get(f"{base}/files/letters.zip").content)) as packed:
        assert len(packed.namelist()) == 47 + 2
        assert packed.read(f"letters/{letters[0]}.html").decode() == taken.text
        assert "letters/verify_draw.py" in packed.namelist()
    assert len(json.loads(client.get(f"{base}/files/places.geojson").text)["features"]) == 47
    assert "no boundaries" in page
    assert client.get(f"{base}/letters/999-none").status_code == 404


def test_weights_and_works_by_form(served: Served) -> None:
    """Proves: a criterion is added, taken out and saved by form; a wrong direction stands at its field; a figure of a
    type of works is changed, and one outside of its range is named in its row. Breaks if: a form loses a table.
    """
    client, documents = served.client, served.project.documents
    where = f"{ROOM}/weights/ours"
    client.post(where, data={**entered_of(client.get(where).text), "action": "add.need"})
    form = entered_of(client.get(where).text)
    wrong = {**form, "need.criteria.4.column": ["income"], "need.criteria.4.direction": ["up"], "action": "save"}
    answer = client.post(where, data=wrong)
    assert answer.status_code == 422
    assert "no direction 'up'" in html.unescape(answer.text)
    right = {**wrong, "need.criteria.4.direction": ["less"]}
    assert client.post(where, data=right).status_code == 303
    saved = documents.current("weights", "ours")
    assert saved is not None
    assert '"column" = "income"' in saved.text
    works = f"{ROOM}/facilities/ours"
    form = entered_of(client.get(works).text)
    answer = client.post(works, data={**form, "clinic.jobs.basic.value": ["999"], "action": "save"})
    assert answer.status_code == 422
    assert "does not hold it" in html.unescape(answer.text)
    assert client.post(works, data={**form, "clinic.jobs.basic.value": ["16"], "action": "save"}).status_code == 303
    again = entered_of(client.get(works).text)
    assert again["clinic.jobs.basic.value"] == ["16"]
    assert {k: v for k, v in again.items() if k != "after"} == {**{k: v for k, v in form.items() if k != "after"},
                                                               "clinic.jobs.basic.value": ["16"]}  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
def test_a_user_reads_chooses_and_looks(browsing: Browsing, served: Served, choice: Job, width: int) -> None:
    """Proves: in a browser the rules are read before the choice, the slider changes the map, a letter is one click
    away; every page fits and is found clean by axe. Breaks if: a page of the room cannot be used at that width.
    """
    with serving(served) as address:
        page = browsing(width)

        def fits() -> None:
            assert axe_findings(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

        page.goto(f"{address}{ROOM}")
        fits()
        page.get_by_role("button", name="Read the rules aloud").click()
        page.get_by_role("button", name="These are the rules: now choose").wait_for()
        fits()
        page.goto(f"{address}{ROOM}/results/{choice.outcome}")
        page.locator("#map svg").locator("visible=true").first.wait_for()
        fits()
        slider = page.get_by_label("Slide through the years")
        slider.focus()
        page.keyboard.press("Home")
        page.locator("#map", has_text="2 places of 47").wait_for()
        page.locator("table a").first.click()
        page.get_by_role("heading", name="What would change this").wait_for()
        fits()
        for kind in ("rules", "weights", "facilities"):
            page.goto(f"{address}{ROOM}/{kind}/ours")
            fits()
