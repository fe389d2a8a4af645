"""The cell that a fault is about: found by the names of rows and columns that it says, in the file that was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from groundplan.errors import GroundplanError
from groundplan.tables.door.layout import label_text
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.parsing.workbook import letters
from groundplan.tables.door.uploads import read_upload

MOST_SHEETS = 40
FIRST_ROWS, FIRST_COLUMNS = 40, 12  # where names of columns and of rows are looked for
ROW, COLUMN = re.compile(r"\b(?:row|account|sector|product) '([^']+)'"), re.compile(r"\bcolumn '([^']+)'")
ROW_NUMBER, COLUMN_NUMBER = re.compile(r"\b(?:row|line) (\d+)\b"), re.compile(r"\bcolumn (\d+)\b")
GAP = re.compile(r"(?:: |, )([^,:]+?) by [-+\d]")
QUOTED = re.compile(r"'([^']+)'")
WORD = re.compile(r"[^\s,:;()]+")
KEY = re.compile(r"([^':;]+?) is (?:'|empty)")


class PlacedFault(NamedTuple):
    """A fault and where it is: the file, the sheet and the cell (``B4``), A1 where it is of a whole sheet."""

    file: str
    sheet: str
    cell: str
    what: str
    fix: str


class _Labels:
    """A sheet's grid, and where each label stands."""

    def __init__(self, grid: np.ndarray) -> None:
        self.grid = grid

    @cached_property
    def places(self) -> Mapping[str, list[tuple[int, int]]]:
        """Label → its cells, down the rows."""
        places: dict[str, list[tuple[int, int]]] = {}
        for (i, j), cell in np.ndenumerate(self.grid):
            if (isinstance(cell, str) and cell) or (isinstance(cell, float) and (i < 4 or j < 4)):
                places.setdefault(label_text(cell), []).append((i, j))
        return places

    def row(self, label: str) -> int | None:
        """The row that a label names: where it stands furthest left, below the first row."""
        cells = sorted((at for at in self._cells(label) if at[0] and at[1] < FIRST_COLUMNS), key=lambda at: at[::-1])
        return cells[0][0] if cells else None

    def column(self, label: str) -> int | None:
        """The column that a label names: where it stands highest, right of the first column."""
        cells = sorted(at for at in self._cells(label) if at[1] and at[0] < FIRST_ROWS)
        return cells[0][1] if cells else None

    def top(self, column: int) -> int:
        """The row of the first filled cell of a column."""
        filled = np.flatnonzero(self.grid[:, column : column + 1] != "")
        return int(filled[0]) if filled.size else 0

    def left(self, row: int) -> int:
        """The column of the first filled cell of a row."""
        filled = np.flatnonzero(self.grid[row : row + 1] != "")
        return int(filled[0]) if filled.size else 0

    def cell(self, label: str) -> tuple[int, int] | None:
        """The first cell that has a label."""
        return min(self._cells(label), default=None)

    def _cells(self, label: str) -> list[tuple[int, int]]:
        parts = [part for part in label.split("\t") if part]
        return self.places.get(label) or (self.places.get(parts[-1], []) if parts else [])


def placed_faults(faults: Iterable[GroundplanError], paths: Sequence[Path], mapping: FileMapping) -> list[PlacedFault]:
    """Faults with the cells that they are about, in files that are read once more for their labels.

    A file that cannot be read has no cells: its faults stand without one.
    """
    listed = list(faults)
    sheets = {path.name: _sheets(path, mapping) for path in paths} if listed else {}
    return [_placed(fault, sheets) for fault in listed]


def _sheets(path: Path, mapping: FileMapping) -> dict[str, _Labels]:
    said = replace(mapping, sheet=None)
    try:
        upload = read_upload(path, sheets=("\0",), mapping=said, uneven=True)
        if not upload.cells:
            upload = read_upload(path, sheets=upload.names[:MOST_SHEETS], mapping=said, uneven=True)
    except GroundplanError:
        return {}
    return {name: _Labels(grid) for name, grid in upload.sheets.items()}


def _placed(fault: GroundplanError, files: Mapping[str, Mapping[str, _Labels]]) -> PlacedFault:
    file = next((name for name in files if name in fault.where), next(iter(files), ""))
    sheets = files.get(file, {})
    place = fault.where.rpartition(file)[2] if file else fault.where
    named = {n: s for n, s in sheets.items() if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", place)} or {
        n: s for n, s in sheets.items() if f"'{n}'" in fault.what
    }
    words = f"{fault.what} {place}"
    for look in (_by_row_and_column, _by_key, _by_words):
        for sheet, labels in (named or sheets).items():
            at = look(words, labels)
            if at is not None:
                return PlacedFault(file, sheet, f"{letters(at[1])}{at[0] + 1}", fault.what, fault.fix)
    sheet = next(iter(named or sheets), "")
    return PlacedFault(file, sheet, "A1" if sheet else "", fault.what, fault.fix)


def _by_row_and_column(words: str, labels: _Labels) -> tuple[int, int] | None:
    """The cell of a row and a column that are named or numbered; the head of the one where the other is not said."""
    row, column = _named(ROW, words, labels.row), _named(COLUMN, words, labels.column)
    gaps = GAP.findall(words)
    if gaps and "column totals" in words:
        column = labels.column(gaps[0]) if column is None else column
    elif gaps:
        row = labels.row(gaps[0]) if row is None else row
    row = _number(ROW_NUMBER, words) if row is None else row
    column = _number(COLUMN_NUMBER, words) if column is None else column
    if row is None and column is None:
        return None
    if row is None:
        assert column is not None  # else there was no place
        return labels.top(column), column
    return row, labels.left(row) if column is None else column


def _by_key(words: str, labels: _Labels) -> tuple[int, int] | None:
    """The cell beside a key that is said to be something, as on a sheet of facts."""
    match = KEY.match(words)
    at = labels.cell(match[1].strip()) if match else None
    return None if at is None else (at[0], at[1] + 1)


def _by_words(words: str, labels: _Labels) -> tuple[int, int] | None:
    """The first cell that has a name which the words quote, or have."""
    for name in (*QUOTED.findall(words), *(w for w in WORD.findall(words) if len(w) > 1)):
        if at := labels.cell(name):
            return at
    return None


def _named(pattern: re.Pattern[str], words: str, place: Callable[[str], int | None]) -> int | None:
    for name in pattern.findall(words):
        at = place(name)
        if at is not None:
            return at
    return None


def _number(pattern: re.Pattern[str], words: str) -> int | None:
    match = pattern.search(words)
    return int(match[1]) - 1 if match else None
