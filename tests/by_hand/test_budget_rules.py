"""The rules of a budget, coefficient by coefficient, on accounts of round figures."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from groundplan.planning.activity_rows import Tables
from groundplan.planning.features.budget.budget_accounts import Budget
from groundplan.planning.features.budget.budget_rules import rules

YEARS = (2021, 2022, 2023)
PLAN = SimpleNamespace(years=YEARS, base_year=False, since=lambda year: year - 2020)
MEMBERS = {
    "health": ["serve:health@A"],
    "education": ["serve:education@A", "serve:education@B"],
    "economy": ["serve:economy@A", "pay:investment"],
    "defence": ["serve:defence@A"],
}
EVERY = [act for acts in MEMBERS.values() for act in acts]
REVENUE = {"make:x": 0.2, "serve:health@A": 0.05}
DIRECT = {"direct taxes, most share of value added", "direct taxes, least share of value added"}
Terms = list[tuple[str, float, int, str]]


def accounts(investment: float = 10.0, rate: float = 0.3, **stated: object) -> SimpleNamespace:
    """Expenditure of 50: health 12, education 8 and 4, services for the economy 6 and investment 10, defence 10."""
    made, added = pd.Series({"x": 200.0, "none": 0.0, "y": 0.5}), pd.Series({"x": 80.0, "none": 0.0, "y": 0.1})
    services = {("health", "A"): 12.0, ("education", "A"): 8.0, ("education", "B"): 4.0, ("economy", "A"): 6.0,
                ("defence", "A"): 10.0}  # fmt: skip
    return SimpleNamespace(
        budget=Budget(**stated),  # type: ignore[arg-type]
        economy=SimpleNamespace(
            money="M",
            output=SimpleNamespace(to_series=lambda: made),
            value_added=SimpleNamespace(to_series=lambda: added),
        ),
        services=services,
        by_function={"health": 12.0, "education": 12.0, "economy": 16.0, "defence": 10.0},
        expenditure=50.0,
        investment=investment,
        rate=rate,
    )


def written(a: SimpleNamespace, members: dict[str, list[str]] = MEMBERS) -> Tables:
    return rules(a, PLAN, REVENUE, members)  # type: ignore[arg-type]


def terms(t: Tables, label: str) -> Terms:
    """What occupies a rule's room, in its order: activity, coefficient, years later, profile."""
    rows = [f for f in t.flows if f.commodity == f"rule: {label}"]
    assert {f.role for f in rows} == {"occupy"}
    return [(f.activity, pytest.approx(f.coefficient, abs=1e-12), f.lag, f.profile) for f in rows]


def path(t: Tables, profile: str) -> list[float]:
    assert [p.year for p in t.profiles if p.profile == profile] == list(YEARS)
    return [p.factor for p in t.profiles if p.profile == profile]


def names(t: Tables) -> set[str]:
    return {c.commodity.removeprefix("rule: ") for c in t.commodities}


def test_growth_of_expenditure() -> None:
    """4 % and a band of 1 on 50: E ≤ 1.05 · E of the year before, 52.5 the first year; E ≥ 1.03 of it, 51.5.

    Proves: the first year is measured by the accounts and the others by the year before; the room is lost in a year.
    Breaks if: a bound has the other's band or sign, or the accounts count in a later year.
    """
    t = written(accounts(growth=0.04, growth_band=0.01))
    most, least = (
        "expenditure of the budget grows by at most 4 % + 1",
        "expenditure of the budget grows by at least 4 % − 1",
    )
    assert terms(t, most) == [(act, 1.0, 0, "") for act in EVERY] + [(act, -1.05, 1, "") for act in EVERY]
    assert terms(t, least) == [(act, -1.0, 0, "") for act in EVERY] + [(act, 1.03, 1, "") for act in EVERY]
    rows = {c.commodity.removeprefix("rule: "): c for c in t.commodities}
    assert (rows[most].initial, rows[most].least) == pytest.approx((52.5, 0.0))
    assert (rows[least].initial, rows[least].least) == pytest.approx((-51.5, -51.5))
    for words in (most, least):
        assert rows[words][1:4] == ("capacity", "M", 1.0)
        assert rows[words].label == f"room in the rule '{words}'"


