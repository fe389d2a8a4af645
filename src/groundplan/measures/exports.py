"""Who at home lives from markets abroad."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.measures.dependence import cost_shares
from groundplan.measures.labelled import by_sector, per_output, share_of


def sold_abroad_share(e: Economy) -> xr.DataArray:
    """Share of output that is sold abroad directly, by sector.

        e[j] / x[j];  NaN for a sector without output

    Units:  1.
    Source: Miller and Blair (2009), chapter 2, final-demand categories (chapter not checked).
    """
    return by_sector("sold_abroad_share", share_of(e.exports.values, e.output.values), e)


def foreign_market_share(e: Economy) -> xr.DataArray:
    """Share of output that foreign buyers draw, directly and through the sectors that they buy from.

        (L e)[j] / x[j];  NaN for a sector without output

    The same with household, government and investment bundles in place of e sums to one over all final uses.
    Units:  1.
    Source: Miller and Blair (2009), chapter 2, x = L·Σ_k f_k (chapter not checked).
    """
    return by_sector("foreign_market_share", share_of(e.requirements(e.exports.values), e.output.values), e)


def export_table(e: Economy) -> pd.DataFrame:
    """What of every sector hangs on markets abroad, largest share first.

        output = L e;  value_added = v̂ L e;  employment = ℓ̂ L e;  ℓ = employment / x

    Index: sector. Columns: direct and total (shares of output, 1), indirect = total − direct (1), output and
    value_added (money / year), employment (the economy's unit).
    Units:  as said.
    Source: Miller and Blair (2009), chapters 2 and 6 (chapters not checked).
    """
    output = e.requirements(e.exports.values)
    value_added, _, _ = cost_shares(e)
    direct, total = sold_abroad_share(e).to_series(), foreign_market_share(e).to_series()
    columns = {
        "direct": direct,
        "indirect": total - direct,
        "total": total,
        "output": output,
        "value_added": value_added * output,
        "employment": per_output(e.employment.values.sum(axis=0), e) * output,
    }
    return pd.DataFrame(columns, list(e.sectors)).rename_axis("sector").sort_values("total", ascending=False)
