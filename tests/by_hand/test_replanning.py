"""A store of grain for three years: what is left of a plan, of promises and of wishes when some of it is lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from groundplan.errors import StudyError, UnknownName
from groundplan.planning.activities import Activities
from groundplan.planning.families.rows import Model
from groundplan.planning.paths.even_path import Evenness, EvenSeries, KeptPath, towards_base
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.replanning.passed_years import PassedYears, with_passed
from groundplan.planning.replanning.promises import DROPPED, KEPT, MOVED, PlanPromise, fates, with_promises
from groundplan.planning.replanning.reached_state import Happened, News, ReachedFigure, filled, reached, with_news
from groundplan.planning.solve import Solution, solve

POLICY = Policy.of()


def grain() -> Activities:
    """12 t in store for three years; a year's first 4 t are worth 2 a t, the next 1; bread is worth nothing saved."""
    years = (1, 2, 3)
    return Activities.of(
        years,
        commodities=[{"commodity": "grain", "kind": "stock", "unit": "t", "initial": 12.0},
                     {"commodity": "meals", "kind": "good", "unit": "t"}],
        activities=[{"activity": "eat", "unit": "t", "base": 4.0}],
        flows=[{"activity": "eat", "commodity": "grain", "coefficient": 1.0},
               {"activity": "eat", "commodity": "meals", "role": "give", "coefficient": 1.0}],
        utility=[{"good": "meals", "year": y, "segment": k, "width": w, "slope": s}
                 for y in years for k, (w, s) in enumerate([(4.0, 2.0), (10.0, 1.0)])],
        floors=[{"good": "meals", "year": y, "least": 0.0} for y in years],
        indicators=[{"indicator": "eaten", "on": "eat", "unit": "t"},
                    {"indicator": "in store", "on": "grain", "part": "stock", "unit": "t"}],
    )  # fmt: skip


def planned() -> tuple[Model, Solution]:
    m = programme(grain(), POLICY)
    return m, solve(m, POLICY)


def rest(*figures: ReachedFigure, until: int = 1) -> Solution:
    """The best of the years left where these figures came otherwise."""
    m, plan = planned()
    return solve(with_passed(m, PassedYears(until, reached(m, plan.values, until, Happened(list(figures))))), POLICY)


def eaten(s: Solution) -> list[float]:
    return [round(float(v), 9) for v in s.values["level"].sel(activity="eat").values]


def test_nothing_came_otherwise() -> None:
    """Proves: 4 t a year are worth 24, and from the plan's own state they stay so.

    Breaks if: years that have passed do not count in the value, or may be chosen again.
    """
    _, plan = planned()
    assert (plan.objective, eaten(plan)) == (pytest.approx(24.0), [4.0, 4.0, 4.0])
    assert [rest(until=y).objective for y in (1, 2)] == pytest.approx([24.0, 24.0])


def test_rats_in_the_store() -> None:
    """Proves: 6 t in store at the end of year 1, not 8, cost 2 t at 2: 24 becomes 20, and year 1 stays 4 t.

    Breaks if: a stock that is stated is not what the years left begin with.
    """
    s = rest(ReachedFigure(what="grain", year=1, reported=6.0))
    assert s.objective == pytest.approx(20.0)
    assert eaten(s)[0] == 4.0
    assert sum(eaten(s)) == pytest.approx(10.0)


def test_more_was_eaten_and_the_store_follows() -> None:
    """Proves: 6 t eaten in year 1 leave 6 t without that being said; two of the six were worth 1: 8 + 2 + 12 = 22.

    Breaks if: what is kept does not follow from what was done, or what was enjoyed does not.
    """
    s = rest(ReachedFigure(what="eaten", year=1, reported=1.5, shares=True))
    assert s.objective == pytest.approx(22.0)
    assert eaten(s)[0] == 6.0
    both = rest(ReachedFigure(what="eaten", year=1, reported=6.0), ReachedFigure(what="in store", year=2, reported=8.0))
    assert both.objective == pytest.approx(26.0)  # more had been in store than was thought: the stated stock holds


def test_believed_goes_before_reported_only_where_it_is_asked_for() -> None:
    """Proves: 8 t reported and 6 believed: by reports 24, by what is believed 20.

    Breaks if: a false report is taken for the state, or the truth for a failure to deliver.
    """
    came = Happened([ReachedFigure(what="grain", year=1, reported=8.0, believed=6.0)])
    m, plan = planned()
    values = [
        solve(with_passed(m, PassedYears(1, reached(m, plan.values, 1, came.of_causes(causes)))), POLICY).objective
        for causes in (["delivery"], ["delivery", "false report"])
    ]
    assert values == pytest.approx([24.0, 20.0])
    assert came.causes == ["delivery", "false report"]


