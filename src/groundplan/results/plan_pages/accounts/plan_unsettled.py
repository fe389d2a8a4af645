"""The report's words on sectors whose investment the accounts leave open."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.results.framed import table_of

NAMED = 8


def unsettled_sentences(o: Outcome) -> list[str]:
    """Whose investment plans that are worth as much make larger or smaller, and how much of all investment that is."""
    rows = table_of(o, "unsettled")
    if rows.empty:
        return []
    names = [f"{w} ({100 * a:.0f} %)" for w, a in zip(rows["label"].map(_sector), rows["apart"], strict=True)]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    share = 100 * float(rows["share"].sum())
    return [
        f"The accounts do not settle what is invested in {len(names)} sector{'s' if len(names) > 1 else ''}, "
        f"{share:.1f} % of all investment: {', '.join(names[:NAMED])}{more}. In brackets: by how much a plan that is "
        "worth as much invests more or less there, all years together. Take their investment as one of many."
    ]


def _sector(label: object) -> str:
    return str(label).removeprefix("investing in ")
