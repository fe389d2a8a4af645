"""Efficiency against equality: what the objective gives up for a smaller gap of the worst-off tenth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, Interrupted, raise_all
from groundplan.places.choosing.model import ChoiceModel, formulate
from groundplan.places.choosing.problem import Choice, Floats, Siting
from groundplan.places.choosing.search import Effort, no_choice
from groundplan.places.choosing.siting import choose
from groundplan.places.judging.fairness import remaining
from groundplan.places.known.columns import PlacesError
from groundplan.solver.choosing import Chooser
from groundplan.solver.programme import RowBlock


def tail_mean(gap: Floats, tail: float) -> float:
    """Mean gap of the worst-off share of places, the last of them counted in part.

    >>> tail_mean(np.array([4.0, 1.0, 2.0, 1.0]), 0.5)
    3.0
    """
    worst = np.sort(gap)[::-1]
    parts = np.clip(tail * len(gap) - np.arange(len(gap)), 0.0, 1.0)
    return float((worst * parts).sum() / (tail * len(gap)))


def front(
    s: Siting,
    effort: Effort | None = None,
    *,
    points: int = 5,
    tail: float = 0.1,
    measure: str = "end",
    best: Choice | None = None,
) -> pd.DataFrame:
    """Choices from the best objective to the most equal: objective, bound, tail_gap, places that differ from the first.

        max objective   with   η + Σ_p max(gap[p] − η, 0) / (tail·n)  ≤  ε,   ε in equal steps between the two ends

    The left side is the mean remaining gap of the worst-off ``tail`` of all places, and linear. ``best`` is the choice
    by the objective alone, from which the front starts, where it is known.
    Source: Rockafellar and Uryasev (2000), the linear form; Haimes (1971), epsilon-constraint (citations not checked).
    Errors: ``PlacesError`` for fewer than two points or a tail that is no share; as ``choose``.
    """
    faults: list[GroundplanError] = []
    if points < 2:
        faults.append(PlacesError(f"{points} points are no front", fix="ask for 2 or more"))
    if not 0 < tail <= 1:
        faults.append(PlacesError(f"tail is {tail!r}", fix="give a share of the places, above 0 and at most 1"))
    raise_all(faults)
    effort = effort or Effort()
    m = formulate(s)
    measured, scale = _measured(m, measure, tail)
    first = choose(s, effort, model=m) if best is None else best
    worst = tail_mean(_gaps(s, first, measure), tail)
    least = _least(m, measured, effort) * scale
    rows = []
    for k, limit in enumerate(np.linspace(worst, least, points)):
        slack = 1e-6 * max(1.0, abs(worst))
        m.programme.limit(measured, -np.inf, (limit + slack) / scale)
        c = first if k == 0 else choose(s, effort, model=m)
        differ = int(((c.year >= 0) != (first.year >= 0)).sum()) // 2
        rows.append((c.objective, c.bound, tail_mean(_gaps(s, c, measure), tail), differ))
    return pd.DataFrame(rows, columns=["objective", "bound", "tail_gap", "places_exchanged"])


def _gaps(s: Siting, c: Choice, measure: str) -> Floats:
    T = len(s.years)
    works = np.maximum(T - c.year[:, None] - s.lag[None, :], 0) if measure == "waiting" else 1.0
    return np.asarray(s.gap * (T if measure == "waiting" else 1) - (s.relief * c.built * works).sum(axis=1))


def _measured(m: ChoiceModel, measure: str, tail: float) -> tuple[RowBlock, float]:
    """The row of the tail's mean gap, in units of the largest gap; its bound is set for each point."""
    start, columns, closes, who = remaining(m, measure)
    p, n = m.programme, len(start)
    scale = float(np.abs(start).max(initial=0.0)) or 1.0
    lowest = float(np.abs(closes).sum() / scale)
    eta = p.add_columns("eta", (1,), lower=-lowest, upper=1.0).numbers
    over = p.add_columns("over", (n,), upper=1.0 + lowest).numbers
    p.add_rows(
        "equality", n, start / scale, np.inf,
        (who, columns, closes / scale), (np.arange(n), np.broadcast_to(eta, (n,)), 1.0), (np.arange(n), over, 1.0),
    )  # fmt: skip
    share = np.full(n, 1.0 / (tail * n))
    one = np.zeros(1, dtype=np.int64)
    mean = p.add_rows("equality", 1, -np.inf, np.inf, (one, eta, 1.0), (np.zeros(n, dtype=np.int64), over, share))
    return mean, scale


def _least(m: ChoiceModel, measured: RowBlock, effort: Effort) -> float:
    """The smallest mean gap of the tail that any choice has."""
    p = m.programme
    cost = np.zeros(p.width)
    cost[measured.column] = -measured.value
    options = effort.options(mip_rel_gap=effort.gap, time_limit=effort.seconds)
    answer = Chooser(p, options, cost=cost).watched()
    if answer.infeasible:
        raise no_choice(m.programme, effort.options())
    if answer.stopped:
        raise Interrupted("stopped before the end of the front was found")
    return -answer.objective
