"""A new study: by six questions, as a copy of another, or out of a workbook that came back."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.economy.opening import is_file
from groundplan.errors import GroundplanError, StudyError
from groundplan.languages.spoken import said
from groundplan.projects.documents import Conflict
from groundplan.projects.kept_files import KeptFiles
from groundplan.projects.settings_checks import inside
from groundplan.study.new_study import new_study, questions
from groundplan.study.study_editing.text_patching import patched
from groundplan.study.study_workbook.study_reading import read_returned_study
from groundplan.web.frame import page
from groundplan.web.guarding.acting import acts
from groundplan.web.guarding.chosen_cookies import LOOKED_AT, keep_chosen
from groundplan.web.pages.plan_pages.plan_room import current_version, tabs
from groundplan.web.sent_files import OF_A_STUDY, SentFiles, TooLarge, sent_files
from groundplan.web.sent_form import Sent
from groundplan.web.verb_forms import fault_lines
from groundplan.web.workbench import STUDY, Workbench

router = APIRouter()
QUESTIONS, COPY, WORKBOOK = "questions", "copy", "workbook"
NAME = "name"


@router.get("/studies/new")
def new_page(request: Request) -> Response:
    """Three ways to a new study: questions, a copy, a workbook."""
    return _page(request, {}, {})


@router.post("/studies/new")
def answer_questions(request: Request, entered: Sent) -> Response:
    """Write a study from the answers; 422 with what is wrong at its question."""
    bench: Workbench = request.app.state.bench
    name = entered.get(NAME, "").strip()
    try:
        answers = {**entered, "country": _accounts(bench, entered.get("country", "").strip())}
        _refuse_taken(bench, name)
        text = new_study(answers, (bench.project.folder / bench.study_file(name)).parent)
        bench.project.documents.save(STUDY, name, text, after=0, by=acts(), why="six questions")
    except GroundplanError as fault:
        return _page(request, entered, _by_question(fault), status=409 if isinstance(fault, Conflict) else 422)
    return _to(request, name)


def _accounts(bench: Workbench, said_country: str) -> str:
    """Whose accounts: a country, or a file of this project. Raises ``GroundplanError`` for another file."""
    if said_country and (is_file(said_country) or "/" in said_country or "\\" in said_country):
        return str(inside(bench.project.folder, said_country))
    return said_country


def _refuse_taken(bench: Workbench, name: str) -> None:
    """Refuse a name that is none, or another study's."""
    if not name:
        raise StudyError("the study has no name", where=NAME, fix="give it a short one: letters, digits, - and _")
    try:
        taken = bench.project.documents.current(STUDY, name) is not None
    except GroundplanError as fault:
        raise StudyError(fault.what, where=NAME, fix=fault.fix) from None
    if taken:
        raise StudyError(f"there is a study '{name}' already", where=NAME, fix="choose another name")


def _by_question(fault: GroundplanError) -> dict[str, str]:
    """What is wrong, by the question whose answer it is; "" for what is of none."""
    keys = [NAME, *(q.key for q in questions())]
    out: dict[str, str] = {}
    for part in fault.parts:
        key = next((k for k in keys if k in part.where.replace(",", " ").split()), "")
        words = f"{part.what}: {part.fix}" if part.fix else part.what
        out[key] = f"{out[key]}; {words}" if key in out else words
    return out


@router.post("/studies/copy")
def copy_study(request: Request, entered: Sent) -> Response:
    """Copy a study under another name. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    name, of = entered.get("copy_name", "").strip(), entered.get("of", "")
    try:
        _refuse_taken(bench, name)
        text = current_version(bench, of).text
        bench.project.documents.save(STUDY, name, text, after=0, by=acts(), why=f"a copy of {of}")
    except StudyError as fault:
        return _page(request, entered, {"copy_name": f"{fault.what}: {fault.fix}"}, status=422)
    return _to(request, name)


@router.post("/studies/workbook")
async def take_workbook(request: Request) -> Response:
    """Read a workbook of a study that came back, and show what it changes; 422 with every fault and its cell."""
    with tempfile.TemporaryDirectory() as folder:
        kept = KeptFiles(Path(folder))
        try:
            sent = await sent_files(request, kept, OF_A_STUDY)
        except GroundplanError as fault:
            status = 413 if isinstance(fault, TooLarge) else 422
            return await asyncio.to_thread(_page, request, {}, {"workbook": "\n".join(fault_lines(fault))}, status)
        return await asyncio.to_thread(_returned, request, kept, sent)


def _returned(request: Request, kept: KeptFiles, sent: SentFiles) -> Response:
    bench: Workbench = request.app.state.bench
    study = sent.texts.get("into", "")
    version = current_version(bench, study)
    try:
        if not sent.files:
            raise StudyError("no workbook was chosen", fix="choose the .xlsx file that was edited")
        (name,) = kept.keep(sent.files, by=acts())
        back = read_returned_study(kept.file(name))
    except GroundplanError as fault:
        lines = "\n".join(fault_lines(fault)).replace(f"{kept.folder}{os.sep}", "")
        return _page(request, {"into": study}, {"workbook": lines}, status=422)
    text = patched(back.text, back.stated)
    bench.project.documents.keep_draft(STUDY, study, acts(), text, after=version.number)
    return RedirectResponse(f"/study/{study}/plan/changes?of=text", 303)


def _to(request: Request, name: str) -> Response:
    answer = RedirectResponse(f"/study/{name}/plan/study", 303)
    keep_chosen(request, answer, LOOKED_AT, name)
    return answer


def _page(request: Request, entered: Mapping[str, str], faults: Mapping[str, str], status: int = 200) -> Response:
    bench: Workbench = request.app.state.bench
    study = bench.study_of(request)
    blank = {key: defaultdict(str, there) for key, there in (("entered", entered), ("faults", faults))}
    more: dict[str, Any] = {"questions": questions(), **blank}
    return page(
        request, "plan_room/new_study.html", status=status, title=said("A new study"), step="plan",
        tabs=tabs(study, "new"), suggestions=bench.suggestions(), command="groundplan new study", **more,
    )  # fmt: skip
