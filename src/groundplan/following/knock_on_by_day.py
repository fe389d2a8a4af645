"""When a lack reaches others, day by day, where stocks are known: the engine of ``stress``, by entitlements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import StudyError
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import LoseCapacity
from groundplan.shocks.scenarios.scenario import Scenario
from groundplan.solver.programme import Floats

# A sector that makes less than this of its base is reached.
REACHED = 0.99
# Days of a step beyond the last lack, until which what it does is watched.
AFTER = 90


class Shortage(NamedTuple):
    """A share of a product's output that is not made, from a day on, for so many days."""

    product: str
    share: float
    start: date
    days: int


class Reached(NamedTuple):
    """A sector that a lack reaches: the first day, least output over base, output lost, 1, and which input it lacks."""

    sector: str
    first_day: str
    least: float
    lost: float
    lacks: str


def stocks_of(e: Economy, stocks: Scenario) -> Floats:
    """[n] what is in stock of each home product, with users and in reserves. Units: money."""
    s = system_of(e, _plain(stocks, 1))
    stored = s.wanted.sum(axis=1) + s.reserves
    amounts = dict.fromkeys(e.sectors, 0.0)
    for k, product in enumerate(s.products):
        amounts[product] += float(stored[k])
    return np.array([amounts[p] for p in e.sectors])


def reached(e: Economy, stocks: Scenario, shortages: Sequence[Shortage]) -> list[Reached]:
    """Whom lacks reach, and when: days count from the first of them, with the stocks that the scenario states.

    Shares are lost of base output (``LoseCapacity``), nothing makes good for them, and everybody gets his share of what
    there is. Sectors that are short by themselves are listed too, with no input that they lack. Earliest first.
    Units: ``Reached``. Raises ``StudyError`` for stocks that come with events, and what ``system_of`` raises.
    """
    if not shortages:
        return []
    first = min(s.start for s in shortages)
    horizon = max((s.start - first).days + s.days for s in shortages) + AFTER
    events = tuple(
        LoseCapacity(
            sectors=(s.product,), depth=min(s.share, 1.0), start=(s.start - first).days, length=s.days, made_good=False
        )
        for s in shortages
        if s.share > 0
    )
    scenario = replace(_plain(stocks, horizon), events=events)
    system = system_of(e, scenario)
    paths = propagate_batch(system, [shock_of(system, scenario)], causes=True)
    assert paths.limiting is not None
    rows = [_one(system, paths.production[0], paths.limiting[0], j, first) for j in range(system.n)]
    there = [r for r in rows if r is not None]
    return sorted(there, key=lambda r: (r.first_day, r.least))


def _plain(stocks: Scenario, horizon: int) -> Scenario:
    if stocks.events:
        what = f"the stocks '{stocks.name}' come with events, and what is lacking is known from the reports"
        raise StudyError(what, fix="take [[events]] out of the file")
    return replace(stocks, horizon=horizon)


def _one(s: System, production: Floats, limiting: np.ndarray, j: int, first: date) -> Reached | None:
    if s.output[j] <= 0:
        return None
    below = np.flatnonzero(production[:, j] < REACHED)
    if not below.size:
        return None
    day = first + timedelta(days=int(below[0]) * s.days_per_step)
    lost = float((1.0 - production[:, j]).mean())
    causes = limiting[below, j]
    inputs = [s.inputs[k] for k in causes if k >= 0]
    lacks = max(dict.fromkeys(inputs), key=inputs.count) if inputs else ""
    least = float(production[:, j].min())
    return Reached(s.sectors[j], str(day), least, lost if not math.isnan(lost) else 0.0, lacks)
