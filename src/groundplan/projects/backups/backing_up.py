"""A backup is made: the tables as they stood at one moment, then the files, in one file that is there whole or not."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Table, func, select

from groundplan import __version__
from groundplan.errors import GroundplanError
from groundplan.projects.backups.backup_archive import FOLDER, TABLES, BackupFacts, BackupWriter, opened_backup
from groundplan.projects.backups.folder_files import FolderFiles, pieces
from groundplan.projects.document_kinds import KINDS
from groundplan.projects.project_folder import Project
from groundplan.projects.project_mark import mark_of
from groundplan.projects.project_store import FILE, JOBS, KEPT, VERSIONS
from groundplan.projects.project_store import TABLES as STORED
from groundplan.projects.utc_time import now
from groundplan.whole_files import beside, clear

AT_ONCE = 200  # rows that are fetched together


class MadeBackup(NamedTuple):
    """A backup that was made: its file, what it has, the names of private keys in it, and of what it does not have."""

    file: Path
    files: int
    size: int
    keys: tuple[str, ...]
    left_out: tuple[str, ...]


def back_up(folder: str | Path, to: str | Path = "", database: str = "",
            progress: Callable[[str], None] = lambda _: None) -> MadeBackup:  # fmt: skip
    """Keep a project in one file, also while its server and its runs go on.

    ``to``: the file, which must not be there, or a folder to put it in. It is read again before it counts.
    Raises ``GroundplanError`` where there is no project, or the file cannot be written.
    """
    here = Path(folder).absolute()
    if not (here / FILE).is_file() and mark_of(here) is None:
        raise GroundplanError("there is no project here", where=str(folder), fix="name the folder of one")
    project = Project.open(here, database)
    target = _free_target(Path(to), here)
    fresh = beside(target)
    try:
        clear(target)
        with os.fdopen(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            writer = BackupWriter(file)
            try:
                left_out = _write(project, writer, target.parent, progress)
            finally:
                writer.abandon()
            file.flush()
            os.fsync(file.fileno())
        with opened_backup(fresh) as backup:
            backup.check(progress)
            keys = tuple(name.removeprefix(FOLDER) for name in backup.entries if name.endswith(".key"))
            written = MadeBackup(target, len(backup.entries), fresh.stat().st_size, keys, left_out)
        _put(fresh, target)
    except (OSError, sqlite3.Error) as error:
        what = f"the backup cannot be written: {getattr(error, 'strerror', None) or error}"
        raise GroundplanError(what, where=str(target), fix="free some space, or name another place with --to") from None
    finally:
        fresh.unlink(missing_ok=True)
        project.close()
    return written


def _free_target(to: Path, here: Path) -> Path:
    """The file to write. Raises ``GroundplanError`` where something stands there, or it is in the folder itself."""
    if to == Path() or to.is_dir():
        to = to / f"{here.name}-{now()[:19].replace(':', '-')}.zip"
    target = to.absolute()
    if target.exists() or target.is_symlink():
        fix = "name another; no backup is written over"
        raise GroundplanError("there is a file of this name already", where=str(to), fix=fix)
    if target.resolve().is_relative_to(here.resolve()):
        what = "a backup inside of the folder that it keeps would be lost with it"
        raise GroundplanError(what, where=str(to), fix="name another place with --to, best on another disk")
    if not target.parent.is_dir():
        raise GroundplanError("there is no such folder", where=str(to.parent), fix="make it, or name another with --to")
    return target


def _put(fresh: Path, target: Path) -> None:
    """Move a file to its place, where nothing may stand. Raises ``OSError``."""
    try:
        os.link(fresh, target)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        fresh.rename(target)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _write(project: Project, writer: BackupWriter, room: Path, progress: Callable[[str], None]) -> tuple[str, ...]:
    """Write tables, files and manifest; the names of what was left out."""
    with project.store.reading() as c:
        schema = project.store.revision(c)
        for table in STORED.sorted_tables:
            if table.info.get(KEPT, True):
                progress(f"the table {table.name} is kept ...")
                writer.put(f"{TABLES}{table.name}.jsonl", _lines(c, table), changed=time.time())
        # The files of documents come from the tables, so that each fits the versions beside it.
        texts = set()
        for name, text in _documents(c):
            writer.put(f"{FOLDER}{name}", [text.encode("utf-8")], changed=time.time())
            texts.add(name)
        runs = {str(id) for id in c.execute(select(JOBS.c.id)).scalars()}
    files = FolderFiles(project.folder, without=texts, runs=runs)
    with tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=room) as copies:
        for number, file in enumerate(files.all(), 1):
            progress(f"file {number} is kept ...")
            try:
                there = file.path.stat()
                writer.put(
                    f"{FOLDER}{file.name}", pieces(file.path, Path(copies)), changed=there.st_mtime,
                    private=not there.st_mode & 0o077,
                )  # fmt: skip
            except FileNotFoundError:  # it was taken away meanwhile
                continue
    writer.finish(BackupFacts(project.folder.name, schema, __version__, now()))
    return tuple(files.left_out)


def _lines(c: Connection, table: Table) -> Iterator[bytes]:
    for row in c.execute(select(table).execution_options(yield_per=AT_ONCE)):
        yield json.dumps(dict(row._mapping), ensure_ascii=False).encode("utf-8") + b"\n"


def _documents(c: Connection) -> Iterator[tuple[str, str]]:
    """The newest text of every document, by the name of its file."""
    v = VERSIONS.c
    newest = select(v.kind, v.name, func.max(v.number).label("number")).group_by(v.kind, v.name).subquery()
    same = (v.kind == newest.c.kind) & (v.name == newest.c.name) & (v.number == newest.c.number)
    texts = select(v.kind, v.name, v.content).join(newest, same).order_by(v.kind, v.name)
    for kind, name, content in c.execute(texts.execution_options(yield_per=AT_ONCE)):
        yield f"{KINDS[kind].folder}/{name}{KINDS[kind].suffix}", content
