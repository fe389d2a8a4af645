"""Supply and use tables of Eurostat (naio_10_cp15 and naio_10_cp16), read from JSON-stat, SDMX-CSV or TSV.

Supply at basic prices with margins and taxes, use at purchasers' prices; products CPA × industries NACE, read at the
level of 65 industries that every member state prints, where products and industries pair one to one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.door.grid import absent, disagreements
from groundplan.tables.door.jsonstat import Cube, filled
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.door.sdmx import open_cube
from groundplan.tables.methods.supply_use import IMPORTS, METHODS, Layers, kept, layers, sales_shares
from groundplan.tables.methods.transformation import Model, Negatives, SupplyUse, transform
from groundplan.tables.published import PublishedLayout
from groundplan.tables.table import Table

INDUSTRY_CODES = """
    A01 A02 A03 B C10-12 C13-15 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26 C27 C28 C29 C30 C31_32 C33 D E36
    E37-39 F G45 G46 G47 H49 H50 H51 H52 H53 I J58 J59_60 J61 J62_63 K64 K65 K66 L68A L68B M69_70 M71 M72 M73
    M74_75 N77 N78 N79 N80-82 O P Q86 Q87_88 R90-92 R93 S94 S95 S96 T U
"""
INDUSTRIES = INDUSTRY_CODES.split()
PRODUCTS = ["CPA_" + industry for industry in INDUSTRIES]
FINALS = {
    "P3_S14": "household",
    "P3_S15": "nonprofit",
    "P3_S13": "government",
    "P51G": "investment",
    "P52": "inventories",
    "P53": "inventories",
}
PRIMARY = {"D1": "labour", "B2A3G": "capital", "D29X39": "production_tax"}
CAPITAL = ["LE", "P51C", "P51G"]
# What travellers buy: food and drink, clothing, fuel, journeys, beds and meals, hire, tours, culture and sport.
TRAVEL = ["CPA_" + p for p in ("C10-12", "C13-15", "C19", "H49", "H50", "H51", "I", "N77", "N79", "R90-92", "R93")]


def read(
    supply: Path,
    use: Path,
    country: str,
    year: int,
    money: str,
    *,
    source: Source,
    model: Model = "D",
    negatives: Negatives = "keep",
    mapping: FileMapping = NOTHING,
    country_name: str = "",
    rounding: float = 1.0,
) -> Table:
    """One country and year as a table in basic prices, industry × industry unless another ``model`` is asked for.

    Units:  ``money`` / year; capital stock in ``money``; employment is compensation of employees in wage units.
    Errors: every fault of a file at once: cut-short JSON, other dimensions, missing or repeated codes, cells that are
            not numbers; then every printed total that misses its parts.
    Source: Eurostat, Manual of Supply, Use and Input-Output Tables (2008), chapter 11 (pages not checked).
    """
    s, u = _cubes(supply, use, year, mapping)
    make, make_filled = filled(s.cells.loc[PRODUCTS, INDUSTRIES], s.cells.loc[PRODUCTS, "TOTAL"], "the supply table")
    bought, use_filled = filled(u.cells.loc[PRODUCTS, INDUSTRIES], u.cells.loc[PRODUCTS, "TOTAL"], "the use table")
    raise_all(_identities(s, u, rounding), where=f"{supply.name}, {use.name}")
    abroad, visitors = _travel(s, u)
    finals, exports = list(FINALS), u.cells.loc[PRODUCTS, "P6"]
    uses = bought.join(u.cells.loc[PRODUCTS, finals]).assign(P6=exports + visitors)
    uses["P3_S14"] -= visitors
    column = s.cells.loc[PRODUCTS]
    parts = layers(uses, column[["OTTM"]], column["D21X31"], column["P7"], exports="P6", re_exports="proportional")
    a = SupplyUse(
        make=make,
        domestic=parts.domestic,
        imported=parts.imported,
        costs=pd.concat([u.cells.loc[list(PRIMARY), INDUSTRIES], _taxes(parts)]),
        also=_also(u),
        own=pd.Series(INDUSTRIES, index=PRODUCTS),
    )
    io = transform(a, model, negatives=negatives, money=money)
    sectors = io.sectors
    spent = abroad if model in ("A", "B") else sales_shares(make, a.own) @ abroad
    imported_final = io.imported[finals].assign(P3_S14=io.imported["P3_S14"] + spent)
    return Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money,
        domestic_use=io.domestic[sectors],
        imported_use=io.imported[sectors],
        domestic_final=io.domestic[finals],
        imported_final=imported_final,
        exports=io.domestic["P6"].rename("exports"),
        reexports=io.imported["P6"].rename("reexports"),
        primary=io.costs,
        final_taxes=parts.taxes[[*finals, "P6"]].sum().set_axis([*finals, "exports"]).rename("final_taxes"),
        final_kinds=pd.Series(FINALS),
        primary_kinds=pd.Series({**PRIMARY, "product_taxes": "product_tax"}),
        labels=(s.column_names if model in ("C", "D") else s.row_names)[sectors],
        source=source,
        methods=(*_methods(s, u, money), *io.methods, *(m for m in (make_filled, use_filled) if m)),
        rounding=rounding,
        employment=io.also.loc[["labour"]],
        employment_unit=f"base-year wage units ({money})",
        capital_stock=_row(io.also, "LE"),
        # The closing balance sheet, LE, has no code of an asset: fixed or not, before or after wear.
        capital_is_fixed=False,
        fixed_capital_consumption=_row(io.also, "P51C"),
        investment_by_sector=_row(io.also, "P51G"),
        published={
            "supply": s.cells,
            "use": u.cells,
            "computed:residents_abroad": abroad.to_frame(),
            "computed:visitors": visitors.to_frame(),
            **kept(parts),
        },
        names=_names(u),
    )


PUBLISHED = {
    "eurostat-sut": PublishedLayout(
        read, "Eurostat, naio_10_cp15/16", files=("supply", "use"), money="EUR{year}m", industries="isic4"
    ),
}


def _names(u: Cube) -> dict[str, str]:
    """Final uses and incomes in the publisher's words."""
    return {
        **{f: str(u.column_names[f]) for f in FINALS},
        **{p: str(u.row_names[p]) for p in PRIMARY},
        "product_taxes": "Taxes less subsidies on products",
        "labour": str(u.row_names["D1"]),
    }


