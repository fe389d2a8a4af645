"""One door: whatever bytes come, they become labelled cells with their place, in a process under limits, or words."""

from __future__ import annotations

import ast
import ctypes
import gzip
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from door_files import parsed_here, workbook, written

import groundplan
from groundplan.errors import GroundplanError, TableError
from groundplan.tables.door import guarding
from groundplan.tables.door.cells import Corner, read_cells
from groundplan.tables.door.grid import read_grid, text_of
from groundplan.tables.door.long_files import Form, read_records
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.door.notation import Notation
from groundplan.tables.door.sheets import column_values
from groundplan.tables.door.uploads import LIMITS, read_upload
from groundplan.tables.published import READERS, published_layout

TABLES = Path(groundplan.__file__).parent / "tables"
TEXT = "code,a,b\nfarm,1,2.5\nmill,3,4\n"
CELLS = [["code", "a", "b"], ["farm", "1", "2.5"], ["mill", "3", "4"]]


def packed(text: str, name: str = "inside.csv") -> bytes:
    """A zip file with one file in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", TEXT.encode()),
        ("a.tsv", TEXT.replace(",", "\t").encode()),
        ("a.csv.gz", gzip.compress(TEXT.encode())),
        ("a.zip", packed(TEXT)),
        ("wrong_name.xlsx", gzip.compress(TEXT.encode())),
    ],
    # What is packed carries the second in which it was, and workers must name a test alike.
    ids=["csv", "tsv", "csv.gz", "zip", "wrong name"],
)
def test_one_table_in_every_dress(name: str, data: bytes, tmp_path: Path) -> None:
    """Proves: text, packed or not, gives the same cells; the bytes say what a file is, its name does not."""
    upload = read_upload(written(tmp_path / name, data))
    assert next(iter(upload.sheets.values())).tolist() == CELLS


def test_a_workbook_and_json_too(tmp_path: Path) -> None:
    """Proves: the same table as a workbook and as JSON records has the same cells, numbers as numbers."""
    rows: list[list[object]] = [["code", "a", "b"], ["farm", 1, 2.5], ["mill", 3, 4]]
    book = read_upload(workbook(tmp_path / "a.xlsx", {"S": rows})).sheets["S"].tolist()
    records = [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]
    read = read_upload(written(tmp_path / "a.json", json.dumps(records)))
    assert (read.kind, read.sheets["a"].tolist()) == ("json", book)
    assert book[1] == ["farm", 1.0, 2.5]


def test_several_files_in_a_zip(tmp_path: Path) -> None:
    """Proves: of several files in a zip file the named one is read, and the user is asked where none is named."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("one.csv", TEXT)
        archive.writestr("two.csv", "x,y\n7,8\n")
    path = written(tmp_path / "a.zip", out.getvalue())
    with pytest.raises(TableError, match=r"has 2 files: one\.csv, two\.csv"):
        read_upload(path)
    upload = read_upload(path, mapping=FileMapping(sheet="two.csv"))
    assert upload.sheets["two.csv"].tolist() == [["x", "y"], ["7", "8"]]


def test_packed_bombs(tmp_path: Path) -> None:
    """Proves: a .gz file that unpacks without end is stopped at the limit; packing in packing is refused.

    Breaks if: a file is unpacked first and looked at afterwards.
    """
    small = replace(LIMITS, unpacked_bytes=2_000_000)
    bomb = written(tmp_path / "a.csv.gz", gzip.compress(b"1," * 20_000_000))
    for limits in (small, LIMITS):
        with pytest.raises(TableError, match=r"\.gz file unpacks to more than"):
            read_upload(bomb, limits=limits)
    with pytest.raises(TableError, match="has a packed file in it"):
        read_upload(written(tmp_path / "b.gz", gzip.compress(gzip.compress(TEXT.encode()))))
    with pytest.raises(TableError, match="cut short"):
        read_upload(written(tmp_path / "c.gz", gzip.compress(TEXT.encode() * 50)[:60]))


LONG = "x" * 140_000
OPENED = {
    "grid": lambda p: read_grid(p),
    "cells": lambda p: read_cells(p, Corner(), NOTHING),
    "cells, comma": lambda p: read_cells(p, Corner(), FileMapping(notation=Notation(decimal=","))),
    "sheets": lambda p: column_values(p),
    "records": lambda p: read_records(p, Form(("r", "s"), ("c", "d"), "v", only={}), NOTHING),
}


@pytest.mark.parametrize("way", OPENED)
@pytest.mark.parametrize("where", ["header", "label", "figure"])
def test_a_cell_without_end(way: str, where: str, tmp_path: Path) -> None:
    """Proves: a cell of 140,000 letters is refused in words by every way to read, wherever it stands.

    Breaks if: a reader parses text by itself.
    """
    text = "r,s,c,d,v\na,b,x,y,1\na,b,z,y,2\n"
    change = {"header": ("r,s", LONG + ",s"), "label": ("\na,b,z", f"\n{LONG},b,z"), "figure": ("y,2", "y," + LONG)}
    path = written(tmp_path / "a.csv", text.replace(*change[where]))
    with pytest.raises(GroundplanError) as caught:
        OPENED[way](path)
    assert re.search("a cell of (140,000|more than 32,767) letters", str(caught.value))
    assert "fix:" in str(caught.value)


