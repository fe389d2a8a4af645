"""Files for tests of the door: written in a line, read without a process of their own where thousands are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter

from groundplan.tables.door import uploads


@contextmanager
def parsed_here() -> Iterator[None]:
    """Files are parsed by the same code in this process: thousands of children would take minutes."""
    own, uploads.is_own = uploads.is_own, lambda path: True
    try:
        yield
    finally:
        uploads.is_own = own


def written(path: Path, data: bytes | str, encoding: str = "utf-8") -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return path


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """A workbook of these sheets; figures as numbers, None as an empty cell."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if cell is not None and cell != "":
                        page.write(i, j, cell)
    return path
