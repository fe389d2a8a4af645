"""The report on contingencies: what the plan survives, at what price, what it does differently, and the exam."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import line_chart, parted
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import money
from groundplan.results.page import figure, items, paragraph, table
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, STANDARD, Year, money_words, number, unit_words
from groundplan.shocks.scenarios.settings import MIDDLE

WITH = "with contingencies"
NAMED = 3
DONE = (
    ("store", "In store at the end of the year: {}."),
    ("capacity", "Capacity at the start of the year: {}."),
    ("imports", "Imports: {}."),
    ("exports", "Exports: {}."),
    ("investment", "Investment: {}."),
)
PLAIN = ("keeping ", "capacity of ", "importing ", "exporting ", "investing in ")


def survival(o: Outcome) -> Parts:
    """Section: what the plan is asked to survive, the premium, what is done differently, how people live then."""
    contingencies = table_of(o, "contingencies")
    if contingencies.empty:
        return ()
    opening = (
        "For each contingency the years from its coming on have decisions of their own; capacities, skills, stores and "
        "works under way at its start are the plan's. The floors must hold there too."
    )
    asked = [_asked(row) for row in contingencies.to_dict("records")]
    lives = table(recourse_table(o), "How people live if a contingency comes")
    differs = paragraph(
        f"Against the same plan without contingencies, the largest differences by then, in {unit_words(money(o))}:"
    )
    return (
        paragraph(opening) + items([*asked, premium_sentence(o)]) + differs + items(done_differently(o))
        + table(difference_table(o), "What the plan does differently") + lives + _examined(o)
    )  # fmt: skip


def _asked(row: Mapping[Hashable, Any]) -> str:
    years = int(row["years"])
    span = f"in {row['year']}" if years == 1 else f"from {row['year']}, looked at for {years} years"
    name = str(row["contingency"])
    lost = f" Lost: {row['lost']}." if row["lost"] != "nothing is lost" else " Nothing is lost."
    return f"{name[:1].upper()}{name[1:]}, {span}.{lost}"


def premium_sentence(o: Outcome) -> str:
    """What endurance costs, in a sentence."""
    row = o.table("premium").iloc[0]
    unit = money_words(money(o))
    if row["premium"] <= 1e-6 * abs(row["goal_without"]):
        return "Being ready costs nothing: the plan without contingencies would survive them too."
    cost = number(row["premium"], 1 if row["premium"] >= 10 else 3)
    return (
        f"Being ready costs {cost} {unit} of living standard over the plan, {100 * row['share']:.2g} % of what the "
        "plan is worth without contingencies: the premium."
    )


def done_differently(o: Outcome) -> list[str]:
    """The largest differences of each kind, one sentence a kind."""
    differences = o.table("contingency_difference")
    lines = []
    for kind, sentence in DONE:
        rows = differences[differences["kind"] == kind].head(NAMED)
        parts = [
            f"{_plain(str(r['label']))} {_digits(r['with'])} instead of {_digits(r['without'])} in {r['year']}"
            for r in rows.to_dict("records")
        ]
        lines += [sentence.format("; ".join(parts))] if parts else []
    return lines or ["Nothing of weight."]


def _plain(label: str) -> str:
    for head in PLAIN:
        label = label.removeprefix(head)
    return label.removesuffix(" in store")


def _digits(value: float) -> str:
    if abs(value) < 0.005:
        return "none"
    return number(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2)


def difference_table(o: Outcome) -> pd.DataFrame:
    """What the plan does differently: the largest differences of each kind; all are in contingency_difference.csv."""
    largest = o.table("contingency_difference")
    unit = money(o)
    largest = largest[largest["unit"].str.startswith(unit)].groupby("kind", sort=False).head(NAMED)
    return framed(
        pd.Index(largest["label"], name="what"),
        [
            ("kind", "", largest["kind"]), ("year", "", [Year(y) for y in largest["year"]]),
            *((side, unit, largest[side]) for side in ("without", "with", "difference")),
        ],
    )  # fmt: skip


def recourse_table(o: Outcome) -> pd.DataFrame:
    """The lowest standard of every group in each contingency, beside its floor and what a higher floor would cost."""
    lowest = o.table("recourse")
    lowest = lowest.sort_values("standard", kind="stable").drop_duplicates(["contingency", "good"]).sort_index()
    label = lowest["label"].str.removeprefix("living standard, ")
    return framed(
        pd.Index(lowest["contingency"] + ": " + label, name="contingency and group"),
        [
            ("standard", STANDARD, lowest["standard"]), ("floor", STANDARD, lowest["floor"]),
            ("cost of a floor one per cent higher", money(o), lowest["price"]),
        ],
    )  # fmt: skip


def _examined(o: Outcome) -> Parts:
    """What the day-by-day engine makes of the plan, with and without care."""
    examination = table_of(o, "examination")
    if examination.empty:
        return ()
    opening = (
        "The plan was then put through an engine that it was not made with: day by day, firms use up their stocks, "
        "everybody has his share of what is there and makes do with other inputs, from rigid to flexible, and nobody "
        "plans. What counts is the difference that being ready makes."
    )
    lines = []
    for name, rows in examination.groupby("contingency", sort=False):
        ready, bare = (rows[(rows["plan"] == WITH) == side] for side in (True, False))
        lines.append(
            f"{name}: households go without {_span(ready['household_use_unmet'])} of their consumption, and would go "
            f"without {_span(bare['household_use_unmet'])} under the plan without contingencies; value added falls by "
            f"{_span(ready['value_added_lost'])} and {_span(bare['value_added_lost'])}."
        )
    return paragraph(opening) + items(lines) + figure(EXAMINATION, o, with_table=False) + table(
        examination_table(o), "Living standards in the examination, mean of the contingency's years"
    )  # fmt: skip


def _span(values: pd.Series) -> str:
    """The least and the most of the settings: ``0.4 to 2.1 %``."""
    least, most = (f"{100 * v:.1f}" for v in (values.min(), values.max()))
    return f"{most} %" if least == most else f"{least} to {most} %"


def examination_table(o: Outcome) -> pd.DataFrame:
    """Standards by group in the examination, with and without contingencies, beside the floor."""
    groups = o.table("examination_groups")
    key = ["contingency", "group", "setting"]
    ready, bare = (groups[(groups["plan"] == WITH) == side].set_index(key) for side in (True, False))
    names = ready.index.get_level_values("contingency") + ": " + ready["label"]
    names = names + ", " + ready.index.get_level_values("setting")
    return framed(
        pd.Index(names, name="contingency, group and setting"),
        [
            ("before", STANDARD, ready["planned"]), (WITH, STANDARD, ready["standard"]),
            ("without", STANDARD, bare["standard"].reindex(ready.index)), ("floor", STANDARD, ready["floor"]),
        ],
    )  # fmt: skip


def curve_table(o: Outcome) -> pd.DataFrame:
    """Household use by week, over the undisturbed, with and without care; of the middle setting of three."""
    curves = table_of(o, "examination_curves")
    if curves.empty:
        return blank("day")
    names = list(curves["setting"])
    curves = curves[curves["setting"] == (MIDDLE if MIDDLE in names else names[0])]
    short = curves["plan"].where(curves["plan"] != WITH, "with")
    curves = curves.assign(line=curves["contingency"] + ", " + short)
    wide = curves.pivot_table(index="day", columns="line", values="household_use", sort=False)
    columns = [(str(line), PERCENT, 100 * wide[line]) for line in wide.columns]
    return framed(pd.Index(wide.index.astype(int), name="day"), columns)


EXAMINATION = line_chart(
    "examination",
    "Household consumption after a contingency, by day, per cent of the undisturbed",
    curve_table,
    panels=lambda lines: parted(lines, lambda s: s.name.rpartition(", ")[0]),
    along="day",
)
