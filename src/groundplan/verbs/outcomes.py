"""What is saved: every outcome of a folder, with its question, its date and its fingerprint."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from groundplan.errors import GroundplanError
from groundplan.last_used import LastUsed
from groundplan.outcome import Outcome
from groundplan.planning.policy import Policy
from groundplan.records.card import fields_of
from groundplan.results.words import choice
from groundplan.saved_index import INDEX, MARK, read_saved
from groundplan.whole_files import mended, place_of

SHORT = 8
NO_COMMAND = "made in Python"
STUDY, NAMED = "--study study.toml", 3
MOST_KEPT = 1000


class SavedRow(NamedTuple):
    """A saved outcome; ``broken``: why it cannot be opened, empty where it can.

    ``written`` is the time of this machine; ``fingerprint`` the first signs of the SHA-256 of its index, which has
    that of every file.
    """

    name: str
    kind: str
    question: str
    country: str
    accounts_year: int
    written: str
    fingerprint: str
    broken: str


_rows: LastUsed[tuple[Any, ...], SavedRow] = LastUsed(MOST_KEPT)


def outcomes(folder: str | Path = "outcomes", *, progress: Callable[[str], None] = lambda _: None) -> Outcome:
    """The outcomes that stand in ``folder``, newest first; each is read and checked against its own marks.

    Table: outcomes (the columns of ``SavedRow``). What is no outcome is left out, and how many such folders there are
    is in the provenance. Raises ``GroundplanError`` where there is no such folder.
    """
    here = Path(folder)
    if not here.is_dir():
        raise GroundplanError(
            f"there is no folder {folder}", where=str(folder),
            fix="name the folder that outcomes stand in; `groundplan plan KEN` makes one",
        )  # fmt: skip
    folders = sorted(p for p in here.iterdir() if p.is_dir() and not p.name.startswith("."))
    there = [p for p in folders if (p / MARK).exists() or (p / INDEX).exists()]
    rows = []
    for n, path in enumerate(there, 1):
        progress(f"reading outcome {n} of {len(there)}")
        rows.append((_time(path), _row_as_it_stands(path)))
    rows.sort(key=lambda pair: (-pair[0], pair[1].name))
    table = pd.DataFrame([row for _, row in rows], columns=list(SavedRow._fields))
    about = {"engine": "outcomes", "folder": str(folder), "others": len(folders) - len(there)}
    return Outcome({}, {"outcomes": table}, about)


def _time(path: Path) -> float:
    """When an outcome was written: its report may have been written again since."""
    mark = path / MARK
    return (mark if mark.exists() else path / INDEX).stat().st_mtime


def _chosen(about: Mapping[str, Any]) -> str:
    """The command of a verb about a study, with what that study chooses in the place of the study's saved file."""
    command, policy = str(about.get("command") or ""), dict(about.get("policy") or {})
    if STUDY not in command or not policy:
        return ""
    defaults = Policy()
    usual = {f.name: getattr(defaults, f.name) for f in fields_of(Policy)}
    chosen = {k: v for k, v in policy.items() if k in usual and v != usual[k]}
    records = [f"{len(v)} {k}" for k, v in chosen.items() if isinstance(v, list)]
    single = [f"{k.replace('_', ' ')} {choice(v)}" for k, v in chosen.items() if not isinstance(v, list)]
    more = [f"{len(single) - NAMED} more choices"] if len(single) > NAMED else []
    said = ", ".join([*records, *single[:NAMED], *more]) or "all choices by default"
    return command.replace(STUDY, f"({said})")


def _row_as_it_stands(path: Path) -> SavedRow:
    """The row of an outcome; one that is whole is read again only where one of its files was touched since."""
    try:
        key = (str(path.absolute()), *sorted(_stamps(path)))
    except OSError:  # what cannot be looked into is said in its row
        return _row(path)
    row = _rows.value(key, lambda: _row(path))
    return _row(path) if row.broken else row


def _stamps(path: Path) -> Iterator[tuple[str, int, int, int]]:
    """Every file of a folder with its size and when it was changed, links as they are."""
    with os.scandir(path) as there:
        for one in there:
            if one.is_dir(follow_symlinks=False):
                yield from _stamps(Path(one.path))
            else:
                at = one.stat(follow_symlinks=False)
                yield one.path, at.st_size, at.st_mtime_ns, at.st_ctime_ns


def _row(path: Path) -> SavedRow:
    written = datetime.fromtimestamp(_time(path)).strftime("%Y-%m-%d %H:%M")
    try:
        mended(place_of(path))
        index, files = read_saved(path)
        about = dict(json.loads(files[MARK]))
    except (GroundplanError, ValueError) as fault:
        why = "; ".join(part.what for part in fault.parts) if isinstance(fault, GroundplanError) else str(fault)
        return SavedRow(path.name, "", "", "", 0, written, "", why)
    kind = str(about.get("engine", "plan")).partition(",")[0]
    question = str(about.get("question") or _chosen(about) or about.get("command") or NO_COMMAND)
    several = ", ".join(map(str, dict(about.get("countries") or {}).values()))
    country = str(about.get("country_name") or about.get("country") or several)
    year = int(about.get("accounts_year") or 0)
    return SavedRow(path.name, kind, question, country, year, written, str(index["sha256"])[:SHORT], "")
