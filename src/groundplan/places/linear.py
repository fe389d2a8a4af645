"""A mixed-integer programme as rows with a family name each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Index = NDArray[np.int64]
Floats = NDArray[np.float64]
Term = tuple[ArrayLike, ArrayLike, ArrayLike]


@dataclass(eq=False)
class Programme:
    """Columns and rows, gathered block by block; maximised.

    A term is (row numbers within the block, columns, coefficients), broadcast against each other.
    """

    cost: list[Floats] = field(default_factory=list)
    low: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)
    whole: list[NDArray[np.bool_]] = field(default_factory=list)
    terms: list[tuple[Index, Index, Floats]] = field(default_factory=list)
    row_low: list[Floats] = field(default_factory=list)
    row_high: list[Floats] = field(default_factory=list)
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

    def costs(self) -> Floats:
        """[column] coefficients of the objective."""
        return np.concatenate(self.cost)

    def bounds(self) -> tuple[Floats, Floats]:
        """[column] lower and upper bounds."""
        return np.concatenate(self.low), np.concatenate(self.high)

    def row_bounds(self) -> tuple[Floats, Floats]:
        """[row] lower and upper bounds."""
        return np.concatenate(self.row_low), np.concatenate(self.row_high)

    def whole_columns(self) -> NDArray[np.bool_]:
        """[column] whether it must be a whole number."""
        return np.concatenate(self.whole)

    def names(self) -> tuple[str, ...]:
        """The families of rows, each once."""
        return tuple(dict.fromkeys(name for name, _, _ in self.families))

    def matrix(self) -> sparse.csr_array:
        """Rows × columns; entries of one cell are added up."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self.terms, strict=True))
        return sparse.csr_array((values, (rows, columns)), shape=(self.rows, self.columns))

    def copy(self) -> Programme:
        """The same columns and rows, to which more can be added without touching these."""
        return Programme(
            list(self.cost), list(self.low), list(self.high), list(self.whole), list(self.terms),
            list(self.row_low), list(self.row_high), list(self.families), self.columns, self.rows,
        )  # fmt: skip

    def narrowed(self, free: Index, held: Floats, follows: tuple[Index, Index]) -> Narrowed:
        """The programme in the ``free`` columns alone: columns ``follows``[0] equal the free ones ``follows``[1], all
        others stand at ``held`` [column], and rows that no free column is in are left out.

            A·v,  v = part·z + held,   low − A·held ≤ A·part·z ≤ high − A·held
        """
        number = np.full(self.columns, -1, dtype=np.int64)
        number[free] = np.arange(len(free))
        here = np.concatenate([free, follows[0].ravel()])
        there = number[np.concatenate([free, follows[1].ravel()])]
        part = sparse.csr_array((np.ones(len(here)), (here, there)), shape=(self.columns, len(free)))
        held = np.where(np.isin(np.arange(self.columns), here), 0.0, held)
        matrix, own = self.matrix(), sparse.csr_array(self.matrix() @ part)
        own.eliminate_zeros()
        kept = np.diff(own.indptr) > 0
        entries, first = own[kept].tocoo(), np.append(0, np.cumsum(kept))
        low, high = ((b - matrix @ held)[kept] for b in self.row_bounds())
        least, most = self.bounds()
        made = Programme(
            [part.T @ self.costs()], [least[free]], [most[free]], [self.whole_columns()[free]],
            [(entries.row.astype(np.int64), entries.col.astype(np.int64), entries.data)], [low], [high],
            [(name, int(first[a]), int(first[b])) for name, a, b in self.families if first[b] > first[a]],
            len(free), int(kept.sum()),
        )  # fmt: skip
        return Narrowed(made, free, part, held)


@dataclass(frozen=True, eq=False)
class Narrowed:
    """A programme in some columns of another one, whose other columns follow them or are held."""

    programme: Programme
    free: Index
    part: sparse.csr_array
    held: Floats

    def all_columns(self, values: Floats) -> Floats:
        """[column of the wide programme] what values of the free columns mean."""
        return np.asarray(self.part @ values + self.held)
