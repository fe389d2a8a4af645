"""Files of places: CSV, workbooks and GeoJSON read alike; faults are told at once, nothing is half read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from economies import SHARED

from groundplan.errors import Faults, GroundplanError
from groundplan.places.known import geometry
from groundplan.places.known.column_roles import open_roles
from groundplan.places.known.place_readers import read
from groundplan.places.known.places import Places

VORONOI = SHARED / "dprk" / "regions" / "dprk_counties_schematic_voronoi.geojson"

ROLES = """
name = "Testland"
country = "TST"
id = "code"
province = "prov"
doubts = ["Drawn for tests."]
[names]
en = "name"
ko = "이름"
[columns.population]
from = "people"
source = "census"
times = 1000
[columns.poverty]
from = "poor"
unit = "%"
meaning = "People below the poverty line"
source = "survey"
basis = "estimate"
rule = "small-area estimate"
[columns.lat]
from = "y"
source = "survey"
[columns.lon]
from = "x"
source = "survey"
[borders]
from = "next"
mark = ";"
[file]
missing = ["n/a"]
[[sources]]
publisher = "tests"
title = "drawn"
vintage = "none"
licence = "none"
"""
HEADER = ["code", "name", "이름", "prov", "people", "poor", "y", "x", "next"]
ROWS = [
    ["01", "Alpha", "알파", "North", 1.5, 20, 1.0, 10.5, "02"],
    ["02", "Beta", "베타", "North", 2, "n/a", 1.5, 11.5, "01;03"],
    ["03", "Gamma", "감마", "South", 3, 40.5, "", "", "02"],
]


def written(folder: Path, rows: list[list[object]] = ROWS, roles: str = ROLES) -> tuple[Path, Path]:
    table, toml = folder / "places.csv", folder / "roles.toml"
    pd.DataFrame(rows, columns=HEADER).to_csv(table, index=False, encoding="utf-8")
    toml.write_text(roles, "utf-8")
    return table, toml


def feature(row: list[object], geometry: object) -> dict[str, object]:
    kept = {h: v for h, v in zip(HEADER, row, strict=True) if h not in ("y", "x") and v != ""}
    return {"type": "Feature", "properties": kept, "geometry": geometry}


def geojson(folder: Path, geometries: list[object], rows: list[list[object]] = ROWS) -> Path:
    path = folder / "places.geojson"
    features = [feature(r, g) for r, g in zip(rows, geometries, strict=True)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def square(west: float, south: float, size: float = 1.0) -> list[list[float]]:
    e, n = west + size, south + size
    return [[west, south], [e, south], [e, n], [west, n], [west, south]]


def check(p: Places) -> None:
    """What every form of the file says."""
    assert p.ids == ("01", "02", "03")
    assert p.column("population").tolist() == [1500.0, 2000.0, 3000.0]
    assert p.column("poverty").isna().tolist() == [False, True, False]
    assert (p.columns["poverty"].basis, p.columns["population"].unit) == ("estimate", "persons")
    assert p.title("03", "ko") == "감마"
    assert p.province.tolist() == ["North", "North", "South"]
    assert p.borders == (("01", "02"), ("02", "03"))
    assert p.without_coordinates == ("03",)
    assert p.doubts == ("Drawn for tests.",)


def test_csv(tmp_path: Path) -> None:
    """Proves: ids keep their zeros, missing is missing, thousands are people, the source carries the file's SHA-256."""
    table, toml = written(tmp_path)
    p = read(table, toml)
    check(p)
    assert len(p.sources[0].sha256["places.csv"]) == 64


def test_workbook(tmp_path: Path) -> None:
    """Proves: a workbook says what the CSV says; ids that it keeps as numbers are plain digits."""
    _, toml = written(tmp_path)
    book = tmp_path / "places.xlsx"
    pd.DataFrame(ROWS, columns=HEADER).to_excel(book, index=False, sheet_name="P")
    check(read(book, toml))
    numbered = [[k, *row[1:]] for k, row in enumerate(ROWS, 1)]
    plain = ROLES.replace('[borders]\nfrom = "next"\nmark = ";"\n', "")
    toml.write_text(plain, "utf-8")
    pd.DataFrame(numbered, columns=HEADER).to_excel(book, index=False)
    assert read(book, toml).ids == ("1", "2", "3")


