"""What a plan's targets cost: who pays, who gains, what moves; beside the same plan without them and the baseline."""

from __future__ import annotations

from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.explaining.loss_of_standard import share_words
from groundplan.planning.explaining.why_not import summed
from groundplan.results.charts.drawing import Bars, series
from groundplan.results.framed import framed, table_of
from groundplan.results.mixed_units import amount, percent, signed, unit_of
from groundplan.results.outcome_facts import indicator_words, labels, money, years
from groundplan.results.page import items, paragraph, table
from groundplan.results.view import Parts, Plot
from groundplan.results.words import PERCENT, STANDARD, decimals, number, unit_words

LIVED = "living standard: "
HEADS = {"gross output": "output of", "imports": "imports of", "investment": "investment in", "exports": "exports of"}
CLOSE, NAMED, TOP = 5e-5, 3, 12
KEPT = (
    "The plan without them keeps everything else: what must be built, floors, limits and contingencies. Both are on "
    "their most even paths."
)
OWN_PATH = "The plan without them is large, so it is left on the solver's own path: its sums hold, single years less."


def wishes(o: Outcome) -> Parts:
    """What the targets cost: three sentences, who gains and who loses as a chart, and the totals side by side."""
    about = o.provenance.get("wishes", {})
    if about.get("missing"):
        return paragraph(
            f"What the targets cost cannot be said: the plan was to be solved without them, and {about['missing']}."
        )
    if "wishes" not in o.tables:
        return ()
    chart = _chart(o)
    said = items([_no_price(o)] if unsettled(o) else [s for s in (_together(o), _groups(o), _moves(o)) if s])
    picture: Parts = () if chart.empty or unsettled(o) else (Plot(chart),)
    return (
        said + picture + table(totals_table(o), f"With the targets and without them, {years(o)[-1]}")
        + table(groups_table(o), "Living standards, average of the plan's years", top=TOP)
        + paragraph(KEPT if about.get("even") else OWN_PATH)
    )  # fmt: skip


def wish_sentence(o: Outcome) -> str:
    """What the targets cost, as their own section says it first; nothing where it does not say it."""
    if "wishes" not in o.tables or o.provenance.get("wishes", {}).get("missing"):
        return ""
    return _no_price(o) if unsettled(o) else _together(o) or _groups(o) or _moves(o)


def unsettled(o: Outcome) -> bool:
    """Whether the targets cost less than even paths may give up: how plans differ is then no price of the targets."""
    about = o.provenance["wishes"]
    return about.get("share") is not None and float(about["share"]) <= float(about.get("evenness", 0.0))


def _no_price(o: Outcome) -> str:
    about = o.provenance["wishes"]
    what = "The target costs" if about["targets"] == 1 else f"The {about['targets']} targets together cost"
    return (
        f"{what} {share_words(float(about['share']))}: less than the {100 * float(about['evenness']):g} % of its worth "
        "that a plan gives up for an even path, so next to nothing. How the two plans differ by group and sector is "
        "then a choice among plans as good, and no price of the targets."
    )


def means(o: Outcome) -> pd.DataFrame:
    """With and without targets, average of the plan's years, by indicator."""
    return o.table("wishes").groupby("indicator", sort=False)[["with", "without"]].mean()


def _together(o: Outcome) -> str:
    about, there = o.provenance["wishes"], means(o)
    count = int(about["targets"])
    name = "The target costs" if count == 1 else f"The {count} targets together cost"
    share = about.get("share")
    if "household consumption" not in there.index:
        return "" if share is None else f"{name} {share_words(share)}."
    here, bare = there.loc[["household consumption"], ["with", "without"]].to_numpy()[0].tolist()
    moved = here - bare
    worth = (
        ""
        if share is None
        else f"; for households and state, in the plan and after it, that is worth {share_words(share)}"
    )
    if share is not None and share < CLOSE and abs(moved) < CLOSE * bare:
        return f"{name} nothing: the plan without {'it' if count == 1 else 'them'} is the same for households."
    unit = unit_words(f"{money(o)} / year")
    size = number(abs(moved), decimals([moved]))
    way = "less" if moved < 0 else "more"
    all_of_them = f"all households together have {size} {unit} {way} to consume ({percent(moved / bare)})"
    return f"With {'the target' if count == 1 else f'the {count} targets'} {all_of_them}{worth}."


