"""Stress: what is cut and who runs dry, when; the scenarios, the runs and what they say."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.languages.spoken import said
from groundplan.projects.jobs import Job
from groundplan.shocks.scenarios.scenario import library
from groundplan.verb_table import VERBS
from groundplan.web.frame import page
from groundplan.web.sent_form import Sent
from groundplan.web.shown_views import shown
from groundplan.web.verb_forms import FormFaults, command_of, fields_of, settings_from
from groundplan.web.workbench import Workbench

router = APIRouter()
STRESS = "stress"
VERB = VERBS[STRESS]
SUBJECTS = tuple(o.name for o in VERB.options if o.use == "subject")
# What the room itself says: whose accounts, and which scenario; a preview has a page of its own.
OWN = (*SUBJECTS, "scenario", "list", "preview")
# Of an outcome, what the room shows; all else is on the outcome's own page.
SHOWN = ("hit", "range", "bridges", "worth")
MOST_COMPARED = 20


@router.get("/study/{study}/stress")
def room(request: Request, study: str) -> Response:
    """The newest crisis of a study, its scenarios, and the ready ones to begin with. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    documents = bench.project.documents
    own = [(v, _about(v.text)) for name in documents.names("scenario") if (v := documents.current("scenario", name))]
    jobs = _jobs(bench, study)
    done = [job for job in jobs if job.outcome]
    there = done[0] if done else None
    outcome = bench.outcome(there.outcome) if there else None
    views = shown(outcome, there.outcome) if outcome and there else None
    body = [v for name in SHOWN for v in views["body"] if v["name"] == name] if views else []
    return page(
        request, "stress.html", title=said("What if it is cut?"), study=study, step=STRESS, views=views,
        body=body, outcome=there.outcome if there else "",
        asked=_scenario_words(there) if there else "", job=_open(jobs), own=own,
        ready=[(name, s.about) for name, s in library().items()],
        past=[(job.outcome, _scenario_words(job), job.asked_at[:16].replace("T", " ")) for job in done[:MOST_COMPARED]],
        command=there.command if there else f"groundplan stress {bench.study_file(study)} --list",
    )  # fmt: skip


@router.get("/study/{study}/stress/run")
def run_form(request: Request, study: str, scenario: str = "fuel cut") -> Response:
    """What can be chosen of a run of a scenario. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    return _run_page(request, study, {"scenario": scenario})


@router.post("/study/{study}/stress/run")
def run(request: Request, study: str, entered: Sent) -> Response:
    """Ask for a run, or the form again with what is wrong."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    try:
        settings = _settings(bench, study, entered)
    except FormFaults as faults:
        return _run_page(request, study, entered, faults.by_field, status=422)
    bench.ask(STRESS, settings, study=study)
    return RedirectResponse(f"/study/{study}/stress", 303)


def _settings(bench: Workbench, study: str, entered: dict[str, str]) -> dict[str, Any]:
    scenario = entered.get("scenario", "").strip()
    there = [*library(), *(f"scenarios/{name}.toml" for name in bench.project.documents.names("scenario"))]
    asked = settings_from(VERB, entered, without=OWN)
    if scenario not in there:
        raise FormFaults({"scenario": f"there is no scenario '{scenario[:60]}': choose one of the list"})
    return {"country": bench.study_file(study), "scenario": scenario, **asked}


def _run_page(
    request: Request, study: str, entered: dict[str, str], faults: dict[str, str] | None = None, status: int = 200
) -> Response:
    bench: Workbench = request.app.state.bench
    files = [f"scenarios/{name}.toml" for name in bench.project.documents.names("scenario")]
    try:
        command = command_of(VERB, _settings(bench, study, entered))
    except FormFaults:
        command = "groundplan stress ..."
    fields = fields_of(VERB, entered, faults, without=OWN)
    return page(
        request, "stress_run.html", status=status, title=said("Run a scenario"), study=study, step=STRESS,
        fields=[f for f in fields if f.group != "computing"], more=[f for f in fields if f.group == "computing"],
        scenario=entered.get("scenario", ""), scenarios=[*files, *library()], fault=(faults or {}).get("scenario", ""),
        suggestions=bench.suggestions(), command=command,
    )  # fmt: skip


def _jobs(bench: Workbench, study: str) -> list[Job]:
    """The runs about a study, newest first."""
    mine = [j for j in bench.project.jobs.all() if j.verb == STRESS and j.study.partition("@")[0] == study]
    return sorted(mine, key=lambda j: -j.number)


def _open(jobs: list[Job]) -> Job | None:
    """The newest run, where it has no outcome (yet)."""
    return jobs[0] if jobs and not jobs[0].outcome else None


def _scenario_words(job: Job) -> str:
    """Which scenario a run is of, and in which setting."""
    parts = [str(job.settings.get("scenario", "")), str(job.settings.get("setting") or "")]
    return ", ".join(part for part in parts if part)


def _about(text: str) -> str:
    from groundplan.web.composing.form_documents import plain_content

    return str((plain_content(text) or {}).get("about", ""))
