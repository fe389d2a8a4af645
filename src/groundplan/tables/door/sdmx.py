"""SDMX-CSV, one observation a line, as the cube that JSON-stat gives.

Version 1.0 begins ``DATAFLOW, LAST UPDATE``, version 2.0 ``STRUCTURE, STRUCTURE_ID``; then one column for each
dimension, ``TIME_PERIOD``, ``OBS_VALUE`` and what is said of the observation: ``OBS_FLAG``, ``CONF_STATUS``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.door.grid import absent, text_of
from groundplan.tables.door.jsonstat import Cube, read_cube

CODES = Path(__file__).parents[1] / "data" / "eurostat_codes_en.csv"
ABOUT = ("DATAFLOW", "LAST UPDATE", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION")
SAID = ("OBS_FLAG", "CONF_STATUS", "OBS_STATUS")
TIME, VALUE = "TIME_PERIOD", "OBS_VALUE"
SHOWN = 10
NOTHING: Mapping[str, str] = MappingProxyType({})


def open_cube(path: Path, *, rows: str, columns: str, take: Mapping[str, str] = NOTHING) -> Cube:
    """A cube of JSON-stat or of SDMX-CSV, whichever the file is.

    Errors: those of ``read_cube`` and ``read_csv``.
    """
    if text_of(path).lstrip().startswith("{"):
        return read_cube(path, rows=rows, columns=columns, take=take)
    return read_csv(path, rows=rows, columns=columns, take=take)


def read_csv(path: Path, *, rows: str, columns: str, take: Mapping[str, str] = NOTHING) -> Cube:
    """SDMX-CSV in which every dimension but ``rows`` and ``columns`` has one value, or the one of ``take``.

    ``TIME_PERIOD`` is the dimension ``time``, as in JSON-stat. An observation without a value is an empty cell.
    Errors: no SDMX-CSV, dimensions other than asked for, several values of another dimension, lines of another length,
            observations given twice, values that are not numbers; all at once where one does not hide the other.
    Source: SDMX-CSV field guide, versions 1.0 and 2.0 (sdmx.org; not checked).
    """
    lines = _lines(path, rows, columns)
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
            fix="download one slice of the table",
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
        row_names=_names(cells.index, rows),
        column_names=_names(cells.columns, columns),
        slice={n: str(chosen[n].iloc[0]) for n in others},
        path=path,
    )


def _lines(path: Path, rows: str, columns: str) -> pd.DataFrame:
    """All observations as text, ``TIME_PERIOD`` renamed to ``time``."""
    read = [line for line in csv.reader(io.StringIO(text_of(path))) if line]
    header, body = [c.strip() for c in read[0]], read[1:]
    faults = absent([rows, columns, TIME, VALUE], header, "column", path)
    faults += [
        TableError(f"line {n} has {len(line)} cells, the header has {len(header)}", where=path.name, fix=_CUT)
        for n, line in enumerate(body, 2)
        if len(line) != len(header)
    ][:SHOWN]
    if not body:
        faults.append(TableError("the file holds no observations", where=path.name, fix=_CUT))
    if len(set(header)) != len(header):
        faults.append(TableError("columns of the header repeat", where=path.name, fix=_CUT))
    raise_all(faults, where=str(path))
    return pd.DataFrame(body, columns=pd.Index(header), dtype=object).rename(columns={TIME: "time"})


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


def _names(codes: pd.Index, dimension: str) -> pd.Series:
    """Code → Eurostat's English name, or the code where none is known."""
    with CODES.open(encoding="utf-8", newline="") as file:
        english = {row["code"]: row["name"] for row in csv.DictReader(file)}
    return pd.Series([english.get(str(c), str(c)) for c in codes], index=codes, dtype=object, name=dimension)
