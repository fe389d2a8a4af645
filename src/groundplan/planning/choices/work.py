"""Projects: whole or not at all, in a window of years, with a cost over years and effects after."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Entry, known

EFFECTS = ("give", "take", "occupy")


@dataclass(frozen=True)
class Effect(Entry):
    """What a project gives, takes or occupies from some year of its life on."""

    commodity: str = known("", "a commodity of the plan: home:<code>, capacity:<code>, labour:<skill>, a stock")
    amount: float = known("the commodity's, a year", "how much, for the project at size 1", low=0.0)
    role: str = known("", "what is done with it", "give", among=EFFECTS)
    starts: int = known("years", "years from the start of building to the effect", 0, 0, 100)
    lasts: int = known("years", "how many years it goes on; once for a stock or a capacity", 1, 1, 200)


@dataclass(frozen=True)
class Work(Entry):
    """A project: built whole or not at all, once at most.

    ``spending`` is bought in the proportions of ``bought`` in the years from the start. A size s costs s^``exponent``
    times as much and has s times the effects; one size at most is built.
    """

    name: str = known("", "the project's name")
    spending: list[float] = known("money of the plan", "what is spent in each year from the start")
    bought: dict[str, float] = known("1", "shares of commodities in the spending", {"capital goods": 1.0})
    effects: list[Effect] = known("", "what it gives, takes and occupies", [])
    earliest: int | None = known("", "the first year in which it may start", None)
    latest: int | None = known("", "the last year in which it may start", None)
    after: list[str] = known("", "projects that must have started before it", [])
    wait: int = known("years", "least years between the start of those and its own", 0, 0, 100)
    one_of: str = known("", "a name that rival projects share: one of them at most is built", "")
    sizes: list[float] = known("1", "sizes that it can have, one to be chosen", [1.0])
    exponent: float = known("1", "how cost grows with size", 1.0, 0.0, 3.0)
    must: bool = known("", "whether it must be built", False)
    label: str = known("", "words for the report", "")

    def more_faults(self) -> list[GroundplanError]:
        """Spending, shares and sizes that make no project, and a window without years."""
        checks = [
            (not self.spending or min(self.spending) < 0, f"spending is {list(self.spending)}", "give money by year"),
            (any(share < 0 for share in self.bought.values()) or not self.bought, f"bought is {dict(self.bought)}",
             "give shares that add up to 1"),
            (abs(sum(self.bought.values()) - 1.0) > 1e-6, f"shares bought add up to {sum(self.bought.values()):g}",
             "let them add up to 1"),
            (not self.sizes or min(self.sizes) <= 0 or len(set(self.sizes)) < len(self.sizes),
             f"sizes are {list(self.sizes)}", "give each size once, above 0"),
            (self.earliest is not None and self.latest is not None and self.earliest > self.latest,
             f"the window is {self.earliest} to {self.latest}", "let it end after it begins"),
            (self.name in self.after, "it comes after itself", "name other projects"),
        ]  # fmt: skip
        named = f"project '{self.name}': "
        return [StudyError(named + told, where=self.line, fix=fix) for wrong, told, fix in checks if wrong]
