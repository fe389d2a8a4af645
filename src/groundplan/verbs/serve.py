"""The workbench in a browser, till it is stopped."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import spoken
from groundplan.verb_options import imported

if TYPE_CHECKING:
    from groundplan.outcome import Outcome

NEEDS = ("alembic", "fastapi", "python_multipart", "sqlalchemy", "uvicorn")
OF_PEOPLE, OF_A_PROVIDER = ("argon2", "zxcvbn"), ("authlib", "joserfc", "requests")


def serve(
    folder: str | Path = "workbench",
    *,
    port: int = 0,
    no_browser: bool = False,
    people: bool = False,
    host: str = "127.0.0.1",
    address: str = "",
    certificate: str = "",
    private_key: str = "",
    oidc: str = "",
    database: str = "",
    runs: int = 1,
    longest: float = 12.0,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Serve a project folder to a browser on this machine, or to people who sign in, till it is stopped (Ctrl-C).

    ``folder`` is made where it is not there; ``port`` 0 takes the first free one; ``no_browser`` opens none. With
    ``people`` everybody signs in; the first administrator by a code that is told when the server starts. ``address`` is
    what they type where a proxy with TLS stands before the server; ``host``, ``certificate`` and ``private_key`` serve
    a network without one. ``oidc`` is the file of a provider where people may sign in too (extra ``oidc``).
    ``database``: ``postgresql://...``, by default what the variable GROUNDPLAN_DATABASE names, else a file in the
    folder. ``runs`` are computed at a time, each for ``longest`` hours at most.

    Table: lines (line), what to do next. Raises ``GroundplanError`` where the extra ``web`` is not installed, another
    server has the folder, the database is not the folder's, the port is taken, or passwords would cross a network in
    the clear.
    """
    extra = "oidc" if oidc else "people" if people else "web"
    needs = {"web": NEEDS, "people": NEEDS + OF_PEOPLE, "oidc": NEEDS + OF_PEOPLE + OF_A_PROVIDER}[extra]
    lacking = [name for name in needs if find_spec(name) is None]
    if lacking:
        raise GroundplanError(
            "the workbench needs more than is installed", where=", ".join(lacking),
            fix=f"install it with: pip install 'groundplan[{extra}]'",
        )  # fmt: skip
    place = imported("groundplan.web.guarding.serving_place:ServingPlace")(
        host, address, people, certificate, private_key, oidc
    )
    run: Callable[..., str] = imported("groundplan.web.serving:run")
    run(
        folder, port=port, browser=not no_browser, language=spoken(), place=place,
        database=database or os.environ.get("GROUNDPLAN_DATABASE", ""), runs=runs, longest=longest,
    )  # fmt: skip
    import pandas as pd  # an outcome is made when the server has ended, and needs nothing before

    from groundplan.outcome import Outcome

    line = f"The workbench of {folder} has stopped; `groundplan serve {folder}` opens it again, nothing is lost."
    return Outcome({}, {"lines": pd.DataFrame({"line": [line]})}, {"engine": "serve"})
