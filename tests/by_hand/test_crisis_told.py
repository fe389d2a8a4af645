"""What is told of a crisis: the story, the response's prices, what coordination is worth, and the proof by the path."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from crises import IN_PROPORTION, YEAR, shaken, two_works, uneven
from economies import small
from scipy import sparse

from groundplan.crisis.compile_crisis import Crisis
from groundplan.crisis.response import compare_engines, planned_response
from groundplan.crisis.story import _joined, around, tell
from groundplan.crisis.witness import _stocks, violations
from groundplan.errors import StudyError
from groundplan.outcome import Outcome
from groundplan.planning.activities import Activities
from groundplan.planning.families.rows import Model
from groundplan.shocks.ceilings import ceilings
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import CutImports, LoseCapacity, RaiseDemand
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario

OVERTIME = np.array([1.125, 1.21875, 1.2890625, 1.341796875])


def crisis() -> Crisis:
    s = uneven()
    return Crisis(s, shaken(s), ceilings(s, shaken(s)), np.zeros((2, 3)), np.ones(3))


def test_a_plain_distribution_around_a_scenario() -> None:
    """Proves: depths from half to one and a half of the scenario's, to 1 at most and to 10 of a rise of demand; lengths
    likewise; starts up to 60 days later. What has no depth is drawn without one, and a single day is not drawn longer.

    Breaks if: draws are left out, or a bound is another.
    """
    events = (
        CutImports(name="cut", depth=0.8, start=5, length=20),
        RaiseDemand(name="rush", depth=4.0, length=1),
        LoseCapacity(name="calm", depth=0.0, length=2),
    )
    sc = Scenario(name="three", horizon=90, events=events)
    d = around(sc, 7, seed=3, groups={"all": 0.5})
    assert (d.members, d.seed, d.name, dict(d.groups), d.scenario) == (7, 3, "around three", {"all": 0.5}, sc)
    told = [(x.event, x.field, x.shape, x.low, x.mode, x.high) for x in d.draws]
    assert told == [
        ("cut", "depth", "triangular", 0.4, 0.8, 1.0), ("cut", "length", "uniform", 10.0, None, 30.0),
        ("cut", "start", "uniform", 5.0, None, 65.0), ("rush", "depth", "triangular", 2.0, 4.0, 6.0),
        ("rush", "start", "uniform", 0.0, None, 60.0), ("calm", "length", "uniform", 1.0, None, 3.0),
        ("calm", "start", "uniform", 0.0, None, 60.0),
    ]  # fmt: skip
    assert (around(sc, 1).groups, around(sc, 1).seed) == ({}, 0)
    high = around(Scenario(name="x", events=(RaiseDemand(depth=8.0),)), 1).draws[0]
    assert (high.low, high.high) == (4.0, 10.0)


def test_the_story_says_how_far_it_is() -> None:
    """Proves: every thirtieth day is told, and no other; a threshold that is none, and one without a cut, is refused.

    Breaks if: each day is told, or a refusal comes after the run.
    """
    one = Behaviour(setting="middle")
    event = LoseCapacity(sectors=("farm",), depth=0.2, length=30)
    sc = Scenario(name="s", horizon=61, events=(event,), behaviour=one)
    told: list[str] = []
    outcome = tell(small(), sc, coordination=False, progress=told.append)
    assert told[:3] == ["running the adaptive engine", "day 30 of 61", "day 60 of 61"]
    assert {words.partition(":")[0] for words in told[3:]} == {"trying what could be done"}
    assert outcome.provenance["engine"] == "stress"
    assert set(outcome.tables) == {"stops", "preview", "stocks", "range", "actions"}
    for threshold in (-0.1, np.inf, np.nan):
        with pytest.raises(StudyError, match="the threshold is"):
            tell(small(), sc, coordination=False, threshold=threshold)
    with pytest.raises(StudyError, match="cuts no imports"):
        tell(small(), sc, coordination=False, threshold=0.0)


def test_parts_of_a_story_join() -> None:
    """Proves: the first part's provenance leads, the others add what it lacks; arrays and tables of all are there."""
    one = Outcome({"a": xr.DataArray(1.0)}, {"t": pd.DataFrame({"x": [1]})}, {"engine": "stress, adaptive", "k": 1})
    two = Outcome({"b": xr.DataArray(2.0)}, {"u": pd.DataFrame({"x": [2]})}, {"engine": "other", "k": 2, "more": 3})
    whole = _joined([one, two], {"v": pd.DataFrame({"x": [3]})})
    assert dict(whole.provenance) == {"engine": "stress", "k": 1, "more": 3}
    assert set(whole.arrays) == {"a", "b"}
    assert set(whole.tables) == {"t", "u", "v"}


