"""What somebody chose, kept by her browser for a year: the language, and the study that she looks at."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.requests import HTTPConnection

YEAR = 365 * 86400
LANGUAGE, LOOKED_AT = "language", "study"
HOST_ALONE = "__Host-"  # a name that a browser takes by HTTPS alone, and from this host alone


def chosen(request: HTTPConnection, word: str) -> str:
    """What was chosen; nothing where nothing was."""
    return str(request.cookies.get(f"{HOST_ALONE}{word}") or request.cookies.get(word, ""))


def keep_chosen(request: Request, answer: Response, word: str, value: str) -> None:
    """Have the browser keep a choice: by HTTPS alone where pages come by HTTPS, and from scripts."""
    secure = bool(request.app.state.secure)
    answer.set_cookie(
        f"{HOST_ALONE}{word}" if secure else word, value, max_age=YEAR, path="/", httponly=True, secure=secure,
        samesite="strict",
    )  # fmt: skip
