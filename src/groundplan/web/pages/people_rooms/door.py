"""The door: signing in and out, and choosing a password with a code."""

from __future__ import annotations

from importlib.util import find_spec

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.people.happenings import note
from groundplan.projects.people.sign_ins import LONGEST, HeldOff
from groundplan.projects.project_folder import Project
from groundplan.web.frame import page
from groundplan.web.guarding.access import DOOR, OPEN, SIGNED, takes
from groundplan.web.guarding.acting import actor
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
        _, token = _project(request).sign_ins.sign_in(
            name, entered.get("password", ""), address=actor().address, browser=request.headers.get("user-agent", "")
        )
    except GroundplanError as fault:
        return _door(request, to, name, fault)
    return with_session(request, RedirectResponse(to or "/", 303), token)


@router.post("/sign-out")
@takes(SIGNED, quiet=True)
def sign_out(request: Request) -> Response:
    """End the session: its token is of no use any more, whoever has it."""
    project = _project(request)
    project.sign_ins.sign_out(request.cookies.get(request.app.state.cookie, ""))
    with project.store.writing() as c:
        note(c, actor().name, "signed out", address=actor().address)
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
    project, address = _project(request), actor().address
    password = entered.get("password", "")
    try:
        project.sign_ins.refuse_held_off("", address)
        if password != entered.get("again", ""):
            raise GroundplanError("the two passwords differ", where="password", fix="write it twice alike")
        person = project.people.join(entered.get("code", ""), password, entered.get("name", ""))
    except GroundplanError as fault:
        if fault.where == "code":
            project.sign_ins.note_try("", address)
        return _join(request, entered, fault)
    token = project.sign_ins.begin(person, request.headers.get("user-agent", ""))
    return with_session(request, RedirectResponse("/", 303), token)


def with_session(request: Request, answer: Response, token: str) -> Response:
    """An answer that gives a session's token to the browser, and to no script in it."""
    answer.set_cookie(
        request.app.state.cookie, token, max_age=int(LONGEST.total_seconds()), path="/", httponly=True,
        secure=request.app.state.secure, samesite="strict",
    )  # fmt: skip
    return answer


def _project(request: Request) -> Project:
    if actor().alone:
        raise GroundplanError("nobody signs in here", fix="start the workbench with --people")
    project: Project = request.app.state.bench.project
    return project


def _elsewhere(request: Request) -> str:
    """What stands on the button that leads to the office's own provider; nothing where there is none."""
    federation = request.app.state.federation
    return said(f"Sign in by {federation.provider.called}") if federation is not None else ""


def _status(fault: GroundplanError | None) -> int:
    return 200 if fault is None else 429 if isinstance(fault, HeldOff) else 422


def _door(request: Request, to: str, name: str = "", fault: GroundplanError | None = None) -> Response:
    project = _project(request)
    return page(
        request, "people/door.html", status=_status(fault), title=said("Sign in"), to=own_path(to), name=name,
        faults=fault_lines(fault) if fault else [], governed=project.people.are_governed(),
        elsewhere=_elsewhere(request), keys=find_spec("webauthn") is not None,
    )  # fmt: skip


def _join(request: Request, entered: dict[str, str], fault: GroundplanError | None = None) -> Response:
    project, code = _project(request), entered.get("code", "")
    first = not project.people.are_governed()
    return page(
        request, "people/join.html", status=_status(fault), title=said("Choose a password"), code=code, first=first,
        name=entered.get("name", ""), faults=fault_lines(fault) if fault else [],
    )  # fmt: skip
