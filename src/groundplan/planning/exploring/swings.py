"""What a plan comes to in a few figures, and how far each swings when something that was assumed is otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.planning.explaining.constant_standard import constant_standard
from groundplan.planning.exploring.warm import yearly
from groundplan.planning.families.targets import known_indicators, unknown_indicator
from groundplan.planning.solved_plan import SolvedPlan

OBJECTIVE, CONSTANT = "objective", "constant standard"
WHOLE = (CONSTANT, OBJECTIVE)
MEASURES = ("living standard", "import dependency")


class SwingRow(NamedTuple):
    """A figure that may be otherwise, its range and the range's basis, and what a measure comes to at its ends."""

    parameter: str
    unit: str
    basis: str
    low: float
    base: float
    high: float
    measure: str
    at_low: float
    at_base: float
    at_high: float


def measures_of(solved: SolvedPlan, on: Sequence[str]) -> list[str]:
    """What is watched, as ``indicator @ year``: what is asked for, by default the constant standard, living standard,
    imports and targets.

    Raises ``UnknownName`` and ``StudyError``, all at once.
    """
    a = solved.activities
    indicators, last = known_indicators(a), a.years[-1]
    asked = list(on)
    if not asked:
        asked = [CONSTANT] if np.isfinite(constant_standard(solved)) else []
        asked += [m for m in MEASURES if m in indicators]
        asked += [f"{t.indicator} @ {last if t.year is None else t.year}" for t in solved.policy.targets]
    faults: list[GroundplanError] = []
    out = []
    for name in asked:
        indicator, _, year = name.partition(" @ ")
        if name in WHOLE:
            out.append(name)
        elif indicator not in indicators:
            faults.append(unknown_indicator(indicator, a, WHOLE))
        elif year and not (year.isdigit() and int(year) in a.years):
            faults.append(StudyError(f"'{name}' is not in the plan", fix=f"give a year from {a.years[0]} to {last}"))
        else:
            out.append(f"{indicator} @ {year or last}")
    raise_all(faults)
    return list(dict.fromkeys(out))


def measured(solved: SolvedPlan, measures: Sequence[str]) -> dict[str, float]:
    """What a plan comes to: the standard that is worth all of it, ``objective``, indicators as ``indicator @ year``."""
    split = {m: m.partition(" @ ") for m in measures if m not in WHOLE}
    table = yearly(solved, list(dict.fromkeys(name for name, _, _ in split.values())))
    figures = {m: float(table.loc[[name], int(year)].iloc[0]) for m, (name, _, year) in split.items()}
    if CONSTANT in measures:
        figures[CONSTANT] = constant_standard(solved)
    return {m: solved.solution.objective if m == OBJECTIVE else figures[m] for m in measures}


def swings(rows: Sequence[SwingRow], measures: Sequence[str]) -> pd.DataFrame:
    """The rows with their swing, by measure, the largest first.

        swing = max over {low, high} of |measure(end) − measure(base)|

    Source: one-at-a-time analysis and tornado diagram: Eschenbach (1992), Interfaces 22(6) (citation not checked).
    """
    table = pd.DataFrame(rows, columns=SwingRow._fields)
    moved = np.abs(table[["at_low", "at_high"]].to_numpy(dtype=float) - table[["at_base"]].to_numpy(dtype=float))
    table["swing"] = np.nan_to_num(moved, nan=-1.0).max(axis=1, initial=0.0)
    order = {m: n for n, m in enumerate(measures)}
    table = table.sort_values(["swing"], ascending=False, kind="stable")
    return table.sort_values("measure", key=lambda m: m.map(order), kind="stable").reset_index(drop=True)


def units_of(solved: SolvedPlan, measures: Sequence[str]) -> dict[str, str]:
    """The unit of each measure; nothing for the objective."""
    own = {OBJECTIVE: "", CONSTANT: "base year = 1, per head"}
    units = solved.activities.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    return {m: own[m] if m in own else str(units.get(m.partition(" @ ")[0], "1")) for m in measures}
