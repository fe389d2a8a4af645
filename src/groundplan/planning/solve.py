"""Solving: HiGHS, with progress, a clean stop, and nothing returned without its residuals."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import xarray as xr

from groundplan.errors import Interrupted, PlanInfeasible, SolverError
from groundplan.planning.policy import Policy
from groundplan.planning.rows import Model

Progress = Callable[[str], None]
FEASIBLE = 1e-6
PDLP_FEASIBLE = 1e-4
CLEANING = 3000
FOUND = 2  # HiGHS: the primal solution is feasible
OPTIMAL, INFEASIBLE = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible


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


class Enough(Exception):
    """Raised by a ``progress`` function while projects are chosen: stop, and keep the best choice so far."""


def quiet(_: str) -> None:
    """No progress."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """The programme as HiGHS holds it, with linopy's labels of its columns and rows."""

    highs: highspy.Highs
    columns: np.ndarray
    rows: np.ndarray


def load(m: Model, policy: Policy) -> Loaded:
    """Hand the programme to HiGHS with the policy's options.

    linopy's own hand-over sets options only afterwards, when HiGHS has already thrown away coefficients below 1e-9:
    with outputs in the millions these are whole deliveries.
    """
    matrices = m.lp.matrices
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("small_matrix_value", 1e-12)
    h.addVars(len(matrices.vlabels), matrices.lb, matrices.ub)
    whole = np.flatnonzero(matrices.vtypes != "C").astype(np.int32)
    if len(whole):
        h.changeColsIntegrality(len(whole), whole, np.full(len(whole), 1, dtype=np.uint8))
    h.changeColsCost(len(matrices.c), np.arange(len(matrices.c), dtype=np.int32), matrices.c)
    if matrices.A is not None:
        a = matrices.A.tocsr()
        lower = np.where(matrices.sense != "<", matrices.b, -np.inf)
        upper = np.where(matrices.sense != ">", matrices.b, np.inf)
        h.addRows(a.shape[0], lower, upper, a.nnz, a.indptr, a.indices, a.data)
    h.changeObjectiveSense(highspy.ObjSense.kMaximize)
    options = {
        "solver": policy.solver,
        "random_seed": policy.seed,
        "time_limit": float(policy.time_limit),
        "threads": 1,
        "mip_rel_gap": float(policy.gap),
        "primal_feasibility_tolerance": 1e-8,
        # Scaled bounds would make a project of one into a project of something else.
        "user_bound_scale": 0 if len(whole) else _bound_scale(h),
    }
    if policy.solver == "pdlp":
        # A first-order answer does not survive being carried back through presolve: its duals come out wrong.
        options |= {"presolve": "off", "pdlp_optimality_tolerance": PDLP_FEASIBLE / 10}
    for name, value in options.items():
        h.setOptionValue(name, value)
    return Loaded(h, np.asarray(matrices.vlabels), np.asarray(matrices.clabels))


def _bound_scale(h: highspy.Highs) -> int:
    """The power of two that brings the largest bound to about 10^4, so that tolerances mean the same in every money.

    Tables come in millions or billions; the solver's tolerances are absolute.
    """
    lp = h.getLp()
    bounds = np.concatenate([np.asarray(b) for b in (lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_)])
    finite = np.abs(bounds[np.isfinite(bounds)])
    largest = float(finite.max(initial=0.0))
    return round(np.log2(1e4 / largest)) if largest > 0 else 0


