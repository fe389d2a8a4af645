"""HiGHS behind a few words: load a programme, change it, run it, read the answer.

HiGHS speaks on stdout only where it is told to; a page stands there. What it refuses, an option above all, is an error
here: with its return code ignored it would go on by another method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import highspy
import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from groundplan.errors import SolverError
from groundplan.solver.programme import Floats, Index, Programme

Status = highspy.HighsModelStatus
OPTIMAL, INFEASIBLE = Status.kOptimal, Status.kInfeasible
INTERRUPTED, OUT_OF_TIME = Status.kInterrupt, Status.kTimeLimit
NOT_RUN = Status.kNotset
BROKEN, UNKNOWN = Status.kSolveError, Status.kUnknown
INFINITY = highspy.kHighsInf
PRIMAL_SIMPLEX = 4
FOUND = 2  # HiGHS: the primal solution is feasible
KINDS = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
STATUSES = {int(s): s for s in highspy.HighsBasisStatus.__members__.values()}


@dataclass(frozen=True, eq=False)
class Figures:
    """A programme as HiGHS holds it: costs, bounds, sides, the matrix (rows × columns) and what must be whole."""

    cost: Floats
    lower: Floats
    upper: Floats
    low: Floats
    high: Floats
    matrix: sparse.csr_array
    whole: np.ndarray


class Basis(NamedTuple):
    """Where the simplex stands: of every column and row, whether it is basic or at which bound (HiGHS's numbers)."""

    columns: np.ndarray
    rows: np.ndarray


class Highs(highspy.Highs):  # type: ignore[misc]
    """HiGHS that is silent, refuses aloud, and remembers whether Ctrl-C stopped it."""

    asked_to_stop = False

    # Words of highspy, which it calls by itself.

    def enableCallbacks(self) -> None:  # noqa: N802
        """Silent before it says anything: highspy's constructor calls this first of all."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()

    def cancelSolve(self) -> None:  # noqa: N802
        """Called by highspy on Ctrl-C."""
        self.asked_to_stop = True
        super().cancelSolve()

    # A programme and what may be changed of it.

    def set(self, **options: Any) -> None:
        """Set options. Raises ``SolverError`` for one that this HiGHS does not take: nothing is run instead."""
        for name, value in options.items():
            if self.setOptionValue(name, value) != highspy.HighsStatus.kOk:
                raise SolverError(
                    f"HiGHS {self.version()} does not take {name} = {value!r}",
                    fix="choose another solver: ipm, simplex, pdlp or choose",
                )

    def accept(self, answer: Any, doing: str) -> None:
        """Raise ``SolverError`` where HiGHS refused what it was asked."""
        if answer == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused: {doing}", fix="check the figures for values that are no numbers")

    @property
    def width(self) -> int:
        """The number of columns."""
        return int(self.getNumCol())

    @property
    def height(self) -> int:
        """The number of rows."""
        return int(self.getNumRow())

    @property
    def maximises(self) -> bool:
        """Whether the goal is as large as can be."""
        return bool(self.getLp().sense_ == highspy.ObjSense.kMaximize)

    def figures(self) -> Figures:
        """The programme as it stands now."""
        lp = self.getLp()
        m = lp.a_matrix_
        parts = (np.asarray(m.value_), np.asarray(m.index_), np.asarray(m.start_))
        shape = (lp.num_row_, lp.num_col_)
        by_column = m.format_ == highspy.MatrixFormat.kColwise
        matrix = sparse.csc_array(parts, shape=shape).tocsr() if by_column else sparse.csr_array(parts, shape=shape)
        whole = np.asarray([int(kind) for kind in lp.integrality_], dtype=int) != 0
        sides = (lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_)
        cost, lower, upper, low, high = (np.asarray(side, dtype=float) for side in sides)
        return Figures(cost, lower, upper, low, high, matrix, whole if len(whole) else np.zeros(shape[1], dtype=bool))

    def pass_figures(self, f: Figures, *, maximise: bool, by_column: bool = False) -> None:
        """Take a programme in place of the one at hand; ``by_column`` leaves its matrix in columns."""
        if np.isnan(f.cost).any() or not np.isfinite(f.matrix.data).all():
            # HiGHS takes these, leaves the row or the worth out, and calls the rest the best.
            raise SolverError("HiGHS was given a figure that is no number", fix="look where the figures come from")
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = f.matrix.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_ = (
            f.cost,
            f.lower,
            f.upper,
            f.low,
            f.high,
        )
        matrix = f.matrix.tocsc() if by_column else f.matrix
        form = highspy.MatrixFormat.kColwise if by_column else highspy.MatrixFormat.kRowwise
        lp.a_matrix_.format_ = form
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        lp.sense_ = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
        if f.whole.any():
            lp.integrality_ = [KINDS[int(k)] for k in f.whole]
        self.accept(self.passModel(lp), "a programme")

    def costs(self, cost: ArrayLike, at: Index | None = None) -> None:
        """New costs of all columns, or of those at ``at``."""
        index = np.arange(self.width, dtype=np.int32) if at is None else np.asarray(at, dtype=np.int32)
        values = np.array(np.broadcast_to(np.asarray(cost, dtype=float), index.shape))
        self.accept(self.changeColsCost(len(index), index, values), "costs")

    def bounds(self, at: Index, lower: ArrayLike, upper: ArrayLike) -> None:
        """New bounds of the columns at ``at``."""
        index = np.asarray(at, dtype=np.int32)
        low, high = (np.array(np.broadcast_to(np.asarray(v, dtype=float), index.shape)) for v in (lower, upper))
        self.accept(self.changeColsBounds(len(index), index, low, high), "bounds")

    def sides(self, at: Index, low: ArrayLike, high: ArrayLike) -> None:
        """New left-hand and right-hand sides of the rows at ``at``."""
        index = np.asarray(at, dtype=np.int32)
        left, right = (np.array(np.broadcast_to(np.asarray(v, dtype=float), index.shape)) for v in (low, high))
        self.accept(self.changeRowsBounds(len(index), index, left, right), "sides of rows")

    def add_columns(
        self, cost: ArrayLike, upper: ArrayLike, count: int, row: Index, column: Index, value: Floats
    ) -> Index:
        """``count`` more columns from 0 up to ``upper``; entries at (row, position among the new). Their numbers."""
        first, order = self.width, np.argsort(column, kind="stable")
        starts = np.searchsorted(column[order], np.arange(count)).astype(np.int32)
        worth, most = (np.array(np.broadcast_to(np.asarray(v, dtype=float), (count,))) for v in (cost, upper))
        answer = self.addCols(
            count, worth, np.zeros(count), most, len(order), starts, row[order].astype(np.int32),
            np.asarray(value[order], dtype=float),
        )  # fmt: skip
        self.accept(answer, "columns")
        return np.arange(first, first + count)

    def add_rows(self, low: Floats, high: Floats, matrix: sparse.csr_array) -> Index:
        """More rows low ≤ A·x ≤ high. Their numbers."""
        first, a = self.height, sparse.csr_array(matrix)
        count = a.shape[0]
        answer = self.addRows(
            count, np.asarray(low, dtype=float), np.asarray(high, dtype=float), a.nnz, a.indptr.astype(np.int32),
            a.indices.astype(np.int32), a.data,
        )  # fmt: skip
        self.accept(answer, "rows")
        return np.arange(first, first + count)

    def divisible(self) -> Highs:
        """The same programme with columns that need not be whole."""
        if self.getLp().integrality_:
            n = self.width
            self.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.zeros(n, dtype=np.uint8))
        return self

    def hold_whole(self, values: Floats) -> None:
        """Hold the columns that must be whole at their values, rounded: what is left is a linear programme."""
        at = np.flatnonzero(self.figures().whole)
        if len(at):
            chosen = np.round(values[at])
            self.bounds(at, chosen, chosen)
            self.changeColsIntegrality(len(at), at.astype(np.int32), np.zeros(len(at), dtype=np.uint8))

    def without_goal(self) -> Highs:
        """The same rows with every cost zero."""
        self.costs(0.0)
        return self

    def minimise(self) -> None:
        """From now on the goal is as small as can be."""
        self.changeObjectiveSense(highspy.ObjSense.kMinimize)

    def start_from(self, values: Floats) -> None:
        """Where a search begins: values of all columns."""
        start = highspy.HighsSolution()
        start.col_value = list(values)
        self.setSolution(start)

    def basis(self) -> Basis:
        """Where the simplex stands after a run, as plain numbers."""
        there = self.getBasis()
        columns, rows = (
            np.asarray([int(s) for s in side], dtype=np.int8) for side in (there.col_status, there.row_status)
        )
        return Basis(columns, rows)

    def start_at(self, basis: Basis) -> None:
        """Where the simplex starts from in the next run."""
        there = highspy.HighsBasis()
        there.col_status, there.row_status = ([STATUSES[s] for s in side] for side in basis)
        there.valid, there.alien, there.was_alien = True, False, False
        self.accept(self.setBasis(there), "a basis")

    # Running.

    def run(self) -> None:
        """Solve at once, in this thread. Raises ``SolverError`` where HiGHS refuses to.

        It refuses where the thread has its workers from a run with another number of threads, such as linopy's: then
        these are let go first.
        """
        super().run()
        if self.status == NOT_RUN:
            self.resetGlobalScheduler(True)
            super().run()
        self.refuse_not_run()

    def refuse_not_run(self) -> None:
        """Raise ``SolverError`` where the last run did not begin."""
        if self.status == NOT_RUN:
            raise SolverError("HiGHS refused to solve it", fix="check the figures; a quadratic goal must be convex")

    def within(self, seconds: float) -> None:
        """Give the next run so many seconds; HiGHS by itself counts the seconds of all runs together."""
        self.set(time_limit=self.getRunTime() + seconds)

    # The answer.

    @property
    def status(self) -> Any:
        """How the last run ended: ``OPTIMAL``, ``INFEASIBLE``, ``INTERRUPTED``, ``OUT_OF_TIME``, ``BROKEN``, other."""
        return self.getModelStatus()

    @property
    def status_words(self) -> str:
        """The same in HiGHS's words."""
        return str(self.modelStatusToString(self.getModelStatus()))

    @property
    def values(self) -> Floats:
        """[column] values of the answer."""
        return np.asarray(self.getSolution().col_value)

    @property
    def row_values(self) -> Floats:
        """[row] A·x of the answer."""
        return np.asarray(self.getSolution().row_value)

    @property
    def row_duals(self) -> Floats:
        """[row] change of the goal by one unit more on the row's side."""
        return np.asarray(self.getSolution().row_dual)

    @property
    def objective(self) -> float:
        """The goal of the answer."""
        return float(self.getInfo().objective_function_value)

    @property
    def has_feasible(self) -> bool:
        """Whether it holds values that meet every row, proven best or not."""
        return bool(self.getInfo().primal_solution_status == FOUND)

    @property
    def stopped_with_an_answer(self) -> bool:
        """Whether a search that was stopped, by the user or by its time, holds a choice."""
        return bool(self.status in (INTERRUPTED, OUT_OF_TIME) and self.has_feasible)

    def search(self, *, stopped: bool) -> dict[str, Any]:
        """How a search ended: best, bound, gap (share of the best), nodes, and whether it was stopped."""
        info = self.getInfo()
        return {
            "best": float(info.objective_function_value),
            "bound": float(info.mip_dual_bound),
            "gap": float(info.mip_gap),
            "nodes": int(info.mip_node_count),
            "stopped": stopped,
        }

    def quality(self) -> dict[str, Any]:
        """How good the answer is: status, iterations, size, infeasibilities and gap."""
        info = self.getInfo()
        counts = (info.simplex_iteration_count, info.ipm_iteration_count, info.pdlp_iteration_count)
        return {
            "status": self.status_words,
            "iterations": sum(max(int(n), 0) for n in counts),
            "rows": self.height,
            "columns": self.width,
            "nonzeros": int(self.getNumNz()),
            "primal_infeasibility": float(info.max_primal_infeasibility),
            "relative_primal_infeasibility": self.violation(),
            "dual_infeasibility": float(info.max_dual_infeasibility),
            "primal_dual_gap": float(abs(info.primal_dual_objective_error)),
        }

    def dual_ray(self) -> Floats:
        """[row] a certificate that nothing meets the rows; zeros where there is none."""
        _, there, ray = self.getDualRay()
        return np.abs(np.asarray(ray)) if there else np.zeros(self.height)

    def violation(self) -> float:
        """The largest violation of a row, as a share of the row's largest term.

        That counts as 1 at least, and as a millionth of the largest term of any row: where tonnes and pupils stand
        beside billions, a millionth of a pupil is no miss.
        """
        f, value, activity = self.figures(), self.values, self.row_values
        miss = np.maximum(f.low - activity, activity - f.high)
        scale = np.ones(len(activity))
        row = np.repeat(np.arange(len(activity)), np.diff(f.matrix.indptr))
        np.maximum.at(scale, row, np.abs(f.matrix.data * value[f.matrix.indices]))
        scale = np.maximum(scale, 1e-6 * scale.max(initial=0.0))
        return float(np.max(miss / scale, initial=0.0))


def load(
    p: Programme,
    options: Mapping[str, Any],
    *,
    cost: Floats | None = None,
    bounds: tuple[Floats, Floats] | None = None,
    without: frozenset[str] = frozenset(),
) -> Highs:
    """A programme in HiGHS, with other costs or bounds or without some families where asked.

    Options are set first: HiGHS throws small coefficients away when it takes the matrix. Raises ``SolverError`` for
    options that it does not take, and for a quadratic goal with projects that must be whole, which it cannot solve.
    """
    h = Highs()
    h.set(**options)
    lower, upper = p.bounds() if bounds is None else bounds
    low, high = p.sides(without)
    f = Figures(p.costs() if cost is None else cost, lower, upper, low, high, p.matrix(), p.whole())
    h.pass_figures(f, maximise=p.maximise)
    if p.quadratic is not None and cost is None:
        if f.whole.any():
            raise SolverError("a quadratic goal and projects that are whole or not at all", fix="leave one of them out")
        h.accept(h.passHessian(_hessian(p.quadratic)), "a quadratic goal that is not convex")
    return h


def _hessian(q: sparse.csc_array) -> Any:
    """The lower triangle of a symmetric matrix, as HiGHS takes it."""
    triangle = sparse.csc_array(sparse.tril(q))
    triangle.sort_indices()
    hessian = highspy.HighsHessian()
    hessian.dim_, hessian.format_ = q.shape[0], highspy.HessianFormat.kTriangular
    hessian.start_, hessian.index_, hessian.value_ = triangle.indptr, triangle.indices, triangle.data
    return hessian
