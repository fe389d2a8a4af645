"""The accounts of a study: what stands, what else is at hand, and templates for a table of one's own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.economy.opening import is_file
from groundplan.errors import GroundplanError, StudyError
from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.projects.document_rows import Version
from groundplan.projects.jobs import Job
from groundplan.projects.kept_files import FORMS, KeptFiles
from groundplan.results.view import ANNEX, BODY, BRIEF
from groundplan.study.named_accounts import table_of, with_accounts
from groundplan.tables.catalogue import entries, estimates
from groundplan.verb_table import VERBS
from groundplan.web.archives import taken_along
from groundplan.web.frame import page
from groundplan.web.guarding.acting import acts
from groundplan.web.pages.document_pages import number_of
from groundplan.web.run_words import JOB_WORDS
from groundplan.web.sent_files import OF_A_TABLE
from groundplan.web.sent_form import Sent
from groundplan.web.shown_views import shown
from groundplan.web.verb_forms import fault_lines
from groundplan.web.workbench import STUDY, Workbench

router = APIRouter()
LEVELS = (BRIEF, BODY, ANNEX)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class StandingAccounts(NamedTuple):
    """How the accounts of a study stand: their page, or the run that reads them, or why they do not open."""

    of: dict[str, Any] | None = None
    job: Job | None = None
    faults: tuple[str, ...] = ()


class ListedFile(NamedTuple):
    """A file as the list shows it: its size in words, what it was taken for, and the run that says so."""

    name: str
    size: str
    by: str
    at: str
    what: str
    run: str


@router.get("/study/{study}/data")
def data(request: Request, study: str) -> Response:
    """The accounts of a study, the files of the project, and how to bring others. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    return data_page(request, study)


def data_page(request: Request, study: str, *, fault: str = "", status: int = 200) -> Response:
    """The page of data; ``fault``: what of something that was sent could not be taken."""
    bench: Workbench = request.app.state.bench
    standing = _standing(bench, study)
    version = current(bench, study)
    return page(
        request, "data.html", status=status, study=study, step="data", title=said("Data"), fault=fault,
        command=f"groundplan data {bench.study_file(study)}", version_number=version.number, standing=standing,
        of=standing.of,
        job=standing.job, countries=_countries(),
        shipped={e.country: e.country_name for e in entries()},
        chosen=_chosen(version.text, study), files=listed_files(bench), most=OF_A_TABLE.all, forms=FORMS,
    )  # fmt: skip


@router.post("/study/{study}/data/country")
def choose_country(request: Request, study: str, entered: Sent) -> Response:
    """Put the study on other accounts that are shipped: a new version. Raises ``Conflict``, ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    wished = entered.get("accounts", "")
    there = {f"{e.country} {e.year}": e for e in (*entries(), *estimates())}
    if wished not in there:
        return data_page(request, study, fault=said("Choose one of the accounts at hand."), status=422)
    one = there[wished]
    text = with_accounts(current(bench, study).text, f"{study}.toml", one.country, one.year)
    why = f"on the accounts of {one.country_name} {one.year}"
    save_study(bench, study, text, after=number_of(entered.get("after", "")), why=why)
    return RedirectResponse(f"/study/{study}/data", 303)


@router.post("/study/{study}/data/read")
def read(request: Request, study: str) -> Response:
    """Read the accounts of a study anew, as a run. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    bench.ask("data", {"country": bench.study_file(bench.study_named(study))}, study=study)
    return RedirectResponse(f"/study/{study}/data", 303)


