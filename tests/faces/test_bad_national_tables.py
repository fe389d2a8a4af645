"""National tables that are not what they should be: each fault in words, all at once, and never a number."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from national import PANEL, SAMPLES, by_origin, cp1700, ine_blocks, ine_workbook, nbs_table, scb_blocks, write_workbook

from groundplan.errors import GroundplanError
from groundplan.tables import catalogue
from groundplan.tables.door import sdmx
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.readers import eurostat, wiod
from groundplan.tables.table import Table

READ: dict[str, Callable[[Path], Table]] = {
    "ine_blocks.csv": ine_blocks,
    "scb_blocks.csv": scb_blocks,
    "nbs_2018.csv": nbs_table,
    "eurostat_cp1700.csv": cp1700,
    "wiod_origin.csv": by_origin,
}


def told(call: Callable[[], object]) -> str:
    with pytest.raises(GroundplanError) as caught:
        call()
    return str(caught.value)


def changed(name: str, folder: Path, *changes: tuple[str, str]) -> Path:
    """The sample with each text replaced by another; a change that changes nothing is an error of the test."""
    text = (SAMPLES / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "wiod_sectors.csv").write_text((SAMPLES / "wiod_sectors.csv").read_text(encoding="utf-8"))
    (folder / "sectors35.csv").write_text((SAMPLES / "wiod_sectors.csv").read_text(encoding="utf-8"))
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


CASES: list[tuple[str, list[tuple[str, str]], list[str]]] = [
    ("ine_blocks.csv", [("P01,Products of farms,10,", "P01,Products of farms,ten,")], ["'ten' is not a number", "A01"]),
    (
        "ine_blocks.csv",
        [(",EXP_total", ",EXPORTS")],
        ["expected column 'EXP_total'; found 'EXPORTS'", "in a mapping file"],
    ),
    (
        "ine_blocks.csv",
        [("P01,Products of farms,10,", "P01,Products of farms,17,")],
        ["domestic use against supply, by product", "P01 by 7", "costs and value added against output", "A01 by 7"],
    ),
    (
        "ine_blocks.csv",
        [("use_import_cif,P02", "use_import_cif,P04")],
        ["expected row 'P02'; found 'P04'", "expected row 'P04'"],
    ),
    (
        "scb_blocks.csv",
        [("use_domestic,C10-C12,8,30,22,50", "use_domestic,C10-C12,8,30,22,71"), ("output,95,200,", "output,95,230,")],
        ["3 faults", "C10-C12 by 21", "supply against output, by industry", "C10-C12 by -30"],
    ),
    (
        "scb_blocks.csv",
        [("industry_variables,wages", "industry_variables,pay")],
        ["expected row 'wages'; found no such row"],
    ),
    ("nbs_2018.csv", [("代码", "编号")], ["no cell of the head reads 代码 or Code"]),
    ("nbs_2018.csv", [("2018年", "2017年")], ["the table is of 2017, asked for 2018"]),
    ("nbs_2018.csv", [(",IM,ERR", ",IMP,ERR")], ["expected column 'IM'; found 'IMP'"]),
    ("nbs_2018.csv", [("01001,14,26", "01001,14,2b")], ["row '01001', column '06006': '2b' is not a number"]),
    (
        "nbs_2018.csv",
        [(",22,72,21,3,100", ",22,72,21,9,100")],
        ["uses less imports against output", "01001 by 6"],
    ),
    ("nbs_2018.csv", [(",22,72,21,3,100", ",22,72,190,172,100")], ["product '01001' imports more than is used of it"]),
    ("nbs_2018.csv", [("总投入,TI,100,200", "总投入,TI,100,207")], ["costs and value added against total input"]),
    ("eurostat_cp1700.csv", [("2010,", "2011,")], ["the file is of 2011, asked for 2010"]),
    ("eurostat_cp1700.csv", [(",IMP,", ",TOTAL,")], ["no stk_flow 'IMP'", "use one of: DOM, TOTAL"]),
    ("eurostat_cp1700.csv", [("prd_use", "ind_use")], ["expected column 'prd_use'", "nearest: 'ind_use'"]),
    (
        "eurostat_cp1700.csv",
        [("DOM,CPA_A,CPA_A,XX,2010,10,", "DOM,CPA_A,CPA_A,XX,2010,19,")],
        ["domestic use: the parts miss", "costs and value added against output"],
    ),
    (
        "eurostat_cp1700.csv",
        [("CPA_B-E,CPA_A,XX,2010,20,", "CPA_A,CPA_A,XX,2010,20,")],
        ["observations are given twice"],
    ),
    ("eurostat_cp1700.csv", [("XX,2010,100,", "XX,2010,1OO,")], ["P1 × CPA_A: '1OO' is not a number"]),
    ("wiod_origin.csv", [("CHN,c2,", "CHN,c4,")], ["expected row 'CHN c2'"]),
    ("wiod_origin.csv", [("PRIM,VA_TLS_TTM,60", "PRIM,VA_TLS_TTM,66")], ["costs against output", "c1 by 6"]),
    ("wiod_origin.csv", [("DOM,c1,10,", "DOM,c1,19,")], ["2 faults", "uses against output", "costs against output"]),
]


@pytest.mark.parametrize(("name", "changes", "says"), CASES)
def test_each_fault_is_told(name: str, changes: list[tuple[str, str]], says: list[str], tmp_path: Path) -> None:
    """Proves: every reader tells what is wrong and where, and gives no table."""
    message = told(lambda: READ[name](changed(name, tmp_path, *changes)))
    assert all(words in message for words in says), message


@pytest.mark.parametrize("name", READ)
def test_cut_and_empty_files(name: str, tmp_path: Path) -> None:
    """Proves: a file that is cut short, empty or absent is refused by every reader."""
    text = (SAMPLES / name).read_text(encoding="utf-8")
    path = tmp_path / name
    assert "there is no such file" in told(lambda: READ[name](path))
    path.write_text("")
    assert "the file is empty" in told(lambda: READ[name](path))
    path.write_text(text[: len(text) * 2 // 3], encoding="utf-8")
    assert told(lambda: READ[name](path))


def test_a_mapping_mends_a_renamed_column(tmp_path: Path) -> None:
    """Proves: the mapping that the fault proposes makes the file readable, figures unchanged."""
    path = changed("ine_blocks.csv", tmp_path, (",EXP_total", ",EXPORTS"))
    mapping = FileMapping(columns={"EXPORTS": "EXP_total"})
    t = ine_blocks(path, mapping=mapping)
    assert t.exports.sum() == ine_blocks(SAMPLES / "ine_blocks.csv").exports.sum()


def test_sample_workbook_faults(tmp_path: Path) -> None:
    """Proves: INE's workbook is refused for another year, a changed cell and text, both sheets at once."""

    def spoil(rows: list[list[object]], name: str) -> None:
        if name == "Table1":
            rows[6][2] = "many"
        if name == "Table2":
            rows[6][2] = "n/a"

    message = told(lambda: ine_workbook(write_workbook(tmp_path / "a.xlsx", change=spoil), 2018))
    assert "'many' is not a number" in message
    assert "'n/a' is not a number" in message
    assert "the workbook does not say that it is of 2018" in message

    def move(rows: list[list[object]], name: str) -> None:
        if name == "Table2":
            rows[6][2] = 20.0

    message = told(lambda: ine_workbook(write_workbook(tmp_path / "b.xlsx", change=move)))
    assert "use by product" in message
    assert "costs and value added against output" in message
    path = tmp_path / "c.xlsx"
    path.write_text("a, b")
    assert told(lambda: ine_workbook(path))


