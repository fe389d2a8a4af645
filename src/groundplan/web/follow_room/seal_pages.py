"""Signing, verifying, giving away: checkpoints, whether the ledger is as it was, and files that anybody can check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.ledgers.entries import LedgerError
from groundplan.projects.kept_files import free_place
from groundplan.web.archives import taken_along, zipped_folder
from groundplan.web.follow_room.begin_pages import sign
from groundplan.web.follow_room.follow_frame import (
    FollowDesk,
    at_fields,
    follow_page,
    ledger_fields,
    ledger_settings,
    lines_of,
    room_of,
)
from groundplan.web.follow_room.form_pages import archive_of
from groundplan.web.follow_room.ledger_desk import CHECKPOINTS, EXPORTS
from groundplan.web.sent_form import Sent
from groundplan.web.verb_forms import fault_lines

router = APIRouter()
ASKED: Mapping[str, tuple[str, ...]] = {"checkpoint": ("by",), "verify": ("kept", "public"), "export": ("entry",)}


class Verified(NamedTuple):
    """What verifying said: whether the ledger is as it was, in one line, and what is behind it."""

    whole: bool
    line: str
    lines: list[str]


@router.get("/study/{study}/follow/seal")
def seal_page(request: Request, study: str) -> Response:
    """Checkpoints, exports, and the forms to make more and to verify. Raises ``UnknownName``."""
    return _page(request, room_of(request, study), "", {})


@router.post("/study/{study}/follow/seal/{action}")
def seal(request: Request, study: str, action: str, entered: Sent) -> Response:
    """Sign a checkpoint, verify, or export; the page with its result. Raises ``UnknownName``."""
    if action not in ASKED:
        raise UnknownName("action", action, ASKED)
    room = room_of(request, study)
    try:
        asked = ledger_settings(entered, ASKED[action])
        if action == "verify":
            return _page(request, room, action, entered, verified=verified(room, asked))
        if action == "checkpoint":
            return _on(room, f"signed={sign(room, str(asked.get('by', ''))).rpartition('/')[2]}")
        place = free_place(room.desk.folder / EXPORTS / str(room.desk.today()))
        room.desk.did("export", f"{EXPORTS}/{place.name}", **asked)
    except GroundplanError as fault:
        return _page(request, room, action, entered, fault, status=422)
    return _on(room, f"exported={place.name}")


def _on(room: FollowDesk, what: str) -> Response:
    return RedirectResponse(room.address(f"seal?{what}"), 303)


def verified(room: FollowDesk, asked: Mapping[str, Any]) -> Verified:
    """Whether the ledger is as it was, by replaying all of it; every entry that does not hold is named.

    Raises ``GroundplanError`` where it cannot be verified: a checkpoint or a key that is none.
    """
    try:
        done = room.desk.did("verify", **asked)
    except GroundplanError as fault:
        if not all(isinstance(part, LedgerError) for part in fault.parts):
            raise
        return Verified(False, said("The ledger is not as it was."), fault_lines(fault))
    first, *rest = room.desk.lines(done)
    return Verified(True, first, rest)


@router.get("/study/{study}/follow/exports/{name}/archive")
def export_archive(request: Request, study: str, name: str) -> Response:
    """An exported ledger as an archive to give away. Raises ``UnknownName``."""
    room = room_of(request, study)
    if name not in _exports(room):
        raise UnknownName("export", name, _exports(room))
    return archive_of(zipped_folder(room.desk.folder / EXPORTS / name), f"ledger-{name}.zip")


@router.get("/study/{study}/follow/checkpoints/{name}")
def checkpoint_file(request: Request, study: str, name: str) -> Response:
    """A signed checkpoint as a file to give away. Raises ``UnknownName``."""
    room = room_of(request, study)
    if name not in _checkpoints(room):
        raise UnknownName("checkpoint", name, _checkpoints(room))
    data = (room.desk.folder / CHECKPOINTS / name).read_bytes()
    return taken_along(data, "text/plain; charset=utf-8", name)


def _exports(room: FollowDesk) -> list[str]:
    here = room.desk.folder / EXPORTS
    return sorted((p.name for p in here.iterdir() if p.is_dir() and not p.name.startswith(".")), reverse=True) \
        if here.is_dir() else []  # fmt: skip


def _checkpoints(room: FollowDesk) -> list[str]:
    here = room.desk.folder / CHECKPOINTS
    return sorted((p.name for p in here.glob("*.txt") if p.is_file()), reverse=True) if here.is_dir() else []


def _page(
    request: Request, room: FollowDesk, action: str, entered: Mapping[str, str], fault: GroundplanError | None = None,
    status: int = 200, verified: Verified | None = None,
) -> Response:  # fmt: skip
    by_field = at_fields(fault)
    kept = [f"{CHECKPOINTS}/{name}" for name in _checkpoints(room)]
    usual: dict[str, dict[str, str]] = {a: {} for a in ASKED} | {"verify": {"kept": "\n".join(kept)}}
    forms = {
        a: ledger_fields(dict(entered) if a == action else usual[a], by_field if a == action else {}, ASKED[a])
        for a in ASKED
    }
    signed = request.query_params.get("signed", "")
    note = (room.desk.folder / CHECKPOINTS / signed).read_text("utf-8") if signed in _checkpoints(room) else ""
    return follow_page(
        request, room, "seal.html", status=status, here_step="seal", forms=forms, verified=verified, note=note,
        checkpoints=_checkpoints(room), exports=_exports(room), exported=request.query_params.get("exported", ""),
        faults=lines_of(fault), export_folder=EXPORTS, signed=signed,
        command=room.desk.command(action or "verify", kept=[] if action else kept),
    )  # fmt: skip
