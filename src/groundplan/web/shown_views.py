"""Views of outcomes as the pages of the workbench show them: figures are taken along by links of the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from markupsafe import Markup

from groundplan.languages.spoken import said, spoken
from groundplan.last_used import LastUsed
from groundplan.outcome import Outcome
from groundplan.results.charts.chart_files import Download, sheets
from groundplan.results.charts.flows import Calendar, Matrix, Ribbons
from groundplan.results.charts.maps import Choropleth, FlowMap, YearMap
from groundplan.results.charts.tornado import Tornado
from groundplan.results.html.html_report import units_words
from groundplan.results.html.markup import prepared
from groundplan.results.spoken_views import naming_data, spoken_brief, spoken_views
from groundplan.results.view import ANNEX, BODY, BRIEF, Grid, Plot, View
from groundplan.results.view_list import has_views
from groundplan.web.frame import templates
from groundplan.web.workbench import Workbench

# Charts that have more in them than one drawing shows.
EXPLORED = (Matrix, Ribbons, Tornado, Choropleth, YearMap, FlowMap, Calendar)
MOST_KEPT = 256  # views of an outcome, each in a language


# Outcome → language, folder (which links lead to) and name of a view → the view rendered. An outcome never changes, so
# neither do they; they go when the outcome goes, which the workbench keeps open for a while.
_rendered: WeakKeyDictionary[Outcome, LastUsed[tuple[str, str, str], dict[str, Any]]] = WeakKeyDictionary()


def _shown_view(outcome: Outcome, name: str, view: str, make: Callable[[], View]) -> dict[str, Any]:
    of = _rendered.setdefault(outcome, LastUsed(MOST_KEPT))
    return of.value((spoken(), name, view), lambda: _view(make(), name))


def shown(outcome: Outcome, name: str, levels: tuple[str, ...] = (BRIEF, BODY)) -> dict[str, Any]:
    """The views of an outcome by level, prepared for templates; of other levels only names and titles.

    ``name``: the outcome's folder, by which its figures are asked for.
    """
    if not has_views(outcome):
        return _shown_text(outcome)
    with naming_data(outcome):
        there = spoken_views(outcome)
        views = {
            level: [_shown_of(outcome, name, v) if level in levels else _titled(v) for v in there if v.level == level]
            for level in (BRIEF, BODY, ANNEX)
        }  # fmt: skip
        explored = any(v["explored"] for of in views.values() for v in of)
        units = said(units_words(outcome))
        return {"title": there[0].title, "units": units, "text": "", "explored": explored, **views}


def _shown_of(outcome: Outcome, name: str, view: View) -> dict[str, Any]:
    return _shown_view(outcome, name, view.name, lambda: view)


def _titled(view: View) -> dict[str, Any]:
    return {"name": view.name, "title": view.title, "parts": [], "explored": False}


def _shown_text(outcome: Outcome) -> dict[str, Any]:
    """An outcome that has a page of text only."""
    from groundplan.results.text_page import text_page

    title = said(f"What {outcome.engine} says")
    return {"title": title, "units": "", "text": text_page(outcome), "explored": False, BRIEF: [], BODY: [], ANNEX: []}


def shown_view(outcome: Outcome, name: str, view: str) -> dict[str, Any] | None:
    """One view of an outcome; None where there is none of the name."""
    with naming_data(outcome):
        return next((_shown_of(outcome, name, v) for v in spoken_views(outcome) if v.name == view), None)


def shown_table(outcome: Outcome, view: str) -> dict[str, Any] | None:
    """The first table of a view, prepared for a template that lays it out itself; None where there is none."""
    with naming_data(outcome):
        there = (part for v in spoken_views(outcome) if v.name == view for part in v.parts if isinstance(part, Grid))
        return next((prepared([grid])[0] for grid in there), None)


def shown_brief(bench: Workbench, name: str) -> dict[str, Any]:
    """The first page of a saved outcome. Raises what opening it raises."""
    outcome = bench.outcome(name)
    if not has_views(outcome):
        return _shown_text(outcome)
    with naming_data(outcome):
        view = _shown_view(outcome, name, BRIEF, lambda: spoken_brief(outcome))
        return {"title": view["title"], "units": said(units_words(outcome)), "text": "", BRIEF: [view]}


def _view(view: View, name: str) -> dict[str, Any]:
    """A view with its parts as one piece of HTML."""
    parts = prepared(view.parts, links=lambda p, s: links(p, s, name))
    framed = [_framed(part, parts[k + 1 : k + 2], name) for k, part in enumerate(parts)]
    explored = any(part["kind"] == "framed" for part in framed)
    html = templates().get_template("parts.html").module.parts(framed)  # type: ignore[attr-defined]
    whole = [{"kind": "framed", "html": html}]
    return {"name": view.name, "title": view.title, "parts": whole, "explored": explored}


def _framed(part: dict[str, Any], after: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """A part as it is, or, of a figure that people explore, its HTML with the address of its option and a table twin.

    The twin is the table that stands after it where that has the same numbers, else a folded one of its own.
    """
    if part["kind"] != "plot" or not isinstance(part["of"].chart, EXPLORED) or part["of"].chart.empty:
        return part
    plot: Plot = part["of"]
    follows = next((one for one in after if one["kind"] == "grid"), None)
    if follows is None and plot.table is None:
        return part
    table_id, twin = f"table-{plot.chart.name}", None
    if follows is not None:
        follows["id"] = table_id
    elif plot.table is not None:
        twin = {**prepared([Grid(plot.chart.title, plot.table)])[0], "id": table_id}
    return explored_figure(part, name, table_id, twin)


def explored_figure(
    plot: dict[str, Any], outcome: str, table_id: str, twin: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A prepared figure as one that people explore: its option comes from the server, its table is ``table_id``.

    ``outcome``: the folder whose figure it is; ``twin``: that table, prepared, where it does not stand on the page.
    """
    option = f"/outcomes/{quote(outcome)}/charts/{plot['of'].chart.name}.json"
    html = templates().get_template("explored_figure.html").render(p=plot, option=option, table_id=table_id, twin=twin)
    return {"kind": "framed", "html": Markup(html)}


def links(part: Plot, svg: str, name: str) -> list[Download]:
    """What may be taken along of a figure, as addresses of the server."""
    base = f"/outcomes/{quote(name)}/charts"  # it stands in the page as it is
    pictures = [Download("Picture (SVG)", f"{n}.svg", f"{base}/{n}.svg") for n in sheets(part.chart, svg)]
    table = part.table is not None and len(part.table.columns)
    return pictures + (
        [Download("Table (CSV)", f"{part.chart.name}.csv", f"{base}/{part.chart.name}.csv")] if table else []
    )
