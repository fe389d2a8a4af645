"""Guards of a plan, on the first screen of every page that tells of plans."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.results.framed import table_of

HEADING = "Before all else"


def guard_lines(o: Outcome) -> list[str]:
    """Every guard that the outcome's plans raise, a sentence each; where it holds several plans, whose it is."""
    table = table_of(o, "guards")
    if table.empty:
        return []
    whose = table["of"].tolist() if "of" in table.columns else [""] * len(table)
    return [f"{of[:1].upper()}{of[1:]}: {s}" if of else str(s) for of, s in zip(whose, table["sentence"], strict=True)]
