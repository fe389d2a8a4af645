"""What was changed in a workbook since it was written: cells compared by the keys of their rows and columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from groundplan.tables.door.layout import label_text
from groundplan.tables.door.parsing.workbook import letters
from groundplan.tables.returned.edit_forms import KEY, Cell, EditForm

CLOSE = 1e-14  # programs keep 15 to 17 digits of a number
MOST = 20  # changes that a terminal lists
ONLY = "value"  # heading of a column that is alone on its sheet


class Change(NamedTuple):
    """What stands otherwise in a workbook than in what it was made from."""

    what: str
    before: str
    after: str
    cell: str


class SheetRow(NamedTuple):
    """A row of a sheet that came back: its number, its key, its cells by column, and where each stands."""

    number: int
    key: str
    cells: Mapping[str, Cell]
    places: Mapping[str, str]


class SheetFault(NamedTuple):
    """What keeps a sheet from being read: what, the cell, and how to mend it."""

    what: str
    cell: str
    fix: str


@dataclass(frozen=True)
class ReturnedSheet:
    """The rows of a form that came back, and what is wrong with its headings."""

    rows: tuple[SheetRow, ...]
    faults: tuple[SheetFault, ...] = ()


def returned_sheet(form: EditForm, grid: np.ndarray) -> ReturnedSheet:
    """The rows of a sheet under its heading that say something; columns are found by their names."""
    marks = np.argwhere(grid == KEY)
    if not len(marks):
        what = f"the heading of '{form.name}' is gone"
        return ReturnedSheet((), (SheetFault(what, form.name, f"put back its row, which begins with {KEY}"),))
    head, left = (int(k) for k in marks[0])
    names = [str(cell).strip() for cell in grid[head]]
    at = {c.name: names.index(c.name) for c in form.columns if c.name in names}
    gone = [c.name for k, c in enumerate(form.columns) if c.name not in at and any(r.cells[k] != "" for r in form.rows)]
    fix = "put its heading back; clear cells to take out what they say"
    if gone:
        place = f"{form.name}!{head + 1}:{head + 1}"
        return ReturnedSheet((), tuple(SheetFault(f"the column '{name}' is gone", place, fix) for name in gone))
    rows = []
    for i in range(head + 1, len(grid)):
        cells = {n: _plain(grid[i, j]) for n, j in at.items()}
        if any(cell != "" for cell in cells.values()):
            places = {name: f"{form.name}!{letters(j)}{i + 1}" for name, j in at.items()}
            rows.append(SheetRow(i + 1, str(grid[i, left]).strip(), cells, places))
    return ReturnedSheet(tuple(rows))


def extra_columns(form: EditForm, grid: np.ndarray) -> list[str]:
    """Headings of a sheet that the form does not have."""
    marks = np.argwhere(grid == KEY)
    own = {KEY, "", *(c.name for c in form.columns)}
    return [n for cell in grid[int(marks[0][0])] if (n := str(cell).strip()) not in own] if len(marks) else []


def _plain(cell: object) -> Cell:
    return cell.strip() if isinstance(cell, str) else float(cell)  # type: ignore[arg-type]


def alike(cell: Cell, before: Cell) -> bool:
    """Whether a cell is as it was written, whatever a spreadsheet program did to its last digit."""
    if isinstance(cell, float) and isinstance(before, float):
        return math.isclose(cell, before, rel_tol=CLOSE)
    return cell == before


def shown_cell(cell: Cell) -> str:
    """A cell as a list of changes shows it."""
    return f"{cell:.12g}" if isinstance(cell, float) else cell or "nothing"


def grid_changes(
    sheet: str,
    before: np.ndarray,
    after: np.ndarray,
    words: Mapping[str, str],
    *,
    keys: int = 1,
    passed: Sequence[str] = (),
) -> list[Change]:
    """What differs between two grids whose first row is headings and whose first ``keys`` columns say whose a row is.

    ``words``: code → name, for the reader; ``passed``: headings that say nothing of their own. Order is immaterial.
    """
    old, new = _keyed(before, keys), _keyed(after, keys)
    named = {code: f"{name} ({code})" if name != code else code for code, name in words.items()}

    def said(key: tuple[str, ...]) -> str:
        return ", ".join(named.get(k, k) for k in key)

    out = []
    for key, (i, row) in new.items():
        if key not in old:
            out.append(Change(f"{sheet}: {said(key)}", "no row", "a new row", f"{sheet}!{i + 1}:{i + 1}"))
            continue
        was = old[key][1]
        for head, (j, cell) in row.items():
            earlier = was.get(head, (0, ""))[1]
            if head not in passed and not alike(cell, earlier):
                column = "" if head == ONLY else f", {named.get(head, head)}"
                what = f"{sheet}: {said(key)}{column}"
                out.append(Change(what, shown_cell(earlier), shown_cell(cell), f"{sheet}!{letters(j)}{i + 1}"))
    heads = {head for _, row in new.values() for head in row}
    lost = [h for h in dict.fromkeys(h for _, row in old.values() for h in row) if h not in heads and new]
    out += [Change(f"{sheet}: column {named.get(h, h)}", "a column", "taken out", sheet) for h in lost]
    return out + [Change(f"{sheet}: {said(key)}", "a row", "taken out", sheet) for key in old if key not in new]


def _keyed(grid: np.ndarray, keys: int) -> dict[tuple[str, ...], tuple[int, dict[str, tuple[int, Cell]]]]:
    """Key → row number and heading → column number and cell; rows without a key say nothing."""
    if not grid.size:
        return {}
    heads = [label_text(cell) for cell in grid[0]]
    at = {head: j for j, head in enumerate(heads) if head and j >= keys}
    out = {}
    for i in range(1, len(grid)):
        key = tuple(label_text(cell) for cell in grid[i, :keys])
        if any(key):
            out[key] = i, {head: (j, _plain(grid[i, j])) for head, j in at.items()}
    return out


def change_lines(changes: Sequence[Change], name: str = "the workbook") -> list[str]:
    """A list of changes for a terminal, the first of many."""
    if not changes:
        return []
    lines = [f"  {c.what}: {c.before} → {c.after} ({c.cell})" for c in changes[:MOST]]
    rest = [f"  and {len(changes) - MOST} more, which the report lists"] if len(changes) > MOST else []
    return [f"Changed in {name}:", *lines, *rest]
