"""What holds of every plan that is made again: its own state gives it back, and the parts of a difference sum to it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from economies import small
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplan.economy.economy import Economy
from groundplan.planning.choices.target import Target
from groundplan.planning.choices.uncertainty import Uncertain
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.policy import Policy
from groundplan.planning.replanning.passed_years import PassedYears, with_passed
from groundplan.planning.replanning.plan_version import PlanVersion, Turn, Wanted, first_version, replanned
from groundplan.planning.replanning.promises import PlanPromise
from groundplan.planning.replanning.reached_state import CAUSES, Happened, News, ReachedFigure
from groundplan.planning.replanning.steering import course, steering_task
from groundplan.planning.replanning.version_causes import split, steps
from groundplan.planning.solved_plan import indicators

VALUE, PATH = 1e-6, 1e-4


@cache
def first(country: str, years: int) -> PlanVersion:
    e = small() if country == "small" else Economy.load(country, 2019)
    return first_version(Wanted(e, Policy.of(years=years, tail_years=2)), prices=country == "small")


def shown(v: PlanVersion, like: PlanVersion) -> np.ndarray:
    """Standards, household use and all investment by year, over their size."""
    even = like.path.even
    kept = [s for s in even.series if s.kind != "sector"]
    return np.asarray([s.path(v.shown, even.years)[1 : even.shown + 1] / s.size for s in kept])


@pytest.mark.parametrize(("country", "years"), [("small", 4), ("KEN", 2), ("GHA", 2)])
def test_its_own_state_gives_a_plan_back(country: str, years: int) -> None:
    """Proves: from the best plan's own state the best value comes back to 1e-6, from the shown plan's own state the
    standards, household use and investment that it showed to 1e-4, and with them the value that it owes.
    Breaks if: the even path is given other weights or growth, its room anew, or a row loses what has passed in it.
    """
    v = first(country, years)
    assert v.path.even.series
    for until in v.plan.activities.years[:-1]:
        m = with_passed(v.wanted.model(), PassedYears(until, v.plan.best.values))
        assert solve_in_turn(m, v.wanted.policy).objective == pytest.approx(v.best, rel=VALUE)
        again = replanned(v, Turn(until, Happened(), v.wanted), prices=False)
        assert np.abs(shown(again, v) - shown(v, v)).max() < PATH
        assert again.worth == pytest.approx(v.worth, rel=VALUE)
        assert again.path.least == pytest.approx(v.path.least, rel=VALUE)
        assert v.path.least < again.best < v.best * (1 + VALUE)


def turned(order: tuple[str, ...] = CAUSES) -> tuple[PlanVersion, Turn, list[str]]:
    """Two years of the small economy went otherwise, import prices rise, and exports are wished."""
    v = first("small", 4)
    came = Happened(
        [ReachedFigure(what="investment", year=2022, reported=0.95, believed=0.9, shares=True),
         ReachedFigure(what="capacity:farm", year=2022, reported=0.98, shares=True, cause="shock")],
        [News("import prices", 1.05)],
    )  # fmt: skip
    wish = Target("exports: farm", ">=", of_base=0.9, year=2024)
    wanted = replace(v.wanted, policy=replace(v.wanted.policy, targets=[wish], floor=0.9))
    return v, Turn(2022, came, wanted), list(order)


@pytest.mark.parametrize("order", [CAUSES, CAUSES[::-1]])
def test_the_parts_of_a_difference_sum_to_it(order: tuple[str, ...]) -> None:
    """Proves: in whichever order causes are added, planned and the parts sum to what is shown now, by figure, and
    every cause that was stated has a part; the sums are the same in both orders.
    Breaks if: a step begins elsewhere than the one before it ended, or the last one leaves out a cause.
    """
    v, turn, names = turned(order)
    made = steps(v, turn, names)
    assert [s.cause for s in made] == list(order)
    table = split(v, made, 2022)
    parts = table[list(CAUSES)].sum(axis=1)
    assert (table["planned"] + parts).to_numpy() == pytest.approx(table["now"].to_numpy(), rel=1e-12)
    assert (table.loc[table["figure"] == "worth of the plan", ["shock", "delivery", "price"]].to_numpy() < 0).all()
    at_once = replanned(v, replace(turn, happened=turn.happened.of_causes(CAUSES)), prices=False)
    assert table["now"].iloc[0] == pytest.approx(at_once.worth, rel=VALUE)


def test_a_version_is_made_again_like_the_plan() -> None:
    """Proves: a re-plan, made again a year later from its own state, comes back too; news goes on to hold.

    Breaks if: the second version keeps the first one's path, or forgets what was known.
    """
    v, turn, _ = turned()
    second = replanned(v, replace(turn, happened=turn.happened.of_causes(CAUSES)), prices=False)
    third = replanned(second, Turn(2023, Happened(), second.wanted), prices=False)
    assert third.worth == pytest.approx(second.worth, rel=VALUE)
    assert np.abs(shown(third, v) - shown(second, v)).max() < PATH
    assert len(third.wanted.news[0][1]) == 1


@settings(max_examples=3, deadline=None)
@given(share=st.floats(0.8, 1.0))
def test_less_plant_is_never_worth_more(share: float) -> None:
    """Proves: the best from a state with less of a sector's plant is worth no more than from the plan's own.

    Breaks if: a stated stock is not what the years left start from.
    """
    v = first("small", 4)
    lost = Happened([ReachedFigure(what="capacity:works", year=2022, reported=share, shares=True)])
    again = replanned(v, Turn(2022, lost, v.wanted), prices=False)
    own = replanned(v, Turn(2022, Happened(), v.wanted), prices=False)
    assert again.best <= own.best * (1 + 1e-9)


def test_dearer_promises_are_moved_less() -> None:
    """Proves: what is promised of investment and cannot all be kept is moved the less the more that costs.

    Breaks if: the price of a promise does not stand in the goal.
    """
    v = first("small", 4)
    a = indicators(v.plan)
    promises = [PlanPromise("investment", y, float(a.sel(indicator="investment", year=y))) for y in (2023, 2024)]
    lost = Happened([ReachedFigure(what="capacity:works", year=2022, reported=0.95, shares=True)])
    moved = []
    for cost in (1e-4, 100.0):
        again = replanned(v, Turn(2022, lost, v.wanted, promises, [cost] * 2), prices=False)
        now = indicators(again.plan)
        moved.append(sum(abs(float(now.sel(indicator="investment", year=p.year)) - p.amount) for p in promises))
    assert moved[1] < 0.5 * moved[0]


def test_what_can_be_wished_no_more_is_named() -> None:
    """Proves: where half of all plant is lost, standards that never fall cannot be kept: a plan comes all the same, and
    says which wishes it misses; from the plan's own state none is.
    Breaks if: a re-plan is refused for a wish, or misses one that it need not.
    """
    v = first("small", 4)
    lost = [ReachedFigure(what=f"capacity:{j}", year=2022, reported=0.5, shares=True) for j in ("farm", "works")]
    again = replanned(v, Turn(2022, Happened(lost), v.wanted), prices=False)
    assert {family for family, _, _ in again.missed} & {"good_path", "good_floor", "contraction_limit"}
    assert all(amount > 0 for _, _, amount in again.missed)
    assert replanned(v, Turn(2022, Happened(), v.wanted), prices=False).missed == ()


def test_steering_is_worth_nothing_where_nothing_is_uncertain() -> None:
    """Proves: where every figure comes as expected both courses are the plan and worth its objective; in a history
    in which prices abroad turn out otherwise for good, planning anew is worth no less than never looking again.
    Breaks if: the years that have passed are decided again, or a course is given what it cannot know.
    """
    v = first("small", 4)
    plan = replace(v.plan, solution=v.plan.best, corner=None)
    task, _, highs = steering_task(plan, [Uncertain("import prices", spread=0.2, correlation=1.0)], 0)
    expected = np.ones(len(task.stage.figures.factors))
    for again in (False, True):
        came = course(task, highs, expected, again=again)
        assert came is not None
        assert came.goal == pytest.approx(plan.solution.objective, rel=1e-6)
        assert not came.missed.any()
    dear = np.full(len(expected), 1.15)
    never, anew = (course(task, highs, dear, again=again) for again in (False, True))
    assert never is not None
    assert anew is not None
    assert anew.goal > never.goal
    assert anew.goal < plan.solution.objective
