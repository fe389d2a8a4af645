"""The answer to a why-not question, on one page of a terminal and as a report."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.explaining.why_not import summed
from groundplan.results.framed import framed, table_of
from groundplan.results.guard_lines import guard_block
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.outcome_facts import money
from groundplan.results.page import Page, annex, body, items, joined, listed, table, together
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import REPEAT
from groundplan.results.terminal import block, sheet, text_table, wrapped
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, STANDARD

FALLS = (
    ("living standard", "Living standards, average of the years"),
    ("gross output", "Output over the plan"),
    ("investment", "Investment over the plan"),
    ("imports", "Imports over the plan"),
)
TOP = 8


def path_table(o: Outcome) -> pd.DataFrame:
    """The target's indicator by year, without it and with it (or in the plan that comes nearest)."""
    path = o.table("path")
    return framed(
        pd.Index(path["year"], name="year"), [("without it", "", path["without"]), (_other(o), "", path["with"])]
    )


def _other(o: Outcome) -> str:
    return "with it" if o.provenance["possible"] else "nearest"


def change_table(o: Outcome, head: str, top: int = TOP) -> pd.DataFrame:
    """What changes most of one head over the plan: without, with, change; falls first, then rises."""
    own = summed(o.table("changes"), head)
    chosen = own[own["change"].abs().rank(ascending=False, method="first") <= top]
    unit = STANDARD if head == "living standard" else money(o)
    share = 100 * chosen["change"] / chosen["without"].where(chosen["without"] != 0)
    return framed(
        pd.Index(chosen.index, name=head),
        [
            ("without it", unit, chosen["without"]),
            (_other(o), unit, chosen["with"]),
            ("change", unit, chosen["change"]),
            ("change, share", PERCENT, share),
            ("most in", "", [str(int(y)) for y in chosen["largest_year"]]),
        ],
    )


def summary(o: Outcome) -> str:
    """The answer as text: the sentences, the target's path, what falls and what rises."""
    return sheet(
        title(o),
        guard_block(o),
        block(f"What would it take: {o.provenance['question']}?", wrapped(*_sentences(o))),
        block("The target, year by year", text_table(path_table(o))),
        *(block(heading, text_table(change_table(o, head))) for head, heading in FALLS),
    )


def _sentences(o: Outcome) -> list[str]:
    return [str(s) for s in o.provenance["sentences"]]


def _answer(o: Outcome) -> Parts:
    return items(_sentences(o)) + table(path_table(o), str(o.provenance["question"]))


def _falls(o: Outcome) -> Parts:
    return joined([table(change_table(o, head), heading) for head, heading in FALLS])


def _clash(o: Outcome) -> list[str]:
    clash = table_of(o, "clash")
    return [] if clash.empty else [str(w) for w in clash["what"]]


CLASH = "These cannot all hold; loosening any one of them, as the repairs above do, would make the plan possible."
SECTIONS = (
    body("answer", "The answer", _answer),
    body("clash", "What it clashes with", together(CLASH, listed(_clash))),
    body("changes", "What falls and what rises", _falls),
    annex("assumptions", "Every assumption", assumed),
    annex("methods", "How the accounts were read", methods),
    annex("sources", "Sources", sources),
    REPEAT,
)

PAGE = Page(
    named=lambda o: f"What would it take: {o.provenance['question']}",
    note=title,
    headline=lambda o: _sentences(o)[0],
    sections=SECTIONS,
)
