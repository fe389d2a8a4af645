"""The people of a plan by age, as indicators that any target may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.planning.activity_rows import CommodityRow, ExogenousRow, IndicatorRow, RatioRow, Tables
from groundplan.planning.feature import Feature
from groundplan.planning.features.people.demography import Demography

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy
    from groundplan.planning.solved_plan import SolvedPlan

# Ages of work as statistical offices draw them: 15 to 64.
WORKING, OLD = 15, 65


def counted(people: Demography, year: int) -> dict[str, float]:
    """The young (below 15), those of working age (15 to 64), the old, and the labour force, persons."""
    return {
        "young": people.between(year, 0, WORKING),
        "working age": people.between(year, WORKING, OLD),
        "old": people.between(year, OLD, float("inf")),
        "labour force": people.labour_force(year),
    }


def inhabitants(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """people:young, people:working age, people:old and people:labour force, as the projection has them.

        dependency ratio = (young + old) / working age
        labour force participation = labour force / (working age + old)

    They are stocks that nothing draws on, kept in units of the base year's population so that their size does not
    blunt the solver; the indicators are in persons. Units: persons at the start of the year; 1.
    """
    if h.people is None:
        return Tables()
    everybody, unit, start = h.people.persons(e.year), "population of the base year", "persons, start of the year"
    paths = {year: counted(h.people, year) for year in (*h.years, h.years[-1] + 1)}
    more = {
        (name, year): (paths[year + 1][name] - paths[year][name]) / everybody
        for name in paths[h.years[0]]
        for year in h.years
    }
    indicators = {
        "population": ("young", "working age", "old"),
        "population: young and old": ("young", "old"),
        "population: working age": ("working age",),
        "population: working age and old": ("working age", "old"),
        "population: labour force": ("labour force",),
    }
    head = "population: "
    return Tables(
        commodities=[
            CommodityRow(f"people:{name}", "stock", unit, initial=first / everybody, label=f"people, {name}")
            for name, first in paths[h.years[0]].items()
        ],
        exogenous=[
            ExogenousRow(f"people:{name}", year, max(amount, 0.0), max(-amount, 0.0))
            for (name, year), amount in more.items()
        ],
        indicators=[
            IndicatorRow(indicator, f"people:{part}", "stock", everybody, unit=start)
            for indicator, parts in indicators.items()
            for part in parts
        ],
        ratios=[
            RatioRow("dependency ratio", f"{head}young and old", f"{head}working age"),
            RatioRow("labour force participation", f"{head}labour force", f"{head}working age and old"),
        ],
    )


def population_tables(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """``population`` (year, age, sex, persons) and ``population_change`` (year; births, deaths, migrants, and counts).

    Units: persons at the start of the year; births, deaths and migrants persons in the year.
    """
    if plan.policy.population is None:
        return {}
    base = plan.economy.year
    people = Demography.of(plan.policy.population, base, base + plan.policy.years + 1)
    years = people.births["year"].values
    by_age = people.people.sel(year=years).to_series().rename("persons").reset_index()
    last = int(people.people["age"].values[-1])
    top = by_age["age"].astype(int)
    names = top.astype(str) + ("" if people.width == 1 else "-" + (top + people.width - 1).astype(str))
    by_age["age"] = names.where(top != last, f"{last}+")
    flows = {n: getattr(people, n).sum("sex").to_series() for n in ("births", "deaths", "migrants")}
    counts = pd.DataFrame({int(y): {"persons": people.persons(y), **counted(people, y)} for y in years}).T
    change = pd.concat([counts, pd.DataFrame(flows)], axis=1).rename_axis("year").reset_index()
    return {"population": by_age[["year", "age", "sex", "persons"]], "population_change": change}


FEATURE = Feature(parts=(inhabitants,), findings=(population_tables,))
