"""How a year parts into its periods: from past years of the same series where there are any, else as promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from groundplan.following.promised_series import PromisedSeries
from groundplan.solver.programme import Floats

OWN, EVEN = "the plan's own split", "the plan's own split, which is even"
NOT_PARTED = "no parts of a year"
# Parts that differ by less than this share of the largest are even: promises are rounded to their decimals.
ROUNDED = 0.02


@dataclass(frozen=True, eq=False)
class Season:
    """How a year parts: ``whole``, year → shares of its parts [parts] in whole years; ``own``: how it is promised.

    A year is read by the other years' season, never by its own, which would explain all of its noise away.
    """

    whole: Mapping[int, Floats]
    own: str

    def source(self, year: int) -> str:
        """From what the season of a year is, in words."""
        count = len(self.whole) - (year in self.whole)
        return f"{count} other years" if count > 1 else "one other year" if count else self.own

    def shares(self, year: int) -> Floats | None:
        """[parts] the season that a year is held against: the mean of the other whole years; None: as promised."""
        others = [x for y, x in self.whole.items() if y != year]
        return np.mean(others, axis=0) if others else None

    def base(self, s: PromisedSeries) -> Floats:
        """[T] the promise of each period as the season parts it; what a year promises in all stays.

        base_t = Σ promised of the year · share[part_t] / Σ shares of the parts that are promised in the year
        """
        base = s.promised.copy()
        for year in s.years:
            shares, here = self.shares(year), s.year == year
            if shares is not None and shares[s.part[here]].sum() > 0:
                base[here] = s.promised[here].sum() * shares[s.part[here]] / shares[s.part[here]].sum()
        return base

    def before(self, s: PromisedSeries, year: int, part: int) -> float:
        """The base of a part of a year before the plan: its first whole year's promise; NaN where it has none."""
        for first in s.years:
            here = s.year == first
            if s.level or here.sum() == s.parts:
                shares = self.shares(year)
                if shares is not None and not s.level:
                    return float(s.promised[here].sum() * shares[part])
                of_part = s.promised[here][s.part[here] == part]
                return float(of_part[0]) if len(of_part) else float("nan")
        return float("nan")


def season_of(s: PromisedSeries) -> Season:
    """The season of a series.

        share[m] = mean over other whole years of x[y,m] / Σ_m x[y,m]

    Whole years are those of which every part came, before the plan or within it, with a sum above zero. Units: 1.
    """
    if s.level or s.parts == 1:
        return Season({}, NOT_PARTED)
    by_year: dict[int, dict[int, float]] = {}
    for f in s.past:
        by_year.setdefault(f.year, {})[f.part] = f.value
    for year, part, value in zip(s.year, s.part, s.reckoned, strict=True):
        if not np.isnan(value):
            by_year.setdefault(int(year), {})[int(part)] = float(value)
    sums = {y: np.array([x[m] for m in range(s.parts)]) for y, x in by_year.items() if len(x) == s.parts}
    whole = {y: x / x.sum() for y, x in sums.items() if x.sum() > 0 and (x >= 0).all()}
    first = s.promised[s.year == s.years[0]]
    even = float(np.ptp(first)) <= ROUNDED * float(np.abs(first).max(initial=0.0))
    return Season(whole, EVEN if even else OWN)
