"""The physical account: where a product's units come from and who takes them."""

from __future__ import annotations

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import UnknownName

COLUMNS = ("side", "line", "label", "home", "imported", "quantity", "money")


def physical_account(e: Economy, product: str) -> pd.DataFrame:
    """Sources and uses of a physical product in the base year, in its own unit and in money.

        home output + imports + stocks drawn = Σ uses by sectors and final categories + exports + stocks built

    Money over the product's price, line by line, so that both accounts balance alike. The price is one for all users,
    home and imported: the accounts have no other, for what one user pays less another would have to pay more, and no
    source of this economy says who. A cell below zero that is no stock (goods sent back) is a use below zero.

    Columns: side (source, use), line (code, or home output, imports, stocks drawn, stocks built, exports), label, home,
    imported, quantity (the product's unit / year), money (money / year). Lines of nothing are left out.
    Raises ``UnknownName`` for a product without a unit.
    Source: SEEA 2012, physical supply and use tables (chapter not checked).
    """
    if product not in e.physical:
        raise UnknownName("physical product", product, e.physical, fix="carve it out first")
    price = e.physical[product].price
    uses = pd.concat([_uses(e, product, "domestic"), _uses(e, product, "imported")], axis=1, keys=("home", "imported"))
    stocks = uses.index.isin(e.finals("inventories"))
    from_stocks, to_stocks = uses[stocks].clip(upper=0.0).abs().sum(), uses[stocks].clip(lower=0.0).sum()
    x, m = float(e.output.sel(sector=product)), float(e.imports.sel(product=product))
    sold = {"home": float(e.exports.sel(product=product)), "imported": float(e.reexports.sel(product=product))}
    sources = pd.DataFrame({"home output": {"home": x, "imported": 0.0}, "imports": {"home": 0.0, "imported": m}}).T
    sources.loc["stocks drawn"] = from_stocks
    taken = uses[~stocks].copy()
    taken.loc["exports"], taken.loc["stocks built"] = pd.Series(sold), to_stocks
    out = pd.concat([sources.assign(side="source"), taken.assign(side="use")])
    out["money"] = out["home"] + out["imported"]
    out["quantity"] = out["money"] / price
    out[["home", "imported"]] /= price
    out["line"] = [str(i) for i in out.index]
    out["label"] = [e.label(i) for i in out["line"]]
    there = (out["home"] != 0) | (out["imported"] != 0)
    return out.loc[there, list(COLUMNS)].reset_index(drop=True)


def _uses(e: Economy, product: str, origin: str) -> pd.Series:
    """What each sector and final category takes of a product, money / year."""
    parts = [getattr(e, f"{origin}_{kind}").sel(product=product, drop=True).to_series() for kind in ("use", "final")]
    joined: pd.Series = pd.concat(parts)
    return joined