def test_china_keeps_others_and_says_how_imports_were_split() -> None:
    """Proves: the column 'others' is a final category of its own, and proportionality is told.

    Breaks if: the error term is dropped, so that output is no longer what the source prints.
    """
    t = nbs_table(SAMPLES / "nbs_2018.csv")
    assert t.domestic_final["ERR"].tolist() == [0.03, -0.01, -0.01]
    assert t.final_kinds["ERR"] == "inventories"
    assert any("by proportionality" in m for m in t.methods)
    assert any("others" in m and "5 without regard to sign" in m for m in t.methods)
    assert t.labels.to_dict() == {"01001": "Farm products", "06006": "煤炭采选产品", "83083": "教育"}
    share = t.imported_use.loc["06006"] / (t.imported_use + t.domestic_use).loc["06006"]
    np.testing.assert_allclose(share, 70 / 271)


def as_sdmx(path: Path, folder: Path, version: str) -> Path:
    """A JSON-stat file as SDMX-CSV with the same cells."""
    data = json.loads(path.read_text(encoding="utf-8"))
    order = {n: sorted(d["category"]["index"], key=d["category"]["index"].get) for n, d in data["dimension"].items()}
    places = np.array(np.unravel_index([int(k) for k in data["value"]], data["size"])).T
    about = {"1.0": {"DATAFLOW": "ESTAT:X(1.0)", "LAST UPDATE": "01/01/24"}, "2.0": {"STRUCTURE": "dataflow"}}[version]
    names = ["TIME_PERIOD" if n == "time" else n for n in data["id"]]
    out = folder / (path.stem + ".csv")
    with out.open("w", newline="", encoding="utf-8") as file:
        w = csv.writer(file)
        w.writerow([*about, *names, "OBS_VALUE", "OBS_FLAG", "CONF_STATUS"])
        for place, value in zip(places, data["value"].values(), strict=True):
            codes = [order[n][k] for n, k in zip(data["id"], place, strict=True)]
            w.writerow([*about.values(), *codes, value, "", ""])
    return out


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_sdmx_and_json_give_the_same_table(version: str, tmp_path: Path) -> None:
    """Proves: Eurostat's supply and use tables as SDMX-CSV, old and new, are the tables that JSON-stat gives."""
    entry = catalogue.find("ESP")
    supply, use = entry.files()
    place = ("ESP", 2019, "EUR2019m")
    whole = eurostat.read(supply, use, *place, source=entry.source())
    paths = [as_sdmx(p, tmp_path, version) for p in (supply, use)]
    same = eurostat.read(*paths, *place, source=entry.source())
    np.testing.assert_allclose(same.domestic_use, whole.domestic_use, rtol=1e-12)
    np.testing.assert_allclose(same.imported_final, whole.imported_final, rtol=1e-12)
    assert same.labels.to_dict() == whole.labels.to_dict()
    assert same.methods == whole.methods


