"""What a reader wants to see of a plan, as tables: the page, the charts and the report all read these.

Every table has two column levels, the name and its unit. Tables by year have the years as rows, so that a plan of any
length fits a page. What an outcome does not hold is left out; a table of nothing is an empty table.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.explaining.explain import scarcities
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import indicator_units, indicators, labels, money
from groundplan.results.words import PERCENT, STANDARD

LIVING = "living standard"
CONTENT = "import content of household consumption"
COLLECTIVE = "collective:"
WAGES = re.compile(r"^base-year wage units \((.*)\)$")
REST = "all other sectors"
HEAD, SPENT = "gap: ", "spending gap: "


def yearly_table(outcome: Outcome) -> pd.DataFrame:
    """The plan in a dozen figures a year, the year of the accounts first."""
    there = indicators(outcome)
    units = indicator_units(outcome)
    columns: list[tuple[str, str, Any]] = []
    for name in [LIVING, *group_words(outcome), "household consumption", "value added", "investment", "import bill",
                 "import dependency", CONTENT, "employment"]:  # fmt: skip
        if name not in there.index:
            continue
        share = name in ("import dependency", CONTENT)
        unit = PERCENT if share else units.get(name, "")
        columns.append((name, unit, there.loc[name] * (100 if share else 1)))
        if name == "household consumption":
            columns.append(
                ("growth of household consumption", PERCENT, 100 * there.loc[name].pct_change(fill_method=None))
            )
    return framed(pd.Index(there.columns, name="year"), columns)


def group_words(outcome: Outcome) -> list[str]:
    """Living standards of household groups that count together, such as rural and urban."""
    coded = labels(outcome)
    names = [str(i) for i in indicators(outcome).index]
    return [n for n in names if n.startswith(f"{LIVING}: ") and n.removeprefix(f"{LIVING}: ") not in coded]


def _codes(outcome: Outcome, head: str) -> dict[str, str]:
    """Indicators ``<head>: <code>`` → the name of the sector or product; branches and techniques are parts of these."""
    coded, names = labels(outcome), {}
    for name in indicators(outcome).index:
        start, _, code = str(name).partition(": ")
        if start == head and code in coded:
            names[str(name)] = str(coded[code])
    return names


def _largest(outcome: Outcome, head: str, top: int) -> pd.DataFrame:
    """The largest sectors of an indicator by year, the rest as one column, and the total."""
    there, named = indicators(outcome), _codes(outcome, head)
    if not named:
        return blank("year")
    part = there.loc[list(named)]
    order = part.sum(axis=1).sort_values(ascending=False, kind="stable").index
    unit = indicator_units(outcome).get(next(iter(named)), "")
    columns: list[tuple[str, str, Any]] = [(named[str(n)], unit, part.loc[n]) for n in order[:top]]
    if len(order) > top:
        columns.append((REST, unit, part.loc[order[top:]].sum(axis=0)))
    columns.append(("total", unit, part.sum(axis=0)))
    return framed(pd.Index(part.columns, name="year"), columns)


def balance_table(outcome: Outcome, top: int = 10) -> pd.DataFrame:
    """Gross output by year of the sectors with the largest output, the rest together, and the total."""
    return _largest(outcome, "gross output", top)


def investment_table(outcome: Outcome, top: int = 8) -> pd.DataFrame:
    """Investment by year in the sectors where the plan invests most, the rest together, and the total."""
    return _largest(outcome, "investment", top)


def standards_table(outcome: Outcome) -> pd.DataFrame:
    """Living standard per head by year: all, groups that count together, and every group of its own."""
    there, coded = indicators(outcome), labels(outcome)
    columns: list[tuple[str, str, Any]] = []
    seen: list[Any] = []
    for name in there.index:
        head, mark, code = str(name).partition(": ")
        if head != LIVING or any(np.array_equal(there.loc[name], other, equal_nan=True) for other in seen if mark):
            continue
        seen.append(there.loc[name])
        shown = "all households" if not mark else f"all {code}" if code not in coded else str(coded[code])
        if code in coded and code not in outcome.provenance.get("households", [code]):
            shown = f"{COLLECTIVE} {shown}"
        columns.append((shown, STANDARD, there.loc[name]))
    return framed(pd.Index(there.columns, name="year"), columns)


def gaps(o: Outcome) -> pd.DataFrame:
    """Every gap by year, of living standards and of spending; of two that are each other's inverse the first."""
    there = indicators(o)
    columns: list[tuple[str, str, Any]] = []
    seen: set[tuple[bool, str, str]] = set()
    for name in map(str, there.index):
        sides = name.removeprefix(SPENT).removeprefix(HEAD)
        a, over, b = sides.partition(" over ")
        if not name.startswith((HEAD, SPENT)) or (name.startswith(SPENT), b, a) in seen:
            continue
        seen.add((name.startswith(SPENT), a, b))
        words = f"{sides}, spending" if name.startswith(SPENT) else f"{sides}, standard"
        columns.append((words if over else name, "", there.loc[name]))
    return framed(pd.Index(there.columns if columns else [], name="year"), columns)


