"""The rows of the state's budget on an economy of three products whose taxes and governments can be read."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from economies import small, table

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError
from groundplan.planning.activity_rows import BoundRow, Tables
from groundplan.planning.features.budget.budget import budget, members, revenue_per_level
from groundplan.planning.features.budget.budget_accounts import FUNCTIONS, Budget, BudgetAccounts

CODES = ["educ", "padm", "heal"]
STATED = {"defence": 0.25, "science": 0.1, "state_investment": 0.2, "base_balance": 0.05}
# What a town and a state spend on services, taxes in: 18 and 92.4.
SERVICES = {
    ("administration", "town"): 2.7, ("administration", "state"): 24.75, ("defence", "town"): 0.9,
    ("defence", "state"): 8.25, ("education", "town"): 5.4, ("education", "state"): 41.58, ("health", "town"): 8.4,
    ("health", "state"): 13.2, ("science", "town"): 0.6, ("science", "state"): 4.62,
}  # fmt: skip


@cache
def three(codes: tuple[str, ...] = tuple(CODES)) -> Economy:
    """Money per year; outputs 70, 81 and 75, value added 160.9.

             educ padm heal | rural town state capital stocks | exports
    educ        1    2    3 |    10    5    40       0      0 |       9
    padm        4    5    6 |     3    2    30      20      0 |      11
    heal        7    8    9 |     6    4     8      12      1 |      20
    imported, educ          |     1    0     2       0      0 | 2 re-exported
    imported, padm          |     0    1     0       5      0
    imported, heal          |     2    3     4       3      0
    taxes on inputs 3.5, 8.1, 0, on production 1.4, 0, −3; final taxes 4.4, 3, 8.4, 2, 100 and 2.1 on exports
    """
    names = list(codes)
    drawn = table(
        np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]),
        np.array([[0.5, 1.0, 1.5], [0.0, 2.0, 0.0], [1.0, 0.0, 2.5]]),
        np.array([[10.0, 5.0, 40.0, 0.0, 0.0], [3.0, 2.0, 30.0, 20.0, 0.0], [6.0, 4.0, 8.0, 12.0, 1.0]]),
        np.array([[1.0, 0.0, 2.0, 0.0, 0.0], [0.0, 1.0, 0.0, 5.0, 0.0], [2.0, 3.0, 4.0, 3.0, 0.0]]),
        np.array([9.0, 11.0, 20.0]),
        reexports=np.array([2.0, 0.0, 0.0]),
        codes=names,
    )
    charges = pd.DataFrame({"on inputs": [3.5, 8.1, 0.0], "on production": [1.4, 0.0, -3.0]}, index=names).T
    primary = pd.concat([drawn.primary, charges])
    primary.loc["surplus"] -= charges.sum()
    kinds = pd.concat([drawn.primary_kinds, pd.Series({"on inputs": "product_tax", "on production": "production_tax"})])
    town = {"urban": "town"}
    finals = drawn.final_kinds.rename(town)
    finals["town"] = "government"
    taxes = pd.Series({"rural": 4.4, "town": 3.0, "state": 8.4, "capital": 2.0, "stocks": 100.0, "exports": 2.1})
    return Economy.from_table(
        replace(
            drawn,
            primary=primary,
            primary_kinds=kinds,
            final_kinds=finals,
            domestic_final=drawn.domestic_final.rename(columns=town),
            imported_final=drawn.imported_final.rename(columns=town),
            final_taxes=taxes,
        )
    )


def changed(e: Economy, part: str, **cells: float) -> Economy:
    """The economy with some cells of a part changed, ``product__use``."""
    array = getattr(e, part).copy()
    for cell, value in cells.items():
        array.loc[tuple(cell.split("__"))] = value
    return e.replacing(**{part: array})


def accounts(e: Economy | None = None, **more: object) -> BudgetAccounts:
    return BudgetAccounts(e or three(), Budget(**{**STATED, **more}))  # type: ignore[arg-type]


def rows(path: str = "free", base_year: bool = False, e: Economy | None = None, **more: object) -> Tables:
    years = (2020,) if base_year else (2021, 2022)
    heads = {2020: 1.0, 2021: 1.5, 2022: 1.75}
    h = SimpleNamespace(base_year=base_year, years=years, since=lambda year: year - 2020, heads=heads.__getitem__)
    policy = SimpleNamespace(budget=Budget(**{**STATED, **more}), government_path=path)  # type: ignore[arg-type]
    return budget(e or three(), policy, h)  # type: ignore[arg-type]


def test_services_by_function_and_government() -> None:
    """The state buys 42, 30 and 12 and pays 8.4 of taxes, a tenth on top; the town 5, 3 and 7 and 3, a fifth.

    A quarter of administration is defence, a tenth of education science: 30 · ¾ · 1.1 = 24.75 and so on.
    Proves: taxes go with each government's own goods. Breaks if: one government's rate is used for both.
    """
    a = accounts()
    assert a.states == ["town", "state"]
    assert a.services == pytest.approx(SERVICES)
    assert list(a.services) == list(SERVICES)
    assert (a.with_taxes("town"), a.with_taxes("state")) == pytest.approx((1.2, 1.1))
    assert a.bought("domestic_final").to_dict() == {"educ": 45.0, "padm": 32.0, "heal": 12.0}
    assert a.bought("imported_final", ["state"]).to_dict() == {"educ": 2.0, "padm": 0.0, "heal": 4.0}


def test_the_whole_of_the_base_year() -> None:
    """Investment 40 + 2 of taxes, a fifth 8.4; expenditure 118.8; taxes 10 + 4.4 + 3 + 8.4 + 2 + 2.1 = 29.9.

    With 5 % left over revenue is 118.8 / 0.95, less 29.9 direct: over value added of 160.9 the rate. Per output taxes
    are 4.9 / 70, 8.1 / 81 and −3 / 75; what goes into stock pays none that counts.
    Proves: every figure of the accounts. Breaks if: a tax is left out, or the balance is a share of expenditure.
    """
    a = accounts()
    assert a.investment == pytest.approx(8.4)
    assert a.expenditure == pytest.approx(118.8)
    assert a.by_function == pytest.approx(
        {"administration": 27.45, "defence": 9.15, "education": 46.98, "health": 21.6, "science": 5.22, "economy": 8.4}
    )
    assert a.per_output.to_dict() == pytest.approx({"educ": 0.07, "padm": 0.1, "heal": -0.04})
    assert a.indirect == pytest.approx(29.9)
    assert a.direct == pytest.approx(118.8 / 0.95 - 29.9)
    assert a.rate == pytest.approx((118.8 / 0.95 - 29.9) / 160.9)
    assert accounts(direct_tax=0.125).direct == pytest.approx(0.125 * 160.9)


def test_research_of_its_own_needs_no_share() -> None:
    """Where a product is research it is science whole, and education keeps all of its own.

    Proves: the stated share is for accounts that cannot tell them apart. Breaks if: science is counted twice.
    """
    told = accounts(three(("educ", "padm", "M72"))).shares
    assert told.loc["educ"].to_dict() == dict.fromkeys(FUNCTIONS, 0.0) | {"education": 1.0}
    assert told.loc["M72", "science"] == 1.0
    assert told.loc["padm"].to_dict() == dict.fromkeys(FUNCTIONS, 0.0) | {"administration": 0.75, "defence": 0.25}


def test_a_function_that_gives_back_goes_with_the_largest() -> None:
    """Health of −1 in all, and then of nothing in all, is education's, which is the largest; of half a unit it is not.

    Proves: no function spends less than nothing, and no product is lost. Breaks if: what is small is taken for nothing.
    """
    for spent, goes in ((-1.0, "education"), (0.0, "education"), (0.5, "health")):
        e = changed(three(), "domestic_final", heal__state=8.0 - 19.0 + spent)
        share = accounts(e).shares.loc["heal"]
        assert share.to_dict() == dict.fromkeys(FUNCTIONS, 0.0) | {goes: 1.0}, spent


def test_what_a_unit_of_each_activity_pays() -> None:
    """4.4 in 26.4 of the rural basket, 3 in 18 and 8.4 in 92.4 of services, 2 in 42 of investment, 2.1 on 42 exported.

    Proves: taxes per unit of level by activity, the governments' own by function, none of nothing. Breaks if: a basket
    without its taxes is the whole, or an export of 1 is taken for none.
    """
    paid = {"make:educ": 0.07, "make:padm": 0.1, "make:heal": -0.04, "live:rural": 4.4 / 26.4}
    paid |= {f"serve:{f}@{g}": 1 / 6 if g == "town" else 1 / 11 for f, g in SERVICES}
    paid |= {"assemble": 2.0 / 42.0, "sell:educ": 0.05, "sell:padm": 0.05, "sell:heal": 0.05, "reexport:educ": 0.05}
    told = revenue_per_level(accounts())
    assert told == pytest.approx({**paid, "collect:direct taxes": 1.0})
    assert list(told) == [*paid, "collect:direct taxes"]


def test_exports_that_come_back_and_those_of_one() -> None:
    """Exports of 1, −11 and 20 and re-exports of 2 carry 2.1 on 12.

    Proves: goods that come back give their tax back. Breaks if: a sign is lost.
    """
    exports = three().exports.copy(data=np.array([1.0, -11.0, 20.0]))
    told = revenue_per_level(accounts(three().replacing(exports=exports)))
    found = {act: tax for act, tax in told.items() if act.startswith(("sell:", "reexport:"))}
    tax = 2.1 / 12.0
    assert found == pytest.approx({"sell:educ": tax, "sell:padm": -tax, "sell:heal": tax, "reexport:educ": tax})


def test_an_economy_that_invests_nothing_and_makes_nothing_of_one_product() -> None:
    """Proves: without capital goods there is no tax on them, without output none per unit, and a small output has one.

    Breaks if: something is divided by nothing.
    """
    e = three()
    for part in ("domestic_final", "imported_final"):
        e = changed(e, part, padm__capital=0.0, heal__capital=0.0)
    taxes = e.final_taxes.copy()
    taxes.loc["capital"] = 0.0
    zero = {
        "domestic_use": e.domestic_use.copy(),
        "domestic_final": e.domestic_final.copy(),
        "exports": e.exports.copy(),
    }
    for array in zero.values():
        array.loc["heal"] = 0.0
    small_one = zero["exports"].copy()
    small_one.loc["heal"] = 0.5
    told = revenue_per_level(accounts(e.replacing(final_taxes=taxes, **zero)))
    assert not {"assemble", "make:heal", "sell:heal"} & set(told)
    told = revenue_per_level(accounts(e.replacing(final_taxes=taxes, **{**zero, "exports": small_one})))
    assert told["make:heal"] == pytest.approx(-6.0)


def test_the_account_and_what_pays_into_it() -> None:
    """Proves: collecting and paying with their base-year levels; every tax is given, investment is taken.

    Breaks if: an activity pays what another brings.
    """
    t = rows()
    [account] = [c for c in t.commodities if c.commodity == "budget"]
    assert account == ("budget", "account", "TST2020m", 0.0, 0.0, 0.0, "the state's budget")
    own = {act.activity: act for act in t.activities}
    assert own["collect:direct taxes"][1:4] == ("TST2020m", "direct taxes less transfers", "revenue")
    assert own["collect:direct taxes"].base == pytest.approx(118.8 / 0.95 - 29.9)
    assert own["pay:investment"][1:4] == ("TST2020m", "investment paid by the state", "budget")
    assert own["pay:investment"].base == pytest.approx(8.4)
    paid = {f.activity: f.coefficient for f in t.flows if f.commodity == "budget" and f.role == "give"}
    assert paid == pytest.approx(revenue_per_level(accounts()))
    taken = {f.activity: f.coefficient for f in t.flows if f.commodity == "budget" and f.role == "take"}
    assert taken == {f"serve:{f}@{g}": 1.0 for f, g in SERVICES} | {"pay:investment": 1.0}


def test_how_far_the_account_may_be_overdrawn() -> None:
    """Proves: not at all, to the stated line, as far as a surplus rule leads; in the base year as far as it was.

    Breaks if: the line has the other sign, or a line of its own yields to the rule.
    """
    cases = [({}, False, 0.0), ({"credit_line": 2.0}, False, -2.0), ({"surplus": 0.0}, False, -np.inf),
             ({"surplus": 0.0, "credit_line": 3.0}, False, -3.0), ({"credit_line": 2.0}, True, -np.inf)]  # fmt: skip
    for more, base_year, least in cases:
        [account] = [c for c in rows(base_year=base_year, **more).commodities if c.commodity == "budget"]
        assert account.least == least, more


def test_a_service_takes_its_part_of_the_basket() -> None:
    """Health of the town: 4 at home and 3 from abroad in 8.4; education of the state 36 and 1.8 in 41.58.

    Proves: products per unit spent, taxes being the rest, and a unit of the government's standard. Breaks if: another
    government's basket is taken.
    """
    t = rows()
    told = {(f.activity, f.commodity, f.role): f.coefficient for f in t.flows if f.role != "occupy"}
    own = {key[1:]: v for key, v in told.items() if key[0] == "serve:health@town" and key[1] != "budget"}
    assert own == pytest.approx(
        {("home:heal", "take"): 4 / 8.4, ("import:heal", "take"): 3 / 8.4, ("standard:town", "give"): 1.0}
    )
    own = {key[1:]: v for key, v in told.items() if key[0] == "serve:education@state" and key[1] != "budget"}
    assert own == pytest.approx(
        {("home:educ", "take"): 36 / 41.58, ("import:educ", "take"): 1.8 / 41.58, ("standard:state", "give"): 1.0}
    )
    levels = {act.activity: act.base for act in t.activities if act.activity.startswith("serve:")}
    assert levels == pytest.approx({f"serve:{f}@{g}": spent for (f, g), spent in SERVICES.items()})
    [one] = [act for act in t.activities if act.activity == "serve:science@town"]
    assert one[1:4] == ("TST2020m", "science, services of town", "consumption")


def test_paths_of_the_government() -> None:
    """Heads are 1.5 and 1.75 times those of the base year.

    Proves: a fixed path follows them, a free one has no bounds, and the base year is given whole, taxes and investment
    too. Breaks if: fixed is taken for free.
    """
    assert rows().bounds == []
    fixed = {(b.activity, b.year): (b.lower, b.upper) for b in rows("fixed").bounds}
    assert len(fixed) == 20
    assert fixed["serve:health@state", 2021] == pytest.approx((19.8, 19.8))
    assert fixed["serve:health@state", 2022] == pytest.approx((23.1, 23.1))
    given = [b for b in rows(base_year=True).bounds if b.year == 0]
    direct = accounts().direct
    assert given == [
        BoundRow("collect:direct taxes", 0, direct, direct),
        BoundRow("pay:investment", 0, accounts().investment, accounts().investment),
    ]
    served = {b.activity: (b.year, b.lower, b.upper) for b in rows(base_year=True).bounds if b.year}
    assert served["serve:health@state"] == pytest.approx((2020, 13.2, 13.2))


def test_indicators() -> None:
    """Proves: each source in revenue and surplus, each function in expenditure and, below zero, in the surplus.

    Services are collective consumption, and of a government's standard 1 / 18 and 1 / 92.4 a unit. Breaks if: a
    coefficient of one is another's, or the standard is not per head.
    """
    t = rows()
    told = {(i.indicator, i.on): i for i in t.indicators}
    unit = "TST2020m / year"
    for name in ("budget revenue", "budget revenue: taxes on consumption", "budget surplus"):
        assert told[name, "live:rural"][2:] == ("level", pytest.approx(4.4 / 26.4), "", unit)
    assert told["budget revenue: taxes on exports", "reexport:educ"].coefficient == pytest.approx(0.05)
    spent = [f"serve:{f}@{g}" for f, g in SERVICES] + ["pay:investment"]
    assert [on for name, on in told if name == "budget expenditure"] == spent
    assert {told["budget expenditure", on].coefficient for on in spent} == {1.0}
    assert [i.coefficient for i in t.indicators if i[:2] == ("budget surplus", "serve:health@town")] == [
        pytest.approx(1 / 6),
        -1.0,
    ]
    assert told["budget: economy", "pay:investment"][2:] == ("level", 1.0, "", unit)
    assert told["budget surplus", "pay:investment"][2:] == ("level", -1.0, "", unit)
    for g in ("town", "state"):
        on = f"serve:defence@{g}"
        assert told["collective consumption", on][2:] == ("level", 1.0, "", unit)
        assert told[f"consumption: {g}", on][2:] == ("level", 1.0, "", unit)
    assert told["the state's account", "budget"][2:] == ("stock", 1.0, "", "TST2020m, start of the year")
    shares = [(f"budget share: {f}", f"budget: {f}", "budget expenditure", "1") for f in FUNCTIONS]
    assert t.ratios == [*shares, ("budget surplus share", "budget surplus", "budget revenue", "1")]


def test_members_of_functions() -> None:
    """Proves: investment is the economy's where the state pays any, however little; one government needs no name.

    Breaks if: a function without spending is made up.
    """
    assert members(accounts())["economy"] == ["pay:investment"]
    assert members(accounts(state_investment=0.01))["economy"] == ["pay:investment"]
    assert "economy" not in members(accounts(state_investment=0.0))
    assert members(BudgetAccounts(small(), Budget())) == {
        "administration": ["serve:administration"],
        "defence": ["serve:defence"],
        "economy": ["pay:investment"],
    }


def test_taxes_that_just_suffice() -> None:
    """Taxes in prices of 26.5 and expenditure of 26.5 leave direct taxes of nothing, which is no fault.

    Proves: only what is below nothing is refused. Breaks if: a rate of 0 is.
    """
    taxes = small().final_taxes.copy()
    taxes.loc["rural"] = 26.5
    assert BudgetAccounts(small().replacing(final_taxes=taxes), Budget()).rate == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(
    ("shares", "band", "told"),
    [
        ({"defence": 0.5, "health": 0.5}, 0.0, ""),
        ({"defence": 0.6, "health": 0.5}, 0.05, ""),
        ({"defence": 0.6, "health": 0.5}, 0.04, "come to 1.02 at least"),
        ({"defence": 0.8, "health": 0.5, "education": 0.0, "science": 0.0}, 0.1, "come to 1.1 at least"),
    ],
)
def test_shares_are_a_whole_at_most(shares: dict[str, float], band: float, told: str) -> None:
    """Proves: the least that shares can be, none below nothing, may be the whole and no more.

    Breaks if: the band is added, or a share of nothing makes room for another.
    """
    faults = Budget(shares=shares, shares_band=band).more_faults()
    assert [told in str(fault) for fault in faults] == [True] * bool(told)


@pytest.mark.parametrize(
    ("shares", "band", "told"),
    [
        ({"administration": 0.5, "defence": 0.25, "economy": 0.25}, 0.0, ""),
        ({"administration": 0.5, "defence": 0.2, "economy": 0.2}, 0.0, "come to 0.9 at most"),
        ({"administration": 0.5, "defence": 0.2, "economy": 0.2}, 0.02, "come to 0.96 at most"),
        ({"administration": 0.5, "defence": 0.2, "economy": 0.2}, 0.05, ""),
        ({"administration": 0.5, "defence": 0.2}, 0.0, ""),
    ],
)
def test_shares_of_all_functions_make_the_whole(shares: dict[str, float], band: float, told: str) -> None:
    """Proves: shares of every function that spends, with their bands, must reach the whole; of some they need not.

    Breaks if: the whole itself is refused.
    """
    if not told:
        assert rows(e=small(), shares=shares, shares_band=band).ratios
        return
    with pytest.raises(GroundplanError, match=told):
        rows(e=small(), shares=shares, shares_band=band)


def test_an_economy_without_a_government() -> None:
    """Proves: no government, no budget, in words. Breaks if: shares of nothing are told instead."""
    e = small()
    for part in ("domestic_final", "imported_final"):
        e = changed(e, part, farm__state=0.0, works__state=0.0)
    with pytest.raises(GroundplanError, match="no government spends"):
        rows(e=e)
