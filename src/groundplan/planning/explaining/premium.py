"""What endurance costs: the premium, what the plan does differently, and how people live if a contingency comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.planning.activities import Activities
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.families.family import AT, FLOORS, stating
from groundplan.planning.features.contingencies.forks import Fork, forks
from groundplan.planning.paths.even_path import most_even
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import Progress, Solution, quiet
from groundplan.planning.solved_plan import SolvedPlan

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

LISTED = 8
NAMED = 3
LOST_WORDS = {
    "imports_lost": "the imports of",
    "partners_lost": "what is bought from",
    "exports_lost": "the markets abroad of",
    "capacity_lost": "the capacity of",
}
FAINT = 1e-6
ONE_PER_CENT = 0.01
# Groups of activities in which plans are compared, and what the table calls them; of stores what is kept.
KINDS = {"import": "imports", "export": "exports", "investment": "investment", "production": "output", "store": "store"}
STANDARDS = ["contingency", "year", "good", "label", "standard", "floor", "price"]


def premium_tables(plan: SolvedPlan, *, progress: Progress = quiet) -> dict[str, pd.DataFrame]:
    """The plan against the same plan without contingencies; nothing where none is stated.

        premium = goal(without) − goal(with),   the goal being the trunk's alone

    Tables:
    premium                 goal_without, goal_with, premium (objective), share (of the goal without)
    contingencies           contingency, year, years, likelihood, lost (in words)
    contingency_difference  kind, name, label, year, without, with, difference (the year of the largest), unit
    recourse                contingency, year, good, label, standard, floor (base year = 1, per head), price (objective
                            lost by a floor one per cent of the base year higher)
    recourse_levels         contingency, activity, label, year, planned (in the trunk), done
    The plan without contingencies is solved for this; ``progress`` is told. Raises what ``solve`` raises.
    """
    if not plan.policy.contingencies:
        return {}
    progress("the same plan without contingencies, to see what they cost")
    policy = replace(plan.policy, contingencies=[])
    whole = plan.model.activities
    model = programme(whole, policy, plan.families)
    bare = most_even(SolvedPlan(plan.economy, policy, model, solve_in_turn(model, policy, progress)), progress)
    mine, other = trunk_goal(whole, plan.policy, plan.best), bare.best.objective
    branches = list(forks(whole, plan.policy))
    last = max(f.contingency.year for f in branches)
    cost = {"goal_without": other, "goal_with": mine, "premium": other - mine, "share": (other - mine) / abs(other)}
    return {
        "premium": pd.DataFrame([cost]),
        "contingencies": pd.DataFrame([_contingency_row(plan, f) for f in branches]),
        "contingency_difference": differences(plan.activities, bare.values, plan.values, last),
        "recourse": pd.concat([_standards(plan, f) for f in branches], ignore_index=True),
        "recourse_levels": pd.concat([_levels(plan, f) for f in branches], ignore_index=True),
    }


def trunk_goal(a: Activities, policy: Policy, s: Solution) -> float:
    """The goal of the plan itself: the objective less what its forks add to it. Units: the objective's."""
    return s.objective - sum(fork_goal(f, s.values) for f in forks(a, policy))


def fork_goal(f: Fork, values: Mapping[str, xr.DataArray]) -> float:
    """Σ slope·segment − Σ cost·w, times the fork's likelihood (which its activities carry)."""
    gain = 0.0
    if len(f.activities.utility):
        gain += float(values[f"segment{AT}{f.name}"].values @ f.activities.utility["slope"].to_numpy())
    done = values[f"level{AT}{f.name}"].values.sum(axis=1)
    return gain - float(done @ f.activities.activities["cost"].to_numpy())


class ContingencyRow(NamedTuple):
    """A contingency: when it begins, how many years of it the plan looks at, how likely it is, what is lost in it."""

    contingency: str
    year: int
    years: int
    likelihood: float
    lost: str


def _contingency_row(plan: SolvedPlan, f: Fork) -> ContingencyRow:
    c, e = f.contingency, plan.economy
    lost = []
    for key, words in LOST_WORDS.items():
        names: dict[str, list[str]] = {}
        for name, shares in c.lost(key, f.activities.years).items():
            names.setdefault(f"{100 * max(shares):.0f} %", []).append(_name(e, name))
        lost += [f"{share} of {words} {_listed(hit)}" for share, hit in names.items()]
    needs = c.lost("claims", f.activities.years)
    lost += [f"{sum(v):,.4g} of {_name(e, name)} needed besides" for name, v in needs.items()]
    return ContingencyRow(c.name, c.year, len(f.activities.years), c.likelihood, "; ".join(lost) or "nothing is lost")


