"""Where every word, mark and line of a small chart stands: a letter is 7.5 units wide (0.6 of 12.5), a page 760."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pandas as pd
import pytest

from groundplan.results.charts.curves import ROWS, Curve, Span, curves, timetable
from groundplan.results.charts.drawing import Series, axis_unit, bars, columns, lines, series
from groundplan.results.charts.svg import NARROW, SHAPES, Scale, leader, marker, short, spread, tick_texts, ticks

SVG = "{http://www.w3.org/2000/svg}"


def words(svg: ET.Element) -> list[tuple[str, float, float, str]]:
    """Every text: what it says, where it stands, which end of it stands there."""
    return [
        (e.text, float(e.get("x")), float(e.get("y")), e.get("text-anchor", "start")) for e in svg.iter(f"{SVG}text")
    ]


def boxes(svg: ET.Element) -> list[tuple[float, float, float, float]]:
    """Every box of a fill: left, top, width, height."""
    sides = ("x", "y", "width", "height")
    return [
        tuple(float(e.get(s)) for s in sides) for e in svg.iter(f"{SVG}rect") if e.get("fill", "").startswith("url")
    ]


def marks(svg: ET.Element) -> list[tuple[float, float]]:
    """Where the marks of the series stand: in the field, then beside the names."""
    starts = [re.match(r"M(\S+) ([^m]+)m", e.get("d")) for e in svg.iter(f"{SVG}path") if e.get("stroke") is None]
    return [(float(s[1]), float(s[2])) for s in starts if s]


def level(svg: ET.Element, colour: str) -> list[tuple[float, ...]]:
    """Straight lines of two points in a colour: x, y, x, y."""
    ends = [
        re.fullmatch(r"M(\S+) (\S+)L(\S+) (\S+)", e.get("d"))
        for e in svg.iter(f"{SVG}path")
        if e.get("stroke") == colour
    ]
    return [tuple(map(float, e.groups())) for e in ends if e]


def axes(svg: ET.Element) -> list[str]:
    """How strong each straight line of the page's colour is."""
    return [e.get("stroke-opacity") for e in svg.iter(f"{SVG}path") if e.get("stroke") == "currentColor"]


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def test_the_words_of_lines() -> None:
    """Ticks of three letters end 6 before the field, which begins at 30 + 22.5; names of six letters begin 22 after it.

    The field is 230 tall from 12 on, 12 being the room above; lines begin 8 into it and end at 760 − 26 − 45 = 689.
    Names keep 17 apart from the floor up: the bill ends at 4.5 (184.5), which leaves both where they are.

    Proves: every word, mark and leading line stands where it belongs, years under their points, and the page ends 34
    under the field.
    Breaks if: an edge moves, the last known value is not the one that a name leads to, or a gap is drawn over.
    """
    found = [
        Series("output", "t", [4.0, 5.0, 6.0], ["4", "5", "6"]),
        Series("bill", "kg", [4.0, 4.5, math.nan], ["4", "4.5", "–"]),
    ]
    svg = drawn(lines("a", "A", ["2020", "2021", "2022"], [("", found)]))
    heights = [242.0, 184.5, 127.0, 69.5, 12.0]
    assert words(svg) == [
        ("t", 14.0, 127.0, "middle"),
        *((label, 46.5, y + 4, "end") for label, y in zip(["4.0", "4.5", "5.0", "5.5", "6.0"], heights, strict=True)),
        ("2020", 60.5, 260.0, "middle"),
        ("2021", 374.75, 260.0, "middle"),
        ("2022", 689.0, 260.0, "middle"),
        ("output", 711.0, 16.0, "start"),
        ("bill", 711.0, 188.5, "start"),
    ]
    assert [e.get("transform") for e in svg.iter(f"{SVG}text")][:2] == ["rotate(-90 14 127)", None]
    assert level(svg, "currentColor") == [(52.5, y, 689.0, y) for y in heights]
    assert axes(svg) == ["0.16"] * 5
    assert level(svg, "#0072B2") == [(694.0, 12.0, 701.0, 12.0)]
    assert level(svg, "#D55E00") == [(60.5, 242.0, 374.75, 184.5), (379.75, 184.5, 701.0, 184.5)]
    field = [(60.5, 242.0), (374.75, 127.0), (689.0, 12.0)], [(60.5, 242.0), (374.75, 184.5)]
    assert marks(svg) == [*field[0], (703.0, 12.0), *field[1], (703.0, 184.5)]
    assert svg.get("viewBox") == "0 0 760 276"
    dashes = [e.get("stroke-dasharray") for e in svg.iter(f"{SVG}path") if e.get("stroke-width") == "2"]
    assert dashes == [None, "7 3"]


