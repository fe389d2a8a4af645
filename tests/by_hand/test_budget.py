"""The state's budget on an economy of two sectors whose figures can be read, and on Kenya."""

from __future__ import annotations

from dataclasses import replace

import pytest
from economies import shipped, small
from plans import on_paper

from groundplan import plan
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, PlanInfeasible
from groundplan.outcome import Outcome
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.budget.budget import revenue_per_level
from groundplan.planning.features.budget.budget_accounts import Budget, BudgetAccounts, function_of
from groundplan.results.html.html_report import report
from groundplan.results.plan_pages.accounts import plan_budget
from groundplan.tables.industry_classes import class_of


def calm(e: Economy | None = None, **more: object) -> Outcome:
    """A plan of three years in which the government may have anything from nine tenths of its standard on."""
    asked: dict[str, object] = {"years": 3, "floor": 0.9, "steady": False, "population_growth": 0.0}
    return plan(e or small(), **(asked | more))  # type: ignore[arg-type]


def lines(o: Outcome, year: int) -> dict[str, float]:
    table = o.table("budget")
    there = table[(table["year"] == year) & (table["part"] != "account")]
    return dict(zip(there["line"], there["amount"], strict=True))


def revenue(a: BudgetAccounts) -> float:
    return a.indirect + a.direct


def test_the_base_year() -> None:
    """The state buys 2 of farming and 15 + 2 of works, and pays a quarter of investment of 30: 19 + 7.5 = 26.5.

    Nothing is taxed in the accounts and value added is 60 + 95 = 155, so direct taxes are 26.5 / 155 of it; with a
    surplus of a tenth of revenue they are 26.5 / 0.9. A fifth of administration is defence.
    Proves: what the accounts do not tell is computed as told. Breaks if: taxes, investment or the balance are counted
    twice.
    """
    a = BudgetAccounts(small(), Budget())
    assert a.by_function == pytest.approx({"administration": 15.2, "defence": 3.8, "economy": 7.5})
    assert a.rate == pytest.approx(26.5 / 155)
    assert revenue(a) == pytest.approx(26.5)
    assert revenue(BudgetAccounts(small(), Budget(base_balance=0.1))) == pytest.approx(26.5 / 0.9)
    assert revenue(BudgetAccounts(small(), Budget(direct_tax=0.2))) == pytest.approx(31.0)


def test_taxes_in_prices_are_revenue() -> None:
    """With taxes of 10 on the rural basket and of 2 on the state's own, 12 of 28.5 are not direct.

    Proves: a tax on what the state buys is spent and taken in. Breaks if: it is left out on one side.
    """
    e = small()
    taxes = e.final_taxes.copy()
    taxes.loc["rural"], taxes.loc["state"] = 10.0, 2.0
    a = BudgetAccounts(e.replacing(final_taxes=taxes), Budget())
    assert a.expenditure == pytest.approx(28.5)
    assert a.indirect == pytest.approx(12.0)
    assert a.direct == pytest.approx(16.5)


def test_taxes_on_exports_are_revenue() -> None:
    """Exports of 20 and 10 that carry taxes of 3 bring the state a tenth of each.

    Proves: what a unit of each activity brings adds up, at base levels, to the revenue of the base year. Breaks if: a
    tax in a price is told in the accounts and no activity pays it.
    """
    e = small()
    taxes = e.final_taxes.copy()
    taxes.loc["exports"], taxes.loc["rural"] = 3.0, 10.0
    e = e.replacing(final_taxes=taxes)
    a = BudgetAccounts(e, Budget())
    paid = revenue_per_level(a)
    assert paid["sell:farm"] == pytest.approx(3.0 / float(e.exports.sum() + e.reexports.sum()))
    base = compile_plan(e, on_paper(budget=Budget())).activities.set_index("activity")["base"]
    assert sum(tax * base[act] for act, tax in paid.items()) == pytest.approx(revenue(a))


