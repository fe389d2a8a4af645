"""The charts of a followed plan: paths of targets, the calendar of deliveries, maps of fulfilment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart, column_chart, line_chart
from groundplan.results.charts.drawing import ShadedBand
from groundplan.results.charts.ground import ground
from groundplan.results.charts.maps import Choropleth
from groundplan.results.follow_pages.follow_tables import (
    REGION,
    calendar_table,
    fulfilment_rows,
    percent_of,
    records,
    region_names,
    target_words,
)
from groundplan.results.framed import framed
from groundplan.results.page import figure, joined, paragraph
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, number

# Targets that have a chart, and a map, of their own; the tables have all.
DRAWN, MAPS = 6, 3
PROMISED, REPORTED, RECONCILED, PROJECTED = "promised", "reported", "reconciled", "projected"


def targets_drawn(o: Outcome) -> list[str]:
    """The indicators that have a chart: those with the least chance first, then those of which most is silent."""
    chance: dict[str, float] = {}
    for r in records(o, "ends"):
        if not math.isnan(float(r["chance"])):
            chance[str(r["indicator"])] = min(chance.get(str(r["indicator"]), 1.0), float(r["chance"]))
    there = list(dict.fromkeys(str(r["indicator"]) for r in records(o, "paths")))
    return sorted(there, key=lambda i: (chance.get(i, 2.0), there.index(i)))[:DRAWN]


def path_table(o: Outcome, indicator: str) -> pd.DataFrame:
    """One target period by period: promised, reported, reconciled where it was, projected."""
    rows = [r for r in records(o, "paths") if r["indicator"] == indicator]
    unit = str(rows[0]["measure"])
    names = [PROMISED, REPORTED, RECONCILED, PROJECTED]
    # A path without a band is the plan's own, and not what is expected.
    shown = [{**r, PROJECTED: r[PROJECTED] if math.isfinite(float(r["low"])) else math.nan} for r in rows]
    columns = [(n, unit, [float(r[n]) for r in shown]) for n in names]
    columns = [c for c in columns if any(math.isfinite(v) for v in c[2])]
    return framed(pd.Index([r["period"] for r in rows], name="period"), columns)


def _band(o: Outcome, indicator: str) -> Sequence[ShadedBand]:
    rows = [r for r in records(o, "paths") if r["indicator"] == indicator]
    low, high = [float(r["low"]) for r in rows], [float(r["high"]) for r in rows]
    if not any(math.isfinite(v) for v in low):
        return []
    share = number(100 * float(o.provenance["band"]), 0)
    return [ShadedBand(f"{share} % of cases lie here", low, high, of=PROJECTED)]


def path_chart(indicator: str, words: str, n: int) -> Chart:
    """Plan, report, reconciled and projected of one target, with the band."""
    return line_chart(
        f"path_{n}", words, lambda o: path_table(o, indicator), along="period",
        bands=lambda o: _band(o, indicator), table_title=f"{words}, by period",
        sentence=lambda o: path_sentence(o, indicator),
    )  # fmt: skip


def path_sentence(o: Outcome, indicator: str) -> str:
    """How much of what was promised came in the last period of which every unit has a figure."""
    rows = [r for r in records(o, "paths") if r["indicator"] == indicator]
    whole = [r for r in rows if math.isfinite(float(r["reported"])) and float(r["promised"]) > 0]
    words = target_words(o, indicator)
    if not whole:
        return f"{words}: no period has a figure of every unit"
    last = whole[-1]
    kept = number(100 * float(last["reported"]) / float(last["promised"]), 0)
    return f"{words}: {kept} % of what was promised came in {last['period']}, the last period with every unit's figure"


def paths(o: Outcome) -> Parts:
    """A chart for each target, the one with the least chance first."""
    parts = joined(
        [figure(path_chart(i, target_words(o, i), n), o, with_table=False) for n, i in enumerate(targets_drawn(o), 1)]
    )
    left = len({r["indicator"] for r in records(o, "paths")}) - DRAWN
    return parts + paragraph(f"{left} more targets are in the table `paths` of the outcome." if left > 0 else "")


def region_table(o: Outcome, indicator: str) -> pd.DataFrame:
    """Fulfilment of one target by region."""
    rows = [r for r in fulfilment_rows(o, REGION) if r["indicator"] == indicator]
    names = region_names(o)
    return framed(
        pd.Index([names.get(str(r["name"]), str(r["name"])) for r in rows], name="region"),
        [(target_words(o, indicator), PERCENT, [percent_of(r["since_start"]) for r in rows])],
    )  # fmt: skip


def maps(o: Outcome) -> Parts:
    """A map for each of the targets that most regions have, where it is known where regions lie; else a sentence."""
    rows = fulfilment_rows(o, REGION)
    if not rows:
        return ()
    here = ground(o.table("places"), o.table("outlines"))
    if here is None:
        return paragraph("There is no map: it is not said where the regions lie (lat and lon, or --places).")
    counts = {str(r["indicator"]): 0 for r in rows}
    for r in rows:
        counts[str(r["indicator"])] += math.isfinite(float(r["since_start"]))
    shown = [i for i in sorted(counts, key=lambda i: -counts[i]) if counts[i] > 0][:MAPS]
    return joined([figure(_map(i, target_words(o, i), n), o, with_table=False) for n, i in enumerate(shown, 1)])


def _map(indicator: str, words: str, n: int) -> Chart:
    def draw(o: Outcome) -> Choropleth | None:
        rows = [r for r in fulfilment_rows(o, REGION) if r["indicator"] == indicator]
        values = pd.Series({str(r["name"]): percent_of(r["since_start"]) for r in rows}, dtype=float)
        here = ground(o.table("places"), o.table("outlines"))
        return None if here is None else Choropleth(f"map_{n}", words, here, values, PERCENT)

    title = f"Fulfilment since the start: {words}"
    return Chart(f"map_{n}", title, draw, lambda o: region_table(o, indicator), sentence=lambda o: title)


def calendar_sentence(o: Outcome) -> str:
    """How many figures of periods that have ended came, and when the next are due."""
    rows = records(o, "promises")
    came = sum(bool(r["came"]) for r in rows)
    ended = sum(bool(r["came"]) or not r["to_come"] for r in rows)
    coming = [str(r["due"]) for r in rows if r["to_come"] and not r["came"]]
    if not coming:
        return f"{came} of {ended} figures came; none is still to come"
    due = min(coming)
    count = coming.count(due)
    return f"{came} of {ended} figures whose period has ended came; the next {count} are due by {due}"


CALENDAR = replace(
    column_chart("calendar", "Figures by the month in which they are due", calendar_table), sentence=calendar_sentence
)
