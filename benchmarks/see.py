"""How fast a world table answers, and what a peer needs for the same answer on the same figures.

    python benchmarks/see.py            everything (some minutes, 1 GB)
    python benchmarks/see.py --quick    the smallest table alone, extraction at its size

Prints, for world tables of 1,435 (WIOD 2011 where it is at hand), 2,464 and 3,465 industries: the value added from
abroad in all final uses of one country, by one solve here and by pymrio's functions in the shortest order that its
manual allows (A, L, stressors, then the product) and with ``calc_all``; one solve by iteration and on kept factors;
then the extraction of every industry in turn against solving anew; then reading WIOD 2011. Every row is a process of
its own, so that its peak memory is its own; the figures of both sides are compared, and the run fails where they
differ. Synthetic tables are drawn from a seed and say so.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.linalg

from groundplan.economy.leontief import Leontief
from groundplan.economy.world import World
from groundplan.measures.extraction import extract_all
from groundplan.measures.world.partners import partner_extraction
from groundplan.measures.world.value_added_trade import value_added_in_final_use
from groundplan.measures.world.world_dependence import import_content_by_partner, look_through_reliance
from groundplan.sources import Source
from groundplan.tables.readers import wiod_world
from groundplan.tables.readers.wiod import FINALS
from groundplan.tables.world_table import WorldTable, open_world_table

SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", Path(__file__).parents[2] / "shared" / "data"))
WIOD = SHARED / "wiod2013_mrio" / "wiot_2011_full.npz"
SHAPES = {1435: (41, 35), 2464: (44, 56), 3465: (77, 45)}
SAMPLE = 4


def timed(work: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """The shortest of several runs, and the last result."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        result = work()
        spent.append(time.perf_counter() - began)
    return min(spent), result


def memory() -> float:
    """Peak memory of the process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(work: Callable[..., Any], *args: object) -> Any:
    """The result of ``work`` in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args).result()


def synthetic(size: int) -> WorldTable:
    """A world of that size: inputs cost 30 to 70 per cent of output, about a fifth of them from abroad."""
    r, n = SHAPES[size]
    rng = np.random.default_rng(size)
    a = rng.gamma(0.3, 1.0, (size, size))
    near = np.kron(np.eye(r), np.ones((n, n)))
    a *= np.where(near > 0, 0.8 / n, 0.2 / (size - n))
    a *= rng.uniform(0.3, 0.7, size) / a.sum(axis=0)
    final = rng.gamma(0.3, 1.0, (size, 5 * r)) * np.where(np.kron(np.eye(r), np.ones((n, 5))) > 0, 1.0, 0.2 / r)
    x = Leontief(a).solve(final.sum(axis=1))
    use = a * x
    return WorldTable(
        year=2011,
        money="USD2011m",
        countries=tuple(f"C{k:02d}" for k in range(r)),
        industries=tuple(f"i{k:02d}" for k in range(n)),
        final_kinds=dict(FINALS),
        primary_kinds={"VA": "other"},
        use=use,
        final_use=final,
        primary=(x - use.sum(axis=0))[None],
        source=Source("benchmark", f"synthetic world of {size} industries", "none", "none"),
        rounding=0.0,
    )


def table(size: int) -> tuple[str, WorldTable]:
    if size == 1435 and WIOD.is_file():
        return "WIOD 2011", wiod_world.read(WIOD, 2011, release="2013")
    return "synthetic", synthetic(size)


