"""What is true of every repair and of every order of priorities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import few
from economies import tables
from hypothesis import given
from hypothesis import strategies as st
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible
from groundplan.planning.activities import Activities
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.explaining.clash import clash_of
from groundplan.planning.explaining.loosenable import LOWER, UPPER, loosenable
from groundplan.planning.explaining.priorities import SLACK, solve_in_turn
from groundplan.planning.explaining.repairing.repairs import repairs
from groundplan.planning.families.targets import target_lines
from groundplan.planning.plan_programme import FAMILIES, programme
from groundplan.planning.policy import Policy, Target
from groundplan.planning.solve import feasible, load
from groundplan.solver.highs import OPTIMAL
from groundplan.tables.table import Table

drawn = few(2)


def compiled(table: Table, targets: list[Target], **more: Any) -> tuple[Activities, Policy]:
    policy = on_paper(years=2, targets=targets, **more)
    return compile_plan(Economy.from_table(table), policy), policy


WISHES = [
    Target("gross output: s0", ">=", of_base=3.0, year=2022),
    Target("import dependency", "<=", of_base=0.3),
    Target("gross output", ">=", growth=0.5, from_year=2022),
    Target("investment", ">=", cumulative=1e4),
]


@drawn
@given(tables(2, 2), st.sampled_from(WISHES))
def test_each_repair_alone_makes_the_plan_possible(table: Table, wish: Target) -> None:
    """Every alternative, made alone, makes an impossible plan possible; none is of a kind that another is of.

    Proves: repairs suffice on the whole plan, whatever the form of the target, and differ in kind.
    Breaks if: a slack is on the wrong side, an eased target is not what was reached, or two kinds lean on each other.
    """
    a, policy = compiled(table, [wish])
    assert not feasible(programme(a, policy), policy)
    found = repairs(a, policy, FAMILIES, clash_of(a, policy, FAMILIES))
    assert found
    assert any(r.targets for r in found)
    kinds = [r.kind for r in found]
    assert len(kinds) == len(set(kinds))
    for repair in found:
        wide, wishes, looser = repair.applied(a, policy, FAMILIES)
        assert feasible(programme(wide, wishes, looser), wishes), repair.kind
        assert repair.cost is None or repair.cost >= 0.0


@drawn
@given(tables(2, 2), st.sampled_from(WISHES))
def test_a_conflict_is_all_that_makes_the_plan_impossible(table: Table, wish: Target) -> None:
    """Without all limits that are not told of the plan stays impossible; without those that are it is possible.

    Proves: the conflict suffices, told by the programme itself with its other rows and bounds let go.
    Breaks if: a row of the certificate is lost, or is told of under another's name.
    """
    a, policy = compiled(table, [wish])
    clash = clash_of(a, policy, FAMILIES)
    own = set(zip(clash.items["family"], clash.items["label"], strict=True))
    assert own

    def impossible(kept: set[tuple[str, str]]) -> bool:
        h = load(clash.model, clash.policy).without_goal()
        items = loosenable(clash.model, clash.policy)
        for family, label, at in items[["family", "label", "at"]].itertuples(index=False):
            if (family, label) in kept:
                continue
            if family in (UPPER, LOWER):
                h.bounds(np.array([at]), 0.0, np.inf)
            else:
                h.sides(np.array([at]), -np.inf, np.inf)
        h.set(solver="simplex")
        h.run()
        return bool(h.status != OPTIMAL)

    assert impossible(own)
    assert not impossible(set())
    wishes = {one for one in own if one[0] == "targets"}
    assert wishes
    assert not impossible(own - wishes)


@drawn
@given(tables(2, 2))
def test_foreign_exchange_given_is_foreign_exchange_that_repairs(table: Table) -> None:
    """The repair of an account, given as supply in the tables and not through its row, makes the plan possible too.

    Proves: the amounts are what a planner would have to find, year by year. Breaks if: only the row is moved.
    """
    a, policy = compiled(table, [], foreign_balance=-1e4)
    found = repairs(a, policy, FAMILIES, clash_of(a, policy, FAMILIES))
    money = next(r for r in found if r.kind == "foreign exchange")
    gifts = [
        {"commodity": "foreign exchange", "year": int(y), "supply": float(v)}
        for y, v in money.items[["year", "amount"]].to_numpy()
    ]
    given_it = a.adding(exogenous=gifts)
    assert feasible(programme(given_it, policy), policy)
    half = a.adding(exogenous=[{**g, "supply": 0.5 * float(str(g["supply"]))} for g in gifts])
    assert not feasible(programme(half, policy), policy)


def shortfalls(a: Activities, policy: Policy) -> dict[int, float]:
    """Weighted shortfall of every priority in the final plan."""
    solution = solve_in_turn(programme(a, policy), policy)
    lines = target_lines(a, policy).dropna(subset="weight").reset_index(drop=True)
    lines["missed"] = lines["share"] * solution.values["shortfall"].values / lines["scale"]
    return {int(k): float(v) for k, v in lines.groupby("priority")["missed"].sum().items()}


@drawn
@given(tables(2, 2), st.floats(0.1, 100.0), st.sampled_from([0.5, 2.0, 4.0]))
def test_later_priorities_never_cost_an_earlier_one(table: Table, weight: float, factor: float) -> None:
    """Weights, bounds and presence of what comes later change nothing in what came before.

    Proves: the shortfall of priority 1 is the least there is, whatever else is wished. Breaks if: a later stage or the
    objective trades it away.
    """
    first = Target("gross output: s0", ">=", of_base=1.6, year=2022, priority=1)
    second = Target("gross output: s1", ">=", of_base=factor, year=2022, priority=2, weight=weight)
    third = Target("import dependency", "<=", of_base=0.5, weight=weight)
    try:
        alone = shortfalls(*compiled(table, [first]))[1]
    except PlanInfeasible:
        return
    together = shortfalls(*compiled(table, [first, second, third]))
    assert together[1] == pytest.approx(alone, abs=3 * SLACK)
    swapped = shortfalls(*compiled(table, [Target("gross output: s0", ">=", of_base=1.6, year=2022, priority=3),
                                           second, third]))  # fmt: skip
    assert swapped[2] <= together[2] + 3 * SLACK
    assert swapped[3] >= alone - 3 * SLACK
