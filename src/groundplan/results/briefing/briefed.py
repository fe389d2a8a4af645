"""What a briefing holds, whatever sets it: title, date, provenance, and views in the order in which they are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from groundplan.languages.spoken import day_said, said
from groundplan.outcome import Outcome
from groundplan.results.html.html_report import units_words
from groundplan.results.origins import accounts_words
from groundplan.results.spoken_views import spoken_views
from groundplan.results.text_page import text_page
from groundplan.results.view import ANNEX, BRIEF, Reference, Verbatim, View
from groundplan.results.view_list import has_views
from groundplan.results.words import elided
from groundplan.saved_index import MARK
from groundplan.shown_text import visible

SHEET = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
LONGEST = 70  # characters of a publisher's name in the foot


@dataclass(frozen=True)
class Briefing:
    """A briefing as data. ``on``: when the outcome was computed, where that is stated; ``provenance``: for the foot."""

    title: str
    on: date | None
    provenance: str
    units: str
    views: tuple[View, ...]

    @property
    def dated(self) -> str:
        """The date in words: "30 November 2026"."""
        return day_said(self.on) if self.on else ""


def briefing_of(outcome: Outcome, *, annexes: bool = False, on: date | None = None) -> Briefing:
    """The brief and the body of an outcome, with ``annexes`` those too; of an engine without views, what it lists."""
    there = spoken_views(outcome) if has_views(outcome) else _listed(outcome)
    return Briefing(
        title=visible(there[0].title),
        on=on,
        provenance=visible(said(_provenance(outcome))),
        units=visible(said(units_words(outcome))) if has_views(outcome) else "",
        views=tuple(v for v in there if annexes or v.level != ANNEX),
    )


def source_lines(sources: Sequence[Reference]) -> list[str]:
    """Each source in a line, with its licence and the SHA-256 of its files."""
    return [
        visible(
            f"{r.publisher}. {r.title}, {r.vintage}. {said('Licence')}: {r.licence}. {r.address}"
            + "".join(f" {file}, sha256 {mark}." for file, mark in r.files.items())
        )
        for r in sources
    ]


def drawings(svg: str) -> list[str]:
    """A chart as SVG documents: one, or several where it is drawn as sheets one below the other."""
    return [visible(sheet) for sheet in SHEET.findall(svg)]


def saved_on(folder: str | Path) -> date:
    """When the outcome in a folder was computed, as the date of its files says."""
    return date.fromtimestamp((Path(folder) / MARK).stat().st_mtime)


def _listed(outcome: Outcome) -> tuple[View, ...]:
    about = outcome.provenance
    of = " ".join(str(about[k]) for k in ("country_name", "accounts_year") if k in about)
    title = f"{outcome.engine.capitalize()}{f': {of}' if of else ''}"
    return (View("brief", title, BRIEF, (Verbatim(text_page(outcome)),)),)


def _provenance(outcome: Outcome) -> str:
    """Version, accounts and publishers in a line."""
    about = outcome.provenance
    version = f"Groundplan {about['groundplan']}" if "groundplan" in about else "Groundplan"
    accounts = f"accounts of {accounts_words(outcome)}" if "accounts_year" in about else ""
    return ", ".join(words for words in (version, accounts, _publishers(about.get("sources", []))) if words)


def _publishers(sources: list[dict[str, Any]]) -> str:
    named = list(dict.fromkeys(str(s.get("publisher", "")) for s in sources if s.get("publisher")))
    more = f" and {len(named) - 1} more" if len(named) > 1 else ""
    return f"sources: {elided(named[0], LONGEST)}{more}" if named else ""
