"""Sectors whose investment the accounts leave open: plans that are worth as much invest more there, or less."""

from __future__ import annotations

import pandas as pd

from groundplan.planning.solved_plan import SolvedPlan

# What two plans that are worth as much invest in a sector, all years together, may be apart before the sector is named;
# and of how much of all investment it is too small to be spoken of.
APART, COUNTED = 0.15, 0.002
COLUMNS = ["activity", "label", "invested", "best", "apart", "share"]
INVESTMENT = "investment"


def unsettled(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """The table ``unsettled``: sectors in which the even path and the best plan, worth as much, invest differently.

        apart_j = | Σ_t I*_j[t] / Σ_t I_j[t] − 1 | > 0.15,   I the path that is shown, I* the best plan, t in the plan

    Of sectors of at least 0.2 per cent of all investment, the largest first. Both plans keep every row and are worth
    the same to ``Policy.evenness``, so the range of such plans is at least as wide. No rows where the plan that is
    shown is the best one itself.
    Columns: activity, label, invested, best (money over the plan), apart, share (of all investment; 1).
    Source: our own (docs/explanation/paths.md).
    """
    a = plan.activities
    own = a.activities[a.activities["group"] == INVESTMENT].set_index("activity")["label"]
    if plan.corner is None or own.empty:
        return {"unsettled": pd.DataFrame(columns=COLUMNS)}
    shown = plan.level.loc[own.index].sum(axis=1)
    corner = pd.DataFrame(plan.best.values["level"].to_pandas())
    best = corner.loc[own.index, list(a.years)].sum(axis=1)
    table = pd.DataFrame(
        {
            "label": own,
            "invested": shown,
            "best": best,
            "apart": (best / shown.where(shown > 0) - 1.0).abs(),
            "share": shown / max(float(shown.sum()), 1e-300),
        }
    )
    named = table[(table["share"] > COUNTED) & (table["apart"] > APART)]
    named = named.sort_values("share", ascending=False, kind="stable")
    return {"unsettled": named.rename_axis("activity").reset_index()[COLUMNS]}
