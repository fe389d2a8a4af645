"""How sure the figures of a plan's first page are, as a table."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed
from groundplan.results.words import PERCENT, money_words

WORDS = (
    "Other plans are worth as much, within the share that an even path may cost, and run as evenly. In these each "
    "figure lies between the least and the most. It is no range of what may happen, but of what this plan leaves open."
)


def bands_table(o: Outcome) -> pd.DataFrame:
    """Each headline figure, the least and the most that it can be in plans as good and as even, and how far that is."""
    if "bands" not in o.tables or o.table("bands").empty:
        return blank("figure")
    table = o.table("bands")
    names = table["figure"] + ", " + table["years"].astype(str)
    unit = money_words(str(o.provenance.get("money", "")))
    off = 100 * (table[["least", "most"]].sub(table["shown"], axis=0)).div(table["shown"].abs(), axis=0)
    columns = [(c, unit, table[c].to_numpy()) for c in ("shown", "least", "most")]
    columns += [(f"{c}, off", PERCENT, off[c].to_numpy()) for c in ("least", "most")]
    return framed(pd.Index(names, name="figure"), columns)
