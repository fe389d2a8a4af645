"""What sectors can make with the inputs at hand: nested CES over cost shares.

    v[g,j] = min(α, stock / (ψ·wanted stock))               how well input g is at hand; 1: for the base
    r[i,j] = CES(v of home i, v of imported i; their shares in the use of i, σ between them)
    o[j]   = min(α, max(1, r[i,j] of every critical i))     overtime; α the ceiling of output
    F[j]   = o·min((1 + Σ_critical w[i,j](min(r/o, 1)^ρ − 1))^(1/ρ), the same over important inputs),   ρ = 1 − 1/σ

w[i,j] is the share of product i in the cost of j. Overtime is worked only as far as every critical input is at hand
for it: more hours make good what plant or people fell behind, not gas that is not there. Where imports are a minor
part of a use, or do not bind, r is the mean of both by their shares: a lack of them then costs what they cost and no
more. Products that are neither critical nor important hold nobody back. Source: nests in the manner of Bachmann et
al. (2022) (not checked); inputs limit output whatever the overtime as in ARIO (Hallegatte 2008, not checked); figures
in ``scenarios.settings``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from groundplan.shocks.dynamics.system import CRITICAL, IDLE, IMPORTANT, System

EVEN = 1e-12
LEAST = 1e-15
NEAR_ONE = 1e-6


def exponent(sigma: float) -> float:
    """ρ = 1 − 1/σ of an elasticity; one of 1 is taken at 1.000001, as ρ must not be 0."""
    rho = 1.0 - 1.0 / sigma
    return NEAR_ONE if abs(rho) < NEAR_ONE else rho


def power(x: np.ndarray, rho: float) -> np.ndarray:
    """x^ρ for x from 1e-15; by products where ρ is a whole number, by roots where it is a half or a quarter.

    >>> power(np.array([0.5]), -3.0), power(np.array([16.0]), -0.25)
    (array([8.]), array([0.5]))
    """
    return raised(np.maximum(x, LEAST), rho)


def raised(x: np.ndarray, rho: float) -> np.ndarray:
    """x^ρ of x above 0, written over x where it can be, as fresh memory costs more than a product."""
    size = abs(rho)
    if size in (0.5, 0.25):
        for _ in range(1 if size == 0.5 else 2):
            np.sqrt(x, out=x)
    elif size < 32 and rho == round(rho):
        x = _whole(x, round(size))
    else:
        return np.asarray(np.power(x, rho, out=x))
    return x if rho > 0 else np.asarray(np.reciprocal(x, out=x))


def _whole(x: np.ndarray, left: int) -> np.ndarray:
    """X to a whole power, by squares and products; written over x."""
    out = None
    while left > 1:
        if left & 1:
            out = x.copy() if out is None else np.multiply(out, x, out=out)
        left >>= 1
        np.multiply(x, x, out=x)
    return x if out is None else np.asarray(np.multiply(out, x, out=out)) if left else np.ones_like(x)


class Nests:
    """The nests of a system; P products, each of a home input, an imported one, or both.

    ample    p       steps of base use in stock at which an input holds nothing back
    reach    what a lack of inputs that were low at the last ``able`` reaches
    """

    def __init__(self, s: System) -> None:
        how = s.behaviour.makes_do
        self.ceiling = how.ceiling
        self.ample = s.behaviour.psi * how.ceiling * s.stocks
        self.rho = {CRITICAL: exponent(how.sigma_critical), IMPORTANT: exponent(how.sigma_important)}
        self.between = exponent(how.sigma_imports)
        codes = list(dict.fromkeys(s.products))
        at_home = np.isin(np.arange(len(s.inputs)), s.input_of[: s.n])
        self.product = np.array([codes.index(code) for code in s.products])
        self.rows = np.full((2, len(codes)), -1)
        for g, i in enumerate(self.product):
            self.rows[0 if at_home[g] else 1, i] = g
        use = [self._of(part, s.use[:, : s.n], 0.0) for part in self.rows]
        self.uses = [u > 0 for u in use]
        ways = [
            np.where(u, self._of(part, s.binding, IDLE), IDLE) for u, part in zip(self.uses, self.rows, strict=True)
        ]
        self.way = np.minimum(*ways)
        whole = use[0] + use[1]
        self.home = np.where(whole > 0, use[0] / np.where(whole > 0, whole, 1.0), 1.0)[:, None]
        self.plain = ((ways[1] == IDLE) & self.uses[1])[:, None]
        cost = whole / np.where(s.output > 0, s.output, np.inf)
        self.cost = {way: np.where(self.way == way, cost, 0.0) for way in (CRITICAL, IMPORTANT)}
        self.per_step = (1.0 / (self.ample * (1.0 - EVEN)))[:, None, None]
        self.reach = Reach(self, np.zeros(0, dtype=int))
        self.with_full = np.ones((1, 1, s.n))
        self.at_hand = self.with_full[:0]

    @property
    def low(self) -> np.ndarray:
        """Inputs of which somebody has less than holds nothing back; as of the last ``able``."""
        return self.reach.low

    @property
    def filled(self) -> np.ndarray:
        """How well these are at hand, rows × B × n."""
        return self.with_full[:-1]

    @staticmethod
    def _of(rows: np.ndarray, values: np.ndarray, empty: float) -> np.ndarray:
        """The rows of products; ``empty`` where a product has none."""
        return np.asarray(np.where((rows >= 0)[:, None], values[rows], empty))

    def able(self, stock: np.ndarray) -> np.ndarray | float:
        """F, over base output, B × n (one figure where nothing is low); ``stock`` is p × B × n, steps of base use."""
        least = stock.reshape(len(stock), -1).min(axis=1)
        low = np.flatnonzero(least < self.ample * (1.0 - EVEN))
        if not np.array_equal(low, self.low):
            self.reach = Reach(self, low)
        if not low.size:
            return self.ceiling
        # The last row stands for all that nobody lacks.
        self.with_full = np.empty((len(low) + 1, *stock.shape[1:]))
        filled = self.with_full[:-1]
        np.multiply(stock if len(low) == len(stock) else stock[low], self.per_step[low], out=filled)
        np.minimum(filled, 1.0, out=filled)
        self.with_full[-1] = 1.0
        if not self.reach.products.size:
            return self.ceiling
        self.at_hand = self._products()
        overtime = self._overtime()
        return np.asarray(overtime * np.minimum(self._nest(CRITICAL), self._nest(IMPORTANT)))

    def _overtime(self) -> np.ndarray | float:
        """o, B × n; ``at_hand`` is told over it afterwards: 1 at most."""
        if self.ceiling == 1.0:
            return 1.0
        # As much above what is at hand as ``per_step`` is: a lack the size of rounding is none.
        self.at_hand *= self.ceiling * (1.0 + EVEN)
        critical = self.reach.critical[:, None]
        overtime = np.maximum(np.min(self.at_hand, axis=0, where=critical, initial=self.ceiling), 1.0)
        self.at_hand /= overtime
        np.minimum(self.at_hand, 1.0, out=self.at_hand)
        return np.asarray(overtime)

    def _nest(self, way: int) -> np.ndarray:
        """One nest, B × n; 1 at rest."""
        nest, rho = self.reach.nests[way], self.rho[way]
        if not nest.cost.size:
            return np.ones(self.at_hand.shape[1:])
        lacking = power(self.at_hand if nest.all else self.at_hand[nest.rows], rho)
        lacking -= 1.0
        total = 1.0 + np.einsum("ij,ibj->bj", nest.cost, lacking)
        return np.asarray(np.power(np.maximum(total, 0.0 if rho > 0 else 1.0), 1.0 / rho))

    def _products(self) -> np.ndarray:
        """R of the products that are touched, P' × B × n."""
        r = self.reach
        out = np.empty((len(r.products), *self.with_full.shape[1:]))
        out[r.single] = self.with_full[r.alone]
        out[r.by_share.at] = self._mean(self.with_full[r.by_share.home], self.with_full[r.by_share.abroad], r.by_share)
        if r.blended.at.size:
            out[r.blended.at] = self._blend(self.with_full[r.blended.home], self.with_full[r.blended.abroad], r.blended)
        return out

    def _mean(self, home: np.ndarray, abroad: np.ndarray, pairs: Pairs) -> np.ndarray:
        """Home and imported goods of products by their shares."""
        mean = pairs.share * home
        mean += (1.0 - pairs.share) * abroad
        return np.asarray(mean)

    def _blend(self, home: np.ndarray, abroad: np.ndarray, pairs: Pairs) -> np.ndarray:
        """Home and imported goods of products as one; writes over ``home`` and ``abroad``."""
        mean = self._mean(home, abroad, pairs)
        home, abroad = (raised(np.maximum(v, LEAST, out=v), self.between) for v in (home, abroad))
        home *= pairs.share
        abroad *= 1.0 - pairs.share
        home += abroad
        return np.where(pairs.plain, mean, raised(home, 1.0 / self.between))

    def scarcest(self) -> np.ndarray:
        """The input whose lack costs every sector most in the nest that binds, B × n, an index of inputs."""
        shape, touched = self.with_full.shape[1:], self.reach.products
        if not touched.size:
            return np.zeros(shape, dtype=int)
        nests = [self._nest(way) for way in (CRITICAL, IMPORTANT)]
        costs = []
        for way in (CRITICAL, IMPORTANT):
            rho = self.rho[way]
            lack = (power(self.at_hand, rho) - 1.0) * (1.0 if rho < 0 else -1.0)
            costs.append(self.cost[way][touched][:, None] * lack)
        worst = touched[np.where(nests[0] <= nests[1], costs[0], costs[1]).argmax(axis=0)]
        members, columns = np.indices(shape)
        had = []
        for k in (0, 1):
            row = self.rows[k][worst]
            level = self.with_full[np.where(row >= 0, self.reach.place[row], -1), members, columns]
            had.append(np.where((row >= 0) & self.uses[k][worst, columns], level, np.inf))
        return np.asarray(np.where(had[0] <= had[1], self.rows[0][worst], self.rows[1][worst]))


