"""Sectors as activities: making, and building the plant to make with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

Record = dict[str, object]
LONG_LIVED = 1.0 / 20.0
CAPITAL_GOODS = "capital goods"


def products(e: Economy) -> Iterator[Record]:
    """Home, imported and permission commodities of every product."""
    for i in e.sectors:
        name = e.label(i)
        yield {"commodity": f"home:{i}", "unit": e.money, "label": name}
        yield {"commodity": f"import:{i}", "unit": e.money, "label": f"imported {name}"}
        yield {"commodity": f"replaceable:{i}", "unit": e.money, "label": f"replaceable imports of {name}"}
        yield {"commodity": f"deepenable:{i}", "unit": e.money, "label": f"home {name} that imports may replace"}


def use_rows(activity: str, home: pd.Series, imported: pd.Series, scale: float) -> Iterator[Record]:
    """Takes of home and imported products per unit of level: two commodities, so neither stands in for the other."""
    for prefix, uses in (("home", home), ("import", imported)):
        for i, value in zip(uses.index.tolist(), uses.to_numpy(dtype=float).tolist(), strict=True):
            if value != 0:
                yield {"activity": activity, "commodity": f"{prefix}:{i}", "coefficient": value / scale}


def production(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """make:j and its plant.

        takes A_d[:,j], A_m[:,j] · occupies 1 of capacity:j and l[s,j] / productivity[t] of labour:s · gives 1

    Units: money of the base year / year; labour in the economy's own unit.
    """
    x, labour = e.output.to_series(), pd.DataFrame(e.employment.to_pandas())
    home, imported = (pd.DataFrame(use.to_pandas()) for use in (e.domestic_use, e.imported_use))
    out: dict[str, list[Record]] = {"commodities": [], "activities": [], "flows": [], "growth": []}
    for j in x.index[x > 0]:
        make, name = f"make:{j}", e.label(j)
        out["activities"].append(
            {"activity": make, "unit": e.money, "label": f"making {name}", "group": "production", "base": float(x[j]),
             "cost": policy.idle_cost}
        )  # fmt: skip
        out["flows"] += use_rows(make, home[j], imported[j], float(x[j]))
        out["flows"].append({"activity": make, "commodity": f"home:{j}", "role": "give", "coefficient": 1.0})
        out["flows"] += [
            {"activity": make, "commodity": f"labour:{s}", "role": "occupy", "coefficient": float(n) / float(x[j]),
             "profile": "labour"}
            for s, n in labour[j].items() if n > 0
        ]  # fmt: skip
        pace = {"on": make, "down": per_sector(policy.contraction, j)}
        if e.figures("capital_stock")[j] > 0:
            _plant(out, e, policy, h, j)
        else:
            pace["up"] = per_sector(policy.absorption, j)
        if not h.base_year:
            out["growth"].append(pace)
    return out


def _plant(out: dict[str, list[Record]], e: Economy, policy: Policy, h: Horizon, j: str) -> None:
    """capacity:j, which making j occupies: it wears, and cannot grow faster than can be absorbed."""
    plant, wear = f"capacity:{j}", e.figures("depreciation")[j]
    standing = e.figures("output")[j] / per_sector(policy.capacity_utilisation, j)
    start = standing if h.base_year else standing * (1.0 - wear) + invested(e, policy, j)
    out["commodities"].append(
        {"commodity": plant, "kind": "capacity", "unit": f"{e.money} / year", "loss": wear, "initial": start,
         "label": f"capacity of {e.label(j)}"}
    )  # fmt: skip
    out["flows"].append({"activity": f"make:{j}", "commodity": plant, "role": "occupy", "coefficient": 1.0})
    if not h.base_year:
        out["growth"].append({"on": plant, "up": per_sector(policy.absorption, j)})


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

    @cached_property
    def total(self) -> float:
        """Fixed investment at purchasers' prices, money / year."""
        e, names = self.economy, list(self.economy.finals("investment"))
        goods = e.domestic_final.sel(final=names).sum() + e.imported_final.sel(final=names).sum()
        return float(goods + e.final_taxes.sel(use=names).sum())

    def bought(self, part: str) -> pd.Series:
        """φ_d (part ``domestic_final``) or φ_m (``imported_final``), product → share of spending."""
        uses = getattr(self.economy, part).sel(final=list(self.economy.finals("investment")))
        series: pd.Series = uses.sum("final").to_series() / self.total
        return series


def gestation(e: Economy, policy: Policy, sector: str) -> int:
    """Years from spending to usable plant; by default two where capital lasts 20 years or more, else one."""
    if policy.gestation is not None:
        return max(1, round(per_sector(policy.gestation, sector)))
    return 2 if e.figures("depreciation")[sector] <= LONG_LIVED else 1


def investment(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """invest:j buys capital goods and gives plant.

        assemble   takes φ_d, φ_m, gives 1 unit of money of capital goods
        invest:j   takes 1 of capital goods, gives x_j / (u_j K_j) of capacity:j after the gestation

    Capital goods are one commodity because φ is one composition; a sector with plant of its own kind takes products.
    Investment of the base year, and of the years before it while it is under way, is taken to have been the same.
    Units: money of the base year at purchasers' prices / year.
    """
    goods = CapitalGoods(e)
    x, stock, spent = (a.to_series() for a in (e.output, e.capital_stock, e.investment_by_sector))
    out: dict[str, list[Record]] = {"exogenous": [], "growth": [], "bounds": []}
    out["commodities"] = [{"commodity": CAPITAL_GOODS, "unit": e.money, "label": CAPITAL_GOODS}]
    out["activities"] = [
        {
            "activity": "assemble",
            "unit": e.money,
            "label": "assembling capital goods",
            "group": "assembly",
            "base": goods.total,
        }
    ]
    out["flows"] = [
        *use_rows("assemble", goods.bought("domestic_final"), goods.bought("imported_final"), 1.0),
        {"activity": "assemble", "commodity": CAPITAL_GOODS, "role": "give", "coefficient": 1.0},
    ]
    for j in x.index[(x > 0) & (stock > 0)]:
        invest, base, wait = f"invest:{j}", float(spent[j]), gestation(e, policy, j)
        plant = plant_for_money(e, policy, j)
        out["activities"].append(
            {
                "activity": invest,
                "unit": e.money,
                "label": f"investing in {e.label(j)}",
                "group": "investment",
                "base": base,
            }
        )
        out["flows"] += [
            {"activity": invest, "commodity": CAPITAL_GOODS, "coefficient": 1.0},
            {"activity": invest, "commodity": f"capacity:{j}", "role": "give", "coefficient": plant,
             "lag": wait - 1},
        ]  # fmt: skip
        if h.base_year:
            out["bounds"].append({"activity": invest, "lower": base, "upper": base})
            continue
        out["exogenous"] += [
            {"commodity": f"capacity:{j}", "year": year, "supply": invested(e, policy, j)}
            for year in h.years[: wait - 1]
        ]
        seed = 0.01 * goods.total / len(x)
        out["growth"].append({"on": invest, "up": policy.investment_ramp, "allowance": seed})
    return out
