"""A plan made again: what is kept, moved and dropped, who must be told, and why it is not the plan that was made."""

from __future__ import annotations

from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import line_chart
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.origins import accounts_words
from groundplan.results.outcome_facts import indicator_words, money, years
from groundplan.results.page import Page, annex, body, figure, items, listed, said, tabled
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, STANDARD, Year, in_a_row, money_words, rounded, significant, unit_words

TOP = 12
KEPT, MOVED, DROPPED = "kept", "moved", "dropped"
ORDER = (
    "The causes are added one by one in this order, and what each changes is counted against the step before. Another "
    "order parts the same sum otherwise."
)
NOTHING = (
    "Nothing came otherwise than planned, and nothing else is wanted: the plan made again is the plan that was made."
)
AS_PLANNED = "What nobody stated of the years past counts as planned; what is kept follows from what was done."


def title(o: Outcome) -> str:
    """Country, accounts, what has passed and what is left."""
    about, span = o.provenance, years(o)
    name, after = about.get("country_name") or about.get("country"), about["after"]
    first, last = about["years_left"][0], span[-1]
    unit = money_words(money(o))
    return f"{name}: accounts of {accounts_words(o)}, planned again for {first} to {last} after {after}, in {unit}"


def _row(o: Outcome, figure_name: str) -> dict[str, Any] | None:
    rows = [r for r in o.table("split").to_dict("records") if r["figure"] == figure_name]
    return {str(k): v for k, v in rows[0].items()} if rows else None


def headline(o: Outcome) -> str:
    """What the plan is worth now against what it was to be worth, and what became of its promises."""
    return " ".join(s for s in (_worth(o), _promises(o)) if s)


def _worth(o: Outcome) -> str:
    row = _row(o, "constant standard")
    after = o.provenance["after"]
    if row is None:
        now, planned = o.provenance["worth"], o.provenance["worth_planned"]
        return (
            f"From the end of {after} the plan is worth {significant(now, 6)}; it was to be {significant(planned, 6)}."
        )
    now, planned = row["now"], row["planned"]
    if abs(now - planned) < 5e-5:
        return f"From the end of {after} the whole plan is worth a constant standard of {now:.3f}, as it was to be."
    return (
        f"From the end of {after} the whole plan is worth a constant standard of {now:.3f} times that of the year of "
        f"the accounts; it was to be {planned:.3f}."
    )


def _promises(o: Outcome) -> str:
    rows = table_of(o, "promises")
    if rows.empty:
        return "No promise of the years left is on record: no target names an amount, and no ledger was given."
    whole = rows.drop_duplicates(["indicator", "year", "sense"])
    counts = [int((whole["fate"] == fate).sum()) for fate in (KEPT, MOVED, DROPPED)]
    return f"Of {len(whole)} promises {counts[0]} are kept, {counts[1]} moved and {counts[2]} dropped."


def causes(o: Outcome) -> list[str]:
    """What each cause does to the constant standard, or to the worth where there is none."""
    names = [str(c) for c in o.provenance["causes"]]
    row = _row(o, "constant standard") or _row(o, "worth of the plan")
    if not names or row is None:
        return [NOTHING]
    what = "constant standard" if "constant" in row["figure"] else "worth"
    parts = [f"{name} {row[name]:+.4g}" for name in names]
    return [
        f"The {what} differs by {row['now'] - row['planned']:+.4g}: {in_a_row(parts)}.",
        *(_given_up_words(o)),
    ]


def _given_up_words(o: Outcome) -> list[str]:
    rows = table_of(o, "given_up")
    if rows.empty:
        return []
    first = in_a_row([str(w) for w in rows["wish"].head(3)])
    more = f", and {len(rows) - 3} more" if len(rows) > 3 else ""
    return [f"From here not every wish can be kept. Missed, by as little as can be: {first}{more}."]


def split_table(o: Outcome) -> pd.DataFrame:
    """Every figure of the plan: as planned, what each cause adds, and now."""
    rows = o.table("split")
    names = [str(c) for c in o.provenance["causes"]]
    columns = [("planned", "", [rounded(v, 5) for v in rows["planned"]])]
    columns += [(name, "", [rounded(v, 4) for v in rows[name]]) for name in names]
    columns += [("now", "", [rounded(v, 5) for v in rows["now"]])]
    return framed(pd.Index(rows["figure"], name="figure"), columns)


