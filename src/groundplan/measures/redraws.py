"""The accounts as they might as well have been: cells drawn again within their uncertainty, and balanced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import TypeVar

import numpy as np
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.sources import Assumption

Accounts = TypeVar("Accounts", Economy, World)
Draw = Callable[[xr.DataArray], np.ndarray]
TRIES = 20


@dataclass(frozen=True)
class Uncertainty:
    """How unsure a cell of the table is: large flows are known better than small ones.

    The relative standard error falls with the cell z as a power of its share of all output X, from ``small`` at
    ``small_at`` to ``large`` at ``large_at``, and stays there beyond both:

        log r(z) = log small + (log large − log small) · log(z / (X small_at)) / log(large_at / small_at)

    and is never below what the publisher's rounding alone makes, (rounding / √12) / z: an error that is even over the
    last digit. With ``small = large = 0`` and ``with_rounding`` false nothing is unsure.
    ``small_at``, ``large_at``, ``small``, ``large``: 1. That errors fall as a power of size is from Lenzen, Wood and
    Wiedmann (2010), Economic Systems Research 22: 43-63 (citation not checked); the four figures are estimates of
    ours, and few publishers state theirs: give your own where yours does.
    """

    large: float = 0.03
    small: float = 0.5
    large_at: float = 1e-2
    small_at: float = 1e-6
    with_rounding: bool = True

    def __post_init__(self) -> None:
        faults: list[GroundplanError] = []
        if not 0.0 <= self.large <= self.small < np.inf:
            told = f"relative errors are {self.large!r} for large and {self.small!r} for small cells"
            faults.append(StudyError(told, where="uncertainty", fix="give 0 ≤ large ≤ small"))
        if not 0.0 < self.small_at < self.large_at <= 1.0:
            told = f"cells are small at {self.small_at!r} and large at {self.large_at!r} of output"
            faults.append(StudyError(told, where="uncertainty", fix="give 0 < small_at < large_at ≤ 1"))
        raise_all(faults)

    def relative(self, cells: np.ndarray, whole: float, rounding: float) -> np.ndarray:
        """Relative standard error of every cell, 0 for an empty one; ``whole`` is the economy's output. Units: 1."""
        size = np.abs(cells)
        some = np.where(size > 0, size, 1.0)
        place = np.log(some / (whole * self.small_at)) / np.log(self.large_at / self.small_at)
        fall = self.large / self.small if self.small > 0 else 1.0
        error = self.small * np.maximum(fall, 1e-12) ** np.clip(place, 0.0, 1.0)
        least = rounding / np.sqrt(12.0) / some if self.with_rounding else 0.0
        return np.where(size > 0, np.maximum(error, least), 0.0)

    def assumption(self) -> Assumption:
        """What is assumed, for reports."""
        return Assumption(
            "uncertainty of the table",
            f"standard error {self.small:.0%} of a cell of {self.small_at:g} of output, falling as a power of size to "
            f"{self.large:.0%} at {self.large_at:g}; the publisher's rounding at least",
            "estimate: publishers rarely state the error of a cell; that it falls with size is common in the field",
            "uncertainty = Uncertainty(large=..., small=...)",
        )


def redrawn(accounts: Accounts, draw: int = 0, seed: int = 0, uncertainty: Uncertainty | None = None) -> Accounts:
    """One draw of every cell of the accounts within its uncertainty, balanced again.

        cell      z' = z · exp(σ g − σ²/2),  σ² = ln(1 + r²),  g ~ N(0, 1);   the mean is z, its sign and zero stay
        column j  the drawn costs (home inputs, imported inputs, primary inputs), scaled to the column's printed sum
                  over output, are the new coefficients A', A_m', V' x̂⁻¹
        output    x' = (I − A')⁻¹ (Y' + e'),   then Z' = A' x̂', and so on      (one solve)

    So output is the sum of uses and the sum of costs, exactly. Value added as a mere residual would change sign where
    it is thin; fitting to the old margins (RAS) would call the margins certain. Capital, employment and the taxes of
    final uses are left as they are; imports that are parted by partner are drawn by partner and added up. A draw that
    leaves a sector with negative output (uses that nearly cancel) is drawn again.
    The numbers of draw k depend on ``seed``, k and the labels alone: not on the other draws, nor on the order of the
    sectors.
    Raises ``GroundplanError`` where 20 draws in a row leave a sector with negative output; ``StudyError`` for a draw or
    seed that is no whole number from 0 on.
    """
    raise_all(
        [
            StudyError(f"{name} is {value!r}", where="redraw", fix="give a whole number from 0 on")
            for name, value in (("draw", draw), ("seed", seed))
            if not isinstance(value, Integral) or value < 0
        ]
    )
    rng = np.random.default_rng([seed, draw])
    errors = uncertainty or Uncertainty()
    whole = float(accounts.output.sum())

    def drawn(array: xr.DataArray) -> np.ndarray:
        return _cells(rng, array, errors, whole, accounts.rounding)

    make = _world if isinstance(accounts, World) else _economy
    for _ in range(TRIES):
        found = make(accounts, drawn)
        if found is not None:
            return found
    raise GroundplanError(
        f"{TRIES} draws in a row leave some sector with negative output",
        where=f"draw {draw} of {accounts.year}",
        fix="take smaller errors, or join the sector with a neighbour: its uses nearly cancel",
    )


