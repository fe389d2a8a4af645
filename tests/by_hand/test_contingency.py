"""Contingencies on an economy of two works that burn imported fuel, small enough for paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from groundplan.errors import PlanInfeasible
from groundplan.planning.activities import Activities
from groundplan.planning.explaining.premium import differences, trunk_goal
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.contingencies.forks import forks
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Solution, solve

YEARS = (2021, 2022, 2023, 2024)
LEFT, FUEL, SPOILT, KEEPING, EARNED = 0.25, 0.5, 0.2, 0.02, 5.0
CUT = Contingency("fuel cut", 2023, imports_lost={"fuel": 1.0 - LEFT}, floor=0.8, likelihood=0.0)


def two_works(**changes: Any) -> Activities:
    """Power burns half a unit of imported fuel, bread takes one of power; 5 of foreign exchange are earned a year.

    So 5 of fuel a year, 10 of power, 10 of bread, and the people's standard is 10. Fuel can be stored: a fifth spoils
    in a year, and a unit kept costs 0.02 of the goal.
    """
    tables: dict[str, Any] = {
        "commodities": [
            {"commodity": "money"},
            {"commodity": "import:fuel", "label": "imported fuel"},
            {"commodity": "home:power"},
            {"commodity": "home:bread"},
            {"commodity": "store:fuel"},
            {"commodity": "standard:people", "kind": "good", "label": "living standard of the people"},
        ],
        "activities": [
            {"activity": "buy:fuel", "base": 5.0, "label": "importing fuel", "group": "import"},
            {"activity": "make:power", "base": 10.0, "group": "production"},
            {"activity": "make:bread", "base": 10.0, "group": "production"},
            {"activity": "live:people", "base": 10.0, "group": "consumption"},
            {"activity": "put:fuel", "group": "store"},
            {"activity": "keep:fuel", "group": "store", "label": "keeping fuel", "cost": KEEPING},
            {"activity": "draw:fuel", "group": "store"},
        ],
        "flows": [
            *_turns("buy:fuel", "money", "import:fuel"),
            *_turns("make:power", "import:fuel", "home:power", FUEL),
            *_turns("make:bread", "home:power", "home:bread"),
            *_turns("live:people", "home:bread", "standard:people"),
            *_turns("put:fuel", "import:fuel", "store:fuel"),
            *_turns("keep:fuel", "store:fuel", "store:fuel", 1.0, 1.0 - SPOILT, 1),
            *_turns("draw:fuel", "store:fuel", "import:fuel"),
        ],
        "exogenous": [{"commodity": "money", "supply": EARNED}],
        "utility": [{"good": "standard:people", "year": y, "width": 100.0, "slope": 1.0} for y in YEARS],
        "floors": [{"good": "standard:people", "year": y, "heads": 10.0} for y in YEARS],
    }
    return Activities.of(YEARS, **{**tables, **changes})


def _turns(
    act: str, taken: str, given: str, takes: float = 1.0, gives: float = 1.0, lag: int = 0
) -> list[dict[str, Any]]:
    return [
        {"activity": act, "commodity": taken, "coefficient": takes},
        {"activity": act, "commodity": given, "role": "give", "coefficient": gives, "lag": lag},
    ]


def solved(a: Activities, *contingencies: Contingency) -> tuple[Policy, Solution]:
    policy = Policy.of(contingencies=list(contingencies), solver="simplex", idle_cost=0.0)
    return policy, solve(programme(a, policy), policy)


def kept(s: Solution, activity: str, fork: str = "") -> pd.Series:
    values = s.values[f"level @ {fork}" if fork else "level"].sel(activity=activity).to_series()
    return pd.Series(values)


def test_the_plan_stores_what_the_floor_needs_and_pays_for_it() -> None:
    """A cut that leaves a quarter of the fuel of 2023 is survived at a floor of 8 with fuel stored in 2022.

    The floor of 8 needs 8·0.5 = 4 of fuel. A quarter of the 5 that the plan buys for use in 2023 still comes: 1.25.
    The other 2.75 must be in store, so 2.75/0.8 = 3.4375 are kept at the end of 2022. If nothing happens they are
    burnt in 2023 all the same, less what spoilt: 0.6875 of fuel, 1.375 of bread. Keeping costs 0.02·3.4375 = 0.06875.
    So the premium is 1.44375 of a goal of 40.

    Proves: the fork begins with the trunk's stores, its imports are cut from what the plan buys for use, the floor is
    just held, and the premium is the trunk's own loss.
    Breaks if: the store is counted before it spoils, purchases for it count as use, or the fork can fill its own.
    """
    a = two_works()
    bare_policy, bare = solved(a)
    policy, s = solved(a, CUT)
    assert trunk_goal(a, bare_policy, bare) == pytest.approx(40.0)
    assert kept(s, "keep:fuel")[2022] == pytest.approx(3.4375)
    assert kept(s, "buy:fuel")[2023] == pytest.approx(5.0)
    assert kept(s, "buy:fuel", "fuel cut")[2023] == pytest.approx(1.25)
    assert kept(s, "live:people", "fuel cut")[2023] == pytest.approx(8.0)
    assert 40.0 - trunk_goal(a, policy, s) == pytest.approx(1.44375)


def test_costs_in_a_fork_count_as_often_as_it_comes() -> None:
    """A unit of bread is worth 1 and costs half of that in toil: it is worth making in a fork too, however unlikely.

    Proves: worth and costs of a fork are weighted by the same likelihood. Breaks if: only one of them is, so that in
    an unlikely fork nobody works for more than the floor.
    """
    acts = two_works().activities
    a = replace(two_works(), activities=acts.assign(cost=acts["cost"].mask(acts["activity"] == "make:bread", 0.5)))
    policy, s = solved(a, Contingency("calm", 2023, floor=0.5, likelihood=0.1))
    assert kept(s, "live:people", "calm")[2023] == pytest.approx(10.0)
    assert s.objective == pytest.approx(20.0 + 0.1 * 5.0)
    assert trunk_goal(a, policy, s) == pytest.approx(20.0)


@pytest.mark.parametrize(("limit", "kind"), [("quota:fuel", "flow"), ("rule: fuel", "capacity"), ("mine", "capacity")])
def test_limits_that_a_planner_set_himself_do_not_hold_in_need(limit: str, kind: str) -> None:
    """Of 5 of fuel that could be bought 4 are allowed: bread for 8. In need all 5 are bought, unless it is a mine.

    Proves: permissions on partners and rules of the budget are suspended in a fork, plant is not. Breaks if: a country
    in need keeps to a rule, or a fork has plant that is not there.
    """
    role = "take" if kind == "flow" else "occupy"
    a = two_works().adding(
        commodities=[{"commodity": limit, "kind": kind, "initial": 4.0 if kind == "capacity" else 0.0}],
        flows=[{"activity": "buy:fuel", "commodity": limit, "role": role, "coefficient": 1.0}],
        exogenous=[{"commodity": limit, "supply": 4.0}] if kind == "flow" else [],
    )
    _, s = solved(a, Contingency("need", 2023, floor=0.5, likelihood=0.1))
    assert kept(s, "live:people")[2023] == pytest.approx(8.0)
    assert kept(s, "live:people", "need")[2023] == pytest.approx(8.0 if limit == "mine" else 10.0)


def test_a_partner_who_is_cut_twice_is_cut_by_the_deeper_cut() -> None:
    """A sells all fuel; nine tenths of its fuel are lost, or a fifth of whatever it sells: a tenth of 5 comes.

    Proves: of two losses of one purchase the larger counts, whichever is stated where. Breaks if: the one that is read
    last takes the place of the other.
    """
    plain = two_works()
    a = replace(
        plain,
        activities=plain.activities.replace({"activity": {"buy:fuel": "buy:fuel@A"}}),
        flows=plain.flows.replace({"activity": {"buy:fuel": "buy:fuel@A"}}),
    )
    for product, partner in ((0.9, 0.2), (0.2, 0.9)):
        cut = Contingency("cut", 2021, imports_lost={"fuel@A": product}, partners_lost={"A": partner}, floor=0.0)
        _, s = solved(a, cut)
        assert kept(s, "buy:fuel@A", "cut")[2021] == pytest.approx(0.5)


def test_no_project_is_begun_in_a_fork() -> None:
    """A bakehouse costs 1 and bakes 3 of bread in the year it is begun; what the plan began still bakes.

    Proves: in a fork no project is begun, but one that the plan began is there. Breaks if: a country in need may build
    at once, and by halves.
    """
    lump = {"activity": "work:bakehouse", "lump": 1.0, "cost": 1.0}
    bread = [
        {"activity": "work:bakehouse", "commodity": "home:bread", "role": "give", "coefficient": 3.0, "lag": lag}
        for lag in (0, 1, 2, 3)
    ]
    a = two_works().adding(activities=[lump], flows=bread, bounds=[{"activity": "work:bakehouse", "upper": 1.0}])
    none = a.adding(bounds=[{"activity": "work:bakehouse", "year": y, "upper": 0.0} for y in YEARS[:2]])
    calm = Contingency("calm", 2023, floor=0.5, likelihood=0.1)
    _, s = solved(none, calm)
    assert kept(s, "work:bakehouse", "calm")[2023] == pytest.approx(0.0)
    assert kept(s, "live:people", "calm")[2023] == pytest.approx(10.0)
    _, s = solved(a, calm)
    assert kept(s, "work:bakehouse").tolist() == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert kept(s, "live:people", "calm")[2023] == pytest.approx(13.0)


def test_the_premium_leaves_out_what_forks_add_to_the_goal() -> None:
    """With a likelihood of a tenth the fork's 8 of bread add 0.8 to the objective, and the trunk is worth what it was.

    One more of fuel in store would gain the fork 0.8/0.5·0.1 = 0.16 and cost the trunk 0.42, so none is added.
    Proves: the premium is measured on the trunk's own goal.
    Breaks if: the objective is taken for the trunk's goal.
    """
    a = two_works()
    policy, s = solved(a, replace(CUT, likelihood=0.1))
    assert s.objective == pytest.approx(40.0 - 1.44375 + 0.8)
    assert trunk_goal(a, policy, s) == pytest.approx(40.0 - 1.44375)


def test_the_floor_holds_when_the_year_is_lived_through() -> None:
    """2023 recounted by hand from the trunk's stores alone, with no programme: what is there is burnt.

    Proves: recourse is no artefact of the programme: stores and what still comes bake just the floor's bread; without
    the contingency they bake 2.5, a quarter of 10.
    Breaks if: the fork uses fuel that the trunk has not.
    """
    for contingencies, bread in (((CUT,), 8.0), ((), 2.5)):
        _, s = solved(two_works(), *contingencies)
        in_store = (1.0 - SPOILT) * kept(s, "keep:fuel")[2022]
        bought_for_use = kept(s, "buy:fuel")[2023] - kept(s, "put:fuel")[2023]
        fuel = LEFT * bought_for_use + in_store
        assert min(fuel / FUEL, 10.0) == pytest.approx(bread)


def test_what_is_bought_for_the_store_is_not_part_of_what_is_cut() -> None:
    """A quarter of 5 of fuel bakes 2.5 of bread. A floor of 3 without a store before 2023 takes 6, bought for use.

    There is money for 10 of fuel a year, but in 2024 for 2.5 only, and power for 10 of bread at most; so in 2023 fuel
    is put in store for 2024: 2.5/0.8 = 3.125. A quarter of the 8.125 that are then bought would bake 4 of bread.
    Proves: the cut leaves a share of what the plan buys for use, not for its store.
    Breaks if: purchases for the store make the share larger.
    """
    bare = two_works(
        exogenous=[{"commodity": "money", "year": y, "supply": 10.0 if y < 2024 else 2.5} for y in YEARS],
        bounds=[
            *({"activity": "keep:fuel", "year": y, "upper": 0.0} for y in (2021, 2022)),
            {"activity": "make:power", "upper": 10.0},
        ],
    )
    dear = bare.activities["activity"].map({"buy:fuel": 0.001}).fillna(bare.activities["cost"])
    a = replace(bare, activities=bare.activities.assign(cost=dear))
    _, s = solved(a, replace(CUT, floor=0.3))
    assert kept(s, "put:fuel")[2023] == pytest.approx(3.125)
    assert kept(s, "buy:fuel")[2023] == pytest.approx(6.0 + 3.125)
    assert kept(s, "live:people", "fuel cut")[2023] == pytest.approx(3.0)
    with pytest.raises(PlanInfeasible):
        solved(a, replace(CUT, floor=0.51))


def test_each_contingency_has_recourse_of_its_own() -> None:
    """A second cut, of all fuel in 2024 with a floor of 2, needs 1 of fuel: 1.25 kept at the end of 2023.

    Both hold at once: the store is drawn in one fork and not in the other.
    Proves: forks share the trunk and nothing else.
    Breaks if: what one fork draws is gone in the other, or in the trunk.
    """
    second = Contingency("blockade", 2024, imports_lost={"fuel": 1.0}, floor=0.2, likelihood=0.0)
    _, s = solved(two_works(), CUT, second)
    assert kept(s, "keep:fuel")[[2022, 2023]].tolist() == pytest.approx([3.4375, 1.25])
    assert kept(s, "live:people", "blockade")[2024] == pytest.approx(2.0)
    assert kept(s, "live:people", "fuel cut")[2023] == pytest.approx(8.0)
    assert kept(s, "draw:fuel", "fuel cut")[2023] == pytest.approx(2.75)


def test_a_fork_of_two_years_lives_on_what_it_has() -> None:
    """A cut of two years, all fuel in both: 2 of bread a year take 1 of fuel in 2023 and 1 in 2024.

    What is kept into 2024 spoils by a fifth in the fork too: 1.25 at the end of 2023, so 2.25 at its start and
    2.25/0.8 = 2.8125 at the end of 2022.
    Proves: what a fork keeps goes from its first year to its second, and the second year's loss is its own.
    Breaks if: the fork's second year sees the trunk's store, or lags are lost between its years.
    """
    blockade = Contingency("blockade", 2023, length=2, imports_lost={"fuel": [1.0, 1.0]}, floor=0.2, likelihood=0.0)
    _, s = solved(two_works(), blockade)
    assert kept(s, "keep:fuel")[2022] == pytest.approx(2.8125)
    assert kept(s, "keep:fuel", "blockade").tolist() == pytest.approx([1.25, 0.0])
    assert kept(s, "live:people", "blockade").tolist() == pytest.approx([2.0, 2.0])


def test_investment_under_way_arrives() -> None:
    """An oven begun in 2022 is ready in 2024, in a fork from 2023 too; one that the fork begins is ready in 2025.

    Bread occupies ovens, of which there are 5. A fire that leaves half of the ovens of 2024 and a floor of 0.4 ask for
    8 ovens then, so 3 are begun by 2022; the 5 of 2023 are enough for the floor there.
    Proves: gives of the trunk's years that fall due in the fork arrive there, and lost capacity is what still stands.
    Breaks if: levels before the fork count for nothing, or the loss is of what the fork uses.
    """
    base = two_works()
    a = replace(
        base.adding(
            commodities=[{"commodity": "capacity:bread", "kind": "capacity", "initial": 5.0}],
            activities=[{"activity": "invest:bread", "cost": 1.0}],
            flows=[
                {"activity": "make:bread", "commodity": "capacity:bread", "role": "occupy", "coefficient": 1.0},
                {
                    "activity": "invest:bread",
                    "commodity": "capacity:bread",
                    "role": "give",
                    "coefficient": 1.0,
                    "lag": 1,
                },
            ],
        ),
        utility=base.utility.assign(slope=0.01),
    )
    lost = Contingency("fire", 2023, length=2, capacity_lost={"bread": [0.0, 0.5]}, floor=0.4, likelihood=0.0)
    policy, s = solved(a, lost)
    assert kept(s, "invest:bread")[[2021, 2022]].sum() == pytest.approx(3.0)
    stock = s.values["stock @ fire"].sel(commodity="capacity:bread").to_series()
    assert stock.to_dict() == pytest.approx({2024: 8.0, 2025: 8.0})
    assert kept(s, "make:bread", "fire")[2024] == pytest.approx(4.0)
    assert next(forks(a, policy)).activities.before == (2022,)


def test_partners_and_markets_are_lost_by_name() -> None:
    """Fuel from two partners, 3 and 2, and bread sold abroad, at most 4 of it.

    Without partner a the 2 of b are left, 4 of bread: the floor of 0.4 is just held. With half of the market closed
    at most 2 of bread are sold.
    Proves: a lost partner takes what it sells and no more; a closed market is a lower ceiling.
    Breaks if: partners are matched by part of their name, or the ceiling shrinks in the trunk.
    """
    base = two_works()
    flows = base.flows[base.flows["activity"] != "buy:fuel"]
    acts = base.activities[base.activities["activity"] != "buy:fuel"]
    a = replace(base, flows=flows, activities=acts).adding(
        activities=[{"activity": "buy:fuel@a"}, {"activity": "buy:fuel@aa"}, {"activity": "sell:bread"}],
        flows=[
            *_turns("buy:fuel@a", "money", "import:fuel"),
            *_turns("buy:fuel@aa", "money", "import:fuel"),
            *_turns("sell:bread", "home:bread", "money", 1.0, 0.1),
        ],
        bounds=[
            {"activity": "buy:fuel@a", "upper": 3.0},
            {"activity": "buy:fuel@aa", "upper": 2.0},
            {"activity": "sell:bread", "upper": 4.0},
            {"activity": "keep:fuel", "upper": 0.0},
        ],
    )
    lost = Contingency("a is lost", 2023, partners_lost={"a": 1.0}, exports_lost={"bread": 0.5}, floor=0.4)
    policy, s = solved(a, lost)
    assert kept(s, "buy:fuel@a", lost.name)[2023] == pytest.approx(0.0)
    assert kept(s, "live:people", lost.name)[2023] == pytest.approx(4.0)
    bounds = next(forks(a, policy)).activities.bounds
    assert bounds[bounds["activity"] == "sell:bread"]["upper"].tolist() == [2.0]


def test_what_differs_is_told_with_its_year() -> None:
    """The store of 2022, and the bread that it cost, are what the plan does differently.

    Proves: differences are told up to the year of the contingency, in the year of the largest.
    Breaks if: plans are compared in sums over years, or years after the contingency are told.
    """
    a = two_works()
    told = differences(a, solved(a)[1].values, solved(a, CUT)[1].values, 2023).set_index("name")
    assert told.loc["keep:fuel", ["kind", "year", "without", "with"]].tolist() == pytest.approx(
        ["store", 2022, 0.0, 3.4375]
    )
    assert told.loc["make:bread", ["year", "difference"]].tolist() == pytest.approx([2022, -6.875])
    assert np.isin(told["year"], (2021, 2022, 2023)).all()
