"""The state's budget as rows: what it takes in, what it spends by function, and its account.

    make:j, live:g, assemble, sell:i   give ``budget`` the taxes in their prices, besides what else they do
    collect:direct taxes               gives direct taxes less transfers, a share of value added
    serve:<function>                   takes its part of the government's basket and budget, gives the government's
                                       standard
    pay:investment                     takes budget: the state's part of investment, whose products ``assemble`` takes

        budget[t+1] = budget[t] + revenue[t] − expenditure[t]

Prices are those of the base year, so growth is real growth. Taxes move no behaviour: the plan decides what is made
and consumed, and the budget says what of it passes through the state.
Source: SNA 2008, chapter 22 (general government; chapter not checked).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    CommodityRow,
    IndicatorRow,
    RatioRow,
    Tables,
    gives,
    takes,
)
from groundplan.planning.feature import Feature
from groundplan.planning.features.budget.account_tables import budget_table, foreign_table
from groundplan.planning.features.budget.budget_accounts import BUDGET, SOURCES, Budget, BudgetAccounts
from groundplan.planning.features.budget.budget_rules import rules
from groundplan.planning.features.budget.owed import owed_table
from groundplan.planning.features.people.households import groups, spending
from groundplan.planning.features.production.production import CapitalGoods, use_rows
from groundplan.planning.features.trade.trade import export_receipts

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

COLLECT, PAY = "collect:direct taxes", "pay:investment"


def budget(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """Revenue, functions, account, rules and indicators of the state; nothing without ``policy.budget``.

    Units: money of the base year at purchasers' prices / year.
    Raises ``UnknownName`` for shares of functions that nothing is spent on, ``StudyError`` for a country without a
    government that spends and for shares that leave something over, all at once.
    """
    if policy.budget is None:
        return Tables()
    a = BudgetAccounts(e, policy.budget)
    raise_all(_faults(a, policy.budget))
    revenue = revenue_per_level(a)
    parts = [_account(a, h, revenue)]
    parts += [_service(a, policy, h, f, state) for f, state in a.services]
    if h.base_year:
        given = ((COLLECT, a.direct), (PAY, a.investment))
        parts.append(Tables(bounds=[BoundRow(act, lower=base, upper=base) for act, base in given]))
    return Tables.joined([*parts, rules(a, h, revenue, members(a)), _indicators(a, revenue)])


def _account(a: BudgetAccounts, h: Horizon, revenue: Mapping[str, float]) -> Tables:
    """The state's account: what every activity pays into it, direct taxes, and investment that it pays."""
    money, least = a.economy.money, -np.inf if h.base_year else -_credit(a.budget)
    return Tables(
        commodities=[CommodityRow(BUDGET, "account", money, least=least, label="the state's budget")],
        activities=[
            ActivityRow(COLLECT, money, "direct taxes less transfers", "revenue", base=a.direct),
            ActivityRow(PAY, money, "investment paid by the state", "budget", base=a.investment),
        ],
        flows=[takes(PAY, BUDGET), *(gives(act, BUDGET, paid) for act, paid in revenue.items())],
    )


def _faults(a: BudgetAccounts, b: Budget) -> list[GroundplanError]:
    if not a.states:
        return [StudyError("no government spends in these accounts", where=b.line, fix="leave out [budget]")]
    there = a.by_function
    faults: list[GroundplanError] = [
        UnknownName("function with spending", f, there, where=b.line) for f in b.shares if f not in there
    ]
    most = sum(s + b.shares_band for s in b.shares.values())
    if set(b.shares) >= set(there) and most < 1.0 - 1e-9:
        what = f"the shares of all functions come to {most:.4g} at most, less than the whole"
        faults.append(StudyError(what, where=b.line, fix="leave out one of them, or widen shares_band"))
    return faults


def _credit(b: Budget) -> float:
    """How far the account may be overdrawn, money."""
    if b.credit_line is not None:
        return b.credit_line
    return 0.0 if b.surplus is None else np.inf


