"""One's own page: what one may do, where one is signed in, and another password."""

from __future__ import annotations

from importlib.util import find_spec

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.projects.people.rights import Person
from groundplan.projects.project_folder import Project
from groundplan.web.frame import page
from groundplan.web.guarding.access import SIGNED, takes
from groundplan.web.guarding.acting import actor
from groundplan.web.pages.people_rooms.door import with_session
from groundplan.web.sent_form import Sent
from groundplan.web.verb_forms import fault_lines

router = APIRouter()
OWN = "/me"


@router.get(OWN)
@takes(SIGNED)
def own_page(request: Request) -> Response:
    """What one may do, and where one is signed in."""
    return _page(request, *_mine(request))


@router.post("/me/password")
@takes(SIGNED, quiet=True)
def change_password(request: Request, entered: Sent) -> Response:
    """Choose another password, with the one that stands; every other session ends."""
    project, person = _mine(request)
    try:
        project.sign_ins.confirm(person, entered.get("old", ""), address=actor().address)
        if entered.get("password", "") != entered.get("again", ""):
            raise GroundplanError("the two passwords differ", where="password", fix="write it twice alike")
        project.people.set_password(person, entered.get("password", ""))
    except GroundplanError as fault:
        return _page(request, project, person, fault)
    token = project.sign_ins.begin(person, request.headers.get("user-agent", ""))
    return with_session(request, RedirectResponse(OWN, 303), token)


@router.post("/me/sessions")
@takes(SIGNED, quiet=True)
def end_others(request: Request) -> Response:
    """End every other session of one's own."""
    project, person = _mine(request)
    project.sign_ins.end_others(person, request.cookies.get(request.app.state.cookie, ""))
    return RedirectResponse(OWN, 303)


def _mine(request: Request) -> tuple[Project, Person]:
    who = actor()
    if who.person is None or who.alone:
        raise GroundplanError("nobody signs in here", fix="start the workbench with --people")
    return request.app.state.bench.project, who.person


def _page(request: Request, project: Project, person: Person, fault: GroundplanError | None = None) -> Response:
    return page(
        request, "people/own.html", status=422 if fault else 200, title=person.name, person=person,
        keys=project.keys.of(person) if find_spec("webauthn") is not None else None,
        sessions=project.sign_ins.sessions(person), faults=fault_lines(fault) if fault else [],
        mark=project.sign_ins.mark_of(request.cookies.get(request.app.state.cookie, "")),
    )  # fmt: skip
