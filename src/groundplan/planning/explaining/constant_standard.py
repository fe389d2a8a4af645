"""The headline of a plan: the living standard that, held for ever after, would be worth as much as the whole plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.explaining.premium import trunk_goal
from groundplan.planning.horizon import Horizon
from groundplan.planning.solved_plan import SolvedPlan


def constant_standard(plan: SolvedPlan) -> float:
    """The constant living standard per head, of households and state alike, that is worth the whole value of the plan.

        Σ_t Σ_g U_{g,t}(z · heads[g,t]) + Σ_c value_c·kept⁰_c = V
        kept⁰_c = base level of who uses c, grown at the plan's terminal growth to its end (nothing of money)

    V is the objective of the best plan with its tail (without its forks), U the plan's own utility. Since z rises with
    V and the rest is given by the accounts and the policy's utility, loosening any limit never lowers it; the standard
    of the last year may fall when an earlier year gains. Units: 1, base year = 1; nan where nobody lives in the plan.
    Source: Lucas (1987), Models of Business Cycles, compensating variation of consumption (citation not checked).
    """
    a = plan.model.activities
    breaks, worth = _worth_of_standards(a)
    if not len(breaks):
        return float("nan")
    value = trunk_goal(a, plan.policy, plan.best) - _base_path_left(plan)
    return float(np.interp(value, worth, breaks))


def _worth_of_standards(a: Activities) -> tuple[np.ndarray, np.ndarray]:
    """Standards per head at which the slope of Σ U changes, and what each is worth if everybody has it every year."""
    u = a.utility.merge(a.floors[["good", "year", "heads"]], on=["good", "year"])
    u = u[(u["heads"] > 0) & (u["slope"] > 0)].sort_values(["good", "year", "segment"])
    if u.empty:
        return np.zeros(0), np.zeros(0)
    width = (u["width"] / u["heads"]).to_numpy()
    top = pd.Series(width, u.index).groupby([u["good"], u["year"]]).cumsum().to_numpy()
    slope = (u["slope"] * u["heads"]).to_numpy()
    ends = np.unique(np.concatenate([[0.0], np.round(top[np.isfinite(top)], 12)]))
    # Σ of slopes at work between two ends: each segment's from its bottom to its top.
    change = np.zeros(len(ends))
    np.add.at(change, np.searchsorted(ends, np.round(top - width, 12)), slope)
    bounded = np.isfinite(top)
    np.add.at(change, np.searchsorted(ends, np.round(top[bounded], 12)), -slope[bounded])
    worth = np.concatenate([[0.0], np.cumsum(np.cumsum(change)[:-1] * np.diff(ends))])
    return ends, worth


def _base_path_left(plan: SolvedPlan) -> float:
    """What would be left at the end, at its value, of an economy that grows from its base year at the terminal rate."""
    a = plan.model.activities
    growth = Horizon.of(plan.economy, plan.policy, base_year=False).terminal_growth
    base = a.activities.set_index("activity")["base"]
    level = a.terminal["activity"].map(base).fillna(0.0) * (1.0 + growth) ** len(a.years)
    return float((a.terminal["value"] * (1.0 + a.terminal["growth"]) * level).sum())


def headline_figures(plan: SolvedPlan) -> dict[str, float]:
    """What the plan is told by: the constant standard, and beside it the standards of the last year.

    Keys: constant standard; last year: households, and where the state has a standard, last year: collective (base
    year = 1, per head; the collective bodies by what they spend).
    """
    a = plan.activities
    figures = {"constant standard": constant_standard(plan)}
    if a.floors.empty or "segment" not in plan.values:
        return figures
    had = a.utility[["good", "year"]].assign(had=plan.values["segment"].values)
    last = had[had["year"] == a.years[-1]].groupby("good")["had"].sum()
    heads = a.floors[a.floors["year"] == a.years[-1]].set_index("good")["heads"]
    households = {f"standard:{g}" for g in plan.economy.finals("household")}
    for words, of in (("households", heads.index.isin(households)), ("collective", ~heads.index.isin(households))):
        goods = heads.index[of].intersection(last.index)
        if len(goods) and heads[goods].sum() > 0:
            figures[f"last year: {words}"] = float(last[goods].sum() / heads[goods].sum())
    return figures
