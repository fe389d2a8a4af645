"""How far promises are kept: what came over what was promised of it, and how much of what is due came at all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from groundplan.following.promised_series import PromisedSeries, by_indicator
from groundplan.following.seasons import season_of
from groundplan.solver.programme import Floats

TARGET, UNIT, UNDER, REGION = "target", "unit", "under", "region"
NOTHING_DUE = "not yet due"


class Fulfilment(NamedTuple):
    """How far a group of series of one thing has kept its promises, on a day.

    by, name            how it was grouped, and whose it is
    indicator, measure  what is counted, and in what
    period, this_period the last period that has ended, and reported over promised in it; NaN where nothing came
    state               the state of that period in words, the worst of all units first where they differ
    promised            promised in all periods that have ended, in ``measure``; of a level, in the last that came
    reported            what came of it, in ``measure``; NaN where nothing did
    since_start         what came over what was promised of the same figures, 1
    heard               the share of what was promised, of which a figure came, 1
    reconciled          the same as ``since_start`` with what the balances make of the reports, 1
    against_season      what came this year over the year's promise times the season of its periods, 1
    season              from what the season is
    figures, silent     figures whose period has ended, and those of them of which nothing came
    unreliable          reports that are called not sufficiently reliable
    """

    by: str
    name: str
    indicator: str
    measure: str
    period: str
    this_period: float
    state: str
    promised: float
    reported: float
    since_start: float
    heard: float
    reconciled: float
    against_season: float
    season: str
    figures: int
    silent: int
    unreliable: int


def fulfilled(
    series: Sequence[PromisedSeries],
    *,
    under: Mapping[str, Sequence[str]] | None = None,
    regions: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
    unreliable: str = "",
) -> list[Fulfilment]:
    """Fulfilment by target, by unit, by whatever stands above units, and by region.

        since the start = Σ reported / Σ promised of the figures that came
        heard           = Σ promised of the figures that came / Σ promised of all that were due

    What did not come has no figure: it is in ``heard`` and never a zero in ``since the start``. ``under``: unit → the
    units above it; ``regions``: unit → its region; ``order``: states of figures, the worst first; ``unreliable``: the
    verdict that is counted. Things of different units of measure are never added. Units: ``Fulfilment``.
    """
    out: list[Fulfilment] = []
    for (indicator, measure), members in by_indicator(series).items():
        groups: list[tuple[str, str, list[PromisedSeries]]] = [(TARGET, indicator, members)]
        groups += [(UNIT, u, m) for u, m in _grouped(members, lambda s: [s.unit])]
        groups += [(UNDER, u, m) for u, m in _grouped(members, lambda s: (under or {}).get(s.unit, ()))]
        groups += [
            (REGION, r, m) for r, m in _grouped(members, lambda s: [r for r in [(regions or {}).get(s.unit, "")] if r])
        ]
        out += [_one(by, name, indicator, measure, m, order, unreliable) for by, name, m in groups]
    return out


def _grouped(series: Sequence[PromisedSeries], of: object) -> list[tuple[str, list[PromisedSeries]]]:
    groups: dict[str, list[PromisedSeries]] = {}
    for s in series:
        for name in of(s):  # type: ignore[operator]
            groups.setdefault(name, []).append(s)
    return list(groups.items())


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 and not math.isnan(above) else math.nan


def _sum(values: Iterable[float]) -> float:
    """A sum; NaN of nothing."""
    there = list(values)
    return float(sum(there)) if there else math.nan


def _one(
    by: str, name: str, indicator: str, measure: str, members: Sequence[PromisedSeries], order: Sequence[str], bad: str
) -> Fulfilment:
    ended = [s.periods[t] for s in members for t in np.flatnonzero(s.ended)]
    last = max(ended, default="")
    now = [(s, s.periods.index(last)) for s in members if last in s.periods]
    states = {s.states[t] for s, t in now}
    ranked = sorted(states, key=lambda w: order.index(w) if w in order else len(order))
    here = [(s, t) for s, t in now if s.came[t]]
    this = _ratio(_sum(s.reported[t] for s, t in here), _sum(s.promised[t] for s, t in here))
    due = [(s, t) for s in members for t in _counted(s)]
    came = [(s, t) for s, t in due if s.came[t]]
    promised, of_came = _sum(s.promised[t] for s, t in due), _sum(s.promised[t] for s, t in came)
    reported = _sum(s.reported[t] for s, t in came)
    there = [(s, t) for s, t in came if not math.isnan(s.reconciled[t])]
    reconciled = _ratio(_sum(s.reckoned[t] for s, t in came), of_came) if there else math.nan
    season, source = _against_season(members, last)
    heard = _ratio(0.0 if math.isnan(of_came) else of_came, promised)
    return Fulfilment(
        by, name, indicator, measure, last, this, ranked[0] if ranked else NOTHING_DUE, promised, reported,
        _ratio(reported, of_came), heard, reconciled, season, source,
        sum(int(s.ended.sum()) for s in members), sum(int(s.silent.sum()) for s in members),
        sum(v == bad for s in members for v in s.verdicts if bad),
    )  # fmt: skip


def _counted(s: PromisedSeries) -> list[int]:
    """The periods that count since the start: all that have ended; of a level the last that came, else the last."""
    ended = np.flatnonzero(s.ended)
    if not s.level or not len(ended):
        return [int(t) for t in ended]
    came = [t for t in ended if s.came[t]]
    return [int(came[-1] if came else ended[-1])]


def _against_season(members: Sequence[PromisedSeries], last: str) -> tuple[float, str]:
    """What came this year over what the season lets expect of the same periods; NaN of levels, and of nothing."""
    expected, came, sources = 0.0, 0.0, []
    for s in members:
        if s.level or last not in s.periods:
            continue
        season = season_of(s)
        base: Floats = season.base(s)
        year = int(s.year[s.periods.index(last)])
        here = (s.year == year) & s.ended & s.came
        sources.append(season.source(year))
        expected, came = expected + float(base[here].sum()), came + float(s.reported[here].sum())
    source = "; ".join(dict.fromkeys(sources))
    return (came / expected if expected > 0 else math.nan), source


class PeriodFulfilment(NamedTuple):
    """A period of a target, over its units: promised in all, promised of what came, what came, how many are silent."""

    indicator: str
    measure: str
    period: str
    ended: bool
    promised: float
    promised_of_came: float
    reported: float
    reconciled: float
    fulfilment: float
    figures: int
    silent: int


def by_period(series: Sequence[PromisedSeries]) -> list[PeriodFulfilment]:
    """Fulfilment of every target in every period that is promised. Units: ``PeriodFulfilment``, in its measure."""
    rows = []
    for (indicator, measure), members in by_indicator(series).items():
        for period in sorted({p for s in members for p in s.periods}):
            at = [(s, s.periods.index(period)) for s in members if period in s.periods]
            came = [(s, t) for s, t in at if s.came[t]]
            of_came, reported = _sum(s.promised[t] for s, t in came), _sum(s.reported[t] for s, t in came)
            reckoned = (
                _sum(s.reckoned[t] for s, t in came)
                if any(not math.isnan(s.reconciled[t]) for s, t in came)
                else math.nan
            )
            rows.append(PeriodFulfilment(
                indicator, measure, period, any(bool(s.ended[t]) for s, t in at), _sum(s.promised[t] for s, t in at),
                of_came, reported, reckoned, _ratio(reported, of_came), len(at), sum(bool(s.silent[t]) for s, t in at),
            ))  # fmt: skip
    return rows
