"""A programme of places inside the national plan: what it claims is given, and the plan stays a plan."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from economies import small

from groundplan import Economy, Outcome, Policy, plan
from groundplan.errors import GroundplanError
from groundplan.results.html.html_report import report
from groundplan.results.text_page import text_page
from groundplan.verbs.place import agreed, place_in_plan, with_programme

YEARS = 2


@pytest.fixture(scope="module")
def kenya() -> Economy:
    return Economy.load("KEN")


def wishes(*asked: float):
    """A chooser that wants so much a year and takes what it is given, and the reader of its claims."""

    def choose(ceilings: Sequence[float] | None) -> Outcome:
        given = asked if ceilings is None else [min(a, c) for a, c in zip(asked, ceilings, strict=True)]
        return Outcome({}, {}, {"claims": [float(g) for g in given]})

    return choose, lambda o: o.provenance["claims"]


def test_a_small_programme_is_agreed_at_once():
    """Proves: a programme that the plan can carry needs one round, with no residual, and the plan spends it.

    Breaks if: the programme's activity may be done in another year, or its cost is not taken from capital goods.
    """
    done = agreed(small(), *wishes(0.3, 0.5), years=YEARS, worth=10.0)
    assert done.agreed
    assert done.residual == 0.0
    assert done.rounds["ceiling"].tolist() == pytest.approx([0.3, 0.5], rel=1e-6)
    level = done.plan["level"].sel(activity="programme of places 2022").to_series()
    assert level.to_dict() == pytest.approx({2021: 0.0, 2022: 1.0}, abs=1e-7)


@pytest.mark.parametrize(("asked", "rounds"), [(20.0, 2), (10.0, 3)])
def test_a_programme_too_large_is_cut_to_what_the_plan_gives(asked: float, rounds: int):
    """Proves: claims above what the plan can carry come back as ceilings, and the next choice fits them, in as many
    rounds as it takes.

    Breaks if: ceilings are not handed back, or the loop stops before claims and ceilings agree.
    """
    done = agreed(small(), *wishes(asked, asked), years=YEARS)
    steps = [done.rounds[done.rounds["round"] == k] for k in range(1, rounds + 1)]
    assert done.rounds["round"].max() == rounds
    assert steps[0]["claim"].tolist() == [asked, asked]
    assert steps[0]["residual"].max() > 0.2
    for before, after in pairwise(steps):
        assert after["claim"].tolist() == before["ceiling"].tolist()
    assert done.agreed
    assert done.residual <= 0.005
    assert steps[-1]["claim"].sum() < 2 * asked


def test_the_plan_pays_for_the_programme(kenya):
    """Proves: a programme that brings nothing lowers the living standard, and one that brings capacity lowers it less.

    Breaks if: the programme is free, or what it gives does not reach the plan.
    """
    short = Policy.of(years=3, tail_years=0)
    alone = plan(kenya, policy=short)
    cost = [400.0, 400.0, 400.0]
    without = with_programme(kenya, cost, years=3, policy=short)
    gives = with_programme(kenya, cost, years=3, gives={"food": 0.05, "elec": 0.01}, policy=short)
    worth = [o.provenance["objective"] for o in (alone, without, gives)]
    assert worth[1] < worth[0]
    assert worth[1] < worth[2]


def test_arguments_that_make_no_sense_are_refused(kenya):
    with pytest.raises(GroundplanError, match="no sector fod"):
        agreed(kenya, *wishes(1.0), gives={"fod": 1.0})
    with pytest.raises(GroundplanError, match="worth 0"):
        agreed(kenya, *wishes(1.0), worth=0.0)


def test_counties_of_kenya_go_into_its_plan():
    """Proves: the shipped counties' programme is agreed with the shipped economy's plan, in one money, and both keep to
    it: the choice costs what the plan spends, and the plan stays feasible with the programme in it.

    Breaks if: millions are taken for billions, the programme's first year is not the plan's, or building that goes
    on after the last choice is forgotten.
    """
    done = place_in_plan("KEN", per_year=2, years=2)
    assert done.agreed
    money = done.choice.table("claims").query("commodity == 'money'")["amount"].sum()
    assert done.rounds["claim"].sum() == pytest.approx(money / 1000.0)
    assert done.rounds["year"].tolist() == list(range(2020, 2020 + len(done.rounds)))
    assert len(done.rounds) > 2
    assert (done.plan.indicator("living standard").loc[2020:] >= 0.99).all()
    checks = done.choice.provenance["audit"]
    assert checks == done.plan.provenance["audit"][: len(checks)]
    for page in (text_page(done.choice), report(done.choice)):
        assert "checked" in page
        assert "costs and output differ by" in " ".join(page.split())


def test_moneys_of_two_years_are_not_mixed():
    with pytest.raises(GroundplanError, match="the programme is in KES2019m, the economy in GHS2019m"):
        place_in_plan("KEN", economy=Economy.load("GHA"), per_year=1, years=1)
