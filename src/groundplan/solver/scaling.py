"""One scale for every money: the solver's tolerances are absolute, tables come in millions or billions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from scipy import sparse

from groundplan.solver.highs import Highs
from groundplan.solver.programme import Floats

AIM = 1e4
# What the search for projects is given: it refuses more plans of its own, the larger its figures are.
AIMS = (1e3, 1e2)


def bound_scale(bounds: Iterable[Floats], aim: float = AIM) -> int:
    """The power of two that brings the largest finite bound of a programme to about ``aim``; 0 where none is."""
    largest = max((float(np.abs(b[np.isfinite(b)]).max(initial=0.0)) for b in bounds), default=0.0)
    return round(np.log2(aim / largest)) if largest > 0 else 0


def bound_scale_of(h: Highs, aim: float = AIM) -> int:
    """``bound_scale`` of a programme as HiGHS holds it."""
    f = h.figures()
    return bound_scale((f.lower, f.upper, f.low, f.high), aim)


def scale_around_projects(h: Highs, aim: float = AIMS[0]) -> None:
    """Write a programme with projects in units of 2^−scale, all but the projects, and hand it back to HiGHS.

        x = σ·x',   ρ·a·σ·x' ≤ ρ·b;   σ = 2^−scale, 1 for projects;   ρ = 1 / σ, 1 for rows of projects alone

    HiGHS scales all bounds or none, and a scaled project of one is a project of something else. Without a scale it
    refuses its own plan where figures are in the millions, because it holds every row to 10^−6 whatever its size. The
    goal and the projects stay what they are; the other columns of the answer are in the new units.
    """
    f = h.figures()
    entries = sparse.coo_array(f.matrix)
    row, column = entries.coords
    unit = 2.0 ** -bound_scale((f.lower, f.upper, f.low, f.high), aim)
    of_projects = np.zeros(f.matrix.shape[0], dtype=bool)
    of_projects[row[f.whole[column]]] = True
    # A project's level stands in a row with its start, and is as large.
    own = f.whole.copy()
    own[column[of_projects[row]]] = True
    by_column = np.where(own, 1.0, unit)
    money = np.zeros(f.matrix.shape[0], dtype=bool)
    money[row[~own[column]]] = True
    by_row = np.where(money, 1.0 / unit, 1.0)
    data = entries.data * by_row[row] * by_column[column]
    scaled = replace(
        f,
        matrix=sparse.csr_array((data, (row, column)), shape=f.matrix.shape),
        cost=f.cost * by_column,
        lower=f.lower / by_column,
        upper=f.upper / by_column,
        low=f.low * by_row,
        high=f.high * by_row,
    )
    h.pass_figures(scaled, maximise=h.maximises)
