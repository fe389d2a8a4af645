"""Social accounting matrices, whatever their accounts are called: receipts in rows, payments in columns.

Activities sell to commodities, one or several, and commodities to uses; commodities carry margins, taxes and imports;
households buy commodities and may take from activities directly (Lofgren, Harris and Robinson 2002). What each account
is stands in a file of roles (``sam_roles``); without one the accounts are those of IFPRI's Nexus matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.door.grid import absent, numbers, read_grid
from groundplan.tables.door.last_digit import digit_of_sums
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.methods.supply_use import IMPORTS, METHODS, Layers, kept, layers, sales_shares, symmetric
from groundplan.tables.published import PublishedLayout
from groundplan.tables.readers.social.sam_matrix import Square, read_square
from groundplan.tables.readers.social.sam_roles import AccountRole, roles_for, with_kind
from groundplan.tables.table import Table

FINAL = {
    "household": "household",
    "nonprofit": "nonprofit",
    "government": "government",
    "savings": "investment",
    "stocks": "inventories",
}
FACTORS = {"labour": "labour", "capital": "capital", "land": "capital"}
PRODUCT_TAXES, PRODUCTION_TAX, MARGIN, ABROAD = ("tax-product", "tax-import"), "tax-activity", "transaction-cost", "row"
EXPORTS = "exports"
SHOWN = 6


@dataclass(frozen=True, eq=False)
class _Matrix:
    """The figures, the roles of the accounts, and where the file's name is needed for what is wrong with it."""

    square: Square
    roles: Mapping[str, AccountRole]
    where: str

    @property
    def cells(self) -> pd.DataFrame:
        return self.square.cells

    def of(self, *kinds: str) -> list[str]:
        return with_kind(self.roles, *kinds)

    def finals(self) -> list[str]:
        """Accounts of final uses, kind by kind, the stocks among them where there are any."""
        return [account for kind in FINAL for account in self.of(kind)]

    def stems(self, accounts: list[str]) -> dict[str, str]:
        """Account → its code in the table: what a pattern says, the account itself otherwise."""
        return {a: self.roles[a].stem for a in accounts}


def read(
    path: Path,
    country: str,
    year: int,
    money: str,
    *,
    kinds: Path | None = None,
    source: Source,
    controls: Path | None = None,
    mapping: FileMapping = NOTHING,
    country_name: str = "",
    rounding: float = 1.0,
) -> Table:
    """One country's social accounting matrix as a table in basic prices, activity × activity.

    ``kinds`` is the roles file (account, kind and, where needed, pair, skill, partner, class); ``controls`` a CSV of
    aggregate, value in the money of the matrix.
    Units:  ``money`` / year.
    Errors: every fault at once: cells that are no numbers, accounts missing, repeated or without a role, a matrix that
            is not square, totals that miss their parts by more than rounding, payments that no kind explains.
    Source: Lofgren, Harris and Robinson (2002), A standard CGE model in GAMS, chapter 2 (chapters not checked).
    """
    m = _matrix(path, kinds, mapping, rounding)
    digit = digit_of_sums(rounding, m.cells.to_numpy(dtype=float))
    raise_all([*_unlike(m), *_strange_payments(m, digit)], where=str(path))
    activities, commodities, finals = m.of("activity"), m.of("commodity"), m.finals()
    codes = m.stems(activities)
    parts = _layers(m)
    own = _own(m)
    shares = sales_shares(m.cells.loc[activities, commodities].T, own).rename(index=codes)
    s = symmetric(parts, shares, finals, EXPORTS)
    own_use = m.cells.loc[activities, finals].rename(index=codes)
    direct = m.cells.loc[activities, m.of(ABROAD)].sum(axis=1).rename(index=codes)
    primary, primary_kinds = _primary(m, s.product_taxes)
    employment = _employment(m)
    return Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money,
        domestic_use=s.domestic_use,
        imported_use=s.imported_use,
        domestic_final=s.domestic_final + own_use,
        imported_final=s.imported_final,
        exports=s.exports + direct,
        reexports=s.reexports,
        primary=primary,
        final_taxes=s.final_taxes + _taxes_of_uses(m, finals),
        final_kinds=pd.Series({f: FINAL[m.roles[f].kind] for f in finals}),
        primary_kinds=primary_kinds,
        labels=_labels(m, activities),
        source=source,
        methods=_methods(m, money, parts, own_use),
        rounding=rounding,
        employment=employment,
        employment_unit="" if employment is None else f"base-year wage units ({money})",
        published={"sam": m.square.printed, "computed:own_consumption": own_use, **kept(parts)},
        controls=_read_controls(controls) if controls else None,
        names=_names(m, [*finals, *m.of(*FACTORS, PRODUCTION_TAX)]),
        imported_by_partner=_by_partner(m, parts, shares, finals),
        classes={codes[a]: m.roles[a].sector_class for a in activities if m.roles[a].sector_class},
    )


