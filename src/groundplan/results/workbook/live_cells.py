"""Which cells of a table follow from others beside them: totals, differences and shares, written as live formulas.

A formula is written where two things hold: the column or row says in its name that it is a total, a difference or a
share, and its numbers are that of other columns, or of the rows above, in every row to a billionth. All else stays a
number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from groundplan.results.framed import column_values, headings
from groundplan.results.words import PERCENT, Between, is_figure

BESIDE = 6  # columns on either side in which a difference or a share finds what it is of
CLOSE = 1e-9  # of the largest number that takes part
TOTALS = re.compile(r"^(total|all|sum|together)\b|\btotal$", re.IGNORECASE)
DIFFERENCES = re.compile(r"^(difference|added|change|gap)\b|\bless\b", re.IGNORECASE)
SHARES = re.compile(r"\bshare\b|^(growth|difference|change)\b", re.IGNORECASE)
SUM, LESS, OVER, GROWTH = "sum", "less", "over", "growth"

Cell = tuple[int, int]


class Live(NamedTuple):
    """How a cell follows from others: the kind, the cells (of a sum its first and last), and what a share is times."""

    kind: str
    cells: tuple[Cell, ...]
    times: float = 1.0

    def formula(self, top: int, left: int) -> str:
        """The formula where the table's first cell stands at ``top``, ``left``.

        >>> Live("growth", ((0, 2), (0, 0)), 100.0).formula(4, 1)
        '=(D5/B5-1)*100'
        """
        a, b = (xl_rowcol_to_cell(top + i, left + j) for i, j in (self.cells[0], self.cells[-1]))
        times = "" if self.times == 1.0 else f"*{self.times:g}"
        if self.kind == SUM:
            return f"=SUM({a}:{b})"
        return f"={a}-{b}" if self.kind == LESS else f"={a}/{b}{times}" if self.kind == OVER else f"=({a}/{b}-1){times}"


def live_cells(frame: pd.DataFrame) -> dict[Cell, Live]:
    """The cells of a table that are written as formulas; no formula rests on itself, and none on a range."""
    if any(isinstance(v, Between) for column in column_values(frame) for v in column):
        return {}
    values = numbers(frame)
    columns = _live_columns(values, headings(frame))
    out = {
        (i, j): Live(kind, tuple((i, k) for k in places), times)
        for j, (kind, places, times) in columns.items()
        for i in range(len(values))
        if np.isfinite(values[i, [j, *_taken(kind, places)]]).all()
    }
    for i, first, j in _totals_below(values, [str(label) for label in frame.index]):
        if j not in columns:
            out[i, j] = Live(SUM, ((first, j), (i - 1, j)))
    return out


def numbers(frame: pd.DataFrame) -> np.ndarray:
    """The numbers of a table, NaN where a cell is none."""
    out, columns = np.full(frame.shape, np.nan), column_values(frame)
    for j in range(frame.shape[1]):
        for i, value in enumerate(columns[j]):
            if is_figure(value):
                out[i, j] = value
    return out


Column = tuple[str, tuple[int, ...], float]


def _taken(kind: str, places: Sequence[int]) -> list[int]:
    return list(range(places[0], places[-1] + 1)) if kind == SUM else list(places)


def _live_columns(values: np.ndarray, heads: Sequence[tuple[str, str]]) -> dict[int, Column]:
    """Columns that are formulas of others: column → kind, the columns that it takes, what it is times."""
    out: dict[int, Column] = {}
    rests: dict[int, set[int]] = {}
    for j in range(len(heads)):
        for kind, places, times in _candidates(j, heads):
            taken = _taken(kind, places)
            below = {k for t in taken for k in (t, *rests.get(t, ()))}
            if j not in below and _holds(kind, values[:, taken], values[:, j], times):
                out[j], rests[j] = (kind, places, times), below
                for other in rests.values():
                    other |= below if j in other else set()
                break
    return out


def _candidates(j: int, heads: Sequence[tuple[str, str]]) -> Iterator[Column]:
    """What column j may be by its name, the likeliest first."""
    name, unit = heads[j]
    alike = [k for k, (_, u) in enumerate(heads) if k != j and u == unit]
    if TOTALS.search(name):
        for a in range(j):
            if all(k in alike for k in range(a, j)) and j - a > 1:
                yield SUM, (a, j - 1), 1.0
        for b in range(len(heads) - 1, j + 1, -1):
            if all(k in alike for k in range(j + 1, b + 1)):
                yield SUM, (j + 1, b), 1.0
    if not (DIFFERENCES.search(name) or SHARES.search(name)):
        return
    near = range(max(j - BESIDE, 0), min(j + BESIDE + 1, len(heads)))
    pairs = [(a, b) for a in near for b in near if len({a, b, j}) == 3]
    if DIFFERENCES.search(name) and unit != PERCENT:
        yield from ((LESS, pair, 1.0) for pair in pairs if {*pair} <= {*alike})
    if SHARES.search(name) and unit in (PERCENT, ""):
        times = 100.0 if unit == PERCENT else 1.0
        same = [(a, b) for a, b in pairs if heads[a][1] == heads[b][1] and (unit == "" or heads[a][1] != unit)]
        yield from ((OVER, pair, times) for pair in same)
        yield from ((GROWTH, pair, times) for pair in same)


def _holds(kind: str, parts: np.ndarray, whole: np.ndarray, times: float) -> bool:
    """Whether the numbers are what the formula gives, in every row that has them all; two rows at least."""
    rows = np.isfinite(parts).all(axis=1) & np.isfinite(whole)
    p, v = parts[rows], whole[rows]
    if len(v) < 2 or not v.any() or not p.any(axis=0).all():
        return False
    first, last = p[:, 0], p[:, -1]
    if kind in (OVER, GROWTH):
        if not last.all():
            return False
        given = times * (first / last - (kind == GROWTH))
        largest = np.maximum(np.abs(v), times * np.abs(first / last))
    else:
        given = p.sum(axis=1) if kind == SUM else first - last
        largest = np.abs(p).max(axis=1)
    return bool((np.abs(given - v) <= CLOSE * largest).all())


def _totals_below(values: np.ndarray, labels: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Cells that are the sum of those above, back to the total before: their row, the sum's first row, the column."""
    first = 0
    for i, label in enumerate(labels):
        if not TOTALS.search(label):
            continue
        for j in range(values.shape[1]) if i - first > 1 else ():
            parts, whole = values[first:i, j], values[i, j]
            there = np.isfinite([*parts, whole]).all() and whole and parts.any()
            if there and abs(parts.sum() - whole) <= CLOSE * np.abs(parts).max():
                yield i, first, j
        first = i + 1
