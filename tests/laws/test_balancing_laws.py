"""True of every table that is balanced."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplan.economy.balancing.balancing import gras, ras
from groundplan.economy.balancing.known_sums import Control
from groundplan.economy.balancing.reconciling import cross_entropy

SEEDS = st.integers(0, 2**16)


def drawn(seed: int, negative: float = 0.0, empty: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A table of 2 to 5 rows and columns and the totals of a neighbour with the same empty cells and signs."""
    rng = np.random.default_rng(seed)
    n, m = rng.integers(2, 6, 2)
    a = rng.lognormal(1.0, 1.0, (n, m)) * np.where(rng.random((n, m)) < negative, -1.0, 1.0)
    a *= rng.random((n, m)) >= empty
    near = a * rng.uniform(0.5, 2.0, (n, m))
    return a, near.sum(axis=1), near.sum(axis=0)


def alternating(a: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Rows, then columns, in turn: the textbook's loop, cell by cell."""
    x = a.copy()
    for _ in range(5000):
        for i in range(len(u)):
            x[i] *= u[i] / x[i].sum() if x[i].sum() else 1.0
        for j in range(len(v)):
            x[:, j] *= v[j] / x[:, j].sum() if x[:, j].sum() else 1.0
    return x


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_ras_is_the_textbook_loop(seed: int) -> None:
    a, u, v = drawn(seed, empty=0.2)
    np.testing.assert_allclose(ras(a, u, v, iterations=20_000).matrix, alternating(a, u, v), atol=1e-6 * u.max())


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_without_negative_cells_all_three_agree(seed: int) -> None:
    a, u, v = drawn(seed)
    first = np.asarray(ras(a, u, v, tolerance=1e-11).matrix)
    np.testing.assert_allclose(gras(a, u, v, tolerance=1e-11).matrix, first, rtol=1e-12)
    np.testing.assert_allclose(cross_entropy(a, u, v, tolerance=1e-11).matrix, first, rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_gras_meets_totals_keeps_signs_and_is_cross_entropy(seed: int) -> None:
    a, u, v = drawn(seed, negative=0.2, empty=0.1)
    done = gras(a, u, v, iterations=20_000)
    after = np.asarray(done.matrix)
    scale = max(np.abs(u).max(), np.abs(v).max())
    np.testing.assert_allclose(after.sum(axis=1), u, atol=2e-9 * scale)
    np.testing.assert_allclose(after.sum(axis=0), v, atol=2e-9 * scale)
    assert (np.sign(after) == np.sign(a)).all()
    rs = np.outer(done.r, done.s)
    np.testing.assert_allclose(after, np.where(a > 0, a * rs, a / rs), rtol=1e-9)
    np.testing.assert_allclose(cross_entropy(a, u, v).matrix, after, atol=1e-5 * scale)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_gras_minimises_what_it_says(seed: int) -> None:
    """Σ |a| z ln(z/e) over z = x/a, by a trust-region method that knows nothing of factors."""
    from scipy.optimize import Bounds, LinearConstraint, minimize

    a, u, v = drawn(seed, negative=0.25)
    n, m = a.shape
    size, sign = np.abs(a).ravel(), np.sign(a).ravel()
    sums = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))[:-1]]) * (size * sign)
    target = np.concatenate([u, v[:-1]])
    found = minimize(
        lambda z: float((size * z * (np.log(z) - 1)).sum()),
        np.ones(n * m),
        jac=lambda z: size * np.log(z),
        hess=lambda z: np.diag(size / z),
        constraints=LinearConstraint(sums, target, target),
        bounds=Bounds(1e-6, np.inf),
        method="trust-constr",
        options={"gtol": 1e-9, "xtol": 1e-12, "maxiter": 2000},
    )
    after = np.asarray(gras(a, u, v, iterations=20_000).matrix).ravel()
    np.testing.assert_allclose(found.x * a.ravel(), after, atol=2e-4 * np.abs(a).max())


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_nothing_is_changed_that_balances_and_units_do_not_matter(seed: int) -> None:
    a, u, v = drawn(seed, negative=0.2)
    same = gras(a, a.sum(axis=1), a.sum(axis=0))
    np.testing.assert_allclose(same.matrix, a, rtol=1e-7)
    once, thousand = gras(a, u, v, iterations=20_000), gras(1000 * a, 1000 * u, 1000 * v, iterations=20_000)
    np.testing.assert_allclose(thousand.matrix, 1000 * np.asarray(once.matrix), rtol=1e-6)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_order_does_not_matter(seed: int) -> None:
    a, u, v = drawn(seed, negative=0.2)
    rng = np.random.default_rng(seed + 1)
    p, q = rng.permutation(len(u)), rng.permutation(len(v))
    turned = np.asarray(cross_entropy(a[p][:, q], u[p], v[q]).matrix)
    np.testing.assert_allclose(turned, np.asarray(cross_entropy(a, u, v).matrix)[p][:, q], atol=1e-5 * np.abs(a).max())


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(0.05, 0.5))
def test_reconciled_sums_satisfy_their_optimum(seed: int, error: float) -> None:
    """Σ over the sums of G'λ with λ = gap / σ² is the change of every cell on its own scale, ln(x/a) |a| / σ_a².

    Breaks if: an unsure sum pulls with another weight than its error says, or a cell with another than its own.
    """
    a, u, v = drawn(seed, negative=0.2)
    total = Control.of("all", a, float(a.sum()) * 1.1 + 1.0, error=0.2 * float(np.abs(a).sum()))
    row_errors = np.full(len(u), 0.1 * np.abs(a).max())
    done = cross_entropy(a, u, controls=[total], errors=error, row_errors=row_errors, tolerance=1e-12)
    pull = (done.controls["gap"] / done.controls["error"] ** 2).to_numpy()
    moved = np.log(np.asarray(done.matrix) / a) * np.sign(a) / (error**2 * np.abs(a))
    np.testing.assert_allclose(moved, np.repeat((pull[:-1] + pull[-1])[:, None], len(v), axis=1), rtol=1e-5, atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_a_surer_sum_is_met_more_nearly(seed: int) -> None:
    a, _, _ = drawn(seed)
    gaps = [
        abs(
            cross_entropy(a, controls=[Control.of("all", a, 1.3 * a.sum(), error=e)], errors=0.1)
            .controls["gap"]
            .iloc[0]
        )
        for e in (0.0, 0.01 * a.sum(), 0.1 * a.sum(), a.sum())
    ]
    assert gaps == sorted(gaps)
    assert gaps[0] <= 1e-6 * a.sum()
