"""The accounts as they might as well have been: cells drawn again within their uncertainty, and balanced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Generic, TypeVar

import numpy as np
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.sources import Assumption

Accounts = TypeVar("Accounts", Economy, World)
TRIES = 20


@dataclass(frozen=True)
class CellUncertainty:
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
            what = f"relative errors are {self.large!r} for large and {self.small!r} for small cells"
            faults.append(StudyError(what, where="uncertainty", fix="give 0 ≤ large ≤ small"))
        if not 0.0 < self.small_at < self.large_at <= 1.0:
            what = f"cells are small at {self.small_at!r} and large at {self.large_at!r} of output"
            faults.append(StudyError(what, where="uncertainty", fix="give 0 < small_at < large_at ≤ 1"))
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
            "uncertainty = CellUncertainty(large=..., small=...)",
        )


def redrawn(accounts: Accounts, draw: int = 0, seed: int = 0, uncertainty: CellUncertainty | None = None) -> Accounts:
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
    check_seed(draw=draw, seed=seed)
    cells = Redraws(accounts, uncertainty or CellUncertainty())
    return cells.accounts_of({name: stacked[0] for name, stacked in cells.flows([draw], seed).items()})


def check_seed(**numbers: object) -> None:
    """Raise ``StudyError`` for every number that is no whole one from 0 on."""
    raise_all(
        [
            StudyError(f"{name} is {value!r}", where="redraw", fix="give a whole number from 0 on")
            for name, value in numbers.items()
            if not isinstance(value, Integral) or value < 0
        ]
    )


HOME = ("domestic_use", "primary", "domestic_final", "exports", "reexports")
PARTED, WHOLE = (*HOME, "imported_by_partner"), (*HOME, "imported_use", "imported_final")
WORLD = ("use", "primary", "final_use")
COLUMNS = ("use", "domestic_use", "imported_use", "primary")


@dataclass(frozen=True, eq=False)
class UnsureCells:
    """The cells of one array, and what is drawn around them.

    values    as printed
    spread    σ, the standard deviation of the logarithm; the shape of values
    order     the place in a row of noise that belongs to each cell: it goes by labels, not by where a cell stands
    """

    values: np.ndarray
    spread: np.ndarray
    order: np.ndarray

    @classmethod
    def of(cls, array: xr.DataArray, errors: CellUncertainty, whole: float, rounding: float) -> UnsureCells:
        """The cells of an array of accounts whose output is ``whole``."""
        ranks = [np.argsort(np.argsort(array[d].values.astype(str), kind="stable")) for d in array.dims]
        variance = np.log1p(errors.relative(array.values, whole, rounding) ** 2)
        places = np.arange(array.size).reshape(array.shape)[np.ix_(*ranks)]
        return cls(array.values, np.sqrt(variance), places.ravel())

    def draws(self, noise: np.ndarray) -> np.ndarray:
        """Every cell times its own lognormal factor; ``noise`` B × cells, back B × the shape of values."""
        factor = noise[:, self.order].reshape(-1, *self.values.shape)
        factor *= self.spread
        factor -= self.spread**2 / 2
        np.exp(factor, out=factor)
        factor *= self.values
        return factor


class Redraws(Generic[Accounts]):
    """What all draws of some accounts share: their cells, how unsure these are, and whose noise is whose.

    Draws are made many at a time, as stacks: arrays of the accounts with one more axis in front, one place a draw.
    """

    accounts: Accounts
    cells: dict[str, UnsureCells]

    def __init__(self, accounts: Accounts, uncertainty: CellUncertainty) -> None:
        self.accounts = accounts
        whole, rounding = float(accounts.output.sum()), accounts.rounding
        self.cells = {
            name: UnsureCells.of(getattr(accounts, name), uncertainty, whole, rounding) for name in _names(accounts)
        }

    def flows(self, draws: Sequence[int], seed: int) -> dict[str, np.ndarray]:
        """The flows of some draws by name, balanced; shapes B × those of the accounts."""
        rngs = [np.random.default_rng([seed, k]) for k in draws]
        cells = {name: np.repeat(c.values[None], len(draws), axis=0) for name, c in self.cells.items()}
        factors = np.empty((len(draws), len(self.accounts.output)))
        left = np.arange(len(draws))
        for _ in range(TRIES):
            noise = {name: np.empty((len(left), c.values.size)) for name, c in self.cells.items()}
            for row, k in enumerate(left):
                for name in self.cells:
                    rngs[k].standard_normal(out=noise[name][row])
            for name, array in self.cells.items():
                cells[name][left] = array.draws(noise[name])
            before, costs, final = _columns(self.accounts, {name: values[left] for name, values in cells.items()})
            factors[left], good = _factors(before, costs, final, np.asarray(self.accounts.output))
            left = left[~good]
            if not len(left):
                return _balanced(cells, factors)
        raise GroundplanError(
            f"{TRIES} draws in a row leave some sector with negative output",
            where=f"draw {draws[left[0]]} of {self.accounts.year}",
            fix="take smaller errors, or join the sector with a neighbour: its uses nearly cancel",
        )

    def accounts_of(self, flows: Mapping[str, np.ndarray]) -> Accounts:
        """The accounts with the flows of one draw in place of their own."""
        a = self.accounts
        again: Accounts = replace(a, **{name: getattr(a, name).copy(data=values) for name, values in flows.items()})
        return again


def _names(accounts: Economy | World) -> tuple[str, ...]:
    """The arrays that are drawn, in the order in which they take their noise."""
    if isinstance(accounts, World):
        return WORLD
    return WHOLE if accounts.imported_by_partner is None else PARTED


def _columns(
    accounts: Economy | World, cells: Mapping[str, np.ndarray]
) -> tuple[list[xr.DataArray], list[np.ndarray], np.ndarray]:
    """Costs of every column as printed and as drawn, inputs from home first, and drawn final use of what is made there.

    Shapes: k × n, B × k × n, B × n.
    """
    a = accounts
    if isinstance(a, World):
        return [a.use, a.primary], [cells["use"], cells["primary"]], cells["final_use"].sum(axis=-1)
    parted = cells.get("imported_by_partner")
    imported = cells["imported_use"] if parted is None else parted.sum(axis=1)[..., : len(a.sectors)]
    costs = [cells["domestic_use"], imported, cells["primary"]]
    return [a.domestic_use, a.imported_use, a.primary], costs, cells["domestic_final"].sum(axis=-1) + cells["exports"]


def _balanced(cells: dict[str, np.ndarray], factors: np.ndarray) -> dict[str, np.ndarray]:
    """Drawn columns times their factors (B × n); final uses as drawn. Imports by partner are added up."""
    parted, n = cells.get("imported_by_partner"), factors.shape[1]
    columns = {name: cells[name] * factors[:, None] for name in COLUMNS if name in cells}
    if parted is not None:
        parted[..., :n] *= factors[:, None, None]
        columns["imported_use"], columns["imported_final"] = np.split(parted.sum(axis=1), [n], axis=-1)
    return cells | columns


def _factors(
    before: Sequence[xr.DataArray], costs: Sequence[np.ndarray], final: np.ndarray, output: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Factors by which drawn columns (home inputs first) become flows that balance, and where no output is negative.

        A' = Z ŝ,   s = (printed costs / x) / (drawn costs),   (I − A') x' = Y' + e',   factor = s · x'

    Shapes: every array of ``before`` k × n, of ``costs`` B × k × n, ``final`` B × n (drawn, at home), ``output`` n (as
    printed); back B × n and B.
    """
    printed = np.asarray(sum(c.values.sum(axis=0) for c in before))
    spent = np.asarray(sum(c.sum(axis=1) for c in costs))
    some = (output > 0) & (spent != 0)
    scale = np.where(some, printed / np.where(output > 0, output, 1.0) / np.where(some, spent, 1.0), 0.0)
    system = -costs[0] * scale[:, None]
    n = len(output)
    system[:, np.arange(n), np.arange(n)] += 1.0
    x = np.linalg.solve(system, final[..., None])[..., 0]
    return scale * x, (x >= np.minimum(0.0, -1e-9 * output.sum())).all(axis=1)
