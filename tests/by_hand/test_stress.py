"""Adaptive dynamics on systems small enough for paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from economies import small

from groundplan.errors import StudyError, UnknownName
from groundplan.shocks.dynamics.adaptive import adapt
from groundplan.shocks.dynamics.build import system_from_arrays, system_of
from groundplan.shocks.dynamics.causes import chain
from groundplan.shocks.dynamics.ordering.order_run import ration
from groundplan.shocks.dynamics.preview import preview, preview_lines
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import (
    CloseMarket,
    CutImports,
    DestroyCapital,
    LoseCapacity,
    RaiseDemand,
    TakeLabour,
)
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Scenario

YEAR = 365


def mill(stocks: float = 10.0, **behaviour: object) -> tuple[System, Scenario]:
    """A mine sells 1 a day to a mill, which sells 2 a day to households. Money per year, so a day's flow is told."""
    how = replace(BY_ORDERS, binding="all", imports="pooled", alpha_max=1.0, psi=1.0, **behaviour)  # type: ignore[arg-type]
    sc = Scenario(name="mill", horizon=40, stocks={"default": stocks}, behaviour=how)
    Z, Y = np.array([[0.0, 1.0], [0.0, 0.0]]) * YEAR, np.array([[0.0], [2.0]]) * YEAR
    return system_from_arrays(Z, Y, sc, regions=[""], codes=["mine", "mill"], capital=np.array([100.0, 50.0])), sc


def run(system: System, sc: Scenario, *events: object, trace: bool = False):  # type: ignore[no-untyped-def]
    return propagate_batch(system, [shock_of(system, sc.replacing(events=events))], causes=True, trace=trace)


def test_a_closed_mine_stops_the_mill_as_its_stock_runs_out() -> None:
    """Ten days of stock and ψ = 1: each day without deliveries the mill makes a tenth less than the day before.

    The mill wants ten days in stock, so with s[t] of it left it makes x = s[t] and uses a tenth of that:
    s[t+1] = 0.9·s[t], x = 0.9^t from the first day without ore in the morning.
    Proves: production follows the stock over ψ·d, and stock is what is used up.
    Breaks if: deliveries count on the day on which they are not made, or use is not a day's.
    """
    system, sc = mill()
    x = run(system, sc, LoseCapacity(sectors=("mine",), start=3, length=40)).production[0]
    assert x[:4, 1] == pytest.approx(1.0, abs=1e-14)
    assert x[3:20, 0] == pytest.approx(0.0, abs=1e-14)
    assert x[4:20, 1] == pytest.approx(0.9 ** np.arange(1, 17), rel=1e-12)


def test_the_chain_in_words() -> None:
    """Proves: the trace goes from the mill that stops through what it lacks to the mine that lost its capacity.

    Breaks if: the limiting input is not kept, or the trace stops at the first maker.
    """
    system, sc = mill()
    paths = run(system, sc, LoseCapacity(sectors=("mine",), start=3, length=40))
    at = int(np.flatnonzero(paths.production[0, :, 1] < 0.05)[0])
    assert at == 3 + int(np.ceil(np.log(0.05) / np.log(0.9)))
    assert chain(system, paths, 1, at) == ("because mine's capacity is lost", ("mine",))
    assert chain(system, paths, 0, at) == ("because its own capacity is lost", ())


def test_a_lost_day_of_ore() -> None:
    """The mine stands still for a day: 9 of 10 ore are left, and the mill makes 0.9 on the next.

    It uses 0.9, orders 0.9 and a tenth of the ten days' gap of 1, which is 1 and all that the mine can make.
    Proves: orders are use and a part of the gap; deliveries are of yesterday's orders.
    Breaks if: stocks are refilled from nowhere.
    """
    system, sc = mill()
    paths = run(system, sc, LoseCapacity(sectors=("mine",), start=0, length=1), trace=True)
    assert paths.trace is not None
    ore = paths.trace.stock[0, :, 0, 1]
    assert ore[0] == pytest.approx(9.0)
    assert paths.trace.arrivals[0, 1, 0, 1] == pytest.approx(1.0)  # the mine makes all it can
    assert paths.production[0, 1, 1] == pytest.approx(0.9)
    assert ore[1] == pytest.approx(9.0 - 0.9 + 1.0)


