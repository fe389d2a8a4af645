"""How long a plan takes, how it grows, and what a peer needs for the same programme.

    python benchmarks/plan.py            everything (some minutes)
    python benchmarks/plan.py --quick    Kenya alone and two sizes

Prints for each case: compiling accounts into activities, writing the programme, solving (HiGHS interior
point with crossover), the peer (scipy.optimize.linprog, HiGHS, on the same matrices handed over ready made) and the
peak memory of the process so far; then the exponents of growth, log time over log size.
Peer and ours run in turn in the same process.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import scipy.optimize

from groundplan import Economy
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import solve
from groundplan.tables.readers import wiod
from groundplan.tables.table import Table

SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", Path(__file__).parents[2] / "shared" / "data"))


def timed(work: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def memory() -> float:
    """Peak memory of the process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peer(model: Any) -> float:
    """scipy.optimize.linprog on the matrices of the same programme: seconds."""
    p = model.programme
    a, (low, high) = p.matrix(), p.sides()
    equal = low == high
    less, more = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
    upper = scipy.sparse.vstack([a[less], -a[more]])
    bound = np.concatenate([high[less], -low[more]])
    seconds, result = timed(
        lambda: scipy.optimize.linprog(
            -p.costs(), upper, bound, a[equal], high[equal], np.column_stack(p.bounds()), method="highs-ipm"
        )
    )
    return seconds if result.status == 0 else float("nan")


def case(name: str, e: Economy, years: int = 10, *, with_peer: bool = True) -> dict[str, float]:
    policy = Policy(years=years)
    compiling, a = timed(lambda: compile_plan(e, policy))
    writing, model = timed(lambda: programme(a, policy))
    solving, solution = timed(lambda: solve(model, policy))
    other = peer(model) if with_peer else float("nan")
    q = solution.quality
    print(
        f"{name:<26} {len(e.sectors):>4} {years:>3} {q['rows']:>7} {q['columns']:>7} {q['nonzeros']:>8} "
        f"{compiling:8.2f} {writing:8.2f} {solving:8.2f} {compiling + writing + solving:8.2f} "
        f"{other:8.2f} {memory():8.0f}",
        flush=True,
    )
    return {"compile": compiling, "write": writing, "solve": solving, "all": compiling + writing + solving}


def replicated(e: Economy, k: int) -> Economy:
    """Every sector k times, each cell shared out evenly: the same economy with k times as many labels."""
    n = [f"{s}.{r}" for s in e.sectors for r in range(k)]

    def grown(array: Any) -> Any:
        out = array
        for dim in ("product", "sector"):
            if dim in array.dims:
                out = out.isel({dim: np.repeat(np.arange(array.sizes[dim]), k)}).assign_coords({dim: n})
                if array.name != "depreciation":
                    out = out / k
        return out.assign_attrs(array.attrs)

    arrays = {
        f.name: grown(getattr(e, f.name))
        for f in dataclasses.fields(e)
        if hasattr(getattr(e, f.name), "dims") and {"product", "sector"} & set(getattr(e, f.name).dims)
    }
    labels = {f"{s}.{r}": e.labels[s] for s in e.sectors for r in range(k)}
    return e.replacing(**arrays, labels=labels)


def halved(e: Economy) -> Economy:
    """Neighbouring sectors added up in pairs."""
    pairs = [e.sectors[i] for i in range(0, len(e.sectors), 2) for _ in range(2)][: len(e.sectors)]

    def added(array: Any) -> Any:
        out = array
        for dim in ("product", "sector"):
            if dim in array.dims:
                out = out.assign_coords({dim: pairs}).groupby(dim).sum()
        return out.assign_attrs(array.attrs)

    weighed = e.depreciation * e.capital_stock
    stock = added(e.capital_stock)
    arrays = {
        f.name: added(getattr(e, f.name))
        for f in dataclasses.fields(e)
        if hasattr(getattr(e, f.name), "dims") and {"product", "sector"} & set(getattr(e, f.name).dims)
    }
    arrays["depreciation"] = added(weighed) / stock.where(stock > 0, 1.0)
    return e.replacing(**arrays, labels={s: e.labels[s] for s in dict.fromkeys(pairs)})


def exponent(sizes: list[float], seconds: list[float]) -> float:
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--quick", action="store_true")
    quick = args.parse_args().quick
    head = ("case", "n", "yrs", "rows", "columns", "nonzeros", "compile", "write", "solve", "all", "peer", "MB")
    print("{:<26} {:>4} {:>3} {:>7} {:>7} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}".format(*head))
    kenya = Economy.load("KEN")
    case("warm-up: Kenya", kenya, 1, with_peer=False)
    case("Kenya 2019", kenya)
    if not quick:
        path = SHARED / "wiod2016_nio" / "csv_2014" / "KOR_2014.csv"
        if path.is_file():
            table: Table = wiod.read(path, "KOR", 2014, "USD2014m")
            case("Korea 2014 (WIOD)", Economy.from_table(table))
        else:
            print(f"56 sectors: the WIOD table is not at {path}")
        case("Brazil 2021", Economy.load("BRA", 2021))
        case("Spain 2019", Economy.load("ESP", 2019))
    sizes = [halved(kenya), kenya, *(replicated(kenya, k) for k in ((2,) if quick else (2, 4, 8)))]
    by_size = [case(f"Kenya, {len(e.sectors)} sectors", e, 10, with_peer=len(e.sectors) < 200) for e in sizes]
    lengths = (5, 10) if quick else (5, 10, 20, 40)
    by_years = [case(f"Kenya, {years} years", kenya, years) for years in lengths]
    n = [float(len(e.sectors)) for e in sizes]
    for part in ("compile", "write", "solve", "all"):
        print(
            f"{part:<8} grows with sectors to the power {exponent(n, [c[part] for c in by_size]):.2f}, "
            f"with years to the power {exponent(list(map(float, lengths)), [c[part] for c in by_years]):.2f}"
        )


if __name__ == "__main__":
    main()
