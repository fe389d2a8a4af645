"""A structure brought to the facts of a year on one sheet: of old accounts, of other countries', or of a draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from groundplan.economy.balancing.known_sums import KnownSums
from groundplan.economy.balancing.reconciling import cross_entropy
from groundplan.economy.estimating.account_lines import LEAST_ERROR, SheetLines
from groundplan.economy.estimating.cell_errors import relative_errors
from groundplan.economy.estimating.known_facts import GDP, Controls
from groundplan.economy.estimating.prior_accounts import fitted_margins, margin_sums, structured


@dataclass(frozen=True, eq=False)
class FittedSheet:
    """A sheet that meets the facts, the structure on new margins from which it moved, and the error of every fact.

    cells, prior  the sheet's shape, money / year; errors  one for each fact, money / year (0 is sure)
    """

    cells: np.ndarray
    prior: np.ndarray
    errors: np.ndarray


class SheetFit:
    """The facts as sums of the cells of a sheet, ready to be met by many structures.

        minimise Σ w (y ln(y/a) − y) + Σ_k (g_k − Σ G_k x)² / 2σ_k²   subject to   row i of home products = column i

    a: a structure on new margins (``prior_accounts``) with the errors of cells of that size and age (``cell_errors``).
    ``foreign``: structures are of other countries, which say how a group parts and not how large it is.
    A share s of a whole is Σ part − s·Σ whole = 0, and its error is that of s times the whole of a.
    """

    def __init__(
        self, lines: SheetLines, controls: Controls, growth: float, years: float, *, foreign: bool = False
    ) -> None:
        self.lines, self.controls, self.growth, self.years = lines, controls, growth, years
        self.foreign = foreign
        facts = controls.facts
        self.amounts = np.array([controls.amount(f) for f in facts])
        self.relative = np.array([f.relative_error for f in facts])
        self._shared = np.array([bool(f.share_of) for f in facts])
        parts = [lines.weights(f.measure, lines.places(f)).ravel() for f in facts]
        nothing = np.zeros(lines.shape[0] * lines.shape[1])
        wholes = [lines.weights(f.share_of, lines.everything(f.share_of)).ravel() if f.share_of else nothing
                  for f in facts]  # fmt: skip
        self.parts, self.wholes = sp.csr_array(np.stack(parts)), sp.csr_array(np.stack(wholes))
        self._balances = sp.csr_array(np.stack([c.weights.toarray().ravel() for c in lines.balances()]))
        self._gdp = lines.weights(GDP, []).ravel()
        self._names = (*(f"output less costs of {c}" for c in lines.sectors),
                       *(f"{n}: {f.called}" for n, f in enumerate(facts, 1)))  # fmt: skip

    def gdp(self, cells: np.ndarray) -> float:
        """GDP at market prices of a sheet, money / year."""
        return float(self._gdp @ cells.ravel())

    def fit(self, structure: np.ndarray, amounts: Sequence[float] | np.ndarray | None = None) -> FittedSheet:
        """The sheet nearest to a structure that meets the facts, or ``amounts`` in the place of their figures.

        Raises ``BalanceError`` where sure facts cannot all hold.
        """
        lines, amount = self.lines, self.amounts if amounts is None else np.asarray(amounts, dtype=float)
        sums = margin_sums(lines, structure, self.controls)
        margins = fitted_margins(
            lines, structure, sums, self.controls, amount.tolist(), self.growth, self.years, scaled=self.foreign,
        )  # fmt: skip
        prior = structured(lines, structure, margins, self.growth, foreign=self.foreign)
        gdp = self.gdp(prior)
        errors = np.abs(prior) * relative_errors(prior, gdp, self.years)
        sums_of_cells = self._sums(prior, amount, gdp)
        done = cross_entropy(prior, controls=sums_of_cells, errors=errors)
        cells = np.asarray(done.matrix)
        if self.foreign:
            cells = cells * self._level(cells, amount, sums_of_cells.errors[len(lines.sectors) :])
        return FittedSheet(cells, prior, sums_of_cells.errors[len(lines.sectors) :])

    def _level(self, cells: np.ndarray, amounts: np.ndarray, errors: np.ndarray) -> float:
        """How much larger all of a sheet meets the levels best: other countries' structures say nothing of its size.

        s = Σ r t/σ² / Σ r²/σ²   over facts that are no shares, r what the sheet says, t what is stated
        """
        level = ~self._shared & (errors > 0)
        reached = (self.parts @ cells.ravel())[level]
        by = reached / errors[level] ** 2
        size = float(by @ reached)
        return float(by @ amounts[level]) / size if size > 0 else 1.0

    def _sums(self, prior: np.ndarray, amounts: np.ndarray, gdp: float) -> KnownSums:
        shares = np.where(self._shared, amounts, 0.0)
        size = np.where(self._shared, np.abs(self.wholes @ prior.ravel()), 1.0) * np.abs(amounts)
        errors = np.where(self.relative > 0, np.maximum(self.relative * size, LEAST_ERROR * abs(gdp)), 0.0)
        facts = self.parts - sp.diags_array(shares) @ self.wholes
        n = len(self.lines.sectors)
        return KnownSums(
            self._names,
            sp.csr_array(sp.vstack([self._balances, facts])),
            np.concatenate([np.zeros(n), np.where(self._shared, 0.0, amounts)]),
            np.concatenate([np.zeros(n), errors]),
        )