PUBLISHED = {"sam": PublishedLayout(read, "not said", further=("kinds", "controls"))}


def _matrix(path: Path, kinds: Path | None, mapping: FileMapping, rounding: float) -> _Matrix:
    square = read_square(path, mapping, rounding)
    return _Matrix(square, roles_for(square.accounts, kinds), path.name)


def _unlike(m: _Matrix) -> list[GroundplanError]:
    """Faults of what every matrix must have, and of activities that make less than nothing."""
    faults: list[GroundplanError] = [
        TableError(f"no account has the kind '{kind}'", where=m.where, fix="name one in the roles file")
        for kind in ("activity", "commodity", "household", ABROAD)
        if not m.of(kind)
    ]
    output = m.cells.loc[m.of("activity")].sum(axis=1)
    faults += [
        TableError(f"activity '{a}' has negative output {x:g}", where=m.where, fix="an activity sells what it makes")
        for a, x in output[output < 0].items()
    ]
    pairs = [m.roles[a].pair for a in m.of("activity") if m.roles[a].pair]
    return faults + absent([p for p in pairs if p], m.of("commodity"), "commodity", Path(m.where))


def _strange_payments(m: _Matrix, rounding: float) -> list[GroundplanError]:
    """Faults for payments of activities and commodities, and for sales, that the kinds do not explain."""
    activities, commodities, finals = m.of("activity"), m.of("commodity"), m.finals()
    paid_by_activities = ["commodity", *FACTORS, PRODUCTION_TAX, *PRODUCT_TAXES, ABROAD]
    cases = (
        (activities, [a for a in m.roles if a not in m.of(*paid_by_activities)]),
        (commodities, [a for a in m.roles if a not in m.of("activity", MARGIN, *PRODUCT_TAXES, ABROAD)]),
    )
    faults: list[GroundplanError] = []
    for payers, others in cases:
        block = m.cells.loc[others, payers]
        figures = block.to_numpy(dtype=float)
        paid = [(p, to, float(figures[i, j])) for i, to in enumerate(others) for j, p in enumerate(payers)]
        paid = sorted((p for p in paid if abs(p[2]) > rounding), key=lambda p: -abs(p[2]))
        if paid:
            shown = ", ".join(f"{payer} pays {x:g} to {to}" for payer, to, x in paid[:SHOWN])
            kinds = ", ".join(sorted({m.roles[to].kind for _, to, _ in paid}))
            what = f"{len(paid)} payments of kind {m.roles[payers[0]].kind} go to accounts of kind {kinds}: {shown}"
            fix = "give the receiver its kind (labour, capital, tax-activity ...) in the roles file"
            faults.append(TableError(what, where=m.where, fix=fix))
    buyers = [a for a in m.roles if a not in {*activities, *finals, *m.of(MARGIN, ABROAD)}]
    bought = m.cells.loc[commodities, buyers].sum()
    strange = bought[bought.abs() > rounding]
    if len(strange):
        shown = ", ".join(f"{a} ({m.roles[str(a)].kind}) buys {x:g}" for a, x in strange.iloc[:SHOWN].items())
        fix = "give the buyer a kind of final use: household, nonprofit, government, savings, stocks, row"
        faults.append(
            TableError(f"commodities are bought by accounts of no final use: {shown}", where=m.where, fix=fix)
        )
    return faults


