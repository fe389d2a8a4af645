"""A study's workbook, as it came back: every cell compared by its key with the study that the manifest holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import numpy as np

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.records.lines import Path
from groundplan.records.toml import parse
from groundplan.study.study_file import Content, content_of
from groundplan.study.study_workbook.study_forms import CHOICES, choice_cards, forms_of, inside, sheet_names
from groundplan.tables.returned.card_workbook import CellDocument
from groundplan.tables.returned.cell_values import value_of
from groundplan.tables.returned.changed_cells import Change, SheetRow, alike, returned_sheet, shown_cell
from groundplan.tables.returned.edit_forms import TEXT, Cell, EditForm
from groundplan.tables.returned.manifest import MANIFEST, STUDY, manifest_text


@dataclass(eq=False)
class Returned:
    """What a workbook states, gathered sheet by sheet: content, cells, changes and faults."""

    base: Mapping[str, Any]
    name: str
    content: dict[str, Any] = field(default_factory=dict)
    cells: dict[Path, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    faults: list[GroundplanError] = field(default_factory=list)

    def put(self, path: Path, value: Any, cell: str) -> None:
        """State a value at a path of keys."""
        within = self.content
        for step in path[:-1]:
            within = within.setdefault(str(step), {})
        within[str(path[-1])] = value
        self.cells[path] = cell

    def fault(self, what: str, cell: str, fix: str) -> None:
        """Note a fault at a cell."""
        self.faults.append(StudyError(what, where=f"{self.name}, {cell}", fix=fix))

    def taken(self, cell: Cell, kind: str, column: str, place: str) -> Any:
        """A cell's value, None and a fault where it is none of its kind."""
        try:
            return value_of(cell, kind, column)
        except StudyError as fault:
            fault.where = f"{self.name}, {place}"
            self.faults.append(fault)
            return None


@dataclass(frozen=True, eq=False)
class ReturnedStudy:
    """A workbook that came back: the study that it was written from as text, what it states now, what was changed."""

    text: str
    stated: Mapping[str, Any]
    content: Content
    changes: tuple[Change, ...]


def read_study_workbook(path: str | FilePath) -> tuple[Content, tuple[Change, ...]]:
    """The study that a workbook states, and what was changed in it since it was written.

    Rows may be sorted, cells edited, rows, columns and sheets added. Raises ``StudyError`` and ``UnknownName`` with
    the cell, all at once, and what the door raises.
    """
    back = read_returned_study(path)
    return back.content, back.changes


def read_returned_study(path: str | FilePath) -> ReturnedStudy:
    """The study that a workbook states, as what it was and what it is now. Raises as ``read_study_workbook`` does."""
    from groundplan.tables.door.uploads import read_upload

    file = FilePath(path)
    upload = read_upload(file, sheets=(MANIFEST, *sheet_names()), uneven=True)
    if MANIFEST not in upload.sheets:
        what = f"{file.name} is a workbook, and no study: it has no sheet {MANIFEST}"
        raise StudyError(what, where=str(file), fix=f"write one with {STUDY.command}")
    text = manifest_text(upload.sheets[MANIFEST], STUDY, file.name)
    base = parse(text, file.name).content
    back = Returned(base, file.name)
    for form in forms_of(base):
        if form.name not in upload.sheets:
            if form.rows:
                back.fault(
                    f"the sheet '{form.name}' is gone", form.name, "put it back, or clear its rows to take them out"
                )
            continue
        rows = _rows(back, form, upload.sheets[form.name])
        (_choices if form.name == CHOICES else _records)(back, form, rows)
    try:
        content = content_of(CellDocument(back.content, file.name, cells=back.cells))
    except GroundplanError as error:
        content, back.faults = Content("", None, None), [*back.faults, *error.parts]  # type: ignore[arg-type]
    raise_all(back.faults, where=file.name)
    return ReturnedStudy(text, back.content, content, tuple(back.changes))


def _rows(back: Returned, form: EditForm, grid: np.ndarray) -> list[SheetRow]:
    """The rows of a sheet that say something, what is wrong with its headings noted."""
    sheet = returned_sheet(form, grid)
    for fault in sheet.faults:
        back.fault(*fault)
    return list(sheet.rows)


def _choices(back: Returned, form: EditForm, rows: list[SheetRow]) -> None:
    """Single choices: a row each, or one for each sector."""
    cards = choice_cards()
    expected = {_choice_of(row.path, str(row.cells[0])): row for row in form.rows}
    keys = {row.key: row for row in form.rows}
    stated: dict[tuple[str, str], tuple[Any, str]] = {}
    for row in rows:
        name, sector = str(row.cells["choice"]), str(value_of(row.cells.get("for", ""), TEXT, "for") or "")
        if name == "" and row.key in keys:
            name, sector = _choice_of(keys[row.key].path, str(keys[row.key].cells[0]))
        place = row.places.get("choice", form.name)
        if name not in cards:
            back.faults.append(UnknownName("choice", name, cards, where=f"{back.name}, {place}"))
            continue
        if sector and not cards[name].by_name:
            back.fault(f"{name} has no value for a sector, '{sector}'", row.places["for"], "clear 'for'")
        elif (name, sector) in stated:
            what = f"{name}{f' for {sector}' if sector else ''} stands twice"
            back.fault(what, row.places["value"], f"keep one; the other is in {stated[name, sector][1]}")
        else:
            stated[name, sector] = (_choice(back, row, name, sector, expected), row.places["value"])
    for (name, sector), was in expected.items():
        if (name, sector) not in stated and was.cells[2] != "":
            back.changes.append(Change(_named(name, sector), shown_cell(was.cells[2]), "not said", form.name))
    # Sorting changes nothing: what was there keeps its order.
    _put_choices(back, {key: stated[key] for key in (*(k for k in expected if k in stated), *stated)})


