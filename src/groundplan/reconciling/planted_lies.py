"""How much of lying is noticed: a year's honest reports drawn from what was promised, with lies planted in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from groundplan.reconciling.account_balances import COEFFICIENT, REPORT, Account, account_of
from groundplan.reconciling.least_squares import LeastSquares, reconciled
from groundplan.reconciling.reported_figures import (
    COEFFICIENT_ERROR,
    EXPORT,
    FINAL,
    IMPORT,
    OUTPUT,
    STOCK,
    Reported,
)
from groundplan.reconciling.signatures import LEVEL, Signatures
from groundplan.reconciling.usual_uses import UsualUses
from groundplan.solver.programme import Floats

MIRRORED = "mirror"


class Power(NamedTuple):
    """Shares of the drawn sets: something is noticed; everybody named lies and somebody is named; an honest one is
    named; nobody is named as too much is false; how many were drawn.
    """

    flagged: float
    named: float
    accused: float
    too_many: float
    drawn_sets: int


@dataclass(frozen=True, eq=False)
class YearOfReports:
    """A year of reports by one unit for each product, under the balances of what was promised."""

    uses: UsualUses
    account: Account
    fit: LeastSquares
    signatures: Signatures

    @property
    def liars(self) -> np.ndarray:
        """The figures in which a unit may lie: its own report of output."""
        there = [s.kind == REPORT and s.figure == OUTPUT for s in self.account.stated]
        return np.flatnonzero(there)

    def confirmed(self, figure: int) -> int:
        """The figure that may agree with a unit's lie: the sellers' of the same product."""
        product = self.account.stated[figure].product
        return next(
            n for n, s in enumerate(self.account.stated) if (s.figure, s.product, s.kind) == (FINAL, product, REPORT)
        )

    def honest(self, draws: int, rng: np.random.Generator) -> Floats:
        """[draws × m] what honest units report: the truth keeps the balances with the coefficients of that year.

        Outputs, trade and stocks are true as promised; each coefficient, cell by cell, is off by its own normal error,
        and final use is what is left. Every report is its truth and an error of the size that is stated.
        """
        s, uses = self.account.system, self.uses
        truth = np.tile(np.nan_to_num(s.reported), (draws, 1))
        inputs = COEFFICIENT_ERROR * uses.coefficients * uses.amounts[OUTPUT]
        more_taken = np.stack([(rng.normal(size=inputs.shape) * inputs).sum(axis=1) for _ in range(draws)])
        at = {p: i for i, p in enumerate(uses.products)}
        for n, stated in enumerate(self.account.stated):
            if stated.figure == FINAL:
                truth[:, n] -= more_taken[:, at[stated.product]]
        errors = np.nan_to_num(s.errors)
        errors[[t.kind == COEFFICIENT for t in self.account.stated]] = 0.0  # "measured" as 0, whatever the truth is
        return np.asarray(truth + rng.normal(size=truth.shape) * errors)


def year_of_reports(uses: UsualUses, *, mirrored: Sequence[str] = (), level: float = LEVEL) -> YearOfReports:
    """All that is reported of a year: output, trade, final use and stocks of each product.

    ``mirrored``: the figures that somebody from outside states too, of every product that has any.
    """
    reports: list[Reported] = []
    for product in uses.products:
        for figure in (OUTPUT, IMPORT, EXPORT, FINAL, STOCK):
            value = uses.amount(figure, product)
            sd = None if value else 0.0
            reports.append(Reported("", figure, product, value, uses.money, sd=sd))
            if figure in mirrored and value:
                reports.append(Reported("", figure, product, value, uses.money, source=MIRRORED, mirror=True))
    account = account_of(reports, uses)
    fit = reconciled(account.system)
    return YearOfReports(uses, account, fit, account.signatures(fit, level=level))


def power(year: YearOfReports, lie: float, *, draws: int, seed: int, together: bool = False) -> Power:
    """Shares of drawn sets of reports in which lies of a share ``lie`` of one unit's output are noticed and named.

    The liar is drawn from all units of which there is output. ``together``: who reports the final use of the product
    adds the same amount, so that the two agree. ``lie`` 0: honest sets. Only reports accuse: where a mirror alone is
    doubted, its source is.
    """
    rng = np.random.default_rng(seed)
    reports = year.honest(draws, rng)
    stated, m = year.account.stated, np.arange(draws)
    there = [n for n in year.liars if year.account.system.reported[n] > 0]
    liars = np.asarray(rng.choice(there, draws))
    added = lie * year.account.system.reported[liars]
    guilty = [{stated[j].owner} if lie else set() for j in liars]
    reports[m, liars] += added
    if together and lie:
        seconds = np.array([year.confirmed(j) for j in liars])
        reports[m, seconds] += added
        guilty = [{*g, stated[j].owner} for g, j in zip(guilty, seconds, strict=True)]
    residuals = year.fit.residual_of(reports)
    counts = np.zeros(4)
    for residual, who in zip(residuals, guilty, strict=True):
        said = year.signatures.naming(residual)
        accused = [stated[s.likeliest].owner for s in said.named if any(stated[n].kind == REPORT for n in s.figures)]
        honest = [a for a in accused if a not in who]
        counts += [said.noticed, bool(accused) and not honest, bool(honest), said.too_many]
    flagged, named, accused_share, too_many = (float(n) / draws for n in counts)
    return Power(flagged, named, accused_share, too_many, draws)
