"""Balanced tables against numbers that somebody else printed."""

from __future__ import annotations

import numpy as np
import pytest

from groundplan.economy.balancing.balancing import gras, ras
from groundplan.economy.balancing.reconciling import cross_entropy

# Junius and Oosterhaven's example: goods, services, net taxes × goods, services, consumption, net exports.
# Table and totals as in the public package zauster/riot (its documentation of doGRAS: "example from the papers"),
# solution as printed, nine digits, in its file tests/testthat/test_doGRAS.R. To three decimals it is table 3 of
# Temurshoev, Miller and Bouwmeester (2013), as transcribed by the public project Albertuken/Quadrium
# (validators/run_gras_degenerate_temurshoev.py).
A = np.array([[7, 3, 5, -3], [2, 9, 8, 0], [-2, 0, 2, 0]], dtype=float)
U, V = [15.0, 26.0, -1.0], [9.0, 16.0, 17.0, -2.0]
RIOT = np.array(
    [
        [8.424340881, 3.375237362, 5.200422021, -2.000000263],
        [3.000997078, 12.624763744, 10.374239178, 0.0],
        [-2.425339135, 0.0, 1.425339135, 0.0],
    ]
)


@pytest.mark.parametrize("method", [gras, cross_entropy])
def test_junius_and_oosterhaven(method: object) -> None:
    """Proves: GRAS, and cross-entropy without other sums, give the printed table of the three-by-four example.

    Breaks if: the objective lacks the correction of Lenzen, Wood and Gallego, or the column that has one negative
    cell and no positive one is skipped.
    """
    done = method(A, U, V)  # type: ignore[operator]
    np.testing.assert_allclose(done.matrix, RIOT, atol=1e-6)


# Miller and Blair (2009), section 7.4.2, as in the GAMS model library, IOBALANCE (SEQ=378): coefficients of the base
# year, flows and outputs of the target year. The library states that RAS solves its entropy formulation; the book's
# own result was not at hand, so the check is on that formulation, solved by another method.
A0 = np.array([[0.120, 0.100, 0.049], [0.210, 0.247, 0.265], [0.026, 0.249, 0.145]])
Z1 = np.array([[98.0, 72.0, 75.0], [65.0, 8.0, 63.0], [88.0, 27.0, 44.0]])
X1 = np.array([421.0, 284.0, 283.0])


def test_miller_and_blair_example_solves_the_entropy_formulation() -> None:
    """Proves: RAS on the example gives the flows that minimise Σ z ln(z/z₀), found by a trust-region method."""
    from scipy.optimize import LinearConstraint, minimize

    done = ras(A0 * X1, Z1.sum(axis=1), Z1.sum(axis=0))
    coefficients = np.asarray(done.matrix) / X1

    def entropy(z: np.ndarray) -> float:
        return float((z * np.log(z / (A0 * X1).ravel()) - z).sum())

    sums = np.vstack([np.kron(np.eye(3), np.ones(3)), np.kron(np.ones(3), np.eye(3))[:2]])
    known = LinearConstraint(sums, sums @ Z1.ravel(), sums @ Z1.ravel())
    found = minimize(
        entropy,
        (A0 * X1).ravel(),
        jac=lambda z: np.log(z / (A0 * X1).ravel()),
        hess=lambda z: np.diag(1 / z),
        constraints=known,
        method="trust-constr",
        options={"gtol": 1e-10, "xtol": 1e-14},
    )
    np.testing.assert_allclose(coefficients, found.x.reshape(3, 3) / X1, atol=1e-7)
