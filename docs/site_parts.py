"""What the site does to pages and cards on the way: cards stay as they are written, links out of docs find a page."""

from __future__ import annotations

import re
from typing import Any

OUTSIDE = {"CONTRIBUTING.md": "about/contributing.md", "CHANGELOG.md": "about/changes.md"}
LINK = re.compile(r"\]\((?:\.\./)+(" + "|".join(map(re.escape, OUTSIDE)) + r")\)")


def links_inside(_: Any, docname: str, source: list[str]) -> None:
    """Lead a link to a page of the checkout to the page of the site that shows it."""
    up = "../" * docname.count("/")
    source[0] = LINK.sub(lambda m: f"]({up}{OUTSIDE[m[1]]})", source[0])


def card(_: Any, kind: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Show a docstring as it is written: its first paragraph as prose, the rest, with its equations, letter by letter.

    Cards are prose with equations in the middle, no markup: read as markup ``Σ_i |x|`` would be an error.
    """
    text = "\n".join(lines).strip("\n")
    first, _gap, rest = text.partition("\n\n")
    words = re.sub(r"([\\*`_|])", r"\\\1", first.replace("``", "`"))
    words = re.sub(r"\\`([^`]*)\\`", lambda m: "``" + re.sub(r"\\(.)", r"\1", m[1]) + "``", words)
    lines[:] = words.splitlines()
    if rest.strip():
        lines += ["", "::", "", *("   " + line for line in rest.splitlines()), ""]


def setup_parts(app: Any) -> None:
    """Bind both to Sphinx."""
    app.connect("source-read", links_inside)
    app.connect("autodoc-process-docstring", card)
