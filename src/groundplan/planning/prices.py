"""The prices of the plan: what one more unit of each commodity would add to it (Kantorovich's valuations)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.glossary import quantity
from groundplan.planning.activities import Activities
from groundplan.planning.families.family import BETWEEN
from groundplan.planning.families.rows import Model
from groundplan.planning.solve import Solution
from groundplan.records.money import money_in


def row_duals(m: Model, s: Solution) -> pd.DataFrame:
    """Every row's dual: family, name, year (0 where it has none), dual, gain (see ``Rows``)."""
    frames = []
    for family, rows in m.families.items():
        split = [str(label).rpartition(BETWEEN) for label in rows.labels]
        names = [head if mid else tail for head, mid, tail in split]
        years = [int(tail) if mid and tail.isdigit() else 0 for _, mid, tail in split]
        frames.append(
            pd.DataFrame({"family": family, "name": names, "year": years, "dual": s.duals[family], "gain": rows.gain})
        )
    return pd.concat(frames, ignore_index=True)


def shadow_prices(m: Model, duals: pd.DataFrame) -> pd.DataFrame:
    """Σ dual · gain of the rows whose duals are prices, commodity × year. Units: objective per unit."""
    priced = duals[duals["family"].isin([name for name in m.families if m.prices(name)])]
    worth: pd.Series = (priced["dual"] * priced["gain"]).groupby([priced["name"], priced["year"]]).sum()
    return pd.DataFrame(worth.unstack("year"))


def standard_price(m: Model, table: pd.DataFrame) -> np.ndarray:
    """λ[t], the price of the living standard by year, from ``shadow_prices``; empty where nobody lives in the plan."""
    goods = [c for c in m.activities.commodities["commodity"] if c.startswith("standard:") and c in table.index]
    if not goods:
        return np.zeros(0)
    heads = m.activities.floors.groupby("good")["heads"].first().reindex(goods).to_numpy()
    own = table.reindex(columns=list(m.activities.plan_years)).loc[goods].to_numpy()
    unit: np.ndarray = (own * (heads / heads.sum())[:, None]).sum(axis=0)
    return unit


# Above this a price of a year is marked, whatever it is of.
DEAR = 10.0
# What passes of a commodity is thin below this share of the largest of its unit: its price hangs on little.
THIN = 1e-3
# A price in money is slight below this average: a thousandth of noise on the data moves some of these by far more than
# the twentieth that others keep to.
SLIGHT = 0.1
RANGES = ["commodity", "label", "unit", "average", "least", "least_year", "most", "most_year", "passes", "mark"]


def price_ranges(a: Activities, level: pd.DataFrame, price: pd.DataFrame) -> pd.DataFrame:
    """Prices as they are told: their average over the plan, with the least and the most of any year.

        average[c] = Σ_t consumption_price[c,t] / T,   passes[c] = Σ_t what is taken and occupied of c in t, / T

    One year's price carries what is peculiar to that year; the average is what one more unit in every year is worth a
    year. ``mark``: ``thin`` where less passes than a thousandth of what does of the largest commodity of the unit,
    ``slight`` where the average of what is counted in money is below a tenth, ``dear`` where a year's price is above
    ten; those that are several have all the words. Prices that are never above a millionth are left out.

    Columns: commodity, label, unit, average, least, least_year, most, most_year, passes, mark.
    Units: money of living standard of the same year per unit; passes: the commodity's own.
    """
    used = a.cells(("take", "occupy"), ("flow", "stock", "capacity", "account", "good"))
    at = (axis.get_indexer(pd.Index(used[c])) for axis, c in zip(level.axes, ("activity", "year"), strict=True))
    amount = (used["amount"] * level.to_numpy(dtype=float)[tuple(at)]).abs()
    passed = amount.groupby(used["commodity"]).sum() / len(a.years)
    price = price[(price.max(axis=1) > 1e-6).to_numpy()].fillna(0.0)
    words = a.commodities.set_index("commodity").loc[list(price.index)]
    passes = passed.reindex(price.index).fillna(0.0)
    largest = passes.groupby(words["unit"]).transform("max")
    money = words["unit"].map(lambda unit: money_in(str(unit)) is not None).astype(bool)
    marks = {
        "thin": passes < THIN * largest,
        "slight": money & (price.mean(axis=1) < SLIGHT),
        "dear": price.max(axis=1) > DEAR,
    }
    table = pd.DataFrame(
        {
            "label": words["label"], "unit": words["unit"], "average": price.mean(axis=1),
            "least": price.min(axis=1), "least_year": price.idxmin(axis=1).astype(int),
            "most": price.max(axis=1), "most_year": price.idxmax(axis=1).astype(int), "passes": passes,
            "mark": [" and ".join(w for w, so in zip(marks, own, strict=True) if so)
                     for own in zip(*marks.values(), strict=True)],
        }
    )  # fmt: skip
    table["rent"] = table["average"] * table["passes"]
    table = table.sort_values("rent", ascending=False, kind="stable").rename_axis("commodity").reset_index()
    return table[RANGES]


def prices(e: Economy, m: Model, duals: pd.DataFrame) -> dict[str, xr.DataArray]:
    """Shadow prices by commodity and year, in units of the objective and in living standard of the same year.

        shadow_price[c,t] = ∂objective / ∂supply[c,t]
        consumption_price[c,t] = shadow_price[c,t] / λ[t],   λ[t] = Σ_g w_g · shadow_price[standard g,t],
        w_g the groups' shares of what the people of the first year spend at the standard of the base year

    ``duals`` are those of ``row_duals``. Units: objective per unit of c; money of living standard per unit of c.
    Source: Kantorovich (1939), objectively determined valuations.
    """
    table = shadow_prices(m, duals)
    order = [c for c in m.activities.commodities["commodity"] if c in table.index]
    table = table.reindex(index=order, columns=list(m.activities.plan_years))
    shadow = xr.DataArray(
        table.to_numpy(dtype=float), coords=[("commodity", order), ("year", list(m.activities.plan_years))]
    )
    out = {"shadow_price": quantity("shadow_price", shadow, e.money)}
    unit = standard_price(m, table)
    if len(unit):
        relative = shadow / xr.DataArray(np.where(unit > 0, unit, np.nan), dims="year")
        out["consumption_price"] = quantity("consumption_price", relative, e.money)
    return out