def test_the_rules_hold() -> None:
    """Expenditure grows by 2 % from 26.5, defence has a third of it by the third year, 1 % of revenue is left over.

    Defence begins at 3.8 / 26.5 and moves a third of the way each year; direct taxes move by 5 points a year at most.
    Proves: growth starts from the base year, shares are of expenditure, the surplus is of revenue, and revenue is
    expenditure and surplus. Breaks if: a rule starts a year late or has another whole.
    """
    rules = Budget(growth=0.02, surplus=0.01, shares={"defence": 1 / 3}, shares_years=3, direct_tax_pace=0.05)
    o = calm(budget=rules, floor=0.5)
    start = 3.8 / 26.5
    for t, year in enumerate((2021, 2022, 2023), 1):
        found = lines(o, year)
        spent = found["administration"] + found["defence"] + found["economy"]
        assert spent == pytest.approx(26.5 * 1.02**t, rel=1e-6)
        assert found["defence"] == pytest.approx(spent * (start + (1 / 3 - start) * t / 3), rel=1e-6)
        assert found["direct taxes less transfers"] == pytest.approx(spent / 0.99, rel=1e-6)
        assert found["surplus"] == pytest.approx(spent / 0.99 - spent, rel=1e-5)
        assert found["economy"] == pytest.approx(0.25 * o["level"].sel(activity="assemble", year=year).item(), rel=1e-6)
    kept = o.indicator("the state's account")
    assert kept[2023] == pytest.approx(lines(o, 2021)["surplus"] + lines(o, 2022)["surplus"], rel=1e-5)
    assert o.indicator("budget share: defence")[2023] == pytest.approx(1 / 3, rel=1e-6)
    assert o.indicator("budget surplus share")[2022] == pytest.approx(0.01, rel=1e-5)
    assert o.indicator("budget expenditure")[2020] == pytest.approx(26.5)


def test_a_stated_share_of_the_economy_frees_investment() -> None:
    """Proves: with a share for ``economy`` the state pays any part of investment, up to all of it.

    A band lets the share lie within it. Breaks if: the part of the base year is asked for as well.
    """
    o = calm(budget=Budget(growth=0.0, shares={"economy": 0.33}, shares_band=0.01))
    for year in (2021, 2022, 2023):
        paid = lines(o, year)["economy"]
        assert 0.32 * 26.5 - 1e-6 <= paid <= 0.34 * 26.5 + 1e-6
        assert paid <= o["level"].sel(activity="assemble", year=year).item() * (1 + 1e-9)


def test_what_cannot_be_met_is_told_in_its_words() -> None:
    """Proves: an austere budget under a floor of the state's standard is told by the rule's own words.

    Breaks if: rules are taken for identities, which are not named.
    """
    with pytest.raises(PlanInfeasible, match=r"expenditure of the budget grows by at most -50 %"):
        calm(budget=Budget(growth=-0.5), floor=1.0, years=1)
    with pytest.raises(PlanInfeasible, match="defence at least 50 % of the budget"):
        calm(budget=Budget(shares={"defence": 0.5}), government_path="fixed", years=1)


def test_debt_keeps_to_its_line() -> None:
    """A deficit of a tenth of revenue, 2.4 a year, is 2.4 and 4.8 and 7.2 of debt; a line of 2 forbids it.

    Proves: without a line the surplus rule says how far the account is overdrawn.
    Breaks if: the account is not carried.
    """
    rules = Budget(growth=0.0, surplus=-0.1, direct_tax_pace=0.05)
    o = calm(budget=rules)
    table = o.table("budget")
    held = table[table["part"] == "account"].set_index("year")["amount"]
    deficit = 26.5 / 1.1 - 26.5
    assert held.to_dict() == pytest.approx({2021 + t: deficit * t for t in range(4)}, rel=1e-6, abs=1e-9)
    with pytest.raises(PlanInfeasible, match="the state's budget"):
        calm(budget=replace(rules, credit_line=2.0), years=1)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"shares": {"defense": 0.1}}, "nearest: 'defence'"),
        ({"shares": {"defence": 0.6, "health": 0.5}}, "1.1 at least"),
        ({"shares": {"health": 0.5}}, "function with spending"),
        ({"shares": {"administration": 0.5, "defence": 0.1, "economy": 0.1}}, "0.7 at most"),
        ({"base_balance": -0.5, "state_investment": 0.0, "defence": 2.0}, "outside 0 to 1"),
    ],
)
def test_wrong_budgets_are_refused(wrong: dict[str, object], told: str) -> None:
    """Proves: functions that are not there and shares that are no whole are refused with what to do."""
    with pytest.raises(GroundplanError, match=told):
        calm(budget=Budget(**wrong))  # type: ignore[arg-type]


