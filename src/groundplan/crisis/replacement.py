"""What to replace first: what an import costs to make at home, beside what hangs on it in a crisis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.measures.lifelines import cut_off_loss

COLUMNS = (
    "product", "label", "drc", "drc_total", "least", "most", "imports", "below", "crisis", "rank_drc", "rank_crisis",
    "pace", "limit",
)  # fmt: skip
# A permission that costs more than this share of what a unit saves holds replacing back.
BINDS = 0.01
TENTH = 0.1


def replacement_ranking(e: Economy, costs: pd.DataFrame, indicator: xr.DataArray, years: Sequence[int]) -> pd.DataFrame:
    """Imported products by domestic resource cost over the plan, and by what a crisis would take with them.

        drc[i]        =  Σ_t (resources + Σ_j p_j A_d[j,i])[t] / Σ_t ε[t]·saved[i,t],   drc_total likewise
        crisis[i]     =  leverage[i] · 0.1 · imports[i]

    ``costs``, ``indicator`` and ``years`` are the plan's table ``resource_costs``, its indicators and its years.
    Sums over the years, so that a price that is 0 in one year does not decide.
    ``leverage`` is the final use that must go per unit of the import that stays away, where a tenth of it does, with
    base-year technique, no stocks and the rest shared out at will (``measures.lifelines.cut_off_loss``); imports are
    the plan's, by year on average. ``limit`` is what stands in the way of making it: ``cost`` where drc_total is 1 or
    more; ``users`` where in most years the permitted pace of replacement decides and not cost, as its price is above a
    hundredth of what a unit saves (``pace`` is the share of such years); else whichever of ``labour``, ``plant`` and
    ``suppliers`` is the largest part of its cost.

    The table is a cost curve: ``below`` is the share of all these imports that products no dearer have, and
    ``least`` and ``most`` are drc_total in its cheapest and dearest year. Where 1 lies between them the verdict hangs
    on the year. Averages of a plan with soft balances move little with the data; one year's ratio does not say much.

    Columns: product, label, drc, drc_total, least, most, imports, below, crisis (money / year), rank_drc, rank_crisis
    (1 is to be replaced first), pace, limit. Lowest drc_total first.
    Units:  money / year; ratios 1. Source: the cards of ``resource_costs`` and ``cut_off_loss``.
    """
    worth = ["labour", "plant", "other", "suppliers", "resources_total", "permission"]
    gained = {name: costs["exchange"] * costs[name] for name in ("saved", "saved_total")}
    whole = pd.concat([costs[["product", *worth]], pd.DataFrame(gained)], axis=1)
    whole = whole.groupby("product", sort=False).sum()
    direct = whole[["labour", "plant", "other", "suppliers"]].sum(axis=1)
    labels = costs.drop_duplicates("product").set_index("product")["label"]
    bought = indicator.sel(indicator=[f"imports: {i}" for i in whole.index], year=list(years)).mean("year")
    imports = pd.Series(bought.values, whole.index)
    leverage = cut_off_loss(e, TENTH)["leverage"].reindex(whole.index).fillna(0.0)
    table = pd.DataFrame(
        {
            "label": labels,
            "drc": _over(direct, whole["saved"]),
            "drc_total": _over(whole["resources_total"], whole["saved_total"]),
            "imports": imports,
            "crisis": leverage * TENTH * imports,
        }
    )
    table["rank_drc"] = table["drc_total"].rank(method="min").fillna(len(table)).astype(int)
    table["rank_crisis"] = table["crisis"].rank(method="min", ascending=False).astype(int)
    saved = costs["exchange"] * costs["saved_total"]
    by_year = _over(costs["resources_total"], saved.fillna(0.0)).where(costs["exchange"] > 0)
    years_of = by_year.groupby(costs["product"])
    table["least"], table["most"] = years_of.min(), years_of.max()
    binds = costs["permission"] > BINDS * (costs["exchange"] * costs["saved"]).clip(lower=1e-12)
    table["pace"] = binds.groupby(costs["product"]).mean()
    table["limit"] = _limits(table, whole)
    curve = table.sort_values("rank_drc", kind="stable")["imports"].clip(lower=0.0)
    table["below"] = curve.cumsum() / max(float(curve.sum()), 1e-300)
    return table.sort_values("rank_drc", kind="stable").rename_axis("product").reset_index()[list(COLUMNS)]


def _over(resources: pd.Series, worth: pd.Series) -> pd.Series:
    """Resources over what they save: without bound where nothing is saved."""
    return pd.Series(np.where(worth > 1e-12, resources / worth.where(worth > 1e-12), np.inf), resources.index)


def _limits(table: pd.DataFrame, whole: pd.DataFrame) -> np.ndarray:
    largest = whole[["labour", "plant", "suppliers"]].idxmax(axis=1)
    return np.where(table["drc_total"] >= 1.0, "cost", np.where(table["pace"] <= 0.5, largest, "users"))
