"""Places small enough for paper: what is missing stays missing, and every fault is told at once."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_places import four, places

from groundplan.errors import Faults, GroundplanError, UnknownName
from groundplan.places.known import distances, geometry
from groundplan.places.known.columns import Column, PlacesError, column
from groundplan.places.known.given import Plant
from groundplan.places.known.places import Places

DEGREE = 6371.0088 * math.pi / 180.0
SQUARE = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0]]


def test_distances_on_the_equator() -> None:
    """Proves: a degree of the equator is R·π/180 km, times the detour. Breaks if: radius, detour or formula change."""
    near = four().subset(["a", "b", "c"]).distances(detour=1.25)
    k = 1.25 * DEGREE
    assert near.matrix() == pytest.approx(np.array([[0, k, 2 * k], [k, 0, k], [2 * k, k, 0]]))
    assert near.between("a", "c") == pytest.approx(2 * k)


def test_a_radius_keeps_near_pairs_and_no_others() -> None:
    """Proves: within 150 km only neighbours one degree apart are kept, each both ways, and nothing is zero that is far.
    Breaks if: pairs beyond the radius read as 0 km.
    """
    near = four().subset(["a", "b", "c"]).distances(detour=1.0, within=150.0)
    assert len(near.km) == 3 + 4
    assert near.between("a", "c") == np.inf
    assert near.reach(1.0).km.tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(PlacesError, match=r"within 150 km, 200 km"):
        near.reach(200.0)


def test_ways_along_a_network() -> None:
    """Proves: the way goes over the junction where that is shorter, and the shorter of two links counts.
    Breaks if: links are one way, or parallel links are added up.
    """
    links = pd.DataFrame(
        [("a", "x", 3.0), ("x", "b", 4.0), ("a", "b", 9.0), ("b", "a", 20.0)], columns=["a", "b", "km"]
    )
    found = distances.along(["a", "b", "c"], links)
    assert found.between("b", "a") == found.between("a", "b") == 7.0
    assert found.between("a", "c") == np.inf
    assert distances.along(["a", "b"], links, within=5.0).between("a", "b") == np.inf
    with pytest.raises(PlacesError, match=r"a–b: -1 km"):
        distances.along(["a", "b"], pd.DataFrame([("a", "b", -1.0)], columns=["a", "b", "km"]))


def test_missing_coordinates_are_said_and_refused_where_they_are_needed() -> None:
    """Proves: a place without a point is no fault; distances are refused and name it. Breaks if: it sits at 0, 0."""
    p = four()
    assert p.without_coordinates == ("d",)
    assert "1 of 4 places have no coordinates (d)" in p.cannot()[0]
    with pytest.raises(PlacesError, match=r"no coordinates \(d\)"):
        p.distances(detour=1.3)
    with pytest.raises(PlacesError, match=r"'power' is missing for 1 of 4 places: d"):
        p.complete("power")


def test_province_sums() -> None:
    """Proves: South has no sum of power because d lacks it. Breaks if: missing counts as zero."""
    p = four()
    assert p.province_sums("population").to_dict() == {"North": 300.0, "South": 700.0}
    sums = p.province_sums("power")
    assert sums["North"] == 40.0
    assert math.isnan(sums["South"])


def test_columns_carry_their_basis_and_values_are_locked() -> None:
    """Proves: a new column says where it is from; figures cannot be written over. Breaks if: the table is writable."""
    rule = column("grain_output", source="tests", basis="estimate", rule="two a head")
    p = four().with_column(rule, {"a": 200.0})
    assert p.columns["grain_output"].basis == "estimate"
    assert p.columns["grain_output"].unit == "t / year"
    assert p.column("grain_output").isna().tolist() == [False, True, True, True]
    with pytest.raises(ValueError, match="read-only"):
        p.table.loc["a", "power"] = 0.0
    with pytest.raises(UnknownName, match="nearest: 'power'"):
        p.column("powr")
    with pytest.raises(UnknownName, match="no place 'zz'"):
        p.with_column(rule, {"zz": 1.0})


def test_a_subset_keeps_what_belongs_to_it() -> None:
    p = replace(four(), borders=(("a", "b"), ("b", "c")), plants=(Plant("c", "mill"), Plant("a", "mill")))
    part = p.subset(["b", "a"])
    assert part.ids == ("b", "a")
    assert part.borders == (("a", "b"),)
    assert [q.place for q in part.plants] == ["a"]
    assert part.province.to_dict() == {"b": "North", "a": "North"}


def test_names_are_in_nfc_and_fall_back_to_another_language() -> None:
    """Proves: two spellings of one Korean name are one name. Breaks if: names are compared as typed."""
    names = pd.DataFrame({"en": ["Sŏng", ""], "ko": ["성천군", "구장군"]}, index=["p0", "p1"])
    p = places({"population": [1, 2]}, names=names)
    assert p.title("p0") == "S\u014fng"
    assert (p.title("p0", "ko"), p.title("p1"), p.title("p1", "fr")) == ("성천군", "구장군", "구장군")


def told(error: pytest.ExceptionInfo[GroundplanError]) -> str:
    return str(error.value)


def test_all_faults_are_told_at_once() -> None:
    """Proves: negative people, parts that do not add up, shares above 100, impossible points and twin names are told in
    one message. Breaks if: the first fault hides the others.
    """
    table = {
        "population": [-5, 20, 30],
        "urban": [0, 5, 10],
        "rural": [-5, 10, 20],
        "male": [-2, 9, 15],
        "female": [-3, 11, 15],
        "power": [10, 20, 130],
        "lat": [95, 1, 0],
        "lon": [10, float("nan"), 0],
    }
    names = pd.DataFrame({"en": ["Same", "same", "Other"]}, index=["p0", "p1", "p2"])
    with pytest.raises(Faults) as error:
        places(table, names=names)
    text = told(error)
    for part in (
        "column 'population' (persons) is out of range: Same -5",
        "column 'power' (%) is out of range: Other 130",
        "column 'lat' (degrees) is out of range: Same 95",
        "population is not urban + rural; the gap is same 5",
        "only one coordinate is given: same",
        "lie at latitude 0, longitude 0: Other",
        "places of one province have one name (en)",
    ):
        assert part in text
    assert "male + female" not in text


def test_parts_that_are_more_than_the_whole_are_refused_and_rounding_is_not() -> None:
    """Proves: 6 + 5 people in 10 are a fault, whichever way the gap goes; within the stated tolerance they are none."""
    table = {"population": [10], "urban": [6], "rural": [5]}
    with pytest.raises(PlacesError, match=r"population is not urban \+ rural; the gap is p0 -1"):
        places(table)
    places(table, tolerance=1.0)


def test_missing_parts_are_passed_over_and_wrong_provinces_are_not() -> None:
    """Proves: a part that is missing makes no gap; a province's printed sum that differs does."""
    nan = float("nan")
    table = {"population": [10, 20], "urban": [nan, 5], "rural": [3, 15]}
    places(table, provinces=pd.DataFrame({"population": [30.0]}, index=["North"]))
    with pytest.raises(PlacesError, match=r"'population': North -1"):
        places(table, provinces=pd.DataFrame({"population": [31.0]}, index=["North"]))
    with pytest.raises(UnknownName, match="no province 'Nort'; nearest: 'North'"):
        places(table, provinces=pd.DataFrame({"population": [31.0, 30.0]}, index=["Nort", "North"]))


