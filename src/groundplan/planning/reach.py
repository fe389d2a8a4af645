"""How far what targets ask for can be brought, each alone, while everything else of the programme holds."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.families.forms import form_of
from groundplan.planning.families.rows import Model
from groundplan.planning.families.targets import base_levels
from groundplan.planning.solve import Progress, load, quiet, run
from groundplan.solver.highs import OPTIMAL, PRIMAL_SIMPLEX, Highs
from groundplan.solver.programme import Floats

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

CLOSE, ROUNDS, SMALL = 1e-10, 20, 1e-12


def reach(
    m: Model, policy: Policy, lines: pd.DataFrame, progress: Progress = quiet, seconds: float | None = None
) -> Floats:
    """The best that each target line can come to, in the unit of its bound: most of a ≥, least of a ≤.

        r_i = max ± Σ_t I[t];   of a ratio r = max ± n/d by  x* = argmax ± (n − λ·d),  λ ← n(x*) / d(x*);   growth is
                                the ratio of two years less 1

    ``lines``: some of ``target_lines``; they do not bind here where they are softened, and those that must be met are
    to be left out of ``m``. Projects count as divisible. Infinite where nothing holds it, nan where the solver did not
    say in ``seconds`` for all.
    Source: Dinkelbach (1967), On nonlinear fractional programming (citation not checked).
    """
    h = load(m, replace(policy, solver="ipm")).divisible()
    until = time.perf_counter() + (policy.time_limit if seconds is None else seconds)
    base = base_levels(m.activities)
    out = np.full(len(lines), np.nan)
    for k, row in enumerate(lines.to_dict("records")):
        progress(f"how far {row['indicator']} can be brought in {row['year']}")
        above, under = _forms(m, str(row["indicator"]), str(row["form"]), int(row["since"]), int(row["year"]), base)
        out[k] = _farthest(h, float(row["sign"]), above, under, until, progress)
        if row["form"] == "growth":
            out[k] -= 1.0
    return out


def _farthest(
    h: Highs, sign: float, above: Floats, under: tuple[Floats, float], until: float, progress: Progress
) -> float:
    """Max (sign +1) or min (−1) of above / under, whose denominator is a form and a constant."""
    form, constant = under
    ratio, rounds = 0.0, ROUNDS if form.any() else 1
    for _ in range(rounds):
        goal = sign * (above - ratio * form)
        h.costs(goal / (float(np.abs(goal).max(initial=0.0)) or 1.0))
        h.set(time_limit=h.getRunTime() + max(until - time.perf_counter(), 0.1))
        run(h, progress, time.perf_counter())
        if h.status != OPTIMAL:
            return float("nan")
        h.set(solver="simplex", simplex_strategy=PRIMAL_SIMPLEX, presolve="off")
        x = h.values
        below = float(form @ x) + constant
        now = float(above @ x) / below if below > SMALL else float("nan")
        if not np.isfinite(now) or abs(now - ratio) <= CLOSE * max(abs(now), SMALL):
            return now
        ratio = now
    return ratio


def _forms(
    m: Model, indicator: str, form: str, since: int, year: int, base: dict[str, float]
) -> tuple[Floats, tuple[Floats, float]]:
    """What a line measures as a form over another form and a constant, of the programme's columns."""
    a, years = m.activities, np.arange(since, year + 1)
    ratios = a.ratios.drop_duplicates("indicator").set_index("indicator")
    if indicator in ratios.index:
        n, d = ratios.loc[indicator, ["numerator", "denominator"]]
        return form_of(m, str(n), years), (form_of(m, str(d), years), 0.0)
    now = form_of(m, indicator, years)
    if form != "growth":
        return now, (np.zeros(len(now)), 1.0)
    if year == a.years[0]:
        return now, (np.zeros(len(now)), base[indicator])
    return now, (form_of(m, indicator, np.array([year - 1])), 0.0)
