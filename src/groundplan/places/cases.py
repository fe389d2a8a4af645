"""What stands for the shipped countries where nothing else is said: pace, works, prices, what gaps are measured in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from groundplan.places import shipped
from groundplan.places.comparison import compare_order
from groundplan.places.facilities import Facilities
from groundplan.places.facility_files import general
from groundplan.places.scores import Scores

LOCAL_INDUSTRY = ("food_factory", "clothing_factory", "household_goods_factory")
COUNTRIES = {"KEN": "Kenya", "PRK": "DPR Korea"}
# The census of 2008 has 179 cities and counties of the DPR Korea; the policy of 20 a year for ten years names 200,
# city districts among them, so the pace reaches the last of the 179 in the ninth year.
PROGRAMMES: dict[str, dict[str, Any]] = {
    "KEN": {"per_year": 5, "years": 9, "provinces": "by places"},
    "PRK": {"per_year": (20, 20, 20, 20, 20, 20, 20, 20, 19), "years": 9, "first_year": 2024, "provinces": "by places"},
}
# Column of what people have, a head; without one the gap is the need score.
LEVELS = {"KEN": "income"}
# Gaps in KES that differ by less than this count as equal.
STEP = 100.0
CAUTIONS = (
    "An independent analysis from published figures; the announced lists are not complete, and nothing is known here "
    "of the reasons behind them.",
    "The policy names 200 cities, counties and districts in ten years; the census of 2008 lists 179 cities and "
    "counties, so 20 a year reach the last of them in the ninth year.",
    "Money, machines and builders are not known: that the pace is feasible here says that raw materials and rules do "
    "not stand against it, on estimates.",
)


def local_industry(country: str) -> Facilities:
    """Works of the local industry (food, clothing, household goods), priced where a shipped economy and wages allow it.

    Kenya's are priced in the money of its accounts of 2019 (``pricing``); others have no prices.
    """
    types = general().only(LOCAL_INDUSTRY)
    if country != "KEN":
        return types
    from groundplan.economy.economy import Economy
    from groundplan.places.pricing import from_economy, priced

    return priced(types, from_economy(Economy.load("KEN", 2019)), "KES2019m", shipped.wages_of_kenya())


def pay_of_kenya() -> float:
    """Mean wage of a job in the works of the local industry, KES2019 a person and year; an assumption.

    It stands for what a job adds to the product of its county: wages are the least of it; profits and taxes come on
    top.
    """
    types, wages = general().only(LOCAL_INDUSTRY).types.values(), shipped.wages_of_kenya()
    pay = sum(n.value * wages[skill].value for t in types for skill, n in t.jobs.items())
    return pay / sum(t.workers for t in types)


def gap_rules(country: str, level: str | None) -> dict[str, float]:
    """What a job closes of the gap, and the step of the rule of the worst-off, where a shipped country measures it."""
    measured = level in (None, LEVELS.get(country)) and country == "KEN"
    return {"per_job": pay_of_kenya(), "step": STEP} if measured else {}


def published(chosen: pd.DataFrame, scores: Mapping[str, Scores]) -> pd.DataFrame:
    """The published order of the DPR Korea, and a choice's own in the same years, against need and readiness.

    Rows of ``compare_order`` for each, told apart by ``order``. Places that the census has no row for, that no page was
    seen to name, or that get no factories are left out of the published order.
    """
    named: dict[int, list[str]] = {}
    for s in shipped.selections():
        if s.place and s.confirmed and s.factories and all(s.place not in there for there in named.values()):
            named.setdefault(s.year, []).append(s.place)
    own = {year: chosen.loc[chosen["year"] == year, "place"].tolist() for year in named}
    values = {name: s.values for name, s in scores.items()}
    both = {"published": named, "this choice": {y: p for y, p in own.items() if p}}
    found = [compare_order(order, values).assign(order=told) for told, order in both.items() if order]
    return pd.concat(found, ignore_index=True)
