"""What coordination is worth: the loss of people who adapt, less the loss of a plan with the same means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.crisis.response import Engines, check_size, compare_engines
from groundplan.economy.economy import Economy
from groundplan.glossary import quantity
from groundplan.outcome import Outcome
from groundplan.planning.families.family import Family
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.solve import Progress, quiet
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.preview import preview_lines
from groundplan.shocks.dynamics.run_record import by_need, need_names
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.provenance import provenance
from groundplan.shocks.scenarios.scenario import Scenario


def worth_of_coordination(
    e: Economy,
    scenario: Scenario,
    *,
    weights: Mapping[str, float] | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
) -> Outcome:
    """Three engines on one scenario, and the gap between the plan and the adaptive path.

        worth = Σ_t Σ_g w[g]·unmet_adaptive[g,t] − Σ_t Σ_g w[g]·unmet_planned[g,t] ≥ 0

    The plan leaves in stores and reserves what the adaptive path leaves there, so the gap is not bought with stocks.
    Arrays: unmet_by_engine (engine × day × need; ``static`` is each step by itself, without stocks), planned_production
    (day × sector), crisis_price (day × input). Tables: worth (engine, loss, share of final demand), breaches (what the
    adaptive path would violate of the plan's rows: nothing but rounding).
    Units: money at base-year prices. Raises ``StudyError`` for programmes too large, ``SolverError``, ``Interrupted``
    and what ``system_of`` and ``shock_of`` raise. Source: our own (docs/explanation/coordination.md).
    """
    s = system_of(e, scenario)
    check_size(s, scenario.steps)
    engines = compare_engines(s, shock_of(s, scenario), weights=weights, families=families, progress=progress)
    table = losses(engines)
    loss, share = (table.set_index("engine")[c] for c in ("loss", "share"))
    more = {
        "preview": preview_lines(s, scenario),
        "weights": dict(weights or {}),
        "adaptive_loss": float(loss["adaptive"]),
        "planned_loss": float(loss["planned"]),
        "worth_of_coordination": float(loss["adaptive"] - loss["planned"]),
        "worth_of_coordination_share": float(share["adaptive"] - share["planned"]),
        "largest_breach": float(engines.breaches.max()),
        "solver": engines.planned.quality,
    }
    breaches = engines.breaches.rename_axis("rows").rename("breach").reset_index()
    tables = {"worth": table, "breaches": breaches}
    return Outcome(arrays(s, engines), tables, provenance(e, scenario, "worth of coordination", **more))


def losses(engines: Engines) -> pd.DataFrame:
    """Weighted unmet final demand by engine over the horizon: engine, loss (money), share (of final demand)."""
    asked = float(engines.adaptive.asked[0].sum())
    rows = {
        "no path can lose less": float(engines.floor.loss.sum()),
        "each step by itself, no stocks": float(engines.static.loss.sum()),
        "planned": engines.planned.loss,
        "adaptive": engines.adaptive_loss,
    }
    table = pd.DataFrame({"engine": list(rows), "loss": list(rows.values())})
    return table.assign(share=table["loss"] / asked if asked > 0 else 0.0)


def arrays(s: System, engines: Engines) -> dict[str, xr.DataArray]:
    """The labelled arrays; names and units as in the glossary."""
    days = np.arange(len(engines.lost)) * s.days_per_step
    feasible = np.maximum(engines.demand - engines.static.final, 0.0)

    def named(name: str, values: np.ndarray, **coords: object) -> xr.DataArray:
        return quantity(name, xr.DataArray(values, coords=coords, dims=list(coords)), s.money)

    return {
        "unmet_by_engine": named(
            "unmet_by_engine",
            by_need(s, np.stack([feasible, engines.planned.unmet, engines.lost])),
            engine=["static", "planned", "adaptive"],
            day=days,
            need=need_names(s),
        ),
        "planned_production": named("planned_production", engines.planned.production, day=days, sector=list(s.sectors)),
        "crisis_price": named("crisis_price", engines.planned.price, day=days, input=list(s.inputs)),
    }
