"""Plans that are nearly as good: the report, and the same on a terminal."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts import drawing
from groundplan.results.charts.chart import (
    Chart,
)
from groundplan.results.charts.drawing import series
from groundplan.results.framed import (
    framed,
)
from groundplan.results.indicators import (
    labels,
)
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.page import Page, figure, items, paragraph, table
from groundplan.results.plan_pages.plan_summary import (
    title,
)
from groundplan.results.terminal import (
    block,
    text_table,
    wrapped,
)
from groundplan.results.words import PERCENT, number, unit_told

FIRM, FREE = 0.05, 0.5
ROOM = "How far each may move"


def _name(o: Outcome, indicator: str) -> str:
    head, mark, code = indicator.partition(": ")
    return f"{head}: {labels(o).get(code, code)}" if mark else indicator


def _ranges(o: Outcome) -> pd.DataFrame:
    if "ranges" not in o.tables:
        return pd.DataFrame(columns=["indicator", "unit", "least", "best", "most", "room"])
    own = o.table("ranges")
    size = own["best"].abs().where(own["best"].abs() > 1e-9)
    return own.assign(room=(own["most"] - own["least"]) / size)


def ranges(o: Outcome) -> pd.DataFrame:
    """Least, best and most of every indicator, averages over the plan's years."""
    own = _ranges(o)
    units = [unit_told(str(u)) for u in own["unit"]]
    return framed(
        pd.Index([_name(o, str(i)) for i in own["indicator"]], name="average over the plan's years"),
        [
            ("least", "", [number(v, 2) for v in own["least"]]),
            ("in the best plan", "", [number(v, 2) for v in own["best"]]),
            ("most", "", [number(v, 2) for v in own["most"]]),
            ("unit", "", units),
            ("below the best", PERCENT, 100 * (own["least"] / own["best"] - 1).where(own["room"].notna())),
            ("above the best", PERCENT, 100 * (own["most"] / own["best"] - 1).where(own["room"].notna())),
        ],
    )


def plans(o: Outcome) -> pd.DataFrame:
    """Indicators of the best plan and of each alternative."""
    if "alternatives" not in o.tables or o.table("alternatives").empty:
        return framed(pd.Index([], name="indicator"), [])
    own = o.table("alternatives").pivot_table(index="indicator", columns="plan", values="value", sort=False)
    names = ["the best plan", *(f"plan {p}" for p in range(1, len(own.columns)))]
    columns = [(n, "", [number(v, 2) for v in own.iloc[:, p]]) for p, n in enumerate(names)]
    return framed(pd.Index([_name(o, str(i)) for i in own.index], name="average over the plan's years"), columns)


def apart(o: Outcome) -> pd.DataFrame:
    """How different the plans are from each other, 0 to 100 per cent of what could be."""
    if "distances" not in o.tables or o.table("distances").empty:
        return framed(pd.Index([], name="plan"), [])
    own = o.table("distances").pivot_table(index="plan", columns="other", values="distance")
    names = ["the best plan", *(f"plan {p}" for p in range(1, len(own)))]
    return framed(
        pd.Index(names, name="distance"), [(n, PERCENT, 100 * own[p]) for n, p in zip(names, own.columns, strict=True)]
    )


def _within(o: Outcome) -> str:
    return f"{100 * float(o.provenance.get('within', 0.0)):g} %"


def _told(o: Outcome, r: dict[str, object], verb: str) -> str:
    name = _name(o, str(r["indicator"]))
    least, best, most = (number(r[k], 1) for k in ("least", "best", "most"))
    return f"{name} {verb} between {least} and {most} ({best} in the best)."


def musts(o: Outcome, top: int = 8) -> list[str]:
    """What every plan that is nearly as good must do, in sentences."""
    own = _ranges(o)
    own = own[(own["room"] <= FIRM) & (own["best"].abs() > 1e-9)].sort_values("room")
    return [_told(o, {str(k): v for k, v in r.items()}, "must lie") for r in own.head(top).to_dict("records")]


def free(o: Outcome, top: int = 8) -> list[str]:
    """Where there is a real choice, in sentences."""
    own = _ranges(o)
    own = own[own["room"] >= FREE].sort_values("room", ascending=False)
    return [_told(o, {str(k): v for k, v in r.items()}, "can be anything") for r in own.head(top).to_dict("records")]


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
    held = " Projects are those of the best plan." if o.provenance.get("projects_held") else ""
    return (
        f"A plan counts as nearly as good if people lose no more by it than they would lose if everybody had "
        f"{_within(o)} less of living standard in every year; every must and every limit holds, and nothing is bought "
        f"or made to be thrown away.{held}"
    )


def _chart(o: Outcome) -> str:
    own = _ranges(o)
    own = own[own["room"].notna()]
    scaled = framed(
        pd.Index([_name(o, str(i)) for i in own["indicator"]], name="figure"),
        [
            ("may fall by", PERCENT, 100 * (own["least"] - own["best"]) / own["best"].abs()),
            ("may rise by", PERCENT, 100 * (own["most"] - own["best"]) / own["best"].abs()),
        ],
    )
    return drawing.bars("room", ROOM, [str(i) for i in scaled.index], series(scaled))


CHART = Chart("room", ROOM, _chart, ranges)


def _room(o: Outcome) -> str:
    if _ranges(o).empty:
        return ""
    parts = [paragraph(meaning(o))]
    for words, lines in (("What every such plan must do:", musts(o)), ("Where there is a choice:", free(o))):
        parts += [paragraph(words), items(lines)] if lines else []
    return "".join(parts) + figure(CHART, o)


def _plans(o: Outcome) -> str:
    there = plans(o)
    if not len(there):
        return ""
    said = (
        "Each of these plans leads away from those before it, and is nearly as good as the best. A distance of 100 % "
        "means that two plans lie at opposite ends of every range."
    )
    return paragraph(said) + table(there, "Plans side by side") + table(apart(o), "How different the plans are")


def summary(o: Outcome) -> str:
    """The alternatives as text, at most 100 columns wide; a saved outcome gives the same page."""
    there = ranges(o)
    parts = [
        title(o).replace(", plan for ", ", plans nearly as good for "),
        "\n".join(wrapped(headline(o))),
        "\n".join(wrapped(meaning(o))),
        block("How far each may move", text_table(there) if len(there) else []),
        block("Where there is a choice", [line for s in free(o) for line in wrapped(s)]),
        block("How different the plans are", text_table(apart(o)) if len(apart(o)) else []),
    ]
    return "\n\n".join(p for p in parts if p) + "\n"


SECTIONS = (
    ("room", "How different a plan can be", _room),
    ("plans", "Other plans", _plans),
    ("assumptions", "Every assumption", assumed),
    ("methods", "How the accounts were read", methods),
    ("sources", "Sources", sources),
)

PAGE = Page(
    named=lambda o: f"Plans nearly as good for {o.provenance.get('country_name') or 'an economy'}",
    note=title,
    headline=headline,
    sections=SECTIONS,
)
