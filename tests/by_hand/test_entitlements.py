"""Entitlements, the schedule of tiers and the nests on systems small enough for paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import small

from groundplan.errors import StudyError
from groundplan.shocks.dynamics.build import system_from_arrays, system_of
from groundplan.shocks.dynamics.entitled.entitled_run import schedule
from groundplan.shocks.dynamics.entitled.final_users import FinalUsers
from groundplan.shocks.dynamics.entitled.nests import Nests, exponent, power
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import CRITICAL, IDLE, IMPORTANT, System
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, Event, LoseCapacity, LowerDemand, RaiseDemand
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario

YEAR = 365
RIGID = Behaviour(setting="rigid", binding="all", imports="pooled")


def mills(behaviour: Behaviour, reserves: float = 0.0) -> tuple[System, Scenario]:
    """A farm sells 40 a day to a mill and 60 to households; the mill sells 100 to households. 20 days in stock."""
    sc = Scenario(
        name="mills", horizon=30, stocks={"default": 20}, behaviour=behaviour,
        reserves={"farm": reserves} if reserves else {},
    )  # fmt: skip
    flows, final = np.array([[0.0, 40.0], [0.0, 0.0]]), np.array([[60.0], [100.0]])
    return system_from_arrays(flows * YEAR, final * YEAR, sc, regions=[""], codes=["farm", "mill"]), sc


def run(s: System, sc: Scenario, *events: Event) -> Paths:
    return propagate_batch(s, [shock_of(s, sc.replacing(events=events))], causes=True, trace=True)


HALF_FARM = LoseCapacity(sectors=("farm",), depth=0.5, length=30)
QUARTER_MILL = LoseCapacity(sectors=("mill",), depth=0.75, length=30)


def test_who_stops_frees_nothing_for_others() -> None:
    """Proves: half a farm could give 50: 20 to the mill, 30 to households. A mill that works a quarter wants 10, less
    what it has too much in store; households still have 30, and the farm makes 30 and what the mill takes.

    By hand: on day 0 the mill orders 40, has 20 and uses 10, so 10 too many lie in store, and each day it orders 10
    less a twentieth of what is left of them: 9.5 on day 1, 9.525 on day 2.
    Breaks if: the unclaimed is made or goes to others, or orders forget what is in store.
    """
    s, sc = mills(RIGID)
    alone = run(s, sc, HALF_FARM)
    assert alone.served[0, :4, 0] == pytest.approx(30.0 + 100.0)
    assert alone.production[0, 0] == pytest.approx([0.5, 1.0])
    both = run(s, sc, HALF_FARM, QUARTER_MILL)
    assert both.served[0, :, 0] == pytest.approx(30.0 + 25.0)
    left = 10.0 * 0.95 ** np.arange(29)
    assert 100.0 * both.production[0, 0, 0] == pytest.approx(50.0)
    assert 100.0 * both.production[0, 1:, 0] == pytest.approx(30.0 + 10.0 - 0.05 * left, rel=1e-12)


def test_what_is_left_goes_to_the_short_once_where_it_is_redistributed() -> None:
    """Proves: of the 50 that half a farm gives, what the mill leaves of its 20 goes to households, up to their 60."""
    s, sc = mills(replace(RIGID, sharing="redistributed"))
    both = run(s, sc, HALF_FARM, QUARTER_MILL)
    left = 10.0 * 0.95 ** np.arange(29)
    assert 100.0 * both.production[0, 1:, 0] == pytest.approx(50.0)
    assert both.served[0, 1:, 0] == pytest.approx(50.0 - (10.0 - 0.05 * left) + 25.0, rel=1e-12)


def test_the_schedule_hangs_on_supply_alone() -> None:
    """Proves: tiers of a half and a half: at six tenths the first has all, the second a fifth; half-way between that
    and even shares where mixed; weighted shares sum to supply; above 1 all have alike.
    """
    weight = np.array([[[0.5, 0.5, 0.0]]])
    for rationing, expected in (
        ("priority", [1.0, 0.2]), ("proportional", [0.6, 0.6]), ("mixed", [0.8, 0.4]),
    ):  # fmt: skip
        share = schedule(np.array([[0.6]]), weight, Behaviour(rationing=rationing))
        assert share[0, 0, :2] == pytest.approx(expected)
        assert (share * weight).sum() == pytest.approx(0.6)
        assert schedule(np.array([[1.2]]), weight, Behaviour(rationing=rationing))[0, 0, :2] == pytest.approx(1.2)


def test_households_first_have_theirs_whoever_orders() -> None:
    """Proves: with households before firms, half a farm gives them 50 of their 60 and the mill nothing."""
    how = replace(RIGID, rationing="priority", tiers=(("final:household",), ("sectors",)))
    s, sc = mills(how)
    paths = run(s, sc, HALF_FARM)
    assert paths.served[0, 0, 0] == pytest.approx(50.0 + 100.0)
    assert paths.trace is not None
    assert paths.trace.arrivals[0, 0, 0, 1] == pytest.approx(0.0)


def test_a_reserve_is_everybodys_by_base_share() -> None:
    """Proves: two days of the country's use fill what half a farm lacks for four days: 50 a day, and then no more.

    Where the mill works a quarter, its share of the reserve stays its own: it lacks nothing and draws nothing.
    Breaks if: the reserve is drawn by those who stand still, or runs out sooner for some because others draw.
    """
    s, sc = mills(RIGID, reserves=2.0)
    paths = run(s, sc, HALF_FARM)
    assert paths.served[0, :6, 0] == pytest.approx([160.0] * 4 + [130.0] * 2)
    assert paths.reserves[0] == pytest.approx(0.0)
    both = run(s, sc, HALF_FARM, QUARTER_MILL)
    assert both.served[0, :6, 0] == pytest.approx([60.0 + 25.0] * 4 + [30.0 + 25.0] * 2)
    assert both.reserves[0] == pytest.approx([80.0 - 20.0, 0.0])  # 20 on day 0, when it had ordered 40 as ever


def test_raised_demand_is_shared_with_all_and_fallen_demand_is_lost_use() -> None:
    """Proves: households ask the farm for 90 instead of 60, so 130 are claimed of 100: they have 90/1.3. Where they ask
    for 30, the farm makes 70, and 30 a day are lost use. Nothing is freed for the mill in either case.
    """
    s, sc = mills(RIGID)
    more = run(s, sc, RaiseDemand(products=("farm",), depth=0.5, length=30))
    assert more.served[0, 0, 0] == pytest.approx(90.0 / 1.3 + 100.0)
    assert more.asked[0, 0, 0] == pytest.approx(190.0)
    e = small()
    sc = Scenario(name="market", horizon=10, behaviour=Behaviour(setting="rigid"))
    s = system_of(e, sc)
    fewer = run(s, sc, CloseMarket(depth=1.0, length=10))
    sold = (18.0 + 75.0) / YEAR
    assert fewer.unmet[0, :, 5].sum() == pytest.approx(10 * sold)
    assert fewer.production[0, 0] == pytest.approx([0.82, 1.0 - 75.0 / 200.0])


def test_an_input_that_runs_short_costs_its_share() -> None:
    """Proves: half comes of an input worth two fifths of the mill's cost: stock falls half a day a day, from 20 to
    ψ·20 = 16 in eight days, then output follows (1 + 0.4·(v⁻¹⁹ − 1))^(−1/19), and the input is used at v alone.

    Breaks if: the lack binds one for one, by another share or elasticity, or what is not at hand is used.
    """
    s, sc = mills(RIGID)
    x = run(s, sc, HALF_FARM).production[0, :, 1]
    stock, expected = 20.0, []
    for _ in range(30):
        v = min(1.0, stock / 16.0)
        made = (1.0 + 0.4 * (v**-19 - 1.0)) ** (-1.0 / 19.0)
        expected.append(made)
        stock += 0.5 - min(made, v)
    assert x == pytest.approx(expected, rel=1e-12)
    assert x[8] == 1.0
    assert 0.9 < x[9] < 1.0


OVERTIME = Behaviour(sigma_critical=0.5, sigma_important=0.5, ceiling=1.25, psi=0.5, binding="all", imports="pooled")


def test_overtime_is_worked_as_far_as_critical_inputs_go() -> None:
    """A mill with 20 days of the farm's goods in stock, two fifths of its cost, works a quarter more hours at most;
    with ψ at a half 10 days are enough for the base, 12.5 for all hours. With 11 it makes 1.1 of its base, whatever
    the share of cost. With 5 it works no overtime, and makes 1/(1 + 0.4·(2 − 1)) = 1/1.4, as if there were no ceiling
    above 1.

    Where the input is important only, overtime does not hang on it: at 1.25 it has 5 of 12.5, 1.25/(1 + 0.4·1.5) =
    1.25/1.6.

    Proves: hours do not make good a critical input that is not there. Breaks if: the ceiling multiplies what a lack
    leaves (1.25/1.6 with 5 days, 1.25/(1 + 0.4·3/22) with 11), or overtime ends before the base is covered.
    """
    s, _ = mills(OVERTIME)
    assert (s.binding[0, 1], Nests(s).ample[0]) == (CRITICAL, pytest.approx(12.5))
    important = replace(s, binding=np.full_like(s.binding, IMPORTANT))
    for days, hard, soft in (
        (20.0, 1.25, 1.25), (12.0, 1.2, 1.25 / (1.0 + 0.4 / 24.0)), (11.0, 1.1, 1.25 / (1.0 + 0.4 * 3.0 / 22.0)),
        (10.0, 1.0, 1.25 / 1.1), (5.0, 1.0 / 1.4, 1.25 / 1.6),
    ):  # fmt: skip
        stock = np.full((len(s.inputs), 1, s.n), 20.0)
        stock[0] = days
        for system, expected in ((s, hard), (important, soft)):
            able = np.broadcast_to(Nests(system).able(stock), (1, s.n))
            assert able[0, 1] == pytest.approx(expected, rel=1e-9), (days, expected)


@pytest.mark.parametrize(("sigma", "expected"), [(2.0, 0.875**2), (0.5, 1.0 / 1.75), (0.2, 64.75**-0.25)])
def test_home_and_imported_goods_stand_in_for_each_other(sigma: float, expected: float) -> None:
    """Proves: three quarters from home at hand, a quarter of the imports: (¾ + ¼·v^ρ)^(1/ρ) with v = ¼, and then the
    nest over the product's share of cost. Works buys 40 of home and 20 of imported works of 200: shares ⅔ and ⅓.

    Breaks if: shares are of another user, or the elasticity is turned over.
    """
    rho = 1.0 - 1.0 / sigma
    assert (0.75 + 0.25 * 0.25**rho) ** (1.0 / rho) == pytest.approx(expected)
    how = Behaviour(sigma_imports=sigma, sigma_critical=0.5, ceiling=1.0, binding="all", minor_imports=0.0)
    s = system_of(small(), Scenario(name="x", behaviour=how))
    nests = Nests(s)
    stock = np.repeat(s.stocks[:, None, None], 2, axis=2)
    g = s.inputs.index("imported:works")
    stock[g] *= 0.25 * how.psi
    product = (2.0 / 3.0 + 0.25**rho / 3.0) ** (1.0 / rho)
    able = np.broadcast_to(nests.able(stock), (1, 2))
    assert able[0, 1] == pytest.approx(1.0 / (1.0 + 0.3 * (1.0 / product - 1.0)))
    assert nests.scarcest().tolist() == [[g, g]]


def test_minor_imports_cost_what_they_cost() -> None:
    """Proves: works without any imported works, of which it buys 20 beside 40: where they do not bind it has ⅔ of the
    product at hand; where they are critical, at an elasticity of ½, it has nothing and stands still.
    """
    how = Behaviour(sigma_critical=0.5, sigma_imports=0.5, ceiling=1.0)
    whole = system_of(small(), Scenario(name="x", behaviour=how))
    stock = np.repeat(whole.stocks[:, None, None], 2, axis=2)
    g = whole.inputs.index("imported:works")
    stock[g] = 0.0
    for way, expected in ((IDLE, 1.0 / (1.0 + 0.3 * 0.5)), (CRITICAL, 0.0)):
        binding = np.full_like(whole.binding, CRITICAL)
        binding[g] = way
        able = Nests(replace(whole, binding=binding)).able(stock)
        assert np.asarray(able)[0, 1] == pytest.approx(expected, abs=1e-9)


def test_powers_by_products_are_powers() -> None:
    x = np.array([1e-18, 0.013, 0.5, 1.0])
    for rho in (-19.0, -9.0, -4.0, -2.0, -1.0, -0.5, -0.25, 0.25, 0.5, 1.0, 2.0, 3.0, 7.0, 0.3):
        assert power(x, rho) == pytest.approx(np.maximum(x, 1e-15) ** rho, rel=1e-12)


def test_a_cut_source_gives_what_comes_and_others_up_to_their_ceiling() -> None:
    """Proves: in the middle setting imports that nobody cuts may rise by a twentieth, and a cut of a tenth leaves 0.9.

    Half of imported works is cut for households, who have no stock: they have half of what they bought, at once.
    """
    sc = Scenario(name="cut", horizon=5, behaviour=Behaviour(setting="middle"))
    s = system_of(small(), sc)
    paths = run(s, sc, CutImports(products=("works",), depth=0.5, length=5))
    assert paths.trace is not None
    assert paths.trace.delivered[0, 0, 3, 1] * YEAR == pytest.approx(3.0)
    assert paths.trace.delivered[0, 0, 2, 0] * YEAR == pytest.approx(3.0)


def test_what_says_nothing_under_a_rule_is_refused() -> None:
    """Proves: overtime that grows is of the rule of orders, elasticities of entitlements; a mixture is refused."""
    with pytest.raises(StudyError, match="alpha_max says nothing where sharing is 'entitlement'"):
        Behaviour(alpha_max=1.5)
    with pytest.raises(StudyError, match="sigma_critical says nothing where sharing is 'orders'"):
        Behaviour(sharing="orders", sigma_critical=0.3)


def test_final_users_of_a_batch_each_want_their_own() -> None:
    """Households buy 60 of the farm and 100 of the mill. Of one batch the first member asks for half as much again of
    the
    farm on days 1 and 2; the second falls by a fifth in all on day 2, by two events of a tenth; the third is quiet.

    Day 0: all as ever. Day 1: 90 and 100. Day 2: 90 and 100; 48 and 80, of which the claim stays 60 and 100. When
    each has 50 and 100 on day 2, the first lacks 40 of the farm, the second has 2 and 20 more than it wants, the
    third lacks 10.
    Proves: members do not see each other's events, equal places add up, claims never fall. Breaks if: a day's demand is
    kept when it changes, or not when it does not.
    """
    s, sc = mills(RIGID)
    more = RaiseDemand(products=("farm",), depth=0.5, start=1, length=2)
    less = LowerDemand(depth=0.1, start=2, length=1)
    shocks = [shock_of(s, sc.replacing(events=events)) for events in ((more,), (less, less), ())]
    users = FinalUsers(s, shocks)
    assert [users.turn(t) for t in range(4)] == [True, True, True, True]
    assert [users.turn(t) for t in (0, 1)] == [True, True]
    assert users.asked[:, :, 0].tolist() == [[90.0, 100.0], [60.0, 100.0], [60.0, 100.0]]
    assert users.turn(2)
    assert users.asked[:, :, 0] == pytest.approx(np.array([[90.0, 100.0], [48.0, 80.0], [60.0, 100.0]]))
    assert users.claimed[:, :, 0].tolist() == [[90.0, 100.0], [60.0, 100.0], [60.0, 100.0]]
    wanted, had, households = users.take(np.full((3, 2, 1), 50.0) + np.array([0.0, 50.0])[:, None])
    assert wanted[:, 0] == pytest.approx([190.0, 128.0, 160.0])
    assert had[:, 0].tolist() == [150.0] * 3
    assert households.tolist() == [[50.0, 100.0]] * 3
    assert users.lost[:, :, 0] == pytest.approx(np.array([[40.0, 0.0], [-2.0, -20.0], [10.0, 0.0]]))
    assert not FinalUsers(s, shocks[2:]).turn(0)


def test_a_closed_market_is_wanted_and_not_asked_for() -> None:
    """Works sell 75 abroad. With half of the market closed 37.5 are ordered and 75 are wanted; a second member keeps
    it open.

    Proves: what is wanted is told member by member. Breaks if: markets of one member close for all.
    """
    sc = Scenario(name="market", horizon=3, behaviour=Behaviour(setting="rigid"))
    s = system_of(small(), sc)
    cut = shock_of(s, sc.replacing(events=(CloseMarket(products=("works",), depth=0.5, length=3),)))
    rise = shock_of(s, sc.replacing(events=(RaiseDemand(products=("works",), depth=1.0, length=3),)))
    users = FinalUsers(s, [cut, rise])
    assert users.turn(0)
    assert not users.turn(1)
    g, abroad = s.inputs.index("home:works"), s.finals.index("exports")
    assert users.asked[:, g, abroad] * YEAR == pytest.approx([37.5, 150.0])
    assert users.wanted[:, g, abroad] * YEAR == pytest.approx([75.0, 150.0])


def test_one_product_by_shares_for_some_and_as_one_good_for_others() -> None:
    """Half of all imports is at hand. Works are ⅔ from home for both: the farm, whom imported works do not bind, has
    ⅔ + ⅙ = ⅚ of them, works at an elasticity of a half 1/(⅔ + ⅔) = ¾. Farm goods bind nobody from abroad: the farm, ⅘
    from home, has 0.9, works, ⅔ from home, ⅚. Shares of cost are 0.25 and 0.15 of the farm, 0.225 and 0.3 of works.

        farm 1/(1 + 0.25·(10/9 − 1) + 0.15·(6/5 − 1)),   works 1/(1 + 0.225·(6/5 − 1) + 0.3·(4/3 − 1))

    Proves: users of one product stand in it as they are bound; what is not low is full. Breaks if: one user's way is
    all's.
    """
    how = Behaviour(sigma_critical=0.5, sigma_imports=0.5, ceiling=1.0)
    whole = system_of(small(), Scenario(name="x", behaviour=how))
    stock = np.repeat(whole.stocks[:, None, None], 2, axis=2)
    binding = np.full_like(whole.binding, CRITICAL)
    for product in ("farm", "works"):
        stock[whole.inputs.index(f"imported:{product}")] *= 0.5 * how.psi
    binding[whole.inputs.index("imported:farm")] = IDLE
    binding[whole.inputs.index("imported:works"), 0] = IDLE
    able = np.asarray(Nests(replace(whole, binding=binding)).able(stock))
    assert able[0] == pytest.approx([1.0 / (1.0 + 0.25 / 9.0 + 0.03), 1.0 / (1.0 + 0.045 + 0.1)])


def test_an_elasticity_of_one_has_an_exponent() -> None:
    """Proves: ρ = 1 − 1/σ, and next to nothing instead of nothing, as a root of 0 is none."""
    assert [exponent(sigma) for sigma in (0.05, 0.5, 2.0)] == pytest.approx([-19.0, -1.0, 0.5])
    assert exponent(1.0) == exponent(1.0 + 1e-9) == 1e-6
