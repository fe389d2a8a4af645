"""How long the choice of places takes, what each ingredient brings, and how it grows with the number of counties.

    python benchmarks/place.py             everything (about ten minutes)
    python benchmarks/place.py --quick     50 × 5 × 5 and 200 × 10 × 10 alone
    python benchmarks/place.py --only 200 10 10

The countries are made up (seeded): counties on a plane, provinces, five raw materials, two types that serve people,
power before three of the types, rounds of provinces, a longest wait, two budgets. Each size is solved by

    naive    one binary a place, type and year; facilities linked to places by one big-M row; flows year by year
    tight    the model of ``groundplan.places.choosing.model``, handed to HiGHS as it is
    ours     the same model with relaxation, used part, neighbourhoods and proven reduction (``heuristics``)

with the same limit of time. The gap is to the best bound that the run itself has proven.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

import numpy as np

from groundplan.places.choosing.heuristics import relaxation
from groundplan.places.choosing.model import formulate, standing
from groundplan.places.choosing.problem import Siting, round_bounds
from groundplan.places.choosing.search import Effort, Search, Seen
from groundplan.places.choosing.siting import choose
from groundplan.solver.choosing import Chooser
from groundplan.solver.programme import Programme

MATERIALS, SERVING = 5, 2


def road_km(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Ways by road between points of a plane."""
    return np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)) * 1.3


