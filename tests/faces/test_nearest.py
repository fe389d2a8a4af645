"""The tests nearest to a file: ``run.py test --near FILE``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from nearest import MOST, ROOT, SOURCE, nearest


def names(file: str) -> list[str]:
    return [path.name for path in nearest(file)]


def test_a_name_is_enough() -> None:
    """Proves: path, file name and bare name find the same tests; those named after the file come first.

    Breaks if: only one way of saying it is understood, or the order is that of the alphabet.
    """
    (path,) = SOURCE.rglob("outcome.py")
    assert names(str(path)) == names("outcome.py") == names("outcome")
    assert names("outcome")[0] == "test_outcome.py"
    assert 1 < len(names("outcome")) <= MOST
    assert names("test_solver") == ["test_solver.py"]


def test_imports_lead_from_a_test_to_its_file() -> None:
    """Proves: direct imports count, names taken from the package itself too; else the way goes through other files.

    ``guarding`` is imported by no test, so the way to its tests goes through the file that takes it.
    """
    assert "test_chart_geometry.py" in names("svg")
    assert "test_people_laws.py" in names("demography")
    assert "test_examination.py" in names("examine")
    assert names("guarding")
    assert names("__main__")


def test_a_wrong_name_is_told_with_the_nearest() -> None:
    with pytest.raises(LookupError, match="no file 'demografy'; nearest: demography"):
        nearest("demografy")


def test_only_the_near_files_are_collected(tmp_path: Path) -> None:
    """Proves: pytest with ``--near`` collects the near tests and the doctests of the file itself, and nothing else."""
    collect = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "--near"]
    done = subprocess.run([*collect, "repairs"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    files = {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}
    assert {Path(file).name for file in files} - {"repairs.py"} == set(names("repairs"))
    wrong = subprocess.run([*collect, "repiars"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert wrong.returncode != 0
    assert "nearest: repairs" in wrong.stdout + wrong.stderr
