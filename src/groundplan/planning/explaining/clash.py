"""Why a plan cannot be met: the smallest set of wishes and limits that clash, in the names of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from groundplan.errors import PlanInfeasible
from groundplan.planning.activities import Activities
from groundplan.planning.policy import Policy
from groundplan.planning.programme import programme
from groundplan.planning.rows import BETWEEN, Family, Model, family_of
from groundplan.planning.solve import Progress, feasible, load, quiet, without_goal
from groundplan.planning.targets import target_lines

ROW_WORDS = {
    "good_floor": "floor of the {what} in {year}",
    "good_path": "non-falling {what} in {year}",
    "account_balance": "{what} in {year}",
    "flow_balance": "{what} in {year}",
    "growth_limit": "ceiling on the growth of {what} in {year}",
    "capacity_limit": "{what} in {year}",
    "contraction_limit": "limit on the fall of {what} in {year}",
    "lumpy_level": "size of the project {what} in {year}",
    "lumpy_once": "project {what}, once at most",
    "contingency": "what is left of {what} in {year}",
}
# Flows that are permissions which a planner states; every other flow must simply balance.
STATED = ("quota:", "paid:")
IDENTITIES = ("flow_balance", "stock_balance", "capacity_balance", "good_balance", "terminal_stock", "terminal_use")
LISTED = 8
SECONDS = 20.0


@dataclass(frozen=True, eq=False)
class Clash:
    """Rows and bounds that cannot all hold, and the programme of the fewest first years that has them.

    ``rows``: family and label of each row; ``bounds``: activity and year of each bound of a level. ``targets``: the
    positions, in the plan's own policy, of the targets among them; ``origin``: those of all targets of ``policy``.
    ``told``: rows and bounds in words.
    """

    model: Model
    policy: Policy
    rows: tuple[tuple[str, str], ...]
    bounds: tuple[tuple[str, int], ...]
    targets: tuple[int, ...]
    origin: tuple[int, ...]
    told: tuple[str, ...]


def clash_of(a: Activities, policy: Policy, families: Sequence[Family], progress: Progress = quiet) -> Clash:
    """The smallest set of wishes and limits that cannot all hold.

    The plan is first cut to the fewest years that are still impossible: what cannot be begun needs no end. A Farkas
    certificate (the dual ray of the infeasible programme) leaves only the rows that take part; HiGHS then reduces
    these to an irreducible infeasible subset. Identities (balances) take part but cannot be loosened, so they are not
    named; permissions that a planner states are. Source: Farkas (1902, citation not checked); HiGHS,
    ``iis_strategy`` 4.
    """
    m, wishes, origin = _shortest(a, policy, families, progress)
    progress("looking for the smallest conflict")
    rows, columns = _irreducible(m, wishes)
    words = label_words(m)
    order = {f: n for n, f in enumerate(("targets", *ROW_WORDS))}
    stated_rows = [r for r in rows if not is_identity(*r)]
    rows = sorted(stated_rows, key=lambda r: (order.get(family_of(r[0])[0], 99), r[1]))
    bounds = _bounds(m, columns)
    lines = target_lines(m.activities, wishes).set_index("label")["target"]
    stated = sorted({origin[int(lines[label])] for family, label in rows if family == "targets"})
    told = (*_told(rows, words), *_bounds_told(bounds, words))
    return Clash(m, wishes, tuple(rows), tuple(bounds), tuple(stated), tuple(origin), told)


def is_identity(family: str, label: str) -> bool:
    """Whether a row must hold whatever a planner wishes: a balance, but for permissions that he states."""
    return family_of(family)[0] in IDENTITIES and not label.startswith(STATED)


def infeasible(clash: Clash, policy: Policy, repairs: Sequence[dict[str, object]] = ()) -> PlanInfeasible:
    """The error that tells a conflict and what would mend it."""
    listed = list(clash.told[:LISTED])
    listed += [f"and {len(clash.told) - LISTED} more"] if len(clash.told) > LISTED else []
    what = "The plan cannot meet every target." if clash.targets else "No plan meets the floors within the limits."
    what += f"\n  clash:  {' · '.join(listed) or 'not found'}"
    sentences = list(dict.fromkeys(str(r["sentence"]) for r in repairs))
    if sentences:
        what += "\n  repair: any one of" + "".join(f"\n    {n}. {s}" for n, s in enumerate(sentences, 1))
    where = ", ".join(dict.fromkeys(policy.targets[t].line for t in clash.targets if policy.targets[t].line))
    fix = "make any one of these repairs" if sentences else "loosen any one of them"
    return PlanInfeasible(
        what, where=where, fix=f"{fix}, in the study or with --set", clash=clash.told, repairs=tuple(repairs)
    )


def _shortest(
    a: Activities, policy: Policy, families: Sequence[Family], progress: Progress
) -> tuple[Model, Policy, list[int]]:
    """The programme of the fewest first years that is infeasible, by bisection; and which targets are in it."""
    low, high = 1, len(a.years)
    while low < high:
        middle = (low + high) // 2
        progress(f"looking for the conflict: are {middle} years possible?")
        cut, wishes, _ = _cut(a, policy, middle)
        if feasible(programme(cut, wishes, families), wishes):
            low = middle + 1
        else:
            high = middle
    cut, wishes, origin = _cut(a, policy, low)
    return programme(cut, wishes, families), wishes, origin


def _cut(a: Activities, policy: Policy, years: int) -> tuple[Activities, Policy, list[int]]:
    """Activities and targets of the first years alone, with the targets' positions in the whole policy."""
    last = a.years[years - 1]
    tables = {name: getattr(a, name) for name in ("bounds", "exogenous", "utility", "floors")}
    kept = {name: table[table["year"] <= last].reset_index(drop=True) for name, table in tables.items()}
    wishes = [(n, cut) for n, t in enumerate(policy.targets) if (cut := t.within(a.years, last)) is not None]
    shorter = replace(policy, targets=[t for _, t in wishes])
    return replace(a, years=a.years[:years], **kept), shorter, [n for n, _ in wishes]


