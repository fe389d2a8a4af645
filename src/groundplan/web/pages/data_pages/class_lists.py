"""What sectors and accounts are, a row each: classes of a study's sectors, kinds of a matrix's accounts."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.economy.opening import is_file
from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.document_rows import Version
from groundplan.projects.documents import Conflict
from groundplan.records.toml import parse
from groundplan.spreadsheets import neutral
from groundplan.study.named_accounts import table_of, with_accounts
from groundplan.study.study_file import content_of
from groundplan.tables.industry_classes import class_faults, words
from groundplan.tables.readers.social.sam_roles import COLUMNS, KINDS
from groundplan.verbs.names import sector_table
from groundplan.web.frame import page
from groundplan.web.guarding.acting import acts
from groundplan.web.pages.data_pages.accounts_at_hand import current, save_study
from groundplan.web.pages.data_pages.opened_files import job_of, looked_at
from groundplan.web.pages.document_pages import number_of
from groundplan.web.sent_form import Sent
from groundplan.web.workbench import Workbench

router = APIRouter()


class SectorRow(NamedTuple):
    """A sector as the form shows it: what it is stated or proposed to be, and why; what is wrong with what was sent."""

    code: str
    name: str
    value: str
    stated: str
    proposed: str
    why: str
    fault: str = ""


class AccountRow(NamedTuple):
    """An account of a matrix as the form shows it."""

    code: str
    name: str
    kind: str
    pair: str
    skill: str
    partner: str
    fault: str = ""


@router.get("/study/{study}/data/classes")
def classes(request: Request, study: str) -> Response:
    """The classes of a study's sectors as a form. Raises ``UnknownName``, and why accounts do not open."""
    return _classes_page(request, study, {}, {})


@router.post("/study/{study}/data/classes")
def save_classes(request: Request, study: str, entered: Sent) -> Response:
    """Save the classes as a list that the study names; 422 where one is none, 409 where somebody saved meanwhile."""
    bench: Workbench = request.app.state.bench
    codes = [str(code) for code in bench.economy(bench.study_named(study)).sectors]
    chosen = {code: text for code in codes if (text := entered.get(f"class:{code}", "").strip())}
    wrong = {fault.where.rpartition("row '")[2].rstrip("'"): fault.what for fault in class_faults(chosen, codes, "")}
    if wrong:
        return _classes_page(request, study, entered, wrong, 422)
    text = _csv(["code", "class"], [[code, cls] for code, cls in chosen.items()])
    try:
        _keep(bench, "classes", study, text, number_of(entered.get("list", "")), "what the sectors are")
        _name_list(bench, study, number_of(entered.get("after", "")))
    except Conflict as conflict:
        return _classes_page(request, study, entered, {"": str(conflict)}, 409)
    return RedirectResponse(f"/study/{study}/data", 303)


def _classes_page(
    request: Request, study: str, entered: Mapping[str, str], faults: Mapping[str, str], status: int = 200
) -> Response:
    bench: Workbench = request.app.state.bench
    bench.study_named(study)
    rows = _sector_rows(bench, study, entered, faults)
    there = bench.project.documents.current("classes", study)
    return page(
        request, "classes.html", status=status, study=study, step="data", title=said("What each sector is"), rows=rows,
        offered={w.isic: f"{w.isic}: {w.word}" for w in words().values()}, lacking=sum(not r.stated for r in rows),
        list_number=there.number if there else 0, study_number=current(bench, study).number, faults=faults,
        command=f"groundplan names {bench.study_file(study)}",
    )  # fmt: skip


def _sector_rows(
    bench: Workbench, study: str, entered: Mapping[str, str], faults: Mapping[str, str]
) -> list[SectorRow]:
    table = sector_table(bench.economy(study))
    columns = ("code", "name", "class", "proposed class", "why")
    rows = [tuple(map(str, row)) for row in table[list(columns)].to_numpy()]
    return [
        SectorRow(code, name, entered.get(f"class:{code}", own or proposed), own, proposed, why, faults.get(code, ""))
        for code, name, own, proposed, why in rows
    ]


