"""What differs between household groups: floors, growth in number, weight, aversion and basket."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Entry, keyed


@dataclass(frozen=True)
class Group(Entry):
    """A household group, or all whose names begin with one word, and what is asked for it.

    Later records take precedence over earlier ones, key by key: first ``rural``, then one group of it.
    """

    group: str = keyed("", "the code of a group, or the word that the names of several begin with: rural")
    floor: float | None = keyed("1", "least living standard per head, as a share of the base year's", None, 0, 10)
    growth: float | None = keyed("1 / year", "growth of its number; the population's if left out", None, -0.5, 0.5)
    weight: float | None = keyed("1", "what its living standard counts, against 1 of the others", None, 0, 100)
    aversion: float | None = keyed("1", "concavity of its utility; the plan's if left out", None, 0, 5)
    heads: float | None = keyed("people", "people in the base year, in one unit for all groups", None, 0, 1e15)
    basket: dict[str, float] = keyed("1", "factor on the share of a product in its spending", {}, 0, 100)

    def more_faults(self) -> list[GroundplanError]:
        """A record that asks for nothing is a slip."""
        asked = (self.floor, self.growth, self.weight, self.aversion, self.heads)
        if all(a is None for a in asked) and not self.basket:
            told = f"nothing is asked for the group '{self.group}'"
            return [StudyError(told, where=self.line, fix="give a floor, growth, weight, aversion, heads or basket")]
        return []
