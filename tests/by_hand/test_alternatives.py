"""Plans nearly as good, on a case where they can be counted: two ovens, one dough."""

from __future__ import annotations

from dataclasses import replace

import pytest
from economies import small
from plans import on_paper

from groundplan.errors import Faults, StudyError, UnknownName
from groundplan.planning.activities import Activities
from groundplan.planning.best_plan import solved
from groundplan.planning.explaining.loss_of_standard import allowed_loss
from groundplan.planning.exploring.near_best import chosen, explored, nearly_as_good
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import solve
from groundplan.planning.solved_plan import SolvedPlan


def take(activity: str, commodity: str, coefficient: float = 1.0) -> dict[str, object]:
    return {"activity": activity, "commodity": commodity, "coefficient": coefficient}


def give(activity: str, commodity: str, coefficient: float = 1.0) -> dict[str, object]:
    return {**take(activity, commodity, coefficient), "role": "give"}


def bakery(slopes: tuple[float, ...] = (1.0,)) -> SolvedPlan:
    """Up to ten of dough a year, two ovens that are alike, and junk that anybody may make for a thousandth."""
    a = Activities.of(
        [1],
        commodities=[
            {"commodity": "dough"},
            {"commodity": "junk"},
            {"commodity": "bread", "kind": "good"},
        ],
        activities=[
            {"activity": "knead"}, {"activity": "left"}, {"activity": "right"}, {"activity": "waste", "cost": 1e-3},
        ],
        flows=[
            give("knead", "dough"),
            take("left", "dough"), give("left", "bread"),
            take("right", "dough"), give("right", "bread"), give("waste", "junk"),
        ],
        bounds=[{"activity": "knead", "upper": 10.0}, {"activity": "waste", "upper": 50.0}],
        utility=[
            {"good": "bread", "year": 1, "segment": n, "width": 5.0 if n < len(slopes) - 1 else 1e3, "slope": s}
            for n, s in enumerate(slopes)
        ],
        indicators=[
            {"indicator": "left", "on": "left"},
            {"indicator": "right", "on": "right"},
            {"indicator": "baked", "on": "left"},
            {"indicator": "baked", "on": "right"},
            {"indicator": "junk", "on": "waste"},
        ],
        ratios=[{"indicator": "share of left", "numerator": "left", "denominator": "baked"}],
    )  # fmt: skip
    policy = on_paper()
    model = programme(a, policy)
    return SolvedPlan(small(), policy, model, solve(model, policy))


def test_what_is_settled_and_what_is_open() -> None:
    """Within a tenth one may lose 1 of 10 loaves: each oven bakes 0 to 10, both together 9 to 10, and no junk is made.

    Proves: the objective may fall by the allowed loss and no more; a choice between equals is wholly open; waste that
    the best plan does not have is no choice.
    Breaks if: the loss has the wrong size or sign, or plans may throw away what the loss leaves over.
    """
    x = explored(bakery(), ["left", "right", "baked", "junk"], 0.1, count=1)
    assert x.loss == pytest.approx(1.0)
    assert x.span.ravel() == pytest.approx([0.0, 10.0, 0.0, 10.0, 9.0, 10.0, 0.0, 0.0], abs=1e-6)
    assert float(x.warm.goal @ x.plans[1]) >= 9.0 - 1e-6


def test_another_plan_leads_away_from_the_first() -> None:
    """The best plan bakes all in one oven (a corner); the next bakes all in the other: they differ in everything.

    Proves: the direction leads from one end of the ranges to the other.
    Breaks if: the sign of the direction is turned (the same plan is found again, and there is no second one).
    """
    x = explored(bakery(), ["left", "right"], 0.1, count=3)
    assert len(x.plans) >= 2
    assert x.distance(0, 1) == pytest.approx(1.0, abs=0.101)
    assert x.values[0] == pytest.approx(x.values[1][::-1], abs=1.001)


def test_the_allowed_loss_follows_the_utility() -> None:
    """Five loaves count 2 each, the next five 1: U(10) = 15. A quarter less, 7.5, is 12.5; 0.7 less, 3, is 6.

    Proves: the loss is that of the plan's own utility, segment by segment.
    Breaks if: it is a share of the objective (3.75 and 10.5).
    """
    made = bakery((2.0, 1.0))
    assert allowed_loss(made.model.activities, made.solution, 15.0, 0.25) == pytest.approx(2.5)
    assert allowed_loss(made.model.activities, made.solution, 15.0, 0.7) == pytest.approx(9.0)


def test_a_plan_without_goods_loses_a_share_of_its_objective() -> None:
    """Proves: where nobody consumes, the loss is a share of the objective's size, also below zero."""
    made = bakery()
    without = replace(made.model.activities, utility=made.model.activities.utility.iloc[:0])
    bare = replace(made, model=replace(made.model, activities=without))
    assert allowed_loss(bare.model.activities, bare.solution, -40.0, 0.05) == pytest.approx(2.0)


def test_names_and_figures_that_make_no_sense_are_refused() -> None:
    """Proves: unknown names come with the nearest, ratios with their parts, shares outside their range with a fix."""
    made = bakery()
    with pytest.raises(UnknownName, match="nearest: 'baked'"):
        chosen(made, ["baket"], 3)
    with pytest.raises(StudyError, match="ratio") as ratio:
        chosen(made, ["share of left"], 3)
    assert "'left' and 'baked'" in ratio.value.fix
    with pytest.raises(Faults, match="within is 0"):
        nearly_as_good(made, within=0.0, count=-1)


def test_headings_stand_for_what_is_under_them() -> None:
    """Proves: a heading is all its indicators that the plan uses, the largest first; by default totals come first."""
    made = solved(small(), on_paper(years=1))
    assert chosen(made, ["gross output"], 5) == ["gross output"]
    assert chosen(made, ["imports"], 5) == ["imports: works", "imports: farm"]
    names = chosen(made, [], 1)
    assert names[0] == "gross output"
    assert "gross output: works" in names
    assert "gross output: farm" not in names
