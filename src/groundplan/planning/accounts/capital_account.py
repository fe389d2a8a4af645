"""What becomes of a plan's capital, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from groundplan.planning.solved_plan import SolvedPlan


def capital_account(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """``capital_account`` (year; stock, wear, investment, growth): fixed capital at base-year prices.

        K[t] = Σ_j k_j[t] / (plant that a unit of money buys),   growth = K[t+1] / K[t] − 1

    Plant of a technique counts at its own cost. Investment is what is spent in the year, whether or not its plant is
    usable yet. Stock is at the start of the year; the last row is the end of the plan. Units: money; money / year; 1.
    """
    e, a = plan.economy, plan.activities
    given = a.flows[(a.flows["role"] == "give") & a.flows["activity"].str.startswith("invest:")]
    per_money = given.groupby("commodity")["coefficient"].sum()
    plants = [c for c in plan.stock.index if c in per_money.index]
    if not plants:
        return {}
    value = plan.stock.loc[plants].div(per_money[plants], axis=0)
    worn = value.mul(a.commodities.set_index("commodity")["loss"][plants], axis=0).sum()
    spent = plan.level[plan.level.index.str.startswith("invest:")].sum()
    base = pd.DataFrame(
        {
            "stock": float(e.capital_stock.sum()),
            "wear": float((e.capital_stock * e.depreciation).sum()),
            "investment": float(e.investment_by_sector.sum()),
        },
        index=[e.year],
    )
    coming = pd.DataFrame({"stock": value.sum(), "wear": worn, "investment": spent}).reindex(value.columns)
    coming.loc[value.columns[-1], "wear"] = np.nan
    table = pd.concat([base, coming]).rename_axis("year")
    table["growth"] = table["stock"].shift(-1) / table["stock"] - 1.0
    return {"capital_account": table.reset_index()}
