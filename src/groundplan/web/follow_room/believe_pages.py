"""What can be believed: the ledger's reports as a file, held against what others saw; verdicts, and letters to ask."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.projects.kept_files import KeptFiles, free_place
from groundplan.reconciling.verdict_words import NOT_RELIABLE, RELIABLE, UNDETERMINED
from groundplan.results.reconciled_pages.asking_letters import asking_letters
from groundplan.results.reconciled_pages.reconcile_page import figure_table
from groundplan.results.reconciled_pages.reconcile_page import rows as judged_rows
from groundplan.web.archives import zipped
from groundplan.web.follow_room.follow_frame import OF_THE_STUDY, FollowDesk, follow_page, room_of, to
from groundplan.web.follow_room.form_pages import archive_of
from groundplan.web.follow_room.ledger_desk import REPORTS, outcomes_of, project_files, promised_plan
from groundplan.web.follow_room.verb_steps import Choices, Facts, VerbStep, ask_step, step_page
from groundplan.web.guarding.acting import acts
from groundplan.web.sent_files import sent_files
from groundplan.web.sent_form import Sent
from groundplan.web.shown_views import shown_table

router = APIRouter()
VERDICT_MARKS = {RELIABLE: "good", UNDETERMINED: "warn", NOT_RELIABLE: "bad"}
FILES_BACK = ("believe", "projection", "again")


def _usual(room: FollowDesk) -> Mapping[str, str]:
    reports = [f for f in project_files(room.bench, (".csv",)) if f.startswith(REPORTS)]
    return {"country": room.bench.study_file(room.study), "reports": reports[-1] if reports else "",
            "plan": promised_plan(room.desk)}  # fmt: skip


def _choices(room: FollowDesk) -> Choices:
    tables = project_files(room.bench, (".csv",))
    return {"reports": tables, "mirrors": tables, "ratios": tables, "plan": outcomes_of(room.bench, "plan", "replan")}


def _facts(room: FollowDesk, name: str) -> Facts:
    """The verdicts of a reconciliation as its view shows them, each with the colour of its word; and the letters."""
    nothing: Facts = {"grid": None, "marks": [], "column": 0, "letters": 0}
    if not name:
        return nothing
    outcome = room.bench.outcome(name)
    grid = shown_table(outcome, "figures")
    if grid is None:
        return nothing
    marks = [VERDICT_MARKS.get(str(row["verdict"]), "plain") for row in judged_rows(outcome)]
    column = [heading[0] for heading in figure_table(outcome).columns].index("verdict")
    return {"grid": grid, "marks": marks, "column": column, "letters": len(asking_letters(outcome))}


BELIEVE = VerbStep(
    "believe", "reconcile", "believe.html", _usual, _choices, ("country", "reports", "mirrors", "ratios", "plan",
    "period"), _facts, OF_THE_STUDY,
)  # fmt: skip


@router.get("/study/{study}/follow/believe")
def believe_page(request: Request, study: str) -> Response:
    """The form of `reconcile` on the ledger's reports, and the verdicts of the last run. Raises ``UnknownName``."""
    return step_page(request, room_of(request, study), BELIEVE, dict(request.query_params))


@router.post("/study/{study}/follow/believe")
def believe(request: Request, study: str, entered: Sent) -> Response:
    """Have reports reconciled; the form again with what is wrong."""
    return ask_step(request, room_of(request, study), BELIEVE, entered)


@router.post("/study/{study}/follow/reports")
def write_reports(request: Request, study: str, entered: Sent) -> Response:
    """Write what came until a day as the file that `reconcile` reads; back to the form with it chosen."""
    room = room_of(request, study)
    on = entered.get("on", "").strip()
    try:
        day = room.desk.ledger().day(on or None)
        place = free_place(room.desk.folder / REPORTS / f"reports-{day}.csv")
        name = f"{REPORTS}/{place.name}"
        room.desk.did("reports", name, on=str(day))
    except GroundplanError as fault:
        return step_page(request, room, BELIEVE, BELIEVE.usual(room), fault, status=422)
    return RedirectResponse(room.address(f"believe?reports={name}"), 303)


@router.post("/study/{study}/follow/files")
async def bring_file(request: Request, study: str) -> Response:
    """Store a file of the user's in the project; back to the page that it was sent from."""
    room = room_of(request, study)
    kept = KeptFiles(room.bench.project.files_folder)
    sent = await sent_files(request, kept)
    if not sent.files:
        raise GroundplanError("no file was sent", fix="choose one or more files first")
    try:
        await asyncio.to_thread(kept.keep, sent.files, by=acts())
    finally:
        kept.drop(sent.files)
    back = sent.texts.get("back", "")
    return to(room, back if back in FILES_BACK else "")


@router.get("/study/{study}/follow/letters/{name}")
def letters_page(request: Request, study: str, name: str) -> Response:
    """Letters to everybody who is asked about a figure. Raises ``UnknownName``."""
    room = room_of(request, study)
    return follow_page(
        request, room, "letters.html", title=said("Letters of asking"), here_step="believe", name=name,
        letters=_letters(room, name), command=f"groundplan reconcile ... --letters letters-{name}",
    )  # fmt: skip


@router.get("/study/{study}/follow/letters/{name}/archive")
def letters_archive(request: Request, study: str, name: str) -> Response:
    """The same letters as an archive. Raises ``UnknownName``."""
    there = _letters(room_of(request, study), name)
    return archive_of(zipped({f"letters-{name}/{file}": text.encode() for file, text in there.items()}),
                      f"letters-{name}.zip")  # fmt: skip


def _letters(room: FollowDesk, name: str) -> dict[str, str]:
    outcome: Any = room.bench.outcome(name)
    if outcome.engine != "reconcile":
        raise UnknownName("reconciliation", name, [o.partition("/")[2] for o in outcomes_of(room.bench, "reconcile")])
    return asking_letters(outcome)
