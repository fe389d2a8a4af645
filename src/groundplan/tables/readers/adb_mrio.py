"""Multi-regional input-output tables of the Asian Development Bank (ADB MRIO), a workbook for each year.

Three rows above the figures name sectors, economies and codes (``c1`` ... ``c35``, final uses ``F1`` ... ``F5``),
three columns left of them likewise; below stand taxes (``r99``), adjustments, purchases of travellers, value added
(``r64``) and international transport margins (``trs``). The form is what programs that read the workbooks have; no
workbook was read.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from groundplan.errors import TableError, UnknownName, raise_all
from groundplan.sources import Source
from groundplan.tables.door.figures import figures
from groundplan.tables.door.grid import absent
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.door.notation import PLAIN
from groundplan.tables.door.sheets import Rows, column_values
from groundplan.tables.door.uploads import read_upload
from groundplan.tables.methods.arrangement import Pair, arranged
from groundplan.tables.published import PublishedLayout
from groundplan.tables.world_table import WorldTable

FINALS = {"F1": "household", "F2": "nonprofit", "F3": "government", "F4": "investment", "F5": "inventories"}
NAMES = {
    "F1": "Household final consumption",
    "F2": "Final consumption of non-profit institutions",
    "F3": "Final consumption of government",
    "F4": "Gross fixed capital formation",
    "F5": "Changes in inventories and valuables",
    "r99": "Taxes less subsidies on products",
    "r61": "Cif/fob adjustments on exports",
    "r64": "Value added at basic prices",
    "trs": "International transport margins",
}
PRIMARY = {"r99": "product_tax", "r61": "margin", "r64": "other", "trs": "margin"}
TRAVEL = ("r62", "r63")
SECTOR, CODE, LEGEND = re.compile(r"c\d+"), re.compile(r"c\d+|F\d+"), "legend"
HEAD = 12


def read(
    path: Path,
    year: int,
    *,
    edition: str,
    money: str | None = None,
    mapping: FileMapping = NOTHING,
    rounding: float = 1e-3,
) -> WorldTable:
    """One year of the world table; ``money`` is "USD{year}m" where left out.

    Units:  ``money`` / year, basic prices.
    Errors: every fault at once: no row of codes, rows that are missing, economies that lack a sector or a final use,
            cells that are not numbers. Balance is asked where the table becomes a ``World``.
    Source: Asian Development Bank, Multi-Regional Input-Output Tables (kidb.adb.org; form not checked).
    """
    grid, sha = _cells(path, mapping)
    top, left = _corner(grid, path)
    columns = [j for j in range(left, len(grid[top])) if CODE.fullmatch(str(grid[top][j]).strip())]
    across = [f"{_text(grid[top - 1][j])} {_text(grid[top][j])}" for j in columns]
    rows = {i: _text(grid[i][left - 1]) for i in range(top + 1, len(grid)) if _text(grid[i][left - 1])}
    raise_all(absent(wanted := (*PRIMARY, *TRAVEL), rows.values(), "row", path), where=str(path))
    chosen = {i: code for i, code in rows.items() if SECTOR.fullmatch(code) or code in wanted}
    down = [f"{_text(grid[i][left - 2])} {code}" if SECTOR.fullmatch(code) else code for i, code in chosen.items()]
    cells = pd.DataFrame([[grid[i][j] for j in columns] for i in chosen], down, across, dtype=object)
    bottom = cells.index.isin(wanted)
    cells.loc[bottom] = cells.loc[bottom].map(lambda cell: 0.0 if _text(cell) == "" else cell)
    frame = figures(cells, mapping.notation if mapping.notation.decimal else PLAIN, where=path.name)
    blocks = arranged(frame, _pair, list(FINALS), {p: (p,) for p in PRIMARY}, where=path.name)
    names = {code: _text(grid[i][left - 3]) for i, code in chosen.items() if left >= 3 and SECTOR.fullmatch(code)}
    money = money or f"USD{year}m"
    travel = frame.loc[list(TRAVEL)].sum(axis=1).to_numpy()
    return blocks.world_table(
        FINALS,
        year=year,
        money=money,
        primary_kinds=dict(PRIMARY),
        labels={code: name for code, name in names.items() if name},
        names={n: NAMES[n] for n in (*blocks.finals, *PRIMARY)},
        source=Source(
            publisher="Asian Development Bank (ADB)",
            title=f"Multi-Regional Input-Output Table, {year}",
            vintage=f"edition {edition}",
            licence="terms of the Asian Development Bank",
            address="https://kidb.adb.org/globalization",
            sha256={path.name: sha},
        ),
        rounding=rounding,
        methods=(
            "The uses are the source's own; nothing was split. Output is the sum of uses.",
            "The source does not part value added into labour and capital, so it is one primary input of kind 'other'.",
            f"Residents' direct purchases abroad ({travel[0]:.6g} {money}) and non-residents' purchases in the country "
            f"({travel[1]:.6g} {money}) have no product and are left out of final use.",
        ),
    )


PUBLISHED = {"adb-mrio": PublishedLayout(read, "Asian Development Bank", world=True, head="F5", money="USD{year}m")}


def _cells(path: Path, mapping: FileMapping) -> tuple[Rows, str]:
    """The cells of the table's sheet, the one that is no legend, and the file's checksum."""
    listed = read_upload(path, sheets=("\0",), uneven=True)
    tables = [n for n in listed.names if n.casefold() != LEGEND and not listed.cells]
    if mapping.sheet is None and len(tables) > 1:
        raise UnknownName("sheet", "of the table", tables, where=path.name, fix='say which: sheet = "..." in a mapping')
    return column_values(path, tables[0] if tables else None, mapping), listed.sha256


def _corner(grid: Rows, path: Path) -> tuple[int, int]:
    """The row of codes and the first column of figures, from 0."""
    for i, row in enumerate(grid[:HEAD]):
        at = [j for j, cell in enumerate(row) if SECTOR.fullmatch(_text(cell))]
        if len(at) > 1 and i > 0 and at[0] >= 2:
            return i, at[0]
    what = "no row of the head has the codes of sectors (c1, c2 ...) below those of economies"
    raise TableError(what, where=path.name, fix="give the sheet of the table")


def _text(cell: object) -> str:
    return str(cell).strip()


def _pair(label: str) -> Pair | None:
    economy, _, code = label.partition(" ")
    return (economy, code) if code else None
