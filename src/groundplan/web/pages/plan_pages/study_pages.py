"""A study edited in the page: as a form and as text, with what would change shown before it is saved as a version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.document_rows import Version
from groundplan.projects.documents import Conflict, lines_apart
from groundplan.projects.people.rights import EDIT
from groundplan.records.called import called_after
from groundplan.records.toml import parse
from groundplan.study.study_editing.called_names import CheckedNames, checked_names, indicator_names
from groundplan.study.study_editing.change_sentences import change_sentences
from groundplan.study.study_editing.entered_form import StudyFormFaults, entered_text
from groundplan.study.study_editing.form_fields import StudyPage, indicator_columns, study_page
from groundplan.web.frame import fragment, page
from groundplan.web.guarding.access import takes
from groundplan.web.guarding.acting import acts
from groundplan.web.pages.document_pages import check_text, number_of
from groundplan.web.pages.plan_pages.plan_room import (
    ask_plan,
    current_version,
    form_owner,
    keep_form,
    kept_form,
    last_plan,
    plan_command,
    tabs,
)
from groundplan.web.pages.plan_pages.study_cards import column_card, field_card, unit_text
from groundplan.web.sent_form import Sent
from groundplan.web.workbench import STUDY, Workbench

router = APIRouter()
FORM, TEXT = "form", "text"
MORE = 5  # empty rows that are added at once


class Proposal(NamedTuple):
    """What was typed and not saved: as which version it was begun, and the text that it comes to."""

    after: int
    text: str


@router.get("/study/{study}/plan/study")
def form_page(request: Request, study: str, draft: str = "", open: str = "") -> Response:
    """The study as a form; ``draft=take`` with what was typed and not saved, ``open`` at one of its fields."""
    bench: Workbench = request.app.state.bench
    version, kept = current_version(bench, study), kept_form(bench, study)
    if draft == "take" and kept is not None:
        base = bench.project.documents.version(STUDY, study, kept[1])
        return _form(request, study, base, entered=kept[0], opened=open, faults=_faults_of(base.text, kept[0]))
    return _form(request, study, version, opened=open, unsaved=kept is not None)


@router.post("/study/{study}/plan/study")
def send_form(request: Request, study: str, entered: Sent) -> Response:
    """Keep what was typed, and show what it changes; 422 with the form where something is wrong."""
    sent = entered
    bench: Workbench = request.app.state.bench
    base = _base(bench, study, sent)
    entered = _changed_fields(base.text, sent)
    if grid := sent.get("more", ""):
        more = {grid: MORE + number_of(sent.get(f"blank.{grid}") or "0")}
        return _form(request, study, base, entered=entered, more=more, opened=f"grid.{grid}")
    keep_form(bench, study, entered, base.number)
    if faults := _faults_of(base.text, entered):
        return _form(request, study, base, entered=entered, faults=faults, status=422)
    return RedirectResponse(f"/study/{study}/plan/changes?of={FORM}", 303)


@router.post("/study/{study}/plan/study/draft")
@takes(EDIT, quiet=True)
def keep_draft(request: Request, study: str, sent: Sent) -> Response:
    """Keep what is being typed into the form, without a new version; says so."""
    bench: Workbench = request.app.state.bench
    base = _base(bench, study, sent)
    entered = _changed_fields(base.text, sent)
    if entered:
        keep_form(bench, study, entered, base.number)
    else:
        bench.project.documents.drop_draft(STUDY, study, form_owner())
    words = said("kept, not yet saved as a version") if entered else said("as it is saved")
    return Response(words, media_type="text/plain; charset=utf-8")


@router.post("/study/{study}/plan/study/drop")
def drop_draft(request: Request, study: str) -> Response:
    """Forget what was typed into the form and not saved."""
    bench: Workbench = request.app.state.bench
    bench.project.documents.drop_draft(STUDY, bench.study_named(study), form_owner())
    return RedirectResponse(f"/study/{study}/plan/study", 303)


@router.get("/study/{study}/plan/text")
def text_page(request: Request, study: str) -> Response:
    """The study as text."""
    return _text(request, study)


@router.post("/study/{study}/plan/text")
def send_text(request: Request, study: str, sent: Sent) -> Response:
    """Keep the text that was typed, and show what it changes; 422 where it is no study."""
    bench: Workbench = request.app.state.bench
    after, text = number_of(sent.get("after", "")), sent.get("text", "")
    bench.project.documents.keep_draft(STUDY, bench.study_named(study), acts(), text, after=after)
    try:
        check_text(STUDY, text)
    except GroundplanError as fault:
        return _text(request, study, [str(part) for part in fault.parts], status=422)
    return RedirectResponse(f"/study/{study}/plan/changes?of={TEXT}", 303)


@router.get("/study/{study}/plan/changes")
def changes_page(request: Request, study: str, of: str = FORM, names: str = "") -> Response:
    """What was typed and not saved, as what it changes in the newest version."""
    bench: Workbench = request.app.state.bench
    current = current_version(bench, study)
    there = proposal(bench, study, of)
    if there is None or there.text == current.text:
        return RedirectResponse(f"/study/{study}/plan/{'text' if of == TEXT else 'study'}", 303)
    return _changes(request, study, of, there, current, checked=_named(bench, study, there) if names else None)


@router.get("/study/{study}/plan/changes/names")
def names_part(request: Request, study: str, of: str = FORM) -> Response:
    """What was taken for what in the text that was typed, as a part of the page."""
    bench: Workbench = request.app.state.bench
    there = proposal(bench, study, of)
    return fragment("plan_room/names.html", checked=_named(bench, study, there) if there else CheckedNames([], []))


@router.post("/study/{study}/plan/save")
def save(request: Request, study: str, sent: Sent) -> Response:
    """Save what was typed as a new version, and plan it where that was asked; 409 with what differs."""
    bench: Workbench = request.app.state.bench
    of, documents = sent.get("of", FORM), bench.project.documents
    there = proposal(bench, study, of)
    if there is None:
        raise GroundplanError("nothing is typed that is not saved", where=study, fix="open the study and change it")
    after = number_of(sent.get("after", ""))
    try:
        documents.save(STUDY, study, there.text, after=after, by=acts(), why=sent.get("why", ""))
    except Conflict as fault:
        return _changes(request, study, of, there, fault.current, conflict=fault, status=409)
    documents.drop_draft(STUDY, study, acts() if of == TEXT else form_owner())
    if sent.get("then") == "plan":
        ask_plan(bench, study)
        return RedirectResponse(f"/study/{study}/plan", 303)
    return RedirectResponse(f"/study/{study}/plan/{'text' if of == TEXT else 'study'}", 303)


@router.get("/study/{study}/plan/indicators")
def indicators(request: Request, study: str) -> Response:
    """Every indicator that a target may name, each with its words, for who types one."""
    bench: Workbench = request.app.state.bench

    def called() -> list[tuple[str, str]]:
        return indicator_names(current_version(bench, study).text, bench.economy(study))

    try:
        names = bench.of_version(bench.study_named(study), "indicators", called)
    except GroundplanError:  # the accounts do not open: the page that plans says why
        names = []
    return JSONResponse([{"name": name, "words": words} for name, words in names])


def proposal(bench: Workbench, study: str, of: str) -> Proposal | None:
    """What was typed into the form or as text and not saved; None where nothing was. Raises what is wrong with it."""
    documents = bench.project.documents
    if of == TEXT:
        draft = documents.draft(STUDY, bench.study_named(study), acts())
        return None if draft is None else Proposal(draft.after, draft.text)
    kept = kept_form(bench, bench.study_named(study))
    if kept is None:
        return None
    return Proposal(kept[1], entered_text(documents.version(STUDY, study, kept[1]).text, kept[0]))


def named_indicators(bench: Workbench, study: str) -> list[tuple[str, str]]:
    """The indicators of the last plan of a study with their words; a script asks for those of the study as it is."""
    job = last_plan(bench, study)
    if job is None or job.state != "done":
        return []
    outcome = bench.outcome(job.outcome)
    names = [str(i) for i in outcome.table("indicators")["indicator"]]
    words = called_after(names, outcome.provenance.get("labels", {}))
    return [(name, words.get(name, "")) for name in names]


def _named(bench: Workbench, study: str, there: Proposal) -> CheckedNames:
    try:
        return checked_names(there.text, bench.economy(study))
    except GroundplanError as fault:
        return CheckedNames([], [str(part) for part in fault.parts])


def _changes(
    request: Request, study: str, of: str, there: Proposal, current: Version, *,
    conflict: Conflict | None = None, checked: CheckedNames | None = None, status: int = 200,
) -> Response:  # fmt: skip
    bench: Workbench = request.app.state.bench
    base = current if conflict else bench.project.documents.version(STUDY, study, there.after)
    meanwhile = conflict is not None or base.number != current.number
    return page(
        request, "plan_room/changes.html", status=status, title=said("What this changes"), study=study, step="plan",
        tabs=tabs(study, "text" if of == TEXT else "study"), of=of, base=base, current=current, conflict=conflict,
        sentences=change_sentences(base.text, there.text), meanwhile=meanwhile and conflict is None, checked=checked,
        difference=lines_apart(base.text, there.text, f"version {base.number}", "yours"), text=there.text,
        back=f"/study/{study}/plan/text" if of == TEXT else f"/study/{study}/plan/study?draft=take",
        after=current.number if conflict else there.after,
    )  # fmt: skip


def _base(bench: Workbench, study: str, sent: Mapping[str, str]) -> Version:
    """The version that a form was filled from."""
    return bench.project.documents.version(STUDY, bench.study_named(study), number_of(sent.get("after", "")))


def _changed_fields(text: str, sent: Mapping[str, str]) -> dict[str, str]:
    """The fields that say something else than the study."""
    there = _texts(study_page(parse(text, "the study").content))
    fields = {k: v for k, v in sent.items() if k.startswith(("choice.", "each.", "row."))}
    return {k: v for k, v in fields.items() if v.strip() != there.get(k, "").strip()}


def _texts(form: StudyPage) -> dict[str, str]:
    """Every field of a form with its text."""
    out = {f.name: f.value for f in form.fields}
    for grid in form.grids:
        out |= {f"row.{grid.name}.{row.number}.{c}": v for row in grid.rows for c, v in row.cells.items()}
    return out


def _faults_of(text: str, entered: Mapping[str, str]) -> dict[str, str]:
    try:
        entered_text(text, entered)
    except StudyFormFaults as faults:
        return faults.by_field
    return {}


def _form(
    request: Request, study: str, version: Version, *, entered: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None, more: Mapping[str, int] | None = None, opened: str = "",
    unsaved: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    bench: Workbench = request.app.state.bench
    try:
        form = study_page(parse(version.text, f"{study}.toml").content, entered, faults, more)
    except GroundplanError as fault:
        return _text(request, study, [str(part) for part in fault.parts], status=422)
    return page(
        request, "plan_room/study_form.html", status=status, title=said(f"The study {study}"), study=study, step="plan",
        tabs=tabs(study, "study"), form=form, stand=version, unsaved=unsaved, typed=entered is not None,
        opened=opened, faults=faults or {}, command=plan_command(bench, study), indicator_columns=indicator_columns,
        versions=len(bench.project.documents.versions(STUDY, study)), named=named_indicators(bench, study),
        field_card=field_card, column_card=column_card, unit_text=unit_text,
    )  # fmt: skip


def _text(request: Request, study: str, faults: list[str] | None = None, status: int = 200) -> Response:
    bench: Workbench = request.app.state.bench
    version, draft = current_version(bench, study), bench.project.documents.draft(STUDY, study, acts())
    shown: Any = draft if draft and draft.text != version.text else None
    return page(
        request, "plan_room/study_text.html", status=status, title=said(f"The study {study} as text"), study=study,
        step="plan", tabs=tabs(study, "text"), stand=version, draft=shown, faults=faults or [],
        command=plan_command(bench, study),
    )  # fmt: skip
