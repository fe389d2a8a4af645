"""An outcome as one HTML file that can be read, printed and passed on: no script, no request, nothing to install."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from groundplan.errors import UnknownName
from groundplan.outcome import Outcome
from groundplan.results.guard_lines import HEADING, guard_lines
from groundplan.results.origins import stated_lines
from groundplan.results.outcome_facts import money
from groundplan.results.page import Page, items, paragraph
from groundplan.results.words import money_words
from groundplan.shown_text import visible
from groundplan.verb_table import PAGES, imported


def report(outcome: Outcome) -> str:
    """The outcome as a self-contained HTML page, computed from the outcome alone.

    Raises ``UnknownName`` for an engine whose outcomes have no page.
    """
    about = outcome.provenance
    page = _page(outcome)
    written = [(name, heading, body) for name, heading, write in page.sections if (body := write(outcome))]
    contents = "".join(f'<li><a href="#{name}">{escape(heading)}</a></li>' for name, heading, _ in written)
    parts = "".join(
        f'<section id="{name}"><h2>{n}. {escape(heading)}</h2>{body}</section>'
        for n, (name, heading, body) in enumerate(written, 1)
    )
    unit = money(outcome)
    style = files("groundplan").joinpath("results/report.css").read_text("utf-8")
    named = page.named(outcome)
    priced = f"Money is {money_words(unit)} ({unit}) throughout. " if unit else ""
    units = paragraph(f"{priced}A dash means: not known, or never.", "note")
    guards = guard_lines(outcome)
    first = f'<div class="guards">{paragraph(HEADING)}{items(guards)}</div>' if guards else ""
    first += "".join(paragraph(sentence, "note") for sentence in stated_lines(outcome))
    maker = paragraph(f"Made with Groundplan {about.get('groundplan', '')}.", "note")
    return visible(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(named)}</title><style>{style}</style></head><body>"
        f"<header><h1>{escape(named)}</h1>{paragraph(page.note(outcome), 'note')}"
        f"{paragraph(page.headline(outcome), 'headline')}{first}</header>"
        f'<nav aria-label="Contents"><ol>{contents}</ol></nav>'
        f"<main>{units}{parts}</main><footer>{maker}</footer></body></html>\n"
    )


def has_report(outcome: Outcome) -> bool:
    """Whether the outcome's engine has a report."""
    return outcome.engine in PAGES and bool(PAGES[outcome.engine].report)


def _page(outcome: Outcome) -> Page:
    """The page of an outcome's engine; its charts and maps load with it, those of other engines do not."""
    if not has_report(outcome):
        raise UnknownName(
            "engine", outcome.engine, [p.engine for p in PAGES.values() if p.report], where="provenance.json"
        )
    page: Page = imported(f"groundplan.results.{PAGES[outcome.engine].report}")
    return page
