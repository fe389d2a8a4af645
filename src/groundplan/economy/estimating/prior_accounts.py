"""What older accounts say of a year before its facts are weighed in: their structure on new margins.

Scaling the old table to new totals is a worse start than none. Margins (value added by sector, final uses, trade by
product, taxes) are fitted to the facts first; then columns keep their coefficients, final uses their shares, and the
imported share of every use moves with its product's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp

from groundplan.economy.balancing.known_sums import Control
from groundplan.economy.balancing.reconciling import cross_entropy
from groundplan.economy.estimating.account_lines import LEAST_ERROR, NO_VALUE_ADDED, SheetLines
from groundplan.economy.estimating.cell_errors import relative_errors
from groundplan.economy.estimating.known_facts import (
    ADDED,
    EXPORTS,
    FINAL,
    GDP,
    OUTPUT,
    PRIMARY,
    TAXES,
    Controls,
    Fact,
)
from groundplan.tables.table import Table

HALVINGS, WIDEST = 80, 30.0
# Margins move less than cells of their size: by this part of a cell's error, chosen on twelve countries' panels.
SHARE_OF_ERROR = 0.25
# A sector whose value added is less of its output has its output by growth alone.
THIN = 0.02


@dataclass(frozen=True, eq=False)
class Margins:
    """Value added by sector, final uses with their taxes, exports, imports, taxes on products, money / year."""

    added: np.ndarray
    finals: np.ndarray
    exports: np.ndarray
    imports: np.ndarray
    taxes: float

    def stacked(self) -> np.ndarray:
        """All of them as one column."""
        return np.concatenate([self.added, self.finals, self.exports, self.imports, [self.taxes]])

    def again(self, column: np.ndarray) -> Margins:
        """A column's margins, in the same order."""
        n, f = len(self.added), len(self.finals)
        ends = np.cumsum([n, f, n, n])
        added, finals, sold, bought, tax = np.split(column, ends)
        return Margins(added, finals, sold, bought, float(tax[0]))


def old_margins(t: Table) -> Margins:
    """The margins of a table."""
    inside = ~t.primary_kinds.isin(NO_VALUE_ADDED).to_numpy()
    final = t.domestic_final.to_numpy(float).sum(axis=0) + t.imported_final.to_numpy(float).sum(axis=0)
    taxed = t.primary.to_numpy(float)[(t.primary_kinds == "product_tax").to_numpy()].sum()
    return Margins(
        added=t.primary.to_numpy(float)[inside].sum(axis=0),
        finals=final + t.final_taxes.to_numpy(float)[:-1],
        exports=(t.exports + t.reexports).to_numpy(float),
        imports=(t.imported_use.sum(axis=1) + t.imported_final.sum(axis=1) + t.reexports).to_numpy(float),
        taxes=float(taxed + t.final_taxes.sum()),
    )


def new_margins(lines: SheetLines, controls: Controls, growth: float, years: int) -> Margins:
    """The margins nearest to the old ones, grown alike, that meet the facts as far as these are sure.

    Expenditure equals value added and taxes; where facts do not, their errors say what gives.
    """
    t, old = lines.table, old_margins(lines.table)
    column = old.stacked() * growth
    gdp = growth * float(old.added.sum() + old.taxes)
    grown = old.again(column)
    errors = (SHARE_OF_ERROR * relative_errors(column, gdp, years) * np.abs(column))[:, None]
    sums = [_identity(t, grown)]
    for fact in controls.facts:
        part = _weights(lines, fact.measure, lines.places(fact), grown)
        amount = controls.amount(fact)
        scale = abs(amount)
        if fact.share_of:
            whole = _weights(lines, fact.share_of, lines.everything(fact.share_of), grown)
            scale *= abs(float(whole @ column))
            part, amount = part - amount * whole, 0.0
        # Contradictions are told of the whole sheet; here every fact may give a little, so that there is a start.
        error = max(fact.relative_error * scale, LEAST_ERROR * abs(gdp))
        sums.append(Control(fact.called, sp.coo_array(part[:, None]), amount, error))
    fitted = cross_entropy(column[:, None], controls=sums, errors=errors)
    assert isinstance(fitted.matrix, np.ndarray)
    return old.again(fitted.matrix[:, 0])