def _cubes(supply: Path, use: Path, year: int, mapping: FileMapping) -> tuple[Cube, Cube]:
    """Both files, with the rows and columns that the reader needs and no gaps in them."""
    s = open_cube(supply, rows="prd_amo", columns="ind_impv", mapping=mapping, year=year)
    u = open_cube(use, rows="prd_ava", columns="ind_use", mapping=mapping, year=year)
    products = ["CPA_TOTAL", *PRODUCTS]
    faults = absent([*products, "TOTADJ", "OP_RES"], s.cells.index, "row", supply)
    faults += absent([*INDUSTRIES, "TOTAL", "D21X31", "OTTM", "P7", "TS_PP"], s.cells.columns, "column", supply)
    wanted = [*products, *PRIMARY, "B1G", "P1", "OP_RES", "OP_NRES"]
    faults += absent(wanted, u.cells.index, "row", use)
    faults += absent([*INDUSTRIES, "TOTAL", *FINALS, "P6", "TU"], u.cells.columns, "column", use)
    faults += [
        TableError(f"the file is of {cube.slice['time']}, asked for {year}", where=path.name, fix=f"read {year}'s file")
        for cube, path in ((s, supply), (u, use))
        if cube.slice["time"] != str(year)
    ]
    if s.slice["geo"] != u.slice["geo"]:
        faults.append(TableError(f"supply is of {s.slice['geo']}, use of {u.slice['geo']}", fix="give one country's"))
    raise_all(faults, where=f"{supply.name}, {use.name}")
    faults += _gaps(s.cells.loc[PRODUCTS, ["TOTAL", "D21X31", "OTTM", "P7", "TS_PP"]], supply)
    faults += _gaps(u.cells.loc[PRODUCTS, ["TOTAL", *FINALS, "P6", "TU"]], use)
    faults += _gaps(u.cells.loc[[*PRIMARY, "B1G", "P1"], INDUSTRIES], use)
    raise_all(faults, where=f"{supply.name}, {use.name}")
    return s, u


def _gaps(block: pd.DataFrame, path: Path) -> list[GroundplanError]:
    """A fault for cells that no total can give back."""
    where = [f"{block.index[i]} × {block.columns[j]}" for i, j in np.argwhere(block.isna().to_numpy())]
    if not where:
        return []
    return [
        TableError(
            f"{len(where)} needed cells are empty or confidential: {', '.join(where[:6])}",
            where=path.name,
            fix="get an edition of the table that prints them",
        )
    ]


