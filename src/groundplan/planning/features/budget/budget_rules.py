"""The rules of a budget: growth, surplus, shares of functions, the pace of direct taxes.

A rule is a capacity of nothing: what it limits occupies it, and what it is measured by makes room. In year t

    growth     E[t] − (1+g+b)·E[t−1] ≤ 0 ≤ E[t] − (1+g−b)·E[t−1],   E[0] that of the base year
    surplus    R − E ≤ (s+b)·R,   (s−b)·R ≤ R − E
    share      S_f ≤ (s_f[t]+b)·E,   (s_f[t]−b)·E ≤ S_f
    the rest   S_f ≤ ρ_f·Σ_k S_k over the functions without a share, ρ_f their proportion in the base year
    direct     (d−p·t)·V ≤ D ≤ (d+p·t)·V,   t years after the base year
    investment the state pays its part of investment; where the share of ``economy`` is stated, any part of it

E expenditure, R revenue, S_f expenditure of function f, D direct taxes, V value added; b the rule's band.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from groundplan.planning.features.budget.budget_accounts import Accounts

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon

Record = dict[str, object]
Terms = list[tuple[str, float, int, str]]
ASSEMBLE = "assemble"


def rules(
    a: Accounts, h: Horizon, revenue: Mapping[str, float], members: Mapping[str, list[str]]
) -> dict[str, list[Record]]:
    """The rules as capacities of nothing; the base year keeps to none of them.

    ``revenue``: what a unit of an activity's level brings; ``members``: the activities of each function.
    """
    out: dict[str, list[Record]] = {"commodities": [], "flows": [], "profiles": []}
    if not h.base_year:
        spent = {act: 1.0 for acts in members.values() for act in acts}
        _growth(out, a, spent)
        _surplus(out, a, spent, revenue)
        _shares(out, a, h, spent, members)
        _rest(out, a, members)
        _investment(out, a, members)
        _direct(out, a, h)
    return out


def _add(out: dict[str, list[Record]], a: Accounts, label: str, terms: Terms, first: float = 0.0) -> None:
    """Σ terms ≤ 0 in every year, ≤ ``first`` in the first."""
    name = f"rule: {label}"
    out["commodities"].append(
        {"commodity": name, "kind": "capacity", "unit": a.economy.money, "loss": 1.0, "initial": first,
         "least": min(first, 0.0), "label": f"room in the rule '{label}'"}
    )  # fmt: skip
    out["flows"] += [
        {"activity": act, "commodity": name, "role": "occupy", "coefficient": amount, "lag": lag, "profile": profile}
        for act, amount, lag, profile in terms
        if amount != 0.0
    ]


def _terms(amounts: Mapping[str, float], factor: float = 1.0, lag: int = 0, profile: str = "") -> Terms:
    return [(act, factor * amount, lag, profile) for act, amount in amounts.items()]


def _sum(*parts: Mapping[str, float]) -> dict[str, float]:
    """Coefficients added up by activity."""
    total: dict[str, float] = {}
    for part in parts:
        for act, amount in part.items():
            total[act] = total.get(act, 0.0) + amount
    return total


def _times(amounts: Mapping[str, float], factor: float) -> dict[str, float]:
    return {act: factor * amount for act, amount in amounts.items()}


def _growth(out: dict[str, list[Record]], a: Accounts, spent: Mapping[str, float]) -> None:
    b = a.budget
    if b.growth is None:
        return
    most, least = 1.0 + b.growth + b.growth_band, 1.0 + b.growth - b.growth_band
    told = f"expenditure of the budget grows by {{}} {100 * b.growth:g} %"
    _add(out, a, _band(told, "most", b.growth_band), [*_terms(spent), *_terms(spent, -most, lag=1)],
         most * a.expenditure)  # fmt: skip
    _add(out, a, _band(told, "least", b.growth_band), [*_terms(spent, -1.0), *_terms(spent, least, lag=1)],
         -least * a.expenditure)  # fmt: skip


def _surplus(
    out: dict[str, list[Record]], a: Accounts, spent: Mapping[str, float], revenue: Mapping[str, float]
) -> None:
    b = a.budget
    if b.surplus is None:
        return
    most, least = b.surplus + b.surplus_band, b.surplus - b.surplus_band
    told = f"surplus of the budget {{}} {100 * b.surplus:g} % of revenue"
    _add(out, a, _band(told, "most", b.surplus_band), _terms(_sum(_times(revenue, 1.0 - most), _times(spent, -1.0))))
    _add(out, a, _band(told, "least", b.surplus_band), _terms(_sum(spent, _times(revenue, least - 1.0))))


def _shares(
    out: dict[str, list[Record]], a: Accounts, h: Horizon, spent: Mapping[str, float], members: Mapping[str, list[str]]
) -> None:
    """Shares by function, which move from the base year's in equal steps."""
    b = a.budget
    for f, share in b.shares.items():
        own = dict.fromkeys(members[f], 1.0)
        now = a.by_function[f] / a.expenditure
        for side, sign in (("most", 1.0), ("least", -1.0)):
            profile = f"share of {f}, {side}"
            out["profiles"] += [
                {"profile": profile, "year": year,
                 "factor": now + (share - now) * min(1.0, h.since(year) / b.shares_years) + sign * b.shares_band}
                for year in h.years
            ]  # fmt: skip
            told = _band(f"{f} {{}} {100 * share:g} % of the budget", side, b.shares_band)
            _add(out, a, told, [*_terms(own, sign), *_terms(spent, -sign, profile=profile)])


