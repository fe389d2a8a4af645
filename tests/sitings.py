"""Small choices of places, drawn by seed, and their best choice by trying every one."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from groundplan.places.choosing.problem import Siting, round_bounds
from groundplan.places.judging.choice_audit import audit
from groundplan.places.judging.fairness import in_steps


def small(seed: int, places: int = 4, years: int = 2, types: int = 2, rounds: bool = True, wait: bool = True) -> Siting:
    """A country of a few places with two provinces, two raw materials, two budgets and a type that needs another."""
    g = np.random.default_rng(seed)
    province = np.arange(places) % 2
    per_year = np.ones(years, dtype=np.int64)
    km = np.abs(np.subtract.outer(*[g.uniform(0, 100, places)] * 2))
    near = [np.nonzero(km <= reach) for reach in (0.0, 60.0)]
    source, site = (np.concatenate([near[r][k] for r in (0, 1)]) for k in (0, 1))
    material = np.repeat([0, 1], [len(near[0][0]), len(near[1][0])])
    after = np.zeros((types, types), dtype=bool)
    after[types - 1, 0] = bool(g.random() < 0.4)
    need = g.uniform(0.1, 1, places).round(3)
    size = np.bincount(province)
    most = np.tile(size[:, None], (1, years)).astype(float)
    free = np.stack([np.zeros_like(most), most], axis=-1)
    stands = g.random((places, types)) < 0.1
    claim = g.uniform(0.5, 1.5, (2, types, 2))
    claim[1, :, 1] = 0.0
    return Siting(
        ids=tuple(f"p{k}" for k in range(places)),
        titles=tuple(f"Place {k}" for k in range(places)),
        province=province,
        provinces=("North", "South"),
        years=tuple(range(2001, 2001 + years)),
        per_year=per_year,
        early=1 - 0.1 * np.arange(years),
        need=need,
        readiness=g.uniform(0, 1, places).round(3),
        people=g.integers(10, 100, places).astype(float),
        merit=need,
        kinds=tuple(f"type{f}" for f in range(types)),
        group=np.arange(types),
        gain=g.uniform(0.1, 1, (places, types)),
        charge=g.uniform(0, 0.1, (places, types)),
        gap=need,
        relief=g.uniform(0.05, 0.4, (places, types)),
        lag=np.ones(types, dtype=np.int64),
        allowed=g.random((places, types)) < 0.9,
        stands=stands,
        after=after,
        limits=("money", "steel"),
        claim=claim,
        ceiling=np.tile(claim.sum(axis=(1, 2))[:, None] * 0.8, (1, years)),
        materials=("ore of the place", "wood within 60 km"),
        stock=np.array([0, 1]),
        supply=g.uniform(0, 2, (places, 2)),
        uses=np.where(g.random((types, 2)) < 0.6, g.uniform(0.2, 1.5, (types, 2)), 0.0),
        source=source,
        site=site,
        material=material,
        km=km[source, site],
        served=np.zeros(0, dtype=np.int64),
        capacity=np.zeros(types),
        near_type=np.zeros(0, dtype=np.int64),
        near_site=np.zeros(0, dtype=np.int64),
        near_home=np.zeros(0, dtype=np.int64),
        haul=0.002,
        person=0.0,
        kinds_range=(1, 2),
        required=np.zeros(types, dtype=bool),
        quota=np.tile([0, 1], (2, 1)),
        share=round_bounds(size, np.cumsum(per_year)) if rounds else free,
        deadline=np.where(need > 0.85, years, 0) if wait else np.zeros(places, dtype=np.int64),
        forced=np.full(places, -1),
        forced_types=np.zeros((places, types), dtype=bool),
        closed=np.zeros(places, dtype=bool),
        step=0.05,
    )


def haul(s: Siting, built: np.ndarray) -> float | None:
    """The least cost of carrying what the facilities need, by another solver's own interface; None: it is not there."""
    from scipy.optimize import linprog

    needs = built.astype(float) @ s.uses
    if not len(s.km):
        return 0.0 if not needs.any() else None
    n, arcs = len(s.ids), np.arange(len(s.km))
    got = np.zeros((n * len(s.materials), len(s.km)))
    got[s.site * len(s.materials) + s.material, arcs] = 1.0
    gone = np.zeros((n * s.supply.shape[1], len(s.km)))
    gone[s.source * s.supply.shape[1] + s.stock[s.material], arcs] = 1.0
    found = linprog(s.haul * s.km, A_ub=gone, b_ub=s.supply.ravel(), A_eq=got, b_eq=needs.ravel())
    return float(found.fun) if found.status == 0 else None


def listed(s: Siting, year: tuple[int, ...], built: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The list of a choice as the audit reads it."""
    who = [k for k, y in enumerate(year) if y >= 0]
    chosen = pd.DataFrame({"place": [s.ids[k] for k in who], "year": [s.years[year[k]] for k in who]})
    pairs = np.argwhere(built)
    return chosen, pd.DataFrame(
        {"place": [s.ids[p] for p, _ in pairs], "facility": [s.kinds[f] for _, f in pairs]}, dtype=object
    )


def every(s: Siting) -> list[tuple[tuple[int, ...], np.ndarray, float]]:
    """All choices that keep the rules: years, facilities, objective. Rules by the audit, carrying by ``haul``."""
    n, F, T = s.shape
    packages = [np.array(p, dtype=bool) for p in itertools.product((False, True), repeat=F) if any(p)]
    options = [(-1, np.zeros(F, dtype=bool))] + [(t, p) for t in range(T) for p in packages]
    found, hauls = [], dict[bytes, float | None]()
    for choice in itertools.product(options, repeat=n):
        year = tuple(t for t, _ in choice)
        if any(sum(y == t for y in year) != k for t, k in enumerate(s.per_year)):
            continue
        built = np.array([p for _, p in choice])
        none = pd.DataFrame({"material": [], "source": [], "site": [], "amount": []})
        broken = {v.rule for v in audit(s, *listed(s, year, built), none)}
        if any(not rule.startswith("raw material") for rule in broken):
            continue
        if built.tobytes() not in hauls:
            hauls[built.tobytes()] = haul(s, built)
        cost = hauls[built.tobytes()]
        if cost is None:
            continue
        early = np.array([s.early[t] if t >= 0 else 0.0 for t in year])
        worth = early @ s.merit + (early[:, None] * s.gain * built - s.charge * built).sum() - cost
        found.append((year, built, float(worth)))
    return found


def gaps(s: Siting, year: tuple[int, ...], built: np.ndarray, measure: str) -> tuple[int, ...]:
    """Remaining gaps in steps, largest first."""
    T = len(s.years)
    when = np.array(year)
    if measure == "end":
        left = s.gap - (s.relief * built).sum(axis=1)
    else:
        works = np.maximum(T - when[:, None] - s.lag[None, :], 0) * built
        left = T * s.gap - (s.relief * works).sum(axis=1)
    return tuple(sorted(in_steps(left, s.step).tolist(), reverse=True))
