"""Plans that are nearly as good: what is said of them."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart
from groundplan.results.charts.drawing import Bars, series
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import indicator_words
from groundplan.results.page import Page, annex, body, figure, joined, listed, paragraph, tabled
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, rounded, significant, unit_behind, unit_words

FIRM, FREE, TINY = 0.05, 0.5, 1e-9
NAMED = 3
ROOM = "How far each may move"
APART = (
    "Each of these plans leads away from those before it, and is nearly as good as the best. A distance of 100 % "
    "means that two plans lie at opposite ends of every range."
)


def _name(o: Outcome, indicator: str) -> str:
    words = indicator_words(o, indicator)
    return f"{words[:1].upper()}{words[1:]}"


def _ranges(o: Outcome) -> pd.DataFrame:
    own = table_of(o, "ranges")
    if own.empty:
        return pd.DataFrame(columns=["indicator", "unit", "least", "best", "most", "room"])
    size = own["best"].abs().where(own["best"].abs() > TINY)
    return own.assign(room=(own["most"] - own["least"]) / size)


def ranges(o: Outcome) -> pd.DataFrame:
    """Least, best and most of every indicator, averages over the plan's years."""
    own = _ranges(o)
    units = [unit_words(str(u)) for u in own["unit"]]
    return framed(
        pd.Index([_name(o, str(i)) for i in own["indicator"]], name="average over the plan's years"),
        [
            ("least", "", [rounded(v, 4) for v in own["least"]]),
            ("in the best plan", "", [rounded(v, 4) for v in own["best"]]),
            ("most", "", [rounded(v, 4) for v in own["most"]]),
            ("unit", "", units),
            ("below the best", PERCENT, 100 * (own["least"] / own["best"] - 1).where(own["room"].notna())),
            ("above the best", PERCENT, 100 * (own["most"] / own["best"] - 1).where(own["room"].notna())),
        ],
    )


def plans(o: Outcome) -> pd.DataFrame:
    """Indicators of the best plan and of each alternative."""
    own = table_of(o, "alternatives")
    if own.empty:
        return blank("indicator")
    own = own.pivot_table(index="indicator", columns="plan", values="value", sort=False)
    names = ["the best plan", *(f"plan {p}" for p in range(1, len(own.columns)))]
    columns = [(n, "", [rounded(v, 4) for v in own.iloc[:, p]]) for p, n in enumerate(names)]
    return framed(pd.Index([_name(o, str(i)) for i in own.index], name="average over the plan's years"), columns)


def apart(o: Outcome) -> pd.DataFrame:
    """How different the plans are from each other, 0 to 100 per cent of what could be."""
    own = table_of(o, "distances")
    if own.empty:
        return blank("plan")
    own = own.pivot_table(index="plan", columns="other", values="distance")
    names = ["the best plan", *(f"plan {p}" for p in range(1, len(own)))]
    return framed(
        pd.Index(names, name="distance"), [(n, PERCENT, 100 * own[p]) for n, p in zip(names, own.columns, strict=True)]
    )


def _within(o: Outcome) -> str:
    return f"{significant(100 * float(o.provenance.get('within', 0.0)))} %"


def _span_sentences(o: Outcome, rows: pd.DataFrame, verb: str) -> list[str]:
    return [
        f"{_name(o, str(r['indicator']))} {verb} between {significant(r['least'])} and {significant(r['most'])}"
        f"{unit_behind(str(r['unit']))} ({significant(r['best'])} in the best)."
        for r in rows.to_dict("records")
    ]


def musts(o: Outcome, top: int = 8) -> list[str]:
    """What every plan that is nearly as good must do, in sentences."""
    own = _ranges(o)
    own = own[(own["room"] <= FIRM) & (own["best"].abs() > TINY)].sort_values("room")
    return _span_sentences(o, own.head(top), "must lie")


def free(o: Outcome, top: int = 8) -> list[str]:
    """Where there is a real choice, in sentences."""
    own = _ranges(o)
    own = own[own["room"] >= FREE].sort_values("room", ascending=False)
    return _span_sentences(o, own.head(top), "can be anything")


def headline(o: Outcome) -> str:
    """How much is settled and how much is open, in one sentence."""
    own = _ranges(o)
    if own.empty:
        return "Nothing was asked about."
    firm, loose = int((own["room"] <= FIRM).sum()), int((own["room"] >= FREE).sum())
    return (
        f"Within {_within(o)} of the best plan, {firm} of {len(own)} figures are settled to a twentieth of their size, "
        f"and {loose} may vary by half their size or more."
    )


def meaning(o: Outcome) -> str:
    """What nearly as good means, in a sentence."""
    projects = " Projects are those of the best plan." if o.provenance.get("projects_held") else ""
    return (
        f"A plan counts as nearly as good if people lose no more by it than they would lose if everybody had "
        f"{_within(o)} less of living standard in every year; every must and every limit holds, and nothing is bought "
        f"or made to be thrown away.{projects}"
    )


def _chart(o: Outcome) -> Bars:
    own = _ranges(o)
    own = own[own["room"].notna()]
    scaled = framed(
        pd.Index([_name(o, str(i)) for i in own["indicator"]], name="figure"),
        [
            ("may fall by", PERCENT, 100 * (own["least"] - own["best"]) / own["best"].abs()),
            ("may rise by", PERCENT, 100 * (own["most"] - own["best"]) / own["best"].abs()),
        ],
    )
    return Bars("room", ROOM, [str(i) for i in scaled.index], series(scaled))


CHART = Chart("room", ROOM, _chart, ranges)


def brief(o: Outcome) -> Parts:
    """What is settled and what is open, what nearly as good means, and how far each figure may move as a chart."""
    own = _ranges(o)
    if own.empty:
        return ()
    firm = own[(own["room"] <= FIRM) & (own["best"].abs() > TINY)].sort_values("room", kind="stable")
    loose = own[own["room"] >= FREE].sort_values("room", ascending=False, kind="stable")
    sentences = [
        f"{opening}: {'; '.join(_name(o, str(i)) for i in rows['indicator'].head(NAMED))}."
        for opening, rows in (("Most settled are", firm), ("Most open are", loose))
        if len(rows)
    ]
    return joined([paragraph(s) for s in (*sentences, meaning(o))]) + figure(CHART, o, with_table=False)


HEADS = {"in the best plan": "best", "below the best": "below the best", "above the best": "above the best"}
SECTIONS = (
    body("room", ROOM, tabled(ranges, ROOM, heads=HEADS)),
    body("musts", "What every such plan must do", listed(musts)),
    body("free", "Where there is a choice", listed(free)),
    body("apart", "How different the plans are", tabled(apart, "How different the plans are"), APART),
    annex("plans", "Other plans", tabled(plans, "Plans side by side")),
    *FROM_ACCOUNTS,
)

PAGE = Page(
    named=lambda o: f"Plans nearly as good for {o.provenance.get('country_name') or 'an economy'}",
    note=lambda o: title(o).replace(", plan for ", ", plans nearly as good for "),
    headline=headline,
    sections=SECTIONS,
    brief=brief,
)
