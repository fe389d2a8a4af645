"""What stands for the shipped countries where nothing else is said: pace, works, prices, what gaps are measured in."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from groundplan.places.judging.comparison import compare_order
from groundplan.places.known import shipped_places as shipped
from groundplan.places.known.shipped_places import cases
from groundplan.places.scoring.scores import Scores
from groundplan.places.works.facilities import Facilities
from groundplan.places.works.facility_files import general

LOCAL_INDUSTRY = ("food_factory", "clothing_factory", "household_goods_factory")


def local_industry(country: str) -> Facilities:
    """Works of the local industry (food, clothing, household goods), priced where a shipped economy and wages allow it.

    They are priced in the money of the accounts that ``data/cases.toml`` names (``pricing``); others have no prices.
    """
    types = general().only(LOCAL_INDUSTRY)
    prices = cases()[country].prices if country in cases() else {}
    if not prices:
        return types
    from groundplan.economy.economy import Economy
    from groundplan.places.works.pricing import from_economy, priced

    accounts = from_economy(Economy.load(country, prices["year"]))
    return priced(types, accounts, prices["money"], shipped.assumed_wages(country))


def mean_pay(country: str) -> float:
    """Mean wage of a job in the works of the local industry, money a person and year; an assumption.

    It stands for what a job adds to the product of its place: wages are the least of it; profits and taxes come on
    top.
    """
    types, wages = general().only(LOCAL_INDUSTRY).types.values(), shipped.assumed_wages(country)
    pay = sum(n.value * wages[skill].value for t in types for skill, n in t.jobs.items())
    return pay / sum(t.workers for t in types)


def gap_rules(country: str, level: str | None) -> dict[str, float]:
    """What a job closes of the gap, and the step of the rule of the worst-off, where a shipped country measures it."""
    case = cases().get(country)
    if case is None or not case.level or level not in (None, case.level):
        return {}
    return {"per_job": mean_pay(country), "step": case.step}


def published(country: str, chosen: pd.DataFrame, scores: Mapping[str, Scores]) -> pd.DataFrame:
    """The published order of a country, and a choice's own in the same years, against need and readiness.

    Rows of ``compare_order`` for each, told apart by ``order``. Places that the census has no row for, that no page was
    seen to name, or that get no factories are left out of the published order.
    """
    named: dict[int, list[str]] = {}
    for s in shipped.selections(country):
        if s.place and s.confirmed and s.factories and all(s.place not in there for there in named.values()):
            named.setdefault(s.year, []).append(s.place)
    own = {year: chosen.loc[chosen["year"] == year, "place"].tolist() for year in named}
    values = {name: s.values for name, s in scores.items()}
    both = {"published": named, "this choice": {y: p for y, p in own.items() if p}}
    compared = [compare_order(order, values).assign(order=name) for name, order in both.items() if order]
    return pd.concat(compared, ignore_index=True)
