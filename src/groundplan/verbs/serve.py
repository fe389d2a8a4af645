"""The workbench in a browser, till it is stopped."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import spoken
from groundplan.outcome import Outcome
from groundplan.verb_options import imported


def serve(
    folder: str | Path = "workbench",
    *,
    port: int = 0,
    no_browser: bool = False,
    database: str = "",
    runs: int = 1,
    longest: float = 12.0,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Serve a project folder to a browser on this machine, till it is stopped (Ctrl-C).

    ``folder`` is made where it is not there; ``port`` 0 takes the first free one; ``no_browser`` opens none.
    ``database``: ``postgresql://...``, by default what the variable GROUNDPLAN_DATABASE names, else a file in the
    folder. ``runs`` are computed at a time, each for ``longest`` hours at most.

    Table: lines (line), what to do next. Raises ``GroundplanError`` where the extra ``web`` is not installed, another
    server has the folder, the database is not the folder's, or the port is taken.
    """
    lacking = [name for name in ("fastapi", "uvicorn", "sqlalchemy", "python_multipart") if find_spec(name) is None]
    if lacking:
        raise GroundplanError(
            "the workbench needs more than is installed", where=", ".join(lacking),
            fix="install it with: pip install 'groundplan[web]'",
        )  # fmt: skip
    run: Callable[..., str] = imported("groundplan.web.serving:run")
    database = database or os.environ.get("GROUNDPLAN_DATABASE", "")
    run(
        folder, port=port, browser=not no_browser, language=spoken(), database=database, runs=runs, longest=longest
    )  # fmt: skip
    line = f"The workbench of {folder} has stopped; `groundplan serve {folder}` opens it again, nothing is lost."
    return Outcome({}, {"lines": pd.DataFrame({"line": [line]})}, {"engine": "serve"})
