"""A project or a backup is looked through: is everything as it was written? Nothing is changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from groundplan.errors import GroundplanError, raise_all
from groundplan.projects.backups.backup_archive import FOLDER, TABLES, opened_backup
from groundplan.projects.document_kinds import KINDS, text_of
from groundplan.projects.document_rows import last_entry
from groundplan.projects.project_folder import OUTCOMES
from groundplan.projects.project_mark import mark_of, refuse_other_kind
from groundplan.projects.project_store import FILE, JOBS, VERSIONS, ProjectStore
from groundplan.saved_index import MARK, read_saved


def checked_backup(file: str | Path, progress: Callable[[str], None]) -> list[str]:
    """What a backup is, in lines. Raises ``GroundplanError`` where it is not whole."""
    with opened_backup(file) as backup:
        backup.check(progress)
        facts, files = backup.facts, len(backup.names(FOLDER))
        return [
            f"The backup is whole: {files} files and {len(backup.names(TABLES))} tables, {backup.size / 1e6:.1f} MB.",
            f"It is of the project {facts.project}, made on {facts.made_at[:16]} UTC by Groundplan {facts.version}.",
        ]


def checked_folder(folder: str | Path, database: str, progress: Callable[[str], None]) -> list[str]:
    """What a project has, in lines. Raises ``GroundplanError``, all at once, for what is damaged."""
    here = Path(folder).absolute()
    noted = mark_of(here)
    if noted is None and not (here / FILE).is_file():
        raise GroundplanError("there is no project here", where=str(folder), fix="name the folder of one")
    refuse_other_kind(here, database)
    faults: list[GroundplanError] = []
    if not database:
        faults += _damaged(here / FILE)
        raise_all(faults)
    store = ProjectStore(database or here / FILE, revision="")
    progress("the versions are checked ...")
    apart, documents, versions, runs = _rows_checked(store, here, faults)
    outcomes = [path.parent for path in sorted((here / OUTCOMES).glob(f"*/{MARK}"))]
    for number, outcome in enumerate(outcomes, 1):
        progress(f"outcome {number} of {len(outcomes)} is checked ...")
        try:
            read_saved(outcome)
        except GroundplanError as fault:
            faults.append(fault)
    for ledger in sorted(here.glob("*.ledger")):
        faults += _damaged(ledger)
    raise_all(faults)
    lines = [
        f"The project is whole: {documents} documents in {versions} versions, {runs} runs, {len(outcomes)} outcomes."
    ]
    return lines + [f"{name} was changed by hand, which becomes a version when it is next opened." for name in apart]


def _rows_checked(store: ProjectStore, here: Path, faults: list[GroundplanError]) -> tuple[list[str], int, int, int]:
    """Files that are not as their last version, and how many documents, versions and runs there are."""
    apart, versions = [], 0
    with store.reading() as c:
        v = VERSIONS.c
        counted = select(v.kind, v.name, func.count(), func.max(v.number)).group_by(v.kind, v.name)
        shelves = sorted((str(k), str(n), int(many), int(last)) for k, n, many, last in c.execute(counted))
        for kind, name, many, last in shelves:
            versions += many
            if many != last:
                what = f"of {kind} {name} {last - many} versions are missing"
                faults.append(GroundplanError(what, where=store.where, fix="bring back a backup into a new folder"))
            shelf, newest = KINDS[kind], last_entry(c, kind, name)
            file = here / shelf.folder / f"{name}{shelf.suffix}"
            try:
                if newest is not None and text_of(file) != newest.version.text:
                    apart.append(f"{shelf.folder}/{name}{shelf.suffix}")
            except GroundplanError as fault:
                faults.append(fault)
        runs = int(c.execute(select(func.count()).select_from(JOBS)).scalar() or 0)
    return apart, len(shelves), versions, runs


def _damaged(file: Path) -> list[GroundplanError]:
    """What SQLite finds wrong with a file of its own."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as c:
            verdict = str(c.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict == "ok":
        return []
    what = f"the database is damaged: {verdict[:200]}"
    return [GroundplanError(what, where=str(file), fix="bring back a backup into a new folder")]
