"""Two or more countries planned together against each on its own: what is won, and how to share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations
from math import comb
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.errors import PlanInfeasible, StudyError
from groundplan.glossary import quantity
from groundplan.planning.activities import Activities
from groundplan.planning.explaining.repairing.repairs import conflict
from groundplan.planning.families.family import Family
from groundplan.planning.families.targets import indicator_path, values_by_part
from groundplan.planning.joining.compact import clearing, joint_policy, no_worse, objective_of
from groundplan.planning.joining.union import OF, Link, Member, link_of, ship, shipped, union
from groundplan.planning.plan_programme import FAMILIES, programme
from groundplan.planning.solve import Progress, Solution, quiet, solve

MOST = 10


def coalitions(players: Sequence[str]) -> list[frozenset[str]]:
    """Every coalition of at least one player, the smaller ones first."""
    return [frozenset(s) for size in range(1, len(players) + 1) for s in combinations(players, size)]


def shapley(value: Callable[[frozenset[str]], float], players: Sequence[str]) -> dict[str, float]:
    """What each player adds to a coalition, averaged over all orders in which they may come together.

        φ_p = Σ_{S ∌ p} (v(S ∪ p) − v(S)) / (n · C(n−1, |S|)),   v(∅) = 0

    It is the only rule that shares out everything (efficiency), treats equals alike (symmetry), gives nothing to who
    adds nothing (dummy), and of a sum of games gives the sum of the shares (additivity). ``value`` is asked once for
    each of the 2ⁿ − 1 coalitions.

    Units:  those of ``value``.
    Errors: ``StudyError`` for no player, one named twice, or more than ten.
    Source: Shapley (1953), A value for n-person games (citation not checked).

    >>> glove = {"left": 0.0, "right": 0.0, "other right": 0.0}
    >>> shapley(lambda s: float("left" in s and len(s) > 1), list(glove))["left"]
    0.6666666666666666
    """
    n = len(players)
    if not 1 <= n <= MOST or len(set(players)) != n:
        raise StudyError(f"players are {list(players)}", fix=f"name 1 to {MOST} players, each once")
    worth = {s: float(value(s)) for s in coalitions(players)} | {frozenset(): 0.0}
    return {
        p: sum((worth[s | {p}] - worth[s]) / (n * comb(n - 1, len(s))) for s in worth if p not in s) for p in players
    }


TOLD = ("living standard", "household consumption", "value added", "import bill", "export earnings")
MILLION = 1e6


@dataclass(frozen=True, eq=False)
class Coalition:
    """The best plan of some countries together: its activities, its solution and each one's own objective."""

    activities: Activities
    solution: Solution
    objective: Mapping[str, float]

    @property
    def value(self) -> float:
        """What it is worth, common money of living standard."""
        return float(sum(self.objective.values()))


@dataclass(eq=False)
class JointPlans:
    """Who sits at the table, what they agreed, and the plans of every coalition that was asked for."""

    members: tuple[Member, ...]
    links: tuple[Link, ...]
    rational: bool
    families: Sequence[Family] = FAMILIES
    progress: Progress = quiet
    plans: dict[frozenset[str], Coalition] = field(default_factory=dict)

    def plan(self, names: frozenset[str]) -> Coalition:
        """The best plan of a coalition; of a single country its own plan."""
        if names not in self.plans:
            self.progress(f"planning {' and '.join(sorted(names))}")
            self.plans[names] = self._solved([m for m in self.members if m.name in names])
        return self.plans[names]

    @property
    def whole(self) -> Coalition:
        """The best plan of all of them together."""
        return self.plan(frozenset(m.name for m in self.members))

    def value(self, names: frozenset[str]) -> float:
        """What a coalition is worth."""
        return self.plan(names).value

    def _solved(self, members: Sequence[Member]) -> Coalition:
        a, policy = union(members, self.links), joint_policy(members)
        families = [*self.families, clearing(members, self.links)]
        if self.rational and len(members) > 1:
            families.append(no_worse(members, {m.name: self.value(frozenset({m.name})) for m in members}))
        try:
            solution = solve(programme(a, policy, families), policy, self.progress)
        except PlanInfeasible as bare:
            self.progress("looking for the conflict")
            raise conflict(a, policy, families) from bare
        return Coalition(a, solution, {m.name: objective_of(a, policy, solution, m.name) for m in members})


def joint_tables(joint: JointPlans) -> dict[str, pd.DataFrame]:
    """What the countries win: joint_countries (with the Shapley split), joint_coalitions, joint_years, shipments.

    v(S) = max Σ_{c ∈ S} weight_c · worth_c · objective_c    with trade inside S alone,
    gain = v(all) − Σ_c v({c})
    """
    names = [m.name for m in joint.members]
    split = shapley(joint.value, names)
    return {
        "joint_countries": _countries(joint, split),
        "joint_coalitions": _coalitions(joint, names),
        "joint_years": _years(joint),
        "shipments": _shipments(joint),
    }


