"""What holds a plan back, and why a plan cannot be met: in the names of the plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from groundplan.errors import PlanInfeasible
from groundplan.outcome import Outcome
from groundplan.planning.activities import Activities
from groundplan.planning.policy import Policy
from groundplan.planning.programme import programme
from groundplan.planning.rows import BETWEEN, Family, Model
from groundplan.planning.solve import feasible, load, without_goal
from groundplan.planning.targets import target_lines

ROW_WORDS = {
    "good_floor": "floor of the {what} in {year}",
    "good_path": "non-falling {what} in {year}",
    "account_balance": "{what} in {year}",
    "growth_limit": "ceiling on the growth of {what} in {year}",
    "capacity_limit": "{what} in {year}",
    "contraction_limit": "limit on the fall of {what} in {year}",
    "lumpy_level": "size of the project {what} in {year}",
    "lumpy_once": "project {what}, once at most",
}
IDENTITIES = ("flow_balance", "stock_balance", "capacity_balance", "good_balance", "terminal_stock", "terminal_use")
LISTED = 8
SECONDS = 20.0


def conflict(a: Activities, policy: Policy, families: Sequence[Family]) -> PlanInfeasible:
    """The smallest set of wishes and limits that cannot all hold, in words.

    The plan is first cut to the fewest years that are still impossible: what cannot be begun needs no end. A Farkas
    certificate (the dual ray of the infeasible programme) leaves only the rows that take part; HiGHS then reduces
    these to an irreducible infeasible subset. Identities (balances) take part but cannot be loosened, so they are not
    named. Source: Farkas (1902, citation not checked); HiGHS, ``iis_strategy`` 4.
    """
    m, policy = _shortest(a, policy, families)
    rows, columns = _irreducible(m, policy)
    words = label_words(m)
    order = {f: n for n, f in enumerate(("targets", *ROW_WORDS))}
    rows = sorted((r for r in rows if r[0] not in IDENTITIES), key=lambda r: (order.get(r[0], 99), r[1]))
    clash = [*_told(rows, words), *_bounds_told(m, columns, words)]
    lines = target_lines(m.activities, policy)
    stated = {lines.loc[lines["label"] == label, "target"].iloc[0] for family, label in rows if family == "targets"}
    where = ", ".join(dict.fromkeys(policy.targets[t].line for t in sorted(stated) if policy.targets[t].line))
    listed = " · ".join(clash[:LISTED]) + (f" · and {len(clash) - LISTED} more" if len(clash) > LISTED else "")
    what = "The plan cannot meet every target." if stated else "No plan meets the floors within the limits."
    return PlanInfeasible(
        f"{what}\n  clash: {listed or 'not found'}",
        where=where,
        fix="loosen any one of them, in the study or with --set",
    )


def _shortest(a: Activities, policy: Policy, families: Sequence[Family]) -> tuple[Model, Policy]:
    """The programme of the fewest first years that is infeasible, by bisection."""
    low, high = 1, len(a.years)
    while low < high:
        middle = (low + high) // 2
        cut, wishes = _cut(a, policy, middle)
        if feasible(programme(cut, wishes, families), wishes):
            low = middle + 1
        else:
            high = middle
    cut, wishes = _cut(a, policy, low)
    return programme(cut, wishes, families), wishes


def _cut(a: Activities, policy: Policy, years: int) -> tuple[Activities, Policy]:
    """Activities and targets of the first years alone."""
    last = a.years[years - 1]
    tables = {name: getattr(a, name) for name in ("bounds", "exogenous", "utility", "floors")}
    kept = {name: table[table["year"] <= last].reset_index(drop=True) for name, table in tables.items()}
    wishes = [t for t in policy.targets if t.year is None or t.year <= last]
    return replace(a, years=a.years[:years], **kept), replace(policy, targets=wishes)


def _irreducible(m: Model, policy: Policy) -> tuple[list[tuple[str, str]], list[int]]:
    """Rows (family, label) and column labels of an infeasible subset."""
    loaded = load(m, policy)
    h = without_goal(loaded.highs)
    for option, value in (("presolve", "off"), ("solver", "simplex"), ("iis_strategy", 4), ("iis_time_limit", SECONDS)):
        h.setOptionValue(option, value)
    h.run()
    _, there, ray = h.getDualRay()
    left = loaded.rows
    if there:
        weight = np.abs(np.asarray(ray))
        part = weight > 1e-9 * weight.max(initial=0.0)
        unused = np.flatnonzero(~part).astype(np.int32)
        h.deleteRows(len(unused), unused)
        h.run()
        left = left[part]
    _, found = h.getIis()
    named = _row_names(m)
    chosen = list(found.row_index_) or range(len(left))
    return [named[int(left[r])] for r in chosen], [int(loaded.columns[c]) for c in found.col_index_]


def _told(rows: list[tuple[str, str]], words: dict[str, str]) -> list[str]:
    """Rows in words, the years of one limit drawn together."""
    years: dict[tuple[str, str], list[int]] = {}
    for family, label in rows:
        head, between, year = label.rpartition(BETWEEN)
        key = (family, head if between else label)
        years.setdefault(key, []).extend([int(year)] if between and year.split()[0].isdigit() else [])
    told = []
    for (family, name), when in years.items():
        span = f"{min(when)}" if len(when) == 1 else (f"{min(when)} to {max(when)}" if when else "")
        if family == "targets":
            told.append(f"{name} in {span}" if span else name)
            continue
        pattern = ROW_WORDS.get(family, f"{family.replace('_', ' ')}: {{what}} in {{year}}")
        told.append(pattern.format(what=words.get(name) or name, year=span))
    return told


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


def _bounds_told(m: Model, columns: list[int], words: dict[str, str]) -> list[str]:
    """Bounds of levels in the conflict: ceilings of markets, fixed levels."""
    level = m.variables["level"]
    acts, years = level.indexes["activity"], level.indexes["year"]
    at = {int(v): n for n, v in enumerate(level.labels.values.ravel())}
    lower, upper = level.lower.values.ravel(), level.upper.values.ravel()
    spans: dict[str, list[int]] = {}
    for column in columns:
        n = at.get(column)
        if n is not None and (lower[n] > 0 or np.isfinite(upper[n])):
            spans.setdefault(acts[n // len(years)], []).append(int(years[n % len(years)]))
    told = []
    for activity, when in spans.items():
        span = f"{min(when)}" if len(when) == 1 else f"{min(when)} to {max(when)}"
        told.append(f"bounds of {words.get(activity) or activity} in {span}")
    return told


def scarcities(outcome: Outcome) -> pd.DataFrame:
    """What holds the plan back: foreign exchange, labour, plant, ranked by what their scarcity is worth over the plan.

    rent = Σ_t consumption_price[c,t] · what there is of c in t   (of foreign exchange: what imports take)

    Columns: commodity, label, rent (money of living standard), best_year, price (in that year, money of living
    standard per unit), average (over the plan's years), unit.
    """
    price = pd.DataFrame(outcome["consumption_price"].to_pandas())
    level, stock = (pd.DataFrame(outcome[name].to_pandas()) for name in ("level", "stock"))
    commodities = outcome.table("commodities").set_index("commodity")
    limits = commodities.index[commodities["kind"].isin(["capacity", "account"])].intersection(price.index)
    there = stock.reindex(index=limits, columns=price.columns)
    bought = level.loc[[a for a in level.index if a.startswith("buy:")]].sum()
    for account in limits[commodities.loc[limits, "kind"] == "account"]:
        there.loc[account] = bought.reindex(price.columns)
    rent = (price.loc[limits] * there).fillna(0.0)
    worth = price.loc[limits].fillna(0.0)
    best = worth.idxmax(axis=1)
    table = pd.DataFrame(
        {
            "label": commodities.loc[limits, "label"],
            "rent": rent.sum(axis=1),
            "best_year": best,
            "price": [worth.loc[c, best[c]] for c in limits],
            "average": worth.mean(axis=1),
            "unit": commodities.loc[limits, "unit"],
        }
    )
    table = table[table["price"] > 1e-6]
    return table.sort_values("rent", ascending=False).rename_axis("commodity").reset_index()


def explain(outcome: Outcome, top: int = 6) -> list[str]:
    """What holds the plan back, in sentences with prices."""
    money = str(outcome.provenance["money"])
    sentences = []
    for row in scarcities(outcome).head(top).to_dict("records"):
        unit, pay = unit_in_words(str(row["unit"]).removesuffix(" / year")), unit_in_words(money)
        sentences.append(
            f"One more {unit} of {row['label']} in {row['best_year']} is worth {row['price']:,.3g} {pay} "
            f"of living standard that year; {row['average']:,.2g} on average over the plan."
        )
    if not sentences:
        sentences.append("Nothing that is made, earned or trained holds the plan back; its markets and floors do.")
    return sentences


def unit_in_words(unit: str) -> str:
    """A unit as a sentence says it; the year of its prices is told once, above.

    >>> unit_in_words("KES2019bn"), unit_in_words("base-year wage units (KES2019bn)"), unit_in_words("persons")
    ('billion KES', 'billion KES of wages', 'person')
    """
    found = re.search(r"([A-Z]{3})\d{4}(bn|m)\b", unit)
    if not found:
        return {"persons": "person"}.get(unit, unit)
    words = f"{'billion' if found[2] == 'bn' else 'million'} {found[1]}"
    if "wage" in unit:
        return f"{words} of wages"
    return f"{words} of value added" if "value added" in unit else words
