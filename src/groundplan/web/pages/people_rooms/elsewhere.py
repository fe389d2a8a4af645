"""Signing in at the office's own provider, and coming back from it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.people.happenings import note
from groundplan.web.frame import page
from groundplan.web.guarding.access import OPEN, takes
from groundplan.web.guarding.acting import actor
from groundplan.web.guarding.federation import BACK, SECONDS, Federation
from groundplan.web.pages.people_rooms.sign_in_parts import project_of_people, signed_in

router = APIRouter()
COOKIE, SECURE_COOKIE = "groundplan-away", "__Secure-groundplan-away"


@router.get("/sign-in/elsewhere")
@takes(OPEN)
def elsewhere(request: Request) -> Response:
    """To the provider; the browser keeps what it must bring back."""
    address, state = _federation(request).begin()
    answer = RedirectResponse(address, 303)
    # Not strict: the provider's page leads back here, and the browser has to say then that it was sent from here.
    answer.set_cookie(
        _cookie(request), state, max_age=SECONDS, path=BACK, httponly=True, secure=request.app.state.secure,
        samesite="lax",
    )  # fmt: skip
    return answer


@router.get(BACK)
@takes(OPEN)
def back(request: Request, state: str = "") -> Response:
    """Back from the provider: signed in, if she was let in here. Raises ``GroundplanError`` for what it cannot be."""
    project = project_of_people(request)
    federation = _federation(request)
    asked = f"{federation.back}?{request.url.query}"
    name = federation.end(state, request.cookies.get(_cookie(request), ""), asked)
    person = project.people.named(name)
    way = federation.provider.issuer
    if person is None:
        with project.store.writing() as c:
            note(c, "nobody known", "sign-in refused", address=actor().address, by_way_of=way)
        raise GroundplanError(f"'{name}' was not let in here", fix="ask an administrator of this project")
    answer = page(request, "people/back.html", title=said("You are signed in"), name=person.name)
    answer.delete_cookie(_cookie(request), path=BACK, secure=request.app.state.secure, httponly=True)
    return signed_in(request, answer, person, way)


def _cookie(request: Request) -> str:
    return SECURE_COOKIE if request.app.state.secure else COOKIE


def _federation(request: Request) -> Federation:
    there: Federation | None = request.app.state.federation
    if there is None:
        raise GroundplanError("nobody signs in elsewhere", fix="start the workbench with --oidc")
    return there
