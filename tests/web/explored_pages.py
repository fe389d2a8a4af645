"""Pages with one figure that can be explored each, as the server writes them, and all that they load."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2
from markupsafe import Markup
from small_charts import CHARTS

import groundplan
from groundplan.languages.spoken import said
from groundplan.results.view import Drawn
from groundplan.web.explored import spoken_option

STATIC = Path(groundplan.__file__).parent / "web" / "static"
KINDS = {".js": "text/javascript", ".css": "text/css"}
PAGE = """<!doctype html><html lang="en"><head><title>{{ chart.title }}</title><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/static/explore.css">
<script defer src="/static/vendor/echarts/echarts.min.js"></script>
<script defer src="/static/explore.js"></script></head>
<body><main><h1>{{ chart.title }}</h1>
{% from "explore.html" import explorable with context %}
{% call explorable(chart.name, chart.title, sentence, "/" + chart.name + ".json", "twin") %}{{ svg }}{% endcall %}
<details><summary>Numbers</summary><table id="twin"><caption>Numbers</caption><tr><th scope="col">A</th></tr>
<tr><td>1</td></tr></table></details></main></body></html>"""


def page(chart: Drawn) -> str:
    """The page of a chart in the spoken language."""
    loader = jinja2.PackageLoader("groundplan", "web/templates")
    templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    templates.globals["said"] = said
    return templates.from_string(PAGE).render(chart=chart, sentence=chart.sentence(), svg=Markup(chart.svg()))


def static_files() -> dict[str, tuple[str, bytes]]:
    """Every script and style sheet of the workbench, by its address."""
    files = [path for path in STATIC.rglob("*") if path.suffix in KINDS]
    return {f"/static/{p.relative_to(STATIC).as_posix()}": (KINDS[p.suffix], p.read_bytes()) for p in files}


def pages() -> dict[str, tuple[str, bytes]]:
    """The page and the option of every small chart, and what they load."""
    options = {
        f"/{c.name}.json": ("application/json", json.dumps(spoken_option(c), allow_nan=False).encode()) for c in CHARTS
    }
    return {**static_files(), **options, **{f"/{c.name}": ("text/html", page(c).encode()) for c in CHARTS}}
