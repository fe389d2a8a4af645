"""One interface, two solvers: HiGHS and Clarabel answer the same programme with the same figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
# What an answer may miss where it is taken all the same.
NEARLY = 1e-6
# What the largest bound is scaled to: where it is far larger a small programme is solved to another answer.
SIZE = 1e2
# How far a row of fixed columns alone may be off, as a share of what is in it.
FIXED_ROWS = 1e-9
# Where Clarabel gives up for want of exact figures.
FAILED = ("NumericalError", "InsufficientProgress")
# Regularisation of Clarabel's linear systems, its own first; a system that fails is tried with the next.
REGULARISED = (1e-8, 1e-7, 1e-6)
# How its linear systems are factorised: in dense blocks, which takes half the time of its usual way and gives the same.
FACTORISED = "faer"
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
    p: Programme,
    method: str = "choose",
    *,
    seconds: float = 600.0,
    on_step: Callable[[], bool | None] | None = None,
    tolerance: float = TOLERANCE,
    nearly: bool = False,
    vertex: bool = True,
    regularised: Sequence[float] = REGULARISED,
    refined: bool = True,
) -> Answer:
    """The best of a programme with a linear or a convex quadratic goal, by one of two solvers.

    ``method``: ``clarabel`` (interior point, no vertex), or what HiGHS calls its own: choose, simplex, ipm, pdlp. A
    quadratic goal is for ``choose`` and ``clarabel``, columns that must be whole for ``choose``. ``tolerance`` is
    Clarabel's, of its gap and its rows; with ``nearly`` an answer that missed it by little is one; ``regularised`` are
    its regularisations to try in turn where numbers fail it. Without ``refined`` the answer of a linear system is first
    taken as it is, which halves the time, and is for who looks at the rows afterwards. Without ``vertex`` the interior
    point of HiGHS is not carried on to a corner, which the goal's value does not need. Where a method does not fit it
    is an error, never another method. Raises ``SolverError``, and ``Interrupted`` on Ctrl-C.
    """
    if not p.convex():
        what = (
            "the quadratic goal is not " + ("concave" if p.maximise else "convex") + ": it may have many best answers"
        )
        raise SolverError(what, fix="turn its sign, or leave out what bends the other way")
    if method == CLARABEL:
        ways = [*([] if refined else [(regularised[0], False)]), *((r, True) for r in regularised)]
        return _by_clarabel(p, seconds, tolerance, nearly, ways)
    if p.quadratic is not None and method != "choose":
        raise SolverError(f"{method} takes no quadratic goal", fix="choose or clarabel do")
    if p.whole().any() and method != "choose":
        raise SolverError(f"{method} takes no notice of what must be whole", fix="choose does")
    scale = 0 if p.whole().any() or p.quadratic is not None else bound_scale((*p.bounds(), *p.sides()))
    h = load(p, {**PRECISELY, "solver": method, "time_limit": seconds, "user_bound_scale": scale})
    if not vertex:
        h.set(run_crossover="off")
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


def _by_clarabel(
    p: Programme, seconds: float, tolerance: float, nearly: bool, ways: Sequence[tuple[float, bool]]
) -> Answer:
    """Clarabel's answer: min ½x'Px + q·x over Ax + s = b, s in a cone.

    Columns that are fixed are put into the right-hand side, rows are divided by their largest coefficient and all
    figures by one unit. Rows and bounds are equalities (zero cone) where both sides meet, else one inequality a side.
    """
    import clarabel

    if (p.whole() & (p.bounds()[0] != p.bounds()[1])).any():
        raise SolverError("clarabel does not choose projects that are whole or not at all", fix="choose HiGHS")
    sign = -1.0 if p.maximise else 1.0
    lower, upper = p.bounds()
    free, fixed = np.flatnonzero(lower != upper), np.where(lower == upper, lower, 0.0)
    unit = 2.0 ** -bound_scale((lower, upper, *p.sides()), SIZE)
    whole = p.matrix()
    low, high = ((side - whole @ fixed) / unit for side in p.sides())
    n, matrix = len(free), whole[:, free]
    largest = abs(matrix).max(axis=1).toarray().ravel() if n else np.zeros(p.height)
    scale = np.where(largest > 0, 1.0 / np.maximum(largest, 1e-300), 1.0)
    rows_of = sparse.vstack([sparse.diags_array(scale) @ matrix, sparse.eye_array(n, format="csr")], format="csr")
    low, high = (np.concatenate([a * scale, b[free] / unit]) for a, b in ((low, lower), (high, upper)))
    # A row of fixed columns alone holds or does not; what is left of it is the rounding of sums.
    bare = np.concatenate([largest == 0, np.zeros(n, dtype=bool)])
    slack = FIXED_ROWS * np.concatenate([abs(whole) @ np.abs(fixed) / unit + 1.0, np.zeros(n)])
    broken = bare & ((low > slack) | (high < -slack))
    equal = (low == high) & ~bare
    below, above = ~equal & ~bare & np.isfinite(high), ~equal & ~bare & np.isfinite(low)
    rows = sparse.vstack([rows_of[equal], rows_of[below], -rows_of[above]], format="csc")
    right = np.concatenate([high[equal], high[below], -low[above]])
    costs, q = sign * p.costs(), sparse.csc_array((p.width, p.width)) if p.quadratic is None else sign * p.quadratic
    linear = (costs + q @ fixed)[free] * unit
    curved = sparse.csc_array(q)[free][:, free] * unit**2
    settings: Any = clarabel.DefaultSettings()
    settings.verbose, settings.time_limit, settings.max_threads = False, seconds, 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
    settings.reduced_tol_gap_abs = settings.reduced_tol_gap_rel = settings.reduced_tol_feas = NEARLY
    cones = [clarabel.ZeroConeT(int(equal.sum())), clarabel.NonnegativeConeT(int(below.sum() + above.sum()))]
    # It takes the old kind of sparse matrix alone.
    given = (sparse.csc_matrix(sparse.triu(curved)), linear, sparse.csc_matrix(rows), right, cones)
    settings.direct_solve_method = FACTORISED
    for settings.static_regularization_constant, settings.iterative_refinement_enable in ways:
        try:
            solution = clarabel.DefaultSolver(*given, settings).solve()
        except KeyboardInterrupt:
            raise Interrupted("stopped by the user; nothing was written") from None
        if str(solution.status) not in FAILED:
            break
    values, price = fixed.copy(), np.asarray(solution.z)
    values[free] = unit * np.asarray(solution.x)
    dual = np.zeros(len(low))
    split = np.cumsum([equal.sum(), below.sum()])
    of_equal, of_below, of_above = np.split(price, split)
    dual[equal], dual[below] = -of_equal, -of_below
    dual[above] += of_above
    words = {"Solved": "optimal", "PrimalInfeasible": "infeasible"} | ({"AlmostSolved": "optimal"} if nearly else {})
    status = words.get(str(solution.status), str(solution.status))
    return Answer(
        "infeasible" if broken.any() else status, values, sign * dual[: p.height] * scale / unit, p.value(values),
        f"Clarabel {clarabel.__version__} (interior point)", int(solution.iterations),
    )  # fmt: skip
