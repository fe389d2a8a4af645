"""What is known of a table beside its cells: totals, other sums, and how sure each is."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from groundplan.economy.balancing.totals import Matrix, Names, Totals, in_order, opened
from groundplan.errors import BalanceError, UnknownName, raise_all


@dataclass(frozen=True, eq=False)
class Control:
    """A known sum of cells: Σ weight · cell = target, sure (``error`` 0) or with a standard error.

    weights  same shape as the table, mostly zeros; target and error in the table's unit
    """

    name: str
    weights: sp.coo_array
    target: float
    error: float = 0.0

    @classmethod
    def of(
        cls,
        name: str,
        matrix: Matrix,
        target: float,
        *,
        rows: Iterable[Hashable] | None = None,
        columns: Iterable[Hashable] | None = None,
        error: float = 0.0,
    ) -> Control:
        """The sum of the cells where ``rows`` and ``columns`` cross, all of them where none are named.

        One row and one column is a known cell. Errors: ``UnknownName`` with the nearest name.
        """
        _, names = opened(matrix)
        chosen = [
            _places(given, index, kind)
            for given, index, kind in zip((rows, columns), names, ("row", "column"), strict=True)
        ]
        row, column = (grid.ravel() for grid in np.meshgrid(*chosen, indexing="ij"))
        shape = (len(names[0]), len(names[1]))
        return cls(name, sp.coo_array((np.ones(len(row)), (row, column)), shape=shape), float(target), float(error))


@dataclass(frozen=True, eq=False)
class KnownSums:
    """Many known sums at once, ready to be met by many tables of one shape: what ``Control`` says of each.

    weights  sums × (n · m), sparse; targets, errors  one for each sum, in the table's unit
    """

    names: tuple[str, ...]
    weights: sp.csr_array
    targets: np.ndarray
    errors: np.ndarray


def _places(given: Iterable[Hashable] | None, index: pd.Index, kind: str) -> np.ndarray:
    if given is None:
        return np.arange(len(index))
    wanted = list(given)
    raise_all([UnknownName(f"{kind} in the table", w, index) for w in wanted if w not in index])
    return np.asarray(index.get_indexer(pd.Index(wanted)))


def all_sums(
    names: Names,
    rows: Totals | None,
    columns: Totals | None,
    row_errors: Totals | None,
    column_errors: Totals | None,
    controls: Sequence[Control] | KnownSums,
) -> tuple[sp.csr_array, np.ndarray, np.ndarray, list[str]]:
    """G, g, σ and a name for every sum: rows, columns, controls."""
    n, m = (len(i) for i in names)
    parts: list[sp.csr_array] = []
    targets, sigma, labels = [np.zeros(0)], [np.zeros(0)], []
    grid = np.arange(n * m)
    for kind, given, error, index, place in (
        ("row", rows, row_errors, names[0], grid // m),
        ("column", columns, column_errors, names[1], grid % m),
    ):
        if given is None:
            continue
        parts.append(sp.csr_array((np.ones(n * m), (place, grid)), shape=(len(index), n * m)))
        targets.append(in_order(given, index, kind))
        sigma.append(np.zeros(len(index)) if error is None else in_order(error, index, f"{kind} error"))
        labels += [f"{kind} '{i}'" for i in index]
    if isinstance(controls, KnownSums):
        if controls.weights.shape[1] != n * m:
            raise BalanceError(f"sums of {controls.weights.shape[1]} cells, and the table has {n * m}")
        parts.append(controls.weights)
        targets.append(controls.targets)
        sigma.append(controls.errors)
        labels += controls.names
    for control in () if isinstance(controls, KnownSums) else controls:
        if control.weights.shape != (n, m):
            raise BalanceError(f"control '{control.name}' has the shape {control.weights.shape}, the table {(n, m)}")
        w = sp.coo_array(control.weights)
        zero = np.zeros(w.nnz, dtype=int)
        parts.append(sp.csr_array((w.data.astype(float), (zero, w.row * m + w.col)), shape=(1, n * m)))
        targets.append(np.array([control.target]))
        sigma.append(np.array([control.error]))
        labels.append(control.name)
    if not parts:
        raise BalanceError("nothing to balance to", fix="give rows, columns or controls")
    return sp.csr_array(sp.vstack(parts)), np.concatenate(targets), np.concatenate(sigma), labels


def variance_per_size(errors: Matrix | float | None, dense: np.ndarray, names: Names) -> np.ndarray:
    """σ_a² / |a|, which is 1/w: 1 without errors, 0 for a cell that stays."""
    size = np.abs(dense)
    if errors is None:
        return np.where(size > 0, 1.0, 0.0)
    if isinstance(errors, (int, float)):
        return np.asarray(float(errors) ** 2 * size)
    given, axes = opened(errors)
    if given.shape != dense.shape or any(
        not isinstance(i, pd.RangeIndex) and list(i) != list(j) for i, j in zip(axes, names, strict=True)
    ):
        raise BalanceError("the cells' errors have other rows or columns than the table", fix="label them alike")
    sigma = given if isinstance(given, np.ndarray) else given.toarray()
    return np.asarray(np.where(size > 0, sigma**2 / np.where(size > 0, size, 1.0), 0.0))