def ours(size: int) -> dict[str, Any]:
    """One country's foreign value added from the accounts on, then single solves, then a second country."""
    name, t = table(size)
    w = World.from_table(t)
    country = w.countries[4]
    start = memory()
    first, origins = timed(lambda: value_added_in_final_use(w, country))
    customs, _ = timed(lambda: import_content_by_partner(w, country))
    single, _ = timed(lambda: w.leontief.solve(w.final_use.values[:, 0]), 3)
    again, _ = timed(lambda: value_added_in_final_use(w, w.countries[7]), 3)
    lean = memory()
    factoring, _ = timed(lambda: w.leontief.factors)
    kept, _ = timed(lambda: w.leontief.solve(w.final_use.values[:, 0]), 3)
    through, _ = timed(lambda: look_through_reliance(w, country))
    fallen, _ = timed(lambda: partner_extraction(w, country))
    return {
        "name": name,
        "seconds": {
            "value added from abroad, first country": first,
            "the same, a second country": again,
            "import content by partner, national view": customs,
            "one solve, iterated": single,
            "factorisation, once": factoring,
            "one solve on kept factors": kept,
            "look-through reliance of all sectors": through,
            "extraction of every partner's supplies": fallen,
        },
        "start": start,
        "memory": lean,
        "with factors": memory(),
        "answer": origins.drop_sel(origin=country).sum("product").values,
    }


def peer(size: int, everything: bool) -> dict[str, Any]:
    """The same figure by pymrio's functions one after another, or out of ``calc_all``."""
    warnings.simplefilter("ignore")
    import pymrio

    io, country = system(size)
    start = memory()

    def shortest() -> np.ndarray:
        x = pymrio.calc_x(io.Z, io.Y)
        inverse = pymrio.calc_L(pymrio.calc_A(io.Z, x))
        s = pymrio.calc_S(io.value_added.F, x)
        used = io.Y[country].sum(axis=1)
        return np.asarray((s.iloc[0] * (inverse @ used)).groupby(level=0, sort=False).sum().drop(country))

    seconds, answer = timed(io.calc_all if everything else shortest)
    if everything:
        answer = io.value_added.D_imp_reg[country].sum()
    return {"seconds": seconds, "start": start, "memory": memory(), "answer": np.asarray(answer)}


def system(size: int) -> tuple[Any, str]:
    """The accounts as pymrio holds them, value added as their one extension."""
    import pymrio

    _, t = table(size)
    rows = pd.MultiIndex.from_product([t.countries, t.industries], names=["region", "sector"])
    uses = pd.MultiIndex.from_product([t.countries, t.final_kinds], names=["region", "category"])
    earned = t.use.sum(axis=1) + t.final_use.sum(axis=1) - t.use.sum(axis=0)
    f = pd.DataFrame([earned], ["value added"], rows)
    io = pymrio.IOSystem(Z=pd.DataFrame(t.use, rows, rows), Y=pd.DataFrame(t.final_use, rows, uses))
    io.value_added = pymrio.Extension(name="value added", F=f)
    return io, t.countries[4]


def extraction(size: int) -> dict[str, Any]:
    """All industries in turn by one factorisation, and a sample of them by solving anew."""
    _, t = table(size)
    w = World.from_table(t)
    a, x = w.coefficients, w.output
    f, ones = x - a @ x, np.ones((1, size))
    seconds, loss = timed(lambda: extract_all(w.leontief.factors, a, x, f, ones))
    used = memory()
    chosen = np.linspace(0, size - 1, SAMPLE).astype(int)

    def anew(k: int) -> float:
        cut, left = np.eye(size) - a, f.copy()
        cut[k], cut[:, k], left[k] = 0.0, 0.0, 0.0
        cut[k, k] = 1.0
        return float(x.sum() - scipy.linalg.solve(cut, left, overwrite_a=True, check_finite=False).sum())

    slow, wanted = timed(lambda: [anew(int(k)) for k in chosen])
    np.testing.assert_allclose(loss[0, chosen], wanted, rtol=1e-7, atol=1e-7 * x.max())
    return {"seconds": seconds, "anew": slow / SAMPLE * size, "memory": used}


