"""Studies, scenarios and rules in their versions: who changed what, back and forth, and as text."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.projects.document_kinds import KINDS
from groundplan.projects.documents import Conflict
from groundplan.projects.people.rights import ACCEPT, EDIT
from groundplan.web.frame import page
from groundplan.web.guarding.access import takes
from groundplan.web.guarding.acting import acts
from groundplan.web.sent_form import Sent, own_path

router = APIRouter()


@router.get("/documents")
def listed(request: Request) -> Response:
    """Every document of the project with its newest version."""
    project = request.app.state.bench.project
    documents, accepted = project.documents, project.acceptances.standing()
    rows = [v for kind in KINDS for name in documents.names(kind) if (v := documents.current(kind, name))]
    return page(request, "documents.html", title=said("Versions"), rows=rows, accepted=accepted)


@router.get("/documents/{kind}/{name}")
def document(request: Request, kind: str, name: str, since: int = 0, to: int = 0) -> Response:
    """A document: its versions, what the newest changed (or from ``since`` to ``to``), and its text to edit.

    Raises ``UnknownName``.
    """
    documents = request.app.state.bench.project.documents
    versions = documents.versions(_kind(kind), name)
    if not versions:
        raise UnknownName(kind, name, documents.names(kind))
    last = versions[-1].number
    one, other = (since or max(last - 1, 0)), (to or last)
    draft = documents.draft(kind, name, acts())
    return page(
        request, "document.html", title=f"{name} ({kind})", kind=kind, name=name, versions=versions, last=versions[-1],
        difference=documents.difference(kind, name, one, other) if len(versions) > 1 else [], one=one, other=other,
        draft=draft if draft and draft.text != versions[-1].text else None, conflict=None, fault="",
        **_accepted(request, kind, name),
    )  # fmt: skip


@router.post("/documents/{kind}/{name}")
def save(request: Request, kind: str, name: str, entered: Sent) -> Response:
    """Save a text as a new version; 409 with what differs where somebody else saved meanwhile."""
    kind = _kind(kind)
    documents = request.app.state.bench.project.documents
    text, after = entered.get("text", ""), number_of(entered.get("after", ""))
    try:
        check_text(kind, text)
        documents.save(kind, name, text, after=after, by=acts(), why=entered.get("why", ""))
    except GroundplanError as fault:
        documents.keep_draft(kind, name, acts(), text, after=after)
        versions = documents.versions(kind, name)
        return page(
            request, "document.html", status=409 if isinstance(fault, Conflict) else 422, title=f"{name} ({kind})",
            kind=kind, name=name, versions=versions, last=versions[-1], one=after, other=versions[-1].number,
            difference=fault.diff if isinstance(fault, Conflict) else [], draft=documents.draft(kind, name, acts()),
            conflict=fault if isinstance(fault, Conflict) else None, fault=str(fault), **_accepted(request, kind, name),
        )  # fmt: skip
    documents.drop_draft(kind, name, acts())
    return RedirectResponse(own_path(entered.get("back", "")) or f"/documents/{kind}/{name}", 303)


@router.post("/documents/{kind}/{name}/draft")
@takes(EDIT, quiet=True)
def keep_draft(request: Request, kind: str, name: str, entered: Sent) -> Response:
    """Keep what is being typed, without a new version."""
    documents = request.app.state.bench.project.documents
    after = number_of(entered.get("after", ""))
    documents.keep_draft(_kind(kind), name, acts(), entered.get("text", ""), after=after)
    return Response(said("kept"), media_type="text/plain; charset=utf-8")


@router.post("/documents/{kind}/{name}/acceptance")
@takes(ACCEPT)
def accept(request: Request, kind: str, name: str, entered: Sent) -> Response:
    """Accept a version that somebody else made, or take an acceptance back. Raises ``UnknownName`` and others."""
    acceptances, actions = request.app.state.bench.project.acceptances, ("accept", "take back")
    action = entered.get("action", "")
    if action not in actions:
        raise UnknownName("action", action, actions)
    act = acceptances.accept if action == "accept" else acceptances.take_back
    act(_kind(kind), name, number_of(entered.get("version", "")), by=acts(), why=entered.get("why", ""))
    return RedirectResponse(f"/documents/{kind}/{name}", 303)


@router.post("/documents/{kind}/{name}/{action}")
def step(request: Request, kind: str, name: str, action: str, entered: Sent) -> Response:
    """Undo or redo a version, each as a new one, or drop what was typed. Raises ``Conflict``, ``UnknownName``."""
    documents = request.app.state.bench.project.documents
    _kind(kind)
    if action == "drop-draft":
        documents.drop_draft(kind, name, acts())
    elif action in ("undo", "redo"):
        act = documents.undo if action == "undo" else documents.redo
        act(kind, name, after=number_of(entered.get("after", "")), by=acts())
    else:
        raise UnknownName("action", action, ["undo", "redo", "drop-draft"])
    return RedirectResponse(own_path(entered.get("back", "")) or f"/documents/{kind}/{name}", 303)


def _accepted(request: Request, kind: str, name: str) -> dict[str, Any]:
    """What was said of versions of a document, and which of them who asks may accept: none of her own."""
    return {"accepted": request.app.state.bench.project.acceptances.of(kind, name), "me": acts()}


def check_text(kind: str, text: str) -> None:
    """Refuse a text that is not what its kind must be. Raises ``GroundplanError``, all faults at once."""
    from groundplan.records.toml import parse
    from groundplan.web.composing.checked_documents import check_document

    check_document(kind, parse(text, "study.toml" if kind == "study" else kind))


def number_of(text: str) -> int:
    """The number of a version as a form sends it. Raises ``GroundplanError``."""
    if not text.isdecimal():
        raise GroundplanError("the form does not say which version it was edited from", fix="open the page again")
    return int(text)


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise UnknownName("kind of document", kind, KINDS)
    return kind
