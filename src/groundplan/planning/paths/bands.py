"""How sure a figure of a plan is: the least and the most that it can be in plans as good and as even."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from groundplan.errors import SolverError
from groundplan.planning.families.forms import form_of
from groundplan.planning.paths.even_path import KeptPath, even_programme, evenness, worth_of_living
from groundplan.planning.solve import Progress, quiet
from groundplan.solver.answer import answer
from groundplan.solver.programme import Floats, Programme

if TYPE_CHECKING:
    from groundplan.planning.solved_plan import SolvedPlan

# What a path may bend from year to year and still be an even one: points of a standard, of investment.
STANDARD_BENDS, INVESTMENT_BENDS = 0.005, 0.01
# Figures of the plan's first page: totals over the plan first, then its last year.
HEADLINE = (
    ("household consumption", True), ("investment", True), ("import bill", True), ("value added", True),
    ("household consumption", False), ("investment", False),
)  # fmt: skip


class Band(NamedTuple):
    """A figure of the plan and how far it may lie elsewhere: least and most, in the indicator's unit.

    ``years``: the span that it is the sum over, or its one year.
    """

    figure: str
    years: str
    unit: str
    shown: float
    least: float
    most: float


def bands(plan: SolvedPlan, progress: Progress = quiet, wanted: Sequence[tuple[str, bool]] = HEADLINE) -> pd.DataFrame:
    """The least and the most that headline figures can be in even plans worth (1 − ε) of the best.

        min, max Σ_t I[t]   over the plan's rows, c·x ≥ V − ε·Σ slope·segment,  |d[k,t]| ≤ b_k

    d are the second differences of ``even_path.Evenness`` of standards and of all investment; b is ``STANDARD_BENDS``
    and ``INVESTMENT_BENDS``, or what the plan's own path bends where that is more. Projects, shortfalls and standards
    far from the plan's stay as they are. ``wanted``: indicators, over the whole plan (True) or in its last year.
    Columns: those of ``Band``. Empty without evenness; nan where the solver finds no answer in
    the policy's time limit. Raises ``Interrupted``.
    Source: our own (docs/explanation/paths.md); near-optimal alternatives: Brill (1979) (citation not checked).
    """
    share = plan.policy.evenness
    m = plan.model
    best, x = m.columns(plan.solution.values), m.columns(plan.best.values)
    even = evenness(m, x).of_totals()
    listed = plan.activities.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    there = [(name, whole) for name, whole in wanted if name in listed.index]
    if not (share > 0 and even.series and there):
        return pd.DataFrame(columns=list(Band._fields))
    least = float(m.programme.costs() @ x) - share * worth_of_living(m, x)
    p = even_programme(m, x, KeptPath(even, x, least))
    own = np.abs(even.differences(best))
    most = np.array([INVESTMENT_BENDS if s.kind == "investment" else STANDARD_BENDS for s in even.series])[:, None]
    limit = np.maximum(most, (1.0 + 1e-6) * own + 1e-9)
    p.bound("difference", lower=-limit, upper=limit)
    p.quadratic = None
    years = plan.activities.years
    rows = []
    for n, (name, whole) in enumerate(there, 1):
        progress(f"how sure {name} is ({n} of {len(there)})")
        form = form_of(m, name, np.asarray(years if whole else years[-1:]))
        ends = [_extreme(p, form, sign, plan.policy.time_limit) for sign in (1.0, -1.0)]
        shown = float(form @ best)
        span = f"{years[0]} to {years[-1]}" if whole and len(years) > 1 else str(years[-1])
        rows.append(Band(name, span, str(listed[name]), shown, min(ends[0], shown), max(ends[1], shown)))
    return pd.DataFrame(rows, columns=list(Band._fields))


def _extreme(p: Programme, form: Floats, sign: float, seconds: float) -> float:
    """The least (sign 1) or the most (−1) of a form of the plan's columns; nan where the solver finds no answer."""
    scale = float(np.abs(form).max(initial=0.0)) or 1.0
    whole = np.append(form, np.zeros(p.width - len(form)))
    for name, block in p.columns.items():
        p.goal[name] = whole[block.numbers] / scale
    p.maximise = sign < 0
    try:
        reached = answer(p, "ipm", vertex=False, seconds=seconds).checked()
    except SolverError:
        return float("nan")
    return float(whole @ reached.values)
