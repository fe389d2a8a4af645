"""What if: a few levers, the answer of the last solve until the new one comes, and nothing saved until it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.jobs import Job
from groundplan.records.toml import parse
from groundplan.study.study_editing.entered_numbers import entered_number
from groundplan.study.study_editing.form_fields import StudyField, study_page, text_of
from groundplan.study.study_editing.levers import LEVERS, lever_value, levers_of, moved
from groundplan.study.study_file import content_of
from groundplan.verb_table import VERBS
from groundplan.web.frame import fragment, page
from groundplan.web.pages.plan_pages.compared_outcomes import compared, shown_parts
from groundplan.web.pages.plan_pages.plan_room import PLAN, current_version, keep_form, last_plan, plan_command, tabs
from groundplan.web.pages.plan_pages.study_cards import field_card
from groundplan.web.run_words import standing
from groundplan.web.sent_form import Sent
from groundplan.web.shown_views import shown_brief
from groundplan.web.verb_forms import command_of
from groundplan.web.workbench import STUDY, WHAT_IF, Workbench

router = APIRouter()
SECTIONS = ("totals", "groups")


class LeverAnswer(NamedTuple):
    """What is known of a what-if.

    ``state``: of its run, "" where none was asked; ``line``: how it stands; ``parts``: the difference from the last
    plan, of these levers where ``fresh``, else of those before; ``brief``: the last plan, where there is no difference.
    """

    state: str
    line: str
    fresh: bool
    parts: list[dict[str, Any]]
    brief: dict[str, Any] | None
    outcome: str
    command: str
    what: str = ""
    fix: str = ""


@router.get("/study/{study}/plan/what-if")
def what_if_page(request: Request, study: str) -> Response:
    """The levers of a study and what the last solve answers."""
    bench: Workbench = request.app.state.bench
    return _page(request, study, _standing(bench, study, dict(request.query_params)))


@router.post("/study/{study}/plan/what-if")
def move_levers(request: Request, study: str, entered: Sent) -> Response:
    """Ask for the plan with other levers, in the place of what was asked before; 422 with the lever that is wrong."""
    bench: Workbench = request.app.state.bench
    version = current_version(bench, study)
    values, faults = _values(entered)
    if faults:
        if "x-part" in request.headers:
            return fragment("plan_room/faults.html", status=422, faults=faults)
        return _page(request, study, _texts(entered), faults, status=422)
    drop_former(bench, study)
    policy = content_of(parse(version.text, f"{study}.toml")).policy
    if changed := moved(policy, values):
        settings: dict[str, Any] = {STUDY: bench.study_file(study)}
        if "years" in changed:
            settings["years"] = changed.pop("years")
        if changed:
            settings["set"] = changed
        bench.ask(PLAN, settings, study=study, about=WHAT_IF)
    if "x-part" in request.headers:
        return _answer_part(bench, study)
    return RedirectResponse(f"/study/{study}/plan/what-if?{urlencode(_texts(entered))}", 303)


@router.get("/study/{study}/plan/what-if/answer")
def answer_part(request: Request, study: str) -> Response:
    """How the newest what-if stands, as a part of the page."""
    bench: Workbench = request.app.state.bench
    return _answer_part(bench, bench.study_named(study))


@router.post("/study/{study}/plan/what-if/keep")
def keep_levers(request: Request, study: str, entered: Sent) -> Response:
    """Take the levers into the study's form, and show what that changes before it is saved."""
    bench: Workbench = request.app.state.bench
    version = current_version(bench, study)
    values, faults = _values(entered)
    if faults:
        return _page(request, study, _texts(entered), faults, status=422)
    policy = content_of(parse(version.text, f"{study}.toml")).policy
    changed = moved(policy, values)
    if not changed:
        return RedirectResponse(f"/study/{study}/plan/what-if", 303)
    fields = {f"choice.{key}": text_of(lever_value(value), "number") for key, value in changed.items()}
    keep_form(bench, study, fields, version.number)
    return RedirectResponse(f"/study/{study}/plan/changes?of=form", 303)


