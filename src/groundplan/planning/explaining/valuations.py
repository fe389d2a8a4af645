"""What one more of something that can be counted is worth: a worker, a gigawatt-hour, a unit of foreign exchange."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from groundplan.planning.prices import price_ranges
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.records.money import priced

COLUMNS = ["kind", "code", "label", "year", "value", "unit"]


def valuations(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """Prices of the plan per thing that can be counted, by year.

        a worker of skill s      consumption_price[labour:s] · money per person; of wage units, times a base-year wage
        a unit of product i      consumption_price[home:i] · p_i,  p_i its money per physical unit
        a unit of foreign money  consumption_price[foreign exchange], the shadow exchange rate: 1 where no dearer
                                 than what people live on

    Columns: kind (worker, product, foreign exchange), code, label, year, value, unit. Empty without living standards.
    Source: Kantorovich (1939), objectively determined valuations; UNIDO (1972), Guidelines for Project Evaluation, for
    the shadow exchange rate (citations not checked).
    """
    prices = plan.prices
    if "consumption_price" not in prices:
        return {}
    price = pd.DataFrame(prices["consumption_price"].to_pandas())
    e = plan.economy
    words = plan.activities.commodities.set_index("commodity")["label"]
    years = [int(str(t)) for t in price.columns]
    wage, unit, per = _worker(e.employment_unit, e.money)
    records: list[tuple[object, ...]] = []

    def tell(kind: str, commodity: str, label: str, factor: float, unit: str) -> None:
        if commodity in price.index:
            code = commodity.partition(":")[2]
            own = price.loc[[commodity]].to_numpy()[0] * factor
            records.extend((kind, code, label, t, v, unit) for t, v in zip(years, own.tolist(), strict=True))

    for s in e.employment["skill"].values:
        tell("worker", f"labour:{s}", str(words.get(f"labour:{s}", s)), per, wage or unit)
    for i, physical in e.physical.items():
        pay, scale = priced(e.money)
        tell("product", f"home:{i}", e.label(i), physical.price * scale, f"{pay} per {physical.unit}")
    tell("foreign exchange", "foreign exchange", "foreign exchange", 1.0, "times the official rate")
    return {"valuations": pd.DataFrame(records, columns=COLUMNS)}


def price_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """The finding ``price_ranges``: every price's average over the plan and its range (``prices.price_ranges``)."""
    if "consumption_price" not in plan.prices:
        return {}
    price = pd.DataFrame(plan.prices["consumption_price"].to_pandas())
    return {"price_ranges": price_ranges(plan.activities, plan.level, price)}


NOTHING = 1e-6  # of the largest of a row: what is less is what a solver leaves of 0


def _worker(unit: str, money: str) -> tuple[str, str, float]:
    """How the work of one person is told: in base-year wages, or in money a year where people are counted.

    >>> _worker("base-year wage units (KES2019bn)", "KES2019bn")[0]
    'times a base-year wage'
    >>> _worker("thousand persons", "KES2019bn")
    ('', 'KES at 2019 prices a year per person', 1000000.0)
    """
    if "person" not in unit:
        return "times a base-year wage", "", 1.0
    pay, scale = priced(money)
    people = 1e6 if "million" in unit else 1e3 if "thousand" in unit or "1000" in unit else 1.0
    return "", f"{pay} a year per person", scale / people


def valuation_sentences(table: pd.DataFrame) -> list[str]:
    """The valuations in sentences: for each thing its average over the plan, and between which figures years lie."""
    sentences = []
    for (kind, _), own in table.groupby(["kind", "code"], sort=False):
        values = own["value"].to_numpy(dtype=float)
        label, unit = str(own["label"].iloc[0]), str(own["unit"].iloc[0])
        if values.max() <= 1e-6:
            continue
        # A solver's nothing is nothing: no string of zeros after the point.
        values = np.where(np.abs(values) > NOTHING * values.max(), values, 0.0)
        when = f"{short_number(values.mean())} {unit} on average over the plan"
        if len(values) > 1:
            ends = [
                f"{short_number(values[n])} in {int(own['year'].iloc[n])}" for n in (values.argmin(), values.argmax())
            ]
            when += f", between {ends[0]} and {ends[1]}"
        if kind == "foreign exchange":
            sentences.append(f"A unit of foreign exchange is worth {when}.")
        elif kind == "worker":
            sentences.append(f"One more worker ({label}) is worth {when}.")
        else:
            sentences.append(f"One more unit of {label} is worth {when}.")
    return sentences


def short_number(value: float, digits: int = 3) -> str:
    """Three significant digits or more, with thousands separators and without powers of ten.

    >>> short_number(43579993.0), short_number(1.3512), short_number(0.0000213)
    ('43,600,000', '1.35', '0.0000213')
    """
    short = float(f"{value:.{digits}g}")
    if abs(short) >= 1000:
        return f"{short:,.0f}"
    return f"{short:.12f}".rstrip("0").rstrip(".") if math.isfinite(short) else f"{short:g}"
