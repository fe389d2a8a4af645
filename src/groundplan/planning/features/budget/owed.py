"""What a plan leaves to be paid after its last year: bills of what is begun, debts, and their interest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.families.due_after import due_after
from groundplan.planning.features.budget.budget_accounts import BUDGET
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE

if TYPE_CHECKING:
    from groundplan.planning.solved_plan import SolvedPlan

COLUMNS = ["part", "what", "label", "commodity", "commodity_label", "year", "amount", "unit", "present_value", "rate"]
BILL, DEBT, INTEREST, AT_HOME = "bill", "debt", "interest", "debt at home"
# Below this share of what is left at most nothing is owed: the solver's own rounding.
SMALLEST = 1e-9


def owed_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """``owed``: what falls due after the plan's last year of what was begun in it, and what is owed at its end.

        bill      Σ_t take[c,a,τ]·v[a,t] by year t+τ > T of the plan, people at work (occupied labour) with it
        debt      foreign exchange overdrawn at the end, due in the year after it;  interest  of that year
        debt at home  the state's account overdrawn: it moves money between people of one country, and no resources

        present_value = amount · value_c · ρ^(year − T),   ρ = 1 − fall,   value and fall those of ``DueRow``

    Values are base-year prices and wages, or what making costs at them where a commodity has a unit of its own; NaN
    where it has none. They are told at the plan's last year T; the plan itself reckons with the tail beyond it, and
    charges what falls due after the tail at the same prices.

    ``rate`` = 1/ρ − 1, what a later year is discounted by.

    Columns: part, what (the activity or account), label, commodity, commodity_label, year, amount (unit), unit,
    present_value (money of the base year), rate (1 / year).
    """
    a = plan.activities
    rows = [_bills(plan), _debts(plan)]
    table = pd.concat([r for r in rows if len(r)] or [pd.DataFrame(columns=COLUMNS)], ignore_index=True)
    words = a.commodities.set_index("commodity")
    table["commodity_label"] = table["commodity"].map(words["label"]).fillna("").to_numpy(dtype=object)
    table["unit"] = table["commodity"].map(words["unit"]).fillna("").to_numpy(dtype=object)
    table["rate"] = 1.0 / (1.0 - _money(plan)[1]) - 1.0
    if len(table):
        largest = float(table["present_value"].abs().max()) if table["present_value"].notna().any() else 0.0
        tiny = table["present_value"].abs() < 1e-6 * largest
        table = table[~tiny & (table["amount"] > SMALLEST)]
    return {"owed": table[COLUMNS].reset_index(drop=True)}


def _money(plan: SolvedPlan) -> tuple[float, float]:
    """What a unit of money is worth that is due in the first year after the end, and how that falls a year."""
    due = plan.activities.due.set_index("commodity")
    if FOREIGN_EXCHANGE not in due.index:
        return 1.0, 0.0
    return float(due["value"][FOREIGN_EXCHANGE]), float(due["fall"][FOREIGN_EXCHANGE])


def _bills(plan: SolvedPlan) -> pd.DataFrame:
    """What levels of the plan's years take, and whom they keep at work, after its last year."""
    a = plan.activities
    cells = due_after(a)
    labour = cells["commodity"].str.startswith("labour:")
    cells = cells[(cells["role"] == "take") | ((cells["role"] == "occupy") & labour)]
    if cells.empty:
        return pd.DataFrame(columns=COLUMNS)
    at = (axis.get_indexer(pd.Index(cells[c])) for axis, c in zip(plan.level.axes, ("activity", "year"), strict=True))
    amount = cells["amount"].to_numpy() * plan.level.to_numpy()[tuple(at)]
    worth, fall = _money(plan)
    value = -cells["worth"].to_numpy() / worth * (1.0 - fall) * amount
    moved = cells.assign(amount=amount, present_value=value)
    by = moved.groupby(["activity", "commodity", "when"], sort=False)[["amount", "present_value"]]
    table = by.sum(min_count=1).reset_index().rename(columns={"activity": "what", "when": "year"})
    labels = a.activities.set_index("activity")["label"]
    table["label"] = [str(labels[w]) or w for w in table["what"]]
    table = table[table["amount"] > SMALLEST * max(float(table["amount"].max()), 1e-300)]
    return table.assign(part=BILL)


def _debts(plan: SolvedPlan) -> pd.DataFrame:
    """Foreign exchange and the state's account, where they are overdrawn at the end of the plan."""
    a, stock = plan.activities, plan.stock
    fall, after = _money(plan)[1], a.stages[-1]
    accounts = a.commodities[a.commodities["commodity"].isin([FOREIGN_EXCHANGE, BUDGET])]
    records: list[tuple[str, str, str, str, int, float, float]] = []
    for name, loss in zip(accounts["commodity"], accounts["loss"], strict=True):
        debt = -float(stock.loc[name, after])
        if debt <= 1e-6 * max(1.0, float(np.abs(stock.loc[name]).max())):
            continue
        if name == BUDGET:
            records.append((AT_HOME, name, "the state's debt", name, after, debt, np.nan))
            continue
        records.append((DEBT, name, "foreign debt", name, after, debt, debt * (1.0 - fall)))
        if loss < 0:
            records.append(
                (INTEREST, name, "interest on foreign debt", name, after, -loss * debt, -loss * debt * (1.0 - fall))
            )
    return pd.DataFrame(records, columns=["part", "what", "label", "commodity", "year", "amount", "present_value"])
