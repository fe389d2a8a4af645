"""The adaptive path as a plan: proof, step by step, that a plan loses no more than people who adapt.

A plan that is at least as free as the adaptive engine cannot lose more than it: whatever path that engine takes, its
flows are levels of the plan's activities and break none of its rows. ``as_plan`` writes a path as levels and stocks,
``violations`` puts them into every row and bound of the programme. What each row asks, and why the path gives it, is in
docs/explanation/coordination.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.crisis.compile_crisis import Crisis
from groundplan.planning.activities import Activities
from groundplan.planning.families.rows import Model
from groundplan.shocks.dynamics.rebuilding import Sites
from groundplan.shocks.dynamics.run_record import Paths

FAINT = 1e-6


def as_plan(c: Crisis, a: Activities, path: Paths) -> dict[str, xr.DataArray]:
    """A traced path of one member as ``level``, ``stock`` and ``segment`` of the programme of ``a``.

    Levels are read off the path; stocks follow from levels by the core's own balances.
    """
    levels = _levels(c, path)
    names = list(a.activities["activity"])
    amounts = np.zeros((len(names), len(a.years)))
    at = pd.Index(names).get_indexer(pd.Index(list(levels)))
    amounts[at[at >= 0], :-1] = np.stack(list(levels.values()))[at >= 0]
    wide = pd.DataFrame(amounts, index=names, columns=list(a.years))
    level = xr.DataArray(wide.to_numpy(), coords={"activity": names, "year": list(a.years)}, dims=("activity", "year"))
    assert path.trace is not None
    counted = path.trace.delivered[0] * c.system.counted[c.system.input_of]
    had = _sums(c, c.system.sum_by_input(counted.sum(axis=2)))
    segments = np.vstack([had, np.zeros(had.shape[1])]).T.ravel()
    return {"level": level, "stock": _stocks(a, wide), "segment": xr.DataArray(segments, dims="part")}


def _sums(c: Crisis, by_step: np.ndarray) -> np.ndarray:
    """Sums over each planned period; T × ... → planned periods × ..."""
    return np.asarray(np.add.reduceat(by_step, c.starts, axis=0)[c.first :])


def _levels(c: Crisis, path: Paths) -> dict[str, np.ndarray]:
    """Levels by activity, over the planned periods."""
    s, trace = c.system, path.trace
    assert trace is not None
    x = _sums(c, path.production[0] * s.output)
    rebuilt, restored = _rebuilding(c, trace.rebuilt[0])
    followed = np.zeros_like(x)
    followed[:, c.followers] = x[:, c.followers]
    bought = trace.supply[0].copy()
    bought[:, : s.n] = 0.0
    by_sector = {"make": x, "follow": followed, "restore": restored}
    by_input = {
        "buy": _sums(c, s.sum_by_input(bought)),
        "put": _sums(c, trace.arrivals[0].sum(axis=2)),
        "release": _sums(c, trace.released[0]),
        "rebuild": rebuilt,
    }
    out = {f"{verb}:{name}": v[:, j] for verb, v in by_sector.items() for j, name in enumerate(s.sectors)}
    return out | {f"{verb}:{name}": v[:, g] for verb, v in by_input.items() for g, name in enumerate(s.inputs)}


def _rebuilding(c: Crisis, delivered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What was built by input and put back by sector, by planned period: the engine's sites, fed with deliveries."""
    s, sites = c.system, Sites(c.system, [c.shock])
    restored = np.zeros((c.shock.steps, s.n))
    for t in range(c.shock.steps if sites.active else 0):
        sites.destroyed(t)
        asked = sites.asked()
        before = sites.open.copy()
        sites.receive(np.divide(delivered[t][None], asked, out=np.zeros_like(asked), where=asked > 0))
        restored[t, sites.sites] = (before - sites.open)[0].sum(axis=0)
    return _sums(c, s.sum_by_input(delivered)), _sums(c, restored)


def _stocks(a: Activities, level: pd.DataFrame) -> xr.DataArray:
    """Every kept commodity at the start of every year, from its balance."""
    kept = a.commodities[a.commodities["kind"].isin(("stock", "capacity"))]
    names, years = pd.Index(kept["commodity"]), pd.Index(a.years)
    net = np.zeros((len(names), len(years)))
    cells = a.cells(("give", "take"), ("stock", "capacity"))
    amount = level.to_numpy()[_at(level.index, cells["activity"]), _at(years, cells["year"])]
    signed = np.where(cells["role"] == "give", 1.0, -1.0) * cells["amount"] * amount
    np.add.at(net, (_at(names, cells["commodity"]), _at(years, cells["when"])), signed.to_numpy())
    moves = a.exogenous[a.exogenous["commodity"].isin(names)]
    np.add.at(
        net, (_at(names, moves["commodity"]), _at(years, moves["year"])), (moves["supply"] - moves["claim"]).to_numpy()
    )
    path = kept["initial"].to_numpy()[:, None] + np.cumsum(np.pad(net, ((0, 0), (1, 0))), axis=1)
    return xr.DataArray(path, coords={"commodity": names, "stage": list(a.stages)}, dims=("commodity", "stage"))


def _at(labels: pd.Index[Any], wanted: pd.Series) -> np.ndarray:
    return labels.get_indexer(pd.Index(wanted))


def violations(m: Model, values: dict[str, xr.DataArray]) -> pd.Series:
    """The largest violation of each family of rows, and of the bounds of each variable, as a share.

    A row's violation is over its largest term or its right-hand side, but over a millionth of the family's largest at
    least: what is left to rebuild dies away and is never nought. A bound's is over the variable's largest value.
    """
    p = m.programme
    column = np.full(p.width, np.nan)
    worst: dict[str, float] = {}
    for name, block in m.variables.items():
        given = values[name].transpose(*block.coords)
        if "part" not in block.coords:
            given = given.reindex(dict(block.coords))
        column[block.numbers] = given.values
        over = np.maximum(block.lower - given.values, given.values - block.upper)
        worst[f"bounds of {name}"] = float(np.max(over, initial=0.0)) / max(float(np.abs(given.values).max()), 1e-300)
    rows, (low, high) = p.matrix(), p.sides()
    right = np.where(np.isfinite(high), high, low)
    size = np.maximum(abs(rows).multiply(np.abs(column)).max(axis=1).toarray().ravel(), np.abs(right))
    reached = rows @ column
    over = np.maximum(np.maximum(low - reached, reached - high), 0.0)
    for family, written in m.families.items():
        mine = written.numbers
        least = max(FAINT * float(size[mine].max()), 1e-300)
        worst[family] = float((over[mine] / size[mine].clip(min=least)).max())
    return pd.Series(worst)
