"""Returns as they come: workbooks, CSV and JSON, each read in the limited process, every cell a text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from groundplan.errors import GroundplanError
from groundplan.ledgers.entries import LedgerError, cleaned
from groundplan.ledgers.return_forms import CSV_COLUMNS, FORMAT, KEY, MANIFEST, NOTE, RETURN, VALUE
from groundplan.spreadsheets import restored
from groundplan.tables.door.uploads import LIMITS, bytes_of, read_upload

DIGITS = 15  # of a number that a spreadsheet program keeps for sure
AT_ONCE = 2
ENDINGS = (".xlsx", ".xlsm", ".ods", ".csv", ".json")


@dataclass(frozen=True)
class ReturnedCell:
    """A row of a return that has a value: where it stands, what it is of, and the value as it was written."""

    where: str
    sheet: str
    period: str
    measure: str
    value: str
    note: str


@dataclass(frozen=True)
class ReturnedFile:
    """A return: its file by hash, whose it says it is, why it corrects, its cells; ``fault`` where it is none."""

    name: str
    sha256: str
    ledger: str = ""
    unit: str = ""
    why: str = ""
    cells: tuple[ReturnedCell, ...] = ()
    fault: str = ""


def read_returns(path: str | Path) -> list[ReturnedFile]:
    """The returns of a file, or of every file of a folder, by name. Raises ``LedgerError`` where there is none."""
    here = Path(path)
    if here.is_dir():
        names = sorted(p for p in here.iterdir() if p.suffix.lower() in ENDINGS and not p.name.startswith((".", "~$")))
    else:
        names = [here] if here.exists() else []
    if not names:
        raise LedgerError(
            "there are no returns here", where=str(path), fix="name a folder of filled forms, or one of them"
        )
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(_read, names))


def _read(path: Path) -> ReturnedFile:
    try:
        return _json(path) if path.suffix.lower() == ".json" else _table(path)
    except GroundplanError as error:
        return ReturnedFile(path.name, "", fault=str(error.parts[0].what))


def _json(path: Path) -> ReturnedFile:
    data = bytes_of(path, LIMITS)
    try:
        # A number stays as it is written, digit by digit.
        content = json.loads(data, parse_float=Decimal, parse_int=Decimal)
        facts = {k: content.get(k, "") for k in ("format", "ledger", "unit", "why")}
        rows = [r if isinstance(r, dict) else {} for r in content["figures"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise LedgerError("it is no return as JSON") from None
    if facts["format"] != FORMAT:
        raise LedgerError("it is no return as JSON")
    cells = tuple(
        ReturnedCell(f"figure {n}", *(_cell(r.get(k, "")) for k in ("sheet", "period", "measure", "value", "note")))
        for n, r in enumerate(rows, 1)
    )
    return _returned(path, hashlib.sha256(data).hexdigest(), facts, cells)


def _table(path: Path) -> ReturnedFile:
    is_csv = path.suffix.lower() == ".csv"
    upload = read_upload(path, sheets=() if is_csv else (RETURN, MANIFEST), uneven=True)
    if is_csv:
        return _csv(path, upload.sha256, next(iter(upload.sheets.values())))
    if not {RETURN, MANIFEST} <= set(upload.sheets):
        raise LedgerError("it is no return: its sheets are gone")
    grid = upload.sheets[RETURN]
    facts: dict[str, Any] = {str(r[0]): r[1] for r in upload.sheets[MANIFEST] if len(r) > 1}
    marks = np.argwhere(grid == KEY)
    if facts.get("format") != FORMAT or not len(marks) or grid.shape[1] <= NOTE:
        raise LedgerError("it is no return: its keys are gone")
    head, left = (int(k) for k in marks[0])
    facts["why"] = grid[head - 2, 2] if head >= 2 else ""
    cells = tuple(
        ReturnedCell(
            f"{RETURN}!G{i + 1}", *str(grid[i, left]).rpartition("|")[::2], str(grid[i, 3]), _cell(grid[i, VALUE]),
            _cell(grid[i, NOTE]),
        )
        for i in range(head + 1, len(grid))
        if str(grid[i, left])
    )  # fmt: skip
    return _returned(path, upload.sha256, facts, cells)


def _csv(path: Path, sha256: str, grid: np.ndarray) -> ReturnedFile:
    head = [str(c).strip() for c in grid[0]]
    if gone := [c for c in CSV_COLUMNS if c not in head]:
        raise LedgerError(f"it is no return: it has no column {gone[0]}")
    at = {c: head.index(c) for c in CSV_COLUMNS}
    rows = [{c: _cell(row[j]) for c, j in at.items()} for row in grid[1:]]
    facts: dict[str, Any] = {}
    for k in ("ledger", "unit", "why"):
        said = {r[k] for r in rows if r[k]}
        if len(said) > 1:
            raise LedgerError(f"it names more than one {k}: {', '.join(sorted(said)[:3])}")
        facts[k] = next(iter(said), "")
    cells = tuple(
        ReturnedCell(f"row {n}", r["sheet"], r["period"], r["measure"], r["value"], r["note"])
        for n, r in enumerate(rows, 2)
    )
    return _returned(path, sha256, facts, cells)


def _returned(path: Path, sha256: str, facts: Mapping[str, Any], cells: Sequence[ReturnedCell]) -> ReturnedFile:
    of = {k: _cell(facts.get(k, "")) for k in ("ledger", "unit", "why")}
    return ReturnedFile(path.name, sha256, **of, cells=tuple(c for c in cells if c.value))


def _cell(value: Any) -> str:
    """A cell as a text: a number by its shortest decimal; a period that a program took for a number is one again."""
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) and abs(value) < 10**DIGITS else repr(value)
    return cleaned(restored(str(value)))
