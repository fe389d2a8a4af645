"""The rooms of the workbench, each a module with a ``router``: the first at once, the others soon after or when asked.

Most of what a room imports computes, and takes a second to load; the first page is not to wait for it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Match

from groundplan.verb_options import imported
from groundplan.web.guarding.access import route_rights

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

# Every room; a new one is a line here. The first page is in the first.
ROOMS = (
    "home", "runs", "outcome_pages", "manual", "document_pages",
    "data_pages.accounts_at_hand", "data_pages.dropped_files", "data_pages.class_lists", "data_pages.opened_files",
    "dependence_room", "stress_rooms.scenarios", "stress_rooms.stress_room", "place_rooms.chosen_places",
    "place_rooms.public_draws", "place_rooms.place_documents", "place_rooms.place_room", "follow_start",
    "plan_pages.run_plan", "plan_pages.study_pages", "plan_pages.new_study_pages", "plan_pages.what_if",
    "plan_pages.side_by_side", "people_rooms.door", "people_rooms.own_page", "people_rooms.everybody",
    "people_rooms.own_forms", "people_rooms.elsewhere", "people_rooms.keys",
)  # fmt: skip


class Rooms:
    """The rooms of a server, opened one after the other, each once whoever asks."""

    def __init__(self, app: FastAPI) -> None:
        self._app, self._lock, self._shut = app, threading.Lock(), list(ROOMS)

    @property
    def all_open(self) -> bool:
        """Whether no room is shut."""
        return not self._shut

    def open_first(self) -> None:
        """Open the room of the first page."""
        self._open(1)

    def open_all(self) -> None:
        """Open what is still shut; who asks meanwhile waits for it."""
        self._open(len(ROOMS))

    def _open(self, most: int) -> None:
        with self._lock:
            for room in self._shut[:most]:
                self._app.include_router(imported(f"groundplan.web.pages.{room}:router"))
                self._shut.remove(room)

    def answer(self, scope: Scope) -> bool:
        """Whether a room that is open answers a request."""
        there = (one.route for one in route_rights(self._app.routes) if one.method == scope["method"])
        return any(route.matches(scope)[0] == Match.FULL for route in there)


class OpensRooms:
    """Opens the rooms that are shut when one of them is asked for, and after the first page is answered."""

    def __init__(self, app: ASGIApp, rooms: Rooms) -> None:
        self.app, self.rooms = app, rooms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to a room that is open."""
        waits = scope["type"] == "http" and not self.rooms.all_open
        if waits and not self.rooms.answer(scope):
            await run_in_threadpool(self.rooms.open_all)
        await self.app(scope, receive, send)
        if waits and not self.rooms.all_open:
            threading.Thread(target=self.rooms.open_all, name="rooms", daemon=True).start()
