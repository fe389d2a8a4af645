"""Where the growth of a plan comes from, year by year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.features.people.labour import labour_to_begin_with
from groundplan.planning.horizon import Horizon

if TYPE_CHECKING:
    from groundplan.economy.economy import Economy
    from groundplan.planning.activities import Activities
    from groundplan.planning.solved_plan import SolvedPlan

PARTS = ("people", "schooling", "productivity", "better paid work", "idle labour", "capital", "technique")


def growth_account(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """``growth_account`` (year; growth, its parts, idle): the growth of value added over the year before.

    Value added Y is at base-year prices, E the labour that output takes at base-year productivity, N the labour at
    work, F the labour force, f what is left of a unit of labour after years of growing productivity, H people who may
    work; X* is output by sector with base-year technique, w pay. Each part is the change over the year before of

        people            ln H                    schooling         ln (F / H) + ln (E·f / N)
        productivity      −ln f                   idle labour       ln (N / F)
        better paid work  ln (w·X* / l·X*)        capital           ln (v·X* / w·X*)
        technique         ln (Y / E) − ln (v·X* / l·X*)

    and they sum to that of ln Y. Productivity is assumed, people are projected, the rest is the plan's. ``better paid
    work`` is people moving to sectors whose base-year pay per unit of labour is higher (nothing where labour is counted
    in wages or value added, or pay is not known); ``capital`` is sectors growing that make more per pay, which their
    plant does; ``idle labour`` is labour that plant puts to work or leaves idle. ``idle``: labour force not at work, as
    a share. Units: natural logarithm of a ratio; 1.
    """
    e, a = plan.economy, plan.activities
    h = Horizon.of(e, plan.policy, base_year=False)
    years = [e.year, *a.years]
    level = plan.level.copy()
    level.insert(0, e.year, a.activities.set_index("activity")["base"])
    worth, work = _totals(a, level, "value added"), _totals(a, level, "employment", "labour")
    factor = np.array([(1.0 + h.productivity) ** -h.since(y) for y in years])
    at_work = work * factor + _totals(a, level, "employment", "")
    force = np.array([labour_to_begin_with(e, plan.policy), *(_force(plan, y) for y in a.years)])
    mix = _with_base_technique(e, a, level)
    logs = pd.DataFrame(
        {
            "growth": np.log(worth),
            "people": np.log([h.labour_force(y) for y in years]),
            "schooling": np.log(force) - np.log([h.labour_force(y) for y in years]) + np.log(work * factor / at_work),
            "productivity": -np.log(factor),
            "better paid work": np.log(mix["pay"] / mix["labour"]),
            "idle labour": np.log(at_work / force),
            "capital": np.log(mix["value added"] / mix["pay"]),
            "technique": np.log(worth / work) - np.log(mix["value added"] / mix["labour"]),
        },
        index=pd.Index(years, name="year"),
    )
    idle = pd.Series(1.0 - at_work / force, logs.index)
    return {"growth_account": logs.diff().assign(idle=idle).iloc[1:].reset_index()}


def _totals(a: Activities, level: pd.DataFrame, indicator: str, profile: str | None = None) -> np.ndarray:
    """Σ coefficient · level of an indicator's rows by year, before any profile; of one profile where it is named."""
    rows = a.indicators[(a.indicators["indicator"] == indicator) & (a.indicators["part"] == "level")]
    rows = rows if profile is None else rows[rows["profile"] == profile]
    return np.asarray(rows["coefficient"].to_numpy(dtype=float) @ level.loc[rows["on"]].to_numpy(dtype=float))


def _force(plan: SolvedPlan, year: int) -> float:
    """The labour force at the start of a year, in the economy's unit."""
    names = [c for c in plan.stock.index if str(c).startswith("labour:")]
    return float(plan.stock.loc[names, year].sum())


def _with_base_technique(e: Economy, a: Activities, level: pd.DataFrame) -> Mapping[str, np.ndarray]:
    """Value added, labour and pay by year, had every sector's output been made with base-year technique.

    Where pay by sector is not known, or labour is counted in it, pay is labour: nobody moves to better paid work.
    """
    x, v = e.output.to_series(), e.value_added.to_series()
    labour = e.employment.sum("skill").to_series()
    pay = e.primary[e.primary["primary_kind"] == "labour"].sum("primary").to_series()
    if not (float(pay.sum()) > 0 and ((pay > 0) | (labour <= 0)).all()):
        pay = labour
    output = pd.DataFrame({j: _totals(a, level, f"gross output: {j}") for j in x.index[x > 0]}, index=level.columns)
    base = x[output.columns]
    return {
        name: output.to_numpy() @ (whole[output.columns] / base).to_numpy()
        for name, whole in (("value added", v), ("labour", labour), ("pay", pay))
    }
