"""What a careful reader checks first: every identity's residual, odd cells, and the gap to published aggregates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from groundplan.economy.economy import BALANCED, GAP_ACCEPTED, PRINTED_DIGIT, Economy
from groundplan.economy.table_checks import rounded_sums

# What a check of a sector's account should see, as a share of its output; how many that it cannot are named.
SEEN, NAMED = 0.01, 3
# Assumptions that are no estimate but a doubt of the accounts.
TOLD = (GAP_ACCEPTED, PRINTED_DIGIT, BALANCED)
# Taxes as a share of what a final use spends, distance from a published sum, and the factor that looks like a unit,
# beyond which accounts are doubted; and the share of all that is spent below which taxes are.
TAXED, FAR, SLIP = 1.0, 0.1, 100.0
SLIGHT = 1e-3
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
    unchecked: sectors in which a gap of a hundredth of output would be lost in the rounding, the largest output first
    controls:  aggregate × (economy, published, gap, gap as a share); empty where nothing is published
    doubts:    what a reader of these accounts should be asked about, a sentence each (``doubts_of``)
    """

    residuals: pd.DataFrame
    cells: pd.DataFrame
    idle: tuple[str, ...]
    loss: tuple[str, ...]
    unchecked: tuple[str, ...]
    controls: pd.DataFrame
    rounding: float
    money: str
    labels: Mapping[str, str]
    doubts: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The findings in plain English: identities, cells, controls, then every doubt."""
        gaps = self.residuals["gap"].abs()
        output = self.residuals["output"]
        if float(gaps.max()) <= 1e-9 * float(output.abs().max()):
            first = "identities: costs equal output in every sector"
        else:
            first = (
                f"identities: costs and output differ by {float(gaps.max()):,.3g} {self.money} at most "
                f"({self.labels[str(gaps.idxmax())]}), by {float(gaps.sum() / output.sum()):.2%} of output in all"
            )
        first += self._unseen()
        negative = int(self.cells["negative"].sum())
        second = (
            f"cells: {negative} negative, {len(self.idle)} sectors without output, "
            f"{len(self.loss)} with negative value added"
        )
        if self.controls.empty:
            return [first, second, "published controls: none with this source", *self.doubts]
        far = str(self.controls["share"].abs().idxmax())
        row = self.controls.loc[far]
        third = f"published controls: GDP {_signed(self.controls, 'GDP')} of the published figure"
        # What is farther off is a doubt, and told among these.
        if abs(row["share"]) <= FAR:
            third += f"; farthest: {far}, {row['economy']:,.0f} against {row['published']:,.0f} ({row['share']:+.1%})"
        return [first, second, third, *self.doubts]

    def _unseen(self) -> str:
        """Where rounding hides a gap of a hundredth of output."""
        if not self.unchecked:
            return ""
        more = f" and {len(self.unchecked) - NAMED} more" if len(self.unchecked) > NAMED else ""
        names = ", ".join(self.labels[c] for c in self.unchecked[:NAMED]) + more
        return (
            f"; figures are printed to {self.rounding:g} {self.money}, beside which a gap of a hundredth of output "
            f"would not be seen in {len(self.unchecked)} of {len(self.residuals)} sectors ({names})"
        )


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
    value_added, controls = e.value_added.to_series(), _controls(e)
    floor = -_noise(e)
    return Audit(
        residuals=residuals,
        cells=cells,
        idle=tuple(x.index[x <= 0]),
        loss=tuple(value_added.index[value_added < floor]),
        unchecked=_unchecked(e, x),
        controls=controls,
        rounding=e.rounding,
        money=e.money,
        labels={s: e.label(s) for s in e.sectors},
        doubts=tuple(doubts_of(e, controls)),
    )


def doubts_of(e: Economy, controls: pd.DataFrame) -> list[str]:
    """What in the accounts contradicts itself or what is published, in sentences; nothing is repaired.

    Uses below nothing; taxes on a final use of more than ``TAXED`` of what it spends, or on all of under ``SLIGHT`` and
    yet some; published sums that are missed by more than ``FAR``; a gap that was accepted because the user said so, and
    a last digit that is not what was said (the economy's own assumptions).
    """
    listed = [*_below_nothing(e), *_taxed(e)]
    for name, row in controls.iterrows():
        if abs(row["share"]) > FAR:
            times = row["economy"] / row["published"] if row["published"] else np.nan
            unit = " (is it in another unit?)" if not 1.0 / SLIP < abs(times) < SLIP else ""
            listed.append(
                f"contradicted: {name} is {row['economy']:,.6g} here and {row['published']:,.6g} as published "
                f"({row['share']:+.1%}){unit}"
            )
    return [*listed, *(f"{a.name}: {a.value}, {a.basis}" for a in e.assumptions if a.name in TOLD)]


def _below_nothing(e: Economy) -> list[str]:
    """Cells of use that are negative, by table: how many, and the largest."""
    labour = e.primary["primary"].values[e.primary["primary_kind"].values == "labour"]
    # Subsidies and losses are below nothing by right, wages are not.
    tables = {
        "home products used": e.domestic_use, "imports used": e.imported_use,
        "wages paid": e.primary.sel(primary=labour),
    }  # fmt: skip
    listed = []
    for what, table in tables.items():
        below = table.values < -_noise(e)
        if below.any():
            i, j = np.unravel_index(int(table.values.argmin()), table.shape)
            of, by = (str(table[d].values[k]) for d, k in zip(table.dims, (i, j), strict=True))
            many, worst = int(below.sum()), float(table.values[i, j])
            listed.append(
                f"below nothing: {what} at {many} place{'s' * (many > 1)}, most of all "
                f"{e.labels.get(of, e.names.get(of, of))} by {e.label(by)} ({worst:,.6g} {e.money})"
            )
    return listed


def _taxed(e: Economy) -> list[str]:
    """Final uses whose taxes are out of all proportion to what they spend."""
    spent = (e.domestic_final.sum("product") + e.imported_final.sum("product")).to_series()
    taxes = e.final_taxes.to_series().reindex(spent.index)
    odd = taxes[(taxes.abs() > TAXED * spent.abs()) & (taxes.abs() > _noise(e))]
    named = {e.names.get(u, u): (float(taxes[u]), float(spent[u])) for u in map(str, odd.index)}
    whole, paid = float(spent.sum()), float(taxes.abs().sum())
    if 0 < paid < SLIGHT * whole:
        named["all final uses"] = (paid, whole)
    return [
        f"out of scale: taxes on {of} are {tax:,.6g} {e.money} on {on:,.6g} spent (are they in another unit?)"
        for of, (tax, on) in named.items()
    ]


def _noise(e: Economy) -> float:
    """What a figure may be below nothing or above it without a word: the last digit, or what sums leave."""
    return max(e.rounding, 1e-9 * float(np.abs(e.output.values).max()))


def _unchecked(e: Economy, x: pd.Series) -> tuple[str, ...]:
    """Sectors whose ``rounding_error`` is over ``SEEN`` of their output."""
    hidden = x[(x != 0) & (rounded_sums(e) > SEEN * x.abs())]
    return tuple(map(str, hidden.sort_values(ascending=False, kind="stable").index))


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
