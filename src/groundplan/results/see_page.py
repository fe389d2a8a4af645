"""The report of an overview: bars, a shaded matrix, ribbons, each with its table."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from html import escape

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results import drawing, flows
from groundplan.results import see_views as v
from groundplan.results.charts import Chart
from groundplan.results.drawing import series
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.page import Page, figure, items, paragraph, table
from groundplan.results.see_summary import headline, sure, title
from groundplan.results.views import headings
from groundplan.results.words import unit_told

ROWS = 15


def _bars(name: str, heading: str, view: Callable[..., pd.DataFrame], places: tuple[int, ...], rows: int) -> Chart:
    """Bars of some columns of a view, with the view as their table."""

    def draw(o: Outcome) -> str:
        there = view(o, rows)
        return drawing.bars(name, heading, [str(i) for i in there.index], series(there, places)) if len(there) else ""

    return Chart(name, heading, draw, lambda o: view(o, rows))


def _matrix(o: Outcome) -> str:
    there = v.cells(o)
    if not len(there):
        return ""
    flat = there.set_axis([name for name, _ in headings(there)], axis=1)
    return flows.matrix("cells", CELLS, flat, unit_told(v.flow(o)))


def _ribbons(o: Outcome) -> str:
    return flows.ribbons("paths", PATHS, v.ribbon_paths(o), unit_told(v.flow(o)))


CELLS = "Imported products (rows) and the sectors that use them (columns)"
PATHS = "The largest chains of imports through home makers"
CHARTS = {
    c.name: c
    for c in (
        _bars("products", "Imports needed, directly and through home suppliers", v.products, (1, 2), ROWS),
        Chart("cells", CELLS, _matrix, v.cells),
        Chart("paths", PATHS, _ribbons, lambda o: v.paths(o, 25)),
        _bars("sectors", "Value added lost without each sector", v.sectors, (0,), ROWS),
        _bars("markets", "Share of output that markets abroad draw", v.markets, (0, 1), ROWS),
        _bars("partner_totals", "Imports by partner", v.partner_totals, (0,), ROWS),
        _bars("reliance", "Reliance on industries abroad", v.reliance, (0, 2), ROWS),
    )
}


def _needed(o: Outcome) -> str:
    said = (
        "Some products are bought abroad by the final user; others are inside home products, because their makers, "
        "or the makers' suppliers, buy abroad. The two together are what the country would lack if a border closed."
    )
    return paragraph(said) + figure(CHARTS["products"], o) + table(v.rounds(o), "By home makers in between")


def _uses(o: Outcome) -> str:
    return table(v.uses(o), "What every final use contains")


def _matrix_section(o: Outcome) -> str:
    said = (
        "The darker a cell, the more of the imported product the sector uses. The largest rows and columns are shown."
    )
    shown = figure(CHARTS["cells"], o)
    return paragraph(said) + shown if shown else ""


def _paths(o: Outcome) -> str:
    said = "Each chain ends with the final user; its value is the import that comes along it, and along it alone."
    shown = figure(CHARTS["paths"], o)
    return paragraph(said) + shown if shown else ""


def _sectors(o: Outcome) -> str:
    said = (
        "A sector is taken out and its customers buy abroad at the same price: what then falls away at home is what it "
        "carries. Pull and carrying are linkages against the average of 1; a key sector is above it in both. Carrying "
        "is the number of home steps to the user over its average."
    )
    return paragraph(said) + figure(CHARTS["sectors"], o)


def _hangs(o: Outcome) -> str:
    said = (
        "If a tenth of an import stays away and nothing replaces it, at least this much final use must be given up, "
        "however well the rest is shared out. Days count from the end of the import with the stocks assumed below, "
        "and take every input of at least one per cent of costs as needed."
    )
    tables = table(v.cut_off(o, ROWS), "What hangs on each import")
    tables += table(v.endurance(o, ROWS), "How long work goes on when one import ends")
    return paragraph(said) + tables if tables else ""


def _markets(o: Outcome) -> str:
    return figure(CHARTS["markets"], o)


def _base(o: Outcome) -> str:
    return (
        table(v.raw(o), "Raw materials in every final use: from home ground or from abroad")
        + table(v.structure(o), "How many-sided the economy is")
        + table(v.thin(o), f"Missing or thin against {', '.join(o.provenance.get('peers', []))}")
    )


def _partners(o: Outcome) -> str:
    asked = o.provenance.get("view", {}).get("partner")
    shown = figure(CHARTS["partner_totals"], o) + table(v.partners(o, ROWS), "How concentrated suppliers are")
    shown += figure(CHARTS["reliance"], o)
    shown += table(v.partner_loss(o, ROWS), "Without each partner's supplies to industry")
    shown += table(v.value_added_exports(o, ROWS), "Value added in exports")
    if asked:
        shown += table(v.partner_products(o, ROWS), f"What hangs on {asked}")
        shown += table(v.partner_reliance(o, ROWS), f"Reliance on {asked}")
    return shown


def _product(o: Outcome) -> str:
    asked = o.provenance.get("view", {}).get("product")
    if not asked:
        return ""
    return table(v.product_users(o), "Who needs it") + table(v.product_stops(o), "Who stops when it ends")


def _sure(o: Outcome) -> str:
    return items(sure(o)) + assumed(o)


def _checked(o: Outcome) -> str:
    return items([str(line) for line in o.provenance.get("audit", [])])


def _repeat(o: Outcome) -> str:
    asked = o.provenance.get("view", {})
    shipped = f"{o.provenance.get('country', '')} --year {o.provenance.get('accounts_year', '')}"
    words = [f"groundplan see {o.provenance.get('opened', shipped)}"]
    words += [f"--{k.replace('_', '-')} {shlex.quote(str(asked[k]))}" for k in asked if asked[k] is not None]
    said = f"With Groundplan {o.provenance.get('groundplan', '')} and the sources above:"
    return paragraph(said) + f"<pre><code>{escape(' '.join(words))}</code></pre>"


SECTIONS = (
    ("needed", "What the country depends on", _needed),
    ("uses", "What every final use contains", _uses),
    ("matrix", "Who uses which import", _matrix_section),
    ("paths", "Along which chains", _paths),
    ("sectors", "Which sectors carry the rest", _sectors),
    ("hangs", "What hangs on an import", _hangs),
    ("markets", "Who lives from markets abroad", _markets),
    ("base", "Raw materials and many-sidedness", _base),
    ("partners", "Partners", _partners),
    ("product", "One product", _product),
    ("sure", "How sure", _sure),
    ("accounts", "The accounts, checked", _checked),
    ("methods", "How the accounts were read", methods),
    ("sources", "Sources", sources),
    ("repeat", "How to repeat this", _repeat),
)

PAGE = Page(
    named=lambda o: f"What {o.provenance.get('country_name') or 'an economy'} depends on",
    note=title,
    headline=headline,
    sections=SECTIONS,
)
