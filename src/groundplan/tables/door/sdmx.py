"""SDMX-CSV, one observation a line, and Eurostat's TSV, a column for each period, as the cube that JSON-stat gives.

Version 1.0 begins ``DATAFLOW, LAST UPDATE``, version 2.0 ``STRUCTURE, STRUCTURE_ID``; then one column for each
dimension, ``TIME_PERIOD``, ``OBS_VALUE`` and what is said of the observation: ``OBS_FLAG``, ``CONF_STATUS``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.door.grid import absent
from groundplan.tables.door.jsonstat import Cube, cube_in, one_slice
from groundplan.tables.door.layout import label_text
from groundplan.tables.door.mapping import NOTHING as NO_MAPPING
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.parsing.json_cells import DIMENSIONS
from groundplan.tables.door.uploads import Upload, read_upload

CODES = Path(__file__).parents[1] / "data" / "eurostat_codes_en.csv"
ABOUT = ("DATAFLOW", "LAST UPDATE", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION")
SAID = ("OBS_FLAG", "CONF_STATUS", "OBS_STATUS", "DECIMALS", "UNIT_MULT")
TIME, VALUE, CROSS = "TIME_PERIOD", "OBS_VALUE", "\\"
SHOWN = 10
NOTHING: Mapping[str, str] = MappingProxyType({})


Names = str | tuple[str, ...]


def open_cube(
    path: Path,
    *,
    rows: Names,
    columns: Names,
    take: Mapping[str, str] = NOTHING,
    mapping: FileMapping = NO_MAPPING,
    year: int | None = None,
) -> Cube:
    """A cube of JSON-stat, SDMX-CSV or Eurostat's TSV, packed or not, whichever the file is.

    ``rows`` and ``columns`` may have several names, in pairs, of which the file has one; of several years ``year`` is
    taken.
    Errors: those of ``read_cube`` and ``read_csv``.
    """
    upload = read_upload(path, mapping=mapping)
    take = {**take, **mapping.take}
    if upload.kind == "json-stat":
        names = list(upload.sheets[DIMENSIONS][:, 0])
        down, across = _which(rows, columns, names)
        return cube_in(upload, rows=down, columns=across, take=take, year=year)
    return _csv_cube(upload, rows=rows, columns=columns, take=take, year=year)


def _which(rows: Names, columns: Names, present: Sequence[str]) -> tuple[str, str]:
    """The names of rows and columns, of several the first whose rows are there."""
    if isinstance(rows, str) or isinstance(columns, str):
        return str(rows), str(columns)
    pairs = list(zip(rows, columns, strict=True))
    return next((pair for pair in pairs if pair[0] in present), pairs[0])


def read_csv(path: Path, *, rows: str, columns: str, take: Mapping[str, str] = NOTHING) -> Cube:
    """SDMX-CSV or Eurostat's TSV in which every dimension but ``rows`` and ``columns`` has one value, or ``take``'s.

    ``TIME_PERIOD`` is the dimension ``time``, as in JSON-stat. An observation without a value is an empty cell. Files
    with labels are read as those without: cells "NL: Netherlands", and columns of names beside those of codes.
    Errors: no SDMX-CSV, dimensions other than asked for, several values of another dimension, lines of another length,
            observations given twice, values that are not numbers; all at once where one does not hide the other.
    Source: SDMX-CSV field guide, versions 1.0 and 2.0 (sdmx.org; not checked); Eurostat's TSV as its files have it.
    """
    return _csv_cube(read_upload(path), rows=rows, columns=columns, take=take)


def _csv_cube(upload: Upload, *, rows: Names, columns: Names, take: Mapping[str, str], year: int | None = None) -> Cube:
    path = upload.path
    header, body = _observations(upload)
    rows, columns = _which(rows, columns, header)
    lines, words = _lines(header, body, rows, columns, path)
    if "time" in lines and len(set(lines["time"])) > 1 and str(year) in set(lines["time"]):
        take = {"time": str(year), **take}
    others = [c for c in lines.columns if c not in (*ABOUT, *SAID, rows, columns, VALUE)]
    faults: list[GroundplanError] = [
        UnknownName("dimension", name, others, where=path.name) for name in take if name not in others
    ]
    faults += [
        UnknownName(name, code, set(lines[name]), where=path.name)
        for name, code in take.items()
        if name in others and code not in set(lines[name])
    ]
    faults += [
        TableError(
            f"dimension '{name}' has {n} values, expected one: {', '.join(sorted(set(lines[name]))[:6])}",
            where=path.name,
            fix=one_slice(name, sorted(set(lines[name]))),
        )
        for name in others
        if name not in take and (n := lines[name].nunique()) > 1
    ]
    raise_all(faults, where=str(path))
    chosen = lines
    for name, code in take.items():
        chosen = chosen[chosen[name] == code]
    raise_all(_unreadable(chosen, rows, columns, path), where=str(path))
    value = pd.to_numeric(chosen[VALUE].where(chosen[VALUE] != "")).to_numpy(dtype=float)
    flat = pd.Series(value, index=pd.MultiIndex.from_frame(chosen[[rows, columns]]))
    cells = flat.unstack().reindex(index=chosen[rows].unique(), columns=chosen[columns].unique())
    return Cube(
        cells=cells.rename_axis(index=None, columns=None),
        row_names=_names(cells.index, rows, words.get(rows, {})),
        column_names=_names(cells.columns, columns, words.get(columns, {})),
        slice={n: str(chosen[n].iloc[0]) for n in others},
        path=path,
    )


def _observations(upload: Upload) -> tuple[list[str], list[list[str]]]:
    """Header and lines, one observation a line."""
    body = [[_written(cell) for cell in row] for row in next(iter(upload.sheets.values())).tolist()]
    header, lines = (body[0], body[1:]) if body else ([""], [])
    if CROSS in header[0]:
        header, lines = _turned(header, lines, upload.path)
    return [re.split(r":\s*", name, maxsplit=1)[0] for name in header], lines


def _lines(
    header: list[str], body: list[list[str]], rows: str, columns: str, path: Path
) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """All observations as text, ``TIME_PERIOD`` renamed to ``time``; and code → label by dimension, where they are."""
    raise_all(absent([rows, columns, TIME, VALUE], header, "column", path), where=str(path))
    faults: list[GroundplanError] = []
    if not body:
        faults.append(TableError("the file holds no observations", where=path.name, fix=_CUT))
    codes = [j for j, name in enumerate(header) if name in ABOUT or name.isupper() or name.islower()]
    if len({header[j] for j in codes}) != len(codes):
        faults.append(TableError("columns of the header repeat", where=path.name, fix=_CUT))
    raise_all(faults, where=str(path))
    frame = pd.DataFrame(body, columns=pd.RangeIndex(len(header)), dtype=object)
    words = {
        header[j]: dict(zip(frame[j], frame[j + 1], strict=True))
        for j in codes
        if j + 1 < len(header) and j + 1 not in codes
    }
    lines = frame[codes].set_axis([header[j] for j in codes], axis=1)
    for name in lines.columns.difference([*ABOUT, *SAID, VALUE]):
        both = lines[name].str.extract(r"^([^\s:]+):\s+(.*)$")
        if both[0].notna().all():
            words[name] = dict(zip(both[0], both[1], strict=True))
            lines[name] = both[0]
    return lines.rename(columns={TIME: "time"}), words


def _written(cell: object) -> str:
    """A cell as text; a workbook's whole number as it would be written."""
    return cell.strip() if isinstance(cell, str) else label_text(cell)


