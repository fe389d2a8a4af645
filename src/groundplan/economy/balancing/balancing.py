"""Scale a table until its rows and columns add up to what is known of them: RAS and, with negative cells, GRAS.

Both change a table as little as its totals allow, and both say what they did: the factors, the gap that is left and
the cells that moved most. Totals that no table with the same empty cells can meet are refused, with the rows and
columns that clash. Totals that are uncertain, and other known sums, are for ``reconciling``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import scipy.sparse as sp

from groundplan.economy.balancing.totals import (
    SHOWN,
    Cells,
    Matrix,
    Totals,
    check_same_sum,
    closed,
    in_order,
    most_changed,
    opened,
    out_of_reach,
    unmet,
)
from groundplan.errors import BalanceError, GroundplanError, SolverError, raise_all

Progress = Callable[[int, float], None]


@dataclass(frozen=True, eq=False)
class Balanced:
    """A balanced table and what was done to it.

    matrix      as it was given: array, data frame or sparse array
    r, s        factors by row and by column; a cell became r·a·s where it is positive, a / (r·s) where negative
    iterations  steps taken
    gap         largest difference between a sum and its total that is left, in the table's unit
    changes     the cells that moved most: row, column, before, after, change (the table's unit), share (of before)
    controls    the other known sums: target, reached, gap, error (the table's unit); empty with RAS and GRAS
    """

    matrix: Matrix
    r: pd.Series
    s: pd.Series
    iterations: int
    gap: float
    changes: pd.DataFrame
    controls: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["target", "reached", "gap", "error"]))


def ras(
    matrix: Matrix,
    rows: Totals,
    columns: Totals,
    *,
    tolerance: float = 1e-9,
    iterations: int = 1000,
    progress: Progress | None = None,
) -> Balanced:
    """The table nearest to ``matrix`` whose rows and columns have the totals u and v.

        X = r̂ A ŝ,   X·1 = u,   1'X = v;   minimises Σ x ln(x/a)

    Shapes: ``matrix`` A n × m, no cell negative; ``rows`` u n; ``columns`` v m; a data frame's labels are matched.
    ``tolerance`` is the largest gap, as a share of the largest total; ``progress`` is told each step and its gap.
    Units:  any one unit.
    Errors: ``BalanceError``: negative cells or totals, totals that do not sum to the same or that no table with these
            empty cells can have; ``SolverError``: still a gap after ``iterations`` steps.
    Source: Stone (1961); Bacharach (1970) (citations not checked); Miller and Blair (2009), section 7.4.
    """
    cells, names = opened(matrix)
    stored = cells.data if isinstance(cells, sp.csr_array) else cells
    negative = int((stored < 0).sum())
    if negative:
        row, column = _first_negative(cells)
        raise BalanceError(
            f"RAS cannot change {negative} negative cells, the first at {names[0][row]} × {names[1][column]}",
            fix="use gras, which keeps signs",
        )
    return _balance(matrix, rows, columns, tolerance, iterations, progress)


def gras(
    matrix: Matrix,
    rows: Totals,
    columns: Totals,
    *,
    tolerance: float = 1e-9,
    iterations: int = 1000,
    progress: Progress | None = None,
) -> Balanced:
    """The table nearest to ``matrix`` with the totals u and v, where cells may be negative; every cell keeps its sign.

        A = P − N,   X = r̂ P ŝ − r̂⁻¹ N ŝ⁻¹,   minimises Σ |a| z ln(z/e),  z = x/a
        r[i] = (u[i] + √(u[i]² + 4 p[i] n[i])) / 2p[i],   p = P s,  n = N / s
        r[i] = −n[i] / u[i]   where the row has no positive cell;   s likewise

    Shapes, ``tolerance``, ``progress`` and errors as in ``ras``; without negative cells it is ``ras``.
    Units:  any one unit.
    Source: Junius and Oosterhaven (2003), Economic Systems Research 15: 87-96; objective as corrected by Lenzen, Wood
            and Gallego (2007), 19: 461-465; rows without positive cells: Temurshoev, Miller and Bouwmeester (2013),
            25: 361-367 (articles not checked; numbers in tests/published/test_balancing_printed.py).
    """
    return _balance(matrix, rows, columns, tolerance, iterations, progress)


def _balance(
    matrix: Matrix, rows: Totals, columns: Totals, tolerance: float, iterations: int, progress: Progress | None
) -> Balanced:
    cells, names = opened(matrix)
    u, v = (in_order(t, n, axis) for t, n, axis in zip((rows, columns), names, ("row", "column"), strict=True))
    scale = max(float(np.abs(u).max(initial=0.0)), float(np.abs(v).max(initial=0.0)))
    check_same_sum(u, v, tolerance * scale * max(len(u), len(v)))
    P, N = _parted(cells)
    P, N, empty = _emptied(P, N, u, v)
    raise_all(out_of_reach(P, N, u, v, names))
    r, s, steps, gap = _factors(P, N, u, v, tolerance * scale, iterations, progress)
    if not gap.max(initial=0.0) <= tolerance * scale:
        raise _not_met(P, N, u, v, names, gap, steps, scale)
    after = _scaled(P, r, s) - _scaled(N, 1 / r, 1 / s)
    r, s = (np.where(gone, 0.0, f) for gone, f in zip(empty, (r, s), strict=True))
    return Balanced(
        matrix=closed(after, matrix),
        r=pd.Series(r, names[0], name="r"),
        s=pd.Series(s, names[1], name="s"),
        iterations=steps,
        gap=float(gap.max(initial=0.0)),
        changes=most_changed(cells, after, names),
    )


def _factors(
    P: Cells, N: sp.csr_array, u: np.ndarray, v: np.ndarray, limit: float, iterations: int, progress: Progress | None
) -> tuple[np.ndarray, np.ndarray, int, np.ndarray]:
    """r, s, the steps taken and what each row misses; the columns are met by the last half step."""
    r, s, gap = np.ones(len(u)), np.ones(len(v)), np.full(len(u), np.inf)
    P_turned, N_turned = P.T, N.T.tocsr()
    p, n = P @ s, N @ (1 / s)
    for step in range(1, iterations + 1):
        r = _root(p, n, u)
        s = _root(P_turned @ r, N_turned @ (1 / r), v)
        p, n = P @ s, N @ (1 / s)
        gap = np.abs(u - r * p + n / r)
        if progress is not None:
            progress(step, float(gap.max(initial=0.0)))
        if gap.max(initial=0.0) <= limit:
            return r, s, step, gap
    return r, s, iterations, gap


def _root(p: np.ndarray, n: np.ndarray, total: np.ndarray) -> np.ndarray:
    """The positive f with f·p − n/f = total; 1 where there is nothing to scale.

    For a negative total the root is written as 2n / (√ − total), which does not cancel. Totals that cannot be met
    drive factors out of range; those are 1 again, and the gap that stays is told.
    """
    with np.errstate(all="ignore"):
        square = np.sqrt(total**2 + 4 * p * n)
        f = np.where(total >= 0, (total + square) / (2 * p), 2 * n / (square - total))
        f = np.where((p == 0) & (n > 0), -n / total, f)
    return np.where((f > 0) & np.isfinite(f), f, 1.0)


def _emptied(
    P: Cells, N: sp.csr_array, u: np.ndarray, v: np.ndarray
) -> tuple[Cells, sp.csr_array, tuple[np.ndarray, np.ndarray]]:
    """Rows and columns of one sign whose total is zero can only be empty; they are, before any step."""
    gone = (np.zeros(len(u), bool), np.zeros(len(v), bool))
    while True:
        more_empty = False
        for axis, total in enumerate((u, v)):
            plus, minus = P.sum(axis=1 - axis), N.sum(axis=1 - axis)
            new = (total == 0) & ((plus > 0) != (minus > 0))
            if new.any():
                gone[axis][new] = more_empty = True
                keep = (~new).astype(float)
                pair = (keep, np.ones(len(v))) if axis == 0 else (np.ones(len(u)), keep)
                P, N = _scaled(P, *pair), sp.csr_array(_scaled(N, *pair))
        if not more_empty:
            return P, N, gone


def _not_met(
    P: Cells,
    N: sp.csr_array,
    u: np.ndarray,
    v: np.ndarray,
    names: Sequence[pd.Index],
    gap: np.ndarray,
    steps: int,
    scale: float,
) -> GroundplanError:
    """Why the totals are not met: they clash with the empty cells, or the steps did not suffice."""
    plus, minus = sp.coo_array(P), sp.coo_array(N)
    row, column = (np.concatenate([getattr(a, i) for a in (plus, minus)]) for i in ("row", "col"))
    sign = np.concatenate([np.ones(plus.nnz), -np.ones(minus.nnz)])
    at = np.arange(len(sign))
    sums = sp.vstack([sp.csr_array((sign, (i, at)), (len(t), len(at))) for i, t in ((row, u), (column, v))])
    labels = [*(f"row '{i}'" for i in names[0]), *(f"column '{j}'" for j in names[1])]
    clash = unmet(sp.csr_array(sums), np.concatenate([u, v]), labels, scale)
    if clash is not None:
        return clash
    worst = np.argsort(-gap)[:SHOWN]
    shown = ", ".join(f"{names[0][i]} {gap[i]:,.6g}" for i in worst if gap[i] > 0)
    return SolverError(
        f"no balance after {steps} steps; the rows that miss most: {shown}",
        fix="raise iterations or tolerance; if the gap shrinks slowly, the totals leave some cells no room but zero",
    )


def _scaled(cells: Cells, by_row: np.ndarray, by_column: np.ndarray) -> Cells:
    """Every cell times the factor of its row and of its column; sparse stays sparse."""
    if isinstance(cells, np.ndarray):
        dense: np.ndarray = cells * by_row[:, None] * by_column
        return dense
    return sp.csr_array(sp.diags_array(by_row) @ cells @ sp.diags_array(by_column))


def _parted(cells: Cells) -> tuple[Cells, sp.csr_array]:
    """A = P − N; the negative part is sparse, for a table has few."""
    if isinstance(cells, np.ndarray):
        return np.maximum(cells, 0.0), sp.csr_array(np.maximum(-cells, 0.0))
    return sp.csr_array(cells.maximum(0.0)), sp.csr_array((-cells).maximum(0.0))


def _first_negative(cells: Cells) -> tuple[int, int]:
    negative = sp.coo_array(cells < 0)
    return int(negative.row[0]), int(negative.col[0])
