"""How long a stressed year takes, beside BoARIO on the same system, and how near that is to the memory's own speed.

    python benchmarks/stress.py                      48, 300 and 1,120 industries for 365 days, 2,464 for 60
    python benchmarks/stress.py 48 300               these sizes
    python benchmarks/stress.py --days 20 2464       as many days
    python benchmarks/stress.py --ensemble           1,000 members: a 56-sector country, 300 industries

Tables are made up (seeded): R regions with S sectors, either with suppliers' shares that differ by user, so that every
day reads the whole matrix of shares, or alike for all users, where the flows factor. BoARIO (0.7.2, psi model, its
defaults) and ours run in turn in the same process on the same table, event and days; "apart" is the largest difference
of production, in units of base output. The bandwidth is that of reading an array of 128 MB; "floor" is the time in
which a day's data (shares once, stocks and what is held of them three times) could be read at that speed.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
import warnings
from dataclasses import replace
from typing import Any

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "2")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from groundplan.shocks.dynamics.build import assembled, system_from_arrays  # noqa: E402
from groundplan.shocks.dynamics.propagation import propagate_batch  # noqa: E402
from groundplan.shocks.dynamics.shock import Shock, quiet  # noqa: E402
from groundplan.shocks.dynamics.system import System  # noqa: E402
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Scenario  # noqa: E402

SIZES = {48: (6, 8), 300: (10, 30), 1120: (20, 56), 2464: (44, 56)}
BYTES = 8


def timed(work: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def memory() -> float:
    """Peak memory of the process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bandwidth() -> float:
    """Bytes a second that one core reads, the best of five."""
    array = np.ones(2**24)
    return array.nbytes / min(timed(array.sum)[0] for _ in range(5))


