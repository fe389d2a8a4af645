"""What a wish takes, in the small economy of two sectors and in one that fits on paper."""

from __future__ import annotations

from functools import cache

import pytest
from economies import small
from plans import ON_PAPER, on_paper

from groundplan import plan, whynot
from groundplan.economy.physical import Physical
from groundplan.errors import GroundplanError, PlanInfeasible, StudyError
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.valuations import valuation_sentences
from groundplan.planning.explaining.why_not import WhyNot, after_it, first_of_all, priced_in

YEARS = 3


@cache
def without() -> Outcome:
    return plan(small(), **{**ON_PAPER, "years": YEARS})


def reached() -> float:
    return float(without().indicator("gross output: works")[2023])


@cache
def asked(factor: float) -> Outcome:
    return whynot(small(), f"gross output: works >= {factor * reached():.6g} in 2023", years=YEARS, **ON_PAPER)


def test_what_is_reached_anyway_costs_nothing() -> None:
    """Proves: a wish that the plan meets by itself is told so, at no cost.

    Breaks if: the sign of the cost is turned, or a plan is compared with another.
    """
    answer = asked(0.9)
    assert answer.provenance["possible"]
    assert answer.provenance["cost"] == pytest.approx(0.0, abs=1e-6)
    assert "reaches it anyway" in " ".join(answer.provenance["sentences"])
    assert answer.table("changes").empty


def test_more_than_is_best_costs_what_the_objective_says() -> None:
    """The cost is the fall of the objective, by solving both plans here; what falls for it is in the table.

    Proves: cost, path and changes are those of the two plans.
    Breaks if: with and without are exchanged, or a year is missing.
    """
    answer = asked(1.005)
    wish = Target("gross output: works", ">=", float(f"{1.005 * reached():.6g}"), year=2023)
    made = plan(small(), years=YEARS, targets=[wish], **ON_PAPER)
    fall = without().provenance["objective"] - made.provenance["objective"]
    assert fall > 0
    assert answer.provenance["cost"] == pytest.approx(fall, rel=1e-6)
    path = answer.table("path").set_index("year")
    assert path.loc[2023, "with"] == pytest.approx(wish.value)
    assert path["without"].tolist() == without().indicator("gross output: works").tolist()
    changes = answer.table("changes")
    assert (changes["change"] - (changes["with"] - changes["without"])).abs().max() == 0
    assert {"employment", "gross output"} <= set(changes["head"])
    assert changes["change"].min() < 0 < changes["change"].max()
    assert "It can be done" in answer.provenance["sentences"][0]


def test_what_cannot_be_had_is_answered_with_the_nearest() -> None:
    """Twice the works' output: the conflict, repairs, and the most that can be had, which no plan exceeds.

    Proves: the nearest plan's figure is the largest: a hair more is impossible, just that is possible.
    Breaks if: the objective holds the nearest plan back.
    """
    answer = asked(2.0)
    assert not answer.provenance["possible"]
    assert len(answer.table("clash")) >= 2
    assert len(answer.table("repairs")) >= 1
    most = float(answer.table("path").set_index("year").loc[2023, "with"])
    assert most > reached()
    assert "The most that can be reached is" in " ".join(answer.provenance["sentences"])
    plan(small(), years=YEARS, targets=[Target("gross output: works", ">=", most * (1 - 1e-4), year=2023)])
    with pytest.raises(PlanInfeasible):
        plan(small(), years=YEARS, targets=[Target("gross output: works", ">=", most * (1 + 1e-3), year=2023)])


