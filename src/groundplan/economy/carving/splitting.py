"""One sector made two: which share of every cell goes to the part, and the accounts with both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundplan.economy.carving.account_sheet import AccountSheet

SLACK = 1e-12
Shares = np.ndarray | float


@dataclass(frozen=True, eq=False)
class Split:
    """The shares, from 0 to 1, of sector s's cells that are the part p's; the rest keeps the code s.

        Z[p,u] = home[u]·Z[s,u]         Z[s,u] is left with the remainder
        Z[i,p] = costs[i]·Z[i,s]        for i = p and i = s the rows just made

    ``home`` and ``imported`` (use: sectors and final categories): shares of the row. ``costs`` (product, p just after
    s) and ``primary``: shares of the column, home and imported inputs alike. The others are numbers.
    Units: 1.
    """

    product: str
    sector: str
    home: np.ndarray
    imported: np.ndarray
    exports: float
    reexports: float
    costs: np.ndarray
    primary: np.ndarray
    labour: float
    capital: float
    investment: float


def placed(total: float, weights: np.ndarray, ceilings: np.ndarray, floors: np.ndarray) -> np.ndarray | None:
    """Cells in proportion to their weights, within floors and ceilings, that sum to ``total``; None if none can.

        z = min(max(λ·w, floor), ceiling),   Σ z = total

    One factor λ is right for every cell that is at neither limit: proportional fitting (RAS) of one line, solved
    exactly at the breaks of a piecewise-linear function instead of by iteration. A cell without weight stays at its
    floor. Shapes: n. Units: any one unit.
    """
    scale = max(float(ceilings.sum()), float(floors.sum()), abs(total))
    there = weights > 0
    if (floors > ceilings + SLACK * scale).any():
        return None
    limits = np.concatenate([[0.0], floors[there] / weights[there], ceilings[there] / weights[there]])
    breaks = np.unique(limits[np.isfinite(limits)])

    def at(factor: np.ndarray) -> np.ndarray:
        raised = np.minimum(np.maximum(np.outer(factor, weights), floors), np.maximum(ceilings, floors))
        return np.asarray(np.where(there, raised, floors))

    sums = at(breaks).sum(axis=1)
    if not sums[0] - SLACK * scale <= total <= sums[-1] + SLACK * scale:
        return None
    return np.asarray(at(np.array([np.interp(total, sums, breaks)]))[0])


def divided(sheet: AccountSheet, s: Split, labels: Mapping[str, str]) -> AccountSheet:
    """The accounts with sector s in two parts whose rows and columns sum to its own. Units: unchanged."""
    at = sheet.at[s.sector]

    def part(values: np.ndarray, shares: Shares, axis: int) -> np.ndarray:
        """The array with the sector's line along an axis made two, the part after what is left."""
        line: tuple[Any, ...] = (slice(None),) * axis + (at,)
        taken = values[line] * shares
        out = np.insert(values, at + 1, taken, axis=axis)
        out[line] = values[line] - taken
        return out

    def both(cells: np.ndarray, row: np.ndarray) -> np.ndarray:
        """The sector's row made two, then its column."""
        return part(part(cells, row, cells.ndim - 2), s.costs, cells.ndim - 1)

    return replace(
        sheet,
        codes=(*sheet.codes[: at + 1], s.product, *sheet.codes[at + 1 :]),
        home=both(sheet.home, s.home),
        foreign=both(sheet.foreign, s.imported),
        partners=None if sheet.partners is None else both(sheet.partners, s.imported),
        exports=part(sheet.exports, s.exports, 0),
        reexports=part(sheet.reexports, s.reexports, 0),
        primary=part(sheet.primary, s.primary, 1),
        employment=part(sheet.employment, s.labour, 1),
        capital=part(sheet.capital, s.capital, 0),
        investment=part(sheet.investment, s.investment, 0),
        # A rate is the same in both parts.
        wear=np.insert(sheet.wear, at + 1, sheet.wear[at]),
        labels=labels,
    )
