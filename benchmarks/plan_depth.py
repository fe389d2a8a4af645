"""How long deep plans take: large tables, many physical products, contingencies, and a choice among sixty projects.

    python benchmarks/plan_depth.py                everything (some minutes)
    python benchmarks/plan_depth.py --only works   one of: tables, products, contingencies, works

tables         Spain 2015, 110 products × 81 branches, as an economy of its 81 branches and as one of its 110 products,
               ten years. Skipped where the workbook is not at hand (GROUNDPLAN_SHARED).
products       500 products, ten years: Kenya with products carved out of its larger sectors, up to three inputs of
               each named and all others in the sector's proportions. It has 1.8 million nonzeros, and the solver needs
               far more than a minute; to see the carving alone, stop it there.
contingencies  Kenya, ten years, with 0, 1, 2, 4 and 8 contingencies of two years; the last column is nonzeros per
               contingency. Linear means that it stays the same.
works          Kenya, ten years, sixty projects to 0.5 per cent of the plan's worth, with the search told, and as near
               as a minute allows. Both gaps are told as a share of what the projects add too, the harder measure.

The peer is scipy.optimize.linprog (HiGHS, interior point) on the same matrices handed over ready made, in turn with
ours in the same process.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from plan import case, memory, timed

from groundplan import Economy
from groundplan.economy.carving.carves import Carve, Ingredient
from groundplan.economy.carving.carving import carve
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.works import Work, WorkEffect
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import solve
from groundplan.sources import Source
from groundplan.tables.readers import spain

SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", Path(__file__).parents[2] / "shared" / "data"))
GAPS = ((0.005, 600.0), (1e-5, 60.0))
WORKBOOK = SHARED / "spain_ine_sut" / "cne_tod_19_en.xlsx"
HEAD = (
    f"{'case':<26} {'n':>4} {'yrs':>3} {'rows':>7} {'columns':>7} {'nonzeros':>8} "
    f"{'compile':>8} {'write':>8} {'solve':>8} {'all':>8} {'peer':>8} {'MB':>8}"
)


def tables() -> None:
    """Ten years of a large table."""
    if not WORKBOOK.is_file():
        print(f"tables: skipped, {WORKBOOK.name} is not there")
        return
    source = Source(publisher="INE", title="supply and use", vintage="2019", licence="", address="", sha256={})
    print(HEAD)
    for name, model in (("Spain, 81 branches", "D"), ("Spain, 110 products", "B")):
        read = spain.read(WORKBOOK, "ESP", 2019, "EUR2019m", source=source, model=model)  # type: ignore[arg-type]
        case(name, Economy.from_table(read, tolerance=0.01))


def carved(e: Economy, products: int, seed: int = 0) -> Economy:
    """The economy with physical products carved out of its larger sectors, until there are so many products."""
    rng = np.random.default_rng(seed)
    use, output = e.domestic_use.to_pandas(), e.output.to_series()
    large = output.sort_values(ascending=False).index[:35]
    wanted = products - len(e.sectors)
    per_sector = -(-wanted // len(large))
    stated = []
    for k in range(wanted):
        sector = str(large[k % len(large)])
        column = use[sector]
        takes = rng.choice(list(column.index[column > 0.01]), 3)
        inputs = [
            Ingredient(str(s), 0.5 * float(column[s]) / float(output[sector]))
            for s in dict.fromkeys(takes)
            if s != sector
        ]
        stated.append(
            Carve(
                f"{sector}{k}", sector, "t", "benchmark", share=0.6 / per_sector, quantity=1e3 * (k + 1), inputs=inputs
            )
        )
    return carve(e, stated)


def products() -> None:
    """500 products, ten years."""
    seconds, e = timed(lambda: carved(Economy.load("KEN"), 500))
    print(f"carving {len(e.sectors)} products: {seconds:.1f} s")
    print(HEAD)
    case("Kenya, carved", e, with_peer=False)


def contingencies() -> None:
    """Kenya with more and more contingencies."""
    e = Economy.load("KEN")
    print(
        f"{'contingencies':>13} {'write':>8} {'solve':>8} {'rows':>8} {'nonzeros':>9} {'nonzeros each':>14} {'MB':>6}"
    )
    bare = 0
    for n in (0, 1, 2, 4, 8):
        stated = [
            Contingency(f"cut {k}", e.year + 2 + k, length=2, imports_lost={"chem": 0.3}, capacity_lost={"maiz": 0.2})
            for k in range(n)
        ]
        policy = Policy.of(contingencies=stated)
        writing, model = timed(lambda policy=policy: programme(compile_plan(e, policy), policy))
        solving, solution = timed(lambda model=model, policy=policy: solve(model, policy))
        q = solution.quality
        bare = bare or q["nonzeros"]
        each = (q["nonzeros"] - bare) / n if n else 0.0
        print(f"{n:>13} {writing:8.2f} {solving:8.2f} {q['rows']:>8} {q['nonzeros']:>9} {each:14,.0f} {memory():6.0f}")


def sixty(e: Economy, seed: int = 0) -> list[Work]:
    """Sixty projects with windows, needs, rivals and sizes, about as dear as plant of their sectors."""
    rng = np.random.default_rng(seed)
    sectors = [s for s in e.sectors if float(e.capital_stock.sel(sector=s)) > 0]
    out = []
    for k in range(60):
        s = sectors[k % len(sectors)]
        cost = float(rng.uniform(0.002, 0.015)) * float(e.investment_by_sector.sum())
        plant = float(rng.uniform(0.7, 1.6)) * cost * float(e.output.sel(sector=s) / e.capital_stock.sel(sector=s))
        out.append(
            Work(
                f"p{k}",
                [cost / 2, cost / 2] if k % 3 else [cost],
                effects=[WorkEffect(f"capacity:{s}", plant, starts=1)],
                earliest=None if k % 4 else e.year + 2,
                latest=None if k % 5 else e.year + 8,
                after=[f"p{k - 7}"] if k % 7 == 6 and k > 7 else [],
                one_of=f"group {k // 10}" if k % 10 < 2 else "",
                sizes=[1.0, 2.0] if k % 12 == 3 else [1.0],
                exponent=0.8,
            )
        )
    return out


def works() -> None:
    """Kenya with sixty projects."""
    e = Economy.load("KEN")
    bare = Policy.of()
    without = solve(programme(compile_plan(e, bare), bare), bare).objective
    for gap, limit in GAPS:
        policy = Policy.of(works=sixty(e), gap=gap, time_limit=limit)
        model = programme(compile_plan(e, policy), policy)
        lines: list[str] = []
        seconds, solution = timed(lambda model=model, policy=policy, lines=lines: solve(model, policy, lines.append))
        search = solution.quality["search"]
        told = [line for line in lines if "best" in line]
        for line in [*told[:3], *(["..."] if len(told) > 4 else []), *told[-1:]]:
            print(line)
        added = search["best"] - without
        left = (search["bound"] - search["best"]) / added
        print(f"60 projects to {gap:.3%}, {limit:g} s at most: {seconds:.1f} s, {search['nodes']} nodes")
        print(f"gap {search['gap']:.4%} of the plan, {left:.1%} of what the projects add ({added:,.1f})")


CASES: dict[str, Callable[[], None]] = {
    "tables": tables,
    "products": products,
    "contingencies": contingencies,
    "works": works,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=CASES)
    chosen = parser.parse_args().only
    for name, run in CASES.items():
        if chosen in (None, name):
            print(f"\n{name}")
            run()