@pytest.mark.parametrize(
    ("ids", "words"),
    [(["a", "a"], "ids stand more than once: a"), (["a", ""], "1 places have no id"), (["a", " a "], "more than once")],
)
def test_ids_are_given_once(ids: list[str], words: str) -> None:
    with pytest.raises(PlacesError, match=words):
        places({"population": [1, 2]}, ids=ids)


def test_columns_describe_themselves() -> None:
    """Proves: wrong units, estimates without a rule and assumptions without a range are refused together."""
    table = pd.DataFrame({"population": [1.0], "b": [2.0], "c": [3.0]}, index=["p0"])
    columns = {
        "population": Column("population", "thousand", "m", "s"),
        "b": Column("b", "1", "m", "s", basis="estimate"),
        "c": Column("c", "1", "m", "s", basis="guess"),
    }
    with pytest.raises(Faults) as error:
        places({"population": [1]}, table=table, columns=columns)
    text = told(error)
    assert "column 'population' is in thousand, not in persons" in text
    assert "column 'b' is an estimate without a rule" in text
    assert "no basis 'guess'" in text
    assert Column("d", "1", "m", "s", "assumed").faults()
    assert not Column("d", "1", "m", "s", "assumed", low=0.5, high=2.0).faults()


def shape(*rings: list[list[float]]) -> geometry.Shape:
    return geometry.shape(list(rings), many=False)


