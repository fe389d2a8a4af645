"""The file of a backup: a zip whose manifest has the size and the SHA-256 of everything else that is in it.

``manifest.json``; ``tables/NAME.jsonl``: the rows of a table, a line each; ``folder/...``: the files of the folder.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple

from groundplan.errors import GroundplanError

MANIFEST, TABLES, FOLDER = "manifest.json", "tables/", "folder/"
FORMAT = 1
CHUNK = 2**20
MOST_MANIFEST = 2**28  # bytes
LONGEST_ROW = 2**27  # bytes
FIX = "take another backup, or get this one again from where it came"


class ArchiveEntry(NamedTuple):
    """What a manifest says of a file: its SHA-256, its size, whether others may not read it, when it was changed."""

    sha256: str
    size: int
    private: bool
    changed: float


class BackupFacts(NamedTuple):
    """What a backup is of: the folder's name, the schema's revision, Groundplan's version, when it was made (UTC)."""

    project: str
    schema: str
    version: str
    made_at: str


def is_inside(name: str) -> bool:
    r"""Whether a name in an archive leads to a file below the place where it is unpacked, on every system.

    >>> is_inside("studies/five.toml"), is_inside("../five.toml"), is_inside("c:\\five.toml")
    (True, False, False)
    """
    if re.search(r"[\\\x00-\x1f\x7f]|^[A-Za-z]:|^/", name):
        return False
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return all(part not in ("", ".", "..") for part in name.split("/"))


class BackupWriter:
    """Writes a backup into an open file, an entry after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.entries: dict[str, ArchiveEntry] = {}

    def put(self, name: str, chunks: Iterable[bytes], *, changed: float, private: bool = False) -> None:
        """Add a file by its bytes, as they come. Raises ``OSError``; where they never begin nothing is added."""
        size, digest = 0, hashlib.sha256()
        chunks = iter(chunks)
        chunks = chain([next(chunks, b"")], chunks)
        with self._archive.open(_zip_entry(name, changed), "w", force_zip64=True) as target:
            for chunk in chunks:
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.entries[name] = ArchiveEntry(digest.hexdigest(), size, private, changed)

    def finish(self, facts: BackupFacts) -> None:
        """Add the manifest. Raises ``OSError``."""
        stated = {name: entry._asdict() for name, entry in self.entries.items()}
        about = {"format": FORMAT, **facts._asdict(), "entries": stated}
        text = json.dumps(about, indent=1, ensure_ascii=False).encode("utf-8")
        self._archive.writestr(_zip_entry(MANIFEST, datetime.now(UTC).timestamp()), text)
        self._archive.close()

    def abandon(self) -> None:
        """Let go of the file, whatever stands in it."""
        with suppress(OSError, ValueError):
            self._archive.close()


def _zip_entry(name: str, changed: float) -> zipfile.ZipInfo:
    when = datetime.fromtimestamp(min(max(changed, 315532800.0), 4354819198.0), UTC)  # a zip knows 1980 to 2107
    entry = zipfile.ZipInfo(name, when.timetuple()[:6])
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, (stat.S_IFREG | 0o600) << 16
    return entry


class Backup:
    """A backup that is read: everything in it is what its manifest says, or is refused."""

    def __init__(self, file: Path, archive: zipfile.ZipFile) -> None:
        self.file, self._archive = file, archive
        self.facts, self.entries = _manifest(archive)

    @property
    def size(self) -> int:
        """Bytes of all that is in it."""
        return sum(entry.size for entry in self.entries.values())

    def names(self, under: str) -> list[str]:
        """The names in it that begin so."""
        return [name for name in self.entries if name.startswith(under)]

    def check(self, progress: Callable[[str], None]) -> None:
        """Compare every file with what the manifest says. Raises ``GroundplanError`` for the first that differs."""
        for number, name in enumerate(self.entries, 1):
            progress(f"file {number} of {len(self.entries)} is checked ...")
            for _ in self.chunks(name):
                pass

    def chunks(self, name: str) -> Iterator[bytes]:
        """A file in pieces, never more than the manifest says. Raises ``GroundplanError`` where it is another file."""
        entry, size, digest = self.entries[name], 0, hashlib.sha256()
        with _in_words(self.file), self._archive.open(name) as source:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                digest.update(chunk)
                if size > entry.size:
                    break
                yield chunk
        if size != entry.size or digest.hexdigest() != entry.sha256:
            raise GroundplanError(f"{name} is not as it was when it was saved", where=str(self.file), fix=FIX)

    def rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a table. Raises ``GroundplanError`` where they are not as they were."""
        rest = b""
        for chunk in self.chunks(f"{TABLES}{table}.jsonl"):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LONGEST_ROW:
                raise GroundplanError(f"a row of {table} is too long", where=str(self.file), fix=FIX)
            yield from (_row(line, table, self.file) for line in lines)
        if rest:
            raise GroundplanError(f"a row of {table} is cut short", where=str(self.file), fix=FIX)


