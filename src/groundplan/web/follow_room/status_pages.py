"""Who is late: the state of every promise on a day, as a calendar and as a table to look through."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
from fastapi import APIRouter, Request
from fastapi.responses import Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.ledgers.ledger_book import STATES
from groundplan.results.html.markup import prepared
from groundplan.results.spoken_views import spoken_views
from groundplan.web.follow_room.follow_frame import follow_page, room_of

router = APIRouter()
COLUMNS = ("unit", "indicator", "period", "due", "state", "days_late", "target", "reported", "measure", "asked")
NUMBERS = ("days_late", "target", "reported")
PAGE = 200
VIEWS = ("states", "calendar")
MARKS = {"reported": "good", "corrected": "good", "due": "warn", "late": "bad", "not reported": "bad"}


class StatusWish(NamedTuple):
    """What of the promises is looked at: the day, one state, one unit, the column they are ordered by, which page."""

    on: str = ""
    state: str = ""
    unit: str = ""
    by: str = "due"
    turned: bool = False
    part: int = 1


@router.get("/study/{study}/follow/status")
def status_page(
    request: Request, study: str, on: str = "", state: str = "", unit: str = "", by: str = "due", turned: bool = False,
    part: int = 1,
) -> Response:  # fmt: skip
    """The state of every promise on a day. Raises ``UnknownName``; a day that is none is said at the form."""
    room = room_of(request, study)
    wish = StatusWish(on, state, unit, by if by in COLUMNS else "due", turned, max(part, 1))
    given: dict[str, Any] = {
        "wish": wish, "columns": COLUMNS, "states": STATES, "marks": MARKS, "rows": [], "views": [], "units": [],
        "many": 0, "parts_of": 1, "headline": (), "day": on, "fault": "", "here_step": "receive",
        "title": said("Who is late"), "command": room.desk.command("status", on=on),
    }  # fmt: skip
    try:
        done = room.desk.did("status", on=on) if room.desk.there else None
    except GroundplanError as fault:
        return follow_page(request, room, "status.html", status=422, **{**given, "fault": str(fault)})
    if done is None:
        return follow_page(request, room, "status.html", **given)
    rows, views = ordered(done.table("promises"), wish), {v.name: v for v in spoken_views(done)}
    first = PAGE * (wish.part - 1)
    shown = {
        "many": len(rows), "day": done.provenance["day"], "rows": rows[first : first + PAGE].to_dict("records"),
        "parts_of": max(-(-len(rows) // PAGE), 1), "units": sorted(set(done.table("promises")["unit"])),
        "headline": next(iter(views.values())).parts,
        "views": [{"name": n, "title": views[n].title, "parts": prepared(views[n].parts)} for n in VIEWS if n in views],
    }  # fmt: skip
    return follow_page(request, room, "status.html", **{**given, **shown})


def ordered(promises: pd.DataFrame, wish: StatusWish) -> pd.DataFrame:
    """The promises that are looked at, in the order that is wished; what has no figure stands last."""
    rows = promises[(promises["state"] == wish.state) | (wish.state == "")]
    rows = rows[(rows["unit"] == wish.unit) | (wish.unit == "")]
    by = rows[wish.by]
    if wish.by in NUMBERS:
        by = by.where(by != "").astype(float)
    return rows.loc[by.sort_values(ascending=not wish.turned, kind="stable", na_position="last").index]
