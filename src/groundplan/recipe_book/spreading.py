"""Which products a cost share buys, home and imported, as an economy's own accounts buy them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from groundplan.economy.economy import Economy


@dataclass(frozen=True, eq=False)
class _Uses:
    """Uses by product and sector, home and imported, negative cells left out; all uses and all supply beside them."""

    at: dict[str, int]
    home: np.ndarray
    imported: np.ndarray


@lru_cache(maxsize=8)
def _uses(e: Economy) -> _Uses:
    parts = []
    for use, supply in ((e.domestic_use, e.output), (e.imported_use, e.imports)):
        cells = np.maximum(use.values, 0.0)
        parts.append(np.column_stack([cells, cells.sum(axis=1), np.maximum(supply.values, 0.0)]))
    return _Uses({s: n for n, s in enumerate(e.sectors)}, *parts)


def spread(e: Economy, codes: Sequence[str], sector: str) -> tuple[np.ndarray, np.ndarray]:
    """Shares of products in a unit of money spent on ``codes``, home and imported; both together sum to 1.

        w[i] = Z[i, sector] / Σ Z,   Z_d and Z_m,   0 for other products

    The sector's own purchases say it; where it buys none, those of all sectors; where nobody does, supply: output and
    imports. Shapes n and n. Units: 1.
    """
    uses = _uses(e)
    rows = [uses.at[c] for c in codes]
    home, imported = np.zeros(len(uses.at)), np.zeros(len(uses.at))
    for column in (uses.at[sector], -2, -1):
        total = uses.home[rows, column].sum() + uses.imported[rows, column].sum()
        if total > 0:
            home[rows], imported[rows] = uses.home[rows, column] / total, uses.imported[rows, column] / total
            return home, imported
    # A product that nobody makes, buys or brings in can only come from abroad.
    imported[rows] = 1.0 / len(rows)
    return home, imported


def rest_of_column(e: Economy, sector: str, named: Collection[str]) -> tuple[np.ndarray, np.ndarray]:
    """The mix of a sector's other inputs, home and imported: its column without the products named; sums to 1."""
    uses, others = _uses(e), [c for c in e.sectors if c not in named]
    rows = [uses.at[c] for c in others]
    bought = uses.home[rows, uses.at[sector]].sum() + uses.imported[rows, uses.at[sector]].sum()
    return spread(e, others if bought > 0 else e.sectors, sector)


def investment_tax(e: Economy) -> float:
    """Taxes on products in a unit of money of fixed investment at purchasers' prices. Units: 1."""
    names = list(e.finals("investment"))
    goods = float((e.domestic_final.sel(final=names) + e.imported_final.sel(final=names)).sum())
    taxes = float(e.final_taxes.sel(use=names).sum())
    return taxes / (goods + taxes) if goods + taxes > 0 else 0.0
