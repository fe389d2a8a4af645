"""Where marks stand in matrices, ribbons, calendars, tornados, maps, bands, history and small panels, on paper."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from small_charts import BAND, BY_NAME, CHARTS, COAL, PRICE, STEEL, YEARS, country, series

from groundplan.results.charts.curves import Timetable
from groundplan.results.charts.drawing import Bars, Columns, Lines, ShadedBand, lines
from groundplan.results.charts.flows import SHADES, Matrix
from groundplan.results.charts.line_drawing import GREY, LED, MOST
from groundplan.results.charts.maps import FAINT, STRONG, by_year
from groundplan.results.charts.svg import NARROW, Scale
from groundplan.results.view import Drawn

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = r"-?[\d.]+(?:e-?\d+)?"


def drawing(chart: Drawn, *, narrow: bool = False) -> ET.Element:
    return ET.fromstring(chart.svg(narrow=narrow))


def spoken(svg: ET.Element, tag: str) -> dict[str, ET.Element]:
    """Marks of a kind by what they say when pointed at."""
    titles = [(e, e.find(f"{SVG}title")) for e in svg.iter(f"{SVG}{tag}")]
    return {t.text or "": e for e, t in titles if t is not None}


def sides(mark: ET.Element) -> tuple[float, ...]:
    return tuple(float(mark.get(side, "nan")) for side in ("x", "y", "width", "height"))


def path(mark: ET.Element) -> list[tuple[float, float]]:
    """The points of a path of straight lines."""
    pairs = re.findall(rf"[ML]({NUMBER}) ({NUMBER})", mark.get("d", ""))
    return [(float(x), float(y)) for x, y in pairs]


def scale_of(svg: ET.Element, *, across: bool) -> dict[float, float]:
    """The numbers of an axis, by where they stand: of a level axis on x, of an upright one on y."""
    there = {}
    for e in svg.iter(f"{SVG}text"):
        word = (e.text or "").replace("−", "-").replace(",", "")
        if re.fullmatch(NUMBER, word) and (e.get("text-anchor") == ("middle" if across else "end")):
            there[float(word)] = float(e.get("x", "")) if across else float(e.get("y", "")) - 4
    return there


def place(axis: dict[float, float], value: float) -> float:
    """Where a value lies on an axis, by its first and last number."""
    (a, at), (b, to) = min(axis.items()), max(axis.items())
    return at + (value - a) / (b - a) * (to - at)


def test_cells_of_a_matrix_stand_in_rows_and_columns() -> None:
    """Cells of 22 units: row i and column j is 22 · i under and 22 · j right of the first; shades by five squares.

    Limits of the largest, 4.5, are 0.18, 0.72, 1.62, 2.88, 4.5. Proves: each cell stands in its row and column in the
    shade of its class; none is nearly white. Breaks if: the table is turned, or classes are counted from the top.
    """
    cells = spoken(drawing(BY_NAME["matrix"]), "rect")
    names = ["gas used by steel: 4.50", "gas used by grain: 0.00", "ore used by steel: −1.50", "ore used by grain: –"]
    assert [*cells] == names
    first = sides(cells[names[0]])
    for n, name in enumerate(names):
        i, j = divmod(n, 2)
        assert sides(cells[name]) == pytest.approx((first[0] + 22 * j, first[1] + 22 * i, 21.0, 21.0), abs=0.01)
    assert cells[names[0]].get("fill-opacity") == f"{SHADES[-1]:g}"
    assert cells[names[2]].get("fill") == "none"
    assert min(SHADES) >= 0.15
    assert "to 4.50" in [e.text for e in drawing(BY_NAME["matrix"]).iter(f"{SVG}text")]  # though one cell is not known
    small = Matrix("m", "M", pd.DataFrame([[4.5, 0.7], [1.0, 2.0]], ["gas", "ore"], ["steel", "grain"]), "bn")
    levels = [e.get("fill-opacity") for e in spoken(drawing(replace(small, name="n")), "rect").values()]
    assert levels == [f"{SHADES[k]:g}" for k in (4, 1, 2, 3)]


def test_ribbons_are_as_wide_as_what_passes() -> None:
    """7.5 pass in all over 260 − 60 = 200 units: 26.67 a unit of value; stops at x = 12, 374 and 736.

    Proves: stops are as tall as what passes them; ribbons begin and end at their stops and are as wide as their value.
    Breaks if: widths are in another scale than stops, or a ribbon ends at another stage.
    """
    svg = drawing(BY_NAME["ribbons"])
    stops = {name.rpartition(":")[0]: sides(e) for name, e in spoken(svg, "rect").items()}
    unit = 200 / 7.5
    wide = {"gas": 3.5, "ore": 4.0, "ammonia": 4.75, "grain": 4.75, "steel": 2.75}
    for name, value in wide.items():
        assert stops[name][3] == pytest.approx(unit * value, abs=0.01)
    assert [stops[n][0] for n in ("gas", "ammonia", "grain")] == pytest.approx([12.0, 374.0, 736.0])
    for name, e in spoken(svg, "path").items():
        source, target = name.partition(" (")[0].split(" to ")
        x1, y1, x2, y2, down = map(
            float,
            re.match(
                rf"M({NUMBER}) ({NUMBER})C\S+ \S+ \S+ \S+ ({NUMBER}) ({NUMBER})V({NUMBER})", e.get("d", "")
            ).groups(),  # type: ignore[union-attr]
        )
        assert (x1, x2) == pytest.approx((stops[source][0] + 12, stops[target][0]), abs=0.01)
        assert down - y2 == pytest.approx(unit * float(name.rpartition(": ")[2]), abs=0.02)
        assert stops[source][1] - 0.01 <= y1 <= stops[source][1] + stops[source][3]
        assert stops[target][1] - 0.01 <= y2 <= stops[target][1] + stops[target][3]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_calendar_runs_from_day_to_day(narrow: bool) -> None:
    """Proves: a bar goes from its first day to the day back, or to the end; the mark of standstill is about its day.

    Breaks if: what is not back ends early, or days are counted from another edge than the axis.
    """
    svg = drawing(BY_NAME["calendar"], narrow=narrow)
    days = scale_of(svg, across=True)
    bars = [sides(e) for e in svg.iter(f"{SVG}rect")][2:]
    first, still, second = bars
    assert (first[0], first[0] + first[2]) == pytest.approx((place(days, 3), place(days, 17)), abs=0.05)
    assert (second[0], second[0] + second[2]) == pytest.approx((place(days, 8), place(days, 30)), abs=0.05)
    assert still[0] + still[2] / 2 == pytest.approx(place(days, 5), abs=0.05)
    assert second[1] - first[1] == (34.0 if narrow else 19.0)


@pytest.mark.parametrize("narrow", [False, True])
def test_a_tornado_turns_about_its_base(narrow: bool) -> None:
    """Proves: bars go from the base to each end that is known, low ends left of it here, high ends right.

    Breaks if: bars begin at zero, or an unknown end is drawn.
    """
    svg = drawing(BY_NAME["tornado"], narrow=narrow)
    axis = scale_of(svg, across=True)
    low, high, pace = [sides(e) for e in svg.iter(f"{SVG}rect") if e.get("fill", "").startswith("url")][2:]
    base = place(axis, 4.25)
    assert (low[0], low[0] + low[2]) == pytest.approx((place(axis, 2.5), base), abs=0.05)
    assert (high[0], high[0] + high[2]) == pytest.approx((base, place(axis, 6.5)), abs=0.05)
    assert (pace[0], pace[0] + pace[2]) == pytest.approx((base, place(axis, 4.75)), abs=0.05)
    assert low[1] == high[1] < pace[1]


@pytest.mark.parametrize("chart", [BY_NAME["columns"], BY_NAME["bars"]], ids=lambda c: c.name)
def test_narrow_stacks_are_as_long_as_their_numbers(chart: Columns | Bars) -> None:
    """Proves: on a narrow page too a part is as long as its number on the axis, and begins where the last one ended.

    Breaks if: the narrow drawing has another scale than its axis.
    """
    svg = drawing(chart, narrow=True)
    upright = isinstance(chart, Columns)
    axis = scale_of(svg, across=not upright)
    unit = abs(place(axis, 1.0) - place(axis, 0.0))
    boxes = [e for e in svg.iter(f"{SVG}rect") if e.get("fill", "").startswith("url")]
    sizes = [float(e.get("height" if upright else "width", "")) for e in boxes]
    sizes = [size for size, e in zip(sizes, boxes, strict=True) if (e.get("width"), e.get("height")) != ("12", "12")]
    values = [v if math.isfinite(v) else 0.0 for pair in zip(COAL.values, STEEL.values, strict=True) for v in pair]
    assert sizes == pytest.approx([abs(v) * unit for v in values], abs=0.05)


def test_narrow_spans_begin_with_their_year() -> None:
    """Five years over 366 units from 12 on: 73.2 each.

    Proves: 2021 begins at 85.2, is built for two years, then runs. Breaks if: years begin elsewhere than their axis.
    """
    svg = drawing(BY_NAME["timetable"], narrow=True)
    assert isinstance(BY_NAME["timetable"], Timetable)
    mill, runs, dam, on = [sides(e) for e in svg.iter(f"{SVG}rect") if e.get("fill", "").startswith("url")][2:]
    assert (mill[0], mill[2], runs[0], runs[2]) == pytest.approx((85.2, 146.4, 231.6, 146.4), abs=0.02)
    assert (dam[0], dam[2], on[0], on[2]) == pytest.approx((12.0, 73.2, 85.2, 292.8), abs=0.02)
    assert mill[1] == runs[1] < dam[1]


def test_narrow_curves_lie_on_both_axes() -> None:
    """Proves: every point of a narrow chart lies at its numbers. Breaks if: an axis is cut and its points are not."""
    svg = drawing(BY_NAME["curves"], narrow=True)
    x, y = scale_of(svg, across=True), scale_of(svg, across=False)
    (curve,) = [path(e) for e in svg.iter(f"{SVG}path") if e.get("stroke-width") == "2" and len(path(e)) == 2]
    assert curve == [pytest.approx((place(x, a), place(y, b)), abs=0.05) for a, b in ((0.5, 1.5), (2.5, 3.5))]


@pytest.mark.parametrize("narrow", [False, True])
def test_lines_bands_and_history_lie_on_their_axis(narrow: bool) -> None:
    """A panel with history up to 2019: each line in two parts that meet there, coal with a gap; a band about coal.

    Proves: points and both edges of the band lie at their numbers, history is thin and pale, what follows is not, and
    a rule stands at the base year. Breaks if: the band leaves the axis, or history looks like the plan.
    """
    chart = Lines("l", "L", YEARS, [("", [COAL, STEEL])], base="2019", bands=[BAND])
    svg = drawing(chart, narrow=narrow)
    y = scale_of(svg, across=False)
    xs = [float(e.get("x", "")) for e in svg.iter(f"{SVG}text") if e.text in YEARS]
    past = [path(e) for e in svg.iter(f"{SVG}path") if e.get("stroke-width") == "1.1"]
    after = [
        path(e) for e in svg.iter(f"{SVG}path") if e.get("stroke-width") == "2" and e.get("stroke-opacity") is None
    ]
    after = [p for p in after if len(p) > 1]
    points = [[(x, place(y, v)) for x, v in zip(xs, s.values, strict=True)] for s in (COAL, STEEL)]
    assert past == [[pytest.approx(p, abs=0.05) for p in own[:2]] for own in points]
    known = [
        [p for p, v in zip(own[1:], s.values[1:], strict=True) if math.isfinite(v)]
        for own, s in zip(points, (COAL, STEEL), strict=True)
    ]
    assert after[:2] == [[pytest.approx(p, abs=0.05) for p in own] for own in known]
    (band,) = [path(e) for e in svg.iter(f"{SVG}path") if e.get("class") == "band"]
    upper = [(x, place(y, v)) for x, v in zip(xs[1:], BAND.high[1:], strict=True)]
    lower = [(x, place(y, v)) for x, v in zip(xs[1:], BAND.low[1:], strict=True)]
    assert band == [pytest.approx(p, abs=0.05) for p in [*upper, *reversed(lower)]]
    (rule,) = [e.get("d", "") for e in svg.iter(f"{SVG}path") if e.get("stroke-dasharray") == "4 3"]
    assert rule.startswith(f"M{xs[1]:g} ")
    assert "what coal may be" in [e.text for e in svg.iter(f"{SVG}text")]


def test_a_band_is_said_to_who_listens() -> None:
    """Proves: the description names the band with its ends in the last year, and says where history ends."""
    chart = BY_NAME["lines"]
    told = drawing(chart).find(f"{SVG}desc").text  # type: ignore[union-attr]
    assert told.endswith("what coal may be, 2021: 3.25 to 6.25; up to 2019 it is history.")  # type: ignore[union-attr]
    gap = ShadedBand("b", [1.0, math.nan, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0])
    svg = drawing(Lines("l", "L", YEARS, [("", [PRICE])], bands=[gap]))
    assert len([e for e in svg.iter(f"{SVG}path") if e.get("class") == "band"]) == 2


def many(count: int) -> list[object]:
    return [series(f"line {n}", "t", float(n), float(n) + 1, float(n) + 2, 2.0 * n) for n in range(count)]


@pytest.mark.parametrize("narrow", [False, True])
def test_many_lines_have_small_panels_of_one_scale(narrow: bool) -> None:
    """Seven lines: more than six share no panel. Proves: each has a panel with its own points at their numbers on the
    one scale, its name and its last number; all stand behind in grey.

    Breaks if: panels have scales of their own, or a line is drawn in its neighbour's panel.
    """
    members = many(MOST + 1)
    svg = ET.fromstring(
        lines("s", "S", YEARS, [("", members)], room=NARROW) if narrow else lines("s", "S", YEARS, [("", members)])
    )  # type: ignore[list-item]
    panels = [
        g
        for g in svg.iter(f"{SVG}g")
        if g.get("transform", "").startswith("translate") and g.find(f"{SVG}use") is not None
    ]
    y = Scale([v for s in members for v in s.values], 92.0, 0.0, zero=False, about=3)  # type: ignore[attr-defined]
    assert len(panels) == len(members)
    for s, panel in zip(members, panels, strict=True):
        (own,) = [path(e) for e in panel.iter(f"{SVG}path") if e.get("stroke-width") == "2"]
        assert [at for _, at in own] == pytest.approx([y(v) for v in s.values], abs=0.01)  # type: ignore[attr-defined]
        words = [e.text for e in panel.iter(f"{SVG}text")]
        assert words[0] == s.name  # type: ignore[attr-defined]
        assert s.texts[-1] in words  # type: ignore[attr-defined]
    (behind,) = [g for g in svg.iter(f"{SVG}g") if g.get("id")]
    assert (behind.get("stroke"), len(behind)) == (GREY, len(members))
    corners = [tuple(map(float, re.findall(NUMBER, p.get("transform", "")))) for p in panels]
    assert len(set(corners)) == len(corners)


def test_lines_that_end_together_are_parted() -> None:
    """Six lines that end at one point: the names of the outer ones would be led far away; of four none would.

    Proves: tangled leaders give way to small panels, and lines that end apart keep one panel.
    """
    together = [series(f"{n}", "t", float(n), 0.5 * n, 0.2 * n, 100.0) for n in range(MOST)]
    apart = [series(f"{n}", "t", 0.0, 0.5 * n, 0.2 * n, 20.0 * n) for n in range(MOST)]
    closer = [series(f"{n}", "t", 0.0, 0.5 * n, 0.2 * n, 100.0) for n in range(LED)]
    assert "<use " not in lines("a", "A", YEARS, [("", apart)])
    assert "<use " not in lines("a", "A", YEARS, [("", closer)])
    ends = [0.0, *[100.0] * 40]
    assert "<use " in lines(
        "a",
        "A",
        [str(n) for n in range(41)],
        [("", [replace(s, values=ends, texts=["0"] * 41) for s in (*together, series("x", "t", 0.0))])],
    )


def test_no_chart_leaves_its_page() -> None:
    """Proves: no word or box begins left or ends right of its drawing, narrow or wide, or below it.

    Breaks if: the narrow layout keeps a width of the wide one.
    """
    for chart in CHARTS:
        for narrow in (False, True):
            svg = drawing(chart, narrow=narrow)
            wide, tall = map(float, svg.get("viewBox", "").split()[2:])
            assert wide == (390.0 if narrow else 760.0)
            for e in svg.iter(f"{SVG}rect"):
                x, y, w, h = sides(e)
                if (w, h) != (8.0, 8.0):  # a hatch
                    assert min(x, y) >= 0, chart.name
                    assert x + w <= wide + 0.01, chart.name
                    assert y + h <= tall + 0.01, chart.name
            for e in svg.iter(f"{SVG}text"):
                reach = 6.0 * len(e.text or "")  # a little less than a word is wide on average
                left = {"end": -reach, "middle": -reach / 2}.get(e.get("text-anchor", ""), 0.0)
                assert 0 <= float(e.get("y", "")) <= tall, chart.name
                if not e.get("transform"):
                    assert float(e.get("x", "")) + left >= 0, (chart.name, e.text)
                    assert float(e.get("x", "")) + left + reach <= wide + 2, (chart.name, e.text)


def test_both_drawings_of_a_chart_share_no_identifier() -> None:
    """Proves: a wide and a narrow drawing can stand in one page. Breaks if: fills of one are taken for the other's."""
    for chart in CHARTS:
        wide, narrow = (re.findall(r' id="([^"]*)"', chart.svg(narrow=n)) for n in (False, True))
        assert len(set(wide)) == len(wide)
        assert not set(wide) & set(narrow)
        assert len([*drawing(chart, narrow=True).iter(f"{SVG}title")]) == 1  # nobody points at a telephone


