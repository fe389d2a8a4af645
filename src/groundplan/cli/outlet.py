"""Standard output and standard error on any terminal: what is to be said arrives, or is put where it can be read."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from typing import TextIO

from groundplan.shown_text import visible

# What a code page that lacks these shows in their place.
PLAIN = {
    "−": "-", "–": "-", "—": "-", "‑": "-", "·": "*", "×": "x", "≥": ">=", "≤": "<=", "≈": "~", "→": "->", "←": "<-",
    "…": "...", "‘": "'", "’": "'", "“": '"', "”": '"', "Σ": "sum ", "Δ": "d", "µ": "u", "μ": "u", "√": "root ",
    "∞": "inf", "°": " deg", "█": "#", "▁": "_", "€": "EUR", "£": "GBP", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
}  # fmt: skip


def plainer(error: UnicodeError) -> tuple[str, int]:
    """Characters that a code page lacks, in signs that all have: ``>=``, a bare letter, an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def escaped(error: UnicodeError) -> tuple[str, int]:
    """Characters that a code page lacks as JSON writes them."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[k]:02x}{units[k + 1]:02x}" for k in range(0, len(units), 2)), error.end


def _plain(character: str) -> str:
    if character in PLAIN:
        return PLAIN[character]
    letters = "".join(c for c in unicodedata.normalize("NFKD", character) if c.isascii())
    return letters or f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


codecs.register_error("groundplan-plainer", plainer)
codecs.register_error("groundplan-json", escaped)


def ready() -> None:
    """Let both outputs take every character from now on."""
    for stream in (sys.stdout, sys.stderr):
        _errors(stream, "groundplan-plainer")


def _errors(stream: TextIO | None, errors: str) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors=errors)


def say(text: str) -> None:
    """A line for the user beside the page; where nobody can hear it, it is left out."""
    try:
        if sys.stderr is not None:
            print(visible(text), file=sys.stderr, flush=True)
    except (OSError, ValueError):
        _into_nothing(sys.stderr)


def put(page: str, *, json: bool) -> str:
    """Print a page; the answer is what went wrong, in words with where the page is then, empty where nothing did.

    A reader who stops listening (``| head``) is nothing wrong.
    """
    text = visible(page)
    _errors(sys.stdout, "groundplan-plainer")
    try:
        if sys.stdout is None:
            raise OSError("standard output is closed")
        if json and "utf" not in (sys.stdout.encoding or "utf-8").lower():
            # Some code pages have signs that come back as others: what a program reads is plain ASCII there.
            text = text.encode("ascii", "groundplan-json").decode("ascii")
        print(text, flush=True)
        return ""
    except BrokenPipeError:
        _into_nothing(sys.stdout)
        return ""
    except (OSError, ValueError) as error:
        _into_nothing(sys.stdout)
        why = getattr(error, "strerror", None) or error
        return f"The page cannot be printed: {why}\n  fix:   {_elsewhere(visible(page), json=json)}"


def _elsewhere(page: str, *, json: bool) -> str:
    """Where a page was put that could not be printed, in words."""
    import tempfile
    from pathlib import Path

    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        try:
            handle, name = tempfile.mkstemp(".json" if json else ".txt", "groundplan-page-", folder)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(page + "\n")
            return f"it stands in {name}"
        except OSError:
            continue
    return "make room, or print into another file, and run it again"


def _into_nothing(stream: TextIO | None) -> None:
    """What a stream still holds goes nowhere, so that Python does not try again when it ends."""
    try:
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        pass
