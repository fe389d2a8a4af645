"""What steering is worth: a plan made anew every year against one that is never looked at again."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import bar_chart
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.page import Page, annex, body, figure, items, said, tabled
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, significant

SHARE = "% of everybody's living standard in every year"
SAME = (
    "In both the same harvests, prices and markets come, and what need not be begun ahead (making, buying, selling, "
    "consuming) is decided when the year has come. The difference is what is begun: building, training, storing and "
    "projects, as first planned or decided anew by what is known."
)


def headline(o: Outcome) -> str:
    """What it is worth, with its error, and in how many histories."""
    about = o.provenance
    gain, error = 100 * float(about["gain"]), 100 * float(about["error"])
    better, many = 100 * float(about["better"]), int(about["lived"])
    return (
        f"To make the plan anew every year is worth {significant(gain)} ± {significant(error, 2)} % of everybody's "
        f"living standard in every year, against a plan that is never looked at again; it is better in {better:.0f} of "
        f"100 of {many} drawn histories."
    )


def spread(o: Outcome) -> list[str]:
    """The range over the histories, and those in which nothing could be done."""
    low, high = (100 * float(v) for v in o.provenance["ends"])
    lost = int(o.provenance["histories"]) - int(o.provenance["lived"])
    lines = [f"Between {significant(low)} and {significant(high)} % in nine of ten histories."]
    return lines + (
        [f"In {lost} histories one of the two cannot be lived through, and they are left out."] if lost else []
    )


def wish_table(o: Outcome) -> pd.DataFrame:
    """In how many histories each wish is met, and by how much it is missed on average."""
    rows = table_of(o, "wishes")
    if rows.empty:
        return blank("wish")
    return framed(
        pd.Index([str(w) for w in rows["wish"]], name="wish"),
        [
            ("kind", "", [str(k) for k in rows["kind"]]),
            ("met, never looked at", PERCENT, (100 * rows["never"]).tolist()),
            ("met, made anew", PERCENT, (100 * rows["anew"]).tolist()),
            ("missed by, never looked at", PERCENT, (100 * rows["never_missed"]).tolist()),
            ("missed by, made anew", PERCENT, (100 * rows["anew_missed"]).tolist()),
        ],
    )


def history_table(o: Outcome) -> pd.DataFrame:
    """Every history and what steering is worth in it, the most first."""
    rows = table_of(o, "histories").sort_values("share", ascending=False, kind="stable")
    return framed(
        pd.Index([f"history {n + 1}" for n in rows["history"]], name="history"),
        [("worth of steering", SHARE, (100 * rows["share"]).tolist())],
    )


def uncertain_table(o: Outcome) -> pd.DataFrame:
    """What is drawn."""
    rows = table_of(o, "drawn")
    if rows.empty:
        return blank("what is drawn")
    return framed(
        pd.Index(rows["what"], name="what is drawn"),
        [
            ("of", "", [str(x) or "all" for x in rows["of"]]), ("figures", "", rows["factors"].tolist()),
            ("spread", PERCENT, (100 * rows["spread"]).tolist()),
            ("anew every year", "", ["yes" if y else "no" for y in rows["yearly"]]),
            ("source", "", [str(s) for s in rows["source"]]),
        ],
    )  # fmt: skip


def brief(o: Outcome) -> Parts:
    """The range, and a bar for each history."""
    return items(spread(o)) + figure(CHART, o, with_table=False)


CHART = bar_chart("steering", "What steering is worth in each drawn history", history_table)
SECTIONS = (
    body("wishes", "Which wishes are met", tabled(wish_table, "Histories in which each wish is met", top=12)),
    body("same", "What is compared", said(lambda o: SAME)),
    annex("histories", "Every history", tabled(history_table, "What steering is worth")),
    annex("drawn", "What is drawn", tabled(uncertain_table, "What is uncertain")),
    *FROM_ACCOUNTS,
)
PAGE = Page(named=lambda o: f"{o.provenance.get('country_name')}: what steering is worth", note=title,
            headline=headline, sections=SECTIONS, brief=brief)  # fmt: skip
