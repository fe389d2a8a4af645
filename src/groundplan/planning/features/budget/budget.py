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

from typing import TYPE_CHECKING

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.features.budget.budget_accounts import Accounts
from groundplan.planning.features.budget.budget_record import Budget
from groundplan.planning.features.budget.budget_rules import rules
from groundplan.planning.features.people.households import groups, spending
from groundplan.planning.features.production.production import CapitalGoods, use_rows
from groundplan.planning.features.trade.trade import export_receipts

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

Record = dict[str, object]
BUDGET = "budget"
COLLECT, PAY = "collect:direct taxes", "pay:investment"
SOURCES = {
    "make": "taxes on inputs and production",
    "live": "taxes on consumption",
    "serve": "taxes on consumption",
    "assemble": "taxes on capital goods",
    "sell": "taxes on exports",
    "reexport": "taxes on exports",
    "collect": "direct taxes less transfers",
}


def budget(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """Revenue, functions, account, rules and indicators of the state; nothing without ``policy.budget``.

    Units: money of the base year at purchasers' prices / year.
    Raises ``UnknownName`` for shares of functions that nothing is spent on, ``StudyError`` for a country without a
    government that spends and for shares that leave something over, all at once.
    """
    if policy.budget is None:
        return {}
    b = policy.budget
    a = Accounts(e, b)
    raise_all(_faults(a, b))
    revenue = revenue_per_level(a)
    out: dict[str, list[Record]] = {
        "commodities": [
            {"commodity": BUDGET, "kind": "account", "unit": e.money, "label": "the state's budget",
             "least": -np.inf if h.base_year else -_credit(b)}
        ],
        "activities": [
            {"activity": COLLECT, "unit": e.money, "label": "direct taxes less transfers", "group": "revenue",
             "base": a.direct},
            {"activity": PAY, "unit": e.money, "label": "investment paid by the state", "group": "budget",
             "base": a.investment},
        ],
        "flows": [{"activity": PAY, "commodity": BUDGET, "coefficient": 1.0}],
        "bounds": [],
    }  # fmt: skip
    out["flows"] += [
        {"activity": act, "commodity": BUDGET, "role": "give", "coefficient": paid} for act, paid in revenue.items()
    ]
    for f, state in a.services:
        _service(out, a, policy, h, f, state)
    if h.base_year:
        out["bounds"] += [
            {"activity": act, "lower": base, "upper": base} for act, base in ((COLLECT, a.direct), (PAY, a.investment))
        ]
    parts = (rules(a, h, revenue, members(a)), _indicators(a, revenue))
    for table, records in (pair for part in parts for pair in part.items()):
        out.setdefault(table, []).extend(records)
    return out


def _faults(a: Accounts, b: Budget) -> list[GroundplanError]:
    if not a.states:
        return [StudyError("no government spends in these accounts", where=b.line, fix="leave out [budget]")]
    there = a.by_function
    faults: list[GroundplanError] = [
        UnknownName("function with spending", f, there, where=b.line) for f in b.shares if f not in there
    ]
    most = sum(min(s + b.shares_band, 1.0) for s in b.shares.values())
    if set(b.shares) >= set(there) and most < 1.0 - 1e-9:
        told = f"the shares of all functions come to {most:.4g} at most, less than the whole"
        faults.append(StudyError(told, where=b.line, fix="leave out one of them, or widen shares_band"))
    return faults


def _credit(b: Budget) -> float:
    """How far the account may be overdrawn, money."""
    if b.credit_line is not None:
        return b.credit_line
    return 0.0 if b.surplus is None else np.inf


def serve(a: Accounts, f: str, state: str) -> str:
    """The activity of a function: ``serve:health``, and ``serve:health@state`` where several governments spend."""
    return f"serve:{f}" if len(a.states) == 1 else f"serve:{f}@{state}"


def members(a: Accounts) -> dict[str, list[str]]:
    """Function → the activities whose levels are its expenditure."""
    found: dict[str, list[str]] = {f: [] for f in a.by_function}
    for f, state in a.services:
        found[f].append(serve(a, f, state))
    if a.investment > 0:
        found["economy"].append(PAY)
    return found


def revenue_per_level(a: Accounts) -> dict[str, float]:
    """Activity → what one unit of its level brings the state, 1; activities that bring nothing are left out."""
    e = a.economy
    x = e.output.to_series()
    goods, names = CapitalGoods(e).total, list(e.finals("investment"))
    sold = {"sell": e.exports.to_series(), "reexport": e.reexports.to_series()}
    paid = {f"make:{j}": float(t) for j, t in a.per_output[x > 0].items()}
    paid |= {f"live:{g}": float(e.final_taxes.sel(use=g)) / spending(e, g) for g in groups(e) if g not in a.states}
    paid |= {serve(a, f, g): float(e.final_taxes.sel(use=g)) / spending(e, g) for f, g in a.services}
    paid["assemble"] = float(e.final_taxes.sel(use=names).sum()) / goods if goods else 0.0
    for verb, exports in sold.items():
        tax = export_receipts(e) - 1.0
        paid |= {f"{verb}:{i}": float(np.sign(v)) * tax for i, v in exports[exports != 0].items()}
    paid[COLLECT] = 1.0
    return {act: t for act, t in paid.items() if t != 0.0}


def _service(out: dict[str, list[Record]], a: Accounts, policy: Policy, h: Horizon, f: str, state: str) -> None:
    """serve:f takes its part of the basket and as much budget, and gives the government's standard."""
    act, base = serve(a, f, state), a.services[f, state]
    label = f"{f}, services of {a.economy.label(state)}"
    out["activities"].append(
        {"activity": act, "unit": a.economy.money, "label": label, "group": "consumption", "base": base}
    )
    home, imported = (a.shares[f] * a.bought(part, [state]) for part in ("domestic_final", "imported_final"))
    out["flows"] += [
        *use_rows(act, home, imported, base),
        {"activity": act, "commodity": BUDGET, "coefficient": 1.0},
        {"activity": act, "commodity": f"standard:{state}", "role": "give", "coefficient": 1.0},
    ]
    if h.base_year or policy.government_path == "fixed":
        out["bounds"] += [
            {"activity": act, "year": year, "lower": base * h.heads(year), "upper": base * h.heads(year)}
            for year in h.years
        ]


def _indicators(a: Accounts, revenue: dict[str, float]) -> dict[str, list[Record]]:
    """Revenue by source, expenditure by function, surplus and their shares; what ``live:g`` told of the government."""
    money = f"{a.economy.money} / year"
    rows: list[Record] = []

    def add(name: str, on: str, coefficient: float = 1.0, unit: str = money, profile: str = "") -> None:
        rows.append({"indicator": name, "on": on, "coefficient": coefficient, "unit": unit, "profile": profile})

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
        total = spending(a.economy, g)
        add(f"living standard: {g}", serve(a, f, g), 1.0 / total, "base year = 1, per head", "heads")
    rows.append({"indicator": "the state's account", "on": BUDGET, "part": "stock",
                 "unit": f"{a.economy.money}, start of the year"})  # fmt: skip
    ratios: list[Record] = [
        {"indicator": f"budget share: {f}", "numerator": f"budget: {f}", "denominator": "budget expenditure"}
        for f in members(a)
    ]
    ratios.append({"indicator": "budget surplus share", "numerator": "budget surplus", "denominator": "budget revenue"})
    return {"indicators": rows, "ratios": ratios}
