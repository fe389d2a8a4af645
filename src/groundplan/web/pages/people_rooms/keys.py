"""Security keys in the browser: what is asked of one, and what it answers; a script of the page stands between."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.projects.people.rights import Person
from groundplan.projects.people.security_keys import SecurityKeys
from groundplan.web.guarding.access import OPEN, SIGNED, takes
from groundplan.web.guarding.acting import actor
from groundplan.web.pages.people_rooms.sign_in_parts import keys_are_there, own, project_of_people, signed_in
from groundplan.web.sent_form import Sent

router = APIRouter()


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
    keys, project = _keys(request), project_of_people(request)
    site, origin = _site(request)
    project.sign_ins.refuse_held_off("", actor().address)
    try:
        person = project.people.person(keys.signed(entered.get("mark", ""), entered.get("answer", ""), site=site,
                                                   origin=origin))  # fmt: skip
    except GroundplanError:
        project.sign_ins.note_try("", actor().address)
        raise
    return signed_in(request, RedirectResponse("/", 303), person, "a security key")


def _question(mark: str, question: str) -> Response:
    return JSONResponse({"mark": mark, "question": json.loads(question)})


def _site(request: Request) -> tuple[str, str]:
    """The host that keys are for, and the address of the pages, as the request names them; the guards know both."""
    origin = f"{'https' if request.app.state.secure else 'http'}://{request.headers['host'].lower()}"
    return str(urlsplit(origin).hostname), origin


def _keys(request: Request) -> SecurityKeys:
    project = project_of_people(request)
    if not keys_are_there():
        fix = "install it with: pip install 'groundplan[webauthn]'"
        raise GroundplanError("no security keys are used here", fix=fix)
    return project.keys


def _mine(request: Request) -> tuple[SecurityKeys, Person]:
    return _keys(request), own(request)[1]
