"""How wrong a plan and a baseline of an old year would have been: what is said of a hindcast."""

from __future__ import annotations

import math

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import bar_chart
from groundplan.results.framed import framed
from groundplan.results.origins import accounts_words
from groundplan.results.outcome_facts import years
from groundplan.results.page import Page, annex, body, charted, figure, items, listed, paragraph, table, tabled
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.usual_pages.baseline_page import account_table, notes
from groundplan.results.usual_pages.beside_views import beside_sentences, parts_table
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT

WHO = {"plan": "plan", "baseline": "baseline", "naive": "naive continuation"}
MEANING = (
    "Only what was known in the first year is used; the naive continuation lets the own growth of ten years and every "
    "share go on. A plus means that too much was said. A miss of growth is in points a year, of shares in points; the "
    "miss of sectors is the part of value added that stands in the wrong sector. One country and one window say "
    "little: docs/explanation/hindcast.md has many."
)
TOP = 12


def title(o: Outcome) -> str:
    """Country and years in one line."""
    about, span = o.provenance, years(o)
    return f"{about.get('country_name')}: made from the accounts of {accounts_words(o)}, against {span[-1]}"


def miss_table(o: Outcome) -> pd.DataFrame:
    """A row for each measure: what came, and for everybody what was said and the miss."""
    rows = o.table("hindcast")
    measures = rows["measure"].drop_duplicates().tolist()
    who = [w for w in WHO if (rows["who"] == w).any()]
    at = rows.set_index(["measure", "who"])
    came = [at.loc[m, "came"].iloc[0] for m in measures]
    columns = [("came", PERCENT, came)]
    columns += [(f"{WHO[w]} said", PERCENT, [at.loc[(m, w), "said"] for m in measures]) for w in who]
    columns += [(f"miss of the {WHO[w]}", PERCENT, [at.loc[(m, w), "miss"] for m in measures]) for w in who]
    return framed(pd.Index(measures, name="measure"), columns)


def range_table(o: Outcome) -> pd.DataFrame:
    """The baseline's ranges, and whether what came lies in them."""
    rows = o.table("hindcast").query("who == 'baseline'").dropna(subset="low")
    inside = ["yes" if r["low"] <= r["came"] <= r["high"] else "no" for r in rows.to_dict("records")]
    return framed(
        pd.Index(rows["measure"], name="measure"),
        [("low", PERCENT, rows["low"]), ("high", PERCENT, rows["high"]), ("came", PERCENT, rows["came"]),
         ("inside", "", inside)],
    )  # fmt: skip


def sector_table(o: Outcome, top: int = TOP) -> pd.DataFrame:
    """The sectors that were missed most by the baseline."""
    table = o.table("sectors")
    order = (table["baseline"] - table["came"]).abs().sort_values(ascending=False, kind="stable").index[:top]
    rows = table.loc[order]
    names = {"base": "first year", "came": "came", "came_volumes": "came, in volumes", "plan": "plan",
             "baseline": "baseline", "low": "low", "high": "high"}  # fmt: skip
    columns = [(words, PERCENT, 100 * rows[c]) for c, words in names.items() if c in rows]
    return framed(pd.Index(rows["label"], name="sector"), columns)


def headline(o: Outcome) -> str:
    """Who missed what by how much, in one sentence each."""
    rows = o.table("hindcast")
    said = []
    for who, words in WHO.items():
        own = rows[rows["who"] == who]
        parts = [f"{r['measure']} by {_signed(r['miss'], r['measure'])}" for r in own.to_dict("records")]
        if parts:
            said.append(f"The {words} missed {', '.join(parts)}.")
    return " ".join(said)


def _signed(miss: float, measure: str) -> str:
    rounded = round(miss, 1) + 0.0
    text = f"{rounded:.1f} %" if "sector" in measure else f"{rounded:+.1f} points"
    return text.replace("-", "−")


def judged(o: Outcome) -> list[str]:
    """Whether what came lies in the baseline's ranges, sectors among them."""
    rows = o.table("hindcast").query("who == 'baseline'").dropna(subset="low")
    within = [r["measure"] for r in rows.to_dict("records") if r["low"] <= r["came"] <= r["high"]]
    sectors = o.table("sectors")
    large = sectors[sectors["baseline"] >= 0.01]
    inside = large["came"].between(large["low"], large["high"])
    first = f"In the baseline's range lie: {', '.join(within)}." if within else "Nothing came within the ranges."
    share = float(inside.mean()) if len(large) else math.nan
    return [first, f"{100 * share:.0f} of 100 sectors of at least 1 % of value added came within theirs."]


def misses(o: Outcome) -> pd.DataFrame:
    """Every miss, a row for each measure and each who said something."""
    rows = o.table("hindcast").dropna(subset="miss")
    order = rows["measure"].drop_duplicates().tolist()
    rows = rows.sort_values("measure", kind="stable", key=lambda column: column.map(order.index))
    names = [f"{r['measure']}: {WHO[r['who']]}" for r in rows.to_dict("records")]
    return framed(pd.Index(names, name="measure"), [("missed by", PERCENT, rows["miss"])])


def sector_misses(o: Outcome) -> pd.DataFrame:
    """By how much the baseline missed the sectors that it missed most."""
    rows = sector_table(o)
    return framed(rows.index, [("said over what came", PERCENT, rows[("baseline", PERCENT)] - rows[("came", PERCENT)])])


def brief(o: Outcome) -> Parts:
    """What was said, what came and the misses in a table and a chart; whether the ranges held; how far this goes."""
    return (
        items(judged(o))
        + paragraph(MEANING)
        + figure(MISSED, o, with_table=False)
        + table(miss_table(o), "What was said and what came", heads=HEADS)
    )


MISSED = bar_chart("misses", "Who missed what by how much", misses)
HEADS = {f"{words} said": f"{words.split()[0]} said" for words in WHO.values()}
HEADS |= {f"miss of the {words}": f"miss of {words.split()[0]}" for words in WHO.values()}
SECTIONS = (
    body("ranges", "The baseline's ranges, set to hold in 80 of 100",
         tabled(range_table, "Ranges that hold in 80 of 100")),
    body("sectors", "Sectors that the baseline missed most",
        charted(bar_chart("missed", "Sectors that the baseline missed most", sector_misses),
                with_table=False),
        tabled(lambda o: sector_table(o, 80), "Shares of value added", top=TOP),
    ),
    body("growth", "Where the baseline's growth came from", tabled(account_table, "Parts of growth", spare=["basis"])),
    body("apart", "Why the plan and the baseline differ", listed(beside_sentences)),
    body("notes", "What is to be said", listed(notes)),
    annex("parts", "The plan and the baseline in parts", tabled(parts_table, "Parts of the difference")),
    *FROM_ACCOUNTS,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"{o.provenance.get('country_name')}: how wrong it would have been",
    note=title, headline=headline, sections=SECTIONS, brief=brief,
)  # fmt: skip
