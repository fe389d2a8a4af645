"""Sheets of .xlsx, .xlsb, .xls and .ods workbooks as plain cells, after their preflight.

Values are taken as the workbook keeps them; formulas are never evaluated. What the parser would read as an empty cell
without saying so, errors of the spreadsheet and formulas that no program has computed, is put back as text, so that it
cannot pass for nothing. Runs in the child process (``child``) and imports no numpy.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from groundplan.errors import TableError
from groundplan.tables.door.parsing.containers import AGAIN, Limits, inflated, open_container
from groundplan.tables.door.parsing.packed import ParsedFile, ParsedSheet, packed

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNCOMPUTED = "formula without a computed value"
LONGEST = 1 << 21
_OPEN, _CLOSE = rb"<(?:[\w.-]+:)?", rb"</(?:[\w.-]+:)?"
_CELL = re.compile(_OPEN + rb"c[\s/>]")
_PLAIN = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*?(/?)>')  # as nearly every program writes it
_PLACED = re.compile(_OPEN + rb"c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*?(/?)>")
_ERROR = re.compile(
    _OPEN + rb"c(\s[^>]*?\bt\s*=\s*[\"']e[\"'][^>]*)(?<!/)>.*?(?:" + _OPEN + rb"v>([^<]{0,40})<|" + _CLOSE + rb"c>)",
    re.DOTALL,
)
_FORMULA = re.compile(
    _OPEN + rb"c(\s[^>]*)?(?<!/)>\s*" + _OPEN + rb"f(?:\s[^>]*)?(?:/>|>[^<]*" + _CLOSE + rb"f>)\s*"
    rb"(" + _OPEN + rb"v>[^<]|)"
)
_HAS_ERROR, _HAS_FORMULA = re.compile(rb"[\"']e[\"']"), re.compile(rb"[<:]f[\s/>]")
_END = re.compile(_CLOSE + rb"sheetData\s*>")
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip container."""
    return data.startswith((ZIP, b"PK\x05\x06", b"PK\x07\x08"))


def is_workbook(data: bytes) -> bool:
    """Whether the bytes begin as a zip container or an old Excel file."""
    return is_zip(data) or data.startswith(OLE)


def workbook_parts(data: bytes) -> bool:
    """Whether a zip container may be a workbook: it has a part of one, or it is broken and no list of parts is read."""
    try:
        names = {name.lower() for name in zipfile.ZipFile(io.BytesIO(data)).namelist()}
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, RuntimeError):
        return True
    parts = ("[content_types].xml", "mimetype", "meta-inf/manifest.xml")
    return any(name in parts or name.startswith(("xl/", "content.xml")) for name in names)


def read_workbook(data: bytes, wanted: Sequence[str], limits: Limits) -> ParsedFile:
    """The sheets ``wanted`` that the workbook has, or its only sheet where none is named.

    Errors: everything that ``open_container`` refuses; a zip that is no workbook; an encrypted or broken one; a sheet
            larger than ``limits`` allow; several sheets and none named.
    """
    archive = None if data.startswith(OLE) else open_container(data, limits)
    kind = _kind(data, archive)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = list(book.sheet_names)
        chosen = [name for name in names if name in wanted] if wanted else names
        if not wanted and len(names) != 1:
            raise TableError(
                f"the workbook has {len(names)} sheets: {', '.join(names[:12])}{' ...' if len(names) > 12 else ''}",
                fix='say which: sheet = "..." in a mapping file',
            )
        hidden = _hidden_texts(data, archive, chosen, limits) if archive is not None and kind == "xlsx" else {}
        sheets = [_cells(book.get_sheet_by_name(name), hidden.get(name, {}), limits) for name in chosen]
    except CalamineError as error:
        raise TableError(f"the .{kind} workbook cannot be read: {error}", fix=AGAIN) from None
    return ParsedFile(kind, names, sheets, _notes(archive))


def _kind(data: bytes, archive: zipfile.ZipFile | None) -> str:
    if archive is None:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise TableError("the workbook is encrypted", fix="save it without a password")
        return "xls"
    parts = {name.lower() for name in archive.namelist()}
    if "xl/workbook.bin" in parts:
        return "xlsb"
    if "[content_types].xml" in parts and any(name.endswith("workbook.xml") for name in parts):
        return "xlsx"
    if "mimetype" in parts and archive.read("mimetype").startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        if "meta-inf/manifest.xml" in parts and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise TableError("the workbook is encrypted", fix="save it without a password")
        return "ods"
    raise TableError(
        f"the file is a zip container and no workbook: {', '.join(sorted(parts)[:4]) or 'it is empty'}",
        fix="unpack it and give the table in it",
    )


def _notes(archive: zipfile.ZipFile | None) -> list[str]:
    """What the workbook carries beside cells; none of it is run or followed."""
    parts = [] if archive is None else archive.namelist()
    notes = []
    if any(p.endswith("vbaProject.bin") or p.startswith("Basic/") for p in parts):
        notes.append("The workbook has macros; they were not run.")
    if any(p.startswith("xl/externalLinks/") for p in parts):
        notes.append(
            "The workbook links to other workbooks; the values kept in it were taken and no link was followed."
        )
    return notes


