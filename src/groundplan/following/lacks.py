"""What lacks of a year do to others, and which units could break the plan: from projections to knock-on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from groundplan.following.breaking_shortfall import BreakingShortfall, Supplying, breaking
from groundplan.following.knock_on import KnockOn, knock_on
from groundplan.following.knock_on_by_day import Reached, Shortage, reached, stocks_of
from groundplan.following.plan_balances import Groups, PlanBalances
from groundplan.following.projection import SeriesProjection
from groundplan.reconciling.reported_figures import EXPORT, OUTPUT
from groundplan.shocks.scenarios.scenario import Scenario

# Lacks below this share of what is promised are none: promises are rounded.
LACK = 1e-3
YEAR = 365.0


@dataclass(frozen=True)
class Lacks:
    """What is short in a year by product (money), whom it hits, whom it reaches on which day, and what could break."""

    year: int
    short: dict[str, float]
    knock_on: tuple[KnockOn, ...]
    reached: tuple[Reached, ...]
    breaking: tuple[BreakingShortfall, ...]
    notes: tuple[str, ...]


def lacks_of(groups: Groups, balances: PlanBalances, day: date, stocks: Scenario | None = None) -> Lacks:
    """The lacks of the plan's year in which the day lies, or of its nearest.

        short_i = Σ_u max(promised_u − expected_u, 0) of output,   in the money of the balances

    Units that cannot be projected lack nothing that is known. Raises what ``knock_on`` and ``reached`` raise.
    """
    years = sorted(balances.by_year)
    year = min(max(day.year, years[0]), years[-1])
    uses = balances.by_year[year]
    short: dict[str, float] = {}
    units: list[Supplying] = []
    exports: dict[str, float] = {}
    notes: list[str] = []
    days: list[Shortage] = []
    for members in groups.values():
        flow = balances.flows[members[0].series.indicator]
        at = [(p, p.years.index(year)) for p in members if year in p.years]
        if flow is None or not at:
            continue
        kind, product = flow
        factor = balances.factor(members[0].series.measure, product)
        if math.isnan(factor):
            what = f"{members[0].series.indicator} is in {members[0].series.measure}, which the accounts cannot convert"
            notes.append(f"{what}: what a lack of it does is not said.")
            continue
        promised = factor * float(sum(p.promised[k] for p, k in at))
        if kind == EXPORT:
            exports[product] = promised
            continue
        units += [Supplying(p.series.unit, kind, product, factor * float(p.promised[k])) for p, k in at]
        lack = factor * float(sum(max(p.promised[k] - p.mean[k], 0.0) for p, k in at if not math.isnan(p.mean[k])))
        if kind == OUTPUT and lack > LACK * promised:
            short[product] = min(lack, float(uses.amounts[OUTPUT][uses.products.index(product)]))
            days += shortages([p for p, _ in at], year, product, factor / max(uses.amount(OUTPUT, product), 1e-300))
    stored = stocks_of(balances.economy, stocks) if stocks is not None else None
    broken = breaking(units, uses, stocks=stored, promised_exports=exports)
    hit = reached(balances.economy, stocks, days) if stocks is not None else []
    return Lacks(year, short, tuple(knock_on(short, uses)), tuple(hit), tuple(broken), tuple(notes))


def shortages(members: Sequence[SeriesProjection], year: int, product: str, times: float) -> list[Shortage]:
    """The lack of a product in each period of a year, as a share of what is made of it in as many days.

    ``times``: one of the measure as a share of the year's output.
    """
    out = []
    periods = sorted({q for p in members for q, y in zip(p.series.periods, p.series.year, strict=True) if y == year})
    for when in periods:
        at = [(p, p.series.periods.index(when)) for p in members if when in p.series.periods]
        lack = 0.0
        for p, t in at:
            there = p.series.reckoned[t] if p.series.came[t] else p.path[t]
            lack += max(float(p.series.promised[t] - there), 0.0) if not math.isnan(there) else 0.0
        s, t = at[0][0].series, at[0][1]
        start, end = _days(year, int(s.part[t]), s.parts)
        length = (end - start).days
        share = times * lack * YEAR / length
        if share > LACK:
            out.append(Shortage(product, min(share, 1.0), start, length))
    return out


def _days(year: int, part: int, parts: int) -> tuple[date, date]:
    months = 12 // parts
    first, last = part * months, (part + 1) * months
    return date(year, first + 1, 1), date(year + last // 12, last % 12 + 1, 1)
