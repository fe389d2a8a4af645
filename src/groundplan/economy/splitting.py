"""One sector made two: which share of every cell goes to the part, and the accounts with both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from groundplan.economy.economy import Economy

SLACK = 1e-12
Shares = xr.DataArray | float


@dataclass(frozen=True, eq=False)
class Split:
    """The shares, from 0 to 1, of sector s's cells that are the part p's; the rest keeps the code s.

        Z[p,u] = home[u]·Z[s,u]         Z[s,u] is left with the remainder
        Z[i,p] = costs[i]·Z[i,s]        for i = p and i = s the rows just made

    ``home`` (use: sectors and final categories) and ``imported`` (the same): shares of the row. ``costs`` (product, p
    and s among them) and ``primary``: shares of the column, home and imported inputs alike. The others are numbers.
    Units: 1.
    """

    product: str
    sector: str
    home: xr.DataArray
    imported: xr.DataArray
    exports: float
    reexports: float
    costs: xr.DataArray
    primary: xr.DataArray
    labour: float
    capital: float
    investment: float


def placed(total: float, weights: np.ndarray, ceilings: np.ndarray, floors: np.ndarray) -> np.ndarray | None:
    """Cells in proportion to their weights, within floors and ceilings, that sum to ``total``; None if none can.

        z = min(max(λ·w, floor), ceiling),   Σ z = total

    One factor λ is right for every cell that is at neither limit: proportional fitting (RAS) of one line, solved
    exactly at the breaks of a piecewise-linear function instead of by iteration. A cell without weight stays at its
    floor. Shapes: n. Units: any one unit.
    """
    scale = max(float(ceilings.sum()), float(floors.sum()), abs(total))
    there = weights > 0
    if (floors > ceilings + SLACK * scale).any():
        return None
    limits = np.concatenate([[0.0], floors[there] / weights[there], ceilings[there] / weights[there]])
    breaks = np.unique(limits[np.isfinite(limits)])

    def at(factor: np.ndarray) -> np.ndarray:
        raised = np.minimum(np.maximum(np.outer(factor, weights), floors), np.maximum(ceilings, floors))
        return np.asarray(np.where(there, raised, floors))

    sums = at(breaks).sum(axis=1)
    if not sums[0] - SLACK * scale <= total <= sums[-1] + SLACK * scale:
        return None
    return np.asarray(at(np.array([np.interp(total, sums, breaks)]))[0])


def parted(array: xr.DataArray, dim: str, split: Split, shares: Shares) -> xr.DataArray:
    """The array with the sector's line along ``dim`` made two, the part after what is left."""
    codes = [str(c) for c in array[dim].values]
    at, axis = codes.index(split.sector), array.get_axis_num(dim)
    whole = array.isel({dim: at}, drop=True)
    if isinstance(shares, xr.DataArray):
        # In the array's own order: xarray may sort labels whose orders differ.
        shares = shares.sel({d: whole[d].values for d in shares.dims})
    part = np.asarray((whole * shares).transpose(*whole.dims).values)
    values = np.insert(array.values, at + 1, part, axis=axis)
    values[(slice(None),) * int(axis) + (at,)] = whole.values - part
    coords = {k: v for k, v in array.coords.items() if dim not in v.dims}
    coords[dim] = [*codes[: at + 1], split.product, *codes[at + 1 :]]
    return xr.DataArray(values, coords=coords, dims=array.dims, name=array.name, attrs=array.attrs)


def divided(e: Economy, s: Split, labels: Mapping[str, str]) -> Economy:
    """The economy with sector s in two parts whose rows and columns sum to its own. Units: unchanged."""
    changes: dict[str, object] = {"labels": dict(labels)}
    for use, final, shares in (
        ("domestic_use", "domestic_final", s.home),
        ("imported_use", "imported_final", s.imported),
    ):
        rows = parted(getattr(e, use), "product", s, shares.rename(use="sector"))
        changes[use] = parted(rows, "sector", s, s.costs)
        changes[final] = parted(getattr(e, final), "product", s, shares.rename(use="final"))
    if e.imported_by_partner is not None:
        rows = parted(e.imported_by_partner, "product", s, s.imported)
        changes["imported_by_partner"] = parted(rows, "use", s, s.costs)
    plain: dict[str, tuple[str, Shares]] = {
        "exports": ("product", s.exports),
        "reexports": ("product", s.reexports),
        "primary": ("sector", s.primary),
        "employment": ("sector", s.labour),
        "capital_stock": ("sector", s.capital),
        "investment_by_sector": ("sector", s.investment),
    }
    changes |= {name: parted(getattr(e, name), dim, s, shares) for name, (dim, shares) in plain.items()}
    changes["depreciation"] = _repeated(e.depreciation, s)
    return e.replacing(**changes)


def _repeated(rate: xr.DataArray, s: Split) -> xr.DataArray:
    """A rate is the same in both parts."""
    codes = [str(c) for c in rate["sector"].values]
    at = codes.index(s.sector) + 1
    out = rate.isel(sector=[*range(at), at - 1, *range(at, len(codes))])
    return out.assign_coords(sector=[*codes[:at], s.product, *codes[at:]])
