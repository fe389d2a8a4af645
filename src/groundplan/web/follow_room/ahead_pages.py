"""Where the plan will end, and the rest of it made again; and how the plan made again is promised in its turn."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from groundplan.verb_table import VERBS
from groundplan.web.follow_room.follow_frame import OF_THE_STUDY, FollowDesk, room_of
from groundplan.web.follow_room.ledger_desk import LEDGER, outcomes_of, project_files, promised_plan
from groundplan.web.follow_room.verb_steps import Choices, Facts, VerbStep, ask_step, step_page
from groundplan.web.sent_form import Sent
from groundplan.web.verb_forms import command_of

router = APIRouter()
PLANS = ("plan", "replan")
# Histories of what steering is worth are a question of their own, with a page of its own.
NOT_ASKED_AGAIN = ("years", "draws", "seed", "workers", "address", "run")


def _projection_usual(room: FollowDesk) -> Mapping[str, str]:
    return {"ledger": LEDGER, "plan": promised_plan(room.desk)}


def _projection_choices(room: FollowDesk) -> Choices:
    tables = project_files(room.bench, (".csv",))
    stocks = [f"scenarios/{name}.toml" for name in room.bench.project.documents.names("scenario")]
    return {
        "ledger": [LEDGER], "plan": outcomes_of(room.bench, *PLANS), "mirrors": tables, "ratios": tables,
        "past": tables, "regions": tables, "stocks": [*stocks, *project_files(room.bench, (".toml",))],
    }  # fmt: skip


def _nothing_more(room: FollowDesk, name: str) -> Facts:
    return {}


PROJECTION = VerbStep(
    "projection", "follow", "projection.html", _projection_usual, _projection_choices,
    ("on", "plan", "past", "regions", "places", "stocks"), _nothing_more, OF_THE_STUDY,
)  # fmt: skip


def _again_usual(room: FollowDesk) -> Mapping[str, str]:
    judged = outcomes_of(room.bench, "reconcile")
    return {
        "plan": promised_plan(room.desk), "ledger": LEDGER if room.desk.there else "",
        "reconciled": judged[0] if judged else "",
    }  # fmt: skip


def _again_choices(room: FollowDesk) -> Choices:
    documents = room.bench.project.documents
    return {
        "plan": outcomes_of(room.bench, *PLANS), "ledger": [LEDGER], "reconciled": outcomes_of(room.bench, "reconcile"),
        "happened": [f"happened/{name}.toml" for name in documents.names("happened")],
        "study": [room.bench.study_file(name) for name in documents.names("study")],
    }  # fmt: skip


def _again_facts(room: FollowDesk, name: str) -> Facts:
    """What was told of what happened, and how the command line goes on with the plan made again."""
    if not name:
        return {"next_commands": [], "happened": room.bench.project.documents.names("happened"), "taken": []}
    folder = f"outcomes/{name}"
    commands = [
        room.desk.command("targets", "targets/NEW.toml", plan=folder),
        command_of(VERBS["follow"], {"plan": folder}),
        command_of(VERBS["replan"], {"plan": folder, "after": int(room.bench.outcome(name).provenance["after"]) + 1})
        if "after" in room.bench.outcome(name).provenance else "",
    ]  # fmt: skip
    plans = list(room.desk.book().plans) if room.desk.there else []
    return {"next_commands": [c for c in commands if c], "taken": plans,
            "happened": room.bench.project.documents.names("happened")}  # fmt: skip


AGAIN = VerbStep(
    "again", "replan", "again.html", _again_usual, _again_choices,
    ("plan", "after", "happened", "ledger", "on", "reconciled"), _again_facts, NOT_ASKED_AGAIN,
)  # fmt: skip


@router.get("/study/{study}/follow/projection")
def projection_page(request: Request, study: str) -> Response:
    """The form of `follow`, and where the plan will end by its last run. Raises ``UnknownName``."""
    return step_page(request, room_of(request, study), PROJECTION, dict(request.query_params))


@router.post("/study/{study}/follow/projection")
def project(request: Request, study: str, entered: Sent) -> Response:
    """Have the plan followed; the form again with what is wrong."""
    return ask_step(request, room_of(request, study), PROJECTION, entered)


@router.get("/study/{study}/follow/again")
def again_page(request: Request, study: str) -> Response:
    """The form of `replan`, and the plan made again by its last run. Raises ``UnknownName``."""
    return step_page(request, room_of(request, study), AGAIN, dict(request.query_params))


@router.post("/study/{study}/follow/again")
def make_again(request: Request, study: str, entered: Sent) -> Response:
    """Have the plan made again; the form again with what is wrong."""
    return ask_step(request, room_of(request, study), AGAIN, entered)
