"""An outcome as one HTML file that can be read, printed and passed on: no script, no request, nothing to install."""

from __future__ import annotations

from typing import Any

from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.results.html.markup import prepared, rendered
from groundplan.results.outcome_facts import money
from groundplan.results.spoken_views import naming, spoken_views
from groundplan.results.view import ANNEX, BODY, BRIEF, View
from groundplan.results.words import money_words
from groundplan.shown_text import visible


@naming
def report(outcome: Outcome) -> str:
    """The outcome as a self-contained HTML page, computed from the outcome alone: its brief, its body, its annexes.

    Raises ``UnknownName`` for an engine whose outcomes have no page.
    """
    there = spoken_views(outcome)
    levels = {level: [_prepared(v) for v in there if v.level == level] for level in (BRIEF, BODY, ANNEX)}
    return visible(
        rendered(
            "report.html", generator="", title=there[0].title, **levels,
            units=said(units_words(outcome)),
            maker=said(f"Made with Groundplan {outcome.provenance.get('groundplan', '')}."),
        )
    )  # fmt: skip


def units_words(outcome: Outcome) -> str:
    """In which money everything is, and what a dash means."""
    unit = money(outcome)
    priced = f"Money is {money_words(unit)} ({unit}) throughout. " if unit else ""
    return f"{priced}A dash means: not known, or never."


def _prepared(view: View) -> dict[str, Any]:
    return {"name": view.name, "title": view.title, "parts": prepared(view.parts)}
