"""Long files, one record a cell, read in pieces into a matrix: ten million records never stand in memory as text."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.tables.door.cells import opened
from groundplan.tables.door.figures import PLAIN, Notation, figures
from groundplan.tables.door.grid import absent
from groundplan.tables.door.mapping import FileMapping

PIECE = 1_000_000
SHOWN = 6
Pair = tuple[str, str]
Numbers = dict[Pair, int]  # pair of codes → its place among the rows or the columns, in the order of the file


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
    with opened(path, mapping.encoding) as file:
        head = [c.strip() for c in next(csv.reader(file, delimiter=mapping.delimiter or ","))]
    raise_all(absent([*form.texts, form.value], head, "column", path), where=str(path))
    if replace(notation, zeros=tuple(z for z in notation.zeros if z)) == PLAIN:
        try:
            return _matrix(_pieces(path, mapping, form, float), form, "" in notation.zeros, path)
        except ValueError:
            pass  # a value that is no plain number: read as text, so that every one of them is told
    pieces = _read_as_text(_pieces(path, mapping, form, str), form, notation, path)
    return _matrix(pieces, form, "" in notation.zeros, path)


def _pieces(path: Path, mapping: FileMapping, form: Form, kind: type) -> Iterator[pd.DataFrame]:
    """The file in pieces, texts as categories and values as ``kind``."""
    kinds: dict[str, type | str] = {**dict.fromkeys(form.texts, "category"), form.value: kind}
    with opened(path, mapping.encoding) as file:
        try:
            yield from pd.read_csv(
                file,
                sep=mapping.delimiter or ",",
                usecols=list(kinds),
                dtype=kinds,
                keep_default_na=False,
                na_values=[],
                chunksize=PIECE,
            )
        except pd.errors.ParserError as error:
            fix = "the file may be cut short: get it again"
            raise TableError(f"not a list of records: {error}", where=path.name, fix=fix) from None


def _read_as_text(pieces: Iterator[pd.DataFrame], form: Form, notation: Notation, path: Path) -> Iterator[pd.DataFrame]:
    """The pieces with their values read by ``notation``; rows of a fault are lines of the file."""
    faults: list[GroundplanError] = []
    for piece in pieces:
        cells = piece[[form.value]].astype(object).set_axis([f"line {n}" for n in piece.index + 2], axis=0)
        try:
            yield piece.assign(**{form.value: figures(cells, notation, where=path.name).to_numpy()[:, 0]})
        except GroundplanError as fault:
            faults += fault.parts
    raise_all(faults, where=str(path))


def _matrix(pieces: Iterator[pd.DataFrame], form: Form, gaps: bool, path: Path) -> Records:
    """Pieces put into their places."""
    rows: Numbers = {}
    columns: Numbers = {}
    seen: dict[str, set[str]] = {name: set() for name in (*form.only, *([form.one] if form.one else []))}
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for piece in pieces:
        kept = np.ones(len(piece), dtype=bool)
        for name, text in form.only.items():
            seen[name] |= set(map(str, piece[name].cat.categories))
            kept &= (piece[name].astype(str) == text).to_numpy()
        chosen = piece[kept]
        if form.one:
            seen[form.one] |= set(map(str, chosen[form.one].unique()))
        values = chosen[form.value].to_numpy(dtype=float)
        if not np.isfinite(values).all():
            raise ValueError("values that are no numbers")
        down, rows = _places(chosen, form.row, rows)
        across, columns = _places(chosen, form.column, columns)
        parts.append((down, across, values))
    _check_seen(seen, form, not rows, path)
    grid = np.zeros((len(rows), len(columns)))
    filled = np.zeros(grid.shape, dtype=bool)
    for down, across, values in parts:
        grid[down, across], filled[down, across] = values, True
    empty, twice = int((~filled).sum()), sum(len(values) for *_, values in parts) - int(filled.sum())
    faults: list[GroundplanError] = []
    if twice:
        fix = "keep one record a cell: one year, one unit, one edition"
        faults.append(TableError(f"{twice:,} records repeat a cell", where=path.name, fix=fix))
    if empty and not gaps:
        fix = 'get the whole data set; or, if it leaves out zeros, declare zeros = [""] in a mapping file'
        faults.append(TableError(f"{empty:,} of {filled.size:,} cells have no record", where=path.name, fix=fix))
    raise_all(faults, where=str(path))
    return Records(list(rows), list(columns), grid)


def _places(piece: pd.DataFrame, names: Pair, numbers: Numbers) -> tuple[np.ndarray, Numbers]:
    """Where each record's pair of codes stands, and the numbers of the pairs, those that are new at the end."""
    first, second = (piece[name].cat for name in names)
    names_1, names_2 = ([str(c).strip() for c in cat.categories] for cat in (first, second))
    width = len(names_2)
    flat = first.codes.to_numpy(dtype=np.int64) * width + second.codes.to_numpy()
    table = np.zeros(len(names_1) * width, dtype=np.int32)
    all_numbers = dict(numbers)
    for k in pd.unique(flat):
        pair = names_1[k // width], names_2[k % width]
        table[k] = all_numbers.setdefault(pair, len(all_numbers))
    return table[flat], all_numbers


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
