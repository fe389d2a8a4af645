"""Returns that came: dropped here, many at once, read in the limited process; what became of each file and cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.projects.kept_files import KeptFiles
from groundplan.web.follow_room.came_returns import MARKS, answered, became, run_named
from groundplan.web.follow_room.follow_frame import (
    FollowDesk,
    at_fields,
    follow_page,
    ledger_fields,
    ledger_settings,
    lines_of,
    room_of,
    run_given,
)
from groundplan.web.follow_room.ledger_desk import RECEIVED
from groundplan.web.sent_files import RETURNS, SentFiles
from groundplan.web.verb_forms import FormFaults

router = APIRouter()
ASKED = ("on", "by")


@router.get("/study/{study}/follow/receive")
def receive_page(request: Request, study: str, run: str = "") -> Response:
    """Where filled forms are dropped, and what became of those of the last run, or of ``run``.

    Raises ``UnknownName``.
    """
    return _page(request, room_of(request, study), {}, run=run)


@router.post("/study/{study}/follow/receive")
async def receive(request: Request, study: str) -> Response:
    """Store what was sent, all of it or nothing, and have it read; the page again with what is wrong."""
    room = room_of(request, study)
    return await answered(
        request, room.desk, RETURNS, lambda sent, kept: _stored(request, room, sent, kept),
        lambda fault, status: _page(request, room, {}, fault, status),
    )  # fmt: skip


def _stored(request: Request, room: FollowDesk, sent: SentFiles, kept: KeptFiles) -> Response:
    entered = sent.texts
    try:
        said = ledger_settings(entered, ASKED)
        day = _day(room, said)
        place = kept.keep_together(sent.files, kept.folder / str(day))
        job = room.desk.ask("receive", f"{RECEIVED}/{place.name}", room.study, **{**said, "on": str(day)})
    except GroundplanError as fault:
        return _page(request, room, entered, fault, status=422)
    return RedirectResponse(room.address(f"receive?run={job.id}"), 303)


def _day(room: FollowDesk, said: Mapping[str, Any]) -> date:
    """The day on which returns came. Raises ``FormFaults`` for one that is none, or has not come."""
    ledger = room.desk.ledger()
    try:
        day = ledger.day(said.get("on"))
    except GroundplanError as fault:
        raise FormFaults({"on": f"{fault.what}: {fault.fix}"}) from None
    if day > ledger.today():
        raise FormFaults({"on": f"{day} has not come yet: give the day on which the returns came"})
    return day


def _page(
    request: Request,
    room: FollowDesk,
    entered: Mapping[str, str],
    fault: GroundplanError | None = None,
    status: int = 200,
    run: str = "",
) -> Response:
    by_field = at_fields(fault)
    jobs = room.desk.jobs("ledger", action="receive")
    asked = run_named(jobs, run)
    outcome = room.bench.outcome(asked.outcome) if asked is not None and asked.outcome else None
    return follow_page(
        request, room, "receive.html", status=status, here_step="receive", fields=ledger_fields(entered, by_field,
        ASKED), faults=lines_of(fault), marks=MARKS, **became(room.desk, asked, "receipts", "questions", "missing"),
        lines=room.desk.lines(outcome)[:1] if outcome is not None else [], asked=asked, earlier=jobs[:20],
        limits=RETURNS, **run_given(room, asked),
        command=room.desk.command("receive", str(asked.settings["path"]) if asked else f"{RECEIVED}/NAME"),
    )  # fmt: skip
