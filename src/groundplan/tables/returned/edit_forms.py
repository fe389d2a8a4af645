"""Forms: sheets of a workbook to edit, each row under a hidden key by which it is found again."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.errors import GroundplanError
from groundplan.records.toml import toml_of

KEY = "#key"
NUMBER, WHOLE, SWITCH, TEXT, STATED = "number", "whole number", "yes or no", "words", "as in a study"
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
EXACT = 2**53  # integers from here on are not all numbers of a spreadsheet
LONGEST = 30_000  # characters in one cell
MEANING, UNIT, HEAD, TOP = 0, 1, 2, 3  # rows of a form
SPARE = 300  # rows under the last one in which cells are checked as they are typed

Cell = float | str
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class FormColumn:
    """A column of a form: its name, what its cells hold, and the card of the field."""

    name: str
    kind: str
    unit: str = ""
    meaning: str = ""
    low: float = -math.inf
    high: float = math.inf
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormRow:
    """A row of a form: the path of what it states, and its cells in the order of the columns, "" where it is silent."""

    path: Path
    cells: tuple[Cell, ...]

    @property
    def key(self) -> str:
        """The path as the hidden cell has it."""
        return safe(toml_of(list(self.path)))


@dataclass(frozen=True)
class EditForm:
    """A sheet: its name, its columns and its rows."""

    name: str
    columns: tuple[FormColumn, ...]
    rows: tuple[FormRow, ...]

    def cells_of(self, row: FormRow | None) -> dict[str, Cell]:
        """Column → what the row says there; nothing of a row that is not there."""
        return {} if row is None else {c.name: cell for c, cell in zip(self.columns, row.cells, strict=True)}


def cell_of(value: Any, kind: str) -> Cell:
    """A value as its cell has it; lists and tables, and texts that no cell would keep, as a study writes them.

    >>> cell_of(0.5, NUMBER), cell_of(True, SWITCH), cell_of(["a", "b"], STATED), cell_of("steel", TEXT)
    (0.5, 'yes', '["a", "b"]', 'steel')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if (isinstance(value, float) and math.isfinite(value)) or (isinstance(value, int) and abs(value) < EXACT):
        return float(value)
    return value if isinstance(value, str) and kind == TEXT and _keeps(value) else safe(toml_of(value))


def _keeps(text: str) -> bool:
    """Whether a cell gives a text back as it was."""
    return bool(text) and text == text.strip() and text[0] != '"' and not UNSAFE.search(text)


def safe(toml: str) -> str:
    """TOML without letters that a workbook changes or forbids: they stand as escapes in its texts."""
    return UNSAFE.sub(lambda m: f"\\u{ord(m[0][0]):04x}{m[0][1:]}", toml)


def fill(sheet: Any, looks: Mapping[str, Any], form: EditForm) -> None:
    """Fill a sheet with a form; ``looks`` has the formats "note", "head of words" and "text cell" of its workbook.

    Raises ``GroundplanError`` for a text that no cell holds.
    """
    sheet.write_string(HEAD, 0, KEY, looks["head of words"])
    sheet.set_column(0, 0, 8, None, {"hidden": True})
    for j, c in enumerate(form.columns, 1):
        heads = ((MEANING, c.meaning, "note"), (UNIT, c.unit, "note"), (HEAD, c.name, "head of words"))
        for at, words, look in heads:
            sheet.write_string(at, j, words, looks[look])
        wide = 16 if c.kind in (NUMBER, WHOLE, SWITCH) else 24
        sheet.set_column(j, j, wide, looks["text cell"] if c.kind == TEXT else None)
        _validated(sheet, j, len(form.rows), c)
    for i, row in enumerate(form.rows, TOP):
        sheet.write_string(i, 0, row.key)
        for j, cell in enumerate(row.cells, 1):
            if isinstance(cell, float):
                sheet.write_number(i, j, cell)
            elif cell:
                if len(cell) > LONGEST:
                    what = f"{form.columns[j - 1].name} of {form.name} is longer than a cell holds"
                    raise GroundplanError(what, where=form.name, fix="keep it as a file of text")
                sheet.write_string(i, j, cell, looks["text cell"])
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
