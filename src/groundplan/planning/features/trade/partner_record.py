"""Whom imports come from: partners, their prices and ceilings, and how much may hang on one of them."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError
from groundplan.planning.choices.naming import name_faults
from groundplan.records.card import Entry, keyed

ALL = "all"


@dataclass(frozen=True)
class Partner(Entry):
    """A country, or a firm, that a product is bought from.

    A record for one product counts before one for ``all`` products. What the partners of a product do not sell in
    the base year, ``rest`` sells, at the average price and without a ceiling.
    """

    name: str = keyed("", "the partner's name")
    product: str = keyed("", "a product, or all", ALL)
    share: float | None = keyed(
        "1", "share of the base-year bill of the product's imports; None: from the accounts", None, 0.0, 1.0
    )
    price: float = keyed("1", "price relative to the other partners' of the product", 1.0, 0.01, 100.0)
    ceiling: float | None = keyed(
        "1", "most that it sells, as a share of the product's base-year imports; None: no ceiling", None, 0.0, 1000.0
    )
    ceiling_money: float | None = keyed(
        "money / year", "most that is paid to it, for all products of the record together; None: no ceiling", None, 0.0
    )
    ceiling_growth: float = keyed("1 / year", "growth of both ceilings from the year of the accounts", 0.0, -1.0, 5.0)
    embargo_from: int | None = keyed("", "the first year in which it sells nothing; None: it always sells", None)

    def more_faults(self) -> list[GroundplanError]:
        """Names that would not read back from ``buy:<product>@<name>``."""
        return name_faults({"partner": self.name}, where=self.line)


@dataclass(frozen=True)
class Diversification(Entry):
    """How much of a product's imports may come from one partner.

        level[buy:i@p, t]  ≤  largest · Σ_q level[buy:i@q, t]

    ``rest`` is many countries and is not held to it.
    """

    largest: float = keyed("1", "largest share of one partner in the product's imports", low=0.0, high=1.0)
    products: list[str] = keyed("", "products; all that are split by partner if left out", [])
    from_year: int | None = keyed("", "the first year that it holds in; the plan's first if left out", None)
    partner: str = keyed("", "the one partner that it holds for; every partner if left out", "")
