"""Rules, weights and types of works of a project: each a document with versions, by form and as text."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.places.known.shipped_places import cases
from groundplan.records.toml import toml_text
from groundplan.verb_table import VERBS
from groundplan.web.composing.card_forms import last_entry
from groundplan.web.composing.form_documents import Edited, SavedContent, edited, kept, save_content
from groundplan.web.composing.place_programmes import DOCUMENTS
from groundplan.web.composing.programme_forms import (
    FIGURE_BASES,
    SCORE_NAMES,
    beginning,
    changed_list,
    entered_document,
    facility_tables,
    offers_of,
    rules_parts,
    weights_parts,
)
from groundplan.web.frame import page
from groundplan.web.guarding.acting import acts
from groundplan.web.pages.document_pages import number_of
from groundplan.web.pages.place_rooms.place_room import KIND_NAMES
from groundplan.web.sent_form import Sent, SentValues
from groundplan.web.verb_forms import command_of
from groundplan.web.workbench import Workbench

router = APIRouter()


@router.post("/study/{study}/place/documents")
def begin(request: Request, study: str, entered: Sent) -> Response:
    """A new document with what stands for a country that comes with the package. Raises ``GroundplanError``."""
    documents = request.app.state.bench.project.documents
    kind, country, name = (entered.get(k, "").strip() for k in ("kind", "country", "name"))
    _kind_of_place(kind)
    if country not in cases():
        raise UnknownName("country", country, cases())
    name = name or country.lower()
    if documents.current(kind, name) is not None:
        what = f"there are {kind} '{name}' already"
        raise GroundplanError(what, where=f"{kind}/{name}.toml", fix="open them from the list, or give another name")
    text = toml_text(beginning(kind, country))
    documents.save(kind, name, text, after=0, by=acts(), why=f"from what stands for {country}")
    return RedirectResponse(f"/study/{study}/place/{kind}/{name}", 303)


@router.get("/study/{study}/place/{kind}/{name}")
def form(request: Request, study: str, kind: str, name: str) -> Response:
    """A document as a form. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    return _form(request, study, edited(bench.project.documents, _kind_of_place(kind), name))


@router.post("/study/{study}/place/{kind}/{name}")
def act(request: Request, study: str, kind: str, name: str, entered: SentValues) -> Response:
    """Save a document, or add or take out a line of it; the form again with what is wrong."""
    kind = _kind_of_place(kind)
    bench: Workbench = request.app.state.bench
    documents = bench.project.documents
    action, after = last_entry(entered, "action"), number_of(last_entry(entered, "after"))
    there = edited(documents, kind, name)
    content = entered_document(kind, entered, there.content)
    if action != "save":
        kept(documents, kind, name, changed_list(content, action), after)
        return RedirectResponse(f"/study/{study}/place/{kind}/{name}", 303)
    outcome = save_content(documents, kind, name, content, after=after, why=last_entry(entered, "why"))
    if outcome.faults:
        shown = there._replace(content=content, draft=True)
        return _form(request, study, shown, outcome, status=409 if outcome.diff else 422)
    return RedirectResponse(f"/study/{study}/place/{kind}/{name}", 303)


def _form(
    request: Request, study: str, there: Edited, outcome: SavedContent | None = None, status: int = 200
) -> Response:
    faults = dict(outcome.faults) if outcome else {}
    kind, content = there.kind, there.content
    parts = {"rules": rules_parts, "weights": weights_parts}.get(kind, lambda _, __: [])(content, faults)
    tables = facility_tables(content, faults) if kind == "facilities" else []
    placed = {part.path for part in parts} | {f.name for part in parts for f in (*part.fields, *part.more)}
    shown = "".join(f"{t.fault} {' '.join(r.fault for r in t.rows)}" for t in tables)
    others = [
        words for path, words in faults.items() if path not in placed and words not in shown and not _within(path)
    ]
    given: dict[str, Any] = {
        "name": there.name, "kind": kind, "kind_name": KIND_NAMES[kind], "parts": parts, "tables": tables,
        "bases": FIGURE_BASES, "scores": SCORE_NAMES if kind == "weights" else {}, "others": others,
        "after": there.last.number if outcome and outcome.diff else there.after, "saved": there.last.number,
        "draft": there.draft, "remarks": there.remarks, "text_fault": there.fault,
        "diff": outcome.diff if outcome else (), "offers": offers_of(kind),
    }  # fmt: skip
    title = said(f"{KIND_NAMES[kind]}: {there.name}")
    command = command_of(VERBS["place"], {kind: f"{kind}/{there.name}.toml"})
    return page(
        request, "place_document.html", status=status, title=title, study=study, step="place", command=command, **given
    )


def _within(path: str) -> bool:
    """Whether a fault of weights is said at the head of its part."""
    return path.endswith(".criteria")


def _kind_of_place(kind: str) -> str:
    if kind not in DOCUMENTS:
        raise UnknownName("kind of document", kind, DOCUMENTS)
    return kind