def test_prices_while_it_lasts_and_after() -> None:
    """C is away for two of six weeks, and nothing need be left: what comes in the last weeks is worth nothing then.

    Proves: prices of each planned week by themselves, 0 where more is of no use. Breaks if: one week's price is that of
    all.
    """
    how = Behaviour(**IN_PROPORTION, alpha_max=1.0, binding_of={"c": "critical"})
    sc = Scenario(name="cut", step="week", horizon=42, stocks={"default": 14.0}, behaviour=how,
                  events=(CutImports(depth=1.0, start=7, length=21),))  # fmt: skip
    s = system_of(two_works(), sc)
    shock = shock_of(s, sc)
    response = planned_response(s, shock, solver="simplex")
    assert response.quality["solver"] != planned_response(s, shock).quality["solver"]
    price = response.price[:, s.inputs.index("imported:c")]
    assert price[0] == 0.0
    assert price[1:3] == pytest.approx([2.5, 2.5])
    assert price[-1] == pytest.approx(0.0, abs=1e-9)
    assert response.loss == pytest.approx(response.unmet.sum())
    assert response.production[0] == pytest.approx(s.output)


def test_weights_of_needs_in_the_comparison() -> None:
    """Proves: with what a gives three times as important, the losses of both engines count it three times.

    Breaks if: weights reach one of them only.
    """
    how = Behaviour(**IN_PROPORTION, alpha_max=1.0, binding_of={"c": "critical"})
    sc = Scenario(name="cut", step="week", horizon=56, stocks={"default": 14.0}, behaviour=how,
                  events=(CutImports(depth=0.6, length=56),))  # fmt: skip
    s = replace(system_of(two_works(), sc), needs=("food", "heat", "rest", "rest"))
    engines = compare_engines(s, shock_of(s, sc), weights={"food": 3.0})
    w = np.array([3.0, 1.0, 1.0, 1.0])
    assert engines.adaptive_loss == pytest.approx(engines.adaptive.unmet[0].sum(axis=1) @ w)
    assert engines.planned.loss == pytest.approx((engines.planned.unmet @ w).sum())
    assert engines.static.loss == pytest.approx((engines.demand - engines.static.final) @ w)
    assert engines.floor.loss.sum() <= engines.planned.loss + 1e-9 <= engines.adaptive_loss + 2e-9
    assert engines.lost.sum(axis=0) == pytest.approx(engines.adaptive.unmet[0].sum(axis=1))
    assert (engines.breaches <= 1e-9).all()
    assert engines.demand[:, 0] * YEAR == pytest.approx(np.full(8, 100.0))


