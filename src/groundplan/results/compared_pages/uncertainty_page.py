"""How sure a plan is: what is said of a plan put through draws."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart
from groundplan.results.charts.curves import Curve, Curves
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import indicator_units, indicator_words
from groundplan.results.page import Page, annex, body, figure, listed, paragraph, table, tabled
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, rounded, significant, unit_words

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
        pd.Index([significant(m) for m in own["margin"]], name="margin, standard deviations"),
        [
            ("every wish holds in at least", PERCENT, 100 * own["least_share"]),
            ("costs, if all goes as expected", COST, [_cost(c) for c in own["cost"]]),
            ("costs, on average over the draws", COST, [_cost(c) for c in own["mean_cost"]]),
            ("chosen", "", ["yes" if c else "" for c in own["chosen"]]),
        ],
    )


def _cost(share: float) -> str:
    """A share in per cent, two digits of it; a dash where it is not known."""
    return significant(100 * share, 2)


def _curve(o: Outcome) -> Curves | None:
    if "margins" not in o.tables or len(o.table("margins")) < 2:
        return None
    own = o.table("margins")
    points = [(100 * c, 100 * s) for c, s in zip(own["cost"], own["least_share"], strict=True)]
    hints = [
        f"margin {significant(m)}: {y:.0f} % of draws for {significant(x, 2)} % of everybody's living standard in every"
        " year"
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
            *((n, "", [rounded(v) for v in own[k]]) for n, k in (("the plan", "plan"), ("robust plan", "robust"))),
            ("difference", "", [rounded(v) for v in own["difference"]]),
            ("unit", "", [unit_words(str(u)) for u in own["unit"]]),
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
        pd.Index(
            [indicator_words(o, str(i)) for i in own["indicator"]],
            name=f"in {int(own['year'].max())}, if all goes as expected",
        ),
        [
            *((n, "", [rounded(v) for v in own[k]]) for n, k in (("the plan", "plan"), ("robust plan", "robust"))),
            ("unit", "", [unit_words(units.get(str(i), "1")) for i in own["indicator"]]),
        ],
    )


def draws(o: Outcome) -> pd.DataFrame:
    """What was drawn."""
    own = table_of(o, "drawn")
    if own.empty:
        return blank("what")
    spread = [
        f"{significant(r['low'])} to {significant(r['high'])}"
        if r["shape"] == "triangular"
        else significant(r["spread"])
        for r in own.to_dict("records")
    ]
    return framed(
        pd.Index(own["what"], name="what"),
        [
            ("meaning", "", own["meaning"]),
            ("figures", "", own["figures"]),
            ("shape", "", own["shape"]),
            ("spread", "", spread),
            ("correlation", "", [rounded(c) for c in own["correlation"]]),
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
        f"{significant(price, 2)} % of everybody's living standard in every year."
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
        f"{HARDEST} {worst['wish']}: {_span(worst, 'plan')}, with the robust plan {_span(worst, 'robust')}.",
    ]
    if reached and margin == 0.0:
        lines.append(f"In {fit:.0f} draws the plan as it is keeps every wish often enough ({100 * share:.0f} %).")
    elif reached:
        lines.append(
            f"The robust plan is made for figures that are all {significant(margin, 2)} standard deviations worse than "
            f"expected: the smallest margin tried with which every wish holds in {100 * share:.0f} % of {fit:.0f} "
            "draws."
        )
    else:
        lines.append(
            f"No margin that was tried, up to {significant(_setting(o, 'largest'))} standard deviations, keeps every "
            f"wish in {100 * share:.0f} % of {fit:.0f} draws; shown is the nearest ({significant(margin, 2)})."
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


def asked(o: Outcome) -> pd.DataFrame:
    """The wishes that were asked for, without their misses."""
    there = shares(o)
    if there.empty:
        return there
    there = there[there[("asked for", "")] == "yes"]
    return there.drop(columns=["kind", "asked for", *(c for c in _names(there) if c.endswith("missed by"))], level=0)


def _names(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.columns.get_level_values(0)]


def brief(o: Outcome) -> Parts:
    """The wish that is hardest to keep, every wish with the interval of its share, and the price of being sure."""
    if "shares" not in o.tables:
        return ()
    lines = sentences(o)
    hardest = next(line for line in lines if line.startswith(HARDEST))
    return (
        paragraph(hardest)
        + table(asked(o), "Wishes that were asked for and how often they hold")
        + figure(CHART, o, with_table=False)
    )


def _how(o: Outcome) -> list[str]:
    """How it was done, without what the brief says."""
    return [line for line in sentences(o) if not line.startswith(HARDEST)] if "shares" in o.tables else []


HARDEST = "Hardest to keep is"
SHARES_NOTE = (
    "Met in: share of fresh draws; from and to: its interval. Missed by: the mean over all draws of the largest miss "
    "in a year, as a share of the wish."
)
SECTIONS = (
    body("price", MARGINS, tabled(margins, MARGINS)),
    body("how", "How this was reckoned", listed(_how)),
    annex("wishes", "Every wish and how often it holds",
          tabled(shares, "Wishes and how often they hold"), SHARES_NOTE),
    annex("otherwise", "What the robust plan does otherwise",
        tabled(ahead, "What the robust plan begins otherwise"), tabled(compared, "Where the two plans lead"),
    ),
    annex("drawn", "What was drawn", tabled(draws, "Uncertain figures")),
    *FROM_ACCOUNTS,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"How sure the plan for {o.provenance.get('country_name') or 'an economy'} is",
    note=lambda o: title(o).replace(", plan for ", ", how sure the plan is for "),
    headline=headline,
    sections=SECTIONS,
    brief=brief,
)
