"""What was promised for the years left, and what it costs to promise otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.families.family import Family
from groundplan.planning.families.forms import form_of
from groundplan.planning.families.rows import Model, term
from groundplan.planning.families.targets import (
    indicator_cells,
    target_lines,
    variable_cells,
)
from groundplan.planning.paths.even_path import PROMISED
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.solver.programme import Floats

(MORE, FEWER), ROUNDING = PROMISED, "rounding"
KEPT, MOVED, DROPPED = "kept", "moved", "dropped"
# How far a promise may be from what is planned and count as kept, as a share of it; and what is left of one that fell.
SAME, NOTHING = 1e-4, 1e-2
# What a unit is worth at least, as a share of what is taken for it at the prices of the accounts.
LEAST_WORTH = 0.01


@dataclass(frozen=True, eq=False)
class PlanPromise:
    """What was promised of an indicator in a year.

    amount  in the indicator's unit; room: how far it may be off for being rounded
    sense   ``==``, or ``>=`` and ``<=`` where more, or less, breaks nothing
    units   who promised how much of it; nobody for a target of the plan alone
    """

    indicator: str
    year: int
    amount: float
    sense: str = "=="
    room: float = 0.0
    units: Mapping[str, float] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its name in the programme."""
        return f"{self.indicator} | {self.year}"


def promises_of_targets(plan: SolvedPlan) -> list[PlanPromise]:
    """What a plan's own targets promise: levels and paths by year; growth, sums and ratios are wishes alone."""
    lines = target_lines(plan.activities, plan.policy)
    ratios = set(plan.activities.ratios["indicator"])
    own = lines[lines["form"].isin(("value", "of_base", "path")) & ~lines["indicator"].isin(ratios)]
    own = own.drop_duplicates(["indicator", "year", "sense"])
    rows = own[["indicator", "year", "bound", "sense"]].itertuples(index=False)
    return [PlanPromise(str(i), int(y), float(b), str(s)) for i, y, b, s in rows]


def promises_left(promises: Sequence[PlanPromise], a: Activities, after: int) -> list[PlanPromise]:
    """Those of years after one, of indicators that the plan has and that are amounts."""
    linear = set(a.indicators["indicator"])
    years = [y for y in a.plan_years if y > after]
    return [p for p in promises if p.year in years and p.indicator in linear]


def unit_worth(plan: SolvedPlan, indicator: str, year: int) -> float:
    """What a unit of an indicator is worth by the plan's own prices: objective per unit.

        Σ_a c_a·v_a·max(Σ_c give[c,a]·λ_c, Σ_c take[c,a]·λ_c) / Σ_a c_a²·v_a     over the activities a of I = Σ c_a·v_a

    λ are the plan's shadow prices in the year, v its levels, or those of the accounts where there are none; at least a
    hundredth of the living standard per unit that it takes. What is kept or enjoyed counts at its own price.
    """
    a, t = plan.activities, year
    cells = indicator_cells(a, indicator, np.asarray([t]))
    if "shadow_price" not in plan.prices or cells.empty:
        return 0.0
    price = plan.prices["shadow_price"].sel(year=t).to_series().fillna(0.0)
    rate = (1.0 + plan.policy.discount_rate) ** -(t - a.years[0])
    level = plan.level[t].where(plan.level[t] > 1e-9, a.activities.set_index("activity")["base"]).clip(lower=1e-9)
    amount = a.cells(("give", "take"), ("flow", "stock", "account", "good", "capacity"))
    amount = amount[amount["year"] == t]
    worth = amount["amount"] * amount["commodity"].map(price).fillna(0.0)
    by = worth.groupby([amount["activity"], amount["role"]]).sum().unstack("role").reindex(columns=["give", "take"])
    of_activity = by.fillna(0.0).max(axis=1)
    moved = amount[amount["role"] == "take"].groupby("activity")["amount"].sum()
    above = below = 0.0
    for part, on, c in cells[["part", "on", "amount"]].itertuples(index=False):
        if part == "level":
            v = float(level.get(on, 0.0))
            own = max(float(of_activity.get(on, 0.0)), LEAST_WORTH * rate * float(moved.get(on, 0.0)))
        else:
            v, own = 1.0, max(float(price.get(on, 0.0)), LEAST_WORTH * rate)
        above += abs(c) * v * own
        below += c * c * v
    return above / below if below > 0 else 0.0


def with_promises(m: Model, promises: Sequence[PlanPromise], cost: Sequence[float]) -> None:
    """Write what was promised into a programme: it may be promised otherwise, at a price.

        I[t] + less − more + rounding = promised,    goal − cost·(more + less)

    One of the two is free where a promise is from one side. ``cost``: objective per unit, one a promise.
    """
    if not promises:
        return
    labels = np.asarray([p.label for p in promises], dtype=object)
    over = {"promise": pd.Index(labels, name="promise")}
    price = np.asarray(cost, dtype=float)
    free = {MORE: ">=", FEWER: "<="}
    for name, sense in free.items():
        one_sided = np.asarray([p.sense == sense for p in promises])
        m.programme.add_columns(name, over, goal=np.where(one_sided, 0.0, -price))
    room = np.asarray([p.room for p in promises])
    m.programme.add_columns(ROUNDING, over, lower=-room, upper=room)
    terms = []
    for p in promises:
        cells = indicator_cells(m.activities, p.indicator, np.asarray([p.year]))
        for variable, own in variable_cells(m.activities, cells):
            if variable == "segment":
                terms.append(term(variable, p.label, own["on"], own["amount"], when=0))
            else:
                terms.append(term(variable, p.label, own["on"], own["amount"], year=own["year"], when=0))
    terms += [term(name, labels, labels, sign, when=0) for name, sign in ((FEWER, 1.0), (MORE, -1.0), (ROUNDING, 1.0))]
    rows = m.rows("==", [p.amount for p in promises], *terms, of=labels, when=0)
    assert rows is not None
    m.write(Family("promises", lambda m, a, policy: None, loosen=None, says="what was promised of {what}"), rows)


class PromiseRow(NamedTuple):
    """What becomes of a promise: before, now, at which price it could be moved, and who must be told."""

    indicator: str
    year: int
    sense: str
    promised: float
    now: float
    fate: str
    price: float
    cost: float
    unit: str


def fates(m: Model, values: Floats, promises: Sequence[PlanPromise], cost: Sequence[float]) -> list[PromiseRow]:
    """What becomes of every promise, a row for each unit that made a part of it; parts move with the whole.

    kept within a ten-thousandth, or what it was rounded by; dropped where a hundredth or less is left of it.
    """
    rows = []
    for p, price in zip(promises, cost, strict=True):
        now = float(form_of(m, p.indicator, np.asarray([p.year])) @ values)
        off = now - p.amount
        broken = off if p.sense == "==" else min(off, 0.0) if p.sense == ">=" else max(off, 0.0)
        same = abs(broken) <= max(SAME * abs(p.amount), 2.0 * p.room)
        fate = KEPT if same else DROPPED if abs(now) <= NOTHING * abs(p.amount) else MOVED
        for unit, own in (p.units or {"": p.amount}).items():
            part = own / p.amount if p.amount else 1.0
            rows.append(
                PromiseRow(p.indicator, p.year, p.sense, own, own if same and p.sense == "==" else part * now, fate,
                           price, 0.0 if same else price * abs(broken) * part, unit)
            )  # fmt: skip
    return rows
