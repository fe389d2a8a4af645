"""What sets the pace of a plan: what one per cent more of each plant, skill and account would add, and thin sectors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.solved_plan import SolvedPlan

# A sector is thin where it makes less than this share of output, and it sets the pace where its product's average price
# is above this many times its own of the base year. Above the second price any sector is told.
THIN, DEAR, TOO_DEAR = 0.01, 3.0, 10.0
PER_CENT = 0.01


def pace_setters(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """``pace_setters``: plants, skills and accounts by what they hold up, the weightiest first.

        gain[c] = 0.01 · Σ_t dual[c,t]·k[c,t] / V

    Columns: commodity, label, sector, share (of the base year's output; NaN for what is no sector), price (the
    product's average over the plan, in living standard of the year; base year 1), gain (what one per cent more of it
    in every year would add, as a share of the plan's worth). Units: 1.
    Source: our own (docs/explanation/baskets.md).
    """
    e, duals = plan.economy, plan.duals
    if plan.stock.empty or "consumption_price" not in plan.prices:
        return {}
    limits = duals[duals["family"].isin(["capacity_limit", "account_balance"])]
    worth = (limits["dual"] * limits["gain"]).groupby([limits["name"], limits["year"]]).sum().unstack("year")
    names = [c for c in plan.activities.commodities["commodity"] if c in worth.index and c in plan.stock.index]
    years = [y for y in plan.activities.years if y in worth.columns]
    standing = np.maximum(plan.stock.loc[names, years].to_numpy(), 0.0)
    whole = max(abs(plan.best.objective), 1e-300)
    gain = PER_CENT * np.nansum(worth.loc[names, years].to_numpy() * standing, axis=1) / whole
    sectors = [c.partition(":")[2] if c.startswith("capacity:") else "" for c in names]
    x, prices = e.output.to_series(), plan.prices["consumption_price"].mean("year").to_series()
    products = [f"home:{j}" if j in e.sectors else c for c, j in zip(names, sectors, strict=True)]
    labels = plan.activities.commodities.set_index("commodity")["label"]
    table = pd.DataFrame(
        {
            "commodity": names,
            "label": [e.label(j) if j in e.sectors else labels[c] for c, j in zip(names, sectors, strict=True)],
            "sector": [j if j in e.sectors else "" for j in sectors],
            "share": [float(x[j] / x.sum()) if j in e.sectors else np.nan for j in sectors],
            "price": prices.reindex(products).to_numpy(),
            "gain": gain,
        }
    )
    return {"pace_setters": table.sort_values("gain", ascending=False, kind="stable").reset_index(drop=True)}


def thin_sectors(plan: SolvedPlan | Outcome) -> pd.DataFrame:
    """Thin sectors that set a plan's pace, and any whose product costs ten times its own: rows of ``pace_setters``.

    Less than 1 % of output at an average price above 3, or any share at one above 10. None in a plan that is well.
    """
    tables = plan.tables if isinstance(plan, Outcome) else pace_setters(plan)
    if "pace_setters" not in tables:
        return pd.DataFrame(columns=["commodity", "label", "sector", "share", "price", "gain"])
    table = tables["pace_setters"]
    own = table[table["sector"] != ""]
    thin = (own["share"] < THIN) & (own["price"] > DEAR)
    return own[thin | (own["price"] > TOO_DEAR)].reset_index(drop=True)