def fate_table(o: Outcome, *fates: str) -> pd.DataFrame:
    """Promises with one of these fates: promised, now, and what moving them costs by the plan's prices."""
    rows = table_of(o, "promises")
    rows = rows[rows["fate"].isin(fates)] if len(rows) else rows
    if rows.empty:
        return blank("promise")
    return framed(
        pd.Index([_promise_words(o, r) for r in rows.to_dict("records")], name="promise"),
        [
            ("of", "", [str(n) for n in rows["name"]]),
            ("year", "", [Year(y) for y in rows["year"]]),
            ("promised", "", [rounded(v, 5) for v in rows["promised"]]),
            ("now", "", [rounded(v, 5) for v in rows["now"]]),
            ("in", "", [unit_words(_unit(o, str(i))) for i in rows["indicator"]]),
            ("fate", "", [str(f) for f in rows["fate"]]),
            ("costs", "of living standard", [rounded(v, 3) for v in rows["cost"]]),
        ],
    )


def _promise_words(o: Outcome, row: dict[Any, Any]) -> str:
    side = {">=": "at least", "<=": "at most"}.get(str(row["sense"]), "")
    return f"{indicator_words(o, str(row['indicator']))} {side}".strip()


def _unit(o: Outcome, indicator: str) -> str:
    listed_units = o.table("indicators").set_index("indicator")["unit"]
    return str(listed_units.get(indicator, ""))


def to_tell(o: Outcome) -> list[str]:
    """Who must be told what: a sentence for each unit whose promises are moved or dropped."""
    rows = table_of(o, "promises")
    rows = rows[rows["fate"] != KEPT] if len(rows) else rows
    if rows.empty:
        return ["Nobody: every promise of the years left is kept."] if len(table_of(o, "promises")) else []
    lines = []
    for name, own in rows.groupby("name", sort=False):
        what = [
            f"{indicator_words(o, str(r['indicator']))} in {r['year']} from {significant(r['promised'], 5)} to "
            f"{significant(r['now'], 5)} {unit_words(_unit(o, str(r['indicator'])))}"
            for r in own.to_dict("records")
        ]
        who = str(name) or "Whoever set the targets"
        more = f", and {len(what) - 4} more" if len(what) > 4 else ""
        lines.append(f"{who}: {in_a_row(what[:4])}{more}.")
    return lines


def state_table(o: Outcome) -> pd.DataFrame:
    """What the years left start from, where it is not as planned, the largest change first."""
    rows = o.table("state")
    if rows.empty:
        return blank("what there is")
    rows = rows.assign(off=rows["reached"] / rows["planned"].where(rows["planned"].abs() > 0) - 1.0)
    rows = rows.assign(size=rows["off"].abs().fillna(10.0)).sort_values("size", ascending=False, kind="stable")
    kinds = [f"{label or name}, {kind}" if kind == "under way" else str(label or name)
             for name, label, kind in rows[["name", "label", "kind"]].itertuples(index=False)]  # fmt: skip
    return framed(
        pd.Index(kinds, name="what there is"),
        [
            ("at the start of", "", [Year(y) for y in rows["year"]]),
            ("planned", "", [rounded(v, 5) for v in rows["planned"]]),
            ("reached", "", [rounded(v, 5) for v in rows["reached"]]),
            ("in", "", [unit_words(str(u)) for u in rows["unit"]]),
            ("off", PERCENT, (100 * rows["off"]).tolist()),
        ],
    )


def reached_table(o: Outcome) -> pd.DataFrame:
    """What was stated of the years past: planned, reported, believed, why."""
    rows = o.table("reached")
    if rows.empty:
        return blank("figure")
    return framed(
        pd.Index([indicator_words(o, str(w)) for w in rows["what"]], name="figure"),
        [
            ("year", "", [Year(y) for y in rows["year"]]),
            ("planned", "", [rounded(v, 5) for v in rows["planned"]]),
            ("reported", "", [rounded(v, 5) for v in rows["reported"]]),
            ("believed", "", [rounded(v, 5) for v in rows["believed"]]),
            ("why", "", [str(c) for c in rows["cause"]]),
            ("from", "", [str(s) for s in rows["source"]]),
        ],
    )


def news_table(o: Outcome) -> pd.DataFrame:
    """What is known now of the years left."""
    rows = o.table("news")
    if rows.empty:
        return blank("news")
    last = [str(y) if y else "for good" for y in rows["last"]]
    return framed(
        pd.Index(rows["what"], name="news"),
        [
            ("of", "", [str(x) or "all" for x in rows["of"]]), ("from", "", [Year(y) for y in rows["first"]]),
            ("to", "", last), ("times", "", [rounded(f, 3) for f in rows["factor"]]),
            ("counts as", "", [str(c) for c in rows["cause"]]), ("source", "", [str(s) for s in rows["source"]]),
        ],
    )  # fmt: skip