def drop_former(bench: Workbench, study: str) -> None:
    """End what was asked by levers before and is not over."""
    for job in what_ifs(bench, study):
        if not job.over:
            bench.project.jobs.cancel(job.id)


def what_ifs(bench: Workbench, study: str) -> list[Job]:
    """What was asked by the levers of a study, newest first."""
    jobs = bench.project.jobs.all()
    return [j for j in jobs if j.about == WHAT_IF and j.study.partition("@")[0] == study]


def answer_of(bench: Workbench, study: str) -> LeverAnswer:
    """How the newest what-if of a study stands, beside the last plan. Raises what opening outcomes raises."""
    last, jobs = last_plan(bench, study), what_ifs(bench, study)
    newest = jobs[0] if jobs and jobs[0].study == bench.version_mark(study) and jobs[0].state != "stopped" else None
    done = next((j for j in jobs if j.state == "done" and j.study == bench.version_mark(study)), None)
    parts: list[dict[str, Any]] = []
    if last is not None and last.state == "done" and done is not None:
        called = [said("the last plan"), said("with these levers")]
        apart = compared(bench, [last.outcome, done.outcome], called)
        parts = [part for name in SECTIONS for part in shown_parts(apart, name)]
    command = command_of(VERBS[PLAN], newest.settings) if newest else plan_command(bench, study)
    outcome = last.outcome if last is not None else ""
    fresh = newest is not None and newest == done
    return LeverAnswer(
        newest.state if newest else "", standing(newest) if newest else "", fresh, parts,
        None if parts or last is None else shown_brief(bench, outcome), outcome, command,
        newest.what if newest else "", newest.fix if newest else "",
    )  # fmt: skip


def _answer_part(bench: Workbench, study: str) -> Response:
    return fragment("plan_room/what_if_answer.html", answer=answer_of(bench, study), study=study)


def _values(entered: Mapping[str, str]) -> tuple[dict[str, float], dict[str, str]]:
    """The levers as numbers, and what is wrong with them by lever."""
    values, faults = dict[str, float](), dict[str, str]()
    for lever in LEVERS:
        text = entered.get(f"choice.{lever.key}", "").strip()
        if not text:
            continue
        try:
            values[lever.key] = entered_number(text, lever.key, whole=lever.key == "years")
        except GroundplanError as fault:
            faults[f"choice.{lever.key}"] = f"{fault.what}: {fault.fix}"
    return values, faults


def _texts(entered: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in entered.items() if k.startswith("choice.")}


def _standing(bench: Workbench, study: str, asked: Mapping[str, str]) -> dict[str, str]:
    """Where the levers stand: as the address says, else as was asked last of this version, else as in the study."""
    if texts := _texts(asked):
        return texts
    newest = next(iter(what_ifs(bench, study)), None)
    if newest is None or newest.study != bench.version_mark(study):
        return {}
    settings = {**newest.settings.get("set", {})}
    if "years" in newest.settings:
        settings["years"] = newest.settings["years"]
    return {f"choice.{key}": text_of(lever_value(value), "number") for key, value in settings.items()}


def _page(
    request: Request, study: str, levers: Mapping[str, str], faults: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    bench: Workbench = request.app.state.bench
    version = current_version(bench, study)
    document = parse(version.text, f"{study}.toml")
    stand = levers_of(content_of(document).policy)
    fields = [_lever_field(f, stand, levers, faults or {}) for f in study_page(document.content).levers()]
    answer = answer_of(bench, study)
    return page(
        request, "plan_room/what_if.html", status=status, title=said(f"What if, in the study {study}"), study=study,
        step="plan", tabs=tabs(study, "what-if"), fields=fields, answer=answer, field_card=field_card,
        command=answer.command,
    )  # fmt: skip


def _lever_field(
    f: StudyField, stand: Mapping[str, float], levers: Mapping[str, str], faults: Mapping[str, str]
) -> StudyField:
    from dataclasses import replace

    value = levers.get(f.name) or text_of(stand[f.key], "number")
    return replace(f, value=value, fault=faults.get(f.name, ""))
