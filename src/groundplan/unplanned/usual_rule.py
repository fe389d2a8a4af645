"""The figures of the baseline's rule: how much of a past goes on, and how wide the ranges are."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

# A quarter of the world's median drift of the share of imports in a decade, at most 5 %; by base year.
DRIFT_YEARS, DRIFTS = (2004, 2014, 2019), (0.05, 0.048, 0.015)
DECADE = 10.0


@dataclass(frozen=True)
class UsualRule:
    """How much of each past goes on, and half of the 80 % range of each figure after ten years.

    investment    part of a change of what capital needs that investment follows, an exponent
    sectors       part of other countries' drift of sectors that goes on
    growth_range  of growth, of a country as rich as the richest (1 / year), and what is added for each unit of ln gap
    share_range   of investment's share (1); of import dependency (1); of a sector's value added, in logarithms

    Source: measured here on windows of 2000 to 2009 (docs/explanation/hindcast.md), Penn World Table 10.01, WIOD 2016.
    """

    investment: float = 0.3
    sectors: float = 0.3
    growth_range: tuple[float, float] = (0.015, 0.0075)
    share_range: tuple[float, float, float] = (0.058, 0.021, 0.31)

    def growth_half(self, gap: float) -> float:
        """Half of the range of growth, 1 / year; ``gap``: ln of output per head over the richest's, in [−2.5, 0].

        >>> UsualRule().growth_half(0.0), round(UsualRule().growth_half(-2.0), 4)
        (0.015, 0.03)
        """
        first, slope = self.growth_range
        return first - slope * float(np.clip(gap, -2.5, 0.0))

    def investment_half(self, years: float) -> float:
        """Half of the range of investment's share after ``years``, 1; it widens with the root of time."""
        return self.share_range[0] * sqrt(years / DECADE)

    def imports_half(self, years: float) -> float:
        """Half of the range of import dependency after ``years``, 1."""
        return self.share_range[1] * sqrt(years / DECADE)

    def sector_half(self, years: float) -> float:
        """Half of the range of a sector's value added after ``years``, in logarithms."""
        return self.share_range[2] * sqrt(years / DECADE)


def import_drift(year: int) -> float:
    """How much import dependency is taken to rise in a decade from a base year on, as a share of itself. Units: 1.

    >>> import_drift(2000), round(import_drift(2017), 4), import_drift(2030)
    (0.05, 0.0282, 0.015)
    """
    return float(np.interp(year, DRIFT_YEARS, DRIFTS))
