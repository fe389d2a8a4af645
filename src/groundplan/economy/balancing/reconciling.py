"""Balance a table to everything that is known of it: totals, other sums, fixed cells, each as sure as it is.

Cross-entropy keeps the table as near as possible to what it was while every sure sum is met and unsure ones are met
as far as their error says. Without unsure sums and without errors of cells it is GRAS, and RAS where no cell is
negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.linalg
import scipy.sparse as sp

from groundplan.economy.balancing.balancing import Balanced, Progress
from groundplan.economy.balancing.known_sums import Control, KnownSums, all_sums, variance_per_size
from groundplan.economy.balancing.totals import (
    SHOWN,
    Matrix,
    Names,
    Totals,
    check_same_sum,
    closed,
    most_changed,
    opened,
    unmet,
)
from groundplan.errors import BalanceError, GroundplanError, SolverError, raise_all

LONGEST_STEP = 3.0
RIDGE = 1e-13


def cross_entropy(
    matrix: Matrix,
    rows: Totals | None = None,
    columns: Totals | None = None,
    *,
    controls: Sequence[Control] | KnownSums = (),
    errors: Matrix | float | None = None,
    row_errors: Totals | None = None,
    column_errors: Totals | None = None,
    tolerance: float = 1e-9,
    iterations: int = 200,
    progress: Progress | None = None,
) -> Balanced:
    """The table nearest to ``matrix`` that meets its totals and ``controls``, each as far as it is sure.

        minimise Σ w (y ln(y/|a|) − y) + Σ_k (g_k − Σ G_k x)² / 2σ_k²   over the k that are not sure
        subject to Σ G_k x = g_k   for those that are;   y = |x|, and every cell keeps its sign
        w = |a| / σ_a²  with the cells' standard errors σ_a; 1 for all without

    The second-order term of the first sum is Σ (x − a)² / 2σ_a², Stone's least squares, so cells and controls are
    weighed on one scale. Solved by Newton's method on the dual, x = a·exp(± G'λ / w).

    Shapes: ``matrix`` A n × m; ``rows``, ``row_errors`` n; ``columns``, ``column_errors`` m; ``errors`` n × m in the
    table's unit, or one number for all as a share of the cell; a cell whose error is 0 stays. Without ``rows`` or
    ``columns`` these sums are free. ``r`` and ``s`` of the result are exp λ of the totals.
    Units:  any one unit.
    Errors: ``BalanceError``: totals that clash, controls without cells, errors missing where a control is unsure;
            ``SolverError``: still a gap after ``iterations`` steps.
    Source: Golan, Judge and Robinson (1994); Robinson, Cattaneo and El-Said (2001), Economic Systems Research 13:
            47-64; errors of data: Stone, Champernowne and Meade (1942); conflicting data in RAS: Lenzen, Gallego and
            Wood (2009), KRAS (citations not checked; solutions proved against scipy.optimize in tests).
    """
    cells, names = opened(matrix)
    dense = cells if isinstance(cells, np.ndarray) else cells.toarray()
    sums, targets, sigma, labels = all_sums(names, rows, columns, row_errors, column_errors, controls)
    slack = variance_per_size(errors, dense, names)
    free = (dense.ravel() != 0) & (slack.ravel() > 0)
    raise_all(_faults(sums, targets, sigma, labels, dense.ravel(), errors))
    scale = max(float(np.abs(targets).max(initial=0.0)), float(np.abs(dense).max(initial=0.0)))
    if rows is not None and columns is not None and row_errors is None and column_errors is None:
        n = len(names[0])
        check_same_sum(targets[:n], targets[n : n + len(names[1])], tolerance * scale * sum(dense.shape))
    a = dense.ravel()
    left = targets - sums @ np.where(free, 0.0, a)
    reach, left_at = _reachable(sums[:, free], a[free], left, sigma)
    used = np.flatnonzero(free)[left_at]
    problem = _Problem(reach, a[used], slack.ravel()[used], left, sigma)
    multipliers, steps, gap = problem.solve(tolerance * scale, iterations, progress)
    if not gap.max(initial=0.0) <= tolerance * scale:
        raise _not_met(problem, labels, gap, steps, scale)
    after = np.where(free, 0.0, a)
    after[used] = problem.cells(multipliers)
    return _balanced(matrix, dense, after, names, sums, targets, sigma, labels, multipliers, steps, rows, columns)


def _balanced(
    matrix: Matrix, dense: np.ndarray, after: np.ndarray, names: Names, sums: sp.csr_array, targets: np.ndarray,
    sigma: np.ndarray, labels: list[str], multipliers: np.ndarray, steps: int, rows: object, columns: object,
) -> Balanced:  # fmt: skip
    """The result: factors of the totals, then the controls."""
    n, m = dense.shape
    ends = [0, n if rows is not None else 0]
    ends.append(ends[1] + (m if columns is not None else 0))
    factors = [
        np.exp(multipliers[i:j]) if j > i else np.ones(k) for i, j, k in zip(ends, ends[1:], (n, m), strict=False)
    ]
    reached = sums @ after
    table = pd.DataFrame(
        {"target": targets, "reached": reached, "gap": targets - reached, "error": sigma}, index=pd.Index(labels)
    )
    grid = after.reshape(n, m)
    return Balanced(
        matrix=closed(sp.csr_array(grid) if sp.issparse(matrix) else grid, matrix),
        r=pd.Series(factors[0], names[0], name="r"),
        s=pd.Series(factors[1], names[1], name="s"),
        iterations=steps,
        gap=float(np.abs((targets - reached)[sigma == 0]).max(initial=0.0)),
        changes=most_changed(dense, grid, names),
        controls=table.iloc[ends[2] :] if (sigma[: ends[2]] == 0).all() else table,
    )


def _faults(
    sums: sp.csr_array, targets: np.ndarray, sigma: np.ndarray, labels: list[str], a: np.ndarray, errors: object
) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    if not (np.isfinite(targets).all() and np.isfinite(sigma).all() and (sigma >= 0).all()):
        bad = [x for x, t, e in zip(labels, targets, sigma, strict=True) if not (np.isfinite(t) and 0 <= e < np.inf)]
        faults.append(BalanceError(f"targets or errors are not numbers: {', '.join(bad[:SHOWN])}"))
    elif (sigma > 0).any() and errors is None:
        faults.append(
            BalanceError(
                f"'{labels[int(np.argmax(sigma > 0))]}' is unsure and the cells have no errors to weigh it against",
                fix="give errors: a share such as 0.1, or the standard error of every cell",
            )
        )
    has = (abs(sums) @ np.abs(a)) > 0
    for i in np.flatnonzero(~has & (targets != 0) & (sigma == 0)):
        faults.append(
            BalanceError(
                f"{labels[i]} has no cells to scale and must sum to {targets[i]:,.6g}",
                fix="give it cells, or the total 0",
            )
        )
    return faults


def _reachable(
    sums: sp.csr_array, a: np.ndarray, targets: np.ndarray, sigma: np.ndarray
) -> tuple[sp.csr_array, np.ndarray]:
    """The cells that can differ from zero: sure sums of one sign whose target is zero can only be empty."""
    signed = sp.csr_array(sums @ sp.diags_array(np.sign(a)))
    stays = np.ones(len(a), bool)
    while True:
        now = sp.csr_array(signed @ sp.diags_array(stays.astype(float)))
        one_sign = (now.sum(axis=1) != 0) & (np.abs(now.sum(axis=1)) == abs(now).sum(axis=1))
        empty = one_sign & (targets == 0) & (sigma == 0)
        gone = (abs(now).T @ empty.astype(float)) > 0
        if not gone.any():
            return sums[:, stays], np.flatnonzero(stays)
        stays &= ~gone


@dataclass(frozen=True, eq=False)
class _Problem:
    """The dual: maximise g'λ − Σ w·y(λ) − ½ Σ σ²λ², y = |a|·exp(sign(a)·G'λ / w); concave and smooth."""

    sums: sp.csr_array
    a: np.ndarray
    slack: np.ndarray
    targets: np.ndarray
    sigma: np.ndarray

    def cells(self, multipliers: np.ndarray) -> np.ndarray:
        power = self.slack * np.sign(self.a) * (self.sums.T @ multipliers)
        return np.asarray(self.a * np.exp(np.clip(power, -700.0, 700.0)))

    def value(self, multipliers: np.ndarray) -> float:
        size = float((np.abs(self.cells(multipliers)) / self.slack).sum())
        return float(self.targets @ multipliers - size - 0.5 * (self.sigma**2 * multipliers**2).sum())

    def solve(self, limit: float, iterations: int, progress: Progress | None) -> tuple[np.ndarray, int, np.ndarray]:
        """λ, the steps taken and what each sum misses beyond its error's due."""
        at = np.zeros(len(self.targets))
        gap = np.abs(self.slope(at))
        for step in range(1, iterations + 1):
            if gap.max(initial=0.0) <= limit:
                return at, step - 1, gap
            at = self.climbed(at)
            gap = np.abs(self.slope(at))
            if progress is not None:
                progress(step, float(gap.max(initial=0.0)))
        return at, iterations, gap

    def slope(self, at: np.ndarray) -> np.ndarray:
        return np.asarray(self.targets - self.sums @ self.cells(at) - self.sigma**2 * at)

    def climbed(self, at: np.ndarray) -> np.ndarray:
        """One Newton step, shortened until the dual rises; no cell grows more than e³-fold at once."""
        bend = self.sums @ sp.diags_array(np.abs(self.cells(at)) * self.slack) @ self.sums.T
        hessian = bend.toarray() + np.diag(self.sigma**2)
        # Row and column totals repeat one equation; the ridge leaves its multiplier where it was.
        hessian[np.diag_indices_from(hessian)] += RIDGE * max(float(np.diag(hessian).max(initial=0.0)), 1e-300)
        slope = self.slope(at)
        step = np.asarray(scipy.linalg.solve(hessian, slope, assume_a="sym"))
        longest = float((self.slack * np.sign(self.a) * (self.sums.T @ step)).max(initial=0.0))
        share = min(1.0, LONGEST_STEP / longest) if longest > 0 else 1.0
        start, rise = self.value(at), float(slope @ step)
        floor = 1e-12 * abs(start)
        while share > 1e-10 and self.value(at + share * step) < start + 1e-4 * share * rise - floor:
            share /= 2
        return at + share * step


def _not_met(problem: _Problem, labels: list[str], gap: np.ndarray, steps: int, scale: float) -> GroundplanError:
    sure = np.flatnonzero(problem.sigma == 0)
    signed = sp.csr_array(problem.sums[sure] @ sp.diags_array(np.sign(problem.a)))
    clash = unmet(signed, problem.targets[sure], [labels[i] for i in sure], scale)
    if clash is not None:
        return clash
    worst = [i for i in np.argsort(-gap)[:SHOWN] if gap[i] > 0]
    shown = ", ".join(f"{labels[i]} {gap[i]:,.6g}" for i in worst)
    return SolverError(
        f"no balance after {steps} steps; what misses most: {shown}", fix="raise iterations or tolerance"
    )
