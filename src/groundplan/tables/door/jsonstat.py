"""A JSON-stat 2.0 data set of two long dimensions, as a frame."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.door.grid import absent, repeats, text_of


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
    data = _parsed(path)
    names: list[str] = data["id"]
    raise_all(absent([rows, columns], names, "dimension", path), where=str(path))
    raise_all(absent(names, data["dimension"], "dimension", path), where=str(path))
    labels = {name: _labels(data["dimension"][name], path, name) for name in names}
    faults: list[GroundplanError] = []
    for name, size in zip(names, data["size"], strict=True):
        faults += repeats(labels[name].index, name, path)
        if len(labels[name]) != size:
            faults.append(_fault(path, f"dimension '{name}' has {len(labels[name])} categories, its size says {size}"))
        elif name in take and take[name] not in labels[name].index:
            faults.append(UnknownName(name, take[name], labels[name].index, where=path.name))
        elif size != 1 and name not in (rows, columns, *take):
            faults.append(_fault(path, f"dimension '{name}' has {size} values, expected one"))
    raise_all(faults, where=str(path))
    one = {name: take.get(name, str(labels[name].index[0])) for name in names if name not in (rows, columns)}
    flat = _values(data["value"], int(np.prod(data["size"])), path)
    slices = tuple(slice(None) if n not in one else labels[n].index.get_loc(one[n]) for n in names)
    cells = flat.reshape(data["size"])[slices]
    if names.index(rows) > names.index(columns):
        cells = cells.T
    return Cube(
        cells=pd.DataFrame(cells, index=labels[rows].index, columns=labels[columns].index),
        row_names=labels[rows],
        column_names=labels[columns],
        slice=one,
        path=path,
    )


def _fault(path: Path, what: str) -> TableError:
    return TableError(what, where=path.name, fix="get the publisher's file again, as JSON-stat 2.0")


def _parsed(path: Path) -> Mapping[str, Any]:
    """The file as JSON with the parts that a data set has."""
    try:
        data = json.loads(text_of(path))
    except json.JSONDecodeError as error:
        raise _fault(
            path, f"the file is not whole JSON: it breaks at line {error.lineno}, column {error.colno}"
        ) from None
    if not isinstance(data, dict):
        raise _fault(path, "the file is JSON, not a JSON-stat data set")
    raise_all(absent(["id", "size", "dimension", "value"], data, "part", path), where=str(path))
    kinds: tuple[tuple[str, type], ...] = (("id", str), ("size", int))
    faults = [
        _fault(path, f"'{part}' is not a list of {kind.__name__}")
        for part, kind in kinds
        if not isinstance(data[part], list) or not all(isinstance(x, kind) for x in data[part])
    ]
    if not isinstance(data["dimension"], dict):
        faults.append(_fault(path, "'dimension' is not an object of dimensions"))
    raise_all(faults, where=str(path))
    if len(data["id"]) != len(data["size"]):
        raise _fault(path, f"{len(data['id'])} dimensions are named, {len(data['size'])} sizes given")
    return data


def _labels(dimension: object, path: Path, name: str) -> pd.Series:
    """Code → label of one dimension, in the order of the cells."""
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        raise _fault(path, f"dimension '{name}' has no categories")
    text = category.get("label")
    text = text if isinstance(text, dict) else {}
    index = category.get("index", list(text))
    if isinstance(index, dict) and all(isinstance(place, int) for place in index.values()):
        codes = sorted(index, key=index.__getitem__)
    elif isinstance(index, list) and all(isinstance(code, str) for code in index):
        codes = index
    else:
        raise _fault(path, f"the categories of dimension '{name}' have no order")
    if not codes:
        raise _fault(path, f"dimension '{name}' has no categories")
    return pd.Series([str(text.get(code, code)) for code in codes], index=pd.Index(codes), dtype=object, name=name)


def _values(value: object, size: int, path: Path) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Cells in order, empty where the file has none; a list holds all cells, an object some by position."""
    by_position = value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
    text = pd.Series(list(by_position.values()), index=pd.Index(list(by_position), dtype=object), dtype=object)
    number = pd.to_numeric(text, errors="coerce")
    position = pd.to_numeric(pd.Series(list(by_position), dtype=object), errors="coerce").to_numpy(dtype=float)
    bad = text[text.notna() & ~np.isfinite(number)]
    outside = ~((position >= 0) & (position < size))
    faults: list[GroundplanError] = [_fault(path, f"cell {k}: '{v}' is not a number") for k, v in bad[:10].items()]
    if len(bad) > 10:
        faults.append(_fault(path, f"and {len(bad) - 10} more cells that are not numbers"))
    if outside.any():
        faults.append(_fault(path, f"{int(outside.sum())} cells lie outside the {size} that the sizes allow"))
    if not by_position:
        faults.append(_fault(path, "the file holds no cells"))
    raise_all(faults, where=str(path))
    flat = np.full(size, np.nan)
    flat[position.astype(int)] = number.to_numpy(dtype=float)
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
