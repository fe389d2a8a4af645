"""What was found in files of one table: believed, asked once, each fault at its cell, and the way to a plan from it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.projects.jobs import Job
from groundplan.projects.kept_files import KeptFiles
from groundplan.spreadsheets import neutral
from groundplan.tables.returned.comments.commented_apart import commented_file
from groundplan.tables.returned.comments.commented_workbook import CellNote
from groundplan.tables.returned.fault_places import PlacedFault
from groundplan.verb_table import VERBS
from groundplan.web.archives import taken_along
from groundplan.web.frame import page
from groundplan.web.guarding.chosen_cookies import LOOKED_AT, keep_chosen
from groundplan.web.pages.data_pages.accounts_at_hand import SHEET, current
from groundplan.web.pages.data_pages.taking_over import gap_of, proposed_name, ready, take_over
from groundplan.web.sent_form import Sent
from groundplan.web.verb_forms import Field, FormFaults, command_of, fields_of, settings_from
from groundplan.web.workbench import Workbench

router = APIRouter()
OPEN = VERBS["open"]
WITHOUT = ("files", "name")
FLAG = re.compile(r"--([a-z-]+)")
COMMENTED = (".xlsx", ".xlsm")


@router.get("/study/{study}/data/opened/{job_id}")
def opened(request: Request, study: str, job_id: str) -> Response:
    """What was found in files, or the run that looks at them. Raises ``UnknownName``."""
    return _opened_page(request, study, job_of(request, study, job_id))


@router.post("/study/{study}/data/opened/{job_id}")
def answer(request: Request, study: str, job_id: str, entered: Sent) -> Response:
    """Look again with what was said: to the run that does, or the form again with what is wrong."""
    bench: Workbench = request.app.state.bench
    job = job_of(request, study, job_id)
    try:
        settings = settings_from(OPEN, entered, WITHOUT)
        fresh = bench.ask("open", {"files": job.settings["files"], **settings}, study=study)
    except FormFaults as faults:
        return _opened_page(request, study, job, entered, faults.by_field, status=422)
    except GroundplanError as fault:
        return _opened_page(request, study, job, entered, {"": str(fault)}, status=422)
    return RedirectResponse(f"/study/{study}/data/opened/{fresh.id}", 303)


@router.get("/study/{study}/data/opened/{job_id}/comments/{file}")
def comments(request: Request, study: str, job_id: str, file: str) -> Response:
    """A file with its faults: a workbook with notes at its cells, another one zipped with a list of them.

    Raises ``UnknownName``, and what cannot be commented.
    """
    bench: Workbench = request.app.state.bench
    outcome = looked_at(bench, job_of(request, study, job_id))
    path = KeptFiles(bench.project.files_folder).file(file)
    faults = [f for f in faults_of(outcome) if f.file == file]
    if path.suffix.lower() in COMMENTED:
        data = commented_file(path, [CellNote(f.sheet, f.cell, _note(f)) for f in faults if f.cell])
        return taken_along(data, SHEET, f"{path.stem}-comments{path.suffix}")
    return taken_along(_zipped(path, faults), "application/zip", f"{path.stem}-comments.zip")


@router.post("/study/{study}/data/opened/{job_id}/use")
def use(request: Request, study: str, job_id: str, entered: Sent) -> Response:
    """Make a study of the files, or put this one on them: to its data; 422 with what is wrong."""
    bench: Workbench = request.app.state.bench
    job = job_of(request, study, job_id)
    try:
        name = take_over(bench, study, job, looked_at(bench, job), entered)
    except FormFaults as faults:
        return _opened_page(request, study, job, faults=faults.by_field, use=entered, status=422)
    bench.ask("data", {"country": bench.study_file(name)}, study=name)
    there = RedirectResponse(f"/study/{name}/data", 303)
    keep_chosen(request, there, LOOKED_AT, name)
    return there


def job_of(request: Request, study: str, job_id: str) -> Job:
    """A run that looked at files. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    job = bench.project.jobs.job(job_id)
    if job.verb != OPEN.word:
        raise UnknownName("look at files", job_id[:40], (), fix="open the page of data and drop the files again")
    return job


