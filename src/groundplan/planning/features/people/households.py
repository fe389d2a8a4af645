"""What people, government and non-profit bodies live on, and what goes into stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    CommodityRow,
    DueRow,
    ExogenousRow,
    FloorRow,
    PaceRow,
    Tables,
    TerminalRow,
    UtilityRow,
    gives,
)
from groundplan.planning.feature import Feature
from groundplan.planning.features.people.demand import Demand, check_elasticities, demand
from groundplan.planning.features.people.household_groups import GroupChoices, choices_by_group
from groundplan.planning.features.production.production import gestation, plant_for_money, use_rows
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

GOODS = ("household", "government", "nonprofit")
STEP, TOP, LOW = 1.03, 4.0, (0.0, 0.5, 0.8, 0.9, 0.95)


def grid() -> np.ndarray:
    """Breaks of the piecewise-linear utility, in living standards per head of the base year."""
    above = STEP ** np.arange(0, int(np.ceil(np.log(TOP) / np.log(STEP))) + 1)
    return np.concatenate([LOW, above])


def marginal_utility(standard: np.ndarray, aversion: float) -> np.ndarray:
    """u'(z) = z^−aversion, 1 at the base year's standard.

    >>> marginal_utility(np.array([1.0, 2.0]), 1.0).tolist()
    [1.0, 0.5]
    """
    marginal: np.ndarray = np.power(np.maximum(standard, 0.05), -aversion)
    return marginal


def spending(e: Economy, final: str) -> float:
    """What a final category spends in the base year at purchasers' prices, money / year."""
    return _spending(e)[final]


@lru_cache(maxsize=8)
def _spending(e: Economy) -> Mapping[str, float]:
    """Every final category and what it spends."""
    taxes, parts = e.figures("final_taxes"), (e.domestic_final.values, e.imported_final.values)
    goods = [float(sum(part[:, at].sum() for part in parts)) for at in range(len(e.final_kinds))]
    return {f: spent + taxes[f] for f, spent in zip(e.final_kinds, goods, strict=True)}


def groups(e: Economy) -> list[str]:
    """Final categories with a living standard: household groups, government and non-profit bodies that spend."""
    return [f for kind in GOODS for f in e.finals(kind) if spending(e, f) > 0]


def baskets(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """live:g takes its basket and gives its living standard, which is what the plan is for.

        takes η·y / base of every product, and (1 − η)·y·heads is taken whatever its level (``demand``)

        Σ_t (1+r)^−t Σ_g w_g·U_g(u[g,t]),   U' = (u / (u₀·heads[g,t]))^−aversion, piecewise linear

    Units: spending of the base year at purchasers' prices, money / year; so the objective is money of living
    standard, that of the first year counting in full. Government and non-profit bodies serve
    everybody: their standard is per head of the whole population too. Floors, weights w, heads, aversion and baskets
    are the plan's, or the group's own (``Policy.groups``). With a budget the government is served by function.
    """
    own = choices_by_group(e, policy)
    common = GroupChoices(policy.floor, policy.aversion)
    served = e.finals("government") if policy.budget is not None else ()
    parts = []
    bought = demands(h)
    for g in groups(e):
        chosen = own.get(g, common)
        parts.append(_standard(e, policy, h, g, chosen))
        parts += [] if g in served else [_living(e, policy, h, g, chosen, bought[g])]
    parts.append(Tables(exogenous=lasting_rows(lasting_uses(h))))
    if not h.base_year:
        parts.append(Tables(paces=paces(e, policy), terminal=_terminal(e, policy, h), due=_due(e, policy, h)))
    return Tables.joined(parts)


def paces(e: Economy, policy: Policy) -> list[PaceRow]:
    """Households lead, and government and non-profit bodies follow, where ``government_path`` is ``tied``.

    A budget whose growth is stated leads the state itself, and is followed by nobody.
    """
    leads = [g for g in groups(e) if g in e.finals("household")]
    if policy.government_path != "tied" or not leads:
        return []
    own = e.finals("government") if policy.budget is not None and policy.budget.growth is not None else ()
    follows = [g for g in groups(e) if g not in leads and g not in own]
    return [
        PaceRow(f"standard:{g}", "households", role)
        for role, members in (("leads", leads), ("follows", follows)) for g in members if follows
    ]  # fmt: skip


@lru_cache(maxsize=4)
def demands(h: Horizon) -> Mapping[str, Demand]:
    """The demand of every group; that of households moves with income unless the policy's ``baskets`` are fixed.

    Several parts of a plan ask for it: of one horizon it is reckoned once.
    """
    e, policy = h.economy, h.policy
    own, common = choices_by_group(e, policy), GroupChoices(policy.floor, policy.aversion)
    check_elasticities(e, policy)
    out = {}
    for g in groups(e):
        chosen = own.get(g, common)
        # The year of the accounts has the accounts' own baskets.
        chosen = replace(chosen, basket={}, floor=1.0) if h.base_year else chosen
        moves = policy.baskets == "linear" and g in e.finals("household")
        out[g] = demand(e, policy, g, chosen, spending(e, g), moves=moves)
    return MappingProxyType(out)


def lasting_uses(h: Horizon) -> pd.DataFrame:
    """What households buy whatever their standard, (1 − η)·y·heads: group, commodity, year, amount (money / year).

    Of luxuries it is below nothing, which stands against what ``live:g`` takes of them.
    """
    own, common, frames = choices_by_group(h.economy, h.policy), GroupChoices(h.policy.floor, h.policy.aversion), []
    for g, d in demands(h).items():
        number = np.array([own.get(g, common).number(h, year) for year in h.years])
        for prefix, lasting in zip(("home", "import"), d.lasting, strict=True):
            there = lasting[lasting.abs() > 0]
            amounts = np.outer(there.to_numpy(), number)
            frames.append(
                pd.DataFrame(
                    {
                        "group": g,
                        "commodity": np.repeat([f"{prefix}:{i}" for i in there.index], len(h.years)),
                        "year": np.tile(h.years, len(there)),
                        "amount": amounts.ravel(),
                    }
                )
            )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["commodity", "year", "amount"])