def solve(m: Model, policy: Policy, progress: Progress = quiet) -> Solution:
    """The best plan of the programme.

    Raises ``PlanInfeasible`` (bare: ``explain.conflict`` gives it its words), ``SolverError`` where the solver stops
    without an answer or its answer violates a row by more than 1e-6 of the row's scale, ``Interrupted`` on Ctrl-C.
    """
    began = time.perf_counter()
    lumpy = m.has("starts")
    if lumpy and policy.solver != "choose":
        # Projects need branch and bound, which HiGHS only does when it may choose.
        policy = replace(policy, solver="choose")
    loaded = load(m, policy)
    h = loaded.highs
    _run(h, progress, began, keeping=lumpy)
    kept = lumpy and _stopped_with_a_plan(h)
    if not kept and h.getModelStatus() not in (OPTIMAL, INFEASIBLE) and not feasible(m, policy):
        raise PlanInfeasible("no plan meets every row")
    if not kept and h.getModelStatus() not in (OPTIMAL, INFEASIBLE) and policy.solver != "pdlp":
        h.clearSolver()
        h.setOptionValue("solver", "simplex" if policy.solver != "simplex" else "ipm")
        _run(h, progress, began)
    status = h.getModelStatus()
    if status == INFEASIBLE:
        raise PlanInfeasible("no plan meets every row")
    if status != OPTIMAL and not kept:
        raise SolverError(
            f"the solver stopped without an answer: {h.modelStatusToString(status)}",
            fix="give it more time (time_limit), or another solver (simplex, ipm, pdlp)",
        )
    search: dict[str, Any] = {}
    if lumpy:
        search = _search(h, stopped=kept)
        progress(f"projects chosen, gap {search['gap']:.2g}; finding the prices of the plan")
        loaded = _projects_held(loaded, m, policy)
        h = loaded.highs
        _run(h, progress, began)
        if h.getModelStatus() != OPTIMAL:
            raise SolverError(
                f"the plan with its projects fixed has no prices: {h.modelStatusToString(h.getModelStatus())}",
                fix="give it more time (time_limit), or make the projects divisible (leave out lump)",
            )
    return _solution(loaded, m, policy, began, search)


def feasible(m: Model, policy: Policy) -> bool:
    """Whether a plan may meet the rows: False only where none can.

    Without its goal, and by interior point, the programme tells at once what else can take minutes.
    """
    lumpy = m.has("starts")
    h = without_goal(load(m, replace(policy, solver="choose" if lumpy else "ipm")).highs)
    if not lumpy:
        h.setOptionValue("run_crossover", "off")
    _run(h, quiet, time.perf_counter())
    return bool(h.getModelStatus() != INFEASIBLE)


def without_goal(h: highspy.Highs) -> highspy.Highs:
    """The same rows with every cost zero."""
    n = h.getNumCol()
    h.changeColsCost(n, np.arange(n, dtype=np.int32), np.zeros(n))
    return h


def _run(h: highspy.Highs, progress: Progress, began: float, *, keeping: bool = False) -> None:
    """Run HiGHS so that Ctrl-C reaches it, telling the progress at most ten times a second.

    With ``keeping`` a stop by the user leaves the best choice of projects found so far, if there is one. Where the
    interior point finds no answer HiGHS goes on with the simplex, which on a plan that nobody can meet does not end:
    that is stopped after ``CLEANING`` iterations and the caller asks whether there is a plan at all.
    """
    last = [0.0]

    _, method = h.getOptionValue("solver")
    labouring = [False]

    def tell_simplex(event: Any) -> None:
        if method == "ipm" and event.data_out.simplex_iteration_count > CLEANING:
            labouring[0] = True
            event.interrupt()
        tell(event)

    def tell(_: Any) -> None:
        now = time.perf_counter()
        if now - last[0] > 0.1:
            last[0] = now
            progress(f"solving: {now - began:.1f} s")

    def tell_search(event: Any) -> None:
        now = time.perf_counter()
        if now - last[0] > 0.1:
            last[0] = now
            out = event.data_out
            found = told(out.mip_primal_bound, out.mip_dual_bound, out.mip_gap)
            try:
                progress(f"choosing projects: {now - began:.1f} s, {found}")
            except Enough:
                event.interrupt()

    h.HandleKeyboardInterrupt = True
    h.cbSimplexInterrupt.subscribe(tell_simplex)
    h.cbIpmInterrupt.subscribe(tell)
    h.cbMipInterrupt.subscribe(tell_search)
    try:
        h.solve()
    except KeyboardInterrupt:
        raise Interrupted("stopped by the user; nothing was written") from None
    finally:
        h.disableCallbacks()
    kept = labouring[0] or (keeping and _stopped_with_a_plan(h))
    if h.getModelStatus() == highspy.HighsModelStatus.kInterrupt and not kept:
        raise Interrupted("stopped by the user; nothing was written")


