"""Capital that was destroyed and is ordered again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from groundplan.shocks.dynamics.shock import Rebuild, Shock
from groundplan.shocks.dynamics.system import System


class Sites:
    """What is still destroyed, by member and sector, and what of it is on order with whom.

        M[r,j] += σ[r,j]·mix[g(r)]·lost[j]        when rebuilding begins
        asked[r] = Σ_j M[r,j]·step/rebuild_days
        M[r,j] −= what of this was delivered;     destroyed[j] = waiting[j] + Σ_r M[r,j]

    σ[r,j] is supplier r's share in the sector's base purchases of the input, or in everybody's where the sector buys
    none. Orders stay with the supplier that they were placed with. Units: money; asked in money / step.
    Source: Hallegatte (2008), reconstruction (citation not checked).
    """

    def __init__(self, s: System, shocks: Sequence[Shock]) -> None:
        self.s = s
        self.events = [(b, r) for b, shock in enumerate(shocks) for r in shock.rebuilds]
        self.active = bool(self.events)
        if not self.active:
            return
        wanted = np.any([r.mix > 0 for _, r in self.events], axis=0)
        self.makers = np.flatnonzero(wanted[s.input_of])
        self.sites = np.flatnonzero(np.any([r.lost > 0 for _, r in self.events], axis=0))
        self.waiting = np.zeros((len(shocks), len(self.sites)))
        self.open = np.zeros((len(shocks), len(self.makers), len(self.sites)))
        self.pace = min(1.0, s.days_per_step / s.behaviour.rebuild_days)
        capital = s.capital[self.sites]
        self.capital = np.where(capital > 0, capital, np.inf)

    def orders_of(self, r: Rebuild) -> np.ndarray:
        """What an event's rebuilding orders from each maker for each site, money."""
        s, inputs = self.s, self.s.input_of[self.makers]
        total = s.sum_by_input(s.base_flow[None])[0][inputs]
        share = (s.base_flow[self.makers] / np.where(total > 0, total, 1.0))[:, None]
        if s.shares.ndim > 1:
            bought = s.use[np.ix_(inputs, self.sites)] > 0
            share = np.where(bought, s.shares[np.ix_(self.makers, self.sites)], share)
        return np.asarray(share * r.mix[inputs, None] * r.lost[self.sites])

    def destroyed(self, t: int) -> np.ndarray | float:
        """Share of capital that is destroyed at step t, events of this step among it; B × n."""
        if not self.active:
            return 0.0
        for b, r in self.events:
            if r.step == t:
                self.waiting[b] += r.lost[self.sites]
            if r.begins == t:
                self.waiting[b] -= r.lost[self.sites]
                self.open[b] += self.orders_of(r)
        share = np.zeros((len(self.waiting), self.s.n))
        share[:, self.sites] = (self.waiting + self.open.sum(axis=1)) / self.capital
        return np.minimum(share, 1.0)

    def asked(self) -> np.ndarray:
        """What rebuilding asks of each supplier, B × m, money / step."""
        out = np.zeros((len(self.open), len(self.s.suppliers)))
        out[:, self.makers] = self.pace * self.open.sum(axis=2)
        return out

    def receive(self, served: np.ndarray) -> None:
        """Take in what suppliers delivered of what was asked; ``served`` is B × m."""
        self.open *= 1.0 - self.pace * served[:, self.makers, None]