@pytest.mark.parametrize(
    ("rationing", "served"),
    [("proportional", [0.5, 0.5, 0.5]), ("priority", [1.0, 0.5, 0.0]), ("mixed", [1.0, 0.375, 0.25])],
)
def test_who_is_served(rationing: str, served: list[float]) -> None:
    """Three tiers ask for 2, 4 and 2 of a supply of 4.

    Proportional: half for all. Priority: 2 of 2, 2 of 4, 0 of 2. Mixed, half of supply in proportion: a quarter for
    all (0.5, 1, 0.5), then 2 are left for 1.5, 3 and 1.5 by tiers (1.5, 0.5, 0): 2 of 2, 1.5 of 4, 0.5 of 2.
    Proves: each rule gives out all of the supply and no more.
    Breaks if: a tier is served from what another had.
    """
    share = ration(np.array([[4.0]]), np.array([[[2.0, 4.0, 2.0]]]), replace(BY_ORDERS, rationing=rationing))
    assert share[0, 0] == pytest.approx(served)
    assert share[0, 0] @ np.array([2.0, 4.0, 2.0]) == pytest.approx(4.0)


def test_important_inputs_hold_half_of_production_and_idle_ones_none() -> None:
    """Proves: without an important input production goes down to one half, without an idle one it does not move.

    Breaks if: an input's class is not used, or its stock goes below zero while work goes on without it.
    """
    for way, least in (("critical", 0.0), ("important", 0.5), ("idle", 1.0)):
        system, sc = mill(stocks=2.0, binding_of={"mine": way})
        paths = run(system, sc, LoseCapacity(sectors=("mine",), start=0, length=40), trace=True)
        assert paths.production[0, -1, 1] == pytest.approx(least, abs=1e-6)
        assert paths.trace is not None
        assert paths.trace.stock.min() >= 0.0


def test_overtime_rises_towards_its_most_while_something_lacks() -> None:
    """Demand doubles; α goes from 1 by (1.25 − 1)·lack/10 in the first day, lack = (2·2 − 2)/4 = 1/2 of it.

    Day 0 has no yesterday. On day 1 the mill, which made 2 of 4 asked, has α = 1 + 0.25·0.5/10.
    Proves: the equation of overtime. Breaks if: the gap is taken over supply, or the pace is not a step's.
    """
    sc = Scenario(
        name="more", horizon=5, stocks={"default": 90}, behaviour=replace(BY_ORDERS, binding="all", alpha_days=10.0)
    )
    Y = np.array([[2.0]]) * YEAR
    system = system_from_arrays(np.zeros((1, 1)), Y, sc, regions=[""], codes=["mill"])
    paths = run(system, sc, RaiseDemand(depth=1.0, length=5))
    assert paths.production[0, :2, 0] == pytest.approx([1.0, 1.0 + 0.25 * 0.5 / 10.0])


def test_overtime_is_let_go_when_nothing_lacks() -> None:
    """Demand is double for three days; afterwards α goes back to 1 by a tenth of its distance each day.

    ``kept`` moves it by the signed gap on the first day with less demand, and lets go when both are the same.
    Proves: both rules. Breaks if: overtime stays where nothing lacks, or falls while something does.
    """
    for overtime in ("let_go", "kept"):
        how = replace(BY_ORDERS, binding="all", alpha_days=10.0, overtime=overtime)
        sc = Scenario(name="more", horizon=8, stocks={"default": 90}, behaviour=how)
        Y = np.array([[2.0]]) * YEAR
        system = system_from_arrays(np.zeros((1, 1)), Y, sc, regions=[""], codes=["mill"])
        alpha = run(system, sc, RaiseDemand(depth=1.0, length=3)).capacity[0, :, 0]
        assert alpha[2] > alpha[1] > 1.0
        if overtime == "let_go":
            assert alpha[3:] - 1.0 == pytest.approx((alpha[2] - 1.0) * 0.9 ** np.arange(1, 6))
        else:
            lack = (1.0 - alpha[2]) / 1.0
            assert alpha[3] == pytest.approx(alpha[2] + (1.25 - alpha[2]) * lack / 10.0)
            assert alpha[4:] - 1.0 == pytest.approx((alpha[3] - 1.0) * 0.9 ** np.arange(1, 5))


