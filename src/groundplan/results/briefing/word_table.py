"""A table of a Word document: its headings stand again on every page, no row is torn, columns have their widths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from groundplan.results.briefing.column_blocks import Block
from groundplan.results.briefing.word_styles import SOFT, new_element, table_style
from groundplan.shown_text import visible

if TYPE_CHECKING:
    from docx.document import Document

TWIPS = 20  # a point
CELL = (("left", 3.0), ("right", 3.0), ("top", 2.0), ("bottom", 2.0))  # points around a cell's text


def add_table(document: Document, grid: Mapping[str, Any], block: Block) -> None:
    """The columns of a block as a table, and an empty line after it, which keeps it from growing into the next."""
    table = new_element("w:tbl")
    table.append(_looks(sum(block.widths)))
    columns = new_element("w:tblGrid")
    for width in block.widths:
        columns.append(new_element("w:gridCol", w=round(width * TWIPS)))
    table.append(columns)
    heads = [grid["heads"][n] for n in block.columns]
    sides = ["left", *("left" if worded else "right" for _, _, worded in heads)]
    names = [(grid["corner"], ""), *((name, unit) for name, unit, _ in heads)]
    style = _style_id(document, block.size)
    table.append(_row(names, sides, block.widths, style, heading=True, with_next=True))
    last = len(grid["rows"]) - 1
    for k, (label, cells) in enumerate(grid["rows"]):
        there = [(label, ""), *((cells[n], "") for n in block.columns)]
        table.append(_row(there, sides, block.widths, style, with_next=block.whole and k < last))
    document.element.body.insert_element_before(table, "w:sectPr")
    document.add_paragraph(style=table_style(block.size))


def _row(
    cells: Sequence[tuple[str, str]],
    sides: Sequence[str],
    widths: Sequence[float],
    style: str,
    *,
    heading: bool = False,
    with_next: bool = False,
) -> Any:
    """A row; ``with_next``: it stands on the page of the row that follows."""
    row, about = new_element("w:tr"), new_element("w:trPr")
    about.append(new_element("w:cantSplit"))
    if heading:
        about.append(new_element("w:tblHeader"))
    row.append(about)
    for (words, unit), side, width in zip(cells, sides, widths, strict=True):
        cell, place = new_element("w:tc"), new_element("w:tcPr")
        place.append(new_element("w:tcW", w=round(width * TWIPS), type="dxa"))
        if heading:
            place.append(new_element("w:vAlign", val="bottom"))
        cell.append(place)
        paragraph, form = new_element("w:p"), new_element("w:pPr")
        form.append(new_element("w:pStyle", val=style))
        if with_next:
            form.append(new_element("w:keepNext"))
        form.append(new_element("w:jc", val=side))
        paragraph.append(form)
        paragraph.append(_run(words, bold=heading))
        if unit:
            paragraph.append(_run(unit, soft=True, below=True))
        cell.append(paragraph)
        row.append(cell)
    return row


def _run(words: str, *, bold: bool = False, soft: bool = False, below: bool = False) -> Any:
    run = new_element("w:r")
    if bold or soft:
        look = new_element("w:rPr")
        look.append(new_element("w:b") if bold else new_element("w:color", val=SOFT))
        run.append(look)
    if below:
        run.append(new_element("w:br"))
    text = new_element("w:t")
    text.text = visible(words)
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(text)
    return run


def _looks(wide: float) -> Any:
    looks = new_element("w:tblPr")
    looks.append(new_element("w:tblW", w=round(wide * TWIPS), type="dxa"))
    borders = new_element("w:tblBorders")
    for side, size in (("top", 4), ("bottom", 4), ("insideH", 2)):
        borders.append(new_element(f"w:{side}", val="single", sz=size, space=0, color="A6A6A6"))
    looks.append(borders)
    looks.append(new_element("w:tblLayout", type="fixed"))
    room = new_element("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        room.append(new_element(f"w:{side}", w=round(dict(CELL)[side] * TWIPS), type="dxa"))
    looks.append(room)
    return looks


def _style_id(document: Document, size: float) -> str:
    return str(document.styles[table_style(size)].style_id)
