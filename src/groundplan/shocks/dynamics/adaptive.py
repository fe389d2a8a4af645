"""One scenario through the adaptive engine, as an outcome: who loses what and when, why, and when it is over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.glossary import quantity
from groundplan.outcome import Outcome
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.causes import BACK, stops
from groundplan.shocks.dynamics.preview import preview, preview_lines
from groundplan.shocks.dynamics.propagation import Progress, propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.provenance import provenance
from groundplan.shocks.scenarios.scenario import Scenario


def adapt(e: Economy, scenario: Scenario, progress: Progress | None = None) -> Outcome:
    """What the scenario does to the economy when everybody looks after himself.

    Arrays: production_ratio (day × sector), value_added_lost_by_day, value_added_lost (sector), need_met (day × need),
    need_lost (need), household_use (day × input), final_unmet (input × final). A day is the first of its step.
    Tables: stops (``chains.stops``), preview, stocks. Raises ``StudyError`` and ``UnknownName`` for events, stocks,
    reserves or tiers that name what is not there.
    """
    s = system_of(e, scenario)
    paths = propagate_batch(s, [shock_of(s, scenario)], causes=True, progress=progress)
    seen = preview(s, scenario).drop(columns="names")
    stocks = pd.DataFrame({"input": s.inputs, "days": s.stocks * s.days_per_step, "reserve": s.reserves})
    tables = {"stops": stops(s, paths), "preview": seen, "stocks": stocks}
    return Outcome(arrays_of(s, paths), tables, provenance(e, scenario, "adaptive", **_totals(s, scenario, paths)))


def arrays_of(s: System, paths: Paths, member: int = 0) -> dict[str, xr.DataArray]:
    """The labelled arrays of one member; names and units as in the glossary."""
    days = np.arange(paths.production.shape[1]) * s.days_per_step
    x, had = paths.production[member], paths.household[member]
    lost = np.where(s.output > 0, 1.0 - x, 0.0) * s.value_added
    needs = list(dict.fromkeys(s.needs))
    base = s.use[:, s.n :][:, [k == "household" for k in s.final_kinds]].sum(axis=1)
    rows = np.array([[n == need for n in s.needs] for need in needs], dtype=float)
    wanted = rows @ base
    met = np.divide(had @ rows.T, wanted, out=np.ones((len(had), len(needs))), where=wanted > 0)

    def named(name: str, values: np.ndarray, **coords: Any) -> xr.DataArray:
        return quantity(name, xr.DataArray(values, coords=coords, dims=list(coords)), s.money)

    sectors, inputs = list(s.sectors), list(s.inputs)
    return {
        "production_ratio": named("production_ratio", x.copy(), day=days, sector=sectors),
        "value_added_lost_by_day": named("value_added_lost_by_day", lost.sum(axis=1), day=days),
        "value_added_lost": named("value_added_lost", lost.sum(axis=0), sector=sectors),
        "need_met": named("need_met", met, day=days, need=needs),
        "need_lost": named("need_lost", rows @ (base - had).sum(axis=0), need=needs),
        "household_use": named("household_use", had.copy(), day=days, input=inputs),
        "final_unmet": named("final_unmet", paths.unmet[member].copy(), input=inputs, final=list(s.finals)),
    }


def recovery_days(s: System, paths: Paths, member: int = 0) -> dict[str, int | None]:
    """First day on which total output is below 99 % of its base, and the first from which it stays above; or None."""
    total = (paths.production[member] * s.output).sum(axis=1) / s.output.sum()
    below = np.flatnonzero(total < BACK)
    if not below.size:
        return {"first_day_below": None, "recovered": None}
    last, day = int(below[-1]) + 1, s.days_per_step
    return {"first_day_below": int(below[0]) * day, "recovered": last * day if last < len(total) else None}


def _totals(s: System, scenario: Scenario, paths: Paths) -> dict[str, Any]:
    """What the run adds to the provenance: what the scenario removes, what is lost in all, and when it is over."""
    lost = float((np.where(s.output > 0, 1.0 - paths.production[0], 0.0) * s.value_added).sum())
    base = float(s.value_added.sum()) * len(paths.production[0])
    return {
        "preview": preview_lines(s, scenario),
        "value_added_lost": lost,
        "value_added_lost_share": lost / base,
        "final_demand_unmet": float(paths.unmet[0].sum()),
        "final_demand_unmet_share": float(paths.unmet[0].sum() / max(paths.asked[0].sum(), 1e-300)),
        **recovery_days(s, paths),
    }
