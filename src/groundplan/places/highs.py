"""HiGHS behind the programmes of places: what is handed to it, and its answer as plain values. Nobody else calls it."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from groundplan.errors import SolverError
from groundplan.places.linear import Programme
from groundplan.places.problem import Floats

# Hears the best found and what no choice can exceed (±inf where not known); True asks to stop.
Heard = Callable[[float, float], bool]
SELDOM = 0.2
FEASIBLE = 2


@dataclass(frozen=True, eq=False)
class Answer:
    """What a run ended with.

    status     "optimal", "infeasible", "stopped" (Ctrl-C, or whoever listened asked for it), or HiGHS's own words
    objective  of the values;  bound  no choice has more (inf where none is proven)
    values     [column] the best found; None where none is feasible
    relaxed    [column] and prices [row] of a relaxation, feasible or not; empty where there are none
    """

    status: str
    objective: float
    bound: float
    values: Floats | None
    relaxed: Floats
    prices: Floats

    @property
    def optimal(self) -> bool:
        """Whether nothing better exists, within the gap that was asked for."""
        return self.status == "optimal"

    @property
    def infeasible(self) -> bool:
        """Whether no choice meets all rows."""
        return self.status == "infeasible"

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before its end."""
        return self.status == "stopped"


class Loaded:
    """A programme in HiGHS, maximised, with other costs or bounds or without some families where asked."""

    def __init__(
        self,
        p: Programme,
        options: Mapping[str, Any],
        *,
        cost: Floats | None = None,
        bounds: tuple[Floats, Floats] | None = None,
        without: frozenset[str] = frozenset(),
    ) -> None:
        matrix, (low, high) = p.matrix(), p.bounds() if bounds is None else bounds
        row_low, row_high = p.row_bounds()
        for name, first, last in p.families:
            if name in without:
                row_low[first:last], row_high[first:last] = -np.inf, np.inf
        self.highs = h = highspy.Highs()
        h.setOptionValue("output_flag", False)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = p.columns, p.rows
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = (p.costs() if cost is None else cost), low, high
        lp.row_lower_, lp.row_upper_ = row_low, row_high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        lp.sense_ = highspy.ObjSense.kMaximize
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[k] for k in p.whole_columns().tolist()]
        h.passModel(lp)
        for name, value in options.items():
            self._set(name, value)

    def _set(self, name: str, value: Any) -> None:
        if self.highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverError(f"HiGHS does not take {name} = {value!r}", fix="install a version that Groundplan admits")

    def start(self, values: Floats) -> None:
        """A choice to start from."""
        given = highspy.HighsSolution()
        given.col_value = values.tolist()
        self.highs.setSolution(given)

    def change(self, cost: Floats, low: Floats, high: Floats) -> None:
        """Other costs and bounds for the first columns; what was solved last is where the next run starts."""
        columns = np.arange(len(cost), dtype=np.int32)
        self.highs.changeColsCost(len(cost), columns, cost)
        self.highs.changeColsBounds(len(cost), columns, low, high)

    def run(self, *, relaxed: bool = False) -> Answer:
        """Solve at once, for programmes so small that nobody wants to stop them; ``relaxed`` without whole numbers."""
        self._set("solve_relaxation", relaxed)
        self.highs.run()
        return self._answer()

    def watched(self, heard: Heard | None = None) -> Answer:
        """Solve; Ctrl-C, or ``heard`` that returns True, stops it and leaves what it has found."""
        h, last = self.highs, [0.0]

        def seldom(event: Any) -> None:
            now = time.perf_counter()
            if heard is None or now - last[0] <= SELDOM:
                return
            last[0] = now
            data = event.data_out
            ends = (float(data.mip_primal_bound), float(data.mip_dual_bound)) if whole else (np.nan, np.nan)
            found, bound = (x if np.isfinite(x) else none for x, none in zip(ends, (-np.inf, np.inf), strict=True))
            if heard(found, bound):
                event.interrupt()

        whole = not h.getOptionValue("solve_relaxation")[1]
        h.HandleKeyboardInterrupt = True
        if heard is not None:
            for event in (
                (h.cbMipInterrupt, h.cbMipImprovingSolution) if whole else (h.cbSimplexInterrupt, h.cbIpmInterrupt)
            ):
                event.subscribe(seldom)
        try:
            # HiGHS prints that it was told to stop; the output belongs to the page.
            with contextlib.redirect_stdout(sys.stderr):
                h.solve()
        except KeyboardInterrupt:
            return self._answer(stopped=True)
        finally:
            h.disableCallbacks()
        return self._answer()

    def _answer(self, *, stopped: bool = False) -> Answer:
        h, info, solution = self.highs, self.highs.getInfo(), self.highs.getSolution()
        status = h.getModelStatus()
        words = {
            highspy.HighsModelStatus.kOptimal: "optimal",
            highspy.HighsModelStatus.kInfeasible: "infeasible",
            highspy.HighsModelStatus.kInterrupt: "stopped",
            highspy.HighsModelStatus.kUnknown: "unknown",
        }
        values = np.asarray(solution.col_value)
        return Answer(
            status="stopped" if stopped else words.get(status, h.modelStatusToString(status)),
            objective=float(info.objective_function_value),
            bound=float(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else np.inf,
            values=values if info.primal_solution_status == FEASIBLE else None,
            relaxed=values,
            prices=np.asarray(solution.row_dual),
        )
