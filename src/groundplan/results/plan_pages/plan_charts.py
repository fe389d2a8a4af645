"""The charts of a plan: each takes an outcome and returns a figure, and has a table twin with the same numbers.

A figure is inline SVG text. An outcome that lacks what a chart shows gives an empty text.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts import drawing
from groundplan.results.charts.chart import Chart
from groundplan.results.charts.drawing import Series, series
from groundplan.results.plan_pages import plan_views as views

STANDARD_NAMES = ("living standard",)
MONEY_NAMES = ("value added", "household consumption", "investment")


def dependence_chart(outcome: Outcome) -> str:
    """Imports that household consumption needs, bought directly and through suppliers."""
    table = views.dependence_view(outcome)
    return drawing.bars("dependence", DEPENDENCE, _rows(table), series(table, (0, 1)))


def living_chart(outcome: Outcome) -> str:
    """Living standard per head: all households, and groups that count together."""
    table = views.yearly_table(outcome)
    names = [*STANDARD_NAMES, *views.group_words(outcome)]
    found = [_renamed(s) for s in series(table) if s.name in names]
    return drawing.lines("living", LIVING, _rows(table), [("", found)])


def economy_chart(outcome: Outcome) -> str:
    """Value added, household consumption and investment."""
    table = views.yearly_table(outcome)
    found = [s for s in series(table) if s.name in MONEY_NAMES]
    return drawing.lines("economy", ECONOMY, _rows(table), [("", found)], zero=True)


def investment_chart(outcome: Outcome) -> str:
    """Investment by sector, the rest together."""
    table = views.investment_table(outcome)
    return drawing.columns("investment", INVESTMENT, _rows(table), [s for s in series(table) if s.name != "total"])


def expansion_chart(outcome: Outcome) -> str:
    """Capacity at the start and what the plan adds."""
    table = views.expansion_table(outcome)
    return drawing.bars("expansion", EXPANSION, _rows(table), series(table, (0, 2)))


def standards_chart(outcome: Outcome) -> str:
    """Living standard per head of every group that the living chart lacks; names that begin alike share a panel."""
    table = views.standards_table(outcome)
    panels: dict[str, list[Series]] = {}
    found = series(table)
    if len(outcome.provenance.get("households", [])) > 1:
        found = [s for s in found if s.name.partition(" ")[0] != "all"]
    heads = [s.name.split()[0] for s in found]
    for s, head in zip(found, heads, strict=True):
        alone = head == "all" or heads.count(head) == 1
        panel = "Collective consumption" if head == views.COLLECTIVE else "Households" if alone else head
        panels.setdefault(panel, []).append(replace(s, name=s.name.removeprefix(f"{views.COLLECTIVE} ")))
    return drawing.lines("standards", STANDARDS, _rows(table), list(panels.items()))


def trade_chart(outcome: Outcome) -> str:
    """Import bill and export earnings."""
    table = views.trade_table(outcome)
    found = [s for s in series(table) if s.name in ("import bill", "export earnings")]
    return drawing.lines("trade", TRADE, _rows(table), [("", found)], zero=True)


def price_chart(outcome: Outcome) -> str:
    """What one more unit is worth; prices of one unit share a panel."""
    table = views.price_table(outcome)
    panels: dict[str, list[Series]] = {}
    for s in series(table):
        panels.setdefault(s.unit, []).append(s)
    heads = {
        unit: "Labour" if all(s.name.startswith("labour") for s in found) else "" for unit, found in panels.items()
    }
    return drawing.lines("prices", PRICES, _rows(table), [(heads[u], found) for u, found in panels.items()], zero=True)


def _rows(table: pd.DataFrame) -> list[str]:
    return [str(i) for i in table.index]


def _renamed(s: Series) -> Series:
    _, mark, tail = s.name.partition(": ")
    return replace(s, name=tail if mark else "all households")


DEPENDENCE = "Imports that household consumption needs"
LIVING = "Living standard per head"
ECONOMY = "Value added, consumption and investment"
INVESTMENT = "Investment by sector"
EXPANSION = "Largest expansions of capacity"
STANDARDS = "Living standard per head by household group"
TRADE = "Import bill and export earnings"
YEARLY = "The plan in figures"
PRICES = "What one more unit is worth"


CHARTS = (
    Chart("dependence", DEPENDENCE, dependence_chart, views.dependence_view),
    Chart("living", LIVING, living_chart, views.yearly_table, YEARLY),
    Chart("economy", ECONOMY, economy_chart, views.yearly_table, YEARLY),
    Chart("investment", INVESTMENT, investment_chart, views.investment_table),
    Chart("expansion", EXPANSION, expansion_chart, views.expansion_table),
    Chart("standards", STANDARDS, standards_chart, views.standards_table),
    Chart("trade", TRADE, trade_chart, views.trade_table),
    Chart("prices", PRICES, price_chart, views.price_table),
)