def test_what_has_no_number_is_not_drawn() -> None:
    """Proves: of a table's columns those with a finite number are series, at the asked places, as the table says them.

    Breaks if: words or what nobody knows are drawn, or one unknown number hides a column.
    """
    columns = {"a": [1.0, math.nan], "b": ["x", "y"], "c": [math.nan, math.nan], "d": [2, 3]}
    table = pd.DataFrame(columns).set_axis(pd.MultiIndex.from_product([columns, ["t"]]), axis=1)
    assert [s.name for s in series(table)] == ["a", "d"]
    assert [s.name for s in series(table, (1, 2, 3))] == ["d"]
    assert series(table)[1] == Series("d", "t", [2.0, 3.0], ["2", "3"])


def test_a_line_goes_on_after_a_gap() -> None:
    """Proves: a year that is not known breaks a line in two; nothing joins its sides and nothing after it is lost."""
    told = Series("x", "t", [0.0, math.nan, 1.0, 2.0], ["0", "–", "1", "2"])
    svg = drawn(lines("a", "A", ["2020", "2021", "2022", "2023"], [("", [told])]))
    (path,) = [e.get("d") for e in svg.iter(f"{SVG}path") if e.get("stroke-width") == "2"]
    assert re.sub(r"[\d. ]+", "", path) == "MML"
    assert len(marks(svg)) == 4


def test_panels_below_each_other() -> None:
    """The first is 230 tall; the second begins under it with a heading.

    Proves: a panel begins 34 under the field of the one above, its heading 16 lower and 18 above its field; an axis
    through zero is strong; a single year stands in the middle.
    Breaks if: panels lie over each other.
    """
    many = [Series(str(n), "t", [float(n)], [str(n)]) for n in range(6)]
    few = [Series("x", "%", [0.0], ["0"])]
    svg = drawn(lines("a", "A", ["2020"], [("", many), ("none", []), ("Second", few)], zero=True))
    said = words(svg)
    second = next(n for n, word in enumerate(said) if word[0] == "Second")
    assert svg.get("viewBox") == "0 0 760 574"  # 12 + 230 + 34 = 276; + 34 + 230 + 34
    assert said[second] == ("Second", 60.0, 292.0, "start")  # 30 and four letters, "−0.5"
    assert said[second + 1][1:3] == (14.0, 425.0)
    assert [e.text for e in svg.iter(f"{SVG}text") if e.get("font-weight")] == ["Second"]
    years = [word for word in said if word[0] == "2020"]
    assert [word[1:3] for word in years] == [(386.0, 260.0), (397.25, 558.0)]  # (53 + 719) / 2, (68 + 726.5) / 2


def test_names_keep_apart() -> None:
    """Places 1, 2 and 9 with 3 between them from 0 to 10 become 1, 4 and 9; on the ground 0, 3, 6; at the top 4, 7, 10.

    Proves: names are moved no further than they must be, in their order, and stay inside.
    """
    assert spread([1.0, 2.0, 9.0], 3.0, 0.0, 10.0) == [1.0, 4.0, 9.0]
    assert spread([-5.0, -4.0, -3.0], 3.0, 0.0, 10.0) == [0.0, 3.0, 6.0]
    assert spread([10.0, 9.0, 11.0], 3.0, 0.0, 10.0) == [7.0, 4.0, 10.0]


def test_years_that_would_touch_are_left_out() -> None:
    """Sixty-one years over 632 units are 10.5 apart; a year of four letters and 8 beside it take 38: every fourth.

    Proves: years are counted back from the last and lie under their points.
    Breaks if: years are printed over each other, or the last one is missing.
    """
    years = [str(n) for n in range(2000, 2061)]
    told = Series("x", "t", [float(n) for n in range(61)], years)
    svg = drawn(lines("a", "A", years, [("", [told])]))
    shown = [word for word in words(svg) if re.fullmatch(r"20\d\d", word[0])]
    assert [word[0] for word in shown] == [str(n) for n in range(2000, 2061, 4)]
    assert shown[-1][1] == 726.5  # 760 − 26 − 7.5
    assert shown[0][1] == 53.0  # ticks of two letters: 30 + 15 + 8


