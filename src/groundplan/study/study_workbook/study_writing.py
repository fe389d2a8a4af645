"""A study's forms as a workbook: cells to edit, cards beside them, hidden keys, and the study itself as a manifest."""

from __future__ import annotations

import hashlib
import io
import math
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from groundplan import __version__
from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome
from groundplan.results.workbook.cell_styles import CellStyles
from groundplan.results.workbook.workbook_file import OPTIONS, checked, put_workbook
from groundplan.study.study_workbook.study_forms import (
    CHOICES,
    KEY,
    NUMBER,
    PROJECTS,
    SWITCH,
    TEXT,
    WHOLE,
    FormColumn,
    StudyForm,
    choice_cards,
    forms_of,
    safe,
)

MANIFEST, MARK, FORMAT = "Manifest", "groundplan study workbook", 1
README_SHEET = "Read me"
LONGEST = 30_000  # characters of a line of the manifest in one cell
MEANING, UNIT, HEAD, TOP = 0, 1, 2, 3  # rows of a form
SPARE = 300  # rows under the last one in which cells are checked as they are typed
README = (
    "This workbook is a study: what a plan is asked for. Edit it, save it, and run",
    "    groundplan plan --study FILE.xlsx",
    "What was changed is listed first, with its cells, and then planned.",
    "",
    "Cells under a heading are yours. Sort rows, add rows below the last, add columns and sheets; leave headings as "
    "they are, and the first column, which is hidden: by its keys a row is found again. A new row needs no key.",
    "Choices: one row each. With a sector's code under 'for' a row holds for that sector alone; the row without one, "
    "or with 'default', holds for all others. A cleared value is as if nothing were said.",
    "Other sheets: a row is one target, one work, one group ... Clear or delete a row to take it out.",
    'Lists and tables stand as in a study file: ["maiz", "rice"], { "maiz" = 0.5, "rice" = 0.2 }.',
    "Numbers are numbers: what arrives as text, such as '1.234,5' or '-', is asked about and not guessed.",
)


def study_workbook(text: str) -> bytes:
    """A study (its TOML text) as a workbook of forms."""
    import xlsxwriter

    content = tomllib.loads(text)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, OPTIONS)
    styles = CellStyles(book)
    readme = book.add_worksheet(README_SHEET)
    readme.set_column(0, 0, 110)
    for n, line in enumerate(README):
        styles.text(readme, n, 0, line, "code" if line.startswith(" ") else "words")
    for form in forms_of(content):
        sheet = book.add_worksheet(form.name)
        _fill(sheet, styles, form)
        if form.name == CHOICES:
            _cards(sheet, styles, form)
            sheet.activate()
        elif form.name.startswith(PROJECTS) and not form.rows:
            sheet.hide()
    _manifest(book.add_worksheet(MANIFEST), safe_text(text))
    book.close()
    return buffer.getvalue()


def safe_text(text: str) -> str:
    """The study's text with nothing in it that a cell would change."""
    return "\n".join(safe(line) for line in text.split("\n"))


def _fill(sheet: Any, styles: CellStyles, form: StudyForm) -> None:
    styles.text(sheet, HEAD, 0, KEY, "head of words")
    sheet.set_column(0, 0, 8, None, {"hidden": True})
    for j, c in enumerate(form.columns, 1):
        styles.text(sheet, MEANING, j, c.meaning, "note")
        styles.text(sheet, UNIT, j, c.unit, "note")
        styles.text(sheet, HEAD, j, c.name, "head of words")
        sheet.set_column(
            j,
            j,
            24 if c.kind not in (NUMBER, WHOLE, SWITCH) else 16,
            styles.look("text cell") if c.kind == TEXT else None,
        )
        _validated(sheet, j, len(form.rows), c)
    for i, row in enumerate(form.rows, TOP):
        sheet.write_string(i, 0, row.key)
        for j, cell in enumerate(row.cells, 1):
            if isinstance(cell, float):
                sheet.write_number(i, j, cell)
            elif cell:
                if len(cell) > LONGEST:
                    what = f"{form.columns[j - 1].name} of {form.name} is longer than a cell holds"
                    raise GroundplanError(what, where=form.name, fix="keep this study as a TOML file")
                sheet.write_string(i, j, cell, styles.look("text cell"))
    sheet.set_row(MEANING, 60)
    sheet.freeze_panes(TOP, 2)
    sheet.autofilter(HEAD, 0, max(HEAD + len(form.rows), TOP), len(form.columns))