@pytest.mark.parametrize(("cost", "worth", "moved"), [(0.5, 19.0, 2.0), (0.0, 20.0, 2.0)])
def test_promises_of_bread(cost: float, worth: float, moved: float) -> None:
    """4 t promised for each of the years 2 and 3; with 6 t left two must be promised less.

    Proves: moving 2 t at 0.5 costs 1: 20 − 1; the fates name what is moved and what is kept, and costs add up.
    Breaks if: a promise binds without a price, or is counted in the wrong year.
    """
    m, plan = planned()
    promises = [PlanPromise("eaten", y, 4.0, units={"north": 3.0, "south": 1.0}) for y in (2, 3)]
    with_promises(m, promises, [cost, cost])
    came = Happened([ReachedFigure(what="grain", year=1, reported=6.0)])
    left = with_passed(m, PassedYears(1, reached(m, plan.values, 1, came)))
    s = solve(left, POLICY)
    assert s.objective == pytest.approx(worth)
    rows = fates(left, left.columns(s.values), promises, [cost, cost])
    assert sum(r.promised - r.now for r in rows) == pytest.approx(moved)
    assert sum(r.cost for r in rows) == pytest.approx(cost * moved)
    north, south = (sum(r.promised - r.now for r in rows if r.unit == u) for u in ("north", "south"))
    assert north == pytest.approx(3 * south)


def test_a_promise_from_one_side_and_one_that_falls_away() -> None:
    """Proves: more than "at least" breaks nothing; what falls to nothing is dropped.

    Breaks if: fates look at the difference without its side.
    """
    m, plan = planned()
    x = m.columns(plan.values)
    of = [PlanPromise("eaten", 2, 3.0, ">="), PlanPromise("eaten", 2, 3.0, "<="), PlanPromise("eaten", 3, 4.0)]
    assert [r.fate for r in fates(m, x, of, [1.0, 1.0, 1.0])] == [KEPT, MOVED, KEPT]
    nothing = x.copy()
    nothing[m.variables["level"].numbers] = 0.0
    assert fates(m, nothing, of[2:], [1.0])[0].fate == DROPPED


def test_news_of_the_years_left() -> None:
    """A unit of oven that bakes 4 t a year: a yield of a half from year 3 on leaves 2 t there and 4 before.

    Proves: a yield divides what is occupied, from its year on, and years before stay as they were.
    Breaks if: news change years that have passed.
    """
    a = grain().adding(
        commodities=[{"commodity": "oven", "kind": "capacity", "unit": "t", "initial": 4.0}],
        activities=[{"activity": "make:bread", "unit": "t"}],
        flows=[{"activity": "make:bread", "commodity": "oven", "role": "occupy", "coefficient": 1.0},
               {"activity": "make:bread", "commodity": "grain", "coefficient": 1.0},
               {"activity": "make:bread", "commodity": "meals", "role": "give", "coefficient": 1.0}],
        bounds=[{"activity": "eat", "upper": 0.0}],
    )  # fmt: skip
    s = solve(programme(with_news(a, [News("yields", 0.5, ["bread"], 3)], 1), POLICY), POLICY)
    assert [round(float(v), 9) for v in s.values["level"].sel(activity="make:bread").values] == [4.0, 4.0, 2.0]
    with pytest.raises(UnknownName, match="bred"):
        with_news(a, [News("yields", 0.5, ["bred"])], 1)
    with pytest.raises(StudyError, match="the years left begin with 3"):
        with_news(a, [News("yields", 0.5, ["bread"], 2)], 2)


def test_what_cannot_have_come() -> None:
    """Proves: a figure of a year to come, one that nobody knows and one without a value are refused, all at once.

    Breaks if: a typing error is taken for a plan that was kept.
    """
    with pytest.raises(UnknownName, match="eatn"):
        rest(ReachedFigure(what="eatn", year=1, reported=1.0))
    with pytest.raises(StudyError, match="has not passed"):
        rest(ReachedFigure(what="eaten", year=2, reported=1.0))
    with pytest.raises(StudyError, match="nothing was reported"):
        Happened([ReachedFigure(what="eaten", year=1)]).checked().reached[0].checked()
    m, plan = planned()
    with pytest.raises(StudyError, match="runs from 1 to 3"):
        with_passed(m, PassedYears(3, plan.values))


def test_what_is_enjoyed_fills_the_first_segments() -> None:
    """Proves: 6 t fill 4 of the first segment and 2 of the last, which has no end.

    Breaks if: a last segment without an end makes no number.
    """
    u = pd.DataFrame({"good": "meals", "year": 1, "segment": [1, 0], "width": [float("inf"), 4.0]})
    assert filled(u, pd.DataFrame({1: [6.0]}, index=["meals"])).tolist() == [2.0, 4.0]


def test_pieces_lean_towards_the_base_year_by_their_number() -> None:
    """25,000 flats, of which none stood before: over a size of 1 they lean 25,000² times as hard as over their own.

    Proves: what was never done leans by 1, or by what the best plan does of it; what was done leans by its base alike.
    Breaks if: counts of pieces outweigh everything that an even path is about.
    """
    a = grain().adding(activities=[{"activity": "build", "unit": "flats"}])
    m = programme(a, POLICY)
    x = np.zeros(m.programme.width)
    x[m.variables["level"].numbers] = [[4.0] * 3, [25_000.0] * 3]
    even = Evenness((EvenSeries("meals", "standard", 1.0, 4.0, 4.0, *(np.zeros(0),) * 3),), np.zeros(1), 3, 3)
    by_one, by_plan = (towards_base(m, KeptPath(even, x, 0.0, by_plan=own))[0] for own in (False, True))
    assert by_one[1] / by_plan[1] == pytest.approx([25_000.0**2] * 3)
    assert by_one[0].tolist() == by_plan[0].tolist()
