"""Priorities in turn, on one field that two wishes want."""

from __future__ import annotations

from typing import Any

import pytest
from economies import small
from plans import on_paper

from groundplan import plan
from groundplan.planning.activities import Activities
from groundplan.planning.explaining.priorities import HELD, solve_in_turn
from groundplan.planning.families.rows import Model
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Target
from groundplan.planning.solve import Solution

CLOSE = 1e-4


def field(wheat: dict[str, Any], cotton: dict[str, Any]) -> tuple[Model, Solution, dict[str, float]]:
    """Ten hectares; wheat is to be 8 and cotton 6. What is eaten is worth 1 a unit of wheat, 3 of cotton."""
    a = Activities.of(
        [1],
        commodities=[
            {"commodity": "land", "kind": "capacity", "initial": 10.0},
            {"commodity": "income", "kind": "good"},
        ],
        activities=[{"activity": "wheat"}, {"activity": "cotton"}],
        flows=[
            *({"activity": c, "commodity": "land", "role": "occupy", "coefficient": 1.0} for c in ("wheat", "cotton")),
            {"activity": "wheat", "commodity": "income", "role": "give", "coefficient": 1.0},
            {"activity": "cotton", "commodity": "income", "role": "give", "coefficient": 3.0},
        ],
        utility=[{"good": "income", "year": 1, "segment": 0, "width": 100.0, "slope": 1.0}],
        indicators=[{"indicator": c, "on": c} for c in ("wheat", "cotton")],
    )
    policy = on_paper(targets=[Target("wheat", ">=", 8.0, **wheat), Target("cotton", ">=", 6.0, **cotton)])
    model = programme(a, policy)
    solution = solve_in_turn(model, policy)
    return model, solution, {c: float(solution.values["level"].sel(activity=c, year=1)) for c in ("wheat", "cotton")}


@pytest.mark.parametrize(
    ("wheat", "cotton", "levels", "objective"),
    [
        ({"priority": 1}, {"priority": 2}, (8.0, 2.0), 14.0),
        ({"priority": 2}, {"priority": 1}, (4.0, 6.0), 22.0),
        ({"priority": 7}, {"priority": 5}, (4.0, 6.0), 22.0),
        ({"priority": 1}, {"weight": 50.0}, (8.0, 2.0), 14.0 - 50.0 * 4.0),
        ({"priority": 1, "weight": 9.0}, {"priority": 1, "weight": 1.0}, (8.0, 2.0), 14.0),
        ({"priority": 1}, {"priority": 1}, (4.0, 6.0), 22.0),
        ({"weight": 9.0}, {"weight": 1.0}, (8.0, 2.0), 14.0 - 4.0),
    ],
)
def test_what_comes_first_is_met_first(
    wheat: dict[str, Any], cotton: dict[str, Any], levels: tuple[float, float], objective: float
) -> None:
    """Whoever comes first gets his land, the other what is left; within a priority the weights decide.

    By hand: a hectare short of wheat is 1/8 of its bound, of cotton 1/6, so of equal rank cotton comes first. With
    weights in the objective alone, wheat's 1 + 9 is more than cotton's 3 + 1.

    Proves: a later priority, a weight in the objective and the objective itself never take from an earlier priority.
    Breaks if: stages are solved in the wrong order, a stage forgets those before it, or shares are not of the bound.
    """
    _, solution, found = field(wheat, cotton)
    assert (found["wheat"], found["cotton"]) == pytest.approx(levels, abs=10 * CLOSE)
    assert solution.objective == pytest.approx(objective, rel=CLOSE)


def test_what_can_be_met_leaves_the_rest_to_the_goal() -> None:
    """Cotton of 6 first; of the other 4 hectares all go to cotton too, for the goal likes it best.

    Proves: a met priority takes no more than it asks for, and the goal is the last stage.
    Breaks if: the goal is lost, or shortfalls of later stages are minimised for ever.
    """
    _, solution, found = field({"weight": 0.0}, {"priority": 1})
    assert found["cotton"] == pytest.approx(10.0)
    assert solution.objective == pytest.approx(30.0)


def test_the_price_of_a_priority_is_that_of_the_last_stage() -> None:
    """Missing a hectare more of wheat frees it for cotton: 3 − 1 = 2 more.

    Proves: the row of a held priority has its price, and land is priced with the priority held: by what cotton gives.
    Breaks if: prices come from an earlier stage, whose goal is no income.
    """
    model, solution, _ = field({"priority": 1}, {"weight": 0.0})
    assert solution.duals[f"{HELD}1"][0] == pytest.approx(2.0)
    land = list(model.families["capacity_limit"].labels).index("land | 1")
    assert solution.duals["capacity_limit"][land] == pytest.approx(3.0)
    assert solution.quality["prices_of"].startswith("last stage of 2; priority 1 held at a shortfall of 0")


def test_priorities_in_a_plan_are_told() -> None:
    """Proves: the outcome says how far each priority is missed; a met one by nothing.

    Breaks if: the table's unit is the row's and not the indicator's.
    """
    wishes = [
        Target("gross output: farm", ">=", 99.0, year=2022, priority=1),
        Target("gross output: works", ">=", 400.0, year=2022, priority=2),
        Target("import dependency", "<=", 0.01, year=2022, priority=3),
    ]
    outcome = plan(small(), years=2, targets=wishes)
    told = outcome.table("priorities").set_index("priority")
    assert told.loc[1, "shortfall"] == 0.0
    assert told.loc[2, "shortfall"] == pytest.approx(400.0 - outcome.indicator("gross output: works")[2022])
    assert 0.0 < told.loc[3, "shortfall"] < 0.5
    assert "3 held" in outcome.provenance["solver"]["prices_of"]