@pytest.mark.parametrize(("count", "every"), [(18, 1), (19, 2), (36, 2), (37, 3)])
def test_years_are_as_near_as_they_may_be(count: int, every: int) -> None:
    """Over 673.5 units 17 gaps are 39.6 each, 18 are 37.4, less than the 38 of a year; 35 are 19.2, 36 are 18.7.

    Proves: room is counted between points, of which there is one more. Breaks if: it is counted by points.
    """
    years = [str(2000 + n) for n in range(count)]
    told = Series("x", "t", [20.0 * n / (count - 1) for n in range(count)], years)
    svg = drawn(lines("a", "A", years, [("", [told])]))
    shown = [word[0] for word in words(svg) if re.fullmatch(r"20\d\d", word[0])]
    assert shown == years[::-every][::-1]


def test_the_words_of_columns() -> None:
    """Two years of 3 and 1: ticks 0 to 4 by 1, of one letter, so the field goes from 37.5 to 760 − 34 − 22.5 = 703.5.

    A year has 333 of it, its column at most 90. Beside it the upper part is listed first, 17 apart from 30 on.

    Proves: columns stand in the middle of their years, words beside and under them; a column of many parts is taller.
    Breaks if: the list runs against the stack, or boxes and their names part.
    """
    found = [Series("abc", "t", [3.0, 2.0], ["3", "2"]), Series("b", "kg", [1.0, 2.0], ["1", "2"])]
    svg = drawn(columns("c", "C", ["2020", "2021"], found))
    heights = [300.0, 230.0, 160.0, 90.0, 20.0]
    assert words(svg) == [
        ("t", 14.0, 160.0, "middle"),
        *((str(n), 31.5, y + 4, "end") for n, y in enumerate(heights)),
        ("2020", 204.0, 318.0, "middle"),
        ("2021", 537.0, 318.0, "middle"),
        ("b", 731.5, 31.0, "start"),
        ("abc", 731.5, 48.0, "start"),
    ]
    assert boxes(svg) == [
        (159.0, 90.0, 90.0, 210.0),
        (159.0, 20.0, 90.0, 70.0),
        (492.0, 160.0, 90.0, 140.0),
        (492.0, 20.0, 90.0, 140.0),
        (713.5, 21.0, 12.0, 12.0),
        (713.5, 38.0, 12.0, 12.0),
    ]
    assert level(svg, "currentColor") == [(37.5, y, 703.5, y) for y in heights]
    assert axes(svg) == ["0.75", "0.16", "0.16", "0.16", "0.16"]
    assert svg.get("viewBox") == "0 0 760 330"
    tall = drawn(columns("c", "C", ["2020"] * 10, [Series("abc", "t", [1.0] * 10, ["1"] * 10)] * 20))
    assert tall.get("viewBox") == "0 0 760 410"  # 20 + 17 · 20 + 20 + 30
    assert boxes(tall)[0][2] == pytest.approx(0.74 * (703.5 - 45.0) / 10, abs=0.01)  # ticks 0 to 20 of two letters


def test_the_words_of_bars() -> None:
    """Rows of 26 from 30 on, bars of 18 that begin 4 under a row's edge; the field goes from 12 + 15 = 27 to 716.

    Proves: names end 8 before the field, numbers stand under it, the legend's boxes are 40 and the name apart.
    """
    found = [Series("abc", "%", [1.0, -1.0], ["1", "−1"]), Series("b", "t", [1.0, 0.0], ["1", "0"])]
    svg = drawn(bars("d", "D", ["x", "yy"], found))
    places = [27.0, 256.67, 486.33, 716.0]
    assert words(svg) == [
        ("abc", 45.0, 16.0, "start"),
        ("b", 107.5, 16.0, "start"),
        *((label, x, 98.0, "middle") for label, x in zip(["−1", "0", "1", "2"], places, strict=True)),
        ("x", 19.0, 47.0, "end"),
        ("yy", 19.0, 73.0, "end"),
        ("per cent", 371.5, 117.0, "middle"),
    ]
    assert boxes(svg) == [
        (27.0, 6.0, 12.0, 12.0),
        (89.5, 6.0, 12.0, 12.0),
        (256.67, 34.0, pytest.approx(229.66, abs=0.02), 18.0),
        (486.33, 34.0, pytest.approx(229.67, abs=0.02), 18.0),
        (27.0, 60.0, pytest.approx(229.67, abs=0.02), 18.0),
        (256.67, 60.0, 0.0, 18.0),
    ]
    assert level(svg, "currentColor") == [(x, 30.0, x, 82.0) for x in places]
    assert axes(svg) == ["0.16", "0.75", "0.16", "0.16"]
    assert svg.get("viewBox") == "0 0 760 126"
    assert [axis_unit(unit) for unit in ("%", "", "t")] == ["per cent", "number", "t"]