def group_changes(o: Outcome) -> pd.Series:
    """By how much the average living standard of every household group differs with the targets, 1; most first."""
    there, coded = means(o), labels(o)
    members = [g for g in o.provenance.get("households", []) if f"{LIVED}{g}" in there.index]
    own = there.loc[[f"{LIVED}{g}" for g in members]]
    moved = own["with"] / own["without"] - 1.0
    return moved.set_axis([str(coded.get(g, g)) for g in members]).sort_values(ascending=False, kind="stable")


def _groups(o: Outcome) -> str:
    moved = group_changes(o)
    if len(moved) < 2 or float(moved.abs().max()) < CLOSE:
        return ""
    gain, lose = moved[moved > CLOSE], moved[moved < -CLOSE][::-1]

    def named(own: pd.Series) -> str:
        more = f" and {len(own) - NAMED} more" if len(own) > NAMED else ""
        return ", ".join(f"{g} {percent(float(v))}" for g, v in own.head(NAMED).items()) + more

    if lose.empty:
        return f"Every group gains or stays as it is, most: {named(gain)}."
    if gain.empty:
        return f"Nobody gains; most is lost by {named(lose)}."
    return f"Most is lost by {named(lose)}; most is gained by {named(gain)}."


def _moves(o: Outcome) -> str:
    """What moves most, of output, imports, investment and exports: their yearly averages.

    Investment that the accounts do not settle (table ``unsettled``) moves between plans as good, and is left out.
    """
    unsettled_there = {str(w).removeprefix("investing in ") for w in table_of(o, "unsettled").get("label", [])}
    count, unit, moved = len(years(o)), unit_words(f"{money(o)} / year"), []
    for head, words in HEADS.items():
        for label, row in summed(o.table("wish_changes"), head).iterrows():
            if head != "investment" or str(label) not in unsettled_there:
                moved.append((float(row["change"]) / count, float(row["without"]) / count, f"{words} {label}"))
    moved.sort(key=lambda m: -abs(m[0]))
    if not moved:
        return ""
    parts = []
    for change, before, words in moved[:NAMED]:
        share = f", {percent(change / before)}" if before > abs(change) * 1e-3 else ""
        parts.append(f"{words} ({signed(number(change, decimals([change])))} {unit}{share})")
    return f"Most moves: {'; '.join(parts)}."


def totals_table(o: Outcome) -> pd.DataFrame:
    """Totals and what the targets are for, in the last year: with them, without them, and in the baseline."""
    there = o.table("wishes")
    last = there[(there["year"] == years(o)[-1]) & ~there["indicator"].str.startswith(LIVED)]
    rows = [{**r, "a": r["with"], "b": r["without"], "c": r["baseline"]} for r in last.to_dict("records")]
    return _sides(o, rows, "figure")


def groups_table(o: Outcome) -> pd.DataFrame:
    """Living standards of all groups, average of the plan's years."""
    there = means(o)
    coded, households = labels(o), set(o.provenance.get("households", []))
    codes = {n: n.removeprefix(LIVED) for n in map(str, there.index) if n.startswith(LIVED)}
    own = there.loc[[n for n, code in codes.items() if code in households or code not in coded]]
    moved = 100.0 * (own["with"] / own["without"] - 1.0)
    return framed(
        pd.Index([indicator_words(o, str(n)).removeprefix("living standard, ") for n in own.index], name="households"),
        [("with", STANDARD, own["with"]), ("without", STANDARD, own["without"]), ("with over without", PERCENT, moved)],
    )


def _sides(o: Outcome, rows: list[dict[Any, Any]], corner: str) -> pd.DataFrame:
    moved = [100.0 * (r["a"] / r["b"] - 1.0) if r["b"] else float("nan") for r in rows]
    columns: list[tuple[str, str, Any]] = [("unit", "", [unit_of(r) for r in rows])]
    columns += [(name, "", [amount(r, c) for r in rows]) for name, c in (("with", "a"), ("without", "b"))]
    columns.append(("with over without", PERCENT, moved))
    if any(r["c"] == r["c"] for r in rows):
        columns.append(("baseline", "", [amount(r, "c") for r in rows]))
    return framed(pd.Index([indicator_words(o, str(r["indicator"])) for r in rows], name=corner), columns)


def _chart(o: Outcome) -> Bars:
    moved = group_changes(o)
    shown = framed(
        pd.Index(list(moved.index), name="households"), [("with the targets over without", PERCENT, 100.0 * moved)]
    )
    gain, lose = int((moved > CLOSE).sum()), int((moved < -CLOSE).sum())
    title = f"{lose} of {len(moved)} household groups live worse with the targets, {gain} better"
    there = len(moved) > 1 and float(moved.abs().max()) >= CLOSE
    return Bars("wishes", title, list(map(str, moved.index)), series(shown) if there else [])