def looked_at(bench: Workbench, job: Job) -> Outcome:
    """What a look at files gave. Raises ``GroundplanError`` where it did not come to its end."""
    if not job.outcome:
        raise GroundplanError("these files were not looked at to the end", where=job.command, fix="look at them again")
    return bench.outcome(job.outcome)


def _opened_page(
    request: Request, study: str, job: Job, entered: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None, use: Mapping[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    bench: Workbench = request.app.state.bench
    files = [Path(str(f)).name for f in job.settings.get("files", [])]
    listed = ", ".join(files)
    there = looked_at(bench, job) if job.outcome else None
    asked, others = _fields(there, job, entered, faults or {}) if there else ([], [])
    return page(
        request, "opened.html", status=status, study=study, step="data", title=said(f"What was found in {listed}"),
        job=job, files=files, faults=faults or {}, use=use or {},
        asked=asked, others=others, asks_roles=there is not None and _asks_roles(there),
        command=command_of(OPEN, job.settings), suggestions=bench.suggestions(),
        of=_tables(there) if there else None, ready=there is not None and ready(there),
        gap=gap_of(there) if there else "", name=(use or {}).get("name") or proposed_name(bench, files),
        version_number=current(bench, study).number,
    )  # fmt: skip


def _asks_roles(outcome: Outcome) -> bool:
    return any("--roles" in str(how) for how in outcome.table("questions")["how"])


def _tables(outcome: Outcome) -> dict[str, Any]:
    """What was found, table by table, as rows for the page."""
    names = ("beliefs", "questions", "totals", "accounts")
    rows = {name: outcome.table(name).to_dict("records") for name in names}
    return {**rows, "faults": faults_of(outcome)}


def faults_of(outcome: Outcome) -> list[PlacedFault]:
    """The faults of files with their cells."""
    return [PlacedFault(*map(str, row)) for row in outcome.table("faults")[list(PlacedFault._fields)].to_numpy()]


def _fields(
    outcome: Outcome, job: Job, entered: Mapping[str, str] | None, faults: Mapping[str, str]
) -> tuple[list[Field], list[Field]]:
    """The form's fields: first what is asked, each with its question, then what is believed and may be changed."""
    answers = outcome.table("answers")
    believed = {str(o): str(v) for o, v in zip(answers["option"], answers["value"], strict=True)}
    stated = {k: str(v) for k, v in job.settings.items() if k not in WITHOUT}
    values = {**believed, **stated} if entered is None else entered
    questions = outcome.table("questions")
    asks: dict[str, list[str]] = {}
    for what, how in zip(questions["what"], questions["how"], strict=True):
        for flag in dict.fromkeys(FLAG.findall(str(how))):
            asks.setdefault(flag.replace("-", "_"), []).append(str(what))
    fields = fields_of(OPEN, values, faults, WITHOUT)
    asks.pop("roles", None)  # what the accounts are has a page of its own
    asked = [replace(f, label=" ".join(asks[f.name])) for f in fields if f.name in asks]
    return asked, [f for f in fields if f.name not in asks]


def _note(fault: PlacedFault) -> str:
    return f"{fault.what}\n{fault.fix}" if fault.fix else fault.what


def _zipped(path: Path, faults: list[PlacedFault]) -> bytes:
    """A file and, beside it, the list of its faults."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(["file", "sheet", "cell", "row", "column", "what", "fix"])
    for f in faults:
        column, row = re.match(r"([A-Z]*)(\d*)", f.cell).groups()  # type: ignore[union-attr]
        out.writerow([neutral(c) for c in (f.file, f.sheet, f.cell, row, column, f.what, f.fix)])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
        archive.writestr("faults.csv", "\ufeff" + text.getvalue())
    return packed.getvalue()
