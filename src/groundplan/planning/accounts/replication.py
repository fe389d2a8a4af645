"""The replication check: a plan of the accounts' own year, with nothing changed, gives the accounts back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible, SolverError
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import solve

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

CLOSE = 1e-6
# What the accounts state: making, buying, selling and what people and the state live on.
STATED = ("make:", "buy:", "sell:", "reexport:", "serve:", "live:")


def replication_words(e: Economy, policy: Policy) -> str:
    """Whether the one-year plan of the accounts' year gives the accounts back, in words.

        max_a |v[a] − base[a]| / max(|base[a]|, 10⁻⁶·Σ x),   a the activities that the accounts state

    Accounts are given back where that is at most 10⁻⁶. Targets and contingencies are no part of the base year.
    Source: our own (docs/explanation/model.md).
    """
    bare = replace(policy, targets=[], contingencies=[], solver="ipm")
    a = compile_plan(e, bare, base_year=True)
    try:
        level = solve(programme(a, bare), bare).values["level"].values[:, 0]
    except (PlanInfeasible, SolverError):
        return "replication: no plan of the base year alone meets its own accounts; the plan starts elsewhere"
    base, names = a.activities["base"].to_numpy(dtype=float), a.activities["activity"].astype(str)
    gap = np.abs(level - base) / np.maximum(np.abs(base), CLOSE * float(e.output.sum()))
    gap = np.where(names.str.startswith(STATED), gap, 0.0)
    worst = int(gap.argmax())
    if gap[worst] <= CLOSE:
        return f"replication: a plan of the base year alone gives the accounts back to {max(gap[worst], 1e-12):.0e}"
    what = str(a.activities["label"].iloc[worst])
    return f"replication: a plan of the base year alone misses the accounts by {gap[worst]:.2g}, most of all {what}"
