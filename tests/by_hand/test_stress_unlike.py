"""Crises where nothing is alike: weeks and days, members and reserves, home and imported, each figure its own."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from crises import two_works
from economies import small

from groundplan.crisis.replacement import _limits
from groundplan.crisis.response import compare_engines
from groundplan.crisis.worth import losses
from groundplan.errors import GroundplanError, StudyError
from groundplan.shocks.bridging import bridging_stock, made_at_home, search
from groundplan.shocks.cutoff import need_weights
from groundplan.shocks.drawing.ensembles import value_at_risk
from groundplan.shocks.dynamics.adaptive import adapt, recovery_days
from groundplan.shocks.dynamics.build import system_from_arrays, system_of
from groundplan.shocks.dynamics.causes import chain, stops
from groundplan.shocks.dynamics.preview import preview, preview_lines
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, LoseCapacity, RaiseDemand, TakeLabour
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Scenario


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
        name="late", step="week", horizon=42, stocks={"default": 14.0}, behaviour=replace(BY_ORDERS, binding="all"),
        events=(CutImports(products=("c",), start=21, length=14),),
    )  # fmt: skip
    s = system_of(two_works(), sc)
    static = compare_engines(s, shock_of(s, sc)).static.loss
    assert static[:3] == pytest.approx(0.0, abs=1e-9)
    assert static[3:5] == pytest.approx(200.0 * 7 / 365)
    assert static[5:] == pytest.approx(0.0, abs=1e-9)


def test_a_maker_that_was_never_held_back() -> None:
    """The mill lacks ore while the mine, whole and lacking nothing, makes half: what it makes goes elsewhere.

    Proves: the trace ends in words where no day is found on which the maker was held back.
    Breaks if: such a day is taken for granted.
    """
    sc = Scenario(name="mill", stocks={"default": 10.0}, behaviour=replace(BY_ORDERS, binding="all", imports="pooled"))
    Z, Y = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[1.0], [2.0]])
    s = system_from_arrays(Z * 365, Y * 365, sc, regions=[""], codes=["mine", "mill"])
    limiting, x = np.full((1, 3, 2), -1), np.ones((1, 3, 2))
    limiting[0, 2, 1], x[0, 2] = 0, [0.5, 0.2]
    paths = cast(Paths, SimpleNamespace(limiting=limiting, production=x, capacity=np.ones((1, 3, 2))))
    assert chain(s, paths, 1, 2) == ("because mine's output goes to others first", ("mine",))


def test_investment_is_made_of_shares() -> None:
    """Investment takes 20 of works at home and 10 from abroad: two thirds and one third, whatever a step's money is.

    Proves: shares sum to one. Breaks if: small sums are not divided by themselves.
    """
    for step in ("day", "week"):
        s = system_of(small(), Scenario(name="none", step=step, stocks={"default": 21.0}))
        assert dict(zip(s.inputs, s.investment.tolist(), strict=True)) == pytest.approx(
            {"home:farm": 0.0, "home:works": 2 / 3, "imported:farm": 0.0, "imported:works": 1 / 3}
        )


def _chain(order: list[str], *, tiers: tuple[tuple[str, ...], ...]) -> dict[str, np.ndarray]:
    """Three makers that use each other's goods unequally, in some order; c loses half of its capacity for ten days."""
    codes = ["a", "b", "c"]
    Z = np.array([[1.0, 3.0, 0.5], [2.0, 0.5, 1.0], [4.0, 1.5, 0.25]])
    Y = np.array([[9.0], [8.0], [7.0]])
    at = [codes.index(c) for c in order]
    how = replace(BY_ORDERS, binding="all", imports="pooled", rationing="priority", tiers=tiers)
    sc = Scenario(
        name="chain", horizon=40, stocks={"a": 3.0, "b": 5.0, "c": 4.0}, behaviour=how,
        events=(LoseCapacity(sectors=("c",), depth=0.5, start=2, length=10),),
    )  # fmt: skip
    s = system_from_arrays(Z[np.ix_(at, at)] * 365, Y[at] * 365, sc, regions=[""], codes=order)
    paths = propagate_batch(s, [shock_of(s, sc)], causes=True)
    table = stops(s, paths).set_index("sector")
    for n, code in enumerate(order):
        assert table.loc[code, "share_lost"] == pytest.approx(1.0 - paths.production[0, :, n].mean())
        assert table.loc[code, "least"] == pytest.approx(paths.production[0, :, n].min())
    return {code: paths.production[0, :, n] for n, code in enumerate(order)}


