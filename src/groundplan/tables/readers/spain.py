"""Supply and use tables of Spain (INE, Contabilidad Nacional Anual), from INE's workbook ``cne_tod_*_en.xlsx``.

Supply at basic prices with margins and taxes, use at purchasers' prices, employment; no split of domestic and imported
use. The older editions, which print use of imports, are read as blocks: ``blocks.SPAIN``.
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
from groundplan.tables.door.sheets import Rows, sheets_of
from groundplan.tables.methods.supply_use import IMPORTS, METHODS, Layers, kept, layers
from groundplan.tables.methods.transformation import Model, Negatives, SupplyUse, transform
from groundplan.tables.published import PublishedLayout
from groundplan.tables.table import Table

OUTPUT, IMPORTED, BASIC, TAX = (
    "Total output",
    "Total imports (1)",
    "Total supply at basic prices",
    "Taxes less subsidies on products",
)
MARGINS, PURCHASERS = ("Trade margins", "Transport margins"), "Total supply at purchasers' prices"
FINALS = {
    "Final consumption expenditure by households": ("household", "household"),
    "Final consumption expenditure by non-profit institution serving households (NPISH)": ("nonprofit", "nonprofit"),
    "Final consumption expenditure by Public Administration": ("government", "government"),
    "Gross fix capital formation": ("fixed_investment", "investment"),
    "Changes in inventories and acquisitions less disposals of valuables": ("inventories", "inventories"),
}
EXPORTS, USE = "Total exports", "Total use"
COSTS = {
    "Compensation of employees": ("compensation", "labour"),
    "Other net taxes on production": ("production_taxes", "production_tax"),
    "Operating surplus": ("operating_surplus", "capital"),
    "Mixed income gross": ("mixed_income", "capital"),
}
VISITORS, ABROAD, ADJUSTED = (
    "Purchases on the domestic territory by non-residents",
    "Direct purchases abroad by residents",
    "CIF/FOB adjustments",
)
ADDED, GROSS, PERSONS = "Gross value added at basic prices", "Output at basic prices", "Employment (persons) Total"
PRODUCT = r"\d+ ?\. ?.+"
SUPPLY = Layout(
    "INE supply table",
    rows=Axis(
        {"adjustment": (ADJUSTED, VISITORS, ABROAD), "total": ("TOTAL",)},
        further=PRODUCT + r"|Market output|Output for own final use|Other non-market output",
    ),
    columns=Axis({"side": (OUTPUT, IMPORTED, BASIC, *MARGINS, TAX, PURCHASERS)}, further=".+"),
    code_columns=(1,),
)
USES = Layout(
    "INE use table",
    rows=Axis(
        {"costs": tuple(COSTS), "adjustment": (ADJUSTED, VISITORS, ABROAD), "total": (ADDED, GROSS, PERSONS)},
        also={"Mixed income gross": ("Mixed income, gross",)},
        further=PRODUCT + r"|[A-Z].*",
    ),
    columns=Axis({"final": (*FINALS, EXPORTS), "total": ("Total intermediate consumption", USE)}, further=".+"),
    code_columns=(1,),
)
# What travellers buy, as divisions of CPA: food to clothing, fuel, journeys, beds and meals, hire, tours, culture.
TRAVEL = {10, 11, 12, 13, 14, 15, 19, 49, 50, 51, 55, 56, 77, 79, 90, 91, 92, 93}


def read(
    path: Path,
    country: str,
    year: int,
    money: str,
    *,
    source: Source,
    model: Model = "D",
    negatives: Negatives = "keep",
    mapping: FileMapping = NOTHING,
    country_name: str = "",
    rounding: float = 0.1,
) -> Table:
    """INE's workbook of one year as an input-output table in basic prices; imports split in proportion.

    Sheets ``Table1`` (supply), ``Table2`` (use at purchasers' prices), ``Table6`` (products in CPA).
    Units:  ``money`` / year; employment in thousand persons.
    Errors: every fault of the workbook at once: sheets, rows or columns that differ, cells that are not numbers,
            another year, totals that miss their parts.
    Source: INE, Supply and use tables; Eurostat manual (2008), chapter 11 (pages not checked).
    """
    sheets = sheets_of(path, ("List of Tables", "Table1", "Table2", "Table6"))
    supply, use = _frames(sheets, path, year, mapping)
    industries = [c for c in SUPPLY.columns.others(supply.columns) if not c.endswith("EU imports")]
    products = [r for r in supply.index if re.fullmatch(PRODUCT, str(r))]
    raise_all(_identities(supply, use, products, industries, rounding, path), where=path.name)
    parts, abroad, visitors = _layers(
        supply, use, products, industries, _travel_weight(sheets["Table6"], products, use)
    )
    code = {p: "P" + _number(p) for p in products}
    short = {i: f"A{n:02d}" for n, i in enumerate(industries, 1)}
    io = transform(_accounts(supply, use, parts, code, short), model, negatives=negatives, money=money)
    finals, sectors = [name for name, _ in FINALS.values()], io.sectors
    words = {v: k for k, v in short.items()} | {v: str(k).split(".", 1)[1].strip() for k, v in code.items()}
    imported = io.imported.copy()
    spent = abroad.rename(index=code)
    if model in ("C", "D"):
        own = supply.loc[products, industries].idxmax(axis=1)
        spent = abroad.groupby(own.map(short)).sum().reindex(sectors, fill_value=0.0)
    imported["household"] += spent
    taxes = parts.taxes[[*FINALS, EXPORTS]].sum().set_axis([*finals, "exports"])
    return Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money,
        domestic_use=io.domestic[sectors],
        imported_use=imported[sectors],
        domestic_final=io.domestic[finals],
        imported_final=imported[finals],
        exports=io.domestic["exports"].rename("exports"),
        reexports=imported["exports"].rename("reexports"),
        primary=io.costs,
        final_taxes=taxes,
        final_kinds=pd.Series(dict(FINALS.values())),
        primary_kinds=pd.Series({"product_taxes": "product_tax", **dict(COSTS.values())}),
        labels=pd.Series({s: words[s] for s in sectors}, name="label"),
        source=source,
        methods=(*_methods(abroad.sum(), visitors.sum(), supply, money), *io.methods),
        rounding=rounding,
        employment=io.also,
        employment_unit="thousand persons",
        published={"supply": supply, "use": use, "computed:negatives": io.negatives, **kept(parts)},
        names={name: printed for rows in (FINALS, COSTS) for printed, (name, _) in rows.items()},
    )


PUBLISHED = {"ine": PublishedLayout(read, "INE, Contabilidad Nacional", money="EUR{year}m")}


def _frames(sheets: dict[str, Rows], path: Path, year: int, mapping: FileMapping) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables under the names of the layout; faults of both together."""
    frames: list[pd.DataFrame] = []
    faults: list[GroundplanError] = []
    for sheet, layout in (("Table1", SUPPLY), ("Table2", USES)):
        where = f"{path.name}, sheet {sheet}"
        try:
            frame = fit(labelled(_tidied(sheets[sheet]), layout, mapping, where=where), layout, mapping, where=where)
            frames.append(numbers(frame, path, empty=0.0))
        except GroundplanError as fault:
            faults.append(fault)
    title = " ".join(str(cell) for row in sheets["List of Tables"] for cell in row)
    if f"use tables {year}" not in title:
        fix = "read the workbook of that year"
        faults.append(TableError(f"the workbook does not say that it is of {year}", where=path.name, fix=fix))
    raise_all(faults, where=path.name)
    return frames[0], frames[1]


def _tidied(cells: Rows) -> np.ndarray:
    """The table from its header on: labels on one line, rows of labour told apart, rules and notes left out."""
    start = next((i for i, row in enumerate(cells) if any(str(c).startswith("Unit:") for c in row)), -1) + 1
    grid = np.array(cells[start:], dtype=object)
    grid[0] = [" ".join(str(cell).split()) for cell in grid[0]]
    grid[1] = ""
    group = ""
    for i in range(2, len(grid)):
        label = " ".join(str(grid[i, 1]).split())
        if label in ("Total", "Employees"):
            label = f"{group} {label}"
        else:
            group = label
        grid[i, 1] = label
        if label.startswith("(1)") or (label == "" and set(grid[i]) <= {"", 0.0}):
            grid[i] = ""
    return grid


def _identities(
    supply: pd.DataFrame, use: pd.DataFrame, products: list[str], industries: list[str], rounding: float, path: Path
) -> list[GroundplanError]:
    """Faults of the printed totals against their parts."""
    supplied, bought = supply.loc[products], use.loc[products]
    side = [BASIC, *MARGINS, TAX]
    incomes = use.loc[list(COSTS), industries].T
    costs = pd.concat([bought[industries], use.loc[list(COSTS), industries]]).T
    output, added = use.T[GROSS][industries], use.T[ADDED][industries]
    cases = (
        (supplied[industries], supplied[OUTPUT], "output by product"),
        (supplied[industries].T, output, "supply against output, by industry"),
        (supplied[[OUTPUT, IMPORTED]], supplied[BASIC], "supply at basic prices"),
        (supplied[side], supplied[PURCHASERS], "supply at purchasers' prices"),
        (bought[[*industries, *FINALS, EXPORTS]], bought[USE], "use by product"),
        (bought[[USE]], supplied[PURCHASERS], "use against supply, by product"),
        (incomes, added, "value added by industry"),
        (costs, output, "costs and value added against output, by industry"),
    )
    return [f for cells, total, what in cases for f in disagreements(cells, total, rounding, what, path.name)]


def _travel_weight(listed: Rows, products: list[str], use: pd.DataFrame) -> pd.Series:
    """Share of each product in household use of what travellers buy; products by their CPA divisions in Table6."""
    divisions = {_number(row[2]): set(map(int, re.findall(r"(?<![.\d])\d\d?(?!\d)", str(row[3])))) for row in listed}
    bought = [bool(divisions.get(_number(p), set()) & TRAVEL) for p in products]
    weight = use.loc[products, next(iter(FINALS))] * np.array(bought, dtype=float)
    if weight.sum() <= 0:
        raise TableError("no product that travellers buy was found by its CPA division", where="sheet Table6")
    share: pd.Series = weight / weight.sum()
    return share


def _number(label: object) -> str:
    """The number of a product: '7' of '7. Crude petroleum', '5 ' or 5.0."""
    return str(label).split(".")[0].strip()


def _layers(
    supply: pd.DataFrame, use: pd.DataFrame, products: list[str], industries: list[str], weight: pd.Series
) -> tuple[Layers, pd.Series, pd.Series]:
    """Use taken apart, visitors' purchases moved to exports; residents' and visitors' purchases by product."""
    household = next(iter(FINALS))
    abroad, visitors = weight * use[household][ABROAD], weight * use[EXPORTS][VISITORS]
    uses = use.loc[products, [*industries, *FINALS, EXPORTS]].copy()
    uses[household] -= visitors
    uses[EXPORTS] += visitors
    supplied = supply.loc[products]
    parts = layers(
        uses, supplied[list(MARGINS)], supplied[TAX], supplied[IMPORTED], exports=EXPORTS, re_exports="proportional"
    )
    return parts, abroad.rename(household), visitors.rename(EXPORTS)


def _accounts(
    supply: pd.DataFrame, use: pd.DataFrame, parts: Layers, code: dict[str, str], short: dict[str, str]
) -> SupplyUse:
    """Supply and use in basic prices under short codes."""
    columns = short | {printed: name for printed, (name, _) in FINALS.items()} | {EXPORTS: "exports"}
    industries = list(short)
    make = supply.loc[list(code), industries]
    costs = use.loc[list(COSTS), industries].rename(index={printed: name for printed, (name, _) in COSTS.items()})
    taxes = parts.taxes[industries].sum().to_frame("product_taxes").T
    return SupplyUse(
        make=make.rename(index=code, columns=short),
        domestic=parts.domestic.rename(index=code, columns=columns),
        imported=parts.imported.rename(index=code, columns=columns),
        costs=pd.concat([taxes, costs]).rename(columns=short),
        also=use.loc[[PERSONS], industries].set_axis(["labour"], axis=0).rename(columns=short),
        own=make.idxmax(axis=1).map(short).rename(index=code),
    )


def _methods(abroad: float, visitors: float, supply: pd.DataFrame, money: str) -> tuple[str, ...]:
    """What was computed before the model, one sentence each."""
    return (
        *METHODS,
        IMPORTS["proportional"],
        f"Visitors' purchases in the country ({visitors:.6g} {money}) are moved from household consumption to exports, "
        f"and residents' purchases abroad ({abroad:.6g} {money}) are added to imported household consumption, both in "
        "proportion to household use of the products that travellers buy.",
        f"The cif/fob adjustment of imports and exports alike ({supply[IMPORTED][ADJUSTED]:.6g} {money}) has no "
        "product and is left out of both.",
    )
