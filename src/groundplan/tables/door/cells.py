"""A big grid of numbers with headers above and codes to the left, from CSV or a workbook.

What ``layout.labelled`` does for a sheet of a few hundred rows this does for thousands: the figures of a CSV file never
stand in memory as text. Every cell is checked: where one row is not plain numbers the file is read again with care.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import sha256
from groundplan.tables.door.figures import PLAIN, Notation, figures
from groundplan.tables.door.layout import label_text
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.uploads import read_upload

SHOWN = 6
WORKBOOKS = (".xlsx", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True)
class Corner:
    """Where a grid's numbers begin: below ``top`` header rows, right of ``left`` columns of codes.

    ``blank`` says of a row's first code and a column's name whether the publisher leaves the cell empty because there
    is no such flow; it is then 0. All other empty cells are faults.
    """

    top: int = 1
    left: int = 1
    blank: Callable[[str, str], bool] = lambda row, column: False


@dataclass(frozen=True, eq=False)
class LabelledGrid:
    """``heads``: header rows over the numbers; ``codes``: the codes of each row; ``values``: rows × columns."""

    heads: list[list[str]]
    codes: list[list[str]]
    values: np.ndarray
    sha256: str


def read_cells(path: Path, corner: Corner, mapping: FileMapping) -> LabelledGrid:
    """The grid in ``path``: a workbook where its name ends as one, or else CSV.

    The mapping's notation, encoding, delimiter and sheet are used; decimals are points where it is silent.
    Errors: every fault at once: cells that are not numbers (the first ten by row and column), rows of unequal length;
            no such file or sheet, an encoding that does not fit, what ``uploads`` refuses of a workbook.
    """
    notation = replace(mapping.notation, decimal=mapping.notation.decimal or PLAIN.decimal)
    if path.suffix.lower() in WORKBOOKS:
        return _sheet(path, corner, notation, mapping)
    mark = mapping.delimiter or ","
    with opened(path, mapping.encoding) as file:
        heads = [[c.strip() for c in row] for row in islice(csv.reader(file, delimiter=mark), corner.top)]
    _check_corner(heads, corner, path)
    if notation == PLAIN:
        codes: list[list[str]] = []
        try:
            rows = _rows_of_figures(path, corner, heads[-1], mark, mapping.encoding, codes)
            values = np.loadtxt(chain([next(rows)], rows), delimiter=mark, comments=None, ndmin=2)
        except (ValueError, StopIteration):
            values = np.empty(0)
        if values.shape == (len(codes), len(heads[-1]) - corner.left) and np.isfinite(values).all():
            return LabelledGrid([head[corner.left :] for head in heads], codes, values, sha256(path))
    return _careful(path, corner, notation, mark, mapping.encoding)


def opened(path: Path, encoding: str | None) -> TextIO:
    """A text file, opened for reading.

    Errors: no such file, an empty file, an encoding that does not exist or does not fit the first bytes.
    """
    try:
        file = path.open(encoding=encoding or "utf-8-sig", newline="")
        empty = not file.read(1 << 16).strip()
        file.seek(0)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise TableError("there is no such file", where=str(path), fix="check the path") from None
    except (UnicodeError, LookupError) as error:
        fix = 'declare its encoding in a mapping file, for example encoding = "cp949"'
        raise TableError(f"the file is not {encoding or 'UTF-8'} text: {error}", where=str(path), fix=fix) from None
    if empty:
        file.close()
        raise TableError("the file is empty", where=str(path), fix="get the publisher's file again")
    return file


def _check_corner(heads: list[list[str]], corner: Corner, path: Path) -> None:
    if len(heads) < corner.top or len(heads[-1]) <= corner.left:
        raise TableError(
            f"expected a header of {corner.top} rows and {corner.left} columns of codes, then figures",
            where=path.name,
            fix="separate cells by commas, or declare the delimiter or the sheet in a mapping file",
        )


def _rows_of_figures(
    path: Path, corner: Corner, head: list[str], mark: str, encoding: str | None, codes: list[list[str]]
) -> Iterator[str]:
    """The figures of each row as one piece of text; the row's codes are added to ``codes`` on the way."""
    with opened(path, encoding) as file:
        for _ in range(corner.top):
            next(csv.reader(file, delimiter=mark))
        for line in file:
            if line.isspace():
                continue
            parts = next(csv.reader([line], delimiter=mark)) if '"' in line else line.split(mark, corner.left)
            codes.append([p.strip() for p in parts[: corner.left]])
            figures_of = mark.join(parts[corner.left :]).rstrip("\r\n")
            if mark + mark in figures_of or figures_of.endswith(mark):
                figures_of = mark.join(_filled(figures_of.split(mark), codes[-1][0], head[corner.left :], corner))
            yield figures_of