def neighbours(xy: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs within reach, in the order of the first and the second, and their ways; some hundred rows at a time."""
    parts = []
    for first in range(0, len(xy), 500):
        km = road_km(xy[first : first + 500], xy)
        a, b = np.nonzero(km <= reach)
        parts.append((a + first, b, km[a, b]))
    a, b, km = (np.concatenate(part) for part in zip(*parts, strict=True))
    return a, b, km


def ways(xy: np.ndarray, supply: np.ndarray, serving: np.ndarray) -> dict[str, np.ndarray]:
    """What can be hauled from where to where, and who is near enough to be served."""
    a, b, way = neighbours(xy, 90.0)
    source, site, km = (np.tile(part, MATERIALS) for part in (a, b, way))
    material = np.repeat(np.arange(MATERIALS), len(way))
    there = supply[source, material] > 0
    near = a[way <= 60.0], b[way <= 60.0]
    return {
        "source": source[there], "site": site[there], "material": material[there], "km": km[there],
        "near_type": np.repeat(serving, len(near[0])), "near_site": np.tile(near[0], SERVING),
        "near_home": np.tile(near[1], SERVING),
    }  # fmt: skip


def orders(need: np.ndarray, years: int, types: int) -> dict[str, np.ndarray]:
    """Deadlines of the neediest, late enough that the rounds of provinces leave room for them; nothing is forced."""
    counties = len(need)
    urgent = (need > 0.9) & (np.argsort(np.argsort(-need)) < counties // 20)
    return {
        "deadline": np.where(urgent, max(years - 2, 1), 0), "forced": np.full(counties, -1),
        "forced_types": np.zeros((counties, types), dtype=bool), "closed": np.zeros(counties, dtype=bool),
    }  # fmt: skip


def country(counties: int, years: int, types: int, seed: int = 1, share: float = 0.8) -> Siting:
    """A made-up country with the full set of rules; ``share`` of its counties are to be chosen."""
    g = np.random.default_rng(seed)
    provinces = max(2, counties // 17)
    side = 28.0 * np.sqrt(counties)
    xy = g.uniform(0, side, (counties, 2))
    centre = g.choice(counties, provinces, replace=False)
    province = np.argmin(road_km(xy, xy[centre]), axis=1)
    per_year = np.full(years, int(counties * share) // years)
    so_far, size = np.cumsum(per_year), np.bincount(province, minlength=provinces)
    need = g.uniform(0.1, 1.0, counties)
    effect = g.uniform(0.5, 1.5, types)
    serving = np.arange(types - SERVING, types)
    uses = np.where(g.random((types, MATERIALS)) < 0.3, g.uniform(0.5, 1.5, (types, MATERIALS)), 0.0)
    uses[serving] = 0.0
    supply = np.where(g.random((counties, MATERIALS)) < 0.5, g.lognormal(0, 0.7, (counties, MATERIALS)), 0.0)
    supply *= 1.2 * uses.mean(axis=0) * per_year.sum() * 3 / supply.sum(axis=0)
    people = g.lognormal(11, 0.6, counties).round()
    claim = np.stack([effect * g.uniform(0.8, 1.2, types), g.uniform(0.5, 1.5, types)])
    after = np.zeros((types, types), dtype=bool)
    after[1:4, 0] = True
    return Siting(
        ids=tuple(f"c{k:04d}" for k in range(counties)),
        titles=tuple(f"County {k}" for k in range(counties)),
        province=province,
        provinces=tuple(f"Province {k}" for k in range(provinces)),
        years=tuple(range(1, years + 1)),
        per_year=per_year,
        early=1 - 0.05 * np.arange(years),
        need=need,
        readiness=g.uniform(0, 1, counties),
        people=people,
        merit=10 * need,
        kinds=tuple(f"type {k}" for k in range(types)),
        group=np.arange(types),
        gain=3 * need[:, None] * effect * g.uniform(0.6, 1.4, (counties, types)),
        charge=np.zeros((counties, types)),
        gap=need,
        relief=0.1 * effect * np.ones((counties, 1)),
        lag=np.ones(types, dtype=np.int64),
        allowed=np.ones((counties, types), dtype=bool),
        stands=(g.random((counties, types)) < 0.05) | ((np.arange(types) == 0) & (g.random(counties) < 0.6)[:, None]),
        after=after,
        limits=("money", "steel"),
        claim=claim[:, :, None],
        ceiling=np.repeat((claim.mean(axis=1) * per_year[0] * 2.7)[:, None], years, axis=1),
        materials=tuple(f"material {r}" for r in range(MATERIALS)),
        stock=np.arange(MATERIALS),
        supply=supply,
        uses=uses,
        served=serving,
        capacity=np.full(types, 120_000.0),
        haul=0.004,
        person=1e-5,
        kinds_range=(2, 4),
        required=np.zeros(types, dtype=bool),
        quota=np.tile([0, int(per_year.max())], (provinces, 1)),
        share=round_bounds(size, so_far),
        step=0.01,
        **ways(xy, supply, serving),
        **orders(need, years, types),
    )


def naive(s: Siting) -> Programme:
    """The same choice as a first draft would have it: other rows, the same optimum (``test_three_ways_of_placing``)."""
    p = Programme()
    n, F, T = s.shape
    open_ = np.where(s.closed, 0.0, 1.0)[:, None]
    x = p.add_columns("x", (n, T), goal=s.merit[:, None] * s.early, upper=open_, whole=True).numbers
    worth = s.gain[:, :, None] * s.early
    z = p.add_columns("z", (n, F, T), goal=worth, upper=s.buildable[:, :, None], whole=True).numbers
    rows = np.arange(n * T).reshape(n, T)
    p.add_rows("big M", n * T, -np.inf, 0.0, (rows[:, None, :], z, 1.0), (rows, x, -float(s.kinds_range[1])))
    p.add_rows("least", n * T, 0.0, np.inf, (rows[:, None, :], z, 1.0), (rows, x, -float(s.kinds_range[0])))
    p.add_rows("once", n, -np.inf, 1.0, (np.arange(n)[:, None], x, 1.0))
    p.add_rows("a year", T, s.per_year, s.per_year, (np.arange(T)[None], x, 1.0))
    due = np.flatnonzero(s.deadline)
    inside = (np.arange(T) < s.deadline[due, None]).astype(float)
    p.add_rows("wait", len(due), 1, 1, (np.arange(len(due))[:, None], x[due], inside))
    earlier, later = np.nonzero(np.triu(np.ones((T, T))))
    r = np.arange(len(s.provinces) * T).reshape(-1, T)[s.province]
    p.add_rows(
        "rounds", len(s.provinces) * T, s.share[..., 0].ravel(), s.share[..., 1].ravel(),
        (r[:, later], x[:, earlier], 1.0),
    )  # fmt: skip
    for k in range(len(s.limits)):
        p.add_rows("budget", T, -np.inf, s.ceiling[k], (np.arange(T)[None, None], z, s.claim[k, :, 0][None, :, None]))
    for f, g in np.argwhere(s.after):
        lacking = np.flatnonzero(~s.stands[:, g] & s.buildable[:, f])
        r = np.arange(len(lacking) * T).reshape(-1, T)
        p.add_rows("first", r.size, -np.inf, 0.0, (r, z[lacking, f], 1.0), (r, z[lacking, g], -1.0))
    q = p.add_columns("q", (len(s.km), T), goal=-s.haul * s.km[:, None] * (np.arange(T) == T - 1)).numbers
    by = np.arange(n * T).reshape(n, T)
    for k in range(len(s.materials)):
        here = np.flatnonzero(s.material == k)
        every = by[:, later]
        p.add_rows(
            "material", n * T, 0.0, np.inf,
            (by[s.site[here]], q[here], 1.0), (every[:, None, :], z[:, :, earlier], -s.uses[:, k][None, :, None]),
        )  # fmt: skip
        p.add_rows("supply", n * T, -np.inf, np.repeat(s.supply[:, k], T), (by[s.source[here]], q[here], 1.0))
    left = standing(s).left
    for f in s.served:
        pair = np.flatnonzero(s.near_type == f)
        # Only persons whom nothing serves that stands already.
        unserved = left[s.group[f]]
        homes = unserved[s.near_home[pair]][:, None]
        a = p.add_columns(f"a {f}", (len(pair), T), goal=s.person * s.early, upper=homes).numbers
        r = by[s.near_site[pair]]
        p.add_rows("open", n * T, -np.inf, 0.0, (r, a, 1.0), (by, z[:, f], -s.capacity[f]))
        p.add_rows("people", n, -np.inf, unserved, (s.near_home[pair][:, None], a, 1.0))
    return p


def memory() -> float:
    """Peak memory of this process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(kind: str, size: tuple[int, int, int], seconds: float, found: float, bound: float) -> None:
    gap = (bound - found) / abs(found) if np.isfinite(found) and np.isfinite(bound) else np.inf
    share = f"{100 * gap:9.3f} %" if np.isfinite(gap) else "     none"
    print(f"{kind:<6} {size!s:<15} {seconds:8.1f} s {found:12.4f} {bound:12.4f} {share} {memory():7.0f} MB", flush=True)


def case(kind: str, size: tuple[int, int, int], effort: Effort) -> None:
    """One run in this process; the gap over time for ours."""
    s = country(*size)
    began = time.perf_counter()
    if kind == "ours":
        said: list[float] = [0.0]

        def watch(seen: Seen) -> None:
            if seen.seconds - said[0] > 5:
                said[0] = seen.seconds
                print(f"         {seen.line()}", flush=True)

        c = choose(s, effort, watch)
        for stage, seconds, found, bound in c.ingredients:
            print(f"       + {stage:<34} {seconds:7.1f} s  found {found:12.4f}  bound {bound:12.4f}")
        report(kind, size, time.perf_counter() - began, c.objective, c.bound)
        return
    p = naive(s) if kind == "naive" else formulate(s).programme
    ended = Chooser(p, effort.options(time_limit=effort.seconds, mip_rel_gap=effort.gap)).watched()
    found = -np.inf if ended.values is None else ended.objective
    report(kind, size, time.perf_counter() - began, found, ended.bound)


def relaxed(size: tuple[int, int, int], effort: Effort) -> None:
    """Seconds and optimum of the linear relaxation alone."""
    search = Search(effort, lambda _: None)
    optimum = relaxation(search, formulate(country(*size))).optimum
    report("LP", size, search.seconds, -np.inf, optimum)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs=3, type=int)
    parser.add_argument("--kind", choices=("naive", "tight", "ours", "LP"))
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--gap", type=float, default=0.005)
    args = parser.parse_args()
    effort = Effort(gap=args.gap, seconds=args.seconds)
    if args.kind:
        size = tuple(args.only or (200, 10, 10))
        if args.kind == "LP":
            relaxed(size, effort)
        else:
            case(args.kind, size, effort)
        return
    sizes = [tuple(args.only)] if args.only else [(50, 5, 5), (200, 10, 10)]
    runs = [
        (kind, size, 0.0001 if size[0] <= 50 else args.gap) for size in sizes for kind in ("naive", "tight", "ours")
    ]
    if not args.quick and not args.only:
        runs += [("ours", (n, 10, 10), args.gap) for n in (100, 400, 700, 1000)]
    for kind, size, gap in runs:
        # A process of its own, so that the memory told is that of this run alone.
        words = [sys.executable, __file__, "--kind", kind, "--only", *map(str, size), "--gap", str(gap)]
        seconds = args.seconds if size[0] <= 200 else 5 * args.seconds
        subprocess.run([*words, "--seconds", str(seconds)], check=True)


if __name__ == "__main__":
    main()
