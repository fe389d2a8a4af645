"""The balances that promises stand in: who takes what in each year of the plan, and which promise is which flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError
from groundplan.following.balanced import Flow, balanced
from groundplan.following.projection import Ending, SeriesProjection, ending
from groundplan.following.promised_series import PromisedSeries
from groundplan.outcome import Outcome
from groundplan.reconciling.account_balances import REPORT, account_of
from groundplan.reconciling.reported_figures import INDICATORS, Ratio, Reported
from groundplan.reconciling.usual_uses import UsualUses, uses_in_plan, uses_of
from groundplan.reconciling.verdicts import believed
from groundplan.records.called import code_called


@dataclass(frozen=True, eq=False)
class PlanBalances:
    """Uses by year of the plan, of which accounts, and the flow that each promised indicator is (None: of none)."""

    economy: Economy
    by_year: Mapping[int, UsualUses]
    flows: Mapping[str, Flow | None]

    def factor(self, measure: str, product: str) -> float:
        """The money of the balances that one of a measure is; NaN where they cannot say."""
        uses = next(iter(self.by_year.values()))
        unit, price = uses.in_kind.get(product, ("", 0.0))
        return 1.0 if measure == uses.money else price if measure == unit and price > 0 else float("nan")


def plan_balances(e: Economy, plan: Outcome | None, series: Sequence[PromisedSeries]) -> PlanBalances:
    """Those of a plan, year by year; without one the uses of the accounts stand for every year.

    Raises what ``uses_in_plan`` raises.
    """
    years = sorted({y for s in series for y in s.years})
    usual = uses_of(e)
    there = {int(y) for y in plan.table("material_balances")["year"]} if plan is not None and (
        "material_balances" in plan.tables) else set()  # fmt: skip
    if plan is not None and not there & set(years):
        uses_in_plan(plan, e, years[0])  # says what is wrong with it
    by_year = {y: uses_in_plan(plan, e, y) if plan is not None and y in there else usual for y in years}
    flows = {s.indicator: None if s.level else _flow(s.indicator, usual) for s in series}
    return PlanBalances(e, by_year, flows)


def _flow(indicator: str, uses: UsualUses) -> Flow | None:
    kind, of, product = indicator.partition(": ")
    if not of or kind not in INDICATORS:
        return None
    code = code_called(product, uses.products, uses.labels)
    return (INDICATORS[kind], code) if code in uses.products else None


def reconciled_series(
    series: Sequence[PromisedSeries], balances: PlanBalances, mirrors: Sequence[Reported] = (),
    ratios: Sequence[Ratio] = (),
) -> tuple[list[PromisedSeries], list[str]]:  # fmt: skip
    """Every series with what the balances make of its reports, period by period, and what is to be said of that.

    A period's uses are those of its year over the parts of a year. Only flows of products of the accounts are
    reconciled; a period of which nothing came is not. Raises what ``account_of`` and ``believed`` raise.
    """
    out = {id(s): (s.reconciled.copy(), s.error.copy(), list(s.verdicts)) for s in series}
    notes: list[str] = []
    flowing = [(s, flow) for s in series if (flow := balances.flows[s.indicator]) is not None]
    by_period: dict[str, list[tuple[PromisedSeries, Flow, int]]] = {}
    for s, flow in flowing:
        for t in np.flatnonzero(s.ended | s.came):
            by_period.setdefault(s.periods[t], []).append((s, flow, int(t)))
    for when, rows in sorted(by_period.items()):
        if not any(s.came[t] for s, _, t in rows):
            continue
        first, _, at = rows[0]
        uses = _part_of_year(balances.by_year[int(first.year[at])], first.parts)
        reports = [
            Reported(s.unit, f, p, float(s.reported[t]), s.measure, period=when, target=float(s.promised[t]))
            for s, (f, p), t in rows
        ]
        whole = dict.fromkeys((r.figure, r.product, r.measure) for r in reports)
        listed = [Reported("", f, p, float("nan"), m, period=when) for f, p, m in whole]
        seen = [m for m in mirrors if m.period in ("", when)]
        try:
            belief = believed(account_of([*reports, *listed, *seen], uses, ratios))
        except GroundplanError as fault:
            notes.append(f"The reports of {when} were not reconciled and stand as they came: {fault.what}.")
            continue
        judged = belief.figures()
        stated = [s for s in belief.account.stated if s.kind == REPORT]
        figures = judged[judged["kind"] == REPORT].to_dict("records")
        for (s, _, k), what, row in zip(rows, stated, figures, strict=False):
            assert what.unit == s.unit
            if s.came[k]:
                estimate, error, verdicts = out[id(s)]
                estimate[k], error[k], verdicts[k] = float(row["estimate"]), float(row["error"]), str(row["verdict"])
    reckoned = [
        replace(s, reconciled=out[id(s)][0], error=out[id(s)][1], verdicts=tuple(out[id(s)][2])) for s in series
    ]  # fmt: skip
    return reckoned, notes


def _part_of_year(uses: UsualUses, parts: int) -> UsualUses:
    return replace(uses, amounts={k: v / parts for k, v in uses.amounts.items()})


Groups = Mapping[tuple[str, str], Sequence[SeriesProjection]]


def kept_to_balances(
    groups: Groups, ends: Sequence[Ending], balances: PlanBalances, *, band: float
) -> tuple[list[Ending], dict[tuple[str, str, int], tuple[float, float]], list[str]]:
    """Ends that keep the balances of their years: those of targets, and mean and error by (sheet, indicator, year).

    Only years in which something is still to come; a year whose balances nothing keeps stands as projected, and it is
    said. All years together are moved by what their years are moved by. Units: the measures of the series.
    """
    flat = [p for members in groups.values() for p in members]
    flows = [balances.flows[p.series.indicator] for p in flat]
    units: dict[tuple[str, str, int], tuple[float, float]] = {}
    totals: dict[tuple[str, int], tuple[float, float]] = {}
    notes: list[str] = []
    for year, uses in balances.by_year.items():
        flowing = [p for p, flow in zip(flat, flows, strict=True) if flow is not None and year in p.years]
        if not any(p.rest[p.years.index(year)] > 0 for p in flowing):
            continue
        try:
            b = balanced(flat, flows, uses, year)
        except GroundplanError as fault:
            notes.append(f"What is projected for {year} does not keep the balances and stands by itself: {fault.what}.")
            continue
        for n, mean in b.mean.items():
            s = flat[n].series
            units[(s.sheet, s.indicator, year)] = (mean, b.error[n])
        totals |= {(i, year): b.totals[f] for i, f in balances.flows.items() if f is not None and f in b.totals}
        if b.moved:
            notes.append(
                f"Projections of {year} could not all come true together: {b.moved} of {len(b.mean)} were moved until "
                f"no more of a product is used than there is."
            )
    out = []
    for e in ends:
        end = totals.get((e.indicator, e.year))
        if e.year == 0:
            moves = [totals[(e.indicator, x.year)][0] - x.mean for x in ends
                     if x.indicator == e.indicator and (e.indicator, x.year) in totals]  # fmt: skip
            end = (e.mean + sum(moves), e.error) if moves else None
        if end is None or any(v != v for v in end):
            out.append(e)
            continue
        figures = (e.promised, e.so_far, end[0], end[1])
        out.append(ending(e.indicator, e.measure, e.year, figures, most=e.most, method=e.method, why=e.why, band=band))
    return out, units, notes
