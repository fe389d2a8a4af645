"""Charts: what is drawn is what the table says, whatever the numbers and names are."""

from __future__ import annotations

import dataclasses
import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from groundplan import Outcome, plan
from groundplan.results.charts import drawing
from groundplan.results.charts.svg import short, spread, ticks
from groundplan.results.framed import cell_texts, framed, headings
from groundplan.results.plan_pages.plan_charts import CHARTS
from groundplan.results.plan_pages.plan_views import expansion_table
from groundplan.results.words import column_texts, money_words, number, unit_words

SVG = "{http://www.w3.org/2000/svg}"
AWKWARD = {
    "flat": [2.0, 2.0, 2.0],
    "zeros": [0.0, 0.0, 0.0],
    "negative": [-3.0, -1.0, -2.0],
    "both signs": [-3.0, 1.0, 2e6],
    "a gap": [1.0, math.nan, 3.0],
    "gap at the end": [1.0, 2.0, math.nan],
    "tiny": [1e-9, 2e-9, 3e-9],
}


@pytest.fixture(scope="module")
def kenya() -> Outcome:
    return plan("KEN", years=3)


def told(svg: str) -> list[str]:
    """What the marks say when pointed at."""
    root = ET.fromstring(svg)
    return [t.text or "" for mark in root.iter() if mark is not root for t in mark.findall(f"{SVG}title")]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: c.name)
def test_every_mark_says_a_number_of_its_table(kenya, chart):
    """Proves: each chart's marks carry figures that stand in the same row of its table twin, and none is left out.

    Breaks if: a chart reads other numbers than its table, or rounds them another way.
    """
    table = chart.table(kenya)
    texts = cell_texts(table)
    rows = {str(label): [column[r] for column in texts] for r, label in enumerate(table.index)}
    marks = told(chart.draw(kenya).svg())
    assert len(marks) >= len(rows)
    for mark in marks:
        names, _, value = mark.rpartition(": ")
        own = [cells for label, cells in rows.items() if names.endswith(f", {label}") or names.startswith(f"{label}, ")]
        assert any(value in cells for cells in own), mark


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: c.name)
def test_charts_are_well_formed_and_speak(kenya, chart):
    """Proves: each chart is XML with a title, a description and a unit on its axis, and loads nothing.

    Breaks if: a text is not escaped, or a chart needs a script, a font or a picture from elsewhere.
    """
    svg = chart.draw(kenya).svg()
    root = ET.fromstring(svg)
    assert root.find(f"{SVG}title").text == chart.title
    assert root.find(f"{SVG}desc").text
    assert not [e.tag for e in root.iter() if e.tag.rpartition("}")[2] in ("script", "image", "use", "foreignObject")]
    assert all(u.startswith("#") for u in re.findall(r"url\(([^)]*)\)", svg))
    units = {drawing.axis_unit(unit) for _, unit in headings(chart.table(kenya))}
    assert units & {e.text for e in root.iter(f"{SVG}text")}


def test_bars_are_as_long_as_their_numbers(kenya):
    """Proves: bar lengths are proportional to the table's values.

    Breaks if: the scale does not start at zero, or a stack starts at the wrong place.
    """
    table = expansion_table(kenya)
    root = ET.fromstring(next(c for c in CHARTS if c.name == "expansion").draw(kenya).svg())
    drawn = [e for e in root.iter(f"{SVG}rect") if e.find(f"{SVG}title") is not None]
    start, added = drawn[0::2], drawn[1::2]
    first, more = table.iloc[:, 0].to_numpy(), table["added"].iloc[:, 0].to_numpy()
    widths = np.array([float(e.get("width")) for e in start])
    np.testing.assert_allclose(widths / widths[0], first / first[0], atol=2e-3)
    np.testing.assert_allclose([float(e.get("width")) for e in added] / widths[0], more / first[0], atol=2e-3)
    ends = [float(e.get("x")) + float(e.get("width")) for e in start]
    np.testing.assert_allclose(ends, [float(e.get("x")) for e in added], atol=0.02)


@pytest.mark.parametrize("case", AWKWARD)
@pytest.mark.parametrize("count", [1, 3])
def test_awkward_numbers_are_drawn(case, count):
    """Proves: flat, negative, missing and tiny values, and a single year, give a finite, well-formed picture.

    Breaks if: a scale divides by a zero range, or a missing value reaches the page.
    """
    years = [str(2020 + n) for n in range(count)]
    frame = framed(pd.Index(years), [(case, "t", AWKWARD[case][:count]), ("one", "t", [1.0] * count)])
    found = drawing.series(frame)
    pictures = [
        drawing.lines("a", "A", years, [("", found)]),
        drawing.lines("b", "B", years, [("head", found)], zero=True),
        drawing.columns("c", "C", years, found),
        drawing.bars("d", "D", years, found),
    ]
    for picture in pictures:
        ET.fromstring(picture)
        numbers = re.sub(r"<(title|desc|text)[^>]*>[^<]*", "", picture)
        assert "nan" not in numbers
        assert "inf" not in numbers
        assert all(float(h) >= 0 for h in re.findall(r'(?:height|width)="([^"]+)"', picture))


