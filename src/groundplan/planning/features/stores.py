"""Stores of products: putting by, keeping and drawing, as rows of data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    CommodityRow,
    ExogenousRow,
    IndicatorRow,
    Tables,
    gives,
    takes,
)
from groundplan.planning.feature import Feature
from groundplan.records.card import Entry, keyed
from groundplan.records.named import PRODUCT, Naming

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

ORIGINS = ("import", "home")
DAYS = 365.0


@dataclass(frozen=True)
class Store(Entry):
    """A store of one product, home-made or imported. It is filled and emptied as the plan sees fit.

    A day of use is a 365th of what the base year used of the product of that origin, exports left out.
    """

    product: str = keyed("", "a product", names=Naming(PRODUCT))
    origin: str = keyed(
        "", "import or home: a store of what is bought abroad, or of what is made here", ORIGINS[0], among=ORIGINS
    )
    loss: float = keyed("1 / year", "share of what is kept that spoils in a year", 0.0, 0.0, 1.0)
    cost: float = keyed(
        "1 / year", "what a unit kept for a year costs, in living standard of the first year", 0.02, 0.0, 10.0
    )
    initial: float = keyed("days of use", "what is in store when the plan starts", 0.0, 0.0, 3650.0)
    ceiling: float = keyed("days of use", "room of the store", 365.0, 0.0, 3650.0)

    @property
    def name(self) -> str:
        """``petr@import``: product and origin."""
        return f"{self.product}@{self.origin}"


def days_of_use(e: Economy, product: str, origin: str) -> float:
    """What the country uses of a product of one origin in a day of the base year, exports left out. Units: money.

    (Σ_j Z[i,j] + Σ_f max(Y[i,f], 0)) / 365,   Z_d, Y_d for home products, Z_m, Y_m for imported ones
    """
    use, final = ("domestic_use", "domestic_final") if origin == "home" else ("imported_use", "imported_final")
    taken = getattr(e, use).sel(product=product).sum() + getattr(e, final).sel(product=product).clip(min=0.0).sum()
    return float(taken) / DAYS


def stores(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """put:i, keep:i and draw:i of every store.

        put:i    takes 1 of import:i or home:i, gives 1 of store:i
        keep:i   takes 1 of store:i, gives 1 − loss of it a year later; its level is what is in store at the year's end
        draw:i   takes 1 of store:i, gives 1 of import:i or home:i

    What is kept costs ``cost`` a year of the goal, and at most ``ceiling`` days of use have room. The first year has
    what was there at its start. ``i`` is ``product@origin``. Units: money of the base year at basic prices.
    Raises ``UnknownName`` and ``StudyError`` for products that there are none of and stores stated twice.
    """
    if h.base_year:
        return Tables()
    _check(e, policy)
    return Tables.joined(_store(e, s, h.years[0]) for s in policy.stores)


def _store(e: Economy, s: Store, first: int) -> Tables:
    """put, keep and draw of one store; ``first``: the year that has what was there."""
    day, kept, product = days_of_use(e, s.product, s.origin), f"store:{s.name}", f"{s.origin}:{s.product}"
    name = ("imported " if s.origin == "import" else "") + e.label(s.product)
    put, keep, draw = (f"{verb}:{s.name}" for verb in ("put", "keep", "draw"))
    money, days = f"{e.money}, end of the year", "days of use, end of the year"
    return Tables(
        commodities=[CommodityRow(kept, unit=e.money, label=f"stores of {name}")],
        activities=[
            ActivityRow(put, e.money, f"putting {name} in store", "store"),
            ActivityRow(keep, e.money, f"keeping {name} in store", "store", base=s.initial * day, cost=s.cost),
            ActivityRow(draw, e.money, f"drawing {name} from store", "store"),
        ],
        flows=[
            takes(put, product),
            gives(put, kept),
            takes(keep, kept),
            gives(keep, kept, 1.0 - s.loss, lag=1),
            takes(draw, kept),
            gives(draw, product),
        ],
        bounds=[BoundRow(keep, upper=s.ceiling * day)],
        exogenous=[ExogenousRow(kept, first, supply=s.initial * day)] if s.initial > 0 else [],
        indicators=[
            IndicatorRow("stores", keep, unit=money),
            IndicatorRow(f"store: {s.name}", keep, unit=money),
            IndicatorRow(f"days in store: {s.name}", keep, coefficient=1.0 / day, unit=days),
        ],
    )


def _check(e: Economy, policy: Policy) -> None:
    faults: list[GroundplanError] = []
    seen: set[str] = set()
    for s in policy.stores:
        where = s.line or f"store of {s.name}"
        if s.product not in e.sectors:
            faults.append(UnknownName("product", s.product, e.sectors, where=where, words=e.labels))
            continue
        if s.name in seen:
            faults.append(StudyError(f"two stores of {s.name}", where=where, fix="state it once"))
        seen.add(s.name)
        there = e.imports if s.origin == "import" else e.output
        if float(there.sel({there.dims[0]: s.product})) <= 0 or days_of_use(e, s.product, s.origin) <= 0:
            what = f"{e.label(s.product)} is not {'imported' if s.origin == 'import' else 'made and used'} here"
            faults.append(StudyError(what, where=where, fix="name another product or origin"))
        if s.initial > s.ceiling:
            what = f"{s.initial:g} days in store {s.name} have no room under {s.ceiling:g}"
            faults.append(StudyError(what, where=where, fix="give a higher ceiling"))
    raise_all(faults)


FEATURE = Feature(parts=(stores,))
