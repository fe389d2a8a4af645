"""Targets made as much easier as they must be: each asks for what can be reached."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from groundplan.planning.activities import Activities
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.elastic import Loosened
from groundplan.planning.families.rows import Model
from groundplan.planning.families.targets import base_levels, indicator_path, target_lines

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

# Digits of a figure that are told, and those that are taken for exact.
DIGITS, EXACT = 7, 9


def stated_safely(reached: float, sense: str) -> float:
    """A value reached with seven digits, on the side on which it holds: down for a ≥, up for a ≤.

    >>> stated_safely(1536.61222607, ">="), stated_safely(1536.61222607, "<="), stated_safely(6.99999999999, ">=")
    (1536.612, 1536.613, 7.0)
    """
    if reached == 0 or not math.isfinite(reached):
        return reached
    places = DIGITS - 1 - math.floor(math.log10(abs(reached)))
    exact = round(reached, places + EXACT - DIGITS)
    if sense == "==":
        return exact
    # Python divides by a whole power of ten more exactly than it multiplies by a broken one.
    step = 10.0**places
    moved = (math.floor if sense == ">=" else math.ceil)(round(exact * step, EXACT - DIGITS))
    return float(round(moved / step, max(places, 0)))


def easier(m: Model, policy: Policy, target: int, loosened: Loosened) -> dict[int, float]:
    """Year → the bound of a target that the loosened plan keeps to, for the years that it misses.

    The bound becomes what is reached (``stated_safely``), and never the wish less the miss. Of growth the bound is the
    rate; of a ratio the ratio of the loosened plan, since its row n − b·d knows only the miss of n.
    """
    lines = target_lines(m.activities, policy)
    lines = lines[(lines["target"] == target) & lines["label"].isin(loosened.items["label"])]
    out = {}
    for row in lines.to_dict("records"):
        out[int(row["year"])] = stated_safely(_reached(m.activities, row, loosened), str(row["sense"]))
    return out


def _reached(a: Activities, row: Mapping[Any, Any], loosened: Loosened) -> float:
    """What a target's line reaches in the loosened plan, in the unit of its bound."""
    indicator, since, year = str(row["indicator"]), int(str(row["since"])), int(str(row["year"]))
    ratios = a.ratios.drop_duplicates("indicator").set_index("indicator")
    if indicator in ratios.index:
        above, under = ratios.loc[indicator, ["numerator", "denominator"]]
        return _total(a, str(above), since, year, loosened) / _total(a, str(under), since, year, loosened)
    now = _total(a, indicator, since, year, loosened)
    if row["form"] != "growth":
        return now
    before = base_levels(a)[indicator] if year == a.years[0] else _total(a, indicator, year - 1, year - 1, loosened)
    return now / before - 1.0


def _total(a: Activities, indicator: str, since: int, year: int, loosened: Loosened) -> float:
    return float(indicator_path(a, indicator, np.arange(since, year + 1), loosened.values).sum())


def eased_target(a: Activities, policy: Policy, at: int, bounds: Mapping[int, float]) -> Target:
    """The target with other bounds in some years; a rate of growth and a sum have one bound for all."""
    t = policy.targets[at]
    when = t.span(a.plan_years)
    if t.form == "cumulative":
        return replace(t, cumulative=next(iter(bounds.values())))
    if t.form == "growth":
        # The easiest of the years for all of them: a rate is one number.
        rate = max(bounds.values()) if t.sense == "<=" else min(bounds.values())
        return replace(t, growth=rate)
    stated = t.stated(when)
    base = base_levels(a)[t.indicator] if t.form == "of_base" else 1.0
    path = [bounds.get(year, figure * base) for year, figure in zip(when, stated, strict=True)]
    plain = replace(t, value=None, of_base=None, path=[], first=None, last=None, shape="")
    if len(set(path)) == 1:
        return replace(plain, value=path[0])
    return replace(plain, path=path, year=None, from_year=when[0], to_year=None)
