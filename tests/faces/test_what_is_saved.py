"""What is saved: the list of outcomes, the names of folders, and the page of a plan that cannot be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import said
from economies import small

from groundplan import Outcome, outcomes, plan, text_page
from groundplan.differences.stated_inputs import fingerprint
from groundplan.errors import GroundplanError, PlanInfeasible
from groundplan.planning.choices.target import Target
from groundplan.results.html.html_report import report
from groundplan.results.saved_pages import clash_page


def test_outcomes_are_listed_newest_first_and_broken_ones_with_the_reason(tmp_path: Path) -> None:
    """Proves: each outcome has its kind, question and a mark that changes with its content; what is no outcome is
    counted; a changed file is told. Breaks if: the list believes what a folder says of itself.
    """
    place = tmp_path / "outcomes"
    for n, name in enumerate(("old", "new", "bad")):
        Outcome({}, {}, {"engine": "see", "country": "XXX", "command": f"groundplan see {name}"}).save(place / name)
        os.utime(place / name / "provenance.json", (1e9 + n, 1e9 + n))
    (place / "bad" / "provenance.json").write_text('{"engine": "plan"}', "utf-8")
    os.utime(place / "bad" / "provenance.json", (5e8, 5e8))
    (place / "notes").mkdir()
    listed = outcomes(place)
    table = listed.table("outcomes").set_index("name")
    assert list(table.index) == ["new", "old", "bad"]
    assert table["question"].tolist()[:2] == ["groundplan see new", "groundplan see old"]
    assert table.loc["new", "fingerprint"] != table.loc["old", "fingerprint"]
    assert "provenance.json" in table.loc["bad", "broken"]
    page = " ".join(text_page(listed).split())  # a long folder's name breaks its line elsewhere
    assert "2 outcomes stand in" in page
    assert "1 more cannot be opened; 1 other folders are no outcomes" in page
    assert page.index("new ") < page.index("old ")
    mark = place / "old" / "provenance.json"
    mark.write_text(mark.read_text("utf-8").replace("see old", "see OLD"), "utf-8")
    os.utime(mark, (1e9, 1e9))
    again = outcomes(place).table("outcomes").set_index("name")["broken"]
    assert ["provenance.json" in again[name] for name in ("new", "old", "bad")] == [False, True, True]
    with pytest.raises(GroundplanError, match="there is no folder"):
        outcomes(tmp_path / "nowhere")


def test_the_question_of_a_study_says_what_it_chose(tmp_path: Path) -> None:
    """Proves: a plan of a study is listed by what the study chose, not by the file that is saved with it."""
    policy = {"years": 4, "targets": [{"indicator": "jobs"}], "discount_rate": 0.03}
    about = {"engine": "plan", "command": "groundplan plan --study study.toml", "policy": policy}
    Outcome({}, {}, about).save(tmp_path / "a")
    assert outcomes(tmp_path).table("outcomes")["question"].tolist() == ["groundplan plan (1 targets, years 4)"]


def test_a_plan_that_cannot_be_saves_its_page(tmp_path: Path) -> None:
    """Proves: the command ends with 1 and its words, and says where the page is; that has the clash and each repair
    with what follows from it, and says how to ask for it. Breaks if: the page is made of the message's text.
    """
    (tmp_path / "high.toml").write_text(
        'country = "KEN"\n[plan]\nyears = 2\ntail_years = 0\n'
        '[[targets]]\nindicator = "gross output: cons"\nsense = ">="\n'
        "of_base = 1.6\nyear = 2021\n", "utf-8",
    )  # fmt: skip
    done = said("plan", "--study", "high.toml", cwd=tmp_path)
    assert done.code == 1
    assert done.out == ""
    assert "The plan cannot meet every target." in done.err
    (folder,) = (tmp_path / "outcomes").iterdir()
    assert f"Saved in {Path('outcomes') / folder.name}; read " in done.err
    clash = Outcome.open(folder)
    assert folder.name == f"KEN-2019-2y-clash-high-{fingerprint(clash)}"
    assert clash.engine == "clash"
    assert len(clash.table("clash"))
    repairs = clash.table("repairs")
    assert repairs["consequence"].str.contains("living standard").any()
    page = text_page(clash)
    assert "gross output of Construction >= 1.6 of the base year in 2021" in page
    assert "gross output: cons" not in clash_page.headline(clash)
    for sentence in repairs["consequence"]:
        assert sentence[:40] in page or not sentence
    assert "[[targets]]" in page
    assert (folder / "study.toml").is_file()
    assert "No plan meets this: Kenya" in (folder / "report.html").read_text("utf-8")


def test_the_error_holds_the_outcome_in_python() -> None:
    """Proves: who plans in Python has the clash as an outcome, of accounts that were handed over too."""
    with pytest.raises(PlanInfeasible) as refused:
        plan(small(), years=1, targets=[Target("gross output: works", ">=", 900.0, year=2021)])
    clash = refused.value.outcome
    assert clash is not None
    assert clash.table("clash")["what"].tolist() == list(refused.value.clash)
    assert len(clash.table("repairs")) == len(refused.value.repairs)
    assert "No plan can have all of this" in report(clash)
