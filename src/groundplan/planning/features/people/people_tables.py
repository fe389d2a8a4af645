"""The people of a plan by year, what its schools come to and its research: tables of the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.features.people.demography import Demography
from groundplan.planning.features.people.inhabitants import counted
from groundplan.planning.features.research import staff_skill
from groundplan.planning.features.schools.levels import Level, levels
from groundplan.planning.features.schools.skills import PERSONS, heads_per_unit, skill_name

if TYPE_CHECKING:
    from groundplan.planning.solved_plan import Made


def population_tables(made: Made) -> dict[str, pd.DataFrame]:
    """``population`` (year, age, sex, persons) and ``population_change`` (year; births, deaths, migrants, and counts).

    Units: persons at the start of the year; births, deaths and migrants persons in the year.
    """
    if made.policy.population is None:
        return {}
    base = made.economy.year
    people = Demography.of(made.policy.population, base, base + made.policy.years + 1)
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


def schooling_table(made: Made) -> dict[str, pd.DataFrame]:
    """``schooling``: for each level and year who begins, attends and finishes, places and teachers.

    Units: pupils in ``unit``; teachers, beyond those of the base year, in ``teachers_unit``. Who finishes in a year is
    ready for work in the next.
    """
    years = list(made.activities.years)
    found = [_schooled(made, level, years) for level in levels(made.economy, made.policy)]
    return {"schooling": pd.concat(found, ignore_index=True)} if found else {}


def _schooled(made: Made, level: Level, years: list[int]) -> pd.DataFrame:
    name, kept = level.record.level, made.stock
    intake = level.heads * made.level.loc[level.train, years].to_numpy(dtype=float)
    after = [year + 1 for year in years]
    places, persons = f"places:{name}", level.unit == PERSONS
    each = level.record.teachers if persons else level.teaching
    return pd.DataFrame(
        {
            "year": years,
            "level": name,
            "skill": level.skill,
            "labour": skill_name(made.economy, level.skill),
            "intake": intake,
            "pupils": intake + kept.loc[f"pupils:{name}", years].to_numpy(dtype=float),
            "graduates": kept.loc[f"graduates:{name}", after].to_numpy(dtype=float),
            "places": kept.loc[places, years].to_numpy(dtype=float) if places in kept.index else np.nan,
            "teachers": each * made.level.loc[f"teach:{name}", years].to_numpy(dtype=float),
            "unit": level.unit,
            "teachers_unit": PERSONS if persons else made.economy.employment_unit,
        }
    )


def research_table(made: Made) -> dict[str, pd.DataFrame]:
    """``research``: for each topic and year programmes begun and done, and the staff at work.

    Units: programmes; staff in ``unit``, persons where they are counted. What is done counts from the year's start on.
    """
    years = list(made.activities.years)
    found = []
    for r in made.policy.research:
        begun = made.level.loc[f"do-research:{r.topic}", years].to_numpy(dtype=float)
        at_work = np.convolve(begun, np.ones(r.years))[: len(years)]
        done = made.stock.loc[f"research:{r.topic}", [*years, years[-1] + 1]].to_numpy(dtype=float)
        found.append(
            pd.DataFrame(
                {
                    "year": years,
                    "topic": r.topic,
                    "begun": begun,
                    "done": done[:-1],
                    "done_by_the_end": done[1:],
                    "staff": r.staff * at_work,
                    "labour": skill_name(made.economy, staff_skill(made.economy, r)),
                    "unit": heads_per_unit(made.economy, r.persons_per_unit)[1],
                }
            )
        )
    return {"research": pd.concat(found, ignore_index=True)} if found else {}
