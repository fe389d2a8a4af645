"""A plan made again, written down: the versions side by side, the state that it starts from, promises and causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.outcome import Outcome
from groundplan.planning.best_plan import arrays_of, listed, provenance
from groundplan.planning.explaining.material_balances import material_balances
from groundplan.planning.families.family import BETWEEN, family_of
from groundplan.planning.replanning.plan_version import PlanVersion, Turn
from groundplan.planning.replanning.promises import PlanPromise, PromiseRow, fates, unit_worth
from groundplan.planning.replanning.reached_state import cell
from groundplan.planning.replanning.version_causes import CauseStep, split
from groundplan.planning.solved_plan import SolvedPlan, indicators

# Indicators that the versions are told by, where the plan has them.
TOLD_BY = ("living standard", "household consumption", "investment", "value added", "import bill", "exports")
# What is kept and came as planned, to this share of it, is not told.
AS_PLANNED = 1e-6


@dataclass(frozen=True, eq=False)
class MadeAgain:
    """A version, the turn in which it was made, and the versions with one cause more at a time."""

    before: PlanVersion
    turn: Turn
    steps: Sequence[CauseStep]
    order: Sequence[str]
    promise_cost: float

    @property
    def now(self) -> PlanVersion:
        """The version that holds from here on."""
        return self.steps[-1].version


def costs_of(plan: SolvedPlan, promises: Sequence[PlanPromise], share: float) -> list[float]:
    """What it costs to move a unit of each promise: a share of what the plan's own prices say it is worth."""
    return [share * unit_worth(plan, p.indicator, p.year) for p in promises]


def outcome_of(again: MadeAgain, names: Mapping[str, str]) -> Outcome:
    """The outcome of a re-plan: the arrays of a plan, and the tables that say what changed, why and for whom.

    ``names``: units of the ledger by what they are known by. Tables: versions, split, promises, state, reached, news,
    given_up, and of the plan activities, commodities, indicators, ratios, duals.
    """
    now, until = again.now, again.turn.until
    plan = now.plan
    kept = fates(plan.model, now.shown, again.turn.promises, again.turn.cost)
    promises = pd.DataFrame(kept, columns=list(PromiseRow._fields))
    promises["name"] = [names.get(u, u) for u in promises["unit"]]
    tables = {
        **listed(plan),
        **material_balances(plan),
        "versions": _versions(again.before.plan, plan),
        "split": split(again.before, again.steps, until),
        "promises": promises,
        "state": _state(again),
        "reached": _reached(again),
        "news": pd.DataFrame(
            [(n.cause, n.what, ", ".join(n.of), n.first or until + 1, n.last or 0, n.factor, n.source)
             for n in again.turn.happened.news],
            columns=["cause", "what", "of", "first", "last", "factor", "source"],
        ),
        "given_up": _given_up(now),
    }  # fmt: skip
    about = {
        **provenance(plan),
        "groundplan": version("groundplan"),
        "engine": "replan",
        "after": until,
        "years_left": [y for y in plan.activities.years if y > until],
        "worth": now.worth,
        "worth_planned": again.before.worth,
        "best_from_here": now.best,
        "owed": now.path.least,
        "causes": [s.cause for s in again.steps if s.cause],
        "order": list(again.order),
        "promise_cost": again.promise_cost,
    }
    return Outcome(arrays_of(plan), tables, about)


def _versions(before: SolvedPlan, now: SolvedPlan) -> pd.DataFrame:
    """indicator, unit, year, planned, now: in every year of the plan, of what the versions are told by."""
    a, b = indicators(before), indicators(now)
    units = now.activities.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    there = set(map(str, a["indicator"].values)) & set(map(str, b["indicator"].values))
    names = [n for n in map(str, b["indicator"].values) if n in there and n.partition(":")[0] in TOLD_BY]
    rows = [
        (n, str(units.get(n, "1")), y, float(a.sel(indicator=n, year=y)), float(b.sel(indicator=n, year=y)))
        for n in names
        for y in now.activities.years
    ]
    return pd.DataFrame(rows, columns=["indicator", "unit", "year", "planned", "now"])


