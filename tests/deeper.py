"""Pairs of scenarios of which the second takes more: deeper, longer, or one event more."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, Event, LoseCapacity, TakeLabour
from groundplan.shocks.scenarios.scenario import Scenario

UNMET, VALUE_ADDED = 1e-6, 1e-4
BATCH = 8
WAYS = ("deeper", "longer", "one event more")


class Pair(NamedTuple):
    """Two lists of events, and how the second takes more than the first."""

    way: str
    less: tuple[Event, ...]
    more: tuple[Event, ...]


class Losses(NamedTuple):
    """What pairs lose, as shares of the base over the horizon: pairs × 2, the milder first."""

    unmet: np.ndarray
    value_added: np.ndarray

    @property
    def breaches(self) -> int:
        """Pairs in which more that is taken loses less, beyond what the law allows."""
        return int(((np.diff(self.unmet) < -UNMET) | (np.diff(self.value_added) < -VALUE_ADDED)).sum())


def _some(rng: np.random.Generator, codes: Sequence[str]) -> tuple[str, ...]:
    if rng.random() < 0.25:
        return ("all",)
    return tuple(str(c) for c in rng.choice(codes, min(int(rng.integers(1, 6)), len(codes)), replace=False))


def drawn_event(rng: np.random.Generator, e: Economy) -> Event:
    """Imports cut, a market closed, capacity or labour lost: at any time of 60 days, for 5 to 150 days."""
    when: dict[str, Any] = {
        "start": int(rng.integers(0, 60)), "length": int(rng.integers(5, 150)), "depth": float(rng.uniform(0.02, 0.9)),
        "recovery": str(rng.choice(["step", "linear", "exponential"])), "recovery_days": float(rng.uniform(5, 60)),
    }  # fmt: skip
    bought = e.imported_use.values.sum(axis=1) + e.imported_final.values.sum(axis=1)
    kind = rng.integers(5)
    if kind <= 1:
        return CutImports(products=_some(rng, [c for c, m in zip(e.sectors, bought, strict=True) if m > 0]), **when)
    makers = [c for c, x in zip(e.sectors, e.output.values, strict=True) if x > 0]
    if kind == 2:
        return LoseCapacity(sectors=_some(rng, makers), **when)
    if kind == 3:
        return TakeLabour(sectors=_some(rng, makers), **when)
    return CloseMarket(products=_some(rng, makers), **when)


def drawn_pair(rng: np.random.Generator, e: Economy) -> Pair:
    """One to three events, and the same with more taken."""
    events = [drawn_event(rng, e) for _ in range(rng.integers(1, 4))]
    way, k, more = str(rng.choice(WAYS)), int(rng.integers(len(events))), list(events)
    if way == "deeper":
        more[k] = dataclasses.replace(more[k], depth=more[k].depth + float(rng.random()) * (1.0 - more[k].depth))
    elif way == "longer":
        more[k] = dataclasses.replace(more[k], length=more[k].length + int(rng.integers(1, 100)))
    else:
        more.append(drawn_event(rng, e))
    return Pair(way, tuple(events), tuple(more))


def losses(s: System, sc: Scenario, pairs: Sequence[Pair]) -> Losses:
    """What pairs lose of final use and of value added by output."""
    wanted, steps = float((s.use[:, s.n :] * s.counted).sum()), sc.steps
    unmet, value_added = [], []
    for k in range(0, len(pairs), BATCH):
        members = [events for pair in pairs[k : k + BATCH] for events in (pair.less, pair.more)]
        paths = propagate_batch(s, [shock_of(s, sc.replacing(events=events)) for events in members])
        lost = (1.0 - paths.production) * (s.output > 0) @ s.value_added
        unmet.append(paths.unmet.sum(axis=(1, 2)) / (wanted * steps))
        value_added.append(lost.sum(axis=1) / (s.value_added.sum() * steps))
    return Losses(*(np.concatenate(part).reshape(-1, 2) for part in (unmet, value_added)))
