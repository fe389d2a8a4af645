"""A recipe fitted to an economy: coefficients per money of output, at its base-year prices, that balance."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.recipe_book.recipe import LEVELS, Recipe
from groundplan.recipe_book.roles import members, role_faults, roles


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a unit of money of output takes in one economy, and what a unit of money of plant is bought from.

        1 + Σ side = Σ home + Σ imported + taxes + wages + surplus

    home, imported    product → money per money of output
    side              product → money of by-products per money of output
    labour            skill → the economy's employment unit per money of output
    wages, taxes      labour cost; taxes on products and on production at the rates of its sector
    capital_home, capital_imported   product → share of a unit of money of plant; the rest is taxes on it
    price             the economy's money per unit of the recipe; None where it is not known
    priced            inputs whose cost is amount times price, and not a cost share
    notes             what was taken for want of a finer sector

    Units: money of the base year at basic prices; capital_output is years.
    """

    recipe: Recipe
    economy: Economy
    sector: str
    home: pd.Series
    imported: pd.Series
    side: pd.Series
    labour: pd.Series
    wages: float
    product_taxes: float
    production_taxes: float
    capital_output: float
    capital_home: pd.Series
    capital_imported: pd.Series
    price: float | None
    priced: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def taxes(self) -> float:
        """Taxes less subsidies on products and on production, money per money of output."""
        return self.product_taxes + self.production_taxes

    @property
    def surplus(self) -> float:
        """Gross operating surplus and mixed income: what output leaves, money per money of output."""
        inputs = float(self.home.sum() + self.imported.sum())
        return 1.0 + float(self.side.sum()) - inputs - self.wages - self.taxes

    @property
    def value_added(self) -> float:
        """Value added at basic prices: wages, surplus and taxes on production, money per money of output."""
        return self.wages + self.surplus + self.production_taxes

    def accounts(self) -> pd.DataFrame:
        """The money account of a unit of output: entry, side (gives, takes), value; both sides sum to the same."""
        e = self.economy
        rows = [("output", "gives", 1.0)]
        rows += [(f"by-product: {e.label(str(c))}", "gives", float(v)) for c, v in self.side.items()]
        for word, uses in (("home", self.home), ("imported", self.imported)):
            rows += [(f"{word} {e.label(str(c))}", "takes", float(v)) for c, v in uses[uses != 0].items()]
        rows += [("taxes less subsidies", "takes", self.taxes), ("wages", "takes", self.wages)]
        rows.append(("gross operating surplus", "takes", self.surplus))
        return pd.DataFrame(rows, columns=["entry", "side", "value"])


def parents(recipe: Recipe, e: Economy) -> list[str]:
    """Sectors that may make the recipe's product: the product itself where it was carved out, else its role's."""
    if recipe.product in e.sectors:
        return [recipe.product]
    return [c for c in members(e, recipe.sector)[0] if float(e.output.sel(sector=c)) > 0]


def fit(
    recipe: Recipe,
    e: Economy,
    *,
    sector: str = "",
    price: float | None = None,
    chosen: Mapping[str, str] | None = None,
    least_surplus: float = 0.0,
    where: str = "",
) -> Fitted:
    """The recipe in the economy's own accounts.

    ``sector``: the sector that it gives the product of; left out where only one fits. ``price``: money per unit of the
    recipe; left out where the product is counted in that unit. An input whose amount per unit is known, and whose
    unit price and that of the product are known too, costs amount times price; any other its cost share. Inputs are
    split between home and imported as the sector's own use of them is. ``chosen``: role → product, by hand.

    Raises ``StudyError`` where the surplus is below ``least_surplus``, a role is not known, or the sector is open;
    ``UnknownName`` for names that are not there.
    """
    chosen = dict(chosen or {})
    needed = [*recipe.group("inputs"), *recipe.group("side"), *recipe.group("composition")]
    faults = role_faults(e, needed, chosen, where)
    home_sector, wrong = _sector(recipe, e, sector, chosen, where)
    raise_all([*faults, *wrong])
    unit_price = price if price is not None else _price(recipe, e, home_sector)
    shares, priced = _shares(recipe, e, chosen, unit_price)
    home, imported = _bought(e, home_sector, chosen, shares, rest=recipe.value("overheads"))
    untaxed = 1.0 - investment_tax(e)
    plant = _bought(e, home_sector, chosen, recipe.group("composition"))
    capital_home, capital_imported = (untaxed * part for part in plant)
    side, (on_products, on_production) = _by_products(recipe, e, chosen), _taxes(e, home_sector)
    fitted = Fitted(
        recipe=recipe, economy=e, sector=home_sector, home=home, imported=imported, side=side,
        labour=_labour(recipe, e, home_sector), wages=sum(recipe.group("labour").values()),
        product_taxes=on_products, production_taxes=on_production, capital_output=recipe.value("capital.ratio"),
        capital_home=capital_home, capital_imported=capital_imported, price=unit_price, priced=priced,
        notes=tuple(n for role in dict.fromkeys(needed) if (n := members(e, role, chosen)[1])),
    )  # fmt: skip
    if recipe.output == "flow" and fitted.surplus < least_surplus:
        message = f"recipe '{recipe.name}' leaves a surplus of {fitted.surplus:.3g} of output in {e.label(home_sector)}"
        raise StudyError(message, where=where, fix=f"lower a cost share: it should leave {least_surplus:g} or more")
    return fitted


