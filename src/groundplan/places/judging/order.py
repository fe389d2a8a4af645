"""The order of scores under the rules of years and provinces: quick to solve again, so questions of "what if" go here.

The order knows places a year, provinces, deadlines, forced and forbidden places. It does not know budgets, raw
materials and what must come first; where the choice differs from the order, it is these that moved the place.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundplan.errors import PlanInfeasible
from groundplan.places.choosing.problem import Choice, Floats, Siting, Whole
from groundplan.places.judging.fairness import in_force
from groundplan.solver.choosing import Chooser
from groundplan.solver.programme import Programme

# Rules that the order knows; the others are means.
ORDERING = ("shares of provinces", "quotas of provinces", "longest wait", "forced places", "forbidden places")


def values(s: Siting, c: Choice) -> Floats:
    """[p] what a place counts in the first year with its facilities: those it gets, or where it is not chosen the
    average of what chosen places get, as far as it can have it.
    """
    chosen = c.year >= 0
    usual = c.built[chosen].mean(axis=0) if chosen.any() else np.zeros(len(s.kinds))
    package = np.where(chosen[:, None], c.built, usual[None, :] * s.buildable)
    return np.asarray(s.merit + (s.gain * package).sum(axis=1))


@dataclass(frozen=True)
class Ordered:
    """year [p] number of the year, −1 where not chosen; the sum Σ early[year]·value."""

    year: Whole
    value: float


class Order:
    """The order of given values, solved again and again by one warm solver.

    max Σ_pt early[t]·value[p]·x[p,t]   under places a year, provinces, deadlines, forced and forbidden places
    """

    def __init__(self, s: Siting) -> None:
        self.siting = s
        n, T = len(s.ids), len(s.years)
        p = Programme()
        self.x = p.add_columns("x", (n, T), upper=np.where(s.closed, 0.0, 1.0)[:, None], whole=True).numbers
        p.add_rows("places a year", T, s.per_year, s.per_year, (np.arange(T)[None, :], self.x, 1.0))
        p.add_rows("once", n, -np.inf, 1.0, (np.arange(n)[:, None], self.x, 1.0))
        rows = np.arange(len(s.provinces) * T).reshape(-1, T)[s.province]
        low, high = (np.repeat(s.quota[:, k], T).astype(float) for k in (0, 1))
        p.add_rows("quotas", len(low), low, high, (rows, self.x, 1.0))
        earlier, later = np.nonzero(np.triu(np.ones((T, T))))
        p.add_rows("shares", len(low), s.share[..., 0].ravel(), s.share[..., 1].ravel(),
                   (rows[:, later], self.x[:, earlier], 1.0))  # fmt: skip
        bounds = p.bounds()
        due = s.deadline > 0
        bounds[1][self.x[due[:, None] & (np.arange(T)[None, :] >= s.deadline[:, None])]] = 0.0
        p.add_rows("due", int(due.sum()), 1.0, 1.0, (np.arange(int(due.sum()))[:, None], self.x[due], 1.0))
        now = np.flatnonzero(s.forced >= 0)
        bounds[0][self.x[now, s.forced[now]]] = 1.0
        self.bounds = bounds
        options = {"random_seed": 0, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 1e-9}
        self.loaded = Chooser(p, options, bounds=bounds)

    def solve(self, value: Floats, fixed: tuple[int, int] | None = None) -> Ordered:
        """The order of these values; ``held`` = (place, year's number or −1) holds one place there.

        Raises ``PlanInfeasible`` where no order meets the rules.
        """
        n, T = self.x.shape
        cost = (np.asarray(value)[:, None] * self.siting.early[None, :]).ravel()
        low, high = (b[: n * T].copy() for b in self.bounds)
        if fixed is not None:
            place, at = fixed
            row = self.x[place]
            if at >= 0:
                low[row[at]] = 1.0
            else:
                high[row] = 0.0
        self.loaded.change(cost, low, high)
        # The rows are nearly a network: the relaxation is mostly whole, and much quicker.
        answer = self.loaded.run(relaxed=True)
        if answer.optimal and np.abs(answer.relaxed - np.round(answer.relaxed)).max(initial=0.0) > 1e-6:
            answer = self.loaded.run(relaxed=False)
        if not answer.optimal:
            raise PlanInfeasible("no order of places meets the rules of years and provinces")
        x = np.round(answer.relaxed)
        chosen = x.reshape(n, T) > 0.5
        year = np.where(chosen.any(axis=1), chosen.argmax(axis=1), -1)
        return Ordered(year, float(cost @ x))

    def worths(self, value: Floats, place: int, years: Sequence[int]) -> Floats:
        """[year asked] best sum of all others with the place in that year, −1: not chosen; −inf where impossible."""
        others = np.asarray(value, dtype=float).copy()
        others[place] = 0.0
        out = np.full(len(years), -np.inf)
        for k, year in enumerate(years):
            with contextlib.suppress(PlanInfeasible):
                out[k] = self.solve(others, (place, year)).value
        return out


def years_without(s: Siting, value: Floats) -> dict[str, Whole]:
    """Rule in force → year [p] of every place in the order without that rule."""
    return {name: Order(other).solve(value).year for name, other in in_force(s).items() if name in ORDERING}


def needed(order: Order, value: Floats, place: int, year: int) -> tuple[float, int]:
    """The smallest rise of a place's value that brings it into an earlier year (or in at all), and that year.

        place is in year k  ⇔  k maximises  W[k] + early[k]·value,   W[k] = best sum of the others with the place in k

    so it moves from year j to an earlier k where value = (W[j] − W[k]) / (early[k] − early[j]); exact, all the
    others being ordered anew. (inf, −1) where no value does it. Units: the objective's.
    """
    early = order.siting.early
    here = float(early[year]) if year >= 0 else 0.0
    earlier = [k for k in range(len(early)) if early[k] > here]
    *then, now = order.worths(value, place, [*earlier, year]) if earlier else [-np.inf]
    if not np.isfinite(now):
        return float("inf"), -1
    at = {k: (now - w) / (early[k] - here) for k, w in zip(earlier, then, strict=True) if np.isfinite(w)}
    if not at:
        return float("inf"), -1
    # Of years that are reached at the same value the latest is entered first.
    first = min(at, key=lambda k: (round(at[k], 12), -k))
    return max(0.0, float(at[first] - value[place])), first
