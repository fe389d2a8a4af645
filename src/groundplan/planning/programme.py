"""The list of constraint families, and the programme that they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.balances import (
    account_balance,
    capacity_balance,
    capacity_limit,
    flow_balance,
    good_balance,
    good_floor,
    good_path,
    stock_balance,
)
from groundplan.planning.limits import (
    contraction_limit,
    growth_limit,
    terminal_stock,
    terminal_use,
)
from groundplan.planning.policy import Policy
from groundplan.planning.rows import Family, Model, Rows, start
from groundplan.planning.surviving.contingency import contingency
from groundplan.planning.surviving.forks import forks
from groundplan.planning.targets import target_bounds, target_cells, target_lines
from groundplan.planning.whole import lumpy_after, lumpy_groups, lumpy_level, lumpy_once


def targets(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What the plan must, or should, reach.

        ± indicator[t] (+ shortfall)  ≥  ± value

    Units:  the indicator's own unit; a ratio n/d with bound b is written n − b·d against 0.
    Source: our own (docs/explanation/model.md).
    Dual:   what the objective would gain if the target were one unit easier.
    """
    lines = target_lines(a, policy)
    if lines.empty:
        return None
    labels = lines["label"].to_numpy(dtype=object)
    cells = target_cells(a, lines)
    on_level = cells[cells["part"] == "level"].rename(columns={"on": "activity"})
    on_stock = cells[cells["part"] == "stock"].rename(columns={"on": "commodity", "year": "stage"})
    lhs = m.sum("level", on_level, labels)
    if len(on_stock):
        lhs = lhs + m.sum("stock", on_stock, labels)
    soft = np.flatnonzero(lines["weight"].notna())
    if len(soft):
        lhs = lhs + m.sum("shortfall", pd.DataFrame({"target": labels[soft], "amount": 1.0, "row": soft}), labels)
    return Rows(lhs, ">=", target_bounds(a, lines), labels, gain=-1.0)


FAMILIES: tuple[Family, ...] = (
    flow_balance,
    stock_balance,
    capacity_balance,
    account_balance,
    capacity_limit,
    good_balance,
    good_floor,
    good_path,
    growth_limit,
    contraction_limit,
    lumpy_level,
    lumpy_once,
    lumpy_groups,
    lumpy_after,
    terminal_stock,
    terminal_use,
    targets,
    contingency,
)


def programme(a: Activities, policy: Policy, families: Sequence[Family] = FAMILIES) -> Model:
    """The linear programme of ``a`` under ``policy``: variables, then each family's rows under its name, then the goal.

    Each contingency of the policy forks it (``forks``): the same families on decisions of its own.

        max  Σ_n slope_n·segment_n + Σ_c value_c·kept_c − Σ_i weight_i·shortfall_i − Σ_a,t cost_a·v[a,t]

    ``families`` is the whole plug-in system: a limit of one's own is a function like those of ``FAMILIES``.
    """
    model = start(a, policy)
    _write(model, a, policy, families)
    goal = _goal(model, a, policy)
    for fork in forks(a, policy):
        other = start(fork.activities, fork.policy, trunk=model, fork=fork.name)
        _write(other, fork.activities, fork.policy, families)
        goal = goal + _goal(other, fork.activities, fork.policy)
    model.lp.add_objective(goal, sense="max")
    return model


def _write(m: Model, a: Activities, policy: Policy, families: Sequence[Family]) -> None:
    for family in families:
        rows = family(m, a, policy)
        if rows is not None:
            m.write(family.__name__, rows)


def _goal(m: Model, a: Activities, policy: Policy) -> Any:
    soft = target_lines(a, policy).dropna(subset="weight")
    pieces = {
        "segment": ("part", a.utility["slope"].to_numpy()),
        "kept": ("remnant", a.terminal["value"].to_numpy()),
        "shortfall": ("target", -(soft["weight"] / soft["scale"]).to_numpy()),
    }
    one = np.asarray(["goal"], dtype=object)
    total = None
    for name, (dim, worth) in pieces.items():
        if m.has(name):
            index = m.variables[m.named(name)].indexes[dim]
            term = m.sum(name, pd.DataFrame({dim: index, "amount": worth, "row": 0}), one)
            total = term if total is None else total + term
    costly = a.activities[a.activities["cost"] != 0]
    if len(costly):
        cells = costly.loc[costly.index.repeat(len(a.years)), ["activity"]]
        cells = cells.assign(year=np.tile(a.years, len(costly)), row=0)
        cells["amount"] = -np.repeat(costly["cost"].to_numpy(), len(a.years))
        toil = m.sum("level", cells, one)
        total = toil if total is None else total + toil
    if total is None:
        # A programme without a goal asks for any plan that meets its rows.
        cells = pd.DataFrame({"activity": a.activities["activity"][:1], "year": a.years[0], "amount": 0.0, "row": 0})
        total = m.sum("level", cells, one)
    return total.sum()
