"""What was entered into the form of a study, as the study's text: what was not touched stays as it was written."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.records.lines import Path
from groundplan.records.toml import Document, parse
from groundplan.study.study_editing.entered_numbers import entered_number
from groundplan.study.study_editing.form_fields import BY_SECTOR, StudyField, StudyGrid, study_fields, study_page
from groundplan.study.study_editing.levers import DEFAULT
from groundplan.study.study_editing.text_patching import patched
from groundplan.study.study_file import content_of
from groundplan.study.study_workbook.study_forms import choice_cards, inside
from groundplan.tables.returned.cell_values import value_of
from groundplan.tables.returned.edit_forms import NUMBER, SWITCH, WHOLE

Kept = dict[tuple[str, ...], list[int | None]]


class StudyFormFaults(GroundplanError):
    """What is wrong with a form of a study, by the names of its fields; "" for what is of no field."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__("; ".join(by_field.values()), fix="mend the fields that are marked")
        self.by_field = dict(by_field)


@dataclass(frozen=True, eq=False)
class FieldDocument(Document):
    """A document that knows the field of every path instead of its line."""

    fields: Mapping[Path, str] = field(default_factory=dict)

    def where(self, path: Path = ()) -> str:
        """The field of a path, or of the record around it; nothing where that has none."""
        while path and path not in self.fields:
            path = path[:-1]
        return self.fields.get(path, "")


@dataclass(eq=False)
class _Entered:
    """Content that is changed field by field, and what is wrong."""

    base: Mapping[str, Any]
    content: dict[str, Any]
    fields: dict[Path, str] = field(default_factory=dict)
    kept: Kept = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def wrong(self, name: str, fault: GroundplanError) -> None:
        """Note a fault at a field, after those that it has."""
        said = f"{fault.what}: {fault.fix}" if fault.fix else fault.what
        self.faults[name] = f"{self.faults[name]}; {said}" if name in self.faults else said

    def put(self, path: Path, value: Any) -> None:
        """State a value at a path of keys, None: nothing."""
        within = self.content
        for step in path[:-1]:
            within = within.setdefault(str(step), {})
        if value is None:
            within.pop(str(path[-1]), None)
            if not within and len(path) > 1:
                self.content.pop(str(path[0]), None)
        else:
            within[str(path[-1])] = value


def entered_text(text: str, entered: Mapping[str, str]) -> str:
    """The study's text with what was entered into its form, as ``form_fields`` names the fields.

    Fields that are not there, and those that say what the study says, change nothing.
    Raises ``StudyFormFaults``, all at once, each at its field.
    """
    base = parse(text, "the study").content
    form = _Entered(base, copy.deepcopy(dict(base)))
    _choices(form, entered)
    stood = {grid.name: grid for grid in study_page(base).grids}
    for grid in study_page(base, entered).grids:
        _records(form, grid, stood[grid.name], entered)
    _checked(form)
    return patched(text, form.content, form.kept)


def _checked(form: _Entered) -> None:
    """Refuse what is no study, each fault at its field."""
    if not form.faults:
        try:
            content_of(FieldDocument(form.content or {"plan": {}}, "", fields=form.fields))
        except GroundplanError as error:
            for fault in error.parts:
                form.wrong(fault.where if fault.where in form.fields.values() else "", fault)
    if form.faults:
        raise StudyFormFaults(form.faults)


def _choices(form: _Entered, entered: Mapping[str, str]) -> None:
    by_key: dict[str, list[StudyField]] = {}
    for f in study_fields(form.base):
        by_key.setdefault(f.key, []).append(f)
    for key, fields in by_key.items():
        path = choice_cards()[key].path
        form.fields[path] = fields[0].name
        touched = [f for f in fields if entered.get(f.name, f.value).strip() != f.value.strip()]
        for f in touched:
            form.fields[path] = f.name
        if touched:
            form.put(path, _choice(form, fields, {f.name: entered.get(f.name, f.value) for f in fields}))


