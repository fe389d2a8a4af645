"""A plan as solved, before it is written down: what findings are computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.planning.activities import Activities
from groundplan.planning.families.family import Family
from groundplan.planning.families.rows import Model
from groundplan.planning.prices import prices, row_duals
from groundplan.planning.solve import Solution

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


@dataclass(frozen=True, eq=False)
class SolvedPlan:
    """An economy, the planner's choices, the activities that they became, the programme and its solution."""

    economy: Economy
    policy: Policy
    activities: Activities
    model: Model
    solution: Solution

    @property
    def families(self) -> Sequence[Family]:
        """The limits whose rows the programme has; who writes it again, with other figures, writes these."""
        return self.model.limits

    @cached_property
    def level(self) -> pd.DataFrame:
        """Levels, activity × year."""
        return pd.DataFrame(self.solution.values["level"].to_pandas())

    @cached_property
    def stock(self) -> pd.DataFrame:
        """What is kept at the start of each year and at the end, commodity × stage; empty where nothing is kept."""
        there = self.solution.values.get("stock")
        return pd.DataFrame() if there is None else pd.DataFrame(there.to_pandas())

    @cached_property
    def duals(self) -> pd.DataFrame:
        """Every row's dual: family, name, year, dual, gain (``prices.row_duals``)."""
        return row_duals(self.model, self.solution)

    @cached_property
    def prices(self) -> dict[str, xr.DataArray]:
        """What one more unit of each commodity would add: shadow_price, consumption_price (``prices.prices``)."""
        return prices(self.economy, self.model, self.duals)
