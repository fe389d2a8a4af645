"""The overview's tables of one economy, each made from what was asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.measures.dependence import dependence_table
from groundplan.measures.diversity import thin_sectors
from groundplan.measures.endurance import endurance, stop_days
from groundplan.measures.lifelines import cut_off_loss, imported_need, lifelines
from groundplan.measures.linkages import linkage_table
from groundplan.measures.materials import raw_material_base_of_uses
from groundplan.measures.overview.measure import Question
from groundplan.measures.paths import dependence_paths

CELLS = (15, 18)


def products(q: Question) -> pd.DataFrame:
    """Products by import content of the use (``dependence_table``)."""
    e = q.economy
    return dependence_table(e, len(e.sectors), q.view.use).rename(columns={"share": "content_share"})


def cells(q: Question) -> pd.DataFrame:
    """The largest rows and columns of the imported-use matrix, money / year: products by using sectors."""
    e = q.economy
    z = pd.DataFrame(e.imported_use.values, list(e.sectors), list(e.sectors))
    rows, columns = (
        used.sort_values(ascending=False, kind="stable").index[:n]
        for used, n in zip((z.sum(axis=1), z.sum()), CELLS, strict=True)
    )
    return pd.DataFrame(z.loc[rows, columns]).rename_axis(index="product")


def paths(q: Question) -> pd.DataFrame:
    """Chains by the imports that come along them (``dependence_paths``)."""
    return dependence_paths(q.economy, q.view.use, top=5 * q.view.top).set_index("path")


def sectors(q: Question) -> pd.DataFrame:
    """What each sector carries, with its kind (``lifelines``, ``linkage_table``)."""
    return lifelines(q.economy).join(linkage_table(q.economy)["kind"])


def cut_off(q: Question) -> pd.DataFrame:
    """What hangs on each import (``cut_off_loss``)."""
    return cut_off_loss(q.economy).sort_values("exposed_final", ascending=False, kind="stable")


def holding_out(q: Question) -> pd.DataFrame:
    """How long work goes on when one import ends (``endurance``)."""
    return endurance(q.economy, q.view.stock_days).head(3 * q.view.top)


def raw(q: Question) -> pd.DataFrame | None:
    """Raw materials in every final use, where the broad list knows every sector (``raw_material_base_of_uses``)."""
    return None if q.unlisted else raw_material_base_of_uses(q.plain)


def thin(q: Question) -> pd.DataFrame | None:
    """What is missing or thin against peers, where there are some and the broad list knows every sector."""
    return thin_sectors(q.side_by_side[0], q.side_by_side[1:]) if q.side_by_side else None


def product_users(q: Question) -> pd.DataFrame | None:
    """Who needs one imported product, directly and with all suppliers, money / year; who buys it as it is last."""
    e, product = q.economy, q.view.product
    if product is None:
        return None
    final = e.imported_final.sel(product=product).to_series()
    need = imported_need(e).sel(product=product).to_series() * e.output.to_series().to_numpy()
    users = pd.DataFrame({"direct": e.imported_use.sel(product=product).to_series(), "total": need})
    users["share_of_costs"] = e.import_coefficients.sel(product=product).to_series()
    users = users.sort_values("total", ascending=False, kind="stable")
    buyers = pd.DataFrame({"direct": final, "total": final, "share_of_costs": np.nan})
    return pd.concat([users.head(2 * q.view.top), buyers[buyers["direct"] != 0]]).rename_axis("user")


def product_paths(q: Question) -> pd.DataFrame | None:
    """The chains along which one imported product comes."""
    if q.view.product is None:
        return None
    return dependence_paths(q.economy, q.view.use, [q.view.product], top=q.view.top)


def product_stops(q: Question) -> pd.DataFrame | None:
    """Who stops when one import ends (``stop_days``)."""
    if q.view.product is None:
        return None
    stops = stop_days(q.economy, [q.view.product], q.view.stock_days)
    stopped: pd.DataFrame = stops[np.isfinite(stops["days"])]
    return stopped.head(2 * q.view.top)
