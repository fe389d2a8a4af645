"""Cells in the compact form in which a process hands them on: numbers as doubles, texts apart with their places."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from groundplan.errors import TableError
from groundplan.tables.door.parsing.containers import Limits

NAN = float("nan")


@dataclass(frozen=True)
class ParsedSheet:
    """One sheet from A1 to its last filled cell.

    ``numbers`` of all cells, row after row, NaN where a cell is a text or empty; ``places`` (counted along the rows)
    and ``texts`` of the cells that are texts.
    """

    name: str
    rows: int
    columns: int
    numbers: array[float]
    places: array[int]
    texts: list[str]


@dataclass(frozen=True)
class ParsedFile:
    """What was read of a file: its kind, the names of all sheets, those asked for, and what a user should know."""

    kind: str
    names: list[str]
    sheets: list[ParsedSheet]
    notes: list[str] = field(default_factory=list)


def packed(name: str, rows: Iterable[Sequence[float | str]], limits: Limits) -> ParsedSheet:
    """Rows of cells as a sheet; short rows are filled up, empty rows and columns at the end are dropped.

    Errors: a cell with more letters than ``limits`` allow.
    """
    filled: list[tuple[Sequence[float | str], int]] = []
    width = depth = 0
    for k, row in enumerate(rows):
        end = len(row)
        while end and row[end - 1] == "":
            end -= 1
        filled.append((row, end))
        if end:
            width, depth = max(width, end), k + 1
    numbers, places, texts = array("d"), array("q"), list[str]()
    for k, (row, end) in enumerate(filled[:depth]):
        start = k * width
        # a number is never the empty text, so that texts are what the doubles cannot take
        numbers.extend([c if c.__class__ is float else NAN for c in row[:end]])
        numbers.extend([NAN] * (width - end))
        for j, cell in enumerate(row[:end]):
            if cell.__class__ is str and cell:
                if len(cell) > limits.letters:
                    raise too_long(name, k, j, len(cell), limits)
                places.append(start + j)
                texts.append(cell)
    return ParsedSheet(name, depth, width, numbers, places, texts)


def too_long(name: str, row: int, column: int, letters: int, limits: Limits) -> TableError:
    """The refusal of a cell that no table has; ``row`` and ``column`` are counted from 0."""
    return TableError(
        f"'{name}', row {row + 1}, column {column + 1}: a cell of {letters:,} letters; the limit is {limits.letters:,}",
        fix="shorten or empty the cell; a quotation mark that is never closed makes one cell of many",
    )
