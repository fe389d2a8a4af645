"""Eurostat's tables as they are downloaded: codes or both labels, CSV or TSV, packed, one year or several."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from national import SAMPLES, cp1700

from groundplan.errors import GroundplanError
from groundplan.sources import Source
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.readers import eurostat_iot
from groundplan.tables.table import Table

Lines = list[list[str]]
SOURCE = Source("a publisher", "a table", "2010", "none", sha256={"a": "b"})


def lines() -> Lines:
    with (SAMPLES / "eurostat_cp1700.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def as_csv(rows: Lines) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def both_labels(rows: Lines) -> Lines:
    """Cells with code and label: 'A: Annual'."""
    dimensions = range(rows[0].index("freq"), rows[0].index("TIME_PERIOD"))
    body = [[f"{c}: The name, in words, of {c}" if j in dimensions else c for j, c in enumerate(r)] for r in rows[1:]]
    return [rows[0], *body]


def names_beside(rows: Lines) -> Lines:
    """A column of names beside each column of codes, as SDMX-CSV 2.0 has it."""
    wide: Lines = []
    for n, row in enumerate(rows):
        wide.append([])
        for name, cell in zip(rows[0], row, strict=True):
            wide[-1].append(cell)
            if name in ("prd_ava", "prd_use", "geo", "TIME_PERIOD"):
                wide[-1].append(f"Name of {name}" if n == 0 else f"The name of {cell}")
    return wide


def tsv(rows: Lines) -> bytes:
    """A column for each period, flags behind the figures, a colon where there is none."""
    at = {name: j for j, name in enumerate(rows[0])}
    dimensions = ("freq", "unit", "stk_flow", "prd_use", "prd_ava", "geo")
    out = [",".join(dimensions) + "\\TIME_PERIOD\t2009 \t2010 "]
    for row in rows[1:]:
        out.append(",".join(row[at[d]] for d in dimensions) + f"\t: \t{row[at['OBS_VALUE']] or ':'} p")
    return "\n".join(out).encode()


def two_years(rows: Lines) -> Lines:
    at = rows[0].index("TIME_PERIOD")
    return [*rows, *([*r[:at], "2005", "7", *r[at + 2 :]] for r in rows[1:])]


FORMS: dict[str, Callable[[Lines], bytes]] = {
    "both labels": lambda rows: as_csv(both_labels(rows)),
    "names beside codes": lambda rows: as_csv(names_beside(rows)),
    "packed": lambda rows: gzip.compress(as_csv(rows)),
    "tsv": tsv,
    "tsv, packed": lambda rows: gzip.compress(tsv(rows)),
    "two years": lambda rows: as_csv(two_years(rows)),
}


def read(path: Path, **words: object) -> Table:
    return eurostat_iot.read(path, path, "XXX", 2010, "EUR2010m", source=SOURCE, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_table(form: str, tmp_path: Path) -> None:
    """Proves: however it was downloaded, the table has the same figures, cell by cell.

    Breaks if: a flag is read into a figure, a year is mixed with another, or a label is taken for a code.
    """
    plain = cp1700(SAMPLES / "eurostat_cp1700.csv")
    path = tmp_path / "download"
    path.write_bytes(FORMS[form](lines()))
    t = read(path)
    for name in ("domestic_use", "imported_use", "domestic_final", "imported_final", "primary"):
        np.testing.assert_array_equal(getattr(t, name), getattr(plain, name))
    if "labels" in form:
        assert t.labels.iloc[0] == "The name, in words, of CPA_A"
    if "names" in form:
        assert t.labels.iloc[0] == "The name of CPA_A"


def test_a_user_says_which_country(tmp_path: Path) -> None:
    """Proves: of two countries in one file none is taken until the user says which; the fault says how."""
    rows = lines()
    at, value = rows[0].index("geo"), rows[0].index("OBS_VALUE")
    other = [[*r[:at], "YY", *r[at + 1 : value], "3", *r[value + 1 :]] for r in rows[1:]]
    path = tmp_path / "two.csv"
    path.write_bytes(as_csv([*rows, *other]))
    with pytest.raises(GroundplanError, match=r'\[take\] geo = "XX"'):
        read(path)
    t = read(path, mapping=FileMapping(take={"geo": "XX"}))
    assert t.exports.sum() == cp1700(SAMPLES / "eurostat_cp1700.csv").exports.sum()
