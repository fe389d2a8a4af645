"""The page of a programme of places: its brief with the map and the rules, then figures, fairness, costs and means."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.results.origins import assumption_table, checked, sources
from groundplan.results.page import Page, annex, body, figure, items, listed, paragraph, table, tabled
from groundplan.results.place_pages import place_fairness as fair
from groundplan.results.place_pages import place_story as story
from groundplan.results.place_pages import place_views as v
from groundplan.results.place_pages.place_charts import CHARTS
from groundplan.results.place_pages.place_figures import how_scored, score_names
from groundplan.results.repeated import REPEAT
from groundplan.results.view import HEADING, Parts

YEAR_HEADS = {"building cost of the year": "cost"}
ORDER_HEADS = {
    "mean rank, 0 first to 100 last": "mean rank",
    "among the first as many": "among the first %",
    "a lot would have": "a lot %",
}
ENVIOUS = 8


def _brief(o: Outcome) -> Parts:
    """Who comes first, what it costs, how sure, the map of years, and the rules."""
    read = story.rules(o)
    aloud = paragraph("The rules, fixed before the choice", HEADING) + items(read, numbered=True) if read else ()
    return (
        paragraph(story.first(o))
        + paragraph(story.costs(o))
        + paragraph(story.steadiness(o))
        + figure(CHARTS["years"], o, with_table=False)
        + aloud
    )


def _chosen(o: Outcome) -> Parts:
    return (
        items(story.who(o))
        + table(v.by_year(o), "The programme in figures", heads=YEAR_HEADS)
        + figure(CHARTS["timetable"], o, with_table=False)
    )


def _one_by_one(o: Outcome) -> Parts:
    return table(v.timetable(o), CHARTS["years"].title) + table(v.later(o), "Not in these years")


def _need(o: Outcome) -> Parts:
    scored = [f"{name.capitalize()}: {how_scored(o, name)}" for name in score_names(o)]
    return items(scored) + figure(CHARTS["need"], o)


def _fairness(o: Outcome) -> Parts:
    said = (
        "The Gini is between places, weighted by their people; what divides people inside a place is not in it. "
        "When all stands means: once every works of the programme runs, with as many people as now."
    )
    shown = table(fair.fairness(o), "Before, and when all stands") + figure(CHARTS["lorenz"], o, with_table=False)
    return paragraph(said) + shown if shown else ()


def _costs(o: Outcome) -> Parts:
    points = (
        "A choice is measured in points: what the rules say counts, times its weight. What a rule costs is what the "
        "best choice would gain without it; the true cost lies between the two last columns."
    )
    priced = table(fair.rule_costs(o), "What each rule costs")
    front = figure(CHARTS["front"], o)
    tail = "Each choice is the best that leaves the tenth of places that are worst off a smaller gap over the years."
    return (paragraph(points) + priced if priced else ()) + (paragraph(tail) + front if front else ())


def _means(o: Outcome) -> Parts:
    return (
        figure(CHARTS["cost"], o, with_table=False)
        + table(v.agreement(o), "What the national plan gives")
        + table(v.material_use(o), "Raw material a year, when all stands")
        + figure(CHARTS["flows"], o, with_table=False)
    )


def _by_year(o: Outcome) -> Parts:
    return (
        table(CHARTS["cost"].table(o), CHARTS["cost"].title)
        + table(v.budgets(o), "Budgets")
        + table(v.claims(o), "What the programme asks of the country")
        + table(CHARTS["flows"].table(o), CHARTS["flows"].title)
        + table(CHARTS["lorenz"].table(o), CHARTS["lorenz"].title)
    )


def _envy(o: Outcome) -> Parts:
    shown = table(fair.envy(o), "Needier than, and as ready as, a place that comes before", top=ENVIOUS)
    said = "Quotas, turns of provinces and raw materials have their reasons; a place's letter says which one it was."
    return shown and paragraph(said) + shown


def _published(o: Outcome) -> Parts:
    shown = table(fair.compared(o), "Order of the places named, against need and readiness", heads=ORDER_HEADS)
    said = (
        "Mean rank of the places named so far, on a scale from 0 (all of the highest score) to 100. The band holds 95 "
        "of 100 lots drawn from all places; an order inside it cannot be told from a lot by this score. The scores "
        "rest on published weights and on estimates: a different measure of need can give a different answer."
    )
    return shown and paragraph(said) + items([str(c) for c in o.provenance.get("cautions", [])]) + shown


SECTIONS = (
    body("chosen", "Who, year by year", _chosen),
    body("fairness", "How evenly people share", _fairness),
    body("costs", "What the rules cost", _costs),
    body("means", "Means: money, power, people, raw material", _means),
    body("envy", "Who has reason to ask", _envy),
    body("published", "The published order", _published),
    body("accounts", "The accounts of the plan, checked", listed(checked)),
    body("sure", "How sure", listed(story.sure)),
    body("estimated", "What is estimated, assumed or missing", listed(story.estimated)),
    annex("places", "Place by place", _one_by_one),
    annex("need", "Need and readiness", _need),
    annex("figures", "Means and shares, in figures", _by_year),
    annex(
        "weights",
        "When weights move",
        tabled(fair.intervals, "How the year moves when weights move by up to a quarter"),
    ),
    annex("doubts", "Figures in doubt", listed(lambda o: [str(d) for d in o.provenance.get("doubts", [])])),
    annex(
        "assumptions",
        "Every assumption about the works",
        tabled(assumption_table, "Figures of the works that no source states"),
    ),
    annex("sources", "Sources", sources),
    REPEAT,
)

PAGE = Page(
    named=lambda o: f"Places of a programme: {o.provenance.get('country_name') or 'a country'}",
    note=story.title,
    headline=story.headline,
    sections=SECTIONS,
    brief=_brief,
)
