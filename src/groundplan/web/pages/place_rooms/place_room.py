"""Place: where first, by rules that are read aloud before anything is chosen; the choice is pinned to what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import naming_words, said
from groundplan.places.known.shipped_places import cases
from groundplan.projects.jobs import Job
from groundplan.web.composing.place_programmes import (
    ASIDE,
    DOCUMENTS,
    FORM_FIELDS,
    VERB,
    Changed,
    Pinned,
    asked_programme,
    decided_draws,
    draw_names,
    pinned_of,
    pinned_settings,
    places_files,
    read_words,
    readings,
    versions_read,
)
from groundplan.web.frame import page
from groundplan.web.sent_form import Sent
from groundplan.web.shown_views import shown_brief
from groundplan.web.verb_forms import FormFaults, command_of, fault_lines, fields_of
from groundplan.web.workbench import Workbench

if TYPE_CHECKING:
    from groundplan.places.read_aloud import Aloud

router = APIRouter()
PLACE = "place"
KIND_NAMES = {
    "rules": "Rules", "facilities": "Types of works", "weights": "Weights of need and readiness",
    "roles": "What the columns of the file are",
}  # fmt: skip
USUAL = {
    "rules": "those that come with the country", "facilities": "a local industry: food, clothing, household goods",
    "weights": "equal weights, for a country that comes with the package", "roles": "none; for a file of places alone",
}  # fmt: skip
MOST_SHOWN = 20
ENTERED = {"where", "draw", "roles", *DOCUMENTS, *FORM_FIELDS}


@router.get("/study/{study}/place")
def room(request: Request, study: str) -> Response:
    """The newest choice, and what the next one goes by. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    return _room(request, study, dict(request.query_params))


@router.get("/study/{study}/place/rules")
def rules_aloud(request: Request, study: str) -> Response:
    """The rules, the works and what counts as need in sentences, before anything is chosen."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    return _aloud(request, study, dict(request.query_params))


@router.post("/study/{study}/place/choose")
def choose(request: Request, study: str, entered: Sent) -> Response:
    """Ask for the choice by the rules that were read; 409 and the rules again where they were changed since."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    read = entered.pop("read", "")
    try:
        settings = pinned_settings(bench, asked_programme(bench, study, entered), read)
    except FormFaults as faults:
        return _room(request, study, entered, faults.by_field, status=422)
    except Changed as fault:
        return _aloud(request, study, entered, fault_lines(fault), status=409)
    bench.ask(PLACE, settings, study=study)
    return RedirectResponse(f"/study/{study}/place", 303)


def _aloud(
    request: Request, study: str, entered: dict[str, str], changed: list[str] | None = None, status: int = 200
) -> Response:
    from groundplan.places.read_aloud import read_aloud

    bench: Workbench = request.app.state.bench
    try:
        settings = asked_programme(bench, study, entered)
        given = readings(bench.project.folder, settings)
        parts = read_aloud(given.pop("where"), **given)
    except FormFaults as faults:
        return _room(request, study, entered, faults.by_field, status=422)
    except GroundplanError as fault:
        return _room(request, study, entered, {"": "\n".join(fault_lines(fault))}, status=422)
    pinned = versions_read(bench.project.documents, settings)
    with naming_words(name for part in parts for name in part.names):
        return _rules_page(request, study, parts, entered, settings, pinned, changed or [], status)


def _rules_page(
    request: Request,
    study: str,
    parts: Sequence[Aloud],
    entered: dict[str, str],
    settings: dict[str, Any],
    pinned: Sequence[Pinned],
    changed: list[str],
    status: int,
) -> Response:
    from groundplan.results.words import unit_words

    return page(
        request, "place_rules.html", status=status, title=said("The rules, read aloud"), study=study, step=PLACE,
        parts=[part._replace(lines=tuple(unit_words(line) for line in part.lines)) for part in parts], pinned=pinned,
        kinds=KIND_NAMES, read=read_words(pinned), changed=changed,
        entered={k: v for k, v in entered.items() if v and k in ENTERED}, command=command_of(VERB, settings),
        in_plan=bool(settings.get("in_plan")),
    )  # fmt: skip


def _room(
    request: Request, study: str, entered: Mapping[str, str], faults: dict[str, str] | None = None, status: int = 200
) -> Response:
    bench: Workbench = request.app.state.bench
    jobs = place_jobs(bench, study)
    done = [job for job in jobs if job.outcome]
    there = done[0] if done else None
    faults = faults or {}
    command = there.command if there else command_of(VERB, {})
    return page(
        request, "place.html", status=status, title=said("Where first?"), study=study, step=PLACE,
        brief=shown_brief(bench, there.outcome) if there else None, outcome=there.outcome if there else "",
        job=jobs[0] if jobs and not jobs[0].outcome else None, entered=entered, faults=faults,
        countries=[(code, case.facts.country_name) for code, case in cases().items()], files=places_files(bench),
        choices=_choices(bench), fields=fields_of(VERB, entered, faults, without=ASIDE), draws=draw_names(bench),
        decided=decided_draws(bench), command=command,
        past=[(job.outcome, said_of(job), job.asked_at[:16].replace("T", " ")) for job in done[:MOST_SHOWN]],
    )  # fmt: skip


def _choices(bench: Workbench) -> list[tuple[str, str, str, list[str]]]:
    """The documents that a programme goes by: kind, its name, what stands without one, those of the project."""
    names = bench.project.documents.names
    return [(kind, KIND_NAMES[kind], USUAL[kind], names(kind)) for kind in (*DOCUMENTS, "roles")]


def place_jobs(bench: Workbench, study: str) -> list[Job]:
    """The choices that were asked for about a study, newest first."""
    mine = [j for j in bench.project.jobs.all() if j.verb == PLACE and j.study.partition("@")[0] == study]
    return sorted(mine, key=lambda j: -j.number)


def said_of(job: Job) -> str:
    """What a choice goes by: its places, and the versions of its documents."""
    where = str(job.settings.get("places") or job.settings.get("country") or "")
    return ", ".join([where, *(f"{p.kind} {p.name}, version {p.number}" for p in pinned_of(job))])
