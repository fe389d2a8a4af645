"""Maps: what is drawn is where it is, as large as it is, and says what it is, in two languages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundplan.errors import UnknownName
from groundplan.places.known.geometry import EARTH_KM
from groundplan.places.known.shipped_places import shipped
from groundplan.results.charts import ground as grounds
from groundplan.results.charts import map_sheet as sheet
from groundplan.results.charts import maps
from groundplan.results.charts.ground import Ground, Plane, around, ground
from groundplan.results.charts.svg import WIDTH

SVG = "{http://www.w3.org/2000/svg}"
NOTHING = pd.DataFrame()


def table(country: str) -> pd.DataFrame:
    places = shipped(country)
    out = pd.DataFrame({"place": list(places.ids)})
    for language in places.names:
        out[f"name_{language}"] = places.names[language].to_numpy()
    return out.assign(lat=places.table["lat"].to_numpy(), lon=places.table["lon"].to_numpy())


def squares() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three places side by side, the third without an outline and without a point."""
    places = pd.DataFrame(
        {
            "place": ["a", "b", "c"],
            "name_en": ["Ash <1>", "Birch & Son", "Cedar"],
            "name_ko": ["물푸레", "", "삼나무"],
            "lat": [0.5, 0.5, np.nan],
            "lon": [0.5, 1.5, np.nan],
        }
    )
    rings = []
    for place, west in (("a", 0.0), ("b", 1.0)):
        for lon, lat in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)):
            rings.append((place, 0, 0, west + lon, float(lat)))
    return places, pd.DataFrame(rings, columns=["place", "polygon", "ring", "lon", "lat"])


@pytest.fixture(scope="module")
def kenya() -> Ground:
    made = ground(table("KEN"), NOTHING)
    assert made is not None
    return made


def titles(svg: str) -> list[str]:
    root = ET.fromstring(svg)
    return [t.text or "" for mark in root.iter() if mark is not root for t in mark.findall(f"{SVG}title")]


