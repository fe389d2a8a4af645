"""Text files of users: which bytes mean which letters, which mark parts the cells. Neither is guessed.

A byte-order mark decides. Without one the bytes are UTF-8, or the encoding was declared. The delimiter was declared, or
the header has only one that it can be.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.door.containers import Limits

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


def rows(text: str, delimiter: str | None, limits: Limits) -> list[list[str]]:
    """The cells of delimited text, every row as long as the header; empty lines are passed over.

    Errors: no text; a header that can be parted in several ways or in none; more columns or cells than ``limits``
            allow; a quotation that never ends; rows that are longer or shorter, the first ten and their count.
    """
    head = text.lstrip().split("\n", 1)[0]
    if not head.strip():
        raise TableError("the file is empty", fix="get the file again")
    mark = delimiter or _delimiter(head)
    out: list[list[str]] = []
    ragged: list[tuple[int, int]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for row in reader:
            if len(row) > limits.columns:
                raise TableError(
                    f"line {reader.line_num} has {len(row):,} columns; the limit is {limits.columns:,}",
                    fix="check the delimiter; a table has its industries in rows too",
                )
            if not any(cell.strip() for cell in row):
                continue
            out.append(row)
            if len(row) != len(out[0]):
                ragged.append((reader.line_num, len(row)))
            if len(out) * len(out[0]) > limits.cells:
                raise TableError(f"the file has more than {limits.cells:,} cells", fix="split the table")
    except csv.Error as error:
        raise TableError(f"line {reader.line_num}: {error}", fix="check the quotation marks of the line") from None
    if not out:
        raise TableError("the file has no filled cell", fix="get the file again")
    faults: list[GroundplanError] = [
        TableError(
            f"line {n} has {length} cells, the header has {len(out[0])}",
            fix="the file may be cut short, or a number may hold the mark that parts the cells: quote it",
        )
        for n, length in ragged[:SHOWN]
    ]
    if len(ragged) > SHOWN:
        faults.append(TableError(f"and {len(ragged) - SHOWN} more lines of another length"))
    raise_all(faults)
    return out


def _delimiter(head: str) -> str:
    """The one mark that parts the header."""
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
