"""Indicators as linear forms of a programme's columns, whatever they count: levels, stocks or what is enjoyed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.planning.families.rows import Model
from groundplan.planning.families.targets import indicator_cells, variable_cells
from groundplan.solver.programme import Floats, Index


def entries_of(m: Model, indicator: str, years: np.ndarray) -> tuple[Index, Index, Floats]:
    """An indicator that is no ratio by year: entries of year, column and units of the indicator per unit of it.

    I[t] = Σ_{entries of t} amount · x[column],   x the programme's columns
    """
    when, columns, amounts = [], [], []
    for name, own in variable_cells(m.activities, indicator_cells(m.activities, indicator, years)):
        block, year = m.variables[name], own["year"].to_numpy()
        labels, *times = block.coords.values()
        on = block.numbers[labels.get_indexer(pd.Index(own["on"]))]
        when.append(year)
        columns.append(on[np.arange(len(own)), year - int(times[0][0])] if times else on)
        amounts.append(own["amount"].to_numpy(dtype=float))
    if not when:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    return np.concatenate(when), np.concatenate(columns), np.concatenate(amounts)


def form_of(m: Model, indicator: str, years: np.ndarray) -> Floats:
    """An indicator that is no ratio, summed over years, as a linear form: [column] units of the indicator per unit.

    Σ_t I[t] = form · x,   x the programme's columns
    """
    _, columns, amounts = entries_of(m, indicator, years)
    return np.bincount(columns, amounts, minlength=m.programme.width).astype(float)
