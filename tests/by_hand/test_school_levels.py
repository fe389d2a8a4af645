"""What a level of schooling is on an economy of three skills, and which levels cannot be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from economies import table
from small_people import three

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError
from groundplan.planning.features.schools.school_levels import (
    School,
    heads_per_unit,
    levels,
    schooling_product,
    skill_name,
    skills,
    worth,
)
from groundplan.planning.policy import Policy

WAGES = "base-year wage units (TST2020m)"


def policy(*schools: School, **more: object) -> Policy:
    given: dict[str, object] = {"years": 2, "training_premium": 1.5, "population": three()}
    return Policy.of(**(given | {"schools": list(schools)} | more))


def graded(unit: str = WAGES) -> Economy:
    """Skills low, middle and high; farms of .6 of money a year, schools of 100, and works that make nothing."""
    codes = ["farm", "educ", "works"]
    drawn = table(
        np.array([[0.1, 0.1, 0.0], [0.1, 20.0, 0.0], [0.0, 0.0, 0.0]]),
        np.array([[0.1, 5.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),
        np.array([[0.1, 0.1, 0.1, 0.0, 0.0], [20.0, 20.0, 19.9, 10.0, 0.0], [0.0] * 5]),
        np.array([[0.0] * 5, [1.0, 1.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0, 0.0]]),
        np.array([0.1, 10.0, 0.0]),
        codes=codes,
    )
    people = pd.DataFrame([[1.0, 2.0, 0.0], [3.0, 4.0, 0.0], [5.0, 6.0, 0.0]], ["low", "middle", "high"], codes)
    names = {"low": "Labor - Low (no school)", "middle": "Labour - Middle", "high": "High"}
    return Economy.from_table(replace(drawn, employment=people, employment_unit=unit, names=names))


def test_three_skills() -> None:
    """With a premium of 2 a unit of high skill is 1/2 of middle and 1/4 of low; where heads count, one is one.

    Proves: pupils come from the next lower skill, or from the one that is said; skills are told in short words.
    """
    e = graded()
    assert skills(e) == ["low", "middle", "high"]
    asked = {"training_premium": 2.0, "population": None, "population_growth": 0.0}
    one, two = School("upper", "high", 2, teachers=0.1), School("lower", "middle", 1)
    upper, lower = levels(e, policy(one, two, **asked))
    assert (upper.below, upper.part, lower.below, lower.part) == ("middle", 0.5, "low", 0.5)
    (leap,) = levels(e, policy(replace(one, below="low", teacher_skill="middle"), **asked))
    assert (leap.below, leap.part, leap.teaching) == ("low", 0.25, pytest.approx(0.05))
    choices = policy(**asked)
    assert worth(e, choices, "low", "high") == 4.0
    assert worth(graded("persons"), choices, "low", "high") == 1.0
    assert [skill_name(e, s) for s in skills(e)] == [f"labour of {s} skill" for s in ("low", "middle", "high")]
    alone = table(np.eye(2), np.eye(2), np.ones((2, 5)), np.zeros((2, 5)), np.array([4.0, 5.0]))
    assert skill_name(Economy.from_table(alone), "wages 0") == "labour"
    assert heads_per_unit(graded("persons"), None) == (1.0, "persons")
    assert heads_per_unit(graded("thousand persons"), None) == (1000.0, "persons")
    assert heads_per_unit(e, None) == (1.0, WAGES)
    assert heads_per_unit(e, 7.0) == (7.0, "persons")


def test_what_schooling_is_bought_from() -> None:
    """Proves: the first product that is made, however little of it; of none where none is; education without a word."""
    e = graded()
    assert schooling_product(e, policy(schooling=["works", "farm", "educ"])) == "farm"
    assert schooling_product(e, policy(schooling=["works", "nothing"])) == ""
    assert schooling_product(e, policy()) == "educ"


def refused(e: Economy, *schools: School, **more: object) -> str:
    with pytest.raises(GroundplanError) as caught:
        levels(e, policy(*schools, **more))
    return str(caught.value)


def test_schools_that_cannot_be() -> None:
    """Proves: each is told why, with what would do; what is at the edge is admitted.

    Breaks if: pupils are already what they learn to be, or a figure is lost that nothing uses.
    """
    e = graded()
    none = {"population": None, "population_growth": 0.0}
    assert "no skill below 'high' to take pupils from" in refused(e, School("a", "high", 2, below="high"))
    assert "give a skill above high" in refused(e, School("a", "high", 2, below="high"))
    assert "no skill below 'low'" in refused(e, School("a", "low", 2))
    assert "give a skill above low" in refused(e, School("a", "low", 2))
    assert "no skill below 'middle'" in refused(e, School("a", "middle", 2, below="high"))
    assert "no skill of pupils 'lo'" in refused(e, School("a", "high", 2, below="lo"))
    assert "no skill of teachers 'hig'" in refused(e, School("a", "high", 2, teacher_skill="hig"))
    assert "no product of schooling that is made 'works'" in refused(e, School("a", "high", 2, product="works"))
    told = refused(e, School("a", "high", 2, enrolment=0.0, age=0, persons_per_unit=3.0), **none)
    assert "enrolment of level 'a' is given without a population by age" in told
    assert "age of level 'a' is given without a population by age" in told
    aged = School("a", "high", 2, age=3)
    assert "has an age at entry and labour is counted in" in refused(e, aged)
    assert levels(graded("persons"), policy(aged))
    assert levels(e, policy(replace(aged, persons_per_unit=3.0)))
    bought = School("a", "high", 2, place_cost=1.0)
    assert "places of level 'a' have a cost and no number" in refused(e, bought)
    assert levels(e, policy(replace(bought, places=0.0)))
    assert levels(e, policy(replace(bought, enrolment=0.0)))
    told = refused(e, *(School(level, skill, 1) for level, skill in (("a", "high"), ("b", "high"), ("b", "middle"))))
    assert "skill 'high' has two schools" in told
    assert "level 'b' has two schools" in told
    assert "level 'a'" not in told
    assert "skill 'middle'" not in told
