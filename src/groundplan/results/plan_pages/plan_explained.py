"""What holds a plan back year by year, what one more of each thing is worth, and what became of its priorities."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.explaining.explain import rents
from groundplan.planning.explaining.valuations import valuation_sentences
from groundplan.results.charts.chart import column_chart
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import money
from groundplan.results.page import figure, items, paragraph, table
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, Year

WANTED = {"consumption_price", "level", "stock", "indicator"}
TOP = 6
MEANT = (
    "A price is what one more unit, given from nowhere in that year, would add: money of living standard of the same "
    "year per unit, at prices of the accounts, so 1 is what people's own purchases are worth. No shop asks it. "
    "Balances may be missed by a small share at a cost that grows, so that prices do not jump with a detail of the "
    "data. Take the average over the plan; a single year carries what is peculiar to it. Thin: so little of it is used "
    "that its price hangs on little. Slight: under a tenth on average, so it may as well be nothing. Dear: above ten "
    "in some year."
)


def _priced(o: Outcome) -> bool:
    return set(o.arrays) >= WANTED and "commodities" in o.tables


def binding_table(o: Outcome, top: int = TOP) -> pd.DataFrame:
    """What the scarcity of each limit is worth by year: the largest over the plan, the rest together."""
    if not _priced(o):
        return blank("year")
    rent, _ = rents(o)
    rent = rent[rent.sum(axis=1) > 1e-9]
    names = o.table("commodities").set_index("commodity")["label"]
    order = rent.sum(axis=1).sort_values(ascending=False, kind="stable").index
    columns = [(str(names[c]), money(o), rent.loc[c]) for c in order[:top]]
    if len(order) > top:
        columns.append(("all else", money(o), rent.loc[order[top:]].sum()))
    return framed(pd.Index(rent.columns, name="year"), columns)


def tightest_table(o: Outcome) -> pd.DataFrame:
    """The three tightest limits of each year with their shares of what all scarcity is worth that year."""
    if not _priced(o):
        return blank("year")
    rent, _ = rents(o)
    names = o.table("commodities").set_index("commodity")["label"]
    cells = []
    for year in rent.columns:
        largest = rent[year].nlargest(3)
        whole = float(rent[year].sum())
        cells.append([f"{names.get(str(c))} ({100 * v / whole:.0f} %)" if v > 1e-9 else "" for c, v in largest.items()])
    padded = [row + [""] * (3 - len(row)) for row in cells]
    return framed(
        pd.Index(rent.columns, name="year"),
        [(name, "", [row[n] for row in padded]) for n, name in enumerate(("first", "second", "third"))],
    )


def valuation_table(o: Outcome) -> pd.DataFrame:
    """What one more of each thing that can be counted is worth, by year."""
    rows = table_of(o, "valuations")
    if rows.empty:
        return blank("year")
    years = sorted(rows["year"].unique())
    columns = [
        (str(label), str(own["unit"].iloc[0]), own.set_index("year")["value"].reindex(years))
        for label, own in rows.groupby("label", sort=False)
    ]
    return framed(pd.Index([int(y) for y in years], name="year"), columns)


def range_table(o: Outcome, top: int = 25) -> pd.DataFrame:
    """Prices on average over the plan with their least and most of a year; those that most hangs on, and the dear."""
    rows = table_of(o, "price_ranges")
    if rows.empty:
        return blank("price of")
    marked = rows["mark"].str.contains("dear") & (rows.index >= top)
    rows = pd.concat([rows.head(top), rows[marked].head(top)])
    kinds = {"capacity": "a year's use of ", "labour": "work: ", "replaceable": "", "standard": ""}
    names = [kinds.get(c.partition(":")[0], "") + str(n).removeprefix("capacity of ")
             for c, n in zip(rows["commodity"].astype(str), rows["label"], strict=True)]  # fmt: skip
    return framed(
        pd.Index(names, name="price of"),
        [
            ("average", "", rows["average"]),
            ("least", "", rows["least"]),
            ("in", "", [Year(y) for y in rows["least_year"]]),
            ("most", "", rows["most"]),
            ("in the year", "", [Year(y) for y in rows["most_year"]]),
            ("mark", "", rows["mark"]),
        ],
    )


def priority_view(o: Outcome) -> pd.DataFrame:
    """What became of each target with a priority."""
    rows = table_of(o, "priorities")
    if rows.empty:
        return blank("target")
    return framed(
        pd.Index([f"{i} {s} {b:,.6g}" for i, s, b in rows[["indicator", "sense", "bound"]].values], name="target"),
        [
            ("priority", "", [int(p) for p in rows["priority"]]),
            ("year", "", [Year(y) for y in rows["year"]]),
            ("missed by", "", [f"{v:,.4g}" if v > 0 else "met" for v in rows["shortfall"]]),
            ("missed by, of its bound", PERCENT, 100 * rows["share"]),
        ],
    )


BINDING = column_chart("binding", "What each limit is worth, year by year", binding_table)


def explained(o: Outcome) -> Parts:
    """What holds the plan back by year, in a chart and tables, and what one more of each thing is worth."""
    tightest = table(tightest_table(o), "The tightest limits of each year, with their shares of all scarcity")
    if not tightest:
        return ()
    opening = (
        "A limit's worth is its price times what there is of it: how much living standard of that year hangs on it. "
        "Where one limit carries most of a year, loosening another gains little."
    )
    worth = items(valuation_sentences(o.table("valuations"))) if "valuations" in o.tables else ()
    return (
        paragraph(opening) + tightest + figure(BINDING, o) + worth
        + table(valuation_table(o), "What one more is worth")
        + paragraph(MEANT if len(table_of(o, "price_ranges")) else "")
        + table(range_table(o), "Prices on average over the plan, and by year")
        + _priorities(o)
    )  # fmt: skip


def _priorities(o: Outcome) -> Parts:
    shown = table(priority_view(o), "Targets by priority")
    prices = str(o.provenance.get("solver", {}).get("prices_of", ""))
    opening = "Earlier priorities are met as far as they can be before later ones count. Prices are those of the last "
    return paragraph(f"{opening}stage: {prices}.") + shown if shown else ()
