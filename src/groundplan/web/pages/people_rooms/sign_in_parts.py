"""What the ways of signing in share: whose pages these are, the password written twice, and the session's cookie."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from fastapi import Request
from fastapi.responses import Response

from groundplan.errors import GroundplanError
from groundplan.projects.people.rights import Person
from groundplan.projects.people.sign_ins import LONGEST
from groundplan.projects.project_folder import Project
from groundplan.web.guarding.acting import actor


def keys_are_there() -> bool:
    """Whether what security keys need is installed."""
    return find_spec("webauthn") is not None


def project_of_people(request: Request) -> Project:
    """The project of a server where people sign in. Raises ``GroundplanError`` where nobody does."""
    if actor().alone:
        raise GroundplanError("nobody signs in here", fix="start the workbench with --people")
    project: Project = request.app.state.bench.project
    return project


def own(request: Request) -> tuple[Project, Person]:
    """The project, and who is signed in to it. Raises ``GroundplanError`` where nobody signs in."""
    project, person = project_of_people(request), actor().person
    assert person is not None  # the route takes somebody who is signed in
    return project, person


def token_of(request: Request) -> str:
    """The token that the browser brings; nothing where it brings none."""
    return str(request.cookies.get(request.app.state.cookie, ""))


def written_twice(entered: Mapping[str, str]) -> str:
    """The new password of a form. Raises ``GroundplanError`` where it is not written twice alike."""
    password = entered.get("password", "")
    if password != entered.get("again", ""):
        raise GroundplanError("the two passwords differ", where="password", fix="write it twice alike")
    return password


def signed_in(request: Request, answer: Response, person: Person, way: str) -> Response:
    """An answer with which somebody is signed in who has just shown who she is; ``way``: how."""
    browser = request.headers.get("user-agent", "")
    return with_session(
        request, answer, project_of_people(request).sign_ins.begin(person, browser, actor().address, way)
    )


def with_session(request: Request, answer: Response, token: str) -> Response:
    """An answer that gives a session's token to the browser, and to no script in it."""
    answer.set_cookie(
        request.app.state.cookie, token, max_age=int(LONGEST.total_seconds()), path="/", httponly=True,
        secure=request.app.state.secure, samesite="strict",
    )  # fmt: skip
    return answer
