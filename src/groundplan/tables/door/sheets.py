"""The plain cells of a publisher's workbook by sheet, or of a CSV file, from A1 on."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.door.containers import Limits
from groundplan.tables.door.grid import text_of
from groundplan.tables.door.workbook import is_workbook, read_workbook

Rows = list[list[object]]


def sheets_of(path: Path, wanted: tuple[str, ...]) -> dict[str, Rows]:
    """Sheet → its cells, from A1 on, all rows of one length; numbers are numbers, the rest is text.

    Errors: no such file, no workbook, a container that the preflight refuses, sheets that are not there; all at once.
    """
    book = read_workbook(_bytes_of(path), wanted, Limits())
    faults: list[GroundplanError] = [
        UnknownName("sheet", name, book.names, where=path.name) for name in wanted if name not in book.names
    ]
    raise_all(faults, where=str(path))
    return {sheet.name: _squared([list(row) for row in sheet.rows]) for sheet in book.sheets}


def cells_of(path: Path, sheet: str | None = None) -> Rows:
    """The cells of one sheet, of the only sheet where ``sheet`` is None, or of a CSV file.

    Errors: as ``sheets_of``; an empty file.
    """
    data = _bytes_of(path)
    if not is_workbook(data):
        return _squared([list(row) for row in csv.reader(io.StringIO(text_of(path))) if row])
    if sheet is not None:
        return sheets_of(path, (sheet,))[sheet]
    return _squared([list(row) for row in read_workbook(data, (), Limits()).sheets[0].rows])


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise TableError("there is no such file", where=str(path), fix="check the path") from None


def _squared(rows: Rows) -> Rows:
    """All rows as long as the longest."""
    width = max((len(row) for row in rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]
