"""The areas of a declared layout, cut out of their sheets: frames of cells under codes, and the names of codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from groundplan.errors import GroundplanError, TableError, nearest, raise_all
from groundplan.tables.door.figures import figures
from groundplan.tables.door.grid import repeats
from groundplan.tables.door.layout import label_text
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.sheets import Rows, column_values
from groundplan.tables.readers.declared.declared_layout import Area, DeclaredLayout

FIRST_ROWS = 60
SHOWN = 8


@dataclass(frozen=True, eq=False)
class ReadAreas:
    """What was cut out: frames of figures by what they hold (costs with their rows), and code → name in words."""

    frames: Mapping[str, pd.DataFrame]
    names: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class _Cut:
    """One area as cells; ``where`` for what is said of it."""

    area: Area
    cells: pd.DataFrame
    names: Mapping[str, str]
    where: str


def read_areas(paths: Sequence[Path], layout: DeclaredLayout, year: int, mapping: FileMapping) -> ReadAreas:
    """All areas of a layout in their files.

    Errors, all at once: sheets and corners that are not there; rows and columns that are missing, with what may stand
            for them, or not expected; names that repeat; cells that are no numbers.
    """
    said = replace(mapping, delimiter=mapping.delimiter or layout.delimiter)
    faults: list[GroundplanError] = []
    cuts: list[_Cut] = []
    sheets: dict[tuple[int, str], Rows] = {}
    for area in layout.areas:
        sheet = area.sheet.format(year=year)
        try:
            if (area.file, sheet) not in sheets:
                sheets[area.file, sheet] = column_values(paths[area.file - 1], sheet or None, said)
            place = paths[area.file - 1].name + (f", sheet {sheet}" if sheet else "")
            cuts.append(_cut(sheets[area.file, sheet], area, layout, said, f"{place}, {area.holds}"))
        except GroundplanError as fault:
            faults += fault.parts
    raise_all(faults, where=", ".join(p.name for p in paths))
    industries = _industries(cuts, layout)
    frames: dict[str, pd.DataFrame] = {}
    for cut in cuts:
        try:
            frame = _figures(cut, layout, industries, mapping)
        except GroundplanError as fault:
            faults += fault.parts
            continue
        holds = cut.area.holds
        frames[holds] = pd.concat([frames[holds], frame]) if holds in frames else frame
    where = ", ".join(p.name for p in paths)
    faults += [] if faults else _one_list(frames, where)
    if layout.symmetric and not faults:
        main = "domestic" if "domestic" in frames else "use"
        faults += _lacking(frames[main].index, industries, "column", where)
        faults += _lacking(industries, frames[main].index, "row", where)
    raise_all(faults, where=", ".join(p.name for p in paths))
    names = {code: name for cut in reversed(cuts) for code, name in cut.names.items() if name}
    return ReadAreas(frames, names)


def _cut(grid: Rows, area: Area, layout: DeclaredLayout, mapping: FileMapping, where: str) -> _Cut:
    """The area's cells under its codes, sums and what is not needed left out."""
    top, left = _corner(grid, area, where)
    heads = [grid[top - area.codes_above], grid[top]]
    columns = {
        j: name
        for j in range(left + 1, len(grid[top]))
        if (name := _renamed(next((t for t in (label_text(h[j]) for h in heads) if t), ""), "column", layout, mapping))
    }
    headings = {label_text(c).casefold(): j for h in reversed(heads) for j, c in enumerate(h) if label_text(c)}
    words = headings.get(area.names_column.casefold())
    block = headings.get(area.block_column.casefold())
    faults = [
        TableError(f"no column is headed '{name}'", where=where, fix="check the layout's headings")
        for name, at in ((area.block_column, block),)
        if name and at is None
    ]
    if area.mark and not left:
        fix = "leave mark out, or check where its codes stand"
        faults.append(TableError("rows are known by the cell left of their code, and nothing is left of it", fix=fix))
    raise_all(faults, where=where)
    rows: dict[int, str] = {}
    names: dict[str, str] = {}
    for i in range(top + 1, len(grid)):
        if area.below and not any(label_text(c) for c in grid[i]):
            break
        code = label_text(grid[i][left]) or (label_text(grid[i][words]) if words is not None else "")
        if area.until and re.fullmatch(area.until, code):
            break
        if block is not None and label_text(grid[i][block]) not in area.block:
            continue
        if area.mark and not re.fullmatch(area.mark, label_text(grid[i][left - 1])):
            continue
        if _passed(code, layout) or not code.startswith(area.prefix):
            continue
        code = _renamed(code.removeprefix(area.prefix), "row", layout, mapping)
        if code:
            rows[i] = code
            names[code] = "" if words is None else " ".join(label_text(grid[i][words]).split())
    if area.names_above is not None:
        names |= {name: " ".join(label_text(grid[top - area.names_above][j]).split()) for j, name in columns.items()}
    skip = {j for j in (words, block) if j is not None}
    across = [j for j, name in columns.items() if j not in skip and not _passed(name, layout)]
    down = [i for i, code in rows.items() if not _passed(code, layout)]
    frame = pd.DataFrame(
        [[grid[i][j] for j in across] for i in down],
        [rows[i] for i in down],
        [columns[j] for j in across],
        dtype=object,
    )
    if area.turned:
        frame = frame.T
    return _Cut(area, frame, names, where)