def lasting_rows(uses: pd.DataFrame) -> list[ExogenousRow]:
    """The lasting part of all groups' use of a product, a claim; where luxuries outweigh it, a supply."""
    total = uses.groupby(["commodity", "year"], sort=False)["amount"].sum().reset_index()
    return [
        ExogenousRow(str(name), int(year), supply=max(-amount, 0.0), claim=max(amount, 0.0))
        for name, year, amount in total.itertuples(index=False)
    ]


def _living(e: Economy, policy: Policy, h: Horizon, g: str, chosen: GroupChoices, bought: Demand) -> Tables:
    """live:g, its basket and, where the policy fixes it, its path; never so low that something were unbought."""
    base, live = bought.base, f"live:{g}"
    fixed = policy.government_path == "fixed" and g in e.finals("government")
    path = {year: base * h.heads(year) for year in h.years} if fixed else {}
    bounds = [BoundRow(live, year, amount, amount) for year, amount in path.items()]
    if bought.least > 0:
        bounds += [BoundRow(live, year, bought.least * base * chosen.number(h, year)) for year in h.years]
    return Tables(
        activities=[ActivityRow(live, e.money, f"consumption, {e.label(g)}", "consumption", base=base)],
        flows=[*use_rows(live, *bought.marginal, base), gives(live, f"standard:{g}")],
        bounds=bounds,
    )


def _standard(e: Economy, policy: Policy, h: Horizon, g: str, chosen: GroupChoices) -> Tables:
    """standard:g with its floor and its utility, year by year."""
    breaks, good, base = grid(), f"standard:{g}", spending(e, g)
    slopes = chosen.weight * marginal_utility((breaks[1:] + breaks[:-1]) / 2.0, chosen.aversion)
    # What is enjoyed beyond the last break is worth nothing, and told all the same.
    breaks, slopes = np.append(breaks, np.inf), np.append(slopes, 0.0)
    least = 1.0 if h.base_year else chosen.floor
    floors, utility = [], []
    for year in h.years:
        heads = chosen.number(h, year)
        discount = (1.0 + policy.discount_rate) ** -(h.since(year) - 1)
        floors.append(FloorRow(good, year, least * base * heads, heads * base))
        utility += [
            UtilityRow(good, year, n, base * heads * (breaks[n + 1] - breaks[n]), discount * slopes[n])
            for n in range(len(slopes))
        ]
    words = f"living standard, {e.label(g)}"
    return Tables(commodities=[CommodityRow(good, "good", e.money, label=words)], floors=floors, utility=utility)


