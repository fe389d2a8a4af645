"""Supply and use in basic prices to input-output: the four models of the manuals, domestic and imported alike.

Model A (product technology) and B (industry technology) give product × product tables, model C (fixed industry sales
structure) and D (fixed product sales structure) industry × industry tables. A and C can give negative cells where
there are none in the source: they are counted and named, and with ``negatives="remove"`` model A is computed without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.methods.no_negatives import product_technology
from groundplan.tables.methods.supply_use import sales_shares

Model = Literal["A", "B", "C", "D"]
Negatives = Literal["keep", "remove"]

MODELS: Mapping[str, str] = {
    "A": "Industries become products by the product technology assumption (model A of the Eurostat manual): a product "
    "needs the same inputs whichever industry makes it.",
    "B": "Industries become products by the industry technology assumption (model B of the Eurostat manual): an "
    "industry needs the same inputs for all its products.",
    "C": "Products become industries by the fixed industry sales structure (model C of the Eurostat manual): an "
    "industry sells all its products to the same users in the same proportions.",
    "D": "Products become industries by the fixed product sales structure (model D of the Eurostat manual): each "
    "industry sells its share of a product's domestic output to every user.",
}
ABSENT = "A product that nobody makes at home goes to the industry of its own name."
REMOVED = (
    "Negative cells of model A were not let arise: each row of inputs was moved between products by Almon's procedure, "
    "which takes from an industry no more than it uses and keeps row totals; then rows without negative figures were "
    "fitted to the costs of each product by RAS."
)
# Beyond it the shares of products are so alike that rounding of the source decides the result.
WORST_CONDITION = 1e10
Square = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SupplyUse:
    """Supply and use in basic prices.

    Shapes, money / year:
        make       product × industry       S, domestic output
        domestic   product × use            U_d; the uses are the industries, then final categories, then exports
        imported   product × use            U_m
        costs      cost × industry          taxes on products and value added; with both uses they make up output
        also       any × industry           what goes with an industry and is no cost: posts, capital
        own        product                  the industry of its own name, which gets a product nobody makes
    """

    make: pd.DataFrame
    domestic: pd.DataFrame
    imported: pd.DataFrame
    costs: pd.DataFrame
    also: pd.DataFrame
    own: pd.Series

    @property
    def industries(self) -> list[str]:
        """Codes of the industries."""
        return list(self.make.columns)


@dataclass(frozen=True, eq=False)
class InputOutput:
    """Input-output accounts of one model; sectors are products (A, B) or industries (C, D).

    Shapes: ``domestic``, ``imported`` sector × (sectors, final categories, exports); ``costs``, ``also`` any × sector;
    ``negatives`` lists the negative cells of uses and costs that are left, ``removed`` those that the model gave and
    that were not let arise: block, row, column, amount (money / year), the largest first.
    """

    model: Model
    domestic: pd.DataFrame
    imported: pd.DataFrame
    costs: pd.DataFrame
    also: pd.DataFrame
    negatives: pd.DataFrame
    removed: pd.DataFrame
    methods: tuple[str, ...]

    @property
    def sectors(self) -> list[str]:
        """Codes of the sectors."""
        return list(self.costs.columns)


def transform(a: SupplyUse, model: Model, *, negatives: Negatives = "keep", money: str = "") -> InputOutput:
    """Input-output accounts by one of the four models.

        A   Z = U·S⁻¹·q̂            W = W·S⁻¹·q̂     product × product
        B   Z = U·ĝ⁻¹·S'           W = W·ĝ⁻¹·S'    product × product
        C   Z = ĝ·S⁻¹·U            Y = ĝ·S⁻¹·Y     industry × industry
        D   Z = S'·q̂⁻¹·U           Y = S'·q̂⁻¹·Y    industry × industry

    q = S·1 is output by product, g = 1'S by industry; S⁻¹ is a solve. Products and industries without output are left
    out of it. ``negatives="remove"`` is for model A: see ``no_negatives``; for C the manuals know no procedure.
    Units:  money / year, named ``money`` in the report.
    Errors: an unknown model; products without output and without an own industry; costs of an industry that makes
            nothing; for A and C make tables that are not square or nearly singular. All at once.
    Source: Eurostat Manual of Supply, Use and Input-Output Tables (2008), chapter 11; United Nations, Handbook on
            Supply and Use Tables and Input-Output Tables (2018), box 12.3 (pages not checked).
    """
    raise_all(_unfit(a, model, negatives))
    domestic, imported, costs, also = _by_product(a, model) if model in ("A", "B") else _by_industry(a, model)
    given = _negative_cells(a, domestic, imported, costs)
    unmade = a.imported[a.make.sum(axis=1) <= 0].abs().to_numpy().sum() > 0
    sentences = [MODELS[model], *([ABSENT] if model in ("C", "D") and unmade else [])]
    sentences.append(_count(f"Model {model} gave", given, money))
    left = given
    if model == "A" and negatives == "remove":
        domestic, imported, costs = _without_negatives(a, domestic, imported, costs)
        left = _negative_cells(a, domestic, imported, costs)
        sentences += [REMOVED, _count("This left", left, money)]
    sentences.append(_count("The source has", _negative_cells(a, a.domestic, a.imported, a.costs), money))
    kept = given.set_index(["block", "row", "column"]).index.isin(left.set_index(["block", "row", "column"]).index)
    return InputOutput(model, domestic, imported, costs, also, left, given[~kept], tuple(sentences))


def _unfit(a: SupplyUse, model: str, negatives: str) -> list[GroundplanError]:
    """Every reason why the model cannot be computed."""
    if model not in MODELS:
        return [UnknownName("model", model, MODELS, fix="use A, B, C or D of the Eurostat manual")]
    faults: list[GroundplanError] = []
    if negatives not in ("keep", "remove"):
        faults.append(UnknownName("way with negatives", negatives, ("keep", "remove")))
    q, g = a.make.sum(axis=1), a.make.sum()
    spent = a.domestic[a.industries].sum() + a.imported[a.industries].sum() + a.costs.sum()
    idle = [str(j) for j in a.industries if g[j] <= 0 and abs(spent[j]) > 1e-9 * g.sum()]
    if idle:
        faults.append(TableError(f"industries have costs and no output: {', '.join(idle[:6])}", fix="check the supply"))
    if model in ("C", "D"):
        faults += [
            UnknownName("industry", a.own[i], a.industries, where=f"product '{i}', which nobody makes")
            for i in q.index[q <= 0]
            if a.own[i] not in a.industries and a.imported.loc[i].abs().sum() > 0
        ]
    if model in ("A", "C"):
        faults += _unsquare(a.make.loc[q > 0, g > 0], model)
    if model == "A" and negatives == "remove" and set(a.own[q.index[q > 0]]) != set(g.index[g > 0]):
        fix = "name for each product the industry that makes most of it, each industry once"
        faults.append(TableError("removing negatives needs products and their own industries in pairs", fix=fix))
    if negatives == "remove" and model == "C":
        fix = 'keep them (negatives="keep"), or use model D, which has none'
        faults.append(TableError("the manuals know no procedure that removes the negatives of model C", fix=fix))
    return faults


def _unsquare(make: pd.DataFrame, model: str) -> list[GroundplanError]:
    """A fault where S has no inverse: more products than industries, or industries that make the same mix."""
    products, industries = make.shape
    other = "B" if model == "A" else "D"
    if products != industries:
        return [
            TableError(
                f"model {model} needs as many products as industries; {products} products and {industries} industries "
                "have output",
                fix=f"join products with those of the industry that makes them, or use model {other}",
            )
        ]
    shares = make.to_numpy(dtype=float) / make.sum().to_numpy(dtype=float)
    condition = np.linalg.cond(shares)
    if condition < WORST_CONDITION:
        return []
    return [
        TableError(
            f"model {model}: two industries make nearly the same mix of products (condition {condition:.2g})",
            fix=f"join the industries, or use model {other}",
        )
    ]


def _stacked(a: SupplyUse) -> pd.DataFrame:
    """All that industries with output use or have: domestic and imported inputs, costs, the rest."""
    columns = a.make.columns[a.make.sum() > 0]
    return pd.concat([a.domestic[columns], a.imported[columns], a.costs[columns], a.also[columns]])


def _by_product(a: SupplyUse, model: Model) -> tuple[pd.DataFrame, ...]:
    """Models A and B: the columns of uses, costs and what goes with them change from industries to products."""
    stack = _stacked(a)
    make = a.make.loc[a.make.sum(axis=1) > 0, stack.columns]
    S, U = make.to_numpy(dtype=float), stack.to_numpy(dtype=float)
    moved = np.linalg.solve(S.T, U.T).T * S.sum(axis=1) if model == "A" else U @ (S / S.sum(axis=0)).T
    return _unstacked(a, moved, make.index)


def _unstacked(a: SupplyUse, moved: Square, products: pd.Index) -> tuple[pd.DataFrame, ...]:
    """Domestic and imported use with final uses beside them, costs, the rest; products without output have zeros."""
    n = len(a.make)
    names = [*a.make.index, *a.make.index, *a.costs.index, *a.also.index][: len(moved)]
    whole = pd.DataFrame(moved, index=names, columns=products).reindex(columns=a.make.index, fill_value=0.0)
    final = a.domestic.columns.difference(a.industries, sort=False)
    domestic, imported = whole.iloc[:n].join(a.domestic[final]), whole.iloc[n : 2 * n].join(a.imported[final])
    end = 2 * n + len(a.costs)
    return domestic, imported, whole.iloc[2 * n : end], whole.iloc[end:]


def _without_negatives(
    a: SupplyUse, domestic: pd.DataFrame, imported: pd.DataFrame, costs: pd.DataFrame
) -> tuple[pd.DataFrame, ...]:
    """Model A's uses and costs again, with no negative cell in a row whose source has none."""
    products = a.make.index[a.make.sum(axis=1) > 0]
    industries = list(a.own[products])
    U = pd.concat([a.domestic[industries], a.imported[industries], a.costs[industries]]).to_numpy(dtype=float)
    Z = pd.concat([domestic[products], imported[products], costs[products]]).to_numpy(dtype=float)
    moved = product_technology(U, a.make.loc[products, industries].to_numpy(dtype=float), Z)
    return _unstacked(a, moved, products)[:3]