def test_what_cannot_be_carried_on_is_compared_over_the_same_years() -> None:
    """Proves: a wish after which the economy cannot go on is reckoned against the plan without it of the same years:
    its cost is less than what households consume, is a share of their standard, and the page says so.

    Breaks if: a plan that reckons with five years more is compared with one that does not (122,700 billion KES, where
    all households consume 7,700 a year).
    """
    answer = whynot("KEN", "import bill <= 1500 in 2021", years=2, evenness=0.0, price_softness=0.0)
    consumed = answer.table("household_cost").set_index("code").loc["", "without"]
    assert 0.0 < answer.provenance["cost"] < consumed
    assert 0.0 < answer.provenance["cost_share"] < 0.2
    assert "Both plans are made as if nothing came after 2021" in " ".join(answer.provenance["sentences"])
    assert "Both plans" not in " ".join(asked(1.1).provenance["sentences"])


def test_the_wish_comes_before_every_other_priority() -> None:
    """Proves: the wish is priority 1, others one later; musts and weights stay as they are."""
    others = [Target("a", ">=", 1.0, priority=1), Target("b", ">=", 1.0), Target("c", ">=", 1.0, weight=2.0)]
    assert [t.priority for t in after_it(others)] == [2, None, None]
    assert first_of_all(Target("a", ">=", 1.0)).priority == 1


@pytest.mark.parametrize("wish", ["works >= 3", "gross output: works 300 in 2023", "gross output: works >= 3 in 1999"])
def test_a_wish_that_makes_no_sense_is_refused(wish: str) -> None:
    """Proves: unknown indicators, words and years are told before the second plan is solved."""
    with pytest.raises(GroundplanError) as caught:
        whynot(small(), wish, years=YEARS)
    assert caught.value.exit_code == 2
    assert isinstance(caught.value, GroundplanError)


def test_a_wish_is_asked_of_a_policy_with_targets_of_its_own() -> None:
    """Proves: the targets of the policy hold in both plans. Breaks if: the wish takes their place."""
    own = on_paper(years=YEARS, targets=[Target("import dependency", "<=", 0.2, weight=1.0)])
    answer = whynot(small(), Target("gross output: farm", ">=", 90.0, year=2022), policy=own)
    alone = plan(small(), policy=own)
    path = answer.table("path").set_index("year")["without"]
    assert path.tolist() == alone.indicator("gross output: farm").tolist()


def test_one_more_worker_and_one_more_unit_of_money_in_words() -> None:
    """Wage units are told in wages; foreign exchange at its own rate; the table has a line a year.

    Proves: valuations are the plan's prices, in units that can be counted. Breaks if: a price is scaled twice.
    """
    outcome = without()
    found = outcome.table("valuations")
    price = outcome["consumption_price"]
    for code, commodity in (("wages 0", "labour:wages 0"), ("", "foreign exchange")):
        own = found[found["code"] == code].set_index("year")["value"]
        assert own.to_dict() == pytest.approx(price.sel(commodity=commodity).to_series().to_dict())
    assert {"worker", "foreign exchange"} == set(found["kind"])
    assert all(s.startswith(("One more worker", "A unit of foreign exchange")) for s in valuation_sentences(found))


def test_a_must_that_has_no_plan_even_without_the_wish() -> None:
    """Proves: what was impossible before the question is told as that."""
    with pytest.raises(PlanInfeasible) as caught:
        whynot(small(), "gross output: farm >= 1 in 2022", years=2, targets=[Target("investment", ">=", 1e6)])
    assert "investment >= 1000000" in str(caught.value)
    assert not isinstance(caught.value, StudyError)


def test_a_counted_product_is_priced_by_its_own_unit() -> None:
    """Proves: what a wish costs is told in a currency for each tonne; in the table's money for what is money itself.

    Breaks if: a price of a tonne is told in billions, as a power of ten.
    """
    o = plan(small().replacing(physical={"farm": Physical("t", 200.0, 0.5, "a price list")}), years=1)
    pay = [priced_in(WhyNot(Target(name, ">=", 1.0), o, o)) for name in ("quantity: farm", "investment")]
    assert pay == [(" TST at 2020 prices", 1e6, "t"), ("", 1.0, "unit of the target")]
