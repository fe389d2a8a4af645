"""How much of the raw materials that an economy works up comes from its own ground and waters."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import pandas as pd

from groundplan.economy.broad_list import broad_weights
from groundplan.economy.economy import Economy
from groundplan.errors import TableError, UnknownName, raise_all
from groundplan.measures.bundles import bundle
from groundplan.measures.labelled import share_of


def raw_shares(e: Economy) -> pd.Series:
    """How much of each product is raw (agriculture, forestry, fishing, mining): 1, 0, or a part where the list mixes.

    Their classes bring the products to the broad list; ``raw_sectors.csv`` says which of its entries
    are raw. Index: product.
    Units:  1.
    Errors: ``TableError`` for products without a class there: then name the raw products yourself.
    Source: ISIC rev. 4, sections A and B; the concordance's own notes on ore that is worked where it is mined.
    """
    text = files("groundplan.measures").joinpath("raw_sectors.csv").read_text("utf-8")
    raw = [row["broad"] for row in csv.DictReader(text.splitlines())]
    weights = broad_weights(e)
    lost = [str(i) for i in weights.index[weights.isna().any(axis=1)]]
    if lost:
        raise TableError(
            f"no class says which of these {len(lost)} products are raw: {', '.join(lost[:6])}",
            where=f"{e.country} {e.year}",
            fix="state their classes, or name the raw products: raw=['...', '...']",
        )
    return weights[raw].sum(axis=1).rename_axis("product").rename("raw")


def _raw(e: Economy, raw: Sequence[str] | None) -> np.ndarray:
    """The raw share of every product, or 1 for those named; shape n."""
    if raw is None:
        return raw_shares(e).to_numpy()
    raise_all(
        [UnknownName("product", p, e.sectors, where="raw products", words=e.labels) for p in raw if p not in e.sectors]
    )
    return np.isin(e.sectors, list(raw)).astype(float)


def raw_material_base(e: Economy, raw: Sequence[str] | None = None) -> pd.DataFrame:
    """The share of raw inputs that is domestic, by sector, direct and through all home suppliers.

        direct  home = r'Z_d,          imported = r'Z_m
        total   home = r'A_d L x̂,      imported = r'A_m L x̂      (r = the raw share; per unit of final use
                                                                   of the sector's product, times its output)

    Raw products that raw producers use (feed, seed) count each time they change hands, home and imported alike. Raw
    materials inside imported manufactures are not seen: the world table shows them.

    Index: sector. Columns: direct_home, direct_imported, total_home, total_imported (money / year), direct_share,
    total_share = home / (home + imported) (1; NaN without raw inputs). ``raw`` names the raw products where the
    concordance lacks them.
    Units:  as said.
    Errors: as ``raw_shares``; ``UnknownName`` for a raw product that is not there.
    Source: our own (docs/explanation/dependence.md), after Miller and Blair (2009), chapter 4 (chapter not checked).
    """
    r, x = _raw(e, raw), e.output.values
    home, imported = r @ e.domestic_use.values, r @ e.imported_use.values
    rows = np.array([r @ e.domestic_coefficients.values, r @ e.import_coefficients.values])
    total_home, total_imported = e.prices(rows.T).T * x
    columns = {
        "direct_home": home,
        "direct_imported": imported,
        "direct_share": share_of(home, home + imported),
        "total_home": total_home,
        "total_imported": total_imported,
        "total_share": share_of(total_home, total_home + total_imported),
    }
    return pd.DataFrame(columns, list(e.sectors)).rename_axis("sector")


def raw_material_base_of_uses(e: Economy, raw: Sequence[str] | None = None) -> pd.DataFrame:
    """The share of raw products in every final use that is domestic, direct and through all home suppliers.

        direct  home = r'f_d,      imported = r'f_m
        total   home = r'L f_d,    imported = r'(A_m L f_d + f_m)

    Index: final category, ``exports``, ``final use``. Columns, units, errors and limits as ``raw_material_base``.
    Source: our own (docs/explanation/dependence.md), after Miller and Blair (2009), chapter 4 (chapter not checked).
    """
    r = _raw(e, raw)
    uses = [*map(str, e.domestic_final["final"].values), "exports", "final use"]
    bundles = [bundle(e, use) for use in uses]
    home, imported = np.array([f.home for f in bundles]), np.array([f.imported for f in bundles])
    output = e.requirements(home.T)
    total_home, total_imported = r @ output, r @ (e.import_coefficients.values @ output) + imported @ r
    columns = {
        "direct_home": home @ r,
        "direct_imported": imported @ r,
        "direct_share": share_of(home @ r, home @ r + imported @ r),
        "total_home": total_home,
        "total_imported": total_imported,
        "total_share": share_of(total_home, total_home + total_imported),
    }
    return pd.DataFrame(columns, pd.Index(uses, name="use"))
