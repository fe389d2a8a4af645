"""Techniques: another way to make a product of a sector, beside the one that the accounts show."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError, StudyError
from groundplan.planning.choices.naming import name_faults
from groundplan.records.card import Entry, keyed


@dataclass(frozen=True)
class Technique(Entry):
    """A way to make a product that a plan may take up: a recipe of the book, in a sector, with its own plant.

    Quantities (``ceiling``, ``permits``) are in the recipe's unit where a price is known, else money of output.
    """

    name: str = keyed("", "a name for the technique: hydro")
    recipe: str = keyed("", "a recipe of the book")
    sector: str = keyed("", "the sector whose product it gives; left out where only one fits the recipe", "")
    place: str = keyed("", "where it stands; two of one name may stand in two places", "")
    price: float | None = keyed(
        "money / unit", "price of the recipe's unit; left out where the product is physical already", None, 1e-300
    )
    price_source: str = keyed("", "where the price comes from; it must be given with a price", "")
    share: float = keyed("1", "share of the sector's base-year output that it makes", 0.0, 0.0, 1.0)
    quantity: float | None = keyed(
        "unit / year", "what it makes in the base year, in place of share; for a recipe with a price", None, 0
    )
    within: bool = keyed(
        "", "inputs of which the sector used less in the base year are cut to what it used; else that is a fault", False
    )
    ceiling: float | None = keyed(
        "unit / year", "the most that it can ever make in a year: sites, land, reserves", None, 0
    )
    start: int | None = keyed("", "the first year in which its plant may be begun", None)
    diffusion: float = keyed("1 / year", "largest yearly growth of its capacity; 0.3 is assumed", 0.3, 0, 10)
    first: float = keyed(
        "1 / year", "capacity that can be added beyond that growth, as a share of the sector's output", 0.02, 0, 10
    )
    needs_research: list[str] = keyed("", "research topics that must be done first", [])
    permits: float | None = keyed(
        "unit / year", "output that one finished research programme permits; the ceiling if left out", None, 1e-300
    )
    granted: float = keyed("1", "share of its imported plant that partners abroad pay for good", 0.0, 0.0, 1.0)
    standing: float = keyed("m3", "timber that stands when the plan starts, for a recipe that grows", 0.0, 0)
    growing: float = keyed("m3 / year", "what that timber grows in a year", 0.0, 0)
    planting: float | None = keyed("ha / year", "the most that can be planted in a year", None, 0)
    figures: dict[str, float] = keyed("", "figures of the recipe that are known better here, by path", {})
    roles: dict[str, str] = keyed("", "products that play a role of the recipe here, role = code", {})

    @property
    def title(self) -> str:
        """The name with its place: ``hydro@the coast``."""
        return f"{self.name}@{self.place}" if self.place else self.name

    @property
    def words(self) -> str:
        """The name with its place, in words: ``hydro in the coast``."""
        return f"{self.name} in {self.place}" if self.place else self.name

    def more_faults(self) -> list[GroundplanError]:
        """Names that read back; a price has its source; what research permits is bounded."""
        named = {"technique": self.name, "technique's place": self.place}
        found = name_faults(named, where=self.line, optional="technique's place")
        if self.price is not None and not self.price_source:
            told = f"technique '{self.title}' has a price of no source"
            found.append(StudyError(told, where=self.line, fix="say where it comes from: price_source"))
        if self.quantity is not None and self.share > 0:
            told = f"technique '{self.title}' has a share and a quantity in the base year"
            found.append(StudyError(told, where=self.line, fix="give one of them"))
        if self.needs_research and self.permits is None and self.ceiling is None:
            told = f"technique '{self.title}' needs research and does not say how much that permits"
            found.append(StudyError(told, where=self.line, fix="give permits or a ceiling"))
        return found
