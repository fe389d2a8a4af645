"""Small CSV files whose columns are found by their names: every cell a text, every fault at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.spreadsheets import restored
from groundplan.tables.door.mapping import NOTHING
from groundplan.tables.door.uploads import read_upload


def named_columns(path: Path, needed: Sequence[str], further: Sequence[str] = ()) -> pd.DataFrame:
    """The texts of a CSV file by column; columns of ``further`` that the file lacks are empty.

    Raises ``UnknownName`` and ``TableError``, all at once: a column that is needed and not there, one that nobody
    asked for, a file without rows; and what the door raises.
    """
    upload = read_upload(path, mapping=replace(NOTHING, delimiter=","))
    grid = next(iter(upload.sheets.values()))
    rows = [[_text(cell) for cell in row] for row in grid.tolist()]
    rows = [row for row in rows if any(row)]
    head = rows[0] if rows else []
    faults: list[GroundplanError] = []
    for name in needed:
        if name not in head:
            faults.append(UnknownName("column", name, head, where=path.name, fix=f"give the file a column '{name}'"))
    for name in head:
        if name and name not in (*needed, *further):
            faults.append(UnknownName("column", name, (*needed, *further), where=path.name))
    raise_all(faults, where=str(path))
    if len(rows) < 2:
        raise TableError("the file has a header and no rows", where=str(path), fix="write a row for each figure")
    frame = pd.DataFrame(rows[1:], columns=pd.Index(head), dtype=object)
    for name in further:
        if name not in frame:
            frame[name] = ""
    return frame


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else restored(str(cell).strip())
