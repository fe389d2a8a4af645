"""The page and nothing else goes to standard output: no banner and no log of a solver."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CAUGHT = """
import contextlib, io, sys
from groundplan.cli import main
page = io.StringIO()
with contextlib.redirect_stdout(page):
    code = main(sys.argv[1:])
sys.exit(code or (0 if page.getvalue().strip() else "no page"))
"""
SHORT = ("KEN", "--years", "1", "--set", "tail_years=0")
WORDS = {
    "plan": ("plan", *SHORT),
    "plan by simplex": ("plan", *SHORT, "--set", 'solver="simplex"'),
    "see": ("see", "KEN", "--draws", "5"),
    "stress": ("stress", "KEN", "--scenario", "fuel cut", "--setting", "middle"),
    "place": ("place", "KEN", "--quick"),
    "whynot": ("whynot", "KEN", "import bill <= 2110 in 2020", *SHORT[1:]),
    "robust": ("robust", *SHORT, "--draws", "2", "--fresh", "2"),
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_nothing_is_written_below_the_page(words: tuple[str, ...], tmp_path: Path) -> None:
    """Proves: with the page caught in Python, standard output stays empty. Breaks if: a solver writes past Python.

    A solver, or a worker of ours, writes to the file descriptor itself: only another process shows what comes out.
    """
    command = [sys.executable, "-c", CAUGHT, *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