def _own(m: _Matrix) -> pd.Series:
    """Commodity → the activity of its name, for commodities that nobody makes: by pair, equal label, or the only maker.

    Raises a fault for those that are imported and of which nothing says whose they are.
    """
    activities, commodities = m.of("activity"), m.of("commodity")
    by_pair = {m.roles[a].pair: a for a in activities if m.roles[a].pair}
    by_label = {_tail(m.square.labels[a]): a for a in activities}
    make = m.cells.loc[activities, commodities]
    largest = make.idxmax()
    own, lost = {}, []
    for c in commodities:
        if make[c].sum() > 0:
            own[c] = by_pair.get(c, largest[c])
            continue
        own[c] = by_pair.get(c) or by_label.get(_tail(m.square.labels[c])) or activities[0]
        if c not in by_pair and _tail(m.square.labels[c]) not in by_label and m.cells.loc[m.of(ABROAD), c].sum():
            lost.append(c)
    if lost:
        fix = "name it as the pair of an activity in the roles file"
        what = f"commodities that are imported and made by nobody belong to no activity: {', '.join(lost[:SHOWN])}"
        raise TableError(what, where=m.where, fix=fix)
    return pd.Series(own)


def _tail(label: object) -> str:
    """A label without the class before its dash: 'Maize' of 'Activities - Maize'."""
    return str(label).rpartition(" - ")[2].strip().casefold()


def _layers(m: _Matrix) -> Layers:
    """Market use of commodities taken apart; rows commodities, columns activities, finals and exports."""
    activities, commodities, finals = m.of("activity"), m.of("commodity"), m.finals()
    use = m.cells.loc[commodities, [*activities, *finals]]
    use = use.assign(**{EXPORTS: m.cells.loc[commodities, m.of(ABROAD)].sum(axis=1)}).rename(
        columns=m.stems(activities)
    )
    margins = pd.DataFrame(index=commodities)
    for account in m.of(MARGIN):
        paid, bought = m.cells.loc[account, commodities], m.cells.loc[commodities, account]
        if paid.sum() and not bought.sum():
            what = f"commodities pay {paid.sum():g} of margins to '{account}', and it buys no commodity"
            raise TableError(what, where=m.where, fix="the account must buy the trade and transport that it pays for")
        # What margins pay and what trade receives differ by the rounding of the file; payments are kept.
        margins[account] = paid - bought * (paid.sum() / bought.sum() if bought.sum() else 0.0)
    taxes = m.cells.loc[m.of(*PRODUCT_TAXES), commodities].sum()
    imports = m.cells.loc[m.of(ABROAD), commodities].sum()
    return layers(use, margins, taxes, imports, exports=EXPORTS, re_exports="excess")