def _identity(t: Table, m: Margins) -> Control:
    """Final uses and exports less imports are value added and taxes; what the old table misses of it stays its share.

    Charges that are neither (margins outside of products) and taxes of exports stand between, as they did.
    """
    weights = replace(m, added=-np.ones(len(m.added)), finals=np.ones(len(m.finals)), exports=np.ones(len(m.exports)),
                      imports=-np.ones(len(m.imports)), taxes=-1.0).stacked()  # fmt: skip
    missed = float(weights @ m.stacked())
    gdp = float(m.added.sum() + m.taxes)
    return Control("expenditure is value added and taxes", sp.coo_array(weights[:, None]), missed,
                   max(0.002, abs(missed) / gdp) * gdp)  # fmt: skip


def _weights(lines: SheetLines, measure: str, of: list[str], m: Margins) -> np.ndarray:
    """A measure as a weighted sum of margins; outputs and inputs by the old ratios to value added."""
    t, zero = lines.table, m.again(np.zeros(len(m.stacked())))
    at = {c: i for i, c in enumerate(lines.sectors)}
    chosen = [at[c] for c in of if c in at]
    own = np.zeros(len(lines.sectors))
    own[chosen] = 1.0
    old = old_margins(t).added
    ratio = np.divide(1.0, old, out=np.zeros_like(old), where=old != 0)
    if measure == GDP:
        return replace(zero, added=np.ones(len(own)), taxes=1.0).stacked()
    if measure == ADDED:
        return replace(zero, added=own).stacked()
    if measure == OUTPUT:
        return replace(zero, added=own * _output(t) * ratio).stacked()
    if measure == PRIMARY:
        return replace(zero, added=t.primary.loc[of].to_numpy(float).sum(axis=0) * ratio).stacked()
    if measure == FINAL:
        return replace(zero, finals=np.array([float(f in of) for f in lines.finals])).stacked()
    if measure == TAXES:
        return replace(zero, taxes=1.0).stacked()
    return (replace(zero, exports=own) if measure == EXPORTS else replace(zero, imports=own)).stacked()


def _output(t: Table) -> np.ndarray:
    return np.asarray(t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports, dtype=float)


def structured(t: Table, m: Margins, growth: float) -> Table:
    """The old structure on new margins; costs and output do not agree yet.

        x = V/v,   Z = A·x̂,   Y = shares · (total less taxes),   m[i,c] = logistic(b[i] + r[i,c])

    v old value added over output, A old coefficients of home and imported products together, r the old log odds of the
    imported share of use c of product i, b[i] such that imports of i are the margin's. Inventories grow as GDP does.
    """
    old, x = old_margins(t), _output(t)
    thin = old.added < THIN * x
    output_growth = np.where(thin, growth, m.added / np.where(old.added == 0, 1.0, old.added))
    steady = (t.final_kinds == "inventories").to_numpy() | (old.finals == 0)
    final_growth = np.where(steady, growth, m.finals / np.where(old.finals == 0, 1.0, old.finals))
    columns = np.concatenate([output_growth, final_growth])
    home = np.hstack([t.domestic_use.to_numpy(float), t.domestic_final.to_numpy(float)])
    foreign = np.hstack([t.imported_use.to_numpy(float), t.imported_final.to_numpy(float)])
    again = t.reexports.to_numpy(float)
    trade = np.divide(m.exports, old.exports, out=np.full(len(x), growth), where=old.exports != 0)
    imported = imported_parts(home * columns, foreign * columns, m.imports - again * trade)
    total = (home + foreign) * columns
    inside = ~t.primary_kinds.isin(NO_VALUE_ADDED).to_numpy()
    primary = t.primary.to_numpy(float) * np.where(inside[:, None], m.added / np.where(old.added == 0, 1.0, old.added),
                                                   output_growth)  # fmt: skip
    final_taxes = t.final_taxes.to_numpy(float) * np.append(final_growth, _ratio(m.exports.sum(), old.exports.sum()))
    paid = (t.primary_kinds == "product_tax").to_numpy()
    spread = _ratio(m.taxes, float(primary[paid].sum() + final_taxes.sum()))
    primary[paid] *= spread
    n = len(x)
    frames: Mapping[str, pd.DataFrame | pd.Series] = {
        "domestic_use": t.domestic_use * 0 + (total - imported)[:, :n],
        "imported_use": t.imported_use * 0 + imported[:, :n],
        "domestic_final": t.domestic_final * 0 + (total - imported)[:, n:],
        "imported_final": t.imported_final * 0 + imported[:, n:],
        "exports": t.exports * trade, "reexports": t.reexports * trade,
        "primary": t.primary * 0 + primary, "final_taxes": t.final_taxes * 0 + final_taxes * spread,
    }  # fmt: skip
    return replace(t, imported_by_partner=None, **frames)  # type: ignore[arg-type]


