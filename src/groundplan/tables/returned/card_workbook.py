"""A record with a list of entries as a workbook to fill in: single keys on one sheet, an entry a row on another."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

import numpy as np

from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.records.card import Card, inner_record, types_of
from groundplan.records.lines import Path
from groundplan.records.toml import Document
from groundplan.spreadsheets import WORKBOOK_OPTIONS
from groundplan.tables.returned.card_columns import columns_of
from groundplan.tables.returned.cell_values import value_of
from groundplan.tables.returned.changed_cells import SheetRow, returned_sheet
from groundplan.tables.returned.edit_forms import STATED, TEXT, Cell, EditForm, FormColumn, FormRow, cell_of, fill

README_SHEET, KEYS = "Read me", "Keys"
KEY_COLUMNS = (
    FormColumn("name", TEXT, meaning="what is said"),
    FormColumn("value", STATED, meaning="yours to write; empty: as if nothing were said"),
    FormColumn("unit", TEXT),
    FormColumn("meaning", TEXT),
)


@dataclass(frozen=True, eq=False)
class CellDocument(Document):
    """A document that knows the cell of every path instead of its line."""

    cells: Mapping[Path, str] = field(default_factory=dict)

    def where(self, path: Path = ()) -> str:
        """``plan.xlsx, Choices!D7`` of a path, or of the row around it; the file alone where that has none."""
        while path and path not in self.cells:
            path = path[:-1]
        return f"{self.name}, {self.cells[path]}" if path else self.name


@dataclass(frozen=True, eq=False)
class CardWorkbook:
    """How a record is a workbook.

    record    the record, one of whose fields, ``rows``, is a list of entries: the sheet of that name
    rows      that field; all other fields with a card are rows of the sheet Keys
    noted     columns of an entry that a form may fill in beforehand: a row that says nothing else is empty
    readme    what the first sheet says, line by line
    offered   words that a column offers beside those of its card, by column
    more      further columns of the rows' sheet, which say nothing of the record
    """

    record: type[Card]
    rows: str
    noted: tuple[str, ...]
    readme: tuple[str, ...]
    offered: Mapping[str, Sequence[str]] = field(default_factory=dict)
    more: tuple[FormColumn, ...] = ()

    @property
    def columns(self) -> tuple[FormColumn, ...]:
        """The columns of an entry."""
        entry = inner_record(types_of(self.record)[self.rows])
        assert entry is not None
        return tuple(replace(c, among=c.among or tuple(self.offered.get(c.name, ()))) for c in columns_of(entry))

    @property
    def keys(self) -> tuple[FormColumn, ...]:
        """The single keys."""
        return tuple(c for c in columns_of(self.record) if c.name != self.rows)

    def forms(self, content: Mapping[str, Any]) -> tuple[EditForm, EditForm]:
        """Both sheets with what ``content`` says; entries may say something in the further columns too."""
        stated = [
            FormRow((k.name,), (k.name, cell_of(content.get(k.name), k.kind), k.unit, k.meaning)) for k in self.keys
        ]
        entries = [
            FormRow((self.rows, n), (*(_cell(row.get(c.name), c) for c in self.columns),
                                     *(cell_of(row.get(c.name), c.kind) for c in self.more)))
            for n, row in enumerate(content.get(self.rows, ()))
        ]  # fmt: skip
        shown = tuple(replace(c, kind=TEXT) if c.kind == STATED else c for c in self.columns)
        return EditForm(KEYS, KEY_COLUMNS, tuple(stated)), EditForm(self.rows, (*shown, *self.more), tuple(entries))

    def workbook(self, content: Mapping[str, Any]) -> bytes:
        """A workbook that says ``content``. Raises ``GroundplanError`` for a text that no cell holds."""
        import xlsxwriter

        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer, WORKBOOK_OPTIONS)
        looks = {
            "note": book.add_format({"italic": True, "text_wrap": True, "valign": "top", "font_color": "#555555"}),
            "head of words": book.add_format({"bold": True, "bg_color": "#E8EEF4"}),
            "text cell": book.add_format({"num_format": "@"}),
        }
        page = book.add_worksheet(README_SHEET)
        page.set_column(0, 0, 110)
        for n, line in enumerate(self.readme):
            page.write_string(n, 0, line)
        for form in self.forms(content):
            sheet = book.add_worksheet(form.name)
            fill(sheet, looks, form)
        book.close()
        return buffer.getvalue()

    def document(self, path: str | FilePath) -> Document:
        """What a workbook states, each value with its cell; rows that say nothing of their own are passed over.

        Rows may be sorted and added, columns and sheets too. Raises ``StudyError`` with the cell, all faults at once,
        and what the door raises.
        """
        from groundplan.tables.door.uploads import read_upload

        file = FilePath(path)
        upload = read_upload(file, sheets=(KEYS, self.rows), uneven=True)
        missing = [s for s in (KEYS, self.rows) if s not in upload.sheets]
        raise_all([
            StudyError(f"{file.name} has no sheet '{s}'", where=str(file), fix="begin with a fresh template")
            for s in missing
        ])  # fmt: skip
        back = _Stated(file.name)
        keys, entries = self.forms({})
        for row in back.sheet(keys, upload.sheets[KEYS]):
            back.key(row, {c.name: c for c in self.keys})
        rows = [
            row for row in back.sheet(entries, upload.sheets[self.rows])
            if any(row.cells.get(c.name, "") != "" for c in self.columns if c.name not in self.noted)
        ]  # fmt: skip
        for n, row in enumerate(rows):
            back.entry(row, self.columns, (self.rows, n))
        raise_all(back.faults, where=file.name)
        return CellDocument(back.content, file.name, cells=back.cells)


@dataclass(eq=False)
class _Stated:
    """What a workbook states, gathered row by row."""

    name: str
    content: dict[str, Any] = field(default_factory=dict)
    cells: dict[Path, str] = field(default_factory=dict)
    faults: list[GroundplanError] = field(default_factory=list)

    def sheet(self, form: EditForm, grid: np.ndarray) -> tuple[SheetRow, ...]:
        """The rows of a sheet, what is wrong with its headings noted."""
        sheet = returned_sheet(form, grid)
        self.faults += [StudyError(f.what, where=f"{self.name}, {f.cell}", fix=f.fix) for f in sheet.faults]
        return sheet.rows

    def key(self, row: SheetRow, keys: Mapping[str, FormColumn]) -> None:
        """A single key; one that the record does not have is told when the record is read."""
        name, cell = str(row.cells.get("name", "")), row.cells.get("value", "")
        place = row.places.get("value", "")
        if name in self.content:
            self.faults.append(StudyError(f"{name} stands twice", where=f"{self.name}, {place}", fix="keep one"))
        elif cell != "":
            self.put((name,), self.value(cell, keys.get(name, KEY_COLUMNS[0]), place), place)

    def entry(self, row: SheetRow, columns: Sequence[FormColumn], path: Path) -> None:
        """An entry: a row."""
        said: dict[str, Any] = {}
        self.content.setdefault(str(path[0]), []).append(said)
        self.cells[path] = f"{path[0]}!{row.number}:{row.number}"
        for c in columns:
            cell = row.cells.get(c.name, "")
            if cell != "" and (value := self.value(cell, c, row.places[c.name])) is not None:
                said[c.name] = value
                self.cells[(*path, c.name)] = row.places[c.name]

    def put(self, path: Path, value: Any, place: str) -> None:
        """State a single value."""
        if value is not None:
            self.content[str(path[0])] = value
            self.cells[path] = place

    def value(self, cell: Cell, column: FormColumn, place: str) -> Any:
        """A cell's value, None and a fault where it is none of its kind."""
        try:
            if column.kind == STATED and not str(cell).startswith("["):
                return [part for p in str(value_of(cell, TEXT, column.name)).split(",") if (part := p.strip())]
            return value_of(cell, column.kind, column.name)
        except StudyError as fault:
            fault.where = f"{self.name}, {place}"
            self.faults.append(fault)
            return None


def _cell(value: Any, column: FormColumn) -> Cell:
    """A value as its cell; a list of plain words with commas between."""
    words = [str(v) for v in value] if isinstance(value, (list, tuple)) else None
    if words and all(w == w.strip() and w and not set(w) & set(',["') for w in words):
        return ", ".join(words)
    return cell_of(None if value in ((), []) else value, column.kind)
