"""Scenarios put together from events, with a preview of what they take away; each saved as a document in versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.projects.people.rights import EDIT
from groundplan.records.toml import key_value
from groundplan.shocks.scenarios.events import KINDS
from groundplan.verb_table import VERBS
from groundplan.web.composing.card_forms import Entered, last_entry
from groundplan.web.composing.form_documents import Edited, SavedContent, edited, kept, save_content
from groundplan.web.composing.offered_names import offered_names
from groundplan.web.composing.scenario_forms import (
    KIND_NAMES,
    entered_scenario,
    preview_faults,
    ready_text,
    removed,
    scenario_parts,
    scenario_rest,
    with_event,
    without_event,
)
from groundplan.web.frame import fragment, page
from groundplan.web.guarding.access import takes
from groundplan.web.guarding.acting import acts
from groundplan.web.pages.document_pages import number_of
from groundplan.web.sent_form import Sent, SentValues
from groundplan.web.shown_views import shown
from groundplan.web.verb_forms import command_of
from groundplan.web.workbench import Workbench

router = APIRouter()
SCENARIO = "scenario"


@router.post("/study/{study}/stress/scenarios")
def begin(request: Request, study: str, entered: Sent) -> Response:
    """A new scenario, from a ready one or empty. Raises ``GroundplanError`` for a name that may not be or is taken."""
    documents = request.app.state.bench.project.documents
    ready, name = entered.get("ready", ""), entered.get("name", "").strip() or entered.get("ready", "")
    name = name.replace(" ", "-")
    text = ready_text(ready) if ready else key_value("name", name or "a crisis") + "\n"
    if documents.current(SCENARIO, name or "crisis") is not None:
        what = f"there is a scenario '{name}' already"
        raise GroundplanError(what, where=f"scenarios/{name}.toml", fix="open it from the list, or give another name")
    why = f"from the ready scenario {ready}" if ready else "begun"
    documents.save(SCENARIO, name or "crisis", text, after=0, by=acts(), why=why)
    return RedirectResponse(f"/study/{study}/stress/scenarios/{name or 'crisis'}", 303)


@router.get("/study/{study}/stress/scenarios/{name}")
def compose(request: Request, study: str, name: str) -> Response:
    """A scenario as a form, with what it takes away. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    return _composing(request, study, edited(bench.project.documents, SCENARIO, name))


@router.post("/study/{study}/stress/scenarios/{name}")
def act(request: Request, study: str, name: str, entered: SentValues) -> Response:
    """Add or take out an event, show what is taken away, save, or save and go on to running it."""
    bench: Workbench = request.app.state.bench
    documents, action = bench.project.documents, last_entry(entered, "action")
    content, after = entered_scenario(entered, _rest(entered)), number_of(last_entry(entered, "after"))
    here = f"/study/{study}/stress/scenarios/{name}"
    if action in ("save", "run"):
        outcome = save_content(documents, SCENARIO, name, content, after=after, why=last_entry(entered, "why"))
        if outcome.faults:
            there = edited(documents, SCENARIO, name)._replace(content=content, draft=True)
            return _composing(request, study, there, outcome, status=409 if outcome.diff else 422)
        return RedirectResponse(
            f"/study/{study}/stress/run?scenario=scenarios/{name}.toml" if action == "run" else here, 303
        )
    if action == "add":
        kind = last_entry(entered, "kind")
        if kind not in KINDS:
            raise UnknownName("kind of event", kind, KINDS)
        content = with_event(content, kind)
        here += "#event-last"
    elif action.startswith("remove.") and action[7:].isdecimal():
        content = without_event(content, int(action[7:]))
    kept(documents, SCENARIO, name, content, after)
    return RedirectResponse(here, 303)


@router.post("/study/{study}/stress/scenarios/{name}/preview")
@takes(EDIT, quiet=True)
def preview(request: Request, study: str, name: str, entered: SentValues) -> Response:
    """What the scenario takes away as it is entered now, as a part of the page; what was entered is kept."""
    bench: Workbench = request.app.state.bench
    content = entered_scenario(entered, _rest(entered))
    kept(bench.project.documents, SCENARIO, name, content, number_of(last_entry(entered, "after")))
    economy, fault = _accounts(bench, study)
    return fragment("scenario_preview.html", **_removed(economy, fault, name, content))


def _composing(
    request: Request, study: str, there: Edited, outcome: SavedContent | None = None, status: int = 200
) -> Response:
    bench: Workbench = request.app.state.bench
    economy, fault = _accounts(bench, study)
    faults = dict(outcome.faults) if outcome else {}
    parts = scenario_parts(there.content, faults)
    placed = {part.path for part in parts} | {f.name for part in parts for f in (*part.fields, *part.more)}
    last = there.last.number
    return page(
        request, "scenario.html", status=status, title=said(f"Scenario: {there.name}"), study=study, step="stress",
        kind=SCENARIO, name=there.name, parts=parts, offers=offered_names(economy),
        kinds=[(k, KIND_NAMES[k]) for k in KINDS],
        after=last if outcome and outcome.diff else there.after, rest=json.dumps(scenario_rest(there.content)),
        draft=there.draft, remarks=there.remarks, saved=last, text_fault=there.fault,
        diff=outcome.diff if outcome else (), others=[words for path, words in faults.items() if path not in placed],
        command=command_of(
            VERBS["stress"],
            {"country": bench.study_file(study), "scenario": f"scenarios/{there.name}.toml", "preview": True},
        ),
        **_removed(economy, fault, there.name, there.content),
    )  # fmt: skip


def _accounts(bench: Workbench, study: str) -> tuple[Economy | None, GroundplanError | None]:
    try:
        return bench.economy(study), None
    except GroundplanError as fault:
        return None, fault


def _removed(
    economy: Economy | None, fault: GroundplanError | None, name: str, content: Mapping[str, Any]
) -> dict[str, Any]:
    """What the template of the preview is given: the parts of its page, or why there is none."""
    try:
        if economy is None:
            assert fault is not None
            raise fault
        return {"taken": shown(removed(economy, name, content), "")["brief"], "why_not": []}
    except GroundplanError as there:
        return {"taken": [], "why_not": preview_faults(there)}


def _rest(entered: Entered) -> dict[str, Any]:
    """What the form took along without a field; nothing where it is not what a page sent."""
    try:
        rest = json.loads(last_entry(entered, "rest") or "{}")
    except ValueError:
        return {}
    return rest if isinstance(rest, dict) else {}