def _band(told: str, side: str, band: float) -> str:
    """``at most 15.9 %`` in a rule's words, with its band where it has one."""
    return told.format(f"at {side}") + (f" {'+' if side == 'most' else '−'} {100 * band:g}" if band else "")


def _rest(out: dict[str, list[Record]], a: Accounts, members: Mapping[str, list[str]]) -> None:
    """Services of functions without a share of their own keep their proportion; the ≤ of all are equalities."""
    free = {f: acts for f, acts in members.items() if f not in a.budget.shares}
    spent = {f: sum(v for (k, _), v in a.services.items() if k == f) for f in free}
    spent = {f: v for f, v in spent.items() if v > 0}
    serving = {f: dict.fromkeys([act for act in free[f] if act.startswith("serve:")], 1.0) for f in spent}
    whole = _sum(*serving.values())
    for f, own in serving.items() if len(serving) > 1 else ():
        share = -spent[f] / sum(spent.values())
        _add(out, a, f"{f} in proportion to other functions", _terms(_sum(own, _times(whole, share))))


def _investment(out: dict[str, list[Record]], a: Accounts, members: Mapping[str, list[str]]) -> None:
    if a.investment <= 0:
        return
    own = {act: 1.0 for act in members["economy"] if not act.startswith("serve:")}
    if "economy" in a.budget.shares:
        _add(out, a, "investment paid by the state, all of it at most", _terms(_sum(own, {ASSEMBLE: -1.0})))
        return
    part = a.budget.state_investment
    told = f"investment paid by the state, at {{}} {100 * part:g} % of it"
    _add(out, a, told.format("most"), _terms(_sum(own, {ASSEMBLE: -part})))
    _add(out, a, told.format("least"), _terms(_sum(_times(own, -1.0), {ASSEMBLE: part})))


def _direct(out: dict[str, list[Record]], a: Accounts, h: Horizon) -> None:
    """Direct taxes between two shares of value added that part year by year."""
    e, d, pace = a.economy, a.rate, a.budget.direct_tax_pace
    x, v = e.output.to_series(), e.value_added.to_series()
    added = {f"make:{j}": float(v[j] / x[j]) for j in x.index[x > 0]}
    collected = {"collect:direct taxes": 1.0}
    for side, sign in (("most", 1.0), ("least", -1.0)):
        profile = f"direct taxes, {side}"
        out["profiles"] += [
            {"profile": profile, "year": year, "factor": max(d + sign * pace * h.since(year), 0.0)} for year in h.years
        ]
        _add(out, a, f"direct taxes, {side} share of value added",
             [*_terms(collected, sign), *_terms(added, -sign, profile=profile)])  # fmt: skip
