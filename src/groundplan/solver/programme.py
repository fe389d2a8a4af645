"""A programme as blocks of named columns and families of named sparse rows, whoever solves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from groundplan.errors import GroundplanError

if TYPE_CHECKING:
    import xarray as xr

CURVED = 1e-9
Index = NDArray[np.int64]
Floats = NDArray[np.float64]
Entries = tuple[ArrayLike, ArrayLike, ArrayLike]


@dataclass(frozen=True, eq=False)
class ColumnBlock:
    """A block of columns under one name: a variable on its own dimensions.

    numbers  the columns of the programme, in the shape of the variable
    coords   dimension → its labels; none where the block has a shape alone
    """

    name: str
    numbers: Index
    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]
    coords: Mapping[str, pd.Index] = field(default_factory=dict)

    def array(self, values: NDArray[Any]) -> xr.DataArray:
        """Values of all columns of a programme → this variable on its dimensions."""
        import xarray as xr

        return xr.DataArray(values[self.numbers], coords=dict(self.coords), dims=tuple(self.coords), name=self.name)

    def labels(self) -> list[str]:
        """``name(label,label)`` of every column."""
        if not self.coords:
            return [f"{self.name}({n})" for n in range(self.numbers.size)]
        return [f"{self.name}({','.join(map(str, key))})" for key in product(*self.coords.values())]


@dataclass(frozen=True, eq=False)
class RowBlock:
    """Rows of one family: lower ≤ Σ value·column ≤ upper.

    numbers  the rows of the programme
    labels   each row's own name; "" where the family has none
    row, column, value  entries: position in the family, column of the programme, coefficient
    """

    name: str
    numbers: Index
    lower: Floats
    upper: Floats
    labels: NDArray[np.object_]
    row: Index
    column: Index
    value: Floats


@dataclass(eq=False)
class Programme:
    """max or min  c·x + ½ x'Qx   over  low ≤ A·x ≤ high,  lower ≤ x ≤ upper,  some x whole.

    Columns and rows are gathered block by block; ``columns`` holds blocks by name, ``rows`` in their order, where a
    family may have several blocks. Units are the caller's. ``quadratic`` is the symmetric Q, None for a linear goal.
    """

    columns: dict[str, ColumnBlock] = field(default_factory=dict)
    rows: list[RowBlock] = field(default_factory=list)
    goal: dict[str, Floats] = field(default_factory=dict)
    quadratic: sparse.csc_array | None = None
    maximise: bool = True
    width: int = 0
    height: int = 0

    def add_columns(
        self,
        name: str,
        over: tuple[int, ...] | Mapping[str, pd.Index],
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        goal: ArrayLike = 0.0,
        whole: ArrayLike = False,
    ) -> ColumnBlock:
        """A new block of columns, on labelled dimensions or of a shape.

        Raises ``ValueError`` for a name twice, ``GroundplanError`` for a bound or a worth that is no number.
        """
        if name in self.columns:
            raise ValueError(f"columns '{name}' are there already")
        shape = over if isinstance(over, tuple) else tuple(len(index) for index in over.values())
        count = int(np.prod(shape))
        numbers = np.arange(self.width, self.width + count, dtype=np.int64).reshape(shape)
        low, high, worth = (np.array(np.broadcast_to(np.asarray(v, dtype=float), shape)) for v in (lower, upper, goal))
        _refuse_no_numbers(name, low, high, worth)
        kinds = np.array(np.broadcast_to(np.asarray(whole, dtype=bool), shape))
        self.columns[name] = ColumnBlock(name, numbers, low, high, kinds, {} if isinstance(over, tuple) else dict(over))
        self.goal[name] = worth
        self.width += count
        return self.columns[name]

    def add_rows(
        self, name: str, count: int, low: ArrayLike, high: ArrayLike, *terms: Entries, labels: ArrayLike | None = None
    ) -> RowBlock:
        """New rows of a family; a term is (rows within the block, columns, coefficients), broadcast together.

        Entries of one cell are added up. Raises ``GroundplanError`` for a side that is no number and a coefficient that
        is none or has no end.
        """
        parts = [np.broadcast_arrays(*term) for term in terms] if count else []
        row, column, value = (
            np.concatenate([part[n].ravel() for part in parts]) if parts else np.zeros(0) for n in range(3)
        )
        rows = RowBlock(
            name,
            np.arange(self.height, self.height + count, dtype=np.int64),
            np.array(np.broadcast_to(np.asarray(low, dtype=float), (count,))),
            np.array(np.broadcast_to(np.asarray(high, dtype=float), (count,))),
            np.full(count, "", dtype=object) if labels is None else np.asarray(labels, dtype=object),
            row.astype(np.int64),
            column.astype(np.int64),
            value.astype(float),
        )
        _refuse_no_numbers(name, rows.lower, rows.upper, np.where(np.isinf(rows.value), np.nan, rows.value))
        self.rows.append(rows)
        self.height += count
        return rows

    def replace_rows(self, name: str, low: ArrayLike, high: ArrayLike, entries: Entries) -> None:
        """Other sides and entries for the rows of a family that has one block; their number and labels stay."""
        (at,) = (n for n, block in enumerate(self.rows) if block.name == name)
        old = self.rows[at]
        row, column, value = (np.asarray(part) for part in entries)
        sides = [np.array(np.broadcast_to(np.asarray(v, dtype=float), old.lower.shape)) for v in (low, high)]
        _refuse_no_numbers(name, *sides, np.where(np.isinf(value), np.nan, value))
        self.rows[at] = replace(old, lower=sides[0], upper=sides[1], row=row, column=column, value=value)

    def bound(self, name: str, *, lower: ArrayLike | None = None, upper: ArrayLike | None = None) -> None:
        """Other bounds for a block of columns."""
        block = self.columns[name]
        ends = ((block.lower, lower), (block.upper, upper))
        low, high = (
            old if new is None else np.array(np.broadcast_to(new, old.shape), dtype=float) for old, new in ends
        )
        self.columns[name] = replace(block, lower=low, upper=high)

    def limit(self, rows: RowBlock, low: ArrayLike, high: ArrayLike) -> RowBlock:
        """Other sides for rows that were added."""
        at = next(n for n, block in enumerate(self.rows) if np.array_equal(block.numbers, rows.numbers))
        sides = (np.array(np.broadcast_to(np.asarray(v, dtype=float), rows.lower.shape)) for v in (low, high))
        lower, upper = sides
        self.rows[at] = replace(self.rows[at], lower=lower, upper=upper)
        return self.rows[at]

    def costs(self) -> Floats:
        """[column] coefficients of the linear goal."""
        return _joined([self.goal[name].ravel() for name in self.columns])

    def bounds(self) -> tuple[Floats, Floats]:
        """[column] lower and upper bounds."""
        blocks = list(self.columns.values())
        return _joined([b.lower.ravel() for b in blocks]), _joined([b.upper.ravel() for b in blocks])

    def sides(self, without: frozenset[str] = frozenset()) -> tuple[Floats, Floats]:
        """[row] left-hand and right-hand sides; rows of the families ``without`` are free."""
        low, high = _joined([r.lower for r in self.rows]), _joined([r.upper for r in self.rows])
        for r in self.rows:
            if r.name in without:
                low[r.numbers], high[r.numbers] = -np.inf, np.inf
        return low, high

    def whole(self) -> NDArray[np.bool_]:
        """[column] whether it must be whole."""
        return np.concatenate([np.zeros(0, dtype=bool), *(b.whole.ravel() for b in self.columns.values())])

    def families(self) -> tuple[str, ...]:
        """The families of rows, each once, in their order."""
        return tuple(dict.fromkeys(r.name for r in self.rows if len(r.numbers)))

    def matrix(self) -> sparse.csr_array:
        """Rows × columns, A; entries of one cell added up, in the order of columns."""
        row = np.concatenate([np.zeros(0, dtype=np.int64), *(r.row + r.numbers[0] for r in self.rows if len(r.row))])
        column = np.concatenate([np.zeros(0, dtype=np.int64), *(r.column for r in self.rows)])
        value = _joined([r.value for r in self.rows])
        a = sparse.csr_array((value, (row, column)), shape=(self.height, self.width))
        a.sum_duplicates()
        return a

    def convex(self) -> bool:
        """Whether the goal is linear, or so curved that a best answer can be found: Q ⪰ 0 minimised, ⪯ 0 maximised.

        Told by the signs of D in Q + ε·max|Q|·I = L·D·L', without pivoting; ε = 10⁻⁹.
        Source: Sylvester's law of inertia.
        """
        if self.quadratic is None or not self.quadratic.nnz:
            return True
        # Only a curved goal needs it.
        from scipy.sparse.linalg import splu

        q = sparse.csc_matrix(-self.quadratic if self.maximise else self.quadratic)
        slightly = CURVED * float(abs(q).max()) * sparse.eye(q.shape[0], format="csc")
        order: Any = {"permc_spec": "MMD_AT_PLUS_A", "diag_pivot_thresh": 0.0, "options": {"SymmetricMode": True}}
        try:
            factors = splu(q + slightly, **order)
        except RuntimeError:  # exactly singular: a pivot of nothing
            return False
        return bool(np.array_equal(factors.perm_r, factors.perm_c) and (factors.U.diagonal() > 0).all())

    def copy(self) -> Programme:
        """The same columns and rows, to which more can be added without touching these."""
        return replace(self, columns=dict(self.columns), rows=list(self.rows), goal=dict(self.goal))

    def value(self, x: Floats) -> float:
        """The goal at x."""
        linear = float(self.costs() @ x)
        return linear if self.quadratic is None else linear + 0.5 * float(x @ (self.quadratic @ x))


def _refuse_no_numbers(name: str, *figures: Floats) -> None:
    """A solver takes some of them for nothing: the row or the worth would be lost, and nobody told."""
    if any(np.isnan(each).any() for each in figures):
        raise GroundplanError(f"'{name}' has a figure that is no number", fix="look where its figures come from")


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)