def test_what_a_chart_says_to_who_listens() -> None:
    """Proves: the description of each kind has its first and last year or its axes, and what each mark says.

    Breaks if: a chart that cannot be seen is described by the wrong end of its years or by one axis twice.
    """
    found = [Series("a", "t", [1.0, 2.0, 3.0], ["1", "2", "3"]), Series("b", "%", [4.0, 5.0, 6.0], ["4", "5", "6"])]
    years = ["2020", "2021", "2022"]
    rows = [Span("mill", 2020, 1, "the mill"), Span("dam", 2021, 1, "the dam")]
    points = [Curve("then", [(0.0, 1.0), (2.0, 3.0)], ["p", "q"]), Curve("now", [(0.0, 1.0)], ["r"])]
    told = [
        drawn(svg).find(f"{SVG}desc").text
        for svg in (
            lines("a", "A", years, [("", found)]),
            columns("a", "A", years, found),
            bars("a", "A", ["x", "y", "z"], found),
            curves("a", "A", points, ("across", "up"), zero=False),
            timetable("a", "A", rows, range(2020, 2024), ("built", "runs")),
        )
    ]
    assert told == [
        "Lines by year, 2020 to 2022. a from 1 to 3 (t); b from 4 to 6 (per cent).",
        "Stacked columns by year, 2020 to 2022. a from 1 to 3; b from 4 to 6.",
        "Bars. x: a 1, b 4; y: a 2, b 5; z: a 3, b 6.",
        "up over across. then: p, q; now: r.",
        "Works by year, 2020 to 2023. the mill; the dam.",
    ]


def test_long_names_go_on_in_a_second_row_on_a_narrow_page() -> None:
    """A page of 390 units has room for 47 letters beside the key's marks.

    Proves: a name of 52 stands there whole, in two rows, and what comes after it one row lower. Breaks if: a key is cut
    off on a telephone.
    """
    long = "what the whole plan is worth, as a constant standard"
    members = [Series(n, "t", [1.0, 2.0], ["1", "2"]) for n in (long, "short")]
    svg = ET.fromstring(lines("l", "Lines", ["A", "B"], [("", members)], along="outcome", room=NARROW))
    rows = [(said, y) for said, x, y, _ in words(svg) if x == 30.0]
    assert [said for said, _ in rows] == ["what the whole plan is worth, as a constant", "standard", "short"]
    assert [y - rows[0][1] for _, y in rows] == [0.0, 17.0, 34.0]
    assert rows[-1][1] < float(svg.get("viewBox", "").split()[3])


def test_small_parts_stand_on_zero() -> None:
    """Parts of .4 and .5 make .9 above zero and nothing below it; −.5 hangs below alone, to −.5.

    Proves: what is above and below zero is parted at zero. Breaks if: parts below one count on the other side.
    """
    few = [Series("a", "t", [0.4], ["0.4"]), Series("b", "t", [0.5], ["0.5"])]
    less = [Series("a", "t", [0.4], ["0.4"]), Series("b", "t", [-0.5], ["−0.5"])]
    for drawing in (columns, bars):
        labels = [
            word[0] for word in words(drawn(drawing("c", "C", ["2020"], few))) if re.fullmatch(r"[−.\d]+", word[0])
        ]
        assert [v for v in labels if v != "2020"] == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        labels = [
            word[0] for word in words(drawn(drawing("c", "C", ["2020"], less))) if re.fullmatch(r"[−.\d]+", word[0])
        ]
        assert [v for v in labels if v != "2020"] == ["−0.6", "−0.4", "−0.2", "0.0", "0.2", "0.4"]


