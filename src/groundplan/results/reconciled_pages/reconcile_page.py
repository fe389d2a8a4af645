"""What can be believed of reported figures: the page of a reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.reconciling.verdict_words import NOT_RELIABLE, VERDICTS
from groundplan.reconciling.verdicts import SILENT
from groundplan.results.charts.chart import bar_chart
from groundplan.results.framed import blank, framed
from groundplan.results.page import Page, annex, body, charted, figure, items, listed, paragraph, said, tabled
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, in_a_row, number, rounded, significant, unit_words

COLLUSION = (
    "Who lies together, and keeps the balances, is not seen: no figure here can show that. Only what comes from "
    "outside of the reporting chain (power taken, freight, tax, partners' customs) can."
)
WORDS = (*VERDICTS, SILENT)
TOP = 20
HEADS = {"smallest lie noticed": "smallest lie"}


def rows(o: Outcome) -> list[dict[str, Any]]:
    """The stated figures, a record each."""
    return [{str(k): v for k, v in row.items()} for row in o.table("figures").to_dict("records")]


def title(o: Outcome) -> str:
    """Whose figures, of when, held against what."""
    about = o.provenance
    period = f" of {about['period']}" if about.get("period") else ""
    return f"{about.get('country_name')}: {len(rows(o))} figures{period}, held against {about.get('held_against')}"


def headline(o: Outcome) -> str:
    """How many figures are what."""
    verdicts = [r["verdict"] for r in rows(o)]
    (first, one), *others = [(verdicts.count(w), w) for w in WORDS if w in verdicts]
    counts = [f"{first} {'is' if first == 1 else 'are'} {one}", *(f"{n} {w}" for n, w in others)]
    return f"Of {len(verdicts)} figures {in_a_row(counts)}."


def judged(o: Outcome) -> list[str]:
    """The test of all, who is asked, and what would not have been noticed."""
    about = o.provenance
    return [_whole(about), _asked(o), _unseen(o)]


def _whole(about: Mapping[str, Any]) -> str:
    freedom = int(about["freedom"])
    if not freedom:
        return "No balance checks any of these figures: nothing can be said of them."
    chance = 100 * float(about["chance"])
    words = f"in {significant(chance, 2)} of 100 cases" if chance >= 0.01 else "in fewer than 1 of 10,000 cases"
    return (
        f"The {freedom} balances that check something miss by {significant(float(about['global_statistic']))} (what "
        f"honest reports miss by on average: {freedom}); honest reports would miss by as much {words}."
    )


def _asked(o: Outcome) -> str:
    about = o.provenance
    if about["broken_rules"]:
        one = in_a_row([in_a_row(m) for m in about["mends"]])
        return f"Reports break a rule by themselves ({'; '.join(about['broken_rules'])}): to be asked about are {one}."
    if about["too_many"]:
        return "More is false than can be named: too many suspects, and nobody is named."
    if about["nobody"]:
        return "The balances miss together and no figure stands out: nobody is named."
    if not about["noticed"]:
        return "Nothing is noticed and nobody is named."
    named = in_a_row([r["figure"] for r in rows(o) if r["verdict"] == NOT_RELIABLE])
    rest = "figures that cannot be told apart are suspected together"
    return f"To be asked about: {named}." if named else f"Nobody is named: {rest}."


def _unseen(o: Outcome) -> str:
    lies = [(r["smallest_lie"], r["figure"]) for r in rows(o) if r["smallest_lie"] == r["smallest_lie"]]
    unchecked = sum(r["smallest_lie"] != r["smallest_lie"] for r in rows(o))
    if not lies:
        return "No lie of any size would be noticed."
    (least, where), (most, there) = min(lies), max(lies)
    none = f"; of {unchecked} figures no lie would be noticed at all" if unchecked else ""
    return (
        f"A lie below {number(100 * least, 0)} % of {where} would not be noticed in 9 of 10 cases, nor one below "
        f"{number(100 * most, 0)} % of {there}{none}."
    )


def figure_table(o: Outcome) -> pd.DataFrame:
    """Every figure: reported, estimate ± error, statistic, smallest lie noticed, verdict, why."""
    there = rows(o)
    return framed(
        pd.Index([r["figure"] for r in there], name="figure"),
        [
            ("reported", "", [rounded(r["reported"], 4) for r in there]),
            ("estimate", "", [rounded(r["estimate"], 4) for r in there]),
            ("±", "", [rounded(r["error"], 2) for r in there]),
            ("in", "", [unit_words(r["measure"]) for r in there]),
            ("statistic", "", [rounded(r["statistic"], 3) for r in there]),
            ("smallest lie noticed", PERCENT, [100 * r["smallest_lie"] for r in there]),
            ("verdict", "", [r["verdict"] for r in there]),
            ("why", "", [r["why"] for r in there]),
        ],
    )  # fmt: skip


def smallest(o: Outcome) -> pd.DataFrame:
    """The smallest lie that is noticed in 9 of 10 cases, of the figures of which it is largest."""
    there = sorted((r for r in rows(o) if r["smallest_lie"] == r["smallest_lie"]), key=lambda r: -r["smallest_lie"])
    there = [r for r in there if r["smallest_lie"] <= 1][:TOP]
    if not there:
        return blank("figure")
    lies = [100 * r["smallest_lie"] for r in there]
    return framed(pd.Index([r["figure"] for r in there], name="figure"), [("smallest lie noticed", PERCENT, lies)])


def group_table(o: Outcome) -> pd.DataFrame:
    """Figures that are suspected together, and those that no report tells apart."""
    there = o.table("groups").to_dict("records")
    words = {"alike": "look the same in every balance", "suspected": "suspected together", "named": "named"}
    return framed(
        pd.Index([r["figure"] for r in there], name="figure"),
        [("group", "", [f"{words[r['kind']]} {r['group']}" for r in there])],
    )


def balance_table(o: Outcome) -> pd.DataFrame:
    """What each balance misses by."""
    there = o.table("balances").to_dict("records")
    return framed(
        pd.Index([r["balance"] for r in there], name="balance"),
        [("missed by", "", [rounded(r["missed_by"]) for r in there])],
    )


def advice_table(o: Outcome) -> pd.DataFrame:
    """Digits and bunching, beside what they got wrong."""
    there = o.table("advice").to_dict("records")
    return framed(
        pd.Index([r["test"] for r in there], name="test"),
        [
            ("figures", "", [r["figures"] for r in there]), ("says", "", [r["says"] for r in there]),
            ("chance if honest", PERCENT, [100 * r["chance"] for r in there]),
            ("beside it", "", [r["beside"] for r in there]),
        ],
    )  # fmt: skip


def error_table(o: Outcome) -> pd.DataFrame:
    """Errors that stand where a report says none."""
    errors = {str(k): float(v) for k, v in o.provenance["usual_errors"].items()}
    return framed(
        pd.Index(list(errors), name="figure"), [("assumed error", PERCENT, [100 * v for v in errors.values()])]
    )


def brief(o: Outcome) -> Parts:
    """Three sentences and a chart, and what no balance can show."""
    return items(judged(o)) + paragraph(COLLUSION) + figure(SMALLEST, o, with_table=False)


SMALLEST = bar_chart("smallest_lies", "The smallest lie that would be noticed", smallest)
SECTIONS = (
    body("figures", "What can be believed of each figure",
         tabled(figure_table, "Figures", heads=HEADS, spare=["why", "in"], top=TOP)),
    body("groups", "What cannot be told apart", tabled(group_table, "Groups", top=TOP)),
    body("notes", "What is to be said", listed(lambda o: list(o.provenance["notes"]))),
    annex("balances", "The balances", tabled(balance_table, "What each balance misses by, in its own unit")),
    annex("advice", "Digits and bunching: advice, never a verdict", tabled(advice_table, "Advice")),
    annex("errors", "Errors that are assumed where none is said", tabled(error_table, "Assumed errors")),
    annex("least", "The smallest lies", charted(SMALLEST)),
    annex("collusion", "What this cannot show", said(lambda o: COLLUSION)),
    *FROM_ACCOUNTS,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"{o.provenance.get('country_name')}: what can be believed",
    note=title, headline=headline, sections=SECTIONS, brief=brief,
)  # fmt: skip
