"""The first page of a plan: what is reached, at what price, what stands in the way, beside what comes without it."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.explaining.reached import against, missed
from groundplan.results.charts.chart import Chart
from groundplan.results.charts.drawing import Lines, ShadedBand, series
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import indicators, years
from groundplan.results.page import figure, items
from groundplan.results.plan_pages import plan_choices as choices
from groundplan.results.plan_pages.accounts.plan_wishes import wish_sentence
from groundplan.results.usual_pages.beside_views import beside_sentences, record
from groundplan.results.view import Parts

AHEAD = "Value added: as it was, in the plan, and without one"
WITHOUT, LEAST, MOST = "without a plan", "least of 80 in 100", "most of 80 in 100"
RANGE = "without a plan, 80 in 100 cases"


def ahead_table(o: Outcome) -> pd.DataFrame:
    """Value added over the base year's, by year: as it was, in the plan, without one, and that one's range."""
    there = table_of(o, "added_paths")
    if there.empty:
        return blank("year")
    words = {"past": "as it was", "plan": "in the plan", "baseline": WITHOUT, "low": LEAST, "high": MOST}
    columns = [(words[c], "base year = 1", there[c]) for c in words if there[c].notna().any()]
    return framed(pd.Index(there["year"].astype(int), name="year"), columns)


def _ahead(o: Outcome) -> Lines:
    rows = ahead_table(o)
    every = {s.name: s for s in series(rows)}
    ends = [every.pop(name).values for name in (LEAST, MOST) if name in every]
    band = [ShadedBand(RANGE, ends[0], ends[1], WITHOUT)] if len(ends) == 2 else []
    base = str(o.provenance.get("accounts_year", ""))
    return Lines("ahead", AHEAD, [str(y) for y in rows.index], [("", [*every.values()])], base=base, bands=band)


def ahead_sentence(o: Outcome) -> str:
    """How far value added comes in the plan and without one, by its last year."""
    there = table_of(o, "added_paths")
    if there.empty:
        return AHEAD
    last, base = there.iloc[-1], o.provenance.get("accounts_year", "the base year")
    return (
        f"By {int(last['year'])} value added is {last['plan']:.2f} times that of {base} in the plan, "
        f"{last['baseline']:.2f} times without one"
    )


CHART = Chart("ahead", AHEAD, _ahead, ahead_table, sentence=ahead_sentence)


def price_sentence(o: Outcome) -> str:
    """What the plan takes: investment in its last year, beside what comes without a plan."""
    rows = table_of(o, "beside")
    there, span = indicators(o), years(o)
    if not span or "investment share" not in there.index:
        return ""
    share = 100 * float(o.indicator("investment share")[span[-1]])
    own = rows[rows["measure"] == "investment share"] if len(rows) else rows
    without = f" ({100 * float(own['baseline'].iloc[-1]):.1f} % without a plan)" if len(own) else ""
    return f"The price: investment takes {share:.1f} % of value added in {span[-1]}{without}."


def aims_sentence(o: Outcome) -> str:
    """How many aims are met, and which are not."""
    stated = choices.targets(o)
    if not stated:
        return ""
    results = [against(o, t) for t in stated]
    short = [t for t, r in zip(stated, results, strict=True) if len(r) and missed(t, r) > 0]
    met = f"{len(stated) - len(short)} of {len(stated)} aims are met"
    if not short:
        return f"{met}."
    return f"{met}; missed: {'; '.join(t.name or t.indicator for t in short)}."


def brief(o: Outcome) -> Parts:
    """More of the first page: the price, aims met or missed, what comes without a plan, how sure, and the chart."""
    lines = (price_sentence(o), aims_sentence(o), wish_sentence(o), *beside_sentences(o)[:1], record(o))
    return items([s for s in lines if s]) + figure(CHART, o, with_table=False)
