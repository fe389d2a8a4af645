"""What holds a plan back year by year, what one more of each thing is worth, and what became of its priorities."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.explaining.explain import rents
from groundplan.planning.explaining.valuations import told
from groundplan.results.charts import drawing
from groundplan.results.charts.chart import (
    Chart,
)
from groundplan.results.framed import (
    framed,
)
from groundplan.results.indicators import (
    money,
)
from groundplan.results.page import figure, items, paragraph, table
from groundplan.results.words import PERCENT

TITLE = "What each limit is worth, year by year"
WANTED = {"consumption_price", "level", "stock", "indicator"}
TOP = 6


def binding_table(o: Outcome, top: int = TOP) -> pd.DataFrame:
    """What the scarcity of each limit is worth by year: the largest over the plan, the rest together."""
    if not set(o.arrays) >= WANTED or "commodities" not in o.tables:
        return framed(pd.Index([], name="year"), [])
    rent, _ = rents(o)
    rent = rent[rent.sum(axis=1) > 1e-9]
    names = o.table("commodities").set_index("commodity")["label"]
    order = rent.sum(axis=1).sort_values(ascending=False, kind="stable").index
    columns = [(str(names[c]), money(o), rent.loc[c]) for c in order[:top]]
    if len(order) > top:
        columns.append(("all else", money(o), rent.loc[order[top:]].sum()))
    return framed(pd.Index(rent.columns, name="year"), columns)


def binding_chart(o: Outcome) -> str:
    """The same as stacked columns by year."""
    found = binding_table(o)
    return drawing.columns("binding", TITLE, [str(y) for y in found.index], drawing.series(found))


def tightest_table(o: Outcome) -> pd.DataFrame:
    """The three tightest limits of each year with their shares of what all scarcity is worth that year."""
    if not set(o.arrays) >= WANTED or "commodities" not in o.tables:
        return framed(pd.Index([], name="year"), [])
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
    if "valuations" not in o.tables or o.table("valuations").empty:
        return framed(pd.Index([], name="year"), [])
    found = o.table("valuations")
    years = sorted(found["year"].unique())
    columns = [
        (str(label), str(own["unit"].iloc[0]), own.set_index("year")["value"].reindex(years))
        for label, own in found.groupby("label", sort=False)
    ]
    return framed(pd.Index([int(y) for y in years], name="year"), columns)


def priority_view(o: Outcome) -> pd.DataFrame:
    """What became of each target with a priority."""
    if "priorities" not in o.tables:
        return framed(pd.Index([], name="target"), [])
    found = o.table("priorities")
    return framed(
        pd.Index([f"{i} {s} {b:,.6g}" for i, s, b in found[["indicator", "sense", "bound"]].values], name="target"),
        [
            ("priority", "", [str(int(p)) for p in found["priority"]]),
            ("year", "", [str(int(y)) for y in found["year"]]),
            ("missed by", "", [f"{v:,.4g}" if v > 0 else "met" for v in found["shortfall"]]),
            ("missed by, of its bound", PERCENT, 100 * found["share"]),
        ],
    )


BINDING = Chart("binding", TITLE, binding_chart, binding_table)


def explained(o: Outcome) -> str:
    """What holds the plan back by year, in a chart and tables, and what one more of each thing is worth."""
    tightest = table(tightest_table(o), "The tightest limits of each year, with their shares of all scarcity")
    if not tightest:
        return ""
    said = (
        "A limit's worth is its price times what there is of it: how much living standard of that year hangs on it. "
        "Where one limit carries most of a year, loosening another gains little."
    )
    worth = items(told(o.table("valuations"))) if "valuations" in o.tables else ""
    return (
        paragraph(said) + tightest + figure(BINDING, o) + worth
        + table(valuation_table(o), "What one more is worth")
        + _priorities(o)
    )  # fmt: skip


def _priorities(o: Outcome) -> str:
    shown = table(priority_view(o), "Targets by priority")
    prices = str(o.provenance.get("solver", {}).get("prices_of", ""))
    said = "Earlier priorities are met as far as they can be before later ones count. Prices are those of the last "
    return paragraph(f"{said}stage: {prices}.") + shown if shown else ""
