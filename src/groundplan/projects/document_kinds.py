"""The kinds of documents of a project, where the file of each stands, and what it may be called."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from groundplan.errors import GroundplanError, UnknownName
from groundplan.whole_files import beside, clear, plain_stem

LONGEST_TEXT = 20_000_000  # bytes
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


class DocumentKind(NamedTuple):
    """Where documents of a kind stand: the folder in the project, and the suffix of their files."""

    folder: str
    suffix: str


KINDS: Mapping[str, DocumentKind] = {
    "study": DocumentKind("studies", ".toml"),
    "scenario": DocumentKind("scenarios", ".toml"),
    "rules": DocumentKind("rules", ".toml"),
    "facilities": DocumentKind("facilities", ".toml"),
    "weights": DocumentKind("weights", ".toml"),
    "mapping": DocumentKind("mappings", ".toml"),
    "roles": DocumentKind("roles", ".toml"),
    "classes": DocumentKind("classes", ".csv"),
    "kinds": DocumentKind("kinds", ".csv"),
    "targets": DocumentKind("targets", ".toml"),
    "doctrine": DocumentKind("doctrines", ".toml"),
    "distribution": DocumentKind("distributions", ".toml"),
    "happened": DocumentKind("happened", ".toml"),
}


def kind_of_document(kind: str) -> DocumentKind:
    """Where documents of a kind stand. Raises ``UnknownName``."""
    if kind not in KINDS:
        raise UnknownName("kind of document", kind, KINDS)
    return KINDS[kind]


def is_plain(name: str) -> bool:
    """Whether a name may be a document's: letters, digits, - and _, and no device of Windows.

    >>> is_plain("five-year_2"), is_plain("../etc"), is_plain("con"), is_plain("")
    (True, False, False, False)
    """
    return bool(name) and plain_stem(name, "") == name and name.lower() not in DEVICES


def document_file(folder: Path, kind: str, name: str) -> Path:
    """The file of a document in a project's folder. Raises ``GroundplanError`` for a name that may not be one."""
    shelf = kind_of_document(kind)
    if not is_plain(name):
        what = f"'{name[:80]}' cannot be the name of a document"
        fix = "use letters from a to z, digits, - and _, at most 60 of them"
        raise GroundplanError(what, where=kind, fix=fix)
    return folder / shelf.folder / f"{name}{shelf.suffix}"


def bytes_of(text: str, where: str) -> bytes:
    """A document's text as its file has it. Raises ``GroundplanError`` for what no file of text has, or is too long."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise GroundplanError(
            "the text has characters that no file can hold", where=where, fix="write them anew"
        ) from None
    if "\0" in text:
        raise GroundplanError("the text has characters that no file can hold", where=where, fix="take out the zeros")
    if len(data) > LONGEST_TEXT:
        what = f"the text is {len(data) / 1e6:.0f} MB long; at most {LONGEST_TEXT / 1e6:.0f} MB are kept"
        raise GroundplanError(what, where=where, fix="keep long tables as files of their own")
    return data


def text_of(file: Path) -> str | None:
    """What stands in a document's file, to the letter; None where there is none.

    Raises ``GroundplanError`` where it is no text in UTF-8 or cannot be read.
    """
    try:
        return file.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        what = "the file was changed outside of the workbench and is no text in UTF-8"
        fix = "save it as UTF-8, or take it away: its last version is then written again"
        raise GroundplanError(what, where=str(file), fix=fix) from None
    except OSError as error:
        what = f"the file cannot be read: {error.strerror or error}"
        raise GroundplanError(what, where=str(file), fix="check what stands there, and the rights to it") from None


def write_beside(fresh: Path, file: Path, text: str) -> None:
    """Write a document's text under a name beside its file. Raises ``GroundplanError``."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        clear(file)
        _write_through(fresh, text)
    except OSError as error:
        what = f"the file cannot be written, and nothing was changed: {error.strerror or error}"
        raise GroundplanError(what, where=str(file), fix="free some space, or get the right to write there") from None


def write_again(file: Path, text: str) -> bool:
    """Put the file right; False where that cannot be done now: it is done when it is next read."""
    fresh = beside(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_through(fresh, text)
        fresh.replace(file)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        return False
    return True


def _write_through(fresh: Path, text: str) -> None:
    """Write to the disk itself: a file that the power cut left empty would count as changed by hand."""
    with fresh.open("wb") as handle:
        handle.write(text.encode("utf-8"))
        handle.flush()
        os.fsync(handle.fileno())
