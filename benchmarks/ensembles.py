"""How long ensembles, the vulnerability table and planned responses take, and that workers change no number.

    python benchmarks/ensembles.py            everything (some minutes)
    python benchmarks/ensembles.py --quick    Kenya and the 56-sector country, one worker

Prints for each ensemble of 1,000 members: sectors, inputs, steps, workers, seconds, peak memory of the process; then
the exponent of growth, log time over log cells (inputs × sectors). The 56-sector country is of the world input-output
database where its tables are at hand (GROUNDPLAN_SHARED), else Kenya stands alone; larger ones are it with every
industry split into equal parts.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

from groundplan import Economy
from groundplan.batches.compute import compute
from groundplan.crisis.worth import worth_of_coordination
from groundplan.shocks.drawing.distributions import Distribution, Draw
from groundplan.shocks.drawing.ensembles import ensemble_job
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.scenarios.events import CutImports
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario, library
from groundplan.shocks.vulnerability import vulnerability
from groundplan.tables.readers import wiod

SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", Path(__file__).parents[2] / "shared" / "data"))
TABLE = SHARED / "wiod2016_nio" / "csv_2014" / "FIN_2014.csv"
MEMBERS = 1000


def timed(work: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def memory() -> float:
    """Peak memory of the process and its children, MB."""
    parts = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(p).ru_maxrss for p in parts) / 1024


def parted(e: Economy, k: int) -> Economy:
    """Every industry in k equal parts."""
    if k == 1:
        return e
    names = [f"{s}.{r}" for s in e.sectors for r in range(k)]

    def rows(a: Any, dim: str, share: float) -> Any:
        return (a.isel({dim: np.repeat(np.arange(a.sizes[dim]), k)}) * share).assign_coords({dim: names})

    square = {n: rows(rows(getattr(e, n), "product", 1 / k), "sector", 1 / k) for n in ("domestic_use", "imported_use")}
    wide = ("domestic_final", "imported_final", "exports", "reexports")
    by_product = {n: rows(getattr(e, n), "product", 1 / k) for n in wide}
    by_sector = {
        n: rows(getattr(e, n), "sector", 1 / k)
        for n in ("primary", "employment", "capital_stock", "investment_by_sector")
    }
    wear = {"depreciation": rows(e.depreciation, "sector", 1.0)}
    return e.replacing(**square, **by_product, **by_sector, **wear, controls={}, imported_by_partner=None)


def distribution(step: str, horizon: int) -> Distribution:
    scenario = Scenario(
        name="imports are cut", step=step, horizon=horizon, events=(CutImports(name="cut"),),
        behaviour=Behaviour(binding="all"),
    )  # fmt: skip
    draws = (
        Draw(event="cut", field="depth", shape="triangular", low=0.1, mode=0.3, high=1.0),
        Draw(event="cut", field="length", shape="lognormal", median=60, spread=0.6, high=300),
    )
    return Distribution(scenario=scenario, draws=draws, members=MEMBERS, seed=1)


def ensemble(name: str, e: Economy, step: str, horizon: int, workers: int) -> tuple[float, int, np.ndarray]:
    d = distribution(step, horizon)
    system = system_of(e, d.scenario)
    seconds, members = timed(lambda: compute(ensemble_job(system, d), workers=workers))
    print(
        f"{name:<22} {system.n:>5} {len(system.inputs):>6} {d.scenario.steps:>5} {workers:>7} {seconds:9.1f} "
        f"{memory():9.0f}",
        flush=True,
    )
    return seconds, system.n * len(system.inputs), members["loss"]


def ensembles(quick: bool) -> None:
    print(f"{MEMBERS} members         sectors inputs steps workers   seconds       MB")
    cases = [("Kenya", Economy.load("KEN"))]
    if TABLE.is_file():
        finland = Economy.from_table(wiod.read(TABLE, "FIN", 2014, "USD2014m"), tolerance=0.02)
        cases += [("Finland", finland)]
        cases += [] if quick else [(f"Finland × {k}", parted(finland, k)) for k in (2, 6)]
    grown, kept = [], {}
    for name, e in cases:
        for workers in (1,) if quick else (1, 2):
            for step, horizon in (("week", 364), ("day", 364)):
                if step == "day" and len(e.sectors) > 100:
                    continue
                seconds, cells, loss = ensemble(f"{name}, by the {step}", e, step, horizon, workers)
                if workers == 1:
                    kept[name, step] = loss
                    grown += [(cells, seconds)] if step == "week" and name != "Kenya" else []
                elif not np.array_equal(kept[name, step], loss):
                    raise SystemExit("two workers give other numbers than one")
    if len(grown) > 1:
        (a, s), (b, t) = grown[0], grown[-1]
        print(f"growth: seconds ~ cells^{np.log(t / s) / np.log(b / a):.2f}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    ensembles(quick)
    kenya = Economy.load("KEN")
    seconds, outcome = timed(lambda: vulnerability(kenya))
    print(f"vulnerability table of Kenya: {outcome['cut_loss'].size} cells, {seconds:.1f} s")
    for name in ("harvest failure",) if quick else ("harvest failure", "fuel cut", "closed border"):
        scenario = library()[name]
        began = time.process_time()
        seconds, outcome = timed(lambda chosen=scenario: worth_of_coordination(kenya, chosen))
        told, used = outcome.provenance, time.process_time() - began
        print(
            f"coordination, Kenya, {name}, {scenario.steps} days: {seconds:.1f} s, {used:.1f} s of processor; "
            f"worth {told['worth_of_coordination']:.0f} {kenya.money}, largest breach {told['largest_breach']:.1g}"
        )


if __name__ == "__main__":
    main()
