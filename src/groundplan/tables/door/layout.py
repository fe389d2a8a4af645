r"""A publisher's layout, declared once, and a file told against it as a difference.

A reader declares which rows and columns its publisher prints, in named blocks, which other names they carry in other
editions, and what the codes beyond them look like. ``fit`` renames a file's labels to the declared ones, or says all at
once what is missing, what stands in its place, and the line of a mapping file that mends it:

    LAYOUT = Layout(
        "two regions",
        rows=Axis({"primary": ("TLS", "VA")}, also={"VA": ("VALU",)}, further=r"[A-Z]{3}_\w+"),
        columns=Axis({"final": ("HFCE",), "total": ("TOTAL",)}, also={"TOTAL": ("OUT",)}, further=r"[A-Z]{3}_\w+"),
        square=True,
    )
    frame = fit(labelled(cells, LAYOUT, mapping, where=path.name), LAYOUT, mapping, where=path.name)
    industries = LAYOUT.columns.others(frame.columns)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, nearest, raise_all
from groundplan.records.toml import key_value
from groundplan.tables.door.mapping import NOTHING, FileMapping

SHOWN = 10


@dataclass(frozen=True)
class Axis:
    """The names that one side of a table must have.

    ``blocks`` are the fixed names, by block; ``also`` gives a fixed name its names in other editions; ``optional`` are
    fixed names that a file may lack; ``further`` is a regular expression that every other name matches in full (None:
    there are no others).
    """

    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    further: str | None = None

    def __getitem__(self, block: str) -> tuple[str, ...]:
        if block not in self.blocks:
            raise UnknownName("block of the layout", block, self.blocks)
        return self.blocks[block]

    @property
    def fixed(self) -> tuple[str, ...]:
        """All fixed names, block after block."""
        return tuple(name for block in self.blocks.values() for name in block)

    def others(self, names: Iterable[object]) -> list[str]:
        """Those of ``names`` that are not fixed: industries, products, accounts."""
        fixed = set(self.fixed)
        return [n for n in map(str, names) if n not in fixed]


@dataclass(frozen=True)
class Layout:
    """A publisher's layout: its rows and columns, and where in the grid their names stand.

    ``rows`` is None where the rows are a list of records. ``header_rows`` and ``code_columns`` count from 0; names in
    several of them are joined by ``joint``. In a ``square`` layout the further rows are the further columns.
    """

    name: str
    columns: Axis
    rows: Axis | None = None
    header_rows: tuple[int, ...] = (0,)
    code_columns: tuple[int, ...] = (0,)
    joint: str = " "
    square: bool = False


def labelled(
    cells: np.ndarray | Sequence[Sequence[object]], layout: Layout, mapping: FileMapping = NOTHING, *, where: str = ""
) -> pd.DataFrame:
    """A plain grid as a frame: rows and columns named by their codes, everything above and left of the cells dropped.

    A mapping's ``header_row`` and ``code_columns`` (counted from 1) come before the layout's. Rows and columns without
    a name are dropped where all their cells are empty and refused where not. Without ``rows`` in the layout all columns
    stay and rows are numbered.
    Errors: a grid that is smaller than its header and code columns; figures without a name.
    """
    grid = np.asarray(cells, dtype=object)
    heads = layout.header_rows if mapping.header_row is None else (mapping.header_row - 1,)
    codes = layout.code_columns if not mapping.code_columns else tuple(c - 1 for c in mapping.code_columns)
    if layout.rows is None:
        codes = ()
    top, left = max(heads) + 1, max(codes, default=-1) + 1
    if grid.ndim != 2 or grid.shape[0] <= top or grid.shape[1] <= left:
        raise TableError(
            f"{layout.name}: expected a header of {top} rows and {left} columns of codes; found a grid of "
            f"{' × '.join(map(str, grid.shape))} cells",
            where=where,
            fix="say where the names are: header_row = 1 and code_columns = [1] in a mapping file; or check the sheet "
            "and the delimiter",
        )
    body = grid[top:, left:]
    columns = [layout.joint.join(label_text(grid[r, c]) for r in heads).strip() for c in range(left, grid.shape[1])]
    rows = [layout.joint.join(label_text(grid[r, c]) for c in codes).strip() for r in range(top, grid.shape[0])]
    filled = np.frompyfunc(lambda cell: label_text(cell) != "", 1, 1)(body).astype(bool)
    down = np.array([name != "" for name in rows]) if codes else filled.any(axis=1)
    across = np.array([name != "" for name in columns])
    nameless = [("row", top + int(i) + 1) for i in np.flatnonzero(~down & filled[:, across].any(axis=1))]
    nameless += [("column", left + int(j) + 1) for j in np.flatnonzero(~across & filled[down].any(axis=0))]
    raise_all(
        [
            TableError(f"{kind} {n} has figures and no name", where=where, fix=f"name the {kind}, or empty it")
            for kind, n in nameless[:SHOWN]
        ],
        where=where,
    )
    index = pd.Index([n for n, keep in zip(rows, down, strict=True) if keep]) if codes else None
    named = pd.Index([n for n, keep in zip(columns, across, strict=True) if keep])
    return pd.DataFrame(body[np.ix_(down, across)], index=index, columns=named)


def label_text(cell: object) -> str:
    """A label's text; a whole number that a workbook keeps as 1.0 is 1."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def fit(frame: pd.DataFrame, layout: Layout, mapping: FileMapping = NOTHING, *, where: str = "") -> pd.DataFrame:
    """``frame`` under the names of the layout, rows and columns in the file's order; cells are not looked at.

    A name is taken as it is, by the mapping, or by the layout's other editions. Rows and columns that the mapping
    leaves out are dropped.
    Errors: every difference at once: names missing (with what stands in their place), not expected, or repeated; a
            mapping of names that the file or the layout lacks; a square layout whose sides differ.
    """
    columns, faults = _renamed(frame.columns, layout.columns, "column", layout, mapping, where)
    rows: dict[str, str] = {str(r): str(r) for r in frame.index}
    if layout.rows is not None:
        rows, more = _renamed(frame.index, layout.rows, "row", layout, mapping, where)
        faults += more
        if layout.square and not faults:
            faults += _unsquare(layout.rows.others(rows.values()), layout.columns.others(columns.values()), where)
    raise_all(faults, where=where)
    keep = np.array([str(c) in columns for c in frame.columns], dtype=bool)
    down = np.array([str(r) in rows for r in frame.index], dtype=bool)
    out = frame.loc[down, keep]
    named = out.set_axis([columns[str(c)] for c in out.columns], axis=1)
    return named if layout.rows is None else named.set_axis([rows[str(r)] for r in out.index], axis=0)


