"""The report of an overview: bars, a shaded matrix, ribbons, each with its table."""

from __future__ import annotations

from groundplan.measures.overview.listed import MEASURES
from groundplan.measures.overview.measure import Measure
from groundplan.outcome import Outcome
from groundplan.results.charts import flows
from groundplan.results.charts.chart import Chart, TableOf, bar_chart
from groundplan.results.economy_pages import see_views as v
from groundplan.results.economy_pages.see_summary import headline, sure, title
from groundplan.results.framed import headings
from groundplan.results.origins import assumed, checked, methods, sources
from groundplan.results.page import Page, Writer, annex, body, charted, listed, table, tabled, together
from groundplan.results.repeated import REPEAT
from groundplan.results.words import unit_words

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
    """A measure in the report: its chart with its table, or its table alone."""
    if m.name in CHARTS:
        return charted(CHARTS[m.name])
    return lambda o: table(_rows(m)(o), v.said(o, m.heading))


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


SECTIONS = (
    body("needed", "What the country depends on", together(
        _measures("needed", NEEDED), tabled(v.rounds, "By home makers in between")
    )),
    body("uses", "What every final use contains", _measures("uses")),
    body("matrix", "Who uses which import", _measures("matrix", MATRIX)),
    body("paths", "Along which chains", _measures("paths", PATHS)),
    body("sectors", "Which sectors carry the rest", _measures("sectors", SECTORS)),
    body("hangs", "What hangs on an import", _measures("hangs", HANGS)),
    body("markets", "Who lives from markets abroad", _measures("markets")),
    body("base", "Raw materials and many-sidedness", _measures("base")),
    body("partners", "Partners", _measures("partners")),
    body("product", "One product", _measures("product")),
    body("sure", "How sure", together(listed(sure), assumed)),
    annex("accounts", "The accounts, checked", listed(checked)),
    annex("methods", "How the accounts were read", methods),
    annex("sources", "Sources", sources),
    REPEAT,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"What {o.provenance.get('country_name') or 'an economy'} depends on",
    note=title,
    headline=headline,
    sections=SECTIONS,
)