def test_violations_as_shares() -> None:
    """X = 8 of at most 5 and y = 1 of at least 2: 3/8. Parts 4.5 of at most 4: 0.5/4.5; 0.3 of 0.2.

    2x + y = 17 ≤ 10: 7 of its largest term, 16. A quarter of 4.5 ≥ 2: 0.875 of 2. Part 2 − y/2 = −0.5 = 1: 1.5 of 1.
    A row that nearly died away, 1e-9 of y at most nothing, is over a millionth of its family's largest, 9000.
    Proves: each of these shares, whatever order values come in. Breaks if: another size divides, or one side is free.
    """

    def block(numbers: Any, lower: Any, upper: Any, **coords: list[Any]) -> SimpleNamespace:
        return SimpleNamespace(coords=coords, numbers=np.array(numbers), lower=np.array(lower), upper=np.array(upper))

    level = block([[0], [1]], [[0.0], [2.0]], [[5.0], [np.inf]], activity=["x", "y"], year=[1])
    parts = block([2, 3], [0.0, 0.0], [4.0, 1.0], part=[0, 1])
    slight = block([4], [0.0], [0.2], part=[0])
    rows = np.array([[2.0, 1, 0, 0, 0], [0, 0, 0.25, 0, 0], [0, -0.5, 0, 1, 0], [1000, 0, 0, 0, 0], [0, 1e-9, 0, 0, 0]])
    low, high = np.array([-np.inf, 2.0, 1.0, -np.inf, -np.inf]), np.array([10.0, np.inf, 1.0, 9000.0, 0.0])
    programme = SimpleNamespace(width=5, matrix=lambda: sparse.csr_array(rows), sides=lambda: (low, high))
    families = {"one": [0], "low": [1], "two": [2], "faint": [3, 4]}
    model = SimpleNamespace(
        programme=programme, variables={"level": level, "segment": parts, "slight": slight},
        families={name: SimpleNamespace(numbers=np.array(n)) for name, n in families.items()},
    )  # fmt: skip
    values = {
        "level": xr.DataArray([[1.0, 8.0]], coords={"year": [1], "activity": ["y", "x"]}, dims=("year", "activity")),
        "segment": xr.DataArray([4.5, 0.0], dims="part"),
        "slight": xr.DataArray([0.3], dims="part"),
    }
    assert violations(cast(Model, model), values).to_dict() == pytest.approx(
        {"bounds of level": 3 / 8, "bounds of segment": 0.5 / 4.5, "bounds of slight": 1 / 3,
         "one": 7 / 16, "low": 0.875 / 2, "two": 1.5,
         "faint": 1e-9 / 9e-3}
    )  # fmt: skip
    values["level"] = xr.DataArray(
        [[5.0], [2.0]], coords={"activity": ["x", "y"], "year": [1]}, dims=("activity", "year")
    )
    assert violations(cast(Model, model), values)["bounds of level"] == 0.0


def path() -> Paths:
    """Five days of ``uneven``: a at 1, 0.3, 0.2, 0.5 and 0.6, b at 1, 1, 0.25, 0.9 and 1; reserves give 0.4 and 0.5."""
    production = np.array([[[1.0, 1.0], [0.3, 1.0], [0.2, 0.25], [0.5, 0.9], [0.6, 1.0]]])
    supply = np.zeros((1, 5, 4))
    supply[0, :, :2] = production[0] * [8.0, 20.0] + [2.0, 0.0]
    supply[0, :, 2:] = [[4.0, 2.0], [2.0, 2.0], [1.6, 2.0], [1.0, 1.5], [4.0, 2.0]]
    supply[0, 3, 0] += 0.5
    arrivals = np.arange(30.0).reshape(1, 5, 3, 2)
    delivered = np.arange(60.0).reshape(1, 5, 4, 3)
    trace = SimpleNamespace(supply=supply, arrivals=arrivals, delivered=delivered, rebuilt=np.zeros((1, 5, 4)))
    return cast(Paths, SimpleNamespace(production=production, trace=trace))


def test_stocks_by_their_balances() -> None:
    """5 in store; 4 and 2 are put in, of which half is there a year later; 1 and a half are drawn, each taking 2; in
    the second year 1 comes from outside and 0.25 is claimed: 5, 3, 3 + 2 − 1 + 0.75, and 1 more.

    Proves: lags, coefficients and signs of the balance. Breaks if: a flow falls due in another year.
    """
    a = Activities.of(
        [1, 2, 3],
        commodities=pd.DataFrame({"commodity": ["store", "plant", "money"], "kind": ["stock", "capacity", "flow"],
                                  "initial": [5.0, 2.0, 0.0]}),
        activities=[{"activity": "put"}, {"activity": "draw"}],
        flows=[{"activity": "put", "commodity": "store", "role": "give", "coefficient": 0.5, "lag": 1},
               {"activity": "put", "commodity": "money", "role": "take", "coefficient": 1.0},
               {"activity": "draw", "commodity": "store", "role": "take", "coefficient": 2.0}],
        exogenous=[{"commodity": "store", "year": 2, "supply": 1.0, "claim": 0.25},
                   {"commodity": "money", "year": 1, "supply": 9.0}],
    )  # fmt: skip
    level = pd.DataFrame([[1.0, 0.5, 0.0], [4.0, 2.0, 0.0]], index=["draw", "put"], columns=[1, 2, 3])
    stocks = _stocks(a, level)
    assert stocks.sel(commodity="store").values.tolist() == [5.0, 3.0, 4.75, 5.75]
    assert stocks.sel(commodity="plant").values.tolist() == [2.0] * 4
    assert stocks["commodity"].values.tolist() == ["store", "plant"]
