"""Forms that units fill in and send back: a workbook each, in the unit's language, with what it owes until a day.

English, French, Spanish, Portuguese and Korean; native readers have not seen them. Other languages get English.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from groundplan.errors import UnknownName
from groundplan.ledgers.ledger_book import LedgerBook
from groundplan.ledgers.periods import period
from groundplan.results.workbook.cell_styles import CellStyles
from groundplan.spreadsheets import WORKBOOK_OPTIONS, neutral
from groundplan.whole_files import plain_stem, write_bytes

RETURN, CHECK, MANIFEST, KEY = "Return", "Check", "Manifest", "key"
FORMAT = "groundplan return 1"
TOTAL = "total"
HEAD = 5  # the row of headings, counted from 0
COLUMNS = ("indicator", "definition", "measure", "period", "due", "value", "note")
VALUE, NOTE = 6, 7
CSV_COLUMNS = ("ledger", "unit", "sheet", "indicator", "measure", "period", "value", "note", "why")
KINDS = ("xlsx", "csv", "json")


class ReturnRow(NamedTuple):
    """A figure that is asked for: promise and period; ``TOTAL`` as period asks for the total of those above."""

    sheet: str
    indicator: str
    definition: str
    measure: str
    period: str
    due: str


def rows_for(book: LedgerBook, unit: str, until: date) -> list[ReturnRow]:
    """What a unit is asked for: figures of periods that ended by a day and stand nowhere yet, with their totals.

    Raises ``UnknownName`` for a unit that is not there.
    """
    if unit not in book.units:
        raise UnknownName("unit", unit, book.units)
    wanted = [s for s in book.owed_by(unit, until) if s.reported is None and period(s.period).last <= until]
    rows: list[ReturnRow] = []
    for sheet, group in groupby(wanted, key=lambda s: s.sheet):
        states = list(group)
        definition = str(book.sheets[sheet]["definition"])
        rows += [ReturnRow(s.sheet, s.indicator, definition, s.measure, s.period, str(s.due)) for s in states]
        if len(states) > 1:
            rows.append(ReturnRow(sheet, states[0].indicator, definition, states[0].measure, TOTAL, ""))
    return rows


@cache
def _words() -> dict[str, dict[str, str]]:
    text = files("groundplan.ledgers").joinpath("form_words.csv").read_text("utf-8")
    return {row["word"]: row for row in csv.DictReader(io.StringIO(text))}


def word(name: str, language: str) -> str:
    """A word of the forms in a language, English where that has none."""
    return _words()[name].get(language) or _words()[name]["en"]


def form(book: LedgerBook, unit: str, until: date) -> bytes:
    """A unit's form as a workbook: locked but for its yellow cells, with hidden keys and a manifest."""
    import xlsxwriter

    rows, u = rows_for(book, unit, until), book.units[unit]
    language = str(u["language"])
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, WORKBOOK_OPTIONS)
    styles = CellStyles(workbook)
    free = {"locked": False, "bg_color": "#FFF4D6", "border": 1, "border_color": "#8CA0B3"}
    number, text = (
        workbook.add_format({**free, "num_format": "General"}),
        workbook.add_format({**free, "num_format": "@"}),
    )
    sheet = workbook.add_worksheet(RETURN)
    styles.text(sheet, 0, 1, f"{word('title', language)}: {u['name']}", "title")
    styles.text(sheet, 1, 1, word("how", language), "words")
    styles.text(sheet, 2, 1, f"{book.opening['origin']} · {unit} · {until}", "note")
    styles.text(sheet, 3, 1, word("why", language), "words")
    sheet.write_blank(3, 2, None, text)
    styles.text(sheet, HEAD, 0, KEY, "head of words")
    for j, column in enumerate(COLUMNS, 1):
        styles.text(sheet, HEAD, j, word(column, language), "head of words")
    sheet.set_column(0, 0, 8, None, {"hidden": True})
    sheet.set_column(1, 2, 44)
    sheet.set_column(3, 7, 16)
    for i, row in enumerate(rows, HEAD + 1):
        sheet.write_string(i, 0, row_key(row))
        shown = word("total", language) if row.period == TOTAL else row.period
        for j, cell in enumerate((row.indicator, row.definition, row.measure, shown, row.due), 1):
            styles.text(sheet, i, j, cell, "cell")
        sheet.write_blank(i, VALUE, None, number)
        sheet.write_blank(i, NOTE, None, text)
    sheet.protect()
    sheet.freeze_panes(HEAD + 1, 0)
    check = workbook.add_worksheet(CHECK)
    styles.text(check, 0, 0, word("empty", language), "label")
    span = f"'{RETURN}'!G{HEAD + 2}:G{HEAD + 1 + max(len(rows), 1)}"
    check.write_formula(0, 1, f"=COUNTBLANK({span})", None, len(rows))
    check.set_column(0, 0, 40)
    check.protect()
    manifest = workbook.add_worksheet(MANIFEST)
    for i, (name, value) in enumerate(_manifest(book, unit, until).items()):
        manifest.write_string(i, 0, name)
        manifest.write_string(i, 1, value)
    manifest.hide()
    workbook.close()
    return buffer.getvalue()


def _manifest(book: LedgerBook, unit: str, until: date) -> dict[str, str]:
    return {"format": FORMAT, "ledger": str(book.opening["origin"]), "unit": unit, "until": str(until)}


def row_key(row: ReturnRow) -> str:
    """By what a row is known again."""
    return f"{row.sheet}|{row.period}"


def form_csv(book: LedgerBook, unit: str, until: date) -> bytes:
    """The same form as CSV."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for r in rows_for(book, unit, until):
        cells = (book.opening["origin"], unit, r.sheet, r.indicator, r.measure, r.period, "", "", "")
        writer.writerow([neutral(str(c)) for c in cells])
    return file.getvalue().encode("utf-8-sig")


def form_json(book: LedgerBook, unit: str, until: date) -> bytes:
    """The same form as JSON: figures are texts, so that no digit is lost."""
    rows: Sequence[Mapping[str, Any]] = [
        {"sheet": r.sheet, "indicator": r.indicator, "measure": r.measure, "period": r.period, "value": "", "note": ""}
        for r in rows_for(book, unit, until)
    ]
    return json.dumps(
        {**_manifest(book, unit, until), "why": "", "figures": rows}, indent=1, ensure_ascii=False
    ).encode()


def write_forms(
    book: LedgerBook, folder: str | Path, until: date, *, units: Sequence[str] = (), kind: str = "xlsx"
) -> list[tuple[str, Path, int]]:
    """A form for every unit that owes a figure by a day, or for these: unit, file, figures asked for."""
    if kind not in KINDS:
        raise UnknownName("kind of form", kind, KINDS)
    make = {"xlsx": form, "csv": form_csv, "json": form_json}[kind]
    written = []
    for unit in units or book.units:
        rows = rows_for(book, unit, until)
        if rows:
            name = f"{file_stem(unit)}-{until}.{kind}"
            path = write_bytes(Path(folder) / name, make(book, unit, until), "the form", fix="name another folder")
            written.append((unit, path, sum(r.period != TOTAL for r in rows)))
    return written


def file_stem(unit: str) -> str:
    """A file's name for a unit, which leads out of no folder and is its own.

    >>> file_stem("../A"), file_stem("A")
    ('A-80dd8502', 'A')
    """
    plain = plain_stem(unit, "unit")
    return plain if plain == unit else f"{plain}-{hashlib.sha256(unit.encode()).hexdigest()[:8]}"