def _corner(grid: Rows, area: Area, where: str) -> tuple[int, int]:
    """Row and column, from 0, where codes meet."""
    start = 0
    if area.below:
        at = [i for i, row in enumerate(grid) if any(label_text(c).startswith(area.below) for c in row[:6])]
        if not at:
            fix = "check the sheet, or the layout's `below`"
            raise TableError(f"no cell begins with '{area.below}'", where=where, fix=fix)
        start = at[0]
    if not area.corner:
        top, left = area.header_row - 1 + start, area.code_column - 1
        if len(grid) <= top or len(grid[top]) <= left:
            raise TableError(
                f"the sheet has {len(grid)} rows, its codes stand in row {top + 1}", where=where, fix="check the sheet"
            )
        return top, left
    wanted = {c.casefold() for c in area.corner}
    for i in range(start, min(len(grid), start + FIRST_ROWS)):
        at = [j for j, cell in enumerate(grid[i][:8]) if label_text(cell).casefold() in wanted]
        if at and i >= area.codes_above:
            return i, at[-1]
    listed = " or ".join(f"'{c}'" for c in area.corner)
    raise TableError(f"no cell of the head reads {listed}", where=where, fix="give the sheet that has the table")


def _renamed(name: str, side: str, layout: DeclaredLayout, mapping: FileMapping) -> str:
    """A name by the mapping and by other editions; empty where it is left out."""
    name = " ".join(re.sub(layout.strip, "", name).split()) if layout.strip else " ".join(name.split())
    if name in mapping.leave_out(side):
        return ""
    name = mapping.of(side).get(name, name)
    return layout.also.get(name, name)


def _passed(name: str, layout: DeclaredLayout) -> bool:
    return any(re.fullmatch(p, name) for p in layout.passed_over)


def _industries(cuts: Iterable[_Cut], layout: DeclaredLayout) -> list[str]:
    """Codes of the industries: columns of use that are neither final uses nor sums."""
    pattern = layout.industry or layout.product
    for cut in cuts:
        if cut.area.holds in ("use", "domestic"):
            alone = [c for c in cut.cells.columns if layout.joining(c) == c and c not in layout.uses]
            return [c for c in alone if re.fullmatch(pattern, c)]
    return []


