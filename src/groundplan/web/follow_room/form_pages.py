"""Forms for units to fill in: made for all or some of them, each in its unit's language, taken along as an archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.projects.kept_files import free_place
from groundplan.web.archives import taken_along, zipped_folder
from groundplan.web.follow_room.follow_frame import (
    FollowDesk,
    at_fields,
    follow_page,
    ledger_fields,
    ledger_settings,
    lines_of,
    room_of,
    run_given,
    to,
)
from groundplan.web.follow_room.ledger_desk import FORMS
from groundplan.web.sent_form import Sent
from groundplan.web.verb_forms import FormFaults

router = APIRouter()
ASKED = ("on", "unit", "kind")
ARCHIVE = "application/zip"


@router.get("/study/{study}/follow/forms")
def forms_page(request: Request, study: str) -> Response:
    """Whose forms can be made, those that were, and the form to make more. Raises ``UnknownName``."""
    return _page(request, room_of(request, study), {"kind": "xlsx"})


@router.post("/study/{study}/follow/forms")
def make_forms(request: Request, study: str, entered: Sent) -> Response:
    """Have forms made into a folder of their own; the form again with what is wrong."""
    room = room_of(request, study)
    try:
        said = ledger_settings(entered, ASKED)
        ledger = room.desk.ledger()
        day, kind = ledger.day(said.get("on")), said.get("kind", "xlsx")
        unknown = [u for u in said.get("unit", ()) if u not in ledger.book.units]
        if unknown:
            raise FormFaults({"unit": str(UnknownName("unit", unknown[0], ledger.book.units))})
        folder = free_place(room.desk.folder / FORMS / f"{day}-{kind}").name
        room.desk.ask("forms", f"{FORMS}/{folder}", room.study, **{**said, "on": str(day)})
    except GroundplanError as fault:
        return _page(request, room, entered, fault, status=422)
    return to(room, "forms")


@router.get("/study/{study}/follow/forms/{folder}/archive")
def forms_archive(request: Request, study: str, folder: str) -> Response:
    """Forms of a folder as an archive. Raises ``UnknownName``."""
    room = room_of(request, study)
    data = zipped_folder(room.desk.folder / FORMS / _known(room, folder))
    return archive_of(data, f"forms-{folder}.zip")


def archive_of(data: bytes, name: str) -> Response:
    """An archive as a file to be taken along."""
    return taken_along(data, ARCHIVE, name)


def _known(room: FollowDesk, folder: str) -> str:
    names = _folders(room)
    if folder not in names:
        raise UnknownName("folder of forms", folder, names)
    return folder


def _folders(room: FollowDesk) -> list[str]:
    """Folders of forms, the newest first."""
    here = room.desk.folder / FORMS
    there = [p for p in here.iterdir() if p.is_dir() and not p.name.startswith(".")] if here.is_dir() else []
    return [p.name for p in sorted(there, key=lambda p: (-p.stat().st_mtime_ns, p.name))]


def _page(
    request: Request,
    room: FollowDesk,
    entered: Mapping[str, str],
    fault: GroundplanError | None = None,
    status: int = 200,
) -> Response:
    by_field = at_fields(fault)
    jobs = room.desk.jobs("ledger", action="forms")
    last = next((j for j in jobs if j.outcome), None)
    outcome = room.bench.outcome(last.outcome) if last is not None else None
    fields = [replace(f, usual="xlsx") if f.name == "kind" else f for f in ledger_fields(entered, by_field, ASKED)]
    return follow_page(
        request, room, "forms.html", status=status, here_step="forms", fields=fields,
        book=room.desk.book() if room.desk.there else None, folders=_folders(room),
        faults=lines_of(fault), lines=room.desk.lines(outcome) if outcome else [],
        made=outcome.table("forms").to_dict("records") if outcome is not None else [], **run_given(room,
        jobs[0] if jobs else None), command=room.desk.command("forms", f"{FORMS}/NAME", on=entered.get("on") or None),
    )  # fmt: skip
