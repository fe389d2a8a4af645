"""The charts of a plan: each has a table twin with the same numbers.

A figure is a description. An outcome that lacks what a chart shows gives an empty one.
"""

from __future__ import annotations

from dataclasses import replace

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart, Panels, bar_chart, by_unit, column_chart, line_chart, parted
from groundplan.results.charts.drawing import Lines, Series, series
from groundplan.results.outcome_facts import money
from groundplan.results.plan_pages import plan_views as views
from groundplan.results.words import unit_behind

LIVING = "Living standard per head"
STANDARDS = "Living standard per head by household group"
YEARLY = "The plan in figures"
HEADS = {
    "living standard": "living standard",
    "growth of household consumption": "its growth %",
    "household consumption": "house- hold use",
    "investment": "invest- ment",
    "import dependency": "imports % of supply",
    "import content of household consumption": "imports % of house- hold use",
    "self-sufficiency": "self- suffi- ciency %",
    "imports in total supply": "imports % of supply",
}
NEEDED = {"heads": HEADS, "spare": ("share of all such imports",)}
TRADE = "Import bill and export earnings"
TRADED = {"import bill", "export earnings"}
MONEY_NAMES = ("value added", "household consumption", "investment")


def living_chart(outcome: Outcome) -> Lines:
    """Living standard per head: all households, and groups that count together."""
    table = views.yearly_table(outcome)
    names = [views.LIVING, *views.group_words(outcome)]
    lines = [replace(s, name=s.name.partition(": ")[2] or "all households") for s in series(table) if s.name in names]
    return Lines("living", LIVING, [str(y) for y in table.index], [("", lines)])


def standards_chart(outcome: Outcome) -> Lines:
    """Living standard per head of every group that the living chart lacks; names that begin alike share a panel."""
    table = views.standards_table(outcome)
    lines = series(table)
    if len(outcome.provenance.get("households", [])) > 1:
        lines = [s for s in lines if s.name.partition(" ")[0] != "all"]
    firsts = [s.name.split()[0] for s in lines]

    def head(s: Series) -> str:
        first = s.name.split()[0]
        alone = first == "all" or firsts.count(first) == 1
        return "Collective consumption" if first == views.COLLECTIVE else "Households" if alone else first

    panels = [
        (name, [replace(s, name=s.name.removeprefix(f"{views.COLLECTIVE} ")) for s in members])
        for name, members in parted(lines, head)
    ]
    return Lines("standards", STANDARDS, [str(y) for y in table.index], panels)


def _priced(lines: list[Series]) -> Panels:
    """Prices of one unit share a panel; those of labour alone say so."""
    return [
        ("Labour" if all(s.name.startswith("labour") for s in members) else "", members)
        for _, members in by_unit(lines)
    ]


def trade_sentence(o: Outcome) -> str:
    """What imports cost and exports earn in the last year, and what they did in the first."""
    there = views.trade_table(o)
    ends = {s.name: (s.texts[0], s.texts[-1]) for s in series(there)}
    if not set(ends) >= TRADED:
        return TRADE
    (cost, costs), (earned, earn) = ends["import bill"], ends["export earnings"]
    first, last = there.index[0], there.index[-1]
    unit = unit_behind(f"{money(o)} / year")
    return f"In {last} imports cost {costs}{unit} and exports earn {earn}, after {cost} and {earned} in {first}"


CHARTS = (
    bar_chart("dependence", "Imports that household consumption needs", views.dependence_view, (0, 1), shown=NEEDED),
    Chart("living", LIVING, living_chart, views.yearly_table, YEARLY),
    line_chart(
        "economy", "Value added, consumption and investment", views.yearly_table,
        only=MONEY_NAMES, zero=True, table_title=YEARLY, shown={"heads": HEADS},
    ),
    column_chart("investment", "Investment by sector", views.investment_table, without="total"),
    bar_chart("expansion", "Largest expansions of capacity", views.expansion_table, (0, 2)),
    Chart("standards", STANDARDS, standards_chart, views.standards_table),
    line_chart(
        "trade", TRADE, views.trade_table,
        only=("import bill", "export earnings"), zero=True, sentence=trade_sentence,
    ),
    line_chart("prices", "What one more unit is worth", views.price_table, panels=_priced, zero=True),
)  # fmt: skip
