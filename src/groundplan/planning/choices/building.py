"""Buildings: what is put up for its own sake and stands for years."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError
from groundplan.planning.choices.naming import name_faults
from groundplan.records.card import Entry, known


@dataclass(frozen=True)
class Building(Entry):
    """Flats, roads, sea walls: built by the unit in a place, after a recipe of the book whose output is a stock."""

    name: str = known("", "a name: flats")
    recipe: str = known("", "a recipe of the book whose output is a stock")
    price: float = known("money / unit", "what a unit costs to build at purchasers' prices", low=1e-300)
    price_source: str = known("", "where the price comes from")
    place: str = known("", "where it is built; one name may stand in many places", "")
    standing: float = known("units", "units that stand when the plan starts", 0.0, 0)
    under_way: float = known(
        "units / year", "units begun before the plan that are finished in each of its first years", 0.0, 0
    )
    ceiling: float | None = known("units / year", "the most that can be begun in a year", None, 0)
    start: int | None = known("", "the first year in which building may begin", None)
    serves: str = known("", "the sector whose capacity it adds to: real estate for flats; none if left out", "")
    granted: float = known("1", "share of its imported goods that partners abroad pay for good", 0.0, 0.0, 1.0)
    figures: dict[str, float] = known("", "figures of the recipe that are known better here, by path", {})
    roles: dict[str, str] = known("", "products that play a role of the recipe here, role = code", {})

    @property
    def title(self) -> str:
        """The name with its place: ``flats@Nairobi``."""
        return f"{self.name}@{self.place}" if self.place else self.name

    def more_faults(self) -> list[GroundplanError]:
        """Names that read back from ``built: flats@Nairobi``."""
        named = {"building": self.name, "building's place": self.place}
        return name_faults(named, where=self.line, optional="building's place")
