"""The local level model: a level that walks at random, seen with noise; gaps are gaps, never filled in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from groundplan.errors import GroundplanError
from groundplan.solver.programme import Floats

# Shares of the walk in all variance that are tried: even in their cube roots, since levels mostly walk slowly.
SHARES: Floats = np.linspace(0.0, 1.0, 61) ** 3
# From so few figures on the variance of what is expected exists: with scale unknown it has m − 1 degrees of freedom.
FEWEST = 4
# Spread below this share of the level is none: such figures say nothing of how far the next may lie away.
NO_SPREAD = 1e-9


@dataclass(frozen=True, eq=False)
class LocalLevel:
    """A series read as a level with noise, all variances known.

        y_t = α_t + ε_t,   α_{t+1} = α_t + η_t,   ε ~ N(0, noise),  η ~ N(0, walk),  α_1 diffuse

    ``seen`` [T]: NaN where nothing was; ``noise`` and ``walk`` are variances. Units: the series' own, and its square.
    Source: Durbin and Koopman (2012), Time Series Analysis by State Space Methods, chapter 2 (pages not checked).
    """

    seen: Floats
    noise: float
    walk: float

    @cached_property
    def filtered(self) -> Filtered:
        """The level from what was seen until then, forwards (Kalman)."""
        return _filtered(self.seen, self.noise, self.walk)

    @property
    def level(self) -> float:
        """The level after all that was seen."""
        return float(self.filtered.level[-1])

    @property
    def likelihood(self) -> float:
        """Diffuse log-likelihood: the first figure seen sets the level and is not counted."""
        f = self.filtered
        v, size = f.innovation[f.counted], f.size[f.counted]
        return float(-0.5 * (np.log(2.0 * np.pi * size) + v**2 / size).sum())

    def smoothed(self) -> tuple[Floats, Floats]:
        """The level of every period from all that was seen, and its variance; backwards from the filter's.

            r_{t−1} = v_t/F_t + (1 − K_t)·r_t,   N_{t−1} = 1/F_t + (1 − K_t)²·N_t     (a gap: r and N stay)
            level_t = a_t + P_t·r_{t−1},   variance_t = P_t − P_t²·N_{t−1}

        From the first figure back the level is that of the first, with ``walk`` more variance a period.
        """
        f = self.filtered
        first = f.first
        level, variance = np.empty(len(self.seen)), np.empty(len(self.seen))
        r = n = 0.0
        for t in range(len(self.seen) - 1, first, -1):
            if not math.isnan(self.seen[t]):
                size, keep = f.size[t], self.noise / f.size[t]
                r, n = f.innovation[t] / size + keep * r, 1.0 / size + keep**2 * n
            level[t] = f.predicted[t] + f.spread[t] * r
            variance[t] = f.spread[t] - f.spread[t] ** 2 * n
        # What follows says of the first level as much as its own figure allows: y_1 has the variance of the noise.
        level[first] = f.level[first] + f.after[first] * r
        variance[first] = f.after[first] - f.after[first] ** 2 * n
        for t in range(first - 1, -1, -1):
            level[t], variance[t] = level[first], variance[t + 1] + self.walk
        return level, variance

    def total(self, weights: Floats, ahead: int = 0) -> Total:
        """A weighted sum of what was not seen, in gaps and in ``ahead`` periods that follow: mean and variance.

            total = Σ_t w_t·(α_t + ε_t),   t where nothing was seen, and 1 … ahead periods on

        ``weights`` [T + ahead]; those of what was seen are not read. Exact: the sum is a second state of the filter, so
        gaps and what follows them hang together as they do. Units: the series' own times that of the weights.
        """
        mean, variance = _totals(self.seen, np.array([self.noise]), np.array([self.walk]), weights[None], ahead)
        return Total(float(mean[0, 0]), float(variance[0, 0]))


class Filtered(NamedTuple):
    """The filter's path [T]: predicted level and its variance, innovation and its variance, level and variance after.

    ``first``: the first figure seen; ``counted``: periods whose figure is held against a prediction.
    """

    predicted: Floats
    spread: Floats
    innovation: Floats
    size: Floats
    level: Floats
    after: Floats
    first: int
    counted: np.ndarray


class Total(NamedTuple):
    """A sum that is not known yet: its mean and its variance."""

    mean: float
    variance: float


def _filtered(seen: Floats, noise: float, walk: float) -> Filtered:
    there = ~np.isnan(seen)
    if not there.any():
        raise GroundplanError("nothing was seen of the series", fix="give at least one figure")
    first = int(there.argmax())
    n = len(seen)
    out = np.full((6, n), np.nan)
    a, p = float(seen[first]), noise  # the diffuse start, after its first figure
    out[4, : first + 1], out[5, : first + 1] = a, noise
    for t in range(first + 1, n):
        p += walk
        out[0, t], out[1, t] = a, p
        if there[t]:
            size = p + noise
            v = seen[t] - a
            gain = p / size if size > 0 else 0.0
            out[2, t], out[3, t] = v, size
            a, p = a + gain * v, p * (1.0 - gain)
        out[4, t], out[5, t] = a, p
    counted = there & (np.arange(n) > first)
    return Filtered(out[0], out[1], out[2], out[3], out[4], out[5], first, counted)


def _totals(seen: Floats, noise: Floats, walk: Floats, weights: Floats, ahead: int) -> tuple[Floats, Floats]:
    """Means and variances [K × G] of K weighted sums of what was not seen, for G pairs of variances at once.

    Level a with variance p, sums S with variances V and covariances c with the level:
        a gap      S += w·a,   V += 2·w·c + w²·(p + noise),   c += w·p
        a figure   S += c/F·v,   V −= c²/F,   c −= c·p/F
    """
    y = np.concatenate([seen, np.full(ahead, np.nan)])
    first = int((~np.isnan(y)).argmax())
    a, p = np.full(len(noise), y[first]), noise.copy()
    # Gaps before the first figure: backwards from it the level walks as it does forwards.
    before = weights[:, :first]
    reach = np.cumsum(before, axis=1)  # what hangs on each step of the walk towards the first figure
    whole = before.sum(axis=1)[:, None]
    sums, c = whole * y[first], whole * noise
    spread = whole**2 * noise + (reach**2).sum(axis=1)[:, None] * walk + (before**2).sum(axis=1)[:, None] * noise
    for t in range(first + 1, len(y)):
        p = p + walk
        if not math.isnan(y[t]):
            size, v = p + noise, y[t] - a
            a, sums = a + p / size * v, sums + c / size * v
            spread, c, p = spread - c**2 / size, c - c * p / size, p - p**2 / size
        else:
            w = weights[:, t, None]
            sums, spread, c = sums + w * a, spread + 2.0 * w * c + w**2 * (p + noise), c + w * p
    return sums, np.maximum(spread, 0.0)


def likeliest(seen: Floats) -> LocalLevel | None:
    """The local level whose variances make what was seen likeliest; None for figures without any spread.

    The scale is concentrated out; the walk's share of all variance, 0 to 1, is sought on ever finer grids. At least two
    figures. Units: as the series. Source: ``LocalLevel``.
    """
    if _spreadless(seen):
        return None
    grid = SHARES
    values = _concentrated(seen, grid)[0]
    for _ in range(6):
        k = int(np.argmax(values))
        grid = np.linspace(grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)], 21)
        values = _concentrated(seen, grid)[0]
    k = int(np.argmax(values))
    scale = float(_concentrated(seen, grid)[1][k])
    return LocalLevel(seen, (1.0 - float(grid[k])) * scale, float(grid[k]) * scale)


def expected(seen: Floats, weights: Floats, ahead: int) -> tuple[Floats, Floats] | None:
    """Means and variances [K] of weighted sums of what was not seen, over all variances that the figures allow.

        mean = Σ_g p_g·μ_g,   variance = Σ_g p_g·(s²_g·u_g + (μ_g − mean)²),   s²_g = Σ v²/F / (m − 3)
        p_g ∝ ΠF^{−1/2}·(Σ v²/F)^{−(m−1)/2}

    g: shares of the walk in all variance, 0 to 1, even in their cube roots; μ and u: mean and variance of the sum at
    scale 1; m figures seen. It is the variance of the predictive distribution under the prior 1/scale, which exists
    from four figures on: with fewer, and for figures without any spread, there is none (None). The likeliest variances
    alone would be taken for known, and bands would be too narrow. ``weights`` [K × (T + ahead)]. Units: as
    ``LocalLevel.total``.
    Source: Durbin and Koopman (2012), section 13.1 on Bayesian treatment of variances (not checked).
    """
    m = int((~np.isnan(seen)).sum())
    if m < FEWEST or _spreadless(seen):
        return None
    logs, scale = _concentrated(seen, SHARES)[2], _concentrated(seen, SHARES)[1] * (m - 1) / (m - 3)
    p = np.exp(logs - logs.max())
    p /= p.sum()
    mean, unit = _totals(seen, 1.0 - SHARES, SHARES, weights, ahead)
    middle = mean @ p
    return middle, (unit * scale + (mean - middle[:, None]) ** 2) @ p


def _spreadless(seen: Floats) -> bool:
    there = seen[~np.isnan(seen)]
    return len(there) < 2 or float(np.ptp(there)) <= NO_SPREAD * float(np.abs(there).max())


def _concentrated(seen: Floats, share: Floats) -> tuple[Floats, Floats, Floats]:
    """[G] log-likelihood at the likeliest scale, that scale, and the log-likelihood with the scale integrated out."""
    noise, walk = 1.0 - share, share
    first = int((~np.isnan(seen)).argmax())
    a, p = np.full(len(share), seen[first]), noise.copy()
    squares, logs, m = np.zeros(len(share)), np.zeros(len(share)), 0
    for y in seen[first + 1 :]:
        p = p + walk
        if not math.isnan(y):
            size, v = p + noise, y - a
            squares, logs, m = squares + v**2 / size, logs + np.log(size), m + 1
            a, p = a + p / size * v, p - p**2 / size
    scale = squares / m
    return (
        -0.5 * (m * (np.log(2.0 * np.pi * scale) + 1.0) + logs), scale, -0.5 * (logs + m * np.log(squares)),
    )  # fmt: skip
