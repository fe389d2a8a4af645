"""What a table must satisfy before it becomes an economy."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.errors import BalanceError, GroundplanError, raise_all
from groundplan.tables.table import Table


def row_output(table: Table) -> pd.Series:
    """X = Z_d·1 + Y_d·1 + e, money / year."""
    return table.domestic_use.sum(axis=1) + table.domestic_final.sum(axis=1) + table.exports


def column_output(table: Table) -> pd.Series:
    """X' = 1'Z_d + 1'Z_m + 1'V, money / year."""
    return table.domestic_use.sum() + table.imported_use.sum() + table.primary.sum()


def rounding_error(table: Table) -> float:
    """How far a sum of rounded cells may be from the rounded total: half the last digit times the cells of a column.

        r · n / 2,  n the number of rows of a column

    Units: money / year.
    """
    rows = 2 * len(table.labels) + len(table.primary)
    return 0.5 * table.rounding * rows


def check_tolerance(tolerance: float) -> None:
    """Refuse a tolerance that is no number from 0 on: NaN would let every gap pass."""
    if not 0.0 <= tolerance < np.inf:
        raise BalanceError(f"tolerance is {tolerance!r}", fix="give a share of output from 0 on")


def check_balance(table: Table, tolerance: float) -> None:
    """Refuse negative output and columns whose costs miss output by more than ``tolerance`` and rounding explain.

    Raises ``BalanceError`` or, where there are several, ``Faults``; ``BalanceError`` for a tolerance that is no number.
    """
    check_tolerance(tolerance)
    x, cost = row_output(table), column_output(table)
    where = f"{table.country} {table.year}: {table.source.title}"
    faults: list[GroundplanError] = []
    for code in x.index[x < -rounding_error(table)]:
        faults.append(
            BalanceError(
                f"sector '{code}' ({table.labels[code]}) has negative output {x[code]:,.6g} {table.money}",
                fix="check the signs of its row",
            )
        )
    gap = (x - cost).abs()
    limit = np.maximum(tolerance * x.abs(), rounding_error(table))
    for code in gap.index[gap > limit]:
        share = (x[code] - cost[code]) / max(abs(x[code]), 1e-300)
        faults.append(
            BalanceError(
                f"column '{code}' ({table.labels[code]}): output {x[code]:,.6g}, costs {cost[code]:,.6g}, "
                f"gap {x[code] - cost[code]:+,.6g} {table.money} ({share:+.2%})",
                fix="correct the column, or what was left out of it; a tolerance is for gaps of rounding",
            )
        )
    raise_all(faults, where=where)
