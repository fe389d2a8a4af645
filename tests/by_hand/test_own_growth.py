"""What grows by itself: a country's people and productivity from its own past, computed anew and on paper."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import pandas as pd
import pytest
from economies import shipped, small
from small_people import three

from groundplan.planning.features.people.own_growth import own_population_growth, own_productivity_growth
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy
from groundplan.tables import catalogue
from groundplan.tables.national_past import NationalPast, national_past, past_of, shrunk

PAPER = NationalPast(
    2020, "paper", population_growth=0.01, per_head=0.02, per_worker=0.015, level_per_head=0.5, level_per_worker=0.6
)


def test_the_past_is_shrunk_by_the_income_gap() -> None:
    """On paper: 0.4 of the own past, and 0.6 % for every unit that ln income stands below 1.5, at most to −2.

    Proves: the formula, and that the poorest and the richest are no further from the middle than it was measured for.
    Breaks if: percentages and shares are mixed, or the gap is not kept in its range.
    """
    assert shrunk(0.02, log(0.5)) == pytest.approx(exp(0.4 * log(1.02) + 0.006 * (1.5 - log(0.5))) - 1)
    assert shrunk(0.0, -5.0) == shrunk(0.0, -2.0) == pytest.approx(exp(0.006 * 3.5) - 1)
    assert shrunk(0.0, 1.0) == pytest.approx(exp(0.006 * 1.3) - 1)
    assert PAPER.future_per_head == shrunk(0.02, log(0.5))
    assert replace(PAPER, level_per_head=None).future_per_head is None


def test_kenyas_growth_is_its_own() -> None:
    """Kenya's people and productivity, from the shipped series and the United States', apart from the product.

    Proves: people are the last five years', output per head the last ten's, the gap that of the same year.
    Breaks if: a growth is of another span, or incomes are compared in different years.
    """
    frame = pd.read_csv(catalogue.FOLDER / "facts" / "macro_facts.csv").set_index(["country", "year"])
    heads = frame["rgdpna"] / frame["pop"]
    people = (frame["pop"]["KEN", 2019] / frame["pop"]["KEN", 2014]) ** 0.2 - 1
    own = 0.1 * log(heads["KEN", 2019] / heads["KEN", 2009])
    gap = max(log(heads["KEN", 2019] / heads["USA", 2019]), -2.0)
    h = Horizon.of(shipped("KEN 2019"), Policy.of(), base_year=False)
    assert h.population_growth == pytest.approx(people)
    assert h.productivity == pytest.approx(exp(0.4 * own + 0.006 * (1.5 - gap)) - 1)
    assert h.terminal_growth == pytest.approx((1 + people) * (1 + h.productivity) - 1)
    assert "Penn World Table 10.01, 2019" in h.population_basis
    assert "7% of the United States'" in h.productivity_basis


def test_by_cohorts_output_is_the_mean_of_two_sums() -> None:
    """On paper, with labour growing by 0.8 % from the cohorts: output grows by the mean of A and B.

    Proves: productivity is what (people + per head + labour + per worker) / 2 leaves beyond labour, in logarithms.
    Breaks if: labour is counted twice, or the cohorts do not move productivity.
    """
    e = replace(small(), past=PAPER)
    rate, words = own_productivity_growth(e, 0.008)
    assert PAPER.future_per_head is not None
    assert PAPER.future_per_worker is not None
    a = log(1.01) + log(1 + PAPER.future_per_head)
    b = log(1.008) + log(1 + PAPER.future_per_worker)
    assert log(1 + rate) + log(1.008) == pytest.approx((a + b) / 2)
    assert "per person at work" in words
    assert own_productivity_growth(e, None)[0] == PAPER.future_per_head


def test_a_population_by_age_leads_labour() -> None:
    """Proves: with a population by age the horizon's productivity is the rule's with the projection's labour force."""
    e = replace(small(), past=PAPER)
    h = Horizon.of(e, Policy.of(years=5, population=three(year=e.year)), base_year=False)
    assert h.people is not None
    assert h.productivity == own_productivity_growth(e, h.labour_growth)[0]


def test_where_nothing_is_known_it_is_said() -> None:
    """Proves: without a past people stay as many and productivity grows by 2 %, told as assumptions; a policy wins.

    Breaks if: one country's figures are taken for another's, or a default is told as a fact.
    """
    h = Horizon.of(small(), Policy.of(), base_year=False)
    assert (h.population_growth, h.productivity) == (0.0, 0.02)
    assert "an assumption" in h.population_basis
    assert "an assumption" in h.productivity_basis
    stated = Horizon.of(replace(small(), past=PAPER), Policy.of(labour_productivity_growth=0.03), base_year=False)
    assert (stated.productivity, stated.productivity_basis) == (0.03, "policy")
    assert own_population_growth(replace(small(), past=PAPER)) == (0.01, "its growth of the last five years (paper)")


def test_a_later_year_takes_the_last_that_is_published() -> None:
    """Proves: Brazil's accounts of 2021 take the figures of 2019, and say so; a country without figures has no past."""
    assert national_past("BRA", 2021) == national_past("BRA", 2019)
    past = national_past("BRA", 2021)
    assert past is not None
    assert past.basis == "Penn World Table 10.01, 2019"
    assert national_past("XXX", 2019) is None
    assert national_past("BRA", 2001) is None


def test_short_series_are_taken_from_their_first_year() -> None:
    """On paper: five years of figures doubling output and capital; growth of ten years is over the five there are.

    Proves: spans are cut at the first year, per-head and per-worker rates divide, and missing columns give None.
    Breaks if: a short series is refused, or its growth is spread over years that are not there.
    """
    own = {2000 + k: {"rgdpna": 100.0 * 2 ** (k / 5), "pop": 10.0, "emp": 4.0 + 0.2 * k} for k in range(6)}
    rich = {2005: {"rgdpna": 1000.0, "pop": 20.0, "emp": 10.0}}
    past = past_of(own, rich, 2005, "paper")
    assert past is not None
    assert past.long_growth == pytest.approx(2**0.2 - 1)
    assert past.per_head == pytest.approx(2**0.2 - 1)
    assert past.per_worker == pytest.approx((2 * 4 / 5) ** 0.2 - 1)
    assert past.level_per_head == pytest.approx(0.4)
    assert past.level_per_worker == pytest.approx(0.4)
    assert (past.wear, past.capital_growth, past.capital_output) == (None, None, None)
    assert past_of({2000: own[2000], 2002: own[2002]}, rich, 2005, "paper") is None


def test_stated_figures_go_before_shipped_ones() -> None:
    """Proves: what a table states of its past is taken, what it leaves out is the shipped figure; both are named."""
    there = national_past("KEN", 2019)
    assert there is not None
    both = NationalPast(2019, "the ministry", wear=0.07).over(there)
    assert (both.wear, both.per_head) == (0.07, there.per_head)
    assert both.basis == "the ministry, else Penn World Table 10.01, 2019"
    assert NationalPast(2019, "the ministry", wear=0.07).over(None).basis == "the ministry"
