"""What falls due after the last year: bills, wages and yields of what is begun, at their present value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities

SIGN = {"give": 1.0, "take": -1.0, "occupy": -1.0}
# Steps of making through which a price is looked for.
DEEPEST = 20


def worth_when_due(a: Activities) -> pd.DataFrame:
    """What a unit of each commodity is worth that falls due in the first year after the end, and how that falls.

        value[c]  as stated in ``due``, else  min_a Σ_k (take + occupy)[k,a]·value[k] / give[c,a],   a gives c alone

    So a commodity in a unit of its own is worth what it costs to make at the stated values, by its cheapest way; one
    that no way leads to has no row, and is told without a value. ``fall`` of a cost is that of its largest part.
    Index commodity; columns value (objective per unit), fall (1 / year).
    """
    stated, priced = a.due.set_index("commodity")[["value", "fall"]], a.of_kind("flow", "stock")
    wanted = set(a.flows.loc[(a.flows["lag"] > 0) & a.flows["commodity"].isin(priced), "commodity"])
    if stated.empty or wanted <= set(stated.index):
        return stated
    gives = a.flows[a.flows["role"] == "give"].groupby(["activity", "commodity"], as_index=False)["coefficient"].sum()
    alone = ~gives["activity"].duplicated(keep=False) & gives["commodity"].isin(priced)
    gives = gives[alone & (gives["coefficient"] > 0)]
    uses = a.flows[(a.flows["role"] != "give") & a.flows["activity"].isin(gives["activity"])]
    bought = uses["role"] == "take"
    for _ in range(DEEPEST):
        value = uses["commodity"].map(stated["value"])
        parts = uses.assign(cost=uses["coefficient"] * value.fillna(0.0), fall=uses["commodity"].map(stated["fall"]))
        unknown = set(uses.loc[value.isna() & bought, "activity"])
        whole = parts.groupby("activity")["cost"].sum()
        of_largest = parts.sort_values("cost").drop_duplicates("activity", keep="last").set_index("activity")["fall"]
        ways = gives[~gives["activity"].isin(unknown) & ~gives["commodity"].isin(stated.index)]
        cost = ways["activity"].map(whole).astype(float) / ways["coefficient"]
        ways = ways.assign(value=cost, fall=ways["activity"].map(of_largest))
        ways = ways[ways["value"] > 0]
        cheapest = ways.sort_values("value").drop_duplicates("commodity").set_index("commodity")[["value", "fall"]]
        if cheapest.empty:
            break
        stated = pd.concat([stated, cheapest])
        if wanted <= set(stated.index):
            break
    return stated


def due_after(a: Activities) -> pd.DataFrame:
    """Everything that a level of the years takes, occupies or gives after the last of them.

    Capacities and stocks that count at the end (``terminal``) are not in it: what is given to them later counts there;
    nor are people who change their skill. Columns as in ``Activities.cells``, and ``worth``: of one unit when it falls
    due, objective per unit, value·(1 − fall)^(years after the first), negative for what is owed, NaN without a value.
    """
    count = set(a.terminal["commodity"]) - set(a.of_kind("account"))
    moved = a.cells(("take", "give"), ("flow", "stock", "account", "good"), after=True)
    cells = pd.concat(
        [moved[~moved["commodity"].isin(count)], a.cells(("occupy",), ("capacity",), after=True)], ignore_index=True
    )
    worth = worth_when_due(a).reindex(cells["commodity"])
    late = (cells["when"] - a.stages[-1]).to_numpy(dtype=float)
    price = worth["value"].to_numpy(dtype=float) * (1.0 - worth["fall"].to_numpy(dtype=float)) ** late
    return cells.assign(worth=price * cells["role"].map(SIGN).to_numpy(dtype=float))


def level_worth(a: Activities) -> np.ndarray:
    """What falls due after the end is worth per unit of each level: activity × year, objective per unit.

        worth[a,t] = Σ_{c,τ: t+τ > T} (give − take − occupy)[c,a,τ]·value[c]·(1−fall_c)^(t+τ−T−1)

    Of a project, which is done once at most, all of it; of what can be repeated at will never more than nothing: what
    it yields after the end pays its own bills there, and is no reason to do more of it.
    Source: our own (docs/explanation/paths.md).
    """
    out = np.zeros((len(a.activities), len(a.years)))
    if a.due.empty or not (a.flows["lag"] > 0).any():
        return out
    cells = due_after(a).dropna(subset="worth")
    at = pd.Index(a.activities["activity"]).get_indexer(cells["activity"]), cells["year"].to_numpy() - a.years[0]
    here = at[1] >= 0
    np.add.at(out, (at[0][here], at[1][here]), (cells["amount"] * cells["worth"]).to_numpy()[here])
    once = (a.activities["lump"] > 0).to_numpy()[:, None]
    net: np.ndarray = np.where(once, out, np.minimum(out, 0.0))
    return net
