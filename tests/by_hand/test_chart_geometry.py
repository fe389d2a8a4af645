"""Where a chart puts its marks: scales and stacks whose places on the page are worked out on paper."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import pytest

from groundplan.results.charts.curves import Curve, curves
from groundplan.results.charts.drawing import Series, bars, columns, lines
from groundplan.results.charts.svg import WIDTH, Scale

SVG = "{http://www.w3.org/2000/svg}"
TOP, TALL = 20.0, 280.0  # the field of a stack of columns of few series


def test_a_scale_runs_from_its_first_tick_to_its_last() -> None:
    """Values 4 to 6 have ticks at 4.0, 4.5, 5.0, 5.5 and 6.0: on 300 down to 100 a half is 50 units of the page.

    Proves: the lowest tick lies at the start, the highest at the end, and what is between in proportion; an axis that
    starts at zero, and one that lies below zero, too.
    Breaks if: distances are counted from zero instead of from the lowest tick, or over another range than the ticks'.
    """
    y = Scale([4.0, 6.0], 300.0, 100.0, zero=False)
    assert y.ticks == [4.0, 4.5, 5.0, 5.5, 6.0]
    assert [y(v) for v in (4.0, 4.5, 5.25, 6.0)] == [300.0, 250.0, 175.0, 100.0]
    x = Scale([4.0, 6.0], 50.0, 450.0, zero=True)
    assert (x.ticks[0], x.ticks[-1]) == (0.0, 6.0)
    assert [x(v) for v in (0.0, 1.5, 3.0, 6.0)] == [50.0, 150.0, 250.0, 450.0]
    below = Scale([-3.0, -1.0], 300.0, 100.0, zero=True)
    assert (below.ticks[0], below.ticks[-1]) == (-3.0, 0.0)
    assert [below(v) for v in (-3.0, -1.5, 0.0)] == [300.0, 200.0, 100.0]


def test_lines_lie_on_their_axis() -> None:
    """A line from 4 over 5.25 to 6 in a panel of 230 units from 12 down to 242.

    Proves: 4 lies on the panel's floor, 6 at its top, 5.25 at 5/8 of its height; grid lines go from floor to top.
    Breaks if: points and ticks are shifted together, or one of them alone.
    """
    told = Series("output", "t", [4.0, 5.25, 6.0], ["4", "5.25", "6"])
    svg = ET.fromstring(lines("a", "A", ["2020", "2021", "2022"], [("", [told])]))
    heights = [_start(e)[1] for e in svg.iter(f"{SVG}path") if e.find(f"{SVG}title") is not None]
    assert heights == pytest.approx([242.0, 242.0 - 230.0 * 5 / 8, 12.0], abs=0.01)
    assert _grid(svg) == pytest.approx([242.0 - 230.0 * n / 4 for n in range(5)], abs=0.01)


def test_curves_lie_on_both_axes() -> None:
    """Points (2, 4), (3, 5) and (4, 6) over a field of 330 units from 34 down to 364.

    Proves: the points stand at both ends and in the middle of both axes, whose least number is not zero.
    Breaks if: the scale's origin is not the lowest tick.
    """
    points = Curve("front", [(2.0, 4.0), (3.0, 5.0), (4.0, 6.0)], ["a", "b", "c"])
    svg = ET.fromstring(curves("a", "A", [points], ("cost", "gain"), zero=False))
    at = [_start(e) for e in svg.iter(f"{SVG}path") if e.find(f"{SVG}title") is not None]
    assert [y for _, y in at] == pytest.approx([364.0, 199.0, 34.0])
    first, middle, last = (x for x, _ in at)
    assert last == pytest.approx(WIDTH - 60.0)
    assert middle == pytest.approx((first + last) / 2, abs=0.01)
    upright = [n for n in map(_ends, svg.iter(f"{SVG}path")) if n is not None and n[0] == n[2]]
    assert first == pytest.approx(min(n[0] for n in upright))


# Two years of four parts: 3 and 1 above zero with −2 and −1 below it; then −4 alone, with a part that is not known.
PARTS = [
    Series("a", "t", [3.0, -4.0], ["3", "−4"]),
    Series("b", "t", [-2.0, 0.0], ["−2", "0"]),
    Series("c", "t", [1.0, math.nan], ["1", "–"]),
    Series("d", "t", [-1.0, 0.0], ["−1", "0"]),
]
# From where to where each part goes, year by year: what is above zero grows up from it, what is below grows down.
SPANS = [[(0, 3), (-2, 0), (3, 4), (-3, -2)], [(-4, 0), (0, 0), (0, 0), (0, 0)]]


def test_negative_parts_of_a_column_hang_below_zero() -> None:
    """Parts 3, −2, 1 and −1: above zero 0–3 and 3–4, below it 0 to −2 and −2 to −3; ticks are even from −4 to 4.

    Proves: every part of a stack begins where the last one on its side of zero ends, and is as tall as its number.
    Breaks if: a negative part is drawn upwards, on top of positive ones, or each anew from zero.
    """
    svg = ET.fromstring(columns("c", "C", ["2020", "2021"], PARTS))
    found = [
        (float(e.get("y", "")), float(e.get("height", "")))
        for e in svg.iter(f"{SVG}rect")
        if e.find(f"{SVG}title") is not None
    ]
    spans = [span for year in SPANS for span in year]
    unit = TALL / 8
    right = [(TOP + unit * (4 - high), unit * (high - low)) for low, high in spans]
    assert _grid(svg) == pytest.approx([TOP + TALL, TOP + TALL * 3 / 4, TOP + TALL / 2, TOP + TALL / 4, TOP])
    assert found == [pytest.approx(r, abs=0.02) for r in right]


def test_negative_parts_of_a_bar_go_left_of_zero() -> None:
    """The same parts as bars: to the left of zero what is negative, one beside the other.

    Proves: a bar's parts begin where the last one on their side ends, and are as long as their numbers.
    Breaks if: negative parts start anew at zero, or the axis leaves out the lowest of their ends.
    """
    svg = ET.fromstring(bars("d", "D", ["x", "y"], PARTS))
    found = [
        (float(e.get("x", "")), float(e.get("width", "")))
        for e in svg.iter(f"{SVG}rect")
        if e.find(f"{SVG}title") is not None
    ]
    upright = sorted(n[0] for n in map(_ends, svg.iter(f"{SVG}path")) if n is not None and n[0] == n[2])
    left, right = upright[0], WIDTH - 44.0
    assert upright[-1] == pytest.approx(right)
    unit = (right - left) / 8
    expected = [(left + unit * (low + 4), unit * (high - low)) for year in SPANS for low, high in year]
    assert found == [pytest.approx(e, abs=0.02) for e in expected]


def _start(mark: ET.Element) -> tuple[float, float]:
    """Where a path begins; a marker's path begins at its point."""
    x, y = re.match(r"M(\S+) ([^mL ]+)", mark.get("d", "")).groups()  # type: ignore[union-attr]
    return float(x), float(y)


def _ends(path: ET.Element) -> tuple[float, float, float, float] | None:
    """Both ends of a grid line; None for another path."""
    found = re.fullmatch(r"M(\S+) (\S+)L(\S+) (\S+)", path.get("d", ""))
    if found is None or path.get("stroke") != "currentColor":
        return None
    x1, y1, x2, y2 = map(float, found.groups())
    return x1, y1, x2, y2


def _grid(svg: ET.Element) -> list[float]:
    """Heights of the level grid lines, the lowest tick's first."""
    return [n[1] for n in map(_ends, svg.iter(f"{SVG}path")) if n is not None and n[1] == n[3]]
