"""Rules that a record breaks, and the fewest figures that must change for all of them to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.solver.answer import answer
from groundplan.solver.programme import Floats, Programme

# By how much more than nothing a strict rule holds, as a share of the largest figure of the record.
STRICTLY = 1e-6
BROKEN = 1e-9
MOST = 50


@dataclass(frozen=True)
class Rule:
    """Σ terms (figure → coefficient) ``sense`` side; ``sense`` is =, >=, <=, > or <. ``name``: in words."""

    terms: Mapping[str, float]
    sense: str
    side: float = 0.0
    name: str = ""


def fewest_changes(
    record: Mapping[str, float], rules: Sequence[Rule], weights: Mapping[str, float] | None = None
) -> list[tuple[str, ...]]:
    """Every set of figures of least weight whose change alone can make all rules hold; empty where they hold.

        min Σ w_i·δ_i   such that some x keeps every rule with x_i = y_i wherever δ_i = 0

    ``weights`` (1 by default): how sure a figure is; the surer, the less it is changed. Sets are found one after the
    other: a linear programme says whether a set is enough, and where it is not, which fixed figures stand in the way:
    one of them must change. Only finitely many sets exist, and at most ``MOST`` of equal weight are given.
    Raises ``UnknownName`` for figures that are not in the record, ``GroundplanError`` for rules that nothing keeps.
    Source: Fellegi and Holt (1976); cuts as in Codato and Fischetti (2006), combinatorial Benders (neither checked).
    """
    names = list(record)
    raise_all([UnknownName("figure of the record", n, names) for r in rules for n in r.terms if n not in record])
    raise_all([UnknownName("sense", r.sense, ("=", ">=", "<=", ">", "<")) for r in rules if _bad(r)])
    y = np.array([record[n] for n in names], dtype=float)
    a, low, high = _rows(names, rules, max(float(np.abs(y).max(initial=0.0)), 1.0))
    w = np.array([1.0 if weights is None else weights.get(n, 1.0) for n in names])
    cuts: list[tuple[np.ndarray, bool]] = []
    best = np.inf
    sets: list[tuple[str, ...]] = []
    while len(sets) < MOST:
        chosen = _least_cover(w, cuts)
        if chosen is None or float(w[chosen].sum()) > best + BROKEN:
            break
        blocking = _blocking(y, a, low, high, chosen)
        if blocking is None:
            best = float(w[chosen].sum())
            sets.append(tuple(names[i] for i in np.flatnonzero(chosen)))
            cuts.append((np.flatnonzero(chosen), True))
            if not chosen.any():
                return []
        elif not len(blocking):
            raise GroundplanError(
                "no figures whatever keep these rules", fix="look for rules that contradict each other"
            )
        else:
            cuts.append((blocking, False))
    return sets


def broken(record: Mapping[str, float], rules: Sequence[Rule]) -> list[Rule]:
    """The rules that a record breaks."""
    names = list(record)
    y = np.array([record[n] for n in names], dtype=float)
    a, low, high = _rows(names, rules, max(float(np.abs(y).max(initial=0.0)), 1.0))
    size = BROKEN * (np.abs(a) @ np.abs(y) + 1.0)
    at = a @ y
    return [r for r, bad in zip(rules, (at < low - size) | (at > high + size), strict=True) if bad]


def _bad(r: Rule) -> bool:
    return r.sense not in ("=", ">=", "<=", ">", "<")


def _rows(names: Sequence[str], rules: Sequence[Rule], scale: float) -> tuple[Floats, Floats, Floats]:
    """Low ≤ A·x ≤ high."""
    a = np.zeros((len(rules), len(names)))
    low, high = np.full(len(rules), -np.inf), np.full(len(rules), np.inf)
    for k, r in enumerate(rules):
        for name, c in r.terms.items():
            a[k, names.index(name)] = c
        more = STRICTLY * scale if r.sense in (">", "<") else 0.0
        if r.sense in ("=", ">=", ">"):
            low[k] = r.side + more
        if r.sense in ("=", "<=", "<"):
            high[k] = r.side - more
    return a, low, high


def _least_cover(w: Floats, cuts: Sequence[tuple[np.ndarray, bool]]) -> np.ndarray | None:
    """The figures of least weight that meet every cut; None where none do."""
    p = Programme(maximise=False)
    p.add_columns("changed", (len(w),), upper=1.0, goal=w, whole=True)
    for n, (at, taken) in enumerate(cuts):
        # Of what blocks, one changes; of a set that was given, not all again.
        sides = (-np.inf, len(at) - 1.0) if taken else (1.0, np.inf)
        p.add_rows(f"cut {n}", 1, *sides, (0, at, 1.0))
    best = answer(p)
    return np.asarray(best.values > 0.5) if best.status == "optimal" else None


def _blocking(y: Floats, a: Floats, low: Floats, high: Floats, changed: np.ndarray) -> np.ndarray | None:
    """The fixed figures that stand in the way of the rules; None where the changed ones are enough."""
    p = Programme(maximise=False)
    free = np.where(changed, np.inf, y)
    p.add_columns("figures", (len(y),), lower=np.where(changed, -np.inf, y), upper=free)
    k = len(a)
    short = p.add_columns("short", (k,), goal=1.0).numbers
    over = p.add_columns("over", (k,), goal=1.0).numbers
    at = np.nonzero(a)
    p.add_rows("rules", k, low, high, (at[0], at[1], a[at]), (np.arange(k), short, 1.0), (np.arange(k), over, -1.0))
    best = answer(p, "simplex").checked()
    if best.objective <= BROKEN * (1.0 + float(np.abs(y).max(initial=0.0))):
        return None
    pull = np.abs(a.T @ best.row_duals)
    return np.flatnonzero(~changed & (pull > 1e-9))
