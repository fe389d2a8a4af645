"""How a year parts into its periods: from past years of the same series where there are any, else as promised."""

from __future__ import annotations

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
    """Shares of a year's parts [parts], summing to 1, where past years say them (None: as promised); from what."""

    shares: Floats | None
    source: str

    def base(self, s: PromisedSeries) -> Floats:
        """[T] the promise of each period as the season parts it; what a year promises in all stays.

        base_t = Σ promised of the year · share[part_t] / Σ shares of the parts that are promised in the year
        """
        if self.shares is None:
            return s.promised
        base = np.empty(len(s.promised))
        for year in s.years:
            here = s.year == year
            share = self.shares[s.part[here]]
            base[here] = s.promised[here].sum() * share / share.sum() if share.sum() > 0 else s.promised[here]
        return base

    def before(self, s: PromisedSeries, part: int) -> float:
        """The base of a part of a year before the plan: as in its first whole year; NaN where it has none."""
        base = self.base(s)
        for year in s.years:
            here = s.year == year
            if s.level or here.sum() == s.parts:
                of_part = base[here][s.part[here] == part]
                return float(of_part[0]) if len(of_part) else float("nan")
        return float("nan")


def season_of(s: PromisedSeries) -> Season:
    """The season of a series.

        share[m] = mean over whole past years of x[y,m] / Σ_m x[y,m]

    Whole years are those of which every part came, before the plan or within it, with a sum above zero. Units: 1.
    """
    if s.level or s.parts == 1:
        return Season(None, NOT_PARTED)
    by_year: dict[int, dict[int, float]] = {}
    for f in s.past:
        by_year.setdefault(f.year, {})[f.part] = f.value
    for year, part, value in zip(s.year, s.part, s.known, strict=True):
        if not np.isnan(value):
            by_year.setdefault(int(year), {})[int(part)] = float(value)
    whole = [np.array([y[m] for m in range(s.parts)]) for y in by_year.values() if len(y) == s.parts]
    whole = [x for x in whole if x.sum() > 0 and (x >= 0).all()]
    if whole:
        shares = np.mean([x / x.sum() for x in whole], axis=0)
        return Season(shares, f"{len(whole)} past years" if len(whole) > 1 else "one past year")
    first = s.promised[s.year == s.years[0]]
    even = float(np.ptp(first)) <= ROUNDED * float(np.abs(first).max(initial=0.0))
    return Season(None, EVEN if even else OWN)
