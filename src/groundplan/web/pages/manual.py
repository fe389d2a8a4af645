"""Help: the manual's pages, from the package, without a network."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from groundplan.languages.spoken import said
from groundplan.verbs.docs import BUILT, HOME, SITE
from groundplan.web.frame import page
from groundplan.web.guarding.access import SIGNED, takes
from groundplan.web.guarding.request_guards import MANUAL_POLICY

router = APIRouter()


def site_folder() -> Path | None:
    """Where the manual's pages lie; None where this copy has none."""
    return next((folder for folder in (SITE, BUILT) if (folder / HOME).is_file()), None)


@router.get("/help")
@takes(SIGNED)
def manual(request: Request) -> Response:
    """The manual's first page, or how to get it."""
    if site_folder() is not None:
        return RedirectResponse(f"/help/{HOME}", 303)
    return page(request, "no_manual.html", title=said("Help"))


@router.get("/help/{path:path}")
@takes(SIGNED)
def manual_page(path: str) -> Response:
    """A page of the manual, or a file of its pages."""
    site = site_folder()
    file = (site / path).resolve() if site is not None else None
    if site is None or file is None or not file.is_relative_to(site.resolve()) or not file.is_file():
        raise HTTPException(404)
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return FileResponse(file, media_type=kind, headers={"content-security-policy": MANUAL_POLICY})
