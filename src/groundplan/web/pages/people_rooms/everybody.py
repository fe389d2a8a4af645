"""Everybody: who uses the project, with which roles; letting people in, and ending that; and what happened."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.people.rights import ADMINISTER, ROLES
from groundplan.projects.project_folder import Project
from groundplan.web.follow_room.ledger_desk import LedgerDesk
from groundplan.web.frame import page
from groundplan.web.guarding.access import takes
from groundplan.web.guarding.acting import acts
from groundplan.web.sent_form import Sent, SentValues
from groundplan.web.verb_forms import fault_lines

router = APIRouter()
MOST = 200  # entries of the record on a page
ABOUT = {
    "reader": "reads everything, changes nothing",
    "reporter": "sees and sends the forms of one unit, and nothing else",
    "analyst": "reads, edits studies and other documents, brings files, computes",
    "approver": "reads, and accepts versions that others made",
    "administrator": "reads, lets people in and ends that, reads the record, stops the server",
}


@router.get("/people")
@takes(ADMINISTER)
def people_page(request: Request) -> Response:
    """Everybody with their roles, and the form that lets somebody in."""
    return _page(request)


@router.post("/people")
@takes(ADMINISTER, quiet=True)
def add(request: Request, entered: SentValues) -> Response:
    """Let somebody in; her code is shown once."""
    try:
        person, code = _project(request).people.add(
            _one(entered, "name"), entered.get("roles", []), _one(entered, "unit"), by=acts()
        )
    except GroundplanError as fault:
        return _page(request, entered, fault)
    return _page(request, code=code, whose=person.name)


@router.post("/people/{person_id}")
@takes(ADMINISTER, quiet=True)
def change(request: Request, person_id: str, entered: SentValues) -> Response:
    """Give somebody other roles; they count from her next request on. Raises ``UnknownName``."""
    try:
        _project(request).people.change(person_id, entered.get("roles", []), _one(entered, "unit"), by=acts())
    except GroundplanError as fault:
        return _page(request, fault=fault)
    return RedirectResponse("/people", 303)


@router.post("/people/{person_id}/code")
@takes(ADMINISTER, quiet=True)
def code(request: Request, person_id: str, _: Sent) -> Response:
    """A new code for somebody, shown once. Raises ``UnknownName``."""
    people = _project(request).people
    return _page(request, code=people.code(person_id, by=acts()), whose=people.person(person_id).name)


@router.post("/people/{person_id}/end")
@takes(ADMINISTER, quiet=True)
def end(request: Request, person_id: str, _: Sent) -> Response:
    """Let somebody in no longer; her sessions end now. Raises ``UnknownName``."""
    try:
        _project(request).people.end(person_id, by=acts())
    except GroundplanError as fault:
        return _page(request, fault=fault)
    return RedirectResponse("/people", 303)


@router.get("/record")
@takes(ADMINISTER)
def record(request: Request, before: int = 0) -> Response:
    """What happened, the newest first, and whether the whole of it stands as it was written."""
    happenings = _project(request).happenings
    fault = ""
    try:
        size = sum(1 for _ in happenings.checked())
    except GroundplanError as broken:
        size, fault = 0, str(broken)
    entries = happenings.newest(MOST, max(before, 0))
    number, head = happenings.head()
    return page(
        request, "people/record.html", title=said("What happened"), entries=entries, fault=fault,
        whole_words=said(f"The record is whole: {size} entries, each chained to the one before."),
        number=number, head=head, before=entries[-1].number if entries and entries[-1].number > 1 else 0,
    )  # fmt: skip


def _one(entered: dict[str, list[str]], name: str) -> str:
    return entered.get(name, [""])[-1]


def _project(request: Request) -> Project:
    project: Project = request.app.state.bench.project
    return project


def _page(
    request: Request,
    entered: dict[str, list[str]] | None = None,
    fault: GroundplanError | None = None,
    code: str = "",
    whose: str = "",
) -> Response:
    desk = LedgerDesk(request.app.state.bench)
    return page(
        request, "people/everybody.html", status=422 if fault else 200, title=said("People"), code=code,
        code_words=said(f"This is the code with which {whose} chooses a password:"),
        people=_project(request).people.all(), roles={role: said(ABOUT[role]) for role in ROLES},
        entered=entered or {}, faults=fault_lines(fault) if fault else [],
        units=sorted(desk.book().units) if desk.there else [],
    )  # fmt: skip
