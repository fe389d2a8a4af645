"""The overview's tables of one economy, each made from what was asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.economy.aggregation import aggregate
from groundplan.measures.dependence import dependence_table, import_content_of_uses
from groundplan.measures.diversity import many_sidedness, thin_sectors
from groundplan.measures.endurance import endurance, stop_days
from groundplan.measures.exports import export_table
from groundplan.measures.lifelines import cut_off_loss, imported_need, lifelines
from groundplan.measures.linkages import linkage_table
from groundplan.measures.materials import raw_material_base_of_uses
from groundplan.measures.overview.measure import Question
from groundplan.measures.paths import dependence_paths

CELLS = (15, 18)


def products(a: Question) -> pd.DataFrame:
    """Products by import content of the use (``dependence_table``)."""
    e = a.economy
    return dependence_table(e, len(e.sectors), a.view.use).rename(columns={"share": "content_share"})


def uses(a: Question) -> pd.DataFrame:
    """What every final use contains (``import_content_of_uses``)."""
    return import_content_of_uses(a.economy)


def cells(a: Question) -> pd.DataFrame:
    """The largest rows and columns of the imported-use matrix, money / year: products by using sectors."""
    e = a.economy
    z = pd.DataFrame(e.imported_use.values, list(e.sectors), list(e.sectors))
    rows, columns = (
        used.sort_values(ascending=False, kind="stable").index[:n]
        for used, n in zip((z.sum(axis=1), z.sum()), CELLS, strict=True)
    )
    return pd.DataFrame(z.loc[rows, columns]).rename_axis(index="product")


def paths(a: Question) -> pd.DataFrame:
    """Chains by the imports that come along them (``dependence_paths``)."""
    return dependence_paths(a.economy, a.view.use, top=5 * a.view.top).set_index("path")


def sectors(a: Question) -> pd.DataFrame:
    """What each sector carries, with its kind (``lifelines``, ``linkage_table``)."""
    return lifelines(a.economy).join(linkage_table(a.economy)["kind"])


def cut_off(a: Question) -> pd.DataFrame:
    """What hangs on each import (``cut_off_loss``)."""
    return cut_off_loss(a.economy).sort_values("exposed_final", ascending=False, kind="stable")


def markets(a: Question) -> pd.DataFrame:
    """Who lives from markets abroad (``export_table``)."""
    return export_table(a.economy)


def holding_out(a: Question) -> pd.DataFrame:
    """How long work goes on when one import ends (``endurance``)."""
    return endurance(a.economy, a.view.stock_days).head(3 * a.view.top)


def structure(a: Question) -> pd.DataFrame:
    """How many-sided the economy is (``many_sidedness``)."""
    return many_sidedness(a.economy)


def raw(a: Question) -> pd.DataFrame | None:
    """Raw materials in every final use, where the broad list knows every sector (``raw_material_base_of_uses``)."""
    return None if a.unlisted else raw_material_base_of_uses(a.plain)


def thin(a: Question) -> pd.DataFrame | None:
    """What is missing or thin against peers, where there are some and the broad list knows every sector."""
    if a.unlisted or not a.peers:
        return None
    return thin_sectors(aggregate(a.plain, a.broad), [aggregate(p, a.broad) for p in a.peers])


def product_users(a: Question) -> pd.DataFrame | None:
    """Who needs one imported product, directly and with all suppliers, money / year; who buys it as it is last."""
    e, product = a.economy, a.view.product
    if product is None:
        return None
    final = e.imported_final.sel(product=product).to_series()
    need = imported_need(e).sel(product=product).to_series() * e.output.to_series().to_numpy()
    users = pd.DataFrame({"direct": e.imported_use.sel(product=product).to_series(), "total": need})
    users["share_of_costs"] = e.import_coefficients.sel(product=product).to_series()
    users = users.sort_values("total", ascending=False, kind="stable")
    buyers = pd.DataFrame({"direct": final, "total": final, "share_of_costs": np.nan})
    return pd.concat([users.head(2 * a.view.top), buyers[buyers["direct"] != 0]]).rename_axis("user")


def product_paths(a: Question) -> pd.DataFrame | None:
    """The chains along which one imported product comes."""
    if a.view.product is None:
        return None
    return dependence_paths(a.economy, a.view.use, [a.view.product], top=a.view.top)


def product_stops(a: Question) -> pd.DataFrame | None:
    """Who stops when one import ends (``stop_days``)."""
    if a.view.product is None:
        return None
    stops = stop_days(a.economy, [a.view.product], a.view.stock_days)
    stopped: pd.DataFrame = stops[np.isfinite(stops["days"])]
    return stopped.head(2 * a.view.top)
