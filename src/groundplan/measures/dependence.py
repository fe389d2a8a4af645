"""How far an economy depends on others, directly and through its suppliers' suppliers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy.linalg
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.glossary import quantity


def direct_import_share(e: Economy) -> xr.DataArray:
    """Imports over total supply, by product.

        m[i] / (x[i] + m[i]);  NaN for a product that nobody supplies

    Units:  1.
    Source: Miller and Blair (2009), chapter 4 (chapter not checked); import penetration, exports left in the base.
    """
    supply = e.output.rename(sector="product") + e.imports
    return quantity("direct_import_share", e.imports / supply.where(supply > 0), e.money)


def self_sufficiency_ratio(e: Economy) -> xr.DataArray:
    """Output over what the country uses itself, by product; above 1 it sells more abroad than it buys.

        x[i] / (x[i] + m[i] − e[i] − e_m[i]);  NaN where nothing is used at home

    Units:  1.
    Source: FAO, food balance sheets (self-sufficiency ratio) (citation not checked).
    """
    x = e.output.rename(sector="product")
    used = x + e.imports - e.exports - e.reexports
    return quantity("self_sufficiency_ratio", x / used.where(used > 0), e.money)


def sector_import_content(e: Economy) -> xr.DataArray:
    """Imports that one unit of final use of j's home product needs in all rounds.

        1' A_m L,   L = (I − A_d)⁻¹   (one solve on the transpose)

    Units:  1.
    Source: Miller and Blair (2009), chapter 4; Hummels, Ishii and Yi (2001), vertical specialisation (not checked).
    """
    content = e.prices(e.import_coefficients.values.sum(axis=0))
    array = xr.DataArray(content, coords={"sector": list(e.sectors)}, dims="sector")
    return quantity("sector_import_content", array, e.money)


def _household_final(e: Economy) -> tuple[np.ndarray, np.ndarray]:
    names = list(e.finals("household"))
    return tuple(getattr(e, part).sel(final=names).sum("final").values for part in ("domestic_final", "imported_final"))


def direct_import_by_product(e: Economy) -> xr.DataArray:
    """What households buy from abroad without anybody in between, by product.

        f_m[i]

    Units:  money / year.
    Source: our own (docs/explanation/model.md).
    """
    _, imported = _household_final(e)
    return quantity(
        "direct_import_by_product", xr.DataArray(imported, coords={"product": list(e.sectors)}, dims="product"), e.money
    )


def import_content_by_product(e: Economy) -> xr.DataArray:
    """Which imports household consumption needs, direct and through all suppliers.

        A_m L f_d + f_m

    Units:  money / year, by imported product.
    Source: Miller and Blair (2009), chapter 4 (chapters not checked).
    """
    home, imported = _household_final(e)
    total = e.import_coefficients.values @ e.requirements(home) + imported
    return quantity(
        "import_content_by_product", xr.DataArray(total, coords={"product": list(e.sectors)}, dims="product"), e.money
    )


def household_import_content(
    e: Economy,
    replaced: np.ndarray | None = None,
    deepened: np.ndarray | None = None,
    spending: Mapping[str, float] | None = None,
) -> float:
    """Imported share of household spending at basic prices, with all rounds.

        1'(A_m L f_d + f_m) / 1'(f_d + f_m)

    ``replaced`` and ``deepened`` (by product, shares 0 to 1) move that share of every row from imported to home and
    from home to imported; ``spending`` weighs the household groups. Units: 1.
    Source: our own (docs/explanation/model.md).
    """
    n = len(e.sectors)
    to_home = np.zeros(n) if replaced is None else replaced
    to_foreign = np.zeros(n) if deepened is None else deepened
    names = list(e.finals("household"))
    home, imported = (getattr(e, part).sel(final=names).values for part in ("domestic_final", "imported_final"))
    if spending is not None:
        base = np.maximum((home + imported).sum(axis=0) + e.final_taxes.sel(use=names).values, 1e-300)
        weight = np.array([spending[g] for g in names]) / base
        home, imported = home * weight, imported * weight
    a_home, a_foreign = _moved(e.domestic_coefficients.values, e.import_coefficients.values, to_home, to_foreign)
    f_home, f_foreign = _moved(home.sum(axis=1), imported.sum(axis=1), to_home, to_foreign)
    x = scipy.linalg.solve(np.eye(n) - a_home, f_home)
    return float((a_foreign @ x + f_foreign).sum() / (f_home + f_foreign).sum())


def _moved(
    home: np.ndarray, foreign: np.ndarray, to_home: np.ndarray, to_foreign: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    r, d = (to_home[:, None], to_foreign[:, None]) if home.ndim == 2 else (to_home, to_foreign)
    return home * (1 - d) + foreign * r, foreign * (1 - r) + home * d


def dependence_table(e: Economy, top: int = 10) -> pd.DataFrame:
    """The products that household consumption draws most from abroad, direct and in all rounds.

    Index: product. Columns: direct and total (money / year), share of the total (1), import share of the product's
    supply (1), self-sufficiency (1).
    """
    total = import_content_by_product(e).to_series()
    table = pd.DataFrame(
        {
            "direct": direct_import_by_product(e).to_series(),
            "total": total,
            "share": total / total.sum(),
            "import_share": direct_import_share(e).to_series(),
            "self_sufficiency": self_sufficiency_ratio(e).to_series(),
        }
    )
    return table.sort_values("total", ascending=False).head(top)