def test_small_parts_follow_each_other() -> None:
    """Proves: the second of two parts below one begins where the first ends. Breaks if: it begins at zero again."""
    few = [Series("a", "t", [0.4], ["0.4"]), Series("b", "t", [0.5], ["0.5"])]
    first, second = boxes(drawn(bars("d", "D", ["x"], few)))[2:]
    assert second[0] == pytest.approx(first[0] + first[2], abs=0.02)
    lower, upper = boxes(drawn(columns("c", "C", ["2020"], few)))[:2]
    assert upper[1] + upper[3] == pytest.approx(lower[1], abs=0.02)


def test_nothing_moves_no_other_part() -> None:
    """Parts 3, 0 and −2: the third hangs from zero, wherever the one of nothing stands.

    Proves: a part of nothing leaves both ends of the stack where they are. Breaks if: what follows begins at the top.
    """
    parts = [Series(name, "t", [v], [f"{v:g}"]) for name, v in (("a", 3.0), ("b", 0.0), ("c", -2.0))]
    upper, _, lower = boxes(drawn(columns("c", "C", ["2020"], parts)))[:3]
    assert lower[1] == pytest.approx(upper[1] + upper[3], abs=0.02)
    right, _, left = boxes(drawn(bars("d", "D", ["x"], parts)))[3:]
    assert left[0] + left[2] == pytest.approx(right[0], abs=0.02)


def test_places_are_written_to_the_hundredth() -> None:
    """Proves: thirds and sevenths of a page are rounded to hundredths of a unit, in every kind of chart.

    Breaks if: a place is written longer than anybody sees, so that the same chart is another text.
    """
    thirds = [Series("abcd", "t", [1 / 3, 2 / 3, 1 / 7], ["a", "b", "c"])]
    rows = [Span("mill", 2020, 1, "m"), Span("dam", 2021, 1, "d")]
    point = Curve("c", [(1 / 3, 1 / 7), (2 / 3, 3 / 7)], ["a", "b"])
    for svg in (
        lines(
            "a",
            "A",
            ["2020", "2021", "2022", "2023"],
            [("", [replace(thirds[0], values=[1 / 3, 2 / 3, 1 / 7, 1.0], texts=[*"abcd"])])],
        ),
        columns("a", "A", ["2020", "2021", "2022"], thirds),
        bars("a", "A", ["x", "y", "z"], thirds),
        curves("a", "A", [point], ("x", "y"), zero=False),
        timetable("a", "A", rows, range(2020, 2023), ("built", "runs")),
    ):
        marks = [n for e in drawn(svg).iter() for at in ("x", "y", "width", "height") for n in [e.get(at, "")]]
        starts = [
            n for e in drawn(svg).iter(f"{SVG}path") for n in re.findall(r"[ML]?([\d.]+)", e.get("d").partition("m")[0])
        ]
        assert [n for n in [*marks, *starts] if len(n.partition(".")[2]) > 2] == []


def test_the_words_of_curves() -> None:
    """A square field of 330 from 34 down, ticks of three letters at most: from 34 + 22.5 = 56.5 to 386.5.

    Proves: with ``even`` both axes are as long and their diagonal is drawn; numbers stand beside and under.
    Breaks if: the diagonal is not the line on which both are equal, or unmarked curves carry marks.
    """
    whole = Curve("then", [(0.0, 0.0), (100.0, 100.0)], ["a", "b"], marked=False)
    other = Curve("now", [(0.0, 0.0), (50.0, 25.0), (100.0, 100.0)], ["c", "d", "e"])
    svg = drawn(curves("e", "E", [whole, other], ("people", "share"), zero=True, even=True))
    steps = [0.0, 66.0, 132.0, 198.0, 264.0, 330.0]
    labels = ["0", "20", "40", "60", "80", "100"]
    assert words(svg) == [
        ("share", 14.0, 199.0, "middle"),
        *((label, 50.5, 368.0 - step, "end") for label, step in zip(labels, steps, strict=True)),
        *((label, 56.5 + step, 381.0, "middle") for label, step in zip(labels, steps, strict=True)),
        ("people", 221.5, 400.0, "middle"),
        ("then", 72.5, 16.0, "start"),
        ("now", 142.5, 16.0, "start"),
    ]
    ruled = level(svg, "currentColor")
    assert ruled[:6] == [(56.5, 364.0 - step, 386.5, 364.0 - step) for step in steps]
    assert ruled[6:12] == [(56.5 + step, 34.0, 56.5 + step, 364.0) for step in steps]
    assert ruled[12:] == [(56.5, 364.0, 386.5, 34.0)]
    assert axes(svg) == ["0.75", *["0.16"] * 11, "0.75"]
    assert marks(svg) == [(62.5, 12.0), (132.5, 12.0), (56.5, 364.0), (221.5, 281.5), (386.5, 34.0)]
    assert svg.get("viewBox") == "0 0 760 410"
    dashes = [e.get("stroke-dasharray") for e in svg.iter(f"{SVG}path") if e.get("stroke-width") == "2"]
    assert dashes == [None, "7 3"]
    assert [e.text for e in svg.iter(f"{SVG}text") if e.get("transform")] == ["share"]
    plain = drawn(curves("e", "E", [whole, other], ("people", "share"), zero=True))
    assert len(level(plain, "currentColor")) == 12
    assert max(x for x, *_ in level(plain, "currentColor")) == 700.0


