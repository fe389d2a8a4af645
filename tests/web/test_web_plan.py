"""The room Plan without a script: forms, faults at their fields, conflicts, drafts, new studies, comparisons."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from plan_rooms import CLASH, TWO_YEARS, client_of, sent_fields, small_bench

from groundplan.outcome import Outcome
from groundplan.planning.explaining.repairing.clash_outcome import repairs_table
from groundplan.planning.explaining.repairing.repair import RepairLine
from groundplan.study.study_editing.applied_repairs import offered_repairs, repaired_text
from groundplan.study.study_workbook.study_writing import study_workbook
from groundplan.web.workbench import STUDY, WHAT_IF, Workbench

FORM = "/study/small/plan/study"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """A project with one small study; nothing runs in it."""
    return small_bench(tmp_path / "project")


@pytest.fixture
def client(bench: Workbench) -> TestClient:
    """Who asks its pages; the runner is not started, so that what is asked waits."""
    return client_of(bench)


def test_a_form_is_shown_before_it_is_saved(bench: Workbench, client: TestClient) -> None:
    """A lever and a target typed: what they change is shown in words and lines, and saved as a version that plans.

    Proves: nothing counts before it was seen; the text keeps its comment; the plan is asked for.
    Breaks if: sending the form saves it, or the study is written anew.
    """
    fields = sent_fields(client.get(FORM).text)
    fields |= {"choice.years": "3", "row.targets.new0.indicator": "employment", "row.targets.new0.sense": ">=",
               "row.targets.new0.of_base": "1,05"}  # fmt: skip
    sent = client.post(FORM, data=fields)
    assert sent.status_code == 303
    shown = client.get(sent.headers["location"]).text
    assert "years becomes 3 instead of 2." in shown
    assert "+of_base = 1.05" in shown
    assert len(bench.project.documents.versions(STUDY, "small")) == 1
    saved = client.post("/study/small/plan/save", data={"of": "form", "after": "1", "why": "the law", "then": "plan"})
    assert saved.headers["location"] == "/study/small/plan"
    version = bench.project.documents.versions(STUDY, "small")[-1]
    assert (version.number, version.why) == (2, "the law")
    assert version.text.startswith("# A small country.")
    assert [j.settings for j in bench.project.jobs.all()] == [{"study": "studies/small.toml"}]
    assert "There is something you typed" not in client.get(FORM).text.partition('id="restore-here"')[0]


def test_what_is_wrong_stands_at_its_field_with_the_form_as_typed(client: TestClient) -> None:
    """Proves: 422, the faults at their fields, what was typed in them, and kept for another day.

    Breaks if: one fault hides another, or the form comes back as it was saved.
    """
    fields = sent_fields(client.get(FORM).text) | {"choice.floor": "99", "row.targets.new0.indicator": "investment"}
    answer = client.post(FORM, data=fields)
    assert answer.status_code == 422
    assert 'name="choice.floor" id="field-choice.floor" value="99"' in answer.text
    assert "floor is 99, outside 0 to 10" in answer.text
    assert 'value="investment"' in answer.text
    again = client.get(FORM).text
    assert "There is something you typed and did not save" in again.partition('id="restore-here"')[0]
    assert 'value="99"' in client.get(f"{FORM}?draft=take").text
    assert client.post(f"{FORM}/drop").status_code == 303
    assert 'value="99"' not in client.get(f"{FORM}?draft=take").text


def test_a_second_writer_is_shown_what_differs_and_loses_nothing(bench: Workbench, client: TestClient) -> None:
    """Proves: 409 with the difference, and the same again over the other's version where that is wanted.

    Breaks if: the later writer wins without a word, or what was typed is gone.
    """
    client.post(FORM, data={**sent_fields(client.get(FORM).text), "choice.years": "3"})
    bench.project.documents.save(STUDY, "small", TWO_YEARS + "\n[trade]\npartners_largest = 3\n", after=1, by="Amina")
    answer = client.post("/study/small/plan/save", data={"of": "form", "after": "1"})
    assert answer.status_code == 409
    assert "-partners_largest = 3" in answer.text
    assert "+years = 3" in answer.text
    assert 'name="after" value="2"' in answer.text
    assert len(bench.project.documents.versions(STUDY, "small")) == 2
    assert client.post("/study/small/plan/save", data={"of": "form", "after": "2"}).status_code == 303
    assert "years = 3" in bench.project.documents.versions(STUDY, "small")[-1].text


def test_a_draft_is_kept_as_it_is_typed(client: TestClient) -> None:
    """Proves: the page's quiet posts keep what differs, and forget it where nothing does.

    Breaks if: a draft is kept of a form that says what is saved.
    """
    fields = sent_fields(client.get(FORM).text)
    assert client.post(f"{FORM}/draft", data=fields).text == "as it is saved"
    assert client.post(f"{FORM}/draft", data=fields | {"choice.years": "4"}).text.startswith("kept")
    assert 'id="field-choice.years" value="4"' in client.get(f"{FORM}?draft=take").text


def test_rows_are_added_without_a_script(client: TestClient) -> None:
    """Proves: "Add rows" gives the form back as typed, with more empty rows. Breaks if: what was typed is lost."""
    page = client.get(FORM).text
    before = page.count('name="row.targets.new')
    answer = client.post(FORM, data={**sent_fields(page), "choice.years": "7", "more": "targets"})
    assert answer.status_code == 200
    assert answer.text.count('name="row.targets.new') > before
    assert 'id="field-choice.years" value="7"' in answer.text


def test_the_text_is_the_same_study(client: TestClient) -> None:
    """Proves: a text that is typed is shown as what it changes; one that is no study is told with its line.

    Breaks if: the text goes past the form's checks.
    """
    answer = client.post("/study/small/plan/text", data={"after": "1", "text": TWO_YEARS.replace("= 2", "= 5")})
    assert "years becomes 5 instead of 2." in client.get(answer.headers["location"]).text
    wrong = client.post("/study/small/plan/text", data={"after": "1", "text": TWO_YEARS.replace("years", "yaers")})
    assert wrong.status_code == 422
    assert "small.toml" in wrong.text or "study.toml, line 5" in wrong.text
    assert "yaers" in client.get("/study/small/plan/text").text


def test_names_are_held_against_the_accounts(bench: Workbench, client: TestClient) -> None:
    """Proves: a word for a sector is told as what it is taken for; one that nothing is called with the nearest.

    Breaks if: names are first looked at when the plan runs.
    """
    target = '\n[[targets]]\nindicator = "gross output: {}"\nsense = ">="\nof_base = 1.0\n'
    for word, told in (("Grain", "is taken as gross output: grain"), ("grian", "nearest")):
        bench.project.documents.keep_draft(STUDY, "small", "you", TWO_YEARS + target.format(word), after=1)
        assert told in client.get("/study/small/plan/changes/names?of=text").text


def test_a_new_study_comes_of_six_questions_or_a_copy(bench: Workbench, client: TestClient) -> None:
    """Proves: answers make a study; a wrong one is told at its question; a copy has the same text; names are not taken.

    Breaks if: a study is overwritten by a new one of its name.
    """
    wrong = client.post("/studies/new", data={"name": "next", "country": "studies/own.xlsx", "years": "two"})
    assert wrong.status_code == 422
    assert "not a whole number" in wrong.text
    outside = client.post("/studies/new", data={"name": "next", "country": "../../etc/passwd", "years": "2"})
    assert outside.status_code == 422
    there = client.post(
        "/studies/new", data={"name": "next", "country": "studies/own.xlsx", "years": "2", "reach": "jobs"}
    )
    assert there.headers["location"] == "/study/next/plan/study"
    assert bench.project.documents.names(STUDY) == ["next", "small"]
    assert client.post("/studies/copy", data={"of": "small", "copy_name": "next"}).status_code == 422
    assert client.post("/studies/copy", data={"of": "small", "copy_name": "third"}).status_code == 303
    third = bench.project.documents.current(STUDY, "third")
    assert third is not None
    assert third.text == TWO_YEARS


def test_a_workbook_that_comes_back_is_shown_before_it_counts(bench: Workbench, client: TestClient) -> None:
    """Proves: what was edited in a spreadsheet is a proposal like any other; what is no workbook is told.

    Breaks if: the upload is a version at once.
    """
    book = study_workbook(TWO_YEARS.replace("years = 2", "years = 4"))
    sent = client.post("/studies/workbook", data={"into": "small"}, files={"workbook": ("back.xlsx", book)})
    assert "years becomes 4 instead of 2." in client.get(sent.headers["location"]).text
    assert len(bench.project.documents.versions(STUDY, "small")) == 1
    wrong = client.post("/studies/workbook", data={"into": "small"}, files={"workbook": ("back.xlsx", b"no book")})
    assert wrong.status_code == 422


def test_a_moved_lever_takes_the_place_of_what_was_asked_before(bench: Workbench, client: TestClient) -> None:
    """Proves: one what-if waits at a time, with what was moved alone; the study is not changed until it is kept.

    Breaks if: every stop of a slider is computed, or counts as the study's plan.
    """
    for floor in ("0.9", "0.8"):
        client.post("/study/small/plan/what-if", data={"choice.floor": floor, "choice.years": "2"})
    jobs = [j for j in bench.project.jobs.all() if j.about == WHAT_IF]
    assert [(j.state, j.settings["set"]) for j in jobs] == [("waiting", {"floor": 0.8}), ("stopped", {"floor": 0.9})]
    wrong = client.post("/study/small/plan/what-if", data={"choice.floor": "much"})
    assert wrong.status_code == 422
    kept = client.post("/study/small/plan/what-if/keep", data={"choice.floor": "0.8", "choice.years": "2"})
    assert "floor is now 0.8" in client.get(kept.headers["location"]).text
    assert len(bench.project.documents.versions(STUDY, "small")) == 1


def line(number: int, kind: str, **more: object) -> dict[str, object]:
    """A line of a repair."""
    usual = RepairLine(number, kind, 0.1, 0.1, "", "targets", "", 2021, float("nan"), "", "", "", f"repair {number}")
    return {**usual._asdict(), **more}


def clash_of_lines(lines: list[dict[str, object]]) -> Outcome:
    """A clash with these repairs."""
    return Outcome({}, {"repairs": repairs_table(lines)}, {"engine": "clash"})


def test_repairs_are_made_in_the_studys_own_text() -> None:
    """A later year, another bound, a wish and a choice: each changes its lines of the study and no other.

    Proves: a repair is what it says. Breaks if: a repair forgets the target's name or its strength, or is made of the
    wrong target; a limit that no choice says exactly is changed all the same.
    """
    at = "small.toml, line 11"
    clash = clash_of_lines([
        line(1, "a later year", becomes="imports: goods <= 0.9 of the base year in 2022", where=at),
        line(2, "target 0", name="imports: goods", becomes="imports: goods <= 29.5 in 2021", where=at),
        line(3, "floors", family="good_floor", name="standard:hhd", amount=3.0),
        line(4, "a wish", name="imports: goods", becomes="imports: goods <= 0.9 of the base year in 2021", where=at),
        line(5, "pace", family="policy", name="import_replacement", becomes="{'default': 0.02, 'goods': 0.1}"),
    ])  # fmt: skip
    assert CLASH.splitlines()[10] == "[[targets]]"
    offered = offered_repairs(clash, CLASH)
    assert [r.number for r in offered] == [1, 2, 4, 5, 3]
    assert (offered[-1].field, bool(offered[-1].by_hand)) == ("choice.floor", True)
    assert repaired_text(clash, 1, CLASH) == CLASH.replace("year = 2021", "year = 2022", 1)
    second = CLASH.replace("of_base = 0.9\nyear = 2021\n", "year = 2021\nvalue = 29.5\n")
    assert repaired_text(clash, 2, CLASH) == second
    assert repaired_text(clash, 4, CLASH) == CLASH.replace("year = 2021\n", "year = 2021\npriority = 1\n", 1)
    assert '[trade]\nimport_replacement = { "default" = 0.02, "goods" = 0.1 }' in repaired_text(clash, 5, CLASH)


def test_outcomes_that_cannot_be_compared_are_told(bench: Workbench, client: TestClient) -> None:
    """Two places compared, a place and a clash refused, one alone a choice, versions of a study side by side.

    Proves: the page of a comparison has what the verb says, and refuses as it does.
    Breaks if: outcomes of different kinds are put side by side.
    """
    for name, detour, objective in (("a", 1.3, 2.0), ("b", 1.5, 3.0)):
        about = {"engine": "place", "objective": objective, "detour": detour}
        Outcome({}, {}, about).save(bench.project.outcomes_folder / name)
    clash_of_lines([]).save(bench.project.outcomes_folder / "c")
    assert "Choose what to compare" in client.get("/compare?of=a").text
    side = client.get("/compare?of=a&of=b").text
    assert side.index("What was asked differently") < side.index("What comes out differently")
    assert "detour" in side
    refused = client.get("/compare?of=a&of=c")
    assert refused.status_code == 422
    assert "different kinds" in refused.text
    assert client.get("/compare?of=a&of=none").status_code == 404
    bench.project.documents.save(STUDY, "small", TWO_YEARS.replace("= 2", "= 3"), after=1, by="you")
    versions = client.get("/compare/versions?kind=study&name=small&one=1&other=2").text
    assert "years becomes 3 instead of 2." in versions
