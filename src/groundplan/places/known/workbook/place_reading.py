"""A workbook of places, as it came back: every cell compared by its key with the places that the manifest holds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.places.known.columns import Column, PlacesError, clean
from groundplan.places.known.given import Plant
from groundplan.places.known.places import Places
from groundplan.places.known.workbook.place_forms import (
    COLUMNS,
    ID,
    NAME,
    PLACES,
    PROVINCE,
    SHEETS,
    STANDING,
    SUMS,
    WORDS,
    forms_of,
    places_of,
    rest_of,
)
from groundplan.tables.returned import manifest
from groundplan.tables.returned.cell_values import value_of
from groundplan.tables.returned.changed_cells import Change, alike, extra_columns, returned_sheet, shown_cell
from groundplan.tables.returned.edit_forms import NUMBER, EditForm, FormColumn, FormRow

Record = dict[str, Any]


@dataclass(eq=False)
class _Back:
    """What a workbook states: the records of each sheet by key, in its order, changes and faults."""

    name: str
    changes: list[Change] = field(default_factory=list)
    faults: list[GroundplanError] = field(default_factory=list)

    def records(self, form: EditForm, grid: Any) -> list[tuple[str, Record]]:
        """Key (empty of a new row) and values of the rows: those with a key in their earlier order, new ones after."""
        sheet = returned_sheet(form, grid)
        self.faults += [PlacesError(f.what, where=f"{self.name}, {f.cell}", fix=f.fix) for f in sheet.faults]
        waiting = {} if sheet.faults else {row.key: row for row in form.rows}
        old: dict[str, Record] = {}
        new: list[Record] = []
        for row in sheet.rows:
            was = waiting.pop(row.key, None)
            before, record = form.cells_of(was), {}
            title = str(next((row.cells[k] for k in ("name en", "name", "place", *row.cells) if row.cells.get(k)), ""))
            for c in form.columns:
                cell, earlier = row.cells.get(c.name, ""), before.get(c.name, "")
                if alike(cell, earlier):
                    cell = earlier
                else:
                    what = f"{form.name}: {title}, {c.name}"
                    self.changes.append(Change(what, shown_cell(earlier), shown_cell(cell), row.places[c.name]))
                try:
                    record[c.name] = value_of(cell, c.kind, c.name)
                except StudyError as fault:
                    where = f"{self.name}, {row.places[c.name]}"
                    self.faults.append(PlacesError(fault.what, where=where, fix=fault.fix))
            if was:
                old[was.key] = record
            else:
                new.append(record)
        for gone in waiting.values():
            title = next((str(c) for c in gone.cells[2:] if isinstance(c, str) and c), str(gone.cells[0]))
            self.changes.append(Change(f"{form.name}: {title}", "a row", "taken out", form.name))
        return [*((row.key, old[row.key]) for row in form.rows if row.key in old), *(("", record) for record in new)]


def read_places_workbook(path: str | Path) -> Places:
    """The places that a workbook states; ``Places.changes`` is what was changed in it since it was written.

    Raises ``PlacesError`` with the cell, all at once, what ``Places`` is checked for, ``StudyError`` for a manifest
    that was changed, and what the door raises.
    """
    from groundplan.tables.door.uploads import read_upload

    file = Path(path)
    sheets = read_upload(file, sheets=(manifest.MANIFEST, *SHEETS), uneven=True).sheets
    stated = manifest.manifest_text(sheets[manifest.MANIFEST], manifest.PLACES, file.name)
    was, back = places_of(stated), _Back(file.name)
    there: dict[str, list[tuple[str, Record]]] = {}
    forms = {form.name: form for form in forms_of(was)}
    for name in (COLUMNS, PLACES, STANDING, SUMS):
        form, grid = forms[name], sheets.get(name)
        if grid is None:
            fix = "put it back, or clear its rows to take them out"
            if form.rows:
                back.faults.append(PlacesError(f"the sheet '{name}' is gone", where=file.name, fix=fix))
            there[name] = []
            continue
        if name == PLACES:
            described = [str(record["name"]) for _, record in there[COLUMNS]]
            more = [FormColumn(n, NUMBER) for n in extra_columns(form, grid) if n in described]
            longer = [FormRow(row.path, (*row.cells, *[""] * len(more))) for row in form.rows]
            form = EditForm(name, (*form.columns, *more), tuple(longer))
        there[name] = back.records(form, grid)
    raise_all(back.faults, where=file.name)
    columns = _columns(back, there[COLUMNS], list(there[PLACES][0][1]) if there[PLACES] else [])
    raise_all(back.faults, where=file.name)
    source = manifest.made_from(sheets[manifest.MANIFEST])
    return _places(was, there, columns, source, tuple(back.changes))


def _columns(back: _Back, rows: list[tuple[str, Record]], heads: list[str]) -> dict[str, Column]:
    """What the columns of places are; one that is described and not there, or there and not described, is a fault."""
    described = {}
    for _, record in rows:
        low, high = (math.nan if record[k] is None else float(record[k]) for k in ("low", "high"))
        name, unit, meaning, source, rule = (
            str(record[k] or "") for k in ("name", "unit", "meaning", "source", "rule")
        )
        described[name] = Column(name, unit, meaning, source, str(record["basis"] or "given"), rule, low, high)
    figures = [h for h in heads if h not in (ID, PROVINCE) and not h.startswith((f"{NAME} ", f"{WORDS} "))]
    where = f"{back.name}, {COLUMNS}"
    for name in (n for n in figures if n not in described):
        fix = "write its row: name, unit, meaning, source; or delete the column"
        back.faults.append(PlacesError(f"nobody says what the column '{name}' of {PLACES} is", where=where, fix=fix))
    for name in (n for n in described if n not in figures):
        fix = "add the column there, or delete its row here"
        back.faults.append(PlacesError(f"{PLACES} has no column '{name}'", where=where, fix=fix))
    return {name: described[name] for name in figures if name in described}


def _places(
    was: Places, there: Mapping[str, list[tuple[str, Record]]], columns: Mapping[str, Column], made_from: str,
    changes: tuple[Change, ...],
) -> Places:  # fmt: skip
    rows = [r for _, r in there[PLACES]]
    ids = [clean(r.get(ID) or "") for r in rows]
    earlier = {str(row.cells[0]): row.key for row in forms_of(was)[0].rows}
    now = {key: i for (key, _), i in zip(there[PLACES], ids, strict=True) if key}
    same = {i: now[key] for i, key in earlier.items() if key in now}

    def words(prefix: str) -> pd.DataFrame:
        heads = [h for h in (rows[0] if rows else {}) if h.startswith(f"{prefix} ")]
        data = {h.partition(" ")[2]: [str(r.get(h) or "") for r in rows] for h in heads}
        return pd.DataFrame(data, index=ids, dtype=object)

    sums = [r for _, r in there[SUMS]]
    totals = pd.DataFrame([[_figure(r, str(c)) for c in was.provinces] for r in sums], [str(r[PROVINCE]) for r in sums])
    return Places(
        name=was.name,
        country=was.country,
        table=pd.DataFrame([[_figure(r, c) for c in columns] for r in rows], ids, list(columns), dtype=float),
        columns=columns,
        names=words(NAME),
        province=pd.Series([str(r.get(PROVINCE) or "") for r in rows], ids, dtype=object),
        sources=was.sources,
        texts=words(WORDS),
        plants=tuple(_plant(r) for _, r in there[STANDING]),
        provinces=totals.set_axis(list(was.provinces), axis=1) if sums else pd.DataFrame(),
        doubts=was.doubts,
        tolerance=was.tolerance,
        made_from=made_from,
        changes=changes,
        **rest_of(was, same),
    )


def _figure(record: Record, name: str) -> float:
    """A figure of a row, NaN where it is missing."""
    value = record.get(name)
    return math.nan if value is None else float(value)


def _plant(record: Record) -> Plant:
    place, facility, size, source = (str(record[k] or "") for k in ("place", "facility", "size", "source"))
    return Plant(place, facility, size, int(record["since"] or 0), source)
