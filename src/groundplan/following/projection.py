"""Where each promise will end: what is known, what is expected of the rest, its spread, and the chance to meet it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from groundplan.following.local_level import FEWEST, expected, likeliest
from groundplan.following.promised_series import PromisedSeries
from groundplan.following.seasons import Season, season_of
from groundplan.solver.programme import Floats

LOCAL_LEVEL, AS_PEERS, AS_PROMISED, NONE = "local level", "as its peers", "as promised", "none"
ALL_KNOWN = "all known"
BAND = 0.8


@dataclass(frozen=True, eq=False)
class SeriesProjection:
    """Where one unit's promise will end, year by year.

    years [Y]         its years
    promised, so_far, mean, error [Y + 1]
                      of each year, and last of all together (of a level: of the last year): what is promised, what is
                      known of it so far, what it will come to, and its standard error; NaN where none can be defended
    path, spread [T]  what each period will come to where nothing came, and its standard error; NaN elsewhere
    rest [Y + 1]      what is still to come as promised
    doubt [Y + 1]     standard error of what is known, from the balances; 0 where reports stand as they came
    surprise          period number → how far a figure lay from what was expected of it, in standard errors
    method, why       what it rests on, in words
    Units: the measure of the series.
    """

    series: PromisedSeries
    years: tuple[int, ...]
    promised: Floats
    so_far: Floats
    mean: Floats
    error: Floats
    path: Floats
    spread: Floats
    rest: Floats
    doubt: Floats
    surprise: Mapping[int, float]
    method: str
    why: str
    season: str


def projected(s: PromisedSeries) -> SeriesProjection:
    """One series by itself: the rate at which it keeps its promise, as a local level.

        x_t = base_t·(α_t + ε_t),   base: the promise as the season parts it

    Periods of which nothing came are gaps of the filter. Figures of before the plan are read over the base of its first
    whole year. Where reports were reconciled it reads what the balances made of them, and what is known has the error
    that they left it: ``error² = variance of what is to come + doubt²``.
    """
    season = season_of(s)
    base, season_words = season.base(s), season.source(s.years[-1])
    rows = _sums(s)
    to_come = ~s.came
    promised, so_far = rows @ s.promised, rows @ np.where(s.came, np.nan_to_num(s.reckoned), 0.0)
    rest = rows @ np.where(to_come, base, 0.0)
    doubt = np.sqrt(rows @ np.where(s.came, np.square(np.nan_to_num(s.error)), 0.0))
    about = (s, s.years, promised, so_far)
    nothing = np.full(len(s.periods), np.nan)
    if not to_come.any():
        why = "every figure came"
        return SeriesProjection(
            *about, so_far, doubt, nothing, nothing, rest, doubt, {}, ALL_KNOWN, why, season_words
        )  # fmt: skip
    ratios, at, weights = _over_base(s, season, base)
    seen = int((~np.isnan(ratios)).sum())
    figures = expected(ratios, np.vstack([rows @ weights, weights[to_come]]), weights.shape[1] - len(ratios))
    if figures is None:
        why = _too_few(seen, ratios)
        if not s.came.any():
            blank = np.where(rest > 0, np.nan, so_far)
            return SeriesProjection(*about, blank, blank, nothing, nothing, rest, doubt, {}, NONE, why, season_words)
        path = np.where(to_come, base, np.nan)
        error = np.where(rest > 0, np.nan, doubt)
        return SeriesProjection(
            *about, so_far + rest, error, path, nothing, rest, doubt, {}, AS_PROMISED,
            f"{why}: the rest stands as promised, without a band", season_words,
        )  # fmt: skip
    mean, variance = figures
    path, spread = nothing.copy(), nothing.copy()
    path[to_come], spread[to_come] = mean[len(rows) :], np.sqrt(variance[len(rows) :])
    error = np.sqrt(variance[: len(rows)] + doubt**2)
    why = f"{seen} figures; season: {season_words}"
    return SeriesProjection(
        *about, so_far + mean[: len(rows)], error, path, spread, rest, doubt, _surprises(ratios, at), LOCAL_LEVEL, why,
        season_words,
    )  # fmt: skip


def _too_few(seen: int, ratios: Floats) -> str:
    if not seen:
        return "nothing was reported"
    if seen < FEWEST:
        return f"{seen} figures are too few to see a spread, {FEWEST} are needed"
    return "its figures show no spread at all, which says nothing of the next"


def _sums(s: PromisedSeries) -> Floats:
    """[Y + 1 × T] which periods make up each year and the whole."""
    rows = np.zeros((len(s.years) + 1, len(s.periods)))
    for k, year in enumerate(s.years):
        here = np.flatnonzero(s.year == year)
        rows[k, here[-1:] if s.level else here] = 1.0
    rows[-1] = rows[-2] if s.level else rows[:-1].sum(axis=0)
    return rows


def _over_base(s: PromisedSeries, season: Season, base: Floats) -> tuple[Floats, np.ndarray, Floats]:
    """Figures over their base on an even line of time, its period numbers, and what one of each is worth [T × all]."""
    when = s.when
    # Of a level only some parts of a year may be promised, such as its end.
    step = math.gcd(*(int(d) for d in np.diff(when))) or 1
    numbers = {int(w): t for t, w in enumerate(when)}
    past = {f.year * s.parts + f.part: f.value / b for f in s.past if (b := season.before(s, f.year, f.part)) > 0}
    # A report that nothing can be made of is a gap.
    read = s.came & ~np.isnan(s.reckoned) & (base > 0)
    last = max((int(w) for w, r in zip(when, s.came | s.ended, strict=True) if r), default=int(when[0]))
    first = min([int(when[0]), *(w for w in past if (w - int(when[0])) % step == 0)])
    line = np.arange(first, int(when[-1]) + 1, step)
    ratios = np.full(len(line), np.nan)
    weights = np.zeros((len(s.periods), len(line)))
    for k, w in enumerate(line):
        t = numbers.get(int(w))
        if t is None:
            ratios[k] = past.get(int(w), np.nan)
            continue
        if read[t]:
            ratios[k] = s.reckoned[t] / base[t]
        elif not s.came[t]:
            weights[t, k] = base[t]
    return ratios[line <= last], line, weights


def _surprises(ratios: Floats, line: np.ndarray) -> dict[int, float]:
    level = likeliest(ratios)
    if level is None:
        return {}
    f = level.filtered
    return {
        int(line[t]): float(f.innovation[t] / math.sqrt(f.size[t])) for t in np.flatnonzero(f.counted) if f.size[t] > 0
    }


def as_peers(projections: Sequence[SeriesProjection]) -> list[SeriesProjection]:
    """Units that cannot be projected by themselves taken to do as the others of the same target, with their spread.

        rest_i = promised rest_i · m,   variance = (promised rest_i)²·s²·(1 + 1/k)·(k − 1)/(k − 3)

    m and s²: mean and variance over k peers of expected rest over promised rest; at least ``FEWEST`` peers, else what
    cannot be projected stays so. ``projections`` are of one target. Units: its measure.
    """
    own = [p for p in projections if p.method == LOCAL_LEVEL and p.rest[-1] > 0]
    k = len(own)
    if k < FEWEST:
        return list(projections)
    kept = np.array([(p.mean[-1] - p.so_far[-1]) / p.rest[-1] for p in own])
    m, share = float(kept.mean()), float(kept.std(ddof=1)) * math.sqrt((1 + 1 / k) * (k - 1) / (k - 3))
    out = []
    for p in projections:
        if p.method in (AS_PROMISED, NONE):
            why = p.why.partition(":")[0]
            t = ~p.series.came
            base = season_of(p.series).base(p.series)
            p = replace(
                p, mean=p.so_far + m * p.rest, error=np.hypot(share * p.rest, p.doubt),
                path=np.where(t, m * base, np.nan), spread=np.where(t, share * base, np.nan), method=AS_PEERS,
                why=f"{why}: taken to do as {k} other units of the target do, with their spread",
            )  # fmt: skip
        out.append(p)
    return out


class Correlation(NamedTuple):
    """[n × n] how surprises of units go together, shrunk towards none by ``shrunk`` (1: nothing is known of it)."""

    matrix: Floats
    shrunk: float


def correlation(projections: Sequence[SeriesProjection]) -> Correlation:
    """How far units fall short together, from what surprised in the same periods.

        r*_ij = (1 − λ)·r_ij,   λ = Σ Var(r_ij)/Σ r_ij², within 0 … 1;   r = 0 for fewer than four common periods

    Units: 1. Source: Schäfer and Strimmer (2005), as MinT shrinks in Wickramasuriya, Athanasopoulos and Hyndman (2019)
    (neither checked).
    """
    n = len(projections)
    periods = sorted({t for p in projections for t in p.surprise})
    seen = np.array([[p.surprise.get(t, np.nan) for p in projections] for t in periods]).reshape(len(periods), n)
    there = ~np.isnan(seen)
    filled, mask = np.where(there, seen, 0.0), there.astype(float)
    m = mask.T @ mask
    mean = np.divide(filled.T @ mask, m, out=np.zeros((n, n)), where=m > 0)  # of the row's unit, over common periods
    products, squared = np.zeros((n, n)), np.zeros((n, n))
    for row, at in zip(filled, mask, strict=True):
        w = (row[:, None] - mean) * (row[None, :] - mean.T) * np.outer(at, at)
        products, squared = products + w, squared + w**2
    own = (filled**2).T @ mask - m * mean**2
    size = np.sqrt(np.maximum(own * own.T, 0.0))
    used = (m >= FEWEST) & (size > 0) & ~np.eye(n, dtype=bool)
    r = np.divide(products, size, out=np.zeros((n, n)), where=used)
    # With w = a·b·(m − 1)/size of centred a and b: Σ(w − w̄)² = Σw² − (m − 1)²·r²/m.
    off = np.divide(squared * (m - 1) ** 2, size**2, out=np.zeros((n, n)), where=used) - (
        m - 1
    ) ** 2 * r**2 / np.maximum(m, 1)
    var = float((m / np.maximum(m - 1, 1) ** 3 * off)[used].sum())
    squares = float((r[used] ** 2).sum())
    r = r + np.eye(n)
    shrunk = 1.0 if squares <= 0 else min(max(var / squares, 0.0), 1.0)
    shaken = (1.0 - shrunk) * r + shrunk * np.eye(n)
    values, vectors = np.linalg.eigh(shaken)
    shaken = (vectors * np.maximum(values, 0.0)) @ vectors.T
    length = np.sqrt(np.diag(shaken))
    return Correlation(shaken / np.outer(length, length), shrunk)


class Ending(NamedTuple):
    """Where a target will end in a year, or over all its years (year 0).

    so_far        what is known of it, of which the rest is still to come
    mean, error   what it will come to, with its standard error; NaN where none can be defended
    low, high     the band, which holds ``BAND`` of the normal distribution with these
    chance        the chance that it is met, normal; 1 or 0 once all is known; NaN without a band
    """

    indicator: str
    measure: str
    year: int
    promised: float
    so_far: float
    mean: float
    error: float
    low: float
    high: float
    chance: float
    most: bool
    method: str
    why: str


def ending(
    indicator: str, measure: str, year: int, figures: tuple[float, float, float, float], *, most: bool, method: str,
    why: str, band: float = BAND,
) -> Ending:  # fmt: skip
    """The band and the chance of an end that is normal with ``figures``: promised, so_far, mean, error.

        chance = Φ((mean − promised)/error), of a limit Φ((promised − mean)/error)

    Units: ``measure``; 1.
    """
    promised, so_far, mean, error = figures
    if math.isnan(error) or math.isnan(mean):
        return Ending(
            indicator, measure, year, promised, so_far, mean, math.nan, math.nan, math.nan, math.nan, most, method, why
        )
    wide = float(ndtri(0.5 + band / 2)) * error
    over = promised - mean if most else mean - promised
    # Sums of the same figures differ in their last digits.
    met = 1.0 if over >= -1e-9 * abs(promised) else 0.0
    chance = float(ndtr(over / error)) if error > 0 else met
    return Ending(
        indicator, measure, year, promised, so_far, mean, error, mean - wide, mean + wide, chance, most, method, why
    )


def together(projections: Sequence[SeriesProjection], *, band: float = BAND) -> list[Ending]:
    """Where a target will end: its units added up, year by year and over all years.

        mean = Σ mean_u,   error² = Σ_uv R_uv·error_u·error_v

    R: ``correlation``. Where one unit cannot be projected the target cannot be, and it is said which. ``projections``
    are of one indicator. Units: its measure.
    """
    first = projections[0].series
    r = correlation(projections).matrix
    years = sorted({y for p in projections for y in p.years})
    out = []
    for year in (*years, 0) if not first.level and len(years) > 1 else years:
        at = [-1 if year == 0 else p.years.index(year) if year in p.years else None for p in projections]
        parts = [(p, k, n) for n, (p, k) in enumerate(zip(projections, at, strict=True)) if k is not None]
        promised, so_far, mean = (
            float(sum(getattr(p, name)[k] for p, k, _ in parts)) for name in ("promised", "so_far", "mean")
        )
        errors = np.array([p.error[k] for p, k, _ in parts])
        here = [n for _, _, n in parts]
        variance = float(errors @ r[np.ix_(here, here)] @ errors)
        error = math.sqrt(max(variance, 0.0)) if not math.isnan(variance) else math.nan
        lacking = [p for p, k, _ in parts if math.isnan(p.error[k]) or math.isnan(p.mean[k])]
        methods = list(dict.fromkeys(p.method for p, _, _ in parts if p.method != ALL_KNOWN))
        why = "; ".join(f"{p.series.unit}: {p.why}" for p in lacking)
        out.append(ending(
            first.indicator, first.measure, year, (promised, so_far, mean, error), most=first.most,
            method=", ".join(methods) or ALL_KNOWN, why=why, band=band,
        ))  # fmt: skip
    return out


class PathPoint(NamedTuple):
    """A period of a target, over all its units: promised, what came, as reconciled, what is expected with its band."""

    indicator: str
    measure: str
    period: str
    promised: float
    reported: float
    reconciled: float
    projected: float
    low: float
    high: float


def path_of(projections: Sequence[SeriesProjection], *, band: float = BAND) -> list[PathPoint]:
    """A target period by period: a sum is only of all its units; where some are silent what is expected fills it.

    reported, reconciled  where a figure of every unit came, else NaN
    projected             what came and, where nothing did, what is expected; NaN where all came
    Units: the measure of the target.
    """
    first = projections[0].series
    r = correlation(projections).matrix
    wide = float(ndtri(0.5 + band / 2))
    points = []
    for period in sorted({q for p in projections for q in p.series.periods}):
        at = [(n, p, p.series.periods.index(period)) for n, p in enumerate(projections) if period in p.series.periods]
        promised = float(sum(p.series.promised[t] for _, p, t in at))
        reported = float(sum(p.series.reported[t] for _, p, t in at))
        reckoned = float(sum(p.series.reckoned[t] for _, p, t in at))
        by_balances = any(not math.isnan(p.series.reconciled[t]) for _, p, t in at)
        mean, low, high = math.nan, math.nan, math.nan
        if math.isnan(reported):
            mean = float(sum(p.series.reckoned[t] if p.series.came[t] else p.path[t] for _, p, t in at))
            errors = np.array([0.0 if p.series.came[t] else p.spread[t] for _, p, t in at])
            here = [n for n, _, _ in at]
            spread = (
                math.sqrt(max(float(errors @ r[np.ix_(here, here)] @ errors), 0.0))
                if not np.isnan(errors).any()
                else math.nan
            )
            low, high = mean - wide * spread, mean + wide * spread
        points.append(PathPoint(
            first.indicator, first.measure, period, promised, reported, reckoned if by_balances else math.nan, mean,
            low, high,
        ))  # fmt: skip
    return points
