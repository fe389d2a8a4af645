"""Compare, join, robust, sensitivity, alternatives, whynot, baseline and hindcast: every face says the same."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache

import pytest
from economies import small

from groundplan import Outcome, alternatives, baseline, compare, hindcast, join, robust, sensitivity, whynot
from groundplan.planning.choices.target import Goal
from groundplan.planning.choices.uncertainty import Uncertain, Uncertainty
from groundplan.planning.doctrines.doctrine import Doctrine
from groundplan.planning.joining.union import Link
from groundplan.planning.policy import Policy, Target
from groundplan.results.framed import cell_texts
from groundplan.results.html.html_report import report
from groundplan.results.text_page import text_page
from groundplan.results.view import ANNEX, BRIEF, Bullets, Grid, Plot, Prose, View
from groundplan.results.view_list import views
from groundplan.study.study import Study

POWER = re.compile(r"\d(?:\.\d+)?e[+-]?\d")
MONEY = re.compile(r"\b[A-Z]{3}(?:19|20)\d\d(?:tn|bn|m|k)?\b")


def study() -> Study:
    """Two years of the small economy, with a target and yields that are uncertain."""
    policy = Policy.of(
        years=2,
        targets=[Target("gross output: farm", ">=", 100.0, year=2022, name="grain")],
        uncertain=[Uncertain("yields", of=["farm"], shape="normal", spread=0.05)],
        uncertainty=Uncertainty(draws=4, fresh=4, largest=1.0, wishes=["targets"]),
    )
    return Study("TST", None, policy).on(small())


def neighbours() -> Outcome:
    there = [small().replacing(country=code, country_name=code.title()) for code in ("NOR", "SOU")]
    return join(there, years=1, links=[Link(pace=0.2, ceiling=1.0)])


def doctrines() -> Outcome:
    want = Doctrine("at home", goals=[Goal("import bill", "<=", of_base=0.9, worth=3.0)])
    return compare(study(), [want, Doctrine("paradise", policy={"floor": 5.0})])


KINDS: dict[str, Callable[[], Outcome]] = {
    "compare": doctrines,
    "join": neighbours,
    "robust": lambda: robust(study()),
    "sensitivity": lambda: sensitivity(study(), of=["discount_rate", "capital_output"]),
    "alternatives": lambda: alternatives(study(), of=["gross output", "imports"], count=1),
    "whynot": lambda: whynot(small(), "gross output: works >= 190 in 2022", years=2),
    "whynot that cannot be": lambda: whynot(small(), "gross output: works >= 900 in 2022", years=2),
    "baseline": lambda: baseline("KEN", years=3),
    "hindcast": lambda: hindcast("BRA", since=2010, to=2015, no_plan=True),
}  # fmt: skip


@cache
def outcome(kind: str) -> Outcome:
    return KINDS[kind]()


def front(there: tuple[View, ...]) -> list[View]:
    """The views that every face shows unasked."""
    return [v for v in there if v.level != ANNEX]


def words(text: str) -> str:
    """A text without its line breaks and markup, its spaces single."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize("kind", KINDS)
