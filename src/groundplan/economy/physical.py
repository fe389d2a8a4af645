"""What a product is in its own unit: tonnes, gigawatt-hours, heads, flats."""

from __future__ import annotations

from dataclasses import dataclass

BASES = ("source", "assumed")
RANGED = ("", "quantity", "price", "share")


@dataclass(frozen=True)
class Physical:
    """A product in its own unit, at one price for all users.

        quantity = x / price,   x the product's home output in the base year

    ``unit``: "t", "GWh", "m2", "heads", "flats". ``quantity``: units / year. ``price``: the economy's money per unit at
    basic prices. ``source``: where the figures come from; ``basis``: "source" or "assumed". ``low`` and ``high``: the
    range of the figure that ``range_of`` names (quantity, price or share of the sector); None where nothing is
    assumed. ``sector``: the sector of the accounts that the product was carved out of, its own code where it is the
    whole sector.
    """

    unit: str
    quantity: float
    price: float
    source: str
    basis: str = "source"
    low: float | None = None
    high: float | None = None
    range_of: str = ""
    sector: str = ""
