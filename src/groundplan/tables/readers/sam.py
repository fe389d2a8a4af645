"""Social accounting matrices of the IFPRI Nexus layout: square, receipts in rows, payments in columns.

Activities ``a*`` sell to commodities ``c*`` of the same stem; commodities carry trade margins (``trc``), taxes and
imports; households buy commodities and eat part of what activities make (Lofgren, Harris and Robinson 2002).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.door.grid import absent, disagreements, numbers, read_grid, repeats
from groundplan.tables.methods.supply_use import IMPORTS, METHODS, Layers, kept, layers, sales_shares, symmetric
from groundplan.tables.published import PublishedLayout
from groundplan.tables.table import Table

FINAL = {"household": "household", "government": "government", "savings": "investment", "stocks": "inventories"}
TAXES = "tax-product"
KINDS = ("activity", "commodity", "transaction-cost", "factor", TAXES, "row", *FINAL)


@dataclass(frozen=True, eq=False)
class _Matrix:
    """The matrix as printed and without its totals, the names and kinds of its accounts (account → text)."""

    printed: pd.DataFrame
    cells: pd.DataFrame
    names: pd.Series
    kinds: pd.Series

    def of(self, kind: str) -> list[str]:
        return list(self.kinds.index[self.kinds == kind])


def read(
    path: Path,
    country: str,
    year: int,
    money: str,
    *,
    kinds: Path,
    source: Source,
    controls: Path | None = None,
    country_name: str = "",
    rounding: float = 1.0,
) -> Table:
    """One country's social accounting matrix as a table in basic prices.

    ``kinds`` is a CSV of account, kind; ``controls`` a CSV of aggregate, value in the money of the matrix.
    Units:  ``money`` / year.
    Errors: every fault of the file at once: cells that are not numbers, accounts missing or repeated, a matrix that
            is not square, totals that differ from their parts by more than the cells' rounding can explain.
    Source: Lofgren, Harris and Robinson (2002), A standard CGE model in GAMS, chapter 2 (chapters not checked).
    """
    m = _read_matrix(path, kinds, rounding)
    activities, commodities = m.of("activity"), m.of("commodity")
    stems = [a[1:] for a in activities]
    finals = [account for kind in FINAL for account in m.of(kind)]
    parts = _layers(m, activities, commodities, finals)
    make = m.cells.loc[activities, commodities].set_axis(stems, axis=0).set_axis(stems, axis=1).T
    own_industry = pd.Series(stems, index=stems)
    s = symmetric(parts, sales_shares(make, own_industry), finals, m.of("row")[0])
    own_use = m.cells.loc[activities, finals].set_axis(stems, axis=0)
    factors = m.cells.loc[m.of("factor"), activities].set_axis(stems, axis=1)
    primary = pd.concat([factors, s.product_taxes.to_frame().T])
    labour = [f for f in factors.index if f.startswith("flab")]
    return Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money,
        domestic_use=s.domestic_use,
        imported_use=s.imported_use,
        domestic_final=s.domestic_final + own_use,
        imported_final=s.imported_final,
        exports=s.exports,
        reexports=s.reexports,
        primary=primary,
        final_taxes=s.final_taxes,
        final_kinds=m.kinds[finals].map(FINAL),
        primary_kinds=_primary_kinds(list(factors.index), labour),
        labels=m.names[activities].str.replace("Activities - ", "").set_axis(stems),
        source=source,
        methods=_methods(m, money, parts),
        rounding=rounding,
        employment=factors.loc[labour],
        employment_unit=f"base-year wage units ({money})",
        published={"sam": m.printed, "computed:own_consumption": own_use, **kept(parts)},
        controls=_read_controls(controls) if controls else None,
        names=_names(m, [*finals, *factors.index]),
    )


PUBLISHED = {"sam": PublishedLayout(read, "not said", files=("path", "kinds"), further=("controls",))}


def _read_matrix(path: Path, kinds_path: Path, rounding: float) -> _Matrix:
    """The matrix, checked: square, every account of a known kind, totals equal to their parts."""
    grid = read_grid(path, code_columns=(1,))
    faults = absent(["total"], grid.index, "row", path) + absent(["total"], grid.columns, "column", path)
    listed = read_grid(kinds_path)
    faults += absent(["kind"], listed.columns, "column", kinds_path)
    raise_all(faults, where=str(path))
    kinds = listed["kind"]
    accounts = [c for c in grid.columns[1:] if c != "total"]
    faults += absent(accounts, grid.index, "row", path)
    faults += absent([r for r in grid.index if r != "total"], accounts, "column", path)
    faults += absent(kinds.index, accounts, "account", path)
    faults += absent(accounts, kinds.index, "account", kinds_path)
    raise_all(faults, where=str(path))
    values = numbers(grid.drop(columns=grid.columns[0]), path, empty=0.0)
    cells, flows = values.loc[accounts, accounts], grid.loc[accounts, accounts] != ""
    faults += disagreements(cells, values["total"][accounts], rounding, "row totals", path.name, flows=flows)
    faults += disagreements(cells.T, values.T["total"][accounts], rounding, "column totals", path.name, flows=flows.T)
    faults += _pairing(kinds[accounts], cells, path)
    raise_all(faults, where=str(path))
    return _Matrix(printed=values, cells=cells, names=grid[grid.columns[0]], kinds=kinds[accounts])


def _pairing(kinds: pd.Series, cells: pd.DataFrame, path: Path) -> list[GroundplanError]:
    """Faults of the layout: each activity has its commodity, sells to no other, and makes no less than nothing."""
    activities, commodities = kinds.index[kinds == "activity"], kinds.index[kinds == "commodity"]
    faults = absent(KINDS, kinds, "kind of account", path)
    faults += absent(["c" + a[1:] for a in activities], commodities, "commodity", path)
    faults += absent(["a" + c[1:] for c in commodities], activities, "activity", path)
    faults += repeats([a[1:] for a in activities], "activity", path)
    output = cells.loc[activities].sum(axis=1)
    return faults + [
        TableError(f"activity '{a}' has negative output {x:g}", where=path.name, fix="an activity sells what it makes")
        for a, x in output[output < 0].items()
    ]


def _layers(m: _Matrix, activities: list[str], commodities: list[str], finals: list[str]) -> Layers:
    """Market use of commodities taken apart; rows by stem, columns activities by stem, finals and exports."""
    exports, trade = m.of("row")[0], m.of("transaction-cost")[0]
    stems = {c: c[1:] for c in commodities}
    use = m.cells.loc[commodities, [*activities, *finals, exports]]
    paid, bought = m.cells.T[trade][commodities], m.cells[trade][commodities]
    # What margins pay and what trade receives differ by the rounding of the file; payments are kept.
    margins = (paid - bought * (paid.sum() / bought.sum() if bought.sum() else 0.0)).to_frame("trade and transport")
    return layers(
        use.rename(index=stems, columns={a: a[1:] for a in activities}),
        margins.rename(index=stems),
        m.cells.loc[m.of(TAXES), commodities].sum().set_axis(list(stems.values())),
        m.cells.T[exports][commodities].set_axis(list(stems.values())),
        exports=exports,
        re_exports="excess",
    )


def _primary_kinds(factors: list[str], labour: list[str]) -> pd.Series:
    kinds = {f: "labour" if f in labour else "capital" for f in factors}
    return pd.Series({**kinds, "product_taxes": "product_tax"}, name="kind")


def _names(m: _Matrix, accounts: list[str]) -> Mapping[str, str]:
    """Account → its name without the class before the dash: 'Rural quintile 1'."""
    tail = m.names[accounts].str.replace(r"^(Factors|Households) - ", "", regex=True)
    tail = tail.str.replace(r"\((quintile \d)\)", r"\1", regex=True)
    return {**dict(zip(accounts, tail, strict=True)), "product_taxes": "Taxes less subsidies on products"}


def _read_controls(path: Path) -> pd.Series:
    grid = read_grid(path)
    raise_all(absent(["value"], grid.columns, "column", path), where=str(path))
    return numbers(grid[["value"]], path)["value"].rename("controls")


def _methods(m: _Matrix, money: str, parts: Layers) -> tuple[str, ...]:
    """What was computed, one sentence each."""
    again = parts.imported[m.of("row")[0]].sum()
    return (
        *METHODS,
        "Taxes are all taxes on products of the matrix, import duties among them; the duty of an import is thus "
        "spread over all uses of its commodity.",
        "Households' use of their own output, which activities sell to them directly, is domestic final use at basic "
        "prices without margin or tax.",
        IMPORTS["excess"] + f" Re-exports are {again:.6g} {money}.",
        "The matrix has one activity for each commodity, so products and sectors are the same and nothing is moved "
        "between them.",
        "Employment is the factor payments to labour in wage units: one unit is the labour that earned one unit of "
        "money in the base year; the matrix counts no persons.",
        "Factor income from and to the rest of the world, transfers and direct taxes are outside the table and stay "
        "in the published matrix.",
        f"Rows and columns of the printed matrix differ by at most "
        f"{(m.cells.sum(axis=1) - m.cells.sum()).abs().max():.3g} {money}; nothing was balanced away.",
    )
