"""Branches: sectors that a planner wants to see and steer together."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Entry, keyed


@dataclass(frozen=True)
class Branch(Entry):
    """Sectors under one name; the plan then has their output, capacity, investment and jobs as indicators."""

    name: str = keyed("", "a name for the branch: heavy")
    sectors: list[str] = keyed("", "codes of its sectors")

    def more_faults(self) -> list[GroundplanError]:
        """A branch has sectors."""
        if self.sectors:
            return []
        told = f"branch '{self.name}' has no sectors"
        return [StudyError(told, where=self.line, fix="name at least one: sectors = [...]")]
