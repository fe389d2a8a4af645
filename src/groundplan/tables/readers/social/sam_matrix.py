"""The square of a social accounting matrix in its file: which row and column name the accounts, and their figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, nearest, raise_all
from groundplan.tables.door.figures import figures
from groundplan.tables.door.grid import absent, disagreements, repeats
from groundplan.tables.door.last_digit import digit_of_sums
from groundplan.tables.door.layout import label_text
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.notation import PLAIN, Notation
from groundplan.tables.door.sheets import Rows, cells_and_notes

TOTAL = "total"
FIRST_ROWS, FIRST_COLUMNS = 40, 12
FIGURE = re.compile(r"[-+(]*[0-9][0-9., '\u00a0]*\)?(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True, eq=False)
class Square:
    """A matrix as its file has it.

    ``printed``: figures under their accounts, totals among them where there are any; ``filled``: which cells are not
    empty; ``labels``: account → name in words; ``header``, ``column``: where the accounts stand, counted from 1;
    ``notes`` say what was dropped.
    """

    printed: pd.DataFrame
    filled: pd.DataFrame
    labels: pd.Series
    header: int
    column: int
    notes: tuple[str, ...]

    @property
    def accounts(self) -> list[str]:
        """The accounts, without the totals."""
        return [str(c) for c in self.printed.columns if c != TOTAL]

    @property
    def cells(self) -> pd.DataFrame:
        """The figures without the totals."""
        return self.printed.loc[self.accounts, self.accounts]


def read_square(path: Path, mapping: FileMapping, rounding: float) -> Square:
    """The matrix in a file; empty cells are 0, "total" in any case names the totals.

    Where the accounts stand the mapping says (``header_row``, ``code_columns``); else it is the row and the column
    that have most names in common.
    Errors, all at once: no such row and column; accounts of one side alone, or repeated; cells that are no numbers;
            printed totals that miss their parts, or, without totals, what an account pays and receives.
    """
    grid, notes = cells_and_notes(path, mapping=mapping)
    top, left = _corner(grid, mapping, path)
    rows = [i for i in range(top + 1, len(grid)) if _account(grid[i][left], mapping, "row")]
    index = [_account(grid[i][left], mapping, "row") for i in rows]
    names = {j: _account(grid[top][j], mapping, "column") for j in range(left + 1, len(grid[top]))}
    # Between the accounts and the figures there may be columns of words, which have no figure in them.
    first = next((j for j in names if any(_is_figure(grid[i][j]) for i in rows)), left + 1)
    first = min([first, *(j for j, name in names.items() if name in index)])
    columns = [j for j, name in names.items() if name and j >= first]
    across = [names[j] for j in columns]
    faults: list[GroundplanError] = [*repeats(index, "row", path), *repeats(across, "column", path)]
    faults += _one_sided(index, across, path)
    raise_all(faults, where=str(path))
    frame = pd.DataFrame([[grid[i][j] for j in columns] for i in rows], index, across, dtype=object)
    said = mapping.notation
    notation: Notation = replace(said, decimal=said.decimal or PLAIN.decimal, zeros=tuple({*said.zeros, ""}))
    if said.thousands is not None and said.decimal is None:
        notation = replace(notation, decimal="," if said.thousands == "." else ".")
    values = figures(frame, notation, where=path.name)
    order = [*(c for c in across if c != TOTAL), *([TOTAL] if TOTAL in across and TOTAL in index else [])]
    filled = frame.map(lambda cell: str(cell).strip() != "")
    square = Square(
        values.reindex(index=order, columns=order).fillna(0.0),
        filled.reindex(index=order, columns=order, fill_value=False).astype(bool),
        _labels(grid, rows, index, left, top, columns),
        top + 1,
        left + 1,
        (*notes, *_below(grid, rows)),
    )
    raise_all(_totals(square, rounding, path), where=str(path))
    return square


def _account(cell: object, mapping: FileMapping, side: str) -> str:
    """The account that a cell names, by the mapping's names, empty where it is left out or no name."""
    name = label_text(cell)
    if name in mapping.leave_out(side):
        return ""
    name = mapping.of(side).get(name, name)
    return TOTAL if name.casefold() == TOTAL else name


