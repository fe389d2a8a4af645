"""The hidden sheet that a workbook to edit carries: what it was made from, a fingerprint, and what it said then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from groundplan import __version__
from groundplan.errors import GroundplanError, StudyError
from groundplan.tables.returned.edit_forms import LONGEST, safe

MANIFEST, FORMAT = "Manifest", 1


@dataclass(frozen=True)
class WorkbookKind:
    """A kind of workbook to edit: the mark of its manifest, what it holds, and how one is written."""

    mark: str
    holds: str
    command: str


STUDY = WorkbookKind("groundplan study workbook", "study", "groundplan plan KEN --form my_plan.xlsx")
ACCOUNTS = WorkbookKind("groundplan accounts workbook", "table", "groundplan template own.xlsx --like KEN")
PLACES = WorkbookKind("groundplan places workbook", "list of places", "groundplan template places.xlsx --places KEN")
KINDS = {kind.mark: kind for kind in (STUDY, ACCOUNTS, PLACES)}


def write_manifest(sheet: Any, kind: WorkbookKind, text: str, made_from: str = "") -> None:
    """Fill the sheet: mark, version, what it was made from, SHA-256 of the text, and the text line by line; hide it.

    ``text`` has nothing in it that a cell would change (``safe_lines``).
    """
    facts = (
        (kind.mark, str(FORMAT)),
        ("groundplan", __version__),
        ("made from", made_from),
        ("sha256", text_hash(text)),
    )
    for i, pair in enumerate(facts):
        for j, words in enumerate(pair):
            sheet.write_string(i, j, words)
    for i, (line, part, words) in enumerate(_pieces(text), len(facts)):
        sheet.write_number(i, 0, line)
        sheet.write_number(i, 1, part)
        sheet.write_string(i, 2, words)
    sheet.hide()


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    for n, line in enumerate(text.split("\n"), 1):
        for start in range(0, max(len(line), 1), LONGEST):
            yield n, start // LONGEST, line[start : start + LONGEST]


def safe_lines(text: str) -> str:
    """A text of TOML or JSON with nothing in it that a cell would change."""
    return "\n".join(safe(line) for line in text.split("\n"))


def text_hash(text: str) -> str:
    """The SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def manifest_text(grid: np.ndarray, kind: WorkbookKind, name: str) -> str:
    """What the workbook was made from, its hash checked; ``name`` is the file's. Raises ``StudyError``."""
    facts = _facts(grid)
    if kind.mark not in facts or not facts[kind.mark].isdecimal() or int(facts[kind.mark]) > FORMAT:
        what = f"the manifest is of format {facts.get(kind.mark, 'none')}, and {FORMAT} is read here"
        fix = "write the workbook again, or read it with a newer version"
        raise StudyError(what, where=f"{name}, {MANIFEST}", fix=fix)
    lines: dict[float, dict[float, str]] = {}
    for row in grid:
        if isinstance(row[0], float) and isinstance(row[1], float):
            words = row[2] if len(row) > 2 else ""
            lines.setdefault(row[0], {})[row[1]] = words if isinstance(words, str) else repr(words)
    text = "\n".join("".join(parts[k] for k in sorted(parts)) for _, parts in sorted(lines.items()))
    if text_hash(text) != facts.get("sha256"):
        what = f"the manifest was changed: it is not the {kind.holds} that the workbook was made from"
        fix = "write the workbook again, and edit the other sheets only"
        raise StudyError(what, where=f"{name}, {MANIFEST}", fix=fix)
    return text


def made_from(grid: np.ndarray) -> str:
    """What the manifest says that the workbook was made from; empty where it does not say."""
    return _facts(grid).get("made from", "")


def _facts(grid: np.ndarray) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in grid if isinstance(row[0], str) and row[0] and len(row) > 1}


def kind_of(path: str | Path) -> WorkbookKind | None:
    """What a workbook's manifest says that it holds; None where it has none, and for what cannot be read."""
    file = Path(path)
    if file.suffix.lower() != ".xlsx":
        return None
    try:
        stamp = file.stat()
    except (OSError, ValueError):
        return None
    return _kind(str(file), stamp.st_mtime_ns, stamp.st_size)


@cache
def _kind(path: str, changed: int, size: int) -> WorkbookKind | None:
    from groundplan.tables.door.uploads import read_upload

    try:
        sheets = read_upload(Path(path), sheets=(MANIFEST,), uneven=True).sheets
    except GroundplanError:
        return None
    marks = {str(cell) for cell in sheets[MANIFEST][:, 0]} if MANIFEST in sheets and sheets[MANIFEST].size else set()
    return next((kind for mark, kind in KINDS.items() if mark in marks), None)
