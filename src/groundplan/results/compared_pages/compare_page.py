"""Doctrines side by side: the report, and the same on a terminal."""

from __future__ import annotations

from html import escape

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results import choices
from groundplan.results.charts import drawing
from groundplan.results.charts.chart import (
    Chart,
)
from groundplan.results.charts.drawing import series
from groundplan.results.compared_pages import compare_views as v
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.page import Page, figure, items, paragraph, table
from groundplan.results.plan_pages.plan_summary import (
    title,
)
from groundplan.results.terminal import (
    block,
    text_table,
    wrapped,
)

CONSUMPTION = "Household consumption against the plan without a doctrine"
STANDARD = "Living standard per head"
CAPITAL = "Fixed capital at the start of the year"
DEPENDENCY = "Imports in total supply"
TURNPIKE = "How much of capital stands off the turnpike"
HEADINGS = {
    "consumption, discounted": "consum- ption, dis- counted",
    "consumption, last year": "the same, last year",
    "ahead for good from": "ahead from",
    "capital at the end": "capital at end",
    "imports in supply, last year": "imports % of supply",
    "jobs, last year": "jobs",
    "capital off the turnpike": "off turn- pike %",
}


def _drawn(name: str, heading: str, there: pd.DataFrame) -> str:
    if not len(there) or not len(there.columns):
        return ""
    return drawing.lines(name, heading, [str(i) for i in there.index], [("", series(there))])


CHARTS = {
    c.name: c
    for c in (
        Chart("eaten", CONSUMPTION, lambda o: _drawn("eaten", CONSUMPTION, v.consumption(o)), v.consumption),
        Chart("standard", STANDARD, lambda o: _drawn("standard", STANDARD, v.standards(o)), v.standards),
        Chart("capital", CAPITAL, lambda o: _drawn("capital", CAPITAL, v.capital(o)), v.capital),
        Chart("dependency", DEPENDENCY, lambda o: _drawn("dependency", DEPENDENCY, v.dependency(o)), v.dependency),
        Chart("turnpike", TURNPIKE, lambda o: _drawn("turnpike", TURNPIKE, v.turnpike(o)), v.turnpike),
    )
}


def headline(o: Outcome) -> str:
    """Who has most consumption, and who has most capital, in one sentence."""
    if "comparison" not in o.tables or o.table("comparison").empty:
        return "No doctrine was compared."
    found = o.table("comparison").set_index("doctrine")
    most, built = str(found["discounted"].idxmax()), str(found["capital"].idxmax())
    if most == built:
        return f"Most consumption over the plan, and most capital at its end, come with: {most}."
    return f"Most consumption over the plan comes with: {most}. Most capital at its end with: {built}."


def summary(o: Outcome) -> str:
    """The comparison as text, at most 100 columns wide; a saved outcome gives the same page."""
    there = v.scales(o).drop(columns="household consumption, sum", level=0, errors="ignore")
    parts = [
        title(o).replace(", plan for ", ", doctrines compared for "),
        "\n".join(wrapped(headline(o))),
        block("What each reaches", text_table(there, HEADINGS, 32) if len(there) else []),
        block("What each gives up for what", [line for s in v.trades(o) for line in wrapped(s)]),
        block(f"{CONSUMPTION}, by year", _years(v.consumption(o))),
        block("The turnpike", [line for s in turnpike_told(o) for line in wrapped(s)]),
    ]
    return "\n\n".join(p for p in parts if p) + "\n"


def _years(there: pd.DataFrame) -> list[str]:
    return text_table(there) if len(there) else []


def turnpike_told(o: Outcome) -> list[str]:
    """What the turnpike is here, in sentences."""
    told = o.provenance.get("turnpike", {})
    if told.get("growth") is None:
        return [f"This economy has no turnpike: {told['why']}."] if told.get("why") else []
    labels = o.provenance.get("labels", {})
    most = sorted(told["capital"].items(), key=lambda pair: -pair[1])[:3]
    names = ", ".join(f"{labels.get(j, j)} {100 * share:.0f} %" for j, share in most)
    return [
        "With the base year's technique, its consumption for every unit of labour, and imports paid by exports, all of "
        f"this economy can grow alike by {100 * told['growth']:.2f} % a year at most. On that path most capital is in "
        f"{names}. Distance is the part of a plan's capital that stands elsewhere."
    ]


def _what(o: Outcome) -> str:
    said = "Every doctrine is put to the same economy with the same limits; it changes what is listed and no more."
    return paragraph(said) + table(v.written(o), "The doctrines")


def _reach(o: Outcome) -> str:
    said = (
        "Consumption is summed over the plan at constant prices; discounted, each year counts as much less as in the "
        "plan without a doctrine, whatever a doctrine itself says of the future."
    )
    return table(v.scales(o), "What each reaches") + paragraph(said)


def _gives(o: Outcome) -> str:
    return items(v.trades(o))


def _paths(o: Outcome) -> str:
    return figure(CHARTS["eaten"], o) + figure(CHARTS["standard"], o)


def _means(o: Outcome) -> str:
    made = table(v.branches(o), "Output by branch in the last year")
    return figure(CHARTS["capital"], o) + made + figure(CHARTS["dependency"], o)


def _turnpike(o: Outcome) -> str:
    return "".join(paragraph(s) for s in turnpike_told(o)) + figure(CHARTS["turnpike"], o)


def _choices(o: Outcome) -> str:
    said = "These hold for every run, except where a doctrine says otherwise."
    return paragraph(said) + table(choices.policy_table(o), "Choices of the policy") + assumed(o)


def _repeat(o: Outcome) -> str:
    about = o.provenance
    said = f"With Groundplan {about.get('groundplan', '')} and the sources above, each plan from its study:"
    studies = "".join(
        f"<details><summary>{escape(str(name))}</summary><pre><code>{escape(str(text))}</code></pre></details>"
        for name, text in about.get("studies", {}).items()
    )
    return paragraph(said) + studies if studies else ""


PAGE = Page(
    named=lambda o: f"Doctrines compared for {o.provenance.get('country_name') or o.provenance.get('country', '')}",
    note=lambda o: title(o).replace(", plan for ", ", doctrines compared for "),
    headline=headline,
    sections=(
        ("what", "What is compared", _what),
        ("reach", "What each reaches", _reach),
        ("gives", "What each gives up for what", _gives),
        ("paths", "Consumption, year by year", _paths),
        ("means", "Capital, branches and dependence", _means),
        ("turnpike", "The turnpike", _turnpike),
        ("assumptions", "Every assumption", _choices),
        ("methods", "How the accounts were read", methods),
        ("sources", "Sources", sources),
        ("repeat", "How to repeat this", _repeat),
    ),
)
