"""What is true of all plans that are nearly as good, on small economies drawn at random and on a real one."""

from __future__ import annotations

import numpy as np
import pytest
from drawing import few
from economies import shipped, tables
from hypothesis import given
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.planning.best_plan import solved
from groundplan.planning.exploring.near_best import explored
from groundplan.planning.exploring.warm import yearly
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Target
from groundplan.planning.solve import solve
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.tables.table import Table

POLICY = on_paper(years=2, population_growth=0.02, foreign_reserves=5.0)
NAMES = ["gross output", "import bill", "investment", "household consumption", "imports: s0", "exports: s1"]
drawn = few(2)


def missed(made: SolvedPlan, columns: np.ndarray) -> float:
    """The largest violation of a row or bound of the plan's programme, as a share of its largest term (at least 1).

    Written from the programme's own matrix, not from the solver that was asked again.
    """
    p = made.model.programme
    (low, high), (lower, upper), a = p.sides(), p.bounds(), p.matrix()
    reached = a @ columns
    scale = np.maximum(1.0, abs(a).multiply(np.abs(columns)).max(axis=1).toarray().ravel())
    bounds = np.maximum(lower - columns, columns - upper) / np.maximum(1.0, np.abs(columns))
    return float(max((np.maximum(low - reached, reached - high) / scale).max(), bounds.max()))


@drawn
@given(tables(2, 3))
def test_alternatives_are_plans(table: Table) -> None:
    """Every alternative meets every row and bound, and loses no more than is allowed; so does the best itself.

    Proves: what is offered as a plan is one.
    Breaks if: a row is lost when the goal is changed, or the goal's own row has the wrong side.
    """
    made = solved(Economy.from_table(table), POLICY)
    x = explored(made, NAMES, 0.02, count=3)
    assert len(x.plans) > 1
    for columns in x.plans:
        assert missed(made, columns) < 1e-6
        assert float(x.warm.goal @ columns) >= x.warm.best - x.loss - 1e-6 * abs(x.warm.best)
        at = [x.span[:, 0] - 1e-6 * np.abs(x.span[:, 0]) - 1e-6, x.span[:, 1] + 1e-6 * np.abs(x.span[:, 1]) + 1e-6]
        values = x.forms @ columns
        assert (values >= at[0]).all()
        assert (values <= at[1]).all()
    assert x.values[0] == pytest.approx(yearly(made, NAMES).mean(axis=1).to_numpy(), rel=1e-6, abs=1e-6)


@drawn
@given(tables(2, 3))
def test_ranges_grow_with_what_may_be_lost(table: Table) -> None:
    """The range within 1 per cent holds the best plan and lies in the range within 3 per cent.

    Proves: more slack, more choice.
    Breaks if: the loss is not monotone in the share, or an end of a range is not the end.
    """
    made = solved(Economy.from_table(table), POLICY)
    near, far = (explored(made, NAMES, share) for share in (0.01, 0.03))
    slack = 1e-6 * np.maximum(1.0, np.abs(far.span))
    assert near.loss < far.loss
    assert (far.span[:, 0] <= near.span[:, 0] + slack[:, 0]).all()
    assert (far.span[:, 1] >= near.span[:, 1] - slack[:, 1]).all()
    assert (near.span[:, 0] <= near.values[0] + slack[:, 0]).all()
    assert (near.span[:, 1] >= near.values[0] - slack[:, 1]).all()


def test_an_end_of_a_range_is_what_a_must_can_reach() -> None:
    """A must at the least import bill of a real plan, solved from scratch, costs at most the allowed loss; one that
    is as far again below the best costs more. The must may leave things unused, which a range may not.

    Proves: ranges are those of the plan's own programme.
    Breaks if: the indicator's form has another year or sign, or the objective's bound belongs to another goal.
    """
    policy = on_paper(years=1)
    made = solved(shipped("GHA 2019"), policy)
    x = explored(made, ["import bill"], 0.01)
    least, best = float(x.span[0, 0]), float(x.values[0, 0])
    assert least < best
    worth = []
    for value in (least, least - (best - least)):
        bound = on_paper(years=1, targets=[Target("import bill", "<=", value)])
        worth.append(solve(programme(made.activities, bound), bound).objective)
    allowed = x.warm.best - x.loss
    assert allowed * (1.0 - 1e-9) <= worth[0] < x.warm.best - 0.5 * x.loss
    assert worth[1] < allowed
