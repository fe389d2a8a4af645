"""Repairs in words: what gives way, by how much and when, with the line of the study that states it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.clash import span_told
from groundplan.planning.explaining.explain import unit_in_words
from groundplan.planning.policy import Policy
from groundplan.planning.rows import AT, family_of

PATTERNS = {
    "good_floor": "floor of the {what} lower by {amounts}",
    "good_path": "{what} allowed to fall by {amounts} of the base year's",
    "growth_limit": "{what} above its pace of growth by {amounts}",
    "contraction_limit": "{what} allowed to fall faster than its pace by {amounts}",
    "account_balance": "more {what}: {amounts}",
    "capacity_limit": "more {what}: {amounts}",
    "flow_balance": "{what} raised by {amounts}",
    "contingency": "{what} losing less by {amounts}",
    "upper bound": "ceiling of {what} higher by {amounts}",
    "lower bound": "{what} allowed below its least by {amounts}",
}
SHARES = ("good_floor", "good_path")
THINGS, YEARS = 3, 3


def rounded_up(amount: float) -> float:
    """An amount with two digits that is enough, mostly with something to spare.

    >>> rounded_up(6.1234), rounded_up(3.0), rounded_up(0.0)
    (6.2, 3.0, 0.0)
    """
    if amount <= 0:
        return 0.0
    digits = 1 - math.floor(math.log10(amount))
    return float(round(math.ceil(amount * 10.0**digits * (1.0 - 1e-9)) / 10.0**digits, max(digits, 0) + 2))


def sentence(
    a: Activities, policy: Policy, items: pd.DataFrame, targets: Mapping[int, Target], cost: float | None
) -> str:
    """A repair in one sentence: its things, their years and amounts, and what it costs elsewhere."""
    things = [_target_told(a, policy.targets[n], t) for n, t in targets.items()]
    # What gives way together is told once.
    items = items.sort_values("family", key=lambda f: f.str.contains(AT), kind="stable").drop_duplicates(
        ["unit", "name", "year"]
    )
    groups = list(items.groupby(["family", "name"], sort=False))
    groups.sort(key=lambda g: -(g[1]["amount"] / g[1]["size"]).sum())
    floors = [own for (family, _), own in groups if family_of(str(family))[0] == "good_floor"]
    if len(floors) > 1:
        groups = [g for g in groups if family_of(str(g[0][0]))[0] != "good_floor"]
        things += _floors_told(pd.concat(floors))
    things += [_thing_told(a, str(family), str(name), own) for (family, name), own in groups]
    told = "; ".join(things[:THINGS]) + (f"; and {len(things) - THINGS} more of the kind" * (len(things) > THINGS))
    return told + _cost_told(a, cost)


def _cost_told(a: Activities, cost: float | None) -> str:
    if cost is None:
        return ""
    goods = a.commodities.loc[a.commodities["kind"] == "good", "unit"]
    unit = f" {unit_in_words(str(goods.iloc[0]))} of living standard" if len(goods) else " of the objective"
    return f" (costs {cost:,.3g}{unit} over the plan)" if cost > 1e-9 else " (costs nothing elsewhere)"


def _target_told(a: Activities, old: Target, new: Target) -> str:
    unit = a.indicators.drop_duplicates("indicator").set_index("indicator")["unit"].get(old.indicator, "")
    unit = f" {unit_in_words(str(unit).removesuffix(' / year'))}" if unit else ""
    stands = f" ({old.line})" if old.line else ""
    if not new.path:
        return f"target '{old.text()}'{stands} to {new.bound_text()}{unit if new.form == 'value' else ''}"
    when = new.span(())
    whole = tuple(when)
    before = [math.nan] * len(when) if old.form == "of_base" else old.stated(old.span(whole))
    moved = [(y, v) for y, v, b in zip(when, new.path, before, strict=True) if v != b]
    eased = ", ".join(f"{v:,.6g} in {y}" for y, v in moved[:YEARS])
    more = f", eased in {len(moved) - YEARS} more years" if len(moved) > YEARS else ""
    return f"target '{old.text()}'{stands} to {eased}{more}{unit and f', in{unit}'}"


def _floors_told(floors: pd.DataFrame) -> list[str]:
    """Floors that give way together, those of the plan and of each contingency apart."""
    told = []
    for family, own in floors.groupby("family", sort=False):
        fork = family_of(str(family))[1]
        share = 100 * (own["amount"] / own["size"]).max()
        all_of = f"floor of all {own['name'].nunique()} living standards lower by {share:.3g} %"
        told.append(f"{all_of} in {span_told(sorted(own['year']))}" + (f" under {fork}" if fork else ""))
    return told


def _thing_told(a: Activities, family: str, name: str, own: pd.DataFrame) -> str:
    acts, goods = a.activities.set_index("activity"), a.commodities.set_index("commodity")
    there = acts if name in acts.index else goods
    what = str(there["label"].get(name, "") or name)
    unit = unit_in_words(str(there["unit"].get(name, "")).removesuffix(" / year"))
    kind, fork = family_of(family)
    pattern = PATTERNS.get(kind, f"{kind.replace('_', ' ')} of {{what}} eased by {{amounts}}")
    figures = own["amount"] / own["size"] if kind in SHARES else own["amount"]
    told = [f"{100 * v:.3g} %" if kind in SHARES else f"{v:,.4g} {unit}".rstrip() for v in figures]
    years = [int(y) for y in own["year"]]
    if len(years) > YEARS:
        most = told[int(figures.to_numpy().argmax())]
        amounts = f"up to {most} a year, {span_told(years)}"
    else:
        amounts = ", ".join(f"{v} in {y}" if y else v for v, y in zip(told, years, strict=True))
    return pattern.format(what=what, amounts=amounts) + (f" under {fork}" if fork else "")
