"""Forks of a plan: for each contingency, decisions of their own for the years from its coming on.

The plan is the trunk. Everything before a contingency's year is the trunk's: capacities, skills, stores and money at
its start, and works under way. What is decided afterwards may differ in each fork, and must keep to its floor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities, rows
from groundplan.planning.activity_rows import BoundRow, ExogenousRow
from groundplan.planning.features.contingencies.contingency_record import Contingency

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

STANDARD = "standard:"
# Limits that a planner set himself, on dependence and on the budget, do not hold a country in need.
SUSPENDED = ("quota:", "rule:")
EXPORTS = ("sell", "reexport")


@dataclass(frozen=True, eq=False)
class Fork:
    """A contingency, what can be done in its years, and the policy there: no targets, and this contingency alone."""

    contingency: Contingency
    activities: Activities
    policy: Policy

    @property
    def name(self) -> str:
        """The name of its variables and rows."""
        return self.contingency.name


def forks(a: Activities, policy: Policy) -> Iterator[Fork]:
    """The forks of a plan; contingencies that come after its last year have none."""
    for c in policy.contingencies:
        if c.year in a.plan_years:
            yield Fork(c, fork_activities(a, c), replace(policy, targets=[], contingencies=[c]))


def fork_activities(a: Activities, c: Contingency) -> Activities:
    """The plan's activities in the years of a contingency.

        floor[g,t] = share · heads[g,t],   slopes and costs of the goal times ``likelihood``

    Markets abroad shrink by ``exports_lost``, ``claims`` are added. Works and markets may stop at once, nothing has
    to be done (lower bounds are 0), no new project is begun, nothing counts at the end and living standards may fall
    to the floor. How fast things can grow stays limited, from the trunk's last year on.
    """
    years = tuple(y for y in a.plan_years if c.year <= y < c.year + c.length)
    reach = max(1, int(a.flows["lag"].max()) if len(a.flows) else 1)
    lumpy = a.activities["lump"] > 0
    acts = a.activities.assign(lump=0.0, cost=a.activities["cost"] * c.likelihood)
    floors = _within(a.floors, years)
    share = floors["good"].str.removeprefix(STANDARD).map(c.floor_of).astype(float)
    nothing: dict[str, Any] = {
        t: rows(t, []) for t in ("paces", "terminal", "due", "indicators", "ratios", "relations")
    }
    return replace(
        a,
        years=years,
        tail=0,
        before=tuple(y for y in a.years if c.year - reach <= y < c.year),
        steady=False,
        activities=acts,
        flows=a.flows[~a.flows["commodity"].str.startswith(SUSPENDED)],
        bounds=_bounds(a, c, years, list(acts.loc[lumpy, "activity"])),
        exogenous=pd.concat([_within(a.exogenous, (0, *years)), _claims(c, years)], ignore_index=True),
        growth=a.growth.assign(down=np.inf),
        utility=_within(a.utility, years).assign(slope=lambda u: u["slope"] * c.likelihood),
        floors=floors.assign(least=share * floors["heads"]),
        **nothing,
    )


def _within(table: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    return table[table["year"].isin(years)].reset_index(drop=True)


def _claims(c: Contingency, years: tuple[int, ...]) -> pd.DataFrame:
    claims = c.lost("claims", years)
    records = [
        ExogenousRow(name, year, claim=amount)
        for name, amounts in claims.items()
        for year, amount in zip(years, amounts, strict=True)
    ]
    return rows("exogenous", records)


def _bounds(a: Activities, c: Contingency, years: tuple[int, ...], lumpy: list[str]) -> pd.DataFrame:
    """Upper bounds in the years of the fork, those of exports shrunk; of projects nothing new."""
    every = a.bounds[a.bounds["year"] == 0]
    spread = every.loc[every.index.repeat(len(years))].assign(year=np.tile(years, len(every)))
    bounds = pd.concat([_within(a.bounds, years), spread], ignore_index=True).assign(lower=0.0)
    open_ = {
        (f"{verb}:{i}", year): 1.0 - lost
        for i, shares in c.lost("exports_lost", years).items()
        for verb in EXPORTS
        for year, lost in zip(years, shares, strict=True)
    }
    keys = pd.Series(list(zip(bounds["activity"], bounds["year"], strict=True)), dtype=object)
    share = keys.map(open_).fillna(1.0).to_numpy(dtype=float)
    # A closed market without a ceiling is closed too: nought times no bound would be no number.
    bounds["upper"] = np.where(share > 0, bounds["upper"] * np.maximum(share, 1e-300), 0.0)
    stopped = rows("bounds", [BoundRow(p, upper=0.0) for p in lumpy])
    return pd.concat([bounds, stopped], ignore_index=True)
