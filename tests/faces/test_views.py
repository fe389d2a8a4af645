"""What is said once is said alike: terminal, report, JSON and notebook render the same views."""

from __future__ import annotations

import html
import json
import math
import re

import pytest

from groundplan import Outcome, plan, see
from groundplan.errors import UnknownName
from groundplan.results.files import json_text
from groundplan.results.framed import cell_texts
from groundplan.results.html.html_report import report
from groundplan.results.text_page import text_page
from groundplan.results.view import ANNEX, BODY, BRIEF, Grid
from groundplan.results.view_list import views


@pytest.fixture(scope="module")
def kenya() -> Outcome:
    return plan("KEN", years=2)


def plain(text: str) -> str:
    """A text without what only parts lines."""
    return " ".join(text.split())


def test_sentences_stand_in_every_face(kenya: Outcome) -> None:
    """Proves: each sentence of brief and body stands in the terminal's page; all of every view stand in the report.

    Breaks if: a face says something of its own instead, or leaves a part out.
    """
    terminal, page = plain(text_page(kenya)), plain(html.unescape(report(kenya)))
    for view in views(kenya):
        for sentence in view.says:
            assert plain(sentence) in page, view.name
            assert view.level == ANNEX or plain(sentence) in terminal, view.name


def test_tables_stand_in_every_face(kenya: Outcome) -> None:
    """Proves: each cell of a table of the body stands in the terminal's page and in the report, JSON has its number.

    Breaks if: a face formats for itself, drops a column unasked, or JSON rounds.
    """
    terminal, page = plain(text_page(kenya)), html.unescape(report(kenya))
    record = {v["name"]: v for v in json.loads(json_text(kenya))["views"]}
    for view in views(kenya):
        grids = [p for p in view.parts if isinstance(p, Grid)]
        written = [p["table"] for p in record[view.name]["parts"] if "table" in p]
        assert [g.title for g in grids] == [t["title"] for t in written]
        for grid, table in zip(grids, written, strict=True):
            names = [n for n, _ in grid.frame.columns]
            for n, (name, texts) in enumerate(zip(names, cell_texts(grid.frame), strict=True)):
                assert all(f">{t}</td>" in page for t in texts)
                there = grid.frame.iloc[:, n].tolist()
                values = [row["values"][n] for row in table["rows"]]
                assert all(
                    b is None if isinstance(a, float) and not math.isfinite(a) else a == b
                    for a, b in zip(there, values, strict=True)
                )
                shown = view.level != ANNEX and name not in grid.spare and not grid.top
                # Long words are cut on a terminal; numbers never are.
                assert not shown or all(t in terminal for t in texts if len(t) < 12)


def test_levels_come_in_order(kenya: Outcome) -> None:
    """Proves: the brief is first and alone, annexes are last and are not on the terminal, names are unique.

    Breaks if: a report opens with a list of sections, or a terminal fills with what is looked up.
    """
    there = views(kenya)
    levels = [v.level for v in there]
    assert levels[0] == BRIEF
    assert levels.count(BRIEF) == 1
    assert {BODY, ANNEX} == set(levels[1:])
    assert len({v.name for v in there}) == len(there)
    terminal = text_page(kenya)
    assert all((f"\n{v.title}\n" in terminal) == (v.level != ANNEX) for v in there[1:])


def test_views_of_an_outcome_by_name(kenya: Outcome) -> None:
    """Proves: ``outcome.views`` gives a view's table with the outcome's own numbers, and notebooks show the brief.

    Breaks if: the names move, or a notebook loads a script.
    """
    table = kenya.views["years"].table
    assert table[("value added", "bn KES / year")].tolist() == kenya.indicator("value added").tolist()
    shown = kenya._repr_html_()
    assert shown is not None
    assert all(html.escape(s, quote=False) in shown.replace("&#39;", "'") for s in kenya.views["brief"].says)
    assert "<script" not in shown
    assert kenya.views["years"]._repr_html_().count("<table") == 1
    with pytest.raises(UnknownName, match="engine"):
        _ = Outcome({}, {}, {"engine": "nothing"}).views
    assert Outcome({}, {}, {"engine": "nothing"})._repr_html_() is None


def test_a_notebook_shows_each_chart_once_with_a_style_of_its_own(kenya: Outcome) -> None:
    """Proves: a fragment has the wide drawing alone, and every rule of its style is about what stands inside of it.

    Breaks if: an old notebook shows two drawings, or the notebook's own tables change their look.
    """
    shown = kenya._repr_html_()
    assert shown is not None
    assert shown.count("<svg") == len(kenya.views["brief"].charts) > 0
    assert "-narrow" not in shown
    sheet = shown.partition("<style>")[2].partition("</style>")[0]
    assert "@" not in sheet
    rules = [selector.strip() for rule in sheet.split("}")[:-1] for selector in rule.partition("{")[0].split(",")]
    assert len(rules) > 10
    assert all(r.startswith(".groundplan") for r in rules)
    assert report(kenya).count('class="chart narrow"') == report(kenya).count('class="chart wide"')


def test_heads_of_wide_tables_stand_upright_in_print() -> None:
    """Proves: a table of more than a dozen columns is marked as such, and print turns its heads; others are not.

    Breaks if: a wide table runs over the edge of the paper, and the browser shrinks the whole report to fit it.
    """
    html = report(see("KEN", draws=0))
    wide = [
        m for m in re.findall(r'<table(?: class="([^"]*)")?>(.*?)</thead>', html, re.DOTALL) if m[1].count("<th") > 13
    ]
    assert wide
    assert all("many" in kinds.split() for kinds, _ in wide)
    assert html.count(" many") + html.count('"many') >= len(wide)
    assert "table.many thead th:not(:first-child) { writing-mode" in html.partition("@media print")[2]
