"""The report's first section: what the plan is for, what it reaches of it, and what each aim costs."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.reached import against, missed
from groundplan.results import choices
from groundplan.results.page import items, paragraph, table
from groundplan.results.views import indicator_units, indicators, labels, money
from groundplan.results.words import number, unit_told

NEGLIGIBLE = 5e-4


def aims(o: Outcome) -> str:
    """Targets in sentences, with what one per cent less of each would give to living standards; empty without any."""
    stated = choices.targets(o)
    if not stated:
        return ""
    costs = [cost(o, t) for t in stated]
    years = o.provenance.get("years", [])
    asked = sum(t.must for t in stated)
    said = (
        f"From {years[0]} to {years[-1]} the plan must reach {asked} of the {len(stated)} aims below and should reach "
        "the others. It gives the highest living standards that leave room for them."
        if asked < len(stated)
        else f"From {years[0]} to {years[-1]} the plan must reach {asked} aims, and gives the highest living standards "
        "that leave room for them."
    )
    dear = sorted((c, t.name or t.indicator) for t, c in zip(stated, costs, strict=True) if c > NEGLIGIBLE)[::-1]
    weighed = (
        f"The dearest is {dear[0][1]}: asking 1 % less of it would give households about {number(dear[0][0], 2)} "
        f"{unit_told(money(o))} more over the plan. An aim without a cost would be reached anyway."
        if dear
        else "None of them costs living standards: all would be reached anyway."
    )
    lines = [_sentence(o, t, c) for t, c in zip(stated, costs, strict=True)]
    return paragraph(said) + items(lines) + paragraph(weighed) + table(choices.target_table(o), "Targets")


def cost(o: Outcome, t: Target) -> float:
    """What the objective would gain, about, if the target asked for 1 % less: Σ |dual| · 1 % of the bound, money."""
    if "duals" not in o.tables:
        return 0.0
    duals = o.table("duals")
    head = f"{t.name or t.indicator} {t.sense} "
    rows = duals[(duals["family"] == "targets") & duals["name"].astype(str).str.startswith(head)]
    result = against(o, t)
    if rows.empty or result.empty:
        return 0.0
    # A ratio's row is n − b·d against 0, so easing b by 1 % moves it by 1 % of b·d.
    size = result["bound"].abs().max() * _below(o, t, result)
    return float(rows["dual"].abs().sum() * 0.01 * size)


def _below(o: Outcome, t: Target, result: pd.DataFrame) -> float:
    """The denominator of a ratio in the target's last year; 1 for an indicator that is none."""
    if "ratios" not in o.tables:
        return 1.0
    ratio = o.table("ratios")
    found = ratio.loc[ratio["indicator"] == t.indicator, "denominator"]
    return 1.0 if found.empty else float(indicators(o).loc[str(found.iloc[0]), result.index[-1]])


def _sentence(o: Outcome, t: Target, cost_: float) -> str:
    """``Cement: 5,900,000 in 2019, 8,900,000 in 2024; asked for: at least 8,900,000 in 2024. ...``."""
    there = indicators(o)
    name = t.name or t.indicator
    if t.indicator not in there.index:
        return f"{name[:1].upper()}{name[1:]}."
    path = pd.Series(there.loc[t.indicator], dtype=float).dropna()
    unit = unit_told(str(indicator_units(o).get(t.indicator, ""))).removeprefix("1")
    known = labels(o)
    head, mark, code = t.indicator.partition(": ")
    what = f"{head}{mark}{known.get(code, code)}"
    result = against(o, t)
    gap = missed(t, result) if len(result) else 0.0
    end = "met" if gap <= 0 else f"missed by {number(gap, 3)}"
    price = "" if cost_ <= NEGLIGIBLE else f" 1 % less of it would give households {number(cost_, 2)}."
    ends = f"{_figure(float(path.iloc[0]))} in {path.index[0]}, {_figure(float(path.iloc[-1]))} in {path.index[-1]}"
    words = {"<=": "at most", ">=": "at least", "==": "exactly"}[t.sense]
    told = f"{what}{f', {unit}' if unit else ''}: {ends}"
    return f"{name[:1].upper()}{name[1:]} ({told}). Asked for: {words} {t.bound_text()} {t.when_text()}; {end}.{price}"


def _figure(value: float) -> str:
    size = abs(value)
    return number(value, 3 if size < 10 else 1 if size < 1000 else 0)
