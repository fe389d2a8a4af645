"""A mixed-integer programme as rows with a family name each, handed to HiGHS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Index = NDArray[np.int64]
Term = tuple[ArrayLike, ArrayLike, ArrayLike]


@dataclass(eq=False)
class Programme:
    """Columns and rows, gathered block by block; maximised.

    A term is (row numbers within the block, columns, coefficients), broadcast against each other.
    """

    cost: list[NDArray[np.float64]] = field(default_factory=list)
    low: list[NDArray[np.float64]] = field(default_factory=list)
    high: list[NDArray[np.float64]] = field(default_factory=list)
    whole: list[NDArray[np.bool_]] = field(default_factory=list)
    terms: list[tuple[Index, Index, NDArray[np.float64]]] = field(default_factory=list)
    row_low: list[NDArray[np.float64]] = field(default_factory=list)
    row_high: list[NDArray[np.float64]] = field(default_factory=list)
    families: list[tuple[str, int, int]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(
        self, shape: tuple[int, ...], cost: ArrayLike = 0.0, high: ArrayLike = 1.0, *, whole: bool = False
    ) -> Index:
        """Columns from 0 to ``high``; their numbers in the given shape."""
        count = int(np.prod(shape))
        numbers = np.arange(self.columns, self.columns + count).reshape(shape)
        self.columns += count
        self.cost.append(np.broadcast_to(np.asarray(cost, dtype=float), shape).ravel())
        self.low.append(np.zeros(count))
        self.high.append(np.broadcast_to(np.asarray(high, dtype=float), shape).ravel())
        self.whole.append(np.full(count, whole))
        return numbers

    def add_rows(self, family: str, count: int, low: ArrayLike, high: ArrayLike, *terms: Term) -> None:
        """Rows low ≤ Σ terms ≤ high under a name that people understand."""
        if not count:
            return
        for rows, columns, values in terms:
            r, c, v = np.broadcast_arrays(rows, columns, values)
            self.terms.append((r.ravel() + self.rows, c.ravel(), v.ravel().astype(float)))
        self.row_low.append(np.broadcast_to(np.asarray(low, dtype=float), (count,)))
        self.row_high.append(np.broadcast_to(np.asarray(high, dtype=float), (count,)))
        self.families.append((family, self.rows, self.rows + count))
        self.rows += count

    def costs(self) -> NDArray[np.float64]:
        """[column] coefficients of the objective."""
        return np.concatenate(self.cost)

    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """[column] lower and upper bounds."""
        return np.concatenate(self.low), np.concatenate(self.high)

    def names(self) -> tuple[str, ...]:
        """The families of rows, each once."""
        return tuple(dict.fromkeys(name for name, _, _ in self.families))

    def matrix(self) -> sparse.csr_array:
        """Rows × columns; entries of one cell are added up."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self.terms, strict=True))
        return sparse.csr_array((values, (rows, columns)), shape=(self.rows, self.columns))

    def load(
        self,
        options: dict[str, Any],
        *,
        cost: NDArray[np.float64] | None = None,
        bounds: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
        without: frozenset[str] = frozenset(),
    ) -> highspy.Highs:
        """The programme in HiGHS, maximised, with other costs or bounds or without some families where asked."""
        matrix, (low, high) = self.matrix(), self.bounds() if bounds is None else bounds
        row_low, row_high = np.concatenate(self.row_low), np.concatenate(self.row_high)
        for name, first, last in self.families:
            if name in without:
                row_low[first:last], row_high[first:last] = -np.inf, np.inf
        h = highspy.Highs()
        h.setOptionValue("output_flag", False)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = (self.costs() if cost is None else cost), low, high
        lp.row_lower_, lp.row_upper_ = row_low, row_high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        lp.sense_ = highspy.ObjSense.kMaximize
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(k)] for k in np.concatenate(self.whole)]
        h.passModel(lp)
        for name, value in options.items():
            h.setOptionValue(name, value)
        return h
