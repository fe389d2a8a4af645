"""The accounts that carving changes, as plain arrays: hundreds of products are split off before labels are put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.economy.physical import Physical
from groundplan.sources import Assumption


@dataclass(frozen=True, eq=False)
class AccountSheet:
    """An economy's arrays without their labels; ``codes`` and ``finals`` name the lines.

    ``home``, ``foreign`` (product × use): Z and Y side by side, uses being sectors, then final categories; ``partners``
    the same by partner, or None. ``exports``, ``reexports`` (product); ``primary`` (primary × sector); ``employment``
    (skill × sector); ``capital``, ``wear``, ``investment`` (sector). ``e``: the economy that they came from.
    Units: those of ``Economy``.
    """

    e: Economy
    codes: tuple[str, ...]
    home: np.ndarray
    foreign: np.ndarray
    partners: np.ndarray | None
    exports: np.ndarray
    reexports: np.ndarray
    primary: np.ndarray
    employment: np.ndarray
    capital: np.ndarray
    wear: np.ndarray
    investment: np.ndarray
    labels: Mapping[str, str]
    physical: Mapping[str, Physical]
    assumptions: tuple[Assumption, ...]

    @classmethod
    def of(cls, e: Economy) -> AccountSheet:
        """The arrays of an economy."""
        codes, finals = e.sectors, [str(f) for f in e.domestic_final["final"].values]
        parted = e.imported_by_partner
        if parted is not None:
            parted = parted.transpose("partner", "product", "use").sel(product=list(codes), use=[*codes, *finals])
        return cls(
            e=e,
            codes=codes,
            home=np.hstack([_plain(e.domestic_use, "product", "sector"), _plain(e.domestic_final, "product", "final")]),
            foreign=np.hstack(
                [_plain(e.imported_use, "product", "sector"), _plain(e.imported_final, "product", "final")]
            ),
            partners=None if parted is None else parted.values,
            exports=e.exports.values,
            reexports=e.reexports.values,
            primary=_plain(e.primary, "primary", "sector"),
            employment=_plain(e.employment, "skill", "sector"),
            capital=e.capital_stock.values,
            wear=e.depreciation.values,
            investment=e.investment_by_sector.values,
            labels=e.labels,
            physical=e.physical,
            assumptions=e.assumptions,
        )

    def economy(self) -> Economy:
        """The economy with these arrays in place of its own."""
        e, n = self.e, len(self.codes)
        square, final = ("product", "sector"), ("product", "final")
        arrays: dict[str, tuple[tuple[str, ...], np.ndarray]] = {
            "domestic_use": (square, self.home[:, :n]),
            "imported_use": (square, self.foreign[:, :n]),
            "domestic_final": (final, self.home[:, n:]),
            "imported_final": (final, self.foreign[:, n:]),
            "exports": (("product",), self.exports),
            "reexports": (("product",), self.reexports),
            "primary": (("primary", "sector"), self.primary),
            "employment": (("skill", "sector"), self.employment),
            "capital_stock": (("sector",), self.capital),
            "depreciation": (("sector",), self.wear),
            "investment_by_sector": (("sector",), self.investment),
        }
        if self.partners is not None:
            arrays["imported_by_partner"] = (("partner", "product", "use"), self.partners)
        changes = {name: self._labelled(getattr(e, name), *given) for name, given in arrays.items()}
        noted = {"labels": dict(self.labels), "physical": self.physical, "assumptions": self.assumptions}
        return e.replacing(**changes, **noted)

    def _labelled(self, was: xr.DataArray, dims: tuple[str, ...], values: np.ndarray) -> xr.DataArray:
        """Values with the labels, dimensions, name and attributes of the array that they take the place of."""
        lines = {"product": self.codes, "sector": self.codes, "use": (*self.codes, *self.finals)}
        coords: dict[Any, Any] = {k: v for k, v in was.coords.items() if not set(v.dims) & set(lines)}
        coords |= {d: list(lines[d]) for d in dims if d in lines}
        out = xr.DataArray(values.copy(), coords=coords, dims=dims, name=was.name, attrs=was.attrs)
        return out.transpose(*was.dims)

    @cached_property
    def finals(self) -> tuple[str, ...]:
        """Codes of the final categories."""
        return tuple(str(f) for f in self.e.domestic_final["final"].values)

    @cached_property
    def at(self) -> dict[str, int]:
        """Position of every use: sectors, then final categories."""
        return {code: i for i, code in enumerate([*self.codes, *self.finals])}

    def output(self, sector: str) -> float:
        """Home output of a sector, money / year."""
        i, n = self.at[sector], len(self.codes)
        return float(self.home[i, :n].sum() + self.home[i, n:].sum() + self.exports[i])

    def imports(self, product: str) -> float:
        """Imports of a product, re-exports among them, money / year."""
        i, n = self.at[product], len(self.codes)
        return float(self.foreign[i, :n].sum() + self.foreign[i, n:].sum() + self.reexports[i])

    def totals(self, product: str) -> tuple[float, float, float]:
        """Output, imports and exports of a product, money / year."""
        return self.output(product), self.imports(product), float(self.exports[self.at[product]])

    def label(self, code: str) -> str:
        """The English name of a line; the code where there is none."""
        return self.labels.get(code, self.e.names.get(code, code))


def _plain(array: xr.DataArray, *dims: str) -> np.ndarray:
    return np.asarray(array.transpose(*dims).values)
