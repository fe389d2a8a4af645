"""What sectors can make with the inputs at hand: nested CES over cost shares.

    v[g,j] = min(1, stock / (ψ·α·wanted stock))             how well input g is at hand
    r[i,j] = CES(v of home i, v of imported i; their shares in the use of i, σ between them)
    F[j]   = α·min((1 + Σ_critical w[i,j](r^ρ − 1))^(1/ρ), the same over important inputs),   ρ = 1 − 1/σ

w[i,j] is the share of product i in the cost of j, α the ceiling of output. Where imports are a minor part of a use, or
do not bind, r is the mean of both by their shares: a lack of them then costs what they cost and no more. Products that
are neither critical nor important hold nobody back.
Source: nests in the manner of Bachmann et al. (2022) (not checked); figures in ``scenarios.settings``.
"""

from __future__ import annotations

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
    """x^ρ for x from 1e-15; by products where ρ is a whole number, a root where it is a half.

    >>> power(np.array([0.5]), -3.0)
    array([8.])
    """
    x = np.maximum(x, LEAST)
    if rho == 0.5:
        return np.asarray(np.sqrt(x))
    if not abs(rho) < 32 or rho != round(rho):
        return np.asarray(np.power(x, rho))
    left, out = round(abs(rho)), None
    while True:
        if left & 1:
            # In place, as fresh memory costs more than the product.
            out = x.copy() if out is None else np.multiply(out, x, out=out)
        left >>= 1
        if not left:
            break
        np.multiply(x, x, out=x)
    if out is None:
        return np.ones_like(x)
    return out if rho > 0 else np.asarray(np.reciprocal(out, out=out))


class Nests:
    """The nests of a system; P products, each of a home input, an imported one, or both.

    ample   p       steps of base use in stock at which an input holds nothing back
    low     rows    inputs of which somebody has less; as of the last ``able``
    filled  v of these rows, rows × B × n
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
        self.plain = ((ways[1] == IDLE) & self.uses[0] & self.uses[1])[:, None]
        cost = whole / np.where(s.output > 0, s.output, np.inf)
        self.cost = {way: np.where(self.way == way, cost, 0.0) for way in (CRITICAL, IMPORTANT)}
        self.low = np.zeros(0, dtype=int)
        self.filled = np.zeros((0, 1, s.n))
        self.touched = np.zeros(0, dtype=int)
        self.at_hand = self.filled

    @staticmethod
    def _of(rows: np.ndarray, values: np.ndarray, empty: float) -> np.ndarray:
        """The rows of products; ``empty`` where a product has none."""
        return np.asarray(np.where((rows >= 0)[:, None], values[rows], empty))

    def able(self, stock: np.ndarray) -> np.ndarray | float:
        """F, over base output, B × n (one figure where nothing is low); ``stock`` is p × B × n, steps of base use."""
        least = stock.reshape(len(stock), -1).min(axis=1)
        self.low = np.flatnonzero(least < self.ample * (1.0 - EVEN))
        self.touched = self.touched[:0]
        if not self.low.size:
            return self.ceiling
        self.filled = np.minimum(stock[self.low] / self.ample[self.low, None, None], 1.0)
        self.filled[self.filled > 1.0 - EVEN] = 1.0
        products = np.unique(self.product[self.low])
        binding = (self.way[products] < IDLE).any(axis=1)
        self.touched = products[binding]
        if not self.touched.size:
            return self.ceiling
        self.at_hand = self._products()
        return np.asarray(self.ceiling * np.minimum(self._nest(CRITICAL), self._nest(IMPORTANT)))

    def _nest(self, way: int) -> np.ndarray:
        """One nest, B × n; 1 at rest."""
        cost, rho = self.cost[way][self.touched], self.rho[way]
        here = cost.any(axis=1)
        if not here.any():
            return np.ones(self.at_hand.shape[1:])
        part = self.at_hand if here.all() else self.at_hand[here]
        lacking = power(part, rho)
        lacking -= 1.0
        total = 1.0 + np.einsum("ij,ibj->bj", cost[here], lacking)
        return np.asarray(np.power(np.maximum(total, 0.0 if rho > 0 else 1.0), 1.0 / rho))

    def _products(self) -> np.ndarray:
        """R of the products that are touched, P' × B × n."""
        at = np.full(len(self.ample), -1)
        at[self.low] = np.arange(len(self.low))
        rows = self.rows[:, self.touched]
        low = np.where(rows >= 0, at[rows], -1)
        single = (rows < 0).any(axis=0)
        out = np.empty((len(self.touched), *self.filled.shape[1:]))
        out[single] = self.filled[low[:, single].max(axis=0)]
        if not single.all():
            pair = ~single
            home, abroad = (self._filled(low[k, pair]) for k in (0, 1))
            out[pair] = self._blend(home, abroad, self.touched[pair])
        return out

    def _filled(self, at: np.ndarray) -> np.ndarray:
        """How well rows are filled, at places among the low ones; 1 where a row is not low (−1)."""
        out = self.filled[np.maximum(at, 0)]
        out[at < 0] = 1.0
        return np.asarray(out)

    def _blend(self, home: np.ndarray, abroad: np.ndarray, products: np.ndarray) -> np.ndarray:
        """Home and imported goods of products as one."""
        share, plain = self.home[products], self.plain[products]
        mean = share * home + (1.0 - share) * abroad if plain.any() else None
        total = share * power(home, self.between) + (1.0 - share) * power(abroad, self.between)
        blend = power(total, 1.0 / self.between)
        return blend if mean is None else np.where(plain, mean, blend)

    def scarcest(self) -> np.ndarray:
        """The input whose lack costs every sector most in the nest that binds, B × n, an index of inputs."""
        shape = self.filled.shape[1:]
        if not self.touched.size:
            return np.zeros(shape, dtype=int)
        nests = [self._nest(way) for way in (CRITICAL, IMPORTANT)]
        costs = []
        for way in (CRITICAL, IMPORTANT):
            rho = self.rho[way]
            lack = (power(self.at_hand, rho) - 1.0) * (1.0 if rho < 0 else -1.0)
            costs.append(self.cost[way][self.touched][:, None] * lack)
        worst = self.touched[np.where(nests[0] <= nests[1], costs[0], costs[1]).argmax(axis=0)]
        at = np.full(len(self.ample) + 1, -1)
        at[self.low] = np.arange(len(self.low))
        members, columns = np.indices(shape)
        had = []
        for k in (0, 1):
            row = self.rows[k][worst]
            low = np.where(row >= 0, at[row], -1)
            level = np.where(low >= 0, self.filled[np.maximum(low, 0), members, columns], 1.0)
            had.append(np.where((row >= 0) & self.uses[k][worst, columns], level, np.inf))
        return np.asarray(np.where(had[0] <= had[1], self.rows[0][worst], self.rows[1][worst]))
