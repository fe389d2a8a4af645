"""The laws of the path that is told, on every economy at hand; writes the table of docs/explanation/paths.md.

    python benchmarks/paths.py               all: shipped, and WIOD's where the tables are beside the project
    python benchmarks/paths.py KEN-2019 WIOD-DEU --longer
    python benchmarks/paths.py --write       writes the table into the docs

Of each: the largest change of growth of household use from one year to the next, the last year's investment against
what steady growth needs, the share of standards on a rung of the utility's ladder, how far 0.1 per cent of noise on
what is taken moves household use, investment and sectors' investment, and the processor time of both. ``--longer``
also plans fifteen years and tells how far their first ten are from the ten. Laws that fail are marked with *.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from page_table import put

from groundplan.errors import GroundplanError
from groundplan.planning.best_plan import model_of, solved
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.paths.even_path import most_even
from groundplan.planning.policy import Policy
from groundplan.planning.solve import quiet
from groundplan.planning.solved_plan import SolvedPlan

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
PAGE = ROOT / "docs" / "explanation" / "paths.md"
MARK = "<!-- laws -->"
COUNTED = 0.002
# Column → what it may be at most.
LAWS = {
    "change of growth, points": 0.7,
    "last investment off, %": 10.0,
    "on a rung, %": 17.0,
    "noise: use, %": 0.5,
    "noise: investment, %": 0.5,
    "noise: sectors, 95 of 100, %": 4.0,
    "noise: sectors, worst, %": 15.0,
    "stage two over stage one": 3.0,
    "15 to 10 years: use in all, %": 0.5,
}


def invested(plan: SolvedPlan) -> pd.DataFrame:
    """Investment by sector and year, of the plan's own years."""
    level = plan.level
    return level.loc[[a for a in level.index if a.startswith("invest:")], list(plan.activities.years)]


def line(job: str, *, longer: bool) -> str:
    """One row of the table."""
    from path_figures import bend, last_investment, noisy, on_rungs, used
    from sense import economy

    e, policy = economy(job), Policy()
    try:
        start = time.process_time()
        corner = solved(e, policy)
        first = time.process_time() - start
        even = most_even(corner)
        second = time.process_time() - start - first
        m = model_of(e, policy, activities=noisy(compile_plan(e, policy), 1))
        other = most_even(SolvedPlan(e, policy, m, solve_in_turn(m, policy, quiet)))
        further = used(most_even(solved(e, Policy(years=15)))).iloc[1:11] if longer else None
    except GroundplanError as fault:
        return f"| {job} | {fault.what} |"
    use, invest, moved = used(even), invested(even), invested(other)
    # Of a sector the years in which it is above 0.2 per cent of all investment.
    large = (invest > COUNTED * invest.sum()).to_numpy()
    sectors = np.abs(moved.loc[invest.index].to_numpy()[large] / invest.to_numpy()[large] - 1.0)
    figures = [
        bend(even),
        100 * abs(last_investment(even)),
        100 * on_rungs(even),
        100 * float((used(other) / use - 1.0).abs().max()),
        100 * float((moved.sum() / invest.sum() - 1.0).abs().max()),
        100 * float(np.quantile(sectors, 0.95)),
        100 * float(sectors.max()),
        second / first,
    ]
    if further is not None:
        figures.append(100 * abs(float(further.sum() / use.iloc[1:].sum()) - 1.0))
    cells = [f"{v:.2f}{'*' if v > most else ''}" for v, most in zip(figures, LAWS.values(), strict=False)]
    path = "" if even.solution.quality["path"].startswith("the most even") else " (corner)"
    return f"| {job}{path} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table, row by row."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("jobs", nargs="*")
    ask.add_argument("--longer", action="store_true")
    ask.add_argument("--write", action="store_true")
    ask.add_argument("--workers", type=int, default=2)
    given = ask.parse_args()
    from sense import jobs

    columns = list(LAWS) if given.longer else list(LAWS)[:-1]
    rows = ["| economy | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    print("\n".join(rows), flush=True)
    with ProcessPoolExecutor(given.workers) as pool:
        for row in pool.map(partial(line, longer=given.longer), given.jobs or jobs()):
            print(row, flush=True)
            rows.append(row)
    if given.write:
        put("\n".join(rows), PAGE, MARK)


if __name__ == "__main__":
    main()