def told(best: float, bound: float, gap: float) -> str:
    """A search in words: the best choice so far, what none can beat, and the gap between them.

    >>> told(99.0, 100.0, 0.0101), told(float("-inf"), 100.0, float("inf"))
    ('best 99, at most 100, gap 1.01 % (Ctrl-C keeps it)', 'none found yet, at most 100')
    """
    if not np.isfinite(best):
        return f"none found yet, at most {bound:,.6g}"
    return f"best {best:,.6g}, at most {bound:,.6g}, gap {gap:.2%} (Ctrl-C keeps it)".replace("%", " %")


def _stopped_with_a_plan(h: highspy.Highs) -> bool:
    """Whether a search that was stopped, by the user or by its time, holds a choice of projects."""
    status = h.getModelStatus()
    stopped = status in (highspy.HighsModelStatus.kInterrupt, highspy.HighsModelStatus.kTimeLimit)
    return bool(stopped and h.getInfo().primal_solution_status == FOUND)


def _search(h: highspy.Highs, *, stopped: bool) -> dict[str, Any]:
    """How the search for projects ended: best, bound, gap (share of the best), nodes, and whether it was stopped."""
    info = h.getInfo()
    return {
        "best": float(info.objective_function_value),
        "bound": float(info.mip_dual_bound),
        "gap": float(info.mip_gap),
        "nodes": int(info.mip_node_count),
        "stopped": stopped,
    }


def _projects_held(found: Loaded, m: Model, policy: Policy) -> Loaded:
    """The programme loaded anew with the projects held where they are, so that the rest has prices.

    Anew, because a search that was told to stop keeps the wish to stop.
    """
    loaded = load(m, policy)
    h, position = loaded.highs, {int(v): i for i, v in enumerate(loaded.columns)}
    columns = np.asarray([position[int(v)] for v in m.variables["starts"].labels.values.ravel()], dtype=np.int32)
    chosen = np.round(np.asarray(found.highs.getSolution().col_value)[columns])
    h.changeColsBounds(len(columns), columns, chosen, chosen)
    kinds = np.full(len(columns), int(highspy.HighsVarType.kContinuous), dtype=np.uint8)
    h.changeColsIntegrality(len(columns), columns, kinds)
    return loaded


def _solution(loaded: Loaded, m: Model, policy: Policy, began: float, search: dict[str, Any]) -> Solution:
    h = loaded.highs
    info, found = h.getInfo(), h.getSolution()
    columns = np.full(int(loaded.columns.max()) + 1, np.nan)
    columns[loaded.columns] = found.col_value
    dual = np.full(int(loaded.rows.max(initial=0)) + 1, np.nan)
    dual[loaded.rows] = found.row_dual
    values = {
        str(name): v.labels.copy(data=columns[v.labels.values]).rename(str(name)) for name, v in m.variables.items()
    }
    duals = {name: dual[m.lp.constraints[name].labels.values] for name in m.families}
    primal = _violation(h)
    worst = PDLP_FEASIBLE if policy.solver == "pdlp" else FEASIBLE
    quality = {
        "solver": f"HiGHS {h.version()} ({policy.solver})",
        "status": h.modelStatusToString(h.getModelStatus()),
        "iterations": int(
            max(info.simplex_iteration_count, 0) + max(info.ipm_iteration_count, 0) + max(info.pdlp_iteration_count, 0)
        ),
        "seconds": round(time.perf_counter() - began, 3),
        "rows": int(h.getNumRow()),
        "columns": int(h.getNumCol()),
        "nonzeros": int(h.getNumNz()),
        "primal_infeasibility": float(info.max_primal_infeasibility),
        "relative_primal_infeasibility": primal,
        "dual_infeasibility": float(info.max_dual_infeasibility),
        "primal_dual_gap": float(abs(info.primal_dual_objective_error)),
        "projects_fixed_for_prices": bool(search),
        **({"search": search} if search else {}),
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
    start, index = (np.asarray(part, dtype=np.int64) for part in (matrix.start_, matrix.index_))
    entry = np.asarray(matrix.value_)
    scale = np.ones(len(activity))
    if matrix.format_ == highspy.MatrixFormat.kColwise:
        np.maximum.at(scale, index, np.abs(entry * np.repeat(value, np.diff(start))))
    else:
        np.maximum.at(scale, np.repeat(np.arange(len(activity)), np.diff(start)), np.abs(entry * value[index]))
    return float(np.max(miss / scale, initial=0.0))
