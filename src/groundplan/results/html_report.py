"""An outcome as one HTML file that can be read, printed and passed on: no script, no request, nothing to install."""

from __future__ import annotations

from html import escape
from importlib import import_module
from importlib.resources import files
from pathlib import Path

from groundplan.errors import UnknownName
from groundplan.outcome import Outcome
from groundplan.results.files import write_whole
from groundplan.results.indicators import money
from groundplan.results.page import Page, paragraph
from groundplan.results.words import money_told

NAME = "report.html"
PAGES = {
    "alternatives": "compared_pages.alternatives_page",
    "compare": "compared_pages.compare_page",
    "join": "compared_pages.join_page",
    "place": "place_pages.place_page",
    "plan": "plan_pages.plan_page",
    "robust": "compared_pages.uncertainty_page",
    "see": "economy_pages.see_page",
    "sensitivity": "compared_pages.sensitivity_page",
    "stress": "crisis_pages.stress_page",
    "whynot": "compared_pages.why_not_page",
}


def page_of(engine: str) -> Page:
    """The page of an engine's outcomes; its charts and maps load with it, those of other engines do not.

    Raises ``UnknownName`` for an engine whose outcomes have no page.
    """
    if engine not in PAGES:
        raise UnknownName("engine", engine, PAGES, where="provenance.json")
    page: Page = import_module(f"groundplan.results.{PAGES[engine]}").PAGE
    return page


def report(outcome: Outcome) -> str:
    """The outcome as a self-contained HTML page, computed from the outcome alone.

    Raises ``UnknownName`` for an engine whose outcomes have no page.
    """
    about = outcome.provenance
    page = page_of(str(about.get("engine", "plan")).partition(",")[0])
    written = [(name, heading, body) for name, heading, write in page.sections if (body := write(outcome))]
    contents = "".join(f'<li><a href="#{name}">{escape(heading)}</a></li>' for name, heading, _ in written)
    parts = "".join(
        f'<section id="{name}"><h2>{n}. {escape(heading)}</h2>{body}</section>'
        for n, (name, heading, body) in enumerate(written, 1)
    )
    unit = money(outcome)
    style = files("groundplan").joinpath("results/report.css").read_text("utf-8")
    named = page.named(outcome)
    priced = f"Money is {money_told(unit)} ({unit}) throughout. " if unit else ""
    units = paragraph(f"{priced}A dash means: not known, or never.", "note")
    made = paragraph(f"Made with Groundplan {about.get('groundplan', '')}.", "note")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(named)}</title><style>{style}</style></head><body>"
        f"<header><h1>{escape(named)}</h1>{paragraph(page.note(outcome), 'note')}"
        f"{paragraph(page.headline(outcome), 'headline')}</header>"
        f'<nav aria-label="Contents"><ol>{contents}</ol></nav>'
        f"<main>{units}{parts}</main><footer>{made}</footer></body></html>\n"
    )


def write_report(outcome: Outcome, folder: str | Path) -> Path:
    """Write ``report.html`` into ``folder``, whole or not at all.

    Raises ``GroundplanError`` where that cannot be done.
    """
    return write_whole(Path(folder) / NAME, report(outcome), "the report", fix="name another folder")