def test_surplus_of_revenue() -> None:
    """A tenth and a band of 2 points: 0.88·R ≤ E and E ≤ 0.92·R, and a service that is taxed pays part of itself.

    0.88 · 0.05 − 1 = −0.956 and 1 − 0.92 · 0.05 = 0.954.
    Proves: revenue and expenditure of one activity are added up. Breaks if: the band goes the wrong way.
    """
    t = written(accounts(surplus=0.1, surplus_band=0.02))
    rest = [act for act in EVERY if act != "serve:health@A"]
    above = [("make:x", 0.176, 0, ""), ("serve:health@A", -0.956, 0, ""), *((act, -1.0, 0, "") for act in rest)]
    below = [("serve:health@A", 0.954, 0, ""), *((act, 1.0, 0, "") for act in rest), ("make:x", -0.184, 0, "")]
    assert terms(t, "surplus of the budget at most 10 % of revenue + 2") == above
    assert terms(t, "surplus of the budget at least 10 % of revenue − 2") == below
    assert {(c.initial, c.least) for c in t.commodities} == {(0.0, 0.0)}


def test_shares_move_in_equal_steps() -> None:
    """Health goes from 12 / 50 = 24 % to 30 % in two years: 27 %, 30 %, and 30 % from then on; 5 points either way.

    Proves: the path, its band and its sides. Breaks if: the steps begin late or go on beyond the goal.
    """
    t = written(accounts(shares={"health": 0.3}, shares_years=2, shares_band=0.05))
    most = [("serve:health@A", 1.0, 0, ""), *((act, -1.0, 0, "share of health, most") for act in EVERY)]
    least = [("serve:health@A", -1.0, 0, ""), *((act, 1.0, 0, "share of health, least") for act in EVERY)]
    assert terms(t, "health at most 30 % of the budget + 5") == most
    assert terms(t, "health at least 30 % of the budget − 5") == least
    assert path(t, "share of health, most") == pytest.approx([0.32, 0.35, 0.35])
    assert path(t, "share of health, least") == pytest.approx([0.22, 0.25, 0.25])


def test_a_rule_without_a_band_says_so() -> None:
    """Proves: no band, no words of one; every share is a rule of its own. Breaks if: "+ 0" is printed."""
    assert names(written(accounts(growth=0.04))) > {
        "expenditure of the budget grows by at most 4 %",
        "expenditure of the budget grows by at least 4 %",
    }


def test_the_rest_keep_their_proportion() -> None:
    """Education 12, services for the economy 6 and defence 10, of 28: investment and health are not among them.

    Proves: each takes its own service less its part of all three. Breaks if: investment or what has a share counts.
    """
    t = written(accounts(shares={"health": 0.3}))
    whole = ["serve:education@A", "serve:education@B", "serve:economy@A", "serve:defence@A"]
    for f, spent in (("education", 12.0), ("economy", 6.0), ("defence", 10.0)):
        own = [act for act in MEMBERS[f] if act.startswith("serve:")]
        expected = {act: (1.0 if act in own else 0.0) - spent / 28.0 for act in whole}
        found = terms(t, f"{f} in proportion to other functions")
        assert {act: amount for act, amount, _, _ in found} == expected
        assert all((lag, profile) == (0, "") for _, _, lag, profile in found)
    assert "health in proportion to other functions" not in names(t)


