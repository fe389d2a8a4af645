"""Doctrines side by side: the same economy planned once without a doctrine and once under each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, PlanInfeasible, UnknownName
from groundplan.planning.activity_rows import GivenRow
from groundplan.planning.best_plan import solved
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.doctrines.doctrine import Doctrine, lacking_branches, shipped, with_choices, with_goals
from groundplan.planning.doctrines.turnpike import Ray, capital_by_year, distance, ray
from groundplan.planning.explaining.guards import guard_table, guards_of
from groundplan.planning.explaining.guards import side_by_side as guards_side_by_side
from groundplan.planning.families.family import Family
from groundplan.planning.paths.even_path import most_even
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.solved_plan import SolvedPlan, indicators

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

NONE = "no doctrine"
NO_BRANCH = (
    "left out: no sector is of the branch {}, which it is about; "
    "state classes of sectors (`groundplan names` proposes them)"
)
PATHS = {
    "consumption": "household consumption",
    "standard": "living standard",
    "collective": "collective consumption",
    "investment": "investment",
    "output": "gross output",
    "import_bill": "import bill",
    "import_dependency": "import dependency",
    "jobs": "employment",
}


class BranchRow(NamedTuple):
    """A branch under a doctrine: output of the base and the last year, investment in all, capital at the end; money."""

    doctrine: str
    branch: str
    output_base: float
    output: float
    investment: float
    capital: float


class ComparisonRow(NamedTuple):
    """What a doctrine comes to; the fields are told in ``_comparison``."""

    doctrine: str
    consumption: float
    discounted: float
    first: float
    last: float
    overtakes: int
    collective: float
    capital: float
    investment: float
    import_dependency: float
    import_bill: float
    jobs: float
    off_turnpike: float
    angle: float


class DoctrineRow(NamedTuple):
    """A doctrine in words: who held it, its choices and goals, whether it was planned, and why not."""

    doctrine: str
    words: str
    source: str
    choices: str
    goals: str
    planned: bool
    why: str


@dataclass(frozen=True, eq=False)
class Run:
    """One plan of the comparison, or why there is none."""

    name: str
    doctrine: Doctrine | None
    policy: Policy
    plan: SolvedPlan | None
    why: str = ""

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Every indicator by year, the year of the accounts first; nothing where there is no plan."""
        return pd.DataFrame() if self.plan is None else pd.DataFrame(indicators(self.plan).to_pandas())


def runs_of(
    e: Economy,
    common: Policy,
    doctrines: Sequence[Doctrine],
    *,
    projects: Mapping[str, Sequence[GivenRow]] | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
) -> list[Run]:
    """The plan without a doctrine, and one under each.

    Raises what ``solved`` raises for the plan without a doctrine; a doctrine that the economy cannot meet, or
    that is about branches that it lacks, is a run without a plan.
    """
    more: dict[str, Any] = {"projects": projects, "families": families, "progress": progress}
    runs = [Run(NONE, None, common, most_even(solved(e, common, **more), progress))]
    for n, d in enumerate(doctrines, 1):
        progress(f"planning under doctrine {n} of {len(doctrines)}: {d.name}")
        if lacking := lacking_branches(d, e, common):
            runs.append(Run(d.name, d, common, None, NO_BRANCH.format(", ".join(lacking))))
            continue
        chosen = with_choices(d, e, common)
        a = compile_plan(e, chosen)
        try:
            policy = with_goals(d, chosen, a)
        except UnknownName as unknown:
            # What a user wrote may be misspelt; a doctrine that we ship asks for what these accounts do not have.
            if d not in shipped().values():
                raise
            runs.append(Run(d.name, d, common, None, f"left out: {unknown.what}"))
            continue
        try:
            runs.append(Run(d.name, d, policy, most_even(solved(e, policy, activities=a, **more), progress)))
        except PlanInfeasible as clash:
            runs.append(Run(d.name, d, policy, None, str(clash)))
    return runs


def side_by_side(runs: Sequence[Run], e: Economy) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Tables of runs of one economy, and the turnpike on which their capital is measured (plain values).

    Tables: comparison (a row a doctrine), paths (doctrine × year), branches (doctrine × branch), doctrines (words,
    choices, goals, and why one has no plan), guards (by doctrine). The first run is the one without a doctrine.
    """
    common = runs[0].policy
    on, why = _ray(e, common)
    paths = pd.concat([_paths(r, e, on) for r in runs if r.plan is not None], ignore_index=True)
    branches = pd.concat([_branches(r, e) for r in runs if r.plan is not None], ignore_index=True)
    tables = {
        "comparison": _comparison(paths, common.discount_rate),
        "paths": paths,
        "branches": branches,
        "doctrines": _doctrines(runs),
        "guards": guards_side_by_side(
            {r.name: guard_table(guards_of(r.plan, prices=False)) for r in runs if r.plan is not None}
        ),
    }
    capital = {} if on is None else {str(j): float(s) for j, s in on.capital.items()}
    return tables, {"growth": None if on is None else on.growth, "why": why, "capital": capital}


def _guards(plan: SolvedPlan) -> pd.DataFrame:
    """What its plan must not leave unsaid; the solver's own prices are told nowhere, so they are not judged."""
    return guard_table(guards_of(plan, prices=False))


