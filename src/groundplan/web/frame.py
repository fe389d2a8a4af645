"""The frame of every page: the rail with the state of each step, the language, and what is running."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi import Request
from fastapi.responses import HTMLResponse

from groundplan import __version__
from groundplan.languages.spoken import LANGUAGES, direction, said, spoken
from groundplan.projects.people.rights import READ
from groundplan.results.html import TEMPLATES
from groundplan.shown_text import visible
from groundplan.web.guarding.acting import actor
from groundplan.web.run_words import JOB_WORDS, moment, standing
from groundplan.web.workbench import is_about

if TYPE_CHECKING:
    import jinja2

    from groundplan.projects.jobs import Job
    from groundplan.web.workbench import Workbench

# A form that changes something: how it begins, where it goes, what is in it.
SENT = re.compile(r'(<form method="post" action="([^"]*)"[^>]*>)(.*?)(?=</form>)', re.DOTALL)
SHUT = ('<fieldset class="bare" disabled>', "</fieldset>")
# Of a step of the path: nothing was done, done on what stands, done on what has changed since, going on, no such plan.
EMPTY, CHECKED, STALE, RUNNING, NONE = "empty", "checked", "stale", "running", "none"


class PathStep(NamedTuple):
    """A step of the path: its word in addresses, its name, and the verbs whose outcomes are its state."""

    word: str
    name: str
    verbs: tuple[str, ...]


STEPS = (
    PathStep("data", "Data", ("data", "open")),
    PathStep("dependence", "Dependence", ("see",)),
    PathStep("stress", "Stress", ("stress",)),
    PathStep("plan", "Plan", ("plan",)),
    PathStep("place", "Place", ("place",)),
    PathStep("follow", "Follow up", ("ledger", "follow", "reconcile", "replan")),
)
STEP_OF = {verb: step.word for step in STEPS for verb in step.verbs}
TELLING = ("waiting", "running", "done", "impossible")  # states of runs that say how a step stands
STATE_WORDS = {
    EMPTY: "nothing yet", CHECKED: "done", STALE: "older than what stands now", RUNNING: "being computed",
    NONE: "there is no such plan",
}  # fmt: skip


class RailStep(NamedTuple):
    """A step as the rail shows it."""

    word: str
    name: str
    address: str
    state: str
    words: str


@cache
def templates() -> jinja2.Environment:
    """The templates of the workbench and, behind them, those of views."""
    import jinja2

    loaders = [jinja2.PackageLoader("groundplan", folder) for folder in ("web/templates", TEMPLATES)]
    there = jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders), autoescape=True, undefined=jinja2.StrictUndefined, auto_reload=False,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    there.globals.update(said=said, version=__version__, run_standing=standing, moment=moment, job_words=JOB_WORDS)
    return there


def rail(bench: Workbench, study: str, jobs: Sequence[Job]) -> list[RailStep]:
    """The steps of a study with the state of each, from the newest run of its verbs; ``jobs``: newest first."""
    now, newest = bench.version_mark(study), _newest(study, jobs)
    states = {step.word: _state(newest.get(step.word), now) for step in STEPS}
    if states["data"] == EMPTY and any(j.study == now and j.state == "done" for j in jobs):
        states["data"] = CHECKED  # whatever was computed from them has opened them
    return [
        RailStep(word, said(name), f"/study/{study}/{word}", states[word], said(STATE_WORDS[states[word]]))
        for word, name, _ in STEPS
    ]


def _newest(study: str, jobs: Sequence[Job]) -> dict[str, Job]:
    """The newest run of each step that says how it stands: one that waits or runs, or has come to an answer."""
    newest: dict[str, Job] = {}
    for job in jobs:
        step = STEP_OF.get(job.verb)
        if step and step not in newest and job.state in TELLING and is_about(job, study, (job.verb,)):
            newest[step] = job
    return newest


def _state(job: Job | None, now: str) -> str:
    """What a step's newest run says of it; ``now``: the study as it stands."""
    if job is None:
        return EMPTY
    if not job.over:
        return RUNNING
    return STALE if job.study != now else NONE if job.state == "impossible" else CHECKED


def page(request: Request, template: str, *, status: int = 200, **given: Any) -> HTMLResponse:
    """A page in its frame. ``given``: what the template is given; ``title``, ``study`` and ``step`` are the frame's."""
    bench: Workbench = request.app.state.bench
    who = actor()
    frame: dict[str, Any] = {
        "language": spoken(), "direction": direction(), "languages": LANGUAGES, "step": "", "command": "",
        "here": str(request.url.path), "who": who, "reads": who.may(READ), "study": "", "studies": [], "rail": [],
        "busy": [], "project": bench.name if who.person is not None else "",
    }  # fmt: skip
    if who.may(READ):
        jobs, studies = bench.project.jobs.all(), bench.project.documents.names("study")
        study = given.get("study") or bench.study_of(request, studies)
        frame |= {
            "study": study, "studies": studies, "rail": rail(bench, study, jobs),
            "busy": [job for job in jobs if not job.over],
        }  # fmt: skip
    title = str(given.get("title", ""))
    return answer(template, status=status, **{**frame, **given, "title": title[:1].upper() + title[1:]})


def fragment(template: str, *, status: int = 200, **given: Any) -> HTMLResponse:
    """A part of a page, which a page that is there takes in."""
    return answer(template, status=status, language=spoken(), direction=direction(), **given)


def answer(template: str, *, status: int, **given: Any) -> HTMLResponse:
    """A template rendered, with no sign in it that turns text round or hides it."""
    text = visible(templates().get_template(template).render(**given))
    return HTMLResponse(text if actor().alone else only_hers(text, actor().may_send), status_code=status)


def only_hers(text: str, may_send: Callable[[str], bool]) -> str:
    """A page whose forms cannot be filled in where they would not be taken; their values stay to be read.

    >>> only_hers('<form method="post" action="/stop"><button>Stop</button></form>', lambda address: False)
    '<form method="post" action="/stop"><fieldset class="bare" disabled><button>Stop</button></fieldset></form>'
    """
    return SENT.sub(lambda m: m[0] if may_send(html.unescape(m[2])) else f"{m[1]}{SHUT[0]}{m[3]}{SHUT[1]}", text)
