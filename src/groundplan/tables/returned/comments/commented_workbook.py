"""The same workbook with notes at its cells: comments are added to its XML, and nothing else of it changes.

A sheet's own part gets one element, its relations two; comments and the drawing that shows them are parts of their own,
or grow where the sheet has some already. Formulas, styles, macros and all other parts stay byte for byte.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.door.parsing.containers import Limits
from groundplan.tables.door.uploads import LIMITS
from groundplan.tables.returned.comments.container_parts import ContainerParts
from groundplan.tables.returned.comments.note_drawing import fresh_drawing, grown_drawing
from groundplan.tables.returned.comments.placed_xml import Put, at_the_end_of, elements, with_puts

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "[Content_Types].xml"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# What stands behind the drawing of comments in a sheet, where it has any of it.
AFTER = {
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
    "AlternateContent",
}  # fmt: skip
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
UNSEEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
AUTHOR = "Groundplan"
MOST, LONGEST = 2000, 4000  # notes of a workbook, and letters of a note
SAVE_AGAIN = "open it in a spreadsheet program and save it again as .xlsx"


class CellNote(NamedTuple):
    """What is to stand at a cell: the sheet's name, the cell (``B4``), and the words."""

    sheet: str
    cell: str
    text: str


class _Relation(NamedTuple):
    id: str
    kind: str
    target: str


@dataclass
class _CommentedBook:
    """A workbook that notes are put into: its container, and the parts that change."""

    container: ContainerParts
    changed: dict[str, bytes] = field(default_factory=dict)

    def part(self, name: str) -> bytes:
        return self.changed[name] if name in self.changed else self.container.part(name)

    def has(self, name: str) -> bool:
        return name in self.changed or name in self.container.names

    def free(self, pattern: str) -> str:
        """The first name of a pattern that no part has."""
        return next(name for n in range(1, 100_000) if not self.has(name := pattern.format(n)))


def commented_workbook(data: bytes, notes: Sequence[CellNote], limits: Limits = LIMITS) -> bytes:
    """The workbook (.xlsx, .xlsm) with these notes as comments; those of one cell are one comment.

    Comments that are there stay, and what is new stands under them. Every part that has no note stays as its bytes are.
    Errors: ``UnknownName`` for a sheet that is not there; ``TableError``, all at once, for cells that are none; for
            what is no such workbook, or a container that the door refuses.
    """
    book = _CommentedBook(ContainerParts.of(data, limits))
    sheets = _sheets(book)
    by_sheet: dict[str, dict[str, list[str]]] = {}
    faults: list[GroundplanError] = []
    for note in notes[:MOST]:
        if note.sheet not in sheets:
            faults.append(UnknownName("sheet", note.sheet, sheets))
        elif CELL.fullmatch(note.cell) is None:
            faults.append(TableError(f"'{note.cell[:20]}' is no cell", where=note.sheet, fix="name it as B4"))
        else:
            texts = by_sheet.setdefault(sheets[note.sheet], {}).setdefault(note.cell, [])
            texts.append(UNSEEN.sub("", note.text)[:LONGEST])
    raise_all(faults)
    for part, cells in by_sheet.items():
        _comment_sheet(book, part, {cell: "\n".join(texts) for cell, texts in cells.items()})
    return book.container.with_parts(book.changed)


def _sheets(book: _CommentedBook) -> dict[str, str]:
    """The sheets of cells: name → part. Raises ``TableError`` for what is no workbook in Excel's XML."""
    if not book.has(TYPES) or not book.has("_rels/.rels"):
        raise TableError("the file is no workbook in the form .xlsx", fix=SAVE_AGAIN)
    top = next((r for r in _relations(book, "") if r.kind == "officeDocument"), None)
    if top is None or not book.has(top.target):
        raise TableError("the file is no workbook in the form .xlsx", fix=SAVE_AGAIN)
    targets = {r.id: r for r in _relations(book, top.target)}
    root = _tree(book.part(top.target), top.target)
    if root.tag != f"{{{MAIN}}}workbook":
        raise TableError("the workbook is saved in the strict form, to which no notes are added", fix=SAVE_AGAIN)
    named: dict[str, str] = {}
    for sheet in root.iter(f"{{{MAIN}}}sheet"):
        relation = targets.get(sheet.get(f"{{{RELATIONS}}}id", ""))
        if relation is not None and relation.kind == "worksheet" and book.has(relation.target):
            named[sheet.get("name", "")] = relation.target
    return named


