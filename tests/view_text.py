"""Parts of views as tests read them: the HTML that the report would write of them."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.results.html.notebook import view_html
from groundplan.results.view import BODY, Bullets, Part, View


def written(parts: Sequence[Part]) -> str:
    """The HTML of parts; nothing for none."""
    return view_html(View("view", "", BODY, tuple(parts))) if parts else ""


def lines_of(parts: Sequence[Part]) -> list[str]:
    """The sentences of their lists, in order."""
    return [line for part in parts if isinstance(part, Bullets) for line in part.lines]
