"""The process that parses a user's file: bytes come in, plain cells or faults go out, and nothing else.

Started by ``uploads`` as ``python -P -m groundplan.tables.door.parsing.child ORDER`` with the file on its standard
input. It holds itself to the limits of the order before it looks at the file. The answer is one line of JSON and then,
sheet by sheet, the cells: numbers as IEEE doubles (NaN where the cell is text), places of texts as 64-bit integers, the
texts as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any, BinaryIO

from groundplan.errors import GroundplanError, TableError
from groundplan.tables.door.parsing.containers import Limits, ReadingOrder, SheetSize
from groundplan.tables.door.parsing.packed import ParsedFile
from groundplan.tables.door.parsing.unpacked import read_data


def main(order: ReadingOrder, source: BinaryIO, target: BinaryIO) -> None:
    """Read the file on ``source`` as the order says; write the answer to ``target``."""
    limits = order.limits
    hold_to(limits)
    try:
        book = read_data(source.read(), order)
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


def hold_to(limits: Limits) -> None:
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


def _answer(book: ParsedFile | None, faults: list[GroundplanError], target: BinaryIO) -> None:
    head: dict[str, Any] = {"faults": [[f.what, f.where, f.fix] for f in faults]}
    texts = [] if book is None else [json.dumps(sheet.texts).encode("ascii") for sheet in book.sheets]
    if book is not None:
        sheets = [
            SheetSize(sheet.name, sheet.rows, sheet.columns, len(sheet.places), len(said))
            for sheet, said in zip(book.sheets, texts, strict=True)
        ]
        head |= {"kind": book.kind, "names": book.names, "notes": book.notes, "sheets": sheets}
    target.write(json.dumps(head).encode("ascii") + b"\n")
    for sheet, said in zip(book.sheets if book else (), texts, strict=True):
        sheet.numbers.tofile(target)
        sheet.places.tofile(target)
        target.write(said)
    target.flush()


if __name__ == "__main__":
    main(ReadingOrder.read(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