def _turned(header: list[str], body: list[list[str]], path: Path) -> tuple[list[str], list[list[str]]]:
    """Eurostat's TSV, a column for each period, as a list of observations; flags behind the figures are left out."""
    dimensions = header[0].split(CROSS)[0].split(",")
    lines: list[list[str]] = []
    faults: list[GroundplanError] = []
    for n, row in enumerate(body, 2):
        codes = next(csv.reader([row[0]]))
        if len(codes) != len(dimensions):
            what = f"line {n} names {len(codes)} codes, the header {len(dimensions)} dimensions"
            faults.append(TableError(what, where=path.name, fix=_CUT))
            continue
        for period, cell in zip(header[1:], row[1:], strict=True):
            figure = cell.split(" ")[0]
            if figure:
                lines.append([*codes, period.strip(), "" if figure == ":" else figure])
    raise_all(faults[:SHOWN], where=str(path))
    return [*dimensions, TIME, VALUE], lines


_CUT = "the file may be cut short: download it again as SDMX-CSV"


def _unreadable(lines: pd.DataFrame, rows: str, columns: str, path: Path) -> list[GroundplanError]:
    """Faults for observations given twice and values that are no numbers."""
    places = lines[rows] + " × " + lines[columns]
    value = lines[VALUE].str.strip()
    wrong = (value != "") & ~np.isfinite(pd.to_numeric(value, errors="coerce").to_numpy(dtype=float))
    faults: list[GroundplanError] = [
        TableError(f"{places[n]}: '{value[n]}' is not a number", where=path.name, fix="download the file again")
        for n in lines.index[wrong][:SHOWN]
    ]
    if wrong.sum() > SHOWN:
        faults.append(TableError(f"and {wrong.sum() - SHOWN} more values that are not numbers", where=path.name))
    twice = places[lines.duplicated([rows, columns])].unique()
    if len(twice):
        listed = ", ".join(twice[:6])
        faults.append(TableError(f"observations are given twice: {listed}", where=path.name, fix="keep one of each"))
    return faults


def _names(codes: pd.Index, dimension: str, words: Mapping[str, str]) -> pd.Series:
    """Code → the file's name for it, or Eurostat's English name, or the code where none is there."""
    with CODES.open(encoding="utf-8", newline="") as file:
        english = {row["code"]: row["name"] for row in csv.DictReader(file)}
    names = [words.get(str(c)) or english.get(str(c), str(c)) for c in codes]
    return pd.Series(names, index=codes, dtype=object, name=dimension)
