"""A big grid of numbers with headers above and codes to the left, from any file that the door reads.

What ``layout.labelled`` does for a sheet of a few hundred rows this does for thousands: figures of a text file that are
plain never stand in memory as text. Every cell is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import TableError
from groundplan.tables.door.figures import figures
from groundplan.tables.door.layout import label_text
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.notation import PLAIN, Notation
from groundplan.tables.door.uploads import read_upload


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
    """The grid in ``path``, whatever kind of file it is.

    The mapping's notation, encoding, delimiter and sheet are used; decimals are points where it is silent.
    Errors: every fault at once: cells that are not numbers (the first ten by row and column), rows of unequal length;
            no such file or sheet, an encoding that does not fit, all else that the door refuses.
    """
    notation = replace(mapping.notation, decimal=mapping.notation.decimal or PLAIN.decimal)
    upload = read_upload(
        path,
        mapping=replace(mapping, delimiter=mapping.delimiter or ","),
        corner=(corner.top, corner.left) if notation == PLAIN else None,
    )
    sheet = next(iter(upload.cells.values()))
    height, width = sheet.numbers.shape
    labels = np.full((height, corner.left), "", dtype=object)
    head = np.full((min(corner.top, height), width), "", dtype=object)
    above, beside = sheet.numbers[: corner.top], sheet.numbers[:, : corner.left]
    head[~np.isnan(above)] = above[~np.isnan(above)]
    labels[~np.isnan(beside)] = beside[~np.isnan(beside)]
    down, across = np.divmod(sheet.places, width) if width else (sheet.places, sheet.places)
    texts = np.array(sheet.texts, dtype=object)
    first, left = down < corner.top, across < corner.left
    head[down[first], across[first]] = texts[first]
    labels[down[left], across[left]] = texts[left]
    heads = [[label_text(cell) for cell in row] for row in head]
    _check_corner(heads, corner, path)
    names = [row[corner.left :] for row in heads]
    codes = [[label_text(cell) for cell in row] for row in labels[corner.top :]]
    if not codes:
        raise TableError("the file has a header and no rows", where=path.name, fix="get the file again")
    values = np.array(sheet.numbers[corner.top :, corner.left :])
    inside = ~first & ~left
    at = (down[inside] - corner.top, across[inside] - corner.left)
    return LabelledGrid(
        names, codes, _read(values, at, texts[inside], names, codes, corner, notation, path), upload.sha256
    )


def head_of(path: Path, mapping: FileMapping) -> list[str]:
    """The cells of a file's first row."""
    upload = read_upload(path, mapping=replace(mapping, delimiter=mapping.delimiter or ","), lines=1)
    grid = next(iter(upload.sheets.values()))
    return [label_text(cell) for cell in grid[0]] if len(grid) else [""]


def _read(
    values: np.ndarray, at: tuple[np.ndarray, np.ndarray], texts: np.ndarray, names: list[list[str]],
    codes: list[list[str]], corner: Corner, notation: Notation, path: Path,
) -> np.ndarray:  # fmt: skip
    """The figures, with what is a text read by the notation and 0 where the publisher leaves cells empty by design."""
    cells = values.astype(object) if texts.size else values
    cells[at] = texts
    empty = np.isnan(values)
    empty[at] = [not str(text).strip() for text in texts]
    designed = [(i, j) for i, j in np.argwhere(empty) if corner.blank(codes[i][0], names[-1][j])]
    for i, j in designed:
        cells[i, j] = values[i, j] = 0.0
        empty[i, j] = False
    if not empty.any() and not texts.size:
        return values
    # Only rows that are no plain numbers are looked at cell by cell.
    rows = np.unique(np.concatenate([at[0], np.flatnonzero(empty.any(axis=1))]))
    odd = cells[rows].astype(object)
    odd[empty[rows]] = ""
    frame = pd.DataFrame(odd, [" ".join(codes[i]) for i in rows], _columns(names), dtype=object)
    values[rows] = figures(frame, notation, where=path.name).to_numpy()
    return values


def _check_corner(heads: list[list[str]], corner: Corner, path: Path) -> None:
    if len(heads) < corner.top or len(heads[-1]) <= corner.left:
        raise TableError(
            f"expected a header of {corner.top} rows and {corner.left} columns of codes, then figures",
            where=path.name,
            fix="separate cells by commas, or declare the delimiter or the sheet in a mapping file",
        )


def _columns(names: list[list[str]]) -> list[str]:
    """One name for each column from all its header rows."""
    return [" ".join(dict.fromkeys(n for n in column if n)) for column in zip(*names, strict=True)]