def _renamed(
    labels: Iterable[object], axis: Axis, kind: str, layout: Layout, mapping: FileMapping, where: str
) -> tuple[dict[str, str], list[GroundplanError]]:
    """Name in the file → name in the layout, and every way in which the file differs."""
    names = [str(n) for n in labels]
    given, left_out = mapping.of(kind), set(mapping.leave_out(kind))
    faults = _wrong_mapping(names, axis, kind, given, left_out, where)
    index = pd.Index(names)
    twice = sorted(set(index[index.duplicated()]))
    if twice:
        faults.append(
            TableError(f"{kind} names repeat: {_list(twice)}", where=where, fix=f"give every {kind} its own name")
        )
    editions = {other: name for name, others in axis.also.items() for other in others}
    fixed = set(axis.fixed)
    chosen = {n: given.get(n, n if n in fixed else editions.get(n, n)) for n in names if n not in left_out}
    for name in sorted(fixed):
        same = [n for n, target in chosen.items() if target == name]
        if len(same) > 1:
            fix = f"keep one: [leave_out] {kind}s = [{', '.join(map(_quoted, same[1:]))}] in a mapping file"
            faults.append(TableError(f"{kind}s {_list(same)} are all '{name}' of {layout.name}", where=where, fix=fix))
    strange = [n for n, t in chosen.items() if t not in fixed and not (axis.further and re.fullmatch(axis.further, t))]
    lacking = [n for n in axis.fixed if n not in set(chosen.values()) and n not in axis.optional]
    pool = strange or [n for n, t in chosen.items() if t not in fixed]
    return chosen, faults + _differences(lacking, strange, pool, axis, kind, where)


