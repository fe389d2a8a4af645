"""A public draw, step by step: freeze the list, print its mark, enter the chance, replay, use it in a choice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.places.choose_places import open_places
from groundplan.places.known.shipped_places import cases
from groundplan.places.lots.chance import Dice, PromisedSecrets, PublicLottery, promise
from groundplan.places.lots.draw_folder import (
    DRAW_FILES,
    EMPTY,
    chance_words,
    decide,
    draw_state,
    freeze,
    note_printing,
    verify_command,
)
from groundplan.projects.document_kinds import is_plain
from groundplan.verb_table import VERBS
from groundplan.web.archives import taken_along
from groundplan.web.composing.card_forms import figure_of
from groundplan.web.composing.place_programmes import DRAWS, draw_names
from groundplan.web.frame import page
from groundplan.web.sent_form import Sent, sent_form
from groundplan.web.verb_forms import command_of, fault_lines
from groundplan.web.workbench import Workbench

router = APIRouter()
PARTIES = 5  # places for parties in the form; three are the least
SPLIT = re.compile(r"[\s,;]+")
KINDS = {"py": "text/x-python; charset=utf-8", "json": "application/json"}


@router.get("/study/{study}/place/draws")
def listed(request: Request, study: str, where: str = "") -> Response:
    """The draws of the project, and the form that freezes a list. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    return _form(request, study, {"where": where} if where else {})


@router.post("/study/{study}/place/draws")
def begin(request: Request, study: str, entered: Sent) -> Response:
    """Freeze a list, or fill it with the names of places; the form again with what is wrong."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    try:
        if entered.get("action") == "fill":
            titles = open_places(_country(entered)).titles().values()
            return _form(request, study, {**entered, "names": "\n".join(titles)})
        name = entered.get("name", "").strip()
        if not is_plain(name):
            what = f"'{name[:60]}' cannot be the name of a draw"
            raise GroundplanError(what, fix="use letters from a to z, digits, - and _, at most 60 of them")
        names, purpose = entered.get("names", "").splitlines(), entered.get("purpose", "").strip()
        freeze(
            bench.project.folder / DRAWS / name, [n for n in names if n.strip()], _whole(entered.get("places", "")),
            _announced(entered), purpose, today=date.today(),
        )  # fmt: skip
    except GroundplanError as fault:
        return _form(request, study, entered, fault_lines(fault), status=422)
    return RedirectResponse(f"/study/{study}/place/draws/{name}", 303)


@router.get("/study/{study}/place/draws/{draw}")
def steps(request: Request, study: str, draw: str) -> Response:
    """The steps of a draw in their order, each with its state. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    return _steps(request, study, draw)


@router.post("/study/{study}/place/draws/{draw}/{step}")
def take(request: Request, study: str, draw: str, step: str, entered: Sent) -> Response:
    """Take the next step: ``printed`` or ``chance``; what is wrong is said in words, and nothing is written."""
    folder = _folder(request, draw)
    try:
        if step == "printed":
            note_printing(folder, entered.get("day", ""), entered.get("where", ""), today=date.today())
        elif step == "chance":
            state = draw_state(folder)
            decide(folder, _came(state.announcement.source, entered) if state.announcement else {})
        else:
            raise UnknownName("step", step, ["printed", "chance"])
    except UnknownName:
        raise
    except GroundplanError as fault:
        # Of what was thrown only what is wrong is said: the draw stays announced as it is, and nothing was written.
        lines = [part.what for part in fault.parts] if step == "chance" else fault_lines(fault)
        return _steps(request, study, draw, entered, {step: lines}, status=422)
    return RedirectResponse(f"/study/{study}/place/draws/{draw}", 303)


@router.get("/study/{study}/place/draws/{draw}/files/{file}")
def draw_file(request: Request, study: str, draw: str, file: str) -> Response:
    """A file of a draw as it stands on the disk. Raises ``UnknownName``."""
    folder = _folder(request, draw)
    there = [name for name in DRAW_FILES if (folder / name).is_file()]
    if file not in there:
        raise UnknownName("file of the draw", file, there)
    kind = KINDS[file.rpartition(".")[2]]
    return taken_along((folder / file).read_bytes(), kind, file)


