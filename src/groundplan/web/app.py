"""The server: its guards, its language, its pages, and how faults look."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from groundplan.cli.command import as_fault
from groundplan.cli.fault import OwnFault
from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said, speaking, tag_of
from groundplan.shown_text import visible
from groundplan.web.frame import page
from groundplan.web.guarding.access import OPEN, Sessions, SignInFirst, permitted, route_rights, takes, to_the_door
from groundplan.web.guarding.chosen_cookies import LANGUAGE, chosen
from groundplan.web.guarding.request_guards import LOOPBACK, Guards
from groundplan.web.pages.opening_rooms import OpensRooms, Rooms
from groundplan.web.static_files import static_file
from groundplan.web.verb_forms import fault_lines

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from groundplan.web.guarding.federation import Federation
    from groundplan.web.workbench import Workbench

COOKIE, SECURE_COOKIE = "groundplan", "__Host-groundplan"
FAULTS = {
    403: "This takes a role that you do not have; an administrator gives roles.", 404: "There is no such page.",
    405: "This page does not take that.", 413: "This is too large.",
}  # fmt: skip


class Speaking:
    """Answers each request in the language that was chosen, else in the one that the browser prefers."""

    def __init__(self, app: ASGIApp, usual: str) -> None:
        self.app, self.usual = app, usual

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its language spoken."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        with speaking(chosen_language(request, self.usual)):
            await self.app(scope, receive, send)


class OwnFaults:
    """Answers a fault of ours with a page, inside of the guards and of whoever asks; the server tells it too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        began = False

        async def noticed(message: Message) -> None:
            nonlocal began
            began = began or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noticed)
        except Exception as error:
            if scope["type"] == "http" and not began:
                fault = await run_in_threadpool(as_fault, error, ["serve"])
                answer = await run_in_threadpool(_unforeseen, Request(scope), fault)
                await answer(scope, receive, send)
                if not isinstance(fault, OwnFault):
                    return
            raise


def chosen_language(request: Request, usual: str) -> str:
    """The language of a request: its address's, its cookie's, the first of the browser's that there is, the usual."""
    wished = [request.query_params.get(LANGUAGE), chosen(request, LANGUAGE)]
    accepted = request.headers.get("accept-language", "")
    wished += [part.partition(";")[0].strip() for part in accepted.split(",")]
    for one in wished:
        try:
            if one:
                return tag_of(one)
        except UnknownName:
            continue
    return usual


def make_app(
    bench: Workbench,
    *,
    hosts: Iterable[str],
    language: str = "en",
    stop: Callable[[], None] | None = None,
    people: bool = False,
    secure: bool = False,
    federation: Federation | None = None,
    at_once: bool = True,
) -> FastAPI:
    """The server of a workbench that answers to ``hosts`` (with ports), in ``language`` where none is wished.

    ``stop``: what ends the server, where its pages may; ``people``: they sign in, else whoever asks is alone and may
    everything; ``secure``: the pages come by HTTPS alone; ``federation``: where else they may sign in.
    ``at_once``: every room is open from the start, as where people sign in, whose pages know what each form takes; else
    the first page alone, and the others after it (``opening_rooms``).
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        bench.runner.start()
        try:
            yield
        finally:
            bench.runner.stop()

    app = FastAPI(
        lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None, title="Groundplan",
        dependencies=[Depends(permitted)],
    )  # fmt: skip
    app.state.bench, app.state.stop, app.state.secure = bench, stop, secure
    app.state.federation = federation
    app.state.cookie = SECURE_COOKIE if secure else COOKIE
    rooms = Rooms(app)
    rooms.open_first()

    @app.get("/static/{path:path}")
    @takes(OPEN)
    def static(path: str) -> Response:
        """A style, a script or a picture that the package brings."""
        return static_file(path)

    @app.get("/favicon.ico")
    @takes(OPEN)
    def icon() -> FileResponse:
        """The icon of the pages."""
        return static_file("icon.svg")

    app.add_exception_handler(GroundplanError, _told)
    app.add_exception_handler(HTTPException, _missing)
    app.add_exception_handler(SignInFirst, to_the_door)
    if at_once or people:
        rooms.open_all()
    else:
        app.add_middleware(OpensRooms, rooms=rooms)
    app.add_middleware(OwnFaults)
    if people:
        app.add_middleware(Sessions, project=bench.project, cookie=app.state.cookie, rights=route_rights(app.routes))
    app.add_middleware(Speaking, usual=language)
    app.add_middleware(Guards, hosts=[*hosts], secure=secure)
    return app


def local_hosts(port: int) -> list[str]:
    """The names under which a server on this machine alone is asked for."""
    return [f"{name}:{port}" for name in LOOPBACK]


def _told(request: Request, fault: Exception) -> Response:
    """A fault as a page: what, where, how to mend it."""
    assert isinstance(fault, GroundplanError)
    status = 404 if isinstance(fault, UnknownName) else 409 if type(fault).__name__ == "Conflict" else 422
    return _fault_page(request, status, said("This cannot be done"), fault_lines(fault))


def _unforeseen(request: Request, fault: GroundplanError) -> Response:
    """What no page foresaw as a page; of a fault of ours a report without anybody's data was written."""
    if not isinstance(fault, OwnFault):
        return _told(request, fault)
    return _fault_page(request, 500, said(fault.what), [str(fault)])


def _missing(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    if 300 <= fault.status_code < 400:
        return Response(status_code=fault.status_code, headers=dict(fault.headers or {}))
    words = said(FAULTS.get(fault.status_code, "This cannot be done."))
    return _fault_page(request, fault.status_code, visible(words), [])


def _fault_page(request: Request, status: int, title: str, lines: list[str]) -> Response:
    """A fault in the frame of every page; the words alone where the project itself cannot be read."""
    try:
        return page(request, "fault.html", status=status, title=title, lines=lines)
    except GroundplanError:
        return PlainTextResponse("\n".join([title, *lines]), status)