def test_the_words_of_a_timetable() -> None:
    """Four years from 16 + 30 = 46 to 744 are 174.5 each; rows of 17 from 48 on, their boxes 2 under the edge, 13 tall.

    Proves: building begins with its year and what runs follows to the last year; building that goes on after the last
    year is cut there; the legend says both.
    Breaks if: a row lies a year beside its works, or runs before it is built.
    """
    rows = [Span("mill", 2021, 2, "m"), Span("dam", 2022, 5, "d"), Span("kiln", 2020, 1, "k")]
    svg = drawn(timetable("t", "T", rows, range(2020, 2024), ("built", "runs")))
    edges = [46.0, 220.5, 395.0, 569.5]
    assert words(svg) == [
        ("built", 64.0, 16.0, "start"),
        ("runs", 149.5, 16.0, "start"),
        *((str(2020 + n), x + 87.25, 40.0, "middle") for n, x in enumerate(edges)),
        ("mill", 38.0, 61.0, "end"),
        ("dam", 38.0, 78.0, "end"),
        ("kiln", 38.0, 95.0, "end"),
    ]
    assert level(svg, "currentColor") == [(x, 48.0, x, 99.0) for x in edges]
    assert boxes(svg) == [
        (46.0, 6.0, 12.0, 12.0),
        (131.5, 6.0, 12.0, 12.0),
        (220.5, 50.0, 349.0, 13.0),
        (569.5, 50.0, 174.5, 13.0),
        (395.0, 67.0, 349.0, 13.0),
        (46.0, 84.0, 174.5, 13.0),
        (220.5, 84.0, 523.5, 13.0),
    ]
    fills = [e.get("fill") for e in svg.iter(f"{SVG}rect") if e.get("fill", "").startswith("url")]
    assert fills == [f"url(#t-{n})" for n in (1, 0, 1, 0, 1, 1, 0)]
    assert svg.get("viewBox") == "0 0 760 111"


def test_a_long_timetable_has_sheets() -> None:
    """Ninety rows at most 44 a sheet: three of thirty; forty-four stay on one.

    Proves: sheets are equally long, named apart and say which they are.
    """
    rows = [Span(str(n), 2020, 1, str(n)) for n in range(2 * ROWS + 2)]
    sheets = ET.fromstring(f"<all>{timetable('t', 'T', rows, [2020, 2021], ('built', 'runs'))}</all>")
    assert [svg.get("viewBox") for svg in sheets] == ["0 0 760 570"] * 3
    assert [svg.find(f"{SVG}title").text for svg in sheets] == ["T, 1 of 3", "T, 2 of 3", "T, 3 of 3"]
    assert [svg.find(f"{SVG}title").get("id") for svg in sheets] == ["t-title", "t-1-title", "t-2-title"]
    two = ET.fromstring(f"<all>{timetable('t', 'T', rows[: ROWS + 1], [2020, 2021], ('built', 'runs'))}</all>")
    assert [svg.find(f"{SVG}title").text for svg in two] == ["T, 1 of 2", "T, 2 of 2"]
    one = drawn(timetable("t", "T", rows[:ROWS], [2020, 2021], ("built", "runs")))
    assert (ROWS, one.find(f"{SVG}title").text) == (44, "T")
    assert timetable("t", "T", [], [2020], ("built", "runs")) == ""