def _figures(cut: _Cut, layout: DeclaredLayout, industries: Sequence[str], mapping: FileMapping) -> pd.DataFrame:
    """The area's figures under the declared names, or every way in which it differs."""
    holds, frame = cut.area.holds, cut.cells
    own_rows = (*layout.costs, layout.output, *layout.employment, layout.wages, layout.wear)
    is_cost = holds == "costs"
    wanted = [*industries, *(layout.uses if holds not in ("supply", "costs") else ())]
    faults: list[GroundplanError] = [
        *repeats(frame.index, "row", Path(cut.where)),
        *repeats(frame.columns, "column", Path(cut.where)),
    ]
    joined = {c: layout.joining(c) for c in frame.columns}
    faults += _lacking(wanted, dict.fromkeys(joined.values()), "column", cut.where)
    rows = [r for r in frame.index if (r in own_rows if is_cost else re.fullmatch(layout.product, r))]
    if is_cost:
        faults += _lacking([r for r in dict.fromkeys(own_rows) if r], frame.index, "row", cut.where)
    elif not rows:
        faults.append(TableError("no row is a product", where=cut.where, fix=f"their codes match {layout.product}"))
    strange = [r for r in frame.index if r not in rows and r not in own_rows and not re.fullmatch(layout.product, r)]
    strange = [r for r in strange if _has_figures(frame.loc[[r]])]
    expected = {*wanted, *layout.uses, *layout.beside, *layout.sums, *own_rows}
    extra = [c for c in frame.columns if joined[c] not in expected and _has_figures(frame[[c]])]
    for kind, names in (("row", strange), ("column", extra)):
        if names:
            shown = ", ".join(f"'{n}'" for n in names[:SHOWN]) + (
                f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            )
            fix = f"[leave_out] {kind}s = [...] in a mapping file leaves them out"
            faults.append(
                TableError(f"{len(names)} {kind}s are not part of the layout: {shown}", where=cut.where, fix=fix)
            )
    raise_all(faults, where=cut.where)
    kept = [
        c
        for c in frame.columns
        if joined[c] in {*wanted, *layout.beside, *layout.sums, *(layout.uses if is_cost else ())}
    ]
    said = mapping.notation
    notation = layout.notation if said.decimal is None and said.thousands is None and not said.zeros else said
    cells = frame.loc[rows, kept]
    # What industries pay and have need not reach into the final columns.
    beyond = [c for c in kept if is_cost and joined[c] in layout.uses]
    cells[beyond] = cells[beyond].map(lambda cell: 0.0 if str(cell).strip() == "" else cell)
    read = figures(cells, notation, where=cut.where).fillna(0.0)
    return read.T.groupby([joined[c] for c in kept], sort=False).sum().T if layout.joined else read


def _one_list(frames: Mapping[str, pd.DataFrame], where: str) -> list[GroundplanError]:
    """Faults where the areas have not the same products; a product that nobody imports or makes may be left out."""
    main = "domestic" if "domestic" in frames else "use"
    base = list(frames[main].index)
    faults: list[GroundplanError] = []
    for holds, frame in frames.items():
        if holds in ("costs", main):
            continue
        faults += _lacking(frame.index, base, "row", f"{where}, {main}")
        if holds != "imported" or main == "domestic":
            faults += _lacking(base, frame.index, "row", f"{where}, {holds}")
    return faults


def _has_figures(frame: pd.DataFrame) -> bool:
    return any(isinstance(c, float) or re.fullmatch(r"-?[\d.,]+", str(c).strip()) for c in frame.to_numpy().ravel())


def _lacking(wanted: Iterable[str], present: Iterable[str], kind: str, where: str) -> list[GroundplanError]:
    """Faults for names that are not there, with the nearest and what mends it."""
    there = list(present)
    free = [n for n in there if n not in set(wanted)]
    faults: list[GroundplanError] = []
    for name in [n for n in wanted if n not in there][:SHOWN]:
        near = nearest(name, free)
        what = f"expected {kind} '{name}'; found " + (f"'{near}'" if near else f"no such {kind}")
        fix = f'if another {kind} has it: [{kind}s] "its name" = "{name}" in a mapping file'
        faults.append(TableError(what, where=where, fix=fix))
    return faults
