"""Demand that falls by itself: what is asked for, what goes with it, and that nobody goes without."""

from __future__ import annotations

import numpy as np
import pytest
from crises import YEAR, two_works
from economies import shipped, small

from groundplan.crisis.contingencies import in_years
from groundplan.crisis.response import planned_response
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.policy import Policy
from groundplan.results.crisis_pages.stress_words import fallen
from groundplan.shocks.ceilings import ceilings
from groundplan.shocks.cutoff import feasible_use
from groundplan.shocks.dynamics.adaptive import adapt
from groundplan.shocks.dynamics.build import system_from_arrays, system_of
from groundplan.shocks.dynamics.fallen_demand import fallen_demand, households_ask
from groundplan.shocks.dynamics.preview import preview, preview_lines
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, Event, LoseCapacity, LowerDemand, RaiseDemand
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Behaviour, Scenario, read_scenario

DAYS = 365


def mill(*events: Event, days: int = 60) -> tuple[System, Scenario]:
    """A mine sells 1 a day to a mill, which sells 2 a day to households; each keeps ten days of what it uses."""
    how = Behaviour(imports="pooled", setting="rigid")
    sc = Scenario(name="mill", horizon=days, stocks={"default": 10.0}, behaviour=how, events=events)
    Z, Y = np.array([[0.0, 1.0], [0.0, 0.0]]) * DAYS, np.array([[0.0], [2.0]]) * DAYS
    return system_from_arrays(Z, Y, sc, regions=[""], codes=["mine", "mill"]), sc


def test_what_is_not_asked_for_is_not_made_and_not_missed() -> None:
    """Households ask for half of 2 a day on twenty days: 20 less. The mill makes half, and nothing is unmet.

    Proves: the fall comes to orders on its first day and is whole again after its last; the mine follows a day later.
    Breaks if: what nobody asks for counts as unmet, or is made all the same.
    """
    s, sc = mill(LowerDemand(depth=0.5, start=5, length=20))
    paths = propagate_batch(s, [shock_of(s, sc)])
    x = paths.production[0]
    assert x[:5] == pytest.approx(1.0)
    assert x[5:25, 1] == pytest.approx(0.5)
    assert x[[5, 26], 0] == pytest.approx(1.0)
    assert ((x[6:26, 0] > 0.4) & (x[6:26, 0] < 0.5 + 1e-9)).all()
    assert paths.asked[0, 5:25, 0] == pytest.approx(1.0)
    assert float((2.0 - paths.asked[0]).sum()) == pytest.approx(20.0)
    assert float(paths.unmet.sum()) == pytest.approx(0.0, abs=1e-9)
    assert households_ask(s, shock_of(s, sc))[[4, 5, 25], 1] == pytest.approx([2.0, 1.0, 2.0])
    assert households_ask(s, shock_of(s, sc)) == pytest.approx(paths.household[0])


def test_what_falls_takes_value_added_along() -> None:
    """20 of the mill's product are not asked for: its 1 of value added a 2 of output, and the mine's whole 1 a 2.

    Proves: 10 at the mill and 10 at the mine, of 20 at 20 days at half; a share of 2 a day over sixty days.
    Breaks if: suppliers are left out, or a rise elsewhere hides the fall.
    """
    s, sc = mill(LowerDemand(depth=0.5, start=5, length=20))
    fell = fallen_demand(s, shock_of(s, sc))
    assert fell.by_input == pytest.approx([0.0, 20.0])
    assert fell.value_added == pytest.approx([10.0, 10.0])
    assert fell.figures == pytest.approx(
        {"final_demand_fallen": 20.0, "final_demand_fallen_share": 20.0 / 120.0, "value_added_fallen": 20.0}
    )


def test_a_rise_of_the_same_demand_is_taken_off() -> None:
    """Proves: of a fall by 0.5 and a rise by 0.2 of the same demand 0.3 are left; a rise alone lets nothing fall.

    Breaks if: events of both signs are counted apart, so that demand that is there is called fallen.
    """
    s, sc = mill(LowerDemand(depth=0.5, length=10), RaiseDemand(depth=0.2, length=10))
    assert fallen_demand(s, shock_of(s, sc)).by_input.sum() == pytest.approx(0.3 * 2.0 * 10)
    s, sc = mill(RaiseDemand(depth=0.2, length=10))
    assert fallen_demand(s, shock_of(s, sc)).figures == {}


def test_two_falls_take_no_more_than_there_is() -> None:
    """Proves: two falls by 0.7 leave nothing, and no less than nothing, to be asked for."""
    s, sc = mill(LowerDemand(depth=0.7, length=10), LowerDemand(name="again", depth=0.7, length=10))
    assert shock_of(s, sc).final()[3, 1, 0] == 0.0
    assert fallen_demand(s, shock_of(s, sc)).by_input.sum() == pytest.approx(20.0)


