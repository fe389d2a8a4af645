"""A project kept in one file while the workbench runs, brought back, and checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from groundplan.errors import GroundplanError, UnknownName
from groundplan.outcome import Outcome
from groundplan.shown_text import visible

MOST = 20  # names of what was left out that are listed


class ProjectWish(NamedTuple):
    """What was said on the command line, and whom progress is told."""

    path: str | Path
    folder: str | Path | None
    to: str | Path
    database: str
    progress: Callable[[str], None]


def project(
    action: str,
    path: str | Path,
    folder: str | Path | None = None,
    *,
    to: str | Path = "",
    database: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Keep a project's folder and database in one file, bring them back, or check them.

    ``backup``: ``path`` is the folder, ``to`` the file to write; a server may run meanwhile. ``restore``: ``path`` is
    the file, ``folder`` a new folder. ``check``: ``path`` is either; nothing is changed. ``database``:
    ``postgresql://...``, by default what the variable GROUNDPLAN_DATABASE names, else a file in the folder.

    Table: lines (line), what was done. Raises ``GroundplanError`` where it cannot be, or something is damaged.
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
    lines = ACTIONS[action](ProjectWish(path, folder, to, database, progress))
    shown = pd.DataFrame({"line": [visible(line) for line in lines]}, dtype=object)
    return Outcome({}, {"lines": shown}, {"engine": "project"})


def _backup(wish: ProjectWish) -> list[str]:
    from groundplan.projects.backups.backing_up import back_up

    if wish.folder is not None:
        raise GroundplanError("a backup is of one folder", where=str(wish.folder), fix="name its file with --to")
    made = back_up(wish.path, wish.to, wish.database, wish.progress)
    lines = [
        f"The project is in {made.file}: {made.files} files and tables, {made.size / 1e6:.1f} MB, read again and whole."
    ]
    if made.keys:
        lines.append(
            f"Private keys are in it: {', '.join(made.keys)}. Who has the file can sign with them: keep it so."
        )
    if made.left_out:
        names = ", ".join(made.left_out[:MOST])
        lines.append(f"Left out were {len(made.left_out)} links and things that are no files: {names}.")
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


ACTIONS: Mapping[str, Callable[[ProjectWish], list[str]]] = {
    "backup": _backup, "restore": _restore, "check": _check,
}  # fmt: skip
