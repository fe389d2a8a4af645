"""The report of a programme of places: maps, timetable, fairness, costs, each with its table."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.results.origins import assumption_table, checked, sources
from groundplan.results.page import Page, annex, body, figure, items, listed, paragraph, table
from groundplan.results.place_pages import place_fairness as fair
from groundplan.results.place_pages import place_views as v
from groundplan.results.place_pages.place_charts import CHARTS
from groundplan.results.place_pages.place_figures import how_scored, score_names
from groundplan.results.place_pages.place_summary import estimated, headline, rules, sure, title
from groundplan.results.repeated import REPEAT
from groundplan.results.view import Parts


def _rules(o: Outcome) -> Parts:
    return paragraph("They were fixed before the choice, and can be read aloud.") + items(rules(o), numbered=True)


def _chosen(o: Outcome) -> Parts:
    return (
        figure(CHARTS["years"], o)
        + table(v.later(o), "Not in these years")
        + table(v.by_year(o), "The programme in figures")
        + figure(CHARTS["timetable"], o, with_table=False)
    )


def _need(o: Outcome) -> Parts:
    scored = [f"{name.capitalize()}: {how_scored(o, name)}" for name in score_names(o)]
    return items(scored) + figure(CHARTS["need"], o)


def _fairness(o: Outcome) -> Parts:
    said = (
        "The Gini is between places, weighted by their people; what divides people inside a place is not in it. "
        "When all stands means: once every works of the programme runs, with as many people as now."
    )
    shown = figure(CHARTS["lorenz"], o) + table(fair.fairness(o), "Before, and when all stands")
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
        figure(CHARTS["cost"], o)
        + table(v.budgets(o), "Budgets")
        + table(v.claims(o), "What the programme asks of the country")
        + table(v.agreement(o), "What the national plan gives")
        + table(v.material_use(o), "Raw material a year, when all stands")
        + figure(CHARTS["flows"], o)
    )


def _envy(o: Outcome) -> Parts:
    shown = table(fair.envy(o), "Needier than, and as ready as, a place that comes before")
    said = "Quotas, turns of provinces and raw materials have their reasons; a place's letter says which one it was."
    return shown and paragraph(said) + shown


def _published(o: Outcome) -> Parts:
    shown = table(fair.compared(o), "Order of the places named, against need and readiness")
    said = (
        "Mean rank of the places named so far, on a scale from 0 (all of the highest score) to 100. The band holds 95 "
        "of 100 lots drawn from all places; an order inside it cannot be told from a lot by this score. The scores "
        "rest on published weights and on estimates: a different measure of need can give a different answer."
    )
    return shown and paragraph(said) + items([str(c) for c in o.provenance.get("cautions", [])]) + shown


def _sure(o: Outcome) -> Parts:
    return items(sure(o)) + table(fair.intervals(o), "How the year moves when weights move by up to a quarter")


def _estimated(o: Outcome) -> Parts:
    return items(estimated(o)) + items([str(d) for d in o.provenance.get("doubts", [])])


def _assumed(o: Outcome) -> Parts:
    return table(assumption_table(o), "Figures of the works that no source states")


SECTIONS = (
    body("rules", "The rules", _rules),
    body("chosen", "Who is chosen, and when", _chosen),
    body("need", "Need and readiness", _need),
    body("fairness", "How evenly people share", _fairness),
    annex("published", "The published order", _published),
    body("costs", "What the rules cost", _costs),
    annex("envy", "Who has reason to ask", _envy),
    body("means", "Means: money, power, people, raw material", _means),
    annex("accounts", "The accounts of the plan, checked", listed(checked)),
    body("sure", "How sure", _sure),
    annex("estimated", "What is estimated, doubtful or missing", _estimated),
    annex("assumptions", "Every assumption about the works", _assumed),
    annex("sources", "Sources", sources),
    REPEAT,
)

PAGE = Page(
    named=lambda o: f"Places of a programme: {o.provenance.get('country_name') or 'a country'}",
    note=title,
    headline=headline,
    sections=SECTIONS,
)
