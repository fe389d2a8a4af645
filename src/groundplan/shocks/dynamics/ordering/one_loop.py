"""One step of users whose suppliers differ, as one loop: every input's shares are read once into the cache.

Translated to the machine's own instructions where numba is installed (the extra ``fast``), and kept on disk so; where
it is not, ``DenseStores`` takes the same step in whole arrays, with the same figures but for rounding. Sums may be
taken in another order, so that several terms are added at a time; no value is assumed away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

try:
    from numba import njit  # type: ignore[import-not-found, import-untyped, unused-ignore]

    COMPILED = True
except ImportError:  # not installed, or it does not fit the numpy that is
    COMPILED = False

    def njit(**_: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Without numba the loop stays Python: right, and far too slow for anything but its test."""
        return lambda function: function


LOOSE = {"reassoc", "contract", "nsz", "arcp"}


@njit(cache=True, fastmath=LOOSE)  # type: ignore[untyped-decorator, unused-ignore]
def add_one(came: np.ndarray, ahead: np.ndarray, s: np.ndarray, old: float, new: float) -> None:
    """One supplier's shares into two sums over suppliers, with a weight each."""
    for j in range(len(s)):
        came[j] += old * s[j]
        ahead[j] += new * s[j]


@njit(cache=True, fastmath=LOOSE)  # type: ignore[untyped-decorator, unused-ignore]
def add_two(
    came: np.ndarray, ahead: np.ndarray, s: np.ndarray, u: np.ndarray, old: float, new: float, old2: float, new2: float
) -> None:
    """Two suppliers' shares at a time, which spares half of the reading and writing of the sums."""
    for j in range(len(s)):
        came[j] += old * s[j] + old2 * u[j]
        ahead[j] += new * s[j] + new2 * u[j]


@njit(cache=True, fastmath=LOOSE)  # type: ignore[untyped-decorator, unused-ignore]
def product(asked: np.ndarray, s: np.ndarray) -> float:
    """What all users ask of one supplier."""
    total = 0.0
    for j in range(len(s)):
        total += asked[j] * s[j]
    return total


@njit(cache=True, fastmath=LOOSE)  # type: ignore[untyped-decorator, unused-ignore]
def settle(
    stock: np.ndarray,
    capped: np.ndarray,
    total: np.ndarray,
    asked: np.ndarray,
    came: np.ndarray,
    ahead: np.ndarray,
    last: np.ndarray,
    aim: np.ndarray,
    x: np.ndarray,
    wanted: np.ndarray,
    z: np.ndarray,
    d: float,
    kappa: float,
    free: bool,
) -> None:
    """One input's stocks after what came and was used, and what is asked anew, by user; in place."""
    for j in range(len(stock)):
        ordered = last[j] / d + kappa * (aim[j] - capped[j])
        level = stock[j] + (came[j] / total[j] * ordered - x[j] / d)
        if free:
            level = max(level, 0.0)
        stock[j] = level
        capped[j] = min(level, wanted[j])
        total[j] = ahead[j] if ahead[j] > 0 else 1.0
        asked[j] = z[j] * (x[j] + kappa * d * (wanted[j] - capped[j])) / total[j]


@njit(cache=True, fastmath=LOOSE)  # type: ignore[untyped-decorator, unused-ignore]
def dense_step(
    shares: np.ndarray,
    starts: np.ndarray,
    edges: np.ndarray,
    tier: np.ndarray,
    free: int,
    depth: np.ndarray,
    kappa: np.ndarray,
    z: np.ndarray,
    stock: np.ndarray,
    capped: np.ndarray,
    total: np.ndarray,
    flows: np.ndarray,
    gave: np.ndarray,
    weights: np.ndarray,
    orders: np.ndarray,
) -> None:
    """The equations of ``stocks_and_orders`` for all inputs g and members b, in place.

    shares [supplier in order of inputs, user], suppliers of g from starts[g]; users of a part from edges[k], of tier
    tier[k]; stocks of inputs from ``free`` on stay at 0 or above. depth, kappa [g]; z [g, j]; stock, capped, total
    [g, b, j]; flows [last, aim, production, wanted] × [b, j]; gave [b, r, tier] weight times share delivered; weights
    [b, r]; orders [b, r, tier] is written. Units: as there.
    """
    members, users = flows.shape[1], flows.shape[2]
    came, ahead, asked = np.empty(users), np.empty(users), np.empty(users)
    for g in range(len(z)):
        for b in range(members):
            came[:] = 0.0
            ahead[:] = 0.0
            for k in range(len(tier)):
                first, end, i = edges[k], edges[k + 1], tier[k]
                r, last = starts[g], starts[g + 1]
                while r + 1 < last:
                    add_two(
                        came[first:end], ahead[first:end], shares[r, first:end], shares[r + 1, first:end],
                        gave[b, r, i], weights[b, r], gave[b, r + 1, i], weights[b, r + 1],
                    )  # fmt: skip
                    r += 2
                if r < last:
                    add_one(came[first:end], ahead[first:end], shares[r, first:end], gave[b, r, i], weights[b, r])
            settle(
                stock[g, b], capped[g, b], total[g, b], asked, came, ahead, flows[0, b], flows[1, b], flows[2, b],
                flows[3, b], z[g], depth[g], kappa[g], g >= free,
            )  # fmt: skip
            for k in range(len(tier)):
                first, end = edges[k], edges[k + 1]
                for r in range(starts[g], starts[g + 1]):
                    orders[b, r, tier[k]] = weights[b, r] * product(asked[first:end], shares[r, first:end])
