"""The first page: what was planned last, and the ways on; and the choice of language and study."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import LANGUAGES, said
from groundplan.projects.people.rights import ADMINISTER, READ
from groundplan.web.frame import page
from groundplan.web.guarding.access import OPEN, takes
from groundplan.web.guarding.chosen_cookies import LANGUAGE, LOOKED_AT, keep_chosen
from groundplan.web.sent_form import Sent, own_path
from groundplan.web.workbench import Workbench

router = APIRouter()


@router.get("/")
def home(request: Request) -> Response:
    """What was planned last in one page, and where to go from there."""
    bench: Workbench = request.app.state.bench
    study = bench.study_of(request)
    job = bench.latest(study, "plan")
    brief = _brief(bench, job.outcome) if job else None
    return page(
        request, "home.html", title=said("Workbench"), study=study, brief=brief, job=bench.running(study, "plan"),
        outcome=job.outcome if job else "", accepted_words=bench.accepted_words(job),
        can_stop=request.app.state.stop is not None,
    )  # fmt: skip


def _brief(bench: Workbench, outcome: str) -> dict[str, Any]:
    """The brief of an outcome; a project without one is shown without what opens outcomes."""
    from groundplan.web.shown_views import shown_brief

    return shown_brief(bench, outcome)


@router.post("/language")
@takes(OPEN, quiet=True)
def choose_language(request: Request, entered: Sent) -> Response:
    """Speak another language from now on."""
    language = entered.get("language", "")
    answer = RedirectResponse(own_path(entered.get("back", "")) or "/", 303)
    if language in LANGUAGES:
        keep_chosen(request, answer, LANGUAGE, language)
    return answer


@router.post("/study")
@takes(READ, quiet=True)
def choose_study(request: Request, entered: Sent) -> Response:
    """Look at another study from now on. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    name, step = bench.study_named(entered.get("study", "")), entered.get("step", "")
    answer = RedirectResponse(f"/study/{name}/{step}" if step else "/", 303)
    keep_chosen(request, answer, LOOKED_AT, name)
    return answer


@router.post("/stop")
@takes(ADMINISTER)
def stop(request: Request) -> Response:
    """End the server, for who has no window of a command to do it in. Raises ``GroundplanError`` where it may not."""
    if request.app.state.stop is None:
        raise GroundplanError("this workbench is not stopped from a page", fix="stop the command that serves it")
    request.app.state.stop()
    return page(request, "stopped.html", title=said("The workbench has stopped"))