@pytest.mark.parametrize("tiers", [(("c",), ("a",), ("b",)), (("b", "final:household"), ("c",)), (("a", "b", "c"),)])
def test_the_order_of_sectors_is_immaterial(tiers: tuple[tuple[str, ...], ...]) -> None:
    """Proves: who stands where in the table changes nobody's output, however users are served in turn.

    Breaks if: stocks sorted by tier are not put back in the table's order.
    """
    one, other = _chain(["a", "b", "c"], tiers=tiers), _chain(["c", "a", "b"], tiers=tiers)
    assert one["a"].min() < 0.999
    for code in "abc":
        assert other[code] == pytest.approx(one[code], abs=1e-9)


def test_all_wrong_names_of_tiers_are_told() -> None:
    """Proves: two tiers that name nobody are two faults. Breaks if: the first replaces the second."""
    how = replace(BY_ORDERS, tiers=(("smiths",), ("farm",), ("weavers",)))
    with pytest.raises(GroundplanError) as caught:
        system_of(small(), Scenario(name="guilds", behaviour=how))
    assert "smiths" in str(caught.value)
    assert "weavers" in str(caught.value)


def test_members_with_orders_that_move_stand_beside_each_other() -> None:
    """Proves: where orders leave a partner that does not deliver, two members in a batch are what each is alone.

    Breaks if: final demand of members is mixed.
    """
    how = replace(BY_ORDERS, binding="all", rerouting_days=10.0)
    sc = Scenario(name="cut", horizon=25, stocks={"default": 4.0}, behaviour=how)
    s = system_of(small(), sc)
    shocks = [
        shock_of(s, sc.replacing(events=(CutImports(products=(code,), depth=depth, length=15),)))
        for code, depth in (("farm", 0.4), ("works", 0.9))
    ]
    both = propagate_batch(s, shocks)
    for b, shock in enumerate(shocks):
        alone = propagate_batch(s, [shock])
        assert both.production[b] == pytest.approx(alone.production[0], abs=1e-12)
        assert both.unmet[b] == pytest.approx(alone.unmet[0], abs=1e-12)


def test_no_share_of_nothing() -> None:
    """Proves: where nothing is asked for nothing is lost, and the share is 0, not a number that is none."""
    nothing, path = np.zeros((1, 3)), SimpleNamespace(loss=np.zeros(3))
    engines = SimpleNamespace(
        adaptive=SimpleNamespace(asked=nothing), floor=path, static=path, planned=SimpleNamespace(loss=0.0),
        today=None, starts=np.arange(3),
        adaptive_loss=0.0,
    )  # fmt: skip
    assert losses(cast(Any, engines))["share"].tolist() == [0.0] * 4


def _paths(total: list[float]) -> Paths:
    return cast(Paths, SimpleNamespace(production=np.array([[[v, v] for v in total]])))


def test_recovery_in_weeks() -> None:
    """Output at 98 and 90 % of its base in weeks 1 and 2: below from day 7 on, above again from day 21 on.

    Proves: days of the first week below and of the first after the last; exactly 99 % is not below; none without end.
    Breaks if: sums are not taken over base output, weeks are told as days, or a crisis that never ends is over.
    """
    s = system_of(small(), Scenario(name="weeks", step="week", stocks={"default": 21.0}))
    assert recovery_days(s, _paths([1.0, 0.98, 0.9, 1.0, 0.99])) == {"first_day_below": 7, "recovered": 21}
    assert recovery_days(s, _paths([0.99, 1.0])) == {"first_day_below": None, "recovered": None}
    assert recovery_days(s, _paths([1.0, 0.5])) == {"first_day_below": 7, "recovered": None}


