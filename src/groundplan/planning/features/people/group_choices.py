"""What is asked for each household group: the plan's choices, and what the records of groups say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.planning.features.people.group_record import Group

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy


@dataclass(frozen=True)
class Asked:
    """The choices for one group: see ``Group``. ``growth`` None is the population's."""

    floor: float
    aversion: float
    weight: float = 1.0
    growth: float | None = None
    heads: float | None = None
    basket: Mapping[str, float] = field(default_factory=dict)

    def number(self, h: Horizon, year: int) -> float:
        """How many the group is, base year 1."""
        if self.growth is None or h.base_year:
            return h.heads(year)
        return float((1.0 + self.growth) ** h.since(year))


def words(e: Economy) -> dict[str, list[str]]:
    """The word that names of household groups begin with, in small letters → the groups."""
    found: dict[str, list[str]] = {}
    for g in e.finals("household"):
        found.setdefault(e.label(g).split()[0].lower(), []).append(g)
    return found


def asked(e: Economy, policy: Policy) -> dict[str, Asked]:
    """What is asked for every household group.

    Raises ``UnknownName`` for groups and products that the economy does not have, all at once.
    """
    named = {**words(e), **{g: [g] for g in e.finals("household")}}
    faults: list[GroundplanError] = []
    for r in policy.groups:
        if r.group not in named:
            faults.append(UnknownName("household group", r.group, named, where=r.line))
        lost = [i for i in r.basket if i not in e.sectors]
        faults += [UnknownName("product of a basket", i, e.sectors, where=r.line) for i in lost]
    raise_all(faults)
    return {g: _of(policy, [r for r in policy.groups if g in named[r.group]]) for g in e.finals("household")}


def _of(policy: Policy, records: list[Group]) -> Asked:
    found: dict[str, object] = {"floor": policy.floor, "aversion": policy.aversion}
    for r in records:
        for key in ("floor", "aversion", "weight", "growth", "heads"):
            if getattr(r, key) is not None:
                found[key] = getattr(r, key)
        found["basket"] = {**dict(found.get("basket", {})), **r.basket}  # type: ignore[call-overload]
    return Asked(**found)  # type: ignore[arg-type]


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
