"""Solutions of (I − A) x = f and p' (I − A) = r': one kept factorisation, or iteration where one answer is wanted."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import scipy.linalg
import scipy.sparse.linalg

from groundplan.errors import GroundplanError

FEW = 4
RESIDUAL = 1e-13
ROUNDS = 400


class Leontief:
    """The system I − A of one coefficient matrix; nothing is factored before many answers are wanted.

    ``a`` is n × n, inputs per unit of output (1). A handful of right-hand sides is iterated, as each round costs one
    pass over A; more of them, or small systems, get an LU factorisation that is kept.
    """

    def __init__(self, a: np.ndarray) -> None:
        self.a = a

    @cached_property
    def factors(self) -> tuple[np.ndarray, np.ndarray]:
        """LU factors of I − A, with row exchanges (LAPACK getrf)."""
        m = -self.a
        m[np.diag_indices_from(m)] += 1.0
        found: tuple[np.ndarray, np.ndarray] = scipy.linalg.lu_factor(m, overwrite_a=True, check_finite=False)
        return found

    def solve(self, f: np.ndarray) -> np.ndarray:
        """Answers x of (I − A) x = f; shapes n or n × k."""
        return self._answer(f, transposed=False)

    def solve_left(self, r: np.ndarray) -> np.ndarray:
        """Answers p of p' (I − A) = r'; shapes n or n × k, each column one row r."""
        return self._answer(r, transposed=True)

    def _answer(self, b: np.ndarray, *, transposed: bool) -> np.ndarray:
        few = b.ndim == 1 or b.shape[1] <= FEW
        if "factors" not in vars(self) and few and len(self.a) > 500:
            matrix = self.a.T if transposed else self.a
            columns = [_iterate(matrix, c) for c in np.atleast_2d(b.T)]
            return np.stack(columns, axis=-1).reshape(b.shape)
        return np.asarray(scipy.linalg.lu_solve(self.factors, b, trans=1 if transposed else 0, check_finite=False))


def _iterate(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """GMRES on (I − A) x = b, started from the first rounds b + A b.

    Raises ``GroundplanError`` where it does not converge: a coefficient matrix with an eigenvalue near one.
    """
    n = len(b)
    if not b.any():
        return np.zeros(n)
    system = scipy.sparse.linalg.LinearOperator((n, n), matvec=lambda v: v - a @ v, dtype=float)
    x, failed = scipy.sparse.linalg.gmres(system, b, x0=b + a @ b, rtol=RESIDUAL, restart=60, maxiter=ROUNDS // 60)
    if failed and np.linalg.norm(b - (x - a @ x)) > 1e3 * RESIDUAL * np.linalg.norm(b):
        raise GroundplanError(
            f"(I − A) x = f did not converge in {ROUNDS} rounds",
            fix="some sectors use nearly all of their own output: look at the columns whose inputs reach output",
        )
    return np.asarray(x)