def _tree(data: bytes, part: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise TableError(f"part '{part}' of the workbook is broken: {error}", fix=SAVE_AGAIN) from None


def _relations_of(part: str) -> str:
    """The part that says what a part is related to."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations(book: _CommentedBook, part: str) -> list[_Relation]:
    """What a part is related to, each with the last word of its kind and the full name of its part."""
    name = _relations_of(part)
    if not book.has(name):
        return []
    folder = posixpath.dirname(part)
    return [
        _Relation(
            one.get("Id", ""), one.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
        )
        for one in _tree(book.part(name), name).iter(f"{{{PACKAGE}}}Relationship")
        if one.get("TargetMode") != "External"
    ]  # fmt: skip


def _comment_sheet(book: _CommentedBook, sheet: str, texts: Mapping[str, str]) -> None:
    """Put notes, by cell, at a sheet."""
    related = _relations(book, sheet)
    comments = next((r.target for r in related if r.kind == "comments" and book.has(r.target)), "")
    shown = _drawing_of(book, sheet, related)
    new = dict(texts)
    if comments:
        there, book.changed[comments] = _grown_comments(book.part(comments), comments, texts)
        new = {cell: text for cell, text in texts.items() if cell not in there or not shown}
    else:
        comments = book.free("xl/comments{}.xml")
        book.changed[comments] = _fresh_comments(texts)
        _declare(book, comments)
        _relate(book, sheet, "comments", comments)
    cells = [_place(cell) for cell in new]
    if shown:
        book.changed[shown] = grown_drawing(book.part(shown), shown, cells)
        return
    drawing = book.free("xl/drawings/vmlDrawing{}.vml")
    others = [book.part(n) for n in book.container.names if n.lower().endswith(".vml")]
    book.changed[drawing] = fresh_drawing(cells, [*others, *(v for k, v in book.changed.items() if k.endswith(".vml"))])
    _declare_drawings(book)
    _show(book, sheet, _relate(book, sheet, "vmlDrawing", drawing))


def _place(cell: str) -> tuple[int, int]:
    """Row and column of a cell, from 0."""
    match = CELL.fullmatch(cell)
    assert match is not None  # else it was refused
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _drawing_of(book: _CommentedBook, sheet: str, related: Sequence[_Relation]) -> str:
    """The part that draws a sheet's comments, nothing where it has none."""
    for one in elements(book.part(sheet), sheet, 1):
        if one.name == "legacyDrawing":
            id = next((v for k, v in one.attributes.items() if k.rpartition(":")[2] == "id"), "")
            return next((r.target for r in related if r.id == id and book.has(r.target)), "")
    return ""


def _show(book: _CommentedBook, sheet: str, id: str) -> None:
    """Say in a sheet which part draws its comments, at the place where that stands."""
    data = book.part(sheet)
    root, *children = elements(data, sheet, 1)
    tag = f'<{root.prefix}legacyDrawing xmlns:r="{RELATIONS}" r:id="{id}"/>'
    cells = next((k for k, one in enumerate(children) if one.name == "sheetData"), 0)
    behind = next((one for one in children[cells:] if one.depth == 1 and one.name in AFTER), None)
    put = at_the_end_of(data, root, tag) if behind is None else Put(behind.start, behind.start, tag.encode())
    book.changed[sheet] = with_puts(data, [put])


def _relate(book: _CommentedBook, part: str, kind: str, target: str) -> str:
    """Relate a part to another; the relation's id."""
    name = _relations_of(part)
    own = {r.id for r in _relations(book, part)}
    taken = (
        own | set(re.findall(r'\bId="([^"]*)"', book.part(name).decode("utf-8", "replace"))) if book.has(name) else own
    )
    id = next(word for n in range(1, 100_000) if (word := f"rId{n}") not in taken)
    type = f"{RELATIONS}/{kind}"
    if book.has(name):
        data = book.part(name)
        root = elements(data, name, 0)[0]
        line = f'<{root.prefix}Relationship Id="{id}" Type="{type}" Target="/{target}"/>'
        book.changed[name] = with_puts(data, [at_the_end_of(data, root, line)])
    else:
        line = f'<Relationship Id="{id}" Type="{type}" Target="/{target}"/>'
        book.changed[name] = f'{HEAD}<Relationships xmlns="{PACKAGE}">{line}</Relationships>'.encode()
    return id


def _declare(book: _CommentedBook, part: str) -> None:
    """Say what kind of part the comments are."""
    data = book.part(TYPES)
    root = elements(data, TYPES, 0)[0]
    line = f'<{root.prefix}Override PartName="/{part}" ContentType="{COMMENTS_TYPE}"/>'
    book.changed[TYPES] = with_puts(data, [at_the_end_of(data, root, line)])


def _declare_drawings(book: _CommentedBook) -> None:
    """Say what parts with the suffix of drawings are, unless it is said."""
    data = book.part(TYPES)
    root, *kinds = elements(data, TYPES, 1)
    if any(k.name == "Default" and k.attributes.get("Extension", "").lower() == "vml" for k in kinds):
        return
    line = f'<{root.prefix}Default Extension="vml" ContentType="{DRAWING_TYPE}"/>'
    first = next((k.start for k in kinds), None)
    put = at_the_end_of(data, root, line) if first is None else Put(first, first, line.encode())
    book.changed[TYPES] = with_puts(data, [put])


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _comment(cell: str, text: str, author: int, prefix: str = "") -> str:
    p = prefix
    run = f'<{p}r><{p}t xml:space="preserve">{escape(text)}</{p}t></{p}r>'
    return f'<{p}comment ref={quoteattr(cell)} authorId="{author}"><{p}text>{run}</{p}text></{p}comment>'


def _fresh_comments(texts: Mapping[str, str]) -> bytes:
    listed = "".join(_comment(cell, text, 0) for cell, text in texts.items())
    authors = f"<authors><author>{AUTHOR}</author></authors>"
    return f'{HEAD}<comments xmlns="{MAIN}">{authors}<commentList>{listed}</commentList></comments>'.encode()


def _grown_comments(data: bytes, part: str, texts: Mapping[str, str]) -> tuple[set[str], bytes]:
    """The cells that had a comment, and the comments with what is new: under what is there, or after it."""
    there = elements(data, part, 5)
    authors = next((e for e in there if e.name == "authors"), None)
    listed = next((e for e in there if e.name == "commentList"), None)
    if authors is None or listed is None:
        raise TableError(f"part '{part}' of the workbook has no list of comments", fix=SAVE_AGAIN)
    number = sum(e.name == "author" and e.depth == authors.depth + 1 for e in there)
    puts = [at_the_end_of(data, authors, f"<{authors.prefix}author>{AUTHOR}</{authors.prefix}author>")]
    old = {e.attributes.get("ref", ""): e for e in there if e.name == "comment"}
    for cell, text in texts.items():
        if cell not in old:
            continue
        inside = [e for e in there if old[cell].start < e.start < old[cell].end]
        last = max((e for e in inside if e.name == "t"), key=lambda e: e.start, default=None)
        words = next((e for e in inside if e.name == "text"), None)
        if last is not None:
            puts.append(at_the_end_of(data, last, escape(f"\n{text}")))
        elif words is not None:
            p = words.prefix
            run = f'<{p}r><{p}t xml:space="preserve">{escape(text)}</{p}t></{p}r>'
            puts.append(at_the_end_of(data, words, run))
    new = [_comment(cell, text, number, listed.prefix) for cell, text in texts.items() if cell not in old]
    if new:
        puts.append(at_the_end_of(data, listed, "".join(new)))
    return set(old), with_puts(data, puts)