def _ray(e: Economy, policy: Policy) -> tuple[Ray | None, str]:
    try:
        return ray(e, policy), ""
    except GroundplanError as none:
        return None, str(none)


def _paths(r: Run, e: Economy, on: Ray | None) -> pd.DataFrame:
    """A run by year, the year of the accounts first; capital and its distance from the turnpike at the year's start."""
    years = [int(y) for y in r.indicators.columns]
    table = pd.DataFrame({"doctrine": r.name, "year": years})
    for column, name in PATHS.items():
        table[column] = _figure(r, name)
    built = _capital(r, e)
    capital, base = built.sum(), e.capital_stock.to_series()
    table["capital"] = [float(base.sum()), *(float(capital[y]) for y in years[1:])]
    table["capital_after"] = [float(capital[y + 1]) for y in years]
    table["off_turnpike"] = np.nan
    table["angle"] = np.nan
    if on is not None:
        whole = distance(pd.concat([base.rename(years[0]).to_frame(), built], axis=1), on)
        table["off_turnpike"], table["angle"] = whole["share"].loc[years].tolist(), whole["angle"].loc[years].tolist()
    return table


def _figure(r: Run, name: str) -> np.ndarray:
    """An indicator by year; not a number where the plan has none (an economy without a government that spends)."""
    there = r.indicators
    if name not in there.index:
        return np.full(len(there.columns), np.nan)
    values: np.ndarray = there.loc[name].to_numpy()
    return values


def _capital(r: Run, e: Economy) -> pd.DataFrame:
    assert r.plan is not None
    return capital_by_year(e, r.policy, r.plan.stock)


def _branches(r: Run, e: Economy) -> pd.DataFrame:
    """Output in the first and last year and capital at the end by branch."""
    built = _capital(r, e)
    rows = []
    for b in r.policy.branches:
        output = _figure(r, f"gross output: {b.name}")
        there = built.reindex([j for j in b.sectors if j in built.index])
        invested = float(_figure(r, f"investment: {b.name}")[1:].sum())
        rows.append(BranchRow(r.name, b.name, output[0], output[-1], invested, float(there.iloc[:, -1].sum())))
    return pd.DataFrame(rows)


def _comparison(paths: pd.DataFrame, rate: float) -> pd.DataFrame:
    """A row a doctrine.

        discounted = Σ_t (1+r)^−(t−1) C[t],   r the discount rate of the plan without a doctrine, the same for all

    Columns: doctrine; consumption, discounted (money, sums over the plan); first, last (consumption of the first and
    last year, money / year); overtakes (the first year from which on consumption is above that without a doctrine, 0
    where there is none); collective; capital (at the end, money); investment; import_dependency, import_bill, jobs
    (last year); off_turnpike, angle (start of the last year).
    """
    plain = paths[paths["doctrine"] == NONE].iloc[1:]["consumption"].to_numpy()
    rows = []
    for name, path in paths.groupby("doctrine", sort=False):
        plan, last = path.iloc[1:], path.iloc[-1]
        eaten = plan["consumption"].to_numpy()
        ahead = eaten > plain * (1.0 + 1e-6)
        since = len(ahead) - int(np.argmin(ahead[::-1])) if not ahead.all() else 0
        rows.append(
            ComparisonRow(
                doctrine=str(name),
                consumption=eaten.sum(),
                discounted=float((eaten * (1.0 + rate) ** -np.arange(len(eaten))).sum()),
                first=eaten[0],
                last=eaten[-1],
                overtakes=int(plan["year"].iloc[since]) if since < len(ahead) else 0,
                collective=plan["collective"].sum(),
                capital=last["capital_after"],
                investment=plan["investment"].sum(),
                **{c: last[c] for c in ("import_dependency", "import_bill", "jobs", "off_turnpike", "angle")},
            )
        )
    return pd.DataFrame(rows)


def _doctrines(runs: Sequence[Run]) -> pd.DataFrame:
    rows = []
    for r in runs[1:]:
        assert r.doctrine is not None
        choices = ", ".join(f"{k} = {_choice_words(v)}" for k, v in r.doctrine.policy.items())
        goals = "; ".join(_goal_words(g.as_dict()) for g in r.doctrine.goals)
        d = r.doctrine
        rows.append(DoctrineRow(r.name, d.words, d.source, choices, goals, r.plan is not None, r.why))
    return pd.DataFrame(rows, columns=DoctrineRow._fields)


def _choice_words(value: Any) -> str:
    return ", ".join(f"{k} {v:g}" for k, v in value.items()) if isinstance(value, Mapping) else str(value)


def _goal_words(g: Mapping[str, Any]) -> str:
    bound = f"{100 * g['growth']:g} % above the year before" if "growth" in g else f"{g['of_base']:g} of the base year"
    bound += f", {g['of_base_last']:g} of it in the last year" if "of_base_last" in g else ""
    return f"{g['indicator']} {g['sense']} {bound} (worth {g['worth']:g})"
