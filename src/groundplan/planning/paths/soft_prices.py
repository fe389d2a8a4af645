"""Prices that do not jump: those of the plan whose balances may be missed a little, at a cost that grows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from groundplan.errors import SolverError
from groundplan.planning.families.family import BETWEEN
from groundplan.planning.families.rows import Model
from groundplan.planning.paths.even_path import TOLERANCE, hold_far_standards, hold_projects
from groundplan.planning.solve import Progress, quiet
from groundplan.records.money import money_in
from groundplan.solver.answer import CLARABEL, REGULARISED, answer
from groundplan.solver.programme import Floats, Programme

if TYPE_CHECKING:
    from groundplan.planning.solved_plan import SolvedPlan

# Balances of what passes within a year: those that a plan can meet a little less of.
SOFT = ("flow_balance", "capacity_limit", "growth_limit")
SMALLEST = 1e-6


def with_soft_prices(plan: SolvedPlan, progress: Progress = quiet) -> SolvedPlan:
    """The same plan with the duals of soft balances in place of the corner's.

        max c·x − Σ_r λ_t·p_r·σ_r² / (2·ε·q_r)    over the plan's rows, rows r of ``SOFT`` missed by σ_r
        dual[r] = λ_t·p_r·σ_r / (ε·q_r)

    λ the discount of the row's year, q the largest term of the row in the best plan, p what a unit of it is worth (1
    for money, else the average of the corner's own), ε ``Policy.price_softness``. The dual of a corner is unique and
    jumps with the data; this one is continuous in them. At ε = 0 the plan keeps the corner's, and where the solver
    finds no answer it does too and ``quality`` says so.
    Source: our own (docs/explanation/paths.md); penalty by an augmented quadratic.
    """
    softness = plan.policy.price_softness
    if not softness > 0:
        return plan
    m, x = plan.model, plan.model.columns(plan.solution.values)
    rows = _soft_rows(plan, x)
    if rows.empty:
        return plan
    progress("the prices of the plan")
    p = _programme(m, x, rows, softness)
    try:
        seconds = plan.policy.time_limit
        priced = answer(
            p, CLARABEL, seconds=seconds, tolerance=TOLERANCE, nearly=True, regularised=REGULARISED[1:], refined=False
        ).checked()
    except SolverError as missed:
        words = {**plan.solution.quality, "prices": f"the solver's corner: soft balances gave none ({missed.what})"}
        return replace(plan, solution=replace(plan.solution, quality=words))
    # What a wish is worth is asked of the plan itself, whose rows hold; prices of commodities of the soft one.
    duals = {
        name: priced.row_duals[written.numbers] if m.kinds[name].prices or name in SOFT else plan.solution.duals[name]
        for name, written in m.families.items()
    }
    about = {
        **plan.solution.quality,
        "prices": f"balances missed by up to {softness:.1%} at a price",
        "price_solver": priced.solver,
    }
    return replace(plan, solution=replace(plan.solution, duals=duals, quality=about), corner=plan.best)


def _soft_rows(plan: SolvedPlan, x: Floats) -> pd.DataFrame:
    """The rows that may be missed: number in the programme, sign of the miss, discount, largest term, worth of a unit.

    ``x``: the plan's columns. A row through which nothing passes stays as it is: there is nothing to miss a share of.
    """
    m = plan.model
    passed = abs(m.programme.matrix()).multiply(np.abs(x)).tocsr().max(axis=1).toarray().ravel()
    first, rate = m.activities.years[0], plan.policy.discount_rate
    units = {
        **m.activities.commodities.set_index("commodity")["unit"].to_dict(),
        **m.activities.activities.set_index("activity")["unit"].to_dict(),
    }
    frames = []
    for family in (f for f in SOFT if f in m.families):
        rows = m.families[family]
        label = pd.Series(rows.labels.astype(str))
        name, year = label.str.rpartition(BETWEEN)[0], label.str.rpartition(BETWEEN)[2].astype(int)
        in_money = [_in_money(units.get(n, "")) for n in name]
        frames.append(
            pd.DataFrame(
                {
                    "number": rows.numbers, "sign": 1.0 if rows.sense == ">=" else -1.0, "name": name,
                    "discount": (1.0 + rate) ** -(year - first).to_numpy(dtype=float), "through": passed[rows.numbers],
                    "dual": np.abs(plan.solution.duals[family]), "in_money": in_money,
                }
            )
        )  # fmt: skip
    if not frames:
        return pd.DataFrame(columns=["number"])
    every = pd.concat(frames, ignore_index=True)
    own = (every["dual"] / every["discount"]).groupby(every["name"]).transform("mean")
    every["worth"] = np.where(every["in_money"], 1.0, np.maximum(own, SMALLEST))
    return every[every["through"] > SMALLEST * max(float(every["through"].max()), 1e-300)].reset_index(drop=True)


def _in_money(unit: str) -> bool:
    """Whether a unit is money, a year's or as it is; wages count as money.

    >>> _in_money("KES2019bn / year"), _in_money("t"), _in_money("base-year wage units (KES2019bn)")
    (True, False, True)
    """
    return money_in(unit) is not None


def _programme(m: Model, x: Floats, rows: pd.DataFrame, softness: float) -> Programme:
    """The plan's programme with a column for every miss, and its cost."""
    p = m.programme.copy()
    hold_projects(p, x)
    hold_far_standards(p, m, x)
    block = p.add_columns("missed", (len(rows),))
    # A miss is counted in units in which its cost has the curvature 1, so that no figure is far from the others.
    curve = rows["discount"] * rows["worth"] / (softness * rows["through"])
    _add_column_entries(p, rows.assign(sign=rows["sign"] / np.sqrt(curve)), block.numbers.ravel())
    diagonal = np.zeros(p.width)
    diagonal[block.numbers] = -1.0
    p.quadratic = sparse.diags_array(diagonal, format="csc")
    return p


def _add_column_entries(p: Programme, rows: pd.DataFrame, columns: np.ndarray) -> None:
    """Each miss in its own row."""
    at = rows.assign(column=columns)
    for n, block in enumerate(p.rows):
        low, high = (block.numbers[0], block.numbers[-1]) if len(block.numbers) else (0, -1)
        own = at[(at["number"] >= low) & (at["number"] <= high)]
        if len(own):
            p.rows[n] = replace(
                block,
                row=np.concatenate([block.row, own["number"].to_numpy(dtype=np.int64) - low]),
                column=np.concatenate([block.column, own["column"].to_numpy(dtype=np.int64)]),
                value=np.concatenate([block.value, own["sign"].to_numpy(dtype=float)]),
            )