def _terminal(e: Economy, policy: Policy, h: Horizon) -> list[TerminalRow]:
    """What is left at the end counts at its steady-state price, as far as steady growth would use it.

        value of capacity j = (u_j K_j / x_j) · λ,   λ = (1+r)^−T · u'((1+g)^T / heads)

    In the steady state of the base year all prices are 1 and a unit of plant is worth what it cost; λ is what a unit
    of money is worth to people who have grown at the steady rate until then.
    """
    worth = money_at_the_end(policy, h)
    x, stock = e.output.to_series(), e.capital_stock.to_series()
    plants = [
        TerminalRow(
            f"capacity:{j}",
            worth * per_sector(policy.terminal_weight, str(j)) / plant_for_money(e, policy, j),
            f"make:{j}",
            (1.0 + h.terminal_growth) ** gestation(e, policy, j) - 1.0,
        )
        for j in x.index[(x > 0) & (stock > 0)]
    ]
    return [*plants, TerminalRow("foreign exchange", worth)]


def money_at_the_end(policy: Policy, h: Horizon, later: int = 0) -> float:
    """λ: what a unit of money is worth in the year after the last, or ``later`` years on. Units: objective per unit.

    λ[T+1+d] = (1+r)^−(T+d) · u'(((1+g) / (1+n))^(T+d)),   T years of the horizon, g growth after it, n of population
    """
    years = len(h.years) + later
    per_head = ((1.0 + h.terminal_growth) / (1.0 + h.population_growth)) ** years
    return float((1.0 + policy.discount_rate) ** -years * marginal_utility(np.array([per_head]), policy.aversion)[0])


def _due(e: Economy, policy: Policy, h: Horizon) -> list[DueRow]:
    """What falls due after the end counts at base-year prices, as what is left does: money of year T+1+d at λ[T+1+d].

    a product, foreign exchange, a standard  λ      (capital goods of all kinds: ``compile_plan``)
    a unit of labour                         λ · wages / employment
    capacity j, used for a year              λ · (K_j / plant) · (1/ρ − 1 + δ_j),   ρ = λ[T+2] / λ[T+1]
    """
    worth, x = money_at_the_end(policy, h), e.output.to_series()
    left = money_at_the_end(policy, h, 1) / worth
    wages = e.primary.sel(primary=e.primary["primary_kind"] == "labour").sum()
    people = float(e.employment.sum())
    prices = {"foreign exchange": 1.0, **{f"standard:{g}": 1.0 for g in groups(e)}}
    prices |= {f"{origin}:{i}": 1.0 for i in e.sectors for origin in ("home", "import")}
    prices |= {f"labour:{s}": float(wages) / people for s in e.employment["skill"].values if people > 0}
    for j in x.index[(x > 0) & (e.capital_stock.to_series() > 0)]:
        rent = 1.0 / left - 1.0 + e.figures("depreciation")[j]
        prices[f"capacity:{j}"] = rent / plant_for_money(e, policy, j)
    return [DueRow(c, worth * price, 1.0 - left) for c, price in prices.items()]


def inventories(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """Changes in inventories of the base year, fading out: a plan cannot build or draw stocks for ever.

        building  claim[i,t]  = Y · max(0, 1 − t / inventories_years)
        drawing   supply[i,t] = max(0, |Y| · (1 − t / inventories_years), |Y| − pace · t · supply of i in the base year)

    Units: money of the base year / year. A draw ends no faster than new capacity can stand in for it: it falls by at
    most ``inventories_pace`` of the product's supply a year.
    """
    moves, names = [], list(e.finals("inventories"))
    for part, prefix, output in (("domestic_final", "home", e.output), ("imported_final", "import", e.imports)):
        changes = getattr(e, part).sel(final=names).sum("final").to_series()
        supplied = np.maximum(output.values, 0.0)
        for (i, change), supply in zip(changes.items(), supplied, strict=True):
            if change == 0:
                continue
            for year in h.years:
                t = h.since(year)
                left = abs(float(change)) * max(0.0, 1.0 - t / policy.inventories_years)
                if change < 0:
                    left = max(left, abs(float(change)) - policy.inventories_pace * t * float(supply))
                claim, taken = (left, 0.0) if change > 0 else (0.0, left)
                moves.append(ExogenousRow(f"{prefix}:{i}", year, supply=taken, claim=claim))
    return Tables(exogenous=moves)


FEATURE = Feature(parts=(baskets, inventories))
