"""What a scenario does to an economy and how it is told, on two sectors whose every figure is its own."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from crises import uneven

from groundplan.errors import BalanceError, GroundplanError, StudyError, UnknownName
from groundplan.shocks.dynamics.adaptive import _totals, arrays_of, recovery_days
from groundplan.shocks.dynamics.binding import _minor
from groundplan.shocks.dynamics.causes import chain, stops
from groundplan.shocks.dynamics.finals import Finals
from groundplan.shocks.dynamics.preview import preview, preview_lines
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.rebuilding import Sites
from groundplan.shocks.dynamics.run_record import (
    Paths,
    by_need,
    home_use,
    need_names,
    stop_steps,
    times_of,
    unmet_by_input,
)
from groundplan.shocks.dynamics.shock import (
    Rebuild,
    Shock,
    chosen_sectors,
    import_suppliers,
    quiet,
    shock_of,
    top_partner,
)
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.classes import select
from groundplan.shocks.scenarios.events import (
    CloseMarket,
    CutImports,
    DestroyCapital,
    Event,
    LoseCapacity,
    RaiseDemand,
    TakeLabour,
)
from groundplan.shocks.scenarios.scenario import Scenario


def paths_of(production: Any, **more: Any) -> Paths:
    return cast(Paths, SimpleNamespace(production=np.asarray(production, dtype=float), **more))


def scenario(*events: Event, **more: Any) -> Scenario:
    return Scenario(name="s", events=events, **{"horizon": 10, **more})


# --- the system


def test_flows_of_a_system() -> None:
    """Proves: base flows, coefficients, wanted stocks and refilling of each figure; suppliers of one input add up.

    Breaks if: a share stands with another's input.
    """
    s = uneven()
    assert s.base_flow.tolist() == pytest.approx([10.0, 20.0, 4.0, 2.0])
    assert s.coefficients == pytest.approx(np.array([[0.25, 0.15], [0.125, 0.25], [0.375, 0.0]]))
    assert s.wanted.tolist() == [[8.0, 12.0], [5.0, 25.0], [18.0, 0.0]]
    assert s.refill.tolist() == pytest.approx([1 / 12] * 3)
    slow = replace(s, behaviour=replace(s.behaviour, restock_days=None))
    assert slow.refill.tolist() == pytest.approx([1 / 4, 1 / 5, 1 / 6])
    weeks = replace(s, days_per_step=7)
    assert weeks.refill.tolist() == pytest.approx([7 / 12] * 3)
    assert s.imported.tolist() == [False, False, True, True]
    assert s.in_words(2) == "imported coal"
    assert s.sum_by_input(np.array([[1.0, 2.0, 3.0, 4.0]])).tolist() == [[1.0, 2.0, 7.0]]
    mixed = np.array([1.0, 1.0, 2 / 3, 1 / 3])[:, None] * np.ones(5)
    assert uneven(shares=mixed).base_flow.tolist() == pytest.approx([10.0, 20.0, 4.0, 2.0])
    idle = uneven(
        output=np.array([8.0, 0.0]), use=s.use * [[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]],
        binding=np.full((3, 2), 2, dtype=np.int8),
    )  # fmt: skip
    assert idle.coefficients[:, 1].tolist() == [0.0, 0.0, 0.0]


def test_suppliers_in_any_order() -> None:
    """Proves: sums over suppliers of an input wherever they stand. Breaks if: they are taken to stand together."""
    s = cast(Any, uneven(
        input_of=np.array([2, 0, 1, 0]), use=np.array([[1.0, 5.0, 8.0, 4.0, 4.0], [3.0, 0.0, 2.0, 0.5, 0.5],
                                                       [2.0, 3.0, 4.0, 0.0, 1.0]]),
        shares=np.array([1.0, 10 / 11, 1.0, 1 / 11]),
    ))  # fmt: skip
    assert s.sum_by_input(np.array([[1.0, 2.0, 3.0, 4.0]])).tolist() == [[6.0, 3.0, 1.0]]


def test_whether_shares_depend_on_the_user() -> None:
    """Proves: shares that are alike for all who buy are one, whatever stands where nobody buys; a larger gap than
    rounding is none.

    Breaks if: users that buy nothing count, or the least share stands for all.
    """
    wide = np.array([1.0, 1.0, 2 / 3, 1 / 3])[:, None] * np.ones(5)
    wide[2:, 1] = [0.25, 0.75]  # b buys nothing abroad
    factored = uneven(shares=wide).factored
    assert factored is not None
    assert factored.tolist() == pytest.approx([1.0, 1.0, 2 / 3, 1 / 3])
    apart = wide + np.array([0.0, 0.0, 1e-9, -1e-9])[:, None] * [0.0, 0.0, 1.0, 0.0, 0.0]
    assert uneven(shares=apart).factored is None
    nobody = uneven(use=np.vstack([uneven().use[:2], np.zeros(5)]), shares=np.ones((4, 5)) * [[1], [1], [0.4], [0.6]])
    assert nobody.factored is not None
    assert nobody.factored[2:].tolist() == [0.0, 0.0]


def test_systems_that_cannot_stand() -> None:
    """Proves: figures that are none, output below nothing and uses that miss output are told with their sectors and
    their size a year.

    Breaks if: only one of the figures is looked at, or a step's gap is told as a year's.
    """
    for name in ("use", "shares", "output", "from_stocks"):
        broken = getattr(uneven(), name).copy()
        broken.flat[-1] = np.nan
        with pytest.raises(BalanceError, match="not numbers"):
            uneven(**{name: broken})
    with pytest.raises(BalanceError, match="uses miss output in 1 sectors, most in b: 730 money a year"):
        uneven(output=np.array([8.0, 22.0]))
    with pytest.raises(BalanceError, match="in 2 sectors, most in b: 208.571 money a year"):
        uneven(output=np.array([9.0, 16.0]), days_per_step=7)
    with pytest.raises(GroundplanError, match="negative output: a"):
        uneven(output=np.array([-1.0, 20.0]))
    near = uneven(output=np.array([8.0 + 4e-6, 20.0]))
    assert near.output[0] > 8.0
    with pytest.raises(BalanceError, match="in 1 sectors, most in a"):
        uneven(output=np.array([8.0 + 1e-5, 20.0]))
    # 1.25 steps times 0.8 are one step.
    with pytest.raises(StudyError, match="one step for home:b, imported:b"):
        uneven(stocks=np.array([4.0, 1.25, 1.0]))
    assert not uneven().stocks.flags.writeable


# --- events


def test_imports_of_each_partner() -> None:
    """Proves: the largest partner of the suppliers, by what they give together; a partner by name; all.

    Breaks if: the smaller is taken, or sums start anew.
    """
    s = uneven()
    assert top_partner(s, np.array([2, 3])) == "east"
    assert top_partner(s, np.array([3])) == "west"
    thirds = replace(s, shares=np.array([1.0, 1.0, 0.45, 0.55]))
    assert top_partner(thirds, np.array([2, 3])) == "west"
    two = cast(System, SimpleNamespace(partners=("a", "b", "a"), base_flow=np.array([2.0, 3.0, 2.0])))
    assert top_partner(two, np.array([0, 1, 2])) == "a"
    for partner, rows in (("top", [2]), ("west", [3]), ("all", [2, 3])):
        assert import_suppliers(s, CutImports(partner=partner), "x")[0].tolist() == rows
    faults = import_suppliers(s, CutImports(partner="moon"), "x")[1]
    assert [type(f) for f in faults] == [UnknownName]
    alone = replace(s, partners=("", "", "abroad", "abroad"))
    (fault,) = import_suppliers(alone, CutImports(partner="abroad"), "x")[1]
    assert "do not say which partner" in str(fault)
    assert import_suppliers(alone, CutImports(), "x")[0].tolist() == [2, 3]


def test_sectors_of_an_event() -> None:
    """Proves: by code and region, in the table's order; a carved sector belongs to the class of what it came from;
    names that are not there are all told.

    Breaks if: where a sector came from is forgotten, or one region stands for all.
    """
    s = uneven(codes=("a", "new"), origin={"new": "D"}, regions=("N", "S"))
    rows, faults = chosen_sectors(s, LoseCapacity(sectors=("class:power",)), "x")
    assert (rows.tolist(), faults) == ([1], [])
    assert chosen_sectors(s, LoseCapacity(regions=("N",)), "x")[0].tolist() == [0]
    wrong = LoseCapacity(sectors=("none",), regions=("W", "N", "E"))
    assert [str(f).split(" (")[0].split(",")[0] for f in chosen_sectors(s, wrong, "x")[1]]
    assert len(chosen_sectors(s, wrong, "x")[1]) == 3


def test_many_codes_are_not_all_listed() -> None:
    """Proves: of thirteen codes twelve are named and dots, of twelve all and what else may stand there.

    Breaks if: what is cut off is not said.
    """
    for many, end in ((12, "s11, class:<name> or all"), (13, "s11 ...")):
        codes = [f"s{k}" for k in range(many)]
        (fault,) = select(["none"], codes, kind="sector", where="x")[1]
        assert fault.fix is not None
        assert fault.fix.endswith(end)


def test_events_on_one_sector_add_up() -> None:
    """Half of a's plant for two days and 0.7 for the second: all of it then. A tenth of low labour, three quarters of
    a's, and then a fifth of all: 0.925·0.8. Imports of b at half from both and a fifth from the east: 0.5·0.8.

    Proves: capacity lost adds up, to all of it; labour and imports are taken from what others leave.
    Breaks if: a later event replaces an earlier one.
    """
    s = uneven()
    sc = scenario(
        LoseCapacity(name="1", sectors=("a",), depth=0.5, start=1, length=2),
        LoseCapacity(name="2", sectors=("a",), depth=0.7, start=2, length=1),
        TakeLabour(name="3", skills=("low",), depth=0.1, start=3, length=2),
        TakeLabour(name="4", sectors=("a",), depth=0.2, start=4, length=1),
        CutImports(name="5", depth=0.5, start=5, length=3),
        CutImports(name="6", partner="east", depth=0.2, start=6, length=1),
    )
    shock = shock_of(s, sc)
    assert shock.capacity[:4, 0].tolist() == pytest.approx([1.0, 0.5, 0.0, 1.0])
    assert shock.capacity[:, 1].tolist() == [1.0] * 10
    assert shock.labour[3].tolist() == pytest.approx([1 - 0.1 * 0.75, 1 - 0.1 * 0.25])
    assert shock.labour[4].tolist() == pytest.approx([0.925 * 0.8, 0.975])
    assert shock.imports[5:8].tolist() == [[0.5, 0.5], pytest.approx([0.4, 0.5]), [0.5, 0.5]]
    assert shock.steps == 10
    assert (shock.profiles.shape, shock.patterns.shape, shock.rebuilds) == ((10, 0), (0, 3, 3), ())


def test_demand_that_moves() -> None:
    """Proves: a closed market takes exports of its product from home and abroad, a rise adds to the categories by name
    or kind; both at once, not below nothing. Weeks have their days' mean: two of seven days at a half are a seventh.

    Breaks if: another category moves, or falls add.
    """
    s = uneven()
    sc = scenario(
        CloseMarket(products=("b",), depth=1.0, start=0, length=3),
        RaiseDemand(products=("a", "b"), categories=("people", "investment"), depth=0.5, start=2, length=2),
        RaiseDemand(name="all", products=("a",), categories=("all",), depth=2.0, start=5, length=1),
    )
    shock = shock_of(s, sc)
    first = shock.final_at(0)
    assert first.tolist() == [[1.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 1.0, 0.0]]
    assert shock.final_at(2).tolist() == [[1.5, 1.5, 1.0], [1.5, 1.5, 0.0], [1.5, 1.5, 0.0]]
    assert shock.final_at(5).tolist() == [[3.0, 3.0, 3.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    assert shock.final() == pytest.approx(np.stack([shock.final_at(t) for t in range(10)]))
    under = Shock(*(np.ones((1, 2)) for _ in range(3)), np.array([[-1.5]]), np.ones((1, 3, 3)))
    assert under.final_at(0).max() == under.final().max() == 0.0
    weeks = scenario(RaiseDemand(depth=0.5, start=5, length=4), step="week", horizon=8)
    assert shock_of(s, weeks).profiles.ravel().tolist() == pytest.approx([1 / 7, 1 / 7])
    with pytest.raises(UnknownName, match="moon"):
        shock_of(s, scenario(RaiseDemand(categories=("people", "moon"))))


def test_capital_that_is_destroyed() -> None:
    """18 of 90 are a fifth, shared out by capital: 8 of a and 10 of b. Rebuilt of as much b as a: b from home and
    abroad as in investment, 3 to 1; a, which no investment takes, as in its use.

    Without rebuilding a quarter of a's capital comes back by half in five days.
    Proves: amounts and depths, steps and mixes. Breaks if: shares do not sum to one, or weeks are days.
    """
    s = uneven()
    given = DestroyCapital(amount=18.0, start=1, length=3, rebuild_from={"a": 0.5, "b": 0.5})
    (rebuild,) = shock_of(s, scenario(given)).rebuilds
    assert (rebuild.step, rebuild.begins) == (1, 4)
    assert rebuild.lost.tolist() == pytest.approx([8.0, 10.0])
    assert rebuild.mix.tolist() == pytest.approx([0.5, 0.375, 0.125])
    weeks = scenario(DestroyCapital(sectors=("b",), depth=0.25, start=7, length=15), step="week", horizon=40)
    (rebuild,) = shock_of(s, weeks).rebuilds
    assert (rebuild.step, rebuild.begins) == (1, 3)
    assert rebuild.lost.tolist() == [0.0, 12.5]
    assert rebuild.mix.tolist() == [0.0, 0.75, 0.25]
    back = DestroyCapital(sectors=("a",), depth=0.25, length=2, rebuild=False, recovery="linear", recovery_days=4.0)
    shock = shock_of(s, scenario(back))
    assert shock.capacity[:5, 0].tolist() == pytest.approx([0.75, 0.75, 0.75, 0.8125, 0.875])
    assert shock.rebuilds == ()
    part = DestroyCapital(sectors=("a",), amount=10.0, depth=0.5, length=2, rebuild=False)
    assert shock_of(s, scenario(part)).capacity[:3, 0].tolist() == pytest.approx([0.75, 0.75, 1.0])
    assert shock_of(s, scenario(DestroyCapital(depth=0.0, rebuild=False))).capacity.min() == 1.0
    bare = uneven(capital=np.zeros(2))
    for event, system, words in (
        (DestroyCapital(amount=91.0), s, "91 money are more than the capital there, 90"),
        (DestroyCapital(), bare, "no capital is known"),
        (DestroyCapital(rebuild_from={"moon": 1.0}), s, "moon"),
    ):
        with pytest.raises((StudyError, UnknownName), match=words):
            shock_of(system, scenario(event))
    assert shock_of(s, scenario(DestroyCapital(amount=90.0))).rebuilds[0].lost.tolist() == [40.0, 50.0]
    unused = uneven(investment=np.array([1.0, 0.0, 0.0]))
    (rebuild,) = shock_of(unused, scenario(DestroyCapital(rebuild_from={"b": 1.0}))).rebuilds
    assert rebuild.mix.tolist() == pytest.approx([0.0, 20 / 26, 6 / 26])


# --- before anything runs


def test_what_each_event_removes() -> None:
    """Of imports 6·365 = 2190 a year, 0.5 for 4 days: 12. Of b's exports 2.5 a day, all for 4: 10. Of a and b, 28 a
    day, a tenth for 4: 11.2. Of low labour, 8·0.75 + 20·0.25 = 11 of output: half for 4: 22. Of capital 90 a fifth.

    Proves: amounts, bases, names and days of every kind. Breaks if: a base is of another flow, or days shift.
    """
    s = uneven()
    sc = scenario(
        CutImports(name="1", depth=0.5, start=2, length=4), CloseMarket(products=("b",), start=6, length=9),
        LoseCapacity(depth=0.1, start=6, length=4), TakeLabour(skills=("low",), depth=0.5, start=0, length=4),
        DestroyCapital(depth=0.2, start=3, length=5), RaiseDemand(products=("a",), depth=0.25, length=4),
        LoseCapacity(name="late", sectors=("a",), depth=0.5, start=20),
    )  # fmt: skip
    rows = preview(s, sc).set_index("event")
    assert rows["removes"].tolist() == pytest.approx([12.0, 10.0, 11.2, 22.0, 18.0, 5.0, 0.0])
    assert rows["base"].tolist() == pytest.approx([2190.0, 912.5, 28 * 365, 11 * 365, 90.0, 5 * 365, 8 * 365])
    assert rows["names"].tolist() == [("b",), ("b",), ("a", "b"), ("a", "b"), ("a", "b"), ("a",), ("a",)]
    assert rows["first_day"].tolist() == [2, 6, 6, 0, 3, 0, 0]
    assert rows["last_day"].tolist() == [5, 9, 9, 3, 7, 3, 0]
    lines = preview_lines(s, sc)
    assert lines[0] == (
        "1: removes 50% of 2,190 money a year of imports in 1 product (coal) from day 2 to day 5: "
        "12 money over the horizon"
    )
    assert "in 2 sectors (ore, coal) from day 6 to day 9" in lines[2]
    assert lines[4] == (
        "destroy capital: 18 money of 90 money of capital in 2 sectors (ore, coal) on day 3, ordered again from day 8"
    )
    assert lines[5].startswith("raise demand: raises 25% of 1,825 money a year of final demand")
    assert "not within the horizon" in lines[6]
    quiet_ = DestroyCapital(sectors=("a",), amount=4.0, length=2, rebuild=False, recovery="linear")
    (line,) = preview_lines(s, scenario(quiet_))
    assert line == "destroy capital: 4 money of 40 money of capital in 1 sector (ore) on day 0, back by linear recovery"
    named = scenario(CutImports(partner="top", depth=1.0, length=1))
    assert "of 1,460 money a year of imports from east" in preview_lines(s, named)[0]
    assert preview(replace(s, days_per_step=7), named.replacing(step="week", horizon=14))["base"][0] == (
        pytest.approx(4 * 365 / 7)
    )
    assert preview_lines(s, scenario()) == ["nothing happens"]


def test_only_some_names_are_shown() -> None:
    """Proves: four names, and how many more there are; none more where there are four."""
    codes = [f"s{k}" for k in range(6)]
    n = 6
    s = cast(System, SimpleNamespace(
        n=n, codes=tuple(codes), regions=("",) * n, sectors=tuple(codes), origin={}, label=lambda c: c.upper(),
        days_per_step=1, output=np.ones(n), money="m", suppliers=tuple(codes), inputs=tuple(codes), finals=("x",),
    ))  # fmt: skip
    for many, words in ((6, "(s0, s1, s2, s3 and 2 more)"), (4, "4 sectors (s0, s1, s2, s3)")):
        event = LoseCapacity(sectors=tuple(codes[:many]), length=1)
        assert words in preview_lines(s, scenario(event))[0]


# --- what a run comes to


def test_arrays_of_a_run() -> None:
    """Two weeks: a makes 0.5 and 1, b 1 and 0.75, of value added 2 and 12: lost are 1 and 3. People have 3, 6 and 2 and
    then 4, 8 and 1: of heat, 10, they have 0.8 and 0.9.

    Proves: each array of the member that is asked for. Breaks if: needs, days or members are mixed up.
    """
    s = uneven(days_per_step=7)
    had = np.array([[[9.0, 9.0, 9.0]] * 2, [[3.0, 6.0, 2.0], [4.0, 8.0, 1.0]]])
    unmet = np.stack([np.zeros((3, 3)), np.arange(9.0).reshape(3, 3)])
    paths = paths_of([[[1, 1], [1, 1]], [[0.5, 1.0], [1.0, 0.75]]], household=had, unmet=unmet)
    told = arrays_of(s, paths, 1)
    assert told["production_ratio"].sel(sector="a").values.tolist() == [0.5, 1.0]
    assert told["value_added_lost_by_day"].values.tolist() == [1.0, 3.0]
    assert told["value_added_lost_by_day"]["day"].values.tolist() == [0, 7]
    assert told["value_added_lost"].values.tolist() == [1.0, 3.0]
    assert told["need_met"].sel(need="food").values.tolist() == [0.75, 1.0]
    assert told["need_met"].sel(need="heat").values.tolist() == pytest.approx([0.8, 0.9])
    assert told["need_lost"].values.tolist() == [1.0, 3.0]
    assert told["household_use"].sel(input="home:b").values.tolist() == [6.0, 8.0]
    assert told["final_unmet"].sel(input="home:b", final="exports").item() == 5.0
    nobody = replace(s, final_kinds=("government", "investment", "exports"))
    assert arrays_of(nobody, paths, 1)["need_met"].values.tolist() == [[1.0, 1.0]] * 2
    idle = cast(System, SimpleNamespace(**{**vars(s), "output": np.array([0.0, 20.0]), "n": 2}))
    assert arrays_of(idle, paths, 1)["value_added_lost"].values.tolist() == [0.0, 3.0]


def test_totals_of_a_run() -> None:
    """A sector that makes nothing loses nothing; 0.1 of 0.4 asked for are not met: a quarter.

    Proves: shares of small sums and what counts in them. Breaks if: sums under 1 are divided by 1.
    """
    s = uneven()
    idle = cast(System, SimpleNamespace(**{**vars(s), "output": np.array([0.0, 20.0]), "n": 2}))
    unmet, asked = np.full((1, 1, 2), 0.05), np.full((1, 2, 2), 0.1)
    paths = paths_of([[[0.0, 0.5], [0.0, 1.0]]], unmet=unmet, asked=asked)
    told = _totals(idle, scenario(), paths)
    assert told["value_added_lost"] == 6.0
    assert told["value_added_lost_share"] == 6.0 / 28.0
    assert told["final_demand_unmet"] == pytest.approx(0.1)
    assert told["final_demand_unmet_share"] == pytest.approx(0.25)
    assert told["preview"] == ["nothing happens"]
    assert (told["first_day_below"], told["recovered"]) == (0, 1)
    nothing = paths_of([[[1.0, 1.0]]], unmet=np.zeros((1, 1, 2)), asked=np.zeros((1, 2, 2)))
    assert _totals(idle, scenario(), nothing)["final_demand_unmet_share"] == 0.0


def test_exactly_99_per_cent_is_not_below() -> None:
    """Proves: days from the first below to the first after the last; at the bound nothing is below."""
    s = cast(System, SimpleNamespace(output=np.array([1.0]), days_per_step=1))
    assert recovery_days(s, paths_of([[[0.99], [0.99]]])) == {"first_day_below": None, "recovered": None}
    assert recovery_days(s, paths_of([[[1.0], [0.98], [0.99]]])) == {"first_day_below": 1, "recovered": 2}
    assert recovery_days(s, paths_of([[[1]], [[0.5]]]), 1) == {"first_day_below": 0, "recovered": None}


def test_who_stops_when_and_why() -> None:
    """In weeks: a makes 0.5, 0.02, 0.01 and 0.995 of 8; b is at 0.99 always; both without a lack, a without capacity.

    Proves: first stop, least, first day below 99 % and recovery in days; a sector that is never below has no why.
    Breaks if: days are steps, or what never was is told as a day.
    """
    s = uneven(days_per_step=7)
    x = np.array([[[0.5, 0.99], [0.02, 0.99], [0.01, 0.99], [0.995, 0.99]]])
    paths = paths_of(x, limiting=np.full((1, 4, 2), -1), capacity=x.copy())
    a, b = stops(s, paths).to_dict("records")
    assert a == {
        "sector": "a", "label": "Ore", "first_stop": 7.0, "why": "because its own capacity is lost", "through": "",
        "least": 0.01, "day_of_least": 14, "first_below": 0.0, "recovered": 21.0,
        "output_lost": pytest.approx(2.475 * 8), "share_lost": pytest.approx(2.475 / 4),
    }  # fmt: skip
    assert (b["why"], b["through"], b["least"], b["day_of_least"]) == ("", "", 0.99, 0)
    assert np.isnan([b["first_stop"], b["first_below"], b["recovered"]]).all()
    down = stops(s, paths_of(x[:, :3], limiting=np.full((1, 3, 2), -1), capacity=x[:, :3]))
    assert np.isnan(down["recovered"][0])
    at_bound = replace(s, behaviour=replace(s.behaviour, stop_below=0.02))
    assert stops(at_bound, paths)["first_stop"][0] == 14.0
    slight = paths_of(np.array([[[0.5, 1.0], [0.8, 1.0]]]), limiting=np.full((1, 2, 2), -1), capacity=np.ones((1, 2, 2)))
    first = stops(s, slight).iloc[0]
    assert np.isnan(first["first_stop"])
    assert first["why"] == "because orders fall away"


def test_the_way_back_to_the_beginning() -> None:
    """a lacks home b on day 2; b lost most, makes all that it can, 0.3, from day 1 on, and lacks nothing.

    Proves: the maker's own day is looked at, at home before abroad. Breaks if: the day of who lacks it counts.
    """
    s = uneven()
    limiting, x = np.full((1, 3, 2), -1), np.ones((1, 3, 2))
    limiting[0, 2, 0], x[0, 2, 0], x[0, 1:, 1] = 1, 0.2, 0.3
    can = np.ones((1, 3, 2))
    can[0, 1, 1] = 0.3
    paths = paths_of(x, limiting=limiting, capacity=can)
    assert chain(s, paths, 0, 2) == ("because coal's capacity is lost", ("coal",))
    limiting[0, 1, 1] = 2
    assert chain(s, paths, 0, 2) == ("for want of imported coal", ("coal",))
    limiting[0, 1, 1] = 0
    assert chain(s, paths, 0, 2) == ("for want of home ore", ("coal",))
    x[0, :, 1] = 1.0
    limiting[0, 1, 1] = -1
    assert chain(s, paths, 0, 2) == ("for want of home coal", ())
    pooled = uneven(
        inputs=("a", "b"), products=("a", "b"), needs=("food", "heat"), input_of=np.array([0, 1, 1, 1]),
        use=np.array([[2.0, 3.0, 4.0, 0.0, 1.0], [4.0, 5.0, 10.0, 4.5, 2.5]]),
        shares=np.array([1.0, 20 / 26, 4 / 26, 2 / 26]), stocks=np.array([4.0, 5.0]), reserves=np.zeros(2),
        binding=np.zeros((2, 2), dtype=np.int8), investment=np.array([0.0, 1.0]),
    )  # fmt: skip
    assert chain(pooled, paths, 0, 2) == ("for want of coal from home and abroad", ())


def test_sums_by_need_and_sector() -> None:
    """Proves: needs once each, sums of their inputs; losses by input; final use at home in a year without exports.

    Breaks if: exports count, or a step is told as a year.
    """
    s = uneven()
    assert need_names(s) == ["food", "heat"]
    assert by_need(s, np.array([[1.0, 2.0, 4.0]])).tolist() == [[1.0, 6.0]]
    assert unmet_by_input(cast(Paths, SimpleNamespace(unmet=np.arange(9.0).reshape(1, 3, 3)))).tolist() == [[3, 12, 21]]
    assert home_use(s) == pytest.approx(18.5 * 365)
    assert home_use(replace(s, days_per_step=7)) == pytest.approx(18.5 * 365 / 7)


def test_the_step_in_which_a_sector_stops() -> None:
    """Proves: the first step under a twentieth, of makers however small; −1, and without end as a time, for never.

    Breaks if: a maker of little is none, or the first step is no time.
    """
    s = cast(System, SimpleNamespace(output=np.array([0.5, 3.0, 0.0]), behaviour=SimpleNamespace(stop_below=0.05)))
    paths = paths_of([[[1, 0.05, 0], [0.04, 0.06, 0], [0.01, 1, 0]], [[0.0, 1, 0], [1, 0.01, 0], [1, 1, 0]]])
    stop = stop_steps(s, paths)
    assert stop.tolist() == [[1, -1, -1], [0, 1, -1]]
    assert times_of(stop).tolist() == [[1.0, np.inf, np.inf], [0.0, 1.0, np.inf]]


# --- final demand and rebuilding


def test_final_demand_by_supplier_and_tier() -> None:
    """People come first, then others. Imports of b for people are 2, two thirds from the east.

    When half of the first tier and all of the second are served of each, people have half and lack half.
    Proves: sums by tier, what was met, what households had and what stays open. Breaks if: tiers change places.
    """
    s = uneven(tiers=np.array([0, 0, 0, 1, 1]))
    finals = Finals(s, [quiet(s, 2), quiet(s, 2)], 2)
    asked = finals.asked(0, None)
    assert asked[0].tolist() == [[4.0, 1.0], [8.0, 6.0], pytest.approx([4 / 3, 2 / 3]), pytest.approx([2 / 3, 1 / 3])]
    served = np.ones((2, 4, 2))
    served[1, :, 0] = 0.5
    wanted, met, had = finals.serve(served)
    assert wanted[1].tolist() == pytest.approx([14.0, 4.5, 3.5])
    assert met.tolist() == [pytest.approx([14.0, 4.5, 3.5]), pytest.approx([7.0, 4.5, 3.5])]
    assert had.tolist() == [pytest.approx([4.0, 8.0, 2.0]), pytest.approx([2.0, 4.0, 1.0])]
    finals.serve(served)
    assert finals.unmet()[1].tolist() == [
        pytest.approx([4.0, 0.0, 0.0]), pytest.approx([8.0, 0.0, 0.0]), pytest.approx([2.0, 0.0, 0.0]),
    ]  # fmt: skip
    assert finals.unmet()[0].max() == 0.0
    assert finals.delivered(served)[1, 1].tolist() == [4.0, 4.0, 2.0]


def test_two_events_of_rebuilding() -> None:
    """8 of a are destroyed on day 0 and 4 on day 1, ordered on days 2 and 3: what waits adds up until it is ordered.

    Proves: shares destroyed day by day, orders of a fifth of what is open, and what is delivered leaves it.
    Breaks if: the second event replaces the first.
    """
    s = uneven()
    first = Rebuild(0, 2, np.array([8.0, 0.0]), np.array([0.0, 0.75, 0.25]))
    second = Rebuild(1, 3, np.array([4.0, 10.0]), np.array([1.0, 0.0, 0.0]))
    sites = Sites(s, [replace(quiet(s, 5), rebuilds=(first, second)), quiet(s, 5)])
    gone = cast(Any, sites.destroyed)
    assert gone(0).tolist() == [[0.2, 0.0], [0.0, 0.0]]
    assert sites.asked().tolist() == [[0.0] * 4] * 2
    assert gone(1)[0].tolist() == pytest.approx([0.3, 0.2])
    assert gone(2)[0].tolist() == pytest.approx([0.3, 0.2])
    assert sites.asked()[0].tolist() == pytest.approx([0.0, 1.2, 4 / 15, 2 / 15])
    sites.receive(np.array([[1.0, 0.5, 1.0, 0.0], [1.0] * 4]))
    assert gone(3)[0].tolist() == pytest.approx([(12 - 0.6 - 4 / 15) / 40, 0.2])
    assert sites.asked()[0].tolist() == pytest.approx([14 / 5, 5.4 / 5, 16 / 75, 2 / 15])
    whole = Sites(s, [replace(quiet(s, 5), rebuilds=(replace(first, lost=np.array([60.0, 0.0])),))])
    assert cast(Any, whole.destroyed(0)).tolist() == [[1.0, 0.0]]
    assert Sites(s, [quiet(s, 5)]).destroyed(0) == 0.0
    shares = np.array([1.0, 1.0, 2 / 3, 1 / 3])[:, None] * np.ones(5)
    shares[2:, 0] = [0.5, 0.5]
    mixed = uneven(shares=shares)
    at = Sites(mixed, [replace(quiet(s, 5), rebuilds=(replace(first, lost=np.array([8.0, 4.0])),))])
    # b buys nothing abroad, so its site orders there as everybody together does: 3.5 and 2.5 of 6.
    assert at.orders_of(replace(first, lost=np.array([8.0, 4.0]))) == pytest.approx(
        np.array([[6.0, 3.0], [1.0, 3.5 / 6], [1.0, 2.5 / 6]])
    )


def test_demand_that_falls_leaves_stocks_to_be_drawn() -> None:
    """Half of all final demand of home a stays away: of 7.5 asked for 2 come from stocks, and 5.5 of 8 are made.

    Proves: what nobody makes is given before anything is made. Breaks if: it is added to what is made.
    """
    s = uneven()
    patterns = np.zeros((1, 3, 3))
    patterns[0, 0, :] = 1.0
    shock = Shock(*(np.ones((1, 2)) for _ in range(3)), np.array([[-0.5]]), patterns)
    assert propagate_batch(s, [shock]).production[0, 0].tolist() == pytest.approx([5.5 / 8, 1.0])


def test_minor_imports() -> None:
    """Of 10 of the product 0.9 come from abroad, less than a tenth; of 9, exactly 0.9; of a user without home goods all.

    Proves: the share of a use that is minor, product by product. Breaks if: the bound itself is minor.
    """
    use = np.array([[9.1, 8.1, 0.0], [5.0, 5.0, 5.0], [0.9, 0.9, 0.9], [0.1, 0.1, 0.1]])
    here = np.array([True, True, False, False])
    minor = _minor(["x", "y", "x", "z"], here, use, 0.1)
    assert minor.tolist() == [[False] * 3, [False] * 3, [True, False, False], [False] * 3]
    assert not _minor(["x", "y"], np.array([True, True]), use[:2], 0.1).any()
