"""The answer to a why-not question: what the wish costs, who gains and who loses, and how it comes about."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.explaining.why_not import summed
from groundplan.results.charts.chart import line_chart
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import money
from groundplan.results.page import Page, Section, annex, body, figure, joined, listed, paragraph, table, tabled
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, STANDARD, Year

FALLS = (
    ("living standard", "Living standards, average of the years"),
    ("gross output", "Output over the plan"),
    ("investment", "Investment over the plan"),
    ("imports", "Imports over the plan"),
)
TOP = 8


def path_table(o: Outcome) -> pd.DataFrame:
    """The target's indicator by year, without it and with it (or in the plan that comes nearest)."""
    path, unit = o.table("path"), str(o.provenance.get("wish_unit", ""))
    scale, unit = (100.0, PERCENT) if unit == "1" else (1.0, unit)
    columns = [("without it", unit, scale * path["without"]), (_other(o), unit, scale * path["with"])]
    return framed(pd.Index(path["year"], name="year"), columns)


def cost_table(o: Outcome) -> pd.DataFrame:
    """What all households and every group consume a year, without the wish and with it; who loses most comes first."""
    own = table_of(o, "household_cost")
    if own.empty:
        return blank("households")
    unit = str(own["unit"].iloc[0])
    return framed(
        pd.Index(own["label"], name="consumption a year, on average"),
        [
            ("without it", unit, own["without"]),
            (_other(o), unit, own["with"]),
            ("change", unit, own["change"]),
            ("change, share", "% of it", 100 * own["share"]),
        ],
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
            ("most in", "", [Year(y) for y in chosen["largest_year"]]),
        ],
    )


def _costs(o: Outcome) -> list[str]:
    return [str(s) for s in o.provenance.get("cost_sentences", o.provenance["sentences"][:1])]


def way(o: Outcome) -> list[str]:
    """How it comes about: what is reached, what stands in the way, repairs, what falls and what rises."""
    return [str(s) for s in o.provenance["sentences"]][len(_costs(o)) :]


def brief(o: Outcome) -> Parts:
    """Who gains and who loses, what it costs all told, households as a table, and the path of the wish as a chart."""
    return (
        joined([paragraph(s) for s in (*_costs(o)[1:], SURE)])
        + table(cost_table(o), "What households gain and lose", heads=HEADS)
        + figure(PATH, o, with_table=False)
    )


def _changed(head: str, heading: str) -> Section:
    # What households lose stands in the brief, in money.
    placed = annex if head == "living standard" else body
    return placed(head.replace(" ", "-"), heading, tabled(lambda o: change_table(o, head), heading))


def _clash(o: Outcome) -> list[str]:
    clash = table_of(o, "clash")
    own = str(o.provenance.get("wish", ""))
    return [] if clash.empty else [own if str(w) == o.provenance["question"] else str(w) for w in clash["what"]]


PATH = line_chart("path", "What was asked for, by year", path_table)
HEADS = {"change, share": "change %"}
SURE = (
    "Both plans have the same accounts and figures and nothing is drawn, so no band stands beside the cost. Prices are "
    "those of the base year."
)
CLASH = "These cannot all hold; loosening any one of them, as the repairs do, would make the plan possible."
SECTIONS = (
    body("answer", "How it comes about", listed(way)),
    body("path", "What was asked for, year by year", tabled(path_table, PATH.title)),
    *(_changed(head, heading) for head, heading in FALLS),
    annex("clash", "What it clashes with", CLASH, listed(_clash)),
    *FROM_ACCOUNTS,
)

PAGE = Page(
    named=lambda o: f"What would it take: {o.provenance.get('wish') or o.provenance['question']}",
    note=lambda o: title(o).replace(", plan for ", ", a wish for the plan of "),
    headline=lambda o: _costs(o)[0],
    sections=SECTIONS,
    brief=brief,
)