def _identities(s: Cube, u: Cube, rounding: float) -> list[GroundplanError]:
    """Faults of the printed totals against their parts; rows and columns with empty cells are passed over."""
    supply, use = s.cells, u.cells
    make, bought = supply.loc[PRODUCTS, INDUSTRIES], use.loc[PRODUCTS, INDUSTRIES]
    side = ["D21X31", "OTTM", "P7", "TS_PP"]
    final = [*FINALS, "P6"]
    costs = use.loc[["CPA_TOTAL", "B1G"], INDUSTRIES]
    supply_row, use_row = supply.T, use.T
    cases = [
        (make, supply["TOTAL"][PRODUCTS], "output by product", s),
        (make.T, supply_row["CPA_TOTAL"][INDUSTRIES], "output by industry", s),
        (supply.loc[PRODUCTS, side].T, supply_row["CPA_TOTAL"][side], "imports, margins and taxes", s),
        (supply.loc[PRODUCTS, ["TOTAL", *side[:3]]], supply["TS_PP"][PRODUCTS], "supply by product", s),
        (bought, use["TOTAL"][PRODUCTS], "intermediate use by product", u),
        (bought.T, use_row["CPA_TOTAL"][INDUSTRIES], "intermediate use by industry", u),
        (use.loc[PRODUCTS, final].T, use_row["CPA_TOTAL"][final], "final use", u),
        (use.loc[PRODUCTS, ["TOTAL", *final]], use["TU"][PRODUCTS], "use by product", u),
        (use.loc[list(PRIMARY), INDUSTRIES].T, use_row["B1G"][INDUSTRIES], "value added by industry", u),
        (costs.T, use_row["P1"][INDUSTRIES], "costs and value added against output", u),
        (make.T, use_row["P1"][INDUSTRIES], "output of the two tables", u),
        (bought.join(use.loc[PRODUCTS, final]), supply["TS_PP"][PRODUCTS], "use against supply", u),
    ]
    return [
        f for cells, total, what, cube in cases for f in disagreements(cells, total, rounding, what, cube.path.name)
    ]


def _travel(s: Cube, u: Cube) -> tuple[pd.Series, pd.Series]:
    """Residents' purchases abroad and visitors' purchases, by product, in proportion to household use of TRAVEL."""
    weight = pd.Series(0.0, index=PRODUCTS)
    weight[TRAVEL] = u.cells["P3_S14"][TRAVEL]
    weight = weight / weight.sum()
    abroad = s.cells["P7"].reindex(["OP_RES"]).fillna(0.0).sum()
    visitors = u.cells["P6"].reindex(["OP_NRES"]).fillna(0.0).sum()
    return (weight * abroad).rename("P3_S14"), (weight * visitors).rename("P6")


def _taxes(parts: Layers) -> pd.DataFrame:
    return parts.taxes[INDUSTRIES].sum().to_frame("product_taxes").T


def _also(u: Cube) -> pd.DataFrame:
    """Compensation of employees, and the rows on capital where every cell is printed."""
    capital = u.cells.reindex(CAPITAL)[INDUSTRIES].dropna()
    return pd.concat([u.cells.loc[["D1"], INDUSTRIES].set_axis(["labour"], axis=0), capital])


def _row(frame: pd.DataFrame, row: str) -> pd.Series | None:
    return frame.T[row] if row in frame.index else None


def _methods(s: Cube, u: Cube, money: str) -> tuple[str, ...]:
    """What was computed, one sentence each."""
    adjustment = s.cells["P7"].reindex(["P7_ADJ", "ADJ_P7"]).dropna()
    abroad, visitors = (moved.sum() for moved in _travel(s, u))
    products = ", ".join(p.removeprefix("CPA_") for p in TRAVEL)
    return (
        *METHODS,
        "Trade and transport margins are one figure by product, so the margin of a product is bought from trade and "
        "transport in the proportions of their receipts as a whole.",
        IMPORTS["proportional"],
        f"Visitors' purchases in the country ({visitors:.6g} {money}) are moved from household consumption to exports, "
        f"and residents' purchases abroad ({abroad:.6g} {money}) are added to imported household consumption, both "
        f"in proportion to household use of the products {products}.",
        f"The cif/fob adjustment of imports and exports alike ({adjustment.sum():.6g} {money}) has no product and is "
        "left out of both.",
        "Industries are read at the 65-industry level; finer rows of the file are not used.",
        "Valuables are counted with changes in inventories.",
        "Employment is compensation of employees in wage units: one unit is the labour that earned one unit of money "
        "in the base year; the source counts no persons, and the work of the self-employed is in operating surplus.",
    )
