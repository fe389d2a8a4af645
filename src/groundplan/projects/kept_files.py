"""The files that people put into a project: whole or not at all, under plain names, with who put each and when."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from groundplan.errors import GroundplanError, UnknownName
from groundplan.projects.utc_time import now
from groundplan.whole_files import DAY, PART, beside, clear, plain_stem, put_folder, write_whole

INDEX, TRASH = ".files.json", ".trash"
SUFFIXES = (
    ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".tab", ".txt", ".json", ".geojson", ".gz", ".zip",
    ".toml",
)  # fmt: skip
FORMS = "workbooks (.xlsx, .xls, .xlsb, .ods), tables as text (.csv, .tsv), .json, .zip and .gz"
# How files begin that are no tables, whatever they are called.
NO_TABLES = {
    b"%PDF": "a PDF",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_LOCK = threading.Lock()


class KeptFile(NamedTuple):
    """A file of a project: its name, its size in bytes, who put it there and when (UTC, ISO 8601; "" by hand)."""

    name: str
    size: int
    by: str
    at: str


class ComingFile(NamedTuple):
    """A file that is being received: what it was called, and the part that is written."""

    called: str
    part: Path


class KeptFiles:
    """The files in a folder; every call may come from any thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[KeptFile]:
        """Every file, by name; those too that were put there by hand."""
        notes = self._notes()
        there = sorted(p for p in self.folder.iterdir() if p.is_file() and not p.name.startswith("."))
        return [KeptFile(p.name, p.stat().st_size, *notes.get(p.name, ("", ""))) for p in there]

    def file(self, name: str) -> Path:
        """The place of a file that is listed. Raises ``UnknownName``."""
        names = [kept.name for kept in self.all()]
        if name not in names:
            raise UnknownName("file of this project", name, names)
        return self.folder / name

    def begin(self, called: str, suffixes: Sequence[str] = SUFFIXES) -> ComingFile:
        """A part to write a file into that comes under a name.

        Raises ``GroundplanError`` for a name that has none of the suffixes.
        """
        plain_name(called, suffixes)
        self._clear_left()
        return ComingFile(called, self.folder / f".{secrets.token_hex(8)}{PART}")

    def _clear_left(self) -> None:
        """Take away what a server that was killed left of files that did not come whole."""
        for part in self.folder.glob(f".*{PART}"):
            with suppress(OSError):
                if time.time() - part.stat().st_mtime > DAY:
                    part.unlink()

    def keep(self, coming: list[ComingFile], *, by: str) -> list[str]:
        """Keep files that came whole, each under a name that is free; their names. All of them, or none.

        Raises ``GroundplanError`` for what is no table, and where they cannot be kept.
        """
        for one in coming:
            _refuse_no_table(one)
        placed: list[Path] = []
        with _LOCK:
            try:
                for one in coming:
                    placed.append(_put(one.part, self.folder, plain_name(one.called)))
                notes = self._notes() | {path.name: (by, now()) for path in placed}
                self._note(notes)
            except OSError as error:
                for path in placed:
                    path.unlink(missing_ok=True)
                what = f"the files cannot be kept, and none of them was: {error.strerror or error}"
                raise GroundplanError(what, where=str(self.folder), fix="free some space and send them again") from None
        return [path.name for path in placed]

    def keep_together(self, coming: Sequence[ComingFile], place: Path) -> Path:
        """Keep files that came whole in a new folder of their own, all of them or none; the folder.

        Where ``place`` is taken the next free number stands after its name; two files of one name get numbers.
        Raises ``GroundplanError``.
        """
        if not coming:
            raise GroundplanError("no file was sent", fix="choose one or more files first")
        target = free_place(place)
        fresh = beside(target)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            clear(target)
            fresh.mkdir()
            for one in coming:
                _put(one.part, fresh, plain_name(one.called))
            put_folder(fresh, target)
        except OSError as error:
            what = f"the files cannot be kept, and none of them was: {error.strerror or error}"
            raise GroundplanError(what, where=target.name, fix="free some space and send them again") from None
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return target

    def drop(self, coming: list[ComingFile]) -> None:
        """Take away the parts of files that did not come whole."""
        for one in coming:
            with suppress(OSError):
                one.part.unlink(missing_ok=True)

    def take_away(self, name: str) -> Path:
        """Move a file where nothing reads it, from where it can be brought back by hand; its new place.

        Raises ``UnknownName``, and ``GroundplanError`` where it cannot be moved.
        """
        file = self.file(name)
        try:
            (self.folder / TRASH).mkdir(exist_ok=True)
            with _LOCK:
                target = _put(file, self.folder / TRASH, name)
                notes = self._notes()
                notes.pop(name, None)
                self._note(notes)
        except OSError as error:
            what = f"the file cannot be taken away: {error.strerror or error}"
            raise GroundplanError(what, where=str(file), fix="check who else has it open") from None
        return target

    def _notes(self) -> dict[str, tuple[str, str]]:
        try:
            stated = json.loads((self.folder / INDEX).read_text("utf-8"))
            return {str(name): (str(by), str(at)) for name, (by, at) in stated.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def _note(self, notes: dict[str, tuple[str, str]]) -> None:
        write_whole(self.folder / INDEX, json.dumps(notes, ensure_ascii=False).encode("utf-8"))


def free_place(place: Path) -> Path:
    """The place, or, where something stands there, the same with the next free number after its name."""
    number, free = 1, place
    while free.exists() or free.is_symlink():
        number += 1
        free = place.with_name(f"{place.stem}-{number}{place.suffix}")
    return free


def plain_name(called: str, suffixes: Sequence[str] = SUFFIXES) -> str:
    r"""What a file is called here: plain letters, its own suffix. Raises ``GroundplanError`` for another suffix.

    >>> plain_name("../Compte de la Nation 2019.XLSX"), plain_name("c:\\sut.csv.gz")
    ('Compte-de-la-Nation-2019.xlsx', 'sut.csv.gz')
    """
    last = called.replace("\\", "/").rpartition("/")[2]
    stem, dot, suffix = last.rpartition(".")
    suffix = f"{dot}{suffix.lower()}"
    if not dot or suffix not in suffixes:
        what = f"'{last[:80]}' is no file that can be read here"
        forms = FORMS if suffixes is SUFFIXES else ", ".join(suffixes)
        raise GroundplanError(what, where="the file", fix=f"give one of: {forms}")
    inner, dot, before = stem.rpartition(".")
    if suffix == ".gz" and dot and f".{before.lower()}" in SUFFIXES:
        stem, suffix = inner, f".{before.lower()}{suffix}"
    return f"{plain_stem(stem, 'table')}{suffix}"


def _refuse_no_table(one: ComingFile) -> None:
    with one.part.open("rb") as file:
        first = file.read(8)
    if not first:
        raise GroundplanError(f"'{one.called[:80]}' is empty", where="the file", fix="get the file again")
    for mark, kind in NO_TABLES.items():
        if first.startswith(mark):
            raise GroundplanError(
                f"'{one.called[:80]}' is {kind}, whatever it is called", where="the file", fix=f"give {FORMS}"
            )


def _put(part: Path, folder: Path, name: str) -> Path:
    """Move a file to a name that is free: the plain one, else with a number."""
    stem, dot, suffix = name.partition(".")
    for number in range(1, 100_000):
        target = folder / (name if number == 1 else f"{stem}-{number}{dot}{suffix}")
        try:
            os.link(part, target)
        except FileExistsError:
            continue
        except OSError:  # a disk without links: the lock keeps others of this process away
            if target.exists():
                continue
            part.replace(target)
            return target
        part.unlink()
        return target
    raise OSError("there are too many files of that name")