def test_demand_abroad_is_another_event() -> None:
    """Proves: ``all`` is all final demand at home, products and categories are those named, and exports are refused.

    Breaks if: a lockdown at home closes markets abroad.
    """
    sc = Scenario(name="at home", horizon=10, events=(LowerDemand(products=("farm",), depth=0.4, length=3),))
    s = system_of(small(), sc)
    final = shock_of(s, sc).final()
    assert final[1, 0, :-1] == pytest.approx(0.6)
    assert final[1, 2, :-1] == pytest.approx(0.6)
    assert final[:, :, -1] == pytest.approx(1.0)
    assert final[1, 1] == pytest.approx(1.0)
    assert final[3] == pytest.approx(1.0)
    state = sc.replacing(events=(LowerDemand(categories=("government",), depth=0.4),))
    only = shock_of(s, state).final()[0, 0]
    assert only[s.final_kinds.index("government")] == pytest.approx(0.6)
    assert only[s.final_kinds.index("household")] == pytest.approx(1.0)
    with pytest.raises(StudyError, match="close_market"):
        LowerDemand(categories=("household", "exports"))
    with pytest.raises(UnknownName, match="nearest: 'household'"):
        shock_of(s, sc.replacing(events=(LowerDemand(categories=("houshold",)),)))


def test_a_file_says_it() -> None:
    """Proves: the event is read from a file with its fields, and what is no share of demand is refused in its line."""
    text = 'name = "stay at home"\n[[events]]\nkind = "lower_demand"\nproducts = ["hotl"]\ndepth = 0.8\nlength = 70\n'
    assert read_scenario(text, "home.toml").events == (LowerDemand(products=("hotl",), depth=0.8, length=70),)
    with pytest.raises(GroundplanError, match=r"depth is 1\.8, outside 0 to 1"):
        read_scenario(text.replace("0.8", "1.8"), "home.toml")


def test_the_outcome_says_what_part_is_fallen_demand() -> None:
    """Proves: what home users do not ask for stands in the outcome; needs are met of what is asked, and none is missed.

    Breaks if: a need that nobody feels is told as a loss of households.
    """
    sc = Scenario(name="at home", horizon=30, events=(LowerDemand(products=("farm",), depth=0.5, length=30),))
    out = adapt(small(), sc)
    s = system_of(small(), sc)
    assert out.provenance["final_demand_fallen"] == pytest.approx(
        float(fallen_demand(s, shock_of(s, sc)).by_input.sum())
    )
    assert float(out["need_met"].min()) == pytest.approx(1.0)
    assert float(out["need_lost"].sum()) == pytest.approx(0.0, abs=1e-9)
    assert float(out["value_added_lost"].sum()) > 0.5 * out.provenance["value_added_fallen"]
    assert any("do not ask for" in line for line in fallen(out))
    assert fallen(adapt(small(), sc.replacing(events=()))) == []


def test_the_preview_says_that_it_is_demand() -> None:
    """Half of the final use at home of farm products, home and imported, is not asked for in a fifth of the year.

    Proves: the base is final demand at home, without exports, and the verb is not that of a loss.
    """
    sc = Scenario(name="at home", horizon=365, events=(LowerDemand(products=("farm",), depth=0.5, length=73),))
    s = system_of(small(), sc)
    row = preview(s, sc).iloc[0]
    at_home = [k for k, kind in enumerate(s.final_kinds) if kind != "exports"]
    base = float(s.use[[0, 2]][:, s.n :][:, at_home].sum()) * DAYS
    assert row["base"] == pytest.approx(base)
    assert row["removes"] == pytest.approx(0.1 * base)
    assert preview_lines(s, sc)[0].startswith("lower demand: lets fall 50% of ")
    assert "a year of final demand at home in 1 product" in preview_lines(s, sc)[0]


@pytest.mark.parametrize("depth", [0.625, 1.0])
def test_what_is_not_asked_for_spares_what_is_short(depth: float) -> None:
    """Of imported c, a needs 10 a year for its 100 and b 40; half of the 50 comes. Of b 37.5 are asked for, or nothing.

    Then b needs 15, with a's 10 all that comes. Proves: neither the bound nor the plan has anything unmet, where both
    had without the fall. Breaks if: either counts base demand as needed.
    """
    for fall in (depth, 0.0):
        events = (CutImports(depth=0.5), LowerDemand(products=("b",), depth=fall))
        scenario = Scenario(
            name="cut", step="week", horizon=28, events=events, stocks={"default": 14.0},
            behaviour=Behaviour(setting="rigid", binding_of={"c": "critical"}),
        )  # fmt: skip
        s = system_of(two_works(), scenario)
        shock = shock_of(s, scenario)
        full = np.stack([s.wanted.sum(axis=1), s.reserves])
        static = float(feasible_use(s, ceilings(s, shock)).loss.sum()) * YEAR
        planned = planned_response(s, shock, left=full).loss * YEAR
        if fall:
            assert static == pytest.approx(0.0, abs=1e-7)
            assert planned == pytest.approx(0.0, abs=1e-5)
        else:
            assert static > 1.0
            assert planned > 1.0