def test_one_function_that_is_left_needs_no_proportion() -> None:
    """Proves: with shares for all but one the one is what is left; a function that only invests has no services.

    Small services count as large ones do. Breaks if: a rule of nothing, or a rule of one with itself, is written.
    """
    shares = {"health": 0.3, "education": 0.2, "economy": 0.2}
    assert not any("in proportion" in name for name in names(written(accounts(shares=shares))))
    a = accounts()
    a.services = {("health", "A"): 0.75, ("education", "A"): 0.25}
    members = {"health": ["serve:health@A"], "education": ["serve:education@A"], "economy": ["pay:investment"]}
    t = written(a, members)
    assert {name for name in names(t) if "in proportion" in name} == {
        "health in proportion to other functions",
        "education in proportion to other functions",
    }
    found = terms(t, "health in proportion to other functions")
    assert found == [("serve:health@A", 0.25, 0, ""), ("serve:education@A", -0.75, 0, "")]


@pytest.mark.parametrize("investment", [10.0, 0.5])
def test_investment_that_the_state_pays(investment: float) -> None:
    """Of all investment the state pays 20 %, neither more nor less; services for the economy are no investment.

    Proves: two rules, one the other's mirror. Breaks if: the share is of something else, or small sums are passed over.
    """
    t = written(accounts(investment, state_investment=0.2))
    assert terms(t, "investment paid by the state, at most 20 % of it") == [
        ("pay:investment", 1.0, 0, ""),
        ("assemble", -0.2, 0, ""),
    ]
    assert terms(t, "investment paid by the state, at least 20 % of it") == [
        ("pay:investment", -1.0, 0, ""),
        ("assemble", 0.2, 0, ""),
    ]


def test_investment_that_a_share_frees() -> None:
    """Proves: with a share of the economy stated only the whole of investment bounds what the state pays of it.

    Without any investment by the state there is no such rule. Breaks if: the base year's part is asked for as well.
    """
    t = written(accounts(shares={"economy": 0.3}))
    assert terms(t, "investment paid by the state, all of it at most") == [
        ("pay:investment", 1.0, 0, ""),
        ("assemble", -1.0, 0, ""),
    ]
    assert not any("at least 25 % of it" in name for name in names(t))
    assert not any("investment" in name for name in names(written(accounts(0.0))))


def test_direct_taxes_part_year_by_year() -> None:
    """From 30 % of value added by 2 points a year, value added 80 / 200 and 0.1 / 0.5 of output; never below nothing.

    Proves: the two paths and what they are shares of. Breaks if: the pace counts once, or a sector without output
    divides by it.
    """
    t = written(accounts(direct_tax_pace=0.02))
    most, least = (f"direct taxes, {side}" for side in ("most", "least"))
    assert terms(t, f"{most} share of value added") == [
        ("collect:direct taxes", 1.0, 0, ""),
        ("make:x", -0.4, 0, most),
        ("make:y", -0.2, 0, most),
    ]
    assert terms(t, f"{least} share of value added") == [
        ("collect:direct taxes", -1.0, 0, ""),
        ("make:x", 0.4, 0, least),
        ("make:y", 0.2, 0, least),
    ]
    assert path(t, most) == pytest.approx([0.32, 0.34, 0.36])
    assert path(t, least) == pytest.approx([0.28, 0.26, 0.24])
    low = written(accounts(rate=0.03, direct_tax_pace=0.02))
    assert path(low, least) == pytest.approx([0.01, 0.0, 0.0])
    assert path(low, most) == pytest.approx([0.05, 0.07, 0.09])


def test_no_rule_is_asked_for() -> None:
    """Proves: without growth, surplus and shares only proportion, investment and taxes are ruled, and no base year is.

    Breaks if: a rule that is left out is taken for a rule of 0.
    """
    told = names(written(accounts()))
    assert {name for name in told if "proportion" not in name and "investment" not in name} == DIRECT
    base = SimpleNamespace(years=(2020,), base_year=True, since=lambda year: 0)
    assert rules(accounts(growth=0.1), base, REVENUE, MEMBERS) == Tables()  # type: ignore[arg-type]