def test_sdmx_needs_one_slice(tmp_path: Path) -> None:
    """Proves: two countries in one file are told, with their codes; a take that does not exist is told too."""
    path = changed("eurostat_cp1700.csv", tmp_path, ("CPA_A,CPA_A,XX,", "CPA_A,CPA_A,YY,"))
    message = told(lambda: sdmx.read_csv(path, rows="prd_ava", columns="prd_use", take={"stk_flow": "DOM"}))
    assert "dimension 'geo' has 2 values, expected one: XX, YY" in message
    message = told(lambda: sdmx.read_csv(path, rows="prd_ava", columns="prd_use", take={"flow": "DOM"}))
    assert "no dimension 'flow'; nearest: 'stk_flow'" in message


@pytest.mark.skipif(not PANEL.is_dir(), reason="no WIOD panel: set GROUNDPLAN_SHARED")
def test_panel_faults(tmp_path: Path) -> None:
    """Proves: years that a panel lacks, a path that leads nowhere and a file that is no Parquet are told."""
    message = told(lambda: wiod.read_panel(PANEL / "FIN.parquet", "FIN", years=[1999, 2000, 2020]))
    assert "no year '1999'" in message
    assert "no year '2020'" in message
    assert "there is no such file" in told(lambda: wiod.read_panel(tmp_path / "x.parquet", "FIN"))
    (tmp_path / "x.parquet").write_text("no")
    assert "no Parquet" in told(lambda: wiod.read_panel(tmp_path / "x.parquet", "FIN"))
