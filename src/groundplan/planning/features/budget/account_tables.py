"""The plan's two accounts of money, year by year and line by line: the state's budget and foreign exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.features.budget.budget_accounts import BUDGET, SOURCES
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE

if TYPE_CHECKING:
    from groundplan.planning.solved_plan import SolvedPlan

LINES = ["year", "part", "line", "amount", "share"]


def movements(a: Activities, level: pd.DataFrame, account: str) -> pd.DataFrame:
    """What every activity pays into an account, less what it takes: activity, year it falls due, amount.

    Flows that fall due after the plan are not in it. Units: the account's own / year.
    """
    cells = a.cells(("give", "take"), ("account",))
    cells = cells[cells["commodity"] == account]
    rows, columns = (
        axis.get_indexer(pd.Index(cells[c])) for axis, c in zip(level.axes, ("activity", "year"), strict=True)
    )
    done = level.to_numpy(dtype=float)[rows, columns]
    sign = np.where(cells["role"] == "give", 1.0, -1.0)
    return pd.DataFrame(
        {"activity": cells["activity"], "year": cells["when"], "amount": cells["amount"].to_numpy() * sign * done}
    ).reset_index(drop=True)


def _base(a: Activities, account: str) -> pd.DataFrame:
    """The movements of the year before the plan, at base levels."""
    f = a.flows[(a.flows["commodity"] == account) & a.flows["role"].isin(["give", "take"])]
    level = f["activity"].map(a.activities.set_index("activity")["base"]).to_numpy(dtype=float)
    amount = np.where(f["role"] == "give", 1.0, -1.0) * f["coefficient"].to_numpy() * level
    return pd.DataFrame({"activity": f["activity"], "year": a.years[0] - 1, "amount": amount})


def _lines(moved: pd.DataFrame, line_of: Callable[[str, bool], tuple[str, str]]) -> pd.DataFrame:
    """Movements gathered into (part, line) by year, amounts positive on either side."""
    keys = [line_of(act, amount >= 0) for act, amount in zip(moved["activity"], moved["amount"], strict=True)]
    table = moved.assign(part=[k[0] for k in keys], line=[k[1] for k in keys])
    table["amount"] = np.where(table["part"].isin(["expenditure", "payments"]), -table["amount"], table["amount"])
    return table.groupby(["year", "part", "line"], sort=False)["amount"].sum().reset_index()


def _outside(plan: SolvedPlan, account: str, line: str) -> pd.DataFrame:
    """What comes into the account from outside the plan, less what is claimed, by year."""
    x = plan.activities.exogenous
    x = x[x["commodity"] == account]
    net = x["supply"] - x["claim"]
    years = [(y, float(net[x["year"].isin([0, y])].sum())) for y in plan.activities.years]
    every = float(net[x["year"] == 0].sum())
    return pd.DataFrame(
        [{"year": y, "part": "receipts", "line": line, "amount": v} for y, v in [(plan.economy.year, every), *years]]
    )


def _interest(plan: SolvedPlan, account: str) -> pd.DataFrame:
    """What the account earns, or pays where it is overdrawn, on what is in it at the start of the year."""
    rate = -float(plan.activities.commodities.set_index("commodity")["loss"][account])
    balance = plan.stock.loc[account] if rate else pd.Series(dtype=float)
    return pd.DataFrame(
        [{"year": int(y), "part": "receipts", "line": "interest", "amount": rate * float(balance[y])}
         for y in balance.index[:-1]]
    )  # fmt: skip


def _balanced(table: pd.DataFrame, into: str, out: str, balance: str) -> pd.DataFrame:
    """The lines with totals, the balance and shares: of receipts for receipts and balance, of spending for spending."""
    parts, code = (into, out), (table["part"] == out).to_numpy(dtype=int)
    years, at = np.unique(table["year"].to_numpy(), return_inverse=True)
    total = np.zeros((len(years), len(parts)))
    np.add.at(total, (at, code), table["amount"].to_numpy())
    left = total[:, 0] - total[:, 1]
    balances = {"year": years, "part": "balance", "line": balance, "amount": left, "share": _share(left, total[:, 0])}
    lines = table.assign(share=_share(table["amount"].to_numpy(), total[at, code]))
    done = pd.concat([lines, pd.DataFrame(balances)])
    rank = np.concatenate([code, np.full(len(years), len(parts))])
    return done.iloc[np.lexsort((rank, done["year"]))][LINES]


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part / whole, 0 of nothing."""
    share: np.ndarray = np.divide(part, whole, out=np.zeros(len(whole)), where=whole != 0)
    return share


def _stocks(plan: SolvedPlan, account: str) -> pd.DataFrame:
    """What is in the account at the start of each year of the plan and after it."""
    there = plan.stock.loc[account]
    return pd.DataFrame(
        {"year": [int(y) for y in there.index], "part": "account", "line": "at the start of the year",
         "amount": there.to_numpy(dtype=float), "share": np.nan}
    )  # fmt: skip


def budget_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """``budget``: revenue by source, expenditure by function, surplus and account, by year, the base year first.

        Σ revenue = Σ expenditure + surplus,   account[t+1] = account[t] + surplus[t]

    Columns: year, part (revenue, expenditure, balance, account), line, amount (money / year; account: money), share.
    Nothing where the plan has no budget.
    """
    if plan.policy.budget is None:
        return {}

    def line_of(act: str, gives: bool) -> tuple[str, str]:
        head, _, tail = act.partition(":")
        if gives:
            return "revenue", SOURCES.get(head, act)
        return "expenditure", {"serve": tail.partition("@")[0], "pay": "economy"}.get(head, act)

    moved = pd.concat([_base(plan.activities, BUDGET), movements(plan.activities, plan.level, BUDGET)])
    table = _balanced(_lines(moved, line_of), "revenue", "expenditure", "surplus")
    return {"budget": pd.concat([table, _stocks(plan, BUDGET)], ignore_index=True)}


def foreign_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """``foreign_account``: receipts and payments of foreign exchange, balance and reserves, by year.

        Σ receipts = Σ payments + balance,   reserves[t+1] = reserves[t] + balance[t]

    Columns as in ``budget``; receipts are exports, re-exports, transfers and lending, and interest on what is in the
    account (below 0 where it is overdrawn); payments are imports and whatever else takes foreign exchange, by its
    group. Nothing where the plan has no such account.
    """
    a = plan.activities
    if FOREIGN_EXCHANGE not in set(a.commodities["commodity"]):
        return {}
    group = a.activities.set_index("activity")["group"]
    words = {"export": "exports", "reexport": "re-exports", "import": "imports"}

    def line_of(act: str, gives: bool) -> tuple[str, str]:
        kind = str(group[act])
        # Goods sent back are negative exports: they stay among receipts.
        pays = kind == "import" or (not gives and kind not in ("export", "reexport"))
        return "payments" if pays else "receipts", words.get(kind, kind or act)

    moved = pd.concat([_base(a, FOREIGN_EXCHANGE), movements(a, plan.level, FOREIGN_EXCHANGE)])
    outside = _outside(plan, FOREIGN_EXCHANGE, "transfers and lending")
    lines = pd.concat([_lines(moved, line_of), outside, _interest(plan, FOREIGN_EXCHANGE)])
    table = _balanced(lines, "receipts", "payments", "balance")
    return {"foreign_account": pd.concat([table, _stocks(plan, FOREIGN_EXCHANGE)], ignore_index=True)}