def _name(e: Economy, code: str) -> str:
    """A code, or ``home:code`` or ``product@partner``, in words."""
    code, _, partner = code.removeprefix("home:").partition("@")
    name = f"imported {e.label(code[7:])}" if code.startswith("import:") else e.label(code)
    return f"{name} from {e.label(partner)}" if partner else name


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def differences(
    a: Activities, without: Mapping[str, xr.DataArray], kept: Mapping[str, xr.DataArray], last: int
) -> pd.DataFrame:
    """Where two plans of the same activities differ most: of each kind the ``LISTED`` largest, in their worst year.

    Years after ``last``, when the last contingency begins, are left out: by then the plan is only making up for it.
    Units: the activity's or the capacity's own.
    """
    acts = a.activities[a.activities["group"].isin(KINDS)]
    acts = acts[(acts["group"] != "store") | acts["activity"].str.startswith("keep:")]
    listed = acts.assign(name=acts["activity"], kind=acts["group"].map(KINDS))
    pieces = [_apart(listed, *(v["level"].sel(year=slice(None, last)) for v in (without, kept)))]
    if "stock" in kept:
        stocks = a.commodities[a.commodities["kind"].isin(("capacity", "stock", "account"))]
        both = (v["stock"].sel(stage=slice(None, last)) for v in (without, kept))
        pieces.append(_apart(stocks.assign(name=stocks["commodity"]), *both))
    table = pd.concat(pieces, ignore_index=True)
    size = table["difference"].abs()
    most = table.groupby("kind")["without"].transform(lambda v: v.abs().max())
    table = table[size > FAINT * np.maximum(most, 1.0)]
    ranked = table.assign(size=table["difference"].abs()).sort_values(["kind", "size"], ascending=[True, False])
    return ranked.groupby("kind").head(LISTED).drop(columns="size").reset_index(drop=True)


def _apart(listed: pd.DataFrame, without: xr.DataArray, kept: xr.DataArray) -> pd.DataFrame:
    """Each name in the year in which the two differ most."""
    a, b = (pd.DataFrame(v.to_pandas()).reindex(listed["name"]) for v in (without, kept))
    if not len(listed):
        return pd.DataFrame(columns=["kind", "name", "label", "year", "without", "with", "difference", "unit"])
    gap = (b - a).to_numpy()
    worst, row = np.abs(gap).argmax(axis=1), np.arange(len(listed))
    return pd.DataFrame(
        {
            "kind": listed["kind"].to_numpy(), "name": listed["name"].to_numpy(), "label": listed["label"].to_numpy(),
            "year": a.columns.to_numpy()[worst], "without": a.to_numpy()[row, worst], "with": b.to_numpy()[row, worst],
            "difference": gap[row, worst], "unit": listed["unit"].to_numpy(),
        }
    )  # fmt: skip


def _standards(plan: SolvedPlan, f: Fork) -> pd.DataFrame:
    """How people live in a fork, beside its floors, and what a higher floor would cost."""
    a, values = f.activities, plan.solution.values
    if not len(a.utility):
        return pd.DataFrame(columns=STANDARDS)
    enjoyed = a.utility[["good", "year"]].assign(value=values[f"segment{AT}{f.name}"].values)
    enjoyed = enjoyed.groupby(["good", "year"], sort=False)["value"].sum().reset_index()
    table = a.floors.merge(enjoyed, on=["good", "year"])
    duals = plan.duals[plan.duals["family"] == f"{stating(FLOORS, plan.families)}{AT}{f.name}"]
    price = duals.set_index(["name", "year"])["dual"].reindex(pd.MultiIndex.from_frame(table[["good", "year"]]))
    words = plan.activities.commodities.set_index("commodity")["label"]
    table = table.assign(
        contingency=f.name,
        label=table["good"].map(words),
        standard=table["value"] / table["heads"],
        floor=table["least"] / table["heads"],
        price=-price.fillna(0.0).to_numpy() * table["heads"] * ONE_PER_CENT,
    )
    return table.sort_values(["year", "good"])[STANDARDS].reset_index(drop=True)


def _levels(plan: SolvedPlan, f: Fork) -> pd.DataFrame:
    """What is done in a fork beside what the plan would have done in the same years."""
    done = pd.DataFrame(plan.solution.values[f"level{AT}{f.name}"].to_pandas())
    planned = plan.level[list(done.columns)]
    both = pd.DataFrame({"planned": _long(planned), "done": _long(done)}).rename_axis(["activity", "year"])
    both = both[(both.abs() > FAINT).any(axis=1)].reset_index()
    words = plan.activities.activities.set_index("activity")["label"]
    both.insert(0, "contingency", f.name)
    return both.assign(label=both["activity"].map(words))[
        ["contingency", "activity", "label", "year", "planned", "done"]
    ]


def _long(wide: pd.DataFrame) -> pd.Series:
    return wide.melt(ignore_index=False, var_name="year").set_index("year", append=True)["value"]