def words(svg: str) -> list[str]:
    return [e.text or "" for e in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_plane_is_true_to_scale_at_its_centre():
    """Proves: a degree of latitude is 111.195 km, one of longitude at 60° is half of it, and the date line is no edge.

    Breaks if: the cosine is left out or taken of the wrong angle, or longitudes are not taken the short way round.
    """
    plane = Plane(10.0, 60.0)
    (x, y), (east, _) = plane(np.array([10.0, 11.0]), np.array([61.0, 60.0]))
    degree = np.pi * EARTH_KM / 180
    assert (x, y) == pytest.approx((0.0, degree))
    assert east == pytest.approx(degree / 2)
    over = Plane.over(np.array([179.0, -179.0]), np.array([-1.0, 1.0]))
    assert abs(over.lon) == pytest.approx(180.0)
    assert np.ptp(over(np.array([179.0, -179.0]), np.zeros(2))[:, 0]) == pytest.approx(2 * degree)


@given(st.integers(0, 10_000), st.integers(2, 25))
def test_every_cell_holds_its_own_point_and_no_other(seed, count):
    """Proves: whatever the points, a corner of a cell is nowhere nearer to another point than to its own.

    Breaks if: a cell is cut on the wrong side, by the wrong line, or not cut by a neighbour at all.
    """
    points = np.random.default_rng(seed).uniform(0, 100, (count, 2))
    for n, cell in enumerate(around(points, range(count))):
        assert len(cell) >= 3
        away = np.linalg.norm(cell[:, None] - points[None], axis=2)
        assert (away[:, n] <= away.min(axis=1) + 1e-9).all()


def test_points_in_one_spot_and_a_single_point_have_cells():
    """Proves: two places at one point, and a country of one place, are drawn.

    Breaks if: the line between a point and itself cuts everything away, or a lone point divides by its neighbours.
    """
    same = around(np.array([[0.0, 0.0], [0.0, 0.0], [9.0, 0.0]]), range(3))
    assert all(len(cell) >= 3 for cell in same)
    assert len(around(np.array([[3.0, 4.0]]), [0])[0]) == grounds.CORNERS


def test_given_outlines_are_drawn_and_cells_are_said_to_be_none():
    """Proves: given polygons are drawn as they are; only cells are dashed and told to be schematic; absence is told.

    Breaks if: cells pass for boundaries, or a place without coordinates vanishes in silence.
    """
    made = ground(*squares())
    assert made is not None
    assert made.schematic == frozenset()
    assert made.absent == ("c",)
    svg = maps.choropleth("m", "Need", made, pd.Series({"a": 1.0, "b": 2.0, "c": 3.0}), "score")
    assert "stroke-dasharray" not in svg
    assert "not boundaries." not in words(svg)
    assert "1 without coordinates" in words(svg)
    wide = np.ptp(made.rings["a"][0][:, 0])
    assert wide == pytest.approx(np.pi * EARTH_KM / 180 * np.cos(np.radians(0.5)))
    cells = ground(table("KEN"), NOTHING)
    assert cells is not None
    drawn = maps.choropleth("m", "Need", cells, pd.Series(1.0, list(cells.ids)), "score")
    assert "not boundaries." in words(drawn)
    assert "stroke-dasharray" in drawn


def test_nothing_can_be_drawn_without_coordinates():
    """Proves: without a point there is no map, rather than a map of nothing.

    Breaks if: missing coordinates become zero, off the coast of Africa.
    """
    places, _ = squares()
    assert ground(places.assign(lat=np.nan), NOTHING) is None
    assert ground(places.drop(columns=["lat", "lon"]), NOTHING) is None


def test_shades_follow_the_figures(kenya):
    """Proves: a higher figure never has a paler shade, every place says its own figure, and a missing one says so.

    Breaks if: classes are counted from the wrong end, or a place gets its neighbour's figure.
    """
    values = pd.Series(np.linspace(3.0, 91.0, len(kenya.ids)), list(kenya.ids))
    values.iloc[5] = np.nan
    svg = maps.choropleth("m", "Poverty", kenya, values, "%")
    said = titles(svg)
    assert f"{kenya.names[kenya.ids[0]]}: 3.0" in said
    assert f"{kenya.names[kenya.ids[5]]}: –" in said
    shade = {}
    for mark in ET.fromstring(svg).iter(f"{SVG}path"):
        told = mark.find(f"{SVG}title")
        if told is not None and told.text and not told.text.endswith("–"):
            shade[float(told.text.rpartition(": ")[2])] = float(mark.get("fill-opacity", "0"))
    ordered = [shade[v] for v in sorted(shade)]
    assert ordered == sorted(ordered)
    assert len(set(ordered)) >= 4
    assert {"not known", "1 place"} <= set(words(svg))


def test_the_classes_hold_every_place_once(kenya):
    """Proves: the numbers of places in the legend add up to all places on the map, the largest figure among them.

    Breaks if: the upper end of the last class is left out.
    """
    values = pd.Series(np.arange(len(kenya.ids), dtype=float) * 2.5, list(kenya.ids))
    told = [re.fullmatch(r"(\d+) places?", w) for w in words(maps.choropleth("m", "x", kenya, values, "t"))]
    assert sum(int(m[1]) for m in told if m) == len(kenya.ids)


def test_a_figure_on_a_border_belongs_to_the_class_that_it_opens(kenya):
    """Proves: classes hold their lower end: of 0, 2, 4, 6 and 8 each opens a class of its own, 10 closes the last.

    Breaks if: a figure on a border is counted in the class below it.
    """
    values = pd.Series([0.0, 2.0, 4.0, 6.0, 8.0, 10.0], list(kenya.ids[:6]))
    told = words(maps.choropleth("m", "x", kenya, values, "t"))
    assert [told[k + 1] for k, w in enumerate(told) if "–" in w] == ["1 place"] * 4 + ["2 places"]


def test_years_are_written_and_the_earliest_is_strongest(kenya):
    """Proves: each chosen place carries its year as text, the first year the strongest shade, others none.

    Breaks if: the map rests on colour alone, or the order of shades is turned round.
    """
    years = pd.Series([1, 1, 2, 3], list(kenya.ids[:4])).reindex(list(kenya.ids))
    svg = maps.by_year("m", "Year of selection", kenya, years)
    bold = [e.text for e in ET.fromstring(svg).iter(f"{SVG}text") if e.get("font-weight") == "700"]
    assert bold == ["1", "1", "2", "3"]
    assert f"{kenya.names[kenya.ids[2]]}: year 2" in titles(svg)
    assert f"{kenya.names[kenya.ids[9]]}: not in these years" in titles(svg)
    assert "43 places" in words(svg)
    assert maps.by_year("m", "x", kenya, pd.Series(np.nan, list(kenya.ids))) == ""


def test_flows_run_from_their_source_to_the_works(kenya):
    """Proves: a line starts at the source and ends at the works, in the unit of its material; own supply has no line.

    Breaks if: ends are exchanged, or a place is joined to itself.
    """
    a, b, c = kenya.ids[:3]
    flows = pd.DataFrame({"material": "maize", "source": [a, c, b], "place": [b, b, b], "amount": [100.0, 300.0, 50.0]})
    svg = maps.flow_map("m", "Flows", kenya, flows, {"maize": "t / year"})
    said = titles(svg)
    assert f"{kenya.names[a]} → {kenya.names[b]}, maize: 100 t / year" in said
    assert sum("→" in s for s in said) == 2
    wide = {}
    for mark in ET.fromstring(svg).iter(f"{SVG}path"):
        told = mark.find(f"{SVG}title")
        if told is not None and "→" in (told.text or ""):
            wide[told.text.split(" →")[0]] = float(mark.get("stroke-width", "0"))
    assert wide[kenya.names[c]] > wide[kenya.names[a]]
    assert maps.flow_map("m", "Flows", kenya, flows.iloc[2:], {}) == ""


def test_names_are_korean_where_there_are_korean_ones_and_english_otherwise():
    """Proves: a Korean map has Korean names and legend, falls back to the English name, and says its language.

    Breaks if: a missing name is drawn empty, or the legend stays English.
    """
    places, outlines = squares()
    made = ground(places, outlines, "ko")
    assert made is not None
    assert made.names == {"a": "물푸레", "b": "Birch & Son", "c": "삼나무"}
    svg = maps.by_year("m", "선정 연도", made, pd.Series({"a": 1.0}), language="ko")
    assert "1년차" in words(svg)
    assert 'lang="ko"' in svg
    assert "places" not in " ".join(words(svg))
    assert set(sheet.WORDS["ko"]) == set(sheet.WORDS["en"])
    with pytest.raises(UnknownName, match="language of a map"):
        maps.by_year("m", "x", made, pd.Series({"a": 1.0}), language="kr")


def test_maps_stay_on_their_sheet_speak_and_load_nothing(kenya):
    """Proves: every map is XML with title and description, every point lies on the sheet, and nothing is loaded.

    Breaks if: a name is not escaped, a script or picture gets in, or the north runs off the page.
    """
    made = ground(*squares())
    assert made is not None
    drawn = [
        maps.choropleth("a", "A & B", made, pd.Series({"a": -1.0, "b": 4.0}), "<t>"),
        maps.by_year("b", "B", kenya, pd.Series(2024, list(kenya.ids))),
    ]
    for svg in drawn:
        root = ET.fromstring(svg)
        assert root.find(f"{SVG}title").text
        assert root.find(f"{SVG}desc").text
        assert not [e.tag for e in root.iter() if e.tag.rpartition("}")[2] in ("script", "image", "use")]
        assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
        tall = float(root.get("viewBox", "").split()[3])
        for mark in root.iter(f"{SVG}path"):
            if mark.find(f"{SVG}title") is not None:
                xy = np.array([p.split() for p in re.split("[MLZ]", mark.get("d", "")) if p], dtype=float)
                assert (xy >= 0).all()
                assert (xy <= [WIDTH, tall]).all()


def test_names_do_not_lie_on_each_other():
    """Proves: with 179 names only those with room are written; all others are still said when pointed at.

    Breaks if: labels are written over each other, or a name without room is lost.
    """
    made = ground(table("PRK"), NOTHING, "en")
    assert made is not None
    svg = maps.choropleth("m", "Need", made, pd.Series(np.arange(179.0), list(made.ids)), "score")
    there = [w for w in words(svg) if w in set(made.names.values())]
    assert 40 < len(there) < 179
    assert {t.rpartition(": ")[0] for t in titles(svg)} == set(made.names.values())


def test_the_scale_bar_is_as_long_as_it_says(kenya):
    """Proves: the bar's length on the page is its kilometres at the map's scale.

    Breaks if: the bar is drawn before its length is rounded, or in another scale than the map.
    """
    svg = maps.by_year("m", "x", kenya, pd.Series(1, list(kenya.ids)))
    km = float(next(w for w in words(svg) if w.endswith(" km")).removesuffix(" km").replace(",", ""))
    bar = next(m for m in re.findall(r'd="M[\d.]+ [\d.]+v5h([\d.]+)v-5"', svg))
    corners = kenya.corners
    across = max(float(x) for x in re.findall(r"[ML](-?[\d.]+) ", "".join(re.findall(r' d="(M[^"]*Z)"', svg))))
    least = min(
        float(x) for x in re.findall(r"[ML](-?[\d.]+) ", "".join(re.findall(r' d="(M[^"]*Z)" fill-opacity', svg)))
    )
    assert float(bar) / km == pytest.approx((across - least) / float(np.ptp(corners[:, 0])), rel=5e-3)
