"""Lexicographic priorities: what comes first is met as far as it can be, before anything else counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.families.family import Family
from groundplan.planning.families.rows import Model, Rows, term
from groundplan.planning.families.targets import target_lines
from groundplan.planning.plan_programme import bring_within_reach
from groundplan.planning.reach import reach
from groundplan.planning.solve import Progress, Solution, quiet, solve
from groundplan.planning.solved_plan import SolvedPlan

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

SLACK = 5e-7
HELD, LASTING = "priority_", "_lasting"
# What share of its bound a wish may be missed by before its reach is looked for: with a priority, and with a weight.
MISSED, FAR = 1e-6, 0.5


def solve_in_turn(m: Model, policy: Policy, progress: Progress = quiet) -> Solution:
    """The plan that misses the targets of priority 1 least, among these the one that misses priority 2 least, ....

        f_k = min S_k   subject to  S_j ≤ h_j for j < k,   S_k = Σ_{i of priority k} share_i·shortfall_i
        h_j = f_j + 5·10⁻⁷·max_i share_i·size_i

    and last the ordinary goal under all h_j. What is reached of a priority is kept up after the plan as far as it can
    be, before the next one counts. A bound beyond all reach is first brought to its reach (``reach``), so that the
    plan is the same however far beyond it lies; the shortfall is told from the bound itself. Without priorities this
    is ``solve``. The solution's prices are those of the last stage: what a unit would add to the goal while every
    priority is held as far as it was met. Each held priority is a row of the programme under its own name.
    Raises what ``solve`` raises.
    Source: Ignizio (1976), Goal Programming and Extensions, sequential linear goal programming (citation not checked).
    """
    lines = target_lines(m.activities, policy)
    soft = lines.dropna(subset="weight")
    if soft.empty:
        return solve(m, policy, progress)
    goal = dict(m.programme.goal)
    stages = []
    for level in sorted(set(soft.loc[soft["priority"] > 0, "priority"])):
        progress(f"priority {level}: as near as can be")
        own = soft[soft["priority"] == level]
        best, short = _least(m, policy, own, "shortfall", progress)
        missed = own[short > MISSED * own["size"] * own["scale"]]
        if len(missed) and _brought_near(m, policy, lines, missed, progress):
            best, _ = _least(m, policy, own, "shortfall", progress)
        m.write(_family(str(level)), priority_rows(m, own, best))
        if m.has("lapse") and own["label"].isin(m.variables["lapse"].coords["target"]).any():
            lapse, _ = _least(m, policy, own, "lapse", progress)
            m.write(_family(f"{level}{LASTING}"), priority_rows(m, own, lapse, "lapse"))
        stages.append(f"priority {level} held at a shortfall of {_told(m, own, best):.3g}")
    m.programme.goal = goal
    progress("the best plan that holds every priority" if stages else "the best plan")
    solution = solve(m, policy, progress)
    # The ratio of a wish that is weighed is a matter of its weight; a sum beyond reach is a matter of large figures.
    weighed = (soft["priority"] == 0) & ~soft["indicator"].isin(m.activities.ratios["indicator"])
    missed = solution.values["shortfall"].values / (soft["size"] * soft["scale"]).to_numpy() > FAR
    far = soft[weighed & (soft["form"] != "growth") & missed]
    if len(far) and _brought_near(m, policy, lines, far, progress):
        solution = solve(m, policy, progress)
    beyond = soft["label"].map(m.beyond).fillna(0.0)
    solution = replace(solution, objective=solution.objective - float((soft["weight"] * beyond).sum()))
    if not stages:
        return solution
    of = f"last stage of {len(stages) + 1}; {'; '.join(stages)}"
    return replace(solution, quality={**solution.quality, "prices_of": of})


def _brought_near(m: Model, policy: Policy, lines: pd.DataFrame, far: pd.DataFrame, progress: Progress) -> bool:
    """Whether some of these lines lie beyond their reach: their rows then ask for the reach, and after the plan too."""
    best = pd.Series(reach(m, policy, far, progress), far.index)
    gap = far["sign"] * (far["bound"] - best)
    gap = gap[np.isfinite(gap) & (gap > 0)]
    m.beyond |= dict(zip(far.loc[gap.index, "label"], gap.tolist(), strict=True))
    beyond = lines["label"].map(m.beyond).fillna(0.0)
    if len(gap):
        bring_within_reach(m, m.activities, lines.assign(bound=lines["bound"] - lines["sign"] * beyond))
    return bool(len(gap))


def _least(m: Model, policy: Policy, own: pd.DataFrame, name: str, progress: Progress) -> tuple[float, np.ndarray]:
    """The least weighted sum of a priority's shortfalls or lapses, in units of its largest weight, and each of them."""
    m.programme.goal = {n: np.zeros_like(worth) for n, worth in m.programme.goal.items()}
    weight = (own["share"] / own["scale"]).set_axis(own["label"])
    of = m.variables[name].coords["target"]
    m.goal(name, -weight.reindex(of).fillna(0.0).to_numpy() / weight.max())
    solution = solve(m, policy, progress)
    values = pd.Series(solution.values[name].values, of).reindex(own["label"]).fillna(0.0)
    return max(0.0, -solution.objective), values.to_numpy()


