"""The option of a chart in another language: every text that is shown is said, no number changes, names still match."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from pseudo import pseudo_book
from small_charts import BY_NAME, CHARTS

from groundplan.languages.spoken import speaking
from groundplan.results.view import Drawn
from groundplan.web.explored import MARKS, spoken_option

each_chart = pytest.mark.parametrize("chart", CHARTS, ids=lambda c: c.name)


def numbers(thing: object) -> Iterator[float]:
    """Every number in an option, in order."""
    if isinstance(thing, dict):
        yield from (n for value in thing.values() for n in numbers(value))
    elif isinstance(thing, list | tuple):
        yield from (n for value in thing for n in numbers(value))
    elif isinstance(thing, int | float) and not isinstance(thing, bool):
        yield thing


@each_chart
def test_english_stays_as_it_is(chart: Drawn) -> None:
    """Proves: in English the option is the chart's, with the marks added. Breaks if: saying a text changes one."""
    option = spoken_option(chart)
    json.dumps(option, allow_nan=False)
    assert option.pop(MARKS)
    assert option == chart.option()


@each_chart
@pytest.mark.parametrize("language", ["fr", "pt", "ko"])
def test_no_number_differs_in_another_language(chart: Drawn, language: str) -> None:
    """Proves: a language changes words alone. Breaks if: a decimal comma or a rounded figure gets into the data."""
    english = spoken_option(chart)
    with speaking(language):
        other = spoken_option(chart)
    assert [*numbers(other)] == [*numbers(english)]
    assert [mark["cells"] for mark in other[MARKS]] == [mark["cells"] for mark in english[MARKS]]


def test_marks_are_said_in_the_spoken_language() -> None:
    """Proves: what is read out is a sentence of the language, with its numbers. Breaks if: a mark stays English."""
    with speaking("fr"):
        says = [mark["says"] for mark in spoken_option(BY_NAME["calendar"])[MARKS]]
    english = [mark["says"] for mark in spoken_option(BY_NAME["calendar"])[MARKS]]
    assert english[0] == "mill: below from day 3 to day 17"
    assert english[-1] == "mill: stands still from day 5"
    assert not set(says) & set(english)


@each_chart
def test_what_is_found_by_name_is_still_found(chart: Drawn) -> None:
    """Proves: under a language that changes every word, a legend names series that are there, a link its stops, a line
    over a base year a year of the axis.

    Breaks if: one of two texts that must be alike is said and the other is not.
    """
    with speaking(pseudo_book()):
        option = spoken_option(chart)
    series = option["series"]
    assert set(option["legend"].get("data", [])) <= {one.get("name") for one in series}
    for one in series:
        stops = {stop["name"] for stop in one["data"]} if one["type"] == "sankey" else set()
        assert all({link["source"], link["target"]} <= stops for link in one.get("links", []))
        for place in one.get("markLine", {}).get("data", []):
            at = place["xAxis"]
            assert not isinstance(at, str) or at in option["xAxis"][one["xAxisIndex"]]["data"]


def test_marks_hold_what_is_known() -> None:
    """Proves: each known number is one mark, with its cells as a table has them. Breaks if: a gap is said as nought."""
    cells = [mark["cells"] for mark in spoken_option(BY_NAME["matrix"])[MARKS]]
    assert cells == [("gas", "steel", 4.5, "bn"), ("gas", "grain", 0.0, "bn"), ("ore", "steel", -1.5, "bn")]
    flows = [mark["says"] for mark in spoken_option(BY_NAME["flow-map"])[MARKS]]
    assert flows[0] == "ore, Ash & Co → Birch: 10.5 t / year"
    places = [mark["says"] for mark in spoken_option(BY_NAME["choropleth"])[MARKS]]
    assert places == ["Ash & Co: 0.25 score", "Birch: 3.50 score", "Cedar: 1.75 score"]
