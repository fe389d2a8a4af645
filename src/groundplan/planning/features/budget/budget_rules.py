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

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from groundplan.planning.activity_rows import CommodityRow, ProfileRow, Tables, occupies
from groundplan.planning.features.budget.budget_accounts import BudgetAccounts

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon

Terms = list[tuple[str, float, int, str]]
ASSEMBLE = "assemble"


def rules(a: BudgetAccounts, h: Horizon, revenue: Mapping[str, float], members: Mapping[str, list[str]]) -> Tables:
    """The rules as capacities of nothing; the base year keeps to none of them.

    ``revenue``: what a unit of an activity's level brings; ``members``: the activities of each function.
    """
    if h.base_year:
        return Tables()
    spent = {act: 1.0 for acts in members.values() for act in acts}
    return Tables.joined(
        [
            *_growth(a, spent),
            *_surplus(a, spent, revenue),
            *_shares(a, h, spent, members),
            *_rest(a, members),
            *_investment(a, members),
            *_direct(a, h),
        ]
    )


def _rule(
    a: BudgetAccounts, label: str, terms: Terms, first: float = 0.0, profiles: Sequence[ProfileRow] = ()
) -> Tables:
    """Σ terms ≤ 0 in every year, ≤ ``first`` in the first."""
    name, words = f"rule: {label}", f"room in the rule '{label}'"
    return Tables(
        commodities=[CommodityRow(name, "capacity", a.economy.money, 1.0, first, min(first, 0.0), words)],
        flows=[
            occupies(act, name, amount, lag=lag, profile=profile)
            for act, amount, lag, profile in terms
            if amount != 0.0
        ],
        profiles=profiles,
    )


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


def _growth(a: BudgetAccounts, spent: Mapping[str, float]) -> list[Tables]:
    b = a.budget
    if b.growth is None:
        return []
    most, least = 1.0 + b.growth + b.growth_band, 1.0 + b.growth - b.growth_band
    words = f"expenditure of the budget grows by {{}} {100 * b.growth:g} %"
    above = [*_terms(spent), *_terms(spent, -most, lag=1)]
    below = [*_terms(spent, -1.0), *_terms(spent, least, lag=1)]
    return [
        _rule(a, _banded(words, "most", b.growth_band), above, most * a.expenditure),
        _rule(a, _banded(words, "least", b.growth_band), below, -least * a.expenditure),
    ]


def _surplus(a: BudgetAccounts, spent: Mapping[str, float], revenue: Mapping[str, float]) -> list[Tables]:
    b = a.budget
    if b.surplus is None:
        return []
    most, least = b.surplus + b.surplus_band, b.surplus - b.surplus_band
    words = f"surplus of the budget {{}} {100 * b.surplus:g} % of revenue"
    above, below = _sum(_times(revenue, 1.0 - most), _times(spent, -1.0)), _sum(spent, _times(revenue, least - 1.0))
    return [
        _rule(a, _banded(words, "most", b.surplus_band), _terms(above)),
        _rule(a, _banded(words, "least", b.surplus_band), _terms(below)),
    ]


def _shares(
    a: BudgetAccounts, h: Horizon, spent: Mapping[str, float], members: Mapping[str, list[str]]
) -> Iterator[Tables]:
    """Shares by function, which move from the base year's in equal steps."""
    b = a.budget
    for f, share in b.shares.items():
        own = dict.fromkeys(members[f], 1.0)
        now = a.by_function[f] / a.expenditure
        for side, sign in (("most", 1.0), ("least", -1.0)):
            profile = f"share of {f}, {side}"
            path = [
                ProfileRow(
                    profile,
                    year,
                    now + (share - now) * min(1.0, h.since(year) / b.shares_years) + sign * b.shares_band,
                )
                for year in h.years
            ]
            label = _banded(f"{f} {{}} {100 * share:g} % of the budget", side, b.shares_band)
            yield _rule(a, label, [*_terms(own, sign), *_terms(spent, -sign, profile=profile)], profiles=path)


def _banded(words: str, side: str, band: float) -> str:
    """``at most 15.9 %`` in a rule's words, with its band where it has one."""
    return words.format(f"at {side}") + (f" {'+' if side == 'most' else '−'} {100 * band:g}" if band else "")


def _rest(a: BudgetAccounts, members: Mapping[str, list[str]]) -> Iterator[Tables]:
    """Services of functions without a share of their own keep their proportion; the ≤ of all are equalities."""
    free = {f: acts for f, acts in members.items() if f not in a.budget.shares}
    spent = {f: sum(v for (k, _), v in a.services.items() if k == f) for f in free}
    spent = {f: v for f, v in spent.items() if v > 0}
    serving = {f: dict.fromkeys([act for act in free[f] if act.startswith("serve:")], 1.0) for f in spent}
    whole = _sum(*serving.values())
    for f, own in serving.items() if len(serving) > 1 else ():
        share = -spent[f] / sum(spent.values())
        yield _rule(a, f"{f} in proportion to other functions", _terms(_sum(own, _times(whole, share))))


def _investment(a: BudgetAccounts, members: Mapping[str, list[str]]) -> list[Tables]:
    if a.investment <= 0:
        return []
    own = {act: 1.0 for act in members["economy"] if not act.startswith("serve:")}
    if "economy" in a.budget.shares:
        return [_rule(a, "investment paid by the state, all of it at most", _terms(_sum(own, {ASSEMBLE: -1.0})))]
    part = a.budget.state_investment
    words = f"investment paid by the state, at {{}} {100 * part:g} % of it"
    return [
        _rule(a, words.format("most"), _terms(_sum(own, {ASSEMBLE: -part}))),
        _rule(a, words.format("least"), _terms(_sum(_times(own, -1.0), {ASSEMBLE: part}))),
    ]


def _direct(a: BudgetAccounts, h: Horizon) -> Iterator[Tables]:
    """Direct taxes between two shares of value added that part year by year."""
    e, d, pace = a.economy, a.rate, a.budget.direct_tax_pace
    x, v = e.output.to_series(), e.value_added.to_series()
    added = {f"make:{j}": float(v[j] / x[j]) for j in x.index[x > 0]}
    collected = {"collect:direct taxes": 1.0}
    for side, sign in (("most", 1.0), ("least", -1.0)):
        profile = f"direct taxes, {side}"
        path = [ProfileRow(profile, year, max(d + sign * pace * h.since(year), 0.0)) for year in h.years]
        terms = [*_terms(collected, sign), *_terms(added, -sign, profile=profile)]
        yield _rule(a, f"direct taxes, {side} share of value added", terms, profiles=path)