def _name_list(bench: Workbench, study: str, after: int) -> None:
    """Have the study name its list of classes, where it does not yet."""
    text = current(bench, study).text
    country, table = table_of(text, f"{study}.toml")
    place = f"../classes/{study}.csv"
    if table.classes == place:
        return
    year = content_of(parse(text, f"{study}.toml")).accounts_year
    fresh = with_accounts(
        text, f"{study}.toml", country, None if is_file(country) else year, replace(table, classes=place)
    )
    save_study(bench, study, fresh, after=after, why="with the classes of its sectors")


@router.get("/study/{study}/data/opened/{job_id}/accounts")
def accounts(request: Request, study: str, job_id: str) -> Response:
    """The accounts of a matrix as a form, each with the kind that is proposed or was said. Raises ``UnknownName``."""
    return _accounts_page(request, study, job_id, {}, {})


@router.post("/study/{study}/data/opened/{job_id}/accounts")
def save_accounts(request: Request, study: str, job_id: str, entered: Sent) -> Response:
    """Save what the accounts are as a list, and look at the matrix again with it; 422 where one is not said."""
    bench: Workbench = request.app.state.bench
    job = job_of(request, study, job_id)
    rows = _account_rows(request, study, job_id, entered, {})
    wrong = {r.code: said("Say what this account is.") for r in rows if r.kind not in KINDS}
    if wrong:
        return _accounts_page(request, study, job_id, entered, wrong, 422)
    name = _list_name(request, study, job_id)
    text = _csv(COLUMNS, [[r.code, r.kind, r.pair, r.skill, r.partner, ""] for r in rows])
    try:
        _keep(bench, "kinds", name, text, number_of(entered.get("list", "")), "what the accounts are")
    except Conflict as conflict:
        return _accounts_page(request, study, job_id, entered, {"": str(conflict)}, 409)
    fresh = bench.ask("open", {**job.settings, "layout": "sam", "roles": f"kinds/{name}.csv"}, study=study)
    return RedirectResponse(f"/study/{study}/data/opened/{fresh.id}", 303)


def _accounts_page(
    request: Request, study: str, job_id: str, entered: Mapping[str, str], faults: Mapping[str, str], status: int = 200
) -> Response:
    bench: Workbench = request.app.state.bench
    rows = _account_rows(request, study, job_id, entered, faults)
    there = bench.project.documents.current("kinds", _list_name(request, study, job_id))
    return page(
        request, "account_kinds.html", status=status, study=study, step="data", title=said("What the accounts are"),
        rows=rows, kinds=KINDS, job_id=job_id, list_number=there.number if there else 0, faults=faults,
    )  # fmt: skip


def _list_name(request: Request, study: str, job_id: str) -> str:
    """The list of a matrix is called as its file is."""
    files = job_of(request, study, job_id).settings["files"]
    return Path(str(files[0])).name.partition(".")[0]


def _account_rows(
    request: Request, study: str, job_id: str, entered: Mapping[str, str], faults: Mapping[str, str]
) -> list[AccountRow]:
    bench: Workbench = request.app.state.bench
    proposed = looked_at(bench, job_of(request, study, job_id)).table("accounts")
    there = bench.project.documents.current("kinds", _list_name(request, study, job_id))
    listed = {row["account"]: row for row in csv.DictReader(io.StringIO(there.text))} if there else {}
    rows = []
    for code, name, kind, pair in proposed[["account", "name", "kind", "pair"]].astype(str).to_numpy().tolist():
        own = {"kind": "" if kind == "?" else kind, "pair": pair, "skill": "", "partner": "", **listed.get(code, {})}
        cells = {key: entered.get(f"{key}:{code}", own[key] or "") for key in ("kind", "pair", "skill", "partner")}
        rows.append(AccountRow(code, name, **cells, fault=faults.get(code, "")))
    return rows


def _keep(bench: Workbench, kind: str, name: str, text: str, after: int, why: str) -> Version:
    """Save a list; what was sent stays as a draft where it cannot be saved. Raises ``Conflict``."""
    documents = bench.project.documents
    try:
        return documents.save(kind, name, text, after=after, by=acts(), why=why)
    except GroundplanError:
        documents.keep_draft(kind, name, acts(), text, after=after)
        raise


def _csv(head: list[str] | tuple[str, ...], rows: list[list[str]]) -> str:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(head)
    out.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue()
