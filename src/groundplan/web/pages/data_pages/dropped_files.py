"""Files that are dropped on the workbench: received whole or not at all, listed, taken along, and taken away."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.requests import ClientDisconnect

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.kept_files import KeptFiles
from groundplan.web.frame import page
from groundplan.web.guarding.acting import acts
from groundplan.web.pages.data_pages.accounts_at_hand import data_page
from groundplan.web.sent_files import SentFiles, TooLarge, sent_files
from groundplan.web.sent_form import SentValues
from groundplan.web.verb_forms import fault_lines
from groundplan.web.workbench import STUDY, Workbench

router = APIRouter()


@router.post("/study/{study}/data/files")
async def drop(request: Request, study: str) -> Response:
    """Receive files and look at them as one table: to the run that does; 413 or 422 in words where they are refused."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    kept = KeptFiles(bench.project.files_folder)
    try:
        sent = await sent_files(request, kept)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read more
    except TooLarge as fault:
        return page(request, "fault.html", status=413, study=study, title=said("This is too large"), lines=[str(fault)])
    except GroundplanError as fault:
        return await asyncio.to_thread(_refused, request, study, fault)
    return await asyncio.to_thread(_kept, request, study, kept, sent)


def _kept(request: Request, study: str, kept: KeptFiles, sent: SentFiles) -> Response:
    bench: Workbench = request.app.state.bench
    if not sent.files:
        return data_page(request, study, fault=said("No file was chosen."), status=422)
    try:
        names = kept.keep(sent.files, by=acts())
    except GroundplanError as fault:
        kept.drop(sent.files)
        return _refused(request, study, fault)
    job = bench.ask("open", {"files": [f"files/{name}" for name in names]}, study=study)
    return RedirectResponse(f"/study/{study}/data/opened/{job.id}", 303)


def _refused(request: Request, study: str, fault: GroundplanError) -> Response:
    return data_page(request, study, fault="\n".join(fault_lines(fault)), status=422)


@router.post("/study/{study}/data/look")
def look(request: Request, study: str, entered: SentValues) -> Response:
    """Look at files of the project, those that are ticked, as one table: to the run that does."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    names = entered.get("file", [])
    if not names:
        return data_page(request, study, fault=said("Tick the files of one table."), status=422)
    kept = KeptFiles(bench.project.files_folder)
    files = [f"files/{kept.file(name).name}" for name in names]
    job = bench.ask("open", {"files": files}, study=study)
    return RedirectResponse(f"/study/{study}/data/opened/{job.id}", 303)


@router.get("/files/{name}")
def taken_along(request: Request, name: str) -> Response:
    """A file of the project as it is. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    file = KeptFiles(bench.project.files_folder).file(name)
    return FileResponse(file, media_type="application/octet-stream", filename=file.name)


@router.post("/study/{study}/data/files/{name}/away")
def take_away(request: Request, study: str, name: str) -> Response:
    """Take a file away; refused while a study or a run needs it. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    kept = KeptFiles(bench.project.files_folder)
    kept.file(name)
    needs = _needed_by(bench, name)
    if needs:
        listed = ", ".join(needs)
        fault = said(f"{name} is needed by {listed}; put that on other accounts first.")
        return data_page(request, study, fault=fault, status=409)
    kept.take_away(name)
    return RedirectResponse(f"/study/{study}/data#files-of", 303)


def _needed_by(bench: Workbench, name: str) -> list[str]:
    """The studies that name a file, and the runs that wait for it or read it."""
    documents = bench.project.documents
    studies = [s for s in documents.names(STUDY) if (v := documents.current(STUDY, s)) and f"files/{name}" in v.text]
    going = [j for j in bench.project.jobs.all() if not j.over and f"files/{name}" in str(dict(j.settings))]
    return [*studies, *(said(f"run {job.number}") for job in going)]
