"""What one unit promised of one thing, period by period, and what came of it: a record that every engine here reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from groundplan.errors import GroundplanError, raise_all
from groundplan.solver.programme import Floats


class PastFigure(NamedTuple):
    """A figure of before the plan, or of a version that another took the place of: year, part of it, value."""

    year: int
    part: int
    value: float


@dataclass(frozen=True, eq=False)
class PromisedSeries:
    """A promise of one unit on a day, in order of its periods.

    sheet, unit, indicator, measure   whose promise, of what, in which unit of measure
    periods, year, part [T]           each period's name, its year, and which part of the year it is, from 0
    parts                             parts of a year: 1, 4 or 12
    promised, reported [T]            in ``measure``; NaN where nothing came, which is never 0
    states, due [T]                   the state of each figure in words, and the day by which it is to come
    ended [T]                         whether the period has ended
    level                             a stock or a ratio: the last figure counts and nothing adds up over periods
    most                              a limit: not more than this was promised
    reconciled, error [T]             what the balances make of it, with its standard error; NaN where nothing is made
    verdicts [T]                      what is thought of each report, in the words of auditors; empty where nothing is
    past                              figures of before, for the season and the level
    """

    sheet: str
    unit: str
    indicator: str
    measure: str
    periods: tuple[str, ...]
    year: np.ndarray
    part: np.ndarray
    parts: int
    promised: Floats
    reported: Floats
    states: tuple[str, ...]
    due: tuple[date, ...]
    ended: np.ndarray
    level: bool = False
    most: bool = False
    reconciled: Floats = field(default_factory=lambda: np.zeros(0))
    error: Floats = field(default_factory=lambda: np.zeros(0))
    verdicts: tuple[str, ...] = ()
    past: tuple[PastFigure, ...] = ()

    def __post_init__(self) -> None:
        t = len(self.periods)
        for name in ("reconciled", "error"):
            if not getattr(self, name).size:
                object.__setattr__(self, name, np.full(t, np.nan))
        if not self.verdicts:
            object.__setattr__(self, "verdicts", ("",) * t)
        names = ("year", "part", "promised", "reported", "states", "due", "ended", "reconciled", "error", "verdicts")
        wrong = [n for n in names if len(getattr(self, n)) != t]
        raise_all([GroundplanError(f"{self.sheet}: {n} has not {t} entries", fix="one a period") for n in wrong])
        when = self.year * self.parts + self.part
        if t and (np.diff(when) <= 0).any():
            raise GroundplanError(f"the periods of {self.sheet} are not in order", fix="sort them")

    @cached_property
    def came(self) -> np.ndarray:
        """[T] whether a figure came."""
        return ~np.isnan(self.reported)

    @cached_property
    def silent(self) -> np.ndarray:
        """[T] whether the period has ended and nothing came."""
        return np.asarray(self.ended & ~self.came)

    @cached_property
    def reckoned(self) -> Floats:
        """[T] the figure that is reckoned with: as reconciled where that is, else as reported."""
        return np.where(np.isnan(self.reconciled), self.reported, self.reconciled)

    @cached_property
    def when(self) -> np.ndarray:
        """[T] each period's number, counted in parts of years."""
        return np.asarray(self.year * self.parts + self.part)

    def of_year(self, year: int) -> float:
        """What is promised of a year: the sum of its periods, of a level that of its last one; NaN without any."""
        here = np.flatnonzero(self.year == year)
        if not len(here):
            return float("nan")
        return float(self.promised[here[-1]] if self.level else self.promised[here].sum())

    @property
    def years(self) -> tuple[int, ...]:
        """The years that it is of."""
        return tuple(dict.fromkeys(int(y) for y in self.year))


def by_indicator(series: Sequence[PromisedSeries]) -> Mapping[tuple[str, str], list[PromisedSeries]]:
    """Series by what they are of and its unit of measure, in the order in which they were promised."""
    groups: dict[tuple[str, str], list[PromisedSeries]] = {}
    for s in series:
        groups.setdefault((s.indicator, s.measure), []).append(s)
    return groups
