"""Reported figures with their errors, and the balances and bounds that the true ones keep."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from groundplan.errors import GroundplanError, raise_all
from groundplan.solver.programme import Floats


@dataclass(frozen=True, eq=False)
class BalanceSystem:
    """Figures y with covariance V, and what the true figures x keep.

        A·x = b,   lower ≤ x ≤ upper,   G·x ≥ h,   y = x + error,   error ~ N(0, V)

    ``names`` [m] of the figures; ``reported`` [m] is y, NaN for a figure that is not measured; ``covariance`` [m × m]
    is V, with rows and columns of zeros for what is known exactly and of any numbers for what is not measured;
    ``balances`` [k × m] is A, ``sides`` [k] b, ``labels`` [k] their names. ``lower`` and ``upper`` [m], ``limits``
    [q × m] G and ``least`` [q] h are none by default. Units: each figure's own; a row is in one unit.
    Raises ``GroundplanError``, all at once, for shapes that do not fit, names twice, and a V that is no covariance.
    """

    names: tuple[str, ...]
    reported: Floats
    covariance: Floats
    balances: Floats
    sides: Floats
    labels: tuple[str, ...]
    lower: Floats = field(default_factory=lambda: np.zeros(0))
    upper: Floats = field(default_factory=lambda: np.zeros(0))
    limits: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    least: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        m, k = len(self.names), len(self.labels)
        usual = {"lower": np.full(m, -np.inf), "upper": np.full(m, np.inf), "limits": np.zeros((0, m))}
        for name, value in usual.items():
            if not getattr(self, name).size:
                object.__setattr__(self, name, value)
        shapes = {
            "reported": (m,), "covariance": (m, m), "balances": (k, m), "sides": (k,), "lower": (m,), "upper": (m,),
            "limits": (len(self.least), m),
        }  # fmt: skip
        faults = [
            GroundplanError(f"{name} has the shape {there}, not {shape}", fix="one row a balance, one column a figure")
            for name, shape in shapes.items()
            if (there := np.shape(getattr(self, name))) != shape
        ]
        raise_all(faults)
        twice = sorted({n for n in self.names if self.names.count(n) > 1}) if len(set(self.names)) < m else []
        faults += [GroundplanError(f"two figures are called '{n}'", fix="give each its own name") for n in twice]
        faults += self._no_numbers() or self._no_covariance()
        raise_all(faults)

    def _no_numbers(self) -> list[GroundplanError]:
        """Figures and balances that hold what is no number."""
        v = self.covariance[np.ix_(self.measured, self.measured)]
        parts = {
            "a covariance": v,
            "a balance": self.balances,
            "a side of a balance": self.sides,
            "a limit": self.limits,
        }
        fix = "look where the figures come from"
        faults = [
            GroundplanError(f"{what} is no number", fix=fix) for what, a in parts.items() if not np.isfinite(a).all()
        ]
        endless = [n for n, y in zip(self.names, self.reported, strict=True) if np.isinf(y)]
        return faults + [GroundplanError(f"'{n}' is reported without end", fix=fix) for n in endless]

    def _no_covariance(self) -> list[GroundplanError]:
        v = self.covariance[np.ix_(self.measured, self.measured)]
        size = np.sqrt(np.maximum(np.diag(v), 0.0))
        low = float(np.linalg.eigvalsh(v / np.outer(_one(size), _one(size))).min(initial=0.0)) if v.size else 0.0
        exact = (size == 0) & (np.abs(v).max(axis=0, initial=0.0) > 0)
        if np.allclose(v, v.T, rtol=1e-9, atol=0.0) and low > -1e-9 and not exact.any():
            return []
        return [
            GroundplanError("the covariance is none: errors cannot be so", fix="give variances, 0 for what is exact")
        ]

    @property
    def measured(self) -> np.ndarray:
        """[m] whether the figure is reported, exact ones among them."""
        return ~np.isnan(self.reported)

    @property
    def errors(self) -> Floats:
        """[m] standard error of each reported figure; NaN where it is not measured."""
        return np.where(self.measured, np.sqrt(np.maximum(np.diag(self.covariance), 0.0)), np.nan)

    def spread(self) -> Floats:
        """S [measured × measured] with S·S' = V; diagonal where V is."""
        v = self.covariance[np.ix_(self.measured, self.measured)]
        size = np.sqrt(np.maximum(np.diag(v), 0.0))
        if not np.count_nonzero(v - np.diag(np.diag(v))):
            return np.diag(size)
        values, vectors = np.linalg.eigh(v / np.outer(_one(size), _one(size)))
        return np.asarray(size[:, None] * (vectors * np.sqrt(np.maximum(values, 0.0))))


def independent(
    names: tuple[str, ...], reported: Floats, errors: Floats, balances: Floats, labels: tuple[str, ...] = ()
) -> BalanceSystem:
    """Figures whose errors have nothing to do with each other, under balances that add up to nothing.

    ``errors`` [m] are standard errors, 0 for what is exact.
    """
    a = np.atleast_2d(np.asarray(balances, dtype=float))
    return BalanceSystem(
        names, np.asarray(reported, dtype=float), np.diag(np.square(np.nan_to_num(errors))), a, np.zeros(len(a)),
        labels or tuple(f"balance {n}" for n in range(1, len(a) + 1)),
    )  # fmt: skip


def _one(size: Floats) -> Floats:
    return np.where(size > 0, size, 1.0)
