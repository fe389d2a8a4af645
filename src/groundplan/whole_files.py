"""Files and folders that are written whole or not at all, and never over what somebody wants to keep.

What is written stands under a name of its own beside its place, ``.NAME-HOST-PROCESS-….part``, until it is complete,
and is then moved there. A process that is killed leaves such a name behind; the next one that writes there clears it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import secrets
import shutil
import sys
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from groundplan.errors import GroundplanError

PART, OLD = ".part", ".old"
LONGEST = 100  # characters of the place's name in the name beside it: a file name has at most 255 bytes
DAY = 86400.0
AT_FDCWD, EXCHANGE, SWAP = -100, 2, 2


class Taken(GroundplanError):
    """There is something in the place already, and nobody said that it may go."""


def place_of(path: str | Path) -> Path:
    """The place that a path names: where a link leads to, so that the link stays a link."""
    path = Path(path)
    return path.resolve() if path.is_symlink() else path


def beside(place: Path) -> Path:
    """A new name beside a place, which tells whose it is."""
    return place.with_name(f"{_stem(place)}{_host()}-{os.getpid()}-{secrets.token_hex(4)}{PART}")


def write_whole(place: str | Path, data: bytes) -> Path:
    """Write a file beside its place and move it there: readers see the old file or the new one. Raises ``OSError``."""
    target = place_of(place)
    target.parent.mkdir(parents=True, exist_ok=True)
    clear(target)
    fresh = beside(target)
    try:
        fresh.write_bytes(data)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return target


def write_text(target: Path, text: str, what: str, *, fix: str) -> Path:
    """Write ``text`` in UTF-8, whole or not at all. Raises ``GroundplanError`` that says ``what`` cannot be written."""
    return write_bytes(target, text.encode("utf-8"), what, fix=fix)


def write_bytes(target: Path, data: bytes, what: str, *, fix: str) -> Path:
    """Write ``data`` whole or not at all. Raises ``GroundplanError`` that says ``what`` cannot be written."""
    try:
        write_whole(target, data)
    except OSError as error:
        message = f"{what} cannot be written: {error.strerror or error}"
        raise GroundplanError(message, where=str(target), fix=fix) from error
    return target


def plain_stem(text: str, usual: str) -> str:
    """A text as a part of a file's name, which leads out of no folder; ``usual`` where nothing of it can stand there.

    >>> plain_stem("../Bamburi Works", "unit"), plain_stem("..", "unit")
    ('Bamburi-Works', 'unit')
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")[:60] or usual


def write_folder(files: Mapping[str, bytes], place: str | Path, what: str, *, fix: str) -> Path:
    """Write a folder of files, by their paths in it, whole or not at all, where nothing stands or an empty folder.

    Raises ``Taken`` and ``GroundplanError``, which say ``what`` cannot be written.
    """
    target = place_of(place)
    if identity(target) is not None or (target.exists() and not target.is_dir()):
        raise GroundplanError(f"{place} is there already and is not empty", where=str(place), fix=fix)
    fresh = beside(target)
    try:
        clear(target)
        for name, data in files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(data)
        put_folder(fresh, target)
    except BaseException as error:
        shutil.rmtree(fresh, ignore_errors=True)
        if isinstance(error, OSError):
            message = f"{what} cannot be written: {error.strerror or error}"
            raise GroundplanError(message, where=str(place), fix=fix) from error
        raise
    return target


def put_folder(fresh: Path, place: Path, *, instead_of: int | None = None) -> None:
    """Move a complete folder to its place.

    ``instead_of`` is the identity (``identity``) of the folder that may go for it; without it the place must be free.
    At every moment the old or the new folder stands under the name, where the system can exchange two names; elsewhere
    ``mended`` brings back the old one after a crash.
    Raises ``Taken`` where another process was there first, which then keeps its place, and ``OSError``.
    """
    fresh.chmod(0o755)
    try:
        if instead_of is None:
            _rename_to_free(fresh, place)
        else:
            _replace(fresh, place, instead_of)
    except Taken:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    clear(place)


def identity(place: Path) -> int | None:
    """What tells a folder from another one of the same name; None where there is none, or an empty one."""
    with suppress(FileNotFoundError, NotADirectoryError):
        return place.stat().st_ino if any(place.iterdir()) else None
    return None


def mended(place: Path) -> None:
    """Bring back the folder that a killed process had just moved out of its place."""
    if place.exists() or not place.parent.is_dir():
        return
    left = sorted((p for p in _left(place) if p.suffix == OLD), key=lambda p: p.stat().st_mtime)
    if left:
        with suppress(OSError):
            left[-1].rename(place)


def clear(place: Path) -> None:
    """Take away what killed processes left beside a place; what a living one is writing stays."""
    mended(place)
    for path in _left(place):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _rename_to_free(fresh: Path, place: Path) -> None:
    # An empty folder gives way to a whole one, in one step; a folder that holds something does not.
    try:
        if sys.platform == "win32" and place.is_dir():
            place.rmdir()
        fresh.rename(place)
    except OSError as error:
        if place.exists():
            raise _taken(place) from error
        raise


def _replace(fresh: Path, place: Path, instead_of: int) -> None:
    old = fresh.with_suffix(OLD)
    if _exchanged(fresh, place):
        if identity(fresh) not in (instead_of, None):
            _exchanged(fresh, place)
            raise _taken(place)
        shutil.rmtree(fresh, ignore_errors=True)
        return
    if identity(place) not in (instead_of, None):
        raise _taken(place)
    if place.exists():
        place.rename(old)
    try:
        fresh.rename(place)
    except OSError:
        mended(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system exchanged two names in one step; not all systems and disks can."""
    if not other.exists():
        return False
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            return bool(library.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), EXCHANGE) == 0)
        if sys.platform == "darwin":
            return bool(library.renamex_np(os.fsencode(one), os.fsencode(other), SWAP) == 0)
    except (AttributeError, OSError, TypeError):
        pass
    return False


def _taken(place: Path) -> Taken:
    return Taken(
        f"another run has just written {place}", where=str(place),
        fix="what it wrote is kept; name another folder, or run again with --overwrite",
    )  # fmt: skip


def _left(place: Path) -> list[Path]:
    """What stands beside a place by its name and belongs to no living process."""
    prefix = _stem(place)
    with suppress(OSError):
        return [
            p
            for p in place.parent.iterdir()
            if p.name.startswith(prefix) and p.name.endswith((PART, OLD)) and not _alive(p, p.name[len(prefix) :])
        ]
    return []


def _stem(place: Path) -> str:
    name = place.name
    short = name if len(name) <= LONGEST else f"{name[:LONGEST]}{zlib.crc32(name.encode('utf-8', 'surrogatepass')):08x}"
    return f".{short}-"


def _host() -> str:
    return f"{zlib.crc32(platform.node().encode('utf-8', 'replace')):08x}"


def _alive(path: Path, rest: str) -> bool:
    """Whether the process that a name beside a place tells of may still write there."""
    host, _, rest = rest.partition("-")
    process = rest.partition("-")[0]
    if not process.isdecimal() or len(host) != 8:
        return True  # not a name of ours
    if host != _host() or sys.platform == "win32":
        # Nobody here can ask for that process: what has not changed for a day is left over.
        with suppress(OSError):
            return time.time() - path.stat().st_mtime < DAY
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return int(process) != os.getpid() or path.name.endswith(PART)
