"""What a table and its totals must be before they can be balanced, and what is told when they cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from groundplan.errors import BalanceError, GroundplanError

Cells = np.ndarray | sp.csr_array
Matrix = np.ndarray | pd.DataFrame | sp.csr_array
Totals = Sequence[float] | np.ndarray | pd.Series
Names = tuple[pd.Index, pd.Index]

SHOWN = 6
LISTED = 20
LARGEST_PROOF = 200_000


def unmet(sums: sp.csr_array, targets: np.ndarray, labels: Sequence[str], scale: float) -> BalanceError | None:
    """The refusal of sums that no cells of these signs have, or None where there are such cells or too many to tell.

    minimise 1'(k⁺ + k⁻)   subject to   S y + k⁺ − k⁻ = g,   y, k ≥ 0
    """
    if sums.nnz > LARGEST_PROOF:
        return None
    # The solver is slow to import, and only totals that cannot be need it.
    from groundplan.solver.answer import answer
    from groundplan.solver.programme import Programme

    p, count = Programme(maximise=False), len(targets)
    y = p.add_columns("cells", (sums.shape[1],)).numbers
    above, below = (p.add_columns(name, (count,), goal=1.0).numbers for name in ("missing", "too much"))
    cells, each, right = sp.coo_array(sums), np.arange(count), targets / scale
    p.add_rows(
        "totals", count, right, right, (cells.coords[0], y[cells.coords[1]], cells.data), (each, above, 1.0),
        (each, below, -1.0),
    )  # fmt: skip
    solution = answer(p)
    if solution.status != "optimal" or solution.objective <= 1e-7:
        return None
    miss = scale * (solution.values[above] - solution.values[below])
    worst = [i for i in np.argsort(-np.abs(miss)) if abs(miss[i]) > 1e-7 * scale]
    shown = ", ".join(f"{labels[i]} by {miss[i]:+,.6g}" for i in worst[:SHOWN])
    more = f" and {len(worst) - SHOWN} more" if len(worst) > SHOWN else ""
    return BalanceError(
        f"no table with these empty cells and signs has these totals; at best these are missed: {shown}{more}",
        fix="correct these totals, or give their rows and columns more cells",
    )


def check_same_sum(u: np.ndarray, v: np.ndarray, allowed: float) -> None:
    """Refuse totals of rows and columns that do not sum to the same."""
    over = float(u.sum() - v.sum())
    if abs(over) > allowed:
        raise BalanceError(
            f"row totals sum to {u.sum():,.10g}, column totals to {v.sum():,.10g}: they differ by {over:+,.6g}",
            fix="correct a total, scale one side, or reconcile them by their errors with cross_entropy",
        )


def opened(matrix: Matrix) -> tuple[Cells, Names]:
    """The cells as floats, and the names of rows and columns; cells that are no numbers are refused."""
    cells: Cells
    names: Names
    given: Any = matrix if isinstance(matrix, pd.DataFrame) or sp.issparse(matrix) else np.asarray(matrix)
    if isinstance(matrix, pd.DataFrame):
        cells, names = matrix.to_numpy(dtype=float), (matrix.index, matrix.columns)
    else:
        cells = np.asarray(given, dtype=float) if isinstance(given, np.ndarray) else sp.csr_array(given, dtype=float)
        if cells.ndim != 2:
            raise BalanceError(f"a table has rows and columns; this has {cells.ndim} dimensions")
        names = (pd.RangeIndex(cells.shape[0]), pd.RangeIndex(cells.shape[1]))
    stored = cells.data if isinstance(cells, sp.csr_array) else cells
    bad = int((~np.isfinite(stored)).sum())
    if bad:
        raise BalanceError(f"{bad} cells of the table are not numbers", fix="give the figure, or 0 for no flow")
    return cells, names


def in_order(totals: Totals, names: pd.Index, axis: str) -> np.ndarray:
    """Totals in the order of the table; labels that differ, other lengths and NaN are refused."""
    if isinstance(totals, pd.Series) and not isinstance(names, pd.RangeIndex):
        differ = sorted({str(x) for x in set(totals.index) ^ set(names)})
        if differ or len(totals) != len(names):
            raise BalanceError(
                f"{axis} totals and the table's {axis}s differ: {', '.join(differ[:SHOWN]) or 'repeats'}"
            )
        totals = totals.loc[names]
    given = np.asarray(totals, dtype=float)
    if given.shape != (len(names),):
        raise BalanceError(f"{given.size} {axis} totals for {len(names)} {axis}s")
    bad = [str(n) for n, t in zip(names, given, strict=True) if not np.isfinite(t)]
    if bad:
        raise BalanceError(f"{axis} totals are not numbers: {', '.join(bad[:SHOWN])}", fix="give every total")
    return given


def out_of_reach(
    P: Cells, N: sp.csr_array, u: np.ndarray, v: np.ndarray, names: Sequence[pd.Index]
) -> list[GroundplanError]:
    """Totals that their own row or column cannot have: no cell, or only cells of the other sign."""
    faults: list[GroundplanError] = []
    for axis, (kind, total, labels) in enumerate((("row", u, names[0]), ("column", v, names[1]))):
        plus, minus = (np.asarray(part.sum(axis=1 - axis)) for part in (P, N))
        cases = (
            ((total != 0) & (plus == 0) & (minus == 0), "has no cells to scale", "give it cells, or the total 0"),
            ((total < 0) & (plus > 0) & (minus == 0), "has no negative cell", "give a total of at least 0"),
            ((total > 0) & (plus == 0) & (minus > 0), "has no positive cell", "give a total of at most 0"),
        )
        for wrong, why, fix in cases:
            for i in np.flatnonzero(wrong):
                faults.append(BalanceError(f"{kind} '{labels[int(i)]}' {why} and must sum to {total[i]:,.6g}", fix=fix))
    return faults


def closed(cells: Cells, like: Matrix) -> Matrix:
    """The cells in the form of the table that was given."""
    if isinstance(like, pd.DataFrame):
        dense = cells if isinstance(cells, np.ndarray) else cells.toarray()
        return pd.DataFrame(dense, like.index, like.columns)
    return cells


def most_changed(before: Cells, after: Cells, names: Names, most: int = LISTED) -> pd.DataFrame:
    """The cells that moved most: row, column, before, after, change, and change as a share of before."""
    moved = after - before
    if isinstance(moved, np.ndarray):
        data = np.asarray(moved.ravel())
        places = np.arange(moved.size)
    else:
        entries: Any = sp.coo_array(moved)
        data, places = np.asarray(entries.data), entries.row.astype(np.int64) * moved.shape[1] + entries.col
    size = np.abs(data)
    chosen = np.argpartition(-size, most)[:most] if size.size > most else np.arange(size.size)
    ranked = chosen[np.lexsort((places[chosen], -size[chosen]))]
    ranked = ranked[size[ranked] > 0]
    at, change = places[ranked], data[ranked]
    row, column = at // moved.shape[1], at % moved.shape[1]
    old = np.array([float(before[i, j]) for i, j in zip(row, column, strict=True)])
    return pd.DataFrame(
        {
            "row": names[0][row],
            "column": names[1][column],
            "before": old,
            "after": old + change,
            "change": change,
            "share": change / np.where(old == 0, np.nan, np.abs(old)),
        }
    )
