"""Which files a process reads for people: any, until it keeps to one folder, as a server that others use must.

What a study names is read where bytes come in: documents, tables and saved outcomes all ask here first.
"""

from __future__ import annotations

import os
from pathlib import Path

from groundplan.errors import GroundplanError

KEPT_TO = "GROUNDPLAN_KEEP_TO"  # set for the processes that a server starts
OWN = Path(__file__).resolve().parent


def keep_to(folder: str | Path) -> None:
    """Read from a folder and from the package alone from now on, here and in processes that are started from here."""
    os.environ[KEPT_TO] = str(Path(folder).resolve())


def refuse_outside(path: str | Path) -> None:
    """Refuse a file outside of the folder that is kept to, links followed. Raises ``GroundplanError``."""
    kept = os.environ.get(KEPT_TO, "")
    if not kept:
        return
    try:
        there = Path(path).resolve()
    except (OSError, ValueError, RuntimeError):
        there = Path(kept).parent
    if not any(there.is_relative_to(home) for home in (kept, OWN)):
        raise GroundplanError(
            f"'{str(path)[:100]}' is no file of this project", where="a file that is named there",
            fix="bring the file into the project first, and name it by its place there",
        )  # fmt: skip
