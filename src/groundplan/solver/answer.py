"""One interface, two solvers: HiGHS and Clarabel answer the same programme with the same figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from groundplan.errors import Interrupted, SolverError
from groundplan.solver.highs import INFEASIBLE, OPTIMAL, load
from groundplan.solver.listening import listen
from groundplan.solver.programme import Floats, Programme
from groundplan.solver.scaling import bound_scale

CLARABEL = "clarabel"
TOLERANCE = 1e-9
# What HiGHS is asked for unless a caller knows better.
QUIETLY = {"threads": 1, "small_matrix_value": 1e-12}
PRECISELY = {**QUIETLY, "primal_feasibility_tolerance": 1e-8}


@dataclass(frozen=True, eq=False)
class Answer:
    """What a solver says of a programme.

    status      ``optimal``, ``infeasible``, or the solver's own words for anything else
    values      [column] x
    row_duals   [row] change of the goal by one unit more on the row's side
    objective   the goal at x
    solver      who answered, its version and its method
    """

    status: str
    values: Floats
    row_duals: Floats
    objective: float
    solver: str
    iterations: int

    def checked(self) -> Answer:
        """The answer, where it is one. Raises ``SolverError`` where the solver stopped without."""
        if self.status != "optimal":
            raise SolverError(f"the solver stopped without an answer: {self.status}", fix="try another solver")
        return self


def answer(
    p: Programme, method: str = "choose", *, seconds: float = 600.0, on_step: Callable[[], bool | None] | None = None
) -> Answer:
    """The best of a programme with a linear or a convex quadratic goal, by one of two solvers.

    ``method``: ``clarabel`` (interior point, no vertex), or what HiGHS calls its own: choose, simplex, ipm, pdlp. A
    quadratic goal is for ``choose`` and ``clarabel``, columns that must be whole for ``choose``. Where a method does
    not fit it is an error, never another method. Raises ``SolverError``, and ``Interrupted`` on Ctrl-C.
    """
    if not p.convex():
        what = (
            "the quadratic goal is not " + ("concave" if p.maximise else "convex") + ": it may have many best answers"
        )
        raise SolverError(what, fix="turn its sign, or leave out what bends the other way")
    if method == CLARABEL:
        return _by_clarabel(p, seconds)
    if p.quadratic is not None and method != "choose":
        raise SolverError(f"{method} takes no quadratic goal", fix="choose or clarabel do")
    if p.whole().any() and method != "choose":
        raise SolverError(f"{method} takes no notice of what must be whole", fix="choose does")
    scale = 0 if p.whole().any() or p.quadratic is not None else bound_scale((*p.bounds(), *p.sides()))
    h = load(p, {**PRECISELY, "solver": method, "time_limit": seconds, "user_bound_scale": scale})
    if listen(h, on_step).by_user:
        raise Interrupted("stopped by the user; nothing was written")
    words = {OPTIMAL: "optimal", INFEASIBLE: "infeasible"}
    info = h.getInfo()
    counts = (
        info.simplex_iteration_count,
        info.ipm_iteration_count,
        info.pdlp_iteration_count,
        info.qp_iteration_count,
    )
    return Answer(
        words.get(h.status, h.status_words), h.values, h.row_duals, h.objective,
        f"HiGHS {h.version()} ({method})", sum(max(int(n), 0) for n in counts),
    )  # fmt: skip


def _by_clarabel(p: Programme, seconds: float) -> Answer:
    """Clarabel's answer: min ½x'Px + q·x over Ax + s = b, s in a cone.

    Rows and bounds are equalities (zero cone) where both sides meet, else one inequality a side.
    """
    import clarabel

    if p.whole().any():
        raise SolverError("clarabel does not choose projects that are whole or not at all", fix="choose HiGHS")
    sign = -1.0 if p.maximise else 1.0
    n = p.width
    stacked = sparse.vstack([p.matrix(), sparse.eye_array(n, format="csr")], format="csr")
    (low, high), (lower, upper) = p.sides(), p.bounds()
    low, high = np.concatenate([low, lower]), np.concatenate([high, upper])
    equal = low == high
    below, above = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
    rows = sparse.vstack([stacked[equal], stacked[below], -stacked[above]], format="csc")
    right = np.concatenate([high[equal], high[below], -low[above]])
    q = sparse.csc_array((n, n)) if p.quadratic is None else sign * p.quadratic
    settings: Any = clarabel.DefaultSettings()
    settings.verbose, settings.time_limit, settings.max_threads = False, seconds, 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = TOLERANCE
    cones = [clarabel.ZeroConeT(int(equal.sum())), clarabel.NonnegativeConeT(int(below.sum() + above.sum()))]
    # It takes the old kind of sparse matrix alone.
    upper_triangle = sparse.csc_matrix(sparse.triu(q))
    try:
        solution = clarabel.DefaultSolver(
            upper_triangle, sign * p.costs(), sparse.csc_matrix(rows), right, cones, settings
        ).solve()
    except KeyboardInterrupt:
        raise Interrupted("stopped by the user; nothing was written") from None
    values, price = np.asarray(solution.x), np.asarray(solution.z)
    dual = np.zeros(len(low))
    split = np.cumsum([equal.sum(), below.sum()])
    of_equal, of_below, of_above = np.split(price, split)
    dual[equal], dual[below] = -of_equal, -of_below
    dual[above] += of_above
    status = {"Solved": "optimal", "PrimalInfeasible": "infeasible"}.get(str(solution.status), str(solution.status))
    return Answer(
        status, values, sign * dual[: p.height], p.value(values),
        f"Clarabel {clarabel.__version__} (interior point)", int(solution.iterations),
    )  # fmt: skip