def test_geojson(tmp_path: Path) -> None:
    """Proves: points are coordinates; a polygon's centre stands for them and is marked; no geometry is no point."""
    _, toml = written(tmp_path)
    shapes = [{"type": "Point", "coordinates": [10.5, 1.0]}, {"type": "MultiPolygon", "coordinates": [[square(11, 1)]]}]
    p = read(geojson(tmp_path, [*shapes, None]), toml)
    check(p)
    assert p.table.loc["01", ["lon", "lat"]].tolist() == [10.5, 1.0]
    assert p.table.loc["02", ["lon", "lat"]].tolist() == pytest.approx([11.5, 1.5], abs=1e-3)
    assert p.columns["lat"].basis == "estimate"
    assert list(p.shapes) == ["02"]


def test_a_bent_polygon_gets_a_point_inside() -> None:
    """Proves: where the centre lies outside (a horseshoe), another point inside is taken."""
    horseshoe = [[0, 0], [6, 0], [6, 5], [5, 5], [5, 1], [1, 1], [1, 5], [0, 5], [0, 0]]
    form = geometry.shape([horseshoe], many=False)
    assert not geometry.contains(form, *geometry.centre(form))
    assert geometry.contains(form, *geometry.inner_point(form))


def test_broken_polygons_are_refused_with_their_place(tmp_path: Path) -> None:
    """Proves: an open ring, a bow tie and an unknown kind are told together, each with its id."""
    _, toml = written(tmp_path)
    bow = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]
    shapes = [
        {"type": "Polygon", "coordinates": [square(0, 0)[:-1]]},
        {"type": "Polygon", "coordinates": [bow]},
        {"type": "LineString", "coordinates": bow},
    ]
    with pytest.raises(Faults) as error:
        read(geojson(tmp_path, shapes), toml)
    text = str(error.value)
    for part in ("a ring is not closed\n  where: 01", "crosses itself 1 times", "no kind of geometry 'LineString'"):
        assert part in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ('{"features": [{"properties": {"people": 1' + 400 * "9" + "}}]}", "an integer of 401 digits"),
        ("[]", "no GeoJSON FeatureCollection"),
        ('{"features": []}', "no GeoJSON FeatureCollection"),
        ('{"features": [3]}', "no column"),
        ('{"features": [{"geometry": {"type": "Point", "coordinates": ["a", 1]}}]}', "the point is"),
        ('{"features": [{"geometry": {"type": "Polygon", "coordinates": [[["a"]]]}}]}', "are no polygon"),
        ('{"crs": {"name": "EPSG:5179"}, "features": [{}]}', "another coordinate system"),
    ],
)
def test_what_is_no_geojson(tmp_path: Path, content: str, words: str) -> None:
    _, toml = written(tmp_path)
    (tmp_path / "bad.geojson").write_text(content, "utf-8")
    with pytest.raises(GroundplanError, match=words):
        read(tmp_path / "bad.geojson", toml)


