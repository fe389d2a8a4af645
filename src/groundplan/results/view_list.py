"""The views of an outcome: its brief first, then what its kind has to say; empty ones are left out."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from groundplan.errors import UnknownName
from groundplan.outcome import Outcome
from groundplan.results.economy_pages.ranged_views import range_view, with_ranges
from groundplan.results.guard_lines import guard_lines
from groundplan.results.origins import stated_lines
from groundplan.results.page import Page, paragraph
from groundplan.results.repeated import changed
from groundplan.results.view import BODY, BRIEF, GUARDS, HEADLINE, NOTE, Bullets, View
from groundplan.verb_options import imported
from groundplan.verb_table import PAGES

# An outcome never changes, so neither do its views; they go when it goes.
_written: WeakKeyDictionary[Outcome, tuple[View, ...]] = WeakKeyDictionary()


def has_views(outcome: Outcome) -> bool:
    """Whether the outcome's engine says what it has to say in views."""
    return outcome.engine in PAGES and bool(PAGES[outcome.engine].report)


def page_of(outcome: Outcome) -> Page:
    """What is said of the outcome's kind; its charts and maps load with it, those of other kinds do not.

    Raises ``UnknownName`` for an engine whose outcomes have no views.
    """
    if not has_views(outcome):
        named = [p.engine for p in PAGES.values() if p.report]
        raise UnknownName("engine", outcome.engine, named, where="provenance.json")
    page: Page = imported(f"groundplan.results.{PAGES[outcome.engine].report}")
    return page


def brief(outcome: Outcome) -> View:
    """The first page: what was read, the answer, what is to be known before all else, and what its kind adds.

    Of an outcome whose provenance says ``invented`` (``noting(invented="...")``) that is said before all of it.
    """
    page = page_of(outcome)
    guards = guard_lines(outcome)
    parts = paragraph(str(outcome.provenance.get("invented", ""))) + paragraph(page.note(outcome), NOTE)
    parts += paragraph(page.headline(outcome), HEADLINE)
    parts += (Bullets(tuple(guards), kind=GUARDS),) if guards else ()
    parts += tuple(p for sentence in stated_lines(outcome) for p in paragraph(sentence, NOTE))
    return View("brief", page.named(outcome), BRIEF, parts + page.brief(outcome))


def views(outcome: Outcome) -> tuple[View, ...]:
    """Every view of an outcome, in the order in which they are read; written once, for all faces that show it.

    Raises ``UnknownName`` for an engine whose outcomes have no views.
    """
    if outcome not in _written:
        _written[outcome] = _views(outcome)
    return _written[outcome]


def _views(outcome: Outcome) -> tuple[View, ...]:
    written = ((s, s.write(outcome)) for s in page_of(outcome).sections)
    changes = changed(outcome)
    first = (
        brief(outcome),
        *((View("changes", "What was changed in the workbook", BODY, changes),) if changes else ()),
    )
    every = (*first, *(View(s.name, s.heading, s.level, parts) for s, parts in written if parts))
    sure = range_view(outcome)
    return with_ranges((every[0], *((sure,) if sure else ()), *every[1:]), outcome)


def views_by_name(outcome: Outcome) -> dict[str, View]:
    """Every view of an outcome by its name, in order. Raises ``UnknownName`` as ``views`` does."""
    return {v.name: v for v in views(outcome)}
