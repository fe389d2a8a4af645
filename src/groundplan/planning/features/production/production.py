"""Sectors as activities: making, and building the plant to make with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    CommodityRow,
    ExogenousRow,
    FlowRow,
    GrowthRow,
    Tables,
    gives,
    occupies,
    takes,
)
from groundplan.planning.feature import Feature
from groundplan.recipe_book.roles import members
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

LONG_LIVED = 1.0 / 20.0
CAPITAL_GOODS = "capital goods"


def products(e: Economy) -> Iterator[CommodityRow]:
    """Home, imported and permission commodities of every product."""
    for i in e.sectors:
        name = e.label(i)
        yield CommodityRow(f"home:{i}", unit=e.money, label=name)
        yield CommodityRow(f"import:{i}", unit=e.money, label=f"imported {name}")
        yield CommodityRow(f"replaceable:{i}", unit=e.money, label=f"replaceable imports of {name}")
        yield CommodityRow(f"deepenable:{i}", unit=e.money, label=f"home {name} that imports may replace")


def use_rows(activity: str, home: pd.Series, imported: pd.Series, scale: float) -> Iterator[FlowRow]:
    """Takes of home and imported products per unit of level: two commodities, so neither stands in for the other."""
    for prefix, uses in (("home", home), ("import", imported)):
        for i, value in zip(uses.index.tolist(), uses.to_numpy(dtype=float).tolist(), strict=True):
            if value != 0:
                yield takes(activity, f"{prefix}:{i}", value / scale)


def production(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """make:j and its plant.

        takes A_d[:,j], A_m[:,j] · occupies 1 of capacity:j and l[s,j] / productivity[t] of labour:s · gives 1

    Units: money of the base year / year; labour in the economy's own unit.
    """
    x, people = e.output.to_series(), pd.DataFrame(e.employment.to_pandas())
    home, imported = (pd.DataFrame(use.to_pandas()) for use in (e.domestic_use, e.imported_use))

    def making(j: str) -> Tables:
        make, output, label = f"make:{j}", float(x[j]), f"making {e.label(j)}"
        working = [
            occupies(make, f"labour:{s}", float(n) / output, profile="labour") for s, n in people[j].items() if n > 0
        ]
        return Tables(
            activities=[ActivityRow(make, e.money, label, "production", base=output, cost=policy.idle_cost)],
            flows=[*use_rows(make, home[j], imported[j], output), gives(make, f"home:{j}"), *working],
        )

    sectors = [str(j) for j in x.index[x > 0]]
    return Tables.joined(part for j in sectors for part in (making(j), _plant(e, policy, h, j), _pace(e, policy, h, j)))


def _pace(e: Economy, policy: Policy, h: Horizon, j: str) -> Tables:
    """Output falls no faster than the policy lets it; without plant it grows no faster than one could be absorbed."""
    if h.base_year:
        return Tables()
    most = np.inf if e.figures("capital_stock")[j] > 0 else per_sector(policy.absorption, j)
    return Tables(growth=[GrowthRow(f"make:{j}", up=most, down=per_sector(policy.contraction, j))])


def _plant(e: Economy, policy: Policy, h: Horizon, j: str) -> Tables:
    """capacity:j, which making j occupies: it wears, and cannot grow faster than can be absorbed."""
    if not e.figures("capital_stock")[j] > 0:
        return Tables()
    plant, wear = f"capacity:{j}", e.figures("depreciation")[j]
    standing = e.figures("output")[j] / per_sector(policy.capacity_utilisation, j)
    start = standing if h.base_year else max(_carried(e, policy, j), e.figures("output")[j] * _least(h))
    label = f"capacity of {e.label(j)}"
    return Tables(
        commodities=[CommodityRow(plant, "capacity", f"{e.money} / year", loss=wear, initial=start, label=label)],
        flows=[occupies(f"make:{j}", plant)],
        growth=[] if h.base_year else [GrowthRow(plant, up=per_sector(policy.absorption, j))],
    )


def _carried(e: Economy, policy: Policy, j: str) -> float:
    """Capacity that is left of the base year's at the start of the plan, with that year's investment."""
    standing = e.figures("output")[j] / per_sector(policy.capacity_utilisation, j)
    return standing * (1.0 - e.figures("depreciation")[j]) + invested(e, policy, j)


def _least(h: Horizon) -> float:
    """Capacity at the start over base output at least: what was made in the base year, for as many heads as there are.

    Where base-year investment did not keep up with wear and people, plant stood idle that year; else floors that were
    kept then could not be kept a year later.
    """
    return max(1.0, h.heads(h.years[0]))


def idle_plant_words(e: Economy, policy: Policy, h: Horizon) -> tuple[str, str]:
    """Plant that is taken to have stood idle in the base year, over all plant, and why, in words."""
    sectors = [j for j, stock in e.figures("capital_stock").items() if stock > 0 and e.figures("output")[j] > 0]
    carried = {j: _carried(e, policy, j) for j in sectors}
    more = sum(max(e.figures("output")[j] * _least(h) - carried[j], 0.0) for j in sectors)
    value = f"{more / sum(carried.values()):.2%} of all plant" if more > 0 else "none"
    return value, "as far as base-year investment did not keep up with wear and people; it wears like the rest"


def plant_for_money(e: Economy, policy: Policy, sector: str) -> float:
    """Capacity that a unit of fixed capital holds: x_j / (u_j K_j), output a year per money; 0 without capital."""
    x, stock = e.figures("output")[sector], e.figures("capital_stock")[sector]
    return x / (per_sector(policy.capacity_utilisation, sector) * stock) if stock > 0 else 0.0


def invested(e: Economy, policy: Policy, sector: str) -> float:
    """Capacity that a year of base-year investment adds, money of output / year."""
    return e.figures("investment_by_sector")[sector] * plant_for_money(e, policy, sector)


@dataclass(frozen=True, eq=False)
class CapitalGoods:
    """What one unit of investment buys: the composition of fixed investment, the same for every sector.

        φ_d = Y_d[:,investment] / I,  φ_m = Y_m[:,investment] / I,  I at purchasers' prices (taxes are the rest)

    An estimate: the sources have no matrix of investment by product and investing sector.
    """

    economy: Economy

    @property
    def total(self) -> float:
        """Fixed investment at purchasers' prices, money / year."""
        return _fixed_investment(self.economy)

    def bought(self, part: str) -> pd.Series:
        """φ_d (part ``domestic_final``) or φ_m (``imported_final``), product → share of spending."""
        return _composition(self.economy, part)