def test_terminal_and_report_say_what_the_views_say(kind: str) -> None:
    """Proves: every sentence of brief and body stands on the terminal and in the report, every cell of their tables in
    the report, and on the terminal where the table is shown whole; each chart is drawn once.
    Breaks if: a face writes a sentence or a figure of its own, or leaves one out.
    """
    o = outcome(kind)
    there = views(o)
    terminal, page = words(text_page(o)), report(o)
    plain = words(page)
    for view in front(there):
        for sentence in view.says:
            assert " ".join(sentence.split()) in terminal, (view.name, sentence)
            assert " ".join(sentence.split()) in plain, (view.name, sentence)
        for grid in (p for p in view.parts if isinstance(p, Grid)):
            cells = {c for column in cell_texts(grid.frame) for c in column if c}
            assert all(c in plain for c in cells), (view.name, grid.title)
            shown = grid.frame.drop(columns=[c for c in grid.spare if c in grid.frame], level=0)
            numbers = [c for column in cell_texts(shown.head(grid.top or None)) for c in column if c[:1].isdigit()]
            assert all(c in terminal for c in numbers), (view.name, grid.title)
    drawn = [p.chart.name for v in there for p in v.parts if isinstance(p, Plot)]
    assert len(set(drawn)) == len(drawn)
    assert all(page.count(f'id="chart-{name}"') == 1 for name in drawn)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_begins_with_its_brief(kind: str) -> None:
    """Proves: the first view is the brief: what was read, a headline, at least one more sentence, and a chart with
    marks or a table; a terminal is at most 100 columns wide; the kind has no page of text of its own.
    Breaks if: a kind answers nowhere in front, or with a list of links.
    """
    o = outcome(kind)
    brief, *rest = views(o)
    assert brief.level == BRIEF
    assert all(v.level != BRIEF for v in rest)
    sentences = [p for p in brief.parts if isinstance(p, Prose | Bullets)]
    assert len(sentences) >= 3
    assert any(isinstance(p, Grid) or (isinstance(p, Plot) and "<svg" in p.chart.svg()) for p in brief.parts)
    assert max(map(len, text_page(o).splitlines())) <= 100


@pytest.mark.parametrize("kind", KINDS)
def test_no_power_of_ten_and_no_code_of_money_is_read(kind: str) -> None:
    """Proves: sentences, headings and cells of brief and body have no ``2.64e+04`` and no ``KES2019bn``, and paid work
    is not called jobs where it is counted in wages.
    Breaks if: a number is written without the one place that writes them, or a unit is passed on as it is stored.
    """
    for view in front(views(outcome(kind))):
        grids = [p for p in view.parts if isinstance(p, Grid)]
        names = [str(part) for g in grids for head in g.frame.columns for part in head]
        cells = [c for g in grids for column in cell_texts(g.frame) for c in column]
        for text in (view.title, *view.says, *names, *cells, *(str(i) for g in grids for i in g.frame.index)):
            assert not POWER.search(text), (view.name, text)
            assert not MONEY.search(text), (view.name, text)
        assert not any(name.startswith("jobs") for name in names)


def test_whynot_leads_with_what_households_lose() -> None:
    """The share that the wish costs, of what households consume without it; each household's change is the plans' own.

    Proves: the headline has the cost as a share and as money a year; the table has all together, then every group,
    and groups add up to all.
    Breaks if: the cost of a year is a sum over years, or a group is left out.
    """
    o = outcome("whynot")
    about, table = o.provenance, o.table("household_cost").set_index("code")
    whole = table.loc[""]
    assert about["cost_share"] > 0
    assert about["cost_a_year"] == pytest.approx(about["cost_share"] * whole["without"])
    assert table.drop(index="")[["without", "with"]].sum().to_dict() == pytest.approx(
        whole[["without", "with"]].to_dict()
    )
    assert set(table.index) == {"", *about["households"]}
    headline = views(o)[0].says[1]
    assert headline.startswith("It can be done: gross output of sector works at least 190 million TST in 2022.")
    assert f"{100 * about['cost_share']:.2g} % of everybody's living standard in every year" in headline


def test_doctrines_stand_in_one_table() -> None:
    """Proves: the brief of a comparison has one table, a row a doctrine that was planned, its first figure the change
    of discounted household consumption; what cannot be met is said beside it.
    Breaks if: the trade-off is spread over tables, or a doctrine without a plan is passed over.
    """
    o = outcome("compare")
    brief = views(o)[0]
    assert len(brief.tables) == 1
    there = o.table("comparison").set_index("doctrine")["discounted"]
    assert brief.table.index.tolist() == ["at home"]
    assert brief.table.iloc[0, 0] == pytest.approx(100 * (there["at home"] / there["no doctrine"] - 1))
    assert any(s.startswith("Paradise cannot be met") for s in brief.says)