def changed(column: str, row: int, value: object) -> list[list[object]]:
    rows = [list(r) for r in ROWS]
    rows[row][HEADER.index(column)] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (changed("code", 1, "01"), "ids stand more than once: 01"),
        (changed("people", 0, -2), "out of range: Alpha -2,000"),
        (changed("people", 0, "about 3"), "'about 3' is not a number"),
        (changed("people", 0, "1,5"), "declare how the file writes numbers"),
        (changed("poor", 0, 140), "out of range: Alpha 140"),
        (changed("y", 0, 99), "out of range: Alpha 99"),
        (changed("y", 0, ""), "only one coordinate is given: Alpha"),
        (changed("name", 1, "alpha"), "one name \\(en\\)"),
        (changed("next", 2, ""), "02 names 03 as its neighbour and is not named by it"),
        (changed("next", 2, "02;09"), "no place '09'"),
        ([], "no row below its header"),
    ],
    ids=["id", "negative", "word", "comma", "percent", "latitude", "half", "name", "border", "stranger", "empty"],
)
def test_faulty_rows(tmp_path: Path, rows: list[list[object]], words: str) -> None:
    """Proves: each fault in a row is refused in words that name it. Breaks if: a bad figure becomes a number."""
    table, toml = written(tmp_path, rows)
    with pytest.raises(GroundplanError, match=words):
        read(table, toml)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('province = "prov"', 'provinse = "prov"', "no key 'provinse'; nearest: 'province'"),
        ("times = 1000", 'times = "1000"', "times is '1000', not a number"),
        ('unit = "%"', 'units = "%"', "nearest: 'unit'"),
        ('rule = "small-area estimate"', "", "estimate without a rule"),
        ('from = "people"', 'from = "peple"', "no column 'peple'; nearest: 'people'"),
        ('id = "code"\n', "", "id not given"),
        ('source = "census"', "", "source not given"),
        ('licence = "none"', "", "licence not given"),
        ('missing = ["n/a"]', 'missin = ["n/a"]', "nearest: 'missing'"),
        ('missing = ["n/a"]', 'zeros = ["n/a"]', "no key 'zeros'"),
        ('mark = ";"', 'marks = ";"', "nearest: 'mark'"),
        ('country = "TST"', "country = TST", "is not TOML"),
        ('country = "TST"', "country = 7", "country is 7, not a text"),
    ],
)
def test_faulty_roles(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Proves: a typing error in the roles is told with the nearest key. Breaks if: it is passed over."""
    assert old in ROLES
    table, toml = written(tmp_path, roles=ROLES.replace(old, new, 1))
    with pytest.raises(GroundplanError, match=words.replace("(", r"\(")):
        read(table, toml)


def test_sums_of_provinces_come_from_a_file_beside(tmp_path: Path) -> None:
    """Proves: printed sums are checked, the total row is left out, and a sum that differs names its province."""
    more = '[provinces]\nfile = "sums.csv"\nid = "p"\nleave_out = ["All"]\ncolumns = { population = "n" }\n'
    table, toml = written(tmp_path, roles=ROLES.replace("[file]", more + "[file]"))
    (tmp_path / "sums.csv").write_text("p,n\nNorth,3500\nSouth,3000\nAll,6500\n", "utf-8")
    assert set(read(table, toml).sources[0].sha256) == {"places.csv", "sums.csv"}
    (tmp_path / "sums.csv").write_text("p,n\nNorth,3600\nSouth,3000\nAll,6600\n", "utf-8")
    with pytest.raises(GroundplanError, match="'population': North -100"):
        read(table, toml)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    table, toml = written(tmp_path)
    with pytest.raises(GroundplanError, match="no such file"):
        read(tmp_path / "none.csv", toml)
    with pytest.raises(GroundplanError, match="no such file"):
        read(table, tmp_path / "none.toml")


@pytest.mark.skipif(not VORONOI.is_file(), reason=f"no polygons in {VORONOI.parent}")
def test_real_polygons(tmp_path: Path) -> None:
    """Proves: 178 cells are read, are simple, hold their points, and cover the outline that they were cut from."""
    toml = tmp_path / "roles.toml"
    toml.write_text(
        'name = "cells"\ncountry = "PRK"\nid = "id"\nprovince = "province"\n[names]\nen = "name_en"\nko = "name_ko"\n'
        '[columns.population]\nfrom = "pop2008"\nsource = "census"\n[[sources]]\npublisher = "p"\ntitle = "t"\n'
        'vintage = "v"\nlicence = "l"\n',
        "utf-8",
    )
    p = read(VORONOI, open_roles(toml))
    assert len(p) == len(p.shapes) == 178
    assert p.without_coordinates == ()
    assert p.column("population").sum() == 23349859
    total = sum(geometry.area_km2(form) for form in p.shapes.values())
    outline = json.loads(VORONOI.with_name("dprk_outline_naturalearth.geojson").read_text("utf-8"))
    parts = [f["geometry"] for f in outline.get("features", [outline])]
    whole = sum(geometry.area_km2(geometry.shape(g["coordinates"], many=g["type"] == "MultiPolygon")) for g in parts)
    assert total == pytest.approx(whole, rel=1e-3)
    assert 120_500 < total < 122_800
    assert np.isfinite(p.distances(detour=1.3).matrix()).all()
