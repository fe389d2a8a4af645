"""What older accounts say of a year before its facts are weighed in: their structure on new margins.

Scaling the old table to new totals is a worse start than none. Margins (value added by sector, final uses, trade by
product, taxes) are fitted to the facts first; then columns keep their coefficients, final uses their shares, and the
imported share of every use moves with its product's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from groundplan.economy.balancing.known_sums import KnownSums
from groundplan.economy.balancing.reconciling import cross_entropy
from groundplan.economy.estimating.account_lines import LEAST_ERROR, SheetLines
from groundplan.economy.estimating.cell_errors import relative_errors
from groundplan.economy.estimating.known_facts import (
    ADDED,
    EXPORTS,
    FINAL,
    GDP,
    IMPORTS,
    OUTPUT,
    PRIMARY,
    TAXES,
    Controls,
    Fact,
)
from groundplan.tables.table import Table

HALVINGS, WIDEST = 80, 30.0
# Scaling margins to facts: how often, and how far at once.
SWEEPS, FARTHEST = 20, 1e3
SCALED = (GDP, ADDED, TAXES)
# Uses of other countries' structures are drawn towards what is supplied of each product: how often, by how much.
DRAWN, TOWARDS = 30, 0.005
# Margins move less than cells of their size: by this part of a cell's error, chosen on twelve countries' panels.
SHARE_OF_ERROR = 0.25
# Imports that would leave makers at home less than this part of their share in what is supplied leave them that.
LEAST_AT_HOME = 0.5
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


def margins_of(lines: SheetLines, cells: np.ndarray) -> Margins:
    """The margins of a sheet."""
    n = len(lines.sectors)
    return Margins(
        added=cells[lines.adding, :n].sum(axis=0),
        finals=cells[:, n:-1].sum(axis=0),
        exports=cells[:n, -1] + cells[n : 2 * n, -1],
        imports=cells[n : 2 * n].sum(axis=1),
        taxes=float(cells[lines.taxing, :n].sum() + cells[-1].sum()),
    )


def old_margins(t: Table) -> Margins:
    """The margins of a table."""
    lines = SheetLines(t)
    return margins_of(lines, lines.cells(t).to_numpy())


def margin_sums(lines: SheetLines, cells: np.ndarray, controls: Controls) -> list[tuple[np.ndarray, np.ndarray | None]]:
    """Every fact as weights on the margins: of its part, and of its whole where it is a share."""
    weights = _MarginWeights(lines, cells)
    return [
        (weights.of(f.measure, lines.places(f)),
         weights.of(f.share_of, lines.everything(f.share_of)) if f.share_of else None)
        for f in controls.facts
    ]  # fmt: skip


def fitted_margins(
    lines: SheetLines, cells: np.ndarray, sums: Sequence[tuple[np.ndarray, np.ndarray | None]],
    controls: Controls, amounts: Sequence[float], growth: float, years: float, *,
    scaled: bool = False,
) -> Margins:  # fmt: skip
    """The margins nearest to those of ``cells``, grown alike, that meet the facts as far as these are sure.

    ``sums``: ``margin_sums``; ``amounts``: figures of the facts, in money or as shares of 1. Expenditure equals value
    added and taxes; where facts do not, their errors say what gives. ``scaled``: parts of groups are first scaled to
    the facts, as where ``cells`` are of other countries and say of a group only how it parts.
    """
    old = margins_of(lines, cells)
    column = old.stacked() * growth
    if scaled:
        column = _scaled(column, old, sums, controls, amounts)
    gdp = growth * float(old.added.sum() + old.taxes)
    errors = (SHARE_OF_ERROR * relative_errors(column, gdp, years) * np.abs(column))[:, None]
    weighed = [_identity(old.again(column))]
    for fact, (part, whole), amount in zip(controls.facts, sums, amounts, strict=True):
        scale, target = abs(amount), amount
        if whole is not None:
            scale *= abs(float(whole @ column))
            part, target = part - amount * whole, 0.0
        # Contradictions are told of the whole sheet; here every fact may give a little, so that there is a start.
        weighed.append((part, target, max(fact.relative_error * scale, LEAST_ERROR * abs(gdp))))
    weights, targets, errors_of = (np.array(x) for x in zip(*weighed, strict=True))
    names = ("expenditure is value added and taxes", *(f.called for f in controls.facts))
    fitted = cross_entropy(column[:, None], controls=KnownSums(names, sp.csr_array(weights), targets, errors_of),
                           errors=errors)  # fmt: skip
    assert isinstance(fitted.matrix, np.ndarray)
    return old.again(fitted.matrix[:, 0])


def _scaled(
    column: np.ndarray, old: Margins, sums: Sequence[tuple[np.ndarray, np.ndarray | None]], controls: Controls,
    amounts: Sequence[float],
) -> np.ndarray:  # fmt: skip
    """Margins scaled to one fact after the other, the surest last, again and again: nothing moves within a group.

    Exports and imports are scaled as wholes, to all that the facts say of them: which products are traded says more of
    a country than how much is.
    """
    n, f = len(old.added), len(old.finals)
    blocks = {EXPORTS: slice(n + f, 2 * n + f), IMPORTS: slice(2 * n + f, 3 * n + f)}
    order = sorted(range(len(sums)), key=lambda k: -controls.facts[k].relative_error)
    out = column.copy()
    for _ in range(SWEEPS):
        for k in order:
            if controls.facts[k].measure in SCALED:
                part, whole = sums[k]
                target = amounts[k] * (1.0 if whole is None else float(whole @ out))
                out = np.where(part > 0, out * _factor(target, float(part @ out)), out)
        for measure, block in blocks.items():
            own = [k for k in order if controls.facts[k].measure == measure]
            targets = [amounts[k] * (1.0 if (w := sums[k][1]) is None else float(w @ out)) for k in own]
            out[block] *= _factor(sum(targets), sum(float(sums[k][0] @ out) for k in own))
    return out


def _factor(target: float, now: float) -> float:
    return min(max(target / now, 1.0 / FARTHEST), FARTHEST) if now > 0 and target >= 0 else 1.0


def _identity(m: Margins) -> tuple[np.ndarray, float, float]:
    """Final uses and exports less imports are value added and taxes; what the old table misses of it stays its share.

    Charges that are neither (margins outside of products) and taxes of exports stand between, as they did.
    """
    weights = replace(m, added=-np.ones(len(m.added)), finals=np.ones(len(m.finals)), exports=np.ones(len(m.exports)),
                      imports=-np.ones(len(m.imports)), taxes=-1.0).stacked()  # fmt: skip
    missed = float(weights @ m.stacked())
    gdp = float(m.added.sum() + m.taxes)
    return weights, missed, max(0.002, abs(missed) / gdp) * gdp


class _MarginWeights:
    """Measures as weighted sums of margins; outputs and inputs by the old ratios to value added."""

    def __init__(self, lines: SheetLines, cells: np.ndarray) -> None:
        self.lines, self.cells = lines, cells
        self.old = margins_of(lines, cells)
        added = self.old.added
        self.ratio = np.divide(1.0, added, out=np.zeros_like(added), where=added != 0)

    def of(self, measure: str, of: list[str]) -> np.ndarray:
        """The weights of a measure over the codes that it is of."""
        lines, m, n = self.lines, self.old, len(self.lines.sectors)
        zero = m.again(np.zeros(len(m.stacked())))
        own = np.isin(lines.sectors, of).astype(float)
        if measure == GDP:
            return replace(zero, added=np.ones(n), taxes=1.0).stacked()
        if measure == ADDED:
            return replace(zero, added=own).stacked()
        if measure == OUTPUT:
            return replace(zero, added=own * self.cells[:n].sum(axis=1) * self.ratio).stacked()
        if measure == PRIMARY:
            return replace(zero, added=self.cells[lines.inputs(of), :n].sum(axis=0) * self.ratio).stacked()
        if measure == FINAL:
            return replace(zero, finals=np.array([float(f in of) for f in lines.finals])).stacked()
        if measure == TAXES:
            return replace(zero, taxes=1.0).stacked()
        return (replace(zero, exports=own) if measure == EXPORTS else replace(zero, imports=own)).stacked()


def structured(lines: SheetLines, cells: np.ndarray, m: Margins, growth: float, *, foreign: bool = False) -> np.ndarray:
    """The old structure on new margins; costs and output do not agree yet.

        x = V/v,   Z = A·x̂,   Y = shares · (total less taxes),   m[i,c] = logistic(b[i] + r[i,c])

    v old value added over output, A old coefficients of home and imported products together, r the old log odds of the
    imported share of use c of product i, b[i] such that imports of i are the margin's. Inventories grow as GDP does.
    ``foreign``: A and the shares are of other countries, and are drawn a part of the way to what is supplied of each
    product.
    Shapes: the sheet's.
    """
    n, old = len(lines.sectors), margins_of(lines, cells)
    x = cells[:n].sum(axis=1)
    thin = old.added < THIN * x
    output_growth = np.where(thin, growth, m.added / np.where(old.added == 0, 1.0, old.added))
    steady = (lines.table.final_kinds == "inventories").to_numpy() | (old.finals == 0)
    final_growth = np.where(steady, growth, m.finals / np.where(old.finals == 0, 1.0, old.finals))
    columns = np.concatenate([output_growth, final_growth])
    home, foreign_use, again = cells[:n, :-1] * columns, cells[n : 2 * n, :-1] * columns, cells[n : 2 * n, -1]
    trade = np.divide(m.exports, old.exports, out=np.full(n, growth), where=old.exports != 0)
    staying, bought = x * output_growth - cells[:n, -1] * trade, m.imports - again * trade
    if foreign:
        nearer = _towards(home + foreign_use, staying + bought)
        home, foreign_use = home * nearer, foreign_use * nearer
    used = (home + foreign_use).sum(axis=1)
    share = np.divide(staying, staying + bought, out=np.zeros(n), where=(staying > 0) & (staying + bought > 0))
    at_home = np.maximum(used - bought, LEAST_AT_HOME * share * used)
    imported = imported_parts(home, foreign_use, used - at_home)
    out = np.zeros(cells.shape)
    out[:n, :-1], out[n : 2 * n, :-1] = home + foreign_use - imported, imported
    out[:n, -1], out[n : 2 * n, -1] = cells[:n, -1] * trade, again * trade
    out[2 * n : -1, :n] = cells[2 * n : -1, :n] * output_growth
    out[lines.adding, :n] = cells[lines.adding, :n] * (m.added / np.where(old.added == 0, 1.0, old.added))
    out[-1, n:] = cells[-1, n:] * np.append(final_growth, _ratio(m.exports.sum(), old.exports.sum()))
    spread = _ratio(m.taxes, float(out[lines.taxing, :n].sum() + out[-1].sum()))
    out[lines.taxing, :n] *= spread
    out[-1] *= spread
    return out


def _towards(uses: np.ndarray, supply: np.ndarray) -> np.ndarray:
    """By what every use of every product is multiplied: rows go part of the way to supply, columns keep their sums."""
    now = np.maximum(uses, 0.0)
    sums = now.sum(axis=0)
    for _ in range(DRAWN):
        rows = now.sum(axis=1)
        both = (rows > 0) & (supply > 0)
        now = now * (np.where(both, supply, 1.0) / np.where(both, rows, 1.0))[:, None] ** TOWARDS
        columns = now.sum(axis=0)
        now = now * np.where(columns > 0, sums / np.where(columns > 0, columns, 1.0), 1.0)
    return np.where(uses > 0, now / np.where(uses > 0, uses, 1.0), 1.0)


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
