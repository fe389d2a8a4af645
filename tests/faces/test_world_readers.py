"""World tables that are not what they should be: each is told in words, with the place and the way to mend it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from world_samples import READ, SAMPLES, rows, sample, workbook

from groundplan.errors import Faults, GroundplanError, TableError, UnknownName
from groundplan.sources import Source
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.notation import Notation
from groundplan.tables.readers import icio, oecd_iot, wiod_world
from groundplan.tables.readers.pymrio_system import from_pymrio
from groundplan.tables.world_table import open_world_table

SOURCE = Source(publisher="pymrio", title="test system", vintage="as installed", licence="none")
Rows = list[list[str]]


def told(call: Callable[[], object]) -> str:
    """What the reader says; anything but our own errors fails the test."""
    with pytest.raises(GroundplanError) as caught:
        call()
    assert isinstance(caught.value, TableError | Faults | UnknownName)
    return str(caught.value)


def written(cells: Rows, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("\n".join(",".join(f'"{c}"' if "," in c else c for c in row) for row in cells), "utf-8")
    return path


def put(row: str, column: str, value: str, *, head: int = 0) -> Callable[[Rows], None]:
    """Change one cell, named by its row's first cell and its column's header."""

    def change(cells: Rows) -> None:
        next(r for r in cells if r[0] == row)[cells[head].index(column)] = value

    return change


def rename(old: str, new: str) -> Callable[[Rows], None]:
    """Rename every label ``old``."""

    def change(cells: Rows) -> None:
        cells[:] = [[new if c == old else c for c in row] for row in cells]

    return change


def drop_row(name: str) -> Callable[[Rows], None]:
    def change(cells: Rows) -> None:
        cells[:] = [row for row in cells if row[0] != name]

    return change


def drop_column(name: str) -> Callable[[Rows], None]:
    def change(cells: Rows) -> None:
        k = cells[0].index(name)
        cells[:] = [row[:k] + row[k + 1 :] for row in cells]

    return change


def both(*changes: Callable[[Rows], None]) -> Callable[[Rows], None]:
    def change(cells: Rows) -> None:
        for one in changes:
            one(cells)

    return change


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("icio_2023.csv", lambda c: c.clear(), ["the file is empty"]),
        ("icio_2023.csv", lambda c: c.__delitem__(slice(1, None)), ["a header and no rows"]),
        ("icio_2023.csv", put("KOR_A01_02", "MEX_HFCE", "n/a"), ["row 'KOR_A01_02', column 'MEX_HFCE'", "'n/a'"]),
        ("icio_2023.csv", put("KOR_A01_02", "MEX_HFCE", "nan"), ["'nan' is not a number"]),
        ("icio_2023.csv", put("KOR_A01_02", "MEX_HFCE", "inf"), ["'inf' is not a number"]),
        ("icio_2023.csv", put("KOR_A01_02", "MEX_HFCE", ""), ["row 'KOR_A01_02', column 'MEX_HFCE' is empty"]),
        ("icio_2023.csv", put("KOR_A01_02", "MEX_HFCE", "1.234,5"), ["decimal"]),
        ("icio_2023.csv", put("KOR_A01_02", "MEX_HFCE", "True"), ["'True' is not a number"]),
        (
            "icio_2023.csv",
            both(put("KOR_A01_02", "MEX_HFCE", "x"), put("VA", "AUS_A01_02", "y")),
            ["2 faults", "'x'", "'y'", "row 'VA'"],
        ),
        ("icio_2023.csv", lambda c: c[3].pop(), ["'AUS_C10T12', has 28 cells, the header has 29"]),
        ("icio_2023.csv", lambda c: c[3].append("7"), ["'AUS_C10T12', has 30 cells"]),
        ("icio_2023.csv", rename("VA", "ValueAdded"), ["expected row 'VA'; found 'ValueAdded'", '= "VA"']),
        ("icio_2023.csv", lambda c: c[0].__setitem__(-1, "GROSS"), ["expected column 'OUT'; found 'GROSS'", "GROSS ="]),
        ("icio_2023.csv", drop_row("TLS"), ["found no taxes on products"]),
        ("icio_2023.csv", drop_row("KOR_B05_06"), ["1 rows are missing: KOR B05_06"]),
        ("icio_2023.csv", drop_column("KOR_GFCF"), ["1 final columns are missing: KOR GFCF"]),
        ("icio_2023.csv", rename("KOR_B05_06", "KOR_B05"), ["rows are missing", "KOR B05_06"]),
        ("icio_2023.csv", rename("KOR_B05_06", "KOR_A01_02"), ["names repeat: 'KOR_A01_02'"]),
        ("figaro_matrix.csv", drop_row("W2_D1"), ["expected row 'W2_D1'"]),
        ("figaro_flat.csv", lambda c: c.pop(9), ["1 of 360 cells have no record", 'zeros = [""]']),
        ("figaro_flat.csv", lambda c: c.append(c[5]), ["1 records repeat a cell"]),
        ("figaro_flat.csv", lambda c: c[7].__setitem__(6, ":"), ["row 'line 8'", "':' is not a number"]),
        ("figaro_flat.csv", lambda c: c[7].__setitem__(6, "nan"), ["row 'line 8'", "'nan' is not a number"]),
        ("figaro_flat.csv", lambda c: c[7].__setitem__(6, "inf"), ["row 'line 8'", "'inf' is not a number"]),
        ("figaro_flat.csv", lambda c: c[0].__setitem__(6, "obs"), ["expected column 'obsValue'"]),
        ("figaro_sdmx.csv", lambda c: c[4].__setitem__(6, "MIO_NAC"), ["unit is MIO_EUR, MIO_NAC"]),
        (
            "figaro_sdmx.csv",
            lambda c: [r.__setitem__(8, "2021") for r in c[1:]],
            ["no record has TIME_PERIOD = 2023", "TIME_PERIOD is 2021"],
        ),
        ("wiod_2016_sheet.csv", put("VA", "A01", "-", head=2), ["row 'VA Value added", "'-' is not a number"]),
        ("wiod_2016_sheet.csv", drop_row("IntTTM"), ["expected row 'IntTTM'"]),
        ("wiod_2016_sheet.csv", lambda c: c.__delitem__(slice(3, None)), ["a header of 6 rows and 4 columns"]),
        ("wiod_2016_r.csv", lambda c: c[0].__setitem__(6, "AUS99"), ["columns are not understood: AUS99"]),
        ("wiod_plain.csv", put("BRA_c1", "RoW_c2", ""), ["row 'BRA_c1', column 'RoW_c2' is empty"]),
        ("wiod_plain.csv", put("OUTPUT", "RoW_c2", ""), ["row 'OUTPUT', column 'RoW_c2' is empty"]),
        ("wiod_plain.csv", rename("RoW_CONS_g", "RoW_CONS_x"), ["RoW_CONS_x"]),
    ],
)
def test_bad_files(name: str, change: Callable[[Rows], object], says: list[str], tmp_path: Path) -> None:
    """Proves: every fault is told by row and column with the file's name and a way to mend it; none gives a number."""
    cells = rows(name)
    change(cells)
    message = told(lambda: READ[name](written(cells, tmp_path, name)))
    assert all(words in message for words in says), message
    assert "fix:" in message
    assert name in message