def serve(a: BudgetAccounts, f: str, state: str) -> str:
    """The activity of a function: ``serve:health``, and ``serve:health@state`` where several governments spend."""
    return f"serve:{f}" if len(a.states) == 1 else f"serve:{f}@{state}"


def members(a: BudgetAccounts) -> dict[str, list[str]]:
    """Function → the activities whose levels are its expenditure."""
    acts_of: dict[str, list[str]] = {f: [] for f in a.by_function}
    for f, state in a.services:
        acts_of[f].append(serve(a, f, state))
    if a.investment > 0:
        acts_of["economy"].append(PAY)
    return acts_of


def revenue_per_level(a: BudgetAccounts) -> dict[str, float]:
    """Activity → what one unit of its level brings the state, 1; activities that bring nothing are left out."""
    e = a.economy
    goods, names = CapitalGoods(e).total, list(e.finals("investment"))
    sold = {"sell": e.exports.to_series(), "reexport": e.reexports.to_series()}
    paid = {f"make:{j}": float(t) for j, t in a.per_output.items()}
    paid |= {f"live:{g}": float(e.final_taxes.sel(use=g)) / spending(e, g) for g in groups(e) if g not in a.states}
    paid |= {serve(a, f, g): float(e.final_taxes.sel(use=g)) / spending(e, g) for f, g in a.services}
    paid["assemble"] = float(e.final_taxes.sel(use=names).sum()) / goods if goods else 0.0
    for verb, exports in sold.items():
        tax = export_receipts(e) - 1.0
        paid |= {f"{verb}:{i}": float(np.sign(v)) * tax for i, v in exports.items()}
    paid[COLLECT] = 1.0
    return {act: t for act, t in paid.items() if t != 0.0}


def _service(a: BudgetAccounts, policy: Policy, h: Horizon, f: str, state: str) -> Tables:
    """serve:f takes its part of the basket and as much budget, and gives the government's standard."""
    act, base, money = serve(a, f, state), a.services[f, state], a.economy.money
    label = f"{f}, services of {a.economy.label(state)}"
    home, imported = (a.shares[f] * a.bought(part, [state]) for part in ("domestic_final", "imported_final"))
    fixed = h.base_year or policy.government_path == "fixed"
    path = {year: base * h.heads(year) for year in h.years} if fixed else {}
    return Tables(
        activities=[ActivityRow(act, money, label, "consumption", base=base)],
        flows=[*use_rows(act, home, imported, base), takes(act, BUDGET), gives(act, f"standard:{state}")],
        bounds=[BoundRow(act, year, amount, amount) for year, amount in path.items()],
    )


def _indicators(a: BudgetAccounts, revenue: Mapping[str, float]) -> Tables:
    """Revenue by source, expenditure by function, surplus and their shares; what ``live:g`` says of the government."""
    money = f"{a.economy.money} / year"
    rows: list[IndicatorRow] = []

    def add(name: str, on: str, coefficient: float = 1.0, unit: str = money, profile: str = "") -> None:
        rows.append(IndicatorRow(name, on, coefficient=coefficient, profile=profile, unit=unit))

    for act, paid in revenue.items():
        for name in ("budget revenue", f"budget revenue: {SOURCES[act.partition(':')[0]]}", "budget surplus"):
            add(name, act, paid)
    for f, acts in members(a).items():
        for act in acts:
            add("budget expenditure", act)
            add(f"budget: {f}", act)
            add("budget surplus", act, -1.0)
    for f, g in a.services:
        add("collective consumption", serve(a, f, g))
        add(f"consumption: {g}", serve(a, f, g))
    rows.append(IndicatorRow("the state's account", BUDGET, "stock", unit=f"{a.economy.money}, start of the year"))
    ratios = [RatioRow(f"budget share: {f}", f"budget: {f}", "budget expenditure") for f in members(a)]
    ratios.append(RatioRow("budget surplus share", "budget surplus", "budget revenue"))
    return Tables(indicators=rows, ratios=ratios)


FEATURE = Feature(parts=(budget,), findings=(budget_table, foreign_table, owed_table))
