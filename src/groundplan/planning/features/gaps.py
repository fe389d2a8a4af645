"""Gaps between household groups, town and country, rich and poor, as indicators that targets may bound.

    gap: urban over rural = living standard of the urban groups / living standard of the rural groups

Living standards are per head and 1 in the base year, so a gap of 1 is the base year's, whatever that was; below 1 the
second has caught up. ``spending gap`` is in money: spending of the first over spending of the second, per head where
the records of groups say how many each group is, and otherwise of the groups as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.planning.activity_rows import IndicatorRow, ProfileRow, RatioRow, Tables
from groundplan.planning.feature import Feature
from groundplan.planning.features.indicators import standards
from groundplan.planning.features.people.household_groups import (
    GroupChoices,
    choices_by_group,
    grown_apart,
    heads_profile,
    words,
)
from groundplan.planning.features.people.households import groups, spending

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

RANK = re.compile(r"(\d+)$")
MANY = 4


def sides(e: Economy) -> dict[str, list[str]]:
    """What stands on either side of a gap: a word or ``richest`` or ``poorest`` → its groups, those that spend.

    The richest and the poorest are the groups whose names end with the highest and the lowest number: quintile 5 and 1.
    """
    there = set(groups(e))
    members_of = {word: [g for g in members if g in there] for word, members in words(e).items()}
    ranks: dict[int, list[str]] = {}
    for g in (g for members in members_of.values() for g in members):
        if rank := RANK.search(e.label(g)):
            ranks.setdefault(int(rank[1]), []).append(g)
    members_of = {word: members for word, members in members_of.items() if members}
    if len(ranks) > 1:
        members_of |= {"richest": ranks[max(ranks)], "poorest": ranks[min(ranks)]}
    return members_of


def pairs(there: Collection[str]) -> Iterator[tuple[str, str]]:
    """Which side over which: every word over every other where there are few, and the richest over the poorest.

    >>> list(pairs(["rural", "urban"]))
    [('rural', 'urban'), ('urban', 'rural')]
    """
    named = [word for word in there if word not in ("richest", "poorest")]
    if len(named) <= MANY:
        yield from ((a, b) for a in named for b in named if a != b)
    if "richest" in there:
        yield "richest", "poorest"


def gaps(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """Gaps as ratios, the indicators above and below the line, and the heads that they are counted by.

    Units: 1; a standard is per head with the base year 1, spending is money / year or money / year and head.
    """
    own, there = choices_by_group(e, policy), sides(e)
    counted = all(own[g].heads is not None for members in there.values() for g in members)
    kind, parts = "spending per head" if counted else "spending", []
    for side in dict.fromkeys(s for pair in pairs(there) for s in pair):
        name, members = f"standard, {side}", there[side]
        base = {g: spending(e, g) for g in members}
        unit = "base year = 1, per head"
        parts.append(Tables(indicators=_side(name, "standard", base, heads_profile(policy, name), unit)))
        name = f"{kind}: {side}"
        if counted:
            people, unit = {g: float(own[g].heads or 0.0) for g in members}, f"{e.money} / year and head"
            rows = _side(name, "live", people, f"heads: {name}", unit)
            parts.append(Tables(indicators=rows, profiles=_heads(name, people, own, h)))
        else:
            shares = dict.fromkeys(members, 1.0 / len(members))
            parts.append(Tables(indicators=_side(name, "live", shares, "", f"{e.money} / year")))
    ratios = [
        ratio
        for a, b in pairs(there)
        for ratio in (
            RatioRow(f"gap: {a} over {b}", f"standard, {a}", f"standard, {b}"),
            RatioRow(f"spending gap: {a} over {b}", f"{kind}: {a}", f"{kind}: {b}"),
        )
    ]
    named = {**standards(e), **{f"standard, {side}": members for side, members in there.items()}}
    heads = [
        row
        for name, members in (named.items() if grown_apart(policy) else ())
        for row in _heads(name, {g: spending(e, g) for g in members}, own, h)
    ]
    return Tables.joined([*parts, Tables(ratios=ratios, profiles=heads)])


def _side(name: str, kind: str, over: Mapping[str, float], profile: str, unit: str) -> list[IndicatorRow]:
    """What groups spend (``live``) or enjoy (``standard``) over the sum of ``over``, which the profile lets grow."""
    part = {"live": "level", "standard": "good"}[kind]
    share = 1.0 / sum(over.values())
    return [IndicatorRow(name, f"{kind}:{g}", part, share, profile, unit) for g in over]


def _heads(name: str, base: Mapping[str, float], own: Mapping[str, GroupChoices], h: Horizon) -> list[ProfileRow]:
    """The factor that divides by heads: Σ base / Σ base·heads[t]."""
    rows = []
    for year in h.years:
        number = {g: own[g].number(h, year) if g in own else h.heads(year) for g in base}
        grown = sum(base[g] * number[g] for g in base)
        rows.append(ProfileRow(f"heads: {name}", year, sum(base.values()) / grown))
    return rows


FEATURE = Feature(parts=(gaps,))
