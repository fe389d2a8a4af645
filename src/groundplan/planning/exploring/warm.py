"""A solved plan that HiGHS keeps, to be asked again: the same rows, another goal, from where the solver stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import highspy
import numpy as np
import pandas as pd
import xarray as xr

from groundplan.errors import GroundplanError, SolverError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.exploring.material_balances import PERMISSIONS
from groundplan.planning.made import Made
from groundplan.planning.rows import Model
from groundplan.planning.solve import OPTIMAL, Loaded, hold_whole, load
from groundplan.planning.targets import known_indicators

PRIMAL = 4
WASTE = ("flow_balance", "good_balance")
THIN = 1e-12


@dataclass(frozen=True, eq=False)
class Warm:
    """The programme of a plan as HiGHS holds it, at its optimum.

    made    the plan; its projects stay as it has them, so that all that is left is linear
    loaded  HiGHS and the labels of its columns and rows
    goal    objective per unit of every column
    values  the plan's own columns
    """

    made: Made
    loaded: Loaded
    goal: np.ndarray
    values: np.ndarray

    @property
    def best(self) -> float:
        """The objective of the plan."""
        return float(self.goal @ self.values)

    @cached_property
    def places(self) -> np.ndarray:
        """From linopy's label of a variable to its column."""
        return places(self.loaded.columns)

    def columns(self, variable: str) -> np.ndarray:
        """The columns of a variable of the programme, in the shape of the variable."""
        found: np.ndarray = self.places[self.made.model.lp.variables[variable].labels.values]
        return found

    def form(self, indicator: str) -> np.ndarray:
        """An indicator's average over the plan's years as a linear form of the columns."""
        a = self.made.activities
        cells = indicator_cells(a, indicator)
        out = np.zeros(len(self.goal))
        for part, (variable, index, first) in _PARTS.items():
            own = cells[cells["part"] == part]
            if own.empty:
                continue
            names = self.made.model.variables[variable].indexes[index]
            at = self.columns(variable)[names.get_indexer(pd.Index(own["on"])), own["year"].to_numpy() - a.years[first]]
            np.add.at(out, at, own["amount"].to_numpy() / len(a.years))
        return out

    def no_worse_than(self, least: float) -> Warm:
        """From now on the objective may not fall below ``least``: one more row in HiGHS."""
        at = np.flatnonzero(self.goal).astype(np.int32)
        self.loaded.highs.addRow(least, highspy.kHighsInf, len(at), at, self.goal[at])
        return self

    def no_more_waste(self) -> Warm:
        """From now on nothing may be left unused beyond what the plan itself leaves: no buying to throw away."""
        h = self.loaded.highs
        reached, at = np.asarray(h.getSolution().row_value), places(self.loaded.rows)
        for family, rows in self.made.model.families.items():
            if family in WASTE:
                tight = np.asarray([str(r).partition(":")[0] not in PERMISSIONS for r in rows.labels])
                own = at[np.ravel(self.made.model.lp.constraints[family].labels.values)][tight].astype(np.int32)
                lower = np.asarray(rows.rhs, dtype=float)[tight]
                h.changeRowsBounds(len(own), own, lower, np.maximum(reached[own], lower))
        return self

    def largest(self, form: np.ndarray) -> np.ndarray:
        """The plan with the largest value of a linear form: all its columns.

        Raises ``SolverError`` where the solver stops without an answer.
        """
        h, n = self.loaded.highs, len(form)
        scale = float(np.abs(form).max(initial=0.0)) or 1.0
        h.changeColsCost(n, np.arange(n, dtype=np.int32), form / scale)
        h.run()
        if h.getModelStatus() != OPTIMAL:
            # A basis that has gone bad is not worth saving.
            h.clearSolver()
            h.run()
        if h.getModelStatus() != OPTIMAL:
            told = f"the solver stopped without an answer: {h.modelStatusToString(h.getModelStatus())}"
            raise SolverError(told, fix="give it more time (time_limit)")
        return np.asarray(h.getSolution().col_value)

    def read(self, values: np.ndarray) -> dict[str, xr.DataArray]:
        """Columns as the variables of the programme."""
        return variables(self.made.model, self.loaded, values)


_PARTS = {"level": ("level", "activity", 0), "stock": ("stock", "commodity", 0)}


