"""What a plan hangs on: the report of a sensitivity run, and the same on a terminal."""

from __future__ import annotations

import math

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart
from groundplan.results.charts.tornado import Bar, Tornado
from groundplan.results.framed import blank, framed
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.outcome_facts import indicator_words
from groundplan.results.page import Page, annex, body, figure, items, joined, paragraph, tabled
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import REPEAT
from groundplan.results.terminal import block, sheet, text_table, wrapped
from groundplan.results.view import Parts
from groundplan.results.words import unit_words

DRAWN, WIDE = 15, 58
WHOLE = {"constant standard": "constant living standard worth the whole plan", "objective": "worth of the whole plan"}
STILL = 1e-6
WEIGHTY = 0.05


def measures(o: Outcome) -> list[str]:
    """What was measured, in order."""
    return [str(m) for m in o.table("sensitivity")["measure"].drop_duplicates()] if "sensitivity" in o.tables else []


def measure_words(o: Outcome, measure: str) -> str:
    """A measure in words: ``import bill in 2029``."""
    indicator, _, year = measure.partition(" @ ")
    words = WHOLE.get(indicator) or indicator_words(o, indicator)
    return f"{words} in {year}" if year else words


def figure_words(o: Outcome, name: str) -> str:
    """A figure in words, with the name by which a study states it."""
    card = o.provenance.get("policy_cards", {}).get(name)
    return f"{str(card['meaning']).partition(';')[0]} ({name})" if card else name.replace("_", " ")


def _unit(o: Outcome, measure: str) -> str:
    return unit_words(str(o.provenance.get("measures", {}).get(measure, "")))


def rows(o: Outcome, measure: str) -> pd.DataFrame:
    """The figures that move a measure, or leave no plan at all, the largest swing first."""
    own = o.table("sensitivity")
    own = own[own["measure"] == measure]
    base = own["at_base"].abs().clip(lower=STILL)
    none = own[["at_low", "at_high"]].isna().any(axis=1)
    return own[(own["swing"] > STILL * base) | none]


def swings(o: Outcome, measure: str) -> pd.DataFrame:
    """The table twin of a tornado."""
    own = rows(o, measure)
    unit = _unit(o, measure)
    return framed(
        pd.Index([figure_words(o, str(p)) for p in own["parameter"]], name="figure"),
        [
            ("low end", "", [f"{v:.4g}" for v in own["low"]]),
            ("taken", "", [f"{v:.4g}" for v in own["base"]]),
            ("high end", "", [f"{v:.4g}" for v in own["high"]]),
            ("at the low end", unit, own["at_low"]),
            ("as taken", unit, own["at_base"]),
            ("at the high end", unit, own["at_high"]),
            ("swing", unit, own["swing"]),
            ("basis of the range", "", own["basis"]),
        ],
    )


def draw(o: Outcome, measure: str) -> Tornado | None:
    """The tornado of a measure."""
    own = rows(o, measure).head(DRAWN)
    if own.empty:
        return None
    bars = []
    for r in own.to_dict("records"):
        hints = tuple(
            f"{r[end]:.4g} gives {'no plan' if math.isnan(r[f'at_{end}']) else format(r[f'at_{end}'], '.4g')}"
            for end in ("low", "high")
        )
        bars.append(Bar(figure_words(o, str(r["parameter"])), r["at_low"], r["at_high"], (hints[0], hints[1])))
    name = f"tornado-{measures(o).index(measure)}"
    return Tornado(name, measure_words(o, measure), bars, float(own["at_base"].iloc[0]), _unit(o, measure))