class CountryRow(NamedTuple):
    """A country alone and together, in common money of its own objective.

    ``weight``: what it counts for; ``worth``: common money per unit of its own; ``gain``: together less alone;
    ``share``: its Shapley value, ``gain_shared``: that less alone, ``side_payment``: that less together.
    """

    country: str
    label: str
    weight: float
    worth: float
    alone: float
    together: float
    gain: float
    share: float
    gain_shared: float
    side_payment: float


def _countries(joint: JointPlans, split: Mapping[str, float]) -> pd.DataFrame:
    """Each country alone and together: objective, gain before and after side payments, Shapley share."""
    whole = joint.whole
    rows = []
    for m in joint.members:
        alone, together, share = joint.value(frozenset({m.name})), whole.objective[m.name], split[m.name]
        rows.append(
            CountryRow(
                m.name, m.economy.country_name, m.weight, m.worth, alone, together, together - alone, share,
                share - alone, share - together,
            )
        )  # fmt: skip
    return pd.DataFrame(rows)


def _coalitions(joint: JointPlans, names: Sequence[str]) -> pd.DataFrame:
    """Every coalition with its value and what it wins over its members alone."""
    valued = [(c, joint.value(c), sum(joint.value(frozenset({n})) for n in c)) for c in coalitions(names)]
    rows = [(" ".join(n for n in names if n in c), len(c), v, v - apart) for c, v, apart in valued]
    return pd.DataFrame(rows, columns=["members", "size", "value", "gain"])


def _years(joint: JointPlans) -> pd.DataFrame:
    """Indicators of each country by year, alone and together, in its own money."""
    whole = joint.whole
    records = []
    for m in joint.members:
        single = joint.plan(frozenset({m.name}))
        for name in TOLD:
            by_year = [_path(c, f"{m.name}{OF}{name}") for c in (single, whole)]
            listed = whole.activities.indicators
            unit = listed.loc[listed["indicator"] == f"{m.name}{OF}{name}", "unit"]
            records += [
                (m.name, name, str(unit.iloc[0]), int(year), alone, together)
                for year, alone, together in zip(whole.activities.plan_years, *by_year, strict=True)
                if len(unit)
            ]
    return pd.DataFrame(records, columns=["country", "indicator", "unit", "year", "alone", "together"])


def _path(c: Coalition, name: str) -> np.ndarray:
    """An indicator by year."""
    values = values_by_part(c.activities, c.solution.values)
    return indicator_path(c.activities, name, np.asarray(c.activities.plan_years), values)


def _shipments(joint: JointPlans) -> pd.DataFrame:
    """Who ships what to whom, by year, in the sender's and in common money; nothing that is not shipped."""
    whole = joint.whole
    level = pd.DataFrame(whole.solution.values["level"].to_pandas())[list(whole.activities.plan_years)]
    frames = []
    for one, other in permutations(joint.members, 2):
        link = link_of(joint.links, one.name, other.name)
        products = shipped(one, other, link)
        sent = level.reindex([ship(i, one, other) for i in products]).set_axis(products, axis=0)
        imports = other.economy.imports.to_series()
        long = sent.rename_axis("product").reset_index().melt("product", var_name="year", value_name="own_money")
        long = long[long["own_money"] > 1e-9 * max(float(imports.sum()), 1.0)]
        come = one.worth / other.worth * (1.0 - link.transport)
        frames.append(
            long.assign(
                exporter=one.name, importer=other.name, label=long["product"].map(one.economy.label),
                year=long["year"].astype(int), money=long["own_money"] * one.worth,
                share_of_imports=come * long["own_money"] / imports.reindex(long["product"]).to_numpy(),
            )
        )  # fmt: skip
    columns = ["year", "exporter", "importer", "product", "label", "own_money", "money", "share_of_imports"]
    return pd.concat(frames, ignore_index=True)[columns].sort_values(["year", "exporter"], kind="stable")


def shipment_array(joint: JointPlans, shipments: pd.DataFrame, money: str) -> xr.DataArray:
    """Shipments in common money on their dimensions; zeros where nothing is shipped."""
    names = [m.name for m in joint.members]
    products = sorted({i for m in joint.members for i in m.economy.sectors})
    years = list(joint.members[0].activities.plan_years)
    coords: dict[str, list[Any]] = {"exporter": names, "importer": names, "product": products, "year": years}
    values = np.zeros([len(c) for c in coords.values()])
    at = [pd.Index(c).get_indexer(shipments[d]) for d, c in coords.items()]
    values[tuple(at)] = shipments["money"].to_numpy()
    return quantity("shipment", xr.DataArray(values, coords=coords, dims=list(coords)), money)
