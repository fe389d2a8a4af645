"""``groundplan whynot``: the page, the files, and how it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import said
from economies import small
from view_text import written

from groundplan import Outcome, plan, whynot
from groundplan.planning.choices.target import Target
from groundplan.results.compared_pages.why_not_page import change_table, path_table
from groundplan.results.html.html_report import report
from groundplan.results.plan_pages import plan_choices as choices
from groundplan.results.plan_pages import plan_explained
from groundplan.results.text_page import text_page


def test_the_command_answers_and_saves_only_where_it_is_told(tmp_path: Path) -> None:
    """Proves: the page says what is reached and what falls; ``--out`` holds tables, report and provenance.

    Breaks if: the command's numbers are not the function's, or files appear unasked.
    """
    question = "gross output: coff <= 60 in 2020"
    short = ("--years", "1", "--set", "tail_years=0")
    done = said("whynot", "KEN", question, *short, cwd=tmp_path)
    assert done.code == 0, done.err
    assert "done: gross output of Coffee, tea and cocoa at most 60 billion KES in 2020." in " ".join(done.out.split())
    assert list(tmp_path.iterdir()) == []
    saved = said("whynot", question, *short, "--out", "answer", cwd=tmp_path)
    assert saved.code == 0, saved.err
    answer = Outcome.open(tmp_path / "answer")
    assert answer.provenance["question"] == question
    assert text_page(answer) == saved.out.partition("Saved in")[0].removesuffix("\n")
    assert report(answer) == (tmp_path / "answer" / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["KEN", "gross output: cofee >= 3 in 2021"],
            "nearest: 'gross output: coff' (gross output: Coffee, tea and cocoa)",
        ),
        (["KEN", "more coffee"], "is not a target"),
        (["KEN", "gross output: coff >= 3 in 2055"], "outside the plan"),
        (["KEM", "gross output: coff >= 3 in 2021"], "nearest: 'KEN'"),
    ],
)
def test_bad_questions_are_refused_in_words(words: list[str], told: str, tmp_path: Path) -> None:
    """Proves: an unknown indicator, year or country, and words that are no target, end with 2 and the mend."""
    done = said("whynot", *words, "--years", "1", cwd=tmp_path)
    assert done.code == 2
    assert told in done.err


def test_an_answer_that_cannot_be_had_has_a_page_of_its_own() -> None:
    """Proves: the report of an impossible wish names the clash and the repairs, and compares with the nearest plan."""
    answer = whynot(small(), "gross output: works >= 900 in 2022", years=2)
    page = report(answer)
    for part in ("It cannot be done", "Repair 1", "What it clashes with", "nearest", "Output over the plan"):
        assert part in page
    assert "nearest" in str(path_table(answer).columns.tolist())
    assert len(change_table(answer, "gross output")) <= 8


def test_the_plan_page_says_what_binds_and_what_became_of_priorities() -> None:
    """Proves: the section has a chart with its twin, the tightest limits by year, valuations and the priorities.

    Breaks if: the chart and its table part, or a priority is not told.
    """
    wish = Target("gross output: works", ">=", 900.0, year=2022, priority=1)
    outcome = plan(small(), years=2, targets=[wish, Target("gross output", ">=", growth=-0.1)])
    page = written(plan_explained.explained(outcome))
    for part in (
        "chart-binding",
        "tightest limits",
        "What one more is worth",
        "Targets by priority",
        "last stage of 2",
    ):
        assert part in page
    twin = plan_explained.binding_table(outcome)
    assert plan_explained.BINDING.draw(outcome).svg().count("<rect") >= (twin.to_numpy() > 0).sum()
    shown = choices.target_table(outcome)
    assert shown["strength"].tolist() == ["priority 1", "must be met"]
    assert shown["missed by, at most"].iloc[1] == "met"
    assert float(shown["missed by, at most"].iloc[0]) > 100.0
    assert shown["bound"].iloc[1] == ">= -10 % above the year before"
    assert plan_explained.explained(Outcome({}, {}, {})) == ()