def _ratio(new: float, old: float) -> float:
    return new / old if old else 1.0


def imported_parts(home: np.ndarray, foreign: np.ndarray, imports: np.ndarray) -> np.ndarray:
    """The imported part of every use, with the old log odds of each and the new imports of each product.

        m[i,c] = 1 / (1 + exp(−b[i])·home/foreign),   Σ_c m[i,c]·(home + foreign)[i,c] = imports[i]

    Uses that are all home or all imported stay so; those with a cell below zero keep their parts. Imports beyond what
    mixed uses can take or give up are met as far as they go. Shapes: product × use, product × use, product.

    >>> imported_parts(np.array([[8.0, 4.0]]), np.array([[2.0, 4.0]]), np.array([9.0])).round(2).tolist()
    [[3.52, 5.48]]
    """
    mixed = (home > 0) & (foreign > 0)
    odds = np.where(mixed, home / np.where(mixed, foreign, 1.0), 1.0)
    both, fixed = np.where(mixed, home + foreign, 0.0), np.where(mixed, 0.0, foreign)
    wanted = imports - fixed.sum(axis=1)
    low, high = np.full(len(wanted), -WIDEST), np.full(len(wanted), WIDEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        reached = (both / (1.0 + np.exp(-middle)[:, None] * odds)).sum(axis=1)
        low, high = np.where(reached < wanted, middle, low), np.where(reached < wanted, high, middle)
    return np.asarray(fixed + both / (1.0 + np.exp(-(low + high) / 2)[:, None] * odds))


def nominal_growth(lines: SheetLines, controls: Controls) -> float | None:
    """GDP of the year over that of the old accounts, by the fact that says it best; None where none does."""
    old = old_margins(lines.table)
    whole = {GDP: float(old.added.sum() + old.taxes), ADDED: float(old.added.sum())}
    said: list[tuple[float, float]] = []
    for fact in controls.facts:
        if fact.measure in whole and not fact.share_of and set(lines.places(fact)) == set(lines.sectors):
            said.append((fact.relative_error, controls.amount(fact) / whole[fact.measure]))
    return min(said)[1] if said else _by_sums(lines, controls, old)


def _by_sums(lines: SheetLines, controls: Controls, old: Margins) -> float | None:
    """Growth by groups of sectors that are all told, none twice."""
    at = {c: i for i, c in enumerate(lines.sectors)}
    there: set[str] = set()
    total = 0.0
    for fact in sorted((f for f in controls.facts if _sum_of_sectors(f)), key=lambda f: -len(lines.places(f))):
        own = set(lines.places(fact))
        if not own & there:
            there |= own
            total += controls.amount(fact)
    return total / float(old.added.sum()) if there == set(at) else None


def _sum_of_sectors(fact: Fact) -> bool:
    return fact.measure == ADDED and not fact.share_of
