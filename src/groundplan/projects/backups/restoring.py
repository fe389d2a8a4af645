"""A backup is brought back into a new folder and an empty database, whole or not at all, after it was checked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, MetaData, Table, insert, inspect, select

from groundplan.errors import GroundplanError
from groundplan.projects.backups.backup_archive import FOLDER, TABLES, Backup, opened_backup
from groundplan.projects.job_files import FAILED, RUNNING, JobEnd, JobFiles
from groundplan.projects.project_folder import RUNS
from groundplan.projects.project_mark import fresh_mark
from groundplan.projects.project_store import FILE, JOBS, MARKS, ProjectStore, refuse_newer, upgrade
from groundplan.projects.project_store import TABLES as STORED
from groundplan.projects.utc_time import now
from groundplan.whole_files import beside, clear, identity, put_folder

AT_ONCE = 500  # rows that are written together
WENT_ON = "This was being computed when the backup was made, and what it had by then is not in it."


class RestoredProject(NamedTuple):
    """A project that was brought back: its folder, its files, the rows of each table, and the runs that had gone on."""

    folder: Path
    files: int
    rows: Mapping[str, int]
    went_on: int


def restore(file: str | Path, folder: str | Path, database: str = "",
            progress: Callable[[str], None] = lambda _: None) -> RestoredProject:  # fmt: skip
    """Bring a backup back into a folder that is not there or empty, with its tables in a file there or a database.

    Raises ``GroundplanError`` for a file that is not whole, of a newer Groundplan, and a place that is taken.
    """
    place = Path(folder).absolute()
    with opened_backup(file) as backup:
        refuse_newer(backup.facts.schema, str(file))
        _refuse_taken(place)
        backup.check(progress)
        return _restored(backup, place, database, progress)


def _refuse_taken(place: Path) -> None:
    if place.is_symlink() or identity(place) is not None or (place.exists() and not place.is_dir()):
        fix = "name a new folder; nothing is written over"
        raise GroundplanError("this folder is there already and is not empty", where=str(place), fix=fix)


def _restored(backup: Backup, place: Path, database: str, progress: Callable[[str], None]) -> RestoredProject:
    fresh = beside(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        clear(place)
        if (free := shutil.disk_usage(place.parent).free) < backup.size:
            what = f"there is not enough room: {backup.size / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free"
            raise GroundplanError(
                what, where=str(place.parent), fix="free some space, or name a folder on another disk"
            )
        fresh.mkdir(mode=0o700)
        files = backup.names(FOLDER)
        for number, name in enumerate(files, 1):
            progress(f"file {number} of {len(files)} is written ...")
            _write(backup, name, fresh / name.removeprefix(FOLDER))
        store = ProjectStore(database or fresh / FILE, revision=backup.facts.schema)
        mark = fresh_mark(store.where if store.is_server else "")
        mark.write(fresh)
        with store.writing() as c:
            rows = _fill(c, store, backup, progress)
            upgrade(c)
            c.execute(insert(MARKS).values(mark=mark.mark))
            went_on = _ended(c, fresh)
        store.engine.dispose()
        # The database first: where this is killed before the folder stands, no folder can be opened without its rows.
        put_folder(fresh, place)
        if hasattr(os, "sync"):
            os.sync()
    except OSError as error:
        what = f"the project cannot be brought back: {error.strerror or error}"
        raise GroundplanError(what, where=str(place), fix="free some space, or name another folder") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return RestoredProject(place, len(files), rows, went_on)


def _write(backup: Backup, name: str, target: Path) -> None:
    entry = backup.entries[name]
    target.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if entry.private else 0o666), "wb") as f:
        for chunk in backup.chunks(name):
            f.write(chunk)
    os.utime(target, (entry.changed, entry.changed))


def _fill(c: Connection, store: ProjectStore, backup: Backup, progress: Callable[[str], None]) -> dict[str, int]:
    """Put the rows into tables that are of the form that the backup has, and empty; how many each got.

    Raises ``GroundplanError`` where they are not, or hold no such rows.
    """
    if (there := store.revision(c)) != backup.facts.schema:
        what = f"this database has tables of the form {there} already, and the backup is of {backup.facts.schema}"
        raise GroundplanError(what, where=store.where, fix="name an empty database or schema")
    listed = {name for name in inspect(c).get_table_names() if name in STORED.tables}
    tables = {name: Table(name, MetaData(), autoload_with=c) for name in sorted(listed)}
    for table in tables.values():
        if c.execute(select(table).limit(1)).first() is not None:
            fix = "name an empty database or schema; nothing was changed"
            raise GroundplanError("there is a project in this database already", where=store.where, fix=fix)
    kept = [name.removeprefix(TABLES).removesuffix(".jsonl") for name in backup.names(TABLES)]
    if strange := sorted(set(kept) - listed):
        what = f"the backup has a table that no project has: {strange[0][:80]}"
        raise GroundplanError(what, where=str(backup.file), fix="take a backup that Groundplan made")
    counted = {}
    for name in kept:
        progress(f"the table {name} is written ...")
        counted[name] = 0
        for rows in _batches(backup.rows(name)):
            if any(set(row) != set(tables[name].c.keys()) for row in rows):
                what = f"a row of {name} has other columns than the table"
                raise GroundplanError(what, where=str(backup.file), fix="take a backup that Groundplan made")
            c.execute(insert(tables[name]), rows)
            counted[name] += len(rows)
    return counted


def _batches(rows: Iterator[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _ended(c: Connection, folder: Path) -> int:
    """Write how runs ended that went on when the backup was made; how many there were."""
    went_on = 0
    for id in c.execute(select(JOBS.c.id).where(JOBS.c.state == RUNNING)).scalars():
        files = JobFiles(folder / RUNS / str(id))
        if files.ended() is None:
            files.folder.mkdir(parents=True, exist_ok=True)
            files.end(JobEnd(FAILED, now(), what=WENT_ON, fix="start it again"))
            went_on += 1
    return went_on
