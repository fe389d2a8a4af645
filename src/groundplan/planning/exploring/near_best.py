"""Plans that are nearly as good: how far each part of the best plan may move, and how different a whole plan can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, Interrupted, StudyError, raise_all
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import provenance
from groundplan.planning.explaining.loss_of_standard import allowed_loss
from groundplan.planning.exploring.warm import Warm, not_linear, warm
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.solved_plan import SolvedPlan, indicators

TOTALS = (
    "gross output", "household consumption", "collective consumption", "investment", "import bill", "export earnings",
    "employment",
)  # fmt: skip
HEADINGS = ("gross output", "imports", "exports", "investment")
SAME = 1e-6


def nearly_as_good(
    solved: SolvedPlan,
    *,
    within: float = 0.01,
    of: Sequence[str] = (),
    top: int = 5,
    count: int = 3,
    progress: Progress = quiet,
) -> Outcome:
    """How different a plan can be that is nearly as good as the best.

        ranges        min and max of y_k  subject to every row of the plan,  z ≥ z* − loss,
                      and nothing left unused that the best plan does not leave unused
        alternatives  in turn: min Σ_k w_k·y_k/(max_k − min_k)  subject to the same,
                      w_k = (2·(mean_k − min_k)/(max_k − min_k) − 1)·(1 − seen_k),
                      mean_k of the plans found, seen_k the share of the range that they cover

    ``within`` sets the loss (``allowed_loss``): what one would lose if everybody had that share less of living
    standard in every year. y_k is an indicator's average over the plan's years. ``of`` names indicators, or headings
    such as ``imports`` for all indicators ``imports: ...``; by default the totals and, under each of four headings,
    the ``top`` largest. ``count``: alternatives looked for. Projects stay as the best plan has them.

    Returns an ``Outcome`` of engine ``alternatives``. Tables: ranges (indicator, unit, least, best, most),
    alternatives (plan, indicator, value; plan 0 is the best), plans (plan, loss of the objective), distances (plan,
    other, distance: mean over the indicators of the difference as a share of the range, 1).
    Source: Brill, Chang and Hopkins (1982), hop, skip and jump; DeCarolis (2011), Energy Economics 33, 145-152
    (citations not checked); the direction away from the plans found is our own.
    Raises ``UnknownName`` and ``StudyError``, all at once, ``SolverError``, ``Interrupted``.
    """
    _check(within, top, count)
    return _outcome(solved, explored(solved, chosen(solved, of, top), within, count, progress), within)


@dataclass(frozen=True, eq=False)
class Explored:
    """What was found about a plan: forms of the indicators (indicator × column), their span, and columns of plans."""

    names: Sequence[str]
    warm: Warm
    loss: float
    forms: np.ndarray
    span: np.ndarray
    plans: list[np.ndarray]

    @property
    def values(self) -> np.ndarray:
        """Indicators of the plans, plan × indicator; the first is the best plan."""
        return np.asarray(np.asarray(self.plans) @ self.forms.T)

    def distance(self, one: int, other: int) -> float:
        """How different two plans are: the mean over indicators of |y_k − y'_k| / (max_k − min_k), 0 to 1."""
        return distance(self.plans[one], self.plans[other], self.forms, self.span)


def explored(
    solved: SolvedPlan, names: Sequence[str], within: float, count: int = 0, progress: Progress = quiet
) -> Explored:
    """The ranges of indicators among plans that are nearly as good, and plans that differ; see ``nearly_as_good``."""
    best = warm(solved)
    loss = allowed_loss(solved.model.activities, solved.solution, best.best, within)
    best.no_more_waste().no_worse_than(best.best - loss)
    forms = np.asarray([best.form(name) for name in names]).reshape(len(names), len(best.goal))
    ends = []
    for n, (name, form) in enumerate(zip(names, forms, strict=True), 1):
        progress(f"how far {name} may move ({n} of {len(names)})")
        try:
            ends.append([float(form @ best.largest(-form)), float(form @ best.largest(form))])
        except KeyboardInterrupt:
            raise Interrupted("stopped by the user; nothing was written") from None
    span = _span(np.asarray(ends), forms @ best.values)
    return Explored(names, best, loss, forms, span, _hop(best, forms, span, count, progress))