def _choice_of(path: Path, name: str) -> tuple[str, str]:
    """The choice and the sector that a row's path names."""
    return name, str(path[-1]) if len(path) > len(choice_cards()[name].path) else ""


def _choice(back: Returned, row: SheetRow, name: str, sector: str, expected: Mapping[Any, Any]) -> Any:
    """The value of a choice: the study's own where its cell is as it was."""
    card, cell, was = choice_cards()[name], row.cells.get("value", ""), expected.get((name, sector))
    before: Cell = "" if was is None else was.cells[2]
    if was is not None and alike(cell, before):
        return inside(back.base, was.path)
    back.changes.append(Change(_named(name, sector), shown_cell(before), shown_cell(cell), row.places["value"]))
    return back.taken(cell, card.kind, name, row.places["value"])


def _put_choices(back: Returned, stated: Mapping[tuple[str, str], tuple[Any, str]]) -> None:
    by_name: dict[str, dict[str, tuple[Any, str]]] = {}
    for (name, sector), (value, place) in stated.items():
        if value is not None:
            by_name.setdefault(name, {})[sector] = (value, place)
    for name, values in by_name.items():
        path, place = choice_cards()[name].path, next(iter(values.values()))[1]
        if list(values) == [""]:
            back.put(path, values[""][0], place)
            continue
        if "" in values and "default" in values:
            back.fault(f"{name} stands with 'default' and without a sector", place, "keep one of the two rows")
        entries = {sector or "default": value for sector, value in values.items()}
        back.put(path, {sector: value for sector, (value, _) in entries.items()}, place)
        back.cells |= {(*path, sector): cell for sector, (_, cell) in entries.items()}


def _records(back: Returned, form: EditForm, rows: list[SheetRow]) -> None:
    """Records: a row each; those with a key keep their order, new ones follow."""
    waiting = {row.key: row for row in form.rows}
    old: dict[Path, tuple[dict[str, Any], SheetRow]] = {}
    new: list[tuple[dict[str, Any], SheetRow]] = []
    for row in rows:
        was = waiting.pop(row.key, None)
        before = {c.name: cell for c, cell in zip(form.columns, was.cells, strict=True)} if was else {}
        record = dict(inside(back.base, was.path)) if was else {}
        for c in form.columns:
            cell, before_cell = row.cells.get(c.name, ""), before.get(c.name, "")
            if c.name not in row.cells or alike(cell, before_cell):
                continue
            value = back.taken(cell, c.kind, c.name, row.places[c.name])
            record.pop(c.name, None)
            if value is not None:
                record[c.name] = value
            what = f"{form.name}: {c.name} of {_label(row.cells)}"
            back.changes.append(Change(what, shown_cell(before_cell), shown_cell(cell), row.places[c.name]))
        if was:
            old[was.path] = (record, row)
        else:
            new.append((record, row))
    for gone in waiting.values():
        cells = {c.name: cell for c, cell in zip(form.columns, gone.cells, strict=True)}
        back.changes.append(Change(f"{form.name}: {_label(cells)}", "a row", "taken out", form.name))
    _put_records(back, form, [*(old[row.path] for row in form.rows if row.path in old), *new])


def _put_records(back: Returned, form: EditForm, there: list[tuple[dict[str, Any], SheetRow]]) -> None:
    from groundplan.planning.activities import COLUMNS
    from groundplan.study.study_file import records

    table = form.name.partition(" ")[2]
    path: Path = ("projects", table) if table in COLUMNS else (form.name,)
    many = table in COLUMNS or records()[form.name][1]
    if not there:
        return
    if not many and len(there) > 1:
        back.fault(
            f"'{form.name}' has {len(there)} rows", f"{form.name}!{there[1][1].number}:{there[1][1].number}", "keep one"
        )
    first = next(iter(there[0][1].places.values()))
    back.put(path, [record for record, _ in there] if many else there[0][0], first)
    for n, (_, row) in enumerate(there if many else there[:1]):
        own: Path = (*path, n) if many else path
        back.cells[own] = f"{form.name}!{row.number}:{row.number}"
        back.cells |= {(*own, name): place for name, place in row.places.items()}


def _named(name: str, sector: str) -> str:
    return f"{name} for {sector}" if sector else name


def _label(cells: Mapping[str, Cell]) -> str:
    """What a record is called: the first thing that its row says in words."""
    said = [str(cells[k]) for k in ("name", "label", "indicator", "group", "product") if cells.get(k)]
    return (said or [str(c) for c in cells.values() if c != ""] or ["a row"])[0]