def _bought(
    e: Economy, sector: str, chosen: Mapping[str, str], shares: Mapping[str, float], rest: float = 0.0
) -> tuple[pd.Series, pd.Series]:
    """Home and imported products that cost shares by role buy, and ``rest`` in the sector's own mix."""
    total = np.zeros((2, len(e.sectors)))
    named: set[str] = set()
    for role, share in shares.items():
        codes = members(e, role, chosen)[0]
        named |= set(codes)
        total += share * np.array(spread(e, codes, sector))
    if rest > 0:
        total += rest * np.array(rest_of_column(e, sector, named))
    return pd.Series(total[0], list(e.sectors)), pd.Series(total[1], list(e.sectors))


def _sector(
    recipe: Recipe, e: Economy, sector: str, chosen: Mapping[str, str], where: str
) -> tuple[str, list[GroundplanError]]:
    named = sector or chosen.get(recipe.sector, "")
    if named and named not in e.sectors:
        return "", [UnknownName("sector", named, e.sectors, where=where, words=e.labels)]
    if named and not float(e.output.sel(sector=named)) > 0:
        return "", [
            StudyError(f"{e.label(named)} has no output in the accounts", where=where, fix="carve it out first")
        ]
    candidates = [named] if named else parents(recipe, e)
    if len(candidates) != 1:
        word = roles()[recipe.sector].label
        which = ", ".join(candidates) or "no sector"
        message = f"recipe '{recipe.name}' makes {word}, which is {which} here"
        return "", [StudyError(message, where=where, fix="say which: sector = a code")]
    return candidates[0], []


def _price(recipe: Recipe, e: Economy, sector: str) -> float | None:
    product = e.physical.get(sector)
    return product.price if product is not None and product.unit == recipe.unit else None


def _shares(
    recipe: Recipe, e: Economy, chosen: Mapping[str, str], price: float | None
) -> tuple[dict[str, float], pd.DataFrame]:
    """Cost shares by role, and the inputs whose cost is amount times price in place of its share."""
    shares, rows = recipe.group("inputs"), []
    for role, amount in recipe.group("amounts").items():
        codes = members(e, role, chosen)[0] if role in roles() else []
        product = e.physical.get(codes[0]) if len(codes) == 1 else None
        if price is None or product is None or product.unit != recipe.figures[f"amounts.{role}"].unit:
            continue
        shares[role] = amount * product.price / price
        rows.append((role, codes[0], amount, product.unit, product.price, amount * product.price, shares[role]))
    columns = ["role", "product", "amount", "unit", "price", "money", "share"]
    return shares, pd.DataFrame(rows, columns=columns)


def _by_products(recipe: Recipe, e: Economy, chosen: Mapping[str, str]) -> pd.Series:
    """Money of by-products by product; several products of one role share by their output."""
    side = pd.Series(0.0, index=list(e.sectors))
    for role, share in recipe.group("side").items():
        codes = members(e, role, chosen)[0]
        weight = e.output.sel(sector=codes).to_series()
        side[codes] += share * weight / weight.sum() if weight.sum() > 0 else share / len(codes)
    return side[side != 0]