def _primary(m: _Matrix, product_taxes: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """What activities pay to factors and in taxes, and abroad without a commodity; and the kinds of these rows."""
    activities = m.of("activity")
    codes = m.stems(activities)
    factors = m.of(*FACTORS)
    rows = m.cells.loc[[*factors, *m.of(PRODUCTION_TAX)], activities].rename(columns=codes)
    kinds = {f: FACTORS[m.roles[f].kind] for f in factors} | dict.fromkeys(m.of(PRODUCTION_TAX), "production_tax")
    abroad = m.cells.loc[m.of(ABROAD), activities].sum().rename(index=codes)
    if abroad.abs().sum():
        rows.loc["paid_abroad"] = abroad
        kinds["paid_abroad"] = "margin"
    rows.loc["product_taxes"] = product_taxes + m.cells.loc[m.of(*PRODUCT_TAXES), activities].sum().rename(index=codes)
    return rows, pd.Series({**kinds, "product_taxes": "product_tax"}, name="kind")


def _taxes_of_uses(m: _Matrix, finals: list[str]) -> pd.Series:
    """Taxes on products that final uses pay in their own columns."""
    paid = m.cells.loc[m.of(*PRODUCT_TAXES), finals].sum()
    taxes: pd.Series = pd.concat([paid, pd.Series({EXPORTS: 0.0})])
    return taxes


def _employment(m: _Matrix) -> pd.DataFrame | None:
    """Payments to labour by skill, in wage units; accounts of one skill are summed."""
    activities, labour = m.of("activity"), m.of("labour")
    if not labour:
        return None
    skills = [m.roles[f].skill or f for f in labour]
    paid = m.cells.loc[labour, activities].rename(columns=m.stems(activities))
    return paid.groupby(pd.Index(skills), sort=False).sum()


def _by_partner(
    m: _Matrix, parts: Layers, shares: pd.DataFrame, finals: list[str]
) -> Mapping[str, pd.DataFrame] | None:
    """Imports by partner, in its share of each commodity's imports; None where the rest of the world is one."""
    abroad = m.of(ABROAD)
    names = [m.roles[a].partner or a for a in abroad]
    if len(set(names)) < 2:
        return None
    imports = m.cells.loc[abroad, m.of("commodity")].groupby(pd.Index(names), sort=False).sum()
    whole = imports.sum()
    uses = [*shares.index, *finals]
    return {
        str(name): shares @ parts.imported[uses].mul(row / whole.where(whole != 0, 1.0), axis=0)
        for name, row in imports.iterrows()
    }


def _labels(m: _Matrix, activities: list[str]) -> pd.Series:
    """Activity code → its name, without the word for activities before the dash."""
    words = m.square.labels[activities].str.replace(r"^\w+ - ", "", regex=True)
    names = pd.Series(dict(zip(m.stems(activities).values(), words, strict=True)), name="label")
    if names.duplicated().any():
        names = pd.Series({code: f"{name} ({code})" for code, name in names.items()}, name="label")
    return names


def _names(m: _Matrix, accounts: list[str]) -> Mapping[str, str]:
    """Account → its name without the class before the dash: 'Rural quintile 1'."""
    tail = m.square.labels[accounts].str.replace(r"^(Factors|Households) - ", "", regex=True)
    tail = tail.str.replace(r"\((quintile \d)\)", r"\1", regex=True)
    return {**dict(zip(accounts, tail, strict=True)), "product_taxes": "Taxes less subsidies on products"}


def _read_controls(path: Path) -> pd.Series:
    grid = read_grid(path)
    raise_all(absent(["value"], grid.columns, "column", path), where=str(path))
    return numbers(grid[["value"]], path)["value"].rename("controls")


def _methods(m: _Matrix, money: str, parts: Layers, own_use: pd.DataFrame) -> tuple[str, ...]:
    """What was computed, one sentence each."""
    again = parts.imported[EXPORTS].sum()
    activities, commodities = m.of("activity"), m.of("commodity")
    make = m.cells.loc[activities, commodities]
    several = int(((make != 0).sum() > 1).sum() + ((make != 0).sum(axis=1) > 1).sum())
    labour = m.of("labour")
    gap = (m.cells.sum(axis=1) - m.cells.sum()).abs().max()
    same = several == 0 and len(activities) == len(commodities)
    sentences = (
        (True, "Taxes are all taxes on products of the matrix, import duties among them; the duty of an import is thus "
         "spread over all uses of its commodity."),
        (bool(own_use.abs().to_numpy().sum()), "Households' use of their own output, which activities sell to them "
         "directly, is domestic final use at basic prices without margin or tax."),
        (True, IMPORTS["excess"] + f" Re-exports are {again:.6g} {money}."),
        (same, "The matrix has one activity for each commodity, so products and sectors are the same and nothing is "
         "moved between them."),
        (not same, f"The matrix has {len(activities)} activities and {len(commodities)} commodities: products become "
         "activities by the fixed product sales structure (model D of the Eurostat manual)."),
        (bool(labour), "Employment is the factor payments to labour in wage units: one unit is the labour that earned "
         "one unit of money in the base year; the matrix counts no persons."),
        (bool(m.of("land")), "Land and natural resources are income of capital."),
        (not m.of("stocks"), "The matrix has no account of stocks: there are no changes in inventories."),
        (True, "Factor income from and to the rest of the world, transfers and direct taxes are outside the table and "
         "stay in the published matrix."),
        (True, f"Rows and columns of the printed matrix differ by at most {gap:.3g} {money}; nothing was balanced."),
    )  # fmt: skip
    return (*METHODS, *(sentence for holds, sentence in sentences if holds), *m.square.notes)
