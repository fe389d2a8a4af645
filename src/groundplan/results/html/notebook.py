"""An outcome and its views as a notebook shows them: fragments of HTML with the style of the report, no script."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.results.html.markup import prepared, rendered
from groundplan.results.spoken_views import naming, spoken_brief, spoken_view
from groundplan.results.view import View
from groundplan.results.view_list import has_views
from groundplan.shown_text import visible


def view_html(view: View) -> str:
    """A view under its heading in the spoken language, its charts drawn once, wide."""
    return _fragment(spoken_view(view))


def _fragment(view: View) -> str:
    return visible(rendered("fragment.html", title=view.title, parts=prepared(view.parts, narrow=False)))


@naming
def brief_html(outcome: Outcome) -> str | None:
    """The first page of an outcome; None where its engine has no views."""
    return _fragment(spoken_brief(outcome)) if has_views(outcome) else None
