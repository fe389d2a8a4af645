"""Repairs in words: what gives way, by how much and when, with the line of the study that states it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.clash import span_words
from groundplan.planning.explaining.explain import indicator_in_words, names_in, unit_in_words
from groundplan.planning.families.family import AT, Family, Loosening, family_of

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

BOUNDS = {
    "upper bound": "ceiling of {what} higher by {amounts}",
    "lower bound": "{what} allowed below its least by {amounts}",
}
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
    a: Activities,
    policy: Policy,
    items: pd.DataFrame,
    targets: Mapping[int, Target],
    kinds: Mapping[str, Family],
) -> str:
    """A repair in one sentence: its things, their years and amounts."""
    things = [_target_words(a, policy.targets[n], t) for n, t in targets.items()]
    # What gives way together is told once.
    items = items.sort_values("family", key=lambda f: f.str.contains(AT), kind="stable").drop_duplicates(
        ["unit", "name", "year"]
    )
    groups = list(items.groupby(["family", "name"], sort=False))
    groups.sort(key=lambda g: -(g[1]["amount"] / g[1]["size"]).sum())
    shared = [g for g in groups if _loosening(kinds, str(g[0][0])).together]
    if len(shared) > 1:
        groups = [g for g in groups if not _loosening(kinds, str(g[0][0])).together]
        things += _floors_words(pd.concat([own for _, own in shared]))
    things += [_thing_words(a, str(family), str(name), own, kinds) for (family, name), own in groups]
    return "; ".join(things[:THINGS]) + (f"; and {len(things) - THINGS} more of the kind" * (len(things) > THINGS))


def _loosening(kinds: Mapping[str, Family], family: str) -> Loosening:
    """How a family gives way; bounds of levels are no family's."""
    own = kinds.get(family_of(family)[0])
    return own.loosen if own and own.loosen else Loosening()


def _target_words(a: Activities, old: Target, new: Target) -> str:
    unit = a.indicators.drop_duplicates("indicator").set_index("indicator")["unit"].get(old.indicator, "")
    unit = f" {unit_in_words(str(unit).removesuffix(' / year'))}" if unit else ""
    names = names_in(a)
    # The target as the study states it, so that it is found there; and what its code is called.
    called = indicator_in_words(old.indicator, names) if old.indicator.partition(": ")[2] in names else ""
    beside = "; ".join(part for part in (called, old.line) if part)
    stands = f" ({beside})" if beside else ""
    if not new.path:
        return f"target '{old.text()}'{stands} to {new.bound_text()}{unit if new.form == 'value' else ''}"
    when = new.span(())
    whole = tuple(when)
    before = [math.nan] * len(when) if old.form == "of_base" else old.stated(old.span(whole))
    moved = [(y, v) for y, v, b in zip(when, new.path, before, strict=True) if v != b]
    eased = ", ".join(f"{v:,.6g} in {y}" for y, v in moved[:YEARS])
    more = f", eased in {len(moved) - YEARS} more years" if len(moved) > YEARS else ""
    return f"target '{old.text()}'{stands} to {eased}{more}{unit and f', in{unit}'}"


def _floors_words(floors: pd.DataFrame) -> list[str]:
    """Floors that give way together, those of the plan and of each contingency apart."""
    lines = []
    for family, own in floors.groupby("family", sort=False):
        fork = family_of(str(family))[1]
        share = 100 * (own["amount"] / own["size"]).max()
        all_of = f"floor of all {own['name'].nunique()} living standards lower by {share:.3g} %"
        lines.append(f"{all_of} in {span_words(sorted(own['year']))}" + (f" under {fork}" if fork else ""))
    return lines


def _thing_words(a: Activities, family: str, name: str, own: pd.DataFrame, kinds: Mapping[str, Family]) -> str:
    acts, goods = a.activities.set_index("activity"), a.commodities.set_index("commodity")
    there = acts if name in acts.index else goods
    what = str(there["label"].get(name, "") or name)
    unit = unit_in_words(str(there["unit"].get(name, "")).removesuffix(" / year"))
    kind, fork = family_of(family)
    share = _loosening(kinds, family).share
    figures = own["amount"] / own["size"] if share else own["amount"]
    each = [f"{100 * v:.3g} %" if share else f"{v:,.4g} {unit}".rstrip() for v in figures]
    years = [int(y) for y in own["year"]]
    if len(years) > YEARS:
        most = each[int(figures.to_numpy().argmax())]
        amounts = f"up to {most} a year, {span_words(years)}"
    else:
        amounts = ", ".join(f"{v} in {y}" if y else v for v, y in zip(each, years, strict=True))
    words = kinds[kind].repair(what, amounts) if kind in kinds else BOUNDS[kind].format(what=what, amounts=amounts)
    return words + (f" under {fork}" if fork else "")
