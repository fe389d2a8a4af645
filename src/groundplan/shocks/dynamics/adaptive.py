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
from groundplan.shocks.dynamics.causes import stops
from groundplan.shocks.dynamics.fallen_demand import fallen_demand, households_ask
from groundplan.shocks.dynamics.losses import Loss, loss_of, recovery_days
from groundplan.shocks.dynamics.preview import preview, preview_lines
from groundplan.shocks.dynamics.propagation import Progress, propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import Shock, shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.provenance import provenance
from groundplan.shocks.scenarios.scenario import Scenario
from groundplan.shocks.scenarios.settings import MIDDLE


def adapt(e: Economy, scenario: Scenario, progress: Progress | None = None) -> Outcome:
    """What the scenario does to the economy when everybody looks after himself, in each of its settings.

    Arrays, of the middle setting (or the only one): production_ratio (day × sector), value_added_lost_by_day,
    value_added_lost (sector), need_met (day × need), need_lost (need), household_use (day × input), final_unmet
    (input × final); and output_in_settings (setting × day), output over base output. A day is the first of its step.
    Tables: range (``losses.Loss`` of each setting), stops (``chains.stops``), preview, stocks. Raises ``StudyError``
    and ``UnknownName`` for events, stocks, reserves or tiers that name what is not there.
    """
    names = scenario.behaviour.settings
    central = MIDDLE if MIDDLE in names else names[0]
    losses: list[Loss] = []
    output: list[np.ndarray] = []
    runs: dict[str, tuple[System, Paths]] = {}
    for k, name in enumerate(names):
        one = scenario.in_setting(name)
        s = system_of(e, one)
        shock = shock_of(s, one)
        paths = propagate_batch(s, [shock], causes=name == central, progress=_part(progress, k, len(names)))
        losses.append(loss_of(s, shock, paths, name))
        output.append((paths.production[0] * s.output).sum(axis=1) / s.output.sum())
        runs[name] = s, paths
    s, paths = runs[central]
    seen = preview(s, scenario).drop(columns="names")
    stocks = pd.DataFrame({"input": s.inputs, "days": s.stocks * s.days_per_step, "reserve": s.reserves})
    tables = {"range": pd.DataFrame(losses), "stops": stops(s, paths), "preview": seen, "stocks": stocks}
    days = np.arange(scenario.steps) * s.days_per_step
    by_setting = xr.DataArray(np.array(output), coords={"setting": list(names), "day": days}, dims=("setting", "day"))
    arrays = {
        **arrays_of(s, shock_of(s, scenario), paths),
        "output_in_settings": quantity("output_in_settings", by_setting, s.money),
    }
    totals = _totals(s, scenario, paths, losses[names.index(central)])
    value_added = {loss.setting: loss.value_added_lost_share for loss in losses}
    final_use = {loss.setting: loss.final_use_lost_share for loss in losses}
    return Outcome(
        arrays, tables,
        provenance(
            e, scenario, "adaptive", value_added_lost_share_by_setting=value_added,
            final_use_lost_share_by_setting=final_use, told_setting=central, **totals,
        ),
    )  # fmt: skip


def _part(progress: Progress | None, k: int, parts: int) -> Progress | None:
    """The progress of one run of several."""
    if progress is None:
        return None
    return lambda step, steps: progress(k * steps + step, parts * steps)


def arrays_of(s: System, shock: Shock, paths: Paths, member: int = 0) -> dict[str, xr.DataArray]:
    """The labelled arrays of one member; names and units as in the glossary."""
    days = np.arange(paths.production.shape[1]) * s.days_per_step
    x, had = paths.production[member], paths.household[member]
    lost = np.where(s.output > 0, 1.0 - x, 0.0) * s.value_added
    needs = list(dict.fromkeys(s.needs))
    rows = np.array([[n == need for n in s.needs] for need in needs], dtype=float)
    asked = households_ask(s, shock)
    wanted = asked @ rows.T
    met = np.divide(had @ rows.T, wanted, out=np.ones((len(had), len(needs))), where=wanted > 0)

    def named(name: str, values: np.ndarray, **coords: Any) -> xr.DataArray:
        return quantity(name, xr.DataArray(values, coords=coords, dims=list(coords)), s.money)

    sectors, inputs = list(s.sectors), list(s.inputs)
    return {
        "production_ratio": named("production_ratio", x.copy(), day=days, sector=sectors),
        "value_added_lost_by_day": named("value_added_lost_by_day", lost.sum(axis=1), day=days),
        "value_added_lost": named("value_added_lost", lost.sum(axis=0), sector=sectors),
        "need_met": named("need_met", met, day=days, need=needs),
        "need_lost": named("need_lost", rows @ (asked - had).sum(axis=0), need=needs),
        "household_use": named("household_use", had.copy(), day=days, input=inputs),
        "final_unmet": named("final_unmet", paths.unmet[member].copy(), input=inputs, final=list(s.finals)),
    }


def _totals(s: System, scenario: Scenario, paths: Paths, loss: Loss) -> dict[str, Any]:
    """What the run adds to the provenance: what the scenario removes, what is lost in all, and when it is over."""
    return {
        "preview": preview_lines(s, scenario),
        "value_added_lost": loss.value_added_lost,
        "value_added_lost_share": loss.value_added_lost_share,
        "final_demand_unmet": loss.final_use_lost,
        "final_demand_unmet_share": loss.final_use_lost_share,
        **recovery_days(s, paths),
        **fallen_demand(s, shock_of(s, scenario)).figures,
    }
