"""What a plan hangs on: every figure that was assumed, one at a time at the ends of its range, and the plan anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, Interrupted, PlanInfeasible, StudyError, UnknownName, raise_all
from groundplan.outcome import Outcome
from groundplan.planning.exploring.warm import yearly
from groundplan.planning.made import Made
from groundplan.planning.plan import told
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.targets import known_indicators
from groundplan.ranges import Parameter, parameters
from groundplan.study import Study

OBJECTIVE = "objective"
MEASURES = ("living standard", "import dependency")


def sensitivity(
    study: Study | str = "KEN",
    *,
    on: Sequence[str] = (),
    of: Sequence[str] = (),
    spread: float = 0.25,
    economy: Economy | None = None,
    progress: Progress = quiet,
) -> Outcome:
    """How much each assumption matters: the plan made anew with one figure at the low and at the high end of its range.

        swing = max over {low, high} of |measure(end) − measure(base)|

    ``on``: indicators, told in the last year of the plan or as ``indicator @ year``, and ``objective``; by default
    living standard, import dependency and what the targets are about. ``of``: names of figures; by default all
    (``ranges.parameters``). ``spread``: a range where none is stated, as a share of the figure on either side.
    ``economy`` takes the place of the study's accounts.

    Returns an ``Outcome`` of engine ``sensitivity``. Table ``sensitivity``: parameter, unit, basis, low, base, high,
    measure, at_low, at_base, at_high, swing; nan where the plan cannot be made at that end. Largest swing first.
    Source: one-at-a-time analysis and tornado diagram: Eschenbach (1992), Interfaces 22(6) (citation not checked).
    Raises ``UnknownName`` and ``StudyError``, all at once, and what ``plan`` raises for the study as it stands.
    """
    study = Study.of(study) if isinstance(study, str) else study
    if not 0.0 < spread < 1.0:
        raise StudyError(f"spread is {spread!r}", fix="give a share above 0 and below 1")
    made = study.made(economy, progress)
    chosen = _chosen(parameters(study, made.economy, spread), of)
    measures = _measures(made, on)
    base = measured(made, measures)
    rows = []
    for n, p in enumerate(chosen, 1):
        ends = []
        for end in (p.low, p.high):
            progress(f"{p.name} at {end:.4g} ({n} of {len(chosen)})")
            ends.append(base if end == p.base else _answer(p.changed(study, end), economy, measures))
        about = {f.name: getattr(p, f.name) for f in dataclasses.fields(p)}
        rows += [
            {
                **about,
                "parameter": p.name,
                "measure": m,
                "at_low": ends[0][m],
                "at_base": base[m],
                "at_high": ends[1][m],
            }
            for m in measures
        ]
    return _outcome(made, measures, rows)


def _chosen(known: Sequence[Parameter], of: Sequence[str]) -> list[Parameter]:
    names = {p.name: p for p in known}
    fix = "state a range: [[ranges]] name, low, high" if of else ""
    raise_all([UnknownName("figure with a range", name, names, fix=fix) for name in of if name not in names])
    return [names[name] for name in of] if of else list(known)


def _measures(made: Made, on: Sequence[str]) -> list[str]:
    a = made.activities
    known, last = known_indicators(a), a.years[-1]
    asked = list(on)
    if not asked:
        asked = [m for m in MEASURES if m in known]
        asked += [f"{t.indicator} @ {last if t.year is None else t.year}" for t in made.policy.targets]
    faults: list[GroundplanError] = []
    out = []
    for name in asked:
        indicator, _, year = name.partition(" @ ")
        if name == OBJECTIVE:
            out.append(name)
        elif indicator not in known:
            faults.append(UnknownName("indicator", indicator, [*known, OBJECTIVE]))
        elif year and not (year.isdigit() and int(year) in a.years):
            faults.append(StudyError(f"'{name}' is not in the plan", fix=f"give a year from {a.years[0]} to {last}"))
        else:
            out.append(f"{indicator} @ {year or last}")
    raise_all(faults)
    return list(dict.fromkeys(out))


def measured(made: Made, measures: Sequence[str]) -> dict[str, float]:
    """What a plan comes to: ``objective``, and indicators as ``indicator @ year``."""
    split = {m: m.partition(" @ ") for m in measures if m != OBJECTIVE}
    table = yearly(made, list(dict.fromkeys(name for name, _, _ in split.values())))
    found = {m: float(table.loc[[name], int(year)].iloc[0]) for m, (name, _, year) in split.items()}
    return {m: made.solution.objective if m == OBJECTIVE else found[m] for m in measures}


def _answer(study: Study, economy: Economy | None, measures: Sequence[str]) -> dict[str, float]:
    """What the plan of a study comes to; nan where there is none."""
    try:
        return measured(study.made(economy, why=False), measures)
    except PlanInfeasible:
        return dict.fromkeys(measures, float("nan"))
    except KeyboardInterrupt:
        raise Interrupted("stopped by the user; nothing was written") from None


def _outcome(made: Made, measures: Sequence[str], rows: list[dict[str, Any]]) -> Outcome:
    columns = ["parameter", "unit", "basis", "low", "base", "high", "measure", "at_low", "at_base", "at_high"]
    table = pd.DataFrame(rows, columns=columns)
    moved = np.abs(table[["at_low", "at_high"]].to_numpy(dtype=float) - table[["at_base"]].to_numpy(dtype=float))
    table["swing"] = np.nan_to_num(moved, nan=-1.0).max(axis=1, initial=0.0)
    order = {m: n for n, m in enumerate(measures)}
    table = table.sort_values(["swing"], ascending=False, kind="stable")
    table = table.sort_values("measure", key=lambda m: m.map(order), kind="stable").reset_index(drop=True)
    units = made.activities.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    named = {m: "" if m == OBJECTIVE else str(units.get(m.partition(" @ ")[0], "1")) for m in measures}
    whole = told(made)
    about = {**whole.provenance, "engine": "sensitivity", "measures": named}
    return Outcome({"indicator": whole["indicator"]}, {"sensitivity": table}, about)