def _corner(grid: Rows, mapping: FileMapping, path: Path) -> tuple[int, int]:
    """The row and the column, from 0, whose names are the accounts."""
    rows = range(min(len(grid), FIRST_ROWS)) if mapping.header_row is None else [mapping.header_row - 1]
    width = len(grid[0]) if grid else 0
    columns = range(min(width, FIRST_COLUMNS)) if not mapping.code_columns else [mapping.code_columns[-1] - 1]
    best, common = (-1, -1), 1
    for j in columns:
        down = {label_text(row[j]) for row in grid if j < len(row) and _is_name(row[j])}
        for i in rows:
            across = {label_text(c) for c in grid[i][j + 1 :] if _is_name(c)} if i < len(grid) else set()
            if len(down & across) > common or (len(down & across) == common > 1):
                best, common = (i, j), len(down & across)
    if best[0] < 0:
        raise TableError(
            "no row and no column have the same names: this is no square matrix of accounts",
            where=path.name,
            fix="say where the names are: header_row = 1 and code_columns = [1] in a mapping file; or check the sheet",
        )
    return best


def _is_name(cell: object) -> bool:
    """Whether a cell may name an account: a text that is no figure."""
    return isinstance(cell, str) and bool(cell.strip()) and not FIGURE.fullmatch(cell.strip())


def _is_figure(cell: object) -> bool:
    return isinstance(cell, float) or bool(FIGURE.fullmatch(str(cell).strip()))


def _one_sided(index: list[str], across: list[str], path: Path) -> list[GroundplanError]:
    """Faults for accounts that are a row or a column only; totals may be missing, together."""
    faults = absent([c for c in across if c != TOTAL], index, "row", path)
    faults += absent([r for r in index if r != TOTAL], across, "column", path)
    if (TOTAL in index) != (TOTAL in across):
        side, other = ("row", index) if TOTAL in across else ("column", across)
        near = nearest(TOTAL, [n for n in other if n not in set(index) & set(across)])
        what = f"expected {side} 'total', found no such {side}" + (f"; nearest: '{near}'" if near else "")
        faults.append(TableError(what, where=path.name, fix="name both totals 'total', or leave both out"))
    return faults


def _labels(grid: Rows, rows: list[int], index: list[str], left: int, top: int, columns: list[int]) -> pd.Series:
    """Account → its name in words: the nearest column of other texts, left of the accounts or before the figures."""
    beside = [*range(left - 1, -1, -1), *range(left + 1, min(columns, default=left + 1))]
    for j in beside:
        words = [label_text(grid[i][j]) for i in rows]
        if len(set(words)) > len(rows) // 2 and sum(map(bool, words)) > 0.9 * len(rows):
            return pd.Series({a: w or a for a, w in zip(index, words, strict=True)}, dtype=object)
    return pd.Series({a: a for a in index}, dtype=object)


def _below(grid: Rows, rows: list[int]) -> tuple[str, ...]:
    """What stands below the matrix without an account, as a sentence."""
    below = sum(any(str(c).strip() for c in row) for row in grid[max(rows, default=0) + 1 :])
    return (f"{below} rows below the matrix have no account and were passed over.",) if below else ()


def _totals(square: Square, rounding: float, path: Path) -> list[GroundplanError]:
    """Faults of printed totals against their parts, or of what accounts pay against what they receive."""
    cells, flows = square.cells, square.filled.loc[square.accounts, square.accounts]
    if TOTAL in square.printed:
        down, across = square.printed[TOTAL][square.accounts], square.printed.T[TOTAL][square.accounts]
        return [
            *disagreements(cells, down, rounding, "row totals", path.name, flows=flows),
            *disagreements(cells.T, across, rounding, "column totals", path.name, flows=flows.T),
        ]
    both = flows.sum(axis=1) + flows.sum()
    gap = cells.sum(axis=1) - cells.sum()
    allowed = digit_of_sums(rounding, cells.to_numpy(dtype=float)) * (0.5 + np.sqrt(both)) + 1e-9 * cells.sum().abs()
    off = gap[gap.abs() > allowed].sort_values(key=np.abs, ascending=False)
    if off.empty:
        return []
    shown = ", ".join(f"{k} by {v:.6g}" for k, v in off.iloc[:6].items())
    what = f"what accounts receive misses what they pay at {len(off)} places, the largest first: {shown}"
    return [TableError(what, where=path.name, fix="a cell was changed or is missing: get the publisher's file again")]