def _economy(e: Economy, drawn: Draw) -> Economy | None:
    home, imported, primary = e.domestic_use, e.imported_use, e.primary
    z, v, f, out, back = (drawn(part) for part in (home, primary, e.domestic_final, e.exports, e.reexports))
    n = len(e.sectors)
    if e.imported_by_partner is None:
        m, f_m = drawn(imported), drawn(e.imported_final)
        by_partner = None
    else:
        by_partner = drawn(e.imported_by_partner)
        m, f_m = np.split(by_partner.sum(axis=0), [n], axis=1)
    before = (home.values, imported.values, primary.values)
    paid = _paid(before, (z, m, v), f.sum(axis=1) + out, e.output.values)
    if paid is None:
        return None
    arrays = {
        "domestic_use": z * paid,
        "imported_use": m * paid,
        "primary": v * paid,
        "domestic_final": f,
        "imported_final": f_m,
        "exports": out,
        "reexports": back,
    }
    if by_partner is not None:
        per_use = np.concatenate([paid, np.ones(by_partner.shape[-1] - n)])
        arrays["imported_by_partner"] = by_partner * per_use
    return replace(e, **{name: getattr(e, name).copy(data=values) for name, values in arrays.items()})


def _world(w: World, drawn: Draw) -> World | None:
    z, v, f = drawn(w.use), drawn(w.primary), drawn(w.final_use)
    paid = _paid((w.use.values, w.primary.values), (z, v), f.sum(axis=1), w.output)
    if paid is None:
        return None
    arrays = {"use": z * paid, "primary": v * paid, "final_use": f}
    return replace(w, **{name: getattr(w, name).copy(data=values) for name, values in arrays.items()})


def _paid(
    before: Sequence[np.ndarray], costs: Sequence[np.ndarray], final: np.ndarray, output: np.ndarray
) -> np.ndarray | None:
    """Factors by which the drawn columns (home inputs first) become flows that balance; None for negative output.

    Shapes: every cost k × n, ``final`` n (drawn, at home), ``output`` n (as printed); back n.
    """
    printed = sum(c.sum(axis=0) for c in before)
    spent = sum(c.sum(axis=0) for c in costs)
    some = (output > 0) & (spent != 0)
    scale = np.where(some, printed / np.where(output > 0, output, 1.0) / np.where(some, spent, 1.0), 0.0)
    system = -costs[0] * scale
    system[np.diag_indices_from(system)] += 1.0
    x = np.linalg.solve(system, final)
    if not (x >= np.minimum(0.0, -1e-9 * output.sum())).all():
        return None
    return np.asarray(scale * x)


def _cells(
    rng: np.random.Generator, array: xr.DataArray, errors: Uncertainty, whole: float, rounding: float
) -> np.ndarray:
    """Every cell times its own lognormal factor; the noise belongs to the cell's labels, not to its place."""
    noise = rng.standard_normal(array.shape)
    ranks = [np.argsort(np.argsort(array[d].values.astype(str), kind="stable")) for d in array.dims]
    variance = np.log1p(errors.relative(array.values, whole, rounding) ** 2)
    return np.asarray(array.values * np.exp(np.sqrt(variance) * noise[np.ix_(*ranks)] - variance / 2))
