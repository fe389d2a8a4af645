"""JSON as plain cells: a JSON-stat data set as two sheets, its dimensions and its cells; a list of records as a table.

The sheet ``dimensions`` has a row for each category: dimension, size as the file says it, code, label. The sheet
``cells`` has a row for each cell: its place among all, counted from 0, and what stands in it.
Source: JSON-stat format 2.0 (json-stat.org).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.tables.door.parsing.containers import Limits
from groundplan.tables.door.parsing.packed import ParsedFile, packed

DIMENSIONS, CELLS = "dimensions", "cells"
PARTS = ("id", "size", "dimension", "value")
Row = list[float | str]
# Codes may be long; what has more digits than these is no figure and no code.
DIGITS = 40


def read_json(text: str, name: str, limits: Limits) -> ParsedFile:
    """The cells of a JSON text.

    Errors: cut-short JSON, JSON of another form, parts that are missing or of another kind, categories without an
            order; all at once where one does not hide the other.
    """
    try:
        data = json.loads(text, parse_int=whole_number)
    except json.JSONDecodeError as error:
        raise _fault(f"the file is not whole JSON: it breaks at line {error.lineno}, column {error.colno}") from None
    except ValueError as error:
        raise _fault(f"the file is JSON with {error}") from None
    except RecursionError:
        raise _fault("the file is JSON with lists in lists without end") from None
    if isinstance(data, list) and data and all(isinstance(record, dict) for record in data):
        return ParsedFile("json", [name], [packed(name, _records(data), limits)])
    if not isinstance(data, dict):
        raise _fault("the file is JSON, not a JSON-stat data set")
    raise_all([_lacking(part, data) for part in PARTS if part not in data])
    _check(data)
    dimensions = [row for d, size in zip(data["id"], data["size"], strict=True) for row in _categories(data, d, size)]
    cells = packed(CELLS, _cells(data["value"]), limits)
    return ParsedFile("json-stat", [DIMENSIONS, CELLS], [packed(DIMENSIONS, dimensions, limits), cells])


def whole_number(digits: str) -> int:
    """An integer of a JSON text; ``ValueError`` for one so long that no number of ours holds it.

    >>> whole_number("-12")
    -12
    """
    if len(digits) > DIGITS:
        raise ValueError(f"an integer of {len(digits)} digits, which is too large")
    return int(digits)


def _fault(what: str) -> TableError:
    return TableError(what, fix="get the publisher's file again, as JSON-stat 2.0")


def _lacking(part: str, data: Mapping[str, Any]) -> TableError:
    near = get_close_matches(part, list(map(str, data)), n=1, cutoff=0.5)
    return _fault(f"expected part '{part}', found no such part" + (f"; nearest: '{near[0]}'" if near else ""))


def _check(data: Mapping[str, Any]) -> None:
    kinds: tuple[tuple[str, type], ...] = (("id", str), ("size", int))
    faults: list[GroundplanError] = [
        _fault(f"'{part}' is not a list of {kind.__name__}")
        for part, kind in kinds
        if not isinstance(data[part], list) or not all(isinstance(x, kind) for x in data[part])
    ]
    if not isinstance(data["dimension"], dict):
        faults.append(_fault("'dimension' is not an object of dimensions"))
    raise_all(faults)
    if len(data["id"]) != len(data["size"]):
        raise _fault(f"{len(data['id'])} dimensions are named, {len(data['size'])} sizes given")
    raise_all([_fault(f"'dimension' lacks '{name}'") for name in data["id"] if name not in data["dimension"]])


def _categories(data: Mapping[str, Any], name: str, size: int) -> Iterator[Row]:
    """The categories of one dimension, in the order of the cells."""
    dimension = data["dimension"][name]
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        raise _fault(f"dimension '{name}' has no categories")
    words = category.get("label")
    words = words if isinstance(words, dict) else {}
    index = category.get("index", list(words))
    if isinstance(index, dict) and all(isinstance(place, int) for place in index.values()):
        codes = sorted(index, key=index.__getitem__)
    elif isinstance(index, list) and all(isinstance(code, str) for code in index):
        codes = index
    else:
        raise _fault(f"the categories of dimension '{name}' have no order")
    if not codes:
        raise _fault(f"dimension '{name}' has no categories")
    for code in codes:
        yield [name, _number(size), code, str(words.get(code, code))]


def _cells(value: object) -> Iterator[Row]:
    """Place and content; a list has all cells, an object some by their place. Empty cells are passed over."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for place, cell in pairs:
        if cell is not None:
            at = str(place)
            yield [float(at) if at.isascii() and at.isdigit() and len(at) < 16 else at, _cell(cell)]


def _records(records: list[dict[str, Any]]) -> Iterator[Row]:
    names = list(dict.fromkeys(key for record in records for key in record))
    yield list(names)
    for record in records:
        yield [_cell(record.get(name)) for name in names]


def _cell(value: object) -> float | str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return _number(value)


def _number(value: int | float) -> float | str:
    """A finite double, or what cannot be one as text."""
    try:
        number = float(value)
    except OverflowError:
        return str(value)[:40]
    return number if number - number == 0.0 else str(value)
