"""Economies that lack what most have: each a table of two sectors with something taken away, or a table of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from economies import small_table, table

from groundplan.economy.economy import Economy
from groundplan.tables.table import Table

HOUSEHOLDS = ["rural", "urban"]


def without(*uses: str) -> Table:
    """The small table without some final uses; what they bought at home is exported, and abroad not bought."""
    t = small_table()
    keep = [u for u in t.final_kinds.index if u not in uses]
    sold = t.domestic_final[list(uses)].sum(axis=1)
    return replace(
        t,
        domestic_final=t.domestic_final[keep],
        imported_final=t.imported_final[keep],
        final_kinds=t.final_kinds[keep],
        final_taxes=t.final_taxes[[*keep, "exports"]],
        exports=t.exports + sold,
    )


def emptied(*uses: str) -> Table:
    """The small table in which some final uses are there and buy nothing."""
    t, less = small_table(), without(*uses)
    columns = t.domestic_final.columns
    return replace(
        t,
        domestic_final=less.domestic_final.reindex(columns=columns, fill_value=0.0),
        imported_final=less.imported_final.reindex(columns=columns, fill_value=0.0),
        exports=less.exports,
    )


def closed() -> Table:
    """No imports and no exports: what was exported is consumed, what was imported is earned at home."""
    t = small_table()
    home = t.domestic_final.copy()
    home["urban"] += t.exports
    primary = t.primary.copy()
    primary.loc["surplus"] += t.imported_use.sum()
    return replace(
        t,
        domestic_final=home,
        imported_use=t.imported_use * 0.0,
        imported_final=t.imported_final * 0.0,
        exports=t.exports * 0.0,
        primary=primary,
    )


def one_sector() -> Table:
    """Everything is one sector."""
    return table(
        np.array([[40.0]]),
        np.array([[10.0]]),
        np.array([[30.0, 20.0, 10.0, 10.0, 0.0]]),
        np.array([[5.0, 5.0, 0.0, 5.0, 0.0]]),
        np.array([20.0]),
        codes=["all"],
    )


def named_alike() -> Table:
    """Two sectors of one name."""
    t = small_table()
    return replace(t, labels=pd.Series("Farm", index=t.labels.index))


def at_signs() -> Table:
    """Codes with an @, which some names of activities are parted by."""
    return small_table(("farm@1", "make:works@2020"))


def one_all_imported() -> Table:
    """Nothing of the second product is made at home: whoever uses it imports it, and the first pays by exports."""
    return table(
        np.array([[20.0, 0.0], [0.0, 0.0]]),
        np.array([[0.0, 0.0], [15.0, 0.0]]),
        np.array([[20.0, 10.0, 10.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0]]),
        np.array([[0.0, 0.0, 0.0, 0.0, 0.0], [10.0, 10.0, 5.0, 15.0, 0.0]]),
        np.array([60.0, 0.0]),
        codes=["farm", "works"],
    )


def final_all_imported() -> Table:
    """Whatever is consumed or invested comes from abroad; what is made is used up or exported."""
    t = small_table()
    sold = t.domestic_final.sum(axis=1)
    return replace(
        t,
        domestic_final=t.domestic_final * 0.0,
        imported_final=t.imported_final + t.domestic_final,
        exports=t.exports + sold,
    )


def nothing_made() -> Table:
    """No output at all: everything that is used is imported."""
    t = small_table()
    none = {"domestic_use": t.domestic_use, "imported_use": t.imported_use, "domestic_final": t.domestic_final}
    none |= {"exports": t.exports, "primary": t.primary}
    return replace(t, **{name: frame * 0.0 for name, frame in none.items()})


TABLES: dict[str, Callable[[], Table]] = {
    "no investment": lambda: without("capital"),
    "nothing invested": lambda: emptied("capital"),
    "no households": lambda: without(*HOUSEHOLDS),
    "nothing consumed": lambda: emptied(*HOUSEHOLDS),
    "no government": lambda: without("state"),
    "no final use": lambda: without(*HOUSEHOLDS, "state", "capital", "stocks"),
    "closed": closed,
    "one sector": one_sector,
    "names twice": named_alike,
    "@ in a code": at_signs,
    "one product all imported": one_all_imported,
    "final use all imported": final_all_imported,
    "nothing made": nothing_made,
}


def economy(name: str) -> Economy:
    """The economy of a name. Raises what ``Economy.from_table`` raises."""
    return Economy.from_table(TABLES[name]())
