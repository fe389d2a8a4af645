"""Which folder a database belongs to: a random mark stands in both, so that neither is opened with another's."""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import insert, select

from groundplan.errors import GroundplanError
from groundplan.projects.project_store import FILE, MARKS, ProjectStore
from groundplan.whole_files import write_whole

MARK_FILE = ".project.json"


class FolderMark(NamedTuple):
    """What a folder notes of its database: the mark, where it is as people are shown it, "" for the folder's own file.

    ``new``: the database may not have the mark yet.
    """

    mark: str
    database: str
    new: bool = False

    def write(self, folder: Path) -> None:
        """Write it into a folder. Raises ``GroundplanError``."""
        try:
            write_whole(folder / MARK_FILE, json.dumps(self._asdict(), ensure_ascii=False).encode("utf-8"))
        except OSError as error:
            what = f"the folder cannot be a project's: {error.strerror or error}"
            raise GroundplanError(what, where=str(folder), fix="name a folder that you may write to") from None


def mark_of(folder: Path) -> FolderMark | None:
    """What a folder notes; None where it notes nothing. Raises ``GroundplanError`` where that cannot be read."""
    try:
        facts = json.loads((folder / MARK_FILE).read_text("utf-8"))
        return FolderMark(str(facts["mark"]), str(facts["database"]), bool(facts["new"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        fix = "bring it back from a backup, or take it away where the database stands in the folder"
        raise GroundplanError(f"it cannot be read: {error}", where=str(folder / MARK_FILE), fix=fix) from None


def fresh_mark(database: str) -> FolderMark:
    """A mark that no other project has."""
    return FolderMark(secrets.token_hex(16), database)


def refuse_other_kind(folder: Path, database: str) -> None:
    """Refuse a database of another kind than the folder's, before anything is made. Raises ``GroundplanError``."""
    noted = mark_of(folder)
    if database:
        if (folder / FILE).exists() and not (noted and noted.database):
            what = "this project has its database in its folder, and another one was named"
            fix = "leave out --database, or move the project: groundplan project backup, then restore"
            raise GroundplanError(what, where=str(folder), fix=fix)
    elif noted and noted.database:
        what = f"this project has its database elsewhere: {noted.database}"
        fix = "name it with --database or in GROUNDPLAN_DATABASE"
        raise GroundplanError(what, where=str(folder), fix=fix)


def settle_mark(folder: Path, store: ProjectStore) -> None:
    """See that folder and database belong together; a new one of either gets the mark of the other.

    Raises ``GroundplanError`` where they do not.
    """
    shown = store.where if store.is_server else ""
    with store.reading() as c:
        there = c.execute(select(MARKS.c.mark)).scalar()
    if there is None:
        with store.writing() as c:
            there = c.execute(select(MARKS.c.mark)).scalar()
            if there is None:
                there = _begun(folder, store, shown)
                c.execute(insert(MARKS).values(mark=there))
    noted = mark_of(folder)
    if noted is None and store.is_server:
        what = "this database belongs to the project of another folder"
        raise GroundplanError(what, where=store.where, fix="name that folder, or another database or schema")
    if noted is not None and noted.mark != there:
        what = "this folder and this database belong to two projects"
        fix = "name the database of this folder; where the file was replaced, bring back a backup into a new folder"
        raise GroundplanError(what, where=f"{folder}, {store.where}", fix=fix)
    if noted is None or noted.new:
        FolderMark(there, shown).write(folder)
    elif noted.database != shown:
        with suppress(GroundplanError):  # the server has another name now: good to know, and no more
            FolderMark(there, shown).write(folder)


def _begun(folder: Path, store: ProjectStore, shown: str) -> str:
    """The mark that a database without one gets; the folder notes it first, so that a killed process does no harm."""
    noted = mark_of(folder)
    if noted is not None and not noted.new:
        fix = "name the one that it had, or bring back a backup into a new folder"
        raise GroundplanError("the database of this project is empty", where=store.where, fix=fix)
    mark = noted or fresh_mark(shown)
    mark._replace(new=True).write(folder)
    return mark.mark
