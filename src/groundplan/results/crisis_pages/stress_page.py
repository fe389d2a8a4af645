"""The report of a crisis: loss over time by need, the calendar of standstills, the loss curve, each with its table."""

from __future__ import annotations

import json
from html import escape

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts import drawing, flows
from groundplan.results.charts.chart import (
    Chart,
)
from groundplan.results.charts.drawing import series
from groundplan.results.crisis_pages import stress_views as v
from groundplan.results.crisis_pages.stress_summary import coordination, ensemble, headline, reasons, title
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.page import Page, figure, items, paragraph, table
from groundplan.shocks.dynamics.adaptive import as_values
from groundplan.shocks.scenarios.library import library

NEEDS = "What households have of each need, by day"
CALENDAR = "When sectors are hit"
ENGINES = "Final demand not met by day, and who decides"
CURVE = "How much is lost in how many of a hundred cases"


def _lines(name: str, heading: str, there: pd.DataFrame, *, zero: bool) -> str:
    if not len(there) or not len(there.columns):
        return ""
    return drawing.lines(name, heading, [str(i) for i in there.index], [("", series(there))], zero=zero)


def _needs(o: Outcome) -> str:
    there = v.needs(o)
    hit = [c for c in there.columns if float(there[c].min()) < 99.9]
    return _lines("needs", NEEDS, there[hit], zero=True)


def _calendar(o: Outcome) -> str:
    there = v.calendar(o)
    if not len(there):
        return ""
    plain = there.set_axis([c[0] for c in there.columns], axis=1)
    rows = [
        (str(name), float(row["below 99 % from"]), float(row["stands still from"]), float(row["back from"]))
        for name, row in plain.iterrows()
    ]
    return flows.calendar("calendar", CALENDAR, rows, v.horizon(o))


def _curve(o: Outcome) -> str:
    return _lines("curve", CURVE, v.loss_curve(o), zero=True)


CHARTS = {
    c.name: c
    for c in (
        Chart("needs", NEEDS, _needs, v.needs),
        Chart("calendar", CALENDAR, _calendar, lambda o: v.stops(o, 25)),
        Chart("engines", ENGINES, lambda o: _lines("engines", ENGINES, v.engine_paths(o), zero=True), v.engine_paths),
        Chart("curve", CURVE, _curve, v.loss_curve),
    )
}


def _taken(o: Outcome) -> str:
    return items(v.sentences(o))


def _lost(o: Outcome) -> str:
    shown = figure(CHARTS["needs"], o)
    return table(v.losses(o), "What households go without over the horizon") + shown


def _hit(o: Outcome) -> str:
    shown = figure(CHARTS["calendar"], o)
    said = "A chain is told from the sector that stands still back to what began it."
    return items(reasons(o, 12)) + paragraph(said) + shown if shown else ""


def _worth(o: Outcome) -> str:
    if not len(v.engines(o)):
        return ""
    said = (
        "The same scenario with the same stocks, capacities and imports, three times: everybody looks after himself "
        "and orders from those who can deliver; a plan that knows the scenario from its first event on; and the best "
        "that can be had in each step without stocks. The plan leaves in stores what the first path leaves there."
    )
    return (
        paragraph(said)
        + items(coordination(o))
        + table(v.engines(o), "What is lost")
        + figure(CHARTS["engines"], o)
        + table(v.bridges(o), "What would have kept the loss under the threshold")
    )


def _ensemble(o: Outcome) -> str:
    shown = items(ensemble(o)) + table(v.risk(o), "Value at risk") + figure(CHARTS["curve"], o)
    return shown + table(v.first_to_stop(o), "Which sectors stop first")


def _vulnerability(o: Outcome) -> str:
    return table(v.vulnerability(o), "Final use lost when an import is cut, of a year's final use")


def _repeat(o: Outcome) -> str:
    about = o.provenance
    told = about.get("scenario", {})
    known = library().get(str(told.get("name")))
    same = known is not None and json.dumps(as_values(known)) == json.dumps(told)
    command = f"groundplan stress {about.get('country', '')} --year {about.get('accounts_year', '')} --scenario "
    command += f'"{told.get("name")}"' if same else "scenario.toml"
    said = f"With Groundplan {about.get('groundplan', '')} and the sources above:"
    more = "" if same else "The scenario stands in provenance.json with every default written out."
    return paragraph(said) + f"<pre><code>{escape(command)}</code></pre>" + paragraph(more)


SECTIONS = (
    ("taken", "What is taken away", _taken),
    ("lost", "What people lose", _lost),
    ("hit", "Who stops, when and why", _hit),
    ("worth", "What coordination is worth", _worth),
    ("ensemble", "How much is lost how often", _ensemble),
    ("vulnerability", "How vulnerable, import by import", _vulnerability),
    ("assumptions", "Every assumption", assumed),
    ("methods", "How the accounts were read", methods),
    ("sources", "Sources", sources),
    ("repeat", "How to repeat this", _repeat),
)

PAGE = Page(
    named=lambda o: f"{o.provenance.get('country_name') or 'An economy'} under stress",
    note=title,
    headline=headline,
    sections=SECTIONS,
)