def test_what_is_destroyed_is_rebuilt_by_its_own_orders() -> None:
    """Half of the mill's capital of 50 is gone; rebuilding asks 25/60 a day of the mine, which has 1 a day to give.

    The mill makes half and buys half a unit of ore, so the mine has 0.5 a day left, enough for the 25/60.
    Proves: destroyed[t+1] = destroyed[t]·(1 − 1/60) once all that is asked comes; capacity is what stands.
    Breaks if: rebuilding is delivered without being made, or begins before its day.
    """
    system, sc = mill(stocks=10.0)
    event = DestroyCapital(sectors=("mill",), depth=0.5, start=0, length=2, rebuild_from={"mine": 1.0})
    paths = run(system, sc, event)
    assert paths.rebuilt[0, :2] == pytest.approx([0.0, 0.0])
    assert paths.rebuilt[0, 2] == pytest.approx(25.0 / 60.0)
    assert paths.rebuilt[0, 3] == pytest.approx(25.0 / 60.0 * (59.0 / 60.0))
    assert paths.capacity[0, :4, 1] == pytest.approx([0.5, 0.5, 0.5, 1.0 - 0.5 * 59.0 / 60.0])


def national(**behaviour: object) -> tuple[System, Scenario]:
    how = replace(BY_ORDERS, binding="all", **behaviour)  # type: ignore[arg-type]
    sc = Scenario(name="two sectors", horizon=100, stocks={"default": 20}, behaviour=how)
    return system_of(small(), sc), sc


def test_a_national_system_has_home_and_imported_inputs() -> None:
    """Proves: the accounts of two sectors, per day: flows, suppliers, final categories, shares of investment.

    Breaks if: rows of home and imported products are confused, or exports are no final category.
    """
    s, _ = national()
    assert s.inputs == ("home:farm", "home:works", "imported:farm", "imported:works")
    assert s.suppliers == ("farm", "works", "farm from abroad", "works from abroad")
    assert s.finals == ("rural", "urban", "state", "capital", "stocks", "exports")
    assert s.output * YEAR == pytest.approx([100.0, 200.0])
    assert s.base_flow * YEAR == pytest.approx([100.0, 200.0, 27.0, 43.0])
    assert s.use[3] * YEAR == pytest.approx([5.0, 20.0, 0.0, 6.0, 2.0, 10.0, 0.0, 0.0])
    assert s.investment == pytest.approx([0.0, 20.0 / 30.0, 0.0, 10.0 / 30.0])
    assert s.wanted[0, 1] * YEAR == pytest.approx(20.0 * 30.0)
    assert s.factored is not None
    pooled, _ = national(imports="pooled")
    assert pooled.inputs == ("farm", "works")
    assert pooled.factored is None
    assert pooled.shares[:, 0] == pytest.approx([20 / 25, 10 / 15, 5 / 25, 5 / 15])


def test_uses_below_zero_are_supply_that_nobody_makes() -> None:
    """Works sells 5 a year into stocks; were it −5, output would be 190 and 5 would come out of stock.

    Proves: output + drawn = positive uses, and nothing moves at rest. Breaks if: the negative cell is dropped.
    """
    e = small()
    final = e.domestic_final.copy()
    final.loc["works", "stocks"] = -5.0
    e = e.replacing(domestic_final=final, imported_use=e.imported_use * 0.9)
    sc = Scenario(name="drawn", horizon=50)
    s = system_of(e, sc)
    assert s.from_stocks[:2] * YEAR == pytest.approx([0.0, 5.0])
    assert s.output * YEAR == pytest.approx([100.0, 190.0])
    assert s.base_flow[:2] * YEAR == pytest.approx([100.0, 195.0])
    assert propagate_batch(s, [shock_of(s, sc)]).production == pytest.approx(1.0, abs=1e-12)


def test_an_import_cut_lets_through_its_share() -> None:
    """Farm imports cut by 60 % from day 10 to 29, then back in a line over 20 days.

    Proves: what comes is at most 0.4 of the base flow, then rises; and all of it in normal times.
    Breaks if: the cut is of what is asked, or the days are off by one.
    """
    s, sc = national()
    event = CutImports(products=("farm",), start=10, length=20, depth=0.6, recovery="linear", recovery_days=20)
    shock = shock_of(s, sc.replacing(events=(event,)))
    assert shock.imports[9:12, 0] == pytest.approx([1.0, 0.4, 0.4])
    assert shock.imports[29:32, 0] == pytest.approx([0.4, 0.4, 0.43])
    assert (shock.imports[:, 1] == 1.0).all()
    paths = propagate_batch(s, [shock], trace=True)
    assert paths.trace is not None
    assert paths.trace.supply[0, 10, 2] * YEAR == pytest.approx(0.4 * 27.0)
    assert paths.trace.supply[0, 9, 2] * YEAR == pytest.approx(27.0)