def _cells(sheet: CalamineSheet, hidden: dict[tuple[int, int], str], limits: Limits) -> ParsedSheet:
    """The sheet from A1 on; ``hidden`` are texts for cells that the parser reads as empty."""
    if sheet.start is None or sheet.end is None:
        return packed(sheet.name, [], limits)
    (top, left), (bottom, right) = sheet.start, sheet.end
    _check_extent(sheet.name, bottom, right, limits)
    rows: list[list[float | str]] = [[""] * (right + 1) for _ in range(top)]
    rows += [[*[""] * left, *map(_cell, row)] for row in sheet.to_python(skip_empty_area=True)]
    for (i, j), text in hidden.items():
        while len(rows) <= i:
            rows.append([""] * (right + 1))
        rows[i] += [""] * (j + 1 - len(rows[i]))
        rows[i][j] = text
    return packed(sheet.name, rows, limits)


def _cell(value: object) -> float | str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return float(value) if isinstance(value, (int, float)) else str(value)


def _check_extent(name: str, row: int, column: int, limits: Limits) -> None:
    """Refuse a sheet whose last row and column (from 0) span more cells than allowed."""
    if (row + 1) * (column + 1) <= limits.cells and column < limits.columns:
        return
    raise TableError(
        f"sheet '{name}' reaches to {letters(column)}{row + 1}, {(row + 1) * (column + 1):,} cells; the limit is "
        f"{limits.cells:,} cells and {limits.columns:,} columns",
        fix=f"a stray cell may stand far out: delete the rows and columns beyond the table, {letters(column)}{row + 1}",
    )


def letters(column: int) -> str:
    """A column's name in a spreadsheet, counted from 0.

    >>> letters(0), letters(27), letters(16383)
    ('A', 'AB', 'XFD')
    """
    name, n = "", column + 1
    while n:
        n, letter = divmod(n - 1, 26)
        name = chr(65 + letter) + name
    return name


def _number(name: bytes) -> int:
    n = 0
    for letter in name:
        n = 26 * n + letter - 64
    return n - 1


def _hidden_texts(
    data: bytes, archive: zipfile.ZipFile, chosen: Iterable[str], limits: Limits
) -> dict[str, dict[tuple[int, int], str]]:
    """By sheet: cells that hold an error or an uncomputed formula, with the text that stands for them."""
    parts, stale = _sheet_parts(archive)
    entries = {entry.filename.lower(): entry for entry in archive.infolist()}
    out = {}
    for name in chosen:
        entry = entries.get(parts.get(name, "").lower())
        if entry is None:
            raise TableError(f"sheet '{name}' has no part in the workbook", fix=AGAIN)
        out[name] = _scan(name, inflated(data, entry), stale, limits)
    return out


def _sheet_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Sheet name → part; and whether the program that wrote the workbook left its formulas to be computed later."""
    inside = {name.lower(): name for name in archive.namelist()}
    main = next(inside[name] for name in sorted(inside) if name.endswith("workbook.xml"))
    folder = main.rpartition("/")[0]
    links = inside.get(f"{folder}/_rels/workbook.xml.rels".lstrip("/").lower())
    if links is None:
        raise TableError("the workbook does not say where its sheets are", fix=AGAIN)
    try:
        tree, rels = ElementTree.fromstring(archive.read(main)), ElementTree.fromstring(archive.read(links))
    except ElementTree.ParseError as error:
        raise TableError(f"the workbook is broken: {error}", fix=AGAIN) from None
    targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
    parts = {}
    for sheet in tree.iter():
        if sheet.tag.endswith("}sheet"):
            rid = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            target = targets.get(rid, "")
            parts[sheet.get("name", "")] = target[1:] if target.startswith("/") else f"{folder}/{target}".lstrip("/")
    calc = [node for node in tree.iter() if node.tag.endswith("}calcPr")]
    return parts, any(node.get("fullCalcOnLoad") in ("1", "true") for node in calc)


def _scan(name: str, pieces: Iterable[bytes], stale: bool, limits: Limits) -> dict[tuple[int, int], str]:
    """Go through a sheet's XML in a stream: refuse a sheet that reaches too far, find what the parser hides."""
    hidden: dict[tuple[int, int], str] = {}
    for block in _blocks(name, pieces):
        cells = len(_CELL.findall(block))
        placed = _PLAIN.findall(block)
        placed = placed if len(placed) == cells else _PLACED.findall(block)
        if len(placed) != cells:
            raise TableError(
                f"sheet '{name}' has cells without an address",
                fix="open the workbook in a spreadsheet program and save it again",
            )
        rows, columns = ({cell[k] for cell in placed if not cell[2]} for k in (1, 0))
        _check_extent(name, max(map(int, rows), default=1) - 1, max(map(_number, columns), default=0), limits)
        for tag, text in _ERROR.findall(block) if _HAS_ERROR.search(block) else ():
            hidden[_place(tag)] = text.decode("ascii", "replace") if text.startswith(b"#") else "#N/A"
        for tag, value in _FORMULA.findall(block) if _HAS_FORMULA.search(block) else ():
            if stale or not value:
                hidden.setdefault(_place(tag), UNCOMPUTED)
    return hidden


def _blocks(name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A sheet's XML in blocks that never part a cell: each but the first begins with one."""
    pending, opening = b"", b""
    for piece in pieces:
        pending += piece
        first = None if opening else _CELL.search(pending)
        opening = first[0] if first else opening
        cut = pending.rfind(opening) if opening else 0
        if _END.search(pending):
            break
        if cut > 0:
            yield pending[:cut]
            pending = pending[cut:]
        if len(pending) > LONGEST:
            raise TableError(f"sheet '{name}' has a cell of more than {LONGEST:,} bytes", fix=AGAIN)
    yield pending


def _place(tag: bytes) -> tuple[int, int]:
    """Row and column, from 0, of a cell's tag."""
    place = _PLACE.search(tag)
    assert place is not None  # every cell of the block has its address, or the sheet was refused
    return int(place[2]) - 1, _number(place[1])
