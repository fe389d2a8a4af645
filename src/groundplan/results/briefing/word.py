"""A briefing as a Word document (.docx), A4: headings, lists and tables that can be edited, charts as pictures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundplan.languages.spoken import said, spoken
from groundplan.outcome import Outcome
from groundplan.results.briefing.briefed import Briefing, briefing_of, drawings, source_lines
from groundplan.results.briefing.column_blocks import column_blocks
from groundplan.results.briefing.paper_extras import installed, refuse_lacking
from groundplan.results.briefing.typesetting import pictures
from groundplan.results.briefing.word_styles import (
    CODE_STYLE,
    GUARD_STYLE,
    HEADLINE_STYLE,
    NOTE_STYLE,
    PAGE_WIDTH,
    SIDE,
    add_foot,
    numbered_anew,
    set_up,
)  # fmt: skip
from groundplan.results.briefing.word_table import add_table
from groundplan.results.html.markup import prepared
from groundplan.results.spoken_views import naming
from groundplan.results.view import HEADING, HEADLINE, NOTE
from groundplan.shown_text import visible
from groundplan.whole_files import write_bytes

if TYPE_CHECKING:
    from docx.document import Document

ROOM = PAGE_WIDTH - 2 * SIDE
LETTER = 0.58  # width of a letter over the size of its type, a digit and more
TALLEST = 620.0  # points
NO_PICTURES = (
    "The charts are left out, as their pictures need typst, which is not installed "
    '(pip install "groundplan[pdf]"); the tables have their numbers.'
)
STYLES = {NOTE: NOTE_STYLE, HEADLINE: HEADLINE_STYLE, HEADING: "Heading 2", "": "Normal"}
START = (1980, 1, 1, 0, 0, 0)  # the earliest that a .zip can say: files without a date


@naming
def word(outcome: Outcome, *, annexes: bool = False, on: date | None = None) -> bytes:
    """The brief and the body of an outcome as .docx; ``annexes``: those too; ``on``: its date, in each page's foot.

    The same for the same outcome and date. Charts are pictures, for which the extra ``pdf`` is needed too; without it
    they are left out and the document says so. Raises ``GroundplanError`` where the extra ``word`` is not installed.
    """
    return word_of(briefing_of(outcome, annexes=annexes, on=on))


def word_of(briefing: Briefing) -> bytes:
    """A briefing as .docx. Raises ``GroundplanError`` where the extra ``word`` is not installed."""
    refuse_lacking("word")
    import docx

    document = docx.Document()
    set_up(document)
    _name(document, briefing)
    add_foot(document, briefing.title, briefing.provenance, briefing.dated)
    views = [(view, prepared(view.parts, narrow=False)) for view in briefing.views]
    charts = [drawings(str(p["pictures"][0][1])) for _, parts in views for p in parts if p["kind"] == "plot"]
    images = _pictures(charts) if installed("pdf") else iter(())
    for n, (view, parts) in enumerate(views):
        heading = document.add_paragraph(visible(view.title), style="Heading 1" if n else "Title")
        heading.paragraph_format.page_break_before = n == 1
        for p, following in zip(parts, [*parts[1:], None], strict=True):
            _add(document, p, images)
            if p["kind"] == "prose" and following and following["kind"] in ("grid", "plot"):
                document.paragraphs[-1].paragraph_format.keep_with_next = True
        if not n:
            _add_notes(document, [briefing.units, said(NO_PICTURES) if charts and not installed("pdf") else ""])
    return _packed(document)


def write_word(outcome: Outcome, path: str | Path, *, annexes: bool = False, on: date | None = None) -> Path:
    """Write the briefing as .docx, whole or not at all. Raises ``GroundplanError`` where that cannot be done."""
    data = word(outcome, annexes=annexes, on=on)
    return write_bytes(Path(path), data, "the Word document", fix="name another file")


def word_to(outcome: Outcome, path: str, *, annexes: bool = False) -> Callable[[], str]:
    """The briefing of what has just been computed; called, the answer writes it and says where it is."""
    data = word(outcome, annexes=annexes, on=date.today())
    return lambda: f"Word: {write_bytes(Path(path), data, 'the Word document', fix='name another file')}"


def _pictures(charts: list[list[str]]) -> Iterator[list[bytes]]:
    """The sheets of every chart as PNG."""
    of = {f"chart-{n}-{k}.svg": (n, sheet) for n, chart in enumerate(charts) for k, sheet in enumerate(chart)}
    there = pictures({name: sheet for name, (_, sheet) in of.items()})
    yield from ([there[name] for name, (of_chart, _) in of.items() if of_chart == n] for n in range(len(charts)))


def _name(document: Document, briefing: Briefing) -> None:
    about = document.core_properties
    about.title, about.author, about.language, about.comments = briefing.title, "Groundplan", spoken(), ""
    on = briefing.on or date(2000, 1, 1)
    about.created = about.modified = datetime(on.year, on.month, on.day)
    about.last_modified_by, about.revision = "", 1


def _add_notes(document: Document, notes: list[str]) -> None:
    for words in notes:
        if words:
            document.add_paragraph(words, style=NOTE_STYLE)


def _add(document: Document, p: Mapping[str, Any], charts: Iterator[list[bytes]]) -> None:
    """A part at the end of the document."""
    match p["kind"]:
        case "grid":
            _add_grid(document, p)
        case "plot":
            _add_picture(document, visible(said(p["of"].chart.title)), next(charts, []))
        case "prose":
            document.add_paragraph(visible(p["of"].words), style=STYLES[p["of"].kind])
        case "verbatim":
            if p["of"].summary:
                document.add_paragraph(visible(p["of"].summary), style="Caption")
            document.add_paragraph(visible(p["of"].text), style=CODE_STYLE)
        case "references":
            _add_lines(document, source_lines(p["list"]), "List Bullet")
        case "bullets":
            _add_bullets(document, p)


def _add_bullets(document: Document, p: Mapping[str, Any]) -> None:
    lines = [visible(line) for line in p["of"].lines]
    if p["of"].kind:
        document.add_paragraph(style=GUARD_STYLE).add_run(p["heading"]).bold = True
        _add_lines(document, lines, GUARD_STYLE)
        return
    _add_lines(document, lines, "List Number" if p["of"].numbered else "List Bullet")


def _add_lines(document: Document, lines: list[str], style: str) -> None:
    paragraphs = [document.add_paragraph(line, style=style) for line in lines]
    if style == "List Number":
        numbered_anew(document, paragraphs)


def _add_grid(document: Document, p: Mapping[str, Any]) -> None:
    unit = f" ({visible(p['unit'])})" if p["unit"] else ""
    document.add_paragraph(f"{visible(p['of'].title)}{unit}", style="Caption")
    for block in column_blocks(p, ROOM, LETTER):
        add_table(document, p, block)


def _add_picture(document: Document, title: str, sheets: list[bytes]) -> None:
    """A chart under its title; nothing where there is no picture of it."""
    from docx.shared import Pt

    if sheets:
        document.add_paragraph(title, style="Caption")
    for png in sheets:
        picture = document.add_picture(io.BytesIO(png), width=Pt(ROOM))
        if picture.height > Pt(TALLEST):
            picture.width, picture.height = round(picture.width * Pt(TALLEST) / picture.height), Pt(TALLEST)
        picture._inline.docPr.set("descr", title)


def _packed(document: Document) -> bytes:
    """The document as .docx, its files without the time at which they were packed."""
    raw, packed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as there, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in there.namelist():
            out.writestr(zipfile.ZipInfo(name, START), there.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
