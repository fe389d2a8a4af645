"""What holds a plan back, and why a plan cannot be met: in the names of the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.errors import PlanInfeasible
from groundplan.outcome import Outcome
from groundplan.planning.policy import Policy
from groundplan.planning.rows import BETWEEN, Model
from groundplan.planning.solve import load
from groundplan.planning.targets import target_lines

ROW_WORDS = {
    "flow_balance": "balance of {what} in {year}",
    "stock_balance": "stock of {what} in {year}",
    "capacity_balance": "{what} after {year}",
    "account_balance": "{what} in {year}",
    "capacity_limit": "{what} in {year}",
    "good_floor": "floor of the {what} in {year}",
    "good_path": "non-falling {what} in {year}",
    "growth_limit": "ceiling on the growth of {what} in {year}",
    "contraction_limit": "limit on the fall of {what} in {year}",
    "lumpy_level": "size of the project {what} in {year}",
    "lumpy_once": "project {what}, once at most",
}
SILENT = ("good_balance",)
LISTED = 12


def conflict(m: Model, policy: Policy) -> PlanInfeasible:
    """The smallest set of rows that cannot all hold, in words.

    An irreducible infeasible subset found by HiGHS on the programme's rows; at most ``LISTED`` are named, targets and
    floors first.
    """
    loaded = load(m, policy)
    h = loaded.highs
    h.setOptionValue("iis_strategy", 4)
    h.setOptionValue("iis_time_limit", 60.0)
    h.run()
    _, found = h.getIis()
    named = _row_names(m)
    rows = [named[int(loaded.rows[r])] for r in found.row_index_]
    words = label_words(m)
    order = {f: n for n, f in enumerate(["targets", "good_floor", "good_path", "account_balance", "growth_limit", "capacity_limit"])}
    rows = sorted((r for r in rows if r[0] not in SILENT), key=lambda r: (order.get(r[0], 99), r[1]))
    told = [_row_text(family, label, words) for family, label in rows]
    bounds = _bounds_told(m, loaded.columns, list(found.col_index_), words)
    clash = list(dict.fromkeys([*told, *bounds]))
    lines = target_lines(m.activities, policy)
    stated = {lines.loc[lines["label"] == label, "target"].iloc[0] for family, label in rows if family == "targets"}
    where = ", ".join(dict.fromkeys(policy.targets[t].line for t in sorted(stated) if policy.targets[t].line))
    listed = ", ".join(clash[:LISTED]) + (f", and {len(clash) - LISTED} more" if len(clash) > LISTED else "")
    what = "The plan cannot meet every target." if stated else "No plan meets the floors within the limits."
    if not clash:
        return PlanInfeasible(what, fix="loosen targets, floors or limits; the solver did not find a smaller conflict in time")
    return PlanInfeasible(f"{what}\n  clash: {listed}", where=where, fix="loosen any one of them")


def label_words(m: Model) -> dict[str, str]:
    """Commodity and activity names → their labels in words."""
    a = m.activities
    return {
        **dict(zip(a.commodities["commodity"], a.commodities["label"], strict=True)),
        **dict(zip(a.activities["activity"], a.activities["label"], strict=True)),
    }


def _row_names(m: Model) -> dict[int, tuple[str, str]]:
    names = {}
    for family, rows in m.families.items():
        for position, label in zip(np.ravel(m.lp.constraints[family].labels.values), rows.labels, strict=True):
            names[int(position)] = (family, str(label))
    return names


def _row_text(family: str, label: str, words: dict[str, str]) -> str:
    head, _, year = label.rpartition(BETWEEN)
    if family == "targets":
        return f"{head} in {year}"
    what = words.get(head or label) or head or label
    return ROW_WORDS.get(family, f"{family.replace('_', ' ')} of {{what}} in {{year}}").format(what=what, year=year)


def _bounds_told(m: Model, columns: np.ndarray, found: list[int], words: dict[str, str]) -> list[str]:
    """Bounds of levels in the conflict: ceilings of markets, fixed levels."""
    level = m.variables["level"]
    acts, years = level.indexes["activity"], level.indexes["year"]
    at = {int(v): n for n, v in enumerate(level.labels.values.ravel())}
    lower, upper = level.lower.values.ravel(), level.upper.values.ravel()
    told = []
    for column in found:
        n = at.get(int(columns[column]))
        if n is None or (lower[n] <= 0 and not np.isfinite(upper[n])):
            continue
        activity, year = acts[n // len(years)], years[n % len(years)]
        name = words.get(activity) or activity
        ends = [f"at least {lower[n]:,.6g}"] if lower[n] > 0 else []
        ends += [f"at most {upper[n]:,.6g}"] if np.isfinite(upper[n]) else []
        told.append(f"{name} {' and '.join(ends)} in {year}")
    return told


def scarcities(outcome: Outcome) -> pd.DataFrame:
    """What holds the plan back: foreign exchange, labour, plant, ranked by what their scarcity is worth over the plan.

    rent = Σ_t consumption_price[c,t] · what there is of c in t

    Columns: commodity, label, rent (money of living standard), best_year, price (in that year, money of living
    standard per unit), unit.
    """
    price = outcome["consumption_price"].to_pandas()
    level, stock = outcome["level"].to_pandas(), outcome["stock"].to_pandas()
    commodities = outcome.table("commodities").set_index("commodity")
    limits = commodities.index[commodities["kind"].isin(["capacity", "account"])].intersection(price.index)
    there = stock.reindex(index=limits, columns=price.columns)
    sold = level.loc[[a for a in level.index if a.startswith(("sell:", "reexport:"))]].sum()
    for account in limits[commodities.loc[limits, "kind"] == "account"]:
        there.loc[account] = sold.reindex(price.columns)
    rent = (price.loc[limits] * there).fillna(0.0)
    best = price.loc[limits].fillna(0.0).idxmax(axis=1)
    table = pd.DataFrame(
        {
            "label": commodities.loc[limits, "label"],
            "rent": rent.sum(axis=1),
            "best_year": best,
            "price": [price.loc[c, best[c]] for c in limits],
            "unit": commodities.loc[limits, "unit"],
        }
    )
    table = table[table["price"] > 1e-6]
    return table.sort_values("rent", ascending=False).rename_axis("commodity").reset_index()


def explain(outcome: Outcome, top: int = 6) -> list[str]:
    """What holds the plan back, in sentences with prices."""
    money = str(outcome.provenance["money"])
    sentences = []
    for row in scarcities(outcome).head(top).itertuples():
        unit = str(row.unit).removesuffix(" / year")
        sentences.append(
            f"One more unit of {row.label} ({unit}) in {row.best_year} is worth {row.price:,.3g} {money} of living standard."
        )
    if not sentences:
        sentences.append("Nothing that is made, earned or trained holds the plan back; its markets and floors do.")
    return sentences
