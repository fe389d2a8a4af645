"""From a stress scenario to a contingency of the plan: what is lost, as means over years."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.production.production import CAPITAL_GOODS
from groundplan.planning.features.trade.suppliers import REST, suppliers
from groundplan.planning.policy import Policy
from groundplan.shocks.ceilings import ceilings
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.shock import Shock, shock_of
from groundplan.shocks.dynamics.system import YEAR, System
from groundplan.shocks.scenarios.events import EXPORTS
from groundplan.shocks.scenarios.scenario import Scenario, open_scenario, ready

FAINT = 1e-9
Losses = dict[str, list[float]]


def scenario_named(name: str, folder: Path | None = None) -> Scenario:
    """A scenario by name or file. Raises ``UnknownName`` and ``StudyError`` where there is none."""
    if not name.endswith(".toml"):
        return ready(name)
    beside = folder / name if folder is not None else Path(name)
    return open_scenario(beside if beside.is_file() else name)


def in_years(e: Economy, policy: Policy, c: Contingency, scenario: Scenario) -> Contingency:
    """The contingency with the losses of a scenario whose first day is the first day of the contingency's year.

        imports_lost[i,y]   1 − mean over y's days of what comes of base imports of i; by partner where the plan buys so
        exports_lost[i,y]   1 − mean of the market's share that is open
        capacity_lost[j,y]  1 − mean of min(plant − what is destroyed and not yet rebuilt, labour)
        claims[c,y]         what final users ask for beyond the base, and capital goods for what is rebuilt

    Home demand that falls gives the plan nothing: its floors hold for what people use in ordinary years. A year's mean
    hides what happens within it: a cut of a month is a twelfth of a year's cut, and stocks of users count for nothing.
    Rebuilding goes as fast as the scenario lets it, at the cost of capital goods. Units: 1; money / year.
    """
    apart = dataclasses.replace(scenario.behaviour, imports="apart")
    if apart.sharing != "orders":
        apart = dataclasses.replace(apart, ceiling=1.0)  # the plan's plants know no overtime that could make good
    daily = scenario.replacing(step="day", horizon=YEAR * c.length, behaviour=apart)
    s = system_of(e, daily)
    shock = shock_of(s, daily)
    capacity, rebuilt = _capacity(s, shock)
    exports, claims = _demand(s, shock)
    if any(rebuilt):
        claims[CAPITAL_GOODS] = rebuilt
    return dataclasses.replace(
        c,
        scenario="",
        imports_lost=_stated({**_by_product(e, policy, s, shock), **_by_partner(e, policy, s, shock)}),
        exports_lost=_stated(exports),
        capacity_lost=_stated(capacity),
        claims=_stated(claims),
    )


def _stated(losses: Losses) -> Losses:
    """What is lost in some year at least; rounding is not."""
    kept = {k: [min(v, 1.0) if v <= 1.0 + FAINT else v for v in values] for k, values in losses.items()}
    return {k: [v if v > FAINT else 0.0 for v in values] for k, values in kept.items() if max(values) > FAINT}


def _years(path: np.ndarray) -> np.ndarray:
    """Means over years of 365 days; T × ... → years × ..."""
    return np.asarray(path.reshape(-1, YEAR, *path.shape[1:]).mean(axis=1))


def _comes(s: System, shock: Shock) -> np.ndarray:
    """What each source of imports delivers when users ask for the base flow of its input; T × (m − n), money / day.

    Orders move from sources that deliver less to those that deliver more as the engine's do (``rerouting_days``).
    """
    of, base = s.input_of[s.n :], s.base_flow[s.n :]
    whole, days = np.bincount(of, base, len(s.inputs)), s.behaviour.rerouting_days
    routes, out = np.ones(len(base)), np.zeros_like(shock.imports)
    for t, through in enumerate(shock.imports):
        weight = base * np.maximum(routes, FAINT)
        total = np.bincount(of, weight, len(s.inputs))
        asked = whole[of] * weight / np.where(total > 0, total, 1.0)[of]
        out[t] = np.where(through < 1.0, np.minimum(asked, through * base), asked)
        routes = routes if days is None else routes + (through - routes) / days
    return out


def _by_product(e: Economy, policy: Policy, s: System, shock: Shock) -> Losses:
    """Products whose imports the plan does not split by partner."""
    split, of = suppliers(e, policy), s.input_of[s.n :]
    comes, base = _years(_comes(s, shock)), s.base_flow[s.n :]
    losses: Losses = {}
    for g in np.unique(of):
        i, here = s.products[g], of == g
        parted = i in split and _parted(s, i, [p.name for p in split[i]])
        if base[here].sum() > 0 and not parted:
            losses[i] = (1.0 - comes[:, here].sum(axis=1) / base[here].sum()).tolist()
    return losses


def _parted(s: System, product: str, names: list[str]) -> bool:
    """Whether the accounts know the partners that the plan buys a product from."""
    there = {s.partners[r] for r in range(s.n, len(s.suppliers)) if s.products[s.input_of[r]] == product}
    return bool(set(names) & there)


def _by_partner(e: Economy, policy: Policy, s: System, shock: Shock) -> Losses:
    """What does not come from each partner of a product that the plan buys by partner; ``rest`` is all others.

    How far others step in is the plan's own limit then (``partner_growth``), not the scenario's.
    """
    through, base = _years(shock.imports), s.base_flow[s.n :]
    of = [s.products[g] for g in s.input_of[s.n :]]
    losses: Losses = {}
    for i, sellers in suppliers(e, policy).items():
        names = [p.name for p in sellers]
        if not _parted(s, i, names):
            continue
        mine = [r for r, product in enumerate(of) if product == i]
        for p in sellers:
            who = [r for r in mine if (s.partners[s.n + r] not in names) == (p.name == REST)]
            rows = [r for r in who if p.name in (REST, s.partners[s.n + r])]
            if base[rows].sum() > 0:
                came = through[:, rows] @ base[rows] / base[rows].sum()
                losses[f"{i}@{p.name}"] = (1.0 - came).tolist()
    return losses


def _capacity(s: System, shock: Shock) -> tuple[Losses, list[float]]:
    """Capacity lost by sector, and capital goods for what is rebuilt in each year."""
    standing, destroyed = np.zeros_like(shock.capacity), np.zeros_like(shock.capacity)
    plant = shock.capacity
    if shock.rebuilds:
        limits = ceilings(s, shock)
        standing, destroyed, plant = limits.standing, limits.destroyed, limits.plant
    lost = _years(1.0 - np.clip(np.minimum(plant - standing, shock.labour), 0.0, 1.0))
    ends = np.arange(YEAR, shock.steps + 1, YEAR) - 1
    restored = (np.maximum(destroyed - standing, 0.0)[ends] @ s.capital).tolist()
    rebuilt = np.diff(restored, prepend=0.0).clip(min=0.0).tolist()
    return {j: lost[:, n].tolist() for n, j in enumerate(s.codes) if s.output[n] > 0}, rebuilt


def _demand(s: System, shock: Shock) -> tuple[Losses, Losses]:
    """Markets abroad that are closed, and what final users at home ask for beyond the base, money / year."""
    share = _years(shock.final())
    abroad = s.finals.index(EXPORTS)
    sold, others = s.use[:, s.n + abroad], [k for k in range(len(s.finals)) if k != abroad]
    exports: Losses = {}
    for g in np.flatnonzero(sold > 0):
        closed = (1.0 - np.minimum(share[:, g, abroad], 1.0)).tolist()
        exports[s.products[g]] = np.maximum(closed, exports.get(s.products[g], 0.0)).tolist()
    more = np.einsum("ygf,gf->yg", np.maximum(share[:, :, others] - 1.0, 0.0), s.use[:, [s.n + k for k in others]])
    names = [name.replace("imported:", "import:") for name in s.inputs]
    return exports, {name: (YEAR * more[:, g]).tolist() for g, name in enumerate(names) if more[:, g].any()}
