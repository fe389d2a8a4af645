"""A solved plan that HiGHS keeps, to be asked again: the same rows, another goal, from where the solver stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr
from scipy import sparse

from groundplan.errors import GroundplanError, SolverError, StudyError, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.families.forms import form_of
from groundplan.planning.families.targets import (
    indicator_paths,
    known_indicators,
    unknown_indicator,
    values_by_part,
)
from groundplan.planning.families.waste import sides_without_waste
from groundplan.planning.solve import load
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.solver.highs import INFINITY, OPTIMAL, PRIMAL_SIMPLEX, Highs


@dataclass(frozen=True, eq=False)
class Warm:
    """The programme of a plan as HiGHS holds it, at its optimum.

    solved  the plan; its projects stay as it has them, so that all that is left is linear
    highs   the solver; columns and rows are numbered as the programme's
    goal    objective per unit of every column
    values  the plan's own columns
    """

    solved: SolvedPlan
    highs: Highs
    goal: np.ndarray
    values: np.ndarray

    @property
    def best(self) -> float:
        """The objective of the plan."""
        return float(self.goal @ self.values)

    def form(self, indicator: str) -> np.ndarray:
        """An indicator's average over the plan's years as a linear form of the columns.

        Raises ``UnknownName``, and ``StudyError`` for a ratio, which is no linear form.
        """
        a = self.solved.activities
        raise_all(not_linear(a, [indicator]))
        return form_of(self.solved.model, indicator, np.asarray(a.years)) / len(a.years)

    def no_worse_than(self, least: float) -> Warm:
        """From now on the objective may not fall below ``least``: one more row in HiGHS."""
        self.highs.add_rows(np.array([least]), np.array([INFINITY]), sparse.csr_array(self.goal[None]))
        return self

    def no_more_waste(self) -> Warm:
        """From now on nothing may be left unused beyond what the plan itself leaves: no buying to throw away."""
        for _, own, lower, upper in sides_without_waste(self.solved.model, self.highs.row_values):
            self.highs.sides(own, lower, upper)
        return self

    def largest(self, form: np.ndarray) -> np.ndarray:
        """The plan with the largest value of a linear form: all its columns.

        Raises ``SolverError`` where the solver stops without an answer.
        """
        h, scale = self.highs, float(np.abs(form).max(initial=0.0)) or 1.0
        h.costs(form / scale)
        h.within(self.solved.policy.time_limit)
        h.run()
        if h.status != OPTIMAL:
            # A basis that has gone bad is not worth saving.
            h.clearSolver()
            h.within(self.solved.policy.time_limit)
            h.run()
        if h.status != OPTIMAL:
            what = f"the solver stopped without an answer: {h.status_words}"
            raise SolverError(what, fix="give it more time (time_limit)")
        return h.values


def warm(solved: SolvedPlan) -> Warm:
    """A plan ready to be asked again: solved once more, its projects held, by the simplex method from there on."""
    h = load(solved.model, replace(solved.policy, solver="ipm"))
    h.hold_whole(solved.model.columns(solved.solution.values))
    h.run()
    if h.status != OPTIMAL:
        raise SolverError(f"the plan cannot be solved again: {h.status_words}", fix="give it more time (time_limit)")
    h.set(solver="simplex", simplex_strategy=PRIMAL_SIMPLEX, presolve="off")
    return Warm(solved, h, h.figures().cost, h.values)


def not_linear(a: Activities, names: Sequence[str]) -> list[GroundplanError]:
    """What is wrong with names that should be indicators and no ratios."""
    indicators, ratios = known_indicators(a), a.ratios.set_index("indicator")
    faults: list[GroundplanError] = [unknown_indicator(n, a) for n in names if n not in indicators]
    for name in names:
        if name in ratios.index:
            above, below = ratios.loc[name, ["numerator", "denominator"]]
            fix = f"ask for '{above}' and '{below}'"
            faults.append(StudyError(f"'{name}' is a ratio, which has no range of its own here", fix=fix))
    return faults


def yearly(solved: SolvedPlan, names: Sequence[str], values: Mapping[str, xr.DataArray] | None = None) -> pd.DataFrame:
    """Indicators and ratios of a plan by year of the plan (columns); ``values``: other levels and stocks of the plan.

    Raises ``UnknownName`` for what is no indicator.
    """
    a, there = solved.activities, solved.values if values is None else values
    indicators = known_indicators(a)
    raise_all([unknown_indicator(n, a) for n in names if n not in indicators])
    return indicator_paths(a, list(names), np.asarray(a.years), values_by_part(a, there))
