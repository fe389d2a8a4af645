"""Doctrines side by side: what is said of them."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import line_chart
from groundplan.results.compared_pages import compare_views as v
from groundplan.results.framed import table_of
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.page import Page, annex, body, charted, figure, joined, listed, paragraph, table, tabled
from groundplan.results.plan_pages import plan_choices as choices
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import REPEAT
from groundplan.results.view import NOTE, Parts
from groundplan.results.words import number

CONSUMPTION = "Household consumption against the plan without a doctrine"
COMPARED = "Every doctrine is put to the same economy with the same limits; it changes what is listed and no more."
SUMMED = (
    "Consumption is summed over the plan at constant prices; discounted, each year counts as much less as in the "
    "plan without a doctrine, whatever a doctrine itself says of the future."
)
CHOICES = "These hold for every run, except where a doctrine says otherwise."
CERTAIN = (
    "All runs have the same accounts and figures, and nothing is drawn: no band stands beside these differences. How "
    "sure one of the plans is, groundplan robust says of its study."
)
HEADS = {
    "household consumption": "house- hold use",
    "collective consumption": "collec- tive use",
    "paid work, last year": "paid work, last year",
    "consumption ahead for good from": "ahead from",
    "consumption, discounted": "consum- ption, dis- counted",
    "consumption, last year": "the same, last year",
    "ahead for good from": "ahead from",
    "capital at the end": "capital at end",
    "imports in supply, last year": "imports % of supply",
    "capital off the turnpike": "off turn- pike %",
}


CHARTS = {
    chart.name: chart
    for chart in (
        line_chart("eaten", CONSUMPTION, v.consumption),
        line_chart("standard", "Living standard per head", v.standards),
        line_chart("capital", "Fixed capital at the start of the year", v.capital),
        line_chart("dependency", "Imports in total supply", v.dependency),
        line_chart("turnpike", "How much of capital stands off the turnpike", v.turnpike),
    )
}


def headline(o: Outcome) -> str:
    """Who has most consumption, and who has most capital, in one sentence."""
    comparison = table_of(o, "comparison")
    if comparison.empty:
        return "No doctrine was compared."
    comparison = comparison.set_index("doctrine")
    most, built = str(comparison["discounted"].idxmax()), str(comparison["capital"].idxmax())
    if most == built:
        return f"Most consumption over the plan, and most capital at its end, come with: {most}."
    return f"Most consumption over the plan comes with: {most}. Most capital at its end with: {built}."


def brief(o: Outcome) -> Parts:
    """Which doctrine gives up what for what, in one table; what cannot be met; consumption by year as a chart."""
    return (
        joined([paragraph(s) for s in (*_extremes(o), *v.unmet(o))])
        + table(v.given_up(o), "Which doctrine gives up what for what", heads=HEADS)
        + paragraph(SUMMED if len(table_of(o, "comparison")) else "", NOTE)
        + figure(CHARTS["eaten"], o, with_table=False)
    )


def _extremes(o: Outcome) -> list[str]:
    """The dearest doctrine in consumption, and that no band is drawn around these figures."""
    there = v.given_up(o)
    if there.empty:
        return []
    consumption = there.iloc[:, 0]
    name, worst = str(consumption.idxmin()), float(consumption.min())
    dearest = f"Dearest is {name}: households have {number(abs(worst), 2)} % less over the plan." if worst < 0 else ""
    return [dearest, CERTAIN]


def turnpike_sentences(o: Outcome) -> list[str]:
    """What the turnpike is here, in sentences."""
    ray = o.provenance.get("turnpike", {})
    if ray.get("growth") is None:
        return [f"This economy has no turnpike: {ray['why']}."] if ray.get("why") else []
    labels = o.provenance.get("labels", {})
    most = sorted(ray["capital"].items(), key=lambda pair: -pair[1])[:3]
    names = ", ".join(f"{labels.get(j, j)} {100 * share:.0f} %" for j, share in most)
    return [
        "With the base year's technique, its consumption for every unit of labour, and imports paid by exports, all of "
        f"this economy can grow alike by {100 * ray['growth']:.2f} % a year at most. On that path most capital is in "
        f"{names}. Distance is the part of a plan's capital that stands elsewhere."
    ]


PAGE = Page(
    named=lambda o: f"Doctrines compared for {o.provenance.get('country_name') or o.provenance.get('country', '')}",
    note=lambda o: title(o).replace(", plan for ", ", doctrines compared for "),
    headline=headline,
    brief=brief,
    sections=(
        body("reach", "What each reaches",
             tabled(v.scales, "What each reaches", heads=HEADS, spare=["household consumption, sum"])),
        body("paths", f"{CONSUMPTION}, by year", tabled(v.consumption, CONSUMPTION)),
        body("turnpike", "The turnpike", listed(turnpike_sentences)),
        annex("gives", "What each gives up for what, in words", listed(v.trades)),
        annex("what", "What is compared", COMPARED, tabled(v.written, "The doctrines")),
        annex("standard", "Living standards", charted(CHARTS["standard"])),
        annex("means", "Capital, branches and dependence",
            charted(CHARTS["capital"]),
            tabled(v.branches, "Output by branch in the last year"),
            charted(CHARTS["dependency"]),
        ),
        annex("off", "How far from the turnpike", charted(CHARTS["turnpike"])),
        annex("assumptions", "Every assumption",
            CHOICES, tabled(choices.policy_table, "Choices of the policy"), assumed,
        ),
        annex("methods", "How the accounts were read", methods),
        annex("sources", "Sources", sources),
        REPEAT,
    ),
)  # fmt: skip
