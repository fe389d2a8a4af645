"""The answer to a why-not question, on one page of a terminal and as a report."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.explaining.why_not import summed
from groundplan.results.framed import (
    framed,
)
from groundplan.results.indicators import (
    money,
)
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.page import Page, items, paragraph, table
from groundplan.results.plan_pages.plan_summary import (
    title,
)
from groundplan.results.terminal import (
    block,
    text_table,
    wrapped,
)
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
    parts = [
        title(o),
        block(f"What would it take: {o.provenance['question']}?", [w for s in _sentences(o) for w in wrapped(s)]),
        block("The target, year by year", text_table(path_table(o))),
    ]
    for head, heading in FALLS:
        shown = change_table(o, head)
        parts.append(block(heading, text_table(shown) if len(shown) else []))
    return "\n\n".join(p for p in parts if p) + "\n"


def _sentences(o: Outcome) -> list[str]:
    return [str(s) for s in o.provenance["sentences"]]


def _answer(o: Outcome) -> str:
    return items(_sentences(o)) + table(path_table(o), str(o.provenance["question"]))


def _falls(o: Outcome) -> str:
    return "".join(table(change_table(o, head), heading) for head, heading in FALLS)


def _clash(o: Outcome) -> str:
    if "clash" not in o.tables:
        return ""
    said = "These cannot all hold; loosening any one of them, as the repairs above do, would make the plan possible."
    return paragraph(said) + items([str(w) for w in o.table("clash")["what"]])


Writer = Callable[[Outcome], str]
SECTIONS: tuple[tuple[str, str, Writer], ...] = (
    ("answer", "The answer", _answer),
    ("clash", "What it clashes with", _clash),
    ("changes", "What falls and what rises", _falls),
    ("assumptions", "Every assumption", assumed),
    ("methods", "How the accounts were read", methods),
    ("sources", "Sources", sources),
)

PAGE = Page(
    named=lambda o: f"What would it take: {o.provenance['question']}",
    note=title,
    headline=lambda o: _sentences(o)[0],
    sections=SECTIONS,
)