def test_taxes_beyond_need_are_told() -> None:
    """Proves: where taxes in prices exceed what is spent, direct taxes would be negative and that is refused."""
    e = small()
    taxes = e.final_taxes.copy()
    taxes.loc["rural"] = 30.0
    with pytest.raises(GroundplanError, match="would need direct taxes of"):
        calm(e.replacing(final_taxes=taxes), budget=Budget())


def test_a_fixed_path_fixes_every_function() -> None:
    """Proves: ``government_path = fixed`` holds each function at its base-year level.

    Breaks if: only the sum is held.
    """
    o = calm(budget=Budget(), government_path="fixed")
    assert o["level"].sel(activity="serve:defence").values == pytest.approx([3.8, 3.8, 3.8])


def test_products_have_functions() -> None:
    """Proves: shipped lists of products are known by their broad sector, research and medicines by themselves."""
    of = {"ifpri:educ": "education", "ifpri:heal": "health", "ifpri:padm": "administration", "M72": "science",
          "H49": "economy", "C21": "health", "ibge:8591": "education", "ibge:8400": "administration"}  # fmt: skip
    assert {i: function_of(class_of(i)) for i in of} == of
    assert function_of(None) == "administration"


def test_the_rule_of_the_issue_on_kenya() -> None:
    """+3.4 %, surplus 0.2 %, 15.9 % for defence within ten years: a plan, a table that balances, a report that says so.

    Proves: the rules hold together on a real country, and the report tells them and what was assumed.
    Breaks if: a section loses its table.
    """
    rules = Budget(growth=0.034, surplus=0.002, shares={"defence": 0.159}, shares_years=10)
    o = plan(shipped("KEN 2019"), years=3, budget=rules)
    spent = o.indicator("budget expenditure")
    assert (spent / spent.shift()).dropna().tolist() == pytest.approx([1.034] * 3, rel=1e-6)
    assert o.indicator("budget surplus share").iloc[1:].tolist() == pytest.approx([0.002] * 3, rel=1e-4)
    share = o.indicator("budget share: defence")
    assert share.iloc[-1] == pytest.approx(share.iloc[0] + 0.3 * (0.159 - share.iloc[0]), rel=1e-6)
    page = report(o)
    for words in (
        "The budget of the state",
        "Defence gets 15.9 % of expenditure, reached in 10 years",
        "foreign-exchange",
    ):
        assert words in page
    assert len(plan_budget.shares(o)) == 4
    account = plan_budget.foreign_account(o)
    names = account.columns.get_level_values(0)
    assert {"exports", "imports", "transfers and lending", "balance"} <= set(names)


def test_interest_on_foreign_exchange() -> None:
    """10 in hand earn a tenth: 1 in the first year; what is overdrawn costs as much.

    Exports earn 93 and imports cost 70 in the base year, so the gap is −23 of lending.
    Proves: the table's balance carries the account, interest among the receipts.
    Breaks if: interest is on the end of the year, or is left out of the table.
    """
    for reserves, line in ((10.0, 0.0), (0.0, 5.0)):
        o = calm(foreign_reserves=reserves, credit_line=line, foreign_interest=0.1)
        table = o.table("foreign_account")
        held = table[table["part"] == "account"].set_index("year")["amount"]
        left = table[table["part"] == "balance"].set_index("year")["amount"]
        interest = table[table["line"] == "interest"].set_index("year")["amount"]
        assert held[2021] == pytest.approx(reserves)
        assert interest.to_dict() == pytest.approx((0.1 * held.iloc[:-1]).to_dict(), abs=1e-9)
        assert held.diff().dropna().tolist() == pytest.approx(left.loc[2021:].tolist(), abs=1e-6)
        lent = table[table["line"] == "transfers and lending"].set_index("year")["amount"]
        assert lent[2020] == pytest.approx(-23.0)