def _state(again: MadeAgain) -> pd.DataFrame:
    """What is kept at the start of the years left, and what is under way, where it is not as planned.

    Columns: name, label, unit, kind (capacity, stock, account, under way), year, planned, reached. What is under way: a
    commodity that works of years past give in the years left.
    """
    a, until = again.now.plan.model.activities, again.turn.until
    x, was = again.now.plan.solution.values, again.before.plan.solution.values
    columns = ["name", "label", "unit", "kind", "year", "planned", "reached"]
    words = a.commodities.set_index("commodity")
    rows: list[tuple[Any, ...]] = []
    if "stock" in x:
        there = pd.Series(x["stock"].sel(stage=until + 1).to_series())
        planned = was["stock"].sel(stage=until + 1).to_series().reindex(there.index).fillna(0.0)
        for name, value in zip(map(str, there.index), there.to_numpy(dtype=float), strict=True):
            if abs(value - planned[name]) > AS_PLANNED * max(abs(planned[name]), abs(value), AS_PLANNED):
                w = words.loc[name]
                rows.append((name, w["label"], w["unit"], w["kind"], until + 1, float(planned[name]), float(value)))
    gives = a.cells(("give",), ("capacity", "stock"))
    gives = gives[(gives["year"] <= until) & (gives["when"] > until)]
    then, level = (_due(v, gives) for v in (was, x))
    keys = zip(*(then.index.get_level_values(n) for n in (0, 1)), then.to_numpy(), level.to_numpy(), strict=True)
    for name, when, planned_then, value in keys:
        if abs(value - planned_then) > AS_PLANNED * max(abs(planned_then), AS_PLANNED):
            w = words.loc[str(name)]
            # What falls due in a year is ready at the start of the next.
            rows.append((name, w["label"], w["unit"], "under way", int(when) + 1, float(planned_then), float(value)))
    return pd.DataFrame(rows, columns=columns)


def _due(values: Mapping[str, xr.DataArray], gives: pd.DataFrame) -> pd.Series:
    """What levels of years past give in years to come, by commodity and year; nothing for what was not there."""
    level = pd.DataFrame(values["level"].to_pandas())
    at = level.index.get_indexer(pd.Index(gives["activity"])), level.columns.get_indexer(pd.Index(gives["year"]))
    amount = np.where(at[0] >= 0, level.to_numpy()[at], 0.0) * gives["amount"].to_numpy()
    sums: pd.Series = pd.Series(amount).groupby([gives["commodity"].to_numpy(), gives["when"].to_numpy()]).sum()
    return sums


def _reached(again: MadeAgain) -> pd.DataFrame:
    """what, year, unit, planned, reported, believed, cause, source: what was stated of years that have passed."""
    plan = again.before.plan
    table = indicators(plan)
    names = set(map(str, table["indicator"].values))
    rows = []
    for f in again.turn.happened.reached:
        if f.what in names:
            planned = float(table.sel(indicator=f.what, year=f.year)) if f.year in table["year"].values else np.nan
        elif f.what in plan.level.index:
            planned = cell(plan.level, f.what, f.year)
        else:
            planned = cell(plan.stock, f.what, f.year + 1)
        times = planned if f.shares else 1.0
        reported, believed = (np.nan if v is None else v * times for v in (f.reported, f.believed))
        rows.append((f.what, f.year, f.unit, planned, reported, believed, f.cause, f.source))
    return pd.DataFrame(
        rows, columns=["what", "year", "unit", "planned", "reported", "believed", "cause", "source"]
    )  # fmt: skip


def _given_up(now: PlanVersion) -> pd.DataFrame:
    """wish, contingency, missed: wishes that could be kept no more, and by how much, in the unit of their row."""
    m = now.plan.model
    frames = (m.activities.commodities, m.activities.activities)
    words = {str(n): str(label) for f in frames for n, label in zip(f.iloc[:, 0], f["label"], strict=True)}
    rows = []
    for name, row, amount in now.missed:
        what, _, year = row.rpartition(BETWEEN)
        rows.append((m.kinds[name].row_words(str(words.get(what) or what), year), family_of(name)[1], amount))
    return pd.DataFrame(rows, columns=["wish", "contingency", "missed"])