def reading(form: str, folder: str) -> dict[str, Any]:
    """WIOD 2011 from the file named, to accounts that balance."""
    if form == "text, pymrio":
        warnings.simplefilter("ignore")
        import pymrio

        seconds, io = timed(lambda: pymrio.load_all(folder))
        return {"seconds": seconds, "memory": memory(), "answer": float(io.Z.to_numpy().sum() + io.Y.to_numpy().sum())}
    path = {"npz": WIOD, "text": Path(folder) / "wiot_2011.csv", "our own npz": Path(folder) / "wiot_2011.npz"}[form]

    def read() -> WorldTable:
        return open_world_table(path) if form == "our own npz" else wiod_world.read(path, 2011, release="2013")

    seconds, w = timed(lambda: World.from_table(read()))
    return {"seconds": seconds, "memory": memory(), "answer": float(w.output.sum())}


def written(folder: str) -> None:
    """WIOD 2011 as text, ours and pymrio's, and as our own file."""
    warnings.simplefilter("ignore")
    _, t = table(1435)
    rows = [f"{c}_{i}" for c in t.countries for i in t.industries]
    uses = [f"{c}_{f}" for c in t.countries for f in t.final_kinds]
    frame = pd.DataFrame(np.hstack([t.use, t.final_use]), rows, [*rows, *uses])
    frame["OUTPUT"] = frame.sum(axis=1)
    lower = pd.DataFrame([t.primary.sum(axis=0), frame["OUTPUT"].to_numpy()], ["VA_TLS_TTM", "OUTPUT"], rows)
    pd.concat([frame, lower]).to_csv(Path(folder) / "wiot_2011.csv", index_label="row")
    t.save(Path(folder) / "wiot_2011.npz")
    io, _ = system(1435)
    io.save_all(folder, table_format="txt")


def compare(size: int) -> None:
    mine, short, full = apart(ours, size), apart(peer, size, False), apart(peer, size, True)
    np.testing.assert_allclose(mine["answer"], short["answer"], rtol=1e-7)
    np.testing.assert_allclose(mine["answer"].sum(), full["answer"].sum(), rtol=1e-7)
    print(f"\n{size} industries ({mine['name']}); both sides agree on value added from abroad to 7 digits")
    for what, seconds in mine["seconds"].items():
        print(f"  {what:<48}{seconds:9.3f} s")
    print(f"  {'pymrio: A, L, stressors, product':<48}{short['seconds']:9.3f} s")
    print(f"  {'pymrio: calc_all':<48}{full['seconds']:9.3f} s")
    first = mine["seconds"]["value added from abroad, first country"]
    print(f"  pymrio's shortest over ours, first country: {short['seconds'] / first:.0f} ×")
    told = f"ours {mine['memory']:.0f}, with factors {mine['with factors']:.0f} (accounts alone {mine['start']:.0f})"
    print(f"  peak MB: {told}; pymrio {short['memory']:.0f}, calc_all {full['memory']:.0f} ({short['start']:.0f})")


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--quick", action="store_true")
    quick = args.parse_args().quick
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start (other work slows iterations most)")
    for size in (1435,) if quick else SHAPES:
        compare(size)
    size = 1435 if quick else 2464
    found = apart(extraction, size)
    print(f"\nextraction of each of {size} industries in turn: {found['seconds']:.2f} s, {found['memory']:.0f} MB")
    print(f"  solving anew {size} times: {found['anew']:.0f} s, extrapolated from {SAMPLE} that agree to 7 digits")
    print(f"  {found['anew'] / found['seconds']:.0f} × the speed")
    if not WIOD.is_file():
        print(f"\nreading: WIOD 2011 is not at {WIOD}")
        return
    print("\nreading WIOD 2011 to accounts that balance (pymrio: to its matrices, nothing checked)")
    with tempfile.TemporaryDirectory() as folder:
        apart(written, folder)
        rows = {form: apart(reading, form, folder) for form in ("npz", "our own npz", "text", "text, pymrio")}
        for form, row in rows.items():
            np.testing.assert_allclose(row["answer"], rows["npz"]["answer"], rtol=1e-8)
            print(f"  {form:<14}{row['seconds']:7.2f} s {row['memory']:7.0f} MB")


if __name__ == "__main__":
    main()
