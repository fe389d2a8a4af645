"""How fast a country grew up to a year that nobody observed: its published past, and the years since."""

from __future__ import annotations

from dataclasses import replace

from groundplan.economy.estimating.known_facts import Controls
from groundplan.economy.estimating.prior_accounts import old_margins
from groundplan.tables.national_past import LONG, MIDDLE, NationalPast, national_past
from groundplan.tables.table import Table


def carried_past(old: Table, new: Table, controls: Controls, capital: float) -> NationalPast | None:
    """The past of the old accounts, with the years since the facts; as it was where they state no price level.

        g[10] = (V · (1 + g₀)^(10 − h))^(1/10) − 1,   V = GDP₁ / (GDP₀ · P)

    h years between, V the volume of GDP over the old one, P the price level over the old one, g₀ the published yearly
    rate, which stands for the years before (none where h is ten or more). Output per head has V over people, and people
    their own five years; capital grew as it was carried (``capital``, money of the year, over ``old.capital_stock``).
    Units:  rates are 1 / year.
    """
    published = national_past(old.country, old.year)
    past = published if old.past is None else old.past.over(published)
    years = controls.year - old.year
    if past is None or controls.prices is None or years <= 0:
        return old.past
    volume = _gdp(new) / _gdp(old) / controls.prices
    people = controls.population
    if people is None and past.population_growth is not None:
        people = (1.0 + past.population_growth) ** years
    stock = None if old.capital_stock is None else float(old.capital_stock.sum())
    return replace(
        past,
        year=controls.year,
        basis=f"the facts of {controls.year}, and {past.basis}",
        long_growth=_joined(past.long_growth, volume, years, LONG),
        population_growth=_joined(past.population_growth, people, years, MIDDLE),
        per_head=_joined(past.per_head, None if people is None else volume / people, years, LONG),
        capital_growth=past.capital_growth if not stock else _joined(0.0, capital / controls.prices / stock, years, 1),
        output_growth=_joined(0.0, volume, years, 1),
    )


def _gdp(t: Table) -> float:
    m = old_margins(t)
    return float(m.added.sum() + m.taxes)


def _joined(before: float | None, times: float | None, years: int, span: int) -> float | None:
    """A yearly rate over ``span`` years: ``times`` over the last ``years``, the rate before in those that are left.

    >>> round(_joined(0.05, 1.2, 5, 10), 4), _joined(0.05, 1.21, 2, 1), _joined(None, 1.2, 5, 10)
    (0.0435, 0.10000000000000009, None)
    """
    if times is None or (before is None and years < span):
        return None
    since = min(years, span)
    whole = times ** (since / years) * (1.0 + (before or 0.0)) ** (span - since)
    return float(whole ** (1.0 / span) - 1.0)