def test_an_exponential_recovery_falls_to_a_third_in_its_time_constant() -> None:
    """Half of a capacity is lost from day 2 to 4 and comes back with a time constant of 10 days the end, day 5, on.

    Proves: 1/e of the loss is left 10 days after the end, 1/e² after 20: 0.5 → 0.18394 → 0.06767.
    Breaks if: the days of recovery are halved or doubled, or counted from the start of the event.
    """
    event = LoseCapacity(start=2, length=3, depth=0.5, recovery="exponential", recovery_days=10)
    left = event.severity(26)
    assert left[:7] == pytest.approx([0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 0.5 * 0.904837418], rel=1e-8)
    assert left[[15, 25]] == pytest.approx([0.183939721, 0.067667642], rel=1e-8)


def test_a_linear_recovery_is_whole_after_its_days() -> None:
    """Proves: of 0.8 lost, half is back 10 of 20 days after the end, and all of it after 20; a step is back at once.
    Breaks if: the line starts a day off, or ends above or below zero.
    """
    event = LoseCapacity(start=1, length=2, depth=0.8, recovery="linear", recovery_days=20)
    assert event.severity(25)[[0, 1, 2, 3, 13, 23, 24]] == pytest.approx([0.0, 0.8, 0.8, 0.8, 0.4, 0.0, 0.0])
    assert LoseCapacity(start=1, length=2, depth=0.8).severity(5).tolist() == [0.0, 0.8, 0.8, 0.0, 0.0]


def test_reserves_fill_the_gap_until_they_are_gone() -> None:
    """Farm imports stop; the state holds five days of all use of farm products, home (100 a year) and imported (27).

    Nobody's stock falls, so nobody orders more than he uses, and the reserve lasts its five days.
    Proves: for five days everybody has what he asked for; then the reserve of imports is empty.
    Breaks if: a reserve is given out beyond what lacks, or never ends.
    """
    sc = Scenario(
        name="reserve",
        horizon=30,
        stocks={"default": 20},
        reserves={"farm": 5},
        behaviour=replace(BY_ORDERS, binding="all"),
    )
    s = system_of(small(), sc)
    paths = run(s, sc, CutImports(products=("farm",), length=30), trace=True)
    assert paths.trace is not None
    assert paths.trace.released is not None
    came = (paths.trace.supply[0, :, 2] + paths.trace.released[0, :, 2]) * YEAR
    assert came[:5] == pytest.approx(27.0)
    assert came[5:] == pytest.approx(0.0, abs=1e-12)
    assert paths.reserves[0, 2:] == pytest.approx([0.0, 0.0], abs=1e-12)


def test_labour_and_markets_and_weeks() -> None:
    """Proves: taking a tenth of labour leaves 0.9 of capacity; a closed market asks for nothing; a week is the mean.

    Breaks if: events touch other sectors, products or categories than they name.
    """
    s, sc = national()
    events = (TakeLabour(sectors=("works",), depth=0.1), CloseMarket(products=("farm",), depth=0.5, length=3))
    shock = shock_of(s, sc.replacing(events=events))
    assert shock.labour[5] == pytest.approx([1.0, 0.9])
    final = shock.final()
    assert final[1, :, -1] == pytest.approx([0.5, 1.0, 0.5, 1.0])
    assert final[1, :, :-1] == pytest.approx(1.0)
    assert final[3] == pytest.approx(1.0)
    weekly = Scenario(name="weeks", horizon=14, step="week", events=events, stocks={"default": 21})
    week = shock_of(system_of(small(), weekly), weekly)
    assert week.final()[0, 0, -1] == pytest.approx(1.0 - 0.5 * 3 / 7)


def test_the_preview_says_what_is_removed() -> None:
    """Half of the imports of farm products, 27 a year, for 73 days: 2.7 over the horizon.

    Proves: money, products, days and words. Breaks if: depth or days are left out.
    """
    s, sc = national()
    sc = sc.replacing(events=(CutImports(name="no grain", products=("farm",), depth=0.5, length=73),))
    row = preview(s, sc).iloc[0]
    assert row["base"] == pytest.approx(27.0)
    assert row["removes"] == pytest.approx(2.7)
    assert preview_lines(s, sc) == [
        "no grain: removes 50% of 27 TST2020m a year of imports in 1 product (sector farm) from day 0 to day 72: "
        "2.7 TST2020m over the horizon"
    ]
    assert preview_lines(s, sc.replacing(events=())) == ["nothing happens"]


