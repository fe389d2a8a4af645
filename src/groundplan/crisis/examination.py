"""The stress engine as an independent examiner of a plan: the plan's economy, shaken day by day, with and without care.

A plan that keeps its floors in its own forks knows the contingency's course, moves goods at will and counts in years.
The adaptive engine knows none of this: firms and the state react from day to day. What it makes of the economy that the
plan would have built, and of the same plan without contingencies, is the difference that the premium buys.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.crisis.contingencies import scenario_named
from groundplan.economy.economy import Economy
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import origins
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.people.households import spending
from groundplan.planning.features.production.production import CapitalGoods
from groundplan.planning.features.trade.suppliers import REST
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Progress, quiet
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.fallen_demand import households_ask
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import YEAR, System
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, Event, LoseCapacity
from groundplan.shocks.scenarios.scenario import Scenario

WITH, WITHOUT = "with contingencies", "without"
WEEK = 7


def examination_tables(
    e: Economy, p: Policy, ready: Outcome, bare: Outcome, folder: Path | None = None, progress: Progress = quiet
) -> dict[str, pd.DataFrame]:
    """What the adaptive engine makes of a plan as it is, ``ready``, and as it would be without contingencies, ``bare``.

    For each contingency of ``p`` the economy is that of the year before it as the plan has it (``economy_in``), with
    the plan's stores as reserves of the state; ``folder`` is where scenario files are looked for.
    Tables:
    examination         contingency, plan, setting, value_added_lost, final_use_unmet, household_use_unmet (shares of
                        what the undisturbed economy has over the contingency's years), worst_day, worst (household use
                        that day)
    examination_curves  contingency, plan, setting, day (a week's first), household_use, value_added (shares of the
                        undisturbed)
    examination_groups  contingency, plan, setting, group, label, planned (standard before), standard (mean of the
                        contingency's years), floor; base year = 1, per head
    Raises what ``system_of`` and ``shock_of`` raise.
    """
    pieces: dict[str, list[pd.DataFrame]] = {}
    for c in p.contingencies:
        scenario = scenario_named(c.scenario, folder) if c.scenario else scenario_of(c)
        scenario = scenario.replacing(horizon=YEAR * c.length)
        for name, outcome in ((WITH, ready), (WITHOUT, bare)):
            progress(f"{c.name}: the plan {name}, day by day")
            there = economy_in(e, outcome, c.year - 1)
            for setting in scenario.behaviour.settings:
                for table, frame in _plan_tables(there, outcome, p, c, scenario.in_setting(setting)).items():
                    frame.insert(0, "setting", setting)
                    frame.insert(0, "plan", name)
                    frame.insert(0, "contingency", c.name)
                    pieces.setdefault(table, []).append(frame)
    return {table: pd.concat(frames, ignore_index=True) for table, frames in pieces.items()}


def scenario_of(c: Contingency) -> Scenario:
    """A stress scenario of the losses that a contingency states; ``claims`` are none of its events."""
    events: list[Event] = []
    for n in range(c.length):
        span: dict[str, Any] = {"start": YEAR * n, "length": YEAR}

        def lost(key: str, year: int = c.year + n) -> dict[str, float]:
            return {name: shares[0] for name, shares in c.lost(key, [year]).items() if shares[0] > 0}

        for name, depth in lost("imports_lost").items():
            product, _, partner = name.partition("@")
            events.append(CutImports(products=(product,), partner=partner or "all", depth=depth, **span))
        events += [CutImports(partner=q, depth=depth, **span) for q, depth in lost("partners_lost").items()]
        events += [CloseMarket(products=(i,), depth=depth, **span) for i, depth in lost("exports_lost").items()]
        events += [LoseCapacity(sectors=(j,), depth=depth, **span) for j, depth in lost("capacity_lost").items()]
    return Scenario(name=c.name, events=tuple(events), horizon=YEAR * c.length)


def economy_in(e: Economy, outcome: Outcome, year: int) -> Economy:
    """The accounts of a year of the plan; the accounts themselves for their own year.

        Z_d = ((1−δ)·A_d + ρ·A_m)·x̂,   Z_m = ((1−ρ)·A_m + δ·A_d)·x̂,   x = what the plan makes

    and final uses likewise, each in the proportions of the base year at the plan's level, households' together as they
    buy in the plan (``household_use``); ρ and δ are the plan's shares
    of imports replaced and of home products deepened (``plan.origins``). What the plan makes and these uses leave over
    (training, works of its projects, what is put in store) goes into the first category of inventories, so that output
    is the plan's. Imports are those for use: what stocks and stores of imported products grow by is left out. Capital
    and labour go with output. Where imports are parted by partner in the plan, so are these.
    Units: money of the base year / year.
    """
    if year == e.year:
        return e
    level = outcome["level"].sel(year=year).to_series()
    kinds = level.groupby(level.index.map(lambda a: str(a).partition("@")[0])).sum()
    rho, delta = origins(e, outcome.frame("level"))[year]
    x = e.output.values
    output = np.array([kinds.get(f"make:{j}", 0.0) for j in e.sectors])
    scale = np.divide(output, x, out=np.zeros_like(x), where=x > 0)
    size = np.array([_final_scale(e, outcome, year, str(f)) for f in e.domestic_final["final"].values])
    final_uses = (e.domestic_final.values * size, e.imported_final.values * size)
    uses = [(e.domestic_use.values * scale, e.imported_use.values * scale), _as_bought(e, outcome, year, *final_uses)]
    home, foreign = zip(*(_moved(d, m, rho, delta) for d, m in uses), strict=True)
    sold = [np.sign(a.values) * _levels(e, kinds, verb) for verb, a in (("sell", e.exports), ("reexport", e.reexports))]
    stocks = e.finals("inventories")
    if stocks:
        left = output - home[0].sum(axis=1) - home[1].sum(axis=1) - sold[0]
        home[1][:, list(e.domestic_final["final"].values).index(stocks[0])] = left
    parts = e.imported_by_partner
    return e.replacing(
        year=year,
        domestic_use=e.domestic_use.copy(data=home[0]),
        imported_use=e.imported_use.copy(data=foreign[0]),
        domestic_final=e.domestic_final.copy(data=home[1]),
        imported_final=e.imported_final.copy(data=foreign[1]),
        exports=e.exports.copy(data=sold[0]),
        reexports=e.reexports.copy(data=sold[1]),
        primary=e.primary * scale,
        employment=e.employment * scale,
        capital_stock=e.capital_stock * scale,
        imported_by_partner=None if parts is None else parts * _partner_scale(e, level, parts),
    )


def _as_bought(
    e: Economy, outcome: Outcome, year: int, home: np.ndarray, foreign: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Final uses with households' rows as all of them together buy each product in the plan."""
    if "household_use" not in outcome.tables:
        return home, foreign
    bought = outcome.tables["household_use"]
    of_year = bought[bought["year"] == year].set_index("product").reindex(e.sectors)
    at = e.domestic_final.indexes["final"].get_indexer(list(e.finals("household")))
    for uses, column in ((home, "home"), (foreign, "imported")):
        whole, wanted = uses[:, at].sum(axis=1), of_year[column].fillna(0.0).to_numpy(dtype=float)
        some = whole != 0
        uses[np.ix_(some, at)] *= (wanted[some] / whole[some])[:, None]
    return home, foreign


def _levels(e: Economy, level: pd.Series, verb: str) -> np.ndarray:
    return np.array([level.get(f"{verb}:{i}", 0.0) for i in e.sectors])


def _final_scale(e: Economy, outcome: Outcome, year: int, final: str) -> float:
    """A final category's size over its base: its standard, what is invested; nothing of inventories."""
    if final in e.finals("inventories"):
        return 0.0
    if final in e.finals("investment"):
        return float(outcome["level"].sel(activity="assemble", year=year)) / CapitalGoods(e).total
    enjoyed, good = outcome["enjoyed"], f"standard:{final}"
    if good not in enjoyed["good"].values:
        return 1.0
    return float(enjoyed.sel(good=good, year=year)) / spending(e, final)


def _moved(home: np.ndarray, foreign: np.ndarray, rho: np.ndarray, delta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Uses of home and imported products when a share of each changes its origin."""
    to_home, to_foreign = rho[:, None] * foreign, delta[:, None] * home
    return home - to_foreign + to_home, foreign - to_home + to_foreign


def _partner_scale(e: Economy, level: pd.Series, parts: xr.DataArray) -> xr.DataArray:
    """The plan's share of each partner over the accounts', partner × product; 1 where the plan tells no partners."""
    sold = pd.DataFrame(parts.sum("use").transpose("partner", "product").to_pandas()).clip(lower=0.0)
    scale = pd.DataFrame(1.0, index=sold.index, columns=sold.columns)
    bought = level[level.index.str.startswith("buy:") & level.index.str.contains("@")]
    names = bought.index.str.removeprefix("buy:").str.split("@", n=1)
    by_product = pd.Series(bought.to_numpy(), index=pd.MultiIndex.from_tuples([tuple(n) for n in names]))
    for i in dict.fromkeys(n[0] for n in names):
        mine = by_product[i]
        shared = sold.index.intersection(mine.index)
        group = pd.Series(sold.index, index=sold.index).where(sold.index.isin(shared), REST)
        base, plan_ = sold[i].groupby(group).sum(), mine.groupby(mine.index).sum()
        ratio = (plan_ / plan_.sum()) / (base / base.sum()).replace(0.0, np.nan)
        if len(shared) and plan_.sum() > 0:
            scale[i] = group.map(ratio).fillna(1.0)
    return xr.DataArray(scale, dims=("partner", "product"))


def _plan_tables(
    there: Economy, outcome: Outcome, p: Policy, c: Contingency, scenario: Scenario
) -> dict[str, pd.DataFrame]:
    """One plan through one scenario; ``there`` is its economy of the year before."""
    before = c.year - 1
    s = with_stores(system_of(there, scenario), p, outcome, before)
    shock = shock_of(s, scenario)
    paths = propagate_batch(s, [shock])
    days = np.arange(paths.production.shape[1]) * s.days_per_step
    asked = households_ask(s, shock).sum(axis=1)
    had = np.divide(paths.household[0].sum(axis=1), asked, out=np.ones(len(days)), where=asked > 0)
    value_added = (np.where(s.output > 0, paths.production[0], 1.0) @ s.value_added) / s.value_added.sum()
    curves = pd.DataFrame({"day": days // WEEK * WEEK, "household_use": had, "value_added": value_added})
    worst = int(had.argmin())
    unmet = float(paths.unmet[0].sum() / paths.asked[0].sum())
    totals = {
        "value_added_lost": 1.0 - value_added.mean(), "final_use_unmet": unmet, "household_use_unmet": 1.0 - had.mean(),
        "worst_day": int(days[worst]), "worst": float(had[worst]),
    }  # fmt: skip
    return {
        "examination": pd.DataFrame([totals]),
        "examination_curves": curves.groupby("day", as_index=False).mean(),
        "examination_groups": _groups(there, outcome, c, s, paths, before),
    }


def with_stores(s: System, policy: Policy, outcome: Outcome, year: int) -> System:
    """The system with what the plan has in store at the end of a year, less what spoils, as reserves of the state."""
    reserves = s.reserves.copy()
    for store in policy.stores:
        name = f"{'home' if store.origin == 'home' else 'imported'}:{store.product}"
        there = float(outcome.indicator(f"store: {store.name}")[year])
        if name in s.inputs:
            reserves[s.inputs.index(name)] += (1.0 - store.loss) * there
    return dataclasses.replace(s, reserves=reserves)


def _groups(e: Economy, outcome: Outcome, c: Contingency, s: System, paths: Paths, before: int) -> pd.DataFrame:
    """Living standards of every group before and during the contingency, beside its floor."""
    steps, records = paths.production.shape[1], []
    for k, f in enumerate(s.finals):
        name = f"living standard: {f}"
        asked = float(s.use[:, s.n + k].sum()) * steps
        if name not in outcome["indicator"]["indicator"].values or asked <= 0:
            continue
        planned = float(outcome.indicator(name)[before])
        met = 1.0 - float(paths.unmet[0][:, k].sum()) / asked
        records.append((f, e.label(f), planned, planned * met, c.floor_of(f)))
    return pd.DataFrame(records, columns=["group", "label", "planned", "standard", "floor"])