def _validated(sheet: Any, j: int, rows: int, c: FormColumn) -> None:
    """What may be typed into a column's cells."""
    area = (TOP, j, TOP + rows + SPARE, j)
    words = list(c.among) or (["yes", "no"] if c.kind == SWITCH else [])
    if words and c.kind in (TEXT, SWITCH):
        sheet.data_validation(*area, {"validate": "list", "source": words, "error_type": "warning"})
    elif c.kind in (NUMBER, WHOLE):
        low, high = (v if math.isfinite(v) else sign * 1e300 for v, sign in ((c.low, -1), (c.high, 1)))
        sheet.data_validation(
            *area,
            {
                "validate": "decimal" if c.kind == NUMBER else "integer", "criteria": "between",
                "minimum": low, "maximum": high, "error_type": "warning",
                "error_title": "A number", "error_message": f"{c.name} is a number from {low:g} to {high:g}."[:255],
            },
        )  # fmt: skip


def _cards(sheet: Any, styles: CellStyles, form: StudyForm) -> None:
    """Beside every choice: its unit, the least and the most that it may be, and what it means."""
    left = len(form.columns) + 1
    for j, head in enumerate(("unit", "least", "most", "meaning"), left):
        styles.text(sheet, HEAD, j, head, "head of words")
    for i, row in enumerate(form.rows, TOP):
        card = choice_cards()[str(row.cells[0])].card
        ends = [v if math.isfinite(v) else "" for v in (card.low, card.high)]
        among = f" ({', '.join(card.among)})" if card.among else ""
        for j, value in enumerate((card.unit, *ends, card.meaning + among), left):
            styles.value(sheet, i, j, value, 2)
    sheet.set_column(1, 1, 28)
    sheet.set_column(left, left + 2, 12)
    sheet.set_column(left + 3, left + 3, 80)


def _manifest(sheet: Any, text: str) -> None:
    """What the workbook was made from: format, version, hash, and the study line by line."""
    facts = ((MARK, str(FORMAT)), ("groundplan", __version__), ("sha256", text_hash(text)))
    for i, pair in enumerate(facts):
        for j, words in enumerate(pair):
            sheet.write_string(i, j, words)
    for i, (line, part, words) in enumerate(_pieces(text), len(facts)):
        sheet.write_number(i, 0, line)
        sheet.write_number(i, 1, part)
        sheet.write_string(i, 2, words)
    sheet.hide()


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    for n, line in enumerate(text.split("\n"), 1):
        for start in range(0, max(len(line), 1), LONGEST):
            yield n, start // LONGEST, line[start : start + LONGEST]


def text_hash(text: str) -> str:
    """The SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def form_of(o: Outcome, path: str | Path) -> bytes:
    """The workbook of the study that an outcome answers. Raises ``GroundplanError`` where it answers none."""
    checked(path)
    text = o.provenance.get("study")
    if not text:
        what = f"the {o.engine} has no study to write: its accounts were handed over, or it is not about one"
        raise GroundplanError(what, fix="ask for the workbook of a plan of a country or of a study file")
    return study_workbook(str(text))


def form_to(o: Outcome, path: str) -> Callable[[], str]:
    """The workbook made now; called, the answer writes it and says where it is."""
    data = form_of(o, path)
    return lambda: f"Study as a workbook: {put_workbook(data, path)}; edit it, then: groundplan plan --study {path}"
