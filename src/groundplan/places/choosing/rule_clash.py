"""Rules that clash: named where no choice meets them all together."""

from __future__ import annotations

from typing import Any

import numpy as np

from groundplan.errors import PlanInfeasible
from groundplan.solver.choosing import Chooser
from groundplan.solver.programme import Programme


def no_choice(p: Programme, options: dict[str, Any]) -> PlanInfeasible:
    """The error of rules that no choice meets, naming a smallest set of families that clash."""
    clash = conflict(p, options)
    fix = "loosen any one of them: " + "; ".join(clash)
    return PlanInfeasible("no choice meets all rules together", where=" · ".join(clash), fix=fix)


def conflict(p: Programme, options: dict[str, Any]) -> tuple[str, ...]:
    """A smallest set of families of rows that no choice can meet together: dropping any one of them frees the rest.

    Source: Chinneck (2008), Feasibility and Infeasibility in Optimization, deletion filter (citation not checked).
    """
    dropped: frozenset[str] = frozenset()
    none = np.zeros(p.width)
    for name in p.families():
        if Chooser(p, options | {"time_limit": 20.0}, cost=none, without=dropped | {name}).run().infeasible:
            dropped |= {name}
    return tuple(name for name in p.families() if name not in dropped)
