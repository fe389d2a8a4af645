"""Repairs of plans: how far a wish can be met, what is asked about, what follows, and projects that are too large."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import pytest
from economies import small

from groundplan import plan
from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible
from groundplan.planning.activities import Activities
from groundplan.planning.explaining.explain import unit_in_words
from groundplan.planning.explaining.loss_of_standard import as_share
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.explaining.repairing.asked_plan import AskedPlan
from groundplan.planning.explaining.repairing.eased import stated_safely
from groundplan.planning.explaining.repairing.gentle import gentle
from groundplan.planning.explaining.repairing.repairs import conflict
from groundplan.planning.families.targets import target_lines
from groundplan.planning.features.works import Work
from groundplan.planning.plan_programme import FAMILIES, programme
from groundplan.planning.policy import Policy, Target
from groundplan.planning.reach import reach

YEAR = 2022
OUTPUT = "gross output: farm"


@cache
def lasting() -> Economy:
    """The small economy with a fifth of its wear: what it invests keeps its capital growing."""
    return replace(small(), depreciation=0.2 * small().depreciation)


def mill(**more: Any) -> Activities:
    """Flour from grain, of which there are 7.25 a year; bran is made beside it, and milling takes one hand a unit."""
    return Activities.of(
        [1, 2],
        commodities=[{"commodity": "grain"}, {"commodity": "bread", "kind": "good", "unit": "t"}],
        activities=[{"activity": "mill", "base": 2.0}, {"activity": "feed", "base": 2.0}],
        flows=[
            {"activity": "mill", "commodity": "grain", "coefficient": 1.0},
            {"activity": "feed", "commodity": "grain", "coefficient": 0.5},
            {"activity": "mill", "commodity": "bread", "role": "give", "coefficient": 1.0},
            {"activity": "feed", "commodity": "bread", "role": "give", "coefficient": 1.0},
        ],
        bounds=[{"activity": "feed", "lower": 1.0}],
        exogenous=[{"commodity": "grain", "supply": 7.25}],
        utility=[{"good": "bread", "year": y, "segment": 0, "width": 100.0, "slope": 1.0} for y in (1, 2)],
        indicators=[
            {"indicator": "flour", "on": "mill", "unit": "t"},
            {"indicator": "fed", "on": "feed", "unit": "t"},
        ],
        ratios=[{"indicator": "flour for feed", "numerator": "flour", "denominator": "fed"}],
        **more,
    )


def test_how_far_an_indicator_can_be_brought() -> None:
    """Of 7.25 grain half a unit feeds: 6.75 flour at most, or 6.75 for 1 fed; in total 13.5; growth from 2 is 2.375.

    Proves: plain figures, ratios, sums and growth are each brought as far as they go, least and most.
    Breaks if: a ratio is taken at the largest numerator alone, or a sum of one year.
    """
    wishes = [
        Target("flour", ">=", 1e4, 1), Target("flour for feed", ">=", 1e4, 1), Target("flour", ">=", cumulative=1e4),
        Target("flour", ">=", growth=9.0, to_year=1), Target("flour", "<=", -1.0, 1),
    ]  # fmt: skip
    policy = Policy.of(targets=[])
    m = programme(mill(), policy)
    lines = target_lines(mill(), replace(policy, targets=wishes))
    assert reach(m, policy, lines) == pytest.approx([6.75, 6.75, 13.5, 2.375, 0.0])


@pytest.mark.parametrize("times", [3.0, 10.0, 100.0, 1000.0])
@pytest.mark.parametrize("indicator", ["flour", "flour for feed"])
def test_a_wish_beyond_reach_is_met_as_far_as_it_can_be(times: float, indicator: str) -> None:
    """6.75 is the most of either, so that is what a priority reaches and a repair asks for, however much is wished.

    Feeding makes more bread of the same grain, so nothing but the wish asks for flour at all.

    Proves: the reach is that of the indicator maximised alone, to a millionth, for wishes of 3 to 1,000 times it.
    Breaks if: what a priority may be missed by, or the amount of a repair, is a share of the wish.
    """
    first = Policy.of(targets=[Target(indicator, ">=", 6.75 * times, 1, priority=1)])
    m = programme(mill(), first)
    level = solve_in_turn(m, first).values["level"].sel(year=1)
    flour, fed = (float(level.sel(activity=x)) for x in ("mill", "feed"))
    assert (flour if indicator == "flour" else flour / fed) == pytest.approx(6.75, rel=1e-6)
    must = Policy.of(targets=[Target(indicator, ">=", 6.75 * times, 1)])
    error = conflict(mill(), must, FAMILIES)
    becomes = next(r["becomes"] for r in error.repairs if r["family"] == "targets")
    assert becomes == f"{indicator} >= 6.75 in 1"


@pytest.mark.parametrize("times", [3.0, 1000.0])
def test_a_weighed_wish_beyond_reach_leaves_the_worth_of_the_rest(times: float) -> None:
    """A tonne short costs 5, a tonne of flour in place of feed 2 − 1 = 1 of bread: all goes to flour.

    By hand: bread of year 1 is 6.75 + 1, of year 2 14.5; the shortfall is 6.75 · (times − 1).

    Proves: the objective counts the whole shortfall, also the part of it that no plan could mend.
    """
    p = Policy.of(targets=[Target("flour", ">=", 6.75 * times, 1, weight=5.0)])
    m = programme(mill(), p)
    s = solve_in_turn(m, p)
    assert float(s.values["level"].sel(activity="mill", year=1)) == pytest.approx(6.75, rel=1e-6)
    assert s.objective == pytest.approx(7.75 + 14.5 - 5.0 * 6.75 * (times - 1.0), rel=1e-9)


@pytest.mark.parametrize(
    ("value", "sense", "stated"),
    [(1536.61222607, ">=", 1536.612), (1536.61222607, "<=", 1536.613), (0.5714285714, ">=", 0.5714285),
     (6.9999999999, ">=", 7.0), (-2.00000049, ">=", -2.000001), (4.4e9, "<=", 4.4e9), (0.0, ">=", 0.0)],
)  # fmt: skip
def test_what_is_reached_is_stated_on_the_side_that_holds(value: float, sense: str, stated: float) -> None:
    """Proves: seven digits, rounded to where the target can be met; a figure that is one already stays."""
    assert stated_safely(value, sense) == stated


@cache
def slip() -> PlanInfeasible:
    """Output of farming a thousand times what it could be, in the small economy."""
    with pytest.raises(PlanInfeasible) as raised:
        plan(lasting(), years=2, targets=[Target(OUTPUT, ">=", 102e3, YEAR)])
    return raised.value


def test_a_slip_of_a_unit_is_asked_about_and_repaired_to_the_reach() -> None:
    """The repair's figure is the most that the indicator can be; a plan for it is there, and none for a hair more.

    Proves: the question, and an amount from what is reached.
    Breaks if: the amount is the wish less a slack ("to 0").
    """
    unit = unit_in_words(lasting().money)
    assert f"asks for 102,000 {unit}" in str(slip())
    assert f"did you mean 102 {unit}?" in str(slip())
    own = next(r for r in slip().repairs if r["family"] == "targets")
    value = float(str(own["becomes"]).split()[4])
    assert value > 90
    with pytest.raises(PlanInfeasible):
        plan(lasting(), years=2, targets=[Target(OUTPUT, ">=", value * (1 + 1e-4), YEAR)])


def test_a_repair_is_followed_to_what_it_means() -> None:
    """The repaired plan beside the plan without the wish, both made here anew: cost and standard are theirs.

    Proves: the cost is the share of everybody's standard that is worth the fall of the objective; the consequence tells
    standard, investment, imports and jobs of both.
    Breaks if: the repaired plan is compared with itself, or reckoned without the years after its end.
    """
    from groundplan.planning.best_plan import solved

    own = next(r for r in slip().repairs if r["family"] == "targets")
    value = float(str(own["becomes"]).split()[4])
    bare = solved(lasting(), Policy.of(years=2))
    made = solved(lasting(), Policy.of(years=2, targets=[Target(OUTPUT, ">=", value, YEAR)]))
    share = as_share(bare.model.activities, bare.solution, bare.solution.objective - made.solution.objective)
    assert own["cost"] == pytest.approx(share, rel=1e-3)
    follows = str(own["consequence"])
    for words in ("It costs as much as", "In 2022, against the plan without what clashes: living standard",
                  "investment", "imports", "jobs", "investment over the plan"):  # fmt: skip
        assert words in follows


def test_a_project_that_must_be_built_and_is_too_large_is_named_first() -> None:
    """A palace of ten thousand where output is three hundred: it is named with its size, and what of it can be built.

    Proves: the project stands first, not to build it is a repair, and so is the part that can be built.
    Breaks if: the clash lists limits of the economy, none of which is to blame.
    """
    palace = Work("palace", [10_000.0], must=True, line="empty.toml, line 4")
    with pytest.raises(PlanInfeasible) as raised:
        plan(lasting(), years=2, works=[palace])
    error = raised.value
    assert error.clash[0].startswith("project 'palace' (empty.toml, line 4), which must be built and takes 10,000")
    assert "all investment was 30" in error.clash[0]
    said = [str(r["sentence"]) for r in error.repairs]
    assert "project 'palace' no longer a must" in said
    sized = next(s for s in said if "with sizes = [" in s)
    size = float(sized.partition("[")[2].partition("]")[0])
    smaller = replace(palace, sizes=[size])
    assert "level" in plan(lasting(), years=2, works=[smaller]).arrays
    assert size < 0.01


def test_gentler_repairs_are_offered_with_what_they_mean() -> None:
    """Imports of farm goods of 24 where 24.7 is the least: a faster pace of replacing them, or a year more, is enough.

    The year more leaves less for what wears out, which the repair itself says.

    Proves: a later year and the pace of replacement are repairs, each with its consequence and its guards; each can be
    made as it is said. Breaks if: a repair that stops investment does not say so.
    """
    wish = Target("imports: farm", "<=", 24.0, 2021)
    with pytest.raises(PlanInfeasible) as raised:
        plan(lasting(), years=2, targets=[wish])
    records = pd.DataFrame([dict(r) for r in raised.value.repairs]).drop_duplicates("alternative").set_index("kind")
    assert {"a later year", "pace of replacement"} <= set(records.index)
    assert (records["consequence"] != "").all()
    assert "Less is invested than wears out in 2022" in records.loc["a later year", "consequence"]
    assert records["cost"].is_monotonic_increasing
    made = plan(lasting(), years=2, targets=[replace(wish, year=2022)])
    assert made.indicator("imports: farm")[2022] <= 24.0 + 1e-6
    pace = float(records.loc["pace of replacement", "sentence"].split("sector farm ")[1].split(" %")[0]) / 100
    paces = {"default": 0.02, "farm": pace}
    assert "level" in plan(lasting(), years=2, targets=[wish], import_replacement=paces).arrays


def test_wishes_in_place_of_musts() -> None:
    """Six of flour and four fed take 8 of 7.25 grain: each as a wish would do, and so would each a year later.

    Proves: gentle repairs of two wishes that clash, each alone. Breaks if: a wish stays a must.
    """
    musts = [Target("flour", ">=", 6.0, 1), Target("fed", ">=", 4.0, 1)]
    policy = Policy.of(targets=musts)
    never: Any = None
    asked = AskedPlan(policy, mill(), FAMILIES, never, lambda p: programme(mill(), p))
    found = gentle(asked, [0, 1], 60.0)
    assert [r.kind for r in found] == ["a wish", "a wish", "a later year", "a later year"]
    assert [next(iter(r.targets.values())).year for r in found] == [1, 1, 2, 2]
    assert [next(iter(r.targets.values())).priority for r in found] == [1, 1, None, None]
