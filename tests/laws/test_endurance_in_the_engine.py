"""Endurance, the measure of ``see``, is what the crisis engine does at its hardest: days and chains are the same."""

from __future__ import annotations

import numpy as np
import pytest
from economies import shipped, small

from groundplan.economy.economy import Economy
from groundplan.measures.endurance import stop_days
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import CutImports
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario

DAYS, STILL = 6, 0.1
CASES = [("two sectors", "works"), ("two sectors", "farm"), ("GHA 2019", "chem"), ("KEN 2019", "chem")]


def economy(name: str) -> Economy:
    return small() if name == "two sectors" else shipped(name)


def run(e: Economy, product: str, how: Behaviour, days: int, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """What every sector could make with its stocks, and makes, over its base, day by day, when a product's imports
    end.
    """
    cut = CutImports(products=(product,), depth=1.0, length=horizon)
    sc = Scenario(name="cut", horizon=horizon, stocks={"default": days}, events=(cut,), behaviour=how)
    s = system_of(e, sc)
    paths = propagate_batch(s, [shock_of(s, sc)], trace=True)
    assert paths.trace is not None
    return np.asarray(paths.trace.able[0]), paths.production[0]


def first_day(is_so: np.ndarray) -> np.ndarray:
    """The first day on which it is so, sector by sector; infinite where it never is."""
    return np.where(is_so.any(axis=0), is_so.argmax(axis=0), np.inf)


@pytest.mark.parametrize(("name", "product"), CASES)
def test_the_rigid_engine_stops_on_the_days_of_the_measure(name: str, product: str) -> None:
    """Where every input is critical, however small and wherever from, and works go on in full until less than a day's
    use is left (ψ as low as it goes), a sector that the measure stops on day d, k suppliers from the border, could
    make a tenth of its base or less from day d on, or up to k days later; later still only where buyers that stopped
    before it ask for less, so that its stocks last. Whom the measure never stops is never short.

    Proves: days add up along the same chains in both. Breaks if: the measure or the engine counts stocks, chains or who
    needs what in another way.
    """
    e = economy(name)
    said = stop_days(e, [product], DAYS, threshold=0.0).loc[list(e.sectors)]
    days = said["days"].to_numpy(dtype=float)
    links = np.array([len(chain.split(" > ")) for chain in said["chain"]])
    hardest = Behaviour(setting="rigid", binding="all", minor_imports=0.0, psi=1.001 / DAYS)
    horizon = int(days[np.isfinite(days)].max()) + 3 * int(links.max()) + 5
    could, made = run(e, product, hardest, DAYS, horizon)
    there = e.output.values > 0
    stops = first_day(could < STILL)
    ends = np.isfinite(days) & there
    assert ends.any()
    assert (stops[ends] >= days[ends]).all()
    asked = ends & (first_day(made <= 1.0 - STILL) >= days)
    assert asked.sum() > 0.9 * ends.sum()
    assert (stops[asked] <= days[asked] + links[asked]).all()
    assert np.isinf(stops[~np.isfinite(days) & there]).all()


@pytest.mark.parametrize("setting", ["rigid", "middle", "flexible"])
@pytest.mark.parametrize(("name", "product"), CASES)
def test_nobody_falls_short_before_the_measure_says(name: str, product: str, setting: str) -> None:
    """By default a lack holds work back from four fifths of a stock on (ψ), so of ten days the first two count: in no
    setting can a sector make less than its base before stocks of two days, all inputs counted as needed, run out.

    Proves: the measure is the earliest day. Breaks if: a lack travels faster in the engine than along the chains.
    """
    e = economy(name)
    earliest = stop_days(e, [product], 10 * (1.0 - Behaviour().psi), threshold=0.0).loc[list(e.sectors), "days"]
    short = first_day(run(e, product, Behaviour(setting=setting), 10, 60)[0] < 1.0 - 1e-9)
    assert (short > earliest.to_numpy(dtype=float) - 1e-9)[e.output.values > 0].all()
    assert np.isfinite(short).any()