def test_ticks_are_round() -> None:
    """Proves: steps are 1, 2 or 5 of a power of ten, about five of them, that cover the range; one value has some room.

    Breaks if: a range at the edge of a step gets one tick too many or too few, or small ticks are rounded to nothing.
    """
    assert ticks(0.0, 5.0) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert ticks(0.0, 5.1) == [0.0, 2.0, 4.0, 6.0]
    assert ticks(-3.0, 7.0) == [-4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0]
    assert ticks(0.0, 25.0) == [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]
    assert ticks(0.0, 50.0) == [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    assert ticks(0.0, 0.00031) == [0.0, 0.0001, 0.0002, 0.0003, 0.0004]
    assert ticks(0.0, 100.0, 2) == [0.0, 50.0, 100.0]
    assert ticks(10.0, 10.0) == [9.0, 9.5, 10.0, 10.5, 11.0]
    assert ticks(50.0, 50.0) == [44.0, 46.0, 48.0, 50.0, 52.0, 54.0, 56.0]
    assert ticks(0.0, 0.0) == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert ticks(math.nan, 5.0) == ticks(0.0, math.inf) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert tick_texts([0.0, 0.5]) == ["0.0", "0.5"]
    assert tick_texts([0.0, 0.01, 0.02]) == ["0.00", "0.01", "0.02"]
    assert tick_texts([0.0, 1.0]) == ["0", "1"]
    assert tick_texts([0.0, 20.0]) == ["0", "20"]
    assert tick_texts([0.0, 1000.0]) == ["0", "1,000"]


def test_what_is_not_known_has_no_place_on_a_scale() -> None:
    """Proves: a scale is made of the known numbers; without any it goes from 0 to 1."""
    assert Scale([math.nan, 2.0, 4.0], 0.0, 1.0, zero=False).ticks == [2.0, 2.5, 3.0, 3.5, 4.0]
    assert Scale([math.nan], 0.0, 1.0, zero=False).ticks == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert Scale([3.0, 4.0], 0.0, 100.0, zero=False)(3.33333) == 33.33


def test_names_are_cut_where_they_differ() -> None:
    """Proves: names longer than they may be are cut, in the middle only where a cut at the end makes them alike.

    Of 9 letters, half of 8 stand before the dots and four after; a short name that equals a cut one is not cut.
    """
    assert short(["abcdefghijkl", "abcdefghijkm", "abc"], 9) == ["abcd…ijkl", "abcd…ijkm", "abc"]
    assert short(["abcdefghijkl", "bcdefghijklm"], 9) == ["abcdefgh…", "bcdefghi…"]
    assert short(["abcdefgh", "abcdefgh"], 8) == ["abcdefgh", "abcdefgh"]
    assert short([""]) == ["–"]
    assert short(["a" * 32, "a" * 33]) == ["a" * 32, "a" * 31 + "…"]


def test_names_have_room() -> None:
    """Proves: a name beside a row of a timetable has thirty letters, beside a bar forty, at a line thirty-two.

    Breaks if: a chart leaves its names no more room than another kind, or no field to draw in.
    """
    years, long = ["2020", "2021"], "x" * 41
    one = [Series(long, "t", [1.0, 2.0], ["1", "2"])]
    charts = {
        30: timetable("t", "T", [Span(long, 2020, 1, "m")], [2020, 2021], ("built", "runs")),
        40: bars("d", "D", [long], [Series("a", "t", [1.0], ["1"])]),
        32: lines("a", "A", years, [("", one)]),
        31.99: columns("c", "C", years, one),
    }
    for room, svg in charts.items():
        assert "x" * (math.ceil(room) - 1) + "…" in [word[0] for word in words(drawn(svg))]


def test_nothing_to_draw() -> None:
    """Proves: a chart without rows, or without columns, is no chart. Breaks if: an empty field is drawn or it fails."""
    one = [Series("a", "t", [1.0], ["1"])]
    assert bars("d", "D", [], one) == bars("d", "D", ["x"], []) == columns("c", "C", ["2020"], []) == ""
    assert curves("e", "E", [Curve("c", [], [])], ("x", "y"), zero=False) == ""


def test_marks_come_round_again() -> None:
    """Proves: the sixth mark has the first shape in a colour of its own; a leading line joins its two points."""
    assert SHAPES[0].format(x=1, y=2) in marker(len(SHAPES), 1.0, 2.0)
    assert "<title>now</title>" in marker(0, 1.0, 2.0, "now")
    assert 'd="M1 2L3 4"' in leader(0, 1.0, 2.0, 3.0, 4.0)
