"""Views as HTML: the templates, and what they are given. No markup is written anywhere else, charts apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from groundplan.languages.spoken import direction, said, spoken
from groundplan.results.charts.chart_files import Download, downloads
from groundplan.results.framed import column_values, headings, said_columns
from groundplan.results.guard_lines import HEADING
from groundplan.results.html import TEMPLATES
from groundplan.results.view import GUARDS, Bullets, Grid, Part, Plot, Prose, Reference, Verbatim
from groundplan.results.words import PERCENT

if TYPE_CHECKING:
    import jinja2

SMALL = 24  # rows of a table that print keeps on one sheet


@cache
def _templates() -> jinja2.Environment:
    import jinja2

    loader = jinja2.PackageLoader("groundplan", TEMPLATES)
    templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, auto_reload=False)
    templates.globals["said"] = said
    return templates


@cache
def style(name: str = "report.css") -> str:
    """The style sheet of all pages, or that of a view inside another page."""
    return files("groundplan").joinpath(f"{TEMPLATES}/{name}").read_text("utf-8")


def rendered(template: str, **given: Any) -> str:
    """A page or a fragment of one: the template with what it is given, everything escaped but charts."""
    from markupsafe import Markup

    given.setdefault("language", spoken())
    sheet = style("fragment.css" if template == "fragment.html" else "report.css")
    return _templates().get_template(template).render(style=Markup(sheet), direction=direction(), **given)


def prepared(
    parts: Iterable[Part], *, narrow: bool = True, links: Callable[[Plot, str], list[Download]] = downloads
) -> list[dict[str, Any]]:
    """Parts as the templates take them; sources that follow each other are one list.

    ``narrow``: charts have a second drawing, for a page as wide as a telephone. ``links``: what may be taken along of
    a chart, of its part and its picture; by default as files inside the page.
    """
    out: list[dict[str, Any]] = []
    for kind, members in groupby(parts, lambda p: isinstance(p, Reference)):
        given = [*members]
        out += [{"kind": "references", "list": given}] if kind else [_prepared(p, narrow, links) for p in given]
    return out


def _prepared(part: Part, narrow: bool, links: Callable[[Plot, str], list[Download]]) -> dict[str, Any]:
    from markupsafe import Markup

    match part:
        case Grid():
            return {"kind": "grid", "of": part, **_grid(part)}
        case Plot():
            wide = part.chart.svg()
            offered = [(said(link.words), link.file, Markup(link.address)) for link in links(part, wide)]
            pictures = [("", Markup(wide)), *([("narrow", Markup(part.chart.svg(narrow=True)))] if narrow else [])]
            return {"kind": "plot", "of": part, "pictures": pictures, "links": offered}
        case Bullets():
            heading = said(HEADING) if part.kind == GUARDS else ""
            return {"kind": "bullets", "of": part, "tag": "ol" if part.numbered else "ul", "heading": heading}
        case Prose() | Verbatim():
            return {"kind": type(part).__name__.lower(), "of": part}
    raise TypeError(part)


def _grid(g: Grid) -> dict[str, Any]:
    """A table's headings, units and cells; a unit that all columns have stands in the title."""
    named = headings(g.frame)
    units = {unit for _, unit in named}
    shared = units.pop() if len(units) == 1 else ""
    cells = column_values(g.frame)
    worded = [any(isinstance(v, str) for v in column) for column in cells]
    texts = said_columns(cells, [unit for _, unit in named])
    return {
        "brief": len(g.frame) <= SMALL,
        "unit": said("per cent" if shared == PERCENT else shared),
        "corner": str(g.frame.index.name or ""),
        "heads": [
            (name, said(unit) if unit != shared else "", words)
            for (name, unit), words in zip(named, worded, strict=True)
        ],
        "rows": [(str(label), row) for label, row in zip(g.frame.index, zip(*texts, strict=True), strict=True)],
    }
