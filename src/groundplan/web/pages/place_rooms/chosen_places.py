"""A choice of places to look at: the map by year, every place with why and why not, its letter, how fair it is."""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from groundplan.errors import UnknownName
from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart
from groundplan.results.html.markup import prepared
from groundplan.results.page import figure
from groundplan.results.place_pages import place_views as v
from groundplan.results.place_pages import place_words as w
from groundplan.results.place_pages.geojson import geojson
from groundplan.results.place_pages.letters import CHECK, letter, letter_content, letter_files, letters
from groundplan.results.place_pages.place_charts import CHARTS, map_until
from groundplan.results.spoken_views import naming_data, spoken_parts
from groundplan.shown_text import visible
from groundplan.web.archives import taken_along
from groundplan.web.composing.place_programmes import Pinned, pinned_of
from groundplan.web.frame import fragment, page
from groundplan.web.shown_views import explored_figure, shown
from groundplan.web.workbench import Workbench

router = APIRouter()
# Of the outcome's own views, those that this page shows; the rest stands on the outcome's page.
SHOWN = ("fairness", "envy", "costs", "means", "published")


class PlaceRow(NamedTuple):
    """A place in the list: its name, what is decided on it, its rank of need, and its letter."""

    name: str
    province: str
    year: int
    decision: str
    why: str
    rank: int
    letter: str


class ReadVersion(NamedTuple):
    """A document that a choice was made by, and the version that stands now, 0 for none."""

    pinned: Pinned
    now: int


@router.get("/study/{study}/place/results/{name}")
def result(request: Request, study: str, name: str, year: int = 0) -> Response:
    """A choice: its map up to a year (the last, where none is asked for), its list. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    outcome = _choice(bench, name)
    years = v.years(outcome)
    until = year if year in years else years[-1]
    views = shown(outcome, name)
    with naming_data(outcome):
        rows = place_rows(outcome)
    return page(
        request, "place_result.html", title=views["title"], study=study, step="place", name=name, years=years,
        until=until, place_map=_map(outcome, until), rows=rows, whole_map=_whole_map(outcome, name),
        versions=_versions(bench, name),
        body=[one for one in views["body"] if one["name"] in SHOWN], brief=views["brief"],
        schematic=not len(outcome.tables["outlines"]), draw=outcome.provenance.get("draw"),
        command=str(outcome.provenance.get("command") or ""), status_of=str(outcome.provenance.get("status", "")),
    )  # fmt: skip


@router.get("/study/{study}/place/results/{name}/map")
def map_of(request: Request, study: str, name: str, year: int) -> Response:
    """The map of those that are chosen up to a year, as a part of the page. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    outcome = _choice(bench, name)
    if year not in v.years(outcome):
        raise UnknownName("year", year, v.years(outcome))
    return fragment("place_map.html", place_map=_map(outcome, year))


@router.get("/study/{study}/place/results/{name}/letters/{file}")
def letter_page(request: Request, study: str, name: str, file: str) -> Response:
    """The letter to a place inside the frame; with ``.html`` behind it as a file. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    outcome = _choice(bench, name)
    with naming_data(outcome):
        by_file = {there.removesuffix(".html"): place for place, there in letter_files(outcome).items()}
        stem = file.removesuffix(".html")
        if stem not in by_file:
            raise UnknownName("letter", file, by_file)
        if file.endswith(".html"):
            return taken_along(visible(letter(outcome, by_file[stem])).encode(), "text/html; charset=utf-8", file)
        written = letter_content(outcome, by_file[stem])
    order = list(by_file)
    at = order.index(stem)
    return page(
        request, "place_letter.html", title=written.title, study=study, step="place", name=name, file=stem,
        opening=written.opening, sections=written.sections, before=order[at - 1] if at else "",
        after=order[at + 1] if at + 1 < len(order) else "",
    )  # fmt: skip


@router.get("/study/{study}/place/results/{name}/files/{file}")
def result_file(request: Request, study: str, name: str, file: str) -> Response:
    """All letters in one file, or all places as GeoJSON. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    outcome = _choice(bench, name)
    if file == "letters.zip":
        return taken_along(letters_zip(outcome), "application/zip", f"{name}-letters.zip")
    if file == "places.geojson":
        return taken_along(geojson(outcome).encode(), "application/geo+json", f"{name}.geojson")
    raise UnknownName("file", file, ["letters.zip", "places.geojson"])


def letters_zip(outcome: Outcome) -> bytes:
    """The letters to all places with their index, and the program that replays the draw where there was one."""
    pages = {name: visible(text) for name, text in letters(outcome).items()}
    if outcome.provenance.get("draw"):
        pages[CHECK] = files("groundplan").joinpath(f"places/lots/{CHECK}").read_text("utf-8")
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in pages.items():
            # One day for all, so that equal letters are an equal file.
            packed.writestr(zipfile.ZipInfo(f"letters/{name}", (1980, 1, 1, 0, 0, 0)), text)
    return packet.getvalue()


def place_rows(outcome: Outcome) -> list[PlaceRow]:
    """Every place, chosen ones by year and then the others, the neediest first."""
    table, names, letters_of = v.by_place(outcome), v.place_names(outcome), letter_files(outcome)
    ordered = table.sort_values(["year", "need_rank"], kind="stable", na_position="last").to_dict("records")
    return [
        PlaceRow(
            names[row["place"]], str(row["province"]), w.chosen_year(outcome, row["place"]),
            said(w.short_decision(outcome, row["place"])), said(w.why(outcome, row["place"])[1]), int(row["need_rank"]),
            letters_of[str(row["place"])].removesuffix(".html"),
        )
        for row in ({str(k): x for k, x in one.items()} for one in ordered)
    ]  # fmt: skip


def _choice(bench: Workbench, name: str) -> Outcome:
    outcome = bench.outcome(name)
    if outcome.engine != "place":
        raise UnknownName("choice of places", name, [])
    return outcome


def _map(outcome: Outcome, year: int) -> list[dict[str, Any]]:
    """The map as templates take it; a map of one year is no file to take along."""
    return _drawn(outcome, map_until(year))


def _whole_map(outcome: Outcome, name: str) -> list[dict[str, Any]]:
    """The map of all years as a figure that people explore; its table is the list of places."""
    return [explored_figure(part, name, "one-by-one") for part in _drawn(outcome, CHARTS["years"])]


def _drawn(outcome: Outcome, chart: Chart) -> list[dict[str, Any]]:
    with naming_data(outcome):
        return prepared(spoken_parts(figure(chart, outcome, with_table=False)), links=lambda _, __: [])


def _versions(bench: Workbench, name: str) -> list[ReadVersion]:
    """The documents that a choice of this project was made by, each beside the version that stands now."""
    job = next((j for j in bench.project.jobs.all() if j.outcome == name), None)
    there = []
    for pinned in pinned_of(job) if job else []:
        now = bench.project.documents.current(pinned.kind, pinned.name)
        there.append(ReadVersion(pinned, now.number if now else 0))
    return there
