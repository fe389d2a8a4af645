"""Who may ask for what: a right for every route, and the session behind every request.

A page that is read takes the right to read, whatever is sent takes the right to change; a route that takes another says
so itself (``takes``). So a route that nobody thought about is open to nobody who may not do everything of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Match

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.people.happenings import note
from groundplan.projects.people.rights import EDIT, READ, REPORT
from groundplan.web.guarding.acting import Actor, acting, actor
from groundplan.web.guarding.request_guards import READING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from groundplan.projects.project_folder import Project

# What needs no sign-in, and what everybody who is signed in may.
OPEN, SIGNED = "open", "signed in"
MOST = 300  # signs of an address that is noted
RIGHT, QUIET = "_right", "_quiet"
Function = TypeVar("Function", bound=Callable[..., Any])
HOME, OWN_FORMS, DOOR = "/", "/returns", "/sign-in"


class SignInFirst(Exception):
    """A page was asked for by nobody who is signed in: they are led to the door."""


def takes(right: str, *, quiet: bool = False) -> Callable[[Function], Function]:
    """A route that takes another right than its kind does; ``quiet``: that it was asked for is not noted."""

    def marked(function: Function) -> Function:
        setattr(function, RIGHT, right)
        setattr(function, QUIET, quiet)
        return function

    return marked


class RouteRight(NamedTuple):
    """A route and what it takes."""

    method: str
    path: str
    right: str
    quiet: bool
    route: Any


def route_rights(routes: Iterable[Any]) -> list[RouteRight]:
    """Every route of a server, those of its rooms too, with the right that it takes."""
    return [
        RouteRight(method, route.path, right_of(method, route.endpoint), getattr(route.endpoint, QUIET, False), route)
        for route in _flat(routes)
        for method in sorted(route.methods - {"HEAD"})
    ]


def right_of(method: str, endpoint: object) -> str:
    """The right that a function takes which answers a method."""
    return str(getattr(endpoint, RIGHT, READ if method in READING else EDIT))


def _flat(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _flat(inner.routes)
        elif hasattr(route, "endpoint"):
            yield route


async def permitted(request: Request) -> None:
    """Refuse whoever may not ask for this route: 403, or to the door who is not signed in.

    Every route of the server depends on it, and on it first: nothing that was sent is read before.
    """
    who, endpoint = actor(), request.scope["endpoint"]
    right = right_of(request.method, endpoint)
    if right == OPEN or who.alone or (who.person is not None and (right == SIGNED or who.may(right))):
        return
    if who.person is None:
        raise SignInFirst
    if request.url.path == HOME and who.may(REPORT):
        raise HTTPException(303, headers={"location": OWN_FORMS})
    project: Project = request.app.state.bench.project
    await run_in_threadpool(note_asked, project, request, "refused for lack of a role")
    raise HTTPException(403)


def to_the_door(request: Request, _: Exception) -> Response:
    """Where somebody signs in, and from where she comes back; a part of a page that stands has the whole page go."""
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"hx-redirect": DOOR})
    page = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?to={quote(page, safe='/')}" if request.method in READING and page != HOME else ""
    return RedirectResponse(DOOR + back, 303)


def note_asked(project: Project, request: Request, what: str) -> None:
    """Note in the record that somebody asked for something, and what became of it."""
    with project.store.writing() as c:
        asked = f"{request.method} {request.url.path}"[:MOST]
        note(c, actor().name, what, asked=asked, address=actor().address)


class Sessions:
    """Finds out who asks, from her browser's session, and notes what was changed on her word."""

    def __init__(self, app: ASGIApp, project: Project, cookie: str, rights: Iterable[RouteRight]) -> None:
        self.app, self.project, self.cookie = app, project, cookie
        self.sent = [one for one in rights if one.method == "POST"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with who acts in it."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        token = request.cookies.get(self.cookie, "")
        try:
            person = await run_in_threadpool(self.project.sign_ins.signed_in, token) if token else None
        except GroundplanError as fault:  # who asks cannot be found out: nothing but why is shown
            await PlainTextResponse(said(fault.what), 503)(scope, receive, send)
            return
        address = request.client.host if request.client else ""
        done = False

        def may_send(path: str) -> bool:
            route = self._route(path)
            right = route.right if route is not None else EDIT
            return right in (OPEN, SIGNED) or (person is not None and person.may(right))

        async def noticed(message: Message) -> None:
            nonlocal done
            done = done or (message["type"] == "http.response.start" and message["status"] < 400)
            await send(message)

        with acting(Actor(person, False, may_send, address)):
            await self.app(scope, receive, noticed)
            route = self._route(scope["path"]) if done and person is not None and request.method == "POST" else None
            if route is not None and not route.quiet:
                await run_in_threadpool(note_asked, self.project, request, "sent and done")

    def _route(self, path: str) -> RouteRight | None:
        scope = {"type": "http", "method": "POST", "path": path.partition("?")[0], "root_path": "", "headers": []}
        return next((one for one in self.sent if one.route.matches(scope)[0] == Match.FULL), None)