def chosen(solved: SolvedPlan, of: Sequence[str], top: int) -> list[str]:
    """The indicators that are asked for: names as they are, headings as what stands under them, largest first."""
    a = solved.activities
    names_of_all = list(dict.fromkeys(a.indicators["indicator"]))
    size = _averages(solved, names_of_all)

    def under(heading: str) -> list[str]:
        beneath = [i for i in names_of_all if i.startswith(f"{heading}: ") and size[i] > 0]
        return sorted(beneath, key=lambda i: -size[i])

    if of:
        names = [i for name in of for i in ([name] if name in names_of_all else under(name) or [name])]
    else:
        names = [i for i in TOTALS if i in names_of_all] + [i for h in HEADINGS for i in under(h)[:top]]
    names = list(dict.fromkeys(names))
    raise_all(not_linear(a, names))
    return names


def _averages(solved: SolvedPlan, names: Sequence[str]) -> dict[str, float]:
    """Averages over the plan's years of indicators, roughly where coefficients have profiles: for an order only."""
    rows = solved.activities.indicators
    there = pd.concat([solved.level.mean(axis=1), solved.stock.mean(axis=1)])
    amount = rows["coefficient"] * there.reindex(rows["on"]).fillna(0.0).to_numpy()
    return {str(i): float(v) for i, v in amount.groupby(rows["indicator"]).sum().reindex(names).items()}


def _check(within: float, top: int, count: int) -> None:
    faults: list[GroundplanError] = []
    if not 0.0 < within <= 0.5:
        faults.append(StudyError(f"within is {within!r}", fix="give a share above 0, at most 0.5"))
    faults += [
        StudyError(f"{name} is {n!r}", fix="give a whole number from 0")
        for name, n in (("top", top), ("count", count))
        if n < 0
    ]
    raise_all(faults, where="alternatives")


def _span(ends: np.ndarray, best: np.ndarray) -> np.ndarray:
    """Least and most of every indicator; the best plan lies between them, to the solver's tolerance."""
    if not len(ends):
        return np.zeros((0, 2))
    return np.stack([np.minimum(ends[:, 0], best), np.maximum(ends[:, 1], best)], axis=1)


def _hop(best: Warm, forms: np.ndarray, span: np.ndarray, count: int, progress: Progress) -> list[np.ndarray]:
    """Columns of the best plan and of those that lead away from it, one after the other, until one is found again."""
    plans = [best.values]
    if not len(forms):
        return plans
    wide = span[:, 1] - span[:, 0]
    free = wide > SAME * np.maximum(1.0, np.abs(span).max(axis=1))
    for n in range(1, count + 1):
        progress(f"looking for another plan ({n} of {count})")
        values = np.asarray(plans) @ forms[free].T
        centre = (values.mean(axis=0) - span[free, 0]) / wide[free]
        seen = (values.max(axis=0) - values.min(axis=0)) / wide[free]
        away = ((2.0 * centre - 1.0) * (1.0 - seen) / wide[free]) @ forms[free]
        if not np.abs(away).max(initial=0.0) > 0:
            break
        columns = best.largest(-away)
        if any(distance(columns, other, forms, span) < SAME for other in plans):
            break
        plans.append(columns)
    return plans


def distance(one: np.ndarray, other: np.ndarray, forms: np.ndarray, span: np.ndarray) -> float:
    """How different two plans are: the mean over indicators of |y_k − y'_k| / (max_k − min_k), 0 to 1."""
    wide = span[:, 1] - span[:, 0]
    free = wide > SAME * np.maximum(1.0, np.abs(span).max(axis=1))
    if not free.any():
        return 0.0
    return float(np.mean(np.abs(forms[free] @ (one - other)) / wide[free]))


def _outcome(solved: SolvedPlan, x: Explored, within: float) -> Outcome:
    a, plans = solved.activities, range(len(x.plans))
    units = a.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    ranges = pd.DataFrame(
        {
            "indicator": list(x.names),
            "unit": [str(units[i]) for i in x.names],
            "least": x.span[:, 0],
            "best": x.values[0],
            "most": x.span[:, 1],
        }
    )
    figures = [(p, name, float(v)) for p in plans for name, v in zip(x.names, x.values[p], strict=True)]
    apart = [(p, q, x.distance(p, q)) for p in plans for q in plans if p != q]
    about = {
        **provenance(solved),
        "engine": "alternatives",
        "within": within,
        "allowed_loss": x.loss,
        "best": x.warm.best,
        "projects_held": bool(a.activities["lump"].gt(0).any()),
    }
    tables = {
        "ranges": ranges,
        "alternatives": pd.DataFrame(figures, columns=["plan", "indicator", "value"]),
        "plans": pd.DataFrame({"plan": plans, "loss": [x.warm.best - float(x.warm.goal @ c) for c in x.plans]}),
        "distances": pd.DataFrame(apart, columns=["plan", "other", "distance"]),
    }
    return Outcome({"indicator": indicators(solved)}, tables, about)
