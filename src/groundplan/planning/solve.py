"""Solving: HiGHS, with progress, a clean stop, and nothing returned without its residuals."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import xarray as xr

from groundplan.errors import PlanInfeasible, SolverError
from groundplan.planning.policy import Policy
from groundplan.planning.rows import Model
from groundplan.planning.running import INFEASIBLE, STATUS, Highs, run, stopped_with_a_plan
from groundplan.planning.running import OPTIMAL as OPTIMAL
from groundplan.planning.running import Enough as Enough
from groundplan.planning.running import Progress as Progress
from groundplan.planning.running import quiet as quiet
from groundplan.planning.scaling import AIMS, bound_scale, scale_around_projects

FEASIBLE = 1e-6
PDLP_FEASIBLE = 1e-4
CLEANING = 3000
GRACE = 0.2


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


@dataclass(frozen=True, eq=False)
class Loaded:
    """The programme as HiGHS holds it, with linopy's labels of its columns and rows."""

    highs: Highs
    columns: np.ndarray
    rows: np.ndarray


def load(m: Model, policy: Policy) -> Loaded:
    """Hand the programme to HiGHS with the policy's options.

    linopy's own hand-over sets options only afterwards, when HiGHS has already thrown away coefficients below 1e-9:
    with outputs in the millions these are whole deliveries.
    """
    matrices = m.lp.matrices
    h = Highs()
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
        "user_bound_scale": 0 if len(whole) else bound_scale(h),
    }
    if policy.solver == "pdlp":
        # A first-order answer does not survive being carried back through presolve: its duals come out wrong.
        options |= {"presolve": "off", "pdlp_optimality_tolerance": PDLP_FEASIBLE / 10}
    for name, value in options.items():
        h.setOptionValue(name, value)
    return Loaded(h, np.asarray(matrices.vlabels), np.asarray(matrices.clabels))


def solve(m: Model, policy: Policy, progress: Progress = quiet) -> Solution:
    """The best plan of the programme.

    Raises ``PlanInfeasible`` (bare: ``repairs.conflict`` gives it its words), ``SolverError`` where the solver stops
    without an answer or its answer violates a row by more than 1e-6 of the row's scale, ``Interrupted`` on Ctrl-C.
    """
    began = time.perf_counter()
    lumpy = m.has("starts")
    if lumpy and policy.solver != "choose":
        # Projects need branch and bound, which HiGHS only does when it may choose.
        policy = replace(policy, solver="choose")
    if lumpy and not feasible(m, policy, progress, whole=False):
        raise PlanInfeasible("no plan meets every row, though projects were divisible")
    loaded = load(m, policy)
    h = loaded.highs
    if lumpy:
        scale_around_projects(h)
    status = _answered(h, m, policy, progress, began)
    if lumpy and status == STATUS.kSolveError:
        scale_around_projects(h, AIMS[1])
        status = _answered(h, m, policy, progress, began)
    kept = lumpy and stopped_with_a_plan(h)
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
        run(h, progress, began)
        if h.getModelStatus() != OPTIMAL:
            raise SolverError(
                f"the plan with its projects fixed has no prices: {h.modelStatusToString(h.getModelStatus())}",
                fix="give it more time (time_limit), or make the projects divisible (leave out lump)",
            )
    return _solution(loaded, m, policy, began, search)


def _answered(h: Highs, m: Model, policy: Policy, progress: Progress, began: float) -> Any:
    """Run the solver, and where it labours ask first whether there is a plan at all.

    Where there is one the simplex goes on from where it was; where the solver gave up another one tries, in the time
    that is left.
    """
    lumpy = m.has("starts")
    labouring = run(h, progress, began, keeping=lumpy, cleaning=CLEANING if policy.solver == "ipm" else None)
    settled = h.getModelStatus() in (OPTIMAL, INFEASIBLE) or (lumpy and stopped_with_a_plan(h))
    if settled:
        return h.getModelStatus()
    seconds = policy.time_limit if labouring else max(GRACE * policy.time_limit, 1.0)
    if not feasible(m, policy, progress, seconds=seconds):
        return INFEASIBLE
    # Another solver would take no notice of projects being whole.
    if not lumpy and policy.solver != "pdlp" and h.getModelStatus() != STATUS.kTimeLimit:
        if not labouring:
            h.clearSolver()
        h.setOptionValue("solver", "simplex" if policy.solver != "simplex" else "ipm")
        run(h, progress, began)
    return h.getModelStatus()


def feasible(
    m: Model, policy: Policy, progress: Progress = quiet, *, whole: bool = True, seconds: float | None = None
) -> bool:
    """Whether a plan may meet the rows: False only where none can; True too where it was not found out in ``seconds``.

    Without its goal, and by interior point, the programme tells at once what else can take minutes. Projects count as
    divisible unless ``whole``.
    """
    whole = whole and m.has("starts")
    h = without_goal(load(m, replace(policy, solver="choose" if whole else "ipm")).highs)
    if not whole:
        divisible(h)
        h.setOptionValue("run_crossover", "off")
    if seconds is not None:
        h.setOptionValue("time_limit", max(seconds, 0.1))
    run(h, progress, time.perf_counter())
    return bool(h.getModelStatus() != INFEASIBLE)


def divisible(h: Highs) -> Highs:
    """The same programme with projects that may be done in part."""
    n = h.getNumCol()
    if h.getLp().integrality_:
        h.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.zeros(n, dtype=np.uint8))
    return h


def without_goal(h: Highs) -> Highs:
    """The same rows with every cost zero."""
    n = h.getNumCol()
    h.changeColsCost(n, np.arange(n, dtype=np.int32), np.zeros(n))
    return h


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
    h = loaded.highs
    hold_whole(h, np.asarray(found.highs.getSolution().col_value))
    h.setOptionValue("user_bound_scale", bound_scale(h))
    return loaded


def hold_whole(h: highspy.Highs, values: np.ndarray) -> None:
    """Hold the columns that must be whole at their values, rounded, so that the rest is a linear programme."""
    kinds = np.asarray([int(k) for k in h.getLp().integrality_], dtype=int)
    whole = np.flatnonzero(kinds != int(highspy.HighsVarType.kContinuous)).astype(np.int32)
    if len(whole):
        chosen = np.round(values[whole])
        h.changeColsBounds(len(whole), whole, chosen, chosen)
        free = np.full(len(whole), int(highspy.HighsVarType.kContinuous), dtype=np.uint8)
        h.changeColsIntegrality(len(whole), whole, free)


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
