"""The room *Follow up*: its first page, with the steps, their states and the next one; the steps' own pages."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.web.follow_room import (
    ahead_pages,
    begin_pages,
    believe_pages,
    form_pages,
    happened_pages,
    return_pages,
    seal_pages,
    status_pages,
    target_pages,
)
from groundplan.web.follow_room.follow_steps import follow_steps, next_step, standing
from groundplan.web.follow_room.ledger_desk import LedgerDesk
from groundplan.web.frame import page
from groundplan.web.verb_forms import fault_lines
from groundplan.web.workbench import Workbench

router = APIRouter()
for _part in (
    begin_pages, target_pages, form_pages, return_pages, status_pages, believe_pages, ahead_pages, happened_pages,
    seal_pages,
):  # fmt: skip
    router.include_router(_part.router)


@router.get("/study/{study}/follow")
def first_page(request: Request, study: str) -> Response:
    """The steps of following a plan. Raises ``UnknownName``; a ledger that was changed is said, not hidden."""
    bench: Workbench = request.app.state.bench
    name, desk, faults = bench.study_named(study), LedgerDesk(bench), []
    steps = []
    try:
        steps = follow_steps(standing(desk, name))
    except GroundplanError as fault:
        faults = fault_lines(fault)
    return page(
        request, "follow/steps.html", title=said("Follow up"), study=name, step="follow", steps=steps,
        next=next_step(steps), faults=faults, command=desk.command("status") if desk.there else "",
    )  # fmt: skip
