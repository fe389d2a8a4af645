"""How much each donor's structure counts: by how near its income, its structure and its openness are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.economy.estimating.donors.common_accounts import Donor
from groundplan.economy.estimating.prior_accounts import margins_of
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all

# A difference of so much counts as one: of log income, of shares (their Euclidean distance), of log openness.
INCOME, SHARES, OPENNESS = 0.8, 0.15, 0.6
# Never fewer donors than these count, and some of the weight is spread over all: one that is odd must not rule.
LEAST_EFFECTIVE, SPREAD = 4.0, 0.06
WIDER = 1.1


@dataclass(frozen=True)
class Profile:
    """What donors are compared by: value added by sector, final uses, exports and imports by product as shares.

    ``income``: output per head over that of the United States; None where nobody says.
    """

    added: np.ndarray
    finals: np.ndarray
    exports: np.ndarray
    imports: np.ndarray
    openness: float
    income: float | None

    @classmethod
    def of(cls, lines: SheetLines, cells: np.ndarray, income: float | None) -> Profile:
        """The profile of a sheet."""
        m = margins_of(lines, cells)
        gdp = float(m.added.sum() + m.taxes)
        bought, sold = float(m.imports.sum()), float(m.exports.sum())
        return cls(m.added / m.added.sum(), m.finals / gdp, m.exports / (sold or 1.0), m.imports / (bought or 1.0),
                   (bought + sold) / gdp, income)  # fmt: skip

    def distance(self, other: Profile) -> float:
        """d²: squared differences over what counts as one; income counts where both are known."""
        trade = ((self.exports - other.exports) ** 2).sum() + ((self.imports - other.imports) ** 2).sum()
        shares = ((self.added - other.added) ** 2).sum() + ((self.finals - other.finals) ** 2).sum() + trade / 2.0
        d = float(shares) / SHARES**2
        if min(self.openness, other.openness) > 0:
            d += float(np.log(self.openness / other.openness) / OPENNESS) ** 2
        if self.income and other.income:
            d += float(np.log(self.income / other.income) / INCOME) ** 2
        return d


def donor_weights(distances: Sequence[float]) -> np.ndarray:
    """Weights that sum to one, the nearest donors most.

        w ∝ exp(−d²/2h²),  h = 1, wider until 1/Σw² ≥ 4 (or as many as there are);  6 % is spread over all

    >>> donor_weights([0.0, 0.0]).tolist(), donor_weights([0.0, 50.0]).round(2).tolist()
    ([0.5, 0.5], [0.51, 0.49])
    """
    d, h = np.asarray(distances, dtype=float) - min(distances), 1.0
    least = min(LEAST_EFFECTIVE, len(d)) * (1.0 - 1e-3)
    while True:
        w = np.exp(-d / 2.0 / h**2)
        w /= w.sum()
        if 1.0 / float((w**2).sum()) >= least:
            return np.asarray((1.0 - SPREAD) * w + SPREAD / len(w))
        h *= WIDER


def stated_weights(stated: Mapping[str, float], donors: Sequence[Donor], where: str = "donors") -> np.ndarray:
    """Weights as they are asked for, by country, brought to a sum of one; donors that are not named have none.

    Raises, all faults at once, ``UnknownName`` and ``StudyError`` for countries that are no donors and for weights that
    are none.
    """
    codes = [d.country for d in donors]
    faults: list[GroundplanError] = [UnknownName("donor", c, codes, where=where) for c in stated if c not in codes]
    faults += [
        StudyError(f"the weight of {c} is {w!r}", where=where, fix="give a number from 0 on")
        for c, w in stated.items()
        if not 0.0 <= w < np.inf
    ]
    raise_all(faults)
    weights = np.array([float(stated.get(c, 0.0)) for c in codes])
    if not weights.sum() > 0:
        raise StudyError("no donor has a weight", where=where, fix="give one of them more than 0")
    return np.asarray(weights / weights.sum())
