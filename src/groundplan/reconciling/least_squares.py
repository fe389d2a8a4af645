"""Reported figures made to keep their balances, each moved by as little as its error allows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.special import chdtrc

from groundplan.errors import GroundplanError
from groundplan.reconciling.balance_system import BalanceSystem
from groundplan.solver.answer import answer
from groundplan.solver.programme import Floats, Programme

# What counts as nothing, as a share of the largest of its kind.
NOTHING = 1e-9
# How near to a limit an answer of the quadratic programme is at it, in the figure's own errors.
AT = 1e-5


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """The figures that keep every balance and lie nearest to what is reported.

    estimate     [m] x̂; NaN where reports and balances do not say it
    error        [m] standard error of x̂
    covariance   [m × m] of x̂; NaN where x̂ is
    multipliers  [k] change of half the sum of squares by one unit more on the balance's side
    residual     [r] what the balances miss, as r independent standard normals where all reports are honest
    directions   [r × m] what one unit too much in a figure takes off the residual; 0 for what cannot be checked
    """

    system: BalanceSystem
    estimate: Floats
    error: Floats
    covariance: Floats
    multipliers: Floats
    residual: Floats
    directions: Floats
    whitening: Floats

    @property
    def freedom(self) -> int:
        """Balances that check something: the degrees of freedom of the global test."""
        return len(self.residual)

    @property
    def statistic(self) -> float:
        """The global statistic, (b − A·y)'(A·V·A')⁻¹(b − A·y)."""
        return float(self.residual @ self.residual)

    @property
    def chance(self) -> float:
        """How often honest reports would miss the balances by as much or more."""
        return float(chdtrc(self.freedom, self.statistic)) if self.freedom else 1.0

    def residual_of(self, reported: Floats) -> Floats:
        """[draws × r] residuals of other reports [draws × m] of the same figures; what is not measured is not read."""
        s = self.system
        y = np.where(s.measured, reported, 0.0)
        return np.asarray((s.sides - y @ s.balances.T) @ self.whitening.T)


def reconciled(system: BalanceSystem) -> LeastSquares:
    """The least squares of all reports under the balances alone, without bounds.

        min (x − y)'V⁻¹(x − y)  over  A·x = b;   x̂ = y + V·B'(B·V·B')⁻¹(c − B·y),   cov x̂ = V − V·B'(B·V·B')⁻¹B·V

    with B·x = c the balances after what is not measured is taken out of them (P'A, P'b, P a basis of the left null
    space of A's unmeasured columns). Figures without error stay as they are; balances that say nothing new are counted
    once.
    Raises ``GroundplanError`` where exact figures break a balance by themselves.
    Source: Kuehn and Davidson (1961); Crowe, García Campos and Hrymak (1983) for the projection; Stone, Champernowne
    and Meade (1942) for accounts (none of them checked).
    """
    s, here = system, system.measured
    a_here, a_not = s.balances[:, here], s.balances[:, ~here]
    scale = np.abs(s.balances).max(axis=1, initial=0.0)
    unit = np.where(scale > 0, 1.0 / np.where(scale > 0, scale, 1.0), 1.0)
    projection = _left_null(unit[:, None] * a_not) * unit  # P'
    y, spread = s.reported[here], s.spread()
    b = projection @ a_here
    miss = projection @ s.sides - b @ y
    size = np.abs(projection) @ (np.abs(s.sides) + np.abs(a_here) @ np.abs(y))
    moves = b @ spread
    length = np.linalg.norm(moves, axis=1)
    weight = np.where(length > NOTHING * np.maximum(size, 1e-300), 1.0 / np.where(length > 0, length, 1.0), 0.0)
    free = weight == 0
    _refuse_broken(s, projection[free], miss[free], size[free])
    left, values, right = np.linalg.svd(weight[:, None] * moves, full_matrices=False)
    r = int((values > NOTHING * values.max(initial=0.0)).sum())
    rest = np.eye(len(weight)) - left[:, :r] @ left[:, :r].T
    most = np.full(len(weight), (weight * size).max(initial=0.0))
    _refuse_broken(s, rest @ (weight[:, None] * projection), rest @ (weight * miss), most)
    whitening = (left[:, :r] / values[:r]).T @ (weight[:, None] * projection)
    residual = whitening @ (s.sides - a_here @ y)
    q = right[:r].T
    estimate, after = np.full(len(here), np.nan), np.full((len(here), len(here)), np.nan)
    estimate[here] = y + spread @ (q @ residual)
    kept = spread - (spread @ q) @ q.T  # S(I − QQ'), its own square is S(I − QQ')S'
    after[np.ix_(here, here)] = kept @ kept.T
    _fill_in(s, estimate, after)
    directions = np.zeros((r, len(here)))
    directions[:, here] = whitening @ a_here
    directions[:, np.abs(directions).max(axis=0, initial=0.0) * np.nan_to_num(s.errors) < NOTHING] = 0.0
    error = np.sqrt(np.maximum(np.diag(after), 0.0))
    return LeastSquares(s, estimate, error, after, -whitening.T @ residual, residual, directions, whitening)


def bounded(system: BalanceSystem) -> LeastSquares:
    """The least squares under balances, bounds and limits; the tests stay those of the balances alone.

        min (x − y)'V⁻¹(x − y)  over  A·x = b,  lower ≤ x ≤ upper,  G·x ≥ h

    Where the answer without bounds keeps them it is the answer. Else a quadratic programme says which of them bind; the
    estimate and its error are those with the binding ones as balances, so an error at a bound is that of the other
    figures. ``multipliers`` are the balances' own.
    Raises ``GroundplanError`` where nothing keeps balances and bounds at once.
    """
    without = reconciled(system)
    g, h = _limits(system)
    there = ~np.isnan(g @ np.nan_to_num(without.estimate)) & ~((g != 0) & np.isnan(without.estimate)).any(axis=1)
    slack = g @ np.nan_to_num(without.estimate) - h
    size = np.abs(g) @ np.abs(np.nan_to_num(without.estimate)) + np.abs(h)
    if not len(h) or (there & (slack >= -NOTHING * size)).all():
        return without
    binding = _binding(system, g, h)
    if not len(binding):
        return without
    with_binding = replace(
        system,
        balances=np.vstack([system.balances, g[binding]]),
        sides=np.concatenate([system.sides, h[binding]]),
        labels=(*system.labels, *(f"limit {n}" for n in binding)),
    )
    inside = reconciled(with_binding)
    k = len(system.labels)
    return replace(
        without, estimate=inside.estimate, error=inside.error, covariance=inside.covariance,
        multipliers=inside.multipliers[:k],
    )  # fmt: skip


def _left_null(a: Floats) -> Floats:
    """An orthonormal basis [rows] of the left null space of a matrix; the identity where it has no columns."""
    if not a.shape[1]:
        return np.eye(a.shape[0])
    left, values, _ = np.linalg.svd(a, full_matrices=True)
    rank = int((values > NOTHING * values.max(initial=0.0)).sum())
    return np.asarray(left[:, rank:].T)


def _refuse_broken(s: BalanceSystem, rows: Floats, miss: Floats, size: Floats) -> None:
    """Refuse exact figures that break balances by themselves, with the balances that they stand in."""
    bad = np.abs(miss) > 1e-7 * size
    if not bad.any():
        return
    parts = np.abs(rows[bad]).max(axis=0)
    named = [label for label, part in zip(s.labels, parts, strict=True) if part > 1e-6 * parts.max()]
    raise GroundplanError(
        f"figures that are said to be exact do not add up: {', '.join(named[:6])}",
        fix="give an error to one of them, or mend the balance",
    )


def _fill_in(s: BalanceSystem, estimate: Floats, after: Floats) -> None:
    """Figures that were not measured, where the balances say them."""
    lack = ~s.measured
    a = s.balances[:, lack]
    if not a.size:
        return
    scale = np.abs(s.balances).max(axis=1, initial=0.0)
    unit = np.where(scale > 0, 1.0 / np.where(scale > 0, scale, 1.0), 1.0)[:, None]
    inverse = np.linalg.pinv(unit * a, rcond=NOTHING) * unit.T
    solved = np.abs(inverse @ a - np.eye(a.shape[1])).max(axis=1) < 1e-7
    to = np.flatnonzero(lack)[solved]
    way = -(inverse @ s.balances[:, ~lack])[solved]
    estimate[to] = inverse[solved] @ s.sides + way @ estimate[~lack]
    from_here = after[np.ix_(~lack, ~lack)]
    after[np.ix_(to, np.flatnonzero(~lack))] = way @ from_here
    after[np.ix_(np.flatnonzero(~lack), to)] = (way @ from_here).T
    after[np.ix_(to, to)] = way @ from_here @ way.T


def _limits(s: BalanceSystem) -> tuple[Floats, Floats]:
    """Bounds and limits as rows G·x ≥ h."""
    eye = np.eye(len(s.names))
    low, high = np.isfinite(s.lower), np.isfinite(s.upper)
    return np.vstack([s.limits, eye[low], -eye[high]]), np.concatenate([s.least, s.lower[low], -s.upper[high]])


def _binding(s: BalanceSystem, g: Floats, h: Floats) -> list[int]:
    """Which of the rows G·x ≥ h bind at the answer of the quadratic programme, none that others say already."""
    here = s.measured
    n, free = int(here.sum()), int((~here).sum())
    spread, y = s.spread(), s.reported[here]
    a = np.hstack([s.balances[:, here] @ spread, s.balances[:, ~here]])
    rows = np.hstack([g[:, here] @ spread, g[:, ~here]])
    p = Programme(maximise=False)
    p.add_columns("moved", (n,), lower=-np.inf)
    p.add_columns("not measured", (free,), lower=-np.inf)
    for name, matrix, low, high in (
        ("balances", a, s.sides - s.balances[:, here] @ y, None),
        ("limits", rows, h - g[:, here] @ y, np.inf),
    ):
        at = np.nonzero(matrix)
        p.add_rows(name, len(matrix), low, low if high is None else high, (at[0], at[1], matrix[at]))
    p.quadratic = sparse.csc_array(sparse.diags_array(np.concatenate([np.ones(n), np.zeros(free)])))
    nearest = answer(p, "clarabel", nearly=True)
    if nearest.status != "optimal":
        raise GroundplanError(
            f"nothing keeps the balances and the bounds at once: {nearest.status}",
            fix="loosen a bound, or give an error to a figure that is said to be exact",
        )
    slack = rows @ nearest.values - (h - g[:, here] @ y)
    size = np.maximum(np.linalg.norm(rows, axis=1), 1e-12)
    pressed = np.abs(nearest.row_duals[len(a) :]) * size > AT
    near = [int(i) for i in np.flatnonzero((slack / size < AT) & pressed)]
    chosen: list[int] = []
    for i in near:
        trial = np.vstack([a, rows[[*chosen, i]]])
        if np.linalg.matrix_rank(trial, tol=1e-9 * np.abs(trial).max()) > np.linalg.matrix_rank(
            trial[:-1], tol=1e-9 * np.abs(trial).max()
        ):
            chosen.append(i)
    return chosen
