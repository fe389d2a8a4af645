"""What the one door costs: a table of 746,000 cells as CSV, .gz and workbook, and inputs that are wrong in small ways.

    python benchmarks/door.py                 a table of 863 × 864 figures: processor time and memory, the child's too
    python benchmarks/door.py --fuzz 20000    as tests/laws/test_door_fuzz.py, with so many inputs: no traceback

Held to: 6 s of processor time and 400 MB for the table, read from CSV into figures.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

SIDE = 863
SECONDS, MEGABYTES = 6.0, 400.0
CODE = """
import resource, sys
from pathlib import Path
from groundplan.tables.door.cells import Corner, read_cells
from groundplan.tables.door.layout import labelled
from groundplan.tables.door.mapping import NOTHING
from groundplan.tables.door.sheets import cells_of
path, way = Path(sys.argv[1]), sys.argv[2]
if way == "figures":
    shape = read_cells(path, Corner(), NOTHING).values.shape
else:
    shape = len(cells_of(path)), len(cells_of(path)[0])
own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = own.ru_utime + own.ru_stime + child.ru_utime + child.ru_stime
print(seconds, own.ru_maxrss / 1024, child.ru_maxrss / 1024, *shape)
"""


def write_tables(folder: Path) -> dict[str, Path]:
    """One table in three dresses."""
    import xlsxwriter

    rng = np.random.default_rng(1)
    values = np.round(rng.lognormal(3, 2, (SIDE, SIDE + 1)), 4)
    lines = ["code," + ",".join(f"S{j:04d}" for j in range(SIDE + 1))]
    lines += [f"S{i:04d}," + ",".join(map(repr, map(float, row))) for i, row in enumerate(values)]
    text = "\n".join(lines).encode()
    paths = {"csv": folder / "a.csv", "gz": folder / "a.csv.gz", "xlsx": folder / "a.xlsx"}
    paths["csv"].write_bytes(text)
    paths["gz"].write_bytes(gzip.compress(text))
    with xlsxwriter.Workbook(str(paths["xlsx"]), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for i, line in enumerate(lines):
            for j, cell in enumerate(line.split(",")):
                sheet.write(i, j, cell if i == 0 or j == 0 else float(cell))
    return paths


def measure(path: Path, way: str) -> tuple[float, float, float]:
    """Processor seconds of both processes, and the most memory of each in megabytes."""
    done = subprocess.run([sys.executable, "-c", CODE, str(path), way], capture_output=True, text=True, check=True)
    seconds, own, child, *_ = map(float, done.stdout.split())
    return seconds, own, child


def fuzz(count: int) -> None:
    """The laws of the door with more inputs."""
    sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parents[1] / "tests" / "laws")]
    import test_door_fuzz as laws
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    words = laws.layout_words()
    each = max(count // (len(words) + 2), 1)
    many = settings(max_examples=each, deadline=None, suppress_health_check=list(HealthCheck), database=None)

    def tried(test: Any, data: Any, **parts: str) -> float:
        start, inner = time.process_time(), test.hypothesis.inner_test

        def again(data: Any) -> None:
            inner(data=data, **parts)

        many(given(data=data)(again))()
        return time.process_time() - start

    for layout in words:
        seconds = tried(laws.test_changed_files_in_every_layout, st.data(), layout=layout)
        print(f"{layout:20} {each:6} inputs, {seconds:6.1f} s", flush=True)
    tried(laws.test_changed_layouts, st.data())
    tried(laws.test_any_bytes_at_the_door, st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
    print(f"{each * (len(words) + 2):,} inputs, no traceback")


def main() -> int:
    """Print the table, and whether it holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fuzz", type=int, default=0)
    asked = parser.parse_args()
    if asked.fuzz:
        fuzz(asked.fuzz)
        return 0
    holds = True
    with tempfile.TemporaryDirectory() as folder:
        print(f"{SIDE * (SIDE + 1):,} cells")
        for name, path in write_tables(Path(folder)).items():
            seconds, own, child = measure(path, "figures")
            print(
                f"{name:5} {path.stat().st_size / 1e6:6.1f} MB  {seconds:5.2f} s  {own:4.0f} MB, child {child:4.0f} MB"
            )
            holds &= name == "xlsx" or (seconds < SECONDS and max(own, child) < MEGABYTES)
    print(f"most memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print("holds" if holds else "does not hold")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
