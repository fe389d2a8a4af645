"""The report of a crisis: loss over time by need, the calendar of standstills, the loss curve, each with its table."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts import flows
from groundplan.results.charts.chart import Chart, line_chart
from groundplan.results.charts.drawing import Lines, ShadedBand, series
from groundplan.results.crisis_pages import stress_actions as a
from groundplan.results.crisis_pages import stress_views as v
from groundplan.results.crisis_pages import stress_words as w
from groundplan.results.origins import checked
from groundplan.results.outcome_facts import money
from groundplan.results.page import (
    Page,
    annex,
    body,
    charted,
    figure,
    items,
    joined,
    listed,
    paragraph,
    table,
    tabled,
    together,
)
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Drawn, Parts
from groundplan.results.words import unit_behind

NEEDS = "What households have of each need, by day"
COURSE = "Total output by day, of its base, from rigid to flexible"
CURVE = "How much is lost in how many of a hundred cases"
CALENDAR = "When sectors are hit"
ACTIONS = "What could be done, and what it would save"
SHALLOW = tuple(f"10 % for {m} month{'s' if m != 1 else ''}" for m in (1, 6, 24))
SETTING_HEADS = {
    "lost per import cut": "per import", "sectors that stop": "stop", "least of a need": "least need",
    "value added lost": "value added", "final use lost": "final use",
}  # fmt: skip
STOPS_SHOWN = {
    "heads": {"below 99 % from": "below from", "stands still from": "still from"}, "spare": ("why",), "top": 12,
}  # fmt: skip
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
    return line_chart("needs", NEEDS, _needs_hit, zero=True, along="day").draw(o)


def _course(o: Outcome) -> Drawn | None:
    """Output in every setting, and the band between the settings that lie furthest apart."""
    there = v.output_paths(o)
    if not len(there):
        return None
    lines, values = series(there), there.to_numpy(dtype=float)
    band = ShadedBand("from rigid to flexible", values.min(axis=1).tolist(), values.max(axis=1).tolist())
    return Lines("settings", COURSE, [str(i) for i in there.index], [("", lines)], bands=[band], along="day")


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


def _curve_sentence(o: Outcome) -> str:
    """What is lost in every second case, and in every twentieth."""
    there = v.loss_curve(o)
    if not {"50", "5"} <= set(there.index):
        return CURVE
    texts = dict(zip(there.index, series(there)[0].texts, strict=True))
    half, bad, unit = texts["50"], texts["5"], unit_behind(money(o))
    return f"In 50 of 100 cases final use of more than {half}{unit} is lost, in 5 of them more than {bad}"


CHARTS = {
    c.name: c
    for c in (
        Chart("settings", COURSE, _course, v.output_paths),
        Chart("needs", NEEDS, _needs, v.needs),
        Chart("calendar", CALENDAR, _calendar, lambda o: v.stops(o, 25), shown=STOPS_SHOWN),
        line_chart("engines", "Final demand not met by day, and who decides", v.engine_paths, zero=True, along="day"),
        line_chart("curve", CURVE, v.loss_curve, zero=True, along="share of cases", sentence=_curve_sentence),
    )
}


def _days(o: Outcome) -> Parts:
    """The tables of the charts of days, which no terminal and no body has room for."""
    titles = {c: CHARTS[c].title for c in ("settings", "needs", "curve")}
    return joined([table(CHARTS[c].table(o), named) for c, named in titles.items()])


def _brief(o: Outcome) -> Parts:
    """When, what to do, the course from rigid to flexible, the list of actions, and how sure all that is."""
    course = CHARTS["settings"] if len(v.output_paths(o)) else CHARTS["needs"]
    return (
        paragraph(w.when(o))
        + paragraph(a.advice(o))
        + figure(course, o, with_table=False)
        + table(a.first_actions(o), ACTIONS, heads=a.HEADS, stub=58)
        + items(w.sure(o))
    )


SECTIONS = (
    body("range", "What is lost, from rigid to flexible", together(
        tabled(v.settings, "What is lost in each setting", heads=SETTING_HEADS), listed(w.settings)
    )),
    body("taken", "What is taken away", listed(v.sentences)),
    body("lost", "What people lose", together(
        tabled(v.losses, "What households go without over the horizon"), charted(CHARTS["needs"], with_table=False)
    )),
    body("hit", "Who stops, when and why", together(
        charted(CHARTS["calendar"]),
        listed(w.reasons),
    )),
    body("worth", "What coordination is worth", together(
        tabled(v.engines, "What is lost, and who decides"),
        tabled(v.coordinated, "By setting, and by who is served first"),
        listed(w.coordination),
    )),
    body("bridges", "What would have kept the loss under the threshold", tabled(
        v.bridges, "What would have kept the loss under the threshold", stub=58
    )),
    body("ensemble", "How much is lost how often", together(
        listed(w.ensemble),
        tabled(v.risk, "Value at risk"),
        charted(CHARTS["curve"], with_table=False),
        tabled(v.first_to_stop, "Which sectors stop first, of 100 cases"),
    )),
    body("vulnerability", "How vulnerable, import by import", tabled(
        v.vulnerability, "Final use lost when an import is cut, of a year's final use", spare=SHALLOW, top=12
    )),
    body("accounts", "The accounts, checked", listed(checked)),
    body("sure", "What was assumed", listed(w.assumed)),
    annex("tried", "How actions were tried", together(
        a.NOTE, tabled(a.actions, "Everything that was tried"), listed(a.not_tried)
    )),
    annex("engines", "Who decides, day by day", together(ENGINES, charted(CHARTS["engines"]))),
    annex("days", "Day by day, in figures", _days),
    *FROM_ACCOUNTS,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"{o.provenance.get('country_name') or 'An economy'} under stress",
    note=w.title,
    headline=w.headline,
    sections=SECTIONS,
    brief=_brief,
)
