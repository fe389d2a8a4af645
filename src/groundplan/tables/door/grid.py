"""A publisher's grid of numbers, read as text, checked cell by cell, handed over as floats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, nearest, raise_all
from groundplan.tables.door.last_digit import digit_of_sums
from groundplan.tables.door.layout import label_text
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.door.uploads import read_upload

# What a layout's own word for the last digit explains of a total beyond what the digits do: as much as of an account.
SLACK = 1e-3


def text_of(path: Path) -> str:
    """The text of a UTF-8 file, without the byte-order mark.

    Errors: ``TableError`` when there is no such file, or it is empty or not UTF-8.
    """
    upload = read_upload(path, whole=True)
    if upload.kind != "text":
        raise TableError(f"the file is no text but .{upload.kind}", where=str(path), fix="save it as UTF-8 text")
    return next(iter(upload.cells.values())).texts[0]


def read_grid(path: Path, *, code_columns: Sequence[int] = (0,), mapping: FileMapping = NOTHING) -> pd.DataFrame:
    """A table with a header as text cells and numbers, rows and columns named by their codes.

    ``code_columns`` have the row codes; several are joined by a space. Empty rows, and empty rows and columns at the
    end, are dropped.
    Errors: all at once: all that the door refuses, rows of unequal length, codes that repeat.
    """
    upload = read_upload(path, mapping=replace(mapping, delimiter=mapping.delimiter or ","))
    cells = [row for row in next(iter(upload.sheets.values())).tolist() if any(c != "" for c in row)]
    header, body = [label_text(c) for c in cells[0]], cells[1:]
    faults: list[GroundplanError] = []
    if len(header) <= max(code_columns) + 1:
        faults.append(
            TableError(f"the header has {len(header)} cells", where=path.name, fix="separate cells by commas")
        )
    if not body:
        faults.append(TableError("the file has a header and no rows", where=str(path), fix="get the file again"))
    raise_all(faults, where=str(path))
    frame = pd.DataFrame(body, columns=pd.Index(header), dtype=object)
    frame.index = pd.Index([" ".join(label_text(row[c]) for c in code_columns) for row in body])
    frame = frame.iloc[:, [c for c in range(len(header)) if c not in code_columns]]
    raise_all([*repeats(frame.index, "row", path), *repeats(frame.columns, "column", path)], where=str(path))
    return frame


def repeats(codes: Iterable[object], kind: str, path: Path) -> list[GroundplanError]:
    """A fault for the codes that occur more than once."""
    index = pd.Index(list(codes))
    twice = sorted(set(map(str, index[index.duplicated()])))
    if not twice:
        return []
    return [
        TableError(
            f"{kind} codes repeat: {', '.join(twice[:6])}", where=path.name, fix=f"give every {kind} its own code"
        )
    ]


def absent(wanted: Iterable[str], present: Iterable[object], kind: str, path: Path) -> list[GroundplanError]:
    """A fault for each wanted name that the file lacks, with the nearest name that it has.

    >>> str(absent(["total"], ["code", "totals"], "row", Path("a.csv"))[0]).splitlines()[0]
    "expected row 'total', found no such row; nearest: 'totals'"
    """
    there = set(map(str, present))
    free = sorted(there - set(wanted := list(wanted)))
    return [
        TableError(
            f"expected {kind} '{name}', found no such {kind}" + (f"; nearest: '{near}'" if near else ""),
            where=path.name,
            fix=f"rename '{near}' to '{name}' if that is what it is" if near else f"add the {kind} '{name}'",
        )
        for name in wanted
        if name not in there
        for near in [nearest(name, free)]
    ]


def numbers(cells: pd.DataFrame, path: Path, *, empty: float | None = None) -> pd.DataFrame:
    """Text cells as floats; an empty cell is ``empty``, or a fault when that is None.

    Errors: every cell that is not a finite number, the first ten by row and column.
    """
    text = cells.to_numpy(dtype=str)
    stripped = np.char.strip(text)
    blank = stripped == ""
    if empty is not None:
        stripped = np.where(blank, repr(empty), stripped)
    flat = pd.to_numeric(pd.Series(stripped.ravel()), errors="coerce").to_numpy(dtype=float)
    values = flat.reshape(text.shape)
    bad = np.argwhere(~np.isfinite(values))
    faults: list[GroundplanError] = [
        TableError(
            f"row '{cells.index[i]}', column '{cells.columns[j]}': '{text[i, j]}' is not a number",
            where=path.name,
            fix="give the figure, or 0 where the flow does not exist",
        )
        for i, j in bad[:10]
    ]
    if len(bad) > 10:
        faults.append(TableError(f"and {len(bad) - 10} more cells that are not numbers", where=path.name))
    raise_all(faults, where=str(path))
    return pd.DataFrame(values, index=cells.index, columns=cells.columns)


def disagreements(
    cells: pd.DataFrame,
    printed: pd.Series,
    rounding: float,
    what: str,
    where: str,
    *,
    flows: pd.DataFrame | None = None,
) -> list[GroundplanError]:
    """A fault that lists where the rows of ``cells`` miss the printed totals by more than their rounding explains.

    A rounded cell is off by at most half a unit, and n of them by 0.29·√n units (standard deviation); a gap of more
    than 0.5 + √n units is no rounding. Rows with an empty cell are passed over. ``flows`` says which cells are
    flows at all (a printed 0 may be a rounded one); without it every cell is. The unit is the last digit of the cells
    and of the totals where they have one (``last_digit``); ``rounding``, which the layout says, explains no more than
    ``SLACK`` of a total beyond it: publishers' own cells may be less exact than their digits.
    """
    n = pd.Series(cells.shape[1], index=cells.index) if flows is None else flows.sum(axis=1)
    whole, part = (digit_of_sums(rounding, figures.to_numpy(dtype=float)) for figures in (printed, cells))
    stated = (rounding * (0.5 + np.sqrt(n))).clip(upper=SLACK * printed.abs())
    tolerance = stated.clip(lower=0.5 * whole + part * np.sqrt(n)) + 1e-9 * printed.abs()
    gap = cells.sum(axis=1, skipna=False) - printed
    gap = gap[gap.abs() > tolerance].sort_values(key=np.abs, ascending=False, kind="stable")
    if gap.empty:
        return []
    shown = ", ".join(f"{k} by {v:.6g}" for k, v in gap.iloc[:6].items())
    return [
        TableError(
            f"{what}: the parts miss the printed total at {len(gap)} places: {shown}",
            where=where,
            fix="a cell was changed or is missing: get the publisher's file again",
        )
    ]
