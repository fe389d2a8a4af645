"""What a file may take, and the preflight of zip containers: what a workbook claims to be, checked before it is parsed.

The sizes that a zip file states may be lies, so every part is inflated in a stream, counted and thrown away. Nothing is
written to disk and no part is held whole.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import NamedTuple

from groundplan.errors import TableError

CHUNK = 1 << 18
# Rows of equal cells pack about 100 to 1, deflate's best is 1032 to 1; parts below this size may be packed as hard.
SMALL = 1 << 20
XML = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
XML_NAMES = (".xml", ".rels", ".vml")
AGAIN = "get the file again, or save it again as .xlsx"


@dataclass(frozen=True)
class Limits:
    """The most that one file of a user may take; each can be set.

    ``file_bytes`` of the file, ``unpacked_bytes`` of all parts of a workbook together, ``entries`` parts, ``ratio``
    of unpacked to packed size of a part, ``cells`` of a sheet from A1 to its last cell, ``columns`` of a sheet,
    ``letters`` of a cell (a spreadsheet's own limit);
    ``memory_bytes``, ``cpu_seconds`` and ``wall_seconds`` of the process that parses.
    """

    file_bytes: int = 200_000_000
    unpacked_bytes: int = 500_000_000
    entries: int = 5_000
    ratio: int = 200
    cells: int = 20_000_000
    columns: int = 16_384
    letters: int = 32_767
    memory_bytes: int = 2_000_000_000
    cpu_seconds: int = 120
    wall_seconds: float = 180.0


@dataclass(frozen=True)
class ReadingOrder:
    """What the process that parses a file is told.

    ``name`` of the table in a text file; ``sheets`` wanted of a workbook or of a zip of text files, none for its only
    one; ``encoding`` and ``delimiter`` as the user declared them, None where he did not. ``corner``: rows and columns
    of labels of a text file whose other cells are plain numbers with points, to be handed over as numbers; None hands
    over every cell as it is written. ``uneven``: lines of a text file may differ in length and are filled up.
    ``whole``: the text is one cell. ``lines``: only so many lines of a text are read. ``records``: a text is a list of
    records; of the columns of these names the last holds values, of the others each text is handed over once.
    """

    name: str
    sheets: tuple[str, ...]
    encoding: str | None
    delimiter: str | None
    limits: Limits
    corner: tuple[int, int] | None = None
    uneven: bool = False
    whole: bool = False
    lines: int | None = None
    records: tuple[str, ...] = ()

    def text(self) -> str:
        """The order as JSON, for the command line of the process."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> ReadingOrder:
        """The order that ``text`` wrote."""
        said = json.loads(text)
        said |= {"corner": None if said["corner"] is None else tuple(said["corner"])}
        said |= {name: tuple(said[name]) for name in ("sheets", "records")}
        return cls(**{**said, "limits": Limits(**said["limits"])})


class SheetSize(NamedTuple):
    """One sheet of the answer: its name, rows and columns, places of texts (number), and bytes of the texts."""

    name: str
    rows: int
    columns: int
    places: int
    texts: int


def open_container(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """The zip file in ``data`` after its preflight; parts are read with ``inflated``.

    Errors: cut short, more parts, larger or packed harder than ``limits`` allow, sizes that are lies, parts that
            overlap, repeat, are encrypted or have paths that lead out, XML with a document type or entities.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise TableError(f"the workbook is cut short or broken: {error}", fix=AGAIN) from None
    if len(entries) > limits.entries:
        what = f"the workbook has {len(entries):,} parts; the limit is {limits.entries:,}"
        raise TableError(what, fix="copy the sheet to a new workbook")
    _check_names(entries)
    _check_sizes(entries, limits)
    room = limits.unpacked_bytes
    for entry in entries:
        room -= _stream(data, entry, room, limits)
    return archive


def inflated(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one part, piece by piece, as they are in the file, whatever size the part claims."""
    start = entry.header_offset
    if data[start : start + 4] != b"PK\x03\x04":
        raise _broken(entry, "has no header")
    start += 30 + int.from_bytes(data[start + 26 : start + 28], "little")
    start += int.from_bytes(data[entry.header_offset + 28 : entry.header_offset + 30], "little")
    end = start + entry.compress_size
    if end > len(data):
        raise _broken(entry, "is cut short")
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from (data[k : min(k + CHUNK, end)] for k in range(start, end, CHUNK))
        return
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    packed = memoryview(data)[start:end]
    for k in range(0, len(packed), CHUNK):
        left: bytes | memoryview = packed[k : k + CHUNK]
        while len(left) and not engine.eof:
            try:
                yield engine.decompress(left, CHUNK)
            except zlib.error as error:
                raise _broken(entry, f"cannot be unpacked: {error}") from None
            left = engine.unconsumed_tail
    while piece := engine.decompress(engine.unconsumed_tail, CHUNK):
        yield piece
    if not engine.eof:
        raise _broken(entry, "is cut short")


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    """No part twice, none with a path that leads out of the container, none encrypted or packed in a rare way."""
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        folders = name.split("/")
        if name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in folders or len(folders) > 12:
            raise TableError(f"a part of the workbook has the path {name[:80]!r}", fix="no honest workbook has one")
        if name.lower() in seen:
            raise _broken(entry, "is there twice")
        seen.add(name.lower())
        if entry.flag_bits & 1:
            raise TableError("the workbook is encrypted", fix="save it without a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _broken(entry, "is packed in a way that workbooks do not use")


def _check_sizes(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """The sizes as stated, and parts that share their bytes."""
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        raise _too_large(f"unpacks to {total:,} bytes", limits)
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            raise TableError(
                f"part '{entry.filename}' unpacks to {entry.file_size / max(entry.compress_size, 1):,.0f} times its "
                f"size; the limit is {limits.ratio}",
                fix="delete empty or repeated rows and save the workbook again",
            )
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    for one, next_one in pairwise(ordered):
        if one.header_offset + 30 + len(one.orig_filename) + one.compress_size > next_one.header_offset:
            raise _broken(next_one, f"lies inside part '{one.filename}'")


def _stream(data: bytes, entry: zipfile.ZipInfo, room: int, limits: Limits) -> int:
    """Inflate a part, count its bytes, look for document types in XML; the count."""
    size, tail, xml = 0, b"", entry.filename.lower().endswith(XML_NAMES)
    for piece in inflated(data, entry):
        size += len(piece)
        if size > room:
            raise _too_large(f"unpacks to more than {limits.unpacked_bytes:,} bytes", limits)
        if size > entry.file_size:
            raise _broken(entry, f"says that it unpacks to {entry.file_size:,} bytes and holds more")
        if not tail and not xml:
            xml = piece.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
        # UTF-16 is ASCII with zero bytes between, as far as the words looked for go.
        seen = tail + piece.replace(b"\0", b"")
        if xml and XML.search(seen):
            what = f"part '{entry.filename}' declares a document type or entities"
            raise TableError(what, fix="no spreadsheet program writes them: get the file from a source that you trust")
        tail = seen[-16:]
    if size != entry.file_size:
        raise _broken(entry, f"says that it unpacks to {entry.file_size:,} bytes and holds {size:,}")
    return size


def _broken(entry: zipfile.ZipInfo, what: str) -> TableError:
    return TableError(f"part '{entry.filename}' of the workbook {what}", fix=AGAIN)


def _too_large(what: str, limits: Limits) -> TableError:
    fix = "copy the sheet that holds the table to a new workbook"
    return TableError(f"the workbook {what}; the limit is {limits.unpacked_bytes:,}", fix=fix)
