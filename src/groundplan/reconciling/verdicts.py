"""What can be believed of each reported figure, in the words of auditors, with the figures that say so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from groundplan.reconciling import digit_tests
from groundplan.reconciling.account_balances import MIRROR, REPORT, Account
from groundplan.reconciling.balance_system import BalanceSystem
from groundplan.reconciling.broken_rules import Rule, broken, fewest_changes
from groundplan.reconciling.digit_tests import Advice
from groundplan.reconciling.least_squares import LeastSquares, bounded, reconciled
from groundplan.reconciling.signatures import LEVEL, LiesNamed, Signatures
from groundplan.reconciling.verdict_words import NOT_RELIABLE, RELIABLE, UNDETERMINED

SILENT = "not reported"
# The smallest lie, as a share of the figure, that must be noticed before a figure counts as checked.
NEEDED = 0.30


@dataclass(frozen=True, eq=False)
class Belief:
    """A set of reports judged: the fit of all, the fit without what is suspected, the tests, and what they name.

    ``broken`` are rules that the reports break by themselves, ``mends`` the sets of figures of which one at least is
    wrong then.
    """

    account: Account
    fit: LeastSquares
    after: LeastSquares
    signatures: Signatures
    naming: LiesNamed
    broken: tuple[str, ...]
    mends: tuple[tuple[str, ...], ...]
    needed: float

    def figures(self) -> pd.DataFrame:
        """A row for each figure that is stated or estimated: name, unit, who answers, reported, estimate, verdict."""
        statistics = self.signatures.statistics(self.fit.residual)
        rows = []
        for n, s in enumerate(self.account.stated):
            if s.kind not in (REPORT, MIRROR):
                continue
            reported = self.fit.system.reported[n] / s.factor
            size = abs(self.fit.system.reported[n])
            smallest = self.signatures.smallest[n] / size if size > 0 else math.inf
            verdict, why = self._verdict(n, smallest)
            rows.append({
                "figure": s.name, "unit": s.unit, "owner": s.owner, "product": s.product, "kind": s.kind,
                "what": s.figure, "source": s.source, "measure": s.measure, "reported": reported,
                "sd": self.fit.system.errors[n] / s.factor, "estimate": self.after.estimate[n] / s.factor,
                "error": self.after.error[n] / s.factor, "target": s.target,
                "statistic": statistics[n] if self.signatures.length[n] else math.nan,
                "smallest_lie": smallest if math.isfinite(smallest) else math.nan,
                "detectability": self.signatures.length[n] * np.nan_to_num(self.fit.system.errors[n]),
                "verdict": verdict, "why": why,
            })  # fmt: skip
        return pd.DataFrame(rows)

    def _verdict(self, n: int, smallest: float) -> tuple[str, str]:
        s = self.account.stated[n]
        if math.isnan(self.fit.system.reported[n]):
            return SILENT, "no figure is there; that is not 0"
        if any(s.name in mend for mend in self.mends):
            alone = self.mends == ((s.name,),)
            return (NOT_RELIABLE if alone else UNDETERMINED), f"a rule is broken: {'; '.join(self.broken)}"
        if self.naming.too_many and self.signatures.length[n]:
            return UNDETERMINED, "more is false than can be named"
        if self.naming.nobody and self.signatures.length[n]:
            return UNDETERMINED, "the balances miss together, and no figure stands out"
        for one in self.naming.suspects:
            if n in one.figures and one.named:
                return NOT_RELIABLE, "it does not go with the other figures, and no other figure explains that as well"
            if n in one.figures:
                return UNDETERMINED, "it, or another figure that cannot be told from it, does not go with the rest"
        if not self.signatures.length[n]:
            return UNDETERMINED, "no balance checks it"
        if smallest > self.needed:
            return UNDETERMINED, f"only a lie above {smallest:.0%} would have been noticed"
        return RELIABLE, "it goes with the other figures"

    def balances(self) -> pd.DataFrame:
        """A row for each balance: what it misses by, in its unit, and its multiplier in the fit of all reports."""
        s = self.fit.system
        miss = s.balances @ np.nan_to_num(s.reported) - s.sides
        silent = (s.balances[:, ~s.measured] != 0).any(axis=1)
        return pd.DataFrame({
            "balance": list(s.labels), "missed_by": np.where(silent, np.nan, miss), "multiplier": self.fit.multipliers,
        })  # fmt: skip

    def groups(self) -> pd.DataFrame:
        """Figures that no report tells apart (``alike``), and those that are suspected together (``suspected``)."""
        stated = self.account.stated
        rows = [("alike", n, stated[i].name) for n, group in enumerate(self.signatures.groups, 1) for i in group]
        rows += [
            ("named" if one.named and not self.naming.too_many else "suspected", n, stated[i].name)
            for n, one in enumerate(self.naming.suspects, 1)
            for i in one.figures
        ]
        return pd.DataFrame(rows, columns=["kind", "group", "figure"])

    def advice(self) -> pd.DataFrame:
        """Tests of digits and bunching, each with what it got wrong; they change no verdict."""
        said = [s for s in self.account.stated if s.kind == REPORT]
        at = [n for n, s in enumerate(self.account.stated) if s.kind == REPORT]
        values = [self.fit.system.reported[n] / s.factor for n, s in zip(at, said, strict=True)]
        texts = [digit_tests.written(round(v, 9)) for v in values]
        tests = (
            digit_tests.first_digits(values), digit_tests.last_digits(texts), digit_tests.apart_digits(texts),
            digit_tests.bunching(values, [s.target for s in said]),
        )  # fmt: skip
        return pd.DataFrame([t._asdict() for t in tests if t is not None], columns=list(Advice._fields))


def believed(account: Account, *, level: float = LEVEL, needed: float = NEEDED) -> Belief:
    """Judge a set of reports.

    Rules (bounds) first: the figures that break one are those of ``fewest_changes``. Then the least squares of all
    reports, its tests, and the naming of false figures one by one. The estimates are those without the figures that are
    suspected, within the bounds. Where more is false than can be named, they are those of all reports.
    Raises ``GroundplanError`` as ``reconciled`` and ``bounded`` do.
    """
    fit = reconciled(account.system)
    signatures = account.signatures(fit, level=level)
    naming = signatures.naming(fit.residual)
    rules, mends = _rules_broken(account.system)
    aside = [] if naming.too_many else [n for one in naming.suspects for n in one.figures]
    names = account.system.names
    aside += [names.index(n) for mend in mends for n in mend]
    return Belief(account, fit, bounded(_without(account.system, aside)), signatures, naming, rules, mends, needed)


def _without(s: BalanceSystem, figures: Sequence[int]) -> BalanceSystem:
    """The same balances with some figures not measured."""
    reported = s.reported.copy()
    reported[list(figures)] = np.nan
    return replace(s, reported=reported)


def _rules_broken(s: BalanceSystem) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Bounds that reports break, in words, and the sets of figures that would mend them."""
    record = {n: float(y) for n, y in zip(s.names, s.reported, strict=True) if not math.isnan(y)}
    rules = []
    for name, low, high in zip(s.names, s.lower, s.upper, strict=True):
        if name in record and np.isfinite(low):
            rules.append(Rule({name: 1.0}, ">=", float(low), f"{name} is not below {low:g}"))
        if name in record and np.isfinite(high):
            rules.append(Rule({name: 1.0}, "<=", float(high), f"{name} is not above the capacity of {high:g}"))
    bad = broken(record, rules)
    if not bad:
        return (), ()
    involved = {n for r in bad for n in r.terms}
    sets = fewest_changes({n: record[n] for n in involved}, bad)
    return tuple(r.name for r in bad), tuple(sets)
