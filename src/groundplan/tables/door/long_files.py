"""Long files, one record a cell, as a matrix: of ten million records each text stands in memory once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.tables.door.figures import figures
from groundplan.tables.door.grid import absent
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.notation import PLAIN, Notation
from groundplan.tables.door.parsing.delimited import RECORDS
from groundplan.tables.door.uploads import SheetCells, read_upload

SHOWN = 6
Pair = tuple[str, str]


@dataclass(frozen=True)
class Form:
    """The columns of a long file: ``row`` and ``column`` are the two that name a cell's row and its column.

    ``only`` keeps the records whose column has that text; the column ``one`` must hold one text throughout (a unit).
    """

    row: Pair
    column: Pair
    value: str
    only: Mapping[str, str]
    one: str | None = None

    @property
    def texts(self) -> list[str]:
        """All columns but that of the values."""
        return [*self.row, *self.column, *self.only, *([self.one] if self.one else [])]


@dataclass(frozen=True, eq=False)
class Records:
    """``rows`` and ``columns``: pairs of codes in the order of the file; ``values``: rows × columns."""

    rows: list[Pair]
    columns: list[Pair]
    values: np.ndarray


def read_records(path: Path, form: Form, mapping: FileMapping) -> Records:
    """The records of ``path`` as a matrix.

    Errors, all at once: columns that are not there, values that are not numbers (by line), cells with several records,
            cells with none (unless the mapping declares zeros = [""]), no record that ``only`` keeps.
    """
    notation = replace(mapping.notation, decimal=mapping.notation.decimal or PLAIN.decimal)
    said = replace(mapping, delimiter=mapping.delimiter or ",", notation=Notation())
    names = tuple(dict.fromkeys(form.texts))
    upload = read_upload(path, mapping=said, records=(*names, form.value))
    if RECORDS not in upload.cells:
        raise_all(
            absent([*names, form.value], next(iter(upload.cells.values())).texts, "column", path), where=str(path)
        )
    sheet = upload.cells[RECORDS]
    numbers = sheet.numbers
    codes = {name: numbers[:, k].astype(np.int64) for k, name in enumerate(names)}
    texts = {name: [t.strip() for t in upload.cells[name].texts] for name in names}
    values = np.array(numbers[:, -1])
    _read_texts(values, sheet, replace(notation, zeros=tuple(z for z in notation.zeros if z)), path)
    return _matrix(_Columns(codes, texts, values), form, "" in notation.zeros, path)


@dataclass(frozen=True, eq=False)
class _Columns:
    """Records by column: the number of each text, the texts by number, and the values."""

    codes: dict[str, np.ndarray]
    texts: dict[str, list[str]]
    values: np.ndarray


def _read_texts(values: np.ndarray, sheet: SheetCells, notation: Notation, path: Path) -> None:
    """Values that are no plain numbers, read by the notation; a row of a fault is a line of the file."""
    odd = {int(place) // sheet.numbers.shape[1]: text for place, text in zip(sheet.places, sheet.texts, strict=True)}
    rows = np.flatnonzero(np.isnan(values)) if notation == PLAIN else np.arange(len(values))
    if not len(rows):
        return
    cells: list[object] = [odd.get(int(r), "" if np.isnan(values[r]) else float(values[r])) for r in rows]
    frame = pd.DataFrame({"value": cells}, index=[f"line {r + 2}" for r in rows], dtype=object)
    values[rows] = figures(frame, notation, where=path.name).to_numpy()[:, 0]


def _matrix(columns: _Columns, form: Form, gaps: bool, path: Path) -> Records:
    """The records in their places."""
    keep = np.ones(len(columns.values), dtype=bool)
    seen: dict[str, set[str]] = {name: set(columns.texts[name]) for name in form.only}
    for name, text in form.only.items():
        keep &= np.array([t == text for t in columns.texts[name]], dtype=bool)[columns.codes[name]]
    if form.one:
        seen[form.one] = {columns.texts[form.one][k] for k in np.unique(columns.codes[form.one][keep])}
    down, rows = _places(columns, form.row, keep)
    across, names = _places(columns, form.column, keep)
    _check_seen(seen, form, not rows, path)
    grid = np.zeros((len(rows), len(names)))
    filled = np.zeros(grid.shape, dtype=bool)
    grid[down, across], filled[down, across] = columns.values[keep], True
    empty, twice = int((~filled).sum()), int(keep.sum()) - int(filled.sum())
    faults: list[GroundplanError] = []
    if twice:
        fix = "keep one record a cell: one year, one unit, one edition"
        faults.append(TableError(f"{twice:,} records repeat a cell", where=path.name, fix=fix))
    if empty and not gaps:
        fix = 'get the whole data set; or, if it leaves out zeros, declare zeros = [""] in a mapping file'
        faults.append(TableError(f"{empty:,} of {filled.size:,} cells have no record", where=path.name, fix=fix))
    raise_all(faults, where=str(path))
    return Records(rows, names, grid)


def _places(columns: _Columns, names: Pair, keep: np.ndarray) -> tuple[np.ndarray, list[Pair]]:
    """Where each record's pair of codes stands, and the pairs in the order of the file."""
    first, second = (columns.codes[name][keep] for name in names)
    width = max(len(columns.texts[names[1]]), 1)
    places, pairs = pd.factorize(first * width + second)
    return places, [(columns.texts[names[0]][k // width], columns.texts[names[1]][k % width]) for k in pairs]


def _check_seen(seen: Mapping[str, set[str]], form: Form, nothing: bool, path: Path) -> None:
    """Something was kept, and all of it in one unit."""
    faults: list[GroundplanError] = []
    if nothing:
        seen_texts = "; ".join(f"{name} is {', '.join(sorted(seen[name])[:SHOWN]) or 'empty'}" for name in form.only)
        wanted = ", ".join(f"{name} = {text}" for name, text in form.only.items())
        what = f"no record has {wanted}" if wanted else "the file has a header and no records"
        faults.append(TableError(what, where=path.name, fix=seen_texts or "get the file again"))
    elif form.one and len(seen[form.one]) > 1:
        units = ", ".join(sorted(seen[form.one])[:SHOWN])
        faults.append(TableError(f"{form.one} is {units}", where=path.name, fix="keep the records of one"))
    raise_all(faults, where=str(path))
