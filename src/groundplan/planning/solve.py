"""Solving: HiGHS, with progress, a clean stop, and nothing returned without its residuals."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import linopy.io
import numpy as np
import xarray as xr

from groundplan.errors import Interrupted, PlanInfeasible, SolverError
from groundplan.planning.policy import Policy
from groundplan.planning.rows import Model

Progress = Callable[[str], None]
FEASIBLE = 1e-6
PDLP_FEASIBLE = 1e-4


@dataclass(frozen=True, eq=False)
class Solution:
    """Values of the variables, duals of the rows, and how good they are.

    values     variable → array on the variable's own dimensions
    duals      family → change of the objective by one unit more on the right-hand side, by row
    objective  of the maximised goal
    quality    solver, status, iterations, seconds, largest primal and dual infeasibility, gap
    """

    values: dict[str, xr.DataArray]
    duals: dict[str, np.ndarray]
    objective: float
    quality: dict[str, Any]


def quiet(_: str) -> None:
    """No progress."""


def to_stderr(line: str) -> None:
    """Progress on the terminal, one line over the other."""
    print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def solver(m: Model, policy: Policy) -> highspy.Highs:
    """The programme as HiGHS sees it, with the policy's options."""
    h = linopy.io.to_highspy(m.lp, set_names=False)
    options = {
        "output_flag": False,
        "solver": policy.solver,
        "random_seed": policy.seed,
        "time_limit": float(policy.time_limit),
        "threads": 1,
    }
    for name, value in options.items():
        h.setOptionValue(name, value)
    return h


def solve(m: Model, policy: Policy, progress: Progress = quiet) -> Solution:
    """The best plan of the programme.

    Raises ``PlanInfeasible`` (bare: ``explain.conflict`` gives it its words), ``SolverError`` where the solver stops
    without an answer or its answer violates a row by more than 1e-6 of the row's scale, ``Interrupted`` on Ctrl-C.
    """
    began = time.perf_counter()
    h = solver(m, policy)
    lumpy = m.has("starts")
    _run(h, progress, began)
    status = h.getModelStatus()
    if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        # Presolve cannot tell the two apart; the simplex without it can.
        h.setOptionValue("presolve", "off")
        h.setOptionValue("solver", "simplex")
        _run(h, progress, began)
        status = h.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise PlanInfeasible("no plan meets every row")
    if status != highspy.HighsModelStatus.kOptimal:
        raise SolverError(
            f"the solver stopped without an answer: {h.modelStatusToString(status)}",
            fix="give it more time (time_limit), another solver (simplex, ipm, pdlp), or bounds where the goal has none",
        )
    if lumpy:
        _fix_projects(h, m)
        _run(h, progress, began)
    return _solution(h, m, policy, began, lumpy)


def _run(h: highspy.Highs, progress: Progress, began: float) -> None:
    """Run HiGHS so that Ctrl-C reaches it, telling the progress at most ten times a second."""
    last = [0.0]

    def tell(event: Any) -> None:
        now = time.perf_counter()
        if now - last[0] > 0.1:
            last[0] = now
            progress(f"solving: {now - began:.1f} s")

    h.HandleKeyboardInterrupt = True
    h.cbSimplexInterrupt.subscribe(tell)
    h.cbIpmInterrupt.subscribe(tell)
    h.cbMipInterrupt.subscribe(tell)
    try:
        h.solve()
    except KeyboardInterrupt:
        raise Interrupted("stopped by the user; nothing was written") from None
    finally:
        h.disableCallbacks()
    if h.getModelStatus() == highspy.HighsModelStatus.kInterrupt:
        raise Interrupted("stopped by the user; nothing was written")


def _fix_projects(h: highspy.Highs, m: Model) -> None:
    """Hold the projects where they are, so that the rest has prices."""
    position = {int(v): i for i, v in enumerate(m.lp.matrices.vlabels)}
    columns = np.asarray([position[int(v)] for v in m.variables["starts"].labels.values.ravel()], dtype=np.int32)
    chosen = np.round(np.asarray(h.getSolution().col_value)[columns])
    h.changeColsBounds(len(columns), columns, chosen, chosen)
    kinds = np.full(len(columns), int(highspy.HighsVarType.kContinuous), dtype=np.uint8)
    h.changeColsIntegrality(len(columns), columns, kinds)


def _solution(h: highspy.Highs, m: Model, policy: Policy, began: float, lumpy: bool) -> Solution:
    matrices, info, found = m.lp.matrices, h.getInfo(), h.getSolution()
    columns = np.full(int(matrices.vlabels.max()) + 1, np.nan)
    columns[matrices.vlabels] = found.col_value
    dual = np.full(int(matrices.clabels.max()) + 1, np.nan)
    dual[matrices.clabels] = found.row_dual
    values = {str(name): v.labels.copy(data=columns[v.labels.values]).rename(str(name)) for name, v in m.variables.items()}
    duals = {name: dual[m.lp.constraints[name].labels.values] for name in m.families}
    primal = _violation(h)
    worst = PDLP_FEASIBLE if policy.solver == "pdlp" else FEASIBLE
    quality = {
        "solver": f"HiGHS {h.version()} ({policy.solver})",
        "status": h.modelStatusToString(h.getModelStatus()),
        "iterations": int(max(info.simplex_iteration_count, 0) + max(info.ipm_iteration_count, 0) + max(info.pdlp_iteration_count, 0)),
        "seconds": round(time.perf_counter() - began, 3),
        "rows": int(h.getNumRow()),
        "columns": int(h.getNumCol()),
        "nonzeros": int(h.getNumNz()),
        "primal_infeasibility": float(info.max_primal_infeasibility),
        "relative_primal_infeasibility": primal,
        "dual_infeasibility": float(info.max_dual_infeasibility),
        "primal_dual_gap": float(abs(info.primal_dual_objective_error)),
        "projects_fixed_for_prices": lumpy,
    }
    if primal > worst:
        raise SolverError(
            f"the solver's plan misses a row by {primal:.2g} of its scale (accepted: {worst:g})",
            fix="use another solver: simplex or ipm",
        )
    return Solution(values, duals, float(info.objective_function_value), quality)


def _violation(h: highspy.Highs) -> float:
    """The largest violation of a row, as a share of the row's largest term (at least 1)."""
    lp, value = h.getLp(), np.asarray(h.getSolution().col_value)
    activity = np.asarray(h.getSolution().row_value)
    miss = np.maximum(np.asarray(lp.row_lower_) - activity, activity - np.asarray(lp.row_upper_))
    matrix = lp.a_matrix_
    start, index, entry = np.asarray(matrix.start_), np.asarray(matrix.index_), np.asarray(matrix.value_)
    scale = np.ones(len(activity))
    if matrix.format_ == highspy.MatrixFormat.kColwise:
        np.maximum.at(scale, index, np.abs(entry * np.repeat(value, np.diff(start))))
    else:
        np.maximum.at(scale, np.repeat(np.arange(len(activity)), np.diff(start)), np.abs(entry * value[index]))
    return float(np.max(miss / scale, initial=0.0))
