"""What could be done about a crisis: a list of means, each with its cost, what it saves and the days it gains."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.crisis_pages.stress_words import amount
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import labels, money
from groundplan.results.words import short_industry

MOST_NAMES = 3
# How a means is called in a table, and in a sentence.
WORDS = {
    "stock": ("Reserve of {size:.0f} days: {of}", "a reserve of {size:.0f} days' use ({of})"),
    "capacity": ("Made at home, {share} of imports: {of}", "{share} of the imports made at home ({of})"),
    "supplier": ("Other suppliers for {share}: {of}", "other suppliers for {share} of what is cut ({of})"),
    "market": ("Other markets for {share}: {event}", "other markets for {share} of what is not sold ({event})"),
    "kept capacity": (
        "Capacity kept ready for {share}: {event}", "capacity kept ready for {share} of what is lost ({event})"
    ),
    "stand-ins": ("Stand-ins for {share}: {event}", "stand-ins for {share} of those who are away ({event})"),
    "protection": ("Protection of {share}: {event}", "protection of {share} of what is destroyed ({event})"),
    "substitute": ("Substitutes, as in the flexible setting", "substitutes, as in the flexible setting"),
    "sharing": ("Sharing out by a plan", "sharing out by a plan what there is"),
}  # fmt: skip
COSTS = {
    "stock": "goods laid up",
    "capacity": "capital, once",
    "supplier": "imports, at base-year prices",
    "kept capacity": "capital, once",
    "sharing": "nothing of its own",
}
HEADS = {
    "final use saved": "saved",
    "saved at least": "at least",
    "saved at most": "at most",
    "saved per cost": "per cost",
    "days short fewer": "days gained",
}
IN_SHORT = ("cost", "final use saved", "saved at least", "saved at most", "days short fewer")
FIRST = 8
NOTE = (
    "Each means is tried by itself in the adaptive engine, all of one size so that they can be compared: a reserve of "
    "30 days, or a tenth of what is lost made good. Saved is final use that is not lost; days are those on which final "
    "use is a hundredth or more short; least and most are over the settings. A plan that shares out sees no further "
    "than its period. What substitutes, stand-ins, protection and another market cost, and what a new supplier asks "
    "above the old price, no accounts tell: the saving says what they may cost at most."
)


class Tried(NamedTuple):
    """One means as it is told: in a table, and in a sentence."""

    words: str
    phrase: str
    kind: str
    cost: float
    saved: float
    least: float
    most: float
    days: float
    least_days: float
    most_days: float


def tried(o: Outcome) -> list[Tried]:
    """What was tried, and sharing out by a plan where that was computed; most saved first."""
    table = table_of(o, "actions")
    rows = [_tried(o, r) for r in table.to_dict("records") if r["saved"] == r["saved"]] if len(table) else []
    return sorted([*rows, *_sharing(o)], key=lambda t: -t.saved)


def _tried(o: Outcome, r: Mapping[Any, Any]) -> Tried:
    share = f"{100 * r['size']:.0f} per cent" if r["size"] == r["size"] else ""
    names = [labels(o).get(c, c).lower() for c in str(r["codes"]).split(" ") if c]
    of = _names([short_industry(n) for n in names])
    words = [said.format(size=r["size"], share=share, of=of, event=r["event"]) for said in WORDS[r["kind"]]]
    figures = [float(r[k]) for k in ("cost", "saved", "least", "most", "days", "least_days", "most_days")]
    return Tried(words[0], words[1], str(r["kind"]), *figures)


def _names(names: list[str]) -> str:
    if len(names) > MOST_NAMES:
        return f"{len(names)} products"
    return ", ".join(names)


def _sharing(o: Outcome) -> list[Tried]:
    """A plan with the same means, by the rule of who is served first that the scenario states."""
    table = table_of(o, "coordination")
    own = table[table["rule"] == "as stated"] if len(table) else table
    own = own[own["coordination"].notna()] if len(own) else own
    here = own[own["setting"] == o.provenance.get("told_setting")] if len(own) else own
    if not len(here):
        return []
    saved = float(here["coordination"].iloc[0])
    ends = float(own["coordination"].min()), float(own["coordination"].max())
    return [Tried(*WORDS["sharing"], "sharing", 0.0, saved, *ends, math.nan, math.nan, math.nan)]


def actions(o: Outcome) -> pd.DataFrame:
    """What could be done: cost, final use saved, and days gained, most saved first."""
    rows = tried(o)
    if not rows:
        return blank("what could be done")
    columns: list[tuple[str, str, Any]] = [
        ("cost", money(o), [t.cost for t in rows]),
        ("what the cost is", "", [COSTS.get(t.kind, "not known") for t in rows]),
        ("final use saved", money(o), [t.saved for t in rows]),
        ("saved at least", money(o), [t.least for t in rows]),
        ("saved at most", money(o), [t.most for t in rows]),
        ("saved per cost", "1", [t.saved / t.cost if t.cost > 0 else math.nan for t in rows]),
        ("days short fewer", "days", [t.days for t in rows]),
        ("fewer at least", "days", [t.least_days for t in rows]),
        ("fewer at most", "days", [t.most_days for t in rows]),
    ]
    return framed(pd.Index([t.words for t in rows], name="what could be done"), columns)


def first_actions(o: Outcome) -> pd.DataFrame:
    """The first of them, in the columns that a first page has room for."""
    table = actions(o)
    return table[[c for c in table.columns if c[0] in IN_SHORT]].head(FIRST) if len(table) else table


def advice(o: Outcome) -> str:
    """What to do about it, in one sentence: the means that saves most, and the priced one that saves most."""
    useful = [t for t in tried(o) if t.saved > 0]
    if not useful:
        return " ".join(not_tried(o))
    first, priced = useful[0], [t for t in useful if t.cost > 0]
    said = f"What would help most of what was tried: {first.phrase}, which saves {_saves(o, first)}"
    if priced and priced[0] is not first:
        said += f"; of what has a price, {priced[0].phrase}, which saves {_saves(o, priced[0])}"
    return f"{said}."


def _saves(o: Outcome, t: Tried) -> str:
    """What a means saves, the days that it gains, and its cost."""
    days = f" and {t.days:.0f} days of shortage" if t.days >= 1 else ""
    cost = f" for {amount(o, t.cost)} of {COSTS[t.kind]}" if t.cost > 0 else ""
    return f"{amount(o, t.saved)} of final use{days}{cost}"


def not_tried(o: Outcome) -> list[str]:
    """What could not be tried, and why."""
    table = table_of(o, "actions")
    if not len(table):
        return []

    def of(r: Mapping[Any, Any]) -> str:
        return f", {r['kind']}, {r['event']}" if r["event"] else ""

    return [f"Not tried{of(r)}: {r['note']}." for r in table.to_dict("records") if r["note"]]
