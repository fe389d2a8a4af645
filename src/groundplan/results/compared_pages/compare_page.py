"""Doctrines side by side: the report, and the same on a terminal."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import line_chart
from groundplan.results.compared_pages import compare_views as v
from groundplan.results.framed import table_of
from groundplan.results.guard_lines import guard_block
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.page import Page, annex, body, charted, joined, listed, paragraph, tabled, together
from groundplan.results.plan_pages import plan_choices as choices
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import REPEAT
from groundplan.results.terminal import block, sheet, text_table, wrapped
from groundplan.results.view import Parts

CONSUMPTION = "Household consumption against the plan without a doctrine"
COMPARED = "Every doctrine is put to the same economy with the same limits; it changes what is listed and no more."
SUMMED = (
    "Consumption is summed over the plan at constant prices; discounted, each year counts as much less as in the "
    "plan without a doctrine, whatever a doctrine itself says of the future."
)
CHOICES = "These hold for every run, except where a doctrine says otherwise."
HEADINGS = {
    "consumption, discounted": "consum- ption, dis- counted",
    "consumption, last year": "the same, last year",
    "ahead for good from": "ahead from",
    "capital at the end": "capital at end",
    "imports in supply, last year": "imports % of supply",
    "jobs, last year": "jobs",
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


def summary(o: Outcome) -> str:
    """The comparison as text, at most 100 columns wide; a saved outcome gives the same page."""
    there = v.scales(o).drop(columns="household consumption, sum", level=0, errors="ignore")
    return sheet(
        title(o).replace(", plan for ", ", doctrines compared for "),
        "\n".join(wrapped(headline(o))),
        guard_block(o),
        block("What each reaches", text_table(there, HEADINGS, 32)),
        block("What each gives up for what", wrapped(*v.trades(o))),
        block(f"{CONSUMPTION}, by year", text_table(v.consumption(o))),
        block("The turnpike", wrapped(*turnpike_sentences(o))),
    )


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


def _turnpike(o: Outcome) -> Parts:
    return joined([paragraph(s) for s in turnpike_sentences(o)])


PAGE = Page(
    named=lambda o: f"Doctrines compared for {o.provenance.get('country_name') or o.provenance.get('country', '')}",
    note=lambda o: title(o).replace(", plan for ", ", doctrines compared for "),
    headline=headline,
    sections=(
        body("what", "What is compared", together(COMPARED, tabled(v.written, "The doctrines"))),
        body("reach", "What each reaches", together(tabled(v.scales, "What each reaches"), SUMMED)),
        body("gives", "What each gives up for what", listed(v.trades)),
        body("paths", "Consumption, year by year", together(charted(CHARTS["eaten"]), charted(CHARTS["standard"]))),
        body("means", "Capital, branches and dependence", together(
            charted(CHARTS["capital"]),
            tabled(v.branches, "Output by branch in the last year"),
            charted(CHARTS["dependency"]),
        )),
        body("turnpike", "The turnpike", together(_turnpike, charted(CHARTS["turnpike"]))),
        annex("assumptions", "Every assumption", together(
            CHOICES, tabled(choices.policy_table, "Choices of the policy"), assumed
        )),
        annex("methods", "How the accounts were read", methods),
        annex("sources", "Sources", sources),
        REPEAT,
    ),
)  # fmt: skip
