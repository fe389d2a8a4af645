"""A plan as solved, before it is written down: what findings are computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.glossary import quantity
from groundplan.planning.activities import Activities
from groundplan.planning.families.family import BETWEEN, TARGETS, Family, stating
from groundplan.planning.families.rows import Model
from groundplan.planning.plan_programme import lasting_targets
from groundplan.planning.prices import prices, row_duals
from groundplan.planning.solve import Solution

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


@dataclass(frozen=True, eq=False)
class SolvedPlan:
    """An economy, the planner's choices, the programme that they became and its solution.

    ``model`` and ``solution`` have the years of the tail too; ``activities``, ``values``, levels, stocks, duals and
    prices those of the plan alone, which is all that is ever shown. ``corner``: what the solver gave, where the path
    and the prices that are shown are not the solver's own. ``asked``: the policy as asked for, where the plan had to
    ask less of the years after it.
    """

    economy: Economy
    policy: Policy
    model: Model
    solution: Solution
    corner: Solution | None = None
    asked: Policy | None = None

    @property
    def best(self) -> Solution:
        """The solver's own best plan: where the path that is shown is another, what that was chosen around."""
        return self.solution if self.corner is None else self.corner

    @property
    def activities(self) -> Activities:
        """What can be done in the years of the plan."""
        return self.model.activities.shown

    @cached_property
    def values(self) -> dict[str, xr.DataArray]:
        """The variables in the years of the plan, on their own dimensions; those of forks as they are."""
        last = self.activities.years[-1]
        ends = {"year": last, "stage": last + 1}
        shown = {
            name: array.sel({d: slice(None, ends[d]) for d in array.dims if d in ends})
            for name, array in self.solution.values.items()
        }
        if "segment" in shown:
            within = np.flatnonzero(self.model.activities.utility["year"].to_numpy() <= last)
            shown["segment"] = shown["segment"].isel(part=within)
        return shown

    @property
    def families(self) -> Sequence[Family]:
        """The limits whose rows the programme has; who writes it again, with other figures, writes these."""
        return self.model.limits

    @cached_property
    def level(self) -> pd.DataFrame:
        """Levels, activity × year."""
        return pd.DataFrame(self.values["level"].to_pandas())

    @cached_property
    def stock(self) -> pd.DataFrame:
        """What is kept at the start of each year and at the end, commodity × stage; empty where nothing is kept."""
        there = self.values.get("stock")
        return pd.DataFrame() if there is None else pd.DataFrame(there.to_pandas())

    @cached_property
    def duals(self) -> pd.DataFrame:
        """Every row's dual in the years of the plan: family, name, year, dual, gain (``prices.row_duals``).

        A target that lasts holds in the tail too: its dual is what easing it is worth there and in its own year.
        """
        every = row_duals(self.model, self.solution)
        later = every[every["family"] == lasting_targets.name].groupby("name")["dual"].sum()
        stated = every["family"] == stating(TARGETS, self.families)
        own = every.loc[stated, "name"] + BETWEEN + every.loc[stated, "year"].astype(str)
        every.loc[stated, "dual"] += own.map(later).fillna(0.0).astype(float)
        return every[every["year"] <= self.activities.years[-1]].reset_index(drop=True)

    @cached_property
    def prices(self) -> dict[str, xr.DataArray]:
        """What one more unit of each commodity would add: shadow_price, consumption_price (``prices.prices``)."""
        return prices(self.economy, self.model, self.duals)


def indicators(plan: SolvedPlan) -> xr.DataArray:
    """Every indicator and ratio by year, the year of the accounts first; stocks are not known for that year."""
    e, a = plan.economy, plan.activities
    years = [e.year, *a.years]
    level = plan.level.copy()
    level.insert(0, e.year, a.activities.set_index("activity")["base"])
    stock = plan.stock.reindex(columns=years)
    good = a.enjoyed(plan.values["segment"].values) if "segment" in plan.values else pd.DataFrame()
    good.insert(0, e.year, a.goods_at_base.reindex(good.index))
    factors, rows = _factors(a, years), a.indicators
    pieces, names = [np.zeros((0, len(years)))], [np.zeros(0, dtype=object)]
    for part, source in (("level", level), ("stock", stock), ("good", good)):
        chosen = rows[rows["part"] == part]
        if len(source) and len(chosen):
            amounts = source.loc[chosen["on"]].to_numpy() * chosen["coefficient"].to_numpy()[:, None]
            pieces.append(amounts * factors.loc[chosen["profile"]].to_numpy())
            names.append(chosen["indicator"].to_numpy(dtype=object))
    code, named = pd.factorize(np.concatenate(names))
    # A sum with a part that is not known, such as a stock in the year of the accounts, is not known.
    linear = np.zeros((len(named), len(years)))
    np.add.at(linear, code, np.concatenate(pieces))
    of = pd.DataFrame(linear, index=named)
    above, below = (of.loc[a.ratios[c]].to_numpy() for c in ("numerator", "denominator"))
    largest = np.nanmax(np.abs(below), axis=1, initial=0.0, keepdims=True)
    there = np.abs(below) > 1e-12 * np.maximum(1.0, largest)
    table = np.concatenate([linear, above / np.where(there, below, np.nan)])
    order = [*map(str, named), *map(str, a.ratios["indicator"])]
    return quantity("indicator", xr.DataArray(table, coords=[("indicator", order), ("year", years)]), e.money)


def _factors(a: Activities, years: list[int]) -> pd.DataFrame:
    """Profile factors by year; every profile is 1 in the year of the accounts, and so is no profile."""
    table = a.profiles.pivot(index="profile", columns="year", values="factor").reindex(columns=years)
    table.loc[""] = 1.0
    table[years[0]] = 1.0
    return table
