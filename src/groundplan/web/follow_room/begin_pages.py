"""Beginning a ledger: what is kept, who can read it, where the key is; and what to keep of it outside."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from groundplan.errors import GroundplanError
from groundplan.projects.kept_files import free_place
from groundplan.web.follow_room.follow_frame import (
    FollowDesk,
    at_fields,
    follow_page,
    ledger_fields,
    ledger_settings,
    lines_of,
    room_of,
    to,
)
from groundplan.web.follow_room.ledger_desk import CHECKPOINTS
from groundplan.web.sent_form import Sent

router = APIRouter()
ASKED, NEEDED = ("origin", "zone", "by"), ("origin",)


@router.get("/study/{study}/follow/begin")
def begin_page(request: Request, study: str) -> Response:
    """The form to begin a ledger; where there is one, what to keep of it. Raises ``UnknownName``."""
    return _page(request, room_of(request, study), {})


@router.post("/study/{study}/follow/begin")
def begin(request: Request, study: str, entered: Sent) -> Response:
    """Begin the project's ledger and sign its first checkpoint; the form again with what is wrong."""
    room = room_of(request, study)
    try:
        said = ledger_settings(entered, ASKED, NEEDED)
        room.desk.did("init", **said)
        sign(room, str(said.get("by", "")))
    except GroundplanError as fault:
        return _page(request, room, entered, fault, status=422)
    return to(room, "begin")


def sign(room: FollowDesk, by: str) -> str:
    """Sign a checkpoint of what stands, into a file of the project; where it is. Raises what the verb raises."""
    folder = room.desk.folder / CHECKPOINTS
    name = free_place(folder / f"{room.desk.today()}.txt").name
    room.desk.did("checkpoint", f"{CHECKPOINTS}/{name}", by=by)
    return f"{CHECKPOINTS}/{name}"


def _page(
    request: Request,
    room: FollowDesk,
    entered: Mapping[str, str],
    fault: GroundplanError | None = None,
    status: int = 200,
) -> Response:
    by_field = at_fields(fault)
    book = room.desk.book() if room.desk.there else None
    notes = [e for e in book.entries if e.kind == "checkpoint"] if book is not None else []
    command = room.desk.command("init", origin=entered.get("origin") or "ministry.example/plan")
    return follow_page(
        request, room, "begin.html", status=status, here_step="begin", fields=ledger_fields(entered, by_field, ASKED,
        NEEDED), faults=lines_of(fault), book=book, key=room.desk.key_state(),
        note=str(notes[0].body["note"]) if notes else "", command=command,
    )  # fmt: skip
