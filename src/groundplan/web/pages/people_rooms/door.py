"""The door: signing in and out, and choosing a password with a code."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.people.sign_ins import HeldOff
from groundplan.web.frame import page
from groundplan.web.guarding.access import DOOR, OPEN, SIGNED, takes
from groundplan.web.guarding.acting import actor
from groundplan.web.pages.people_rooms.sign_in_parts import (
    keys_are_there,
    own,
    project_of_people,
    signed_in,
    token_of,
    with_session,
    written_twice,
)
from groundplan.web.sent_form import Sent, own_path
from groundplan.web.verb_forms import fault_lines

router = APIRouter()


@router.get(DOOR)
@takes(OPEN)
def door(request: Request, to: str = "") -> Response:
    """Where somebody signs in; on to the pages who is signed in already."""
    if actor().person is not None:
        return RedirectResponse(own_path(to) or "/", 303)
    return _door(request, to)


@router.post(DOOR)
@takes(OPEN, quiet=True)
def sign_in(request: Request, entered: Sent) -> Response:
    """Sign in with name and password; 422 where they do not fit, 429 after too many tries."""
    to, name = own_path(entered.get("to", "")), entered.get("name", "")
    try:
        _, token = project_of_people(request).sign_ins.sign_in(
            name, entered.get("password", ""), address=actor().address, browser=request.headers.get("user-agent", "")
        )
    except GroundplanError as fault:
        return _door(request, to, name, fault)
    return with_session(request, RedirectResponse(to or "/", 303), token)


@router.post("/sign-out")
@takes(SIGNED, quiet=True)
def sign_out(request: Request) -> Response:
    """End the session: its token is of no use any more, whoever has it."""
    project, person = own(request)
    project.sign_ins.sign_out(person, token_of(request), address=actor().address)
    answer = RedirectResponse(DOOR, 303)
    answer.delete_cookie(request.app.state.cookie, path="/", secure=request.app.state.secure, httponly=True,
                         samesite="strict")  # fmt: skip
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer


@router.get("/join")
@takes(OPEN)
def join_page(request: Request) -> Response:
    """Where a password is chosen with a code."""
    return _join(request, {})


@router.post("/join")
@takes(OPEN, quiet=True)
def join(request: Request, entered: Sent) -> Response:
    """Choose a password with a code, and be signed in; the form again with what is wrong."""
    project, address = project_of_people(request), actor().address
    try:
        project.sign_ins.refuse_held_off("", address)
        person = project.people.join(entered.get("code", ""), written_twice(entered), entered.get("name", ""))
    except GroundplanError as fault:
        if fault.where == "code":
            project.sign_ins.note_try("", address)
        return _join(request, entered, fault)
    return signed_in(request, RedirectResponse("/", 303), person, "a code")


def _elsewhere(request: Request) -> str:
    """What stands on the button that leads to the office's own provider; nothing where there is none."""
    federation = request.app.state.federation
    return said(f"Sign in by {federation.provider.called}") if federation is not None else ""


def _status(fault: GroundplanError | None) -> int:
    return 200 if fault is None else 429 if isinstance(fault, HeldOff) else 422


def _door(request: Request, to: str, name: str = "", fault: GroundplanError | None = None) -> Response:
    project = project_of_people(request)
    return page(
        request, "people/door.html", status=_status(fault), title=said("Sign in"), to=own_path(to), name=name,
        faults=fault_lines(fault) if fault else [], governed=project.people.are_governed(),
        elsewhere=_elsewhere(request), keys=keys_are_there(),
    )  # fmt: skip


def _join(request: Request, entered: dict[str, str], fault: GroundplanError | None = None) -> Response:
    project, code = project_of_people(request), entered.get("code", "")
    first = not project.people.are_governed()
    return page(
        request, "people/join.html", status=_status(fault), title=said("Choose a password"), code=code, first=first,
        name=entered.get("name", ""), faults=fault_lines(fault) if fault else [],
    )  # fmt: skip