@pytest.mark.parametrize("name", [n for n in READ if n not in ("figaro_flat.csv", "figaro_sdmx.csv")])
def test_no_cell_passes_unread(name: str, tmp_path: Path) -> None:
    """Proves: whichever cell of the numbers is a word, the reader names its row and column.

    Breaks if: the quick way takes a cell that the careful way refuses.
    """
    cells = rows(name)
    top, left = {"wiod_2013_sheet.csv": (6, 4), "wiod_2016_sheet.csv": (6, 4), "wiod_2016_r.csv": (1, 5)}.get(
        name, (1, 1)
    )
    rng = np.random.default_rng(5)
    for _ in range(12):
        i, j = int(rng.integers(top, len(cells))), int(rng.integers(left, len(cells[0])))
        kept, cells[i][j] = cells[i][j], "oops"
        message = told(lambda: READ[name](written(cells, tmp_path, name)))
        assert "'oops' is not a number" in message
        assert " ".join(cells[i][k] for k in range(left) if cells[i][k])[:20] in message
        cells[i][j] = kept


def test_a_mapping_mends_a_file(tmp_path: Path) -> None:
    """Proves: what errors propose mends a file: names, decimal commas, another delimiter, rows left out."""
    cells = rows("icio_2023.csv")
    rename("VA", "ValueAdded")(cells)
    cells.append(["NOTE", *["0"] * 28])
    path = tmp_path / "icio.csv"
    path.write_text("\n".join(";".join(c.replace(".", ",") for c in row) for row in cells), "cp1252")
    said = FileMapping(
        notation=Notation(decimal=","),
        delimiter=";",
        encoding="cp1252",
        rows={"ValueAdded": "VA"},
        left_out={"rows": ("NOTE",)},
    )
    mended, plain = icio.read(path, 2020, edition="2023", mapping=said), sample("icio_2023.csv")
    assert np.array_equal(mended.use, plain.use)
    assert np.array_equal(mended.primary, plain.primary)