@pytest.mark.parametrize("layout", READERS)
def test_a_cell_without_end_in_every_layout(layout: str, tmp_path: Path) -> None:
    """Proves: no layout answers such a cell with a traceback."""
    published = published_layout(layout)
    path = written(tmp_path / "a.csv", "code,a,b\n" + LONG + ",1,2\nmill,3,4\n")
    words = {"country": "XXX"} if not published.world else {}
    from groundplan.sources import Source

    if published.takes("source"):
        words["source"] = Source("p", "t", "v", "l")  # type: ignore[assignment]
    if published.takes("edition"):
        words["edition"] = "e"
    if layout == "ibge":
        names = [p.name for p in (TABLES / "data" / "brazil_ibge_sut" / "br_68_2021").iterdir()]
        for name in names:
            written(tmp_path / name, path.read_bytes())
        path = tmp_path
    with parsed_here(), pytest.raises(GroundplanError, match="letters"):
        published.table([path] * len(published.files), year=2020, money="USD2020m", **words)


def test_what_is_empty_at_the_end(tmp_path: Path) -> None:
    """Proves: empty rows and columns at the end are no cells, and the upload says that lines were passed over."""
    upload = read_upload(written(tmp_path / "a.csv", "code,a,,\nfarm,1,,\n,,,\n,,,\n"))
    assert upload.sheets["a"].tolist() == [["code", "a"], ["farm", "1"]]
    assert upload.notes == ("2 empty lines were passed over.",)


def test_places_stay_where_lines_are_uneven(tmp_path: Path) -> None:
    """Proves: under titles and empty lines a cell keeps the row that the user sees."""
    path = written(tmp_path / "a.csv", "A title\n,,\ncode,a,b\nfarm,1,2\n,,\n")
    assert column_values(path)[3] == ["farm", "1", "2"]


def test_text_is_one_cell(tmp_path: Path) -> None:
    """Proves: what is read as a whole text comes through the same door, and a workbook is no text."""
    assert text_of(written(tmp_path / "a.txt", "\ufeffone, two\nthree")) == "one, two\nthree"
    with pytest.raises(TableError, match=r"no text but \.xlsx"):
        text_of(workbook(tmp_path / "a.xlsx", {"S": [[1]]}))


OPENS = re.compile(r"\.open\(|read_text\(|read_bytes\(|read_csv\(|read_excel\(|read_parquet\(|np\.load\(|\bopen\(")
# Arrays of researchers, no form of a publisher; the lists of the package itself; and the template that is written.
ELSEWHERE = {
    "wiod.py": "read_parquet(",
    "wiod_world.py": "np.load(",
    "uploads.py": ".open(",
    "sdmx.py": ".open(",
    "template_files.py": ".open(",
}


def test_no_reader_opens_a_file() -> None:
    """Proves: the door is the one place of ``tables`` where a file of a user is opened.

    Breaks if: a reader opens its file by itself.
    """
    seen = {
        (path.name, match)
        for folder in ("door", "readers", "template", "methods")
        for path in (TABLES / folder).rglob("*.py")
        for match in OPENS.findall(_code(path))
    }
    assert seen <= set(ELSEWHERE.items())


def _code(path: Path) -> str:
    """The file without its docstrings, calls of the package's own ``read_csv`` apart."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node):
            node.body[0].value = ast.Constant("")  # type: ignore[attr-defined]
    return ast.unparse(tree).replace("def read_csv(", "")


# -- where the system cannot limit another process ---------------------------------------------------------------------


def test_a_watching_parent_ends_a_child_that_takes_too_much() -> None:
    """Proves: the parent that watches (macOS) ends a child above its memory and says why; one below goes on.

    Breaks if: the watcher looks once, or does not end the child.
    """
    grows = "x = []\nwhile True: x.append(bytes(1 << 20))"
    limits = replace(LIMITS, memory_bytes=100_000_000)

    def resident(pid: int) -> int | None:
        try:
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
        except OSError:
            return None

    if sys.platform != "linux":
        pytest.skip("memory of a process is read from /proc here")
    for code, stopped in ((grows, guarding.MEMORY), ("print(1)", "")):
        guard = guarding.ChildGuard()
        with (
            subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL) as child,
            guarding.watched(child, limits, guard, resident),
        ):
            child.wait(timeout=60)
        assert guard.stopped == stopped


def test_memory_as_ps_says_it() -> None:
    """Proves: the memory of a process is read from ``ps`` in bytes, and a process that is gone has none."""
    if sys.platform == "win32" or not Path("/bin/ps").exists():
        pytest.skip("no ps here")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        size = guarding._resident_bytes(child.pid)
        child.communicate(b"\n")
    assert size is not None
    assert size % 1024 == 0
    assert guarding._resident_bytes(2**22 - 3) is None


def test_what_a_job_object_is_asked() -> None:
    """Proves: the Job Object is asked for the stated memory and time, in the units and the size of the Windows API.

    Breaks if: seconds are given in other units, or a flag is left out.
    """
    asked = guarding.job_limits(replace(LIMITS, cpu_seconds=7, memory_bytes=1 << 30))
    basic = asked.BasicLimitInformation
    assert (basic.PerProcessUserTimeLimit, asked.ProcessMemoryLimit) == (70_000_000, 1 << 30)
    assert basic.LimitFlags == 0x2000 | 0x100 | 0x2
    if ctypes.sizeof(ctypes.c_void_p) == 8:
        assert ctypes.sizeof(asked) == 144


def test_figures_of_a_grid_are_doubles(tmp_path: Path) -> None:
    """Proves: plain figures of a text come back bit for bit; a code that looks like a number stays a code."""
    rng = np.random.default_rng(3)
    values = rng.normal(size=(40, 30)) * 10.0 ** rng.integers(-8, 8, (40, 30))
    lines = ["code," + ",".join(f"{j:03d}" for j in range(30))]
    lines += [f"{i:03d}," + ",".join(map(repr, map(float, row))) for i, row in enumerate(values)]
    grid = read_cells(written(tmp_path / "a.csv", "\n".join(lines)), Corner(), NOTHING)
    assert np.array_equal(grid.values, values)
    assert (grid.heads[0][7], grid.codes[7]) == ("007", ["007"])
