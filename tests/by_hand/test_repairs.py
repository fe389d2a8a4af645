"""Repairs of plans small enough for paper."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from groundplan.errors import PlanInfeasible
from groundplan.planning.activities import Activities
from groundplan.planning.explaining.clash import clash_of
from groundplan.planning.explaining.repairs import conflict
from groundplan.planning.explaining.repairs import repairs as found_repairs
from groundplan.planning.policy import Policy, Target
from groundplan.planning.programme import FAMILIES, programme
from groundplan.planning.solve import feasible


def two(bounds: bool, years: int = 1) -> Activities:
    """x0 + x1 is to be 10; x0 ≤ 4 and x1 ≤ 3, as ceilings of levels or as plant."""
    tables: dict[str, Any] = {
        "activities": [{"activity": f"x{n}", "base": 1.0, "group": "export"} for n in (0, 1)],
        "indicators": [{"indicator": "sum", "on": f"x{n}", "unit": "t"} for n in (0, 1)],
    }
    if bounds:
        tables["bounds"] = [{"activity": f"x{n}", "upper": most} for n, most in ((0, 4.0), (1, 3.0))]
    else:
        tables["commodities"] = [
            {"commodity": f"plant {n}", "kind": "capacity", "initial": most, "label": f"plant {n}", "unit": "t / year"}
            for n, most in ((0, 4.0), (1, 3.0))
        ]
        tables["flows"] = [
            {"activity": f"x{n}", "commodity": f"plant {n}", "role": "occupy", "coefficient": 1.0} for n in (0, 1)
        ]
    return Activities.of(range(1, 1 + years), **tables)


def wish(**more: Any) -> Policy:
    return Policy.of(targets=[Target("sum", ">=", **({"value": 10.0} | more))])


@pytest.mark.parametrize("bounds", [True, False])
def test_the_micro_case(bounds: bool) -> None:
    """x0 + x1 ≥ 10, x0 ≤ 4, x1 ≤ 3: the three clash, and 3.0 more of any one of them mends it.

    By hand: 10 − 4 − 3 = 3. As shares of their bounds 3/10, 3/4 and 3/3: the target gives way most cheaply, then x0.

    Proves: the irreducible set is the three, each repair is the least, and the cheapest share comes first.
    Breaks if: a row of the three is missed, a slack is on the wrong side, or shares are taken of another bound.
    """
    a, policy = two(bounds), wish()
    clash = clash_of(a, policy, FAMILIES)
    assert len(clash.rows) + len(clash.bounds) == 3
    assert ("targets", "sum >= 10 | 1") in clash.rows
    error = conflict(a, policy, FAMILIES)
    records = pd.DataFrame(list(error.repairs))
    first, second = (records[records["alternative"] == n].iloc[0] for n in (1, 2))
    assert first["becomes"] == "sum >= 7 every year"
    assert first["share"] == pytest.approx(0.3)
    assert (second["amount"], second["name"]) == (3.0, "x0" if bounds else "plant 0")
    assert second["share"] == pytest.approx(0.75)
    assert "target 'sum >= 10 every year' to 7 t" in str(error)


@pytest.mark.parametrize("bounds", [True, False])
def test_each_repair_alone_is_enough_and_nothing_less_is(bounds: bool) -> None:
    """Made alone, every repair makes the plan possible; made to nine tenths it does not.

    Proves: repairs are sufficient and least.
    Breaks if: a repair leans on another, or asks for more than is needed.
    """
    a, policy = two(bounds), wish()
    found = found_repairs(a, policy, FAMILIES, clash_of(a, policy, FAMILIES))
    assert len(found) >= 2
    for repair in found:
        wide, wishes, looser = repair.applied(a, policy, FAMILIES)
        assert feasible(programme(wide, wishes, looser), wishes)
        if not repair.targets:
            repair.items["amount"] *= 0.9
            wide, wishes, looser = repair.applied(a, policy, FAMILIES)
            assert not feasible(programme(wide, wishes, looser), wishes)
    assert not feasible(programme(a, wish(value=7.01)), wish(value=7.01))


def test_repairs_of_all_forms_of_a_target() -> None:
    """What can be had is 7 a year: a path, a sum, a multiple of the base year (2) and growth are eased to just that.

    Proves: the eased target states the bound that can be reached, in its own form.
    Breaks if: a form is eased in another's unit, or a year of a path that is met is touched.
    """
    cases: list[tuple[dict[str, Any], str]] = [
        ({"path": [6.0, 9.0]}, "sum >= 6, 7 from 1"),
        ({"cumulative": 16.0}, "sum >= 14 in total"),
        ({"of_base": 5.0}, "sum >= 7 every year"),
        ({"first": 5.0, "last": 9.0}, "sum >= 5, 7 from 1"),
        ({"growth": 3.0, "to_year": 1}, "sum >= 250 % above the year before until 1"),
    ]
    for form, becomes in cases:
        a, policy = two(True, years=2), wish(value=None, **form)
        error = conflict(a, policy, FAMILIES)
        eased = next(r for r in error.repairs if r["family"] == "targets")
        assert eased["becomes"] == becomes, form


def test_an_equality_and_a_ratio_become_what_is_reached() -> None:
    """x0 / (x0 + x1) with x0 ≤ 4 and x1 ≥ 4 is one half at most, and 10 in all cannot be: 7 can.

    Proves: a ratio is eased to the ratio of the loosened plan, not by the miss of its row.
    Breaks if: the row's miss, which is in tonnes, is taken for a share.
    """
    a = two(True).adding(
        bounds=[{"activity": "x1", "lower": 3.0}],
        indicators=[{"indicator": "own", "on": "x0", "unit": "t"}],
        ratios=[{"indicator": "share", "numerator": "own", "denominator": "sum"}],
    )
    policy = Policy.of(targets=[Target("share", ">=", 0.8)])
    error = conflict(a, policy, FAMILIES)
    eased = next(r for r in error.repairs if r["family"] == "targets")
    assert eased["becomes"] == "share >= 0.57 every year"
    exact = Policy.of(targets=[Target("sum", "==", 10.0)])
    assert conflict(two(True), exact, FAMILIES).repairs[0]["becomes"] == "sum == 7 every year"


def test_a_plan_without_targets_that_cannot_be_is_told_too() -> None:
    """A floor of 10 where 7 can be made: no target clashes, the floor does.

    Proves: limits of the economy are repaired where no target is to blame, and no cost is claimed.
    Breaks if: repairs need a target.
    """
    a = two(False).adding(
        commodities=[{"commodity": "bread", "kind": "good", "label": "bread", "unit": "t"}],
        flows=[{"activity": f"x{n}", "commodity": "bread", "role": "give", "coefficient": 1.0} for n in (0, 1)],
        utility=[{"good": "bread", "year": 1, "segment": 0, "width": 20.0, "slope": 1.0}],
        floors=[{"good": "bread", "year": 1, "least": 10.0}],
    )
    error = conflict(a, Policy.of(), FAMILIES)
    assert isinstance(error, PlanInfeasible)
    kinds = {r["kind"]: r for r in error.repairs}
    assert kinds["floors"]["amount"] == 3.0
    assert kinds["plant"]["amount"] == 3.0
    assert all(r["cost"] is None for r in error.repairs)
    assert "floor of the bread lower by 30 %" in str(error)
