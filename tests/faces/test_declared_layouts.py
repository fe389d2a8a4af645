"""Layouts that are declared, not programmed: shipped ones on invented files of their form, a user's, and faults."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import declared_files as files
import numpy as np
import pytest
from national import declared

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, UnknownName
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.published import published_layout
from groundplan.tables.table import Table

SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", Path(__file__).resolve().parents[3] / "shared" / "data"))


def output(t: Table) -> list[float]:
    return (t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports).round(6).to_list()


def imports(t: Table) -> float:
    return float(t.imported_use.to_numpy().sum() + t.imported_final.to_numpy().sum() + t.reexports.sum())


def gdp(t: Table) -> float:
    return float(t.primary.to_numpy().sum() + t.final_taxes.sum())


CASES: dict[str, tuple[str, Callable[[Path], list[Path]], list[float], float, float]] = {
    "make, use and import": ("bea", files.bea, [90, 200], 72, 169),
    "one sheet": ("dzs", lambda p: [files.dzs(p / "a.xlsx")], [90, 210], 66, 167 + 3 + 5),
    "domestic and import rows": ("nbs-split", lambda p: [files.nbs_split(p / "a.csv")], [1, 2], 0.15, 1.8),
    "the same without words": (
        "nbs-split",
        lambda p: [files.nbs_split(p / "a.csv", described=False)],
        [1, 2],
        0.15,
        1.8,
    ),
    "a total table": ("oecd-iot-total", lambda p: [files.oecd_total(p / "a.csv")], [100, 200], 17, 180),
    "domestic and total": ("abs", files.abs_tables, [90, 200], 45, 155 + 6),
    "purposes apart": ("statcan", lambda p: [files.statcan(p / "a.xlsx")], [95, 200], 50, 183 + 4),
    "an older one": ("oecd-iot-total", lambda p: [files.oecd_total(p / "a.csv", old=True)], [100, 200], 17, 180),
}


@pytest.mark.parametrize("case", CASES)
def test_shipped_layouts_on_paper(case: str, tmp_path: Path) -> None:
    """Proves: an invented economy in the publisher's form has the output, imports and GDP that stand on paper; 10,000
    yuan are a hundredth of a million.

    Breaks if: a sum is read as a sector, imports are lost, or the printed unit is taken for the unit of money.
    """
    name, write, made, bought, earned = CASES[case]
    t = declared(name, *write(tmp_path), year=2017)
    assert output(t) == pytest.approx(made)
    assert imports(t) == pytest.approx(bought)
    assert gdp(t) == pytest.approx(earned)
    assert Economy.from_table(t).sectors


def test_names_are_kept(tmp_path: Path) -> None:
    """Proves: the names that a file prints beside its codes are those of the sectors."""
    assert declared("nbs-split", files.nbs_split(tmp_path / "a.csv"), year=2017).labels["01"] == "Farming"
    assert declared("oecd-iot-total", files.oecd_total(tmp_path / "b.csv"), year=2018).labels["02T03"] == "All else"
    assert declared("bea", *files.bea(tmp_path), year=2017).labels["325"] == "Chemicals"


def test_what_is_imported_is_total_less_domestic(tmp_path: Path) -> None:
    """Proves: of a domestic and a total table every cell of imports is their difference, taxes on final uses are those
    that are printed, and the two ways in which the sheets name final uses are one.

    Breaks if: imports are split by a share where the source has them.
    """
    t = declared("abs", *files.abs_tables(tmp_path), year=2020)
    assert t.imported_use.to_numpy().tolist() == [[2, 3], [8, 12]]
    assert t.imported_final.loc["201", "Q3"] == 6.0
    assert t.final_taxes.loc["Q1"] == 6.0
    assert list(t.labels) == ["Sheep", "Mining"]


def test_purposes_are_added_up(tmp_path: Path) -> None:
    """Proves: columns that a layout joins are one final use: purposes are no groups of households, assets no buyers of
    their own; income is told from products by the code that stands left of its name.

    Breaks if: each purpose becomes a household with a basket of its own.
    """
    t = declared("statcan", files.statcan(tmp_path / "a.xlsx"), year=2020)
    assert list(t.final_kinds.index) == ["households", "nonprofit", "government", "investment", "inventories"]
    both = t.domestic_final + t.imported_final
    assert both.to_numpy().sum() + t.exports.sum() + t.reexports.sum() == pytest.approx(100 + 245 - 37 - 75)
    assert both["households"].sum() == pytest.approx(130)
    assert t.primary.loc["Employers' social contributions"].tolist() == [6.0, 14.0]
    assert t.final_taxes.loc["households"] == 4.0


def test_imports_take_part_in_every_use_alike(tmp_path: Path) -> None:
    """Proves: in a total table imports of a product are split by one share, exports included; what residents spend
    abroad has no imports in it. On paper: 5 of 01's 105 of use.
    """
    t = declared("oecd-iot-total", files.oecd_total(tmp_path / "a.csv"), year=2018)
    assert t.imported_use.loc["01", "02T03"] == pytest.approx(30 * 5 / 105)
    assert t.imported_final.loc["02T03", "CONS_ABR"] == 0.0
    assert t.domestic_final.loc["02T03", "CONS_ABR"] == 2.0


def test_a_layout_of_the_users_own(tmp_path: Path) -> None:
    """Proves: a TOML file that a user writes opens his workbook, as --layout names it."""
    layout = tmp_path / "ours.toml"
    layout.write_text(files.OWN, encoding="utf-8")
    book = files.own_workbook(tmp_path / "ours.xlsx")
    t = declared(str(layout), book, year=2020, money="XXX2020m")
    assert output(t) == [100.0, 200.0]
    assert imports(t) == 31.0
    assert t.primary_kinds.to_dict() == {"Pay": "labour", "Rest": "capital"}
    np.testing.assert_array_equal(t.imported_use, [[4, 6], [6, 4]])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('holds = "domestic"', 'holds = "domestc"', "no holds of an area 'domestc'; nearest: 'domestic'"),
        ('Works = "investment"', 'Works = "invest"', "no finals"),
        ("product = 'S\\d'", "product = 'S('", "is no regular expression"),
        ("symmetric = true", "symmetric = false", "the areas have no supply"),
        ('publisher = "our bureau"\n', "", "publisher not given"),
        ("header_row = 2", "hedder_row = 2", "nearest: 'header_row'"),
        ('holds = "imported"\nsheet = "Abroad"', 'holds = "costs"\nsheet = "Home"', "the areas have no use"),
    ],
)
def test_a_layout_says_what_is_wrong_with_it(old: str, new: str, says: str, tmp_path: Path) -> None:
    """Proves: a fault of a layout file is told with its line before any table is opened."""
    path = tmp_path / "ours.toml"
    assert old in files.OWN
    path.write_text(files.OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(GroundplanError) as caught:
        published_layout(str(path))
    assert says in str(caught.value)
    assert "ours.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("TC,FU201", "TC,FU2O1", "expected column 'FU201'; found 'FU2O1'"),
        ("VA003", "VA03", "expected row 'VA003'"),
        ("Origin", "Herkunft", "no column is headed 'Origin'"),
        ("Code,", "Kode,", "no cell of the head reads 'Code' or '代码'"),
        (",36,", ",x6,", "'x6' is not a number"),
        (",27,36,63,83", ",27,39,66,83", "by industry: the parts miss the printed total at 1 places: 02 by 3"),
        ("Imports,2,3,5", "Imports,2,3,5", ""),
    ],
)
def test_a_file_that_differs(old: str, new: str, says: str, tmp_path: Path) -> None:
    """Proves: a file that differs from its layout is told as a difference, and a mapping mends a name."""
    path = files.nbs_split(tmp_path / "a.csv")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    if not says:
        assert declared("nbs-split", path, year=2017).year == 2017
        return
    with pytest.raises(GroundplanError) as caught:
        Economy.from_table(declared("nbs-split", path, year=2017))
    assert says in str(caught.value)
    if "FU2O1" in new:
        mended = declared("nbs-split", path, year=2017, mapping=FileMapping(columns={"FU2O1": "FU201"}))
        assert output(mended) == pytest.approx([1, 2])


def test_a_mark_needs_a_cell_left_of_the_codes(tmp_path: Path) -> None:
    """Proves: rows known by the cell left of their code cannot be where codes stand first. Breaks if: the row's last
    cell is read instead.
    """
    path = tmp_path / "ours.toml"
    path.write_text(files.OWN.replace("header_row = 2", 'header_row = 2\nmark = "P"'), encoding="utf-8")
    with pytest.raises(GroundplanError, match="nothing is left of it"):
        declared(str(path), files.own_workbook(tmp_path / "ours.xlsx"), year=2020, money="XXX2020m")


def test_an_unknown_layout_names_the_nearest() -> None:
    """Proves: declared layouts are words like the others."""
    with pytest.raises(UnknownName, match="nearest: 'nbs-split'"):
        published_layout("nbs-splitt")


REAL: dict[str, tuple[str, list[str], int, Callable[[Table], tuple[float, float]]]] = {
    "OECD, China 2018": (
        "oecd-iot-total", ["oecd_iot2021_CHN_2018_total.csv"], 2018,
        lambda t: (float(t.primary.loc["VALU"].sum()), float(t.published["costs"].loc["VALU"].iloc[:45].sum())),
    ),
    "OECD, Belgium 2020": (
        "oecd-iot-total", ["BEL2020ttl.csv"], 2020,
        lambda t: (imports(t), -float(t.published["use"]["IMPO"].sum())),
    ),
    "China 2017, both origins": (
        "nbs-split", ["nbs_china_2017_42_split.csv"], 2017,
        lambda t: (sum(output(t)) * 100, float(t.published["costs"].loc["TI"].sum())),
    ),
    "Croatia 2010": (
        "dzs", ["croatia.xlsx"], 2010,
        lambda t: (imports(t), float(t.published["imported"].to_numpy().sum())),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_publishers_own_files(name: str) -> None:
    """Proves: files as their publishers give them are read, and a total that they print is the table's."""
    layout, paths, year, both = REAL[name]
    files_there = [SHARED / "forms" / p for p in paths]
    if not all(p.is_file() for p in files_there):
        pytest.skip(f"no {paths[0]} in {SHARED}: set GROUNDPLAN_SHARED")
    ours, printed = both(declared(layout, *files_there, year=year))
    assert ours == pytest.approx(printed, rel=1e-6)


def test_editions_that_do_not_go_together() -> None:
    """Proves: a make and a use table of different editions, each as downloaded, are refused: supply is not use."""
    paths = [SHARED / "forms" / f"bea_{name}.xlsx" for name in ("make", "use", "imp")]
    if not paths[0].is_file():
        pytest.skip(f"no bea_make.xlsx in {SHARED}: set GROUNDPLAN_SHARED")
    with pytest.raises(GroundplanError, match="domestic use against supply, by product"):
        declared("bea", *paths, year=2017)
