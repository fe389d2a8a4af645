"""Stores of products: putting by, keeping and drawing, as rows of data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.records.card import Entry, keyed

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

ORIGINS = ("import", "home")


@dataclass(frozen=True)
class Store(Entry):
    """A store of one product, home-made or imported. It is filled and emptied as the plan sees fit.

    A day of use is a 365th of what the base year used of the product of that origin, exports left out.
    """

    product: str = keyed("", "the code of a product")
    origin: str = keyed("", "import or home: a store of what is bought abroad, or of what is made here", ORIGINS[0],
                        among=ORIGINS)  # fmt: skip
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


Record = dict[str, object]
DAYS = 365.0


def days_of_use(e: Economy, product: str, origin: str) -> float:
    """What the country uses of a product of one origin in a day of the base year, exports left out. Units: money.

    (Σ_j Z[i,j] + Σ_f max(Y[i,f], 0)) / 365,   Z_d, Y_d for home products, Z_m, Y_m for imported ones
    """
    use, final = ("domestic_use", "domestic_final") if origin == "home" else ("imported_use", "imported_final")
    taken = getattr(e, use).sel(product=product).sum() + getattr(e, final).sel(product=product).clip(min=0.0).sum()
    return float(taken) / DAYS


def stores(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """put:i, keep:i and draw:i of every store.

        put:i    takes 1 of import:i or home:i, gives 1 of store:i
        keep:i   takes 1 of store:i, gives 1 − loss of it a year later; its level is what is in store at the year's end
        draw:i   takes 1 of store:i, gives 1 of import:i or home:i

    What is kept costs ``cost`` a year of the goal, and at most ``ceiling`` days of use have room. The first year has
    what was there at its start. ``i`` is ``product@origin``. Units: money of the base year at basic prices.
    Raises ``UnknownName`` and ``StudyError`` for products that there are none of and stores stated twice.
    """
    out: dict[str, list[Record]] = {
        t: [] for t in ("commodities", "activities", "flows", "bounds", "exogenous", "indicators")
    }
    if h.base_year:
        return {}
    _check(e, policy)
    for s in policy.stores:
        day, kept, product = days_of_use(e, s.product, s.origin), f"store:{s.name}", f"{s.origin}:{s.product}"
        name = ("imported " if s.origin == "import" else "") + e.label(s.product)
        put, keep, draw = (f"{verb}:{s.name}" for verb in ("put", "keep", "draw"))
        out["commodities"].append({"commodity": kept, "unit": e.money, "label": f"stores of {name}"})
        out["activities"] += [
            {"activity": put, "unit": e.money, "label": f"putting {name} in store", "group": "store"},
            {"activity": keep, "unit": e.money, "label": f"keeping {name} in store", "group": "store",
             "base": s.initial * day, "cost": s.cost},
            {"activity": draw, "unit": e.money, "label": f"drawing {name} from store", "group": "store"},
        ]  # fmt: skip
        out["flows"] += [
            _flow(put, product, "take"),
            _flow(put, kept, "give"),
            _flow(keep, kept, "take"),
            {**_flow(keep, kept, "give", 1.0 - s.loss), "lag": 1},
            _flow(draw, kept, "take"),
            _flow(draw, product, "give"),
        ]
        out["bounds"].append({"activity": keep, "upper": s.ceiling * day})
        if s.initial > 0:
            out["exogenous"].append({"commodity": kept, "year": h.years[0], "supply": s.initial * day})
        out["indicators"] += _indicators(e, s, keep, day)
    return out


def _flow(activity: str, commodity: str, role: str, coefficient: float = 1.0) -> Record:
    return {"activity": activity, "commodity": commodity, "role": role, "coefficient": coefficient}


def _indicators(e: Economy, s: Store, keep: str, day: float) -> list[Record]:
    """What is in store at the end of a year, in money and in days of base-year use."""
    money, days = f"{e.money}, end of the year", "days of use, end of the year"
    return [
        {"indicator": "stores", "on": keep, "unit": money},
        {"indicator": f"store: {s.name}", "on": keep, "unit": money},
        {"indicator": f"days in store: {s.name}", "on": keep, "coefficient": 1.0 / day, "unit": days},
    ]


def _check(e: Economy, policy: Policy) -> None:
    faults: list[GroundplanError] = []
    seen: set[str] = set()
    for s in policy.stores:
        where = s.line or f"store of {s.name}"
        if s.product not in e.sectors:
            faults.append(UnknownName("product", s.product, e.sectors, where=where))
            continue
        if s.name in seen:
            faults.append(StudyError(f"two stores of {s.name}", where=where, fix="state it once"))
        seen.add(s.name)
        there = e.imports if s.origin == "import" else e.output
        if float(there.sel({there.dims[0]: s.product})) <= 0 or days_of_use(e, s.product, s.origin) <= 0:
            told = f"{e.label(s.product)} is not {'imported' if s.origin == 'import' else 'made and used'} here"
            faults.append(StudyError(told, where=where, fix="name another product or origin"))
        if s.initial > s.ceiling:
            told = f"{s.initial:g} days in store {s.name} have no room under {s.ceiling:g}"
            faults.append(StudyError(told, where=where, fix="give a higher ceiling"))
    raise_all(faults)