def given_up_table(o: Outcome) -> pd.DataFrame:
    """Wishes that can be kept no more, and by how much they are missed."""
    rows = o.table("given_up")
    if rows.empty:
        return blank("wish")
    return framed(
        pd.Index(rows["wish"], name="wish"),
        [
            ("missed by", "", [rounded(v, 3) for v in rows["missed"]]),
            ("if it comes", "", [str(c) for c in rows["contingency"]]),
        ],
    )


def path_table(o: Outcome, indicator: str) -> pd.DataFrame:
    """An indicator by year, as planned and now."""
    rows = o.table("versions")
    own = rows[rows["indicator"] == indicator]
    if own.empty:
        return blank("year")
    unit = STANDARD if indicator == "living standard" else str(own["unit"].iloc[0])
    return framed(
        pd.Index(own["year"].astype(str), name="year"), [("planned", unit, own["planned"]), ("now", unit, own["now"])]
    )


def total_table(o: Outcome) -> pd.DataFrame:
    """Sums of the years left, planned and now, of every indicator that the versions are told by."""
    rows = o.table("versions")
    left = rows[rows["year"].isin(o.provenance["years_left"])]
    sums = left.groupby(["indicator", "unit"], sort=False)[["planned", "now"]].sum().reset_index()
    sums = sums[~sums["indicator"].str.startswith("living standard") & (sums["planned"].abs() > 0)]
    change = sums["now"] / sums["planned"] - 1.0
    sums = sums.assign(change=change).iloc[change.abs().argsort(kind="stable").to_numpy()[::-1]]
    return framed(
        pd.Index([indicator_words(o, str(i)) for i in sums["indicator"]], name="sum of the years left"),
        [
            ("planned", "", [rounded(v, 5) for v in sums["planned"]]),
            ("now", "", [rounded(v, 5) for v in sums["now"]]),
            ("in", "", [unit_words(str(u)) for u in sums["unit"]]),
            ("change", PERCENT, (100 * sums["change"]).tolist()),
        ],
    )


def _price_words(o: Outcome) -> str:
    share = 100 * float(o.provenance["promise_cost"])
    return (
        f"To promise otherwise costs {significant(share)} % of what is moved, at the prices of the plan that was made: "
        "promises are moved where that is worth more to everybody's living standard."
    )


def brief(o: Outcome) -> Parts:
    """Why it is otherwise, who must be told, and the living standard by year."""
    lines = causes(o)
    told_to = [line for line in to_tell(o) if not line.startswith("Nobody")][:3]
    return items([*lines, *told_to]) + figure(STANDARD_PATH, o, with_table=False)


STANDARD_PATH = line_chart(
    "standard_again", "The living standard, planned and now", lambda o: path_table(o, "living standard")
)
INVESTMENT_PATH = line_chart("investment_again", "Investment, planned and now", lambda o: path_table(o, "investment"))
SECTIONS = (
    body("why", "Why it is not the plan that was made", tabled(split_table, "By cause, in the order of the columns"),
         said(lambda o: ORDER if o.provenance["causes"] else NOTHING)),
    body("moved", "What is moved and dropped",
         tabled(lambda o: fate_table(o, MOVED, DROPPED), "Promises moved and dropped", spare=["costs", "in"], top=TOP)),
    body("told", "Who must be told", listed(to_tell)),
    body("given-up", "What can be wished no more", tabled(given_up_table, "Wishes missed by as little as can be")),
    body("notes", "What is to be said", listed(lambda o: [AS_PLANNED, *(str(n) for n in o.provenance["notes"])])),
    annex("kept", "What is kept", tabled(lambda o: fate_table(o, KEPT), "Promises kept"), said(_price_words)),
    annex("state", "What the years left start from", tabled(state_table, "What is not as planned")),
    annex("reached", "What came of the years past", tabled(reached_table, "Figures that were stated")),
    annex("news", "What is known now", tabled(news_table, "News of the years left")),
    annex("paths", "Year by year", lambda o: figure(STANDARD_PATH, o) + figure(INVESTMENT_PATH, o)),
    annex("sums", "Sums of the years left", tabled(total_table, "Planned and now, the largest change first")),
    *FROM_ACCOUNTS,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"{o.provenance.get('country_name')}: the plan made again after {o.provenance['after']}",
    note=title, headline=headline, sections=SECTIONS, brief=brief,
)  # fmt: skip
