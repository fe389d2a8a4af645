"""The plan of a study: asked for, watched, shown; and where there is none, repairs that are one press away."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.projects.jobs import Job
from groundplan.results.saved_pages.clash_page import clash_words
from groundplan.results.spoken_views import naming_data
from groundplan.study.study_editing.applied_repairs import FIRST_SHOWN, offered_repairs, repaired_text
from groundplan.verb_table import VERBS
from groundplan.web.frame import page
from groundplan.web.guarding.acting import acts
from groundplan.web.pages.document_pages import number_of
from groundplan.web.pages.plan_pages.plan_room import (
    ask_plan,
    current_version,
    last_plan,
    plan_command,
    plan_under_way,
    tabs,
)
from groundplan.web.sent_form import Sent
from groundplan.web.shown_views import shown_brief
from groundplan.web.workbench import STUDY, Workbench

router = APIRouter()
# Ways on from a plan: the verb, and what to ask it for.
WAYS = {
    "whynot": "Why not more of this? What a target would take, and what would fall for it",
    "alternatives": "How different can a plan be that is nearly as good?",
    "robust": "How often does it keep its wishes, and which plan keeps them more often?",
    "sensitivity": "Which assumptions does it hang on?",
    "examine": "How does it stand its contingencies, day by day?",
    "join": "What would a joint plan with others gain?",
    "baseline": "What comes without a plan?",
    "hindcast": "How wrong would such a plan of an old year have been?",
}


class WayOn(NamedTuple):
    """A question that goes on from a plan: the verb, its words, and the address of its form."""

    verb: str
    words: str
    address: str


class ShownClash(NamedTuple):
    """Why there is no plan, and its repairs; ``applies``: whether the study still stands as it was when it clashed."""

    clash: list[str]
    questions: list[str]
    first: list[object]
    others: list[object]
    applies: bool


@router.get("/study/{study}/plan")
def plan_page(request: Request, study: str) -> Response:
    """The plan of a study: its run, its first page, or what clashes with its repairs; and the ways on."""
    bench: Workbench = request.app.state.bench
    version = current_version(bench, study)
    job, run = last_plan(bench, study), plan_under_way(bench, study)
    clash = shown_clash(bench, study, job) if job is not None and job.state == "impossible" else None
    return page(
        request, "plan_room/plan.html", title=said(f"The plan of {study}"), study=study, step="plan",
        tabs=tabs(study, "plan"), command=plan_command(bench, study), stand=version, job=run,
        plan=job, clash=clash,
        brief=shown_brief(bench, job.outcome) if job and clash is None else None,
        accepted_words=bench.accepted_words(job),
        stale=job is not None and job.study != bench.version_mark(study), ways=ways_on(bench, study),
    )  # fmt: skip


@router.post("/study/{study}/plan/run")
def run_plan(request: Request, study: str, entered: Sent) -> Response:
    """Put the plan of a study into the queue, and go to its page, where it is watched."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    switches = {name: entered.get(name) == "yes" for name in ("bands", "examine")}
    ask_plan(bench, study, **switches)
    return RedirectResponse(f"/study/{study}/plan", 303)


@router.post("/study/{study}/plan/repair")
def make_repair(request: Request, study: str, entered: Sent) -> Response:
    """Make a version of a study with a repair of its clash, and plan it. Raises ``Conflict``, ``GroundplanError``."""
    bench = request.app.state.bench
    after, number = number_of(entered.get("after", "")), number_of(entered.get("repair", ""))
    documents = bench.project.documents
    base = documents.version(STUDY, bench.study_named(study), after)
    clash = bench.outcome(entered.get("outcome", ""))
    if clash.engine != "clash":
        raise GroundplanError(
            "this outcome has no repairs", where=entered.get("outcome", ""), fix="plan the study again"
        )
    text = repaired_text(clash, number, base.text)
    documents.save(STUDY, study, text, after=after, by=acts(), why=said(f"repair {number} of {entered['outcome']}"))
    ask_plan(bench, study)
    return RedirectResponse(f"/study/{study}/plan", 303)


def shown_clash(bench: Workbench, study: str, job: Job) -> ShownClash:
    """The clash of a run in words, with its repairs as they can be made in the study that it read."""
    clash: Outcome = bench.outcome(job.outcome)
    number = job.study.partition("@")[2]
    text = bench.project.documents.version(STUDY, study, int(number)).text if number.isdecimal() else ""
    stands = current_version(bench, study).text == text
    offered = offered_repairs(clash, text) if text else []
    with naming_data(clash):
        words = clash_words(clash)
    return ShownClash(
        words, [str(q) for q in clash.provenance.get("questions", [])],
        list(offered[:FIRST_SHOWN]), list(offered[FIRST_SHOWN:]), stands,
    )  # fmt: skip


def ways_on(bench: Workbench, study: str) -> list[WayOn]:
    """The questions that go on from a plan, each with its form filled in with the study."""
    file = bench.study_file(study)
    out = []
    for word, words in WAYS.items():
        names = [o.name for o in VERBS[word].options]
        about = "study" if "study" in names else "countries" if "countries" in names else "country"
        out.append(WayOn(word, said(words), f"/verbs/{word}?{urlencode({about: file})}"))
    return out
