"""Indicators as linear forms of a programme's columns, whatever they count: levels, stocks or what is enjoyed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.planning.families.rows import Model
from groundplan.planning.families.targets import indicator_cells, variable_cells
from groundplan.solver.programme import Floats


def form_of(m: Model, indicator: str, years: np.ndarray) -> Floats:
    """An indicator that is no ratio, summed over years, as a linear form: [column] units of the indicator per unit.

    Σ_t I[t] = form · x,   x the programme's columns
    """
    out = np.zeros(m.programme.width)
    for name, own in variable_cells(m.activities, indicator_cells(m.activities, indicator, years)):
        block = m.variables[name]
        labels, *times = block.coords.values()
        on = block.numbers[labels.get_indexer(pd.Index(own["on"]))]
        at = on[np.arange(len(own)), own["year"].to_numpy() - int(times[0][0])] if times else on
        np.add.at(out, at, own["amount"].to_numpy())
    return out