def test_nothing_to_draw_is_an_empty_text():
    """Proves: an outcome without arrays and tables gives no figure. Breaks if: a chart needs what it does not check."""
    assert [chart.description(Outcome({})) for chart in CHARTS] == [None] * len(CHARTS)
    assert {chart.draw(Outcome({})).svg() for chart in CHARTS} == {""}


def test_names_are_escaped_and_told_apart(kenya):
    """Proves: a name with markup is text in the chart. Breaks if: a label reaches the page unescaped."""
    labels = {code: f'<b>&"{code}' for code in kenya.provenance["labels"]}
    bad = dataclasses.replace(kenya, provenance={**kenya.provenance, "labels": labels})
    for chart in CHARTS:
        svg = chart.description(bad).svg()
        assert "<b>" not in svg
        ET.fromstring(svg)


def test_names_cut_alike_are_cut_in_the_middle():
    """Proves: long names that begin alike stay different. Breaks if: two lines get the same name."""
    names = ["Final consumption expenditure by households", "Final consumption expenditure by government", "Maize"]
    shown = short(names, 20)
    assert len(set(shown)) == 3
    assert max(map(len, shown)) <= 20
    assert shown[2] == "Maize"


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_ticks_cover_the_range_evenly(a, b):
    """Proves: ticks are few, even and cover the values. Breaks if: a value is drawn outside of its axis."""
    low, high = min(a, b), max(a, b)
    found = ticks(low, high)
    step = found[1] - found[0]
    assert 2 <= len(found) <= 9
    np.testing.assert_allclose(np.diff(found), step, rtol=1e-6)
    slack = 1e-6 * step + 1e-9 * max(abs(low), abs(high))
    assert found[0] <= low + slack
    assert found[-1] >= high - slack


def test_names_at_the_ends_of_lines_keep_apart():
    """Proves: labels are moved apart and stay within the panel. Breaks if: two names are printed over each other."""
    found = spread([100.0, 100.0, 101.0, 10.0, 198.0, 199.0], 17, 0, 200)
    assert min(np.diff(sorted(found))) >= 17 - 1e-9
    assert min(found) >= 0
    assert max(found) <= 200


def test_numbers_and_units_are_written_alike():
    """Proves: one rule for decimals, minus signs, gaps and units. Breaks if: two faces format on their own."""
    assert column_texts([[1234.5, 0.4], [-2.0, math.nan]], ["t", "t"]) == [["1,234", "0"], ["−2", "–"]]
    assert column_texts([[1.2345, True]], ["base year = 1, per head"]) == [["1.234", "yes"]]
    assert number(-0.001, 1) == "0.0"
    assert money_words("EUR2019m") == "million EUR at 2019 prices"
    assert money_words("apples") == "apples"
    assert unit_words("base-year wage units (KES2019bn)") == "base-year wage units (bn KES)"


def test_prices_of_different_units_have_panels_of_their_own():
    """Proves: money per money and money per person are not drawn on one axis. Breaks if: panels are mixed."""
    commodities = pd.DataFrame(
        {
            "commodity": ["foreign exchange", "labour:all"],
            "kind": ["account", "capacity"],
            "unit": ["EUR2019m", "persons"],
            "label": ["foreign exchange", "labour, all"],
        }
    )
    both, years = ["foreign exchange", "labour:all"], [2020, 2021]
    price = xr.DataArray([[1.0, 1.1], [0.04, 0.05]], coords=[("commodity", both), ("year", years)])
    stock = xr.DataArray([[0.0] * 3, [5.0] * 3], coords=[("commodity", both), ("stage", [2020, 2021, 2022])])
    level = xr.DataArray([[3.0, 4.0]], coords=[("activity", ["sell:x"]), ("year", years)])
    outcome = Outcome(
        {"consumption_price": price, "stock": stock, "level": level},
        {"commodities": commodities},
        {"money": "EUR2019m", "years": years},
    )
    svg = next(c for c in CHARTS if c.name == "prices").draw(outcome).svg()
    words = [e.text for e in ET.fromstring(svg).iter(f"{SVG}text")]
    assert {"m EUR per m EUR", "m EUR per persons", "Labour"} <= set(words)
