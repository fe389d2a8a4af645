"""Text files of users: which bytes mean which letters, which mark parts the cells. Neither is guessed.

A byte-order mark decides. Without one the bytes are UTF-8, or the encoding was declared. The delimiter was declared, or
the header has only one that it can be.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from array import array
from collections.abc import Iterator
from typing import Any

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.door.parsing.containers import ReadingOrder
from groundplan.tables.door.parsing.packed import NAN, ParsedSheet, packed, too_long

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Told where UTF-8 fails, in this order: the narrow ones first, for the last accept nearly anything.
CANDIDATES = ("cp949", "gb18030", "cp932", "big5", "cp1251", "cp1250", "cp1252")
DELIMITERS = {",": "','", ";": "';'", "\t": "'\\t'", "|": "'|'"}
SHOWN = 10
# Eurostat's TSV names its dimensions in one cell: "freq,unit,geo\\TIME_PERIOD", then tabs.
CROSSED = re.compile(r'"?[\w,: ]+\\[\w: ]+"?\t')
HEADER, RECORDS = "header", "records"
_NO_FIGURES = {ord(letter): None for letter in "0123456789.+-eE \t"}


def decoded(data: bytes, encoding: str | None) -> str:
    """The text in ``data``; ``encoding`` is what the user declared.

    Errors: bytes that are not UTF-8 where nothing was declared, with the encodings that fit and how each reads the
            first line; bytes that the declared encoding does not know; an encoding that does not exist.
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(name)
            except UnicodeDecodeError as error:
                what = f"the file begins as {name.upper()} and is not (byte {error.start})"
                raise TableError(what, fix="it may be cut short: get the file again") from None
    try:
        text = data.decode(encoding or "utf-8")
    except LookupError:
        raise UnknownName("encoding", encoding, ("utf-8", "utf-16-le", "utf-16-be", *CANDIDATES)) from None
    except UnicodeError as error:
        if encoding:
            what = f"the file is not {encoding} text: {error}"
            raise TableError(what, fix="declare another encoding" + _candidates(data)) from None
        fix = "declare its encoding" + _candidates(data)
        raise TableError(f"the file is not UTF-8 text (byte {error.start})", fix=fix) from None  # type: ignore[attr-defined]
    if "\0" in text:
        fix = 'if it is UTF-16 without a mark, declare encoding = "utf-16-le" or "utf-16-be"'
        raise TableError(f"the file holds zero bytes and is no text (letter {text.index(chr(0))})", fix=fix)
    return text


def _candidates(data: bytes) -> str:
    """The encodings in which all bytes are letters, each with the words that it makes of the first ones not ASCII."""
    readings = []
    for name in CANDIDATES:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        strange = re.search(r"[^\x00-\x7f][^,;\t|\r\n\"]{0,15}", text)
        if strange and "\0" not in text and all(letter.isprintable() for letter in strange[0]):
            readings.append(f"encoding = \"{name}\" reads '{strange[0]}'")
    return ": " + "; ".join(readings) if readings else ""


def text_sheets(text: str, order: ReadingOrder) -> tuple[list[ParsedSheet], list[str]]:
    """Delimited text as a sheet, every row as long as the header unless the order says otherwise; and notes.

    Empty lines are passed over; in the head above a corner, and where lines may be uneven, they stay in their places.
    Errors: no text; a header that can be parted in several ways or in none; more columns,
    cells or letters in a cell than the limits allow; a quotation that never ends; rows that are longer or shorter, the
    first ten and their count.
    """
    limits = order.limits
    head = text.lstrip().split("\n", 1)[0]
    if not head.strip():
        raise TableError("the file is empty", fix="get the file again")
    mark = order.delimiter or (_common_delimiter(text, head) if order.uneven else _delimiter(head))
    if order.uneven and text.count('"') % 2:
        raise TableError("a quotation mark is never closed", fix="check the quotation marks of the file")
    lines = _Lines(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=not order.uneven), order)
    before = csv.field_size_limit(limits.letters)
    try:
        if order.records:
            sheets = lines.records(order.records)
        elif order.corner is not None:
            sheets = [lines.figures(order.corner)]
        else:
            sheets = [packed(order.name, lines.rows(), limits)]
    finally:
        csv.field_size_limit(before)
    raise_all(lines.faults())
    return sheets, [f"{lines.empty} empty lines were passed over."] if lines.empty else []


