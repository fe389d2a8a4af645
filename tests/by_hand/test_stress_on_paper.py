"""A system of flows and what events do to it, on two sectors whose every figure is its own (``crises.uneven``)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from crises import scenario, uneven

from groundplan.errors import BalanceError, GroundplanError, StudyError, UnknownName
from groundplan.shocks.dynamics.preview import preview, preview_lines
from groundplan.shocks.dynamics.shock import (
    Shock,
    chosen_sectors,
    import_suppliers,
    shock_of,
    top_partner,
)
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.classes import select
from groundplan.shocks.scenarios.events import (
    CloseMarket,
    CutImports,
    DestroyCapital,
    LoseCapacity,
    RaiseDemand,
    TakeLabour,
)


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
    with pytest.raises(BalanceError, match=r"in 2 sectors, most in b: 208\.571 money a year"):
        uneven(output=np.array([9.0, 16.0]), days_per_step=7)
    with pytest.raises(GroundplanError, match="negative output: a"):
        uneven(output=np.array([-1.0, 20.0]))
    near = uneven(output=np.array([8.0 + 4e-6, 20.0]))
    assert near.output[0] > 8.0
    with pytest.raises(BalanceError, match="in 1 sectors, most in a"):
        uneven(output=np.array([8.0 + 1e-5, 20.0]))
    # What makes next to nothing is held to a thousandth of the mean output, 10: a gap of 1e-8 at most.
    none: dict[str, Any] = {"output": np.array([0.0, 20.0])}
    assert uneven(**none, from_stocks=np.array([10.0 - 5e-9, 0, 0, 0])).output[0] == 0.0
    with pytest.raises(BalanceError, match="in 1 sectors, most in a"):
        uneven(**none, from_stocks=np.array([10.0 - 2e-8, 0, 0, 0]))
    # 1.25 steps times 0.8 are one step.
    with pytest.raises(StudyError, match="one step for home:b, imported:b"):
        uneven(stocks=np.array([4.0, 1.25, 1.0]))
    assert not uneven().stocks.flags.writeable


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
    """Proves: by code and region, in the table's order; a sector belongs to the class that is stated of it; names
    that are not there are all told.

    Breaks if: what is stated of a sector is forgotten, or one region stands for all.
    """
    s = uneven(codes=("a", "new"), industries={"new": "D"}, regions=("N", "S"))
    rows, faults = chosen_sectors(s, LoseCapacity(sectors=("class:power",)), "x")
    assert (rows.tolist(), faults) == ([1], [])
    assert chosen_sectors(s, LoseCapacity(regions=("N",)), "x")[0].tolist() == [0]
    wrong = LoseCapacity(sectors=("none",), regions=("W", "N", "E"))
    assert [str(f).split(" (")[0].split(",")[0] for f in chosen_sectors(s, wrong, "x")[1]]
    assert len(chosen_sectors(s, wrong, "x")[1]) == 3


def test_faults_of_all_events_are_told() -> None:
    """Proves: each event's wrong names, at once. Breaks if: the last event's faults stand for all."""
    events = LoseCapacity(name="1", sectors=("x", "y")), CutImports(name="2", products=("z",)), CloseMarket(name="3")
    with pytest.raises(GroundplanError) as told:
        shock_of(uneven(), scenario(*events))
    assert [sum(f"'{name}'" in str(f) for f in told.value.parts) for name in "xyz"] == [1, 1, 1]
    assert len(told.value.parts) == 3


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


def test_labour_in_any_unit() -> None:
    """Proves: shares of labour are the same in thousands; a sector without any loses none, and divides nothing.

    Breaks if: less than one unit of labour is none.
    """
    flu = scenario(TakeLabour(skills=("low",), depth=0.1, length=1))
    few = uneven(labour=np.array([[0.006, 0.0], [0.002, 0.0]]))
    assert shock_of(few, flu).labour[0].tolist() == pytest.approx([1 - 0.1 * 0.75, 1.0])


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
    under = Shock(np.ones((1, 2)), np.ones((1, 2)), np.ones((1, 2)), np.array([[-1.5]]), np.ones((1, 3, 3)))
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
        n=n, codes=tuple(codes), regions=("",) * n, sectors=tuple(codes), industries={}, label=lambda c: c.upper(),
        labels={}, days_per_step=1,
        output=np.ones(n), money="m", suppliers=tuple(codes), inputs=tuple(codes), finals=("x",),
    ))  # fmt: skip
    for many, words in ((6, "(s0, s1, s2, s3 and 2 more)"), (4, "4 sectors (s0, s1, s2, s3)")):
        event = LoseCapacity(sectors=tuple(codes[:many]), length=1)
        assert words in preview_lines(s, scenario(event))[0]