def _by_industry(a: SupplyUse, model: Model) -> tuple[pd.DataFrame, ...]:
    """Models C and D: the rows of uses change from products to industries."""
    q, g = a.make.sum(axis=1), a.make.sum()
    if model == "D":
        shares = sales_shares(a.make, a.own)
        return shares @ a.domestic, shares @ a.imported, a.costs, a.also
    make = a.make.loc[q > 0, g > 0]
    C = make.to_numpy(dtype=float) / make.sum().to_numpy(dtype=float)
    moved = []
    for use in (a.domestic, a.imported):
        whole = pd.DataFrame(0.0, index=a.industries, columns=use.columns)
        whole.loc[make.columns] = np.linalg.solve(C, use.loc[make.index].to_numpy(dtype=float))
        absent = use[q <= 0].groupby(a.own[q <= 0]).sum()
        moved.append(whole.add(absent.reindex(a.industries, fill_value=0.0)))
    return moved[0], moved[1], a.costs, a.also


def _negative_cells(a: SupplyUse, domestic: pd.DataFrame, imported: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Block, row, column and amount of the cells below zero, dust of the arithmetic apart.

    Final uses in which the source itself has negative figures, as changes in inventories, are passed over.
    """
    final = a.domestic.columns.difference(a.industries, sort=False)
    below_at_source = [f for f in final if min(a.domestic[f].min(), a.imported[f].min()) < 0]
    parts = []
    for block, frame in (("domestic use", domestic), ("imported use", imported), ("costs", costs)):
        frame = frame.drop(columns=below_at_source, errors="ignore")
        values = frame.to_numpy(dtype=float)
        i, j = np.nonzero(values < -1e-10 * np.abs(values).max(initial=0.0))
        cells = {"block": block, "row": frame.index[i], "column": frame.columns[j], "amount": values[i, j]}
        parts.append(pd.DataFrame(cells))
    return pd.concat(parts, ignore_index=True).sort_values("amount", ignore_index=True)


def _count(who: str, cells: pd.DataFrame, money: str) -> str:
    """A sentence: how many negative cells, how much together, the largest."""
    if cells.empty:
        return f"{who} no negative cells."
    worst = cells.iloc[0]
    return (
        f"{who} {len(cells)} negative cells of uses and costs, together {cells['amount'].sum():.6g} {money}, the "
        f"largest {worst['amount']:.6g} in {worst['block']}, {worst['row']} × {worst['column']}."
    )
