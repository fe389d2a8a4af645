"""Which files a process reads for people: any, until it keeps to one folder, as a server that others use must.

What a study names is read where bytes come in: documents, tables and saved outcomes all ask here first.
"""

from __future__ import annotations

import os
from pathlib import Path

from groundplan.errors import GroundplanError

KEPT_TO = "GROUNDPLAN_KEEP_TO"  # set for the processes that a server starts
# What a project keeps for itself in its folder; and keys that sign, which nothing reads but what signs with them.
PRIVATE = ("jobs", "groundplan.db", "groundplan.db-wal", "groundplan.db-shm", ".server-lock", ".server.json",
           ".project.json")  # fmt: skip
KEY_SUFFIX = ".key"
OWN = Path(__file__).resolve().parent


def keep_to(folder: str | Path) -> None:
    """Read from a folder and from the package alone from now on, here and in processes that are started from here."""
    os.environ[KEPT_TO] = str(Path(folder).resolve())


def refuse_outside(path: str | Path) -> None:
    """Refuse a file outside of the folder that is kept to, links followed, and what is private in it.

    Raises ``GroundplanError``.
    """
    kept = os.environ.get(KEPT_TO, "")
    if not kept:
        return
    try:
        there = Path(path).resolve()
    except (OSError, ValueError, RuntimeError):
        there = Path(kept).parent
    if not there.is_relative_to(OWN) and (not there.is_relative_to(kept) or is_private(there.relative_to(kept))):
        raise GroundplanError(
            f"'{str(path)[:100]}' is no file of this project", where="a file that is named there",
            fix="bring the file into the project first, and name it by its place there",
        )  # fmt: skip


def is_private(place: Path) -> bool:
    """Whether a place in a project's folder, from that folder, is of what the project keeps for itself, or a key.

    >>> is_private(Path("groundplan.db")), is_private(Path("files/plan.KEY")), is_private(Path("files/table.csv"))
    (True, True, False)
    """
    return place.parts[:1] != () and (place.parts[0].lower() in PRIVATE or place.suffix.lower() == KEY_SUFFIX)


def refuse_key_elsewhere(path: str | Path) -> None:
    """Refuse to write a key where it might be given away: it stands in the folder that is kept to itself, as ``*.key``.

    Raises ``GroundplanError``.
    """
    kept, place = os.environ.get(KEPT_TO, ""), Path(path).resolve()
    if kept and (place.parent != Path(kept) or place.suffix != KEY_SUFFIX):
        raise GroundplanError(
            "a key stands in the project's folder itself, under a name that ends in .key", where=str(path),
            fix="call it plan.key, or next.key",
        )  # fmt: skip
