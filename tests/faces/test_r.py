"""The five lines of R in the docs open an outcome and give Python's numbers."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from groundplan import plan

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "r.md"
RSCRIPT = shutil.which("Rscript")


def lines_of_r() -> str:
    """The one block of R on the page."""
    (block,) = re.findall(r"```r\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(block)


def test_the_page_has_five_lines() -> None:
    """Proves: what is promised. Breaks if: reading an outcome takes more."""
    assert len(lines_of_r().splitlines()) == 5


@pytest.mark.skipif(RSCRIPT is None, reason="Rscript is not installed (Debian: r-base-core)")
def test_r_reads_what_python_wrote(tmp_path: Path) -> None:
    """Proves: R, run on exactly the page's lines, prints the plan's numbers under names with units, and draws a chart.

    Breaks if: a file, a column or an indicator is renamed, or numbers are written so that R reads others.
    """
    outcome = plan("KEN", years=2)
    outcome.save(tmp_path / "outcomes" / "KEN-2019-10y")
    (tmp_path / "a.R").write_text(lines_of_r(), "utf-8")
    done = subprocess.run(
        [str(RSCRIPT), "--vanilla", "a.R"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    heading, *rows = done.stdout.splitlines()
    assert heading.split() == ["import", "bill,", "KES2019bn", "/", "year", "value", "added,", "KES2019bn", "/", "year"]
    for year, *values in (row.split() for row in rows):
        assert [float(v) for v in values] == pytest.approx(
            [outcome.indicator(name)[int(year)] for name in ("import bill", "value added")], rel=1e-6
        )
    assert [int(row.split()[0]) for row in rows] == [2019, 2020, 2021]
    assert (tmp_path / "Rplots.pdf").read_bytes().startswith(b"%PDF")
