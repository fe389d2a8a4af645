"""A reporter's own room: what her unit owes, its form to take along and to send back, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.projects.kept_files import KeptFiles
from groundplan.projects.people.rights import REPORT
from groundplan.web.archives import taken_along
from groundplan.web.follow_room.came_returns import MARKS, answered, became, run_named
from groundplan.web.follow_room.ledger_desk import RECEIVED, LedgerDesk
from groundplan.web.frame import page
from groundplan.web.guarding.access import OWN_FORMS, takes
from groundplan.web.guarding.acting import actor, acts
from groundplan.web.sent_files import RETURNS, SentFiles
from groundplan.web.verb_forms import fault_lines

if TYPE_CHECKING:
    from groundplan.ledgers.ledger_book import LedgerBook

router = APIRouter()
OF_A_UNIT = RETURNS._replace(all=64 * 2**20, files=20)
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@router.get(OWN_FORMS)
@takes(REPORT)
def own_forms(request: Request, run: str = "") -> Response:
    """What the unit owes, its form, and what became of what was sent. Raises ``UnknownName``."""
    return _page(request, run=run)


@router.get("/returns/form/{kind}")
@takes(REPORT)
def own_form(request: Request, kind: str) -> Response:
    """The unit's form for what is owed today. Raises ``UnknownName``."""
    from groundplan.ledgers.return_forms import file_stem, form, form_csv, form_json

    if kind not in KINDS:
        raise UnknownName("kind of form", kind, KINDS)
    desk = LedgerDesk(request.app.state.bench)
    book, day = desk.book(), desk.today()
    data = {"xlsx": form, "csv": form_csv, "json": form_json}[kind](book, _unit(book), day)
    name = f"{file_stem(_unit(book))}-{day}.{kind}"
    return taken_along(data, KINDS[kind], name)


@router.post(OWN_FORMS)
@takes(REPORT)
async def send(request: Request) -> Response:
    """Take filled forms of the unit and have them read; whatever is of another unit is refused when it is read."""
    desk = LedgerDesk(request.app.state.bench)
    return await answered(
        request, desk, OF_A_UNIT, lambda sent, kept: _stored(request, desk, sent, kept),
        lambda fault, status: _page(request, fault, status),
    )  # fmt: skip


def _stored(request: Request, desk: LedgerDesk, sent: SentFiles, kept: KeptFiles) -> Response:
    try:
        day, unit = desk.today(), _unit(desk.book())
        place = kept.keep_together(sent.files, kept.folder / str(day))
        job = desk.ask("receive", f"{RECEIVED}/{place.name}", "", on=str(day), unit=[unit])
    except GroundplanError as fault:
        return _page(request, fault, 422)
    return RedirectResponse(f"{OWN_FORMS}?run={job.id}", 303)


def _unit(book: LedgerBook) -> str:
    """The unit of who asks. Raises ``GroundplanError`` where the ledger has none of that name."""
    person = actor().person
    unit = person.unit if person is not None else ""
    if unit not in book.units:
        what = f"the ledger has no unit '{unit}'"
        raise GroundplanError(what, fix="ask an administrator to put your unit right")
    return unit


def _page(request: Request, fault: GroundplanError | None = None, status: int = 200, run: str = "") -> Response:
    desk = LedgerDesk(request.app.state.bench)
    faults = fault_lines(fault) if fault else []
    owed: Sequence[Any] = ()
    unit: Mapping[str, Any] = {}
    today: date | None = None
    if desk.there:
        book, today = desk.book(), desk.today()
        try:
            unit = book.units[_unit(book)]
            owed = [s for s in book.owed_by(_unit(book), today) if s.reported is None]
        except GroundplanError as lacking:
            faults, status = fault_lines(lacking), 409
    jobs = [j for j in desk.jobs("ledger", action="receive") if j.by == acts()]
    asked = run_named(jobs, run)
    return page(
        request, "people/own_forms.html", status=status, title=said("Your forms"), unit=unit, owed=owed,
        owed_words=said(f"Until {today} your unit owes {len(owed)} figures."),
        there=desk.there, faults=faults, marks=MARKS, limits=OF_A_UNIT, asked=asked, earlier=jobs[:20],
        **became(desk, asked, "receipts", "questions"),
    )  # fmt: skip
