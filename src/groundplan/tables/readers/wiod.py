"""National input-output tables of the World Input-Output Database, 2016 release: a year as CSV, or a panel of years.

Rows ``Origin, Code, Description``: 56 domestic, 56 imported (cif) and 8 total rows; columns 56 industries, five final
categories, exports and output; basic prices (Timmer, Dietzenbacher, Los, Stehrer and de Vries 2015).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.sources import Source, sha256
from groundplan.tables.door.grid import absent, disagreements, numbers, read_grid, repeats
from groundplan.tables.industry_classes import stated
from groundplan.tables.published import PublishedLayout
from groundplan.tables.table import Table

FINALS = {
    "CONS_h": "household",
    "CONS_np": "nonprofit",
    "CONS_g": "government",
    "GFCF": "investment",
    "INVEN": "inventories",
}
PRIMARY = {"VA": "other", "TXSP": "product_tax", "EXP_adj": "margin", "IntTTM": "margin"}
TRAVEL = ("PURR", "PURNR")
ROUNDING = 0.01  # nine significant digits of flows that reach 10⁶ million


def read(path: Path, country: str, year: int, money: str, *, country_name: str = "") -> Table:
    """One country and year, domestic and imported uses as the source gives them, from a CSV or a panel (.parquet).

    Units:  ``money`` / year.
    Errors: every fault of the file at once: rows or columns missing or repeated, cells that are not numbers, negative
            output, uses that do not add up to output.
    Source: Timmer et al. (2015), Review of International Economics 23: 575-605; doi 10.34894/PJ2M1C.
    """
    if path.suffix.lower() == ".parquet":
        (table,) = read_panel(path, country, years=[year], country_name=country_name)
        return table if table.money == money else replace(table, money=money)
    return _table(read_grid(path, code_columns=(0, 1)), path, country, year, money, country_name)


PUBLISHED = {"wiod2016-national": PublishedLayout(read, "University of Groningen", money="USD{year}m")}


def read_panel(
    path: Path, country: str, *, years: Collection[int] | None = None, country_name: str = ""
) -> list[Table]:
    """All years of one country, or those of ``years``, from a Parquet file with a column ``Year``; oldest first.

    Units:  current USD m / year; ``money`` names each year's own dollar.
    Errors: no such file, no Parquet, no reader for it; years that are not there; every fault of every year at once.
    Source: as ``read``.
    """
    whole = _panel(path)
    available = sorted(map(int, whole["Year"].unique()))
    wanted = available if years is None else sorted(years)
    faults: list[GroundplanError] = [
        UnknownName("year", y, available, where=path.name) for y in wanted if y not in available
    ]
    tables: list[Table] = []
    for year in wanted if not faults else []:
        one = whole[whole["Year"] == year]
        grid = one.drop(columns=["Year", "Origin", "Code"])
        grid = grid.set_axis((one["Origin"] + " " + one["Code"]).to_list(), axis=0)
        try:
            raise_all(repeats(grid.index, "row", path))
            tables.append(_table(grid, path, country, year, f"USD{year}m", country_name))
        except GroundplanError as fault:
            faults.append(TableError(f"{year}: {fault.what}", where=fault.where, fix=fault.fix))
    raise_all(faults, where=str(path))
    return tables


def _panel(path: Path) -> pd.DataFrame:
    """The Parquet file with the columns that name its rows."""
    if not path.is_file():
        raise TableError("there is no such file", where=str(path), fix="check the path")
    try:
        whole = pd.read_parquet(path)
    except ImportError:
        fix = "pip install pyarrow, or give one CSV file for each year"
        raise TableError("no reader of Parquet is installed", where=path.name, fix=fix) from None
    except (OSError, ValueError) as error:
        raise TableError(f"the file is no Parquet: {error}", where=path.name, fix="get the file again") from None
    raise_all(absent(["Year", "Origin", "Code", "Description"], whole.columns, "column", path), where=str(path))
    return whole


def _table(grid: pd.DataFrame, path: Path, country: str, year: int, money: str, country_name: str) -> Table:
    """One year from its cells; rows are named ``origin code``."""
    codes = [r.removeprefix("Domestic ") for r in grid.index if r.startswith("Domestic ")]
    _check_labels(grid, codes, path)
    values = numbers(grid.drop(columns="Description"), path)
    domestic = values.loc[["Domestic " + c for c in codes]].set_axis(codes, axis=0)
    imported = values.loc[["Imports " + c for c in codes]].set_axis(codes, axis=0)
    total = values.loc[["TOT " + c for c in (*PRIMARY, *TRAVEL, "GO")]].set_axis([*PRIMARY, *TRAVEL, "GO"], axis=0)
    _check_output(domestic, codes, path)
    finals = list(FINALS)
    final_taxes = total.loc[["TXSP", "EXP_adj", "IntTTM"], [*finals, "EXP"]].sum()
    return Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money,
        domestic_use=domestic[codes],
        imported_use=imported[codes],
        domestic_final=domestic[finals],
        imported_final=imported[finals],
        exports=domestic["EXP"],
        reexports=imported["EXP"],
        primary=total.loc[list(PRIMARY), codes],
        final_taxes=final_taxes.rename({"EXP": "exports"}),
        final_kinds=pd.Series(FINALS),
        primary_kinds=pd.Series(PRIMARY),
        labels=grid.loc[["Domestic " + c for c in codes], "Description"].str.strip().set_axis(codes),
        classes=stated("isic4", codes),
        source=_source(path, country, year),
        methods=_methods(total.loc[list(TRAVEL), finals].sum(axis=1), money),
        rounding=ROUNDING,
        published={"wiod": values},
        names={c: grid["Description"]["TOT " + c].strip() for c in PRIMARY},
    )


def _check_labels(grid: pd.DataFrame, codes: list[str], path: Path) -> None:
    """The rows and columns that the reader needs."""
    faults = absent(["Description", *codes, *FINALS, "EXP", "GO"], grid.columns, "column", path)
    rows = [*("Imports " + c for c in codes), *("TOT " + c for c in (*PRIMARY, *TRAVEL, "GO"))]
    faults += absent(rows, grid.index, "row", path)
    extra = [c for c in grid.columns if c not in {"Description", *codes, *FINALS, "EXP", "GO"}]
    faults += absent(["Domestic " + c for c in extra], grid.index, "row", path)
    if not codes:
        faults.append(
            TableError("no row has the origin 'Domestic'", where=path.name, fix="give origin, code, description first")
        )
    raise_all(faults, where=str(path))


def _check_output(domestic: pd.DataFrame, codes: list[str], path: Path) -> None:
    """Output is not negative and equals its uses."""
    output = domestic["GO"]
    faults: list[GroundplanError] = [
        TableError(f"sector '{c}' has negative output {x:g}", where=path.name, fix="check its row")
        for c, x in output[output < 0].items()
    ]
    faults += disagreements(domestic[[*codes, *FINALS, "EXP"]], output, ROUNDING, "uses against output", path.name)
    raise_all(faults, where=str(path))


def _source(path: Path, country: str, year: int) -> Source:
    return Source(
        publisher="University of Groningen, Growth and Development Centre",
        title=f"World Input-Output Database, national table of {country} {year}",
        vintage="release of November 2016",
        licence="CC BY 4.0",
        address="https://doi.org/10.34894/PJ2M1C",
        sha256={path.name: sha256(path)},
    )


def _methods(travel: pd.Series, money: str) -> tuple[str, ...]:
    """What was computed, one sentence each."""
    return (
        "Domestic and imported uses are the source's own; nothing was split.",
        "The source does not part value added into labour and capital, so it is one primary input of kind 'other' and "
        "there is no employment.",
        "Taxes of final uses are their taxes less subsidies on products, cif/fob adjustment and international "
        "transport margins.",
        f"Residents' direct purchases abroad ({travel['PURR']:.6g} {money}) and non-residents' purchases in the "
        f"country ({travel['PURNR']:.6g} {money}) have no product and are left out of final use and trade.",
    )