def test_a_square_on_the_globe() -> None:
    """Proves: 2° × 2° at the equator is R²·Δλ·(sin 2° − sin 0°), less the hole; centre and inside are right."""
    outer = shape(SQUARE)
    size = 6371.0088**2 * math.radians(2) * math.sin(math.radians(2))
    assert geometry.area_km2(outer) == pytest.approx(size, rel=1e-12)
    hole = [[0.5, 0.5], [1.5, 0.5], [1.5, 1.5], [0.5, 1.5], [0.5, 0.5]]
    holed = shape(SQUARE, hole)
    inner = 6371.0088**2 * math.radians(1) * (math.sin(math.radians(1.5)) - math.sin(math.radians(0.5)))
    assert geometry.area_km2(holed) == pytest.approx(size - inner, rel=1e-12)
    assert geometry.centre(outer) == pytest.approx((1.0, 1.0), abs=1e-3)
    assert geometry.contains(outer, 1.0, 1.0)
    assert not geometry.contains(holed, 1.0, 1.0)
    assert not geometry.contains(outer, 2.5, 1.0)
    assert geometry.contains(outer, 2.0, 1.0)
    assert geometry.contains(holed, *geometry.inner_point(holed))


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        ([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]], "crosses itself"),
        ([[0, 0], [1, 1], [2, 0], [2, 2], [1, 1], [0, 2], [0, 0]], "crosses itself"),
        ([[0, 0], [4, 0], [4, 4], [2, 0], [0, 4], [0, 0]], "crosses itself"),
        ([[0, 0], [4, 0], [2, 0], [2, 2], [0, 0]], "crosses itself"),
        ([[0, 0], [2, 0], [2, 2], [0, 2]], "not closed"),
        ([[0, 0], [2, 0], [0, 0]], "fewer than three corners"),
        ([[0, 0], [200, 0], [2, 2], [0, 0]], "off the globe"),
    ],
    ids=["bow tie", "bow tie at a corner", "corner on an edge", "edge on an edge", "open", "line", "off the globe"],
)
def test_broken_polygons(ring: list[list[float]], words: str) -> None:
    """Proves: every way in which a ring can be broken is refused. Breaks if: only proper crossings are seen."""
    found = geometry.faults(shape(ring), "here")
    assert len(found) == 1
    assert words in found[0].what
    assert not geometry.faults(shape(SQUARE), "here")


def square(west: float, south: float, side: float) -> list[list[float]]:
    return [[west + side * x, south + side * y] for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]


@pytest.mark.parametrize(
    ("rings", "words"),
    [
        ([[square(0, 0, 4), square(6, 6, 1)]], "a hole lies outside its polygon, near longitude 6.0000"),
        ([[square(0, 0, 9), square(1, 1, 5), square(2, 2, 1)]], "a hole lies in another hole, near longitude 2.0000"),
        ([[square(0, 0, 4)], [square(1, 1, 1)]], "a polygon lies in another one of the same shape, near longitude 1"),
        ([[square(0, 0, 4)], [square(4, 4, 1)]], ""),
        ([[square(0, 0, 4), [[0, 2], [2, 0], [4, 2], [2, 4], [0, 2]]]], ""),
        ([[square(0, 0, 4)], [[[5, 5], [5, 5], [5, 5], [5, 5]]]], ""),
    ],
    ids=["hole outside", "hole in hole", "twice", "touching corners", "hole on four edges", "no area"],
)
def test_rings_that_count_twice_are_refused(rings: list[list[list[list[float]]]], words: str) -> None:
    """Proves: holes outside of their polygon or in each other, and land given twice, are faults that say where; rings
    that only touch, a hole that cuts the land in two and a ring without area are none.
    Breaks if: everything that GEOS calls invalid is refused, or nothing but crossings is.
    """
    form = geometry.shape(rings, many=True)
    assert [words in fault.what for fault in geometry.faults(form, "here")] == [True] * bool(words)


def test_crossings_are_found_in_long_rings() -> None:
    """Proves: one crossing among 3,000 edges is found, with its place."""
    turn = np.linspace(0, 2 * np.pi, 3001)
    ring = np.stack([10 + 5 * np.cos(turn), 5 * np.sin(turn)], axis=1)
    ring[-1] = ring[0]
    assert not len(geometry.crossings([ring]))
    ring[[1700, 1701]] = ring[[1701, 1700]]
    (at,) = geometry.crossings([ring])
    assert at == pytest.approx((ring[1699] + ring[1700]) / 2)


def test_points_outside_their_polygon_are_refused() -> None:
    """Proves: a point outside its place's polygon is a fault, one inside is none, a missing one is none."""

    def with_point(lat: float, lon: float) -> Places:
        return places({"population": [1], "lat": [lat], "lon": [lon]}, shapes={"p0": shape(SQUARE)})

    with_point(1.0, 1.0)
    with_point(math.nan, math.nan)
    with pytest.raises(PlacesError, match="lies outside the polygon"):
        with_point(1.0, 3.0)
    with pytest.raises(UnknownName, match="no place 'q'"):
        places({"population": [1]}, shapes={"q": shape(SQUARE)})
