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


def prose(text: str) -> str:
    r"""Words of a card as reStructuredText: names in backticks are literals, all else is shown as it is written.

    >>> prose("``a_b``: the sum of x_i")
    '``a_b``: the sum of x\\_i'
    """
    parts = re.split(r"``([^`]*)``|`([^`]*)`", " ".join(text.split()))
    out = []
    for n, part in enumerate(parts):
        if part is None:
            continue
        out.append(re.sub(r"([\\*`_|])", r"\\\1", part) if n % 3 == 0 else f"``{part}``\\ ")
    return "".join(out).replace("\\  ", " ").strip()


def card(_: Any, kind: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Show a docstring as it is meant: prose as prose, ``Units:`` and its like in bold, equations letter by letter.

    Cards are prose with equations in the middle, no markup: read as markup ``Σ_i |x|`` would be an error.
    """
    out: list[str] = []
    for block in re.split(r"\n\s*\n", "\n".join(lines).strip("\n")):
        if block.startswith((" ", ">>>")):
            out += ["::", "", *("   " + line for line in block.splitlines()), ""]
            continue
        for part in re.split(r"\n(?=[A-Z][a-z]+: )", block):
            label = re.match(r"([A-Z][a-z]+): +", part)
            out += [f"**{label[1]}**: {prose(part[label.end() :])}" if label else prose(part), ""]
    lines[:] = out


def setup_parts(app: Any) -> None:
    """Bind both to Sphinx."""
    app.connect("source-read", links_inside)
    app.connect("autodoc-process-docstring", card)
