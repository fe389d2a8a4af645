"""From bare vectors to quantities of the glossary, by sector or by product."""

from __future__ import annotations

import numpy as np
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.glossary import quantity


def by_sector(name: str, values: np.ndarray, e: Economy) -> xr.DataArray:
    """A vector over sectors under its glossary name."""
    return quantity(name, xr.DataArray(values, coords={"sector": list(e.sectors)}, dims="sector"), e.money)


def by_product(name: str, values: np.ndarray, e: Economy) -> xr.DataArray:
    """A vector over products under its glossary name."""
    return quantity(name, xr.DataArray(values, coords={"product": list(e.sectors)}, dims="product"), e.money)


def per_output(values: np.ndarray, e: Economy) -> np.ndarray:
    """What one unit of output carries: values / x, 0 for a sector without output. Shape n."""
    x = e.output.values
    return np.asarray(values / np.where(x > 0, x, np.inf))


def share_of(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """The ratio part / whole, NaN where the whole is not above zero. Shapes broadcast."""
    whole = np.asarray(whole, dtype=float)
    return np.asarray(part / np.where(whole > 0, whole, np.nan))