@lru_cache(maxsize=8)
def _fixed_investment(e: Economy) -> float:
    names = list(e.finals("investment"))
    goods = e.domestic_final.sel(final=names).sum() + e.imported_final.sel(final=names).sum()
    return float(goods + e.final_taxes.sel(use=names).sum())


@lru_cache(maxsize=16)
def _composition(e: Economy, part: str) -> pd.Series:
    uses = getattr(e, part).sel(final=list(e.finals("investment")))
    series: pd.Series = uses.sum("final").to_series() / _fixed_investment(e)
    return series


def gestation(e: Economy, policy: Policy, sector: str) -> int:
    """Years from spending until all of the plant is usable (``ripening``)."""
    return max(ripening(e, policy, sector))


def ripening(e: Economy, policy: Policy, sector: str) -> dict[int, float]:
    """Years from spending to usable plant → share of it.

    Machines are usable after a year and structures a year later; structures' share is that of construction in the
    table's fixed investment, the same for every sector as its composition is. Where no product of the table is
    construction alone, all is usable after two years where capital lasts 20 years or more, else after one. A gestation
    of the policy holds for all of the plant.
    """
    if policy.gestation is not None:
        return {max(1, round(per_sector(policy.gestation, sector))): 1.0}
    structures = structures_share(e)
    if structures is None:
        return {2 if e.figures("depreciation")[sector] <= LONG_LIVED else 1: 1.0}
    return {years: share for years, share in ((1, 1.0 - structures), (2, structures)) if share > 0}


def ripening_words(e: Economy) -> str:
    """How investment ripens where the policy states no gestation, in words."""
    structures = structures_share(e)
    if structures is None:
        return "2 where capital lasts 20 years or more, else 1: this table has no product that is construction alone"
    return f"machines 1, structures 2: construction is {structures:.0%} of fixed investment, taken alike for all"


@lru_cache(maxsize=8)
def structures_share(e: Economy) -> float | None:
    """Construction's share of fixed investment at purchasers' prices; None where no product is construction."""
    (built, beside), goods = members(e, "construction"), CapitalGoods(e)
    if not built or beside:
        return None
    share = sum(float(goods.bought(part)[built].sum()) for part in ("domestic_final", "imported_final"))
    return min(max(share, 0.0), 1.0)


def investment(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """invest:j buys capital goods and gives plant.

        assemble   takes φ_d, φ_m, gives 1 unit of money of capital goods
        invest:j   takes 1 of capital goods, gives x_j / (u_j K_j) of capacity:j, each part after its ``ripening``

    Capital goods are one commodity because φ is one composition; a sector with plant of its own kind takes products.
    Investment of the base year, and of the years before it while it is under way, is taken to have been the same.
    Units: money of the base year at purchasers' prices / year.
    """
    goods, x = CapitalGoods(e), e.output.to_series()
    bought = (goods.bought("domestic_final"), goods.bought("imported_final"))
    assembling = Tables(
        commodities=[CommodityRow(CAPITAL_GOODS, unit=e.money, label=CAPITAL_GOODS)],
        activities=[ActivityRow("assemble", e.money, "assembling capital goods", "assembly", base=goods.total)],
        flows=[*use_rows("assemble", *bought, 1.0), gives("assemble", CAPITAL_GOODS)],
    )
    seed = 0.01 * goods.total / len(x)
    sectors = [str(j) for j in x.index[(x > 0) & (e.capital_stock.to_series() > 0)]]
    return Tables.joined([assembling, *(_investing(e, policy, h, j, seed) for j in sectors)])


def _investing(e: Economy, policy: Policy, h: Horizon, j: str, seed: float) -> Tables:
    """invest:j; ``seed``: money that investment may grow by where there was little of it."""
    invest, plant, base = f"invest:{j}", f"capacity:{j}", e.figures("investment_by_sector")[j]
    per_money, parts = plant_for_money(e, policy, j), ripening(e, policy, j)
    rows = Tables(
        activities=[ActivityRow(invest, e.money, f"investing in {e.label(j)}", "investment", base=base)],
        flows=[
            takes(invest, CAPITAL_GOODS),
            *(gives(invest, plant, per_money * share, lag=years - 1) for years, share in parts.items()),
        ],
    )
    under_way = {year: sum(s for n, s in parts.items() if n - 1 > k) for k, year in enumerate(h.years)}
    if h.base_year:
        return rows + Tables(bounds=[BoundRow(invest, lower=base, upper=base)])
    return rows + Tables(
        exogenous=[
            ExogenousRow(plant, year, supply=invested(e, policy, j) * share)
            for year, share in under_way.items()
            if share > 0
        ],
        growth=[GrowthRow(invest, up=policy.investment_ramp, allowance=seed)],
    )


FEATURE = Feature(parts=(production, investment))
