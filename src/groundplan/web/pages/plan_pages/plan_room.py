"""What the pages of the room Plan share: its tabs, the study as it stands, its last plan, and drafts of its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from groundplan.errors import UnknownName
from groundplan.languages.spoken import said
from groundplan.projects.document_rows import Version
from groundplan.projects.documents import Draft
from groundplan.projects.jobs import Job
from groundplan.web.guarding.acting import acts
from groundplan.web.workbench import STUDY, Workbench, is_about

PLAN = "plan"


class Tab(NamedTuple):
    """A page of the room: its word in addresses, its address, what it is called, and whether it is the one shown."""

    word: str
    address: str
    words: str
    current: bool


def form_owner() -> str:
    """Whose draft in the form it is: drafts of the form and of the text stand beside each other."""
    return f"{acts()}\tform"


def tabs(study: str, current: str) -> list[Tab]:
    """The pages of the room, in order."""
    base = f"/study/{study}/plan"
    there = (
        ("plan", base, said("Plan")),
        ("study", f"{base}/study", said("The study")),
        ("text", f"{base}/text", said("As text")),
        ("what-if", f"{base}/what-if", said("What if")),
        ("new", "/studies/new", said("New study")),
    )
    return [Tab(word, address, words, word == current) for word, address, words in there]


def current_version(bench: Workbench, study: str) -> Version:
    """The newest version of a study. Raises ``UnknownName``."""
    version = bench.project.documents.current(STUDY, bench.study_named(study))
    if version is None:
        raise UnknownName("study", study, bench.project.documents.names(STUDY))
    return version


def plan_jobs(bench: Workbench, study: str) -> list[Job]:
    """The plans of a study as it stood, newest first; what was asked only to see what would be is none of them."""
    return [j for j in bench.project.jobs.all() if is_about(j, study, (PLAN,))]


def last_plan(bench: Workbench, study: str) -> Job | None:
    """The newest plan of a study that has an outcome: a plan, or why there is none."""
    return next((j for j in plan_jobs(bench, study) if j.outcome), None)


def plan_under_way(bench: Workbench, study: str) -> Job | None:
    """The newest plan of a study where it waits, runs, or ended without an outcome."""
    jobs = plan_jobs(bench, study)
    return jobs[0] if jobs and not jobs[0].outcome else None


def ask_plan(bench: Workbench, study: str, **more: bool) -> Job:
    """Put the plan of a study into the queue; ``more``: switches of the verb. Raises what asking raises."""
    return bench.ask(PLAN, {STUDY: bench.study_file(study), **{k: v for k, v in more.items() if v}}, study=study)


def plan_command(bench: Workbench, study: str) -> str:
    """What to type for the plan of a study."""
    return f"groundplan plan --study {bench.study_file(study)}"


def keep_form(bench: Workbench, study: str, entered: Mapping[str, str], after: int) -> Draft:
    """Keep what was typed into the form of a study. Raises ``GroundplanError``."""
    text = json.dumps(dict(entered), ensure_ascii=False)
    return bench.project.documents.keep_draft(STUDY, study, form_owner(), text, after=after)


def kept_form(bench: Workbench, study: str) -> tuple[dict[str, str], int] | None:
    """What was typed into the form of a study and not saved, and the version that it started from."""
    draft = bench.project.documents.draft(STUDY, study, form_owner())
    if draft is None:
        return None
    entered: Any = json.loads(draft.text)
    return {str(k): str(v) for k, v in entered.items()}, draft.after
