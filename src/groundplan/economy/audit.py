"""What a careful reader checks first: every identity's residual, odd cells, and the gap to published aggregates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy

CONTROLS: dict[str, tuple[str, Callable[[Economy], float]]] = {
    "GVA": ("value added at basic prices", lambda e: float(e.value_added.sum())),
    "Taxes on products": ("taxes less subsidies on products", lambda e: e.product_taxes),
    "GDP": ("GDP at market prices", lambda e: e.gdp),
    "Private consumption": ("household consumption", lambda e: final_use(e, "household") + final_use(e, "nonprofit")),
    "Government consumption": ("government consumption", lambda e: final_use(e, "government")),
    "Gross fixed capital formation": ("gross fixed capital formation", lambda e: final_use(e, "investment")),
    "Changes in inventories": ("changes in inventories", lambda e: final_use(e, "inventories")),
    "Exports": ("exports", lambda e: float(e.exports.sum() + e.reexports.sum() + e.final_taxes.sel(use="exports"))),
    "Imports": ("imports", lambda e: float(e.imports.sum())),
}


def final_use(e: Economy, kind: str) -> float:
    """What the final categories of a kind spend at purchasers' prices, taxes included, money / year."""
    names = list(e.finals(kind))
    goods = e.domestic_final.sel(final=names).sum() + e.imported_final.sel(final=names).sum()
    return float(goods + e.final_taxes.sel(use=names).sum())


@dataclass(frozen=True, eq=False)
class Audit:
    """Findings about one economy; nothing is repaired.

    residuals: sector × (output, costs, gap in money / year, gap as a share of output)
    cells:     table × (cells, empty, negative, most negative), money / year
    idle:      sectors without output
    loss:      sectors whose value added is negative
    controls:  aggregate × (economy, published, gap, gap as a share); empty where nothing is published
    """

    residuals: pd.DataFrame
    cells: pd.DataFrame
    idle: tuple[str, ...]
    loss: tuple[str, ...]
    controls: pd.DataFrame
    rounding: float
    money: str
    labels: Mapping[str, str]

    def lines(self) -> list[str]:
        """The findings in three lines of plain English."""
        gaps = self.residuals["gap"].abs()
        output = self.residuals["output"]
        if float(gaps.max()) <= 1e-9 * float(output.abs().max()):
            first = "identities: costs equal output in every sector"
        else:
            first = (
                f"identities: costs and output differ by {float(gaps.max()):,.3g} {self.money} at most "
                f"({self.labels[str(gaps.idxmax())]}), by {float(gaps.sum() / output.sum()):.2%} of output in all"
            )
        negative = int(self.cells["negative"].sum())
        second = (
            f"cells: {negative} negative, {len(self.idle)} sectors without output, "
            f"{len(self.loss)} with negative value added"
        )
        if self.controls.empty:
            return [first, second, "published controls: none with this source"]
        far = str(self.controls["share"].abs().idxmax())
        row = self.controls.loc[far]
        third = (
            f"published controls: GDP {_signed(self.controls, 'GDP')} of the published figure; "
            f"farthest: {far}, {row['economy']:,.0f} against {row['published']:,.0f} ({row['share']:+.1%})"
        )
        return [first, second, third]


def _signed(controls: pd.DataFrame, start: str) -> str:
    rows = [i for i in controls.index if i.startswith(start)]
    return f"{controls.loc[rows[0], 'share']:+.1%}" if rows else "not published"


def audit(e: Economy) -> Audit:
    """Check the accounts of ``e`` (x = Z_d·1 + Y_d·1 + e, x' = 1'Z_d + 1'Z_m + 1'V)."""
    x = e.output.to_series()
    costs = (e.domestic_use.sum("product") + e.imported_use.sum("product") + e.primary.sum("primary")).to_series()
    gap = x - costs
    residuals = pd.DataFrame({"output": x, "costs": costs, "gap": gap, "share": gap / x.where(x != 0)})
    tables = {
        name: getattr(e, name).values
        for name in ("domestic_use", "imported_use", "domestic_final", "imported_final", "exports", "primary")
    }
    cells = pd.DataFrame(
        {
            name: {
                "cells": values.size,
                "empty": int((values == 0).sum()),
                "negative": int((values < 0).sum()),
                "most_negative": float(min(values.min(initial=0.0), 0.0)),
            }
            for name, values in tables.items()
        }
    ).T
    value_added = e.value_added.to_series()
    floor = -max(e.rounding, 1e-9 * float(np.abs(x).max()))
    return Audit(
        residuals=residuals,
        cells=cells,
        idle=tuple(x.index[x <= 0]),
        loss=tuple(value_added.index[value_added < floor]),
        controls=_controls(e),
        rounding=e.rounding,
        money=e.money,
        labels={s: e.label(s) for s in e.sectors},
    )


def _controls(e: Economy) -> pd.DataFrame:
    rows = {}
    for name, published in e.controls.items():
        start = next((s for s in CONTROLS if name.startswith(s)), None)
        if start is None:
            continue
        ours = CONTROLS[start][1](e)
        rows[name] = {
            "economy": ours,
            "published": published,
            "gap": ours - published,
            "share": (ours - published) / published if published else np.nan,
        }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["economy", "published", "gap", "share"])
