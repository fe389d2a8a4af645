"""Styles, scripts and pictures of the pages: files of the package, by their names alone."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}
DAY = 86400


@cache
def _there() -> dict[str, Path]:
    """Every file that may be asked for, by its path below the folder."""
    folder = Path(str(files("groundplan").joinpath("web/static")))
    there = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.suffix in KINDS}
    report = Path(str(files("groundplan").joinpath("results/html/templates/report.css")))
    return {**there, "report.css": report}


def static_file(path: str) -> FileResponse:
    """A file by its path. Raises 404 for one that is not listed: nothing is looked up on the disk by what was asked."""
    file = _there().get(path)
    if file is None:
        raise HTTPException(404)
    return FileResponse(file, media_type=KINDS[file.suffix], headers={"cache-control": f"max-age={DAY}"})
