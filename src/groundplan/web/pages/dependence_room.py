"""Where the economy of a study depends on others: the question, and its answer with figures that can be explored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.jobs import Job
from groundplan.results.view import BODY
from groundplan.verb_table import VERBS
from groundplan.web.frame import page
from groundplan.web.sent_form import Sent
from groundplan.web.shown_views import shown, shown_view
from groundplan.web.verb_forms import Field, FormFaults, asked_options, command_so_far, fields_of, settings_from
from groundplan.web.workbench import Workbench

router = APIRouter()
SEE = VERBS["see"]
ASKED = ("use", "product", "partner", "draws", "top", "stock_days", "seed")
WITHOUT = tuple(o.name for o in asked_options(SEE) if o.name not in ASKED)
PRODUCT, MATRIX = "product", "matrix"  # views of the answer that stand elsewhere than in its report


class Offered(NamedTuple):
    """What a field offers: the code that is sent, and the words for it."""

    code: str
    words: str


@router.get("/study/{study}/dependence")
def dependence(request: Request, study: str, product: str = "") -> Response:
    """The newest answer about a study, or about one product of it, and the form to ask. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    return _room(request, study, product, {"product": product} if product else _asked_last(bench, study), {}, 200)


@router.post("/study/{study}/dependence")
def look(request: Request, study: str, entered: Sent) -> Response:
    """Ask what a study depends on: a run, or the form again with what is wrong."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    try:
        settings = settings_from(SEE, entered, WITHOUT)
        bench.ask("see", {"country": bench.study_file(study), **settings}, study=study)
    except FormFaults as faults:
        return _room(request, study, entered.get("product", ""), entered, faults.by_field, 422)
    product = settings.get("product", "")
    return RedirectResponse(f"/study/{study}/dependence{f'?product={product}' if product else ''}", 303)


def _room(
    request: Request, study: str, product: str, entered: Mapping[str, str], faults: Mapping[str, str], status: int
) -> Response:
    bench: Workbench = request.app.state.bench
    jobs = [job for job in _runs(bench, study) if str(job.settings.get("product", "")) == product]
    done = next((job for job in jobs if job.outcome), None)
    going = jobs[0] if jobs and not jobs[0].outcome else None
    offers, lacking = _offers(bench, study)
    names = {one.code: one.words for one in offers.get("product", [])}
    command = command_so_far(SEE, entered, WITHOUT, {"country": bench.study_file(study)})
    name = names.get(product, product)
    return page(
        request, "dependence.html", status=status, study=study, step="dependence", command=command,
        title=said(f"{name}: who carries it, and what it carries") if product else said("What do we depend on?"),
        fields=[_field(f) for f in fields_of(SEE, entered, faults, WITHOUT)], offers=offers, lacking=lacking,
        product=product, job=going, done=done,
        **_answer(bench, done.outcome if done else ""),
        stale=bool(done and done.study != bench.version_mark(study)),
    )  # fmt: skip


def _answer(bench: Workbench, name: str) -> dict[str, Any]:
    """The views of an answer: what is said of one product first, and the matrix of who uses which import."""
    if not name:
        return {"of": None, "closer": [], "views": [], "matrix": None}
    outcome = bench.outcome(name)
    of, matrix = shown(outcome, name), shown_view(outcome, name, MATRIX)
    of["explored"] = of["explored"] or bool(matrix and matrix["explored"])
    closer = [v for v in of[BODY] if v["name"] == PRODUCT]
    return {"of": of, "closer": closer, "views": [v for v in of[BODY] if v not in closer], "matrix": matrix}


def _field(field: Field) -> Field:
    """A field as this form asks for it: names are chosen from lists."""
    labels = {
        "use": "Whose use is followed", "product": "One product, more closely", "partner": "One partner, more closely",
        "draws": "How often the table is drawn again", "top": "Entries of a ranking",
        "stock_days": "Days of use in stock", "seed": "Seed of the draws",
    }  # fmt: skip
    return Field(**{**vars(field), "label": labels[field.name]})


def _runs(bench: Workbench, study: str) -> list[Job]:
    """What was asked about a study's dependence, newest first."""
    return [j for j in bench.project.jobs.all() if j.verb == SEE.word and j.study.partition("@")[0] == study]


def _asked_last(bench: Workbench, study: str) -> dict[str, str]:
    """What was asked last, so that the form says what the answer is of."""
    runs = [job for job in _runs(bench, study) if not job.settings.get("product")]
    settings = runs[0].settings if runs else {}
    return {key: str(value) for key, value in settings.items() if key in ASKED}


def _offers(bench: Workbench, study: str) -> tuple[dict[str, list[Offered]], str]:
    """The names that the accounts have for the fields; and why there are none, where they do not open."""
    try:
        e = bench.economy(study)
    except GroundplanError as fault:
        return {}, str(fault)
    parts = e.imported_by_partner
    codes = {
        "use": dict.fromkeys(str(k) for k in e.domestic_final["final_kind"].values),
        "product": dict.fromkeys(map(str, e.sectors)),
        "partner": {} if parts is None else dict.fromkeys(str(p) for p in parts["partner"].values),
    }
    return {
        key: sorted((Offered(code, e.label(code)) for code in listed), key=lambda one: one.words)
        for key, listed in codes.items()
    }, ""
