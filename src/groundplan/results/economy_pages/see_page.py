"""The page of an overview: its brief, then rankings, bars, a shaded matrix, ribbons, each with its table."""

from __future__ import annotations

from groundplan.measures.overview.listed import MEASURES
from groundplan.measures.overview.measure import Measure
from groundplan.outcome import Outcome
from groundplan.results.charts import flows
from groundplan.results.charts.chart import Chart, TableOf, bar_chart
from groundplan.results.economy_pages import see_views as v
from groundplan.results.economy_pages import see_words as w
from groundplan.results.framed import headings
from groundplan.results.origins import checked
from groundplan.results.page import Page, Writer, annex, body, figure, listed, paragraph, table, tabled, together
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import unit_words

SHORT = {
    "imports needed": "imports",
    "bought directly": "direct",
    "through home suppliers": "through home makers",
    "share of all such imports": "share %",
    "imports in total supply": "imports in supply %",
    "self-sufficiency": "self- suffi- ciency %",
    "value added lost without it": "value added lost %",
    "pull on suppliers": "pull",
    "carries customers": "carries",
    "home steps to the user": "steps to user",
    "import content": "import content %",
    "drawn by markets abroad": "drawn abroad %",
    "sectors that need it": "sectors need it",
    "imports from the partner": "imports from it",
    "share of the product's imports": "of all imports %",
    "their share of output": "their output %",
    "final use that hangs on it": "final use on it %",
    "given up at least if a tenth stays away": "lost if a tenth is gone",
    "stays among the first": "stays first %",
    "among the first in years": "first in years %",
    "concentration": "concen- trated",
    "concentration of origin": "origins concen- trated",
    "its share of value added": "its share of value %",
    "so far": "so far %",
    "first stop after": "first stop",
    "largest of the first to stop": "largest of them",
    "output that stops first": "output stopped first %",
    "half of output stopped after": "half stopped",
    "output stopped in the end": "in the end %",
}
# The steps to the user are what a sector carries, times a constant; the chain names what a sector is short of.
SPARE = ("rank in the draws", "home steps to the user", "short of")
FIRST = "products"
NAMED = {m.name: m for m in MEASURES}


def _rows(m: Measure) -> TableOf:
    return lambda o: v.view(o, m, m.most)


def _matrix(o: Outcome) -> flows.Matrix | None:
    there = v.cells(o)
    if not len(there):
        return None
    flat = there.set_axis([name for name, _ in headings(there)], axis=1)
    return flows.Matrix("cells", NAMED["cells"].heading, flat, unit_words(v.flow(o)))


def _ribbons(o: Outcome) -> flows.Ribbons:
    return flows.Ribbons("paths", NAMED["paths"].heading, v.ribbon_paths(o), unit_words(v.flow(o)))


CHARTS = {m.name: bar_chart(m.name, m.heading, _rows(m), m.bars) for m in MEASURES if m.bars} | {
    "cells": Chart("cells", NAMED["cells"].heading, _matrix, v.cells),
    "paths": Chart("paths", NAMED["paths"].heading, _ribbons, _rows(NAMED["paths"])),
}


def _shown(m: Measure) -> Writer:
    """A measure: its chart, unless that stands on the first page, and its table."""

    def write(o: Outcome) -> Parts:
        picture = figure(CHARTS[m.name], o, with_table=False) if m.name in CHARTS and m.name != FIRST else ()
        return picture + _table(o, m)

    return write


def _table(o: Outcome, m: Measure) -> Parts:
    """A measure's table, as long on a terminal as its card says."""
    if m.name == "cells":
        return table(v.cells(o), v.said(o, m.heading))
    asked = int(o.provenance.get("view", {}).get("top", 10))
    few = min(asked, 6)
    top = {"all": 0, "top": asked, "few": few, "more": few + 2}[m.length]
    rows = v.view(o, m, None if m.most is None else max(m.most, top))
    return table(rows, v.said(o, m.heading), heads=SHORT, spare=SPARE, top=top, stub=m.stub)


def _measures(section: str, intro: str = "") -> Writer:
    """A section of the report: what is to be known first, and every measure that belongs there."""
    return together(intro, *(_shown(m) for m in MEASURES if m.section == section))


NEEDED = (
    "Some products are bought abroad by the final user; others are inside home products, because their makers, or the "
    "makers' suppliers, buy abroad. The two together are what the country would lack if a border closed."
)
MATRIX = "The darker a cell, the more of the imported product the sector uses. The largest rows and columns are shown."
PATHS = "Each chain ends with the final user; its value is the import that comes along it, and along it alone."
SECTORS = (
    "A sector is taken out and its customers buy abroad at the same price: what then falls away at home is what it "
    "carries. Pull and carrying are linkages against the average of 1; a key sector is above it in both. Carrying is "
    "the number of home steps to the user over its average."
)
HANGS = (
    "If a tenth of an import stays away and nothing replaces it, at least this much final use must be given up, "
    "however well the rest is shared out. Days count from the end of the import with the stocks assumed below, "
    "and take every input of at least one per cent of costs as needed."
)


def _brief(o: Outcome) -> Parts:
    """Through whom, how it could be cut, the imports needed as bars, and how sure."""
    return (
        paragraph(w.through(o))
        + paragraph(w.cut(o))
        + figure(CHARTS[FIRST], o, with_table=False)
        + paragraph(w.steadiness(o))
    )


SECTIONS = (
    body("needed", "What the country depends on", _measures("needed", NEEDED)),
    body("paths", "Along which chains", _measures("paths", PATHS)),
    body("sectors", "Which sectors carry the rest", _measures("sectors", SECTORS)),
    body("hangs", "What hangs on an import", _measures("hangs", HANGS)),
    body("markets", "Who lives from markets abroad", _measures("markets")),
    body("thin", "Missing or thin against other countries", _measures("thin")),
    body("partners", "Partners", _measures("partners")),
    body("product", "One product", _measures("product")),
    body("accounts", "The accounts, checked", listed(checked)),
    body("sure", "How sure", together(listed(w.sure), listed(w.capital))),
    annex("uses", "What every final use contains", together(
        _measures("uses"), tabled(v.rounds, "Imports by home makers in between")
    )),
    annex("matrix", "Who uses which import", _measures("matrix", MATRIX)),
    annex("base", "Raw materials and many-sidedness", _measures("base")),
    annex("trade", "Value added and partners", _measures("trade")),
    *FROM_ACCOUNTS,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"What {o.provenance.get('country_name') or 'an economy'} depends on",
    note=w.title,
    headline=w.headline,
    sections=SECTIONS,
    brief=_brief,
)
