"""Targets in every form on one factory, and their words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from groundplan.errors import Faults, GroundplanError
from groundplan.planning.activities import Activities
from groundplan.planning.choices.target import Target, read_target
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.families.targets import base_levels, target_lines
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import solve

YEARS = range(1, 5)


def factory() -> Activities:
    """Four years; making steel costs 1, so the least that a target asks for is made. Last year 10 of it, 30 of use."""
    return Activities.of(
        YEARS,
        commodities=[{"commodity": "ore", "kind": "stock", "initial": 1000.0}],
        activities=[
            {"activity": "make", "base": 10.0, "cost": 1.0},
            {"activity": "use", "base": 30.0},
        ],
        flows=[{"activity": "make", "commodity": "ore", "coefficient": 1.0}],
        bounds=[{"activity": "use", "lower": 40.0, "upper": 40.0}],
        indicators=[
            {"indicator": "steel", "on": "make"},
            {"indicator": "use", "on": "use"},
            {"indicator": "ore left", "on": "ore", "part": "stock"},
        ],
        ratios=[{"indicator": "share", "numerator": "steel", "denominator": "use"}],
    )


def made(**form: Any) -> list[float]:
    """Steel by year in the plan that makes as little as the target lets it."""
    sense = form.pop("sense", ">=")
    indicator = form.pop("indicator", "steel")
    policy = Policy.of(targets=[Target(indicator, sense, **form)])
    solution = solve(programme(factory(), policy), policy)
    return [round(float(v), 6) for v in solution.values["level"].sel(activity="make").values]


CASES: list[tuple[dict[str, Any], list[float]]] = [
    ({"value": 7.0, "from_year": 2, "to_year": 3}, [0, 7, 7, 0]),
    ({"path": [1.0, 5.0], "from_year": 3}, [0, 0, 1, 5]),
    ({"path": [1.0, 5.0, 2.0, 3.0]}, [1, 5, 2, 3]),
    ({"first": 2.0, "last": 16.0, "shape": "geometric"}, [2, 4, 8, 16]),
    ({"first": 2.0, "last": 6.0, "from_year": 2}, [0, 2, 4, 6]),
    ({"of_base": 0.5, "year": 4}, [0, 0, 0, 5]),
    ({"growth": 0.1}, [11, 12.1, 13.31, 14.641]),
    ({"growth": 0.1, "from_year": 2}, [0, 0, 0, 0]),
    ({"growth": 0.5, "from_year": 2, "to_year": 1 + 1}, [0, 0, 0, 0]),
    ({"indicator": "share", "of_base": 0.3, "year": 1}, [4, 0, 0, 0]),
    ({"indicator": "share", "path": [0.1, 0.2], "from_year": 3}, [0, 0, 4, 8]),
]


@pytest.mark.parametrize(("form", "steel"), CASES)
def test_each_form_asks_for_what_it_says(form: dict[str, Any], steel: list[float]) -> None:
    """By hand: base 10 of steel and 30 of use, so a share of one third; a share of 0.3 · 1/3 of 40 is 4.

    Proves: paths, spans, multiples of the base year and growth from the base year on ask for just that, year by year.
    Breaks if: a path starts a year off, growth forgets the accounts' year, or a ratio's base is taken for its bound.
    """
    assert made(**form) == pytest.approx(steel, abs=1e-6)


def test_growth_chains_what_is_built_up() -> None:
    """Five in year 2, then half as much more every year: 5, 7.5, 11.25.

    Proves: growth compares with the plan's own year before.
    Breaks if: growth compounds from the base year alone.
    """
    policy = Policy.of(
        targets=[Target("steel", "==", 5.0, year=2), Target("steel", ">=", growth=0.5, from_year=3, to_year=4)]
    )
    solution = solve(programme(factory(), policy), policy)
    assert solution.values["level"].sel(activity="make").values == pytest.approx([0, 5, 7.5, 11.25])


def test_a_sum_over_the_years() -> None:
    """Twenty over years 2 and 3, and a ratio of sums: 0.25 of 4·40 is 40 over the plan.

    Proves: a sum binds the years together, whichever of them does the work.
    Breaks if: every year must reach the whole sum, or years outside the span count.
    """
    steel = made(cumulative=20.0, from_year=2, to_year=3)
    assert sum(steel) == pytest.approx(20.0)
    assert steel[0] == steel[3] == 0.0
    assert sum(made(indicator="share", cumulative=0.25)) == pytest.approx(40.0)


def test_a_sum_that_is_missed_costs_its_weight_per_unit() -> None:
    """A unit of steel costs 1: a sum of 20 is made for a weight of 1.5 a unit and not for 0.5.

    Of a ratio of sums, a hundredth is missed with 0.01 · 4·30 of steel, at base levels of use: it is made for a weight
    above 120.
    Proves: a weight is per unit of the sum, of a ratio per unit of the ratio of sums. Breaks if: what is missed is
    counted per year, or a ratio's row as the ratio.
    """
    assert sum(made(cumulative=20.0, from_year=2, to_year=3, weight=1.5)) == pytest.approx(20.0)
    assert sum(made(cumulative=20.0, from_year=2, to_year=3, weight=0.5)) == pytest.approx(0.0)
    assert sum(made(indicator="share", cumulative=0.25, weight=130.0)) == pytest.approx(40.0)
    assert sum(made(indicator="share", cumulative=0.25, weight=110.0)) == pytest.approx(0.0)
    lines = target_lines(factory(), Policy.of(targets=[Target("steel", ">=", cumulative=20.0, weight=1.0)]))
    assert lines[["scale", "size"]].to_numpy().tolist() == [[1.0, 20.0]]


def test_within_a_priority_a_ratio_is_missed_in_its_own_unit() -> None:
    """A share of 0.25 of 40 asks for 10 of steel, a ceiling for 5. A steel missing of the one is 1/30 of 0.25, of the
    other a fifth of 5: by shares of their bounds 0.133 against 0.2, so the ceiling is kept.

    Proves: within a priority shortfalls count as shares of their bounds, of a ratio at base levels of its denominator.
    Breaks if: a ratio's shortfall counts in the unit of its numerator.
    """
    targets = [
        Target("share", ">=", 0.25, year=1, priority=1),
        Target("steel", "<=", 5.0, year=1, priority=1),
    ]
    policy = Policy.of(targets=targets)
    solution = solve_in_turn(programme(factory(), policy), policy)
    assert solution.values["level"].sel(activity="make", year=1).item() == pytest.approx(5.0, abs=1e-2)


def test_a_stock_grows_from_the_first_year_that_is_known() -> None:
    """What is left of the ore may fall by a tenth a year: 1000 at the start, at most 100 used in the first year.

    Proves: an indicator without a figure for the accounts' year grows from the plan's first year.
    Breaks if: the first year is held against nothing, or a base of 0.
    """
    lines = target_lines(factory(), Policy.of(targets=[Target("ore left", ">=", growth=-0.1)]))
    assert lines["year"].tolist() == [2, 3, 4]
    assert base_levels(factory()) == pytest.approx({"steel": 10.0, "use": 30.0, "share": 1 / 3})


TEXTS = [
    "steel <= 7 every year", "steel >= 7 in 2", "steel == 7 from 2 until 3", "steel >= 7 from 2", "steel >= 7 until 3",
    "steel >= 0.67 of the base year in 4", "steel >= 3 % above the year before every year", "steel >= 20 in total",
    "steel >= 20 in total from 2 until 3", "steel >= 1, 5, 2, 3", "steel >= 1, 5 from 3", "steel >= 2 to 6 from 2",
    "steel >= 2 to 16 geometric every year", "gross output: a >= b >= -1.5e+17 in 4",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_target_reads_back_from_its_words(text: str) -> None:
    """Proves: what a report says of a target is what the command line understands.

    Breaks if: words and reading drift apart.
    """
    assert read_target(text).text() == text


def test_what_is_left_of_a_path_when_the_plan_is_cut() -> None:
    """Proves: the first years of a target, for plans of fewer years: values stay where they were, sums are dropped."""
    years = tuple(YEARS)
    assert Target("steel", ">=", first=2.0, last=8.0).within(years, 2) == Target(
        "steel", ">=", path=[2.0, 4.0], from_year=1
    )
    assert Target("steel", ">=", cumulative=5.0).within(years, 3) is None
    assert Target("steel", ">=", 5.0, year=4).within(years, 3) is None
    assert Target("steel", ">=", 5.0, from_year=2, to_year=4).within(years, 3) == Target(
        "steel", ">=", 5.0, from_year=2, to_year=3
    )
    assert Target("steel", ">=", 5.0).within(years, 3) == Target("steel", ">=", 5.0)


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "no bound"),
    ({"value": 1.0, "growth": 0.1}, "2 bounds: value, growth"),
    ({"first": 1.0}, "one end only"),
    ({"first": -1.0, "last": 1.0, "shape": "geometric"}, "one sign"),
    ({"first": 1.0, "last": 2.0, "shape": "curved"}, "linear, geometric"),
    ({"path": [1.0, 2.0], "year": 2}, "more than one year"),
    ({"path": [1.0, 2.0], "from_year": 1, "to_year": 3}, "2 values for 3 years"),
    ({"value": 1.0, "year": 2, "from_year": 1}, "both a year and a span"),
    ({"value": 1.0, "from_year": 3, "to_year": 2}, "the earlier year first"),
    ({"path": [1.0] * 6}, "outside the plan"),
    ({"growth": 0.1, "indicator": "share"}, "no linear condition"),
    ({"of_base": 0.1, "indicator": "ore left"}, "not known in the year of the accounts"),
    ({"value": 1.0, "priority": 0}, "outside 1"),
]


@pytest.mark.parametrize(("form", "told"), BAD)
def test_a_target_that_makes_no_sense_is_refused(form: dict[str, Any], told: str) -> None:
    """Proves: one form only, whole, for years that are there; each fault in words before anything is solved."""
    with pytest.raises(GroundplanError) as caught:
        made(**form)
    assert told in str(caught.value)


def test_all_faults_of_targets_at_once() -> None:
    """Proves: two bad targets are told together, with the nearest name."""
    policy = Policy.of(targets=[Target("steal", ">=", 1.0), Target("share", ">=", growth=0.1)])
    with pytest.raises(Faults) as caught:
        programme(factory(), policy)
    assert "nearest: 'steel'" in str(caught.value)
    assert "no linear condition" in str(caught.value)


@pytest.mark.parametrize("text", ["steel 7", "steel >= lots", "steel >= 7 of the base"])
def test_words_that_are_no_target(text: str) -> None:
    """Proves: they are refused with an example."""
    with pytest.raises(GroundplanError, match="is not a"):
        read_target(text)


def test_weights_of_priorities_are_shares_of_the_bound() -> None:
    """Proves: without a weight a shortfall within a priority counts as a share of its bound; the objective's is 0."""
    policy = Policy.of(targets=[Target("steel", ">=", 20.0, priority=2, year=1), Target("use", "<=", 5.0, weight=3.0)])
    lines = target_lines(factory(), policy)
    assert lines["share"].iloc[0] == 1 / 20
    assert lines["weight"].iloc[0] == 0.0
    assert np.unique(lines["weight"].iloc[1:]).tolist() == [3.0]
