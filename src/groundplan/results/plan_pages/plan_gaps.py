"""The report's section on gaps between household groups."""

from __future__ import annotations

from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import (
    framed,
)
from groundplan.results.indicators import (
    indicators,
)
from groundplan.results.page import paragraph, table

HEAD, SPENT = "gap: ", "spending gap: "


def gaps(o: Outcome) -> pd.DataFrame:
    """Every gap by year, of living standards and of spending; of two that are each other's inverse the first."""
    there = indicators(o)
    columns: list[tuple[str, str, Any]] = []
    seen: set[tuple[bool, str, str]] = set()
    for name in map(str, there.index):
        sides = name.removeprefix(SPENT).removeprefix(HEAD)
        a, over, b = sides.partition(" over ")
        if not name.startswith((HEAD, SPENT)) or (name.startswith(SPENT), b, a) in seen:
            continue
        seen.add((name.startswith(SPENT), a, b))
        words = f"{sides}, spending" if name.startswith(SPENT) else f"{sides}, standard"
        columns.append((words if over else name, "", there.loc[name]))
    return framed(pd.Index(there.columns if columns else [], name="year"), columns)


def unequal(o: Outcome) -> str:
    """Gaps as a section; empty where there are none."""
    there = gaps(o)
    if not len(there.columns):
        return ""
    said = (
        "A gap of living standards is one side's standard per head over the other's, both counted from the base year: "
        "1 means as far apart as then, less that the second has caught up. A gap of spending is in money: what one "
        "side spends over what the other does, so it shows how far apart they were."
    )
    return paragraph(said) + table(there, "Gaps between household groups")
