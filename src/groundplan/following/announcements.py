"""What was announced: kept, broken, not yet due or not measurable, by what stood on its day and what stands now."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from groundplan.solver.programme import Floats

KEPT, BROKEN, NOT_YET_DUE, NOT_MEASURABLE = "kept", "broken", "not yet due", "not measurable"
ANNOUNCED = (KEPT, BROKEN, NOT_YET_DUE, NOT_MEASURABLE)


class Announced(NamedTuple):
    """An announcement with the figures of its sheet until its day.

    promised, then, now [n]  by period: promised, standing on the day when it was judged first, standing now; NaN where
                             nothing came
    judged                   the day by which its last figure was due; None without a sheet
    level, most              as of ``PromisedSeries``
    """

    claim: str
    who: str
    words: str
    said: date
    by_day: date | None
    sheet: str
    promised: Floats
    then: Floats
    now: Floats
    judged: date | None
    level: bool = False
    most: bool = False


class AnnouncementState(NamedTuple):
    """What became of an announcement: its state on a day, and on the day on which it was judged first, and why."""

    claim: str
    who: str
    words: str
    said: str
    by_day: str
    state: str
    on_its_day: str
    promised: float
    reported: float
    why: str


def announcement_state(a: Announced, on: date) -> AnnouncementState:
    """The state of an announcement on a day.

        kept    Σ reported ≥ Σ promised of the periods until its day (of a level: the last; of a limit: ≤)
        broken  all its figures came and do not reach it
        not yet due  before the last of its figures is due, unless it is reached already
        not measurable  no sheet says what is counted, or figures did not come that it hangs on

    What did not come is no zero: it breaks no promise and keeps none. Units: those of its sheet.
    """
    about = (a.claim, a.who, a.words, str(a.said), str(a.by_day or ""))
    if a.judged is None or not len(a.promised):
        what = "no sheet says what is counted" if a.judged is None else "its sheet has no period until its day"
        return AnnouncementState(*about, NOT_MEASURABLE, NOT_MEASURABLE, math.nan, math.nan, what)
    state, why = _state(a, a.now, on)
    then = _state(a, a.then, a.judged + timedelta(days=1))[0] if on > a.judged else ""
    last = a.level and len(a.promised)
    wanted = float(a.promised[-1] if last else a.promised.sum())
    came = a.now[~_missing(a.now)]
    reported = float(a.now[-1] if last else came.sum()) if len(came) else math.nan
    return AnnouncementState(*about, state, then, wanted, reported, why)


def _missing(figures: Floats) -> np.ndarray:
    return np.isnan(figures)


def _state(a: Announced, figures: Floats, on: date) -> tuple[str, str]:
    used = slice(-1, None) if a.level else slice(None)
    promised, there = float(a.promised[used].sum()), figures[used]
    missing = int(_missing(there).sum())
    so_far = float(there[~_missing(there)].sum())
    assert a.judged is not None
    if missing == 0:
        reached = so_far <= promised if a.most else so_far >= promised
        return (KEPT if reached else BROKEN), "all its figures came"
    if not a.most and missing < len(there) and so_far >= promised > 0:
        return KEPT, "it is reached already"
    if a.most and missing < len(there) and so_far > promised and promised >= 0:
        return BROKEN, "it is passed already"
    if on <= a.judged:
        return NOT_YET_DUE, f"its last figure is due by {a.judged}"
    return NOT_MEASURABLE, f"{missing} of its figures did not come"


def counted(states: Sequence[AnnouncementState]) -> dict[str, int]:
    """How many announcements are in each state, all four of them."""
    return {word: sum(s.state == word for s in states) for word in ANNOUNCED}
