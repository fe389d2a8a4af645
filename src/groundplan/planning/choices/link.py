"""How two countries trade inside a joint plan."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.records.card import Entry, keyed

CLEARING = ("year", "plan", "free")


@dataclass(frozen=True)
class Link(Entry):
    """Trade between two countries of a joint plan, outside foreign exchange; both directions alike.

    Its figures have no source and are assumptions, with a range: pace 0.01 to 0.05, ceiling 0.1 to 0.5, transport
    0.05 to 0.2. A link without countries is for every pair that has none of its own.
    """

    one: str = keyed("", "a country's code; every country if left out", "")
    other: str = keyed("", "the code of the other country; every country if left out", "")
    pace: float = keyed(
        "1 / year", "yearly rise of shipments, as a share of the receiver's base-year imports", 0.02, 0, 1
    )
    ceiling: float = keyed("1", "most that may be shipped, as the same share", 0.2, 0, 100)
    transport: float = keyed("1", "share of what is shipped that its transport takes", 0.1, 0, 0.9)
    products: list[str] = keyed("", "products; all that one exports and the other imports if left out", [])
    clearing: str = keyed(
        "", "when what both send must balance: every year, over the plan, or free", "plan", among=CLEARING
    )
    pooling: float = keyed(
        "1", "foreign exchange that one may lend the other a year, as a share of its base-year imports", 0.0, 0, 1
    )
