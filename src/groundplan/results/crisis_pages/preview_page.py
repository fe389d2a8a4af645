"""What a scenario takes away, before anything is run."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.results.crisis_pages.stress_words import title
from groundplan.results.framed import table_of
from groundplan.results.origins import checked, sources
from groundplan.results.page import Page, annex, items, listed
from groundplan.results.view import Parts
from groundplan.results.words import unit_words

NOTHING_RUN = "Nothing was run: this is what the scenario does, before anybody makes do."


def _brief(o: Outcome) -> Parts:
    return items([unit_words(str(line)) for line in table_of(o, "lines").get("line", [])])


PAGE = Page(
    named=lambda o: f"A scenario for {o.provenance.get('country_name') or 'an economy'}",
    note=title,
    headline=lambda _: NOTHING_RUN,
    sections=(
        annex("accounts", "The accounts, checked", listed(checked)),
        annex("sources", "Sources", sources),
    ),
    brief=_brief,
)
