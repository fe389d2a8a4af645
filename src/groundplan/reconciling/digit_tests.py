"""Digits and bunching of reported figures: advice that never judges, beside cases in which it was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, chdtrc, gammaln, xlog1py, xlogy

# Fewer figures than this say nothing of digits, and fewer than that near their targets nothing of bunching.
LEAST, LEAST_NEAR = 50, 10
# How near to its target a report lies, as a share, to be counted as just above or just below.
NEAR = 0.05
DIGITS_WRONG = (
    "Sino-Forest's accounts of 2010, a proven fraud, pass the first-digit test (p 0.468), and last digits could not "
    "tell a clean election from a doubtful one (Hussein 2018)."
)
BUNCHING_BESIDE = (
    "In China reports just above the target outnumber those just below about 5 to 1 in prefectures and 4 to 1 in "
    "provinces (Lyu, Wang, Zhang and Zhang 2018); who stops at the target once it is reached bunches honestly."
)


class Advice(NamedTuple):
    """What a test of digits or bunching says, how unlikely that is of honest reports, and where it was wrong."""

    test: str
    figures: int
    statistic: float
    chance: float
    says: str
    beside: str


def first_digits(values: Sequence[float]) -> Advice | None:
    """First digits against Benford's law, P(d) = log10(1 + 1/d): mean absolute deviation of shares, and χ² on 8 df.

    None for fewer than ``LEAST`` figures. Source: Nigrini (2012) for the deviation (not checked).
    """
    sizes = [abs(v) for v in values if v and np.isfinite(v)]
    if len(sizes) < LEAST:
        return None
    counts = np.bincount([first_digit(v) for v in sizes], minlength=10)[1:]
    expected = np.log10(1.0 + 1.0 / np.arange(1, 10))
    n = len(sizes)
    deviation = float(np.abs(counts / n - expected).mean())
    p = float(chdtrc(8, (((counts - n * expected) ** 2) / (n * expected)).sum()))
    return Advice("first digits", n, deviation, p, f"first digits are off by {deviation:.4f} on average", DIGITS_WRONG)


def first_digit(value: float) -> int:
    """The first digit that is not 0.

    >>> first_digit(0.0321), first_digit(1000.0), first_digit(9.99)
    (3, 1, 9)
    """
    return int(f"{abs(value):.15e}"[0])


def last_digits(figures: Sequence[str]) -> Advice | None:
    """Last digits of whole numbers of three digits and more: how often the commonest and the rarest occur.

    The chance is that of n even digits having one as common and one as rare or more so, both at once.
    """
    whole = [f for f in figures if len(f) >= 3 and f.isdigit()]
    if len(whole) < LEAST:
        return None
    counts = np.bincount([int(f[-1]) for f in whole], minlength=10)
    most, least, n = int(counts.max()), int(counts.min()), len(whole)
    says = f"the commonest last digit ends {most / n:.0%} of the figures, the rarest {least / n:.0%}"
    return Advice("last digits", n, most / n, chance_of_extremes(n, most, least), says, DIGITS_WRONG)


def chance_of_extremes(n: int, most: int, least: int) -> float:
    """P(some digit occurs ``most`` times or more, and some digit ``least`` times or fewer) of n even digits.

        1 − P(max < most) − P(min > least) + P(max < most and min > least)

    each by counting: n!·[zⁿ](Σ_k zᵏ/k!)¹⁰ / 10ⁿ with k within its bounds.
    """

    def within(low: int, high: int) -> float:
        ways = np.zeros(n + 1)
        ways[0] = 1.0
        for left in range(10, 0, -1):  # digit by digit, each takes a binomial share of what is left
            after = np.zeros(n + 1)
            for used in np.flatnonzero(ways):
                rest = n - int(used)
                k = np.arange(max(low, 0), min(high, rest) + 1)
                if len(k):
                    after[used + k] += ways[used] * _binomial(k, rest, 1.0 / left)
            ways = after
        return float(ways[n])

    chance = 1.0 - within(0, most - 1) - within(least + 1, n) + within(least + 1, most - 1)
    return min(max(chance, 0.0), 1.0)


def _binomial(k: NDArray[np.int_], n: int, p: float) -> NDArray[np.float64]:
    """The chances that of ``n`` figures ``k`` are of a kind that each is with chance ``p``.

    n! / (k!·(n−k)!) · pᵏ·(1−p)ⁿ⁻ᵏ
    """
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.asarray(np.exp(ways + xlogy(k, p) + xlog1py(n - k, -p)))


def apart_digits(figures: Sequence[str]) -> Advice | None:
    """How often the last two digits are neither alike nor neighbours, 0 and 9 being ones: 70 % of even digits.

    The chance is that of as few or fewer. Source: Beber and Scacco (2012) for the test (not checked).
    """
    pairs = [(int(f[-2]), int(f[-1])) for f in figures if len(f) >= 3 and f.isdigit()]
    if len(pairs) < LEAST:
        return None
    apart = sum((a - b) % 10 not in (0, 1, 9) for a, b in pairs)
    n = len(pairs)
    says = f"{apart} of {n} figures end in two digits apart, where 70 % are expected"
    return Advice("last two digits", n, apart / n, float(bdtr(apart, n, 0.7)), says, DIGITS_WRONG)


def bunching(reported: Sequence[float], targets: Sequence[float]) -> Advice | None:
    """How many reports lie just above their target for each that lies just below; the chance of a fair coin.

    None where fewer than ``LEAST_NEAR`` lie within ``NEAR`` of their target.
    """
    shares = np.array([r / t - 1.0 for r, t in zip(reported, targets, strict=True) if t > 0 and np.isfinite(r)])
    above, below = int(((shares >= 0) & (shares <= NEAR)).sum()), int(((shares < 0) & (shares >= -NEAR)).sum())
    n = above + below
    if n < LEAST_NEAR:
        return None
    p = float(bdtrc(above - 1, n, 0.5))
    says = f"{above} reports lie within 5 % above their target, {below} within 5 % below"
    return Advice("bunching at targets", n, above / max(below, 1), p, says, BUNCHING_BESIDE)


def written(value: float) -> str:
    """A figure as its digits are read: whole numbers in full, nothing of others.

    >>> written(1250.0), written(12.5)
    ('1250', '')
    """
    return str(int(value)) if np.isfinite(value) and float(value).is_integer() and abs(value) < 1e15 else ""
