"""Symmetric input-output tables of Eurostat in basic prices, product × product or industry × industry.

naio_10_cp1700 and 1750 hold total, domestic and imported use as slices (``stk_flow``); domestic and imported use also
come as tables of their own (1800 and 1850, 1900 and 1950). JSON-stat, SDMX-CSV or TSV.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.door.grid import disagreements
from groundplan.tables.door.jsonstat import Cube, filled
from groundplan.tables.door.layout import Axis, Layout, fit
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.door.sdmx import open_cube
from groundplan.tables.published import PublishedLayout
from groundplan.tables.table import Table

FINALS = {
    "P3_S14": "household",
    "P3_S15": "nonprofit",
    "P3_S13": "government",
    "P51G": "investment",
    "P52": "inventories",
    "P53": "inventories",
}
EXPORTS, USE, OUTPUT, ADDED, WEAR = "P6", "TU", "P1", "B1G", "P51C"
PRIMARY = {"D21X31": "product_tax", "D1": "labour", "D29X39": "production_tax", "B2A3G": "capital"}
ROWS, COLUMNS = ("prd_ava", "ind_ava"), ("prd_use", "ind_use")
# Adjustments, totals and details of trade and of income that the tables print beside what is needed.
MEMO = r"CPA_TOTAL|TOTAL|[BDKOP]\d\w*|T[SUAF]\w*|(?:D[SP]6|SUP|IMP|DOM|ADJ|OP|DP|TOT|TFIN|INV)\w*"
SECTOR = r"(?:CPA_)?[A-U](?:\d[\w-]*|-[A-U])?"
DOMESTIC = Layout(
    "Eurostat input-output table, domestic use",
    rows=Axis(
        {"primary": tuple(PRIMARY), "total": (ADDED, OUTPUT)},
        also={"D21X31": ("D21_M_D31",), "D29X39": ("D29_M_D39",), "B2A3G": ("B2G_B3G",)},
        further=rf"{SECTOR}|{MEMO}",
    ),
    columns=Axis(
        {"final": (*FINALS, EXPORTS), "total": (USE,)},
        also={"P51G": ("P51",)},
        optional=("P53",),
        further=rf"{SECTOR}|{MEMO}",
    ),
)
IMPORTED = Layout(
    "Eurostat input-output table, use of imports",
    rows=Axis(further=DOMESTIC.rows.further if DOMESTIC.rows else None),
    columns=DOMESTIC.columns,
)


def read(
    domestic: Path,
    imported: Path,
    country: str,
    year: int,
    money: str,
    *,
    source: Source,
    mapping: FileMapping = NOTHING,
    country_name: str = "",
    rounding: float = 1.0,
) -> Table:
    """One country and year; ``domestic`` and ``imported`` may be the same file with both slices.

    The dimensions say whether the table is product × product (1700, 1800, 1900) or industry × industry (1750 ...).
    Units:  ``money`` / year; employment is compensation of employees in wage units.
    Errors: every fault at once: other dimensions, rows or columns that differ from the layout, another year or country,
            needed cells that are empty, printed totals that miss their parts.
    Source: Eurostat, Manual of Supply, Use and Input-Output Tables (2008), chapter 11 (pages not checked).
    """
    d, m = _cubes(domestic, imported, year, mapping)
    codes, parts = _sectors(d, m)
    finals = [f for f in FINALS if f in d.cells]
    uses = [*codes, *finals, EXPORTS]
    (home, home_up), (abroad, abroad_up) = (_use(c, parts[c.path, n], uses, n) for n, c in _named(d, m))
    primary = _bare_columns(d.cells).loc[list(PRIMARY), uses].fillna({EXPORTS: 0.0})
    raise_all(_identities(d, m, home, abroad, primary[codes], rounding), where=domestic.name)
    wear = _bare_columns(d.cells).reindex([WEAR, "K1"])[codes].dropna()
    wages = primary.loc[["D1"], codes].set_axis(["labour"], axis=0)
    return Table(
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
        primary=primary[codes],
        final_taxes=primary.T["D21X31"][[*finals, EXPORTS]].set_axis([*finals, "exports"]),
        final_kinds=pd.Series({f: FINALS[f] for f in finals}),
        primary_kinds=pd.Series(PRIMARY),
        labels=d.row_names.set_axis([_bare(c) for c in d.row_names.index])[codes].rename("label"),
        source=source,
        methods=(*_methods(_kind(d), home, d, codes, money), *(t for t in (home_up, abroad_up) if t)),
        rounding=rounding,
        employment=wages,
        employment_unit=f"base-year wage units ({money})",
        fixed_capital_consumption=wear.iloc[0] if len(wear) else None,
        published={"domestic": d.cells, "imported": m.cells},
        names={**{f: str(d.column_names[f]) for f in finals if f in d.column_names.index}, "labour": "Employees"},
    )


PUBLISHED = {
    "eurostat-iot": PublishedLayout(
        read, "Eurostat, naio_10", files=("domestic", "imported"), money="EUR{year}m", industries="isic4"
    ),
}


def _cubes(domestic: Path, imported: Path, year: int, mapping: FileMapping) -> tuple[Cube, Cube]:
    """Both slices under the names of the layout, of the same country and the year asked for."""
    cubes: list[Cube] = []
    faults: list[GroundplanError] = []
    for path, flow, layout in ((domestic, "DOM", DOMESTIC), (imported, "IMP", IMPORTED)):
        try:
            cube = open_cube(path, rows=ROWS, columns=COLUMNS, take={"stk_flow": flow}, mapping=mapping, year=year)
            cells = fit(cube.cells.astype(object), layout, mapping, where=f"{path.name}, {flow}").astype(float)
            cubes.append(Cube(cells, cube.row_names, cube.column_names, cube.slice, path))
        except GroundplanError as fault:
            faults.append(fault)
    raise_all(faults, where=f"{domestic.name}, {imported.name}")
    for cube in cubes:
        if cube.slice["time"] != str(year):
            what = f"the file is of {cube.slice['time']}, asked for {year}"
            faults.append(TableError(what, where=cube.path.name, fix=f"read {year}'s file"))
    if cubes[0].slice["geo"] != cubes[1].slice["geo"]:
        what = f"domestic use is of {cubes[0].slice['geo']}, imported use of {cubes[1].slice['geo']}"
        faults.append(TableError(what, fix="give one country's"))
    raise_all(faults, where=f"{domestic.name}, {imported.name}")
    return cubes[0], cubes[1]


def _kind(cube: Cube) -> str:
    return "product" if cube.row_names.name == ROWS[0] else "industry"


def _named(d: Cube, m: Cube) -> tuple[tuple[str, Cube], tuple[str, Cube]]:
    return ("domestic use", d), ("use of imports", m)


def _bare(code: object) -> str:
    return str(code).removeprefix("CPA_")


def _bare_columns(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.rename(columns=_bare)


def _sectors(d: Cube, m: Cube) -> tuple[list[str], dict[tuple[Path, str], pd.DataFrame]]:
    """Codes of the sectors, and the rows of both slices under them.

    Of a code and its halves (L68, L68A, L68B) the halves are read where both have output.
    """
    fixed = {*PRIMARY, ADDED, OUTPUT, *FINALS, EXPORTS, USE, "TOTAL"}
    output = _bare_columns(d.cells).loc[OUTPUT]
    codes = [c for c in map(_bare, d.cells.index) if c in output.index and c not in fixed]
    codes = [c for c in codes if not (output.reindex([c + "A", c + "B"]) > 0).all()]
    halves = {c for c in codes if c[:-1] in codes and c[-1] in "AB"}
    codes = [c for c in codes if c not in halves]
    faults: list[GroundplanError] = []
    parts: dict[tuple[Path, str], pd.DataFrame] = {}
    for name, cube in _named(d, m):
        rows = _bare_columns(cube.cells).rename(index=_bare)
        lacking = [c for c in codes if c not in rows.index or c not in rows.columns]
        if lacking:
            what = f"{name} lacks {len(lacking)} sectors: {', '.join(lacking[:6])}"
            faults.append(TableError(what, where=cube.path.name, fix="give the table of the same kind and edition"))
        else:
            parts[cube.path, name] = rows.loc[codes]
    if not codes:
        faults.append(
            TableError("no code is both a row and a column", where=d.path.name, fix="check the kind of table")
        )
    raise_all(faults, where=d.path.name)
    return codes, parts


def _use(cube: Cube, rows: pd.DataFrame, uses: list[str], what: str) -> tuple[pd.DataFrame, str]:
    """The use table without empty cells, and what was put there; ``TU`` is needed for every row."""
    empty = list(rows.index[rows[USE].isna()])
    if empty:
        message = f"{what}: total use is empty for {len(empty)} sectors: {', '.join(empty[:6])}"
        raise TableError(message, where=cube.path.name, fix="get an edition of the table that prints it")
    return filled(rows[uses], rows[USE], what)


def _identities(
    d: Cube, m: Cube, home: pd.DataFrame, abroad: pd.DataFrame, primary: pd.DataFrame, rounding: float
) -> list[GroundplanError]:
    """Faults of total use by row and of costs by column against their parts."""
    codes = list(primary.columns)
    use = {n: c.cells.rename(index=_bare)[USE][codes] for n, c in _named(d, m)}
    total = _bare_columns(d.cells).T
    costs = pd.concat([home[codes], abroad[codes], primary]).T
    added = primary.loc[["D1", "D29X39", "B2A3G"]].T
    cases = (
        (home, use["domestic use"], "domestic use", d),
        (abroad, use["use of imports"], "use of imports", m),
        (added, total[ADDED][codes], "value added", d),
        (costs, total[OUTPUT][codes], "costs and value added against output", d),
    )
    return [f for cells, s, what, cube in cases for f in disagreements(cells, s, rounding, what, cube.path.name)]


def _methods(kind: str, home: pd.DataFrame, d: Cube, codes: list[str], money: str) -> tuple[str, ...]:
    """What was computed, one sentence each."""
    gap = float(np.abs(home.sum(axis=1) - _bare_columns(d.cells).T[OUTPUT][codes]).max())
    return (
        f"The table is the source's own, {kind} × {kind} in basic prices; nothing was split or transformed.",
        f"Use of domestic output and the printed output differ by at most {gap:.3g} {money}; nothing was balanced.",
        "Valuables, where printed, are counted with changes in inventories.",
        "Residents' purchases abroad and visitors' purchases at home that have no product are left out.",
        "Employment is compensation of employees in wage units: one unit is the labour that earned one unit of money "
        "in the base year; the source counts no persons, and the work of the self-employed is in operating surplus.",
    )
