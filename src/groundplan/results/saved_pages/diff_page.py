"""Outcomes beside one another: what was asked differently first, then what came out, largest first."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.outcome import Outcome
from groundplan.results.origins import sources
from groundplan.results.page import Page, annex, body, items, listed, paragraph, table, tabled
from groundplan.results.repeated import REPEAT
from groundplan.results.saved_pages import diff_views as v
from groundplan.results.saved_pages.kind_words import kind_words
from groundplan.results.view import Parts, Plot

TOTALS, GROUPS, PARTS = 0, 1, 2
MOST = 60


def note(o: Outcome) -> str:
    """What is compared, in one line."""
    about = o.provenance
    country = f" of {about['country_name']}" if about.get("country_name") else ""
    first, *others = v.names(o)
    kind = kind_words(str(about["of"]), many=True)
    return f"{len(others) + 1} {kind}{country}: {first} against {' and '.join(others)}"


def _brief(o: Outcome) -> Parts:
    chart = v.slopes(o)
    said = items([v.asked_sentence(o), v.most_sentence(o)])
    return said if chart is None or chart.empty else (*said, Plot(chart))


def _inputs(o: Outcome) -> Parts:
    there = v.inputs_table(o)
    if there.empty:
        return paragraph(
            "Nothing that is on record was asked differently: version, accounts, files, options and choices agree."
        )
    return table(there, "What was asked differently", spare=("meaning",), top=20)


def _totals(o: Outcome) -> Parts:
    return _changes(o, [TOTALS], "Totals and headline figures") + items(v.notes(o))


def _changes(o: Outcome, ranks: Sequence[int], title: str) -> Parts:
    return table(v.changes_table(o, ranks, MOST), title, spare=v.of_differences(o), top=v.BODY)


def _which(o: Outcome) -> list[str]:
    return [
        f"{one['name']}: {one.get('question') or 'made in Python'}; inputs {one['fingerprint']}, Groundplan "
        f"{one.get('groundplan', '')}"
        for one in o.provenance["compared"]
    ]


PAGE = Page(
    named=lambda o: f"{', '.join(v.names(o)[:-1])} and {v.names(o)[-1]} compared",
    note=note,
    headline=v.answer_sentence,
    brief=_brief,
    sections=(
        body("inputs", "What was asked differently", _inputs),
        body("totals", "What comes out differently: totals", _totals),
        body("groups", "What comes out differently: household groups",
             lambda o: _changes(o, [GROUPS], "Household groups")),
        body("parts", "What comes out differently: sectors and single figures, largest first",
             lambda o: _changes(o, [PARTS], "Sectors and single figures")),
        body("alone", "What not all of them have",
             tabled(v.alone_table, "Figures that not all have", top=v.BODY)),
        annex("every", "Every figure that differs",
              tabled(lambda o: v.changes_table(o, [TOTALS, GROUPS, PARTS]), "Every figure that differs")),
        annex("compared", "What was compared", listed(_which)),
        annex("sources", "Sources", sources),
        REPEAT,
    ),
)  # fmt: skip
