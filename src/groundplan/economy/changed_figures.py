"""Other figures for the fixed capital and the employment of an economy, and the change on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from groundplan.economy.capital import DWELLINGS, consistency, industries, scaled_wear
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.sources import Assumption

if TYPE_CHECKING:
    import xarray as xr

    from groundplan.economy.economy import Economy


def changed_figures(
    e: Economy,
    capital_output: float | Mapping[str, float] | None,
    depreciation: float | Mapping[str, float] | None,
    trend_growth: float | None,
    employment: Mapping[str, float] | None,
) -> Economy:
    """The economy with other figures; see ``Economy.with_figures``, which says what each means and does.

    Raises ``UnknownName`` and ``StudyError``, all at once.
    """
    raise_all(_wrong_figures(e.sectors, capital_output, depreciation, trend_growth, employment))
    stock, wear, lines = _capital(e, capital_output, depreciation, trend_growth)
    people = e.employment.copy()
    for s, employed in (employment or {}).items():
        now = float(people.sel(sector=s).sum())
        shares = people.sel(sector=s) / now if now > 0 else people.sum("sector") / float(people.sum())
        people.loc[{"sector": s}] = employed * shares
        lines.append(f"employment of {s} {employed:g} {e.employment_unit}")
    if not lines:
        return e
    note = Assumption("figures changed", "; ".join(lines), "the study", "[capital] and [people]")
    if stock.equals(e.capital_stock) and wear.equals(e.depreciation):
        return e.replacing(employment=people, assumptions=(note, *e.assumptions))
    total = float(e.investment_by_sector.sum())
    growth = (total - float((wear * stock).sum())) / float(stock.sum())
    spent = ((growth + wear) * stock).clip(min=0.0)
    old = ("capital stock", "investment by sector", "growth of capital", "figures changed")
    grows = consistency(stock.to_series(), wear.to_series(), total, e.past)
    return e.replacing(
        capital_stock=stock,
        depreciation=wear,
        employment=people,
        investment_by_sector=(spent * (total / float(spent.sum()))).assign_attrs(e.investment_by_sector.attrs),
        assumptions=(note, grows, *(a for a in e.assumptions if a.name not in old)),
    )


def _capital(
    e: Economy,
    capital_output: float | Mapping[str, float] | None,
    depreciation: float | Mapping[str, float] | None,
    trend_growth: float | None,
) -> tuple[xr.DataArray, xr.DataArray, list[str]]:
    """Stock and wear by sector with the other figures, and what was changed in words."""
    stock, wear = e.capital_stock.copy(), e.depreciation.copy()
    total, lines = float(e.investment_by_sector.sum()), []
    for s, ratio in capital_output.items() if isinstance(capital_output, Mapping) else ():
        stock.loc[s] = ratio * float(e.output.sel(sector=s))
        lines.append(f"capital over output of {s} {ratio:g}")
    if isinstance(capital_output, (int, float)):
        stock *= capital_output * e.gdp / float(stock.sum())
        lines.append(f"capital over GDP {capital_output:g}")
    if isinstance(depreciation, (int, float)):
        if trend_growth is None and capital_output is None:
            trend_growth = (total - float((wear * stock).sum())) / float(stock.sum())
        houses = pd.Series({s: industries(kind) == DWELLINGS for s, kind in e.class_by_sector.items()})
        wear = wear.copy(data=scaled_wear(stock.to_series(), wear.to_series(), depreciation, houses).to_numpy())
        lines.append(f"wear {depreciation:g}")
    for s, rate in depreciation.items() if isinstance(depreciation, Mapping) else ():
        wear.loc[s] = rate
        lines.append(f"wear of {s} {rate:g}")
    if trend_growth is not None:
        stock *= total / float(((wear + trend_growth) * stock).sum())
        lines.append(f"capital that base-year investment keeps growing at {trend_growth:g}")
    return stock, wear, lines


def _wrong_figures(
    sectors: tuple[str, ...],
    capital_output: float | Mapping[str, float] | None,
    depreciation: float | Mapping[str, float] | None,
    trend_growth: float | None,
    employment: Mapping[str, float] | None,
) -> list[GroundplanError]:
    """Every figure that is none, out of range, or for a sector that is not there."""
    faults: list[GroundplanError] = []
    ranges = {
        "capital_output": (capital_output, 1e-6, 1e3),
        "depreciation": (depreciation, 0.0, 1.0),
        "trend_growth": (trend_growth, -0.2, 0.5),
        "employment": (employment, 0.0, 1e12),
    }
    for name, (value, low, high) in ranges.items():
        where = f"{name}, in [{'people' if name == 'employment' else 'capital'}]"
        given = value if isinstance(value, Mapping) else {} if value is None else {"": value}
        if name == "employment" and "" in given:
            faults.append(StudyError(f"{name} is {value!r}", where=where, fix="give it by sector: { elec = 0.05 }"))
            continue
        for sector, number in given.items():
            if sector and sector not in sectors:
                faults.append(UnknownName("sector", sector, sectors, where=where))
            elif isinstance(number, bool) or not isinstance(number, (int, float)) or not low <= number <= high:
                what = f"{name}{' of ' + sector if sector else ''} is {number!r}"
                faults.append(StudyError(what, where=where, fix=f"give a number from {low:g} to {high:g}"))
    return faults
