"""What a plan hangs on: what is said of a sensitivity run."""

from __future__ import annotations

import math

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart
from groundplan.results.charts.tornado import Bar, Tornado
from groundplan.results.framed import blank, framed
from groundplan.results.outcome_facts import indicator_words
from groundplan.results.page import Page, annex, body, figure, items, joined, paragraph, table, tabled
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import number, rounded, significant, unit_behind, unit_words

DRAWN = 15
WHOLE = {"constant standard": "constant living standard worth the whole plan", "objective": "worth of the whole plan"}
STILL = 1e-6
WEIGHTY = 0.05
ENDS = (("low end", "low"), ("taken", "base"), ("high end", "high"))
ONE_BY_ONE = (
    "Each figure is put at the low and at the high end of its range, one at a time, and the plan is reckoned anew. "
    "What two figures do together is not seen here."
)
HEADS = {"at the low end": "at low end", "at the high end": "at high end"}


def _figure(value: float) -> str:
    return significant(value, 4)


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
    if card:
        return f"{str(card['meaning']).partition(';')[0]} ({name})"
    table, record, field = (name.split(".", 1)[0], *name.split(".", 1)[-1].rpartition(".")[::2])
    if record:
        return f"{field.replace('_', ' ')} of {table.removesuffix('s').replace('_', ' ')} {record} ({name})"
    return name.replace("_", " ")


def _unit(o: Outcome, measure: str) -> str:
    return unit_words(str(o.provenance.get("measures", {}).get(measure, "")))


def _unit_after(o: Outcome, measure: str) -> str:
    return unit_behind(str(o.provenance.get("measures", {}).get(measure, "")))


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
            *((n, "", [rounded(v, 4) for v in own[k]]) for n, k in ENDS),
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
            f"{_figure(r[end])} gives {'no plan' if math.isnan(r[f'at_{end}']) else _figure(r[f'at_{end}'])}"
            for end in ("low", "high")
        )
        bars.append(Bar(figure_words(o, str(r["parameter"])), r["at_low"], r["at_high"], (hints[0], hints[1])))
    name = f"tornado-{measures(o).index(measure)}"
    return Tornado(name, _opened(measure_words(o, measure)), bars, float(own["at_base"].iloc[0]), _unit(o, measure))


def sentences(o: Outcome, measure: str, top: int = 3) -> list[str]:
    """What moves a measure most, and what moves nothing, in words."""
    own = rows(o, measure)
    moving = [
        f"{_opened(figure_words(o, str(r['parameter'])))} between {_figure(r['low'])} and {_figure(r['high'])} "
        f"(taken: {_figure(r['base'])}) puts the {measure_words(o, measure)} between "
        f"{_figure(min(r['at_low'], r['at_high'], r['at_base']))} and "
        f"{_figure(max(r['at_low'], r['at_high'], r['at_base']))}{_unit_after(o, measure)}."
        for r in own.dropna(subset=["at_low", "at_high"]).head(top).to_dict("records")
    ]
    quiet = len(o.table("sensitivity").query("measure == @measure")) - len(own)
    return moving + (
        [f"{number(quiet)} other figure{'s move' if quiet > 1 else ' moves'} it by less than a millionth."]
        if quiet
        else []
    )


def impossible(o: Outcome) -> list[str]:
    """Ends of ranges at which there is no plan at all."""
    if not measures(o):
        return []
    own = o.table("sensitivity")
    own = own[own["measure"] == measures(o)[0]]
    return [
        f"With {figure_words(o, str(r['parameter']))} at {_figure(r[end])} no plan meets every must."
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


def _chart(o: Outcome, n: int, measure: str) -> Chart:
    shown = {"heads": HEADS, "spare": ["as taken", "basis of the range"], "top": DRAWN}
    words = _opened(measure_words(o, measure))
    return Chart(f"tornado-{n}", words, lambda x: draw(x, measure), lambda x: swings(x, measure), shown=shown)


def brief(o: Outcome) -> Parts:
    """What moves the first measure most, where there is no plan at all, how far this goes, and its tornado."""
    if not measures(o):
        return ()
    first = measures(o)[0]
    lines = joined([paragraph(s) for s in (*sentences(o, first), *impossible(o), ONE_BY_ONE)])
    return lines + figure(_chart(o, 0, first), o, with_table=False)


def _swings(o: Outcome) -> Parts:
    parts = []
    for n, m in enumerate(measures(o)):
        chart = _chart(o, n, m)
        if n:
            parts += [items(sentences(o, m)), figure(chart, o)]
        else:
            parts += [table(swings(o, m), chart.title, **chart.shown)]
    return joined(parts)


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
            *((n, "", [rounded(v, 4) for v in own[k]]) for n, k in ENDS),
            ("basis", "", own["basis"]),
        ],
    )


SECTIONS = (
    body("swings", "What moves the plan", _swings),
    annex("ranges", "What was tried", tabled(ranges, "Figures and their ranges")),
    *FROM_ACCOUNTS,
)

PAGE = Page(
    named=lambda o: f"What the plan for {o.provenance.get('country_name') or 'an economy'} hangs on",
    note=lambda o: title(o).replace(", plan for ", ", sensitivity of the plan for "),
    headline=headline,
    sections=SECTIONS,
    brief=brief,
)
