"""How strongly a sector pulls on its suppliers and carries its customers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.measures.dependence import cost_shares, sector_import_content
from groundplan.measures.labelled import by_sector, per_output


def output_multiplier(e: Economy) -> xr.DataArray:
    """Home output that one unit of final use of j's home product draws.

        o' = 1'L   (one solve on the transpose)

    Units:  1.
    Source: Miller and Blair (2009), chapter 6, simple output multiplier (chapter not checked).
    """
    return by_sector("output_multiplier", e.prices(np.ones(len(e.sectors))), e)


def value_added_multiplier(e: Economy) -> xr.DataArray:
    """Home value added in one unit of final use of j's home product.

        v'L,   v = value added / x

    Units:  1.
    Source: Miller and Blair (2009), chapter 6 (chapter not checked).
    """
    return by_sector("value_added_multiplier", e.prices(cost_shares(e)[0]), e)


def employment_multiplier(e: Economy) -> xr.DataArray:
    """Work in one unit of final use of j's home product, all suppliers' work included: its labour value.

        ℓ'L,   ℓ = employment / x

    Units:  the economy's unit of employment / money of a year.
    Source: Miller and Blair (2009), chapter 6 (chapter not checked); Leontief (1986), Input-Output Economics.
    """
    labour = per_output(e.employment.sum("skill").values, e)
    unit = f"{e.employment_unit} / {e.money}"
    return by_sector("employment_multiplier", e.prices(labour), e).assign_attrs(units=unit)


def backward_linkage(e: Economy) -> xr.DataArray:
    """How strongly j pulls on its suppliers; the average sector scores 1.

        U[j] = o[j] / mean(o),   o = 1'L;  NaN, and left out of the mean, for a sector without output

    Units:  1.
    Source: Rasmussen (1956), power of dispersion (citation not checked).
    """
    return by_sector("backward_linkage", _relative(output_multiplier(e).values, e), e)


def forward_linkage(e: Economy) -> xr.DataArray:
    """How much of i is drawn when the final use of every product rises by one unit; the average sector scores 1.

        s[i] / mean(s),   s = L1;  NaN, and left out of the mean, for a sector without output

    Every final use rises by the same amount whatever its size, so small users weigh as much as large ones;
    ``ghosh_linkage`` weighs them by what they buy.
    Units:  1.
    Source: Rasmussen (1956), sensitivity of dispersion (citation not checked).
    """
    return by_sector("forward_linkage", _relative(e.requirements((e.output.values > 0).astype(float)), e), e)


def ghosh_linkage(e: Economy) -> xr.DataArray:
    """How much output of all sectors one unit of i's primary inputs carries along; the average sector scores 1.

        g[i] / mean(g),   g = (I − B)⁻¹1 = x̂⁻¹ L x,   B = x̂⁻¹ Z_d;  NaN for a sector without output

    Units:  1.
    Source: Ghosh (1958); Miller and Blair (2009), chapter 12 (chapter not checked).
    """
    return by_sector("ghosh_linkage", _relative(per_output(e.requirements(e.output.values), e), e), e)


def backward_spread(e: Economy) -> xr.DataArray:
    """Whether j's pull falls on few suppliers (high) or on all alike (low).

        V[j] = sd_i(L[i,j]) / mean_i(L[i,j]),  sd with n − 1;  over sectors with output, NaN for the others

    Units:  1.
    Source: Rasmussen (1956), coefficient of variation of the columns of L (citation not checked).
    """
    return by_sector("backward_spread", _spread(e, 0), e)


def forward_spread(e: Economy) -> xr.DataArray:
    """Whether i serves few sectors (high) or all alike (low).

        V[i] = sd_j(L[i,j]) / mean_j(L[i,j]),  sd with n − 1;  over sectors with output, NaN for the others

    Units:  1.
    Source: Rasmussen (1956), coefficient of variation of the rows of L (citation not checked).
    """
    return by_sector("forward_spread", _spread(e, 1), e)


def linkage_table(e: Economy) -> pd.DataFrame:
    """All linkages and multipliers by sector, and which sectors are key: those that pull and carry above average.

    ``kind`` is key (backward and Ghosh forward linkage above 1), backward, forward, or weak (neither); empty for a
    sector without output. Index: sector.
    Units:  1; employment in the economy's unit / money of a year.
    Source: Miller and Blair (2009), chapter 12, classification by backward and forward linkage (chapter not checked).
    """
    backward, ghosh = backward_linkage(e).to_series(), ghosh_linkage(e).to_series()
    table = pd.DataFrame(
        {
            "backward": backward,
            "forward": forward_linkage(e).to_series(),
            "ghosh": ghosh,
            "backward_spread": backward_spread(e).to_series(),
            "forward_spread": forward_spread(e).to_series(),
            "output": output_multiplier(e).to_series(),
            "value_added": value_added_multiplier(e).to_series(),
            "employment": employment_multiplier(e).to_series(),
            "imports": sector_import_content(e).to_series(),
        }
    ).where(e.output.to_series() > 0)
    kinds = [backward.isna(), (backward > 1) & (ghosh > 1), backward > 1, ghosh > 1]
    return table.assign(kind=np.select(kinds, ["", "key", "backward", "forward"], "weak"))


def _relative(values: np.ndarray, e: Economy) -> np.ndarray:
    """Values over their mean, both over sectors with output."""
    active = e.output.values > 0
    return np.asarray(np.where(active, values / values[active].mean(), np.nan))


def _spread(e: Economy, axis: int) -> np.ndarray:
    """Coefficient of variation of L along an axis, over sectors with output; every column of L is needed here."""
    active = np.flatnonzero(e.output.values > 0)
    inverse = e.requirements(np.eye(len(e.sectors))[:, active])[active]
    spread = np.full(len(e.sectors), np.nan)
    if len(active) > 1:
        spread[active] = inverse.std(axis=axis, ddof=1) / inverse.mean(axis=axis)
    return spread
