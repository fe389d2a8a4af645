"""A plan made again from its own state at every year: what comes back; the table of docs/explanation/replanning.md.

    python benchmarks/replan.py                 all shipped economies, five years, and every study in studies/
    python benchmarks/replan.py KEN-2019 studies/kenya_five_years.toml --years 10
    python benchmarks/replan.py --write         writes the table into the docs

Of each plan, the largest over its years: how far the value of stage one is off when it starts from the best plan's own
state; how far household use, standards and all investment of the shown path are off, and the investment of single
sectors, as a share of their size; and the processor time of a year's re-plan. Laws that fail are marked with *.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from page_table import put

from groundplan.crisis.scenarios_of_policy import with_scenarios
from groundplan.errors import GroundplanError
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.replanning.passed_years import PassedYears, with_passed
from groundplan.planning.replanning.plan_version import PlanVersion, Turn, Wanted, first_version, replanned
from groundplan.planning.replanning.reached_state import Happened
from groundplan.study.asking import study_of
from groundplan.tables import catalogue

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "replanning.md"
MARK = "<!-- own state -->"
LAWS = {"value off": 1e-6, "standards and investment off": 1e-4}
HEADS = ["plan", "years", *LAWS, "single sectors off", "owed", "most from here", "seconds a year"]


def paths(v: PlanVersion, like: PlanVersion) -> tuple[np.ndarray, np.ndarray]:
    """Totals (standards, household use, all investment) and sectors' investment by year, over their size."""
    even = like.path.even
    of = [s.path(v.shown, even.years)[1 : even.shown + 1] / s.size for s in even.series]
    kinds = [s.kind == "sector" for s in even.series]
    totals, sectors = (
        [row for row, sector in zip(of, kinds, strict=True) if sector is which] for which in (False, True)
    )
    return np.asarray(totals), np.asarray(sectors)


def measured(name: str, years: int) -> list[str]:
    """One row of the table."""
    if name.endswith(".toml"):
        asked = study_of(ROOT / name)
    else:
        country, _, year = name.partition("-")
        asked = study_of(country, year=int(year), choices={"years": years})
    e = asked.economy()
    wanted = Wanted(e, with_scenarios(e, asked.chosen(e)), asked.in_codes(e).projects or None)
    first = first_version(wanted, prices=False)
    kept, best = first.wanted, first.plan.best
    totals, sectors = paths(first, first)
    worst = np.zeros(3)
    most, spent = [], []
    for until in first.plan.activities.years[:-1]:
        from_corner = with_passed(kept.model(), PassedYears(until, best.values))
        value = solve_in_turn(from_corner, kept.policy).objective
        began = time.process_time()
        again = replanned(first, Turn(until, Happened(), kept), prices=False)
        spent.append(time.process_time() - began)
        now = paths(again, first)
        off = [abs(value / best.objective - 1.0)]
        off += [float(np.abs(a - b).max(initial=0.0)) for a, b in zip(now, (totals, sectors), strict=True)]
        worst = np.maximum(worst, off)
        most.append(again.best)
    seconds = float(np.mean(spent))
    marks = ["*" if w > law else "" for w, law in zip(worst, (*LAWS.values(), np.inf), strict=True)]
    figures = [f"{w:.1e}{mark}" for w, mark in zip(worst, marks, strict=True)]
    owed = f"{first.path.least / best.objective - 1.0:+.2%}"
    best_left = f"{min(most) / best.objective - 1.0:+.2%} to {max(most) / best.objective - 1.0:+.2%}"
    return [name, str(len(first.plan.activities.years)), *figures, owed, best_left, f"{seconds:.1f}"]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("plans", nargs="*")
    ask.add_argument("--years", type=int, default=5)
    ask.add_argument("--write", action="store_true")
    given = ask.parse_args()
    shipped = [f"{e.country}-{e.year}" for e in catalogue.entries()]
    studies = [p.relative_to(ROOT).as_posix() for p in sorted((ROOT / "studies").glob("*.toml"))]
    rows = []
    for name in given.plans or [*shipped, *studies]:
        try:
            rows.append(measured(name, given.years))
        except GroundplanError as error:
            rows.append([name, str(given.years), f"no plan: {error.parts[0].what}", *["–"] * (len(HEADS) - 3)])
        print(" | ".join(rows[-1]), flush=True)
    text = "\n".join(f"| {' | '.join(row)} |" for row in [HEADS, ["---"] * len(HEADS), *rows])
    if given.write:
        put(text, PAGE, MARK)
    return 1 if any("*" in cell for row in rows for cell in row) else 0


if __name__ == "__main__":
    sys.exit(main())
