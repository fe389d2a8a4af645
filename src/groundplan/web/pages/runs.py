"""Every verb as a form, the queue, and each run: how it stands, live, and how it is stopped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.projects.jobs import Job
from groundplan.verb_options import Verb
from groundplan.verb_table import VERBS
from groundplan.web.frame import fragment, page
from groundplan.web.guarding.acting import acts
from groundplan.web.run_words import standing
from groundplan.web.sent_form import Sent
from groundplan.web.verb_forms import FormFaults, command_so_far, fault_lines, fields_of, settings_from
from groundplan.web.workbench import Workbench

router = APIRouter()
# Verbs that are pages of their own here.
PAGES = {"docs": "/help", "outcomes": "/outcomes", "project": "/", "report": "/outcomes", "serve": "/"}
LOOK = 0.25  # seconds between two looks at a run
LONGEST = 60.0  # seconds of one stream


@router.get("/verbs")
def verbs(request: Request) -> Response:
    """Everything that can be asked, with the address of its form."""
    rows = [(word, verb.help, PAGES.get(word, f"/verbs/{word}")) for word, verb in VERBS.items()]
    return page(request, "verbs.html", title=said("All commands"), rows=rows)


@router.get("/verbs/{word}")
def verb_form(request: Request, word: str) -> Response:
    """A verb's form, with what the address says filled in. Raises ``UnknownName``."""
    verb = _verb(word)
    if word in PAGES:
        return RedirectResponse(PAGES[word], 303)
    bench: Workbench = request.app.state.bench
    entered = dict(request.query_params)
    if verb.about and not entered:
        entered = usual_subject(bench, verb, bench.study_of(request))
    return _form_page(request, verb, entered)


@router.post("/verbs/{word}")
def ask_verb(request: Request, word: str, entered: Sent) -> Response:
    """Ask a verb what the form says: to its run, or the form again with what is wrong."""
    verb = _verb(word)
    bench: Workbench = request.app.state.bench
    try:
        settings = settings_from(verb, entered)
    except FormFaults as faults:
        return _form_page(request, verb, entered, faults.by_field, status=422)
    try:
        job = bench.ask(verb.word, settings, study=_study_asked(bench, settings))
    except GroundplanError as fault:
        return _form_page(request, verb, entered, {"": "\n".join(fault_lines(fault))}, status=422)
    return RedirectResponse(f"/jobs/{job.id}", 303)


def usual_subject(bench: Workbench, verb: Verb, study: str) -> dict[str, str]:
    """What a verb is about where nothing else is said: the study that is looked at."""
    there = "study" if any(o.name == "study" for o in verb.options) else "country"
    return {there: bench.study_file(study)}


def _study_asked(bench: Workbench, settings: dict[str, Any]) -> str:
    """The project's study that settings are about; nothing where they are about something else."""
    files = {bench.study_file(name): name for name in bench.project.documents.names("study")}
    return next((files[v] for k in ("study", "country") if (v := settings.get(k)) in files), "")


def _form_page(
    request: Request, verb: Verb, entered: dict[str, str], faults: dict[str, str] | None = None, status: int = 200
) -> Response:
    bench: Workbench = request.app.state.bench
    return page(
        request, "verb_form.html", status=status, title=said(verb.help), verb=verb,
        fields=fields_of(verb, entered, faults), fault=(faults or {}).get("", ""), suggestions=bench.suggestions(),
        command=command_so_far(verb, entered),
    )  # fmt: skip


def _verb(word: str) -> Verb:
    if word not in VERBS:
        raise UnknownName("command", word, VERBS)
    return VERBS[word]


@router.get("/jobs")
def jobs(request: Request) -> Response:
    """Everything that was asked, newest first."""
    bench: Workbench = request.app.state.bench
    rows = bench.project.jobs.all()
    return page(request, "jobs.html", title=said("What was asked"), rows=rows)


@router.get("/jobs/{job_id}")
def job_page(request: Request, job_id: str) -> Response:
    """A run: how it stands; with its outcome once there is one. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    job = bench.project.jobs.job(job_id)
    if job.outcome and job.state in ("done", "impossible"):
        return RedirectResponse(f"/outcomes/{job.outcome}", 303)
    title = said(f"Run {job.number}")
    return page(request, "job.html", title=title, job=job, command=job.command)


@router.get("/jobs/{job_id}/panel")
def job_panel(request: Request, job_id: str) -> Response:
    """How a run stands, as a part of a page. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    return fragment("job_panel.html", job=bench.project.jobs.job(job_id))


def known_run(request: Request, job_id: str) -> Job:
    """A run, looked up before anything is answered. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    return bench.project.jobs.job(job_id)


@router.get("/jobs/{job_id}/events", response_class=EventSourceResponse, dependencies=[Depends(known_run)])
async def job_events(
    request: Request, job_id: str, last_event_id: Annotated[int | None, Header()] = None
) -> AsyncIterator[ServerSentEvent]:
    """A run's progress as it comes, from where a dropped stream ended; ``end`` when it is over."""
    bench: Workbench = request.app.state.bench
    seen, until = last_event_id or 0, time.monotonic() + LONGEST
    while time.monotonic() < until:  # the browser asks again from there, and whether she still may is looked at anew
        job: Job = await asyncio.to_thread(bench.project.jobs.job, job_id)
        for event in await asyncio.to_thread(bench.project.jobs.events, job_id, seen):
            seen = event.number
            content = {"line": standing(event), "best": event.best}
            yield ServerSentEvent(id=str(seen), event="progress", data=content)
        if job.over:
            address = f"/outcomes/{job.outcome}" if job.outcome else f"/jobs/{job_id}"
            yield ServerSentEvent(event="end", data={"state": job.state, "address": address})
            return
        await asyncio.sleep(LOOK)


@router.post("/jobs/{job_id}/{action}")
def act(request: Request, job_id: str, action: str) -> Response:
    """Stop a run, keep the best that it has so far, or start it again. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    jobs = bench.project.jobs
    actions: Mapping[str, Callable[[str], Job]] = {
        "cancel": jobs.cancel,
        "keep": jobs.keep,
        "again": partial(jobs.again, by=acts()),
    }
    if action not in actions:
        raise UnknownName("action", action, actions)
    job = actions[action](job_id)
    return RedirectResponse(f"/jobs/{job.id}", 303)
