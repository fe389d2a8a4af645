"""Why a plan made again is not the plan that was made: what each cause changes, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from groundplan.errors import StudyError, UnknownName, raise_all
from groundplan.planning.explaining.constant_standard import headline_figures
from groundplan.planning.policy import Policy
from groundplan.planning.replanning.plan_version import PlanVersion, Turn, Wanted, best_of_own, replanned
from groundplan.planning.replanning.reached_state import CAUSES, PRICE, WISH
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.solved_plan import indicators

# What a planner wishes; all else of a policy says what is possible, and at what price.
WISHES = (
    "targets", "floor", "steady", "contingencies", "discount_rate", "aversion", "government_path", "terminal_weight",
    "budget", "diversification", "evenness",
)  # fmt: skip
# Indicators that are summed over the years left, and the figures of the whole.
SUMMED = ("household consumption", "investment", "import bill", "value added")
WORTH, CONSTANT, LAST = "worth of the plan", "constant standard", "standard of households in the last year"


@dataclass(frozen=True, eq=False)
class CauseStep:
    """A version that has one cause more than the step before it."""

    cause: str
    version: PlanVersion


def steps(
    before: PlanVersion, turn: Turn, order: Sequence[str] = CAUSES, progress: Progress = quiet
) -> list[CauseStep]:
    """The plan made again with the causes of a turn added one by one, in a stated order; the last has all of them.

    Where nothing came otherwise there is one step, without a cause. Raises what ``replanned`` raises, and
    ``UnknownName`` for an order of other causes.
    """
    in_order(order)
    there = set(turn.happened.causes) | _changed(before.wanted, turn.wanted)
    present = [c for c in order if c in there]
    own = best_of_own(before, turn, progress)
    out = []
    for n in range(max(len(present), 1)):
        causes = present[: n + 1]
        progress(f"the plan with {', '.join(causes)}" if causes else "the plan from its own state")
        wanted = _wanted(before.wanted, turn.wanted, causes)
        part = replace(turn, happened=turn.happened.of_causes(causes), wanted=wanted)
        last = n + 1 >= len(present)
        out.append(CauseStep(causes[-1] if causes else "", replanned(before, part, progress, prices=last, own=own)))
    return out


def in_order(order: Sequence[str]) -> None:
    """Refuse an order that does not name each cause once."""
    raise_all([UnknownName("cause", c, CAUSES) for c in order if c not in CAUSES])
    if sorted(order) != sorted(CAUSES):
        what = f"the order {', '.join(order)} leaves out a cause, or names one twice"
        raise StudyError(what, fix=f"name all: {', '.join(CAUSES)}")


def _changed(old: Wanted, new: Wanted) -> set[str]:
    """Whether a changed study has other wishes, or says otherwise what is possible."""
    if old is new:
        return set()
    other = {f.name for f in fields(Policy) if getattr(old.policy, f.name) != getattr(new.policy, f.name)}
    causes = {WISH} if other & set(WISHES) else set()
    same_rows = repr(old.projects or {}) == repr(new.projects or {})
    same = not other - set(WISHES) and same_rows and old.economy is new.economy and old.families == new.families
    return causes if same else causes | {PRICE}


def _wanted(old: Wanted, new: Wanted, causes: Sequence[str]) -> Wanted:
    """What is wanted with the changes of some causes alone."""
    base = new if PRICE in causes else old
    of = new.policy if WISH in causes else old.policy
    return replace(base, policy=replace(base.policy, **{name: getattr(of, name) for name in WISHES}), news=old.news)


def version_figures(v: PlanVersion, after: int) -> dict[str, float]:
    """What a version comes to in the years left: its worth, its constant standard, sums and the last year's standard.

    Units: objective; base year = 1; money over the years left; base year = 1.
    """
    shown = replace(v.plan, corner=None, solution=replace(v.plan.solution, objective=v.worth))
    heads = headline_figures(shown)
    table = indicators(shown)
    left = [y for y in shown.activities.years if y > after]
    out = {WORTH: v.worth}
    if np.isfinite(heads["constant standard"]):
        out[CONSTANT] = heads["constant standard"]
    if "last year: households" in heads:
        out[LAST] = heads["last year: households"]
    names = set(map(str, table["indicator"].values))
    for name in SUMMED:
        if name in names:
            out[f"{name}, {left[0]} to {left[-1]}"] = float(table.sel(indicator=name, year=left).sum())
    return out


def split(before: PlanVersion, made_again: Sequence[CauseStep], after: int) -> pd.DataFrame:
    """The difference between two versions by cause, in the order of the steps; the parts of a figure sum to it.

        part[k] = F(causes 1 … k) − F(causes 1 … k−1),   F of none: the plan that was made

    Columns: figure, planned, a column for every cause, now. Another order parts the same sum otherwise.
    """
    figures = [version_figures(before, after), *(version_figures(s.version, after) for s in made_again)]
    rows = []
    for name, planned in figures[0].items():
        values = [f.get(name, float("nan")) for f in figures]
        parts = dict.fromkeys(CAUSES, 0.0)
        for step, then, now in zip(made_again, values[:-1], values[1:], strict=True):
            if step.cause:
                parts[step.cause] += now - then
        rows.append({"figure": name, "planned": planned, **parts, "now": values[-1]})
    return pd.DataFrame(rows)
