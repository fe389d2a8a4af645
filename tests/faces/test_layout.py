"""A file that differs from its layout: the difference in words, and a mapping file that mends it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from groundplan.errors import Faults, GroundplanError
from groundplan.tables.door.layout import Axis, Layout, fit, labelled
from groundplan.tables.door.mapping import NOTHING, FileMapping, open_mapping

INDUSTRY = r"[A-Z]{3}_\w+"
LAYOUT = Layout(
    "two countries",
    rows=Axis({"primary": ("TLS", "VA")}, also={"VA": ("VALU",)}, further=INDUSTRY),
    columns=Axis({"final": ("HFCE", "GFCF"), "total": ("TOTAL",)}, also={"TOTAL": ("OUTPUT",)}, further=INDUSTRY),
    square=True,
)
GRID = [
    ["", "KEN_A", "GHA_A", "HFCE", "GFCF", "TOTAL"],
    ["KEN_A", 1.0, 2.0, 3.0, 4.0, 10.0],
    ["GHA_A", 1.0, 2.0, 3.0, 4.0, 10.0],
    ["TLS", 1.0, 2.0, 3.0, 4.0, 10.0],
    ["VA", 1.0, 2.0, 3.0, 4.0, 10.0],
]


def grid(**changes: str) -> list[list[object]]:
    """The grid with some labels changed."""
    return [[changes.get(str(cell), cell) for cell in row] for row in GRID]


def read(cells: list[list[object]], mapping: FileMapping = NOTHING) -> pd.DataFrame:
    return fit(labelled(cells, LAYOUT, mapping, where="a.csv"), LAYOUT, mapping, where="a.csv")


def told(cells: list[list[object]], mapping: FileMapping = NOTHING) -> str:
    with pytest.raises(GroundplanError) as caught:
        read(cells, mapping)
    return str(caught.value)


def test_as_declared() -> None:
    """Proves: a file that fits is labelled by its codes; industries are what the layout does not fix."""
    frame = read(grid())
    assert frame.loc["VA", "TOTAL"] == 10.0
    assert LAYOUT.columns.others(frame.columns) == ["KEN_A", "GHA_A"]
    assert LAYOUT.columns["final"] == ("HFCE", "GFCF")


def test_other_editions_are_known() -> None:
    """Proves: a name of another edition is taken without a mapping, on rows and on columns."""
    frame = read(grid(TOTAL="OUTPUT", VA="VALU"))
    assert list(frame.columns) == list(read(grid()).columns)
    assert list(frame.index) == list(read(grid()).index)


def test_the_difference_is_told_and_its_fix_works() -> None:
    """Proves: expected TOTAL, found OUT, map it with a line; with that line in a mapping the file is read.

    Breaks if: the line that the refusal gives is not what a mapping file takes.
    """
    message = told(grid(TOTAL="OUT"))
    assert "expected column 'TOTAL'; found 'OUT'" in message
    assert 'map it with [columns] OUT = "TOTAL"' in message
    assert read(grid(TOTAL="OUT"), FileMapping(columns={"OUT": "TOTAL"})).equals(read(grid()))


def test_all_differences_at_once() -> None:
    """Proves: a missing row, a renamed column and a strange one are told together, with the nearest names."""
    cells = [[*row, extra] for row, extra in zip(grid(GFCF="GFCFX"), ["check sum", 0.0, 0.0, 0.0, 0.0], strict=True)]
    message = told([row for row in cells if row[0] != "TLS"])
    assert "3 faults" in message
    assert "expected column 'GFCF'; found 'GFCFX'" in message
    assert "1 column not part of the layout: 'check sum'" in message
    assert '[leave_out] columns = ["check sum"]' in message
    assert "expected row 'TLS'; found no such row" in message


def test_left_out() -> None:
    """Proves: what the mapping leaves out is dropped and nothing else."""
    cells = [[*row, extra] for row, extra in zip(grid(), ["check", 0.0, 0.0, 0.0, 0.0], strict=True)]
    assert read(cells, FileMapping(left_out={"columns": ("check",)})).equals(read(grid()))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (grid(GHA_A="KEN_A"), ["names repeat: 'KEN_A'"]),
        (grid(HFCE="OUTPUT"), ["'OUTPUT', 'TOTAL' are all 'TOTAL'"]),
        ([*GRID[:2], *GRID[3:]], ["1 column without a row: 'GHA_A'"]),
        ([["", "KEN_A"]], ["expected a header of 1 rows and 1 columns of codes"]),
        ([*GRID, ["", 1.0, "", "", "", ""]], ["row 6 has figures and no name"]),
    ],
    ids=["repeat", "both", "unsquare", "small", "nameless"],
)
def test_shapes(cells: list[list[object]], says: list[str]) -> None:
    """Proves: repeated names, two names for one thing, a side without its other, figures without a name are told."""
    message = told([list(row) for row in cells])
    assert all(words in message for words in says), message


def test_where_the_names_are() -> None:
    """Proves: titles above, an empty row below and a whole number as a code do no harm once the mapping says where."""
    cells = [["A table", *[""] * 5], ["money", *[""] * 5], *grid(), [""] * 6]
    assert read(cells, FileMapping(header_row=3)).equals(read(grid()))
    years = Layout("years", columns=Axis({"x": ("2019",)}), rows=Axis(further=".+"))
    assert list(labelled([["", 2019.0], [1.0, 5.0]], years).columns) == ["2019"]


def test_bad_mapping_names() -> None:
    """Proves: a mapping of names that the file or the layout lacks is told with the nearest."""
    message = told(grid(TOTAL="OUT"), FileMapping(columns={"OUTT": "TOTAL"}))
    assert "no column in the file 'OUTT'; nearest: 'OUT'" in message
    assert "no column in the layout 'TOTALS'; nearest: 'TOTAL'" in told(
        grid(TOTAL="OUT"), FileMapping(columns={"OUT": "TOTALS"})
    )


def test_mapping_file_is_read_strictly(tmp_path: Path) -> None:
    """Proves: a key that does not exist is refused with the nearest, values of the wrong kind are all told.

    Breaks if: a misspelt `decimal` is passed over in silence.
    """
    path = tmp_path / "map.toml"
    path.write_text('decimel = ","\nthousands = "x"\nheader_row = 0\n[leave_out]\ncolumn = ["a"]\n', "utf-8")
    with pytest.raises(Faults) as caught:
        open_mapping(path)
    message = str(caught.value)
    assert len(caught.value.faults) == 4
    assert "no key 'decimel'; nearest: 'decimal'" in message
    assert "no key 'column'; nearest: 'columns'" in message
    path.write_text('decimal = ","\ncolumns = 5\n', "utf-8")
    with pytest.raises(GroundplanError, match="columns is 5, not keys with values"):
        open_mapping(path)
    path.write_text("decimal = ,", "utf-8")
    with pytest.raises(GroundplanError, match="not TOML"):
        open_mapping(path)
    with pytest.raises(GroundplanError, match="there is no such file"):
        open_mapping(tmp_path / "nowhere.toml")


def test_mapping_file(tmp_path: Path) -> None:
    """Proves: every key of the documented mapping is read as it says."""
    path = tmp_path / "map.toml"
    path.write_text(
        'decimal = ","\nthousands = "."\nzeros = ["-", ""]\nmissing = [".."]\nnegative_brackets = true\n'
        'encoding = "cp949"\ndelimiter = ";"\nsheet = "IO"\nheader_row = 3\ncode_columns = [1, 2]\n'
        '[columns]\nOUT = "TOTAL"\n[rows]\n"Value added" = "VA"\n[leave_out]\ncolumns = ["Check"]\n',
        "utf-8",
    )
    m = open_mapping(path)
    assert m.notation.decimal == ","
    assert m.notation.zeros == ("-", "")
    assert m.notation.negative_brackets
    assert (m.encoding, m.delimiter, m.sheet, m.header_row, m.code_columns) == ("cp949", ";", "IO", 3, (1, 2))
    assert m.of("row") == {"Value added": "VA"}
    assert m.leave_out("column") == ("Check",)
