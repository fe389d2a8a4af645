"""How sure a plan is: the report of a plan put through draws, and the same on a terminal."""

from __future__ import annotations

import math

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart
from groundplan.results.charts.curves import Curve, Curves
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.outcome_facts import indicator_units
from groundplan.results.page import Page, annex, body, charted, items, paragraph, table, tabled, together
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import REPEAT
from groundplan.results.terminal import block, sheet, text_table, wrapped
from groundplan.results.view import Parts
from groundplan.results.words import MISSING, PERCENT, number

MARGINS = "What a margin brings and what it costs"
COST = "% of everybody's living standard in every year"
KINDS = {"targets": "target", "floors": "floor", "path": "never falls"}


def shares(o: Outcome) -> pd.DataFrame:
    """In how many draws each wish is met, by the plan and by the robust plan, with the interval of the share."""
    own = table_of(o, "shares")
    if own.empty:
        return blank("wish")
    own = own.sort_values(["asked", "kind"], ascending=[False, True], kind="stable")
    columns = [("kind", "", [KINDS.get(str(k), str(k)) for k in own["kind"]])]
    columns += [("asked for", "", ["yes" if a else "no" for a in own["asked"]])]
    numbers = []
    for name, words in (("plan", "the plan"), ("robust", "robust plan")):
        numbers += [
            (f"{words}: met in", PERCENT, (100 * own[f"{name}_share"]).tolist()),
            (f"{words}: from", PERCENT, (100 * own[f"{name}_low"]).tolist()),
            (f"{words}: to", PERCENT, (100 * own[f"{name}_high"]).tolist()),
            (f"{words}: missed by", PERCENT, (100 * own[f"{name}_missed"]).tolist()),
        ]
    return framed(pd.Index(own["wish"], name="wish"), [*columns, *numbers])


def margins(o: Outcome) -> pd.DataFrame:
    """Every margin that was tried: the least share of draws that a wish holds in, and the goal."""
    own = table_of(o, "margins")
    if own.empty:
        return blank("margin")
    return framed(
        pd.Index([f"{m:g}" for m in own["margin"]], name="margin, standard deviations"),
        [
            ("every wish holds in at least", PERCENT, 100 * own["least_share"]),
            ("costs, if all goes as expected", COST, [_cost(c) for c in own["cost"]]),
            ("costs, on average over the draws", COST, [_cost(c) for c in own["mean_cost"]]),
            ("chosen", "", ["yes" if c else "" for c in own["chosen"]]),
        ],
    )


def _cost(share: float) -> str:
    """A share in per cent, two digits of it; a dash where it is not known."""
    return f"{100 * share:.2g}" if math.isfinite(share) else MISSING


def _curve(o: Outcome) -> Curves | None:
    if "margins" not in o.tables or len(o.table("margins")) < 2:
        return None
    own = o.table("margins")
    points = [(100 * c, 100 * s) for c, s in zip(own["cost"], own["least_share"], strict=True)]
    hints = [
        f"margin {m:g}: {y:.0f} % of draws for {x:.2g} % of everybody's living standard in every year"
        for m, (x, y) in zip(own["margin"], points, strict=True)
    ]
    axes = (
        "cost if all goes as expected, per cent of everybody's living standard",
        "draws in which every wish holds, per cent",
    )
    return Curves("margins", MARGINS, [Curve("margins", points, hints)], axes, zero=True)


CHART = Chart("margins", MARGINS, _curve, margins)


def ahead(o: Outcome, top: int = 15) -> pd.DataFrame:
    """What the robust plan builds, trains and stores otherwise, sums over the years."""
    own = table_of(o, "ahead")
    if own.empty:
        return blank("decision")
    own = own.head(top)
    return framed(
        pd.Index(own["label"], name="decided ahead, sum over the years"),
        [
            *((n, "", [number(v, 1) for v in own[k]]) for n, k in (("the plan", "plan"), ("robust plan", "robust"))),
            ("difference", "", [number(v, 1) for v in own["difference"]]),
            ("unit", "", own["unit"]),
        ],
    )


def compared(o: Outcome) -> pd.DataFrame:
    """The plan and the robust plan in the last year, if all goes as expected."""
    own = table_of(o, "compared")
    if own.empty:
        return blank("indicator")
    own = own[own["year"] == own["year"].max()]
    units = indicator_units(o)
    return framed(
        pd.Index(own["indicator"], name=f"in {int(own['year'].max())}, if all goes as expected"),
        [
            *((n, "", [number(v, 3) for v in own[k]]) for n, k in (("the plan", "plan"), ("robust plan", "robust"))),
            ("unit", "", [units.get(str(i), "1") for i in own["indicator"]]),
        ],
    )


def draws(o: Outcome) -> pd.DataFrame:
    """What was drawn."""
    own = table_of(o, "drawn")
    if own.empty:
        return blank("what")
    spread = [f"{r['low']:g} to {r['high']:g}" if r["shape"] == "triangular" else f"{r['spread']:g}"
              for r in own.to_dict("records")]  # fmt: skip
    return framed(
        pd.Index(own["what"], name="what"),
        [
            ("meaning", "", own["meaning"]),
            ("figures", "", own["figures"]),
            ("shape", "", own["shape"]),
            ("spread", "", spread),
            ("correlation", "", [f"{c:g}" for c in own["correlation"]]),
            ("drawn", "", ["every year" if y else "once" for y in own["yearly"]]),
            ("source", "", own["source"]),
        ],
    )


