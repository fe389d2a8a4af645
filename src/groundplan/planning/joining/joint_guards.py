"""Guards of a joint plan: each country's own part of it, read as a plan of that country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.planning.explaining.guards import Guard, guard_table, guards_of, side_by_side
from groundplan.planning.families.family import Family
from groundplan.planning.families.targets import indicator_paths, values_by_part
from groundplan.planning.joining.joint import Coalition, JointPlans
from groundplan.planning.joining.union import OF, Member
from groundplan.planning.plan_programme import programme
from groundplan.planning.solved_plan import SolvedPlan, indicators

Arrays = dict[str, xr.DataArray]


def joint_guards(joint: JointPlans) -> dict[str, pd.DataFrame]:
    """The table ``guards``: what the plan of all together must not leave unsaid of each country, by its name.

    Prices are not told: a joint plan has the solver's own, and plans as good have others. For the same reason a
    standstill is told of all people of a country together, not of single groups.
    """
    raised = {m.economy.country_name: guard_table(_guards(joint.whole, m, joint.families)) for m in joint.members}
    return {"guards": side_by_side(raised)}


def _guards(whole: Coalition, m: Member, families: Sequence[Family]) -> list[Guard]:
    plan = part_of(whole, m, families)
    return guards_of(plan, path=False, prices=False, there=_indicators(whole, m, plan))


def part_of(whole: Coalition, m: Member, families: Sequence[Family]) -> SolvedPlan:
    """What a plan of several countries does in one of them, as a plan of that country.

    Its levels, stocks and enjoyed standards are those of the whole, under the country's own names; what is shipped
    between the countries is in none of them. It has no duals.
    """
    values = {**_own(whole.solution.values, f"{m.name}{OF}"), **_segments(whole, m)}
    solution = replace(whole.solution, values=values, duals={})
    return SolvedPlan(m.economy, m.policy, programme(m.activities, m.policy, families), solution)


def _own(values: Arrays, prefix: str) -> Arrays:
    """Variables by activity and by commodity, those of the names that begin with ``prefix``, without it."""
    out = {}
    for name, dimension in (("level", "activity"), ("stock", "commodity")):
        if name not in values:
            continue
        array = values[name]
        there = array.get_index(dimension).astype(str)
        chosen = np.flatnonzero(there.str.startswith(prefix))
        own = [str(n).removeprefix(prefix) for n in there[chosen]]
        out[name] = array.isel({dimension: chosen}).assign_coords({dimension: own})
    return out


def _segments(whole: Coalition, m: Member) -> Arrays:
    """The parts of utility of one country, in the order of its own table."""
    if "segment" not in whole.solution.values:
        return {}
    chosen = np.flatnonzero(whole.activities.utility["good"].str.startswith(f"{m.name}{OF}").to_numpy())
    array = whole.solution.values["segment"].isel(part=chosen)
    return {"segment": array.assign_coords(part=np.arange(len(chosen))) if "part" in array.coords else array}


def _indicators(whole: Coalition, m: Member, plan: SolvedPlan) -> pd.DataFrame:
    """A country's indicators by year, the accounts' first; in the plan's years those of the whole, shipments in it."""
    there = pd.DataFrame(indicators(plan).to_pandas())
    a = whole.activities
    years, names = np.asarray(a.plan_years), [f"{m.name}{OF}{name}" for name in there.index]
    there[list(a.plan_years)] = indicator_paths(a, names, years, values_by_part(a, whole.solution.values)).to_numpy()
    return there