def _told(m: Model, own: pd.DataFrame, best: float) -> float:
    """A priority's shortfall in its weights, with what lies beyond reach."""
    beyond = own["label"].map(m.beyond).fillna(0.0)
    return best * float((own["share"] / own["scale"]).max()) + float((own["share"] * beyond).sum())


def _family(level: str) -> Family:
    """A priority as a family; its rows are written with what was reached (``priority_rows``)."""
    return Family(f"{HELD}{level}", lambda m, a, policy: None, loosen=None)


def priority_rows(m: Model, lines: pd.DataFrame, best: float, name: str = "shortfall") -> Rows:
    """A priority, once met as far as it can be, is not missed by more for the sake of a later one.

        Σ_i w_i·shortfall_i  ≤  f_k + 5·10⁻⁷·max_i w_i·size_i,   w = share / its largest

    ``name``: shortfall, or lapse after the plan. ``size``: the bound, or where that is beyond reach the reach.
    Units:  the row's of the target that weighs most.
    Source: Ignizio (1976), Goal Programming and Extensions (citation not checked).
    Dual:   what the goal would gain if the priority might be missed by one unit more.
    """
    called = f"priority {lines['priority'].iloc[0]}"
    weight = lines["share"] / lines["scale"]
    beyond = lines["label"].map(m.beyond).fillna(0.0)
    size = (lines["size"] - beyond.where(lines["form"] != "growth", 0.0)).abs()
    size = size.where(size > 0, lines["size"])
    there = lines["label"].isin(m.variables[name].coords["target"])
    missed = term(name, called, lines.loc[there, "label"], (weight / weight.max())[there], when=0)
    room = SLACK * float((weight / weight.max() * lines["scale"] * size).max())
    rows = m.rows("<=", best + room, missed, of=[called], when=0)
    assert rows is not None
    return rows


def shortfalls(plan: SolvedPlan) -> np.ndarray:
    """By how much each softened line is missed, in the indicator's unit, with what its bound lies beyond all reach."""
    soft = target_lines(plan.activities, plan.policy).dropna(subset="weight")
    beyond = soft["label"].map(plan.model.beyond).fillna(0.0)
    return np.asarray(plan.values["shortfall"].values / soft["scale"].to_numpy(dtype=float) + beyond.to_numpy())


def priority_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """What became of each priority: how far its targets are missed, and what the goal would gain by missing more.

    Columns: priority, indicator, year, bound, shortfall (the indicator's unit), share (of the bound), price (objective
    per unit of the priority's weighted shortfall; of the last stage). Nothing where no target has a priority.
    """
    lines = target_lines(plan.activities, plan.policy).dropna(subset="weight").reset_index(drop=True)
    own = lines[lines["priority"] > 0]
    if own.empty:
        return {}
    missed = shortfalls(plan)[own.index]
    missed = np.where(missed > 4 * SLACK * own["size"], missed, 0.0)
    weight = (own["share"] / own["scale"]).groupby(own["priority"]).max()
    price = {k: float(plan.solution.duals[f"{HELD}{k}"][0]) / weight[k] for k in own["priority"].unique()}
    table = own[["priority", "indicator", "sense", "year", "bound"]].assign(
        shortfall=missed, share=missed / own["size"], price=own["priority"].map(price)
    )
    return {"priorities": table.sort_values(["priority", "year"], kind="stable").reset_index(drop=True)}
