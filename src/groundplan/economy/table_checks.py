"""What a table must satisfy before it becomes an economy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.errors import BalanceError, GroundplanError, raise_all
from groundplan.tables.table import Table

if TYPE_CHECKING:
    from groundplan.economy.economy import Economy

# The most that rounding may explain, as a share of a sector's output, whatever the printed digits.
CAP = 0.1
CORRECT = "correct the column, or what was left out of it; a tolerance is for gaps of rounding"


def row_output(table: Table) -> pd.Series:
    """X = Z_d·1 + Y_d·1 + e, money / year."""
    return table.domestic_use.sum(axis=1) + table.domestic_final.sum(axis=1) + table.exports


def column_output(table: Table) -> pd.Series:
    """X' = 1'Z_d + 1'Z_m + 1'V, money / year."""
    return table.domestic_use.sum() + table.imported_use.sum() + table.primary.sum()


def rounding_error(table: Table) -> pd.Series:
    """How far output and costs of each sector may be apart because cells are printed rounded.

        r · (½ + √n_j),   n_j the cells with a figure in row j of output and in column j of costs

    Errors of ±r/2 that have nothing to do with each other add up to r·√(n/12) by their spread; the bound is 3.5 of it.
    Units: money / year.
    """
    return pd.Series(rounded_sums(table), table.labels.index)


def spread_of_rounding(rounding: float, cells: np.ndarray) -> np.ndarray:
    """R · (½ + √n): how far a sum of ``cells`` printed figures, and its printed total, may be apart; in r's unit."""
    return np.asarray(rounding * (0.5 + np.sqrt(cells)))


def rounded_sums(accounts: Table | Economy) -> np.ndarray:
    """[sector] ``rounding_error`` of a table, or of the economy that it became."""
    a = accounts
    rows = [np.asarray(t) != 0 for t in (a.domestic_use, a.domestic_final)]
    columns = [np.asarray(t) != 0 for t in (a.domestic_use, a.imported_use, a.primary)]
    cells = np.sum(
        [*(t.sum(axis=1) for t in rows), *(t.sum(axis=0) for t in columns), np.asarray(a.exports) != 0], axis=0
    )
    return spread_of_rounding(a.rounding, cells)


def allowed_gap(table: Table, tolerance: float) -> pd.Series:
    """The gap between output and costs of each sector that is taken for rounding.

        max(tolerance · |x_j|, min(rounding_error_j, CAP · |x_j|), ε · Σ|x|),   ε = 2⁻⁵²

    The last is what the computer's own sums leave where cells cancel out. Units: money / year.
    """
    size = row_output(table).abs()
    rounded = rounding_error(table).clip(upper=CAP * size)
    return rounded.clip(lower=tolerance * size).clip(lower=left_by_sums(size.to_numpy()))


def left_by_sums(x: np.ndarray) -> float:
    """ε · Σ|x|, ε = 2⁻⁵²: what sums in double precision leave where cells cancel out; money / year."""
    return float(np.finfo(float).eps * np.abs(x).sum())


def check_tolerance(tolerance: float) -> None:
    """Refuse a tolerance that is no number from 0 on: NaN would let every gap pass."""
    if not 0.0 <= tolerance < np.inf:
        raise BalanceError(f"tolerance is {tolerance!r}", fix="give a share of output from 0 on")


def check_balance(table: Table, tolerance: float, offer: Callable[[Table], str] = lambda _: "") -> None:
    """Refuse negative output and columns whose costs miss output by more than ``allowed_gap``, the largest gap first.

    ``offer``: what else would mend the table, asked only where there is a gap, and told with the largest.
    Raises ``BalanceError`` or, where there are several, ``Faults``; ``BalanceError`` for a tolerance that is no number.
    """
    check_tolerance(tolerance)
    x, cost = row_output(table), column_output(table)
    where = f"{table.country} {table.year}: {table.source.title}"
    faults: list[GroundplanError] = []
    if not (x > left_by_sums(x.to_numpy())).any():
        what = "nothing is made: no sector of the accounts has an output"
        raise BalanceError(what, where=where, fix="give what the sectors sell: domestic use, final use or exports")
    for code in x.index[x < -rounding_error(table).clip(lower=left_by_sums(x.to_numpy()))].tolist():
        faults.append(
            BalanceError(
                f"sector '{code}' ({table.labels[code]}) has negative output {x[code]:,.6g} {table.money}",
                fix="check the signs of its row",
            )
        )
    gap = (x - cost).abs()
    off = gap[gap > allowed_gap(table, tolerance)].sort_values(ascending=False, kind="stable")
    further = offer(table) if len(off) else ""
    for n, code in enumerate(off.index):
        share = (x[code] - cost[code]) / max(abs(x[code]), 1e-300)
        faults.append(
            BalanceError(
                f"column '{code}' ({table.labels[code]}): output {x[code]:,.6g}, costs {cost[code]:,.6g}, "
                f"gap {x[code] - cost[code]:+,.6g} {table.money} ({share:+.2%})",
                fix=CORRECT if n else CORRECT + further,
            )
        )
    raise_all(faults, where=where)
