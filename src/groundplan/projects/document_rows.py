"""The versions of documents as rows of the database, and how undoing goes from one to another."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from sqlalchemy import Connection, Row, Select, Table, bindparam, insert, select, update

from groundplan.errors import UnknownName
from groundplan.projects.people.happenings import note
from groundplan.projects.project_store import FILES, VERSIONS

# What every page asks, put together once.
NEWEST_ROW = (
    select(VERSIONS)
    .where(VERSIONS.c.kind == bindparam("kind"), VERSIONS.c.name == bindparam("name"))
    .order_by(VERSIONS.c.number.desc())
    .limit(1)
)
NAMES = select(VERSIONS.c.name).where(VERSIONS.c.kind == bindparam("kind")).distinct()


class Version(NamedTuple):
    """A version of a document, numbered from 1; ``made_at`` is UTC in ISO 8601."""

    kind: str
    name: str
    number: int
    text: str
    made_at: str
    by: str
    why: str


class VersionEntry(NamedTuple):
    """A version with its place in the order of undoing."""

    version: Version
    alike: int
    back: int
    tip: int


def rows_of(table: Table, kind: str, name: str) -> Select:
    """The rows of a document."""
    return select(table).where(table.c.kind == kind, table.c.name == name)


def entry_of(row: Row) -> VersionEntry:
    """A row as a version."""
    version = Version(row.kind, row.name, int(row.number), row.content, row.made_at, row.made_by, row.why)
    return VersionEntry(version, int(row.alike), int(row.back), int(row.tip))


def last_entry(c: Connection, kind: str, name: str) -> VersionEntry | None:
    """The newest version; None where there is no such document."""
    row = c.execute(NEWEST_ROW, {"kind": kind, "name": name}).first()
    return entry_of(row) if row else None


def numbered_entry(c: Connection, kind: str, name: str, number: int) -> VersionEntry:
    """A version by its number. Raises ``UnknownName``."""
    row = c.execute(rows_of(VERSIONS, kind, name).where(VERSIONS.c.number == number)).first()
    if row is None:
        numbers = c.execute(select(VERSIONS.c.number).where(VERSIONS.c.kind == kind, VERSIONS.c.name == name)).scalars()
        raise UnknownName(f"version of {kind} {name}", number, numbers)
    return entry_of(row)


def insert_entry(c: Connection, entry: VersionEntry) -> None:
    """Add a version, and note it in the record with the hash of its text."""
    v = entry.version
    c.execute(
        insert(VERSIONS).values(
            kind=v.kind, name=v.name, number=v.number, content=v.text, made_at=v.made_at, made_by=v.by, why=v.why,
            alike=entry.alike, back=entry.back, tip=entry.tip,
        )
    )  # fmt: skip
    digest = hashlib.sha256(v.text.encode("utf-8")).hexdigest()
    note(c, v.by, "version saved", kind=v.kind, name=v.name, version=v.number, sha256=digest)


def next_undone(c: Connection, last: VersionEntry) -> int:
    """The version that was undone last, 0 for none: from where undoing began, back to the one after this."""
    number = last.tip
    while number and number != last.alike:
        before = numbered_entry(c, last.version.kind, last.version.name, number).back
        if before == last.alike:
            return number
        number = before
    return 0


def note_written(c: Connection, version: Version) -> None:
    """Note that the file has this version."""
    where = (FILES.c.kind == version.kind, FILES.c.name == version.name)
    if not c.execute(update(FILES).where(*where).values(written=version.number)).rowcount:
        c.execute(insert(FILES).values(kind=version.kind, name=version.name, written=version.number))


def texts_since_written(c: Connection, last: Version) -> set[str]:
    """The texts that the file may have where nobody changed it: those since it was last seen to be written."""
    written = c.execute(rows_of(FILES, last.kind, last.name)).first()
    since = VERSIONS.c.number >= (int(written.written) if written else 0)
    return {str(row.content) for row in c.execute(rows_of(VERSIONS, last.kind, last.name).where(since))}
