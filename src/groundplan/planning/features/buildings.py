"""Buildings as activities: begun, under way for their gestation, finished, standing and wearing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import Faults, GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    CommodityRow,
    ExogenousRow,
    GrowthRow,
    IndicatorRow,
    Tables,
    gives,
    takes,
)
from groundplan.planning.choices.naming import name_faults
from groundplan.planning.feature import Feature
from groundplan.planning.features.production.production import CAPITAL_GOODS, CapitalGoods, plant_for_money
from groundplan.planning.features.techniques.techniques import closed, goods_rows
from groundplan.recipe_book.book import book
from groundplan.recipe_book.fit import Fitted, fit, parents
from groundplan.records.card import Entry, keyed, per_sector
from groundplan.records.named import SECTOR, Naming

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy


# What may be begun in the first year where little is under way, as a share of the base year's investment.
SHARE = 0.01
# What may be begun in any year whatever was begun before, as a share of what may be in the first.
RESTART = 0.02


@dataclass(frozen=True)
class Building(Entry):
    """Flats, roads, sea walls: built by the unit in a place, after a recipe of the book whose output is a stock."""

    name: str = keyed("", "a name: flats")
    recipe: str = keyed("", "a recipe of the book whose output is a stock")
    price: float = keyed("money / unit", "what a unit costs to build at purchasers' prices", low=1e-300)
    price_source: str = keyed("", "where the price comes from")
    place: str = keyed("", "where it is built; one name may stand in many places", "")
    standing: float = keyed("units", "units that stand when the plan starts", 0.0, 0)
    under_way: float = keyed(
        "units / year", "units begun before the plan that are finished in each of its first years", 0.0, 0
    )
    ceiling: float | None = keyed("units / year", "the most that can be begun in a year", None, 0)
    pace: float | None = keyed(
        "1 / year",
        "largest yearly growth of what is begun; None: that of a capacity (absorption), where no ceiling is stated",
        None, 0, 100,
    )  # fmt: skip
    first: float | None = keyed(
        "units / year", "the most that can be begun in the first year under a pace; None: the pace above what is under "
        "way, or what 1 % of the base year's investment buys, whichever is more", None, 0,
    )  # fmt: skip
    start: int | None = keyed("", "the first year in which building may begin", None)
    serves: str = keyed(
        "", "the sector whose capacity it adds to: real estate for flats; none if left out", "", names=Naming(SECTOR)
    )
    granted: float = keyed("1", "share of its imported goods that partners abroad pay for good", 0.0, 0.0, 1.0)
    figures: dict[str, float] = keyed("", "figures of the recipe that are known better here, by path", {})
    roles: dict[str, str] = keyed(
        "", "products that play a role of the recipe here, role = code", {}, names=Naming(SECTOR, values=True)
    )

    @property
    def title(self) -> str:
        """The name with its place: ``flats@Nairobi``."""
        return f"{self.name}@{self.place}" if self.place else self.name

    def more_faults(self) -> list[GroundplanError]:
        """Names that read back from ``built: flats@Nairobi``."""
        named = {"building": self.name, "building's place": self.place}
        return name_faults(named, where=self.line, optional="building's place")


def buildings(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """build:name@place, what it takes, and what then stands.

        assemble:name  buys what it is built from, home and imported, gives capital goods:name
        build:name     takes price · spending[τ] of them τ years on, gives 1 finished after its gestation
        finish:name    takes 1 finished, gives 1 of standing:name and, if it serves a sector j, price · x_j / (u_j K_j)
                       of capacity:j

    What is begun keeps a pace g from what can be begun in the first year f, so that crews and sites grow as other
    capacity does: b[t] ≤ (1+g)·b[t−1] + max(f − (1+g)·b[0], 2 % of f),  b[t] ≤ f·(1+g)^(t−1); b[0] is what is under
    way a year, and what was begun and finished in the year of the accounts too. Whoever states a ceiling and no pace
    has said how much can be begun.

    ``built: name`` is what is finished in a year, in all places together ``built: <name>``. Units: the recipe's own
    (flats, km); money of the base year at purchasers' prices.
    Raises ``StudyError`` and ``UnknownName``, all at once, with the lines of the study.
    """
    if h.base_year:
        return Tables()
    faults: list[GroundplanError] = []
    fitted: list[tuple[Building, Fitted]] = []
    for n, b in enumerate(policy.buildings):
        faults += _faults(e, b, policy.buildings[:n])
        try:
            plain = book().recipe(b.recipe, where=b.line)
            if plain.output != "stock":
                what = f"recipe '{b.recipe}' makes a product year by year, and builds nothing that stands"
                raise StudyError(what, where=b.line, fix="state it under [[techniques]]")
            recipe = plain.with_figures(b.figures, where=b.line)
            served = b.serves or (parents(recipe, e) or [e.sectors[0]])[0]
            fitted.append((b, fit(recipe, e, sector=served, price=b.price, chosen=b.roles, where=b.line)))
        except GroundplanError as error:
            faults += error.faults if isinstance(error, Faults) else [error]
    raise_all(faults)
    return Tables.joined(part for b, f in fitted for part in (_building(e, policy, h, b, f), _counted(e, b, f)))


def _faults(e: Economy, b: Building, before: list[Building]) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    if b.title in [other.title for other in before]:
        what = f"building '{b.title}' is stated twice"
        faults.append(StudyError(what, where=b.line, fix="give one of them another name or place"))
    if b.serves and b.serves not in e.sectors:
        faults.append(UnknownName("sector", b.serves, e.sectors, where=b.line, words=e.labels))
    elif b.serves and not float(e.capital_stock.sel(sector=b.serves)) > 0:
        what = f"building '{b.title}' serves {e.label(b.serves)}, which the accounts give no plant"
        faults.append(StudyError(what, where=b.line, fix="leave serves out, or name another sector"))
    return faults


def _building(e: Economy, policy: Policy, h: Horizon, b: Building, f: Fitted) -> Tables:
    r, title = f.recipe, b.title
    build, finish, ready, stands = (f"{verb}:{title}" for verb in ("build", "finish", "finished", "standing"))
    label = f"{r.label} in {b.place}" if b.place else r.label
    soon = h.years[: r.gestation - 1] if b.under_way > 0 else ()
    served = [gives(finish, f"capacity:{b.serves}", b.price * plant_for_money(e, policy, b.serves))] if b.serves else []
    return (
        goods_rows(f, title, label, b.granted)
        + Tables(
            commodities=[
                CommodityRow(ready, unit=r.unit, label=f"{label}, finished"),
                CommodityRow(stands, "capacity", r.unit, r.wear, b.standing, label=f"{label}, standing"),
            ],
            activities=[
                ActivityRow(build, r.unit, f"beginning {label}", "building", base=b.under_way),
                ActivityRow(finish, r.unit, f"finishing {label}", "building", base=b.under_way),
            ],
            flows=[
                *(
                    takes(build, f"{CAPITAL_GOODS}:{title}", b.price * part, lag=lag)
                    for lag, part in enumerate(r.profile)
                ),
                gives(build, ready, lag=r.gestation - 1),
                takes(finish, ready),
                gives(finish, stands),
                *served,
            ],
            exogenous=[ExogenousRow(ready, y, supply=b.under_way) for y in soon],
            bounds=[
                *(BoundRow(finish, y, lower=b.under_way) for y in soon),
                *([] if b.ceiling is None else [BoundRow(build, upper=b.ceiling)]),
                *closed(build, b.start, h),
            ],
        )
        + _paced(e, policy, h, b)
    )


def _paced(e: Economy, policy: Policy, h: Horizon, b: Building) -> Tables:
    """How fast building may grow: the building's own pace, or by default that of a capacity."""
    if b.pace is None and b.ceiling is not None:
        return Tables()
    build, pace = f"build:{b.title}", per_sector(policy.absorption, b.serves) if b.pace is None else b.pace
    alike = sum(other.name == b.name for other in policy.buildings)
    usual = max((1.0 + pace) * b.under_way, SHARE * CapitalGoods(e).total / (alike * b.price))
    first = usual if b.first is None else b.first
    opened = max(h.years[0], b.start or h.years[0])
    path = {y: first * (1.0 + pace) ** (y - opened) for y in h.years if y >= opened}
    more = max(first - (1.0 + pace) * b.under_way, RESTART * first)
    return Tables(
        bounds=[BoundRow(build, y, upper=most) for y, most in path.items()],
        growth=[GrowthRow(build, up=pace, allowance=more)],
    )


def _counted(e: Economy, b: Building, f: Fitted) -> Tables:
    """Indicators of one building programme, and of all programmes of its name."""
    money, title, unit = f"{e.money} / year", b.title, f.recipe.unit
    own = [
        row
        for name in dict.fromkeys((title, b.name))
        for row in (
            IndicatorRow(f"begun: {name}", f"build:{title}", unit=f"{unit} / year"),
            IndicatorRow(f"built: {name}", f"finish:{title}", unit=f"{unit} / year"),
            IndicatorRow(f"spending on: {name}", f"assemble:{title}", unit=money),
            IndicatorRow(f"standing: {name}", f"standing:{title}", "stock", unit=f"{unit}, start of the year"),
        )
    ]
    spent = ["investment", *([f"investment: {b.serves}"] if b.serves else [])]
    return Tables(indicators=[*own, *(IndicatorRow(name, f"assemble:{title}", unit=money) for name in spent)])


FEATURE = Feature(parts=(buildings,))
