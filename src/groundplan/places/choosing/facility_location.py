"""Where to put p facilities: least mean way, shortest longest way, most people within reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groundplan.errors import GroundplanError, SolverError, raise_all
from groundplan.places.choosing.problem import Floats
from groundplan.places.known.columns import PlacesError
from groundplan.solver.choosing import Chooser
from groundplan.solver.programme import Programme


@dataclass(frozen=True)
class Located:
    """Candidates that are opened, which of them each client goes to (−1: none within reach), and the optimum."""

    opened: tuple[int, ...]
    client_to: tuple[int, ...]
    value: float


def _checked(distance: Floats, weight: Floats, count: int) -> tuple[Floats, Floats]:
    d, n = np.asarray(distance, dtype=float), np.asarray(weight, dtype=float)
    faults: list[GroundplanError] = []
    if d.ndim != 2 or n.shape != (d.shape[0] if d.ndim == 2 else -1,):
        what = f"distances have shape {d.shape} and weights {n.shape}"
        raise PlacesError(what, fix="give client × candidate, and one weight a client")
    if not (d >= 0).all():
        faults.append(PlacesError("a distance is missing or below zero", fix="give every distance; inf is no way"))
    if not (np.isfinite(n) & (n >= 0)).all():
        faults.append(PlacesError("a weight is missing or below zero", fix="give numbers from 0 on"))
    if isinstance(count, bool) or not 1 <= count <= d.shape[1]:
        what = f"{count} facilities are to be opened and there are {d.shape[1]} candidates"
        faults.append(PlacesError(what, fix=f"give a number from 1 to {d.shape[1]}"))
    raise_all(faults)
    return d, n


def _solved(p: Programme, opened: np.ndarray) -> tuple[np.ndarray, float]:
    answer = Chooser(p, {"mip_rel_gap": 0.0, "mip_abs_gap": 1e-9, "random_seed": 0, "threads": 1}).watched()
    if not answer.optimal:
        raise SolverError(f"no optimum: {answer.status}", fix="check that every client has a way to enough candidates")
    return np.flatnonzero(answer.relaxed[opened] > 0.5), answer.objective


def p_median(distance: Floats, weight: Floats, count: int) -> Located:
    """Open ``count`` candidates so that the weighted sum of ways is least.

        min Σ_ij n[i]·d[i,j]·a[i,j],   Σ_j a[i,j] = 1,   a[i,j] ≤ open[j],   Σ open = p

    distance client × candidate, weight by client. Units: those of distance × weight.
    Source: Hakimi (1964); rows as in ReVelle and Swain (1970) (citations not checked).
    """
    d, n = _checked(distance, weight, count)
    p, (m, k) = Programme(), d.shape
    open_ = p.add_columns("open", (k,), upper=1.0, whole=True).numbers
    way = np.isfinite(d)
    i, j = np.nonzero(way)
    a = p.add_columns("share", (len(i),), goal=-n[i] * d[i, j], upper=1.0).numbers
    p.add_rows("served", m, 1.0, 1.0, (i, a, 1.0))
    p.add_rows("open", len(i), -np.inf, 0.0, (np.arange(len(i)), a, 1.0), (np.arange(len(i)), open_[j], -1.0))
    p.add_rows("count", 1, count, count, (np.zeros(k, dtype=np.int64), open_, 1.0))
    chosen, value = _solved(p, open_)
    to = chosen[np.argmin(d[:, chosen], axis=1)]
    return Located(tuple(map(int, chosen)), tuple(map(int, to)), -float(value))


def p_center(distance: Floats, count: int) -> Located:
    """Open ``count`` candidates so that the longest way to the nearest open one is shortest.

    The optimum is one of the distances; a bisection over them asks how few candidates cover every client within it.
    Units: those of the distances. Source: Minieka (1970), by set covering (citation not checked).
    """
    d, _ = _checked(distance, np.ones(len(distance)), count)
    radii = np.unique(d[np.isfinite(d)])
    low, high, best = 0, len(radii) - 1, None
    while low <= high:
        middle = (low + high) // 2
        cover = _cover(d <= radii[middle])
        if cover is not None and len(cover) <= count:
            best, high = cover, middle - 1
        else:
            low = middle + 1
    if best is None:
        raise SolverError("no number of candidates reaches every client", fix="check the distances that are infinite")
    to = best[np.argmin(d[:, best], axis=1)]
    return Located(tuple(map(int, best)), tuple(map(int, to)), float(d[np.arange(len(d)), to].max()))


def _cover(reach: np.ndarray) -> np.ndarray | None:
    """The fewest candidates that reach every client; None where some client has none."""
    if not reach.any(axis=1).all():
        return None
    p = Programme()
    open_ = p.add_columns("open", (reach.shape[1],), goal=-1.0, upper=1.0, whole=True).numbers
    i, j = np.nonzero(reach)
    p.add_rows("reached", len(reach), 1.0, np.inf, (i, open_[j], 1.0))
    return _solved(p, open_)[0]


def maximal_cover(distance: Floats, weight: Floats, radius: float, count: int) -> Located:
    """Open ``count`` candidates so that as much weight as can be is within ``radius`` of an open one.

        max Σ n[i]·z[i],   z[i] ≤ Σ_{j: d[i,j] ≤ radius} open[j],   Σ open = p

    Units: those of the weights. Source: Church and ReVelle (1974) (citation not checked).
    """
    d, n = _checked(distance, weight, count)
    p, (m, k) = Programme(), d.shape
    open_ = p.add_columns("open", (k,), upper=1.0, whole=True).numbers
    z = p.add_columns("covered", (m,), goal=n, upper=1.0).numbers
    i, j = np.nonzero(d <= radius)
    p.add_rows("covered", m, -np.inf, 0.0, (np.arange(m), z, 1.0), (i, open_[j], -1.0))
    p.add_rows("count", 1, count, count, (np.zeros(k, dtype=np.int64), open_, 1.0))
    chosen, _ = _solved(p, open_)
    nearest = np.argmin(d[:, chosen], axis=1)
    inside = d[np.arange(m), chosen[nearest]] <= radius
    to = np.where(inside, chosen[nearest], -1)
    return Located(tuple(map(int, chosen)), tuple(map(int, to)), float(n[inside].sum()))