def _choice(form: _Entered, fields: list[StudyField], entered: Mapping[str, str]) -> Any:
    """The value of a choice: of one field, or of the number for all and the lines for single sectors."""
    one, by_name = None, dict[str, float]()
    for f in fields:
        said = entered[f.name]
        if f.kind == BY_SECTOR:
            by_name = _lines(form, f, said)
        elif said.strip() == f.value.strip():
            stood = inside(form.base, f.path)
            one = stood.get(DEFAULT) if isinstance(stood, Mapping) and len(fields) > 1 else stood
        else:
            one = _value(form, f.name, said, f.kind, f.key)
    if not by_name:
        return one
    return by_name if one is None else {DEFAULT: one, **by_name}


def _lines(form: _Entered, f: StudyField, text: str) -> dict[str, float]:
    out: dict[str, float] = {}
    for line in filter(str.strip, text.splitlines()):
        name, mark, value = (part.strip() for part in line.replace("\t", "=").rpartition("="))
        if not mark or not name:
            form.wrong(f.name, StudyError(f"'{line.strip()[:60]}' is no name with a value", fix="write name = 0.05"))
            continue
        if name in out or name.strip('"') in out:
            form.wrong(f.name, StudyError(f"{name} stands twice", fix="keep one of the two lines"))
        number = _value(form, f.name, value, NUMBER, name)
        out[name.strip('"')] = 0.0 if number is None else number
    return out


def _value(form: _Entered, name: str, text: str, kind: str, column: str) -> Any:
    """What a field's text states; None and a fault where it is none of its kind."""
    said = text.strip()
    if not said:
        return None
    try:
        if kind in (NUMBER, WHOLE):
            return entered_number(said, column, whole=kind == WHOLE)
        if kind == SWITCH:
            return value_of(said, kind, column)
        if kind not in ("words",) and not said.startswith(("[", "{", '"', "'")):
            return _number_or_words(said, column)
        return value_of(said, kind, column)
    except StudyError as fault:
        form.wrong(name, fault)
        return None


def _number_or_words(said: str, column: str) -> Any:
    """A text where a study may have a number, a list or a table: a number; numbers with commas between are a list."""
    if said in ("true", "false"):
        return said == "true"
    try:
        return entered_number(said, column)
    except StudyError:
        parts = [p for p in said.replace(";", " ").split() if p]
        if len(parts) > 1:
            try:
                return [float(entered_number(p.strip(","), column)) for p in parts]
            except StudyError:
                pass
        raise


def _records(form: _Entered, grid: StudyGrid, stood: StudyGrid, entered: Mapping[str, str]) -> None:
    """The records of a grid: those that stand keep their order, new ones follow, rows without a cell are taken out."""
    before = inside(form.base, grid.path)
    old = before if isinstance(before, list) else [] if before is None else [before]
    as_it_was = {row.number: row for row in stood.rows}
    origins: list[int | None] = []
    records: list[dict[str, Any]] = []
    for row in grid.rows:
        place = int(row.number) if row.number.isdecimal() and int(row.number) < len(old) else None
        head = f"row.{grid.name}.{row.number}"
        if not any(v.strip() for v in row.cells.values()) or entered.get(f"{head}.out"):
            continue
        was = as_it_was[row.number].cells if place is not None else {}
        record = dict(old[place]) if place is not None else {}
        at: Path = (*grid.path, len(records)) if grid.many else grid.path
        form.fields[at] = head
        for c in grid.columns:
            form.fields[*at, c.name] = f"{head}.{c.name}"
            said = row.cells[c.name]
            if said.strip() == was.get(c.name, "").strip():
                continue
            value = _value(form, f"{head}.{c.name}", said, c.kind, c.name)
            record.pop(c.name, None) if value is None else record.update({c.name: value})
        origins.append(place)
        records.append(record)
    if records == old and origins == list(range(len(old))):
        return
    if len(records) > 1 and not grid.many:
        form.wrong(f"row.{grid.name}.new0", UnknownName("second row", grid.name, [], fix="keep one"))
    form.kept[grid.path] = origins
    form.put(grid.path, (records if grid.many else records[0]) if records else None)
