"""The first section of a plan's report: aims in words, whether they are met, and what each is worth."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest
from economies import small
from plans import make_plan
from view_text import lines_of, written

from groundplan import Outcome
from groundplan.planning.explaining.explain import rents
from groundplan.planning.explaining.valuations import valuation_sentences
from groundplan.planning.features.buildings import Building
from groundplan.planning.features.techniques.placed import Technique
from groundplan.planning.policy import Policy, Target
from groundplan.results.html.html_report import report
from groundplan.results.outcome_facts import indicator_words
from groundplan.results.plan_pages import plan_aims
from groundplan.results.plan_pages import plan_choices as choices
from groundplan.results.plan_pages.plan_page import PAGE
from groundplan.results.terminal import WIDTH
from groundplan.results.text_page import text_page

CALM = {"labour_reserve": 0.2, "steady": False, "floor": 0.5}
OUTPUT = "gross output: farm"


def planned(*targets: Target, years: int = 2) -> Outcome:
    return make_plan(small(), Policy.of(years=years, targets=list(targets), **CALM))


def goal(o: Outcome) -> float:
    return float(o.provenance["objective"])


def words(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page)


def test_no_aims_no_section() -> None:
    """Proves: a plan without targets has no such section, nor a block in the terminal."""
    o = planned()
    assert plan_aims.aims(o) == ()
    assert "What the plan is for" not in text_page(o) + report(o)


def test_musts_and_shoulds_are_told_apart() -> None:
    """Proves: how many must and how many should be reached; what is missed is said with its amount, in both faces.

    Breaks if: a should that cannot be met is called met, or is counted among the musts.
    """
    free = planned()
    most = float(free.indicator(OUTPUT)[2021])
    o = planned(
        Target("import bill", "<=", 1e6, 2022, name="a bill we can pay"),
        Target(OUTPUT, ">=", 50 * most, 2021, weight=1e-6, name="grain beyond reach"),
    )
    page = words(written(plan_aims.aims(o)))
    assert "the plan must reach one aim and should reach one aim as far as it can." in page
    lacking = 50 * most - float(o.indicator(OUTPUT)[2021])
    assert f"Missed by {plan_aims._figure(lacking)}" in page
    assert "A bill we can pay: import bill, at most 1,000,000" in page
    lines = lines_of(plan_aims.aims(o))
    assert [line.count("Met:") for line in lines] == [1, 0]
    said = text_page(o)
    assert max(map(len, said.splitlines())) <= WIDTH
    assert all(line in " ".join(said.split()) for line in lines)


@pytest.mark.parametrize(
    ("indicator", "sense", "factor"),
    [("investment", ">=", 1.03), ("import bill", "<=", 0.97), ("import dependency", "<=", 0.97)],
)
def test_the_worth_of_easing_an_aim_is_measured(indicator: str, sense: str, factor: float) -> None:
    """The target is eased by a ten-thousandth and the plan made again: the goal rises by a hundredth of what is told.

    Proves: the price of a target over several years, of a ratio with its denominators of each year.
    Breaks if: the largest bound or the last denominator is taken for every year.
    """
    free = planned().indicator(indicator)
    path = [factor * float(free[2021]), factor * float(free[2022])]
    eased = [b * (1.0 + (1e-4 if sense == "<=" else -1e-4)) for b in path]
    o, less = (planned(Target(indicator, sense, path=p, from_year=2021)) for p in (path, eased))
    told_ = plan_aims.cost(o, choices.targets(o)[0])
    assert told_ > 0
    assert told_ == pytest.approx(100 * (goal(less) - goal(o)), rel=0.02)
    assert "1 % " in words(written(plan_aims.aims(o)))


def test_an_aim_that_costs_nothing_says_so() -> None:
    """Proves: what would be reached anyway has no price. Breaks if: every aim is told to cost something."""
    page = words(written(plan_aims.aims(planned(Target("import bill", "<=", 1e6, 2022)))))
    assert "None of them costs living standards" in page
    assert "would be worth" not in page


def test_bounds_are_written_without_powers_of_ten() -> None:
    """Proves: a bound keeps its digits in words and in the text that is read back. Breaks if: 8900000 is 8.9e+06."""
    t = Target("quantity: cement", ">=", 8_912_345.0, 2024)
    assert t.text() == "quantity: cement >= 8912345 in 2024"
    assert choices.bound_words(t) == "8,912,345"
    assert choices.bound_words(dataclasses.replace(t, value=None, first=0.1095, last=12500.5)) == "0.1095 to 12500.5"


def test_names_for_codes() -> None:
    """Proves: places, techniques, sectors and skills are told by name; an indicator without a code stays as it is."""
    hydro = Technique("hydro", "hydro_power", place="the coast")
    assert (hydro.title, hydro.words) == ("hydro@the coast", "hydro in the coast")
    assert hydro.title.replace("hydro", "flats") == Building("flats", "flats", 1.0, "a guess", place="the coast").title
    o = planned()
    assert indicator_words(o, OUTPUT) == f"gross output of {o.provenance['labels']['farm']}"
    assert indicator_words(o, "import bill") == "import bill"
    assert indicator_words(o, "built: flats@Nairobi") == "flats@Nairobi finished"


def test_what_is_owed_is_no_scarcity() -> None:
    """Proves: an account below zero has no worth, so shares of scarcity lie between 0 and 1.

    Breaks if: a rule's debt counts against what is scarce, and shares turn negative.
    """
    o = planned()
    owed = o["stock"].copy()
    owed.loc[{"commodity": "foreign exchange"}] = -1e9
    price = o["consumption_price"].copy()
    price.loc[{"commodity": "foreign exchange"}] = 1.0
    arrays = {**o.arrays, "stock": owed, "consumption_price": price}
    poor = dataclasses.replace(o, arrays={k: v for k, v in arrays.items() if k != "indicator"})
    assert (rents(poor)[0].to_numpy() >= 0).all()


def test_valuations_are_plain_numbers() -> None:
    """Proves: a large worth has separators, not a power of ten."""
    rows = pd.DataFrame([("product", "elec", "Power", 2023, 43579993.0, "KES per GWh")])
    rows.columns = pd.Index(["kind", "code", "label", "year", "value", "unit"])
    assert valuation_sentences(rows) == [
        "One more unit of Power is worth 43,600,000 KES per GWh on average over the plan."
    ]


def test_headings_of_a_plan_are_all_different() -> None:
    """Proves: no two sections are called nearly alike, and aims come first."""
    heads = [section.heading for section in PAGE.sections]
    assert heads[0] == "What the plan is for"
    assert len({h.partition(",")[0] for h in heads}) == len(heads)