class _Lines:
    """The lines of a delimited text on their way into a sheet, and what is wrong with them."""

    def __init__(self, reader: Any, order: ReadingOrder) -> None:
        self.reader, self.order = reader, order
        self.width = self.count = self.empty = 0
        self.uneven: list[tuple[int, str, int]] = []

    def rows(self) -> Iterator[list[str]]:
        """The filled lines, one by one."""
        limits = self.order.limits
        try:
            for row in self.reader:
                if self.order.lines is not None and self.count >= self.order.lines:
                    return
                if len(row) > limits.columns:
                    raise TableError(
                        f"line {self.reader.line_num} has {len(row):,} columns; the limit is {limits.columns:,}",
                        fix="check the delimiter; a table has its industries in rows too",
                    )
                if not any(row) or not any(cell.strip() for cell in row):
                    self.empty += bool(row)
                    if not ((row and self.count < self._titles()) or self.order.uneven):
                        continue
                    row = [""] * (self.width or len(row))
                self.count += 1
                self.width = self.width or len(row)
                if len(row) != self.width:
                    self.uneven.append((self.reader.line_num, row[0].strip()[:40], len(row)))
                if self.count * (1 if self.order.records else self.width) > limits.cells:
                    raise TableError(f"the file has more than {limits.cells:,} cells", fix="split the table")
                yield row
        except csv.Error as error:
            what = f"line {self.reader.line_num}: {error}"
            if "field larger" in str(error):
                what = f"line {self.reader.line_num}: a cell of more than {limits.letters:,} letters"
            raise TableError(what, fix="check the quotation marks of the line") from None
        if not self.count or (self.count <= self.empty and self.order.uneven):
            raise TableError("the file has no filled cell", fix="get the file again")

    def _titles(self) -> int:
        """Rows of the head that stay where they are when they are empty."""
        return self.order.corner[0] if self.order.corner else 0

    def figures(self, corner: tuple[int, int]) -> ParsedSheet:
        """A sheet whose cells below and right of the corner are numbers wherever they are plain ones."""
        top, left = corner
        numbers, places, texts = array("d"), array("q"), list[str]()
        for k, row in enumerate(self.rows()):
            if self.uneven and self.order.uneven:
                raise TableError("lines differ in length", fix="give a table with a header over all its columns")
            figures = None if k < top else _doubles(row[left:])
            cells = row if figures is None else row[:left]
            for j, cell in enumerate(cells):
                value = _double(cell) if k >= top and j >= left else None
                numbers.append(NAN if value is None else value)
                if value is None and cell:
                    if len(cell) > self.order.limits.letters:
                        raise too_long(self.order.name, k, j, len(cell), self.order.limits)
                    places.append(k * self.width + j)
                    texts.append(cell)
            if figures is not None:
                numbers.extend(figures)
            if self.uneven:
                numbers = numbers[: self.width * (k + 1)]
                numbers.extend([NAN] * (self.width * (k + 1) - len(numbers)))
        return ParsedSheet(self.order.name, self.count, self.width, numbers, places, texts)

    def records(self, names: tuple[str, ...]) -> list[ParsedSheet]:
        """The columns of a list of records: a sheet of numbers, and for each column of texts a sheet of its texts.

        In the first sheet the number of a text is its place in its own sheet, counted from 0; the last column has the
        values. Columns that the header lacks come as sheets without a row.
        """
        lines = self.rows()
        header = [cell.strip() for cell in next(lines)]
        lacking = [name for name in names if name not in header]
        if lacking:
            return [ParsedSheet(HEADER, 1, len(header), array("d", [NAN] * len(header)), *_all_texts(header))]
        *at, value_at = (header.index(name) for name in names)
        numbers, places, texts = array("d"), array("q"), list[str]()
        codes: list[dict[str, int]] = [{} for _ in at]
        width = len(names)
        for k, row in enumerate(lines):
            if len(row) != self.width:
                continue
            numbers.extend([code.setdefault(row[j], len(code)) for j, code in zip(at, codes, strict=True)])
            value = _double(row[value_at])
            numbers.append(NAN if value is None else value)
            if value is None and row[value_at]:
                places.append((k + 1) * width - 1)
                texts.append(row[value_at])
        count = len(numbers) // width
        listed = [
            ParsedSheet(name, len(code), 1, array("d", [NAN] * len(code)), *_all_texts(list(code)))
            for name, code in zip(names, codes, strict=False)
        ]
        return [ParsedSheet(RECORDS, count, width, numbers, places, texts), *listed]

    def faults(self) -> list[GroundplanError]:
        """Lines of another length than the header, where they must not be."""
        if self.order.uneven:
            return []
        faults: list[GroundplanError] = [
            TableError(
                f"line {n}" + (f", '{name}'," if name else "") + f" has {length} cells, the header has {self.width}",
                fix="the file may be cut short, or a number may hold the mark that parts the cells: quote it",
            )
            for n, name, length in self.uneven[:SHOWN]
        ]
        if len(self.uneven) > SHOWN:
            faults.append(TableError(f"and {len(self.uneven) - SHOWN} more lines of another length"))
        return faults


def _all_texts(texts: list[str]) -> tuple[array[int], list[str]]:
    return array("q", range(len(texts))), texts


def _doubles(cells: list[str]) -> array[float] | None:
    """All cells as numbers where every one is a plain number with a point, else None."""
    if "".join(cells).translate(_NO_FIGURES):
        return None
    try:
        return array("d", map(float, cells))
    except ValueError:
        return None


def _double(cell: str) -> float | None:
    if cell.translate(_NO_FIGURES):
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def _delimiter(head: str) -> str:
    """The one mark that parts the header."""
    if CROSSED.match(head):
        return "\t"
    bare = re.sub(r'"(?:[^"]|"")*"', "", head)
    marks = [mark for mark in DELIMITERS if mark in bare]
    if len(marks) == 1:
        return marks[0]
    if not marks:
        raise TableError(
            "the header has no comma, semicolon, tab or bar: its cells cannot be told apart",
            fix="save the file as CSV, or declare the mark: delimiter = ...",
        )
    listed = " and ".join(DELIMITERS[mark] for mark in marks)
    raise TableError(
        f"the header has {listed}: what parts the cells is not clear",
        fix='declare it, for example delimiter = ";" in a mapping file',
    )


def _common_delimiter(text: str, head: str) -> str:
    """The one mark that parts most of the first lines, titles above the header apart."""
    lines = [re.sub(r'"(?:[^"]|"")*"', "", line) for line in text.split("\n", 51)[:50] if line.strip()]
    marks = [mark for mark in DELIMITERS if 2 * sum(mark in line for line in lines) > len(lines)]
    return marks[0] if len(marks) == 1 else _delimiter(head)