@router.post("/study/{study}/data/plan")
def plan(request: Request, study: str) -> Response:
    """Plan from the accounts of a study, as it stands: a run. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    job = bench.ask("plan", {STUDY: bench.study_file(bench.study_named(study))}, study=study)
    return RedirectResponse(f"/jobs/{job.id}", 303)


@router.get("/study/{study}/data/template.xlsx")
def template(request: Request, study: str, like: str = "", sectors: str = "20") -> Response:
    """A template for a table of one's own: empty with so many sectors, or filled like shipped accounts.

    Raises ``UnknownName`` for accounts that are not shipped, ``StudyError`` for a number that is none.
    """
    if like:
        if like not in {e.country for e in entries()}:
            return data_page(request, study, fault=said("Choose one of the accounts at hand."), status=422)
        settings: dict[str, Any] = {"like": like}
    elif sectors.isascii() and sectors.isdigit() and 1 <= int(sectors) <= 500:
        settings = {"sectors": int(sectors)}
    else:
        raise StudyError(
            f"'{sectors[:20]}' is no number of sectors", where="sectors", fix="give a number from 1 to 500"
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "own_table.xlsx"
        VERBS["template"].function(file, **settings)
        content = file.read_bytes()
    name = f"template-{like or sectors}.xlsx"
    return taken_along(content, SHEET, name)


def current(bench: Workbench, study: str) -> Version:
    """The newest version of a study. Raises ``UnknownName``."""
    version = bench.project.documents.current(STUDY, bench.study_named(study))
    assert version is not None  # it is among the names
    return version


def save_study(bench: Workbench, study: str, text: str, *, after: int, why: str) -> Version:
    """Save a study's text as a new version. Raises ``Conflict``; what was made of it then stays as a draft."""
    try:
        return bench.project.documents.save(STUDY, study, text, after=after, by=acts(), why=why)
    except GroundplanError:
        bench.project.documents.keep_draft(STUDY, study, acts(), text, after=after)
        raise


def _chosen(text: str, study: str) -> str:
    """The accounts that a study names, in words; nothing where its text is no study."""
    try:
        country, table = table_of(text, f"{study}.toml")
    except GroundplanError:
        return ""
    files = [country] if is_file(country) else list(table.files)
    return ", ".join(Path(f).name for f in files) or country


def _countries() -> list[tuple[str, str]]:
    """The accounts that are shipped: what is sent, and the words; estimates are said to be such."""
    listed = [(f"{e.country} {e.year}", f"{e.country_name} {e.year} ({e.money}): {e.publisher}") for e in entries()]
    for e in estimates():
        words = f"{e.country_name} {e.year} ({e.money}), an estimate: nobody observed these accounts"
        listed.append((f"{e.country} {e.year}", said(words)))
    return sorted(listed)


def _standing(bench: Workbench, study: str) -> StandingAccounts:
    """The page of a study's accounts: at once for shipped ones, from a run for files of one's own."""
    version = current(bench, study)
    mark = bench.version_mark(study)
    job = next((j for j in bench.project.jobs.all() if j.verb == "data" and j.study == mark), None)
    try:
        country, table = table_of(version.text, f"{study}.toml")
        if not table.files and not is_file(country):
            file = bench.project.folder / bench.study_file(study)
            of = VERBS["data"].function
            here = of(file) if table.named else bench.of_version(study, "accounts", lambda: of(file))
            return StandingAccounts(_shown(here))
        if job is not None and job.outcome:
            return StandingAccounts(shown(bench.outcome(job.outcome), job.outcome, LEVELS))
    except GroundplanError as fault:
        return StandingAccounts(faults=tuple(fault_lines(fault)))
    return StandingAccounts(job=job)


def _shown(outcome: Outcome) -> dict[str, Any]:
    return shown(outcome, "", LEVELS)


def listed_files(bench: Workbench) -> list[ListedFile]:
    """The files of the project, each with what it was taken for when it was last looked at."""
    looked: dict[str, Job] = {}
    for job in bench.project.jobs.all():
        if job.verb == "open":
            for name in job.settings.get("files", []):
                looked.setdefault(Path(str(name)).name, job)
    return [
        ListedFile(f.name, _size(f.size), f.by, f.at, _taken_for(bench, looked.get(f.name)), _id(looked.get(f.name)))
        for f in KeptFiles(bench.project.files_folder).all()
    ]


def _id(job: Job | None) -> str:
    return job.id if job else ""


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def _taken_for(bench: Workbench, job: Job | None) -> str:
    if job is None:
        return said("not looked at")
    if not job.outcome:
        return said(JOB_WORDS[job.state])
    try:
        beliefs = bench.outcome(job.outcome).table("beliefs")
    except GroundplanError:
        return said("not looked at")
    layouts = beliefs[beliefs["what"] == "layout"]["value"]
    return said(str(layouts.iloc[0])) if len(layouts) else said("not recognised")