class Pairs(NamedTuple):
    """Products from home and abroad: their places among those that a lack reaches, the rows of ``Nests.with_full`` that
    tell how well both are at hand, the share of home, and who takes both by their shares.
    """

    at: np.ndarray
    home: np.ndarray
    abroad: np.ndarray
    share: np.ndarray
    plain: np.ndarray


class Nest(NamedTuple):
    """The products of one nest among those that a lack reaches, their shares of cost, and whether they are all."""

    rows: np.ndarray
    cost: np.ndarray
    all: bool


class Reach:
    """Which products a lack of ``low`` inputs reaches that binds somebody, and how they stand in the nests.

    It changes when an input runs low or is full again, so it is kept from step to step. ``place`` of an input is its
    row among the low ones, −1 (the row that is full) for others.
    """

    def __init__(self, nests: Nests, low: np.ndarray) -> None:
        self.low = low
        self.place = np.full(len(nests.ample), -1)
        self.place[low] = np.arange(len(low))
        products = np.unique(nests.product[low])
        self.products = products[(nests.way[products] < IDLE).any(axis=1)]
        rows = nests.rows[:, self.products]
        stand = np.where(rows >= 0, self.place[rows], -1)
        alone = (rows < 0).any(axis=0)
        self.single, self.alone = np.flatnonzero(alone), stand[:, alone].max(axis=0)
        plain = nests.plain[self.products, 0] | (nests.way[self.products] == IDLE)
        by_share = plain.all(axis=1)
        self.by_share = self._pairs(nests, stand, ~alone & by_share, plain)
        self.blended = self._pairs(nests, stand, ~alone & ~by_share, plain)
        self.critical = nests.way[self.products] == CRITICAL
        self.nests = {}
        for way in (CRITICAL, IMPORTANT):
            cost = nests.cost[way][self.products]
            here = cost.any(axis=1)
            self.nests[way] = Nest(np.flatnonzero(here), cost[here], bool(here.all()))

    def _pairs(self, nests: Nests, stand: np.ndarray, which: np.ndarray, plain: np.ndarray) -> Pairs:
        share = nests.home[self.products[which]]
        return Pairs(np.flatnonzero(which), stand[0, which], stand[1, which], share, plain[which][:, None])
