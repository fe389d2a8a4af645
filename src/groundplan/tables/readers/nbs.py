"""National input-output tables of China (National Bureau of Statistics), product × product in producers' prices.

Competitive imports: uses are of domestic and imported products together, imports stand in one column with what is left
of the balance in ``ERR`` (others), where the edition has it. Rows and columns carry the bureau's codes: products,
``TII`` and ``TIU`` (intermediate), ``VA001``-``VA004``, ``TVA``, ``TI``; ``FU101`` rural and ``FU102`` urban
households, ``FU103`` government, ``FU201`` fixed capital, ``FU202`` inventories, ``EX``, ``IM``, ``GO``. Editions of
153, 149, 139 and 42 products share them; the unit is 10,000 yuan.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.door.grid import disagreements, numbers
from groundplan.tables.door.layout import Axis, Layout, fit, labelled
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.door.sheets import Rows, column_values
from groundplan.tables.methods.supply_use import IMPORTS, layers
from groundplan.tables.published import PublishedLayout
from groundplan.tables.table import Table, in_units

FINALS = {
    "FU101": "household",
    "FU102": "household",
    "FU103": "government",
    "FU201": "investment",
    "FU202": "inventories",
}
EXPORTS, IMPORTED, OTHERS, OUTPUT, USED = "EX", "IM", "ERR", "GO", "TIU"
PRIMARY = {"VA001": "labour", "VA002": "production_tax", "VA003": "capital", "VA004": "capital"}
SPENT, ADDED, TOTAL = "TII", "TVA", "TI"
NAMES = {
    "FU101": "Rural households",
    "FU102": "Urban households",
    "FU103": "Government",
    "FU201": "Gross fixed capital formation",
    "FU202": "Changes in inventories",
    OTHERS: "Others (what the source leaves of the balance)",
    "VA001": "Compensation of labour",
    "VA002": "Net taxes on production",
    "VA003": "Depreciation of fixed capital",
    "VA004": "Operating surplus",
}
UNIT = 10_000.0  # yuan, as the tables print them
CODE, MARK = r"\d{2,5}[A-Za-z]?", ("代码", "Code")
LAYOUT = Layout(
    "NBS input-output table",
    rows=Axis({"spent": (SPENT,), "primary": tuple(PRIMARY), "total": (ADDED, TOTAL)}, further=CODE),
    columns=Axis(
        {"final": (*FINALS, EXPORTS), "side": (IMPORTED, OTHERS, OUTPUT, USED), "sums": ("THC", "TC", "GCF", "TFU")},
        also={OTHERS: ("OTH", "ERROR")},
        optional=(OTHERS, "THC", "TC", "GCF", "TFU"),
        further=CODE,
    ),
    square=True,
)


def read(
    path: Path,
    country: str,
    year: int,
    money: str,
    *,
    source: Source,
    sheet: str | None = None,
    names: dict[str, str] | None = None,
    mapping: FileMapping = NOTHING,
    country_name: str = "",
    rounding: float = 1.0,
) -> Table:
    """The bureau's workbook or CSV of one year; imports split in proportion, for the source has no split.

    ``names`` gives product codes their English names; the names that the table prints stand for the rest.
    Units:  ``money`` / year: the table prints 10,000 yuan, which is converted; employment in wage units.
    Errors: every fault of the file at once: no row and column of codes, rows or columns that differ from the layout,
            cells that are not numbers, imports above what is used, printed totals that miss their parts.
    Source: National Bureau of Statistics of China, Input-Output Tables of China (layout from public readers of the
            2012, 2017 and 2018 tables).
    """
    cells = column_values(path, sheet, mapping)
    grid, printed = _coded(cells, path)
    raise_all(_other_year(cells, year, path), where=str(path))
    frame = numbers(
        fit(labelled(grid, LAYOUT, mapping, where=path.name), LAYOUT, mapping, where=path.name), path, empty=0.0
    )
    codes = LAYOUT.columns.others(frame.columns)
    raise_all(_identities(frame, codes, rounding, path), where=str(path))
    finals = [*FINALS, *([OTHERS] if OTHERS in frame else [])]
    uses = frame.loc[codes, [*codes, *finals, EXPORTS]]
    nothing = pd.Series(0.0, index=codes)
    split = uses.drop(columns=OTHERS, errors="ignore")
    parts = layers(
        split, nothing.to_frame("none"), nothing, frame.loc[codes, IMPORTED], exports=EXPORTS, re_exports="proportional"
    )
    home, abroad = (p.reindex(columns=uses.columns, fill_value=0.0) for p in (parts.domestic, parts.imported))
    if OTHERS in frame:
        home[OTHERS] = uses[OTHERS]
    wages = frame.loc[["VA001"], codes].set_axis(["labour"], axis=0)
    words = printed | (names or {})
    table = Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money,
        domestic_use=home[codes],
        imported_use=abroad[codes],
        domestic_final=home[finals],
        imported_final=abroad[finals],
        exports=home[EXPORTS].rename("exports"),
        reexports=abroad[EXPORTS].rename("reexports"),
        primary=frame.loc[list(PRIMARY), codes],
        final_taxes=pd.Series(0.0, index=[*finals, "exports"], name="final_taxes"),
        final_kinds=pd.Series({**FINALS, OTHERS: "inventories"})[finals],
        primary_kinds=pd.Series(PRIMARY),
        labels=pd.Series({c: words.get(c, c) for c in codes}, name="label"),
        source=source,
        methods=_methods(frame.loc[codes], money),
        rounding=rounding,
        employment=wages,
        employment_unit=f"base-year wage units ({money})",
        fixed_capital_consumption=frame.T["VA003"][codes],
        published={"nbs": frame},
        names={code: name for code, name in NAMES.items() if code in finals or code in PRIMARY} | {"labour": "Labour"},
    )
    return in_units(table, UNIT)


PUBLISHED = {"nbs": PublishedLayout(read, "National Bureau of Statistics of China", money="CNY{year}m")}


def _coded(cells: Rows, path: Path) -> tuple[np.ndarray, dict[str, str]]:
    """The grid with the codes as its first row and column; code → name as printed.

    The cell that reads ``代码`` (code) stands where the row and the column of codes meet; blocks beside them name them
    in words; so do columns of words right of the codes.
    """
    at = [(i, j) for i, row in enumerate(cells[:20]) for j, c in enumerate(row[:10]) if str(c).strip() in MARK]
    if not at:
        raise TableError(
            f"no cell of the head reads {' or '.join(MARK)}",
            where=path.name,
            fix="give the sheet of the table with its row and column of codes",
        )
    i, j = at[-1]
    grid = np.array(cells[i:], dtype=object)[:, j:]
    words = [k for k in range(1, grid.shape[1]) if str(grid[0, k]).strip() and not any(map(_figure, grid[1:, k]))]
    beside = j - 1 if j > 0 else j + words[0] if words else j
    printed = {str(row[j]).strip(): " ".join(str(row[beside]).split()) for row in cells[i + 1 :]}
    grid = np.delete(grid, words, axis=1)
    codes = [not str(c).strip() for c in grid[:, 0]]
    # Notes and sources below the table have no code and no figures.
    notes = np.array([bare and not any(_figure(c) for c in row[1:]) for bare, row in zip(codes, grid, strict=True)])
    return grid[~notes], {c: n for c, n in printed.items() if re.fullmatch(CODE, c) and n}


def _other_year(cells: Rows, year: int, path: Path) -> list[GroundplanError]:
    """A fault where the head names years (``2018年``) and not the one asked for."""
    said = {y for row in cells[:10] for cell in row for y in re.findall(r"((?:19|20)\d\d)\s*年", str(cell))}
    if not said or str(year) in said:
        return []
    what = f"the table is of {', '.join(sorted(said))}, asked for {year}"
    return [TableError(what, where=path.name, fix=f"read {year}'s table")]


def _figure(cell: object) -> bool:
    return isinstance(cell, float | int) or bool(re.fullmatch(r"-?[\d.]+", str(cell).strip()))


def _identities(frame: pd.DataFrame, codes: list[str], rounding: float, path: Path) -> list[GroundplanError]:
    """Faults of imports above use, of negative output, and of the printed totals against their parts."""
    row = frame.loc[codes]
    finals = [*FINALS, EXPORTS]
    others = row[[OTHERS]] if OTHERS in frame else row[[]]
    balance = row[[*codes, *finals]].join(others).assign(imports=-row[IMPORTED])
    over = row.index[row[IMPORTED] > row[[*codes, *finals]].sum(axis=1) + rounding]
    faults: list[GroundplanError] = [
        TableError(f"product '{c}' imports more than is used of it", where=path.name, fix="check its row") for c in over
    ]
    faults += [
        TableError(f"product '{c}' has negative output {x:g}", where=path.name, fix="check its row")
        for c, x in row[OUTPUT][row[OUTPUT] < 0].items()
    ]
    column = frame.T
    costs = pd.concat([row[codes], frame.loc[list(PRIMARY), codes]]).T
    cases = [
        (row[codes], row[USED], "intermediate use"),
        (balance, row[OUTPUT], "uses less imports against output"),
        (row[codes].T, column[SPENT][codes], "intermediate input"),
        (frame.loc[list(PRIMARY), codes].T, column[ADDED][codes], "value added"),
        (costs, column[TOTAL][codes], "costs and value added against total input"),
        (row[[OUTPUT]], column[TOTAL][codes], "output against total input"),
    ]
    return faults + [f for cells, total, what in cases for f in disagreements(cells, total, rounding, what, path.name)]


def _methods(row: pd.DataFrame, money: str) -> tuple[str, ...]:
    """What was computed, one sentence each."""
    others: tuple[str, ...] = ()
    if OTHERS in row:
        x = row[OTHERS]
        others = (
            f"The column 'others', what the source leaves of the balance ({x.sum():.6g} {money} in all, "
            f"{x.abs().sum():.6g} without regard to sign), is kept as a final category of kind inventories, all of it "
            "domestic.",
        )
    return (
        "The source has competitive imports: it prints uses of domestic and imported products together and no split. "
        "The split is by proportionality, the same import share for every use of a product.",
        IMPORTS["proportional"],
        *others,
        "Prices are producers' prices: taxes on products are in the prices and in net taxes on production, so there "
        "are no taxes of final uses and value added is GDP.",
        "Rural and urban households are two final categories of kind household.",
        "Employment is compensation of labour in wage units: one unit is the labour that earned one unit of money in "
        "the base year; the source counts no persons.",
    )