def trade_table(outcome: Outcome) -> pd.DataFrame:
    """Import bill, export earnings, their difference and reserves at the start of the year."""
    there, units = indicators(outcome), indicator_units(outcome)
    columns: list[tuple[str, str, Any]] = [
        (n, units.get(n, ""), there.loc[n]) for n in ("import bill", "export earnings") if n in there.index
    ]
    if len(columns) == 2:
        gap = there.loc["export earnings"] - there.loc["import bill"]
        columns.append(("export earnings less import bill", units.get("import bill", ""), gap))
    if "foreign reserves" in there.index:
        columns.append(
            ("foreign reserves, start of year", units.get("foreign reserves", ""), there.loc["foreign reserves"])
        )
    return framed(pd.Index(there.columns, name="year"), columns)


def dependence_view(outcome: Outcome, top: int = 10) -> pd.DataFrame:
    """Imports that household consumption needs, by product: bought directly, through suppliers, in all rounds."""
    table, unit = table_of(outcome, "dependence").head(top), f"{money(outcome)} / year"
    if table.empty:
        return blank("product")
    return framed(
        pd.Index(table["label"], name="product"),
        [
            ("bought directly", unit, table["direct"]),
            ("through suppliers", unit, table["total"] - table["direct"]),
            ("all rounds", unit, table["total"]),
            ("share of all such imports", PERCENT, 100 * table["share"]),
            ("imports in total supply", PERCENT, 100 * table["import_share"]),
            ("self-sufficiency", PERCENT, 100 * table["self_sufficiency"]),
        ],
    )


def dependency_change(outcome: Outcome, top: int = 10) -> pd.DataFrame:
    """Imports in the supply of the products that the country depends on most, in the first and the last year."""
    there, table = indicators(outcome), table_of(outcome, "dependence").head(top)
    if table.empty or there.empty:
        return blank("product")
    first, last = there.columns[0], there.columns[-1]
    share = 100 * there.reindex([f"import dependency: {i}" for i in table["product"]])
    bill = there.reindex([f"imports: {i}" for i in table["product"]])
    unit = f"{money(outcome)} / year"
    return framed(
        pd.Index(table["label"], name="product"),
        [
            (f"imports in supply {first}", PERCENT, share[first]),
            (f"imports in supply {last}", PERCENT, share[last]),
            (f"imports {first}", unit, bill[first]),
            (f"imports {last}", unit, bill[last]),
        ],
    )


def expansion_table(outcome: Outcome, top: int = 10) -> pd.DataFrame:
    """The capacities that grow most between the start of the plan and its end, largest first."""
    if "stock" not in outcome.arrays:
        return blank("capacity")
    stock = outcome.frame("stock")
    stock = stock[[str(c).startswith("capacity:") for c in stock.index]].copy()
    first, last = stock.columns[0], stock.columns[-1]
    stock["added"] = stock[last].to_numpy(dtype=float) - stock[first].to_numpy(dtype=float)
    chosen = stock.sort_values("added", ascending=False, kind="stable").head(top)
    chosen, coded = chosen[chosen["added"] > 0], labels(outcome)
    codes = [str(c).partition(":")[2] for c in chosen.index]
    unit = f"{money(outcome)} / year"
    return framed(
        pd.Index([coded.get(c, c) for c in codes], name="sector"),
        [
            (f"start of {first}", unit, chosen[first]),
            (f"start of {last}", unit, chosen[last]),
            ("added", unit, chosen["added"]),
            ("growth", PERCENT, 100 * (chosen[last] / chosen[first].where(chosen[first] > 0) - 1)),
        ],
    )


@lru_cache(maxsize=4)
def scarce(outcome: Outcome) -> pd.DataFrame:
    """What holds the plan back, ranked; empty where the outcome holds no prices or stocks. Not to be changed."""
    if not {"consumption_price", "level", "stock"} <= set(outcome.arrays) or "commodities" not in outcome.tables:
        return pd.DataFrame()
    return scarcities(outcome)


def price_table(outcome: Outcome, top: int = 5) -> pd.DataFrame:
    """What one more unit is worth by year: accounts, kinds of labour and the scarcest capacities that ever bind."""
    ranked = scarce(outcome)
    if ranked.empty:
        return blank("year")
    price = outcome.frame("consumption_price")
    commodities = outcome.table("commodities").set_index("commodity")
    first = [c for c in price.index if commodities["kind"].get(c) == "account" or str(c).startswith("labour:")]
    first = [c for c in first if price.loc[c].abs().max() > 1e-9]
    first.sort(key=lambda c: commodities["kind"].get(c) != "account")
    plant = [c for c in ranked["commodity"] if str(c).startswith("capacity:")][:top]
    columns = []
    for c in [*first, *plant]:
        unit = WAGES.sub(r"\1 of wages", str(commodities.loc[c, "unit"]).removesuffix(" / year"))
        name = str(commodities.loc[c, "label"]).replace("capacity of ", "capacity: ", 1)
        columns.append((name, f"{money(outcome)} per {unit}", price.loc[c]))
    return framed(pd.Index(price.columns, name="year"), columns)
