"""Lexicographic priorities: what comes first is met as far as it can be, before anything else counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.families.family import Family
from groundplan.planning.families.rows import Model, Rows, term
from groundplan.planning.families.targets import target_lines
from groundplan.planning.solve import Progress, Solution, quiet, solve
from groundplan.planning.solved_plan import SolvedPlan

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

SLACK = 1e-5
HELD = "priority_"


def solve_in_turn(m: Model, policy: Policy, progress: Progress = quiet) -> Solution:
    """The plan that misses the targets of priority 1 least, among these the one that misses priority 2 least, ....

        f_k = min S_k   subject to  S_j ≤ h_j for j < k,   S_k = Σ_{i of priority k} share_i·shortfall_i
        h_j = f_j + 10⁻⁵·max_i share_i·size_i

    and last the ordinary goal under all h_j. The slack is a hundred-thousandth of the largest bound: what the
    solver can keep. Without priorities this is ``solve``. The solution's prices are those of the last stage: what a
    unit would add to the goal while every priority is held as far as it was met. Each held priority is a row of the
    programme under its own name (``held``). Raises what ``solve`` raises.
    Source: Ignizio (1976), Goal Programming and Extensions, sequential linear goal programming (citation not checked).
    """
    lines = target_lines(m.activities, policy).dropna(subset="weight").reset_index(drop=True)
    levels = sorted(set(lines.loc[lines["priority"] > 0, "priority"]))
    if not levels:
        return solve(m, policy, progress)
    goal = dict(m.programme.goal)
    stages = []
    for level in levels:
        progress(f"priority {level}: as near as can be")
        own = lines[lines["priority"] == level]
        m.programme.goal = {name: np.zeros_like(worth) for name, worth in goal.items()}
        m.goal("shortfall", -np.where(lines["priority"] == level, lines["share"] / lines["scale"], 0.0))
        best = max(0.0, -solve(m, policy, progress).objective)
        m.write(_family(level), priority_rows(m, own, best))
        stages.append(f"priority {level} held at a shortfall of {best:.3g}")
    m.programme.goal = goal
    progress("the best plan that holds every priority")
    solution = solve(m, policy, progress)
    of = f"last stage of {len(levels) + 1}; {'; '.join(stages)}"
    return replace(solution, quality={**solution.quality, "prices_of": of})


def _family(level: int) -> Family:
    """A priority as a family; its rows are written with what was reached (``held``)."""
    return Family(f"{HELD}{level}", lambda m, a, policy: None, loosen=None)


def priority_rows(m: Model, lines: pd.DataFrame, best: float) -> Rows:
    """A priority, once met as far as it can be, is not missed by more for the sake of a later one.

        Σ_i share_i·shortfall_i  ≤  f_k + 10⁻⁵·max_i share_i·size_i

    Units:  the share of its bound that each target is missed by, or what the weights make of it.
    Source: Ignizio (1976), Goal Programming and Extensions (citation not checked).
    Dual:   what the goal would gain if the priority might be missed by one unit more.
    """
    name = f"priority {lines['priority'].iloc[0]}"
    reach = (lines["share"] * lines["size"]).max()
    missed = term("shortfall", name, lines["label"], lines["share"] / lines["scale"], when=0)
    rows = m.rows("<=", best + SLACK * reach, missed, of=[name], when=0)
    assert rows is not None
    return rows


def priority_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """What became of each priority: how far its targets are missed, and what the goal would gain by missing more.

    Columns: priority, indicator, year, bound, shortfall (the indicator's unit), share (of the bound), price (objective
    per unit of the priority's weighted shortfall; of the last stage). Nothing where no target has a priority.
    """
    lines = target_lines(plan.activities, plan.policy).dropna(subset="weight").reset_index(drop=True)
    own = lines[lines["priority"] > 0]
    if own.empty:
        return {}
    missed = plan.values["shortfall"].values[own.index] / own["scale"].to_numpy(dtype=float)
    missed = np.where(missed > 2 * SLACK * own["size"], missed, 0.0)
    price = {k: float(plan.solution.duals[f"{HELD}{k}"][0]) for k in own["priority"].unique()}
    table = own[["priority", "indicator", "sense", "year", "bound"]].assign(
        shortfall=missed, share=missed / own["size"], price=own["priority"].map(price)
    )
    return {"priorities": table.sort_values(["priority", "year"], kind="stable").reset_index(drop=True)}
