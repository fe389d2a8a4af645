"""What happened and what is known of years to come, as a document: by form, and as text."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.planning.replanning.reached_state import Happened
from groundplan.projects.documents import Conflict
from groundplan.web.follow_room.ahead_pages import AGAIN
from groundplan.web.follow_room.follow_frame import FollowDesk, follow_page, room_of, to
from groundplan.web.follow_room.verb_steps import step_page
from groundplan.web.record_documents import RecordEditor, edited, new_document, opened_editor
from groundplan.web.sent_form import Sent

router = APIRouter()
KIND = "happened"


@router.post("/study/{study}/follow/happened")
def new_happened(request: Request, study: str, entered: Sent) -> Response:
    """A new file of what happened; the page again with what is wrong."""
    room = room_of(request, study)
    name = entered.get("name", "").strip()
    try:
        new_document(room.bench.project.documents, KIND, name, Happened, {})
    except Conflict:
        raise
    except GroundplanError as fault:
        return step_page(request, room, AGAIN, AGAIN.usual(room), fault, status=422)
    return to(room, f"happened/{name}")


@router.get("/study/{study}/follow/happened/{name}")
def happened_editor(request: Request, study: str, name: str) -> Response:
    """A file of what happened to be edited. Raises ``UnknownName``."""
    room = room_of(request, study)
    return _editor(request, room, opened_editor(room.bench.project.documents, KIND, name, Happened))


@router.post("/study/{study}/follow/happened/{name}")
def edit_happened(request: Request, study: str, name: str, entered: Sent) -> Response:
    """Save the form as a new version, or add a row; 409 where somebody saved meanwhile. Raises ``UnknownName``."""
    room = room_of(request, study)
    return _editor(request, room, edited(room.bench.project.documents, KIND, name, Happened, entered))


def _editor(request: Request, room: FollowDesk, editor: RecordEditor) -> Response:
    return follow_page(
        request, room, "happened_editor.html", status=editor.status, title=said(f"What happened: {editor.name}"),
        here_step="again", name=editor.name, editor=editor, faults=editor.faults,
        command=f"groundplan replan outcomes/NAME --after YEAR --happened happened/{editor.name}.toml",
    )  # fmt: skip
