"""What is asked of a told path, measured; used by the tests of its laws and by ``benchmarks/paths.py``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.best_plan import indicators
from groundplan.planning.solved_plan import SolvedPlan

USED, NOISE = "household consumption", 0.001


def noisy(a: Activities, seed: int) -> Activities:
    """Every coefficient of what is taken, off by up to a thousandth; seed 0 leaves the data as they are."""
    takes = (a.flows["role"] == "take").to_numpy() & (seed > 0)
    off = np.where(takes, 1.0 + NOISE * np.random.default_rng(seed).uniform(-1.0, 1.0, len(takes)), 1.0)
    return replace(a, flows=a.flows.assign(coefficient=a.flows["coefficient"] * off))


def used(plan: SolvedPlan) -> pd.Series:
    """What households use by year, the accounts' first, money / year."""
    return pd.Series(indicators(plan).sel(indicator=USED).to_series())


def bend(plan: SolvedPlan) -> float:
    """The largest change of growth of household use from one year to the next, in points of a per cent."""
    return float(100 * used(plan).pct_change().dropna().diff().abs().max())


def on_rungs(plan: SolvedPlan) -> float:
    """The share of standards within 1e-4 of a power of 1.03, where the segments of utility end."""
    segments = plan.activities.utility[["good", "year"]].assign(had=plan.values["segment"].values)
    had = segments.groupby(["good", "year"])["had"].sum()
    heads = plan.activities.floors.set_index(["good", "year"])["heads"]
    rung = np.log(np.maximum(had / heads.reindex(had.index), 1e-9)) / np.log(1.03)
    return float((np.abs(rung - rung.round()) < 1e-4 / np.log(1.03)).mean())


def last_investment(plan: SolvedPlan) -> float:
    """Investment of the last year over what keeps its capital growing as it does, less 1.

    Σ_j I[j,T] / Σ_j (δ_j·k[j,T+1] + max(k[j,T+1] − k[j,T], 0)) / give_j − 1
    """
    stock, made, a = plan.stock, plan.level, plan.activities
    gives = a.flows[a.flows["role"] == "give"].groupby("activity")["coefficient"].sum()
    wear, last = a.commodities.set_index("commodity")["loss"], a.years[-1]
    needed, acts = 0.0, [act for act in made.index if act.startswith("invest:")]
    for act in acts:
        name = f"capacity:{act.removeprefix('invest:')}"
        k = stock.loc[name]
        grown = max(float(k[last + 1] - k[last]), 0.0)
        needed += (float(wear[name]) * float(k[last + 1]) + grown) / float(gives[act])
    return float(made.loc[acts, last].sum()) / needed - 1.0
