"""World tables for the tests of the readers: invented samples in publishers' layouts, WIOD 2013 where at hand."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from groundplan.tables.readers import figaro, icio, wiod_world
from groundplan.tables.world_table import WorldTable

SAMPLES = Path(__file__).parent / "samples" / "world"
SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", Path(__file__).resolve().parents[2] / "shared" / "data"))
WIOD = SHARED / "wiod2013_mrio"
HELD = WIOD / "wiot_2011_full.npz"

READ: dict[str, Callable[[Path], WorldTable]] = {
    "icio_2021.csv": lambda p: icio.read(p, 2018, edition="2021"),
    "icio_2021_whole.csv": lambda p: icio.read(p, 2018, edition="2021"),
    "icio_2023.csv": lambda p: icio.read(p, 2020, edition="2023"),
    "icio_2025.csv": lambda p: icio.read(p, 2022, edition="2025"),
    "figaro_matrix.csv": lambda p: figaro.read(p, 2023, edition="25ed"),
    "figaro_flat.csv": lambda p: figaro.read(p, 2023, edition="25ed"),
    "figaro_sdmx.csv": lambda p: figaro.read(p, 2023, edition="25ed"),
    "wiod_2013_sheet.csv": lambda p: wiod_world.read(p, 2010, release="2013"),
    "wiod_2016_sheet.csv": lambda p: wiod_world.read(p, 2010, release="2016"),
    "wiod_2016_r.csv": lambda p: wiod_world.read(p, 2010, release="2016"),
    "wiod_plain.csv": lambda p: wiod_world.read(p, 2011, release="2013"),
}


def sample(name: str) -> WorldTable:
    """A sample, read."""
    return READ[name](SAMPLES / name)


def rows(name: str) -> list[list[str]]:
    """The cells of a sample, by the standard library alone."""
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def workbook(name: str, folder: Path) -> Path:
    """A sample as a workbook: figures as numbers, the rest as text."""
    path = folder / f"{name}.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("WIOT")
    for i, row in enumerate(rows(name)):
        for j, cell in enumerate(row):
            figure = cell.lstrip("-").replace(".", "", 1).isdigit() and i > 5 and j > 3
            sheet.write(i, j, float(cell) if figure else cell)
    book.close()
    return path
