"""The report's first section: what the plan is for, what it reaches of it, and what each aim costs."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.reached import against, beyond, missed, target_duals
from groundplan.results.framed import table_of
from groundplan.results.outcome_facts import indicator_units, indicator_words, indicators, money, years
from groundplan.results.page import items, paragraph, table
from groundplan.results.plan_pages import plan_choices as choices
from groundplan.results.view import Parts
from groundplan.results.words import number, unit_words

NEGLIGIBLE = 5e-4
SENSES = {"<=": "at most", ">=": "at least", "==": "exactly"}
EASED = {"<=": "Allowing 1 % more", ">=": "Asking for 1 % less", "==": "Easing it by 1 %"}


def aims(o: Outcome) -> Parts:
    """Targets in sentences, with what easing each by one per cent would give to living standards; empty without any."""
    stated = choices.targets(o)
    if not stated:
        return ()
    costs = [cost(o, t) for t in stated]
    span, asked = years(o), sum(t.must for t in stated)
    when = f"From {span[0]} to {span[-1]} the plan" if span else "The plan"
    must = f"must reach {_counted(asked)}" if asked else ()
    should = f"should reach {_counted(len(stated) - asked)} as far as it can" if asked < len(stated) else ()
    given = "It gives the highest living standards that leave room for them."
    opening = f"{when} {' and '.join(part for part in (must, should) if part)}. {given}"
    lines = [_reached(o, t) + _price(o, t, c) for t, c in zip(stated, costs, strict=True)]
    return paragraph(opening) + items(lines) + paragraph(_weighed(o, stated, costs)) + table(
        choices.target_table(o), "Targets"
    )  # fmt: skip


def cost(o: Outcome, t: Target) -> float:
    """What easing a target by one per cent would add to the objective, at the price of the target.

        0.01 · Σ_t |dual[t]| · |b[t]| · d[t],   d the denominator of a ratio, whose row is n − b·d; else 1

    The objective is concave, so this is the most that a whole per cent can give. Units: money of living standard.
    """
    if "duals" not in o.tables:
        return 0.0
    rows, result = target_duals(o, t), against(o, t)
    if rows.empty or result.empty:
        return 0.0
    price = rows.groupby("year")["dual"].sum().abs()
    whole = t.form == "cumulative"
    bound = pd.Series(float(result["bound"].iloc[0]), price.index) if whole else result["bound"].reindex(price.index)
    return float(0.01 * (price * bound.abs() * _below(o, t, price.index)).sum())


def _below(o: Outcome, t: Target, when: pd.Index) -> pd.Series:
    """The denominator of a ratio in each of some years; 1 for an indicator that is none."""
    ratios = table_of(o, "ratios")
    below = [] if ratios.empty else list(ratios.loc[ratios["indicator"] == t.indicator, "denominator"])
    return indicators(o).T[str(below[0])].reindex(when) if below else pd.Series(1.0, when)


def _counted(aims: int) -> str:
    return "one aim" if aims == 1 else f"{aims} aims"


def _weighed(o: Outcome, stated: list[Target], costs: list[float]) -> str:
    dear = max(costs)
    if dear <= NEGLIGIBLE:
        return "None of them costs living standards: all would be reached anyway." if "duals" in o.tables else ""
    name = stated[costs.index(dear)].name or indicator_words(o, stated[costs.index(dear)].indicator)
    return (
        f"The dearest is: {name}. What easing an aim is worth is told from its price, summed over the "
        "years; it is the most that one per cent can bring. An aim without such a sentence costs nothing: it would be "
        "reached anyway."
    )


def _price(o: Outcome, t: Target, gain: float) -> str:
    if gain <= NEGLIGIBLE:
        return ""
    amount = number(gain, 0 if gain >= 100 else 1 if gain >= 1 else 2 if gain >= 0.01 else 3)
    return f" {EASED[t.sense]} would be worth up to {amount} {unit_words(money(o))} of living standard."


def _reached(o: Outcome, t: Target) -> str:
    """``Cement: output of Cement at least 8,900,000 t / year in 2024. Met: from 5,900,000 in 2019 to ...``."""
    there = indicators(o)
    what = indicator_words(o, t.indicator)
    unit = unit_words(str(indicator_units(o).get(t.indicator, "")))
    amount = "" if unit in ("", "1") or t.form in ("growth", "of_base") else f" {unit.partition(',')[0]}"
    asked = f"{what}, {SENSES[t.sense]} {choices.bound_words(t)}{amount} {t.when_text()}".rstrip()
    opened = f"{t.name[:1].upper()}{t.name[1:]}: {asked}" if t.name else f"{asked[:1].upper()}{asked[1:]}"
    path = pd.Series(there.loc[t.indicator], dtype=float).dropna() if t.indicator in there.index else pd.Series()
    if path.empty:
        return f"{opened}."
    result = against(o, t)
    gap = missed(t, result) if len(result) else 0.0
    (start, first), (year, last) = ((path.index[k], _figure(float(path.iloc[k]))) for k in (0, -1))
    if result.empty:
        way = f"From {first} in {start} to {last} in {year}."
    elif gap <= 0:
        way = f"Met: from {first} in {start} to {last} in {year}."
    else:
        way = f"Missed by {_figure(gap)}: from {first} in {start} to {last} in {year}."
    return f"{opened}. {way}{_beyond(t, result)}"


def _beyond(t: Target, result: pd.DataFrame) -> str:
    """That the plan goes beyond an aim, by how much and when."""
    share, year = beyond(t, result) if len(result) else (0.0, 0)
    if share <= 0:
        return ""
    there = result.iloc[list(result.index).index(year) if year else 0]
    by, when = abs(float(there["reached"] - there["bound"])), f" in {year}" if year else ""
    less = "stays below" if t.sense == "<=" else "goes beyond"
    often = f", {1 + share:.1f} times what was asked" if share >= 1 and t.sense == ">=" else ""
    by_how_much = f"{100 * share:.0f} %" if share < 1 else f"{_figure(by)}"
    return f" The plan {less} it by {by_how_much}{when}{often}: that is the plan's own choice, and no aim."


def _figure(value: float) -> str:
    size = abs(value)
    return number(value, 0 if value == round(value) or size >= 1000 else 1 if size >= 10 else 3)
