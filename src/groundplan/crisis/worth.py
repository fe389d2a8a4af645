"""What coordination is worth: the loss of people who adapt, less the loss of a plan with the same means."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import NamedTuple

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
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import by_need, need_names
from groundplan.shocks.dynamics.shock import Shock, shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.provenance import provenance
from groundplan.shocks.scenarios.scenario import TIERS, Behaviour, Scenario
from groundplan.shocks.scenarios.settings import MIDDLE

PERIOD_DAYS = 28
MOST_PERIODS = 24
OVER = 1e-6
OWN, ALIKE = "as stated", "everybody alike"


class Worth(NamedTuple):
    """One setting and rule of sharing out; money over the horizon.

    adaptive      final use lost when everybody looks after himself
    coordinated   lost by a plan that at the start of every period has in stores what people have: it sees no further
    planned       lost by a plan that knows the end; told for the scenario's own rule, NaN for the others
    coordination  adaptive − coordinated;  foresight  coordinated − planned
    """

    setting: str
    rule: str
    adaptive: float
    coordinated: float
    planned: float
    coordination: float
    foresight: float


def worth_of_coordination(
    e: Economy,
    scenario: Scenario,
    *,
    weights: Mapping[str, float] | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
) -> Outcome:
    """Plans beside the adaptive path in every setting, and what coordination and foresight are worth in each.

        coordination = Σ_t Σ_g w[g]·unmet_adaptive[g,t] − Σ_t Σ_g w[g]·unmet_today[g,t] ≥ 0
        foresight    = Σ_t Σ_g w[g]·unmet_today[g,t] − Σ_t Σ_g w[g]·unmet_planned[g,t] ≥ 0

    Periods have 28 days, or more where there would be over 24 of them, and end when the loss is over. The plans leave
    in stores and reserves what the adaptive path leaves there, so no gap is bought with stocks.
    Arrays, of the middle setting: unmet_by_engine (engine × day × need; ``static`` is each period by itself, without
    stocks), planned_production (day × sector), crisis_price (day × input); a day is the first of its period. Tables:
    worth (engine, loss, share of final use), coordination (``Worth``, a row a setting and rule), breaches (what the
    adaptive path would violate of the plan's rows: nothing but rounding).
    Units: money at base-year prices. Raises ``StudyError`` for programmes too large, ``SolverError``, ``Interrupted``
    and what ``system_of`` and ``shock_of`` raise. Source: our own (docs/explanation/coordination.md).
    """
    names = scenario.behaviour.settings
    central = MIDDLE if MIDDLE in names else names[0]
    kinds = [str(kind) for kind in e.domestic_final["final_kind"].values]
    rows: list[Worth] = []
    central_run: tuple[System, Engines] | None = None
    breach = 0.0
    for name in names:
        one = scenario.in_setting(name)
        for rule, how in rules_of(one.behaviour, kinds).items():
            progress(f"{name}, {rule}: what coordination is worth")
            s = system_of(e, one.replacing(behaviour=how))
            shock = until_over(s, shock_of(s, one))
            span = span_of(s, shock)
            check_size(s, -(-shock.steps // span))
            own = rule == OWN
            engines = compare_engines(
                s, shock, weights=weights, span=span, foresight=own, families=families, progress=progress
            )
            rows.append(_worth(name, rule, engines))
            breach = max(breach, float(engines.breaches.max()))
            if own and name == central:
                central_run = s, engines
    assert central_run is not None
    s, engines = central_run
    table, whole = losses(engines), pd.DataFrame(rows)
    worth = next(r for r in rows if (r.setting, r.rule) == (central, OWN))
    asked = float(engines.adaptive.asked[0].sum())
    ranges = {
        n: [float(part["coordination"].min()), float(part["coordination"].max())]  # of those that could be told
        for n, part in whole.groupby("setting", sort=False)
    }
    more = {
        "preview": preview_lines(s, scenario),
        "weights": dict(weights or {}),
        "adaptive_loss": worth.adaptive,
        "coordinated_loss": worth.coordinated,
        "planned_loss": worth.planned,
        "worth_of_coordination": worth.coordination,
        "worth_of_coordination_share": worth.coordination / asked if asked > 0 else 0.0,
        "worth_of_coordination_by_setting": ranges,
        "worth_of_foresight": worth.foresight,
        "period_days": int(np.diff(engines.starts)[-1] if len(engines.starts) > 1 else 1) * s.days_per_step,
        "largest_breach": breach,
        "solver": None if engines.planned is None else engines.planned.quality,
    }
    breaches = engines.breaches.rename_axis("rows").rename("breach").reset_index()
    tables = {"worth": table, "coordination": whole, "breaches": breaches}
    return Outcome(arrays(s, engines), tables, provenance(e, scenario, "worth of coordination", **more))


def rules_of(how: Behaviour, kinds: Sequence[str]) -> dict[str, Behaviour]:
    """The rules of sharing out that the worth is told for: the one that is stated, and others where it has settings.

    Everybody alike; firms before final users; exports after all others. Households before firms is none of them: it
    takes from firms what they make the next day's goods of, and the loss feeds on itself (docs/explanation/crises.md).
    ``kinds``: the kinds of final users that there are.
    """
    if how.sharing == "orders":
        return {OWN: how}
    at_home = ("sectors", *(f"final:{kind}" for kind in dict.fromkeys(kinds) if kind != "exports"))
    others = {
        ALIKE: dataclasses.replace(how, rationing="proportional"),
        "firms first": dataclasses.replace(how, rationing="priority", tiers=TIERS),
        "exports last": dataclasses.replace(how, rationing="priority", tiers=(at_home,)),
    }
    same = how.rationing == "proportional"
    return {OWN: how, **{k: other for k, other in others.items() if other != how and not (same and k == ALIKE)}}


def until_over(s: System, shock: Shock) -> Shock:
    """The shock watched until all but a millionth of the loss of its adaptive path is over; all of it where none is."""
    paths = propagate_batch(s, [shock])
    lost = np.cumsum((paths.asked[0] - paths.served[0]).sum(axis=1))
    if lost[-1] <= OVER * max(float(paths.asked.sum()), 1e-300):
        return shock
    return shock.until(int(np.searchsorted(lost, (1.0 - OVER) * lost[-1])) + 1)


def span_of(s: System, shock: Shock) -> int:
    """Steps in a period: 28 days, or as many times that as make no more than 24 periods."""
    days = shock.steps * s.days_per_step
    periods = -(-days // (PERIOD_DAYS * MOST_PERIODS))
    return max(periods * PERIOD_DAYS // s.days_per_step, 1)


def _worth(setting: str, rule: str, engines: Engines) -> Worth:
    adaptive, today = engines.adaptive_loss, np.nan if engines.today is None else engines.today.loss
    planned = np.nan if engines.planned is None else engines.planned.loss
    return Worth(setting, rule, adaptive, today, planned, adaptive - today, today - planned)


def losses(engines: Engines) -> pd.DataFrame:
    """Weighted final use lost by engine over the horizon: engine, loss (money), share (of final use wanted)."""
    asked = float(engines.adaptive.asked[0].sum())
    lengths = np.diff([*engines.starts, len(engines.adaptive.asked[0])])
    rows = {
        "no path can lose less": float(engines.floor.loss.sum()),
        "each period by itself, no stocks": float(engines.static.loss @ lengths),
        **({} if engines.planned is None else {"planned, knowing the end": engines.planned.loss}),
        **({} if engines.today is None else {"planned, seeing today": engines.today.loss}),
        "adaptive": engines.adaptive_loss,
    }
    table = pd.DataFrame({"engine": list(rows), "loss": list(rows.values())})
    return table.assign(share=table["loss"] / asked if asked > 0 else 0.0)


def arrays(s: System, engines: Engines) -> dict[str, xr.DataArray]:
    """The labelled arrays; names and units as in the glossary."""
    days, planned = engines.starts * s.days_per_step, engines.planned
    assert planned is not None
    plans = {"planned": planned, **({} if engines.today is None else {"today": engines.today})}
    feasible = np.maximum(engines.demand - engines.static.final, 0.0)

    def named(name: str, values: np.ndarray, **coords: object) -> xr.DataArray:
        return quantity(name, xr.DataArray(values, coords=coords, dims=list(coords)), s.money)

    return {
        "unmet_by_engine": named(
            "unmet_by_engine",
            by_need(s, np.stack([feasible, *(plan.unmet for plan in plans.values()), engines.lost])),
            engine=["static", *plans, "adaptive"],
            day=days,
            need=need_names(s),
        ),
        "planned_production": named("planned_production", planned.production, day=days, sector=list(s.sectors)),
        "crisis_price": named("crisis_price", planned.price, day=days, input=list(s.inputs)),
    }
