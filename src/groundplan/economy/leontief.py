"""Solutions of (I − A) x = f and p' (I − A) = r': one kept factorisation, or iteration where one answer is wanted."""

from __future__ import annotations

import warnings
from functools import cached_property

import numpy as np

from groundplan.errors import GroundplanError

FEW = 4
SMALL = 500
RESIDUAL = 1e-13
ACCEPTED = 1e-11
STEP = 1e-7
REFINEMENTS = 4
KRYLOV = 60


class Leontief:
    """The system I − A of one coefficient matrix; nothing is factored before many answers are wanted.

    ``a`` is n × n, inputs per unit of output (1). A handful of right-hand sides is iterated, as each round costs one
    pass over A; more of them, or small systems, get an LU factorisation that is kept. Memory: n² numbers once factored,
    beside A itself; no inverse is ever stored.
    Raises ``GroundplanError`` where the answers would mean nothing: some sectors need more than they make.
    Source: Miller and Blair (2009), chapter 2 (chapter not checked); Hawkins and Simon (1949) for the condition, in
    the form that some prices p > 0 leave every sector something, p' (I − A) > 0 (citation not checked).
    """

    def __init__(self, a: np.ndarray) -> None:
        self.a = a

    @cached_property
    def factors(self) -> tuple[np.ndarray, np.ndarray]:
        """LU factors of I − A, with row exchanges (LAPACK getrf)."""
        from scipy.linalg import LinAlgWarning, lu_factor

        m = np.negative(self.a, order="F")  # LAPACK's order: anything else is copied once more
        m[np.diag_indices_from(m)] += 1.0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LinAlgWarning)
            lu: tuple[np.ndarray, np.ndarray] = lu_factor(m, overwrite_a=True, check_finite=False)
        pivots = np.abs(np.diagonal(lu[0]))
        if not pivots.min(initial=1.0) > len(m) * np.finfo(float).eps:
            raise _unproductive()
        return lu

    @cached_property
    def _productive(self) -> bool:
        """Whether the sectors together make more than they use; one solve, and none where every column costs < 1."""
        if np.abs(self.a).sum(axis=0).max(initial=0.0) < 1.0:
            return True
        return bool(self._answer(np.ones(len(self.a)), transposed=True).min() > 0.0)

    def solve(self, f: np.ndarray) -> np.ndarray:
        """Answers x of (I − A) x = f; shapes n or n × k."""
        self._check()
        return self._answer(f, transposed=False)

    def solve_left(self, r: np.ndarray) -> np.ndarray:
        """Answers p of p' (I − A) = r'; shapes n or n × k, each column one row r."""
        self._check()
        return self._answer(r, transposed=True)

    def _check(self) -> None:
        if not self._productive:
            raise _unproductive()

    def _answer(self, b: np.ndarray, *, transposed: bool) -> np.ndarray:
        from scipy.linalg import lu_solve

        few = b.ndim == 1 or b.shape[1] <= FEW
        if "factors" not in vars(self) and few and len(self.a) > SMALL:
            matrix = self.a.T if transposed else self.a
            columns = [_iterate(matrix, c) for c in np.atleast_2d(b.T)]
            answers = [c for c in columns if c is not None]
            if len(answers) == len(columns):
                return np.stack(answers, axis=-1).reshape(b.shape)
        return np.asarray(lu_solve(self.factors, b, trans=1 if transposed else 0, check_finite=False))


def _iterate(a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """GMRES on (I − A) x = b, refined on what is left until that is rounding; None where it does not get there.

    Asked for everything at once, GMRES stands still at the last digit; asked for seven digits at a time it does not.
    """
    from scipy.sparse.linalg import LinearOperator, gmres

    n, x, left = len(b), np.zeros(len(b)), np.asarray(b, dtype=float)
    size = float(np.linalg.norm(left))
    if size == 0.0:
        return x
    system = LinearOperator((n, n), matvec=lambda v: v - a @ v, dtype=float)
    for _ in range(REFINEMENTS):
        step, _ = gmres(system, left, rtol=STEP, restart=KRYLOV, maxiter=2)
        x = x + step
        left = b - x + a @ x
        if np.linalg.norm(left) <= RESIDUAL * size:
            return x
    return x if np.linalg.norm(left) <= ACCEPTED * size else None


def inverses(a: np.ndarray) -> np.ndarray:
    """L = (I − A)⁻¹ of every matrix in a stack; shapes B × n × n. For many small systems, where n² answers are wanted.

    Raises ``GroundplanError`` where the answers of one would mean nothing, as ``Leontief`` does.
    Source: as for ``Leontief``.
    """
    n = a.shape[-1]
    system = np.negative(a)
    system[:, np.arange(n), np.arange(n)] += 1.0
    try:
        inverse = np.linalg.inv(system)
    except np.linalg.LinAlgError:
        raise _unproductive() from None
    cheap = np.abs(a).sum(axis=-2).max(axis=-1, initial=0.0) < 1.0
    if not (cheap | (inverse.sum(axis=-2) > 0.0).all(axis=-1)).all():
        raise _unproductive()
    return np.asarray(inverse)


def _unproductive() -> GroundplanError:
    return GroundplanError(
        "the sectors need more of each other's output than they make: (I − A) has no meaningful answer",
        fix="look at the columns whose inputs reach or pass their output",
    )
