"""One uncertain field of one event: its shape, and its value for a standard normal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Card, fields_of, keyed

HAPPENS = "happens"
NEEDED = {
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("mean", "deviation"),
    "lognormal": ("median", "spread"),
    "choice": ("values",),
    "chance": ("probability",),
}
MAY = {"normal": ("low", "high"), "lognormal": ("low", "high"), "choice": ("weights",)}


@dataclass(frozen=True, kw_only=True)
class Draw(Card):
    """One uncertain field of one event of the scenario.

        uniform      low, high
        triangular   low, mode, high
        normal       mean, deviation                        cut off at low and high, or at the field's own range
        lognormal    median, spread (deviation of the log)  cut off likewise
        choice       values, weights (equal where left out)
        chance       probability; field = "happens": whether there is such an event at all

    The value is F⁻¹(Φ(z)), z standard normal; draws of one ``group`` share a part of z (``Distribution``).
    Days are rounded to whole days. Units: those of the field.
    """

    event: str = keyed("", "the name of an event of the scenario")
    field: str = keyed("", "the field of the event that is uncertain, or happens")
    shape: str = keyed("", "the shape of the draw", among=tuple(NEEDED))
    low: float | None = keyed("the field's", "the least value", None)
    mode: float | None = keyed("the field's", "triangular: the likeliest value", None)
    high: float | None = keyed("the field's", "the largest value", None)
    mean: float | None = keyed("the field's", "normal: the mean", None)
    deviation: float | None = keyed("the field's", "normal: the standard deviation", None)
    median: float | None = keyed("the field's", "lognormal: the median", None)
    spread: float | None = keyed("1", "lognormal: the standard deviation of the logarithm", None)
    values: tuple[Any, ...] | None = keyed("the field's", "choice: the values", None)
    weights: tuple[float, ...] | None = keyed("1", "choice: a weight for each value", None)
    probability: float | None = keyed("1", "chance: the probability that there is such an event", None)
    group: str = keyed("", "the group that it moves together with", "")

    @property
    def where(self) -> str:
        """The draw in words."""
        return f"draw of {self.field} of '{self.event}'"

    def value(self, z: float, low: float, high: float) -> Any:
        """The field's value at the standard normal ``z``; [low, high] is the field's own range."""
        u = float(ndtr(z))
        if self.shape == "chance":
            return u < self._of("probability")
        if self.shape == "choice":
            values = self.values or ()
            edges = np.cumsum(self.weights or np.ones(len(values)))
            return values[min(int(np.searchsorted(edges, u * edges[-1], side="right")), len(values) - 1)]
        low = low if self.low is None else self.low
        high = high if self.high is None else self.high
        return float(np.clip(getattr(self, f"_{self.shape}")(u, low, high), low, high))

    def _of(self, name: str) -> float:
        return float(getattr(self, name))

    def _uniform(self, u: float, low: float, high: float) -> float:
        return low + u * (high - low)

    def _triangular(self, u: float, low: float, high: float) -> float:
        mode, width = self._of("mode"), high - low
        if u * width <= mode - low:
            return low + math.sqrt(u * width * (mode - low))
        return high - math.sqrt((1.0 - u) * width * (high - mode))

    def _normal(self, u: float, low: float, high: float) -> float:
        mean, deviation = self._of("mean"), self._of("deviation")
        return mean + deviation * _between(u, (low - mean) / deviation, (high - mean) / deviation)

    def _lognormal(self, u: float, low: float, high: float) -> float:
        middle, spread = math.log(self._of("median")), self._of("spread")
        ends = [-math.inf if x <= 0 else (math.log(x) - middle) / spread for x in (low, high)]
        return math.exp(middle + spread * _between(u, *ends))

    def more_faults(self) -> list[GroundplanError]:
        """What is wrong with the draw's shape and numbers; its event and field are the distribution's to check."""
        needed, may = NEEDED[self.shape], MAY.get(self.shape, ())
        given = [f.name for f in fields_of(Draw) if f.name not in ("event", "field", "shape", "group")]
        given = [n for n in given if getattr(self, n) is not None]
        faults: list[GroundplanError] = [
            StudyError(f"{self.shape} lacks {n}", where=self.where, fix=f"give {', '.join(needed)}")
            for n in needed
            if n not in given
        ]
        faults += [
            StudyError(f"{self.shape} has no {n}", where=self.where, fix=f"give {', '.join((*needed, *may))}")
            for n in given
            if n not in needed and n not in may
        ]
        return faults or [StudyError(what, where=self.where) for what in self._disorder()]

    def _disorder(self) -> list[str]:
        """Numbers that are numbers and make no sense together, in words."""
        sentences = []
        inside = [x for x in (self.low, self.mode, self.high) if x is not None]
        if inside != sorted(inside):
            sentences.append("low, mode and high do not rise")
        sentences += [
            f"{n} is {getattr(self, n):g}, not above 0"
            for n in ("deviation", "median", "spread")
            if getattr(self, n) is not None and getattr(self, n) <= 0
        ]
        if self.probability is not None and not 0 <= self.probability <= 1:
            sentences.append(f"probability is {self.probability:g}, not a share")
        if (self.field == HAPPENS) != (self.shape == "chance"):
            sentences.append(f"{HAPPENS} goes with chance, and nothing else does")
        if self.values is not None and not self.values:
            sentences.append("there are no values to choose from")
        if self.values and self.weights is not None:
            right = len(self.weights) == len(self.values) and all(w >= 0 for w in self.weights)
            if not right or sum(self.weights) <= 0:
                sentences.append("weights are not one number from 0 for each value")
        return sentences


def _between(u: float, low: float, high: float) -> float:
    """The standard normal's quantile at u, cut off at [low, high]."""
    below, above = float(ndtr(low)), float(ndtr(high))
    return float(np.clip(ndtri(below + u * (above - below)), low, high))
