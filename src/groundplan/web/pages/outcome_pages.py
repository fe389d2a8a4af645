"""Saved outcomes: their list, each as a page, each view by itself, and everything that can be taken along."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.results.charts.chart_files import csv_text, sheets
from groundplan.results.files import json_text
from groundplan.results.html.html_report import report
from groundplan.results.spoken_views import naming_data
from groundplan.results.view import Plot
from groundplan.results.view_list import has_views, views
from groundplan.verb_options import imported
from groundplan.verb_table import VERBS
from groundplan.web.archives import taken_along
from groundplan.web.explored import spoken_option
from groundplan.web.frame import page
from groundplan.web.guarding.request_guards import PAPER_POLICY
from groundplan.web.shown_views import shown, shown_view
from groundplan.web.workbench import Workbench

router = APIRouter()
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Paper(NamedTuple):
    """A file that an outcome is taken along as: its words, its kind, and the verb table's option that writes it."""

    words: str
    kind: str
    option: str = ""


PAPERS = {
    "report.html": Paper("Report", "text/html; charset=utf-8"),
    "workbook.xlsx": Paper("Workbook", SHEET, "workbook"),
    "briefing.pdf": Paper("Briefing (PDF)", "application/pdf", "pdf"),
    "briefing.docx": Paper("Briefing (Word)", DOCUMENT, "word"),
    "study.toml": Paper("Study (TOML)", "text/plain; charset=utf-8"),
    "study.xlsx": Paper("Study to edit (Excel)", SHEET, "form"),
    "outcome.json": Paper("Everything (JSON)", "application/json"),
}
WRITERS = {o.name: o for verb in VERBS.values() for o in verb.options if o.writes}


@router.get("/outcomes")
def listed(request: Request) -> Response:
    """Every saved outcome, newest first, with what may be compared."""
    from groundplan.results.saved_pages.outcomes_page import listed_table
    from groundplan.verbs.outcomes import outcomes

    bench: Workbench = request.app.state.bench
    here = bench.project.outcomes_folder
    there = outcomes(here) if here.is_dir() else None
    rows = there.table("outcomes").to_dict("records") if there else []
    shown_rows = listed_table(there) if there else None
    return page(
        request, "outcomes.html", title=said("Outcomes"), rows=rows, shown_rows=shown_rows, step="",
        command="groundplan outcomes",
    )  # fmt: skip


@router.get("/outcomes/{name}")
def outcome_page(request: Request, name: str) -> Response:
    """A saved outcome: its brief, its body, and the titles of its annexes. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    outcome = bench.outcome(name)
    job = next((j for j in bench.project.jobs.all() if j.outcome == name), None)
    return page(
        request, "outcome.html", of=shown(outcome, name), name=name, papers=papers_of(outcome), view=None,
        title=shown(outcome, name, ())["title"], command=str(outcome.provenance.get("command") or ""), job=job,
        accepted_words=bench.accepted_words(job), engine=outcome.engine,
    )  # fmt: skip


@router.get("/outcomes/{name}/views/{view}")
def view_page(request: Request, name: str, view: str) -> Response:
    """One view of a saved outcome. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    outcome = bench.outcome(name)
    there = shown_view(outcome, name, view)
    if there is None:
        raise UnknownName("view", view, [v.name for v in views(outcome)])
    return page(
        request, "outcome.html", of=shown(outcome, name, ()), name=name, papers=papers_of(outcome), view=there,
        title=there["title"], job=None, accepted_words="", engine=outcome.engine,
    )  # fmt: skip


@router.get("/outcomes/{name}/charts/{file}")
def chart_file(request: Request, name: str, file: str) -> Response:
    """A figure of a saved outcome: its picture, its table, or its option for ECharts. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    outcome = bench.outcome(name)
    stem, _, kind = file.rpartition(".")
    plots = plots_of(outcome)
    with naming_data(outcome):
        if kind == "svg":
            pictures = {k: v for plot in plots.values() for k, v in sheets(plot.chart).items()}
            if stem in pictures:
                return taken_along(pictures[stem].encode(), "image/svg+xml", file)
        elif stem in plots and kind == "json":
            option = json.dumps(spoken_option(plots[stem].chart), allow_nan=False)
            return taken_along(option.encode(), "application/json", file)
        elif stem in plots and kind == "csv" and (table := plots[stem].table) is not None:
            return taken_along(csv_text(table).encode(), "text/csv; charset=utf-8", file)
    raise UnknownName("figure", file, [f"{n}.svg" for n in plots])


@router.get("/outcomes/{name}/files/{paper}")
def paper_file(request: Request, name: str, paper: str) -> Response:
    """An outcome as a file: report, workbook, briefing, study, JSON. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    outcome = bench.outcome(name)
    there = papers_of(outcome)
    if paper not in there:
        raise UnknownName("file of an outcome", paper, there)
    data = written(outcome, paper)
    shown_here = paper == "report.html"
    answer = taken_along(data, there[paper].kind, f"{name}-{paper}", here=shown_here)
    if shown_here:
        answer.headers["content-security-policy"] = PAPER_POLICY
    return answer


@router.post("/outcomes/{name}/again")
def again(request: Request, name: str) -> Response:
    """Compute an outcome of this project once more. Raises ``GroundplanError`` where it was not computed here."""
    bench: Workbench = request.app.state.bench
    job = next((j for j in bench.project.jobs.all() if j.outcome == name), None)
    if job is None:
        raise GroundplanError("this outcome was not computed here", where=name, fix="ask its command again")
    return RedirectResponse(f"/jobs/{bench.project.jobs.again(job.id).id}", 303)


def plots_of(outcome: Outcome) -> dict[str, Plot]:
    """Every figure of an outcome by its name."""
    if not has_views(outcome):
        return {}
    return {p.chart.name: p for v in views(outcome) for p in v.parts if isinstance(p, Plot)}


def papers_of(outcome: Outcome) -> dict[str, Paper]:
    """The files that an outcome can be taken along as, by name."""
    left_out = set() if "study" in outcome.provenance else {"study.toml", "study.xlsx"}
    if outcome.engine != "plan":
        left_out.add("study.xlsx")
    if not has_views(outcome):
        left_out |= {"report.html", "workbook.xlsx", "briefing.pdf", "briefing.docx"}
    return {name: paper for name, paper in PAPERS.items() if name not in left_out}


def written(outcome: Outcome, paper: str) -> bytes:
    """A file of an outcome. Raises what its writer raises."""
    option = PAPERS[paper].option
    if not option:
        texts = {"report.html": report, "outcome.json": json_text}
        return (texts[paper](outcome) if paper in texts else str(outcome.provenance["study"])).encode()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / paper
        imported(WRITERS[option].writes)(outcome, str(file))()
        return file.read_bytes()
