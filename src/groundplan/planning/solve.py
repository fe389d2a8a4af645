"""Solving a plan: with progress, a clean stop, and nothing returned without its residuals."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from groundplan.errors import Interrupted, PlanInfeasible, SolverError
from groundplan.planning.families.rows import Model
from groundplan.solver.answer import CLARABEL, PRECISELY, answer
from groundplan.solver.highs import BROKEN, INFEASIBLE, INTERRUPTED, OPTIMAL, OUT_OF_TIME, Highs
from groundplan.solver.highs import load as load_programme
from groundplan.solver.listening import SearchState, listen
from groundplan.solver.programme import Floats
from groundplan.solver.scaling import AIMS, bound_scale, bound_scale_of, scale_around_projects
from groundplan.solver.search_line import SearchLine, wants_more

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

Progress = Callable[[str], None]
FEASIBLE = 1e-6
PDLP_FEASIBLE = 1e-4
CLEANING = 3000
GRACE = 0.2


def quiet(_: str) -> None:
    """No progress."""


def run(h: Highs, progress: Progress, began: float, *, keeping: bool = False, cleaning: int | None = None) -> bool:
    """Run HiGHS so that Ctrl-C reaches it, telling the progress at most ten times a second.

    With ``keeping`` a stop by the user, or by ``Enough``, leaves the best choice of projects so far, if there is one.
    Where the interior point finds no answer HiGHS goes on with the simplex, which on a plan that nobody can meet does
    not end: with ``cleaning`` it is stopped after so many iterations, and the answer is True. Raises ``Interrupted`` on
    Ctrl-C.
    """

    def step() -> None:
        progress(f"solving: {time.perf_counter() - began:.1f} s")

    def search(now: SearchState) -> bool:
        text = f"choosing projects: {time.perf_counter() - began:.1f} s, {search_words(now)}"
        return not wants_more(progress, SearchLine(text, *now, keeps=keeping))

    stopped = listen(h, step, search, simplex_limit=cleaning)
    # Who stops a run that ends in the same moment has stopped it all the same.
    if stopped.by_user and not (keeping and (h.status == OPTIMAL or h.stopped_with_an_answer)):
        raise Interrupted("stopped by the user; nothing was written")
    return stopped.labouring and h.status == INTERRUPTED


def search_words(now: SearchState) -> str:
    """A search in words: the best choice so far, what none can beat, and the gap between them.

    >>> search_words(SearchState(99.0, 100.0, 0.0101)), search_words(SearchState(float("-inf"), 100.0, float("inf")))
    ('best 99, at most 100, gap 1.01 % (Ctrl-C keeps it)', 'none found yet, at most 100')
    """
    if not np.isfinite(now.best):
        return f"none found yet, at most {now.bound:,.6g}"
    best, most = f"{now.best:,.6g}", f"{now.bound:,.6g}"
    return f"best {best}, at most {most}, gap {now.gap:.2%} (Ctrl-C keeps it)".replace("%", " %")


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


def load(m: Model, policy: Policy) -> Highs:
    """The programme in HiGHS with the policy's options; its columns and rows are numbered as the programme's."""
    return load_programme(m.programme, options_of(m, policy))


def options_of(m: Model, policy: Policy) -> dict[str, Any]:
    """Options of HiGHS for a programme under a policy.

    What is asked around a plan, why there is none above all, is asked of HiGHS by a method of its own choice where the
    policy's solver is another: Clarabel knows no vertex and no conflict.
    """
    p = m.programme
    options: dict[str, Any] = {
        **PRECISELY,
        "solver": "choose" if policy.solver == CLARABEL else policy.solver,
        "random_seed": policy.seed,
        "time_limit": float(policy.time_limit),
        "mip_rel_gap": float(policy.gap),
        # Scaled bounds would make a project of one into a project of something else.
        "user_bound_scale": 0 if p.whole().any() else bound_scale((*p.bounds(), *p.sides())),
    }
    if policy.solver == "pdlp":
        # A first-order answer does not survive being carried back through presolve: its duals come out wrong.
        options |= {"presolve": "off", "pdlp_optimality_tolerance": PDLP_FEASIBLE / 10}
    return options


def solve(m: Model, policy: Policy, progress: Progress = quiet) -> Solution:
    """The best plan of the programme.

    Raises ``PlanInfeasible`` (bare: ``repairs.conflict`` gives it its words), ``SolverError`` where the solver stops
    without an answer or its answer violates a row by more than 1e-6 of the row's scale, ``Interrupted`` on Ctrl-C.
    """
    began = time.perf_counter()
    if policy.solver == CLARABEL:
        return _by_clarabel(m, policy, began)
    lumpy = m.has("starts")
    if lumpy and policy.solver != "choose":
        # Projects need branch and bound, which HiGHS only does when it may choose.
        policy = replace(policy, solver="choose")
    if lumpy and not feasible(m, policy, progress, whole=False):
        raise PlanInfeasible("no plan meets every row, though projects were divisible")
    h = load(m, policy)
    if lumpy:
        scale_around_projects(h)
    status, method = _answered(h, m, policy, progress, began)
    if lumpy and status == BROKEN:
        scale_around_projects(h, AIMS[1])
        status, method = _answered(h, m, policy, progress, began)
    kept = lumpy and h.stopped_with_an_answer
    if status == INFEASIBLE:
        raise PlanInfeasible("no plan meets every row")
    if status != OPTIMAL and not kept:
        raise SolverError(
            f"the solver stopped without an answer: {h.status_words}",
            fix="give it more time (time_limit), or another solver (simplex, ipm, pdlp, clarabel)",
        )
    search: dict[str, Any] = {}
    if lumpy:
        search = h.search(stopped=kept)
        progress(f"projects chosen, gap {search['gap']:.2g}; finding the prices of the plan")
        h = _projects_held(h.values, m, policy)
        run(h, progress, began)
        if h.status != OPTIMAL:
            raise SolverError(
                f"the plan with its projects fixed has no prices: {h.status_words}",
                fix="give it more time (time_limit), or make the projects divisible (leave out lump)",
            )
    quality = {
        "solver": f"HiGHS {h.version()} ({method})",
        **h.quality(),
        "seconds": round(time.perf_counter() - began, 3),
        "projects_fixed_for_prices": bool(search),
        **({"search": search} if search else {}),
    }
    _refuse_a_miss(quality["relative_primal_infeasibility"], PDLP_FEASIBLE if policy.solver == "pdlp" else FEASIBLE)
    return _solution(m, h.values, h.row_duals, h.objective, quality)


def _answered(h: Highs, m: Model, policy: Policy, progress: Progress, began: float) -> tuple[Any, str]:
    """Run the solver, and where it labours ask first whether there is a plan at all: status, and by which method.

    Where there is one the simplex goes on from where it was; where the solver gave up another one tries, in the time
    that is left, and the method says so.
    """
    lumpy = m.has("starts")
    labouring = run(h, progress, began, keeping=lumpy, cleaning=CLEANING if policy.solver == "ipm" else None)
    if h.status in (OPTIMAL, INFEASIBLE) or (lumpy and h.stopped_with_an_answer):
        return h.status, policy.solver
    seconds = policy.time_limit if labouring else max(GRACE * policy.time_limit, 1.0)
    if not feasible(m, policy, progress, seconds=seconds):
        return INFEASIBLE, policy.solver
    # Another solver would take no notice of projects being whole.
    if lumpy or policy.solver == "pdlp" or h.status == OUT_OF_TIME:
        return h.status, policy.solver
    if not labouring:
        h.clearSolver()
    other = "simplex" if policy.solver != "simplex" else "ipm"
    h.set(solver=other)
    run(h, progress, began)
    return h.status, f"{policy.solver}, then {other}"


def feasible(
    m: Model, policy: Policy, progress: Progress = quiet, *, whole: bool = True, seconds: float | None = None
) -> bool:
    """Whether a plan may meet the rows: False only where none can; True too where it was not found out in ``seconds``.

    Without its goal, and by interior point, the programme tells at once what else can take minutes. Projects count as
    divisible unless ``whole``.
    """
    whole = whole and m.has("starts")
    h = load(m, replace(policy, solver="choose" if whole else "ipm")).without_goal()
    if not whole:
        h.divisible().set(run_crossover="off")
    if seconds is not None:
        h.set(time_limit=max(seconds, 0.1))
    run(h, progress, time.perf_counter())
    return bool(h.status != INFEASIBLE)


def _projects_held(values: Floats, m: Model, policy: Policy) -> Highs:
    """The programme loaded anew with the projects held where they are, so that the rest has prices.

    Anew, because a search that was told to stop keeps the wish to stop.
    """
    h = load(m, policy)
    h.hold_whole(values)
    h.set(user_bound_scale=bound_scale_of(h))
    return h


def _by_clarabel(m: Model, policy: Policy, began: float) -> Solution:
    """The plan by another solver altogether: an interior point, with no vertex, so where plans are equal it is between
    them.
    """
    p = m.programme
    answered = answer(p, CLARABEL, seconds=float(policy.time_limit))
    if answered.status == "infeasible":
        raise PlanInfeasible("no plan meets every row")
    a, (low, high), x = p.matrix(), p.sides(), answered.checked().values
    reached = a @ x
    scale = np.maximum(abs(a).multiply(np.abs(x)).max(axis=1).toarray().ravel(), 1.0)
    miss = float(np.max(np.maximum(low - reached, reached - high) / scale, initial=0.0))
    _refuse_a_miss(miss, FEASIBLE)
    quality = {
        "solver": answered.solver, "status": "Optimal", "iterations": answered.iterations,
        "seconds": round(time.perf_counter() - began, 3), "rows": p.height, "columns": p.width, "nonzeros": int(a.nnz),
        "relative_primal_infeasibility": miss, "projects_fixed_for_prices": False,
    }  # fmt: skip
    return _solution(m, x, answered.row_duals, answered.objective, quality)


def _refuse_a_miss(miss: float, accepted: float) -> None:
    if miss > accepted:
        raise SolverError(
            f"the solver's plan misses a row by {miss:.2g} of its scale (accepted: {accepted:g})",
            fix="use another solver: simplex or ipm",
        )


def _solution(m: Model, values: Floats, duals: Floats, objective: float, quality: dict[str, Any]) -> Solution:
    return Solution(
        {name: block.array(values) for name, block in m.variables.items()},
        {name: duals[rows.numbers] for name, rows in m.families.items()},
        objective,
        quality,
    )