def test_shares_lost_are_over_the_whole_horizon() -> None:
    """Proves: value added lost over base value added of all days, and unmet over what was asked for, in 40 days.

    Breaks if: a share is a product, or small sums are not divided by themselves.
    """
    sc = Scenario(name="cut", horizon=40, events=(CutImports(products=("farm",), depth=0.5, start=5, length=30),))
    s = system_of(small(), sc)
    paths = propagate_batch(s, [shock_of(s, sc)])
    about = adapt(small(), sc).provenance
    lost = ((1.0 - paths.production[0]) * s.value_added).sum()
    assert about["value_added_lost"] == pytest.approx(lost)
    assert about["value_added_lost_share"] == pytest.approx(lost / (40 * s.value_added.sum()))
    asked = 40 * s.use[:, s.n :].sum()
    assert about["final_demand_unmet_share"] == pytest.approx(paths.unmet[0].sum() / asked)
    thousandth = replace(s, use=s.use / 1e3, output=s.output / 1e3, value_added=s.value_added / 1e3,
                         capital=s.capital / 1e3, reserves=s.reserves / 1e3)  # fmt: skip
    fewer = propagate_batch(thousandth, [shock_of(thousandth, sc)])
    assert fewer.unmet[0].sum() / fewer.asked[0].sum() == pytest.approx(about["final_demand_unmet_share"])


def test_the_preview_names_what_is_lost() -> None:
    """Proves: a closed market is of exports, a rise of demand of final demand, and labour is counted once for all days.

    Half of 18 farm exports for 73 of 365 days: 1.8. A tenth of works' labour of 40 for the same: 0.8.
    Breaks if: one noun fits all, or the base of labour grows with its days.
    """
    sc = Scenario(
        name="three", horizon=365,
        events=(
            CloseMarket(products=("farm",), depth=0.5, length=73),
            RaiseDemand(products=("farm",), depth=0.5, length=73),
            TakeLabour(sectors=("works",), depth=0.1, length=73),
        ),
    )  # fmt: skip
    market, demand, _ = preview_lines(system_of(small(), sc), sc)
    assert "of 18 TST2020m a year of exports" in market
    assert "of final demand" in demand
    rows = preview(system_of(small(), sc), sc)
    assert rows["removes"].iloc[0] == pytest.approx(0.5 * 18 * 73 / 365)


def test_labour_of_one_skill() -> None:
    """Farms have three of the low skill to one of the high: half of the low gone takes three eighths of their labour.

    Proves: the skill that is named is taken, and the other stays. Breaks if: the others are taken instead of it.
    """
    sc = Scenario(name="flu", horizon=10)
    s = replace(system_of(small(), sc), skills=("low", "high"), labour=np.array([[30.0, 10.0], [10.0, 40.0]]))
    for skill, share in (("low", 0.75), ("high", 0.25)):
        flu = TakeLabour(skills=(skill,), sectors=("farm",), depth=0.5, length=10)
        assert shock_of(s, sc.replacing(events=(flu,))).labour[3] == pytest.approx([1.0 - 0.5 * share, 1.0])


def test_the_value_at_risk_of_five_losses() -> None:
    """Of losses 1 to 5, four fifths are at or under 4, and nine tenths at or under 5.

    Proves: the least loss that so large a share does not exceed. Breaks if: the place is counted from another end.
    """
    five = np.array([3.0, 1.0, 5.0, 2.0, 4.0])
    assert value_at_risk(five, 0.8) == 4.0
    assert value_at_risk(five, 0.9) == 5.0
    assert value_at_risk(five, 0.2) == 1.0


def test_stocks_times_psi_are_more_than_a_step() -> None:
    """Proves: three days of stock of which 0.3 must be there carry nobody over a day, and 0.4 do.

    Breaks if: the share divides what it multiplies.
    """

    def sc(psi: float) -> Scenario:
        return Scenario(name="thin", stocks={"default": 3.0}, behaviour=replace(BY_ORDERS, psi=psi))

    with pytest.raises(StudyError, match="stocks times psi"):
        system_of(small(), sc(0.3))
    assert system_of(small(), sc(0.4)).behaviour.psi == 0.4


def test_what_decides_on_replacement() -> None:
    """Proves: at a cost of 1 or more it is cost, below it users where they let no more, else what weighs most.

    Breaks if: the bound is another, or what weighs most is told where users decide.
    """
    costs = pd.DataFrame({"drc_total": [1.0, 1.5, 0.9, 0.9], "pace": [0.0, 0.9, 0.6, 0.5]})
    whole = pd.DataFrame({
        "labour": [3.0, 3.0, 3.0, 1.0], "plant": [1.0, 1.0, 1.0, 4.0], "suppliers": [2.0, 2.0, 2.0, 2.0],
        "permission": [0.0, 0.0, 0.5, 0.0], "resources_total": [6.0, 6.0, 6.0, 7.0],
    })  # fmt: skip
    assert _limits(costs, whole).tolist() == ["cost", "cost", "users", "plant"]
