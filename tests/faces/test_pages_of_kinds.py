"""What stress, see, place, names, data and a preview say, they say alike on a terminal, in the report and as views."""

from __future__ import annotations

import html
import re
from functools import cache

import pytest

from groundplan import CutImports, Outcome, Scenario, data, names, place, see, stress
from groundplan.results.crisis_pages import stress_actions
from groundplan.results.framed import cell_texts
from groundplan.results.html.html_report import report
from groundplan.results.terminal import WIDTH
from groundplan.results.text_page import text_page
from groundplan.results.view import ANNEX, BRIEF, Grid, Plot
from groundplan.results.view_list import views

CUT = CutImports(name="fuel", products=("class:fuels",), length=84, depth=0.8)
SCENARIO = Scenario(name="little fuel", horizon=168, step="week", events=(CUT,))
KINDS = {
    "stress": lambda: stress("KEN", SCENARIO, no_plan=True),
    "preview": lambda: stress("KEN", SCENARIO, preview=True),
    "see": lambda: see("KEN", draws=5),
    "place": lambda: place("KEN", quick=True, years=3),
    "names": lambda: names("KEN"),
    "account": lambda: data("KEN"),
}
# Words of a money unit as it is typed, and figures with a power of ten.
CODES = re.compile(r"\b[A-Z]{3}[12]\d{3}(?:tn|bn|m|k)\b|\d[eE][+-]?\d")


@cache
def outcome(kind: str) -> Outcome:
    """One outcome of each kind."""
    return KINDS[kind]()


def plain(text: str) -> str:
    """A text without what only parts lines."""
    return " ".join(text.split())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_face_says_the_same_sentences(kind: str) -> None:
    """Proves: each sentence of brief and body stands on the terminal, all of every view stand in the report, and the
    brief comes first on both.

    Breaks if: a face has a sentence of its own, or leaves one out.
    """
    o = outcome(kind)
    assert o.engine == kind
    terminal, page = plain(text_page(o)), plain(html.unescape(report(o)))
    there = views(o)
    assert [v.level for v in there].count(BRIEF) == 1
    assert plain(there[0].says[1]) in terminal.partition(there[1].title)[0]
    for view in there:
        for sentence in view.says:
            assert plain(sentence) in page, view.name
            assert view.level == ANNEX or plain(sentence) in terminal, view.name
    assert max(map(len, text_page(o).splitlines())) <= WIDTH


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_face_shows_the_same_figures(kind: str) -> None:
    """Proves: each cell of every view's table stands in the report, and each figure of brief and body on the terminal,
    but for columns and rows that it has no room for.

    Breaks if: a face formats or sorts for itself.
    """
    o = outcome(kind)
    terminal, page = plain(text_page(o)), html.unescape(report(o))
    for view in views(o):
        for grid in (p for p in view.parts if isinstance(p, Grid)):
            for (name, _), texts in zip(grid.frame.columns, cell_texts(grid.frame), strict=True):
                assert all(f">{t}</td>" in page for t in texts), (view.name, name)
                here = texts[: grid.top or None] if name not in grid.spare and view.level != ANNEX else []
                assert all(t in terminal for t in here if len(t) < 12), (view.name, name)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_codes_of_money_and_no_powers_of_ten(kind: str) -> None:
    """Proves: sentences and tables say money in words and write figures out.

    Breaks if: a unit or a number is printed past the one place that words it.
    """
    for view in views(outcome(kind)):
        if view.name in ("repeat", "sources"):
            continue
        cells = [t for p in view.parts if isinstance(p, Grid) for column in cell_texts(p.frame) for t in column]
        assert [t for t in (*view.says, *cells) if CODES.search(t)] == [], view.name


@pytest.mark.parametrize("kind", ["stress", "see", "place"])
def test_one_page_first(kind: str) -> None:
    """Proves: the brief has three sentences that answer, one chart and how sure, and the chart stands nowhere else.

    Breaks if: a report opens with a list of links, or a chart is shown twice.
    """
    there = views(outcome(kind))
    assert len(there[0].says) >= 4
    assert any(s.startswith("How sure") for s in there[0].says)
    (chart,) = [p.chart.name for p in there[0].parts if isinstance(p, Plot)]
    assert all(chart not in v.charts for v in there[1:])
    charts = [name for v in there for name in v.charts]
    assert len(charts) == len(set(charts))


def test_what_could_be_done_is_what_the_engine_gives() -> None:
    """Proves: the reserve on the list saves what the same scenario with that reserve saves, costs 30 days of use, and
    the brief names the means that saves most.

    Breaks if: an action is computed by other rules than the scenario's, or the list is sorted apart from its words.
    """
    o = outcome("stress")
    table = o.table("actions")
    row = table[(table["kind"] == "stock") & (table["codes"] == "chem")].iloc[0]
    held = SCENARIO.replacing(reserves={"chem": 30.0})
    after = stress("KEN", held, no_plan=True)
    lost, less = (t.table("range").set_index("setting")["final_use_lost"] for t in (o, after))
    saved = lost - less
    assert row["saved"] == pytest.approx(saved["middle"], rel=1e-9)
    assert (row["least"], row["most"]) == pytest.approx((saved.min(), saved.max()), rel=1e-9)
    stocks = after.table("stocks")
    assert row["cost"] == pytest.approx(float(stocks["reserve"].sum()), rel=1e-9)
    best = max(stress_actions.tried(o), key=lambda t: t.saved)
    assert best.phrase in views(o)[0].says[3]
    assert stress_actions.actions(o).index[0] == best.words
