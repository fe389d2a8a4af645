"""The index of a saved outcome: which files it has, what each one is, and whether all are as they were written."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, raise_all
from groundplan.reading_bounds import refuse_outside

MARK, INDEX = "provenance.json", "index.json"
PAGES = ("report.html", "study.toml")
# The studies of several countries: study-KEN.toml.
STUDIES = re.compile(r"study-[A-Za-z0-9_-]+\.toml")
FORMAT = 2
PLAIN = re.compile(r"[^/\\:\x00-\x1f]{1,200}")


def index_text(arrays: Mapping[str, Any], tables: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
    """The index of an outcome whose files are these, with the SHA-256 of each and of the index itself."""
    facts = {name: _facts(name, data) for name, data in files.items()}
    about = {"format": FORMAT, "arrays": dict(arrays), "tables": dict(tables), "files": facts}
    return json.dumps(about | {"sha256": _own(about)}, indent=1, ensure_ascii=False)


def with_page(index: Mapping[str, Any], name: str, data: bytes) -> str:
    """The index of the same outcome with another text of one of its pages."""
    about = {key: value for key, value in index.items() if key != "sha256"}
    about["files"] = {**about["files"], name: _facts(name, data)}
    return json.dumps(about | {"sha256": _own(about)}, indent=1, ensure_ascii=False)


def plain(name: str) -> bool:
    """Whether a name of an array or a table is the name of a file in its folder, and nothing that leads out of it."""
    return PLAIN.fullmatch(name) is not None and name not in (".", "..") and name.strip() == name


def is_page(name: str) -> bool:
    """Whether a file of an outcome's folder is a page or a study, which go with its arrays and tables."""
    return name in PAGES or STUDIES.fullmatch(name) is not None


def read_saved(here: Path, *, pages: bool = True) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The index and the files of a saved outcome, each read once and checked; ``pages``: its report and study too.

    Raises ``GroundplanError``, all at once: a file that is missing, changed, cut short, a link, outside of the folder.
    """
    refuse_outside(here)
    if not (here / MARK).is_file() or not (here / INDEX).is_file():
        raise GroundplanError(f"{here} is no outcome", fix="name a folder that Groundplan wrote")
    index = _index(here)
    data: dict[str, bytes] = {}
    links = [name for name in (INDEX, "arrays", "tables") if (here / name).is_symlink()]
    faults = [_fault(here, name, "it is a link to another place") for name in links]
    for name, facts in index["files"].items():
        if is_page(name) and not pages:
            continue
        path = here / name
        if path.is_symlink():
            faults.append(_fault(here, name, "it is a link to another place"))
            continue
        try:
            data[name] = path.read_bytes()
        except OSError as error:
            faults.append(_fault(here, name, "it is missing" if isinstance(error, FileNotFoundError) else str(error)))
            continue
        if why := _difference(name, facts, data[name]):
            faults.append(_fault(here, name, why))
    raise_all(faults, where=str(here))
    return index, data


def _index(here: Path) -> dict[str, Any]:
    """The index of an outcome, as it was written, whose files are those of its arrays and tables and no others."""
    try:
        index = json.loads((here / INDEX).read_text("utf-8"), object_pairs_hook=_once)
        form = index["format"]
        if form != FORMAT:
            what = f"{here} has format {form!r}, this version reads {FORMAT}"
            raise GroundplanError(what, where=str(here / INDEX), fix="run it again with this version")
        if index.get("sha256") != _own({k: v for k, v in index.items() if k != "sha256"}):
            raise _fault(here, INDEX, "it is not as it was written")
        names = [*index["arrays"], *index["tables"]]
        if odd := [name for name in names if not plain(name)]:
            raise _fault(here, INDEX, f"it names a file outside of the folder: {odd[0]!r}")
        wanted = {*(f"arrays/{n}.csv" for n in index["arrays"]), *(f"tables/{n}.csv" for n in index["tables"]), MARK}
        listed = set(index["files"])
        if apart := sorted((wanted - listed) | {n for n in listed - wanted if not is_page(n)}):
            raise _fault(here, INDEX, f"it lists other files than those of the outcome: {', '.join(apart[:5])}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _fault(here, INDEX, str(error)) from error
    return dict(index)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _own(about: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True, separators=(",", ":")).encode("utf-8")).hexdigest()


def _facts(name: str, data: bytes) -> dict[str, Any]:
    rows = {"rows": _rows(data)} if name.endswith(".csv") else {}
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), **rows}


def _rows(data: bytes) -> int:
    """The rows of a table below its heading; a line break may stand inside of a cell."""
    if b'"' not in data:
        return max(data.count(b"\n") - 1, 0)
    return max(sum(1 for _ in csv.reader(io.StringIO(data.decode("utf-8", "replace"), newline=""))) - 1, 0)


def _difference(name: str, facts: Mapping[str, Any], data: bytes) -> str:
    """How a file differs from what was written, in words; empty where it does not."""
    if hashlib.sha256(data).hexdigest() == facts["sha256"]:
        return ""
    if name.endswith(".csv") and (rows := _rows(data)) != facts["rows"]:
        return f"it has {rows:,} rows, {facts['rows']:,} were written"
    if len(data) != facts["bytes"]:
        return f"it has {len(data):,} bytes, {facts['bytes']:,} were written"
    return "figures or words in it were changed"


def _fault(here: Path, name: str, why: str) -> GroundplanError:
    fix = "run it again, or restore the folder from a copy"
    if name == PAGES[0]:
        fix = f"groundplan report {here} writes it again"
    return GroundplanError(f"{here} cannot be read: {name}: {why}", where=str(here / name), fix=fix)
