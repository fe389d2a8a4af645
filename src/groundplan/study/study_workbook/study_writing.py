"""A study's forms as a workbook: cells to edit, cards beside them, hidden keys, and the study itself as a manifest."""

from __future__ import annotations

import io
import math
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome
from groundplan.results.workbook.cell_styles import CellStyles
from groundplan.results.workbook.workbook_file import checked, put_workbook
from groundplan.spreadsheets import WORKBOOK_OPTIONS
from groundplan.study.study_workbook.study_forms import CHOICES, PROJECTS, choice_cards, forms_of
from groundplan.tables.returned.edit_forms import HEAD, TOP, EditForm, fill
from groundplan.tables.returned.manifest import MANIFEST, STUDY, safe_lines, write_manifest

README_SHEET = "Read me"
LOOKS = ("note", "head of words", "text cell")
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
    book = xlsxwriter.Workbook(buffer, WORKBOOK_OPTIONS)
    styles = CellStyles(book)
    looks = {name: styles.look(name) for name in LOOKS}
    readme = book.add_worksheet(README_SHEET)
    readme.set_column(0, 0, 110)
    for n, line in enumerate(README):
        styles.text(readme, n, 0, line, "code" if line.startswith(" ") else "words")
    for form in forms_of(content):
        sheet = book.add_worksheet(form.name)
        fill(sheet, looks, form)
        if form.name == CHOICES:
            _cards(sheet, styles, form)
            sheet.activate()
        elif form.name.startswith(PROJECTS) and not form.rows:
            sheet.hide()
    write_manifest(book.add_worksheet(MANIFEST), STUDY, safe_lines(text), str(content.get("country", "")))
    book.close()
    return buffer.getvalue()


def _cards(sheet: Any, styles: CellStyles, form: EditForm) -> None:
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