def _irreducible(m: Model, policy: Policy) -> tuple[list[tuple[str, str]], list[int]]:
    """Rows (family, label) and column labels of an infeasible subset."""
    loaded = load(m, policy)
    h = without_goal(loaded.highs)
    limits = {"time_limit": SECONDS, "iis_time_limit": SECONDS}
    for option, value in {"presolve": "off", "solver": "simplex", "iis_strategy": 4, **limits}.items():
        h.setOptionValue(option, value)
    h.run()
    _, there, ray = h.getDualRay()
    left = loaded.rows
    if there:
        weight = np.abs(np.asarray(ray))
        part = weight > 1e-9 * weight.max(initial=0.0)
        unused = np.flatnonzero(~part).astype(np.int32)
        h.deleteRows(len(unused), unused)
        h.setOptionValue("time_limit", h.getRunTime() + SECONDS)
        h.run()
        left = left[part]
    _, found = h.getIis()
    named = _row_names(m)
    chosen = list(found.row_index_) or range(len(left))
    return [named[int(left[r])] for r in chosen], [int(loaded.columns[c]) for c in found.col_index_]


def _told(rows: Sequence[tuple[str, str]], words: dict[str, str]) -> list[str]:
    """Rows in words, the years of one limit drawn together."""
    years: dict[tuple[str, str], list[int]] = {}
    for family, label in rows:
        head, between, year = label.rpartition(BETWEEN)
        key = (family, head if between else label)
        years.setdefault(key, []).extend([int(year)] if between and year.split()[0].isdigit() else [])
    told = []
    for (family, name), when in years.items():
        span = span_told(when)
        if family == "targets":
            told.append(f"{name} in {span}" if span else name)
            continue
        own, fork = family_of(family)
        pattern = ROW_WORDS.get(own, f"{own.replace('_', ' ')}: {{what}} in {{year}}")
        told.append(pattern.format(what=words.get(name) or name, year=span) + (f" under {fork}" if fork else ""))
    return told


def span_told(years: Sequence[int]) -> str:
    """Years in words: ``2024``, ``2024 to 2026``; nothing for none."""
    return "" if not years else f"{min(years)}" if len(set(years)) == 1 else f"{min(years)} to {max(years)}"


def label_words(m: Model) -> dict[str, str]:
    """Commodity and activity names → their labels in words."""
    a = m.activities
    return {
        **dict(zip(a.commodities["commodity"], a.commodities["label"], strict=True)),
        **dict(zip(a.activities["activity"], a.activities["label"], strict=True)),
    }


def _row_names(m: Model) -> dict[int, tuple[str, str]]:
    names = {}
    for family, rows in m.families.items():
        for position, label in zip(np.ravel(m.lp.constraints[family].labels.values), rows.labels, strict=True):
            names[int(position)] = (family, str(label))
    return names


def _bounds(m: Model, columns: Sequence[int]) -> list[tuple[str, int]]:
    """Bounds of levels in the conflict: ceilings of markets, fixed levels."""
    level = m.variables["level"]
    acts, years = level.indexes["activity"], level.indexes["year"]
    at = pd.Index(level.labels.values.ravel()).get_indexer(pd.Index(columns))
    lower, upper = level.lower.values.ravel(), level.upper.values.ravel()
    return [
        (str(acts[n // len(years)]), int(years[n % len(years)]))
        for n in at[at >= 0]
        if lower[n] > 0 or np.isfinite(upper[n])
    ]


def _bounds_told(bounds: Sequence[tuple[str, int]], words: dict[str, str]) -> list[str]:
    spans: dict[str, list[int]] = {}
    for activity, year in bounds:
        spans.setdefault(activity, []).append(year)
    return [f"bounds of {words.get(activity) or activity} in {span_told(when)}" for activity, when in spans.items()]
