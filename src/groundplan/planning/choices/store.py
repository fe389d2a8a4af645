"""Stores: what a plan may put by, of which product, and what keeping it costs."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.records.card import Entry, known

ORIGINS = ("import", "home")


@dataclass(frozen=True)
class Store(Entry):
    """A store of one product, home-made or imported. It is filled and emptied as the plan sees fit.

    A day of use is a 365th of what the base year used of the product of that origin, exports left out.
    """

    product: str = known("", "the code of a product")
    origin: str = known("", "import or home: a store of what is bought abroad, or of what is made here", ORIGINS[0],
                        among=ORIGINS)  # fmt: skip
    loss: float = known("1 / year", "share of what is kept that spoils in a year", 0.0, 0.0, 1.0)
    cost: float = known(
        "1 / year", "what a unit kept for a year costs, in living standard of the first year", 0.02, 0.0, 10.0
    )
    initial: float = known("days of use", "what is in store when the plan starts", 0.0, 0.0, 3650.0)
    ceiling: float = known("days of use", "room of the store", 365.0, 0.0, 3650.0)

    @property
    def name(self) -> str:
        """``petr@import``: product and origin."""
        return f"{self.product}@{self.origin}"
