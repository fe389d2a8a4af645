"""Repairs of plans small enough for paper."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from groundplan.errors import PlanInfeasible
from groundplan.planning.activities import Activities
from groundplan.planning.explaining.clash import clash_of
from groundplan.planning.explaining.repairing.repairs import conflict
from groundplan.planning.explaining.repairing.repairs import repairs as found_repairs
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.plan_programme import FAMILIES, programme
from groundplan.planning.policy import Policy, Target
from groundplan.planning.solve import feasible, solve


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
    others = ("x0 | 1", "x1 | 1") if bounds else ("plant 0 | 1", "plant 1 | 1")
    assert sorted(clash.items["label"]) == sorted(["sum >= 10 | 1", *others])
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
    assert eased["becomes"] == "share >= 0.5714285 every year"
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


def test_shares_of_partners_and_rules_of_the_budget_are_repaired() -> None:
    """Of ten, at most half from p, and at most 3 from q: p ≤ (p + q)/2 + 2 lets 7 and 3 be bought.

    A rule that leaves room for 4, where 10 is to be spent, wants 6 more.

    Proves: permissions and rules are kinds of their own, with what is missing of them as amount.
    Breaks if: a quota counts as a balance that must hold, or a rule as plant.
    """
    a = Activities.of(
        [1],
        commodities=[{"commodity": "quota:oil@p", "label": "largest share of p in imports of oil", "unit": "t"}],
        activities=[{"activity": f"buy:oil@{p}", "base": 1.0, "group": "import"} for p in "pq"],
        flows=[
            {"activity": "buy:oil@p", "commodity": "quota:oil@p", "coefficient": 1.0},
            *({"activity": f"buy:oil@{p}", "commodity": "quota:oil@p", "role": "give", "coefficient": 0.5} for p in "pq"),  # noqa: E501
        ],
        bounds=[{"activity": "buy:oil@q", "upper": 3.0}],
        indicators=[{"indicator": "sum", "on": f"buy:oil@{p}", "unit": "t"} for p in "pq"],
    )  # fmt: skip
    error = conflict(a, wish(), FAMILIES)
    quota = next(r for r in error.repairs if r["kind"] == "trade with partners")
    assert quota["amount"] == 2.0
    assert "largest share of p in imports of oil raised by 2 t in 1" in str(error)
    spent = Activities.of(
        [1],
        commodities=[{"commodity": "rule: purse", "kind": "capacity", "initial": 4.0, "unit": "t"}],
        activities=[{"activity": "spend", "base": 1.0}],
        flows=[{"activity": "spend", "commodity": "rule: purse", "role": "occupy", "coefficient": 1.0}],
        indicators=[{"indicator": "sum", "on": "spend", "unit": "t"}],
    )
    found = {r["kind"]: r for r in conflict(spent, wish(), FAMILIES).repairs}
    assert found["budget rules"]["amount"] == 6.0


def drought(**lost: Any) -> tuple[Activities, Policy]:
    """Bread: 10 from the mill, or 10 from abroad; 1 in store at the start of two years, room for 4. Needed: 8.

    In year 2 half of the mill, or of the market, is lost.
    """
    years = (1, 2)
    mill = "capacity_lost" in lost
    made = "make:m" if mill else "sell:m"
    a = Activities.of(
        years,
        commodities=[
            {"commodity": "standard:all", "kind": "good", "label": "bread", "unit": "t"},
            {"commodity": "store:bread", "label": "stores of bread", "unit": "t"},
            *([{"commodity": "capacity:m", "kind": "capacity", "initial": 10.0, "label": "mill"}] if mill else []),
        ],
        activities=[{"activity": made, "base": 9.0, "group": "export"}, {"activity": "keep:bread", "group": "store"},
                    {"activity": "draw:bread"}],
        flows=[
            {"activity": made, "commodity": "standard:all", "role": "give", "coefficient": 1.0},
            {"activity": "keep:bread", "commodity": "store:bread", "coefficient": 1.0},
            {"activity": "keep:bread", "commodity": "store:bread", "role": "give", "coefficient": 1.0, "lag": 1},
            {"activity": "draw:bread", "commodity": "store:bread", "coefficient": 1.0},
            {"activity": "draw:bread", "commodity": "standard:all", "role": "give", "coefficient": 1.0},
            *([{"activity": made, "commodity": "capacity:m", "role": "occupy", "coefficient": 1.0}] if mill else []),
        ],
        exogenous=[{"commodity": "store:bread", "year": 1, "supply": 1.0}],
        bounds=[{"activity": "keep:bread", "upper": 4.0}, *([] if mill else [{"activity": made, "upper": 10.0}])],
        utility=[{"good": "standard:all", "year": y, "segment": 0, "width": 20.0, "slope": 1.0} for y in years],
        floors=[{"good": "standard:all", "year": y, "least": 8.0, "heads": 8.0} for y in years],
    )  # fmt: skip
    return a, Policy.of(contingencies=[Contingency("drought", 2, floor=1.0, **lost)])


def test_what_is_missing_in_a_contingency_is_mended_before_it_and_in_it() -> None:
    """Half of the mill is 5, with the store 6, and 8 is needed: 2 of 8 less, 2 more in store of 4, 4 more mill of 10.

    Proves: floors of a contingency, stores at the start and plant are alternatives; of more plant half is lost too.
    Breaks if: plant is loosened in the fork and not in the plan, what is in store counts as a balance, or the rows of
    a fork are not moved.
    """
    a, policy = drought(capacity_lost={"m": 0.5})
    error = conflict(a, policy, FAMILIES)
    first = {r["kind"]: r for r in reversed(error.repairs)}
    amounts = {kind: r["amount"] for kind, r in first.items()}
    assert amounts == pytest.approx({"floors under drought": 2.0, "plant": 4.0, "stores": 2.0})
    assert "floor of the bread lower by 25 % in 2 under drought" in str(error)
    assert "more mill: 4 in 2" in str(error)
    assert "stores of bread raised by 2 t in 1" in str(error)
    for repair in found_repairs(a, policy, FAMILIES, clash_of(a, policy, FAMILIES)):
        wide, wishes, looser = repair.applied(a, policy, FAMILIES)
        assert feasible(programme(wide, wishes, looser), wishes)
        repair.items["amount"] *= 0.9
        wide, wishes, looser = repair.applied(a, policy, FAMILIES)
        assert not feasible(programme(wide, wishes, looser), wishes)


def test_a_ceiling_gives_way_in_the_plan_and_in_its_forks() -> None:
    """Of a market of 10 half closes: 5, with the store 6. For 8 it must be 14, of which 7 are left: 4 more.

    Proves: a bound is one in the plan and in its forks, which have their share of it.
    Breaks if: bounds of forks hold whatever is loosened.
    """
    a, policy = drought(exports_lost={"m": 0.5})
    found = {r["kind"]: r for r in conflict(a, policy, FAMILIES).repairs}
    assert found["markets abroad"]["amount"] == pytest.approx(4.0)
    assert found["markets abroad"]["year"] == 2


def test_projects_that_cannot_be_done_in_part() -> None:
    """Fruit of 5 or more, from a project of 8 that costs 10 where 7 is in hand: done in part it would do.

    Proves: where only whole projects are impossible, limits that clash are told, and the repair is that of the whole
    project: 3 more money, or the wish. Breaks if: projects count as divisible, and nothing is found to clash.
    """
    a = Activities.of(
        [1],
        commodities=[{"commodity": "money", "kind": "account", "initial": 7.0, "label": "money", "unit": "gold"}],
        activities=[{"activity": "dam", "lump": 1.0, "base": 1.0}],
        flows=[{"activity": "dam", "commodity": "money", "coefficient": 10.0}],
        indicators=[{"indicator": "sum", "on": "dam", "coefficient": 8.0, "unit": "t"}],
    )
    policy = wish(value=5.0)
    with pytest.raises(PlanInfeasible):
        solve(programme(a, policy), policy)
    error = conflict(a, policy, FAMILIES)
    assert "projects that are done whole or not at all" in error.clash
    found = {r["kind"]: r for r in error.repairs}
    assert found["money"]["amount"] == 3.0
    assert any(r["becomes"] == "sum >= 0 every year" for r in error.repairs)


def test_balances_that_cannot_hold_are_named() -> None:
    """Two of bread are claimed and all that can bake it may not be done: nothing that is loosened mends it.

    Proves: a conflict of balances alone is told in their names, without repairs. Breaks if: it has no words.
    """
    a = Activities.of(
        [1],
        commodities=[{"commodity": "bread", "label": "bread"}],
        activities=[{"activity": "bake"}],
        flows=[{"activity": "bake", "commodity": "bread", "role": "give", "coefficient": 1.0}],
        bounds=[{"activity": "bake", "upper": 0.0}],
        exogenous=[{"commodity": "bread", "year": 1, "claim": 2.0}],
    )
    error = conflict(a, Policy.of(), FAMILIES)
    assert error.clash == ("bread in 1",)
    assert not error.repairs
