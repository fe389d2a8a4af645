"""Figures that people explore, in Chromium under the strict policy: every kind, by keyboard and read out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Browsing, SmallSite, axe_findings, small_site, until
from explored_pages import pages, static_files
from small_charts import BY_NAME

from groundplan.web.explored import spoken_option

WIDTH_OF = "(name => document.querySelector(name).clientWidth)"
READY = "figure.explore[data-ready=yes]"


@pytest.fixture(scope="module")
def site() -> Iterator[SmallSite]:
    with small_site(pages()) as there:
        yield there


def opened(browsing: Browsing, site: SmallSite, name: str, width: int = 1280, **options: Any) -> Any:
    """A page with its figure ready."""
    page = browsing(width, reduced_motion="reduce", **options)
    page.goto(f"{site.address}/{name}")
    page.wait_for_selector(READY)
    return page


def read_out(page: Any) -> str:
    return page.inner_text(".explore-says")


@pytest.mark.parametrize("name", BY_NAME)
def test_every_kind_is_explored_by_keyboard_without_findings(browsing: Browsing, site: SmallSite, name: str) -> None:
    """Proves: each kind of chart draws, every mark is reached by the arrow keys and read out as the server says it, axe
    finds nothing, the policy is kept.

    Breaks if: a kind is not drawn, a mark cannot be reached, or ECharts needs inline styles or eval.
    """
    says = [mark["says"] for mark in spoken_option(BY_NAME[name])["marks"]]
    page = opened(browsing, site, name)
    assert page.locator(".explore-chart svg path").count() > 3
    assert axe_findings(page) == []
    page.focus(".explore-stage")
    heard = []
    for _ in says:
        page.keyboard.press("ArrowRight")
        heard.append(read_out(page))
    assert heard == says
    page.keyboard.press("Home")
    assert read_out(page) == says[0]
    page.keyboard.press("End")
    assert read_out(page) == says[-1]
    page.keyboard.press("+")
    page.keyboard.press("0")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "explore-table"
    assert axe_findings(page) == []


def test_up_and_down_go_between_rows(browsing: Browsing, site: SmallSite) -> None:
    """Proves: in a matrix the arrow down keeps the column. Breaks if: rows are walked through cell by cell only."""
    page = opened(browsing, site, "matrix")
    page.focus(".explore-stage")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert read_out(page) == "ore used by steel: −1.50 bn"
    page.keyboard.press("ArrowUp")
    assert read_out(page) == "gas used by steel: 4.50 bn"


@pytest.mark.parametrize("name", ["matrix", "lines", "choropleth"])
def test_plus_zooms_and_nought_shows_all(browsing: Browsing, site: SmallSite, name: str) -> None:
    """Proves: the keys change what is shown and bring all of it back, and say so. Breaks if: zoom needs a mouse."""
    page = opened(browsing, site, name)
    page.focus(".explore-stage")
    page.keyboard.press("Home")
    whole = page.inner_html(".explore-chart svg")
    for zoomed in (200, 400):
        page.keyboard.press("+")
        assert read_out(page) == f"Zoom {zoomed} %"
    until(page, "was => document.querySelector('.explore-chart svg').innerHTML !== was", whole)
    page.keyboard.press("0")
    assert read_out(page) == "Zoom 100 %"


def test_the_focus_is_seen_and_the_table_is_reached(browsing: Browsing, site: SmallSite) -> None:
    """Proves: a ring shows where one is, and the table twin opens. Breaks if: the ring or the table is lost."""
    page = opened(browsing, site, "ribbons")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "explore-stage"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    assert not page.is_visible("#twin")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.is_visible("#twin")
    assert page.evaluate("document.activeElement.id") == "twin"


def taken(page: Any, kind: str) -> bytes:
    """The file that a button gives."""
    with page.expect_download() as coming:
        page.click(f"[data-take={kind}]")
    assert coming.value.suggested_filename == f"matrix.{kind}"
    return Path(coming.value.path()).read_bytes()


def test_pictures_and_numbers_are_taken_along(browsing: Browsing, site: SmallSite) -> None:
    """Proves: SVG, PNG, CSV and JSON are what their names say, with the numbers of the chart.

    Breaks if: the policy forbids a way to a file, or a number is lost.
    """
    page = opened(browsing, site, "matrix")
    assert taken(page, "svg").startswith(b"<svg")
    assert taken(page, "png").startswith(b"\x89PNG")
    rows = list(csv.reader(taken(page, "csv").decode("utf-8-sig").splitlines()))
    assert rows == [
        ["series", "item", "value", "unit"], ["gas", "steel", "4.5", "bn"], ["gas", "grain", "0", "bn"],
        ["ore", "steel", "-1.5", "bn"],
    ]  # fmt: skip
    assert json.loads(taken(page, "json"))["series"] == BY_NAME["matrix"].option()["series"]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_narrow_page_is_not_wider_than_its_window(browsing: Browsing, site: SmallSite, name: str) -> None:
    """Proves: at 390 pixels, dark, the figure fits, and a turned telephone draws it anew. Breaks if: a page scrolls."""
    page = opened(browsing, site, name, 390, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe_findings(page) == []
    page.set_viewport_size({"width": 844, "height": 390})
    stage, drawing = f"{WIDTH_OF}('.explore-stage')", f"{WIDTH_OF}('.explore-chart svg')"
    until(page, f"{stage} > 390 && {drawing} === {stage}")


def test_without_script_the_servers_drawing_stands(browsing: Browsing, site: SmallSite) -> None:
    """Proves: the SVG and the way to the table need no script. Breaks if: the figure is empty until one has run."""
    page = browsing(java_script_enabled=False)
    page.goto(f"{site.address}/tornado")
    assert page.is_visible(".explore-drawing svg")
    assert page.is_visible(".explore-table")
    assert not page.is_visible(".explore-take button")


def test_a_figure_that_does_not_come_leaves_the_drawing(browsing: Browsing, site: SmallSite) -> None:
    """Proves: where the option is not there the drawing stays, and it is said. Breaks if: a fault empties the page."""
    page = browsing(allow=("status of 404",))
    page.route("**/tornado.json", lambda route: route.fulfill(status=404))
    page.goto(f"{site.address}/tornado")
    page.wait_for_selector("figure.explore[data-ready=no]")
    assert page.is_visible(".explore-drawing svg")
    assert read_out(page).startswith("The figure that can be explored did not come")


GRID = """<!doctype html><html lang="en"><head><title>Grid</title>
<link rel="stylesheet" href="/static/vendor/tabulator/tabulator.min.css">
<script defer src="/static/vendor/htmx/htmx.min.js"></script>
<script defer src="/static/vendor/tabulator/tabulator.min.js"></script><script defer src="/grid.js"></script></head>
<body><main><h1>Grid</h1><div id="grid"></div></main></body></html>"""
SCRIPT = """new Tabulator("#grid", {data: [{a: 1, b: "x"}, {a: 2, b: "y"}], layout: "fitColumns", history: true,
columns: [{title: "A", field: "a", editor: "number"}, {title: "B", field: "b", editor: "input", headerFilter: true}]})
.on("tableBuilt", () => { document.body.dataset.built = "yes"; });"""


def test_the_grid_and_htmx_keep_the_policy(browsing: Browsing) -> None:
    """Proves: Tabulator builds and edits, htmx starts, under the strict policy. Breaks if: one needs inline styles."""
    own = {"/grid": ("text/html", GRID.encode()), "/grid.js": ("text/javascript", SCRIPT.encode())}
    with small_site({**static_files(), **own}) as there:
        page = browsing()
        page.goto(f"{there.address}/grid")
        page.wait_for_selector("body[data-built=yes]")
        page.click(".tabulator-row >> nth=0 >> .tabulator-cell >> nth=0")
        page.keyboard.type("7")
        page.keyboard.press("Enter")
        assert page.inner_text(".tabulator-row >> nth=0 >> .tabulator-cell >> nth=0") in ("7", "17")
        assert page.evaluate("typeof htmx.ajax") == "function"
