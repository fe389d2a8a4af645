"""Rows of the linear programme, built sparse from long tables, and the model that they are written into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from linopy.constants import TERM_DIM as TERM

from groundplan.errors import StudyError, raise_all
from groundplan.planning.activities import KEPT, Activities
from groundplan.planning.policy import Policy
from groundplan.planning.targets import target_lines

linopy.options["semantics"] = "v1"

BETWEEN = " | "
AT = " @ "
# What a fork shares with its trunk: the dimension of time, and by how much later than its first year its own begins.
INHERITED = {"level": ("year", 0), "starts": ("year", 0), "stock": ("stage", 1)}


def family_of(name: str) -> tuple[str, str]:
    """A family as the programme calls it → the family and the fork, "" for the trunk.

    >>> family_of("good_floor @ fuel cut")
    ('good_floor', 'fuel cut')
    """
    family, _, fork = name.partition(AT)
    return family, fork


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
    """The linear programme under construction: its variables, and what its families wrote.

    A fork of a plan is a model with a name and a ``trunk``: the same programme, variables and rows of its own under
    its name, and the trunk's levels and stocks for all that lies before its first year.
    """

    lp: linopy.Model
    activities: Activities
    families: dict[str, Rows] = field(default_factory=dict)
    fork: str = ""
    trunk: Model | None = None

    @property
    def variables(self) -> linopy.variables.Variables:
        """The programme's variables by name: level, stock, segment, kept, starts, shortfall; forks' own too."""
        return self.lp.variables

    def named(self, name: str) -> str:
        """What a variable or a family of rows is called in the programme: ``level``, ``level @ fuel cut``."""
        return f"{name}{AT}{self.fork}" if self.fork else name

    def has(self, variable: str) -> bool:
        """Whether the model has such a variable; a plan without goods, for one, has no ``segment``."""
        return self.named(variable) in self.lp.variables

    def sum(self, variable: str, cells: pd.DataFrame, labels: np.ndarray) -> linopy.LinearExpression:
        """Σ amount · variable, gathered into rows.

        ``cells`` has a column for each dimension of the variable, ``amount``, and ``row``, a position in ``labels``.
        Rows without a cell are zero, not absent: a shifted variable must not drop the rows of its first years. In a
        fork, cells before its first year, and the stock at its start, are the trunk's.
        """
        parts = [(self, cells)]
        if self.trunk is not None and variable in INHERITED:
            time, own = INHERITED[variable]
            later = cells[time] >= self.activities.years[0] + own
            parts = [(m, part) for m, part in ((self.trunk, cells[~later]), (self, cells[later])) if len(part)]
        gathered = [m.gathered(variable, part, labels) for m, part in parts or [(self, cells)]]
        return gathered[0] if len(gathered) == 1 else gathered[0] + gathered[1]

    def gathered(self, variable: str, cells: pd.DataFrame, labels: np.ndarray) -> linopy.LinearExpression:
        """Σ amount · the model's own variable, gathered into rows."""
        v = self.lp.variables[self.named(variable)]
        at = tuple(v.indexes[dim].get_indexer(cells[str(dim)]) for dim in v.dims)
        cell = pd.RangeIndex(len(cells), name="cell")
        # The terms as linopy keeps them: multiplying variables takes as long as all the rest of the writing.
        terms = xr.Dataset(
            {
                "coeffs": (("cell", TERM), cells["amount"].to_numpy(dtype=float)[:, None]),
                "vars": (("cell", TERM), v.labels.values[at][:, None]),
                "const": ("cell", np.zeros(len(cells))),
            },
            coords={"cell": cell},
        )
        key = pd.Series(labels[cells["row"].to_numpy()], index=cell, name="row")
        return linopy.LinearExpression(terms, self.lp).groupby(key).sum().reindex(row=labels).fillna(0.0)

    def write(self, name: str, rows: Rows) -> None:
        """Add a family's rows to the programme under its name, a fork's in the trunk's list too."""
        rhs = xr.DataArray(rows.rhs, coords={"row": rows.labels}, dims="row")
        left = {"<=": rows.lhs <= rhs, ">=": rows.lhs >= rhs, "==": rows.lhs == rhs}[rows.sense]
        self.lp.add_constraints(left, name=self.named(name))
        whole = self if self.trunk is None else self.trunk
        whole.families[self.named(name)] = rows


Family = Callable[[Model, Activities, Policy], "Rows | None"]


def start(a: Activities, policy: Policy, *, trunk: Model | None = None, fork: str = "") -> Model:
    """A programme with the variables of ``a`` and no rows; a fork's variables go into its trunk's programme.

    level[activity, year] within its bounds; stock[kept, stage] from its ``initial`` on, never below its ``least``;
    segment[part] of a good's utility, at most its width; kept[commodity] at the end; starts[lumpy, year] in {0, 1}.
    """
    m = Model(linopy.Model(sparse=True, force_dim_names=True) if trunk is None else trunk.lp, a, {}, fork, trunk)
    years = pd.Index(a.years, name="year")
    lower, upper = level_bounds(a)
    _add(m, "level", lower, upper, [pd.Index(a.activities["activity"], name="activity"), years])
    kept = a.commodities[a.commodities["kind"].isin(KEPT)]
    if len(kept):
        stages = pd.Index(a.stages, name="stage")
        low = np.repeat(kept["least"].to_numpy()[:, None], len(stages), axis=1)
        high = np.full(low.shape, np.inf)
        low[:, 0] = high[:, 0] = kept["initial"].to_numpy()
        own = 0 if trunk is None else 1
        _add(m, "stock", low[:, own:], high[:, own:], [pd.Index(kept["commodity"], name="commodity"), stages[own:]])
    if len(a.utility):
        width = a.utility["width"].to_numpy()
        _add(m, "segment", np.zeros(len(width)), width, [pd.RangeIndex(len(width), name="part")])
    if len(a.terminal):
        # An overdrawn account counts against the plan: what is left of it may be negative.
        floor = a.terminal["commodity"].map(a.commodities.set_index("commodity")["least"]).clip(upper=0.0)
        least = floor.to_numpy(dtype=float)
        _add(m, "kept", least, np.full(len(least), np.inf), [pd.RangeIndex(len(least), name="remnant")])
    lumpy = a.activities.loc[a.activities["lump"] > 0, "activity"]
    if len(lumpy):
        m.lp.add_variables(binary=True, coords=[pd.Index(lumpy, name="activity"), years], name=m.named("starts"))
    soft = target_lines(a, policy).dropna(subset="weight")
    if len(soft):
        target = pd.Index(soft["label"], name="target")
        _add(m, "shortfall", np.zeros(len(soft)), np.full(len(soft), np.inf), [target])
    return m


def _add(m: Model, name: str, lower: np.ndarray, upper: np.ndarray, coords: list[pd.Index]) -> None:
    dims = [str(c.name) for c in coords]
    low, high = (xr.DataArray(bound, coords=coords, dims=dims) for bound in (lower, upper))
    m.lp.add_variables(lower=low, upper=high, coords=coords, name=m.named(name))


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
