"""A research programme: staff for some years, then knowledge that a technique needs."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Entry, known


@dataclass(frozen=True)
class Research(Entry):
    """A research programme. Once done it permits the techniques that occupy its topic."""

    topic: str = known("", "a name for the topic")
    staff: float = known("persons or labour units", "research staff of a whole programme, in each year", low=0)
    years: int = known("years", "length of the programme; it must be given", low=1, high=30)
    skill: str = known("", "the skill of the staff; the highest if left out", "")
    persons_per_unit: float | None = known(
        "persons / unit", "persons in one unit of labour of the skill; None: as the economy counts", None, 1e-9
    )
    cost: float = known("money / year", "what a whole programme buys beside its staff", 0.0, 0)
    product: str = known("", "the product that is bought", "")
    laboratories: float | None = known(
        "programmes", "programmes that laboratories hold when the plan starts; None: they need none", None, 0
    )
    laboratory_cost: float | None = known(
        "money", "capital goods that a laboratory for one programme takes; None: none can be built", None, 0
    )
    laboratory_years: int = known("years", "from spending to a laboratory ready; 2 is assumed, 1 to 5", 2, 1, 20)
    whole: bool = known("", "the programme is done whole and once, or not at all", False)
    loss: float = known("1 / year", "share of the knowledge that is lost in a year", 0.0, 0, 1)

    def more_faults(self) -> list[GroundplanError]:
        """What is bought has a name; laboratories are built only where they are needed."""
        found: list[GroundplanError] = []
        if self.cost > 0 and not self.product:
            found.append(StudyError("a cost of research buys no product", where=self.line, fix="name the product"))
        if self.laboratory_cost is not None and self.laboratories is None:
            fix = "say how many laboratories there are, or 0"
            found.append(StudyError("laboratory_cost is given without laboratories", where=self.line, fix=fix))
        return found
