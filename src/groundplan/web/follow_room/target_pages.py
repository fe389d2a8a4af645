"""What is promised: a file of targets, edited by form or as text, looked at before it is entered into the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.ledgers.target_sheets import TargetFile
from groundplan.projects.settings_checks import inside
from groundplan.records.toml import parse
from groundplan.web.follow_room.follow_frame import FollowDesk, follow_page, lines_of, room_of, to
from groundplan.web.follow_room.ledger_desk import outcomes_of
from groundplan.web.record_documents import edited, new_document, opened_editor
from groundplan.web.sent_form import Sent

router = APIRouter()
KIND = "targets"
SHOWN = 300  # sheets that a look lists; the ledger has all
FIRST_UNIT = {"unit": "PLAN", "name": "Plan office", "level": "ministry"}


@router.get("/study/{study}/follow/targets")
def targets_page(request: Request, study: str) -> Response:
    """Files of targets, what stands already, and the form for a new file. Raises ``UnknownName``."""
    return _list(request, room_of(request, study), dict(request.query_params))


@router.post("/study/{study}/follow/targets")
def new_targets(request: Request, study: str, entered: Sent) -> Response:
    """A new file of targets, with what a plan promises already; the form again with what is wrong."""
    room = room_of(request, study)
    name, plan = entered.get("name", "").strip(), entered.get("plan", "")
    try:
        content = first_content(room, name, plan, entered.get("indicators", "").splitlines())
        if entered.get("instead_of"):
            content["instead_of"] = entered["instead_of"]
        new_document(room.bench.project.documents, KIND, name, TargetFile, content)
    except GroundplanError as fault:
        return _list(request, room, entered, fault, status=422)
    return to(room, f"targets/{name}?plan={plan}")


def first_content(room: FollowDesk, name: str, plan: str, indicators: Sequence[str]) -> dict[str, Any]:
    """What a new file of targets begins with: the plan's own targets and these indicators, each in its own unit.

    Raises ``UnknownName`` for indicators that the plan does not have.
    """
    content: dict[str, Any] = {"plan": name, "units": [dict(FIRST_UNIT)]}
    rows: list[dict[str, Any]] = []
    if plan:
        outcome = room.bench.outcome(plan.removeprefix("outcomes/"))
        table = outcome.table("indicators")
        units = dict(zip(table["indicator"], table["unit"], strict=True))
        own = [str(t["indicator"]) for t in (outcome.provenance.get("policy") or {}).get("targets") or []]
        for indicator in dict.fromkeys([*own, *(i.strip() for i in indicators if i.strip())]):
            outcome.indicator(indicator)
            measure = str(units[indicator]).removesuffix(" / year")
            rows.append({"indicator": indicator, "definition": "", "measure": measure, "every": "quarter",
                         "shares": {FIRST_UNIT["unit"]: 1}, "answers": "", "source": "plan office"})  # fmt: skip
    return {**content, "targets": rows} if rows else content


@router.get("/study/{study}/follow/targets/{name}")
def target_editor(request: Request, study: str, name: str) -> Response:
    """A file of targets to be edited. Raises ``UnknownName``."""
    room = room_of(request, study)
    editor = opened_editor(room.bench.project.documents, KIND, name, TargetFile)
    return _editor(request, room, name, editor, dict(request.query_params))


@router.post("/study/{study}/follow/targets/{name}")
def edit_targets(request: Request, study: str, name: str, entered: Sent) -> Response:
    """Save the form as a new version, or add a row; 409 where somebody saved meanwhile. Raises ``UnknownName``."""
    room = room_of(request, study)
    editor = edited(room.bench.project.documents, KIND, name, TargetFile, entered)
    return _editor(request, room, name, editor, dict(request.query_params))


@router.get("/study/{study}/follow/targets/{name}/look")
def look(request: Request, study: str, name: str, plan: str = "", programme: str = "", on: str = "") -> Response:
    """What would be entered, before it is; or what is wrong with it, with its lines. Raises ``UnknownName``."""
    room = room_of(request, study)
    return _look(request, room, name, {"plan": plan, "programme": programme, "on": on})


@router.post("/study/{study}/follow/targets/{name}/enter")
def enter(request: Request, study: str, name: str, entered: Sent) -> Response:
    """Enter the promises, all of them or none; back to what would be entered where something is wrong."""
    room = room_of(request, study)
    try:
        refuse_files_outside(room, name)
        room.desk.did("targets", _file(room, name), **_wishes(entered))
    except GroundplanError as fault:
        return _look(request, room, name, entered, fault, status=422)
    return RedirectResponse(room.address(f"targets?entered={name}"), 303)


def refuse_files_outside(room: FollowDesk, name: str) -> None:
    """Refuse files of shares and profiles that lie outside of the project. Raises ``GroundplanError``."""
    version = room.bench.project.documents.current(KIND, name)
    content = parse(version.text, f"{name}.toml").content if version is not None else {}
    rows = content.get("targets")
    for row in rows if isinstance(rows, list) else []:
        for key in ("shares", "profile"):
            if isinstance(row, Mapping) and isinstance(row.get(key), str):
                inside(room.desk.folder, f"{KIND}/{row[key]}")


def _look(
    request: Request, room: FollowDesk, name: str, entered: Mapping[str, str], fault: GroundplanError | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    done = None
    if fault is None:
        try:
            refuse_files_outside(room, name)
            done = room.desk.did("targets", _file(room, name), look=True, **_wishes(entered))
        except GroundplanError as error:
            fault, status = error, 422
    sheets = [] if done is None else done.table("sheets").to_dict("records")
    return follow_page(
        request, room, "look.html", status=status, title=said("What would be entered"), here_step="targets", name=name,
        faults=lines_of(fault), lines=room.desk.lines(done) if done is not None else [],
        sheets=sheets[:SHOWN], left_out=len(sheets[SHOWN:]), entered=dict(entered),
        command=room.desk.command("targets", _file(room, name), look=True, **_wishes(entered)),
    )  # fmt: skip


def _wishes(entered: Mapping[str, str]) -> dict[str, str]:
    return {k: entered[k] for k in ("plan", "programme", "on", "by") if entered.get(k)}


def _file(room: FollowDesk, name: str) -> str:
    return f"{KIND}/{name}.toml"


def _list(
    request: Request,
    room: FollowDesk,
    entered: Mapping[str, str],
    fault: GroundplanError | None = None,
    status: int = 200,
) -> Response:
    documents = room.bench.project.documents
    book = room.desk.book() if room.desk.there else None
    return follow_page(
        request, room, "targets.html", status=status, here_step="targets", entered=dict(entered), book=book,
        files=[v for n in documents.names(KIND) if (v := documents.current(KIND, n)) is not None],
        plans=outcomes_of(room.bench, "plan", "replan"), faults=lines_of(fault),
        sheets=len(book.present()) if book is not None else 0,
        command=room.desk.command("targets", f"{KIND}/NAME.toml", plan="outcomes/NAME"),
    )  # fmt: skip


def _editor(request: Request, room: FollowDesk, name: str, editor: Any, entered: Mapping[str, str]) -> Response:
    plans, places = outcomes_of(room.bench, "plan", "replan"), outcomes_of(room.bench, "place")
    return follow_page(
        request, room, "target_editor.html", status=editor.status, title=said(f"Targets: {name}"), here_step="targets",
        name=name, editor=editor, faults=editor.faults, plans=plans, programmes=places, entered=dict(entered),
        command=room.desk.command("targets", _file(room, name), look=True, **_wishes(entered)),
    )  # fmt: skip
