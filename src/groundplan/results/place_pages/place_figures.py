"""What is known of one place and how its scores are computed, line by line, from the tables of a programme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import framed, table_of
from groundplan.results.words import Amount, decimals, number

BASES = {"given": "published", "estimate": "estimate", "assumed": "assumed"}


def worded(unit: str) -> str:
    """A unit as it stands behind a number; a mere number has none.

    >>> worded("km"), worded("1")
    (' km', '')
    """
    return "" if unit in ("", "1") else f" {unit}"


def meanings(o: Outcome) -> dict[str, str]:
    """Column → what it means, its unit left out."""
    table = table_of(o, "columns")
    return dict(zip(table["column"], table["meaning"], strict=True)) if len(table) else {}


def figures_of(o: Outcome, place: str) -> pd.DataFrame:
    """Every figure of a place: value with unit, whether it is published or estimated, and the source."""
    columns, figures = table_of(o, "columns"), table_of(o, "figures")
    own = figures[figures["place"] == place].set_index("column")["value"]
    rows = columns.to_dict("records")
    values = [
        (
            Amount(own[r["column"]], decimals([own[r["column"]]]), unit=worded(r["unit"]).strip())
            if r["column"] in own
            else "missing"
        )
        for r in rows
    ]
    return framed(
        pd.Index([r["meaning"] for r in rows], name="figure"),
        [
            ("value", "", values),
            ("kind", "", [BASES.get(str(r["basis"]), str(r["basis"])) for r in rows]),
            ("source, or how it was estimated", "", [_origin(r) for r in rows]),
        ],
    )


def _origin(row: Mapping[Any, Any]) -> str:
    return f"{row['rule']} (from: {row['source']})" if row["rule"] else str(row["source"])


def score_names(o: Outcome) -> list[str]:
    """The scores that were computed, in order."""
    return list(dict.fromkeys(table_of(o, "scores")["score"].astype(str))) if len(table_of(o, "scores")) else []


def score_lines(o: Outcome, score: str, place: str) -> pd.DataFrame:
    """A place's score, line by line: the figure, its position between the ends, its weight, and what it adds.

    Position × weight = added, and the last line is the sum.
    """
    table = table_of(o, "scores")
    table = table[table["score"] == score]
    own = table[table["place"] == place]
    described, means = table_of(o, "columns").set_index("column"), meanings(o)
    by_rank = normalise(o, score) == "rank"
    rows: list[tuple[str | Amount, ...]] = []
    for at, r in zip(own.index, own.to_dict("records"), strict=True):
        all_ = table.loc[table["criterion"] == r["criterion"], "input"].astype(float)
        unit, basis = str(described.loc[r["criterion"], "unit"]), str(described.loc[r["criterion"], "basis"])
        places = decimals(all_.tolist())
        ends = f"{number(all_.min(), places)} to {number(all_.max(), places)}"
        if by_rank:
            ends = f"place {all_.rank()[at]:g} of {len(all_.dropna())} from below"
        filled = "median of others, its own is missing" if r["filled"] else BASES.get(basis, basis)
        rows.append(
            (
                f"{means[r['criterion']]} ({r['direction']} raises it)",
                Amount(r["input"], places, unit=worded(unit).strip()),
                filled,
                ends,
                Amount(r["normalised"], 4),
                Amount(r["weight"], 4),
                Amount(r["part"], 4),
            )
        )
    rows.append(("sum", "", "", "", "", Amount(own["weight"].sum(), 4), Amount(own["value"].iloc[0], 4)))
    heads = ("figure", "kind", "rank" if by_rank else "ends of all places", "position", "weight", "adds")
    columns = [(h, "", [r[n + 1] for r in rows]) for n, h in enumerate(heads)]
    return framed(pd.Index([r[0] for r in rows], name="criterion"), columns)


def normalise(o: Outcome, score: str) -> str:
    """How a score's figures are brought to 0 to 1: "minmax" or "rank"."""
    return str(o.provenance.get("weights", {}).get(score, {}).get("normalise", "minmax"))


def how_scored(o: Outcome, score: str) -> str:
    """The rule of a score in one sentence."""
    rule = o.provenance.get("weights", {}).get(score, {})
    if normalise(o, score) == "rank":
        how = "position = (rank − 1) / (places − 1), ranks from the lowest figure, equal figures share their mean rank"
    else:
        how = "position = (figure − lowest) / (highest − lowest) over all places"
    return (
        f"{how}; 1 − position where less of it raises the score; position × weight is what it adds. "
        f"Weights: {rule.get('source', 'not told')}."
    )
