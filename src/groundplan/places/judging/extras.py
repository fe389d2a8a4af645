"""Further searches after a choice: how sure the order is, what each rule costs, efficiency against equality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from groundplan.errors import Interrupted, SolverError
from groundplan.places.choosing.choice_inputs import Inputs
from groundplan.places.choosing.problem import Choice, Siting
from groundplan.places.choosing.search import Effort
from groundplan.places.choosing.siting import choose
from groundplan.places.judging.fairness import rule_costs
from groundplan.places.judging.pareto import front
from groundplan.places.judging.robustness import intervals
from groundplan.places.scoring.scores import Weights

SECONDS = 60.0
DRAWS = 100


@dataclass(frozen=True, eq=False)
class Extras:
    """What the searches start from. Each search of a rule or a point of the front has ``SECONDS`` at most."""

    inputs: Inputs
    siting: Siting
    choice: Choice
    weights: Mapping[str, Weights]
    effort: Effort

    @cached_property
    def less(self) -> Effort:
        """The effort of one search."""
        return replace(self.effort, seconds=min(self.effort.seconds, SECONDS))

    @cached_property
    def best(self) -> Choice:
        """The choice by the objective alone: the one that was made, but where the rule of the worst-off made it."""
        return choose(self.siting, self.less) if self.inputs.rules.worst_off else self.choice

    def steps(self) -> dict[str, tuple[str, Callable[[], pd.DataFrame]]]:
        """Name of the table → what it tells, and how it is made."""
        rules, s, places = self.inputs.rules, self.siting, self.inputs.places
        return {
            "intervals": (
                "how the order moves when weights move",
                lambda: intervals(places, s, self.choice, rules, self.weights, draws=DRAWS, seed=self.effort.seed),
            ),
            "rule_costs": (
                "what each rule costs",
                lambda: rule_costs(s, self.less, best=self.best, worst_off=self.choice if rules.worst_off else None),
            ),
            "front": (
                "efficiency against equality",
                lambda: front(s, self.less, measure=rules.worst_off or "waiting", best=self.best),
            ),
        }

    def tables(self, progress: Callable[[str], None]) -> tuple[dict[str, pd.DataFrame], list[str]]:
        """Tables by name (intervals, rule_costs, front), and what was left out, in sentences.

        Ctrl-C leaves out the search that it meets and keeps the choice; a choice that was stopped gets none of them.
        """
        if self.choice.status == "stopped":
            return {}, ["The search was stopped: what rules cost, and how sure the order is, was not computed."]
        tables, left_out = {}, []
        for name, (purpose, step) in self.steps().items():
            progress(purpose)
            try:
                tables[name] = step()
            except (Interrupted, SolverError, KeyboardInterrupt):
                left_out.append(f"Left out, because it was stopped or took longer than it may: {purpose}.")
        return tables, left_out