def _row(line: bytes, table: str, file: Path) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
        if isinstance(row, dict) and all(isinstance(v, str | int | float | None) for v in row.values()):
            return row
    except (ValueError, RecursionError):
        pass
    raise GroundplanError(f"a row of {table} cannot be read", where=str(file), fix=FIX)


@contextmanager
def opened_backup(file: str | Path) -> Iterator[Backup]:
    """A backup, open until the end. Raises ``GroundplanError`` for what is none, or is not whole."""
    path = Path(file)
    with _in_words(path):
        archive = zipfile.ZipFile(path)
    with archive:
        with _in_words(path):
            backup = Backup(path, archive)
        yield backup


def _manifest(archive: zipfile.ZipFile) -> tuple[BackupFacts, dict[str, ArchiveEntry]]:
    """What an archive states of itself, where it has that and nothing else. Raises ``ValueError`` and others."""
    there = {info.filename: info for info in archive.infolist()}
    if len(there) != len(archive.infolist()):
        raise ValueError("a name stands in it twice")
    if MANIFEST not in there or there[MANIFEST].file_size > MOST_MANIFEST:
        raise ValueError("it has no manifest")
    with archive.open(MANIFEST) as source:
        about = json.loads(source.read(MOST_MANIFEST))
    if about["format"] != FORMAT:
        raise ValueError(f"its form is {about['format']!r}, and {FORMAT} is known here")
    facts = BackupFacts(*(str(about[name]) for name in BackupFacts._fields))
    entries = {
        str(name): ArchiveEntry(str(e["sha256"]), int(e["size"]), bool(e["private"]), float(e["changed"]))
        for name, e in about["entries"].items()
    }
    if apart := (set(there) - {MANIFEST}) ^ set(entries):
        raise ValueError(f"archive and manifest differ: {min(apart)[:80]}")
    for name, entry in entries.items():
        if not is_inside(name) or not name.startswith((TABLES, FOLDER)):
            raise ValueError(f"a name leads out of the folder: {name[:80]!r}")
        kind = stat.S_IFMT(there[name].external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or there[name].is_dir() or there[name].flag_bits & 1:
            raise ValueError(f"{name[:80]} is no plain file")
        if entry.size != there[name].file_size or entry.size < 0:
            raise ValueError(f"{name[:80]} has another size than when it was saved")
    return facts, entries


@contextmanager
def _in_words(file: Path) -> Iterator[None]:
    """What makes a file no backup, in words. Raises ``GroundplanError``."""
    try:
        yield
    except FileNotFoundError:
        raise GroundplanError("there is no such file", where=str(file), fix="name the file of a backup") from None
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, TypeError, AttributeError,
        NotImplementedError, RuntimeError, struct.error, OverflowError,
    ) as error:  # fmt: skip
        what = f"this is no whole backup of a project: {error}"
        raise GroundplanError(what, where=str(file), fix=FIX) from None
