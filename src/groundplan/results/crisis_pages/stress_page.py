"""The report of a crisis: loss over time by need, the calendar of standstills, the loss curve, each with its table."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts import flows
from groundplan.results.charts.chart import Chart, line_chart
from groundplan.results.crisis_pages import stress_views as v
from groundplan.results.crisis_pages.stress_summary import coordination, ensemble, headline, reasons, settings, title
from groundplan.results.origins import assumed, checked, methods, sources
from groundplan.results.page import Page, annex, body, charted, listed, tabled, together
from groundplan.results.repeated import REPEAT
from groundplan.results.view import Drawn, Parts

NEEDS = "What households have of each need, by day"
CALENDAR = "When sectors are hit"
ENGINES = (
    "The same scenario with the same stocks, capacities, imports and ways of working: everybody looks after himself; a "
    "plan that at the start of every period has in stores what people have then, and sees no further; a plan that "
    "knows the whole course; and the best of each period without stocks. The plans leave in stores what people leave "
    "there."
)


def _needs_hit(o: Outcome) -> pd.DataFrame:
    """The needs that are ever short."""
    there = v.needs(o)
    return there[[c for c in there.columns if float(there[c].min()) < 99.9]]


def _needs(o: Outcome) -> Drawn | None:
    return line_chart("needs", NEEDS, _needs_hit, zero=True).draw(o)


def _calendar(o: Outcome) -> flows.Calendar | None:
    there = v.calendar(o)
    if not len(there):
        return None
    plain = there.set_axis([c[0] for c in there.columns], axis=1)
    rows = [
        (str(name), float(row["below 99 % from"]), float(row["stands still from"]), float(row["back from"]))
        for name, row in plain.iterrows()
    ]
    return flows.Calendar("calendar", CALENDAR, rows, v.horizon(o))


CHARTS = {
    c.name: c
    for c in (
        line_chart("settings", "Total output, from rigid to flexible", v.output_paths, zero=True),
        Chart("needs", NEEDS, _needs, v.needs),
        Chart("calendar", CALENDAR, _calendar, lambda o: v.stops(o, 25)),
        line_chart("engines", "Final demand not met by day, and who decides", v.engine_paths, zero=True),
        line_chart("curve", "How much is lost in how many of a hundred cases", v.loss_curve, zero=True),
    )
}


def _worth(o: Outcome) -> Parts:
    if not len(v.engines(o)):
        return ()
    write = together(
        ENGINES,
        listed(coordination),
        tabled(v.engines, "What is lost"),
        tabled(v.coordinated, "What coordination and foresight are worth, by setting and by who is served first"),
        charted(CHARTS["engines"]),
        tabled(v.bridges, "What would have kept the loss under the threshold"),
    )
    return write(o)


SECTIONS = (
    body("taken", "What is taken away", listed(v.sentences)),
    body("range", "What is lost, from rigid to flexible", together(
        tabled(v.settings, "What is lost in each setting"), listed(settings), charted(CHARTS["settings"])
    )),
    body("lost", "What people lose", together(
        tabled(v.losses, "What households go without over the horizon"), charted(CHARTS["needs"])
    )),
    body("hit", "Who stops, when and why", together(
        listed(lambda o: reasons(o, 12)),
        "A chain is told from the sector that stands still back to what began it.",
        charted(CHARTS["calendar"]),
    )),
    body("worth", "What coordination is worth", _worth),
    body("ensemble", "How much is lost how often", together(
        listed(ensemble),
        tabled(v.risk, "Value at risk"),
        charted(CHARTS["curve"]),
        tabled(v.first_to_stop, "Which sectors stop first"),
    )),
    body("vulnerability", "How vulnerable, import by import", tabled(
        v.vulnerability, "Final use lost when an import is cut, of a year's final use"
    )),
    annex("accounts", "The accounts, checked", listed(checked)),
    annex("assumptions", "Every assumption", assumed),
    annex("methods", "How the accounts were read", methods),
    annex("sources", "Sources", sources),
    REPEAT,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"{o.provenance.get('country_name') or 'An economy'} under stress",
    note=title,
    headline=headline,
    sections=SECTIONS,
)