def test_missing_records_may_be_declared_zero(tmp_path: Path) -> None:
    """Proves: an SDMX file that leaves out zeros reads as the full one once that is declared, and not before."""
    from groundplan.tables.readers import figaro

    cells = [row for row in rows("figaro_flat.csv") if row[6] != "0"]
    path = written(cells, tmp_path, "flat.csv")
    assert "have no record" in told(lambda: figaro.read(path, 2023, edition="25ed"))
    full = figaro.read(path, 2023, edition="25ed", mapping=FileMapping(notation=Notation(zeros=("",))))
    assert np.array_equal(full.use, sample("figaro_matrix.csv").use)


def test_total_table_is_refused(tmp_path: Path) -> None:
    """Proves: the OECD's total table, which does not part imports, is refused with the name of the one to take."""
    cells = [[c.replace("DOM_", "TTL_") for c in row] for row in rows("oecd_iot_2023.csv") if row[0][:3] != "IMP"]
    path = written(cells, tmp_path, "AUS2018ttl.csv")
    assert "domestic and imports table" in told(lambda: oecd_iot.read(path, "AUS", 2018, edition="2023"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (drop_row("IMP_B05_06"), ["1 rows are missing: IMP_B05_06"]),
        (drop_column("B05_06"), ["2 rows have no column: DOM_B05_06, IMP_B05_06"]),
        (put("DOM_B05_06", "HFCE", "9999"), ["domestic uses against the total", "B05_06 by"]),
        (rename("TOTAL", "ALL"), ["expected column 'TOTAL'"]),
    ],
)
def test_bad_national_tables(change: Callable[[Rows], None], says: list[str], tmp_path: Path) -> None:
    """Proves: a national table of the OECD that lacks a row, a column or its balance is told so."""
    cells = rows("oecd_iot_2023.csv")
    change(cells)
    path = written(cells, tmp_path, "AUS2018dom.csv")
    message = told(lambda: oecd_iot.read(path, "AUS", 2018, edition="2023"))
    assert all(words in message for words in says), message


def test_names_of_other_editions_are_known(tmp_path: Path) -> None:
    """Proves: VA, OUT and CONS_ABR are read as VALU, TOTAL and DPABR."""
    cells = rows("oecd_iot_2023.csv")
    for old, new in (("VALU", "VA"), ("TOTAL", "OUT"), ("OUTPUT", "OUT"), ("DPABR", "CONS_ABR")):
        rename(old, new)(cells)
    renamed = oecd_iot.read(written(cells, tmp_path, "a.csv"), "AUS", 2018, edition="2025")
    plain = oecd_iot.read(SAMPLES / "oecd_iot_2023.csv", "AUS", 2018, edition="2023")
    pd.testing.assert_frame_equal(renamed.primary, plain.primary)
    pd.testing.assert_frame_equal(renamed.imported_final, plain.imported_final)


def test_bad_workbooks_and_arrays(tmp_path: Path) -> None:
    """Proves: a file that is no workbook, no file of arrays, or one of objects, is refused and nothing in it is run."""
    book = workbook("wiod_2016_sheet.csv", tmp_path)
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(book.read_bytes()[:2000])
    assert "cut.xlsx" in told(lambda: wiod_world.read(cut, 2010, release="2016"))
    objects = tmp_path / "objects.npz"
    np.savez(objects, Z=np.array([{"a": 1}], dtype=object))
    for call in (lambda: wiod_world.read(objects, 2011, release="2013"), lambda: open_world_table(objects)):
        assert "not a file of plain arrays" in told(call)
    other = tmp_path / "other.npz"
    np.savez(other, Z=np.eye(2), x=np.ones(2))
    assert "found no Y, countries, sectors, fd" in told(lambda: wiod_world.read(other, 2011, release="2013"))
    assert "not a saved world table" in told(lambda: open_world_table(other))
    uneven = tmp_path / "uneven.npz"
    np.savez(uneven, Z=np.eye(3), Y=np.ones((2, 2)), x=np.ones(2), countries=["A"], sectors=["c1", "c2"], fd=["GFCF"])
    assert "use is 3 × 3, expected 2 × 2" in told(lambda: wiod_world.read(uneven, 2011, release="2013"))
    for missing in ("no.csv", "no.npz", "no.xlsx"):
        assert "there is no such file" in told(lambda m=missing: wiod_world.read(tmp_path / m, 2011, release="2013"))


def test_bad_systems() -> None:
    """Proves: a pymrio system without flows, with names of unknown kind or with a sector missing is told so."""
    import pymrio

    system = pymrio.load_test()

    def call(**kinds: str) -> str:
        return told(lambda: from_pymrio(system, 2010, "EUR2010m", source=SOURCE, final_kinds=kinds))

    assert "no final category 'Export'" in call()
    system.Z = system.Z.iloc[1:, :]
    assert "Z lacks 1 pairs: reg1 food" in call(Export="inventories") or "Z.T" in call(Export="inventories")
    system.Z = None
    assert "the system has no Z" in call(Export="inventories")
