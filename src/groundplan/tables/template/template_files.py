"""The template on disk: an Excel workbook with live checks, or a folder of CSV files."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from groundplan.errors import GroundplanError
from groundplan.spreadsheets import WORKBOOK_OPTIONS, neutral
from groundplan.tables.returned.manifest import ACCOUNTS, MANIFEST, safe_lines, write_manifest
from groundplan.tables.table import FINAL_KINDS, PRIMARY_KINDS
from groundplan.tables.template.filled_template import file_name
from groundplan.tables.template.form import (
    DOMESTIC,
    DRAWS,
    IMPORTED,
    IMPORTS,
    PARTNERS,
    README,
    TOTAL_USE,
    Cell,
    Form,
)
from groundplan.tables.template.returned_template import form_text

FIGURES = (DOMESTIC, IMPORTED, TOTAL_USE, IMPORTS, "Final taxes", "Capital")
WORDS = {"Primary inputs": 3, "Employment": 2, PARTNERS: 3, DRAWS: 2}  # columns of words before the figures
LAST_ROW = 200  # rows of primary inputs that the checks add up
CLOSES = 0.001  # share of output that a gap may be, as where accounts are loaded


def write_template(path: Path, form: Form, *, as_csv: bool = False, made_from: str = "") -> Path:
    """Write a form to ``path``, a workbook or, ``as_csv``, a new folder of CSV files; whole or not at all.

    Text is never written as a formula: in the workbook as plain text, in CSV files ``neutral``. ``made_from`` says
    whose accounts it is filled with: the workbook then has a manifest, by which is known what was changed in it.
    Errors: something is there already; the place cannot be written.
    """
    if path.exists():
        raise GroundplanError(f"{path} is there already", fix="name another file; nothing is overwritten")
    if not as_csv and path.suffix.lower() != ".xlsx":
        raise GroundplanError(f"{path} does not end in .xlsx", fix="name it .xlsx, or ask for a folder with --csv")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".template-", dir=path.parent))
        try:
            if as_csv:
                _folder(fresh / "whole", form)
            else:
                (fresh / "whole").write_bytes(_workbook(form, made_from))
            os.replace(fresh / "whole", path)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise GroundplanError(
            f"the template cannot be written: {error.strerror or error}", where=str(path), fix="name another place"
        ) from error
    return path


def _folder(folder: Path, form: Form) -> None:
    folder.mkdir()
    (folder / "README.txt").write_text(README, "utf-8")
    for sheet, rows in form.items():
        # The byte-order mark tells spreadsheet programs that the file is UTF-8.
        with (folder / file_name(sheet)).open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerows([_plain(cell) for cell in row] for row in rows)


def _plain(cell: Cell) -> str:
    """A cell's text in CSV; figures with every digit that they need."""
    return neutral(cell) if isinstance(cell, str) else repr(cell).removesuffix(".0")


def _workbook(form: Form, made_from: str) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, WORKBOOK_OPTIONS)
    bold, wrap = book.add_format({"bold": True, "bg_color": "#E8EEF4"}), book.add_format({"text_wrap": True})
    readme = book.add_worksheet("Read me")
    readme.set_column(0, 0, 120)
    for n, line in enumerate(README.splitlines()):
        readme.write_string(n, 0, line)
    for sheet, rows in form.items():
        page = book.add_worksheet(sheet)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                kind = bold if i == 0 or (j == 0 and sheet != "Methods") else None
                if isinstance(cell, str):
                    page.write_string(i, j, cell, kind) if cell else page.write_blank(i, j, None, kind)
                else:
                    page.write_number(i, j, cell, kind)
        page.freeze_panes(1, WORDS.get(sheet, 1))
        page.set_column(0, 0, 20)
        _choices(page, sheet, len(rows), len(rows[0]))
        if sheet in ("About", "Methods"):
            page.set_column(1, 2, 60, wrap)
    _checks(book, form, bold)
    if made_from:
        write_manifest(book.add_worksheet(MANIFEST), ACCOUNTS, safe_lines(form_text(form)), made_from)
    book.close()
    return buffer.getvalue()


