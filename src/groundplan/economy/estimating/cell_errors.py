"""How far single cells of estimated accounts may be off, by their size and by the age of the accounts behind them."""

from __future__ import annotations

import numpy as np

# Of hidden tables: relative standard error = SLOPE · log10(1/s) − OFFSET, s the cell over GDP; measured on 46 of them.
SLOPE, OFFSET, LEAST = 0.325, 0.03, 0.08
# Of a country's own accounts h years old: times AGE · h^POWER, at most 1; fitted to panels of fourteen years.
AGE, POWER = 0.15, 0.65
SMALLEST = 1e-9


def relative_errors(cells: np.ndarray, gdp: float, years: float) -> np.ndarray:
    """The standard error of each cell as a share of it.

        max(0.08, 0.325·log10(1/s) − 0.03) · min(1, 0.15·h^0.65),   s = |cell| / GDP

    ``years`` h between the accounts and the year, at least one: accounts are never without error.
    Units:  1.
    Source: measured here (docs/explanation/estimates.md).

    >>> relative_errors(np.array([30.0, 0.3, 0.003]), 100.0, 50.0).round(2).tolist()
    [0.14, 0.79, 1.44]
    """
    share = np.maximum(np.abs(cells) / abs(gdp), SMALLEST)
    own = np.maximum(LEAST, SLOPE * np.log10(1.0 / share) - OFFSET)
    return np.asarray(own * min(1.0, AGE * max(years, 1.0) ** POWER))
