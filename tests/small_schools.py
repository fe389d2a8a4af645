"""A country of two skills that counts persons, small enough for paper: who learns, who teaches, who finds out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from economies import table
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.planning.activities import Activities
from groundplan.planning.activity_rows import ActivityRow, CommodityRow, ExogenousRow, Tables, takes
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.people.demography import Population
from groundplan.planning.features.people.labour import labour, training
from groundplan.planning.features.research import programmes
from groundplan.planning.features.schools.schooling import schools
from groundplan.planning.horizon import Horizon
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Solution, solve

HANDS, ENGINEERS = "hands", "engineers"


def country(unit: str = "persons", hands: float = 200.0, engineers: float = 5.0) -> Economy:
    """Farming and schooling; 200 hands and 5 engineers, all in farming."""
    codes = ["farm", "educ"]
    drawn = table(
        np.array([[20.0, 5.0], [5.0, 5.0]]),
        np.array([[5.0, 5.0], [1.0, 1.0]]),
        np.array([[20.0, 10.0, 2.0, 10.0, 0.0], [10.0, 20.0, 30.0, 0.0, 0.0]]),
        np.full((2, 5), 0.0),
        np.array([20.0, 5.0]),
        wages=np.array([20.0, 15.0]),
        codes=codes,
    )
    people = pd.DataFrame({"farm": [hands, engineers], "educ": [0.0, 0.0]}, index=[HANDS, ENGINEERS])
    return Economy.from_table(replace(drawn, employment=people, employment_unit=unit))


def rest(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """20 of schooling and 10 of capital goods a year, and nothing else to do with them."""
    return Tables(
        commodities=[CommodityRow("capital goods")],
        activities=[ActivityRow("save")],
        flows=[takes("save", "capital goods", 0.0)],
        exogenous=[ExogenousRow("home:educ", supply=20.0), ExogenousRow("capital goods", supply=10.0)],
    )


def classes(e: Economy, **choices: Any) -> tuple[Activities, Policy]:
    """People and schools alone, without a sector: what schooling can do by itself."""
    policy = on_paper(**{"population_growth": None if choices.get("population") else 0.0, **choices})
    parts = (labour, training, schools, programmes, rest)
    return compile_plan(e, policy, parts=parts), policy


def best(a: Activities, policy: Policy, **goal: float) -> Solution:
    """The best plan for what is kept at the end, at the given worth."""
    ends = [{"commodity": name, "value": worth} for name, worth in goal.items()]
    return solve(programme(a.adding(terminal=ends), policy), policy)


def levels(s: Solution, activity: str) -> list[float]:
    """An activity's levels by year, rounded to six places."""
    return [round(float(v), 6) + 0.0 for v in s.values["level"].sel(activity=activity).values]


def stocks(s: Solution, commodity: str) -> list[float]:
    """A kept commodity at the start of each year and at the end, rounded to six places."""
    return [round(float(v), 6) + 0.0 for v in s.values["stock"].sel(commodity=commodity).values]


def ageing(**more: Any) -> Population:
    """Three groups of five years in 2020, where people of 5 to 9 work and those of 10 and over do not.

    100 girls and boys each of 0 to 4, 100 of 5 to 9, 50 of 10 and over; all of the young live on, half of those of
    5 and over do; 0.2 births a woman of 5 to 9 a year.
    """
    given: dict[str, Any] = {"ages": [0.0, 5.0, 10.0], "fertility": [0.0, 0.2, 0.0]}
    for sex in ("female", "male"):
        given |= {
            sex: [100.0, 100.0, 50.0],
            f"survival_{sex}": [1.0, 1.0, 0.5],
            f"participation_{sex}": [0.0, 1.0, 0.0],
        }
    return Population(2020, **(given | {"sex_ratio": 1.0} | more))
