"""The process that parses a user's file: bytes come in, plain cells or faults go out, and nothing else.

Started by ``uploads`` as ``python -P -m groundplan.tables.door.child ORDER`` with the file on its standard input. It
holds itself to the limits of the order before it looks at the file. The answer is one line of JSON and then, sheet by
sheet, the cells: numbers as IEEE doubles (NaN where the cell is text), places of texts as 64-bit integers, the texts as
JSON.
"""

from __future__ import annotations

import json
import sys
from array import array
from typing import Any, BinaryIO

from groundplan.errors import GroundplanError, TableError
from groundplan.tables.door.containers import Limits, ReadingOrder, SheetSize
from groundplan.tables.door.delimited import decoded, rows
from groundplan.tables.door.workbook import ParsedSheet, ParsedWorkbook, is_workbook, read_workbook

NAN = float("nan")


def main(order: ReadingOrder, source: BinaryIO, target: BinaryIO) -> None:
    """Read the file on ``source`` as the order says; write the answer to ``target``."""
    limits = order.limits
    _hold(limits)
    try:
        book = _book(source.read(), order)
        faults: list[GroundplanError] = []
    except GroundplanError as error:
        book, faults = None, list(error.parts)
    except MemoryError:
        what = f"reading the file takes more than {limits.memory_bytes:,} bytes of memory"
        book, faults = None, [TableError(what, fix="copy the sheet that holds the table to a new workbook")]
    except BaseException as error:  # a panic of the parser is no Exception
        what = f"the file is broken: {type(error).__name__}: {str(error)[:200]}"
        book, faults = None, [TableError(what, fix="open it in a spreadsheet program and save it again")]
    _answer(book, faults, target)


def _book(data: bytes, order: ReadingOrder) -> ParsedWorkbook:
    if is_workbook(data):
        return read_workbook(data, order.sheets, order.limits)
    table: list[list[float | str]] = [
        list(row) for row in rows(decoded(data, order.encoding), order.delimiter, order.limits)
    ]
    return ParsedWorkbook("csv", [order.name], [ParsedSheet(order.name, table)])


def _hold(limits: Limits) -> None:
    """Limits of the operating system on this process; where it has none (Windows) the parent's clock is the limit."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 2 * limits.memory_bytes),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _answer(book: ParsedWorkbook | None, faults: list[GroundplanError], target: BinaryIO) -> None:
    head: dict[str, Any] = {"faults": [[f.what, f.where, f.fix] for f in faults]}
    packed = [] if book is None else [(sheet, *_packed(sheet)) for sheet in book.sheets]
    if book is not None:
        sheets = [
            SheetSize(sheet.name, len(sheet.rows), len(sheet.rows[0]) if sheet.rows else 0, len(places), len(texts))
            for sheet, _, places, texts in packed
        ]
        head |= {"kind": book.kind, "names": book.names, "notes": book.notes, "sheets": sheets}
    target.write(json.dumps(head).encode("ascii") + b"\n")
    for _, numbers, places, texts in packed:
        numbers.tofile(target)
        places.tofile(target)
        target.write(texts)
    target.flush()


def _packed(sheet: ParsedSheet) -> tuple[array[float], array[int], bytes]:
    """Numbers of all cells, places of the texts that are not empty, and these texts."""
    numbers, places, texts, start = array("d"), array("q"), [], 0
    for row in sheet.rows:
        numbers.extend([c if isinstance(c, float) else NAN for c in row])
        at = [(start + k, c) for k, c in enumerate(row) if isinstance(c, str) and c]
        places.extend([k for k, _ in at])
        texts += [c for _, c in at]
        start += len(row)
    return numbers, places, json.dumps(texts).encode("ascii")


if __name__ == "__main__":
    main(ReadingOrder.read(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