def _choices(page: Any, sheet: str, rows: int, columns: int) -> None:
    """What a cell may hold: kinds from a list, figures that are numbers."""
    if sheet in ("Final uses", "Primary inputs"):
        kinds = list(FINAL_KINDS if sheet == "Final uses" else PRIMARY_KINDS)
        page.data_validation(1, 2, LAST_ROW - 1, 2, {"validate": "list", "source": kinds})
    if sheet == "About":
        page.data_validation(7, 1, 7, 1, {"validate": "list", "source": ["by use", "total"]})
        page.data_validation(8, 1, 8, 1, {"validate": "list", "source": ["yes", "no"]})
    if sheet in FIGURES or sheet in WORDS:
        left, bottom = WORDS.get(sheet, 1), max(rows - 1, 1)
        number = {
            "validate": "decimal", "criteria": "between", "minimum": -1e18, "maximum": 1e18,
            "error_title": "A figure", "error_message": "Give a number: 0 where there is no flow.",
        }  # fmt: skip
        page.data_validation(1, left, bottom, max(columns - 1, left), number)


def _checks(book: Any, form: Form, bold: Any) -> None:
    """Output by row against costs by column, as formulas with the values that they have now."""
    page = book.add_worksheet("Checks")
    amount, share = book.add_format({"num_format": "#,##0.###"}), book.add_format({"num_format": "0.00%"})
    red = book.add_format({"bg_color": "#F6C8C8"})
    for j, head in enumerate(("code", "name", "output (row)", "costs (column)", "gap", "gap / output", "verdict")):
        page.write_string(0, j, head, bold)
    sectors = form["Sectors"][1:]
    outputs, costs = _sums(form)
    for k, (code, name, *_) in enumerate(sectors):
        i = k + 1
        page.write_string(i, 0, str(code))
        page.write_string(i, 1, str(name))
        output, cost = _formulas(form, k)
        gap = outputs[k] - costs[k]
        part = gap / outputs[k] if outputs[k] else 0.0
        page.write_formula(i, 2, output, amount, outputs[k])
        page.write_formula(i, 3, cost, amount, costs[k])
        page.write_formula(i, 4, f"=C{i + 1}-D{i + 1}", amount, gap)
        page.write_formula(i, 5, f"=IF(C{i + 1}=0,0,E{i + 1}/C{i + 1})", share, part)
        closes = abs(gap) <= CLOSES * abs(outputs[k])
        test = f'=IF(ABS(E{i + 1})<={CLOSES}*ABS(C{i + 1}),"closes","look here")'
        page.write_formula(i, 6, test, None, "closes" if closes else "look here")
    n = len(sectors)
    page.write_string(n + 1, 0, "all", bold)
    for j, total in ((2, sum(outputs)), (3, sum(costs)), (4, sum(outputs) - sum(costs))):
        page.write_formula(n + 1, j, f"=SUM({xl_rowcol_to_cell(1, j)}:{xl_rowcol_to_cell(n, j)})", amount, total)
    page.conditional_format(1, 6, n, 6, {"type": "cell", "criteria": "==", "value": '"look here"', "format": red})
    page.freeze_panes(1, 2)
    page.set_column(1, 1, 40)
    page.set_column(2, 6, 16)


def _formulas(form: Form, k: int) -> tuple[str, str]:
    """Output and costs of sector k, as formulas over the sheets."""
    n = len(form["Sectors"]) - 1
    use = DOMESTIC if DOMESTIC in form else TOTAL_USE
    last = xl_col_to_name(len(form[use][0]) - 1)
    output = f"=SUM('{use}'!B{k + 2}:{last}{k + 2})"
    column, paid = xl_col_to_name(k + 1), xl_col_to_name(k + 3)
    spent = [f"SUM('{sheet}'!{column}2:{column}{n + 1})" for sheet in (use, IMPORTED) if sheet in form]
    cost = "=" + "+".join([*spent, f"SUM('Primary inputs'!{paid}2:{paid}{LAST_ROW})"])
    return (output if use == DOMESTIC else f"{output}-{IMPORTS}!B{k + 2}"), cost


def _sums(form: Form) -> tuple[list[float], list[float]]:
    """Output and costs by sector as they are now, for programs that show a workbook without computing it."""
    n = len(form["Sectors"]) - 1
    use = DOMESTIC if DOMESTIC in form else TOTAL_USE

    def total(cells: Sequence[Cell]) -> float:
        return sum(cell for cell in cells if not isinstance(cell, str))

    outputs = [total(row[1:]) for row in form[use][1:]]
    if use == TOTAL_USE:
        outputs = [x - total(row[1:]) for x, row in zip(outputs, form[IMPORTS][1:], strict=True)]
    spent = [form[sheet] for sheet in (use, IMPORTED) if sheet in form]
    costs = [sum(total([row[k + 1] for row in rows[1:]]) for rows in spent) for k in range(n)]
    paid = [total([row[k + 3] for row in form["Primary inputs"][1:]]) for k in range(n)]
    return outputs, [a + b for a, b in zip(costs, paid, strict=True)]