def test_an_outcome_adds_up() -> None:
    """Proves: value added lost by day and by sector have one sum; households' loss is base less what they had.

    Breaks if: an array is of another run, or of other units.
    """
    _, sc = national()
    sc = sc.replacing(events=(CutImports(products=("farm",), depth=0.5, start=5, length=30),))
    out = adapt(small(), sc)
    assert float(out["value_added_lost_by_day"].sum()) == pytest.approx(float(out["value_added_lost"].sum()))
    assert out.provenance["value_added_lost"] == pytest.approx(float(out["value_added_lost"].sum()))
    had = float(out["household_use"].sum())
    base = 100 * (20 + 10 + 10 + 25 + 3 + 4 + 0 + 6) / YEAR
    assert float(out["need_lost"].sum()) == pytest.approx(base - had)
    stops = out.table("stops").set_index("sector")
    assert stops.loc["works", "why"] == "for want of imported sector farm"
    assert out["production_ratio"].attrs["units"] == "1"


def test_orders_move_to_partners_that_deliver() -> None:
    """Two partners sell half each of the only import; one stops. With τ = 10 days orders leave it by a tenth a day.

    The lost partner's weight is 0.9^t after t days, so the other is asked 1/(1 + 0.9^t) of all.
    Proves: the speed of rerouting. Breaks if: orders stay, or move at once.
    """
    s, sc = national(rerouting_days=10.0)
    split = replace(
        s,
        suppliers=(*s.suppliers, "farm from B", "works from B"),
        partners=("", "", "A", "A", "B", "B"),
        input_of=np.array([0, 1, 2, 3, 2, 3]),
        shares=np.array([1.0, 1.0, 0.5, 0.5, 0.5, 0.5]),
        from_stocks=np.zeros(6),
    )
    paths = run(split, sc, CutImports(partner="B", length=100), trace=True)
    assert paths.trace is not None
    rates = paths.trace.delivered[0, :, 2].sum(axis=1) / (split.use[2, 2:].sum())
    assert rates[:3] == pytest.approx([0.5, 1 / 1.9, 1 / 1.81])


def split_economy():  # type: ignore[no-untyped-def]
    """The two sectors with imports from A (a quarter) and B (the rest)."""
    e = small()
    cells = xr.concat(
        [e.imported_use.rename(sector="use"), e.imported_final.drop_vars("final_kind").rename(final="use")], dim="use"
    )
    return e.replacing(
        imported_by_partner=xr.concat([0.25 * cells, 0.75 * cells], dim=pd.Index(["A", "B"], name="partner"))
    )


def test_the_top_partner_is_found_and_an_unknown_one_refused() -> None:
    """B sells three quarters of all imports, 52.5 of 70 a year.

    Proves: suppliers by partner, factored where shares are alike, and an embargo that leaves the other partner alone.
    Breaks if: the smaller partner is cut, or partners and products are mixed up.
    """
    sc = Scenario(name="embargo", horizon=50, events=(CutImports(partner="top", length=50),), behaviour=BY_ORDERS)
    s = system_of(split_economy(), sc)
    assert s.suppliers[2:] == ("farm from A", "works from A", "farm from B", "works from B")
    assert s.factored is not None
    assert s.base_flow[2:] * YEAR == pytest.approx([27 / 4, 43 / 4, 81 / 4, 129 / 4])
    assert shock_of(s, sc).imports[0] == pytest.approx([1.0, 1.0, 0.0, 0.0])
    assert preview(s, sc).iloc[0]["base"] == pytest.approx(52.5)
    assert "of imports from B in 2 products" in preview_lines(s, sc)[0]
    with pytest.raises(UnknownName, match="no partner 'C'"):
        shock_of(s, sc.replacing(events=(CutImports(partner="C"),)))
    paths = run(s, sc, CutImports(partner="A", length=50))
    assert paths.production[0, 0] == pytest.approx(1.0)
    assert paths.served[0, 0, 3] * YEAR == pytest.approx(20.0 + 7.5)


def test_a_world_table_has_regions_and_no_imports_to_cut() -> None:
    """Proves: a region's sectors are found by region, and imports of a whole world are refused in words.

    Breaks if: capacity is lost in the other region too.
    """
    sc = Scenario(name="world", horizon=10, behaviour=replace(BY_ORDERS, binding="all"))
    Z, Y = np.full((4, 4), 1.0), np.full((4, 2), 3.0)
    s = system_from_arrays(Z, Y, sc, regions=["N", "S"], codes=["farm", "works"])
    event = LoseCapacity(sectors=("farm",), regions=("S",), depth=0.5)
    assert shock_of(s, sc.replacing(events=(event,))).capacity[0] == pytest.approx([1.0, 1.0, 0.5, 1.0])
    for bad in (CutImports(), CloseMarket(), DestroyCapital()):
        with pytest.raises(StudyError):
            shock_of(s, sc.replacing(events=(bad,)))
