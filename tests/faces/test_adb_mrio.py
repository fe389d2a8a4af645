"""The world table of the Asian Development Bank: an invented workbook in the form that programs which read it have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from door_files import workbook

from groundplan.economy.world import World
from groundplan.errors import GroundplanError
from groundplan.tables.readers import adb_mrio
from groundplan.tables.world_table import WorldTable

USE = np.array([[10.0, 20, 5, 1], [8, 30, 2, 9], [4, 6, 20, 10], [1, 5, 30, 40]])
FINAL = np.array(
    [[40.0, 1, 5, 10, 2, 4, 0, 1, 1, 0], [60, 0, 20, 30, -1, 10, 0, 0, 2, 0], [5, 0, 1, 0, 0, 50, 2, 10, 8, 3],
     [9, 0, 0, 3, 0, 70, 0, 30, 40, 1]]
)  # fmt: skip


def book(path: Path, change: dict[tuple[int, int], object] | None = None) -> Path:
    """Two economies, two sectors; a legend beside the table."""
    codes, uses = ["c1", "c2", "c1", "c2"], [f"F{n}" for n in range(1, 6)] * 2
    places = ["PRC", "PRC", "FIJ", "FIJ", *["PRC"] * 5, *["FIJ"] * 5]
    head: list[list[object]] = [["A title 2020"], ["2 economies"], [], []]
    head.append(["", "", "", "", *["Farming", "Making"] * 2, *["Use"] * 10])
    head.append(["", "", "", "", *places, "TOTAL"])
    head.append(["", "", "", "", *codes, *uses])
    rows = [
        [
            "",
            "Farming" if k % 2 == 0 else "Making",
            places[k],
            codes[k],
            *USE[k],
            *FINAL[k],
            USE[k].sum() + FINAL[k].sum(),
        ]
        for k in range(4)
    ]
    output, inputs = USE.sum(axis=1) + FINAL.sum(axis=1), USE.sum(axis=0)
    rows += [["", "Total", "TOTAL", "r60", *inputs], ["", "Taxes", "TOTAL", "r99", 1, 2, 1, 2, *[0.5] * 10]]
    rows += [
        ["", name, "TOTAL", code] for name, code in (("Adjustments", "r61"), ("Abroad", "r62"), ("Visitors", "r63"))
    ]
    rows += [["", "Value added", "TOTAL", "r64", *(output - inputs - [2, 3, 2, 3])]]
    rows += [["", "Transport", "TOTAL", "trs", 1, 1, 1, 1]]
    cells = [*head, *rows]
    for (i, j), value in (change or {}).items():
        cells[i][j] = value
    return workbook(path, {"Legend": [["PRC", "a country"]], "MRIO 2020": cells})


def read(path: Path) -> WorldTable:
    return adb_mrio.read(path, 2020, edition="of a day")


def test_the_figures_are_where_they_belong(tmp_path: Path) -> None:
    """Proves: uses, final uses and primary inputs stand under their economies, the world closes, and names are kept.

    Breaks if: a row of sums is read as an input, or the legend is taken for the table.
    """
    t = read(book(tmp_path / "adb.xlsx"))
    assert (t.countries, t.industries) == (("PRC", "FIJ"), ("c1", "c2"))
    np.testing.assert_array_equal(t.use, USE)
    np.testing.assert_array_equal(t.final_use, FINAL)
    assert t.labels == {"c1": "Farming", "c2": "Making"}
    w = World.from_table(t, tolerance=1e-9)
    np.testing.assert_allclose(w.output, USE.sum(axis=1) + FINAL.sum(axis=1))
    assert float(w.national("FIJ").exports.sum()) == pytest.approx(USE[2:, :2].sum() + FINAL[2:, :5].sum())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({(6, 5): "x2"}, "column"),
        ({(8, 3): "c9"}, "PRC c2"),
        ({(12, 3): "r98"}, "expected row 'r99'"),
        ({(7, 6): "n/a"}, "'n/a' is not a number"),
        ({(6, 4): "", (6, 5): "", (6, 6): "", (6, 7): ""}, "no row of the head has the codes of sectors"),
    ],
)
def test_what_differs_is_told(change: dict[tuple[int, int], object], says: str, tmp_path: Path) -> None:
    """Proves: a code, a row or a figure that is not what it should be is named."""
    with pytest.raises(GroundplanError) as caught:
        read(book(tmp_path / "adb.xlsx", change))
    assert says in str(caught.value)
