"""Tables of draws of estimated accounts."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.tables.table import Table


def table_of_draw(t: Table, k: int) -> Table:
    """The k-th draw of a table that has draws: its cells, and its capital by the sectors' value added.

    K_j ∝ K̄_j · v_j / v̄_j,   Σ K_j what the draw says
    """
    assert t.draws is not None
    lines = SheetLines(t)
    cells = pd.DataFrame(t.draws.cells[k], list(t.draws.rows), list(t.draws.columns))
    changed = replace(t, **lines.table_of(cells, t), draws=None, imported_by_partner=None)  # type: ignore[arg-type]
    if t.capital_stock is None:
        return changed
    added = [one.primary.loc[~one.primary_kinds.isin(["product_tax", "margin"])].sum() for one in (t, changed)]
    shape = t.capital_stock * (added[1] / added[0].where(added[0] != 0)).fillna(1.0).clip(lower=0.0)
    stock = shape * (float(t.draws.capital[k]) / float(shape.sum())) if float(shape.sum()) else shape
    if t.fixed_capital_consumption is None:
        return replace(changed, capital_stock=stock)
    wear = (t.fixed_capital_consumption / t.capital_stock.where(t.capital_stock != 0)).fillna(0.0)
    return replace(changed, capital_stock=stock, fixed_capital_consumption=wear * stock)
