"""What a reader wants to see of an overview, as tables; the page, the charts and the report all read these."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from groundplan.measures.overview.measure import FLOW, SHARE, Measure
from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import labels, money
from groundplan.results.words import ARROW, PERCENT

USES = {
    "household": "households",
    "nonprofit": "non-profit institutions",
    "government": "government",
    "investment": "investment",
    "inventories": "inventories",
    "exports": "exports",
    "final use": "all final uses",
}


def use_name(o: Outcome) -> str:
    """The final use that was followed, in words."""
    use = str(o.provenance.get("view", {}).get("use", "household"))
    return USES.get(use, labels(o).get(use, use))


def flow(o: Outcome) -> str:
    """The unit of a flow of money."""
    return f"{money(o)} / year"


SURE = (
    ("stays among the first", PERCENT, "in_top"),
    ("rank in the draws", "", "rank_range"),
    ("among the first in years", PERCENT, "years_in_top"),
)


def view(o: Outcome, m: Measure, rows: int | None = None) -> pd.DataFrame:
    """A measure as its card says, from the outcome's table; codes become names, shares per cent.

    Columns that the outcome lacks are left out; a ranking has those of how sure it is. No rows where the outcome holds
    no such table, or one that is shown in its place.
    """
    table = table_of(o, m.name)
    if not len(table) or len(table_of(o, m.unless)):
        return blank(m.of)
    table = _worded(o, m, table)[:rows]
    labelled = labels(o)
    names = pd.Index([labelled.get(str(c), USES.get(str(c), str(c))) for c in table[m.codes]], name=m.of)
    columns: list[tuple[str, str, Any]] = []
    for heading, unit, column in (*m.columns, *(SURE if m.ranked else ())):
        if column not in table:
            continue
        values = table[column]
        if unit == SHARE:
            columns.append((heading, PERCENT, 100 * values.astype(float)))
        elif column != "rank_range" and (values.dtype == object or str(values.dtype).startswith("str")):
            columns.append((heading, "", values.map(lambda c: labelled.get(str(c), "" if pd.isna(c) else str(c)))))
        else:
            columns.append((heading, flow(o) if unit == FLOW else unit, values))
    return framed(names, columns)


def _worded(o: Outcome, m: Measure, table: pd.DataFrame) -> pd.DataFrame:
    """A table with its band of ranks and its chains in words, and what follows from its columns."""
    if m.ranked and "rank_low" in table:
        pairs = zip(table["rank_low"].astype(int), table["rank_high"].astype(int), strict=True)
        table = table.assign(rank_range=[f"{low}" if low == high else f"{low} to {high}" for low, high in pairs])
    if m.name == "products":
        table = table.assign(through=table["total"] - table["direct"])
    if m.name == "value_added_exports":
        table = table.sort_values("exports", ascending=False)
    if "chain" in table:
        labelled = labels(o)
        table = table.assign(
            chain=[ARROW.join(labelled.get(c, c) for c in str(chain).split(" > ")) for chain in table["chain"]]
        )
    return table


def said(o: Outcome, heading: str) -> str:
    """A measure's heading with the use, the product, the partner and the peers of this outcome."""
    asked, labelled = o.provenance.get("view", {}), labels(o)
    product, partner = (labelled.get(str(asked.get(part)), str(asked.get(part))) for part in ("product", "partner"))
    peers = ", ".join(o.provenance.get("peers", []))
    return heading.format(use=use_name(o), product=product, partner=partner, peers=peers)


def rounds(o: Outcome) -> pd.DataFrame:
    """The imports by how many home makers stand between the border and the user."""
    if "import_content_by_round" not in o.arrays:
        return blank("home makers in between")
    by_round = o["import_content_by_round"].sum("product").to_series()
    names = [{"0": "none: bought directly", "beyond": "more"}.get(str(r), str(r)) for r in by_round.index]
    share = 100 * by_round / by_round.sum()
    index = pd.Index(names, name="home makers in between")
    return framed(index, [("imports", flow(o), by_round), ("share", PERCENT, share)])


def cells(o: Outcome) -> pd.DataFrame:
    """The largest rows and columns of the imported-use matrix."""
    table = table_of(o, "cells")
    if not len(table):
        return blank("imported product")
    labelled = labels(o)
    index = pd.Index([labelled.get(str(c), str(c)) for c in table["product"]], name="imported product")
    return framed(index, [(labelled.get(c, c), flow(o), table[c]) for c in table.columns if c != "product"])


def ribbon_paths(o: Outcome, rows: int = 14) -> list[tuple[list[str], float]]:
    """The top chains with a home maker in them, as stops from the border to the final use, with their values."""
    table = table_of(o, "paths")
    if not len(table):
        return []
    labelled = labels(o)
    chains = table[table["length"] > 0].head(rows)
    ends = use_name(o)
    return [
        ([f"imported {labelled.get(c[0], c[0])}", *(labelled.get(s, s) for s in c[1:]), ends], float(value))
        for c, value in zip((str(p).split(" > ") for p in chains["path"]), chains["value"], strict=True)
    ]


def steady(o: Outcome, name: str) -> tuple[int, int]:
    """How many of a ranking's first entries stay there in 95 per cent of the draws, and how many there are."""
    table, top = table_of(o, name), int(o.provenance.get("view", {}).get("top", 10))
    if not len(table) or "in_top" not in table:
        return 0, 0
    first = table.head(top)["in_top"].to_numpy(dtype=float)
    return int(np.sum(first >= 0.95)), len(first)
