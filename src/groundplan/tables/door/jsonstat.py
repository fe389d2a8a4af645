"""A JSON-stat 2.0 data set of two long dimensions, as a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.door.grid import absent, repeats
from groundplan.tables.door.parsing.json_cells import CELLS, DIMENSIONS
from groundplan.tables.door.uploads import SheetCells, Upload, read_upload

TIME = "time"


@dataclass(frozen=True, eq=False)
class Cube:
    """Rows × columns as printed, empty where the file has no cell; ``slice`` is the one value of each other dimension.

    Shapes: ``cells`` row × column; ``row_names``, ``column_names`` code → label in the file's language.
    """

    cells: pd.DataFrame
    row_names: pd.Series
    column_names: pd.Series
    slice: dict[str, str]
    path: Path


def read_cube(path: Path, *, rows: str, columns: str, take: Mapping[str, str] = MappingProxyType({})) -> Cube:
    """A JSON-stat data set in which every dimension but ``rows`` and ``columns`` has one value, or the one of ``take``.

    Errors: cut-short JSON, missing parts, dimensions other than asked for, sizes that do not fit their categories,
            repeated codes, cells that are not numbers or lie outside; all at once where one does not hide the other.
    Source: JSON-stat format 2.0 (json-stat.org).
    """
    return cube_in(read_upload(path), rows=rows, columns=columns, take=take)


def cube_in(upload: Upload, *, rows: str, columns: str, take: Mapping[str, str], year: int | None = None) -> Cube:
    """The cube of a JSON-stat data set that the door has read; as ``read_cube``, and of several years ``year``."""
    path = upload.path
    if upload.kind != "json-stat":
        raise _fault(path, "the file is no JSON-stat data set")
    listed = upload.sheets[DIMENSIONS]
    names = list(dict.fromkeys(listed[:, 0]))
    raise_all(absent([rows, columns], names, "dimension", path), where=str(path))
    sizes = [int(listed[listed[:, 0] == name][0, 1]) for name in names]
    labels = {name: _labels(listed[listed[:, 0] == name], name) for name in names}
    if len(labels.get(TIME, ())) > 1 and str(year) in labels[TIME].index:
        take = {TIME: str(year), **take}
    faults: list[GroundplanError] = []
    for name, size in zip(names, sizes, strict=True):
        faults += repeats(labels[name].index, name, path)
        if len(labels[name]) != size:
            faults.append(_fault(path, f"dimension '{name}' has {len(labels[name])} categories, its size says {size}"))
        elif name in take and take[name] not in labels[name].index:
            faults.append(UnknownName(name, take[name], labels[name].index, where=path.name))
        elif size != 1 and name not in (rows, columns, *take):
            what = f"dimension '{name}' has {size} values, expected one: {', '.join(labels[name].index[:6])}"
            faults.append(TableError(what, where=path.name, fix=one_slice(name, labels[name].index)))
    raise_all(faults, where=str(path))
    one = {name: take.get(name, str(labels[name].index[0])) for name in names if name not in (rows, columns)}
    flat = _values(upload.cells[CELLS], int(np.prod(sizes)), path)
    slices = tuple(slice(None) if n not in one else labels[n].index.get_loc(one[n]) for n in names)
    cells = flat.reshape(sizes)[slices]
    if names.index(rows) > names.index(columns):
        cells = cells.T
    return Cube(
        cells=pd.DataFrame(cells, index=labels[rows].index, columns=labels[columns].index),
        row_names=labels[rows],
        column_names=labels[columns],
        slice=one,
        path=path,
    )


def one_slice(name: str, codes: Iterable[object]) -> str:
    """How a user says which value of a dimension is meant."""
    first = next(iter(map(str, codes)), "...")
    return f'download one slice of the table, or say which: [take] {name} = "{first}" in a mapping file'


def _fault(path: Path, what: str) -> TableError:
    return TableError(what, where=path.name, fix="get the publisher's file again, as JSON-stat 2.0")


def _labels(rows: np.ndarray, name: str) -> pd.Series:
    """Code → label of one dimension, in the order of the cells."""
    return pd.Series(list(rows[:, 3]), index=pd.Index(list(rows[:, 2])), dtype=object, name=name)


def _values(sheet: SheetCells, size: int, path: Path) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Cells in order, empty where the file has none."""
    if not sheet.numbers.size:
        raise _fault(path, "the file holds no cells")
    numbers = sheet.numbers if sheet.numbers.shape[1] > 1 else np.hstack([sheet.numbers, sheet.numbers * np.nan])
    position, values = numbers[:, 0], numbers[:, 1]
    odd = {int(place): text for place, text in zip(sheet.places, sheet.texts, strict=True)}
    shown = [odd.get(2 * k, f"{position[k]:.0f}") for k in np.flatnonzero(np.isnan(values))[:10]]
    texts = [odd.get(2 * k + 1, "") for k in np.flatnonzero(np.isnan(values))[:10]]
    outside = ~((position >= 0) & (position < size))
    faults: list[GroundplanError] = [
        _fault(path, f"cell {k}: '{v}' is not a number") for k, v in zip(shown, texts, strict=True)
    ]
    if np.isnan(values).sum() > 10:
        faults.append(_fault(path, f"and {int(np.isnan(values).sum()) - 10} more cells that are not numbers"))
    if outside.any():
        faults.append(_fault(path, f"{int(outside.sum())} cells lie outside the {size} that the sizes allow"))
    raise_all(faults, where=str(path))
    flat = np.full(size, np.nan)
    flat[position.astype(int)] = values
    return flat


def filled(block: pd.DataFrame, totals: pd.Series, what: str) -> tuple[pd.DataFrame, str]:
    """The block without empty cells, and a sentence on what was put there ('' if nothing).

    One empty cell in a row is the row's total less the others; several are read as zero, and the sentence says how many
    and how much they hold at most.
    Units: those of the block.
    """
    empty = block.isna()
    missing = empty.sum(axis=1)
    gap = totals - block.sum(axis=1)
    one, many = missing == 1, missing > 1
    deduced = pd.DataFrame(dict.fromkeys(block.columns, gap))
    result = block.where(~(empty & one.to_numpy()[:, None]), deduced).fillna(0.0)
    if not missing.any():
        return result, ""
    return result, (
        f"In {what} {int(one.sum())} empty cells are their row's total less the other cells; "
        f"{int(missing[many].sum())} more are read as zero, together at most {gap[many].sum():.6g}."
    )
