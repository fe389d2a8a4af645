"""The plain cells of a publisher's file: of sheets of a workbook, of a table of text, from A1 on."""

from __future__ import annotations

from pathlib import Path

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.door.uploads import read_upload

Rows = list[list[object]]


def sheets_of(path: Path, wanted: tuple[str, ...], mapping: FileMapping = NOTHING) -> dict[str, Rows]:
    """Sheet → its cells, from A1 on, all rows of one length; numbers are numbers, the rest is text.

    Errors: all that the door refuses; sheets that are not there, all at once.
    """
    upload = read_upload(path, sheets=wanted, mapping=mapping, uneven=True)
    faults: list[GroundplanError] = [
        UnknownName("sheet", name, upload.names, where=path.name) for name in wanted if name not in upload.cells
    ]
    raise_all(faults, where=str(path))
    return {name: upload.cells[name].grid.tolist() for name in wanted}


def column_values(path: Path, sheet: str | None = None, mapping: FileMapping = NOTHING) -> Rows:
    """The cells of one sheet, of the only sheet where ``sheet`` is None, or of a text file.

    Errors: as ``sheets_of``.
    """
    return cells_and_notes(path, sheet, mapping)[0]


def cells_and_notes(
    path: Path, sheet: str | None = None, mapping: FileMapping = NOTHING
) -> tuple[Rows, tuple[str, ...]]:
    """The cells as ``column_values`` gives them, and what the door says of the file."""
    wanted = mapping.sheet or sheet
    upload = read_upload(path, sheets=(wanted,) if wanted else (), mapping=mapping, uneven=True)
    if wanted and wanted not in upload.cells and upload.kind not in ("csv", "json"):
        raise UnknownName("sheet", wanted, upload.names, where=path.name)
    rows: Rows = next(iter(upload.cells.values())).grid.tolist()
    return rows, upload.notes
