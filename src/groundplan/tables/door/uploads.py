"""Files of users, which may be hostile: parsed in a child process under limits, handed over as plain cells.

The parent reads the bytes, hashes them and passes them on; it never parses them. What comes back is numbers and texts,
checked for size, nothing that is executed or unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.reading_bounds import refuse_outside
from groundplan.tables.door.guarding import MEMORY, PROCESSOR, guarded
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.door.parsing.containers import Limits, ReadingOrder, SheetSize

LIMITS = Limits()
SMALLER = "copy the sheet that holds the table to a new workbook, or save it as CSV"
# What the package itself brings is parsed by the same code, without a process of its own.
OWN = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, eq=False)
class SheetCells:
    """A sheet from A1 on: ``numbers`` row × column, NaN where a cell is a text or empty; ``texts`` at ``places``.

    ``places`` are counted along the rows, from 0.
    """

    numbers: np.ndarray
    places: np.ndarray
    texts: list[str]

    @cached_property
    def grid(self) -> np.ndarray:
        """Every cell, a float or a text, "" where it is empty."""
        flat = self.numbers.ravel()
        cells = flat.astype(object)
        cells[np.isnan(flat)] = ""
        cells[self.places] = np.array(self.texts, dtype=object)
        return cells.reshape(self.numbers.shape)


@dataclass(frozen=True, eq=False)
class Upload:
    """A user's file as plain cells.

    ``cells``: sheet name → its cells; ``names`` are all sheets of the file, read or not; ``kind`` is csv, json,
    json-stat, text, zip, xlsx, xlsb, xls or ods; ``notes`` say what was not followed or passed over, one sentence each.
    """

    path: Path
    sha256: str
    kind: str
    names: tuple[str, ...]
    cells: dict[str, SheetCells]
    notes: tuple[str, ...]

    @cached_property
    def sheets(self) -> dict[str, np.ndarray]:
        """Sheet name → object array (row × column, from A1) of floats and texts, "" where empty."""
        return {name: sheet.grid for name, sheet in self.cells.items()}


def read_upload(
    path: Path,
    *,
    sheets: Sequence[str] = (),
    mapping: FileMapping = NOTHING,
    limits: Limits = LIMITS,
    corner: tuple[int, int] | None = None,
    uneven: bool = False,
    whole: bool = False,
    lines: int | None = None,
    records: tuple[str, ...] = (),
) -> Upload:
    """The ``sheets`` of a user's file that it has; without names the mapping's sheet, or the only one.

    The kind is told from the bytes, not from the name. ``corner``, ``uneven``, ``whole``, ``lines`` and ``records``
    are those of ``ReadingOrder``. The child process is held to ``limits``: memory, processor time, wall time and file
    size (``guarding``); files that the package brings are parsed by the same code in this process.
    Errors: all that ``parsing`` refuses; no such file; too large; a file that takes longer or more than the limits
            allow. An interruption stops the child too.
    """
    where = str(path)
    data = bytes_of(path, limits)
    wanted = tuple(sheets) or ((mapping.sheet,) if mapping.sheet else ())
    order = ReadingOrder(
        path.stem, wanted, mapping.encoding, mapping.delimiter, limits, corner=corner, uneven=uneven, whole=whole,
        lines=lines, records=records,
    )  # fmt: skip
    answer = _parsed_here(order, data, where) if is_own(path) else _parsed_apart(order, data, where)
    upload = Upload(path, hashlib.sha256(data).hexdigest(), *answer)
    asked = mapping.sheet if mapping.sheet in wanted and upload.kind not in ("csv", "json", "text") else None
    if asked is not None and asked not in upload.cells:
        raise UnknownName("sheet", mapping.sheet, upload.names, where=where)
    if "" in mapping.notation.zeros:
        check_empty_is_zero(upload.kind, where)
    return upload


def is_own(path: Path) -> bool:
    """Whether the package brings the file."""
    return path.resolve().is_relative_to(OWN)


Answer = tuple[str, tuple[str, ...], dict[str, SheetCells], tuple[str, ...]]


def _parsed_here(order: ReadingOrder, data: bytes, where: str) -> Answer:
    """The cells of a file of the package, parsed in this process."""
    from groundplan.tables.door.parsing.unpacked import read_data

    try:
        book = read_data(data, order)
    except GroundplanError as error:
        raise_all([TableError(f.what, where=f.where or where, fix=f.fix) for f in error.parts], where=where)
        raise
    cells = {
        sheet.name: SheetCells(
            np.frombuffer(sheet.numbers, dtype=np.float64).reshape(sheet.rows, sheet.columns),
            np.frombuffer(sheet.places, dtype=np.int64),
            sheet.texts,
        )
        for sheet in book.sheets
    }
    return book.kind, tuple(book.names), cells, tuple(book.notes)


def _parsed_apart(order: ReadingOrder, data: bytes, where: str) -> Answer:
    """The cells of a file as a child process under limits hands them over."""
    with tempfile.TemporaryFile() as answer:
        run_apart("groundplan.tables.door.parsing.child", order.text(), order.limits, data, answer, where)
        answer.seek(0)
        head = _head(answer, where)
        raise_all([TableError(what, where=at or where, fix=fix) for what, at, fix in head["faults"]], where=where)
        cells = {size.name: _sheet(answer, size, where) for size in map(SheetSize._make, head["sheets"])}
    return head["kind"], tuple(head["names"]), cells, tuple(head["notes"])


def check_empty_is_zero(kind: str, where: str) -> None:
    """Refuse to take empty cells for 0 in kinds of workbook whose errors (#REF!) the parser shows as empty cells."""
    if kind in ("xls", "xlsb", "ods"):
        what = f"empty cells are declared to be 0, and in .{kind} files a cell with an error looks empty too"
        raise TableError(what, where=where, fix="save the workbook as .xlsx, or as CSV")


def bytes_of(path: Path, limits: Limits) -> bytes:
    """The bytes of a plain file that is not too large."""
    where = str(path)
    refuse_outside(path)
    try:
        if path.exists() and not path.is_file():
            raise TableError("it is no file", where=where, fix="give the file itself")
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    except FileNotFoundError:
        raise TableError("there is no such file", where=where, fix="check the path") from None
    except OSError as error:
        raise TableError(f"the file cannot be read: {error.strerror or error}", where=where) from None
    if len(data) > limits.file_bytes:
        what = f"the file has more than {limits.file_bytes:,} bytes"
        raise TableError(what, where=where, fix=SMALLER)
    if data.startswith(b"PRIVATE+KEY+"):
        raise TableError("it is a key that signs, and no table", where=where, fix="give the table")
    if not data.strip(b"\0\r\n\t "):
        raise TableError("the file is empty", where=where, fix="get the file again")
    return data


def run_apart(module: str, order: str, limits: Limits, data: bytes, answer: BinaryIO, where: str) -> None:
    """Let a module's process read ``data`` and write to ``answer``; it is gone when this returns, whatever happens.

    Raises ``TableError`` where it takes more than ``limits``, which it holds itself to, or breaks off.
    """
    home = str(Path(__file__).parents[3])
    module_path = os.pathsep.join(p for p in (home, os.environ.get("PYTHONPATH", "")) if p)
    # -P keeps the folder that the user stands in out of the child's path.
    command = [sys.executable, "-P", "-m", module, order]
    environ = {**os.environ, "PYTHONPATH": module_path}
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=answer, stderr=said, env=environ) as child,
    ):
        try:
            with guarded(child, limits) as guard:
                child.communicate(data, timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired:
            what = f"reading the file takes longer than {limits.wall_seconds:g} seconds"
            raise TableError(what, where=where, fix=SMALLER) from None
        finally:
            child.kill()
            child.wait()
        said.seek(0)
        if child.returncode:
            raise _stopped(child.returncode, said.read().decode("utf-8", "replace"), limits, where, guard.stopped)


def _stopped(code: int, said: str, limits: Limits, where: str, stopped: str) -> TableError:
    """Why the child ended without an answer; ``stopped`` is what its guard says of it."""
    last = said.strip().splitlines()[-1:] or ["it said nothing"]
    if stopped == MEMORY or code == -6 or "memory" in said.lower():
        what = f"reading the file takes more than {limits.memory_bytes:,} bytes of memory"
    elif stopped == PROCESSOR or code in (-24, -9):
        what = f"reading the file takes more than {limits.cpu_seconds} seconds of processor time"
    else:
        what = f"the process that reads the file broke off (code {code}): {last[0][:200]}"
    return TableError(what, where=where, fix=SMALLER)


def _head(answer: BinaryIO, where: str) -> dict[str, Any]:
    line = answer.readline()
    try:
        head: dict[str, Any] = json.loads(line)
    except ValueError:
        raise TableError("the process that reads the file gave no answer", where=where, fix=SMALLER) from None
    return head


def _sheet(answer: BinaryIO, size: SheetSize, where: str) -> SheetCells:
    """One sheet of the answer."""
    count = size.rows * size.columns
    numbers = np.frombuffer(answer.read(8 * count), dtype=np.float64)
    places = np.frombuffer(answer.read(8 * size.places), dtype=np.int64)
    texts = answer.read(size.texts)
    faults: list[GroundplanError] = []
    if len(numbers) != count or len(places) != size.places or len(texts) != size.texts:
        faults.append(TableError("the answer of the process that reads the file is cut short", where=where))
    raise_all(faults, where=where)
    return SheetCells(numbers.reshape(size.rows, size.columns), places, json.loads(texts))