def _differences(
    lacking: list[str], strange: list[str], pool: list[str], axis: Axis, kind: str, where: str
) -> list[GroundplanError]:
    """Faults for names that are missing, each with what stands in its place, and for names that are not expected."""
    faults: list[GroundplanError] = []
    taken: set[str] = set()
    for name in lacking[:SHOWN]:
        instead = _in_place_of(name, axis, [p for p in pool if p not in taken], len(lacking) == len(strange) == 1)
        if instead is None:
            fix = f'add it, or map the {kind} that holds it: [{kind}s] "its name" = {_quoted(name)} in a mapping file'
            faults.append(TableError(f"expected {kind} '{name}'; found no such {kind}", where=where, fix=fix))
            continue
        taken.add(instead)
        fix = f"if it is the same, map it with [{kind}s] {key_value(instead, name)} in a mapping file"
        faults.append(TableError(f"expected {kind} '{name}'; found '{instead}'", where=where, fix=fix))
    if len(lacking) > SHOWN:
        faults.append(TableError(f"and {len(lacking) - SHOWN} more {kind}s are missing", where=where))
    extra = [n for n in strange if n not in taken]
    if extra:
        fix = f"[leave_out] {kind}s = [{', '.join(map(_quoted, extra[:SHOWN]))}] in a mapping file leaves them out"
        faults.append(TableError(f"{_count(extra, kind)} not part of the layout: {_list(extra)}", where=where, fix=fix))
    return faults


def _in_place_of(name: str, axis: Axis, pool: list[str], alone: bool) -> str | None:
    """The file's name that most likely stands for ``name``."""
    for spelling in (name, *axis.also.get(name, ())):
        near = nearest(spelling, pool)
        if near:
            return near
    return pool[0] if alone and pool else None


def _wrong_mapping(
    names: list[str], axis: Axis, kind: str, given: Mapping[str, str], left_out: set[str], where: str
) -> list[GroundplanError]:
    """Faults of a mapping that names what the file or the layout does not have."""
    place = f"[{kind}s] and [leave_out] of the mapping, for {where}"
    lost = [n for n in (*given, *sorted(left_out)) if n not in set(names)]
    faults: list[GroundplanError] = [UnknownName(f"{kind} in the file", n, names, where=place) for n in lost[:SHOWN]]
    wrong = [t for t in given.values() if t not in set(axis.fixed) and not re.fullmatch(axis.further or r"(?!)", t)]
    return faults + [UnknownName(f"{kind} in the layout", t, axis.fixed, where=place) for t in wrong[:SHOWN]]


def _unsquare(rows: list[str], columns: list[str], where: str) -> list[GroundplanError]:
    """Faults where one side has an industry that the other lacks."""
    faults: list[GroundplanError] = []
    for kind, ours, other, theirs in (("row", rows, "column", columns), ("column", columns, "row", rows)):
        opposite = set(theirs)
        alone = [n for n in ours if n not in opposite]
        if alone:
            fix = f"give every {kind} its {other}, or map or leave out the {kind}"
            faults.append(TableError(f"{_count(alone, kind)} without a {other}: {_list(alone)}", where=where, fix=fix))
    return faults


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _count(names: Sequence[str], kind: str) -> str:
    return f"{len(names)} {kind}{'' if len(names) == 1 else 's'}"


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(f"'{n}'" for n in names[:SHOWN]) + more
