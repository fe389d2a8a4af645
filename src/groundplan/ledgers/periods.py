"""Periods of a plan: years, quarters and months, with their days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from groundplan.errors import GroundplanError

YEAR, QUARTER, MONTH = "year", "quarter", "month"
PARTS = {YEAR: 1, QUARTER: 4, MONTH: 12}
FORM = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """A year, a quarter or a month: its first day and the day after its last one.

    >>> period("2026-Q1").last, period("2026-02").text, period("2026").of_year
    (datetime.date(2026, 3, 31), '2026-02', 0)
    """

    first: date
    after: date
    text: str
    every: str
    of_year: int

    @property
    def year(self) -> int:
        """The year that it lies in."""
        return self.first.year

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)


@cache
def period(text: str) -> Period:
    """The period that ``2026``, ``2026-Q1`` or ``2026-01`` names. Raises ``GroundplanError`` for any other text."""
    match = FORM.fullmatch(text)
    year = int(match[1]) if match else 0
    if match is None or not 1 <= year < 9999:
        raise GroundplanError(f"{text[:40]!r} is no period", fix="write 2026, 2026-Q1 or 2026-01")
    every = QUARTER if match[2] else MONTH if match[3] else YEAR
    at = int(match[2] or match[3] or 1) - 1
    months = 12 // PARTS[every]
    end = at * months + months
    first = date(year, at * months + 1, 1)
    return Period(first, date(year + end // 12, end % 12 + 1, 1), text, every, at)


def parts(year: int, every: str) -> list[Period]:
    """The periods of a year, in order."""
    words = {YEAR: "{}", QUARTER: "{}-Q{}", MONTH: "{}-{:02d}"}[every]
    return [period(words.format(year, n)) for n in range(1, PARTS[every] + 1)]
