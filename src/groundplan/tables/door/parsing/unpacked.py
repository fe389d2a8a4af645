"""Any bytes as plain cells: workbooks, JSON, delimited text, and what is packed as .gz or .zip; the bytes say which."""

from __future__ import annotations

import zlib
from dataclasses import replace

from groundplan.errors import TableError
from groundplan.tables.door.parsing.containers import AGAIN, CHUNK, Limits, ReadingOrder, inflated, open_container
from groundplan.tables.door.parsing.delimited import decoded, text_sheets
from groundplan.tables.door.parsing.json_cells import read_json
from groundplan.tables.door.parsing.packed import ParsedFile, packed
from groundplan.tables.door.parsing.workbook import is_workbook, is_zip, read_workbook, workbook_parts

GZIP = b"\x1f\x8b"


def read_data(data: bytes, order: ReadingOrder) -> ParsedFile:
    """The cells of a file's bytes, as the order says.

    Errors: everything that ``workbook``, ``delimited`` and ``json_cells`` refuse; packed in what is packed; a zip file
            of several files where none is named.
    """
    if data.startswith(GZIP):
        return _plain(_gunzipped(data, order.limits), order, "gz")
    if is_zip(data) and not workbook_parts(data):
        return _zipped(data, order)
    if is_workbook(data):
        return read_workbook(data, order.sheets, order.limits)
    return _plain(data, order, "")


def _plain(data: bytes, order: ReadingOrder, packing: str) -> ParsedFile:
    """What is not packed, or was."""
    if packing and (data.startswith(GZIP) or is_zip(data)) and not (is_zip(data) and workbook_parts(data)):
        raise TableError(f"the .{packing} file has a packed file in it", fix="unpack it and give the table in it")
    if packing and is_workbook(data):
        return read_workbook(data, order.sheets, order.limits)
    if not data.strip(b"\0\r\n\t "):
        raise TableError("the file is empty", fix="get the file again")
    text = decoded(data, order.encoding)
    if order.whole:
        return ParsedFile("text", [order.name], [packed(order.name, [[text]], _any_length(order.limits))])
    if text.lstrip()[:1] in ("{", "["):
        return read_json(text, order.name, order.limits)
    sheets, notes = text_sheets(text, order)
    return ParsedFile("csv", [order.name], sheets, notes)


def _any_length(limits: Limits) -> Limits:
    return replace(limits, letters=limits.file_bytes)


def _gunzipped(data: bytes, limits: Limits) -> bytes:
    """The bytes in a .gz file, never more than allowed."""
    out: list[bytes] = []
    size, rest = 0, data
    while rest.startswith(GZIP):
        engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            while rest and not engine.eof:
                piece = engine.decompress(rest, CHUNK)
                rest = engine.unconsumed_tail
                size += len(piece)
                if size > limits.unpacked_bytes or (size > 1 << 20 and size > 4 * limits.ratio * len(data)):
                    what = f"the .gz file unpacks to more than {size - len(piece):,} bytes"
                    raise TableError(what, fix="no honest table packs so: get it from a source that you trust")
                out.append(piece)
        except zlib.error as error:
            raise TableError(f"the .gz file cannot be unpacked: {error}", fix="get the file again") from None
        if not engine.eof:
            raise TableError("the .gz file is cut short", fix="get the file again")
        rest = engine.unused_data.lstrip(b"\0")
    return b"".join(out)


def _zipped(data: bytes, order: ReadingOrder) -> ParsedFile:
    """The file in a zip file, or of several text files those that the order names, each as a sheet."""
    archive = open_container(data, order.limits)
    entries = [e for e in archive.infolist() if not e.is_dir() and not e.filename.startswith("__MACOSX/")]
    names = [e.filename for e in entries]
    if not entries:
        raise TableError("the file is a zip container and no workbook: it is empty", fix=AGAIN)
    if not all(n.lower().endswith((".csv", ".tsv", ".txt", ".json", ".gz", ".xlsx", ".xls", ".xlsb", ".ods", ".tab"))
               for n in names):  # fmt: skip
        what = f"the file is a zip container and no workbook: {', '.join(sorted(names)[:4])}"
        raise TableError(what, fix="unpack it and give the table in it")
    if len(entries) == 1:
        return _plain(b"".join(inflated(data, entries[0])), order, "zip")
    chosen = [e for e in entries if e.filename in order.sheets]
    if not order.sheets:
        what = f"the zip file has {len(names)} files: {', '.join(names[:12])}{' ...' if len(names) > 12 else ''}"
        raise TableError(what, fix='say which: sheet = "..." in a mapping file')
    sheets = []
    for entry in chosen:
        inside = _plain(b"".join(inflated(data, entry)), order, "zip")
        if len(inside.sheets) != 1:
            raise TableError(f"'{entry.filename}' has several sheets", fix="unpack it and give it by itself")
        one = inside.sheets[0]
        sheets.append(type(one)(entry.filename, one.rows, one.columns, one.numbers, one.places, one.texts))
    return ParsedFile("zip", names, sheets)