@pytest.mark.parametrize("narrow", [False, True])
def test_places_lie_where_they_are(narrow: bool) -> None:
    """Three squares side by side: 12 units of margin, then each a third of what is left, from west to east.

    Proves: outlines touch side by side, each as tall as wide, shaded by class: 0.25 faint, 3.5 strong.
    Breaks if: east and west change, or the lightest class is nearly white.
    """
    svg = drawing(BY_NAME["choropleth"], narrow=narrow)
    outlines = [path(e) for e in svg.iter(f"{SVG}path") if e.get("fill-opacity") and len(path(e)) >= 4][:3]
    wide = (390 if narrow else 760 - 200) - 24
    step = 1.0 if narrow else 0.5
    for n, points in enumerate(outlines):
        xs, ys = zip(*points, strict=True)
        assert (min(xs), max(xs)) == pytest.approx((12 + n * wide / 3, 12 + (n + 1) * wide / 3), abs=step)
        assert max(ys) - min(ys) == pytest.approx(wide / 3, abs=2 * step)
    shades = [
        float(e.get("fill-opacity", "")) for e in svg.iter(f"{SVG}path") if e.get("fill-opacity") and len(path(e)) >= 4
    ]
    assert min(shades[:3]) == FAINT
    assert FAINT >= 0.25  # on white a fifth darker than a place without a figure
    assert shades[1] == max(shades) == STRONG


