"""One scale for every money: the solver's tolerances are absolute, tables come in millions or billions."""

from __future__ import annotations

import highspy
import numpy as np

AIM = 1e4
# What the search for projects is given: it refuses more plans of its own, the larger its figures are.
AIMS = (1e3, 1e2)


def bound_scale(h: highspy.Highs, aim: float = AIM) -> int:
    """The power of two that brings the largest bound of a programme to about ``aim``."""
    lp = h.getLp()
    bounds = np.concatenate([np.asarray(b) for b in (lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_)])
    finite = np.abs(bounds[np.isfinite(bounds)])
    largest = float(finite.max(initial=0.0))
    return round(np.log2(aim / largest)) if largest > 0 else 0


def scale_around_projects(h: highspy.Highs, aim: float = AIMS[0]) -> None:
    """Write a programme with projects in units of 2^−scale, all but the projects, and hand it back to HiGHS.

        x = σ·x',   ρ·a·σ·x' ≤ ρ·b;   σ = 2^−scale, 1 for projects;   ρ = 1 / σ, 1 for rows of projects alone

    HiGHS scales all bounds or none, and a scaled project of one is a project of something else. Without a scale it
    refuses its own plan where figures are in the millions, because it holds every row to 10^−6 whatever its size. The
    goal and the projects stay what they are; the other columns of the answer are in the new units.
    """
    lp = h.getLp()
    a = lp.a_matrix_
    start, index, value = np.asarray(a.start_), np.asarray(a.index_), np.asarray(a.value_)
    outer = np.repeat(np.arange(len(start) - 1), np.diff(start))
    row, column = (index, outer) if a.format_ == highspy.MatrixFormat.kColwise else (outer, index)
    unit = 2.0 ** -bound_scale(h, aim)
    whole = np.asarray([int(kind) for kind in lp.integrality_]) > 0
    of_projects = np.zeros(lp.num_row_, dtype=bool)
    of_projects[row[whole[column]]] = True
    # A project's level stands in a row with its start, and is as large.
    own = whole.copy()
    own[column[of_projects[row]]] = True
    by_column = np.where(own, 1.0, unit)
    money = np.zeros(lp.num_row_, dtype=bool)
    money[row[~own[column]]] = True
    by_row = np.where(money, 1.0 / unit, 1.0)
    a.value_ = value * by_row[row] * by_column[column]
    lp.a_matrix_ = a
    lp.col_cost_ = np.asarray(lp.col_cost_) * by_column
    lp.col_lower_, lp.col_upper_ = np.asarray(lp.col_lower_) / by_column, np.asarray(lp.col_upper_) / by_column
    lp.row_lower_, lp.row_upper_ = np.asarray(lp.row_lower_) * by_row, np.asarray(lp.row_upper_) * by_row
    h.passModel(lp)
