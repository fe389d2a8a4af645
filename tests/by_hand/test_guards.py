"""Guards: each by hand, and none of a healthy plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from economies import small

from groundplan import compare, whynot
from groundplan.economy.economy import Economy
from groundplan.planning.activities import Activities
from groundplan.planning.best_plan import as_shown, parts_of, solved
from groundplan.planning.choices.unit_slip import meant
from groundplan.planning.explaining import guards as g
from groundplan.planning.explaining.explain import unit_in_words
from groundplan.planning.explaining.guards import Guard, guards_of
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy, Target
from groundplan.planning.solve import solve
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.results.guard_lines import HEADING, guard_lines
from groundplan.results.html.html_report import report
from groundplan.results.text_page import text_page

YEARLY = "KES2020bn / year"
YEARS = [2021, 2022, 2023, 2024]


def codes(guards: list[Guard]) -> list[str]:
    return [guard.code for guard in guards]


def test_capital_that_shrinks_over_the_plan() -> None:
    """100 at the start and 96 at the end of 2024: four per cent less. 100 to 100.2 is none.

    Proves: the end is the stock after the last year; the year told is the plan's last.
    Breaks if: the last year's start is taken for its end, or growth is told.
    """
    (guard,) = g.run_down(pd.Series([100.0, 101.0, 99.0, 98.0, 96.0], [*YEARS, 2025]))
    assert (guard.code, guard.year) == ("capital_run_down", 2024)
    assert guard.value == pytest.approx(-0.04)
    assert "shrinks by 4 % from the start of 2021 to the end of 2024" in guard.sentence
    assert g.run_down(pd.Series([100.0, 90.0, 100.2], [2021, 2022, 2023])) == []


def test_investment_below_wear() -> None:
    """8, 12, 9, 12 against wear of 10: below in 2021 and 2023, worst in 2021 with 80 %.

    Proves: each year by itself, the worst told. Breaks if: sums over the plan are compared (41 of 40: none).
    """
    worn = pd.Series(10.0, YEARS)
    (guard,) = g.below_wear(pd.Series([8.0, 12.0, 9.0, 12.0], YEARS), worn)
    assert (guard.year, guard.value) == (2021, pytest.approx(0.8))
    assert "in 2 of 4 years (2021 to 2023): in 2021 8 is spent where 10 wears out" in guard.sentence
    assert g.below_wear(worn, worn) == []


def test_growth_that_jumps_has_a_name() -> None:
    """100, 102, 104.04, 108.2016: growth of 2, 2 and 4 per cent, two points more in 2023; in 2022 ovens are worth 30
    and in 2023 10, mills 50 and 45. 100, 102, 104.65, 107.8 (2.0, 2.6, 3.0) is none.

    Proves: growth is compared, from the accounts' year on; what holds back in the slower year is named by the change.
    Breaks if: levels are compared, the dearest plant is named, or the year before the change.
    """
    years = [2020, 2021, 2022, 2023]
    worth = pd.DataFrame({2022: [30.0, 50.0], 2023: [10.0, 45.0]}, ["capacity:ovens", "capacity:mills"])
    commodities = pd.DataFrame({"commodity": worth.index, "label": ["plant of ovens", "plant of mills"]})
    use = pd.Series([100.0, 102.0, 104.04, 108.2016], years)
    (guard,) = g.jump(use, worth, commodities)
    assert (guard.code, guard.year, guard.value) == ("jump", 2023, pytest.approx(0.02))
    assert "from 2.0 % in 2022 to 4.0 % in 2023" in guard.sentence
    assert "In 2022 plant of ovens holds most back." in guard.sentence
    assert g.jump(pd.Series([100.0, 102.0, 104.65, 107.8], years), worth, commodities) == []
    assert "holds most" not in g.jump(use, pd.DataFrame(), commodities)[0].sentence


def test_a_standstill_of_three_years() -> None:
    """1, 1, 1, 1 stands still for three years; 1, 1, 1, 1.01 for two, which is none.

    Where all together stand still no single group is told; where a group does, it is.

    Proves: three years of growth below 0.05 %, counted from the accounts' year.
    Breaks if: the base year counts as one of them, or a rise between two pauses does not end them.
    """
    years = [2020, *YEARS[:3]]
    still, rising = [1.0, 1.0, 1.0, 1.0], [1.0, 1.01, 1.02, 1.03]
    (guard,) = g.standstill(pd.DataFrame([still, still], ["", "Farmers"], years))
    assert guard == Guard(
        "standstill", "The living standard stands still from 2021 to 2023: no rise for 3 years.", 2021, 3
    )
    (guard,) = g.standstill(pd.DataFrame([rising, still], ["", "Farmers"], years))
    assert guard.sentence == "The living standard of Farmers stands still from 2021 to 2023: no rise for 3 years."
    assert g.standstill(pd.DataFrame([[1.0, 1.0, 1.0, 1.01], [1.0, 1.0, 1.01, 1.01]], ["", "Farmers"], years)) == []


def bakery(*targets: Target, plant: float = 10.0, **more: Any) -> SolvedPlan:
    """Bread from an oven of 10 that wears by a tenth a year; a unit of oven costs two of dough, of which there are 12.

    Nothing but the oven's wear asks for building: bread is worth one a loaf, and after the last year nothing counts.
    """
    years = range(2021, 2025)
    a = Activities.of(
        years,
        commodities=[
            {"commodity": "dough", "unit": "KES2020bn"},
            {"commodity": "oven", "kind": "capacity", "initial": plant, "loss": 0.1, "unit": YEARLY, "label": "ovens"},
            {"commodity": "bread", "kind": "good", "unit": "KES2020bn", "label": "bread"},
        ],
        activities=[
            {"activity": "grow", "group": "farming", "base": 12.0},
            {"activity": "bake", "group": "production", "base": 10.0, "label": "making bread"},
            {"activity": "build", "group": "investment", "base": 2.0},
        ],
        flows=[
            {"activity": "grow", "commodity": "dough", "role": "give", "coefficient": 1.0},
            {"activity": "bake", "commodity": "dough", "coefficient": 1.0},
            {"activity": "bake", "commodity": "oven", "role": "occupy", "coefficient": 1.0},
            {"activity": "bake", "commodity": "bread", "role": "give", "coefficient": 1.0},
            {"activity": "build", "commodity": "dough", "coefficient": 1.0},
            {"activity": "build", "commodity": "oven", "role": "give", "coefficient": 0.5},
        ],
        bounds=[{"activity": "grow", "upper": 12.0}],
        utility=[{"good": "bread", "year": y, "segment": 0, "width": 100.0, "slope": 1.0} for y in years],
        floors=[{"good": "bread", "year": y, "least": 1.0} for y in years],
        indicators=[{"indicator": "baked", "on": "bake", "unit": "KES2020bn"}],
        **more,
    )  # fmt: skip
    policy = Policy.of(targets=list(targets), evenness=0.0, price_softness=0.0)
    model = programme(a, policy)
    return SolvedPlan(small(), policy, model, solve(model, policy))


def test_what_plant_is_worth_is_what_it_cost() -> None:
    """An oven costs two a unit: 10 are worth 20 and wear by 2 a year; what is spent is what is built of them.

    Proves: capital, wear and spending come from the rows of the plan alone.
    Breaks if: capacity is counted in its own unit.
    """
    plan = bakery()
    capital = g.capital_by_year(plan.activities, plan.stock)
    assert capital.loc["oven", 2021] == pytest.approx(20.0)
    assert g.wear_by_year(plan.activities, capital)[2021] == pytest.approx(2.0)
    spent = g.investment_by_year(plan.activities, plan.level)
    assert spent.to_numpy() == pytest.approx(plan.level.loc["build", YEARS].to_numpy())
    built = np.diff(capital.loc["oven"]) + 0.1 * capital.loc["oven"].to_numpy()[:-1]
    assert built == pytest.approx(spent.to_numpy(), abs=1e-6)


def test_a_plan_that_eats_its_plant_says_so() -> None:
    """Nothing is built in the last year, for it would serve nobody: the ovens end smaller than they began.

    Proves: both guards of capital are raised by a plan that was solved.
    """
    raised = guards_of(bakery())
    assert {"capital_run_down", "investment_below_wear"} <= set(codes(raised))


def test_a_target_that_is_missed() -> None:
    """Eleven loaves in 2021 where the ovens bake ten: missed by one. Nine are met.

    Proves: the miss, its year and what is reached; a met wish is no guard, nor is a must.
    Breaks if: the shortfall's weight or scale is taken for the miss.
    """
    missed = [x for x in guards_of(bakery(Target("baked", ">=", 11.0, 2021, weight=1.0))) if x.code == "target_missed"]
    assert len(missed) == 1
    assert (missed[0].year, missed[0].value) == (2021, pytest.approx(1.0))
    words = "Target 'baked at least 11 billion KES in 2021' is missed: 10 billion KES in 2021"
    assert missed[0].sentence == f"{words} where 11 billion KES is asked for."
    assert "target_missed" not in codes(guards_of(bakery(Target("baked", ">=", 9.0, 2021, weight=1.0))))


def test_an_end_that_is_given_up() -> None:
    """A plan that was asked for five years more than it could have, or for targets that last, says which.

    Proves: what was given up is told, and what was never asked for is not.
    """
    plan = bakery()
    with_tail = replace(plan.policy, tail_years=5)
    assert "horizon" not in codes(guards_of(plan))
    cut = replace(plan, policy=replace(plan.policy, tail_years=0), asked=with_tail)
    (guard,) = [x for x in guards_of(cut) if x.code == "horizon"]
    assert "cannot be carried on after 2024" in guard.sentence
    let_go = replace(plan, policy=replace(with_tail, lasting_targets=False), asked=with_tail)
    (guard,) = [x for x in guards_of(let_go) if x.code == "horizon"]
    assert "cannot be kept up after it" in guard.sentence


def test_prices_and_the_sector_that_sets_the_pace() -> None:
    """Bread made by two ovens, of which the small one makes 0.5 % of output, and whose plant has most of the worth.

    By hand: prices of 11 and 200 in money are above ten, that of the good itself is not told; the rents are
    1 · 1000 and 200 · 5 = 1,000, so the small one has half.

    Proves: the threshold, one line a product, what is worth most named first; a large sector never sets the pace.
    """
    plan = bakery()
    a = plan.activities.adding(
        commodities=[{"commodity": "small", "kind": "capacity", "unit": YEARLY, "label": "small ovens"}],
        activities=[{"activity": "bake small", "group": "production", "base": 0.05, "label": "making rolls"}],
        flows=[{"activity": "bake small", "commodity": "small", "role": "occupy", "coefficient": 1.0}],
    )  # fmt: skip
    stock = pd.DataFrame({y: {"oven": 1000.0, "small": 5.0} for y in [*YEARS, 2025]})
    price = pd.DataFrame({y: {"oven": 1.0, "small": 200.0, "bread": 50.0, "dough": 11.0} for y in YEARS})
    shares = g.pace_setters(a, price.loc[["oven", "small"]], stock, 0.0)
    assert [(s.code, s.value) for s in shares] == [("thin_sector", pytest.approx(0.5))]
    assert shares[0].sentence.startswith("rolls sets the pace: it makes 0.498 % of output")
    (dear,) = g.above_ten(price, a.commodities)
    assert (dear.value, dear.year) == (200.0, 2021)
    assert "small ovens 200 in 2021, dough 11 in 2021." in dear.sentence
    assert g.above_ten(price.loc[["oven", "bread"]], a.commodities) == []


@pytest.mark.parametrize(
    ("target", "there", "share", "bound"),
    [
        (Target("steel", ">=", 1_500_000.0, 2022), 1404.0, False, "1500"),
        (Target("steel", ">=", 1.5, 2022), 1404.0, False, "1500"),
        (Target("bill", "<=", path=[2.0, 2.1]), 2100.0, False, "2000, 2100"),
        (Target("share", "<=", 30.0), 0.4, True, "0.3"),
        (Target("steel", ">=", of_base=67.0), 1404.0, False, "0.67 of the base year"),
        (Target("steel", ">=", 14_040.0, 2022), 1404.0, False, None),
        (Target("steel", ">=", 140_400.0, 2022), 1404.0, False, None),
        (Target("steel", "<=", 0.0, 2022), 1404.0, False, None),
        (Target("steel", ">=", growth=0.03), 1404.0, False, None),
        (Target("share", ">=", 0.5), 0.004, True, None),
    ],
)
def test_a_wish_in_another_unit_is_asked_about(target: Target, there: float, share: bool, bound: str | None) -> None:
    """Thousands off, either way, and per cent for shares; a wish ten or a hundred times what there is, is a wish.

    Proves: what is asked about and what was meant. Breaks if: a large wish is taken for a slip.
    """
    other = meant(target, there, share=share)
    assert (other and other.bound_text()) == bound


def lasting() -> Economy:
    """The small economy with a fifth of its wear: what it invests keeps its capital growing."""
    return replace(small(), depreciation=0.2 * small().depreciation)


def test_a_healthy_plan_has_none_and_a_page_has_no_heading_for_them() -> None:
    """Proves: a plan that grows raises nothing, in the table, on the terminal and in the report."""
    o = parts_of(as_shown(solved(lasting(), Policy.of(years=4, evenness=0.01)))).outcome()
    assert o.table("guards").empty
    assert guard_lines(o) == []
    assert HEADING not in text_page(o) + report(o)


def test_guards_stand_first_in_every_face() -> None:
    """A wish a thousand times off: that it is missed, and the question, stand before anything else in every face.

    Proves: the table, the terminal and the report say the same sentences.
    """
    wish = Target("gross output: farm", ">=", 1e5, 2021, weight=1e-6)
    o = parts_of(as_shown(solved(lasting(), Policy.of(years=2, evenness=0.0, targets=[wish])))).outcome()
    assert list(o.table("guards")["code"]) == ["target_missed", "unit_slip"]
    first, question = o.table("guards")["sentence"]
    unit = unit_in_words(str(o.provenance["money"]))
    assert first.startswith(f"Target 'gross output of {lasting().label('farm')} at least 100,000 {unit} in 2021' is")
    assert f"did you mean 100 {unit}?" in question
    text, page = text_page(o), report(o)
    assert text.index(HEADING) < text.index("What the plan is for")
    assert page.index(HEADING) < page.index("<nav")
    assert "is missed" in page.partition("<nav")[0]


def test_targets_that_are_met_do_not_hide_what_is_lost() -> None:
    """Every target is met and the plan eats its capital: the page says the second before the first.

    Proves: guards do not hang on targets. Breaks if: a plan whose aims are met is taken for a sound one.
    """
    bill = Target("import bill", "<=", 1e3)
    o = parts_of(as_shown(solved(small(), Policy.of(years=4, targets=[bill])))).outcome()
    assert {"capital_run_down", "investment_below_wear"} <= set(o.table("guards")["code"])
    text = text_page(o)
    assert 0 < text.index("Fixed capital shrinks") < text.index("Met: from")


def test_plans_side_by_side_say_whose_guards_they_are() -> None:
    """With its full wear the small economy eats its capital: so it does with a wish and without, and under a doctrine.

    Proves: why-not and compare tell the guards of each of their plans.
    """
    asked = whynot(small(), "gross output: farm >= 1000 in 2021", policy=Policy.of(years=2))
    assert set(asked.table("guards")["of"]) == {"without it", "nearest to it"}
    assert HEADING in text_page(asked)
    both = compare(small(), ["trade"], policy=Policy.of(years=2))
    assert list(both.table("guards")["of"].unique()) == ["no doctrine", *both.table("comparison")["doctrine"][1:]]
    assert "No doctrine: Fixed capital shrinks" in text_page(both)
