"""Fairness as rules: the worst-off first, who has cause for envy, and what each rule costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from groundplan.errors import Interrupted, SolverError
from groundplan.places.choosing.model import ChoiceModel, formulate
from groundplan.places.choosing.problem import Choice, Floats, Siting
from groundplan.places.choosing.search import Effort, Search, Watch, no_choice, unwatched
from groundplan.places.choosing.siting import choose
from groundplan.solver.choosing import Chooser
from groundplan.solver.programme import Index


def remaining(m: ChoiceModel, measure: str) -> tuple[Floats, Index, Floats, Index]:
    """A place's gap as start − Σ coefficient · column: start [p], columns, coefficients, places (one entry a term).

    "end": what remains when all stands. "waiting": the same added up over the programme's years.
    """
    s = m.siting
    if measure == "end":
        return s.gap, m.w, s.relief[m.place, m.kind], m.place
    T = len(s.years)
    works = np.maximum(T - np.arange(T)[None, :] - s.lag[m.kind][:, None], 0)
    closes = s.relief[m.place, m.kind][:, None] * works
    return s.gap * T, m.y.ravel(), closes.ravel(), np.repeat(m.place, T)


def levels(s: Siting, c: Choice, measure: str) -> np.ndarray:
    """[p] remaining gap in whole steps, rounded up: what the rule of the worst-off compares."""
    left = s.gap - (s.relief * c.built).sum(axis=1)
    if measure == "waiting":
        T = len(s.years)
        works = np.maximum(T - c.year[:, None] - s.lag[None, :], 0) * c.built
        left = s.gap * T - (s.relief * works).sum(axis=1)
    return in_steps(left, s.step)


def in_steps(gap: Floats, step: float) -> np.ndarray:
    """Gaps in whole steps, rounded up; a rounding error of the sum is no step, and nothing is below 0."""
    return np.asarray(np.maximum(np.ceil(gap / step - 1e-6), 0).astype(np.int64))


def worst_off_first(s: Siting, measure: str, effort: Effort | None = None, watch: Watch = unwatched) -> Choice:
    """The choice whose remaining gaps, largest first, are smallest in the order of a dictionary (leximin); then the
    best objective among these.

        level k:  min n_k = #{p : gap[p] > (k − 1)·step}   with n_K … n_{k+1} held at their least

    From the top, each level is either a number of places that cannot be lowered or is passed over at once: the lowest
    level that can be reached without more places above it is found by one solve.
    Source: Ogryczak, Pióro and Tomaszewski (2005), lexicographic max-min by counts (citation not checked).
    Raises as ``choose``; ``SolverError`` where time ran out before the last level was proven.
    """
    effort = effort or Effort()
    m = formulate(s)
    p = m.programme
    start, columns, closes, who = remaining(m, measure)
    top = int(in_steps(start, s.step).max(initial=0))
    search = Search(effort, watch)
    count, level = 0, top
    while level > 0:
        level = _lowest(search, m, (start, columns, closes, who), count, level)
        if level == 0:
            break
        above = np.flatnonzero(in_steps(start, s.step) >= level)
        u = _above(m, (start, columns, closes, who), above, (level - 1) * s.step)
        cost = np.zeros(p.width)
        cost[u] = -1.0
        count = round(-_solve(search, m, cost, f"fewest places at gap level {level}"))
        p.add_rows("worst-off first", 1, -np.inf, count, (np.zeros(len(u), dtype=np.int64), u, 1.0))
        level -= 1
    return choose(s, replace(effort, seconds=max(1.0, effort.seconds - search.seconds)), watch, m)


Gap = tuple[Floats, Index, Floats, Index]


def _above(m: ChoiceModel, gap: Gap, places: Index, threshold: float) -> Index:
    """Columns that must be 1 for every place whose gap stays above a threshold."""
    start, columns, closes, who = gap
    p = m.programme
    u = p.add_columns(f"above {threshold:g}", (len(places),), upper=1.0, whole=True).numbers
    row = np.full(len(start), -1, dtype=np.int64)
    row[places] = np.arange(len(places))
    mine = row[who] >= 0
    slack = start[places] - threshold
    # Rows in units of the gap to be closed, so that small gaps are not lost in the solver's tolerance.
    p.add_rows(
        "worst-off first", len(places), 1.0 - 1e-7, np.inf,
        (row[who[mine]], columns[mine], closes[mine] / slack[row[who[mine]]]), (np.arange(len(places)), u, 1.0),
    )  # fmt: skip
    return u


def _lowest(search: Search, m: ChoiceModel, gap: Gap, count: int, level: int) -> int:
    """The lowest level that all but ``count`` places can be brought to."""
    start, columns, closes, who = gap
    p, s = m.programme, m.siting
    n = len(start)
    z = p.add_columns(f"level below {level}", (1,), upper=float(level), whole=True).numbers
    u = p.add_columns(f"not below {level}", (n,), upper=1.0, whole=True).numbers
    top = float(in_steps(start, s.step).max(initial=0))
    p.add_rows(
        "worst-off first", n, start / s.step - 1e-6, np.inf,
        (who, columns, closes / s.step), (np.arange(n), np.broadcast_to(z, (n,)), 1.0), (np.arange(n), u, top),
    )  # fmt: skip
    p.add_rows("worst-off first", 1, -np.inf, float(count), (np.zeros(n, dtype=np.int64), u, 1.0))
    cost = np.zeros(p.width)
    cost[z] = -1.0
    lowest = round(-_solve(search, m, cost, "the level of the worst-off"))
    # From here on nobody but these few may be above the level.
    p.bound(f"level below {level}", upper=float(lowest))
    return lowest


def _solve(search: Search, m: ChoiceModel, cost: Floats, stage: str) -> float:
    """The optimum of whole numbers; proven, or refused."""
    left = max(0.1, search.effort.seconds - search.seconds)
    options = search.effort.options(mip_rel_gap=0.0, mip_abs_gap=0.99, time_limit=left)
    answer = Chooser(m.programme, options, cost=cost).watched()
    if answer.infeasible:
        raise no_choice(m.programme, search.effort.options())
    if answer.stopped:
        raise Interrupted(f"stopped at {stage}, before any choice was found; nothing was written")
    if not answer.optimal:
        what = f"time ran out at {stage}: the rule of the worst-off is not proven"
        raise SolverError(what, fix="give more seconds, or a larger step")
    search.tell(stage, -np.inf, np.inf)
    return answer.objective


def envy(s: Siting, c: Choice) -> pd.DataFrame:
    """Places that are needier and as ready as one chosen earlier: place, name, year (0: not chosen), places (how many
    such), in_province (how many of them in its own province), example (the least needy of them) and its year.

    No injustice by itself: raw materials, quotas and deadlines have their reasons, and ``Explainer`` gives them.
    """
    n, late = len(s.ids), np.where(c.year < 0, len(s.years), c.year)
    earlier = late[None, :] < late[:, None]
    cause = earlier & (s.need[None, :] < s.need[:, None]) & (s.readiness[None, :] <= s.readiness[:, None])
    cause &= ~s.closed[:, None]
    same = s.province[None, :] == s.province[:, None]
    who = np.flatnonzero(cause.any(axis=1))
    least = np.where(cause, s.need[None, :], np.inf).argmin(axis=1) if n else np.zeros(0, dtype=np.int64)
    label = np.append(np.array(s.years, dtype=int), 0)
    return pd.DataFrame(
        {
            "place": [s.ids[k] for k in who],
            "name": [s.titles[k] for k in who],
            "year": label[late[who]],
            "places": cause[who].sum(axis=1),
            "in_province": (cause & same)[who].sum(axis=1),
            "example": [s.ids[k] for k in least[who]],
            "example_year": label[late[least[who]]],
        }
    )


def _free_shares(s: Siting) -> Siting:
    most = np.bincount(s.province, minlength=len(s.provinces)).astype(float)
    share = np.stack([np.zeros(s.share.shape[:2]), np.broadcast_to(most[:, None], s.share.shape[:2])], axis=-1)
    return replace(s, share=share)


def _free_quota(s: Siting) -> Siting:
    return replace(s, quota=np.tile([0, int(s.per_year.max(initial=0))], (len(s.provinces), 1)))


def _free_kinds(s: Siting) -> Siting:
    return replace(s, required=np.zeros_like(s.required), forced_types=np.zeros_like(s.forced_types))


# What a rule's name means without the rule. Rules that are not in force change nothing.
WITHOUT: dict[str, Callable[[Siting], Siting]] = {
    "shares of provinces": _free_shares,
    "quotas of provinces": _free_quota,
    "longest wait": lambda s: replace(s, deadline=np.zeros_like(s.deadline)),
    "forced places": lambda s: replace(s, forced=np.full_like(s.forced, -1)),
    "forbidden places": lambda s: replace(s, closed=np.zeros_like(s.closed)),
    "required facilities": _free_kinds,
    "budgets": lambda s: replace(s, ceiling=np.full_like(s.ceiling, np.inf)),
}


def in_force(s: Siting) -> dict[str, Siting]:
    """Rule → the same problem without it, for the rules that ask for anything."""
    size = np.bincount(s.province, minlength=len(s.provinces))
    asks = {
        "shares of provinces": bool((s.share[..., 0] > 0).any() or (s.share[..., 1] < size[:, None]).any()),
        "quotas of provinces": bool((s.quota[:, 0] > 0).any() or (s.quota[:, 1] < s.per_year.max(initial=0)).any()),
        "longest wait": bool((s.deadline > 0).any()),
        "forced places": bool((s.forced >= 0).any()),
        "forbidden places": bool(s.closed.any()),
        "required facilities": bool(s.required.any() or s.forced_types.any()),
        "budgets": bool(len(s.limits)),
    }
    return {name: WITHOUT[name](s) for name, asked in asks.items() if asked}


def rule_costs(
    s: Siting, effort: Effort | None = None, *, best: Choice | None = None, worst_off: Choice | None = None
) -> pd.DataFrame:
    """What each rule costs: rule, objective with all rules, without this one, cost, its share, and ``proven``: the
    least and most that the cost can be, given the gaps of the two runs (least_cost, most_cost).

    ``best`` is the choice by the objective alone, where it is known; ``worst_off`` the choice under the rule of the
    worst-off, where that is in force: the rule costs what it has less than ``best``.
    """
    best = choose(s, effort, ties_by_draw=False) if best is None else best
    rows = [] if worst_off is None else [("worst-off first", worst_off, best)]
    rows += [(name, best, choose(other, effort, ties_by_draw=False)) for name, other in in_force(s).items()]
    return pd.DataFrame(
        [
            {
                "rule": name,
                "with_rule": kept.objective,
                "without_rule": free.objective,
                "cost": free.objective - kept.objective,
                "share": (free.objective - kept.objective) / max(abs(free.objective), 1e-12),
                "least_cost": max(0.0, free.objective - kept.bound),
                "most_cost": free.bound - kept.objective,
            }
            for name, kept, free in rows
        ]
    )
