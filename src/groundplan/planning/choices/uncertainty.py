"""What a planner is unsure of: ranges of single figures, and what is drawn anew to see how a plan holds."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Entry, keyed
from groundplan.records.named import PRODUCT, Naming

DRAWN = {
    "inputs": "what a sector needs per unit of output",
    "yields": "what a unit of a sector's capacity brings",
    "productivity": "what a unit of labour brings in a sector",
    "import prices": "foreign exchange per unit of an import",
    "export prices": "foreign exchange per unit of an export",
    "export markets": "how much of an export is bought abroad",
}
SHAPES = ("lognormal", "normal", "triangular")
WISHES = ("targets", "floors", "path")


@dataclass(frozen=True)
class Range(Entry):
    """A figure of the study and how far it may lie from what is taken: what a sensitivity run tries.

    ``name`` is a policy (``discount_rate``), a figure of the economy (``capital_output``), or a number of a record:
    ``targets.cement.value`` is the value of the target named cement, ``targets.2.value`` that of the second one.
    """

    name: str = keyed("", "the name of a policy, of a figure of the economy, or section.record.key")
    low: float = keyed("the figure's", "the least it may be")
    high: float = keyed("the figure's", "the most it may be")
    source: str = keyed("", "where the range comes from", "assumed")

    def more_faults(self) -> list[GroundplanError]:
        """A range has its ends in order."""
        if self.low <= self.high:
            return []
        what = f"the range of {self.name} runs from {self.low:g} down to {self.high:g}"
        return [StudyError(what, where=self.where, fix="give the smaller end as low")]


@dataclass(frozen=True)
class Uncertain(Entry):
    """Figures that are drawn: each is what the plan takes, times a factor whose mean (triangular: mode) is 1.

        lognormal   factor = exp(σz − σ²/2),  σ² = ln(1 + spread²)     cut off at low and high
        normal      factor = 1 + spread·z                              cut off at low and high
        triangular  low, 1, high

    z is standard normal; those of one record have ``correlation`` with each other. A ``yearly`` factor is drawn for
    every year anew (harvests), another once for the whole plan (what was estimated wrongly stays wrong).
    """

    what: str = keyed("", "what is drawn", among=tuple(DRAWN))
    of: list[str] = keyed("", "sectors or products; all of them if left out", [], names=Naming(PRODUCT))
    shape: str = keyed("", "the shape of the factor", "lognormal", among=SHAPES)
    spread: float = keyed("1", "standard deviation of the factor; not of a triangular one", 0.1, 0.0, 2.0)
    low: float = keyed("1", "least factor", 0.2, 0.01, 1.0)
    high: float = keyed("1", "largest factor", 5.0, 1.0, 100.0)
    correlation: float = keyed("1", "correlation of the record's factors with each other", 0.0, 0.0, 1.0)
    yearly: bool = keyed("", "whether every year is drawn anew", False)
    source: str = keyed("", "where the spread comes from", "assumed")


@dataclass(frozen=True)
class Uncertainty(Entry):
    """How many draws a plan is put through, and in what share of them its wishes must hold."""

    draws: int = keyed("", "draws that the robust plan is fitted to", 50, 2, 100_000)
    fresh: int = keyed("", "draws that it is verified on, none of which it was fitted to", 100, 2, 100_000)
    share: float = keyed("1", "share of draws in which each wish must hold", 0.9, 0.0, 1.0)
    wishes: list[str] = keyed("", "what must hold: targets, floors, path", ["targets", "floors"])
    largest: float = keyed("deviations", "largest margin that is tried", 3.0, 0.1, 6.0)
    confidence: float = keyed("1", "confidence of the interval of a share", 0.95, 0.5, 0.999)
    seed: int = keyed("", "random seed of the draws", 0, 0, 2**31 - 1)

    def more_faults(self) -> list[GroundplanError]:
        """Wishes are of the three kinds."""
        lost = [w for w in self.wishes if w not in WISHES]
        fix = f"use {', '.join(WISHES)}"
        return [StudyError(f"'{w}' is no kind of wish", where=self.where, fix=fix) for w in lost]
