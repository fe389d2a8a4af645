"""A plan that was printed, made again at the start of every year from its own state."""

from __future__ import annotations

import pytest
from test_planning_cases import POLICY, opened, tables

from groundplan.errors import PlanInfeasible
from groundplan.planning.activities import Activities
from groundplan.planning.families.rows import Model
from groundplan.planning.plan_programme import programme
from groundplan.planning.replanning.passed_years import PassedYears, with_passed
from groundplan.planning.replanning.reached_state import Happened, ReachedFigure, reached
from groundplan.planning.solve import Solution, solve

CAPACITY = 2141.875197


def capacity() -> tuple[Model, Solution]:
    """Williams' economic planning, the first objective."""
    data = opened("williams_economic_planning")
    case = next(c for c in data["case"] if c["name"] == "capacity")
    m = programme(Activities.of(data["years"], **tables(data)).adding(**tables(case)), POLICY)
    return m, solve(m, POLICY)


@pytest.mark.parametrize("until", [2000, 2001, 2002, 2003, 2004])
def test_williams_made_again_in_every_year(until: int) -> None:
    """Williams' plan, made again at the start of each of its five years from its own state, has the printed objective.

    Proves: what is carried over (stocks, capacity, output and building under way) is all that the rest needs.
    Breaks if: a lagged delivery of a year that has passed is dropped, or a stock is taken a year early.
    """
    m, plan = capacity()
    again = solve(with_passed(m, PassedYears(until, plan.values)), POLICY)
    assert again.objective == pytest.approx(CAPACITY, abs=5e-7)
    assert plan.objective == pytest.approx(CAPACITY, abs=5e-7)


def test_a_little_less_coal_in_year_four_and_nothing_can_be_done() -> None:
    """Proves: the optimum leaves no stocks, so that a thousandth of coal less in year 4 makes the rest impossible,
    while the same plan at the same moment with all its coal is possible.
    Breaks if: rows of years to come are let go with those of the past.
    """
    m, plan = capacity()
    short = Happened([ReachedFigure(what="make coal", year=2003, reported=0.999, shares=True)])
    with pytest.raises(PlanInfeasible):
        solve(with_passed(m, PassedYears(2003, reached(m, plan.values, 2003, short))), POLICY)
    assert solve(with_passed(m, PassedYears(2003, plan.values)), POLICY).objective == pytest.approx(CAPACITY)
