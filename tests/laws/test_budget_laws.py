"""What is true of every budget: the parts make the whole, in the accounts and in the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawing import few
from economies import SHIPPED, shipped, small, tables
from hypothesis import given
from hypothesis import strategies as st
from plans import make_plan, on_paper

from groundplan.economy.economy import Economy
from groundplan.outcome import Outcome
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.budget.budget_accounts import FUNCTIONS, Budget, BudgetAccounts
from groundplan.planning.features.people.household_groups import Group
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import solve
from groundplan.tables.table import Table

CLOSE = 1e-6
LATEST = list({case.split()[0]: case for case in SHIPPED}.values())
drawn = few(2)
POLICY = on_paper(years=2, floor=0.5, steady=False, population_growth=0.01)


def planned(e: Economy, policy: Policy = POLICY, **more: object) -> Outcome:
    return make_plan(e, on_paper(**{**vars(policy), **more}))


@pytest.mark.parametrize("case", LATEST)
def test_functions_make_the_whole(case: str) -> None:
    """Proves: in the latest table of every shipped country the functions' baskets sum to the government's.

    Revenue less expenditure is the balance that was asked for.
    Breaks if: a product belongs to no function or to two, or a tax is left out on one side.
    """
    e = shipped(case)
    a = BudgetAccounts(e, Budget(base_balance=0.03))
    np.testing.assert_allclose(a.shares.sum(axis=1), 1.0)
    assert set(a.shares.columns) == set(FUNCTIONS)
    bought = float(a.bought("domestic_final").sum() + a.bought("imported_final").sum())
    taxes = float(e.final_taxes.sel(use=a.states).sum())
    assert sum(a.services.values()) == pytest.approx(bought + taxes, rel=1e-12)
    revenue = a.indirect + a.direct
    assert revenue - a.expenditure == pytest.approx(0.03 * revenue, rel=1e-9)
    assert sum(a.by_function.values()) == pytest.approx(a.expenditure, rel=1e-12)
    assert 0.0 < a.rate < 0.5


@pytest.mark.parametrize("case", ["GHA 2019", "ESP 2019"])
def test_the_base_year_is_given_back(case: str) -> None:
    """Proves: with a budget, too, the one-year programme gives output, imports and every function back.

    Breaks if: a function's basket is not its part of the government's.
    """
    e = shipped(case)
    a = compile_plan(e, on_paper(budget=Budget()), base_year=True)
    level = solve(programme(a, on_paper()), on_paper()).values["level"].sel(year=e.year).to_series()
    base = a.activities.set_index("activity")["base"]
    told = base[base.index.str.startswith(("make:", "buy:", "serve:", "pay:", "collect:", "live:", "assemble"))]
    scale = float(e.output.sum())
    assert ((level[told.index] - told).abs() / np.maximum(told, 1e-9 * scale)).max() < CLOSE


@drawn
@given(drawn_table=tables(), growth=st.floats(-0.02, 0.03), surplus=st.floats(-0.05, 0.05))
def test_the_table_balances(drawn_table: Table, growth: float, surplus: float) -> None:
    """Proves: revenue = Σ functions + surplus in every year, the account carries the surplus, indicators say the same.

    Breaks if: a flow into or out of the account is in no line or in two.
    """
    e = Economy.from_table(drawn_table)
    rules = Budget(growth=growth, surplus=surplus, direct_tax_pace=0.1)
    o = planned(e, budget=rules)
    table = o.table("budget")
    sums = table.groupby(["year", "part"])["amount"].sum().unstack()
    years = [e.year, *o.provenance["years"]]
    flows = sums.loc[years]
    np.testing.assert_allclose(flows["revenue"], flows["expenditure"] + flows["balance"], rtol=1e-9)
    held = sums["account"].dropna()
    np.testing.assert_allclose(np.diff(held), flows["balance"].iloc[1:], rtol=1e-6, atol=1e-6 * flows["revenue"].max())
    for name, part in (
        ("budget revenue", "revenue"),
        ("budget expenditure", "expenditure"),
        ("budget surplus", "balance"),
    ):
        np.testing.assert_allclose(o.indicator(name), flows[part], rtol=1e-9, atol=1e-9 * flows["revenue"].max())


@drawn
@given(drawn_table=tables())
def test_a_budget_without_rules_costs_nothing(drawn_table: Table) -> None:
    """Proves: telling the functions apart changes no plan, and a rule never betters one.

    Breaks if: functions together cannot do what the government did, or do it cheaper.
    """
    e = Economy.from_table(drawn_table)
    alone = planned(e, years=1).provenance["objective"]
    free = planned(e, years=1, budget=Budget(surplus=0.0, surplus_band=1.0, direct_tax_pace=1.0)).provenance[
        "objective"
    ]
    ruled = planned(e, years=1, budget=Budget(growth=0.0, surplus=0.0, direct_tax_pace=0.1)).provenance["objective"]
    assert free == pytest.approx(alone, rel=CLOSE)
    assert ruled <= free * (1 + CLOSE)


def test_no_budget_and_no_groups_is_the_plan_that_was() -> None:
    """Proves: without the records no activity, commodity or row of theirs is in the programme."""
    a = compile_plan(small(), on_paper())
    told = pd.concat([a.activities["activity"], a.commodities["commodity"]])
    assert not told.str.startswith(("serve:", "pay:", "collect:", "rule:", "budget")).any()


@drawn
@given(growth=st.floats(-0.02, 0.05), floor=st.floats(0.5, 0.95))
def test_groups_grow_and_stand_apart(growth: float, floor: float) -> None:
    """Proves: a group that grows at its own pace is counted by it in floors, standards and gaps.

    Breaks if: the population's growth is used for one of them.
    """
    e = small()
    o = planned(e, groups=[Group("urban", growth=growth, floor=floor)])
    spent = o.indicator("consumption: urban")
    years = np.arange(3)
    standard = spent / (spent.iloc[0] * (1 + growth) ** years)
    np.testing.assert_allclose(o.indicator("living standard: urban"), standard, rtol=1e-9)
    assert standard.min() >= floor - 1e-7
    rural = o.indicator("living standard: rural")
    np.testing.assert_allclose(o.indicator("gap: urban over rural"), standard / rural, rtol=1e-9)
    everybody = (spent + o.indicator("consumption: rural")).to_numpy()
    heads = spent.iloc[0] * (1 + growth) ** years + everybody[0] * 1.01**years - spent.iloc[0] * 1.01**years
    np.testing.assert_allclose(o.indicator("living standard"), everybody / heads, rtol=1e-9)
