"""What a plan's targets cost: the same plan without them, solved once more, beside the plan and its baseline."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from groundplan.errors import PlanInfeasible, SolverError
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.loss_of_standard import share_between
from groundplan.planning.explaining.why_not import WhyNot, changes
from groundplan.planning.paths.even_path import most_even
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import Progress, quiet, solve
from groundplan.planning.solved_plan import SolvedPlan, indicators

TOTALS = (
    "living standard", "household consumption", "collective consumption", "investment", "value added", "import bill",
    "export earnings", "import dependency", "employment",
)  # fmt: skip
STANDARD = "living standard: "
# Decisions of a programme from which on the plan without targets is left on the solver's own path, and the least
# seconds that it may take.
LARGE, LEAST = 150_000, 10.0


def with_wishes(outcome: Outcome, plan: SolvedPlan, seconds: float, progress: Progress = quiet) -> Outcome:
    """A plan's outcome with what its targets cost; as it is where it has none.

    The same plan is solved once more without its targets: all else stays, works that must be built, floors, limits and
    contingencies too. It may take as long as the plan itself took, ``seconds``. It is brought on its most even path as
    the plan was, but for programmes of ``LARGE`` decisions and more, whose figures by year are then the solver's own.

    Tables: ``wishes`` (indicator, unit, year, with, without, baseline: totals, living standards of the groups, and
    indicators of targets; the baseline is nan where it has none) and ``wish_changes`` (``why_not.changes``: all that
    differs). ``wishes`` in the provenance: targets, share (of everybody's living standard in every year, 1; None where
    it cannot be said), seconds, even, evenness (what even paths may give up: where the share is less, how groups and
    sectors differ is a choice among plans as good); or, under ``missing``, why there is no such plan.
    """
    targets = (plan.asked or plan.policy).targets
    if not targets:
        return outcome
    progress("the same plan without its targets, to see what they cost")
    began = time.perf_counter()
    limit = min(plan.policy.time_limit, max(seconds, LEAST))
    policy = replace(plan.policy, targets=[], time_limit=limit)
    model = programme(plan.model.activities, policy, plan.families)
    even = model.programme.width < LARGE and plan.corner is not None
    given_up = plan.policy.evenness if even else 0.0
    facts: dict[str, Any] = {"targets": len(targets), "even": even, "evenness": given_up}
    try:
        bare = SolvedPlan(plan.economy, policy, model, solve(model, policy, progress))
        bare = most_even(bare, progress) if even else bare
    except PlanInfeasible:
        return outcome.noting(wishes={**facts, "missing": "no plan meets the limits without them either"})
    except SolverError:
        return outcome.noting(
            wishes={**facts, "missing": f"it was not solved in {limit:,.0f} s, as long as the plan took"}
        )
    share = share_between(plan, bare)
    facts |= {"share": share if np.isfinite(share) else None, "seconds": round(time.perf_counter() - began, 3)}
    about = {key: outcome.provenance[key] for key in ("years", "labels")}
    without = Outcome({"indicator": indicators(bare)}, {"indicators": outcome.table("indicators")}, about)
    tables = {
        "wishes": _side_by_side(outcome, without, targets),
        "wish_changes": changes(WhyNot(targets[0], without, outcome)),
    }
    return replace(outcome, tables={**outcome.tables, **tables}).noting(wishes=facts)


def _side_by_side(outcome: Outcome, without: Outcome, targets: list[Target]) -> pd.DataFrame:
    """Totals, groups and what targets are for, by year: with the targets, without them, and in the baseline."""
    here, bare, years = outcome.frame("indicator"), without.frame("indicator"), list(outcome.provenance["years"])
    groups = [str(n) for n in here.index if str(n).startswith(STANDARD)]
    names = [n for n in dict.fromkeys([*TOTALS, *groups, *(t.indicator for t in targets)]) if n in bare.index]
    units = outcome.table("indicators").drop_duplicates("indicator").set_index("indicator")["unit"]
    table = pd.DataFrame(
        {
            "indicator": np.repeat(names, len(years)),
            "unit": np.repeat([str(units.get(n, "1")) for n in names], len(years)),
            "year": np.tile(years, len(names)),
            "with": here.loc[names, years].to_numpy().ravel(),
            "without": bare.loc[names, years].to_numpy().ravel(),
        }
    )
    if "baseline_years" not in outcome.tables:
        return table.assign(baseline=np.nan)
    usual = outcome.table("baseline_years").rename(columns={"value": "baseline"})[["indicator", "year", "baseline"]]
    return table.merge(usual, on=["indicator", "year"], how="left")
