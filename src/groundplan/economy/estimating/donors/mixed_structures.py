"""Structures of several countries as one: their mean, and draws of what else they might say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from groundplan.economy.estimating.donors.common_accounts import INPUTS, Donor

CLIPPED = 2.0
# Log odds of the imported share are kept within these.
ODDS = 7.0
# A sector or a use that is smaller, as a share of GDP, says so much less of its coefficients.
SMALL, SMALL_CELL = 1e-4, 1e-6
# Households buy less of a product from abroad than makers do, of services most of all: log odds, measured on hidden
# tables (docs/explanation/estimates.md). Accounts that split imports by proportion, as most do, cannot say it.
GOODS_AT_HOME, SERVICES_AT_HOME = -0.3, -0.9


@dataclass(frozen=True, eq=False)
class Mixture:
    """Structures of several donors by weight, in common sectors.

    A structure is told by columns, coefficients of home and imported products together, of inputs and of taxes per unit
    of output or of a final use; by the imported share of every cell, as log odds; and by sizes: output by sector, final
    uses and exports by product, as shares of GDP.

        ā = Σ w s a / Σ w s,   s = min(1, size / 0.0001):   donors without a sector say nothing of its coefficients

    ``services``: which sectors are services, of which households import least.
    """

    donors: Sequence[Donor]
    weights: np.ndarray
    services: np.ndarray

    @cached_property
    def cells(self) -> np.ndarray:
        """The mean structure as a sheet, shares of GDP. Shape: that of a donor's cells."""
        return self._mean.sheet()

    @property
    def _at_home(self) -> np.ndarray:
        shift = np.full(self.donors[0].n, GOODS_AT_HOME)
        shift[self.services] = SERVICES_AT_HOME
        return shift

    @cached_property
    def _each(self) -> _Parts:
        """All donors' parts, stacked along a first axis."""
        parts = [_Parts.of(d.cells) for d in self.donors]
        return _Parts(*(np.stack([getattr(p, f.name) for p in parts]) for f in fields(_Parts)))

    @cached_property
    def _mean(self) -> _Parts:
        each = self._each

        def mean(parts: np.ndarray, worth: np.ndarray) -> np.ndarray:
            worth = np.broadcast_to(worth, parts.shape) * self.weights.reshape(-1, *[1] * (parts.ndim - 1))
            whole = worth.sum(axis=0)
            return np.asarray((worth * parts).sum(axis=0) / np.where(whole > 0, whole, 1.0))

        big = np.clip(each.size / SMALL, 0.0, 1.0)[:, None, :]
        used = np.abs(each.coefficients[:, : self.donors[0].n, :] * each.size[:, None, :]) / SMALL_CELL
        odds = mean(each.odds, np.minimum(used, 1.0))
        odds[:, self.donors[0].n] += self._at_home
        one = np.ones(1)
        return _Parts(mean(each.coefficients, big), mean(each.size, one), mean(each.exports, one), odds,
                      mean(each.export_taxes, one))  # fmt: skip

    def mixed(self, random: np.random.Generator, widening: float, odds_error: float) -> np.ndarray:
        """A sheet whose every column, final use and trade row is some donor's, drawn away from the mean.

            a = ā · (a_d / ā)^κ,  |ln a_d/ā| ≤ 2;   half of the picks by weight, half evenly

        ``widening`` κ; ``odds_error``: standard deviation of the log odds of what households, and of what investors,
        import of all products together.
        """
        mean, each = self._mean, self._each
        n, columns = self.donors[0].n, mean.coefficients.shape[1]
        chances = (self.weights + 1.0 / len(self.weights)) / 2.0
        by_column, by_size = (random.choice(len(chances), size=columns, p=chances) for _ in range(2))
        by_row = random.choice(len(chances), size=n, p=chances)
        own, at = np.arange(columns), np.arange(n)

        def away(theirs: np.ndarray, ours: np.ndarray) -> np.ndarray:
            return np.asarray(ours * _apart(theirs, ours) ** widening)

        theirs = each.odds[by_row, at] - mean.odds
        theirs[:, n] += self._at_home
        odds = mean.odds + widening * np.clip(theirs, -CLIPPED, CLIPPED)
        odds[:, [n, n + 2]] += random.normal(0.0, odds_error, 2)
        return _Parts(
            away(each.coefficients[by_column, :, own].T, mean.coefficients),
            away(each.size[by_size, own], mean.size),
            away(each.exports[by_row, at], mean.exports),
            odds,
            mean.export_taxes,
        ).sheet()


def _apart(theirs: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Their coefficient over ours, within bounds; 1 where signs differ or we have none."""
    alike = (own != 0) & (theirs * own > 0)
    none = (own != 0) & (theirs == 0)
    ratio = np.where(alike, theirs / np.where(own != 0, own, 1.0), 1.0)
    return np.asarray(np.clip(np.where(none, 0.0, ratio), np.exp(-CLIPPED), np.exp(CLIPPED)))


@dataclass(frozen=True, eq=False)
class _Parts:
    """A sheet by coefficients, sizes and log odds.

    coefficients  products, inputs and the tax row × sectors and final uses: per unit of the column
    size          output by sector, final uses: shares of GDP
    exports       n × 2: of home products, and of imported ones
    odds          n × sectors and final uses: log odds of the imported share
    export_taxes  shares of GDP
    """

    coefficients: np.ndarray
    size: np.ndarray
    exports: np.ndarray
    odds: np.ndarray
    export_taxes: np.ndarray

    @classmethod
    def of(cls, cells: np.ndarray) -> _Parts:
        n = (cells.shape[0] - len(INPUTS) - 1) // 2
        home, foreign = cells[:n, :-1], cells[n : 2 * n, :-1]
        both = np.vstack([home + foreign, cells[2 * n :, :-1]])
        size = np.concatenate([cells[:n].sum(axis=1), both[:, n:].sum(axis=0)])
        mixed = (home > 0) & (foreign > 0)
        odds = np.clip(np.log(np.where(mixed, foreign, 1.0) / np.where(mixed, home, 1.0)), -ODDS, ODDS)
        only = np.where(foreign > 0, ODDS, -ODDS)
        every = np.where(mixed, odds, np.where((foreign != 0) | (home != 0), only, 0.0))
        sold = np.column_stack([cells[:n, -1], cells[n : 2 * n, -1]])
        return cls(both / np.where(size != 0, size, 1.0), size, sold, every, np.asarray(cells[-1, -1]))

    def sheet(self) -> np.ndarray:
        n = len(self.exports)
        flows = self.coefficients * self.size
        out = np.zeros((n + len(flows), flows.shape[1] + 1))
        share = 1.0 / (1.0 + np.exp(-self.odds))
        out[:n, :-1], out[n : 2 * n, :-1] = flows[:n] * (1.0 - share), flows[:n] * share
        out[2 * n :, :-1] = flows[n:]
        out[:n, -1], out[n : 2 * n, -1] = self.exports.T
        out[-1, -1] = float(self.export_taxes)
        return out
