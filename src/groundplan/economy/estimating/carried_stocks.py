"""Capital and heads at work of a year that nobody observed, carried from older accounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from groundplan.economy.capital import estimate_capital
from groundplan.economy.estimating.known_facts import Controls
from groundplan.economy.estimating.prior_accounts import old_margins
from groundplan.records.money import restated
from groundplan.tables.national_past import national_past
from groundplan.tables.table import Table

TREND = 0.02
# How far heads of one sector may be taken to grow or shrink beside the others'.
WIDEST = 3.0


@dataclass(frozen=True, eq=False)
class Stocks:
    """Capital (money), its wear (money / year) and heads by sector, with a sentence on how each was carried."""

    capital: pd.Series
    wear: pd.Series
    employment: pd.DataFrame | None
    employment_unit: str
    sentences: tuple[str, ...]


def carried_stocks(old: Table, new: Table, controls: Controls) -> Stocks:
    """Stocks of the old accounts in the year of the facts.

        K[k+1] = (1 − δ)·K[k] + I[k],   I[k] = I[0]·(I[h]/(I[0]·P))^(k/h),   then times P;   K by sector ∝ K₀·v₁/v₀

    P the price level over the old one; where the facts do not say it, capital over GDP stays. Heads grow by what the
    facts say, else as persons engaged did in the last ten years published, and by sector as value added does; labour
    counted in wages is the wages.
    """
    capital, wear, how = _capital(old, new, controls)
    people, unit, labour = _employment(old, new, controls)
    return Stocks(capital, wear, people, unit, (how, *labour))


def _capital(old: Table, new: Table, controls: Controls) -> tuple[pd.Series, pd.Series, str]:
    published = national_past(old.country, old.year)
    past = published if old.past is None else old.past.over(published)
    before = estimate_capital(old, past, TREND)
    years, total = controls.year - old.year, float(before.stock.sum())
    delta = float((before.depreciation * before.stock).sum() / total) if total else 0.0
    shape = (before.stock * _growth(old, new)).clip(lower=0.0)
    gdp = [float(m.added.sum() + m.taxes) for m in map(old_margins, (old, new))]
    then = total / gdp[0]
    invested = [_invested(t) for t in (old, new)]
    if controls.prices is not None and years > 0 and min(invested) > 0:
        real = invested[1] / invested[0] / controls.prices
        for k in range(years):
            total = (1.0 - delta) * total + invested[0] * real ** (k / years)
        total *= controls.prices
        sentence = (
            f"Fixed capital is carried from {old.year} by investment between the years less wear of {delta:.1%} a "
            f"year, at prices {controls.prices:.4g} times as high: {total / gdp[1]:.2f} times GDP, {then:.2f} "
            "before; by sector it moves with value added."
        )
    else:
        total *= gdp[1] / gdp[0]
        sentence = (
            f"Fixed capital keeps its ratio to GDP of {old.year}, {then:.2f}, as no price level is stated; by sector "
            "it moves with value added."
        )
    stock = shape * (total / float(shape.sum())) if float(shape.sum()) else shape
    return stock, before.depreciation * stock, sentence


def _invested(t: Table) -> float:
    """Fixed investment at purchasers' prices."""
    own = t.final_kinds.index[t.final_kinds == "investment"]
    return float(t.domestic_final[own].sum().sum() + t.imported_final[own].sum().sum() + t.final_taxes[own].sum())


def _growth(old: Table, new: Table) -> pd.Series:
    """Value added over the old one by sector, within bounds around that of all; where it was nothing that of all."""
    before, after = (old_margins(t).added for t in (old, new))
    all_of = float(after.sum() / before.sum())
    own = np.divide(after, before, out=np.full(len(before), all_of), where=before > 0)
    return pd.Series(np.clip(own, all_of / WIDEST, all_of * WIDEST), old.labels.index)


def _employment(old: Table, new: Table, c: Controls) -> tuple[pd.DataFrame | None, str, tuple[str, ...]]:
    """Labour by skill and sector, its unit, and how it was carried."""
    if old.employment is None:
        return None, "", ()
    if old.money in old.employment_unit:
        before, after = (t.primary.loc[t.primary_kinds == "labour"].sum() for t in (old, new))
        grown = old.employment * (after / before.where(before > 0)).fillna(1.0)
        unit = restated(old.employment_unit, lambda money: c.money)
        return grown, unit, (f"Labour is counted in the wages of {c.year}.",)
    published = national_past(old.country, old.year)
    yearly = None if published is None else published.employment_growth
    years = c.year - old.year
    factor = c.employment or (1.0 if yearly is None else (1.0 + yearly) ** years)
    shape = old.employment * _growth(old, new)
    grown = shape * (factor * float(old.employment.to_numpy().sum()) / float(shape.to_numpy().sum()))
    if c.employment:
        how = f"Heads at work are {factor:.3g} times as many, as stated; by sector they move with value added."
    elif yearly is not None:
        how = (
            f"Heads at work are {factor:.3g} times as many, as persons engaged grew in the ten years before; by sector "
            "they move with value added."
        )
    else:
        how = "Heads at work stay as many, as nothing is known of them; by sector they move with value added."
    return grown, old.employment_unit, (how,)
