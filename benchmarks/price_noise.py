"""How far told prices and replacement costs move under 0.1 per cent noise on what is taken, for every shipped economy.

    python benchmarks/price_noise.py                  all of them, ten years, two draws each
    python benchmarks/price_noise.py KEN DNK --draws 1 --years 5

Prints the largest change of an average, of a year's price over its average, of a domestic resource cost over the plan,
and the ranks that a product moves by at most; prices that are marked slight, below a tenth on average, are left out.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.planning.best_plan import model_of
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.features.trade.resource_cost import resource_costs
from groundplan.planning.paths.soft_prices import with_soft_prices
from groundplan.planning.policy import Policy
from groundplan.planning.prices import SLIGHT
from groundplan.planning.solve import quiet
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.tables import catalogue

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


def told(e: Economy, policy: Policy, seed: int) -> tuple[pd.DataFrame, pd.Series, str]:
    """Prices by year, domestic resource costs over the plan, and whose prices they are."""
    from path_figures import noisy

    m = model_of(e, policy, activities=noisy(compile_plan(e, policy), seed))
    plan = with_soft_prices(SolvedPlan(e, policy, m, solve_in_turn(m, policy, quiet)))
    costs = resource_costs(plan)
    sums = costs.assign(saved=costs["exchange"] * costs["saved_total"]).groupby("product").sum(numeric_only=True)
    price = pd.DataFrame(plan.prices["consumption_price"].to_pandas())
    return price, sums["resources_total"] / sums["saved"], str(plan.solution.quality["prices"])


def main() -> None:
    """Print one line an economy and draw."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("countries", nargs="*")
    ask.add_argument("--draws", type=int, default=2)
    ask.add_argument("--years", type=int, default=10)
    given = ask.parse_args()
    policy = Policy(years=given.years)
    for entry in catalogue.entries():
        if given.countries and entry.country not in given.countries:
            continue
        e = Economy.load(entry.country, entry.year)
        price, cost, _ = told(e, policy, 0)
        mean = price.mean(axis=1)
        counted = mean >= SLIGHT
        for seed in range(1, given.draws + 1):
            other, theirs, whose = told(e, policy, seed)
            average = (other.mean(axis=1) / mean - 1.0).abs()[counted].max()
            yearly = (other - price).abs().max(axis=1).div(mean)[counted].max()
            moved, ranks = (theirs / cost - 1.0).abs().max(), (theirs.rank() - cost.rank()).abs().max()
            print(
                f"{entry.country} {entry.year} draw {seed}: average {average:.1%}, a year's {yearly:.1%}, "
                f"resource cost {moved:.1%}, ranks {ranks:.0f}; {whose}",
                flush=True,
            )


if __name__ == "__main__":
    main()
