"""A project kept in one file while the workbench runs, brought back, and checked; its record, and codes for people."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.outcome import Outcome
from groundplan.projects.people.rights import TERMINAL, folded
from groundplan.shown_text import visible

if TYPE_CHECKING:
    from groundplan.projects.project_folder import Project

MOST = 20  # names of what was left out that are listed


class ProjectWish(NamedTuple):
    """What was said on the command line, and whom progress is told."""

    path: str | Path
    folder: str | Path | None
    to: str | Path
    database: str
    name: str
    kept: Sequence[str]
    tables: dict[str, pd.DataFrame]
    progress: Callable[[str], None]


def project(
    action: str,
    path: str | Path,
    folder: str | Path | None = None,
    *,
    to: str | Path = "",
    database: str = "",
    name: str = "",
    kept: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Keep a project's folder and database in one file, bring them back, check them, or read what happened in it.

    ``backup``: ``path`` is the folder, ``to`` the file to write; a server may run meanwhile. ``restore``: ``path`` is
    the file, ``folder`` a new folder. ``check``: ``path`` is either; nothing is changed. ``log``: what happened,
    replayed from the first entry; ``kept``: hashes of entries that were written down. ``code``: with it somebody called
    ``name`` chooses a new password; where no name is said, the first administrator.
    ``database``: ``postgresql://...``, by default what the variable GROUNDPLAN_DATABASE names, else one in the folder.

    Tables: lines (line), what was done; of ``log`` also happenings (number, at, by, what, facts, hash).
    Raises ``GroundplanError`` where it cannot be, or something is damaged.
    """
    lacking = [name for name in ("alembic", "sqlalchemy") if find_spec(name) is None]
    if lacking:
        raise GroundplanError(
            "a project needs more than is installed", where=", ".join(lacking),
            fix="install it with: pip install 'groundplan[web]'",
        )  # fmt: skip
    if action not in ACTIONS:
        raise UnknownName("action", action, ACTIONS)
    database = database or os.environ.get("GROUNDPLAN_DATABASE", "")
    tables: dict[str, pd.DataFrame] = {}
    lines = ACTIONS[action](ProjectWish(path, folder, to, database, name, kept, tables, progress))
    shown = pd.DataFrame({"line": [visible(line) for line in lines]}, dtype=object)
    return Outcome({}, {"lines": shown, **tables}, {"engine": "project"})


def _backup(wish: ProjectWish) -> list[str]:
    from groundplan.projects.backups.backing_up import back_up

    if wish.folder is not None:
        raise GroundplanError("a backup is of one folder", where=str(wish.folder), fix="name its file with --to")
    copy = back_up(wish.path, wish.to, wish.database, wish.progress)
    lines = [
        f"The project is in {copy.file}: {copy.files} files and tables, {copy.size / 1e6:.1f} MB, read again and whole."
    ]
    if copy.keys:
        lines.append(
            f"Private keys are in it: {', '.join(copy.keys)}. Who has the file can sign with them: keep it so."
        )
    if copy.left_out:
        names = ", ".join(copy.left_out[:MOST])
        lines.append(f"Left out were {len(copy.left_out)} links and things that are no files: {names}.")
    return lines


def _restore(wish: ProjectWish) -> list[str]:
    from groundplan.projects.backups.restoring import restore

    if wish.folder is None:
        what = "it is not said where the project goes"
        raise GroundplanError(what, fix="name a new folder after the file")
    back = restore(wish.path, wish.folder, wish.database, wish.progress)
    lines = [
        f"The project stands in {back.folder}, with {back.files} files and {sum(back.rows.values())} rows of tables."
    ]
    if back.went_on:
        lines.append(
            f"Runs that went on when the backup was made are listed as failed: {back.went_on}. Start them again."
        )
    return lines


def _check(wish: ProjectWish) -> list[str]:
    from groundplan.projects.backups.checking import checked_backup, checked_folder

    if wish.folder is not None:
        raise GroundplanError("one thing is checked at a time", where=str(wish.folder), fix="leave it out")
    if Path(wish.path).is_dir():
        return checked_folder(wish.path, wish.database, wish.progress)
    return checked_backup(wish.path, wish.progress)


def _log(wish: ProjectWish) -> list[str]:
    project = _opened(wish)
    entries = list(project.happenings.checked())
    facts = [json.dumps(e.facts, ensure_ascii=False) for e in entries]
    rows = [(e.number, e.at, e.by, e.what, fact, e.hash) for e, fact in zip(entries, facts, strict=True)]
    wish.tables["happenings"] = pd.DataFrame(rows, columns=["number", "at", "by", "what", "facts", "hash"])
    places = {e.hash: e.number for e in entries}
    fix = "the record was changed, or the hash is of another project: compare it with a backup"
    strange = [k for k in wish.kept if k not in places]
    raise_all([GroundplanError(f"no entry has the hash {k[:80]}", where="--kept", fix=fix) for k in strange])
    lines = [f"The record is whole: {len(entries)} entries, each chained to the one before."]
    lines += [f"The hash that was kept is of entry {places[k]}: nothing up to it was changed." for k in wish.kept]
    shown = zip(entries[-MOST:], facts[-MOST:], strict=True)
    lines += [f"  {e.number}  {e.at}  {e.by}: {e.what} {fact}" for e, fact in shown]
    return [*lines, *([f"Hash of the newest entry: {entries[-1].hash}"] if entries else [])]


def _code(wish: ProjectWish) -> list[str]:
    people = _opened(wish).people
    if not wish.name:
        if people.are_governed():
            what = "there is an administrator already, who gives codes"
            raise GroundplanError(what, fix="say whose code is lost: --name")
        return [f"With this code the first administrator chooses a password within an hour: {people.first_code()}"]
    person = next((p for p in people.all() if folded(p.name) == folded(wish.name)), None)
    if person is None:
        raise UnknownName("person", wish.name, [p.name for p in people.all()], where="--name")
    code = people.code(person.id, by=TERMINAL)
    return [f"With this code {person.name} chooses a password within seven days, on the page /join: {code}"]


def _opened(wish: ProjectWish) -> Project:
    from groundplan.projects.project_folder import Project

    if wish.folder is not None:
        raise GroundplanError("one project is looked at a time", where=str(wish.folder), fix="leave it out")
    if not Path(wish.path).is_dir():
        raise GroundplanError("there is no such folder", where=str(wish.path), fix="name the folder of a project")
    return Project.open(wish.path, wish.database)


ACTIONS: Mapping[str, Callable[[ProjectWish], list[str]]] = {
    "backup": _backup, "restore": _restore, "check": _check, "log": _log, "code": _code,
}  # fmt: skip
