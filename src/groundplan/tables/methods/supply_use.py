"""From supply and use at purchasers' prices to a symmetric table in basic prices, domestic and imported apart.

The step that every supply-and-use source shares (SNA 2008, chapters 14 and 28; Eurostat Manual of Supply, Use and
Input-Output Tables 2008, chapters 5, 6 and 11). Rows are products, columns are uses: industries, final categories and
exports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all

ReExports = Literal["proportional", "excess"]

METHODS = (
    "Margins and taxes less subsidies on products are given to every use of a product in proportion to its use at "
    "purchasers' prices, so exports and stocks carry the product's average margin and tax.",
    "The margins that a use pays are moved to the products that the source shows as receiving them, in proportion "
    "to what each receives, so trade and transport are bought at basic prices.",
)
IMPORTS: dict[ReExports, str] = {
    "proportional": "Imports of a product are given to all its uses, exports included, in proportion to use at basic "
    "prices; the part given to exports is re-exports.",
    "excess": "Imports of a product are given to its home uses in proportion to use at basic prices; exports come "
    "from domestic output, and only what home uses cannot take is re-exported.",
}
MODEL_D = (
    "Products become industries by the fixed product sales structure (model D of the Eurostat manual): each industry "
    "sells its share of a product's domestic output to every user; imports of a product follow the same shares, and "
    "a product that nobody makes at home goes to the industry of its own name."
)


@dataclass(frozen=True, eq=False)
class Layers:
    """Use at purchasers' prices taken apart; domestic + imported + margins + taxes = use, cell by cell.

    Shapes: product × use, money / year. A column of ``margins`` sums to zero.
    """

    domestic: pd.DataFrame
    imported: pd.DataFrame
    margins: pd.DataFrame
    taxes: pd.DataFrame


def layers(
    use: pd.DataFrame,
    margins: pd.DataFrame,
    taxes: pd.Series,
    imports: pd.Series,
    *,
    exports: str,
    re_exports: ReExports,
) -> Layers:
    """Take use at purchasers' prices apart.

        T[i,u] = U[i,u]·tᵢ/Uᵢ      M[i,u] = Σₖ gₖᵢ⁺·U[i,u]/Uᵢ − wₖᵢ·Σᵢ(gₖᵢ⁺·U[i,u]/Uᵢ)
        B = U − T − M              B_m[i,u] = B[i,u]·mᵢ/Bᵢ      B_d = B − B_m

    g⁺ are the margins that a product pays, by margin kind k, and w the shares in which products receive them.
    Shapes: ``use`` product × use; ``margins`` product × margin kind (received: negative); the rest product.
    ``exports`` names the column of exports; ``re_exports`` says how imports are split (see ``IMPORTS``).
    Units:  money / year.
    Source: Eurostat manual (2008), chapters 5 and 6; Miller and Blair (2022), chapter 5 (chapters not checked).
    """
    total = use.sum(axis=1)
    raise_all(_unplaced(total, margins, taxes, imports))
    share = use.div(total.where(total != 0, 1.0), axis=0)
    tax = share.mul(taxes, axis=0)
    margin = sum((_margin(share, margins[kind]) for kind in margins), start=use * 0.0)
    basic = use - tax - margin
    if re_exports == "proportional":
        imported = _spread(imports, basic)
    else:
        home = basic.drop(columns=exports)
        taken = imports.clip(upper=home.sum(axis=1).clip(lower=0.0))
        imported = _spread(taken, home).reindex(columns=use.columns, fill_value=0.0)
        imported[exports] = imports - taken
    return Layers(domestic=basic - imported, imported=imported, margins=margin, taxes=tax)


def _unplaced(total: pd.Series, margins: pd.DataFrame, taxes: pd.Series, imports: pd.Series) -> list[GroundplanError]:
    """A fault for the products that have margins, taxes or imports to give to uses, and no use."""
    given = margins.clip(lower=0.0).sum(axis=1) + taxes.abs() + imports.abs()
    lost = list(total.index[(total == 0) & (given != 0)])
    if not lost:
        return []
    return [
        TableError(
            f"{len(lost)} products have margins, taxes or imports and no use: {', '.join(map(str, lost[:6]))}",
            fix="give their use, or join each with a product that is used",
        )
    ]


def _margin(share: pd.DataFrame, margin: pd.Series) -> pd.DataFrame:
    """One kind of margin by product and use: paid by the goods, received by trade or transport."""
    paid = share.mul(margin.clip(lower=0.0), axis=0)
    received = (-margin).clip(lower=0.0)
    if received.sum() == 0:
        return paid * 0.0
    weight = received / received.sum()
    return paid - pd.DataFrame(np.outer(weight, paid.sum()), index=share.index, columns=share.columns)


def _spread(amount: pd.Series, over: pd.DataFrame) -> pd.DataFrame:
    """An amount by product, given to uses in proportion; on one use by stocks or exports alone, all goes there."""
    total = over.sum(axis=1)
    return over.mul(amount / total.where(total != 0, 1.0), axis=0)


def sales_shares(make: pd.DataFrame, own_industry: pd.Series) -> pd.DataFrame:
    """T[j,i]: the part of product i's domestic output that industry j sells.

        T = S'·q̂⁻¹,   q = S·1

    Shapes: ``make`` S product × industry; ``own_industry`` product → the industry of its own name, which gets a
    product without domestic output; the result is industry × product and its columns sum to one.
    Units:  1.
    Source: Eurostat manual (2008), model D; Miller and Blair (2022), section 5.4 (chapters not checked).
    """
    q = make.sum(axis=1)
    own = pd.DataFrame(
        own_industry.to_numpy()[:, None] == make.columns.to_numpy()[None, :], index=make.index, columns=make.columns
    ).astype(float)
    share = make.div(q.where(q > 0, 1.0), axis=0)
    share[q <= 0] = own[q <= 0]
    return share.T


@dataclass(frozen=True, eq=False)
class Symmetric:
    """Industry × industry uses in basic prices; shapes as in ``Table``."""

    domestic_use: pd.DataFrame
    imported_use: pd.DataFrame
    domestic_final: pd.DataFrame
    imported_final: pd.DataFrame
    exports: pd.Series
    reexports: pd.Series
    product_taxes: pd.Series
    final_taxes: pd.Series


def symmetric(parts: Layers, shares: pd.DataFrame, finals: list[str], exports: str) -> Symmetric:
    """Industry × industry uses: Z_d = T·U_d, Z_m = T·U_m, final uses likewise; taxes by who pays them.

    Shapes: ``shares`` T industry × product; ``finals`` the final categories among the uses.
    Units:  money / year.
    """
    sectors = list(shares.index)
    domestic, imported = shares @ parts.domestic, shares @ parts.imported
    taxes = parts.taxes.sum()
    final_taxes = taxes[[*finals, exports]]
    final_taxes.index = pd.Index([*finals, "exports"])
    return Symmetric(
        domestic_use=domestic[sectors],
        imported_use=imported[sectors],
        domestic_final=domestic[finals],
        imported_final=imported[finals],
        exports=domestic[exports].rename("exports"),
        reexports=imported[exports].rename("reexports"),
        product_taxes=taxes[sectors].rename("product_taxes"),
        final_taxes=final_taxes.rename("final_taxes"),
    )


def kept(parts: Layers) -> dict[str, pd.DataFrame]:
    """The layers by name, for ``Table.published``, so that the printed use can be rebuilt by product."""
    return {
        "computed:use_domestic": parts.domestic,
        "computed:use_imported": parts.imported,
        "computed:use_margins": parts.margins,
        "computed:use_taxes": parts.taxes,
    }
