"""Rows of the linear programme, built sparse from long tables, and the model that they are written into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from groundplan.errors import StudyError, raise_all
from groundplan.planning.activities import KEPT, Activities
from groundplan.planning.policy import Policy
from groundplan.planning.targets import target_lines

linopy.options["semantics"] = "v1"

BETWEEN = " | "


def label(first: Any, second: Any) -> np.ndarray:
    """Row labels ``commodity | year``, elementwise.

    >>> label(np.array(["coal"], dtype=object), np.array([2020]))[0]
    'coal | 2020'
    """
    labels: np.ndarray = np.asarray(first, dtype=object) + BETWEEN + np.asarray(second).astype(str).astype(object)
    return labels


@dataclass(frozen=True, eq=False)
class Rows:
    """One family's rows: ``lhs sense rhs``, one row a label.

    ``gain`` is the change of the right-hand side that one more unit of the row's commodity makes: with it a dual
    becomes a price. It is 0 where a row has no commodity of its own.
    """

    lhs: linopy.LinearExpression
    sense: str
    rhs: np.ndarray
    labels: np.ndarray
    gain: float = 0.0


@dataclass(eq=False)
class Model:
    """The linear programme under construction: its variables, and what its families wrote."""

    lp: linopy.Model
    activities: Activities
    families: dict[str, Rows] = field(default_factory=dict)

    @property
    def variables(self) -> linopy.variables.Variables:
        """The programme's variables by name: level, stock, segment, kept, starts, shortfall."""
        return self.lp.variables

    def has(self, variable: str) -> bool:
        """Whether the programme has such a variable; a plan without goods, for one, has no ``segment``."""
        return variable in self.lp.variables

    def sum(self, variable: str, cells: pd.DataFrame, labels: np.ndarray) -> linopy.LinearExpression:
        """Σ amount · variable, gathered into rows.

        ``cells`` has a column for each dimension of the variable, ``amount``, and ``row``, a position in ``labels``.
        Rows without a cell are zero, not absent: a shifted variable must not drop the rows of its first years.
        """
        v = self.lp.variables[variable]
        at = {str(dim): xr.DataArray(v.indexes[dim].get_indexer(cells[str(dim)]), dims="cell") for dim in v.dims}
        terms = v.isel(at) * xr.DataArray(cells["amount"].to_numpy(dtype=float), dims="cell")
        key = pd.Series(labels[cells["row"].to_numpy()], index=pd.RangeIndex(len(cells), name="cell"), name="row")
        return terms.groupby(key).sum().reindex(row=labels).fillna(0.0)

    def write(self, name: str, rows: Rows) -> None:
        """Add a family's rows to the programme under its name."""
        rhs = xr.DataArray(rows.rhs, coords={"row": rows.labels}, dims="row")
        left = {"<=": rows.lhs <= rhs, ">=": rows.lhs >= rhs, "==": rows.lhs == rhs}[rows.sense]
        self.lp.add_constraints(left, name=name)
        self.families[name] = rows


Family = Callable[[Model, Activities, Policy], "Rows | None"]


def start(a: Activities, policy: Policy) -> Model:
    """An empty programme with the variables of ``a``.

    level[activity, year] within its bounds; stock[kept, stage] from its ``initial`` on, never below its ``least``;
    segment[part] of a good's utility, at most its width; kept[commodity] at the end; starts[lumpy, year] in {0, 1}.
    """
    lp = linopy.Model(sparse=True, force_dim_names=True)
    years = pd.Index(a.years, name="year")
    lower, upper = level_bounds(a)
    _add(lp, "level", lower, upper, [pd.Index(a.activities["activity"], name="activity"), years])
    kept = a.commodities[a.commodities["kind"].isin(KEPT)]
    if len(kept):
        stages = pd.Index(a.stages, name="stage")
        low = np.repeat(kept["least"].to_numpy()[:, None], len(stages), axis=1)
        high = np.full(low.shape, np.inf)
        low[:, 0] = high[:, 0] = kept["initial"].to_numpy()
        _add(lp, "stock", low, high, [pd.Index(kept["commodity"], name="commodity"), stages])
    if len(a.utility):
        parts = pd.RangeIndex(len(a.utility), name="part")
        lp.add_variables(
            lower=0.0, upper=xr.DataArray(a.utility["width"].to_numpy(), coords=[parts]), coords=[parts], name="segment"
        )
    if len(a.terminal):
        # An overdrawn account counts against the plan: what is left of it may be negative.
        least = a.terminal["commodity"].map(a.commodities.set_index("commodity")["least"]).clip(upper=0.0)
        remnants = pd.RangeIndex(len(a.terminal), name="remnant")
        lp.add_variables(
            lower=xr.DataArray(least.to_numpy(dtype=float), coords=[remnants]), coords=[remnants], name="kept"
        )
    lumpy = a.activities.loc[a.activities["lump"] > 0, "activity"]
    if len(lumpy):
        lp.add_variables(binary=True, coords=[pd.Index(lumpy, name="activity"), years], name="starts")
    soft = target_lines(a, policy).dropna(subset="weight")
    if len(soft):
        lp.add_variables(lower=0.0, coords=[pd.Index(soft["label"], name="target")], name="shortfall")
    return Model(lp, a)


def _add(lp: linopy.Model, name: str, lower: np.ndarray, upper: np.ndarray, coords: list[pd.Index]) -> None:
    dims = [str(c.name) for c in coords]
    low, high = (xr.DataArray(bound, coords=coords, dims=dims) for bound in (lower, upper))
    lp.add_variables(lower=low, upper=high, coords=coords, name=name)


def level_bounds(a: Activities) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bound of every level, activity × year; several rows for one level all hold."""
    names, years = pd.Index(a.activities["activity"]), pd.Index(a.years)
    lower = np.zeros((len(names), len(years)))
    upper = np.full(lower.shape, np.inf)
    years_of = {0: slice(None)} | {year: slice(t, t + 1) for t, year in enumerate(a.years)}
    for year, rows in a.bounds.groupby("year"):
        if year in years_of:
            at = names.get_indexer(rows["activity"])
            np.maximum.at(lower, (at, years_of[year]), rows["lower"].to_numpy()[:, None])
            np.minimum.at(upper, (at, years_of[year]), rows["upper"].to_numpy()[:, None])
    crossed = np.argwhere(lower > upper)
    raise_all(
        [
            StudyError(
                f"'{names[i]}' in {years[t]} must be at least {lower[i, t]:g} and at most {upper[i, t]:g}",
                fix="loosen one of the two bounds",
            )
            for i, t in crossed
        ]
    )
    return lower, upper
