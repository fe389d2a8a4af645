"""Parts of views as tests read them: the HTML that the report would write of them."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.results.html.notebook import view_html
from groundplan.results.view import BODY, Drawn, Part, View


def written(parts: Sequence[Part]) -> str:
    """The HTML of parts; nothing for none."""
    return view_html(View("view", "", BODY, tuple(parts))) if parts else ""


def picture(described: Drawn | None) -> str:
    """The SVG of a chart's description; nothing where it is empty or there is none."""
    return "" if described is None or described.empty else described.svg()