def places(labels: np.ndarray) -> np.ndarray:
    """From linopy's labels to positions: the inverse of a list of labels."""
    at = np.full(int(labels.max(initial=0)) + 1, -1)
    at[labels] = np.arange(len(labels))
    return at


def variables(m: Model, loaded: Loaded, values: np.ndarray) -> dict[str, xr.DataArray]:
    """The solver's columns as the variables of a programme."""
    at = places(loaded.columns)
    found = m.lp.variables.items()
    return {str(name): v.labels.copy(data=values[at[v.labels.values]]) for name, v in found}


def warm(made: Made) -> Warm:
    """A plan ready to be asked again: solved once more, its projects held, by the simplex method from there on."""
    policy = replace(made.policy, solver="ipm")
    loaded = load(made.model, policy)
    h = loaded.highs
    values = solved_columns(made.model, made, loaded)
    hold_whole(h, values)
    h.run()
    if h.getModelStatus() != OPTIMAL:
        told = f"the plan cannot be solved again: {h.modelStatusToString(h.getModelStatus())}"
        raise SolverError(told, fix="give it more time (time_limit)")
    for option, value in (("solver", "simplex"), ("simplex_strategy", PRIMAL), ("presolve", "off")):
        h.setOptionValue(option, value)
    goal = np.asarray(h.getLp().col_cost_)
    return Warm(made, loaded, goal, np.asarray(h.getSolution().col_value))


def solved_columns(m: Model, made: Made, loaded: Loaded) -> np.ndarray:
    """The plan's values in the order of HiGHS' columns."""
    at = places(loaded.columns)
    out = np.zeros(len(loaded.columns))
    for name, v in m.lp.variables.items():
        out[at[v.labels.values]] = made.solution.values[str(name)].values
    return out


def indicator_cells(a: Activities, indicator: str) -> pd.DataFrame:
    """The linear form of an indicator in every year: part (level or stock), on, year, amount.

    Raises ``UnknownName``, and ``StudyError`` for a ratio, which is no linear form.
    """
    raise_all(not_linear(a, [indicator]))
    rows, years = a.indicators[a.indicators["indicator"] == indicator], np.asarray(a.years)
    out = rows.loc[rows.index.repeat(len(years))].assign(year=np.tile(years, len(rows)))
    factor = a.factor(out["profile"].to_numpy(dtype=object), out["year"].to_numpy())
    return out.assign(amount=out["coefficient"] * factor)[["part", "on", "year", "amount"]]


def not_linear(a: Activities, names: Sequence[str]) -> list[GroundplanError]:
    """What is wrong with names that should be indicators and no ratios."""
    known, ratios = known_indicators(a), a.ratios.set_index("indicator")
    faults: list[GroundplanError] = [UnknownName("indicator", n, known) for n in names if n not in known]
    for name in names:
        if name in ratios.index:
            above, below = ratios.loc[name, ["numerator", "denominator"]]
            fix = f"ask for '{above}' and '{below}'"
            faults.append(StudyError(f"'{name}' is a ratio, which has no range of its own here", fix=fix))
    return faults


def yearly(made: Made, names: Sequence[str], values: Mapping[str, xr.DataArray] | None = None) -> pd.DataFrame:
    """Indicators and ratios of a plan by year of the plan (columns); ``values``: other levels and stocks of the plan.

    Raises ``UnknownName`` for what is no indicator.
    """
    a, there = made.activities, made.solution.values if values is None else values
    ratios = a.ratios.drop_duplicates("indicator").set_index("indicator")
    known = known_indicators(a)
    raise_all([UnknownName("indicator", n, known) for n in names if n not in known])
    frames = {part: pd.DataFrame(there[part].to_pandas()) for part in _PARTS if part in there}

    def linear(name: str) -> np.ndarray:
        cells = indicator_cells(a, name)
        out = np.zeros(len(a.years))
        for part, own in cells.groupby("part"):
            frame, year = frames[str(part)], own["year"].to_numpy() - a.years[0]
            amount = frame.to_numpy()[frame.index.get_indexer(pd.Index(own["on"])), year] * own["amount"].to_numpy()
            np.add.at(out, year, amount)
        return out

    rows = {}
    for name in names:
        if name in ratios.index:
            above, below = (linear(str(ratios.loc[name, side])) for side in ("numerator", "denominator"))
            rows[name] = np.divide(above, below, out=np.full(len(above), np.nan), where=np.abs(below) > THIN)
        else:
            rows[name] = linear(name)
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(a.years))
