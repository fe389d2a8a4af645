"""LibreOffice without a window, with a profile of its own that computes every formula anew when it opens a workbook."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""
MISSING = "soffice is not installed: apt-get install --no-install-recommends libreoffice-calc"
CLOSE = 1e-9


def needed() -> str:
    """The program; the module is skipped where it is not installed."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip(MISSING, allow_module_level=True)
    return program


def recalculated(paths: Sequence[Path], folder: Path) -> list[Path]:
    """The workbooks as LibreOffice saves them after computing all formulas, in ``folder``."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(RECALCULATE, "utf-8")
    out = folder / "saved"
    command = [needed(), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "xlsx", "--outdir", str(out), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr
    return [out / p.name for p in paths]


def formulas(path: Path) -> dict[tuple[str, str], str]:
    """The formulas of a workbook by sheet and cell."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def wrongly_kept(path: Path, saved: Path) -> list[tuple[str, str]]:
    """Formulas whose value in the workbook is not the one that LibreOffice computed."""
    from openpyxl import load_workbook

    kept, computed = load_workbook(path, data_only=True), load_workbook(saved, data_only=True)
    wrong = []
    for sheet, cell in formulas(path):
        a, b = kept[sheet][cell].value, computed[sheet][cell].value
        numbers = isinstance(a, int | float) and isinstance(b, int | float)
        if abs(a - b) > CLOSE * max(abs(a), abs(b), 1.0) if numbers else a is None or a != b:
            wrong.append((sheet, cell))
    return wrong
