"""Where a product is short households do with less of it, at a cost to their standard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.planning.activity_rows import ActivityRow, BoundRow, FlowRow, IndicatorRow, Tables, gives, takes
from groundplan.planning.feature import Feature
from groundplan.planning.features.people.demand import Demand
from groundplan.planning.features.people.household_groups import GroupChoices, choices_by_group
from groundplan.planning.features.people.households import demands

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

EASE = "ease:"
# How much less, as shares of what a head used in the base year: where each step ends.
STEPS = (0.05, 0.15, 0.3, 0.5)
ORIGINS = (("home", "home"), ("import", "imported"))


class Ease(NamedTuple):
    """Doing with less of a product: one step.

    product  what is done without
    cost     κ, what a unit of it costs beyond itself
    parts    group → its part in a unit, at purchasers' prices
    origins  home and import → their share in a unit
    room     by year, the most that can be done without, money / year
    """

    activity: str
    product: str
    label: str
    cost: float
    parts: Mapping[str, float]
    origins: Mapping[str, float]
    room: np.ndarray


def easing(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """ease:i@k, doing with less of product i, in steps of up to 5, 15, 30 and 50 per cent of a head's base-year use.

        gives 1 of i, home and imported as households bought it, takes (1 + κ_k)·π_g·s[g] of standard:g,
        κ_k = mid-step / σ,   level ≤ width_k · Σ_g left_g·y[g]·heads[g,t]

    s is the group's share in the use of i, so all give way alike; π purchasers' over basic prices of its basket; σ the
    elasticity of substitution (``demand``), left what is bought of i at the group's least floor over the base year's.
    Whoever does with less of i and buys as much more of everything loses κ. Units: money of the base year / year.
    Source: our own, after the linear expenditure system (docs/explanation/baskets.md).
    """
    return Tables.joined(
        Tables(
            activities=[ActivityRow(s.activity, e.money, s.label, "easing")],
            flows=[
                *(gives(s.activity, f"{prefix}:{s.product}", share) for prefix, share in s.origins.items()),
                *(takes(s.activity, f"standard:{g}", (1.0 + s.cost) * part) for g, part in s.parts.items()),
            ],
            bounds=[BoundRow(s.activity, y, upper=float(m)) for y, m in zip(h.years, s.room, strict=True)],
        )
        for s in steps(h)
    )


def taken_off(tables: Tables, h: Horizon) -> Tables:
    """What is eased is not bought: whatever counts or taxes ``live:g`` counts and taxes so much less.

    Indicators of levels, and flows of ``live:g`` other than products and the standard: taxes to the budget, its rules.
    """
    eases = steps(h)
    if not eases:
        return tables
    counted, paid = dict[str, list[IndicatorRow]](), dict[str, list[FlowRow]]()
    for row in tables.indicators:
        if row.part == "level" and row.on.startswith("live:"):
            counted.setdefault(row.on, []).append(row)
    for flow in tables.flows:
        if flow.activity.startswith("live:") and not flow.commodity.startswith(("home:", "import:", "standard:")):
            paid.setdefault(flow.activity, []).append(flow)
    indicators, flows = list[IndicatorRow](), list[FlowRow]()
    for s in eases:
        for g, part in s.parts.items():
            own, live = s.activity, f"live:{g}"
            indicators += [r._replace(on=own, coefficient=-part * r.coefficient) for r in counted.get(live, [])]
            flows += [f._replace(activity=own, coefficient=-part * f.coefficient) for f in paid.get(live, [])]
    return tables + Tables(indicators=indicators, flows=flows)


@lru_cache(maxsize=4)
def steps(h: Horizon) -> tuple[Ease, ...]:
    """The steps of every product; none in the year of the accounts, which is as it was. Reckoned once for a horizon."""
    if h.base_year:
        return ()
    e, bought, numbers = h.economy, household_demands(h), group_numbers(h)
    return tuple(s for i in e.sectors for s in _steps_of(e, i, bought, numbers))


def household_demands(h: Horizon) -> dict[str, Demand]:
    """The demands of household groups."""
    return {g: d for g, d in demands(h).items() if g in h.economy.finals("household")}


def group_numbers(h: Horizon) -> dict[str, np.ndarray]:
    """How many each household group is in each year, base year 1."""
    e, policy = h.economy, h.policy
    own, common = choices_by_group(e, policy), GroupChoices(policy.floor, policy.aversion)
    return {g: np.array([own.get(g, common).number(h, y) for y in h.years]) for g in e.finals("household")}


def _steps_of(e: Economy, i: str, demand_of: Mapping[str, Demand], numbers: Mapping[str, np.ndarray]) -> Iterator[Ease]:
    """The steps of one product: none where nobody buys it, or it does not give way."""
    there = {g: d for g, d in demand_of.items() if min(d.home[i], d.imported[i]) >= 0 and d.home[i] + d.imported[i] > 0}
    uses = {g: float(d.home[i] + d.imported[i]) for g, d in there.items()}
    whole = sum(uses.values())
    sigma = sum(uses[g] / whole * float(d.gives_way[i]) for g, d in there.items())
    if not sigma > 0:
        return
    origins = {prefix: sum(float(getattr(d, part)[i]) for d in there.values()) / whole for prefix, part in ORIGINS}
    origins = {prefix: share for prefix, share in origins.items() if share > 0}
    parts = {g: uses[g] / whole * d.base / float((d.home + d.imported).sum()) for g, d in there.items()}
    room = np.sum([d.left_at_floor(i) * uses[g] * numbers[g] for g, d in there.items()], axis=0)
    for k, (low, high) in enumerate(pairwise((0.0, *STEPS)), 1):
        label = f"doing with up to {100 * high:g} % less of {e.label(i)}"
        yield Ease(f"{EASE}{i}@{k}", i, label, (low + high) / 2.0 / sigma, parts, origins, (high - low) * room)


FEATURE = Feature(parts=(easing,))