@router.post("/study/{study}/place/promise")
async def promised(request: Request, study: str) -> Response:
    """What a party publishes of its secret; nothing is kept."""
    entered = await sent_form(request)
    party, secret = entered.get("party", "").strip(), entered.get("secret", "")
    text = promise(party, secret) if party and secret else ""
    return _form(request, study, {"chance": "secrets"}, promise_of=(party, text) if text else None)


def _form(
    request: Request, study: str, entered: Mapping[str, str], faults: list[str] | None = None, status: int = 200,
    promise_of: tuple[str, str] | None = None,
) -> Response:  # fmt: skip
    bench: Workbench = request.app.state.bench
    rows = [(name, draw_state(bench.project.folder / DRAWS / name)) for name in draw_names(bench)]
    return page(
        request, "draws.html", status=status, title=said("Public draws"), study=study, step="place", rows=rows,
        entered=entered, faults=faults or [], parties=range(1, PARTIES + 1), promise_of=promise_of,
        countries=[(code, case.facts.country_name) for code, case in cases().items()],
    )  # fmt: skip


def _steps(
    request: Request, study: str, draw: str, entered: Mapping[str, str] | None = None,
    faults: Mapping[str, list[str]] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    state = draw_state(_folder(request, draw))
    announced = state.announcement
    source = announced.source if announced else None
    kind = {Dice: "dice", PublicLottery: "lottery", PromisedSecrets: "secrets"}.get(type(source), "")
    return page(
        request, "draw.html", status=status, title=said(f"Public draw: {draw}"), study=study, step="place", draw=draw,
        state=state, announced=announced, chance=said(chance_words(announced)) if announced else "", kind=kind,
        parties=sorted(source.promises) if isinstance(source, PromisedSecrets) else [], source=source,
        entered=entered or {}, faults=faults or {}, verify=verify_command(state), today=date.today().isoformat(),
        record=f"{DRAWS}/{draw}/record.json",
        command=command_of(VERBS["place"], {"draw": f"{DRAWS}/{draw}/record.json"}) if state.record else "",
    )  # fmt: skip


def _folder(request: Request, draw: str) -> Path:
    """The folder of a draw. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    folder: Path = bench.project.folder / DRAWS / draw
    if not is_plain(draw) or draw_state(folder).step == EMPTY:
        raise UnknownName("draw", draw, draw_names(bench))
    return folder


def _country(entered: Mapping[str, str]) -> str:
    where = entered.get("where", "")
    if where not in cases():
        raise UnknownName("country", where, cases())
    return where


def _announced(entered: Mapping[str, str]) -> dict[str, Any]:
    """The chance that a form announces; what is wrong with it the draw says."""
    kind = entered.get("chance", "dice")
    if kind == "lottery":
        return {
            "kind": kind, "lottery": entered.get("lottery", "").strip(), "date": entered.get("date", "").strip(),
            "numbers": _whole(entered.get("numbers", "")), "highest": _whole(entered.get("highest", "")),
        }  # fmt: skip
    if kind == "secrets":
        pairs = [
            (entered.get(f"party{n}", "").strip(), entered.get(f"mark{n}", "").strip()) for n in range(1, PARTIES + 1)
        ]
        return {"kind": kind, "promises": {party: mark for party, mark in pairs if party or mark}}
    return {"kind": kind, "throws": _whole(entered.get("throws", ""))}


def _came(source: Dice | PublicLottery | PromisedSecrets, entered: Mapping[str, str]) -> dict[str, Any]:
    """What a form says that came; what is no number stays a text, and is refused in words."""
    if isinstance(source, PromisedSecrets):
        secrets = {party: entered.get(f"secret-{n}", "") for n, party in enumerate(sorted(source.promises), 1)}
        return {"kind": "secrets", "secrets": {party: secret for party, secret in secrets.items() if secret}}
    numbers = [figure_of(part) for part in SPLIT.split(entered.get("came", "").strip()) if part]
    if isinstance(source, Dice):
        # Throws may be typed without spaces between them: 3164...
        joined = len(numbers) == 1 and len(str(numbers[0])) > 1
        digits = entered.get("came", "").strip() if joined else ""
        return {"kind": "dice", "throws": [int(c) if c.isdecimal() else c for c in digits] if joined else numbers}
    return {"kind": "lottery", "lottery": source.lottery, "date": source.date, "numbers": numbers}


def _whole(text: str) -> Any:
    return figure_of(text.strip())
