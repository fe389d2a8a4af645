"""Crises where nothing is alike: weeks and days, members and reserves, home and imported, each figure its own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from crises import two_works
from economies import small

from groundplan.crisis.worth import worth_of_coordination
from groundplan.errors import StudyError
from groundplan.shocks.bridging import bridging_stock, made_at_home, search
from groundplan.shocks.cutoff import need_weights
from groundplan.shocks.dynamics.adaptive import adapt
from groundplan.shocks.dynamics.build import system_from_arrays, system_of
from groundplan.shocks.dynamics.causes import chain
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import CutImports
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario


def test_a_product_made_at_home() -> None:
    """A quarter of farm imports is made at home: final users take 0.75 and 1 of 3 and 4 from home farms instead.

    A_d' = [[0.2125, 0.16875], [0.1, 0.2]], final demand at home (20.75 + 11 + 2 + 18, 150) = (51.75, 150), so
    x' = (51.75·0.8 + 150·0.16875, 51.75·0.1 + 150·0.7875) / (0.2125→0.7875·0.8 − 0.16875·0.1).
    Proves: what moves, what stays, and that people and plant grow with their sector.
    Breaks if: imports grow by what was moved, or works are touched.
    """
    e = small()
    moved = made_at_home(e, ["farm"], 0.25)
    low = 0.7875 * 0.8 - 0.16875 * 0.1
    x = np.array([51.75 * 0.8 + 150 * 0.16875, 51.75 * 0.1 + 150 * 0.7875]) / low
    assert moved.output.values == pytest.approx(x)
    assert moved.imported_final.values == pytest.approx(e.imported_final.values * np.array([[0.75], [1.0]]))
    assert moved.domestic_final.values[0] == pytest.approx([20.75, 11.0, 2.0, 0.0, 0.0])
    assert moved.domestic_final.values[1] == pytest.approx(e.domestic_final.values[1])
    assert moved.imported_use.values == pytest.approx(np.array([[0.0375, 0.05625], [0.05, 0.1]]) * x)
    grown = x / np.array([100.0, 200.0])
    assert moved.employment.values == pytest.approx(e.employment.values * grown)
    assert moved.capital_stock.values == pytest.approx(e.capital_stock.values * grown)
    assert moved.primary.values == pytest.approx(e.primary.values * grown)


@pytest.mark.parametrize(("step", "least"), [("day", "2"), ("week", "14")])
def test_users_stocks_are_counted_from_two_steps_on(step: str, least: str) -> None:
    """Proves: what users must hold anyway, two days or two weeks, is not counted as what bridges.

    Breaks if: another number of steps is the least.
    """
    sc = Scenario(name="cut", horizon=28, step=step, events=(CutImports(products=("farm",), depth=0.5, length=7),))
    answer = bridging_stock(small(), sc, ["farm"], 1.0, reserve=False)
    assert answer.provenance["bridge"] == 0.0
    assert answer.provenance["bridge_unit"] == f"days in users' stocks above {least}"


@pytest.mark.parametrize(("threshold", "most", "tolerance"), [(-0.1, 1, 0.5), (0, 1, 0), (0, 1, 2), (0, 1, -1)])
def test_a_search_that_makes_no_sense(threshold: float, most: float, tolerance: float) -> None:
    """Proves: a threshold below nothing and a tolerance of nothing, or above the most, are refused before any run."""
    with pytest.raises(StudyError, match="nothing can be searched for"):
        search(lambda _: 0.0, threshold, most, tolerance)


@pytest.mark.parametrize("weight", ["heavy", True, 0, -1.5, np.inf, np.nan, None])
def test_a_weight_is_a_number_above_nothing(weight: Any) -> None:
    """Proves: each thing that is no weight is refused by itself; a weight stands with its need and 1 elsewhere."""
    s = system_of(small(), Scenario(name="none"))
    need = s.needs[0]
    with pytest.raises(StudyError, match="the weight of"):
        need_weights(s, {need: weight})
    assert need_weights(s, {need: 3}).tolist() == [3.0 if n == need else 1.0 for n in s.needs]


def test_stocks_are_told_in_days_and_reserves_in_money() -> None:
    """Three weeks of stock are 21 days; five days of all use of imported farm products are 5/365 of 27.

    Proves: units of the table of stocks where a step is a week. Breaks if: steps are told as days.
    """
    sc = Scenario(name="weeks", horizon=28, step="week", stocks={"default": 21.0}, reserves={"farm": 5.0})
    stocks = adapt(small(), sc).table("stocks").set_index("input")
    assert stocks["days"].tolist() == pytest.approx([21.0] * 4)
    assert stocks["reserve"].to_dict() == pytest.approx(
        {"home:farm": 5 / 365 * 100, "home:works": 0.0, "imported:farm": 5 / 365 * 27, "imported:works": 0.0}
    )


def test_each_member_has_reserves_of_its_own() -> None:
    """Proves: the member whose imports stop empties its reserve, and the one beside it keeps all.

    Breaks if: members share a reserve.
    """
    sc = Scenario(name="cut", horizon=20, stocks={"default": 20}, reserves={"farm": 5})
    s = system_of(small(), sc)
    cut = shock_of(s, sc.replacing(events=(CutImports(products=("farm",), length=20),)))
    paths = propagate_batch(s, [shock_of(s, sc), cut])
    assert paths.reserves[0] == pytest.approx(s.reserves)
    assert paths.reserves[1, 2] == pytest.approx(0.0, abs=1e-12)


def test_nothing_is_unmet_before_anything_happens() -> None:
    """Proves: step by step and without stocks, what can be had is all that is asked for until the cut begins, and half
    of what is asked for of b, which uses c, and of a while it lasts.

    Breaks if: a loss is told where there is none.
    """
    sc = Scenario(
        name="late", step="week", horizon=42, stocks={"default": 14.0}, behaviour=Behaviour(binding="all"),
        events=(CutImports(products=("c",), start=21, length=14),),
    )  # fmt: skip
    static = worth_of_coordination(two_works(), sc)["unmet_by_engine"].sel(engine="static").sum("need")
    assert static.values[:3] == pytest.approx(0.0, abs=1e-9)
    assert static.values[3:5] == pytest.approx(200.0 * 7 / 365)
    assert static.values[5:] == pytest.approx(0.0, abs=1e-9)


def test_a_maker_that_was_never_held_back() -> None:
    """The mill lacks ore while the mine, whole and lacking nothing, makes half: what it makes goes elsewhere.

    Proves: the trace ends in words where no day is found on which the maker was held back.
    Breaks if: such a day is taken for granted.
    """
    sc = Scenario(name="mill", stocks={"default": 10.0}, behaviour=Behaviour(binding="all", imports="pooled"))
    Z, Y = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[1.0], [2.0]])
    s = system_from_arrays(Z * 365, Y * 365, sc, regions=[""], codes=["mine", "mill"])
    limiting, x = np.full((1, 3, 2), -1), np.ones((1, 3, 2))
    limiting[0, 2, 1], x[0, 2] = 0, [0.5, 0.2]
    paths = cast(Paths, SimpleNamespace(limiting=limiting, production=x, capacity=np.ones((1, 3, 2))))
    assert chain(s, paths, 1, 2) == ("because mine's output goes to others first", ("mine",))