def _filled(cells: Sequence[str], code: str, names: list[str], corner: Corner) -> list[str]:
    """The cells of a row with 0 where the publisher leaves them empty by design."""
    return ["0" if not c.strip() and corner.blank(code, n) else c for c, n in zip(cells, names, strict=False)]


def _careful(path: Path, corner: Corner, notation: Notation, mark: str, encoding: str | None) -> LabelledGrid:
    """A CSV grid row by row, by any notation; tells every row and cell that cannot be read."""
    codes: list[list[str]] = []
    values: list[np.ndarray] = []
    bad: dict[str, list[str]] = {}
    uneven: list[str] = []
    with opened(path, encoding) as file:
        rows = csv.reader(file, delimiter=mark)
        heads = [[c.strip() for c in next(rows)] for _ in range(corner.top)]
        names = [head[corner.left :] for head in heads]
        for row in rows:
            code, cells = [c.strip() for c in row[: corner.left]], row[corner.left :]
            if not row:
                continue
            if len(row) != len(heads[-1]):
                uneven.append(f"'{' '.join(code)}' has {len(row)}")
                continue
            try:
                cells = _filled(cells, code[0], names[-1], corner)
                values.append(figures(pd.DataFrame([cells], dtype=object), notation).to_numpy()[0])
                codes.append(code)
            except GroundplanError:
                bad[" ".join(code)] = cells
    faults: list[GroundplanError] = []
    if uneven:
        more = f" and {len(uneven) - SHOWN} more" if len(uneven) > SHOWN else ""
        what = f"rows do not have the {len(heads[-1])} cells of the header: {', '.join(uneven[:SHOWN])}{more}"
        faults.append(TableError(what, where=path.name, fix="the file is cut short, or a delimiter is missing"))
    if bad:
        faults += _cell_faults(
            pd.DataFrame(list(bad.values()), list(bad), _columns(names), dtype=object), notation, path
        )
    if not codes and not faults:
        faults.append(TableError("the file has a header and no rows", where=path.name, fix="get the file again"))
    raise_all(faults, where=str(path))
    return LabelledGrid(names, codes, np.array(values), sha256(path))


def _cell_faults(cells: pd.DataFrame, notation: Notation, path: Path) -> list[GroundplanError]:
    """The faults of cells of which some are known to be wrong."""
    try:
        figures(cells, notation, where=path.name)
    except GroundplanError as fault:
        return list(fault.parts)
    return []


def _columns(names: list[list[str]]) -> list[str]:
    """One name for each column from all its header rows."""
    return [" ".join(dict.fromkeys(n for n in column if n)) for column in zip(*names, strict=True)]


def _sheet(path: Path, corner: Corner, notation: Notation, mapping: FileMapping) -> LabelledGrid:
    """The grid of a workbook's sheet."""
    upload = read_upload(path, mapping=mapping)
    (grid,) = upload.sheets.values()
    heads = [[label_text(cell) for cell in row] for row in grid[: corner.top]]
    _check_corner(heads, corner, path)
    names = [head[corner.left :] for head in heads]
    codes = [[label_text(cell) for cell in row[: corner.left]] for row in grid[corner.top :]]
    cells = pd.DataFrame(grid[corner.top :, corner.left :], [" ".join(c) for c in codes], _columns(names))
    return LabelledGrid(names, codes, figures(cells, notation, where=path.name).to_numpy(), upload.sha256)