def test_a_plan_gets_nothing_from_demand_that_falls() -> None:
    """Proves: a contingency of a lockdown has its lost capacity, and neither claims nor relief from fallen demand.

    Breaks if: a fall is written as a claim below nought, which would let the plan's floors be met by wanting less.
    """
    events = (LoseCapacity(sectors=("hotl",), depth=0.5), LowerDemand(products=("hotl",), depth=0.8))
    lockdown = Scenario(name="lockdown", events=events)
    c = in_years(shipped("KEN 2019"), Policy(), Contingency(name="stay at home", year=2021), lockdown)
    assert c.capacity_lost == {"hotl": [0.5]}
    assert (c.claims, c.imports_lost, c.exports_lost) == ({}, {}, {})


def test_what_nothing_makes_good_is_lost_at_overtime_too() -> None:
    """A mill of 100 loses a tenth. With 5 per cent of overtime it makes 94.5 of it; where nothing makes it good, 90.

    Proves: 1 − 0.9/1.05 of capacity is taken, so that 1.05 times the rest is 0.9; after its last day nothing is lost.
    Breaks if: overtime brings a failed harvest back, or a loss is left over when the event ends.
    """
    for made_good, share in ((True, 0.9), (False, 0.9 / 1.05)):
        event = LoseCapacity(depth=0.1, length=10, made_good=made_good)
        how = Behaviour(imports="pooled", setting="flexible")
        sc = Scenario(name="less", horizon=20, stocks={"default": 10.0}, behaviour=how, events=(event,))
        Y = np.array([[2.0]]) * DAYS
        s = system_from_arrays(np.zeros((1, 1)), Y, sc, regions=[""], codes=["mill"])
        shock = shock_of(s, sc)
        assert shock.capacity[:10, 0] == pytest.approx(share)
        assert shock.capacity[10:, 0] == pytest.approx(1.0)
        assert propagate_batch(s, [shock]).production[0, 3, 0] == pytest.approx(1.05 * share)
    by_orders = sc.replacing(behaviour=BY_ORDERS)
    s = system_from_arrays(np.zeros((1, 1)), Y, by_orders, regions=[""], codes=["mill"])
    assert shock_of(s, by_orders).capacity[:10, 0] == pytest.approx(0.9)


def test_a_closed_market_is_wanted_still_and_fallen_demand_is_not() -> None:
    """Half of farm exports find no buyer, half of home demand is not asked for: both are ordered less, one is missed.

    Proves: what is wanted is the base abroad and half of it at home; the adaptive path has lost the exports, and what
    home users do not ask for is no lost use. Breaks if: the two are told as one.
    """
    events = (CloseMarket(products=("farm",), depth=0.5, length=30), LowerDemand(depth=0.5, length=30))
    sc = Scenario(
        name="both", horizon=30, stocks={"default": 20.0}, behaviour=Behaviour(setting="rigid"), events=events
    )
    s = system_of(small(), sc)
    shock = shock_of(s, sc)
    farm, abroad = 0, s.final_kinds.index("exports")
    assert shock.final()[3, farm] == pytest.approx(0.5)
    assert shock.wanted()[3, farm, abroad] == pytest.approx(1.0)
    assert np.delete(shock.wanted()[3, farm], abroad) == pytest.approx(0.5)
    assert shock.wanted_at(3) == pytest.approx(shock.wanted()[3])
    unmet = propagate_batch(s, [shock]).unmet[0]
    assert unmet[farm, abroad] == pytest.approx(0.5 * s.use[farm, s.n + abroad] * 30)
    assert np.delete(unmet, abroad, axis=1) == pytest.approx(0.0, abs=1e-9)


def test_where_imports_are_pooled_the_home_part_is_what_takes_value_added_along() -> None:
    """Proves: a fall takes the same value added along whether home and imported goods stand apart or in one stock.

    Breaks if: a pooled product is taken for home-made, or suppliers' shares are those of other users.
    """
    fell = {}
    for imports in ("apart", "pooled"):
        event = LowerDemand(products=("works",), categories=("household",), depth=0.3, length=10)
        sc = Scenario(name="less", horizon=10, events=(event,), behaviour=Behaviour(imports=imports))
        s = system_of(small(), sc)
        fell[imports] = fallen_demand(s, shock_of(s, sc))
    assert fell["pooled"].by_input.sum() == pytest.approx(fell["apart"].by_input.sum())
    assert fell["pooled"].value_added == pytest.approx(fell["apart"].value_added)
    assert (fell["apart"].value_added > 0).all()