def table(regions: int, sectors: int, *, alike: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Z, Y and x of a made-up table, regions outermost; one final category a region."""
    rng = np.random.default_rng(7)
    n = regions * sectors
    share = rng.uniform(0.1, 1.0, (regions, sectors, 1 if alike else n + regions))
    share /= share.sum(axis=0)
    need = rng.uniform(0.01, 1.0, (sectors, n))
    need *= rng.uniform(0.3, 0.6, n) / need.sum(axis=0)
    final = rng.uniform(1.0, 10.0, (sectors, regions)) * 1e4
    a = (share[..., :n] * need).reshape(n, n)
    y = (share[..., n:] if not alike else share) * final
    y = y.reshape(n, regions)
    x = np.linalg.solve(np.eye(n) - a, y.sum(axis=1))
    return a * x, y, x


def labels(count: int, letter: str) -> list[str]:
    return [f"{letter}{k:03d}" for k in range(count)]


def boario(z: np.ndarray, y: np.ndarray, x: np.ndarray, regions: int, sectors: int, days: int) -> tuple[float, Any]:
    """Seconds of BoARIO's loop, and its production over base output."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import logging

        logging.disable(logging.CRITICAL)
        import pymrio
        from boario.event import from_scalar_industries
        from boario.extended_models import ARIOPsiModel
        from boario.simulation import Simulation

        rows = pd.MultiIndex.from_product([labels(regions, "r"), labels(sectors, "s")], names=["region", "sector"])
        columns = pd.MultiIndex.from_product([labels(regions, "r"), ["final"]], names=["region", "category"])
        io = pymrio.IOSystem(Z=pd.DataFrame(z, rows, rows), Y=pd.DataFrame(y, rows, columns))
        io.x = pd.DataFrame({"indout": x}, index=rows)
        io.A = pymrio.calc_A(io.Z, io.x)
        with tempfile.TemporaryDirectory() as folder:
            run = Simulation(ARIOPsiModel(io), n_temporal_units_to_sim=days, boario_output_dir=folder)
            run.add_event(
                from_scalar_industries(
                    0.5 * float(x[0]), event_type="recovery", affected_industries=[rows[0]], impact_distrib="equal",
                    occurrence=5, duration=10, recovery_tau=60, event_monetary_factor=10**6,
                )
            )  # fmt: skip
            seconds, _ = timed(run.loop)
            made = run.production_realised.to_numpy()
    return seconds, made / made[0]


def ours(z: np.ndarray, y: np.ndarray, x: np.ndarray, regions: int, sectors: int, days: int) -> tuple[System, Shock]:
    """The same system and event."""
    how = replace(BY_ORDERS,
        binding="all", imports="pooled", rationing="proportional", restock_days=60.0, overtime="kept",
        own_use="as others",
    )  # fmt: skip
    sc = Scenario(name="benchmark", horizon=days, stocks={"default": 90}, behaviour=how)
    s = system_from_arrays(
        z, y, sc, regions=labels(regions, "r"), codes=labels(sectors, "s"), output=x, capital=4.0 * (x - z.sum(axis=0))
    )
    q = quiet(s, days)
    after = np.maximum(np.arange(days) - 16, 0)
    left = np.where(np.arange(days) < 5, 0.0, np.maximum(1.0 - after / 60.0, 0.0))
    q.capacity[:, 0] -= left * 0.5 * x[0] / s.capital[0]
    return s, q


def side_by_side(n: int, days: int, speed: float) -> dict[str, float]:
    regions, sectors = SIZES[n]
    out = {}
    for alike in (False, True):
        z, y, x = table(regions, sectors, alike=alike)
        theirs, production = boario(z, y, x, regions, sectors, days)
        s, shock = ours(z, y, x, regions, sectors, days)
        found = s.factored is not None
        assert found == alike
        propagate_batch(s, [quiet(s, 2)])
        seconds, paths = timed(lambda s=s, shock=shock: propagate_batch(s, [shock]))
        apart = float(np.abs(paths.production[0] - production).max())
        read = BYTES * (3 * 2 * sectors * n + (0 if found else n * n))
        floor = read / speed
        day, theirs = seconds / days, theirs / days
        print(
            f"{n:>6} {days:>5} {'factored' if found else 'dense':>9} {1e3 * theirs:10.3f} {1e3 * day:10.3f} "
            f"{theirs / day:8.1f} {1e3 * floor:9.3f} {day / floor:8.1f} {apart:9.1e} {memory():8.0f}",
            flush=True,
        )
        out["factored" if found else "dense"] = day
        out["BoARIO"] = theirs
    return out


def country(n: int) -> System:
    """A made-up national economy of n sectors with as many imported inputs, as a nation's table gives it."""
    rng = np.random.default_rng(11)
    need = rng.uniform(0.0, 1.0, (n, n)) / n
    home, foreign = 0.4 * need, 0.15 * need
    final = rng.uniform(1.0, 10.0, (n, 6))
    x = np.linalg.solve(np.eye(n) - home, final.sum(axis=1))
    use = np.vstack([np.hstack([home * x, final]), np.hstack([foreign * x, 0.2 * final])])
    codes = tuple(labels(n, "s"))
    sc = Scenario(name="ensemble", stocks={"default": 30}, behaviour=replace(BY_ORDERS, binding="all"))
    return assembled(
        sc, products=[*codes, *codes], money="money", sectors=codes, codes=codes, regions=("",) * n,
        suppliers=(*codes, *(f"{c} from abroad" for c in codes)), partners=("",) * n + ("abroad",) * n,
        input_of=np.arange(2 * n), inputs=(*(f"home:{c}" for c in codes), *(f"imported:{c}" for c in codes)),
        finals=("rural", "urban", "state", "capital", "stocks", "exports"),
        final_kinds=("household", "household", "government", "investment", "inventories", "exports"),
        output=x, value_added=x - use[:, :n].sum(axis=0), capital=3.0 * x, labour=np.ones((1, n)), skills=("labour",),
        use=use, shares=np.ones(2 * n), from_stocks=np.zeros(2 * n), labels={},
    )  # fmt: skip


def ensemble(name: str, s: System, batch: int, days: int = 365) -> None:
    """Time of one core for 1,000 members, measured on one batch."""
    rng, shocks = np.random.default_rng(3), []
    for _ in range(batch):
        q = quiet(s, days)
        q.capacity[10:100, rng.integers(s.n)] = rng.uniform(0.2, 0.9)
        shocks.append(q)
    propagate_batch(s, [quiet(s, 2)])
    began = time.process_time()
    propagate_batch(s, shocks)
    seconds = (time.process_time() - began) * 1000 / batch
    print(f"{name:<34} {batch:>3} a batch: {seconds:7.1f} s of one core, {seconds / 2:7.1f} on two, {memory():.0f} MB")


def ensembles() -> None:
    """1,000 members of a year: a country of 56 sectors, one of 300, and 300 industries of ten regions."""
    for batch in (8, 32):
        ensemble("country of 56 sectors", country(56), batch)
    for alike in (True, False):
        s, _ = ours(*table(10, 30, alike=alike), 10, 30, 365)
        for batch in (8, 16):
            ensemble(f"300 industries, {'factored' if alike else 'dense'}", s, batch)
    ensemble("country of 300 sectors", country(300), 1)


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("sizes", nargs="*", type=int, help=f"among {', '.join(map(str, SIZES))}")
    args.add_argument("--days", type=int, help="days a run; as stated above where left out")
    args.add_argument("--ensemble", action="store_true")
    told = args.parse_args()
    if told.days is not None and told.days < 20:
        args.error("the event takes until day 15: give 20 days or more")
    if unknown := set(told.sizes) - set(SIZES):
        args.error(f"sizes are among {', '.join(map(str, SIZES))}, not {', '.join(map(str, sorted(unknown)))}")
    speed = bandwidth()
    print(f"reading memory: {speed / 1e9:.1f} GB / s; ms a day; the machine's load is {os.getloadavg()[0]:.1f}")
    if told.ensemble:
        ensembles()
        return
    head = ("n", "days", "flows", "BoARIO", "ours", "times", "floor", "× floor", "apart", "MB")
    print("{:>6} {:>5} {:>9} {:>10} {:>10} {:>8} {:>9} {:>8} {:>9} {:>8}".format(*head))
    sizes = told.sizes or list(SIZES)
    found = [side_by_side(n, told.days or (60 if n > 2000 else 365), speed) for n in sizes]
    if len(sizes) > 1:
        for way in ("BoARIO", "dense", "factored"):
            power = np.polyfit(np.log(sizes), np.log([f[way] for f in found]), 1)[0]
            print(f"{way:<9} grows with the number of industries to the power {power:.2f}")


if __name__ == "__main__":
    main()
