"""A programme of building that is no part of the accounts, as an activity of the plan with a wish to carry it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target

PROGRAMME = "programme of places"
Rows = dict[str, list[dict[str, object]]]


def programme_rows(
    economy: Economy,
    claims: Sequence[float],
    years: int,
    *,
    gives: Mapping[str, float] | None = None,
    worth: float = 3.0,
) -> tuple[Rows, list[Target]]:
    """Rows for the tables of ``Activities`` and targets that put a programme of so much building cost a year in a plan.

        level[t] ∈ [0, 1],   capital goods taken = claim[t] · level[t]
        a shortfall 1 − level[t] costs worth · claim[t] of living standard

    ``claims`` by year, from the plan's first. ``gives``: capacity of each sector (money of output a year) that one unit
    of money spent on the programme brings, ready two years later. ``worth``: living standard that may be given up for
    one unit of money of the programme (1). The share of a year's programme that is carried out is the indicator
    ``programme of places <year>``. Raises ``StudyError`` for arguments that make no sense, all at once.
    """
    _check(economy, gives, worth)
    first = economy.year + 1
    names = {first + t: f"{PROGRAMME} {first + t}" for t, claim in enumerate(claims) if claim > 0}
    rows: Rows = {"activities": [], "flows": [], "bounds": [], "indicators": []}
    for year, name in names.items():
        claim = claims[year - first]
        rows["activities"].append({"activity": name, "unit": "share of the year's programme", "label": name})
        rows["flows"].append({"activity": name, "commodity": "capital goods", "coefficient": claim})
        rows["flows"] += [
            {"activity": name, "commodity": f"capacity:{s}", "role": "give", "coefficient": claim * more, "lag": 1}
            for s, more in (gives or {}).items()
        ]
        rows["bounds"] += [
            {"activity": name, "year": t, "lower": 0.0, "upper": float(t == year)} for t in range(first, first + years)
        ]
        rows["indicators"].append({"indicator": name, "on": name, "unit": "1"})
    targets = [
        Target(name, ">=", 1.0, year=year, weight=worth * claims[year - first], name=name)
        for year, name in names.items()
    ]
    return {table: records for table, records in rows.items() if records}, targets


def carried_out(plan: Outcome, claims: Sequence[float], first: int) -> list[float]:
    """How much of each year's claim a plan with ``programme_rows`` in it carries out, in the claims' money."""
    return [claim * _share(plan, first + t) for t, claim in enumerate(claims)]


def _share(plan: Outcome, year: int) -> float:
    name = f"{PROGRAMME} {year}"
    there = plan["indicator"]
    if name not in there["indicator"].values:
        return 1.0
    return min(max(float(there.sel(indicator=name, year=year)), 0.0), 1.0)


def _check(economy: Economy, gives: Mapping[str, float] | None, worth: float) -> None:
    faults: list[GroundplanError] = []
    lost = [s for s in gives or {} if s not in economy.sectors]
    if lost:
        faults.append(StudyError(f"the economy has no sector {', '.join(lost)}", fix="name sectors of the economy"))
    if not worth > 0:
        faults.append(StudyError(f"worth {worth!r}", fix="give a worth above 0"))
    raise_all(faults, where="programme of places in the plan")