def test_every_chosen_place_has_a_name_or_a_number() -> None:
    """Proves: what has no room for its name has a number, and the key says whose; no two labels lie on each other.

    Breaks if: a chosen place is nameless on the map.
    """
    here = country()
    years = BY_NAME["year-map"].years  # type: ignore[attr-defined]
    words = [e.text for e in ET.fromstring(by_year("m", "M", here, years)).iter(f"{SVG}text")]
    assert {"Ash & Co", "Cedar", "24", "26"} <= set(words)
    long = {i: name * 12 for i, name in here.names.items()}
    crowded = ET.fromstring(by_year("m", "M", replace(here, names=long), years))
    words = [e.text or "" for e in crowded.iter(f"{SVG}text")]
    assert {"1", "2"} <= set(words)
    assert any(w.startswith("1 Ash & Co") for w in words)
    assert any(w.startswith("2 Cedar") for w in words)
    spots = {e.text: float(e.get("x", "")) for e in crowded.iter(f"{SVG}text") if e.text in ("1", "2")}
    thirds = [12 + (760 - 224) * (k + 0.5) / 3 for k in (0, 2)]
    assert [spots["1"], spots["2"]] == pytest.approx(thirds, abs=12)


def test_flows_join_their_places() -> None:
    """Proves: lines go from the middle of their source to that of the works, as wide as their share of the largest.

    Breaks if: a width is taken among another material's amounts.
    """
    svg = drawing(BY_NAME["flow-map"])
    middle = {p: 12 + (760 - 224) * (k + 0.5) / 3 for k, p in enumerate("abc")}
    drawn = {
        name: (path(e), float(e.get("stroke-width", ""))) for name, e in spoken(svg, "path").items() if "→" in name
    }
    expected = {
        "Ash & Co → Birch, ore: 10.5 t / year": ("a", "b", 0.8 + 4.2 / 2),
        "Cedar → Birch, ore: 21 t / year": ("c", "b", 5.0),
        "Birch → Cedar, salt: 3.25 kg": ("b", "c", 5.0),
    }
    assert set(drawn) == set(expected)
    for name, (source, end, wide) in expected.items():
        (x1, y1), (x2, y2) = drawn[name][0]
        assert (x1, x2) == pytest.approx((middle[source], middle[end]), abs=0.2)
        assert y1 == y2
        assert drawn[name][1] == pytest.approx(wide, abs=0.01)


def test_colours_differ_in_grey() -> None:
    """Proves: shades of a map grow darker by even steps, whatever the hue. Breaks if: two classes print alike."""
    svg = drawing(BY_NAME["choropleth"])
    swatches = [
        float(e.get("fill-opacity", "1")) for e in svg.iter(f"{SVG}path") if e.get("d", "").startswith("M0 -10")
    ]
    classes = swatches[:-1] if swatches[-1] < FAINT else swatches
    assert np.diff(classes) == pytest.approx(np.diff(classes)[0], abs=0.006)
    assert all(b - a > 0.05 for a, b in pairwise(classes))