def _setting(o: Outcome, key: str) -> float:
    return float(o.provenance.get("uncertainty", {}).get(key, 0.0))


def headline(o: Outcome) -> str:
    """What the plan holds, what the robust one holds, and the price, in one sentence."""
    if "shares" not in o.tables:
        return "No plan was put through draws."
    own = o.table("shares")
    own = own[own["asked"]]
    plan, robust = (float(own[f"{n}_share"].min()) for n in ("plan", "robust"))
    before = f"The plan keeps each of its wishes in at least {100 * plan:.0f} % of cases"
    if float(o.provenance.get("margin", 0.0)) == 0.0:
        return f"{before}; no margin that was tried does better."
    price = 100 * float(o.provenance.get("price", 0.0))
    return (
        f"{before}, the robust plan in at least {100 * robust:.0f} %; if all goes as expected it costs as much as "
        f"{price:.2g} % of everybody's living standard in every year."
    )


def sentences(o: Outcome) -> list[str]:
    """How it was done and what came of it."""
    fit, fresh, share = (_setting(o, k) for k in ("draws", "fresh", "share"))
    margin, reached = float(o.provenance.get("margin", 0.0)), bool(o.provenance.get("reached"))
    own = o.table("shares")
    own = own[own["asked"]]
    worst = own.sort_values("plan_share").iloc[0]
    lines = [
        f"The plan's building, training, storing and projects are held; the rest is decided again in each of "
        f"{fresh:.0f} draws, to which nothing was fitted. Targets, floors and limits of policy may then be missed, at "
        f"a high price.",
        f"Hardest to keep is {worst['wish']}: {_span(worst, 'plan')}, with the robust plan {_span(worst, 'robust')}.",
    ]
    if reached and margin == 0.0:
        lines.append(f"In {fit:.0f} draws the plan as it is keeps every wish often enough ({100 * share:.0f} %).")
    elif reached:
        lines.append(
            f"The robust plan is made for figures that are all {margin:.2g} standard deviations worse than expected: "
            f"the smallest margin tried with which every wish holds in {100 * share:.0f} % of {fit:.0f} draws."
        )
    else:
        lines.append(
            f"No margin up to {_setting(o, 'largest'):g} standard deviations keeps every wish in {100 * share:.0f} % "
            f"of {fit:.0f} draws; shown is the one that comes nearest ({margin:.2g})."
        )
    cut = [100 * float(c) for c in o.provenance.get("cut", [0.0, 0.0])]
    if max(cut) > 0:
        lines.append(
            f"What was begun had to be cut in {cut[0]:.0f} % of draws, with the robust plan in {cut[1]:.0f} %."
        )
    if o.provenance.get("projects_held"):
        lines.append("Projects are those of the plan.")
    return [*lines, *_own_limits(o)]


def _own_limits(o: Outcome) -> list[str]:
    """What became of limits of the user's own: kept in every draw, or given up where they had to be."""
    lines = []
    for own in o.provenance.get("own_limits", []):
        rows = o.table("shares").query("kind in @kinds", local_dict={"kinds": [own["limit"], own["in_draws"]]})
        if own["in_draws"] == "holds":
            lines.append(f"Your own limit, {own['limit']}, holds in every draw.")
        elif len(rows):
            kept = [100 * float(rows[f"{plan}_share"].min()) for plan in ("plan", "robust")]
            lines.append(
                f"Your own limit, {own['limit']}, gives way where it must, at a high price: it is kept in "
                f"{kept[0]:.0f} % of draws, with the robust plan in {kept[1]:.0f} %."
            )
    return lines


def _span(row: pd.Series, name: str) -> str:
    met, low, high = (100 * float(row[f"{name}_{k}"]) for k in ("share", "low", "high"))
    return f"{met:.0f} % of draws ({low:.0f} to {high:.0f} %)"


def _wishes(o: Outcome) -> Parts:
    if "shares" not in o.tables:
        return ()
    note = (
        "Met in: share of fresh draws; from and to: its interval. Missed by: the mean over all draws of the largest "
        "miss in a year, as a share of the wish."
    )
    return items(sentences(o)) + table(shares(o), "Wishes and how often they hold") + paragraph(note, "note")


def summary(o: Outcome) -> str:
    """The run as text, at most 100 columns wide; a saved outcome gives the same page."""
    there = shares(o)
    short = there.drop(
        columns=[c for c in ("the plan: missed by", "robust plan: missed by", "kind") if len(there)], level=0
    )
    short = short[[a == "yes" for a in there[("asked for", "")]]] if len(there) else short
    return sheet(
        title(o).replace(", plan for ", ", how sure the plan is for "),
        "\n".join(wrapped(headline(o))),
        block("Wishes and how often they hold", text_table(short)),
        block(MARGINS, text_table(margins(o))),
        block("How this was found", wrapped(*sentences(o))),
    )


SECTIONS = (
    body("held", "How often each wish holds", _wishes),
    body("price", "The price of being sure", charted(CHART)),
    body("otherwise", "What the robust plan does otherwise", together(
        tabled(ahead, "What the robust plan begins otherwise"), tabled(compared, "Where the two plans lead")
    )),
    body("drawn", "What was drawn", tabled(draws, "Uncertain figures")),
    annex("assumptions", "Every assumption", assumed),
    annex("methods", "How the accounts were read", methods),
    annex("sources", "Sources", sources),
    REPEAT,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"How sure the plan for {o.provenance.get('country_name') or 'an economy'} is",
    note=title,
    headline=headline,
    sections=SECTIONS,
)
