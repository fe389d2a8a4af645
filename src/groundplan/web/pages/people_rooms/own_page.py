"""One's own page: what one may do, where one is signed in, and another password."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.projects.people.rights import Person
from groundplan.projects.project_folder import Project
from groundplan.web.frame import page
from groundplan.web.guarding.access import SIGNED, takes
from groundplan.web.guarding.acting import actor
from groundplan.web.pages.people_rooms.sign_in_parts import keys_are_there, own, signed_in, token_of, written_twice
from groundplan.web.sent_form import Sent
from groundplan.web.verb_forms import fault_lines

router = APIRouter()
OWN = "/me"


@router.get(OWN)
@takes(SIGNED)
def own_page(request: Request) -> Response:
    """What one may do, and where one is signed in."""
    return _page(request, *own(request))


@router.post("/me/password")
@takes(SIGNED, quiet=True)
def change_password(request: Request, entered: Sent) -> Response:
    """Choose another password, with the one that stands; every other session ends."""
    project, person = own(request)
    try:
        project.sign_ins.confirm(person, entered.get("old", ""), address=actor().address)
        project.people.set_password(person, written_twice(entered))
    except GroundplanError as fault:
        return _page(request, project, person, fault)
    return signed_in(request, RedirectResponse(OWN, 303), person, "a new password")


@router.post("/me/sessions")
@takes(SIGNED, quiet=True)
def end_others(request: Request) -> Response:
    """End every other session of one's own."""
    project, person = own(request)
    project.sign_ins.end_others(person, token_of(request))
    return RedirectResponse(OWN, 303)


def _page(request: Request, project: Project, person: Person, fault: GroundplanError | None = None) -> Response:
    return page(
        request, "people/own.html", status=422 if fault else 200, title=person.name, person=person,
        keys=project.keys.of(person) if keys_are_there() else None,
        sessions=project.sign_ins.sessions(person), faults=fault_lines(fault) if fault else [],
        mark=project.sign_ins.mark_of(token_of(request)),
    )  # fmt: skip
