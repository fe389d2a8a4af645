"""Security keys in the browser: what is asked of one, and what it answers; a script of the page stands between."""

from __future__ import annotations

import json
from importlib.util import find_spec
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.people.happenings import note
from groundplan.projects.people.rights import Person
from groundplan.projects.people.security_keys import SecurityKeys
from groundplan.projects.project_folder import Project
from groundplan.web.guarding.access import OPEN, SIGNED, takes
from groundplan.web.guarding.acting import actor
from groundplan.web.pages.people_rooms.door import with_session
from groundplan.web.sent_form import Sent

router = APIRouter()


def are_there() -> bool:
    """Whether what keys need is installed."""
    return find_spec("webauthn") is not None


@router.post("/me/keys/ask")
@takes(SIGNED, quiet=True)
def ask_to_add(request: Request, _: Sent) -> Response:
    """What a new key is asked for, as JSON."""
    keys, person = _mine(request)
    return _question(*keys.begin_adding(person, _site(request)[0]))


@router.post("/me/keys")
@takes(SIGNED, quiet=True)
def add(request: Request, entered: Sent) -> Response:
    """Add the key that answered. Raises ``GroundplanError``."""
    keys, person = _mine(request)
    site, origin = _site(request)
    keys.add(person, entered.get("mark", ""), entered.get("answer", ""), entered.get("called", ""), site=site,
             origin=origin)  # fmt: skip
    return RedirectResponse("/me", 303)


@router.post("/me/keys/away")
@takes(SIGNED, quiet=True)
def take_away(request: Request, entered: Sent) -> Response:
    """Take a key of one's own away. Raises ``UnknownName``."""
    keys, person = _mine(request)
    keys.take_away(person, entered.get("key", ""))
    return RedirectResponse("/me", 303)


@router.post("/sign-in/key/ask")
@takes(OPEN, quiet=True)
def ask_to_sign(request: Request, entered: Sent) -> Response:
    """What a key of a name is asked for, as JSON."""
    return _question(*_keys(request).begin_signing_in(entered.get("name", ""), _site(request)[0]))


@router.post("/sign-in/key")
@takes(OPEN, quiet=True)
def sign_in(request: Request, entered: Sent) -> Response:
    """Sign in by the key that answered. Raises ``GroundplanError``, and ``HeldOff`` after too many wrong answers."""
    keys, project = _keys(request), _project(request)
    site, origin = _site(request)
    project.sign_ins.refuse_held_off("", actor().address)
    try:
        person = project.people.person(keys.signed(entered.get("mark", ""), entered.get("answer", ""), site=site,
                                                   origin=origin))  # fmt: skip
    except GroundplanError:
        project.sign_ins.note_try("", actor().address)
        raise
    with project.store.writing() as c:
        note(c, person.name, "signed in", address=actor().address, by_way_of="a security key")
    token = project.sign_ins.begin(person, request.headers.get("user-agent", ""))
    return with_session(request, RedirectResponse("/", 303), token)


def _question(mark: str, question: str) -> Response:
    return JSONResponse({"mark": mark, "question": json.loads(question)})


def _site(request: Request) -> tuple[str, str]:
    """The host that keys are for, and the address of the pages, as the request names them; the guards know both."""
    origin = f"{'https' if request.app.state.secure else 'http'}://{request.headers['host'].lower()}"
    return str(urlsplit(origin).hostname), origin


def _project(request: Request) -> Project:
    project: Project = request.app.state.bench.project
    return project


def _keys(request: Request) -> SecurityKeys:
    if actor().alone or not are_there():
        fix = "start the workbench with --people, and install it with: pip install 'groundplan[webauthn]'"
        raise GroundplanError(said("no security keys are used here"), fix=fix)
    return _project(request).keys


def _mine(request: Request) -> tuple[SecurityKeys, Person]:
    keys, person = _keys(request), actor().person
    assert person is not None
    return keys, person
