"""The documents of a project: every version of each that was ever saved, undoing, and drafts of what is not yet.

A text is committed to the database and then stands in its file. A file that somebody changed by hand becomes a version.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from groundplan.errors import GroundplanError, UnknownName
from groundplan.projects.document_kinds import (
    KINDS,
    bytes_of,
    document_file,
    is_plain,
    kind_of_document,
    text_of,
    write_again,
    write_beside,
)
from groundplan.projects.document_rows import (
    NAMES,
    Version,
    VersionEntry,
    entry_of,
    insert_entry,
    last_entry,
    next_undone,
    note_written,
    numbered_entry,
    rows_of,
    texts_since_written,
)
from groundplan.projects.project_store import DRAFTS, VERSIONS, ProjectStore
from groundplan.projects.utc_time import now
from groundplan.whole_files import beside

# Lines after the first that differs: more are not compared one by one, and of those so many are shown of either text.
MOST_COMPARED, MOST_SHOWN = 20_000, 200
OUTSIDE = "outside"  # who a change is by that nobody made here
CHANGED, PUT = "changed outside of the workbench", "put there outside of the workbench"


class Draft(NamedTuple):
    """What somebody has typed and not saved; ``after``: the number of the version that it started from, 0 for none."""

    kind: str
    name: str
    owner: str
    text: str
    after: int
    saved_at: str


class Conflict(GroundplanError):
    """Somebody saved meanwhile: ``current`` is what stands now, ``diff`` what is typed here that differs from it."""

    def __init__(self, current: Version, text: str) -> None:
        super().__init__(
            f"{current.by} has saved version {current.number} meanwhile; nothing was changed",
            where=f"{current.kind} {current.name}",
            fix="look at what differs, take over what you want, and save again",
        )
        self.current = current
        self.diff = lines_apart(current.text, text, f"version {current.number}", "yours")


class Documents:
    """The documents of a project's folder; every call may come from any thread or process."""

    KINDS = KINDS

    def __init__(self, store: ProjectStore, folder: Path) -> None:
        self.store, self.folder = store, folder

    def names(self, kind: str) -> list[str]:
        """The documents of a kind, those too that were put into its folder by hand. Raises ``UnknownName``."""
        shelf = kind_of_document(kind)
        with self.store.reading() as c:
            names = {str(name) for name in c.execute(NAMES, {"kind": kind}).scalars()}
        files = (self.folder / shelf.folder).glob(f"*{shelf.suffix}")
        return sorted(names | {f.stem for f in files if is_plain(f.stem) and f.is_file()})

    def current(self, kind: str, name: str) -> Version | None:
        """The newest version, which a change of the file by hand makes too; None where there is no such document.

        Raises ``GroundplanError`` for a name that may not be one, and a file that cannot be read.
        """
        file = document_file(self.folder, kind, name)
        with self.store.reading() as c:
            last = last_entry(c, kind, name)
        there = text_of(file)
        if (last.version.text if last else None) == there:
            return last.version if last else None
        with self.store.writing() as c:
            last = self._settled(c, kind, name)
        return last.version if last else None

    def versions(self, kind: str, name: str) -> list[Version]:
        """Every version, the newest last."""
        self.current(kind, name)
        with self.store.reading() as c:
            rows = c.execute(rows_of(VERSIONS, kind, name).order_by(VERSIONS.c.number)).all()
        return [entry_of(row).version for row in rows]

    def version(self, kind: str, name: str, number: int) -> Version:
        """A version by its number. Raises ``UnknownName``."""
        with self.store.reading() as c:
            entry = numbered_entry(c, kind, name, number)
        return entry.version

    def save(self, kind: str, name: str, text: str, *, after: int, by: str, why: str = "") -> Version:
        """Keep a text as a new version; ``after``: the number of the version that it was edited from, 0 for none.

        A text that stands already is no new version. When this returns the version is on the disk.
        Raises ``Conflict`` where somebody saved meanwhile, ``GroundplanError`` where nothing could be kept.
        """

        def entry(c: Connection, last: VersionEntry | None) -> VersionEntry | Conflict:
            if last is not None and last.version.text == text:
                return last
            if last is not None and last.version.number != after:
                return Conflict(last.version, text)
            if last is None:
                self._refuse_twin(c, kind, name)
            number = last.version.number + 1 if last else 1
            back = last.alike if last else 0
            return VersionEntry(Version(kind, name, number, text, now(), by, why), number, back, 0)

        return self._kept(kind, name, text, entry)

    def undo(self, kind: str, name: str, *, after: int, by: str) -> Version:
        """A new version with the text before; done again it goes further back.

        Raises ``Conflict`` where somebody saved meanwhile, ``GroundplanError`` where there is nothing to undo.
        """
        return self._moved(kind, name, after, by, forward=False)

    def redo(self, kind: str, name: str, *, after: int, by: str) -> Version:
        """A new version with the text that was undone last. Raises as ``undo``."""
        return self._moved(kind, name, after, by, forward=True)

    def difference(self, kind: str, name: str, one: int, other: int) -> list[str]:
        """What differs between two versions, as the lines of a unified diff. Raises ``UnknownName``."""
        a, b = self.version(kind, name, one), self.version(kind, name, other)
        return lines_apart(a.text, b.text, f"version {one}", f"version {other}")

    def keep_draft(self, kind: str, name: str, owner: str, text: str, *, after: int) -> Draft:
        """Keep what somebody has typed, in the place of an earlier draft of theirs. Raises ``GroundplanError``."""
        bytes_of(text, str(document_file(self.folder, kind, name)))
        draft = Draft(kind, name, owner, text, after, now())
        with self.store.writing() as c:
            c.execute(delete(DRAFTS).where(*_owned(kind, name, owner)))
            values = {"kind": kind, "name": name, "owner": owner, "content": text}
            c.execute(insert(DRAFTS).values(**values, started_from=after, saved_at=draft.saved_at))
        return draft

    def draft(self, kind: str, name: str, owner: str) -> Draft | None:
        """What somebody has typed and not saved."""
        with self.store.reading() as c:
            row = c.execute(select(DRAFTS).where(*_owned(kind, name, owner))).first()
        return Draft(kind, name, owner, row.content, int(row.started_from), row.saved_at) if row else None

    def drop_draft(self, kind: str, name: str, owner: str) -> None:
        """Forget a draft, if there is one."""
        with self.store.writing() as c:
            c.execute(delete(DRAFTS).where(*_owned(kind, name, owner)))

    def _moved(self, kind: str, name: str, after: int, by: str, *, forward: bool) -> Version:
        def entry(c: Connection, last: VersionEntry | None) -> VersionEntry | Conflict:
            if last is None:
                raise UnknownName(kind, name, self.names(kind))
            if last.version.number != after:
                return Conflict(last.version, last.version.text)
            target = next_undone(c, last) if forward else last.back
            if not target:
                what = "nothing is undone" if forward else "this is the first version"
                raise GroundplanError(what, where=f"{kind} {name}", fix="choose a version from the list")
            to = numbered_entry(c, kind, name, target)
            why = f"forward to version {target}" if forward else f"back to version {target}"
            version = Version(kind, name, last.version.number + 1, to.version.text, now(), by, why)
            return VersionEntry(version, target, to.back, last.tip or last.alike)

        return self._kept(kind, name, None, entry)

    def _kept(
        self,
        kind: str,
        name: str,
        text: str | None,
        make: Callable[[Connection, VersionEntry | None], VersionEntry | Conflict],
    ) -> Version:
        """Commit what a function makes of the newest version, then put it into its file.

        The text is written beside its place before the commit, so that a full disk is told while nothing is changed,
        and moved there by whoever still has the newest version after it.
        """
        file = document_file(self.folder, kind, name)
        if text is not None:
            bytes_of(text, str(file))
        fresh = beside(file)
        try:
            with self.store.writing() as c:
                last = self._settled(c, kind, name)
                entry = make(c, last)
                if isinstance(entry, VersionEntry) and entry != last:
                    write_beside(fresh, file, entry.version.text)
                    insert_entry(c, entry)
            # Not inside of the transaction: what was changed by hand stays kept though this is refused.
            if isinstance(entry, Conflict):
                raise entry
            if entry != last:
                with suppress(GroundplanError, OSError):  # it is kept; the file is put right when it is read
                    self._put(fresh, file, entry.version)
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
        return entry.version

    def _put(self, fresh: Path, file: Path, version: Version) -> None:
        with self.store.writing() as c:
            last = last_entry(c, version.kind, version.name)
            if last is not None and last.version.number == version.number:
                fresh.replace(file)
                note_written(c, version)

    def _settled(self, c: Connection, kind: str, name: str) -> VersionEntry | None:
        """The newest version after what happened to the file: changed by hand, put there, taken away, or left behind
        by a process that was killed between its commit and the file.
        """
        last, file = last_entry(c, kind, name), document_file(self.folder, kind, name)
        there = text_of(file)
        if there is None or (last is not None and there == last.version.text):
            if there is None and last is not None and write_again(file, last.version.text):
                note_written(c, last.version)
            return last
        if last is None:
            self._refuse_twin(c, kind, name)
            entry = VersionEntry(Version(kind, name, 1, there, now(), OUTSIDE, PUT), 1, 0, 0)
        elif there in texts_since_written(c, last.version):
            if write_again(file, last.version.text):
                note_written(c, last.version)
            return last
        else:
            number = last.version.number + 1
            entry = VersionEntry(Version(kind, name, number, there, now(), OUTSIDE, CHANGED), number, last.alike, 0)
        insert_entry(c, entry)
        note_written(c, entry.version)
        return entry

    def _refuse_twin(self, c: Connection, kind: str, name: str) -> None:
        """Refuse a new name that some systems take for one that is there: ``Plan`` beside ``plan``."""
        kept = c.execute(select(VERSIONS.c.name).where(VERSIONS.c.kind == kind).distinct()).scalars()
        twin = next((str(n) for n in kept if str(n).lower() == name.lower() and n != name), None)
        if twin is not None:
            what = f"there is '{twin}' already, and some systems take '{name}' for the same name"
            raise GroundplanError(what, where=kind, fix="choose another name")


def lines_apart(one: str, other: str, one_name: str, other_name: str) -> list[str]:
    """What differs between two texts, as the lines of a unified diff.

    Where thousands of lines stand between the first and the last that differ, they are not looked through one by one.
    """
    ours, theirs = one.splitlines(), other.splitlines()
    same = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    if max(len(ours), len(theirs)) - same > MOST_COMPARED:
        left, right = [f"-{line}" for line in ours[same:]], [f"+{line}" for line in theirs[same:]]
        shown = [*left[:MOST_SHOWN], *right[:MOST_SHOWN]]
        heads = [f"--- {one_name}", f"+++ {other_name}", f"@@ -{same + 1},{len(left)} +{same + 1},{len(right)} @@"]
        return heads + shown if one != other else []
    return list(difflib.unified_diff(ours, theirs, one_name, other_name, lineterm=""))


def _owned(kind: str, name: str, owner: str) -> tuple[object, ...]:
    return (DRAFTS.c.kind == kind, DRAFTS.c.name == name, DRAFTS.c.owner == owner)
