"""The files of a project's folder that a backup has, each as it stands, though others write meanwhile."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from groundplan.errors import GroundplanError
from groundplan.projects.backups.backup_archive import CHUNK, is_inside
from groundplan.projects.document_kinds import KINDS, is_plain, text_of
from groundplan.projects.project_folder import LOCK, OUTCOMES, RUNS, SERVER
from groundplan.projects.project_mark import MARK_FILE
from groundplan.projects.project_store import FILE
from groundplan.whole_files import OLD, PART, beside, clear, identity

SIDES = ("-wal", "-shm", "-journal")
# What belongs to this folder and its processes, and to no copy.
OWN = {LOCK, SERVER, MARK_FILE, FILE, *(f"{FILE}{side}" for side in SIDES)}
OF_A_PROCESS = ("lock", "process")
SQLITE = b"SQLite format 3\0"
TRIES = 5


class FolderFile(NamedTuple):
    """A file of the folder: its name from there, and where its bytes are read."""

    name: str
    path: Path


class FolderFiles:
    """The files of a folder in an order in which what names something is read before it: runs, others, outcomes.

    ``without``: files of documents that come from the tables; ``runs``: those that are listed. ``left_out``: what no
    backup has.
    """

    def __init__(self, folder: Path, *, without: Collection[str], runs: Collection[str]) -> None:
        self.folder, self.without, self.runs = folder, without, runs
        self.left_out: list[str] = []

    def all(self) -> Iterator[FolderFile]:
        """Every file. Raises ``OSError``."""
        top = sorted(path.name for path in self.folder.iterdir() if path.name not in OWN)
        last = [name for name in top if name == OUTCOMES]
        first = [name for name in top if name == RUNS]
        for name in [*first, *(n for n in top if n not in (OUTCOMES, RUNS)), *last]:
            path = self.folder / name
            if path.is_symlink() and path.is_dir():  # a shelf that stands on another disk
                path = path.resolve()
            if name == OUTCOMES and path.is_dir():
                yield from self._outcomes(path)
            else:
                yield from self._under(path, PurePosixPath(name))

    def _under(self, path: Path, name: PurePosixPath) -> Iterator[FolderFile]:
        if is_unfinished(path.name) or str(name) in self.without or self._of_no_copy(name):
            return
        try:
            kind = path.lstat().st_mode
        except FileNotFoundError:  # it was taken away meanwhile
            return
        if not (stat.S_ISDIR(kind) or stat.S_ISREG(kind)) or not is_inside(str(name)):
            self.left_out.append(str(name))
        elif stat.S_ISREG(kind) and is_document(name, path):  # of the tables it is too new
            return
        elif stat.S_ISREG(kind):
            yield FolderFile(str(name), path)
        else:
            with suppress(FileNotFoundError):
                for part in sorted(path.iterdir()):
                    yield from self._under(part, name / part.name)

    def _of_no_copy(self, name: PurePosixPath) -> bool:
        if len(name.parts) > 1 and name.parts[0] == RUNS:
            return name.parts[1] not in self.runs or (len(name.parts) == 3 and name.name in OF_A_PROCESS)
        side = next((side for side in SIDES if name.name.endswith(side)), "")
        return bool(side) and _is_sqlite(self.folder / str(name).removesuffix(side))

    def _outcomes(self, outcomes: Path) -> Iterator[FolderFile]:
        """Outcomes, each the old or the new one where another takes its place meanwhile."""
        for path in sorted(outcomes.iterdir()):
            name = PurePosixPath(OUTCOMES, path.name)
            if path.is_symlink() or not path.is_dir() or is_unfinished(path.name):
                yield from self._under(path, name)
                continue
            with held_still(path, self.folder) as still:
                yield from self._under(still / "all", name)


def is_document(name: PurePosixPath, path: Path) -> bool:
    """Whether a file of the folder is a document that has versions: one of its shelf, that can be read."""
    shelves = {(shelf.folder, shelf.suffix) for shelf in KINDS.values()}
    if len(name.parts) != 2 or (name.parts[0], name.suffix) not in shelves or not is_plain(name.stem):
        return False
    try:
        return text_of(path) is not None
    except GroundplanError:
        return False


@contextmanager
def held_still(folder: Path, project: Path) -> Iterator[Path]:
    """A folder whose ``all`` has the files of another at one moment, by links where the disk has them.

    Raises ``OSError``.
    """
    clear(project / "backup")
    fresh = beside(project / "backup")
    try:
        for _ in range(TRIES):
            before = identity(folder)
            fresh.mkdir()
            with suppress(FileNotFoundError):
                shutil.copytree(folder, fresh / "all", symlinks=True, copy_function=_linked)
            if identity(folder) == before:
                break
            shutil.rmtree(fresh)
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
    return target


def is_unfinished(name: str) -> bool:
    """Whether something is still being written, or was left by a process that was killed."""
    return name.startswith(".") and name.endswith((PART, OLD))


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return False


def pieces(path: Path, room: Path) -> Iterator[bytes]:
    """A file as it stands; a database of SQLite as its last commit left it, by way of a copy in ``room``.

    Raises ``OSError`` and ``sqlite3.Error``.
    """
    if not _is_sqlite(path):
        yield from _read(path)
        return
    copy = room / "copy.db"
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    yield from _read(copy)
    copy.unlink()


def _read(path: Path) -> Iterator[bytes]:
    """The bytes that were there at the beginning: a file that grows is not waited for."""
    with path.open("rb") as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
