"""Which columns of a table a chart draws, in which panels, and whether its axis begins at zero."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import cast

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import bar_chart, by_unit, column_chart, line_chart, one_panel, parted
from groundplan.results.charts.drawing import Series, columns
from groundplan.results.plan_pages import plan_charts
from groundplan.results.view import Drawn

SVG = "{http://www.w3.org/2000/svg}"
NONE = cast(Outcome, None)  # the tables below ask nothing of it


def table(_: Outcome) -> pd.DataFrame:
    """Coal and steel in tonnes, a price in money, over three years; none is near zero."""
    heads = [("coal", "t"), ("price", "TST"), ("steel", "t")]
    figures = [[40.0, 7.0, 51.0], [42.0, 8.0, 54.0], [44.0, 9.0, 57.0]]
    return pd.DataFrame(figures, [2020, 2021, 2022], pd.MultiIndex.from_tuples(heads))


def words(chart: Drawn | None) -> list[str]:
    assert chart is not None
    return [e.text or "" for e in ET.fromstring(chart.svg()).iter(f"{SVG}text")]


def names(chart: Drawn | None) -> list[str]:
    return [word for word in words(chart) if word in ("coal", "price", "steel", "t", "TST", "head")]


def test_lines_of_a_table() -> None:
    """Proves: all columns are drawn, or those that are named; the axis begins at zero where it is asked to alone.

    Breaks if: the named columns are those left out, or panels and years are not those that are asked for.
    """
    every = line_chart("a", "A", table, table_title="The figures")
    assert (every.name, every.title, every.table, every.table_title) == ("a", "A", table, "The figures")
    assert names(every.draw(NONE)) == ["t", "coal", "price", "steel"]
    named = line_chart("a", "A", table, only=("steel", "price")).draw(NONE)
    assert names(named) == ["TST", "price", "steel"]
    assert [word for word in words(named) if re.fullmatch(r"20\d\d", word)] == ["2020", "2021", "2022"]
    steel = line_chart("a", "A", table, only=("steel",))
    assert "0" not in words(steel.draw(NONE))
    assert "0" in words(line_chart("a", "A", table, only=("steel",), zero=True).draw(NONE))
    panels = line_chart("a", "A", table, panels=lambda lines: [("head", lines[1:]), ("", lines[:1])]).draw(NONE)
    assert names(panels) == ["head", "TST", "price", "steel", "t", "coal"]
    assert names(line_chart("a", "A", table, panels=by_unit).draw(NONE)) == [
        "t", "t", "coal", "steel", "TST", "TST", "price"
    ]  # fmt: skip


def test_columns_and_bars_of_a_table() -> None:
    """Proves: a stack has all columns but the one left out, a bar the columns at the asked places."""
    assert names(column_chart("a", "A", table).draw(NONE)) == ["t", "steel", "price", "coal"]
    assert names(column_chart("a", "A", table, without="price").draw(NONE)) == ["t", "steel", "coal"]
    assert sorted(names(bar_chart("a", "A", table).draw(NONE))) == ["coal", "price", "steel", "t"]
    assert sorted(names(bar_chart("a", "A", table, (0, 2)).draw(NONE))) == ["coal", "steel", "t"]
    assert "2021" in words(bar_chart("a", "A", table).draw(NONE))


def test_panels() -> None:
    """Proves: what has one head shares a panel, in the order in which heads first come."""
    a, b, c = (Series(name, unit, [1.0], ["1"]) for name, unit in (("a", "t"), ("b", "kg"), ("c", "t")))
    assert one_panel([a, b, c]) == [("", [a, b, c])]
    assert by_unit([a, b, c]) == [("t", [a, c]), ("kg", [b])]
    assert parted([a, b, c], lambda s: "first" if s is b else s.name) == [("a", [a]), ("first", [b]), ("c", [c])]


def test_years_under_columns_lie_on_hundredths() -> None:
    """Nine columns between 30 + 7.5 · 1 and 760 − 34 − 7.5: slots of 681 / 9 = 75.666… units, years in their middles.

    Proves: the middle of column n is 37.5 + 75.666… · (n + ½), to a hundredth; the unit stands upright beside them.

    Breaks if: digits pile up in the page.
    """
    years = [str(2020 + n) for n in range(9)]
    svg = ET.fromstring(columns("c", "C", years, [Series("x", "t", [float(n) for n in range(9)], years)]))
    middles = [e.get("x", "") for e in svg.iter(f"{SVG}text") if re.fullmatch(r"20\d\d", e.text or "")]
    assert middles == [f"{round(37.5 + 681 / 9 * (n + 0.5), 2):g}" for n in range(9)]
    assert middles[:2] == ["75.33", "151"]
    assert [(e.text, e.get("transform")) for e in svg.iter(f"{SVG}text") if e.get("transform")] == [
        ("t", "rotate(-90 14 160)")
    ]


def test_prices_of_labour_say_so() -> None:
    """Proves: what is priced by one unit shares a panel; it is headed as labour where all of it is labour, else not.

    Breaks if: one kind of labour among other prices heads them all, or labour alone has no heading.
    """
    low, balance, high, paid = (
        Series(name, f"TST per {unit}", [1.0], ["1"])
        for name, unit in (
            ("labour of low skill", "wage"),
            ("balance", "TST"),
            ("labour of high skill", "wage"),
            ("labour in money", "TST"),
        )
    )
    assert plan_charts._priced([low, balance, high, paid]) == [("Labour", [low, high]), ("", [balance, paid])]
