"""A feature of plans: the rows that it gives and the tables that tell what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundplan.planning.activity_rows import Tables

if TYPE_CHECKING:
    import pandas as pd

    from groundplan.economy.economy import Economy
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy
    from groundplan.planning.solved_plan import SolvedPlan

Part = Callable[["Economy", "Policy", "Horizon"], Tables]
Finding = Callable[["SolvedPlan"], "dict[str, pd.DataFrame]"]


@dataclass(frozen=True)
class Feature:
    """Something that a plan may have in it. What a planner states of it is a record in a field of ``Policy``.

    parts     functions of economy, policy and horizon that give rows; no rows where nothing is stated
    findings  functions of a solved plan that give tables of its outcome; none where nothing is stated
    """

    parts: tuple[Part, ...] = ()
    findings: tuple[Finding, ...] = ()
