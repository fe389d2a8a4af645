"""The ECharts option of every kind of chart: all that its description holds stands in it, as plain JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pandas as pd
import pytest
from small_charts import BAND, BY_NAME, CHARTS, COAL, YEARS, series

from groundplan.results.charts.drawing import Lines
from groundplan.results.charts.ground import Ground
from groundplan.results.view import Drawn


def leaves(thing: object) -> Iterator[object]:
    """Every number and every word in a description or an option; the outlines of a map apart."""
    if isinstance(thing, Ground):
        yield from (thing.names[i] for i in thing.ids)
    elif isinstance(thing, pd.DataFrame):
        yield from (v for column in thing.columns for v in thing[column].tolist())
        if thing.index.dtype == object or thing.index.dtype == "str":
            yield from (*map(str, thing.index), *map(str, thing.columns))
    elif isinstance(thing, pd.Series):
        yield from thing.tolist()
    elif isinstance(thing, dict):
        yield from (leaf for k, v in thing.items() for leaf in (*leaves(k), *leaves(v)))
    elif isinstance(thing, list | tuple | range):
        yield from (leaf for v in thing for leaf in leaves(v))
    elif hasattr(thing, "__dataclass_fields__"):
        yield from (leaf for f in fields(thing) for leaf in leaves(getattr(thing, f.name)))
    else:
        yield thing


# What the words of an option may be a part of: "goods: t" for a panel, "2 steel" for a stop.
def missing(chart: Drawn, option: dict[str, Any]) -> list[object]:
    """What stands in the description and not in the option."""
    there = [*leaves(option)]
    numbers = {float(v) for v in there if isinstance(v, int | float) and not isinstance(v, bool)}
    words = "\n".join(v for v in there if isinstance(v, str))
    wanted = [v for v in leaves(chart) if v is not None and not isinstance(v, bool)]
    lost: list[object] = [
        v for v in wanted if isinstance(v, int | float) and math.isfinite(v) and float(v) not in numbers
    ]
    ids = {"a", "b", "c", "d", "en", "%"}
    return lost + [v for v in wanted if isinstance(v, str) and v not in ids and v not in words]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: c.name)
def test_an_option_holds_all_that_its_description_holds(chart: Drawn) -> None:
    """Proves: each number, name, hint, unit and end of a band is in the option, and the option is JSON without NaN.

    Breaks if: a kind leaves out a column, a point, a stop, a place, an amount or a unit, or writes NaN.
    """
    option = chart.option()
    assert json.loads(json.dumps(option, allow_nan=False)) == option
    assert option["title"]["text"] == chart.title
    texts = {t for s in (COAL, *CHARTS[1].parts, *CHARTS[0].panels[1][1]) for t in s.texts}  # type: ignore[attr-defined]
    assert [v for v in missing(chart, option) if v not in texts] == []


def test_a_number_that_is_changed_is_missed() -> None:
    """Proves: the search above finds what is not there. Breaks if: it calls everything found."""
    lines = BY_NAME["lines"]
    other = replace(lines, panels=[("goods", [series("coal", "t", 1.5, 99.25, math.nan, 4.5)])])  # type: ignore[type-var]
    assert 99.25 in missing(other, lines.option())
    assert "zinc" in missing(replace(lines, title="zinc"), lines.option())  # type: ignore[type-var]


def test_what_is_not_known_is_null_in_its_place() -> None:
    """Proves: unknown numbers are null where they belong. Breaks if: they are dropped, so that later years shift."""
    series_of = {s["name"]: s for s in BY_NAME["lines"].option()["series"]}
    assert series_of["coal"]["data"] == [1.5, 2.5, None, 4.5]
    assert series_of["price"]["xAxisIndex"] == 1
    assert BY_NAME["matrix"].option()["series"][0]["data"] == [[0, 0, 4.5], [1, 0, 0.0], [0, 1, -1.5], [1, 1, None]]


def test_a_band_is_a_shade_from_its_least_to_its_most() -> None:
    """Proves: the shade stands on the least and is as tall as the rest up to the most, in the panel of its line.

    Breaks if: it begins at zero, or lies in the panel of another line.
    """
    least, shade = [s for s in BY_NAME["lines"].option()["series"] if "stack" in s]
    assert least["data"] == [None, *BAND.low[1:]]
    for a, item, b in zip(least["data"][1:], shade["data"][1:], BAND.high[1:], strict=True):
        assert a + item["value"] == b
    assert least["stack"] == shade["stack"]
    assert (shade["xAxisIndex"], shade["name"]) == (0, "what coal may be")
    other = Lines(
        "x", "X", YEARS, [("", [COAL]), ("", [series("coke", "t", 1, 2, 3, 4)])], bands=[replace(BAND, of="coke")]
    )
    assert {s["xAxisIndex"] for s in other.option()["series"] if "stack" in s} == {1}


def test_bars_begin_where_they_should() -> None:
    """Proves: spans begin in their year, days on their day, a tornado at its base; what runs ends with the years."""
    hidden, building, running = BY_NAME["timetable"].option()["series"]
    ends = [[item["value"] for item in part["data"]] for part in (hidden, building, running)]
    assert ends == [[2021, 2020], [2, 1], [2, 4]]
    below, bar, still = BY_NAME["calendar"].option()["series"]
    assert (below["data"], [b["value"] for b in bar["data"]], still["data"]) == ([3.0, 8.0], [14.0, 22.0], [[5.0, 0]])
    assert BY_NAME["tornado"].option()["xAxis"]["startValue"] == 4.25


def test_ribbons_keep_every_path() -> None:
    """Proves: links add up what shares a step, last stops stand in the last stage, and paths are kept one by one."""
    option = BY_NAME["ribbons"].option()
    links = {(x["source"], x["target"]): x["value"] for x in option["series"][0]["links"]}
    assert links["2 ammonia", "3 grain"] == 4.75
    assert links["1 ore", "3 steel"] == 2.75
    assert option["dataset"]["source"][0] == [3.5, "gas", "ammonia", "grain"]


def test_marks_of_maps_stand_at_their_places() -> None:
    """Proves: marks and lines stand at the kilometres of their places. Breaks if: east and north change places."""
    option = BY_NAME["choropleth"].option()
    spots = {item["name"]: item["value"] for item in option["series"][1]["data"]}
    assert spots["Birch"][:2] == pytest.approx([0.0, 0.0], abs=0.01)
    assert spots["Cedar"][0] == -spots["Ash & Co"][0] > 100
    assert spots["Dune"] == [None, None, 2.5]
    assert option["absent"] == ["Dune"]
    flow = BY_NAME["flow-map"].option()["series"][1]["data"][0]
    assert flow["coords"] == [spots["Ash & Co"][:2], spots["Birch"][:2]]
