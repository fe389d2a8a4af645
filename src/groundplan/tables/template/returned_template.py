"""A filled template that went out with a table in it: what was changed in it since, cell by cell."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from groundplan.tables.returned.changed_cells import Change, grid_changes
from groundplan.tables.returned.manifest import ACCOUNTS, MANIFEST, kind_of, manifest_text
from groundplan.tables.template.form import DRAWS, PARTNERS, SHEETS, Form

# What stands on a sheet for the reader's eyes alone.
PASSED = ("what to write", "proposed class")
NAMING = ("Sectors", "Final uses", "Primary inputs", "Employment")


def form_text(form: Form) -> str:
    """A form as its manifest holds it: a line of JSON a row, the sheet's name first, but for draws."""
    lines = [[sheet, *row] for sheet, rows in form.items() if sheet != DRAWS for row in rows]
    return "\n".join(json.dumps(line, separators=(",", ":")) for line in lines)


def template_changes(path: str | Path) -> tuple[Change, ...]:
    """What stands otherwise in a filled template than in the table that it was written with; nothing for a blank one.

    Rows and columns are found by their codes: they may be sorted. Raises ``StudyError`` for a manifest that was changed
    and what the door raises.
    """
    file = Path(path)
    if kind_of(file) is not ACCOUNTS:
        return ()
    stamp = file.stat()
    return _changes(str(file), stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=8)
def _changes(path: str, changed: int, size: int) -> tuple[Change, ...]:
    from groundplan.tables.door.uploads import read_upload

    file = Path(path)
    sheets = read_upload(file, sheets=(MANIFEST, *(s for s in SHEETS if s != DRAWS)), uneven=True).sheets
    was: dict[str, list[list[object]]] = {}
    for line in manifest_text(sheets[MANIFEST], ACCOUNTS, file.name).split("\n"):
        sheet, *row = json.loads(line)
        was.setdefault(sheet, []).append([float(c) if isinstance(c, int) else c for c in row])
    words = {str(row[0]): str(row[1]) for sheet in NAMING for row in was.get(sheet, [])[1:] if row[1] != ""}
    out: list[Change] = []
    for sheet, rows in was.items():
        if sheet not in sheets:
            out += [Change(sheet, "a sheet", "taken out", sheet)] if len(rows) > 1 else []
            continue
        keys = 2 if sheet == PARTNERS else 1
        out += grid_changes(sheet, _grid(rows), sheets[sheet], words, keys=keys, passed=PASSED)
    added = [name for name in SHEETS if name in sheets and name not in was and name != DRAWS]
    return (*out, *(Change(name, "no sheet", "a new sheet", name) for name in added))


def _grid(rows: list[list[object]]) -> np.ndarray:
    out = np.empty((len(rows), max(map(len, rows))), dtype=object)
    out[:] = ""
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return out