def sentences(o: Outcome, measure: str, top: int = 3) -> list[str]:
    """What moves a measure most, and what moves nothing, in words."""
    own = rows(o, measure)
    moving = [
        f"{_opened(figure_words(o, str(r['parameter'])))} between {r['low']:.4g} and {r['high']:.4g} "
        f"(taken: {r['base']:.4g}) "
        f"puts the {measure_words(o, measure)} between {min(r['at_low'], r['at_high'], r['at_base']):.4g} "
        f"and {max(r['at_low'], r['at_high'], r['at_base']):.4g}."
        for r in own.dropna(subset=["at_low", "at_high"]).head(top).to_dict("records")
    ]
    quiet = len(o.table("sensitivity").query("measure == @measure")) - len(own)
    return moving + ([f"{quiet} other figures move it by less than a millionth."] if quiet else [])


def impossible(o: Outcome) -> list[str]:
    """Ends of ranges at which there is no plan at all."""
    if not measures(o):
        return []
    own = o.table("sensitivity")
    own = own[own["measure"] == measures(o)[0]]
    return [
        f"With {figure_words(o, str(r['parameter']))} at {r[end]:.4g} no plan meets every must."
        for r in own.to_dict("records")
        for end in ("low", "high")
        if math.isnan(r[f"at_{end}"])
    ]


def headline(o: Outcome) -> str:
    """What the first measure hangs on most."""
    if not measures(o) or rows(o, measures(o)[0]).empty:
        return "Nothing that was tried moves the plan."
    first = measures(o)[0]
    moving = rows(o, first).sort_values("swing", ascending=False)
    names = moving.loc[moving["swing"] >= WEIGHTY * moving["swing"].max(), "parameter"].head(3)
    listed_names = ", ".join(figure_words(o, str(name)) for name in names)
    return f"The {measure_words(o, first)} hangs most on: {listed_names}."


def _opened(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _swings(o: Outcome) -> Parts:
    meaning = (
        "Each figure is put at the low and at the high end of its range, one at a time, and the plan is made anew. "
        "What two figures do together is not seen here."
    )
    parts = [paragraph(meaning), items(impossible(o))]
    for n, m in enumerate(measures(o)):
        chart = Chart(f"tornado-{n}", measure_words(o, m), lambda x, m=m: draw(x, m), lambda x, m=m: swings(x, m))  # type: ignore[misc]
        parts += [items(sentences(o, m)), figure(chart, o)]
    return joined(parts) if measures(o) else ()


def summary(o: Outcome) -> str:
    """The run as text, at most 100 columns wide; a saved outcome gives the same page."""
    tables = {
        m: swings(o, m).head(DRAWN).drop(columns=["as taken", "basis of the range"], level=0) for m in measures(o)
    }
    return sheet(
        title(o).replace(", plan for ", ", sensitivity of the plan for "),
        "\n".join(wrapped(headline(o))),
        *(block(_opened(measure_words(o, m)), text_table(rows, stub=WIDE)) for m, rows in tables.items()),
        block("Where there is no plan", wrapped(*impossible(o))),
    )


def ranges(o: Outcome) -> pd.DataFrame:
    """The figures that were tried, and their ranges."""
    if not measures(o):
        return blank("figure")
    own = o.table("sensitivity")
    own = own[own["measure"] == measures(o)[0]]
    return framed(
        pd.Index([figure_words(o, str(p)) for p in own["parameter"]], name="figure"),
        [
            ("unit", "", own["unit"]),
            *((n, "", [f"{v:.4g}" for v in own[k]]) for n, k in (("low", "low"), ("taken", "base"), ("high", "high"))),
            ("basis", "", own["basis"]),
        ],
    )


SECTIONS = (
    body("swings", "What moves the plan", _swings),
    body("ranges", "What was tried", tabled(ranges, "Figures and their ranges")),
    annex("assumptions", "Every assumption", assumed),
    annex("methods", "How the accounts were read", methods),
    annex("sources", "Sources", sources),
    REPEAT,
)

PAGE = Page(
    named=lambda o: f"What the plan for {o.provenance.get('country_name') or 'an economy'} hangs on",
    note=title,
    headline=headline,
    sections=SECTIONS,
)