def _taxes(e: Economy, sector: str) -> tuple[float, float]:
    """Taxes less subsidies on the products that a sector uses, and on production, per money of output."""
    kinds, column = e.primary["primary_kind"], e.primary.sel(sector=sector)
    x = float(e.output.sel(sector=sector))
    on_products = float(column[np.isin(kinds, ("product_tax", "margin"))].sum())
    return on_products / x, float(column[np.isin(kinds, ("production_tax",))].sum()) / x


def _labour(recipe: Recipe, e: Economy, sector: str) -> pd.Series:
    """Employment units per money of output, by skill: wages of the level over what a unit of the sector's work earns.

    Levels fall on the economy's skills, lowest first: of three each has its own, of one all are the same. Where the
    sector employs nobody of a level's skill, the next higher one that it employs does the work. Accounts without wages
    do not say what work earns: there a unit of output takes the sector's own work.
    """
    people, paid = e.employment, e.primary[e.primary["primary_kind"] == "labour"].sum("primary")
    own = people.sel(sector=sector).to_series()
    if not float(paid.sum()) > 0:
        return own / float(e.output.sel(sector=sector))
    units, wages = float(own.sum()), float(paid.sel(sector=sector))
    if not (units > 0 and wages > 0):
        own = people.sum("sector").to_series()
        units, wages = float(people.sum()), float(paid.sum())
    out = pd.Series(0.0, index=[str(s) for s in own.index])
    for level, share in recipe.group("labour").items():
        least = int(LEVELS.index(level) * (len(out) - 1) / 2 + 0.5)
        at = next((n for n in range(least, len(out)) if own.iloc[n] > 0), least)
        out.iloc[at] += share * units / wages
    return out


@dataclass(frozen=True, eq=False)
class _Uses:
    """Uses by product and sector, home and imported, negative cells left out; all uses and all supply beside them."""

    row: dict[str, int]
    home: np.ndarray
    imported: np.ndarray


@lru_cache(maxsize=8)
def _uses(e: Economy) -> _Uses:
    parts = []
    for use, supply in ((e.domestic_use, e.output), (e.imported_use, e.imports)):
        cells = np.maximum(use.values, 0.0)
        parts.append(np.column_stack([cells, cells.sum(axis=1), np.maximum(supply.values, 0.0)]))
    return _Uses({s: n for n, s in enumerate(e.sectors)}, *parts)


def spread(e: Economy, codes: Sequence[str], sector: str) -> tuple[np.ndarray, np.ndarray]:
    """Shares of products in a unit of money spent on ``codes``, home and imported; both together sum to 1.

        w[i] = Z[i, sector] / Σ Z,   Z_d and Z_m,   0 for other products

    The sector's own purchases say it; where it buys none, those of all sectors; where nobody does, supply: output and
    imports. Shapes n and n. Units: 1.
    """
    uses = _uses(e)
    rows = [uses.row[c] for c in codes]
    home, imported = np.zeros(len(uses.row)), np.zeros(len(uses.row))
    for column in (uses.row[sector], -2, -1):
        total = uses.home[rows, column].sum() + uses.imported[rows, column].sum()
        if total > 0:
            home[rows], imported[rows] = uses.home[rows, column] / total, uses.imported[rows, column] / total
            return home, imported
    # A product that nobody makes, buys or brings in can only come from abroad.
    imported[rows] = 1.0 / len(rows)
    return home, imported


def rest_of_column(e: Economy, sector: str, named: Collection[str]) -> tuple[np.ndarray, np.ndarray]:
    """The mix of a sector's other inputs, home and imported: its column without the products named; sums to 1."""
    uses, others = _uses(e), [c for c in e.sectors if c not in named]
    rows = [uses.row[c] for c in others]
    bought = uses.home[rows, uses.row[sector]].sum() + uses.imported[rows, uses.row[sector]].sum()
    return spread(e, others if bought > 0 else e.sectors, sector)


def investment_tax(e: Economy) -> float:
    """Taxes on products in a unit of money of fixed investment at purchasers' prices. Units: 1."""
    names = list(e.finals("investment"))
    goods = float((e.domestic_final.sel(final=names) + e.imported_final.sel(final=names)).sum())
    taxes = float(e.final_taxes.sel(use=names).sum())
    return taxes / (goods + taxes) if goods + taxes > 0 else 0.0
