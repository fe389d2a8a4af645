"""The sentence over a chart: from which numbers it is made, on paper."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import cast

import pandas as pd
import pytest
from small_charts import BY_NAME, YEARS, series

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import column_chart, line_chart
from groundplan.results.charts.drawing import Bars, Columns, Lines, Series
from groundplan.results.charts.flows import Calendar
from groundplan.results.page import figure
from groundplan.results.view import Grid, Plot

NONE = cast(Outcome, None)  # the tables below ask nothing of it


def sentence(*members: Series, title: str = "Output", base: str = "") -> str:
    return Lines("l", title, YEARS, [("", list(members))], base=base).sentence()


def test_a_line_says_from_where_to_where_it_goes() -> None:
    """Proves: the first and the last number that are known, their years and the unit stand in the sentence.

    Breaks if: an unknown end is printed as a dash, or a fall is called growth.
    """
    assert sentence(series("output", "t", math.nan, 2, 3, 4)) == "Output grows from 2 to 4 t, 2019 to 2021"
    assert sentence(series("coal", "%", 8, 6, 4, 2)) == "Output: coal falls from 8 to 2 per cent, 2018 to 2021"
    assert sentence(series("coal", "", 5, 1, 9, 5)) == "Output: coal stays at 5, 2018 to 2021"
    assert sentence(series("coal", "t", 1, math.nan, math.nan, math.nan)) == "Output"


def test_of_lines_that_come_back_the_one_that_goes_furthest_is_named() -> None:
    """Coal falls to 4 of 8 and returns, steel to 9 of 10. Proves: what ends where it began has not stood still.

    Breaks if: a crisis that is over passes for none.
    """
    coal, steel = series("coal", "%", 8, 4, 6, 8), series("steel", "%", 10, 9, 10, 10)
    assert sentence(coal, steel) == "Output: coal goes furthest, to 4 per cent in 2019"


def test_of_several_lines_the_one_that_changes_most_is_named() -> None:
    """Coal doubles, steel adds more tonnes but a tenth. Proves: change is a share; history is left out.

    Breaks if: large lines always win, or years before the base year count.
    """
    coal, steel = series("coal", "t", 9, 1, 1, 2), series("steel", "t", 100, 100, 105, 110)
    assert sentence(coal, steel, base="2019") == "Output: coal grows most, from 1 to 2 t, 2019 to 2021"
    assert sentence(coal, steel) == "Output: coal falls most, from 9 to 2 t, 2018 to 2021"
    flat = series("a", "t", 7, 7, 7, 7)
    assert sentence(flat, replace(flat, name="b")) == "Output: no line moves, 2018 to 2021"


def test_a_line_that_comes_back_from_a_peak_says_so() -> None:
    """Up from 2 to 9 and back to 3: the peak lies 6 above the higher end, the ends 1 apart. Years that are counted from
    the start of a programme are called so. Proves: what was most is said, not a small rise between the ends.
    """
    spent = series("cost", "bn / year", 2, 9, 4, 3)
    assert sentence(spent, title="Cost") == "Cost is highest in 2019, 9 bn a year (2 in 2018, 3 in 2021)"
    counted = Lines("l", "Cost", ["1", "2", "3", "4"], [("", [spent])])
    assert counted.sentence() == "Cost is highest in year 2, 9 bn a year (2 in year 1, 3 in year 4)"


def test_days_are_told_by_how_far_a_line_goes_from_where_it_ends() -> None:
    """Coal begins at 60 and ends at 100, steel dips to 20.

    Proves: a crisis is told by its worst day. Breaks if: its recovery is called growth.
    """
    coal, steel = series("coal", "%", 60, 90, 100, 100), series("steel", "%", 100, 20, 90, 100)
    chart = Lines("l", "Had", YEARS, [("", [coal, steel])], along="day")
    assert chart.sentence() == "Had: steel goes furthest, to 20 per cent on day 2019"


def test_levels_are_told_as_times_their_beginning() -> None:
    """Proves: 1.00 to 1.25 of a base year is "1.25 times its level". Breaks if: the unit is put in brackets."""
    level = Series("city", "base year = 1, per head", [1.0, 1.1, 1.2, 1.25], ["1.00", "1.10", "1.20", "1.25"])
    assert sentence(level, title="Standard") == "Standard: city grows to 1.25 times its level of 2018 by 2021"


def test_stacks_say_their_whole_and_their_largest_part() -> None:
    """Coal 4 and steel 30: 34 at first, 60 at last, of which steel has 50. Proves: totals, not the first part."""
    parts = [series("coal", "t", 4, 6, 8, 10), series("steel", "t", 30, 30, 40, 50)]
    assert Columns("c", "Made", YEARS, parts).sentence() == (
        "Made: from 34 to 60 t in all, 2018 to 2021; the largest part in 2021 is steel, 50"
    )
    rest = series("all other sectors", "t", 70, 70, 70, 70)
    assert "the largest named part in 2021 is steel, 50" in Columns("c", "Made", YEARS, [*parts, rest]).sentence()
    assert Bars("b", "Made", ["w", "x", "y", "z"], parts).sentence() == "Made: the largest is z, 60 t"
    assert Bars("b", "Lost", ["w", "x"], [series("a", "t", -9, 2)]).sentence() == "Lost: the largest is w, -9 t"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("timetable", "Works: 2 places, begun from 2020 on, all running by 2023"),
        ("matrix", "Who uses what: the largest is gas used by steel, 4.50 bn"),
        ("ribbons", "Ways: most comes along gas → ammonia → grain, 3.50 bn"),
        ("calendar", "Who is hit: mill is hit first, from day 3 on; 1 of 2 stand still for a time"),
        ("tornado", "What moves it: rate moves it most, between 2.50 and 6.50 bn"),
        ("choropleth", "Need: highest in Birch (3.50), lowest in Ash & Co (0.25)"),
        ("year-map", "Chosen: 2 places of 4 from 2024 to 2026"),
        ("flow-map", "Flows: the largest is ore from Cedar to Birch, 21 t a year"),
        ("curves", "Shares"),
    ],
)
def test_every_kind_has_its_sentence(name: str, words: str) -> None:
    """Proves: the extremes of each kind are those of its numbers. Breaks if: another cell, path or place is named."""
    assert BY_NAME[name].sentence() == words


def test_other_languages_keep_their_title() -> None:
    """Proves: a map in Korean has no English sentence. Breaks if: two languages stand in one heading."""
    assert replace(BY_NAME["choropleth"], language="ko").sentence() == "Need"  # type: ignore[call-arg, type-var]
    none = Calendar("c", "Hit", [("mill", 3.0, math.nan, 5.0)], 9)
    assert none.sentence() == "Hit: mill is hit first, from day 3 on; none stands still"


def table(_: Outcome) -> pd.DataFrame:
    heads = pd.MultiIndex.from_tuples([("coal", "t"), ("steel", "t")])
    return pd.DataFrame([[40.0, 51.0], [44.0, 51.0]], [2020, 2022], heads)


def test_figures_are_headed_by_their_sentence_and_tables_by_their_name() -> None:
    """Proves: a page's figure has the sentence, or the one that the chart was given, its table the short name.

    Breaks if: a table is captioned by a sentence, so that nothing finds it, or a figure by a bare name.
    """
    plot, grid = figure(line_chart("a", "Made", table), NONE)
    assert isinstance(plot, Plot)
    assert isinstance(grid, Grid)
    assert plot.chart.title == "Made: coal grows most, from 40 to 44 t, 2020 to 2022"
    assert (grid.title, plot.table is grid.frame) == ("Made", True)
    own = replace(column_chart("a", "Made", table), sentence=lambda _: "Coal is made.")
    (plot,) = figure(own, NONE, with_table=False)
    assert isinstance(plot, Plot)
    assert plot.chart.title == "Coal is made."
    assert plot.table is not None
