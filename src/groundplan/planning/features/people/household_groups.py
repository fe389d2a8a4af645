"""What differs between household groups: floors, growth in number, weight, aversion, basket and elasticities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.records.card import Entry, keyed
from groundplan.records.named import GROUP, PRODUCT, SPENDING, Naming

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy


@dataclass(frozen=True)
class Group(Entry):
    """A household group, or all whose names begin with one word, and what is asked for it.

    Later records take precedence over earlier ones, key by key: first ``rural``, then one group of it.
    """

    group: str = keyed(
        "", "the code of a group, or the word that the names of several begin with: rural", names=Naming(GROUP)
    )
    floor: float | None = keyed("1", "least living standard per head, as a share of the base year's", None, 0, 10)
    growth: float | None = keyed("1 / year", "growth of its number; the population's if left out", None, -0.5, 0.5)
    weight: float | None = keyed("1", "what its living standard counts, against 1 of the others", None, 0, 100)
    aversion: float | None = keyed("1", "concavity of its utility; the plan's if left out", None, 0, 5)
    heads: float | None = keyed("people", "people in the base year, in one unit for all groups", None, 0, 1e15)
    basket: dict[str, float] = keyed(
        "1", "factor on the share of a product in its spending", {}, 0, 100, names=Naming(PRODUCT)
    )
    elasticities: dict[str, float] = keyed(
        "1",
        "expenditure elasticity by product or class of spending; before they add up",
        {},
        0.05,
        10,
        names=Naming(SPENDING),
    )
    committed: float | None = keyed(
        "1", "share of its spending that does not give way; the plan's if left out", None, 0, 0.95
    )

    def more_faults(self) -> list[GroundplanError]:
        """A record that asks for nothing is a slip."""
        asked = (self.floor, self.growth, self.weight, self.aversion, self.heads, self.committed)
        if all(a is None for a in asked) and not (self.basket or self.elasticities):
            what = f"nothing is asked for the group '{self.group}'"
            fix = "give a floor, growth, weight, aversion, heads, basket, elasticities or committed share"
            return [StudyError(what, where=self.line, fix=fix)]
        return []


@dataclass(frozen=True)
class GroupChoices:
    """The choices for one group: see ``Group``. ``growth`` None is the population's."""

    floor: float
    aversion: float
    weight: float = 1.0
    growth: float | None = None
    heads: float | None = None
    basket: Mapping[str, float] = field(default_factory=dict)
    elasticities: Mapping[str, float] = field(default_factory=dict)
    committed: float | None = None

    def number(self, h: Horizon, year: int) -> float:
        """How many the group is, base year 1."""
        if self.growth is None or h.base_year:
            return h.heads(year)
        return float((1.0 + self.growth) ** h.since(year))


def words(e: Economy) -> dict[str, list[str]]:
    """The word that names of household groups begin with, in small letters → the groups."""
    groups_of: dict[str, list[str]] = {}
    for g in e.finals("household"):
        groups_of.setdefault(e.label(g).split()[0].lower(), []).append(g)
    return groups_of


def choices_by_group(e: Economy, policy: Policy) -> dict[str, GroupChoices]:
    """What is asked for every household group.

    Raises ``UnknownName`` for groups and products that the economy does not have, all at once.
    """
    named = {**words(e), **{g: [g] for g in e.finals("household")}}
    faults: list[GroundplanError] = []
    for r in policy.groups:
        if r.group not in named:
            faults.append(UnknownName("household group", r.group, named, where=r.line, words=e.labels))
        lost = [i for i in r.basket if i not in e.sectors]
        faults += [UnknownName("product of a basket", i, e.sectors, where=r.line, words=e.labels) for i in lost]
    raise_all(faults)
    return {g: _of(policy, [r for r in policy.groups if g in named[r.group]]) for g in e.finals("household")}


def _of(policy: Policy, records: list[Group]) -> GroupChoices:
    choices = GroupChoices(policy.floor, policy.aversion)
    for r in records:
        names = ("floor", "aversion", "weight", "growth", "heads", "committed")
        stated = {k: v for k in names if (v := getattr(r, k)) is not None}
        basket, elasticities = {**choices.basket, **r.basket}, {**choices.elasticities, **r.elasticities}
        choices = replace(choices, **stated, basket=basket, elasticities=elasticities)
    return choices


def shifted(home: pd.Series, imported: pd.Series, basket: Mapping[str, float]) -> tuple[pd.Series, pd.Series]:
    """A basket with other shares and the same total.

        y'[i] = f[i]·y[i] · Σ y / Σ f·y,   home and imported product alike

    Units: money / year.

    >>> shifted(pd.Series({"a": 6.0, "b": 2.0}), pd.Series({"a": 0.0, "b": 2.0}), {"b": 1.5})[0].tolist()
    [5.0, 2.5]
    """
    factor = pd.Series(1.0, index=home.index)
    for i, f in basket.items():
        factor[i] = f
    whole, left = float(home.sum() + imported.sum()), float((factor * (home + imported)).sum())
    scale = whole / left if left > 0 else np.nan
    return home * factor * scale, imported * factor * scale


def grown_apart(policy: Policy) -> bool:
    """Whether any group grows at a pace of its own."""
    return any(r.growth is not None for r in policy.groups)


def heads_profile(policy: Policy, name: str) -> str:
    """The profile that divides by heads of the groups in the indicator ``name``: one for all where they grow alike."""
    return f"heads: {name}" if grown_apart(policy) else "heads"
